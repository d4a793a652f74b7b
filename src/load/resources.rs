//! The resources that any file tells of, brought together by ARN.

use std::collections::BTreeMap;

use crate::arn::{AccountId, Arn};
use crate::diagnostic::{Diagnostic, Origin};
use crate::load::documents::Documents;
use crate::load::told::{Finding, Missing, Told};
use crate::model::{
    AccessPoint, BucketSettings, Collected, DocumentId, Encryption, FailedListing, PolicyId, PublicAccessBlock,
    Resource, Tag, governing_arn,
};

/// What a call tells of a resource, each call one thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    Policy,
    Grants,
    Acl,
    ObjectOwnership,
    /// Of a bucket or of an access point.
    PublicAccessBlock,
    AttributeBasedControl,
    Encryption,
    Tags,
    /// Where an access point leads.
    AccessPoint,
}

impl Part {
    fn name(self) -> &'static str {
        match self {
            Self::Policy => "policy",
            Self::Grants => "list of grants",
            Self::Acl => "access control list",
            Self::ObjectOwnership => "object ownership",
            Self::PublicAccessBlock => "Block Public Access setting",
            Self::AttributeBasedControl => "setting for tags",
            Self::Encryption => "encryption",
            Self::Tags => "list of tags",
            Self::AccessPoint => "bucket or VPC",
        }
    }

    fn code(self) -> &'static str {
        match self {
            Self::Policy => "duplicate-resource-policy",
            _ => "duplicate-resource-setting",
        }
    }
}

/// A policy in a list, with its document; one without a document is unknown.
pub(super) type Listed = (PolicyId, Option<DocumentId>);

#[derive(Debug)]
struct Entry {
    resource: Resource,
    policy: Collected<(PolicyId, DocumentId)>,
    grants: Collected<Vec<Listed>>,
    acl: Collected<Vec<Listed>>,
    block: Collected<PublicAccessBlock>,
    access_point: Collected<AccessPoint>,
    told: BTreeMap<Part, Told>,
    /// Its account listed it as its own.
    listed: bool,
}

impl Entry {
    fn new(arn: Arn) -> Self {
        Self {
            resource: Resource::new(arn),
            policy: Collected::NotCollected,
            grants: Collected::NotCollected,
            acl: Collected::NotCollected,
            block: Collected::NotCollected,
            access_point: Collected::NotCollected,
            told: BTreeMap::new(),
            listed: false,
        }
    }

    /// Makes unknown what nothing tells.
    fn never_asked(&mut self, reason: &str) {
        fn unknown<T>(known: &mut Collected<T>, reason: &str) {
            if matches!(known, Collected::NotCollected) {
                *known = Collected::Unknown(reason.to_owned());
            }
        }
        unknown(&mut self.policy, reason);
        unknown(&mut self.grants, reason);
        unknown(&mut self.acl, reason);
        unknown(&mut self.block, reason);
        unknown(&mut self.resource.bucket.object_ownership, reason);
        unknown(&mut self.resource.bucket.attribute_based_control, reason);
        unknown(&mut self.resource.bucket.encryption, reason);
    }

    fn merge<T>(
        &mut self,
        part: Part,
        finding: Finding<T>,
        slot: impl FnOnce(&mut Self) -> &mut Collected<T>,
        same: impl FnOnce(&T, &T) -> bool,
    ) -> Option<Diagnostic> {
        let origin = finding.origin.clone();
        let mut told = self.told.remove(&part).unwrap_or_default();
        let elsewhere = told.merge(slot(self), finding, same);
        self.told.insert(part, told);
        let (arn, name) = (&self.resource.arn, part.name());
        let message = format!("`{arn}` has another {name} in {}: its {name} is unknown", elsewhere?);
        Some(Diagnostic::error(part.code(), message).at(origin))
    }
}

/// The resources so far.
#[derive(Debug, Default)]
pub(super) struct Resources(BTreeMap<Box<str>, Entry>);

impl Resources {
    fn entry(&mut self, arn: Arn, account: Option<AccountId>) -> &mut Entry {
        let arn = if arn.service() == "s3" { Arn::parse(&governing_arn(&arn)).unwrap_or(arn) } else { arn };
        let account = arn.account_id().or(account);
        let entry = self.0.entry(arn.as_str().into()).or_insert_with(|| Entry::new(arn));
        entry.resource.account = entry.resource.account.or(account);
        entry
    }

    /// Notes that a resource is there, and whose it is.
    pub(super) fn note(&mut self, arn: Arn, account: Option<AccountId>) {
        self.entry(arn, account);
    }

    /// Notes a resource that its own account listed.
    pub(super) fn note_listed(&mut self, arn: Arn, account: Option<AccountId>) {
        self.entry(arn, account).listed |= account.is_some();
    }

    /// The account of a resource that listed it as its own.
    pub(super) fn listed_by(&self, arn: &Arn) -> Option<AccountId> {
        self.0.get(arn.as_str()).filter(|entry| entry.listed)?.resource.account
    }

    /// Notes the tags of a resource.
    pub(super) fn set_tags(
        &mut self,
        arn: Arn,
        account: Option<AccountId>,
        finding: Finding<Vec<Tag>>,
    ) -> Option<Diagnostic> {
        self.entry(arn, account).merge(Part::Tags, finding, |entry| &mut entry.resource.tags, PartialEq::eq)
    }

    /// Notes the policy of a resource. Of two files that disagree none is believed; so it is with all that follows.
    pub(super) fn set_policy(
        &mut self,
        arn: Arn,
        account: Option<AccountId>,
        finding: Finding<(PolicyId, DocumentId)>,
        documents: &Documents,
    ) -> Option<Diagnostic> {
        let same = |a: &(PolicyId, DocumentId), b: &(PolicyId, DocumentId)| documents.same(a.1, b.1);
        self.entry(arn, account).merge(Part::Policy, finding, |entry| &mut entry.policy, same)
    }

    /// Notes the grants on a key; `in_pages` when they come from several files.
    pub(super) fn set_grants(
        &mut self,
        arn: Arn,
        account: Option<AccountId>,
        finding: Finding<Vec<Listed>>,
        in_pages: bool,
        documents: &Documents,
    ) -> Option<Diagnostic> {
        let entry = self.entry(arn, account);
        entry.told.entry(Part::Grants).or_default().in_pages |= in_pages;
        entry.merge(Part::Grants, finding, |entry| &mut entry.grants, |a, b| same_lists(documents, a, b))
    }

    /// Notes the access control list of a bucket.
    pub(super) fn set_acl(
        &mut self,
        arn: Arn,
        account: Option<AccountId>,
        finding: Finding<Vec<Listed>>,
        documents: &Documents,
    ) -> Option<Diagnostic> {
        let same = |a: &Vec<Listed>, b: &Vec<Listed>| same_lists(documents, a, b);
        self.entry(arn, account).merge(Part::Acl, finding, |entry| &mut entry.acl, same)
    }

    /// Notes the Block Public Access settings of a bucket or an access point.
    pub(super) fn set_block(
        &mut self,
        arn: Arn,
        account: Option<AccountId>,
        finding: Finding<PublicAccessBlock>,
    ) -> Option<Diagnostic> {
        let entry = self.entry(arn, account);
        entry.merge(Part::PublicAccessBlock, finding, |entry| &mut entry.block, PartialEq::eq)
    }

    /// Notes where an access point leads. Files may tell less of the bucket's account than others do.
    pub(super) fn set_access_point(
        &mut self,
        arn: Arn,
        account: Option<AccountId>,
        finding: Finding<AccessPoint>,
    ) -> Option<Diagnostic> {
        let entry = self.entry(arn, account);
        let bucket_account = finding.value.present().and_then(|point| point.bucket_account);
        let same = |a: &AccessPoint, b: &AccessPoint| {
            let accounts = a.bucket_account.zip(b.bucket_account);
            a.bucket == b.bucket && a.vpc == b.vpc && accounts.is_none_or(|(a, b)| a == b)
        };
        let diagnostic = entry.merge(Part::AccessPoint, finding, |entry| &mut entry.access_point, same);
        if let Collected::Present(point) = &mut entry.access_point {
            point.bucket_account = point.bucket_account.or(bucket_account);
        }
        diagnostic
    }

    /// Notes a setting of a bucket; `slot` says which.
    pub(super) fn set<T: PartialEq>(
        &mut self,
        arn: Arn,
        account: Option<AccountId>,
        part: Part,
        finding: Finding<T>,
        slot: impl FnOnce(&mut BucketSettings) -> &mut Collected<T>,
    ) -> Option<Diagnostic> {
        self.entry(arn, account).merge(part, finding, |entry| slot(&mut entry.resource.bucket), PartialEq::eq)
    }

    /// Notes the default encryption of a bucket. Where none is set, S3 encrypts with keys of its own or not at all: no key
    /// of KMS is asked either way (E199).
    pub(super) fn set_encryption(
        &mut self,
        arn: Arn,
        account: Option<AccountId>,
        mut finding: Finding<Encryption>,
    ) -> Option<Diagnostic> {
        if finding.value == Collected::Absent {
            finding.value = Collected::Present(Encryption::S3Managed);
        }
        self.set(arn, account, Part::Encryption, finding, |bucket| &mut bucket.encryption)
    }

    /// Notes that there is none of something, or that what there is could not be had (E185).
    pub(super) fn set_missing(
        &mut self,
        arn: Arn,
        account: Option<AccountId>,
        part: Part,
        missing: Missing,
        documents: &Documents,
    ) -> Option<Diagnostic> {
        match part {
            Part::Policy => self.set_policy(arn, account, missing.finding(), documents),
            Part::Grants => self.set_grants(arn, account, missing.finding(), false, documents),
            Part::Acl => self.set_acl(arn, account, missing.finding(), documents),
            Part::PublicAccessBlock => self.set_block(arn, account, missing.finding()),
            Part::AccessPoint => self.set_access_point(arn, account, missing.finding()),
            Part::Encryption => self.set_encryption(arn, account, missing.finding()),
            Part::ObjectOwnership => {
                self.set(arn, account, part, missing.finding(), |bucket| &mut bucket.object_ownership)
            }
            Part::Tags => self.set_tags(arn, account, missing.finding()),
            Part::AttributeBasedControl => {
                self.set(arn, account, part, missing.finding(), |bucket| &mut bucket.attribute_based_control)
            }
        }
    }

    /// Where a resource was first told of.
    fn origin(entry: &Entry) -> Option<&Origin> {
        entry.told.values().find_map(Told::origin)
    }

    /// The one resource of a service with this `resource` part, where a listing gave it.
    pub(super) fn named(&self, service: &str, resource: &str, account: Option<AccountId>) -> Option<Arn> {
        let is_it = |entry: &&Entry| {
            entry.resource.arn.service() == service
                && entry.resource.arn.resource() == resource
                && (account.is_none() || entry.resource.account == account)
        };
        let mut found = self.0.values().filter(is_it);
        found.next().filter(|_| found.next().is_none()).map(|entry| entry.resource.arn.clone())
    }

    /// The resources; those without an owner get the account given for them, and the others are named (E183).
    pub(super) fn finish(
        self,
        owner: Option<AccountId>,
        failed: &[FailedListing],
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Vec<Resource> {
        let finish = |mut entry: Entry| {
            entry.resource.account = entry.resource.account.or(owner);
            if entry.resource.account.is_none() {
                let message = format!("nothing tells which account owns `{}`", entry.resource.arn);
                let hint = "give it with --resource-account, or put the file below a folder named by the account id";
                let diagnostic = Diagnostic::warning("unknown-owner", message).with_hint(hint);
                diagnostics.push(match Self::origin(&entry) {
                    Some(origin) => diagnostic.at(origin.clone()),
                    None => diagnostic,
                });
            }
            // What no call was made for because the listing failed is not simply uncollected (E185).
            let own = |listing: &&FailedListing| {
                let accounts = listing.account.zip(entry.resource.account);
                accounts.is_none_or(|(asked, owner)| asked == owner) && listing.may_name(&entry.resource.arn)
            };
            if let Some(listing) = failed.iter().find(own) {
                entry.never_asked(&listing.reason);
            }
            let Entry { mut resource, policy, grants, acl, block, access_point, .. } = entry;
            resource.policy = policy.map(|(policy, _)| policy);
            resource.grants = grants.map(policies);
            resource.bucket.acl = acl.map(policies);
            match access_point {
                Collected::Present(point) => {
                    resource.access_point = Some(AccessPoint { public_access_block: block, ..point });
                }
                _ if resource.arn.account().is_empty() => resource.bucket.public_access_block = block,
                _ => {}
            }
            resource
        };
        self.0.into_values().map(finish).collect()
    }
}

fn policies(list: Vec<Listed>) -> Vec<PolicyId> {
    list.into_iter().map(|(policy, _)| policy).collect()
}

/// Whether two lists hold the same documents, in whatever order.
fn same_lists(documents: &Documents, a: &[Listed], b: &[Listed]) -> bool {
    let mut left: Vec<Option<DocumentId>> = b.iter().map(|(_, document)| *document).collect();
    let found = a.iter().all(|(_, document)| {
        let same = |other: &Option<DocumentId>| match (document, other) {
            (Some(one), Some(other)) => documents.same(*one, *other),
            (one, other) => one == other,
        };
        let at = left.iter().position(same);
        at.map(|at| left.swap_remove(at)).is_some()
    });
    found && left.is_empty()
}
