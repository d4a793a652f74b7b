//! The resources that any file tells of, brought together by ARN.

use std::collections::BTreeMap;

use crate::arn::{AccountId, Arn};
use crate::diagnostic::{Diagnostic, Origin};
use crate::load::documents::Documents;
use crate::model::{Collected, DocumentId, PolicyId, Resource, governing_arn};

/// What one file says of a resource's policy.
#[derive(Debug)]
pub(super) struct Finding {
    pub(super) policy: Collected<(PolicyId, DocumentId)>,
    pub(super) origin: Origin,
}

#[derive(Debug)]
struct Entry {
    resource: Resource,
    document: Option<DocumentId>,
    origin: Option<Origin>,
    conflict: bool,
}

/// The resources so far.
#[derive(Debug, Default)]
pub(super) struct Resources(BTreeMap<Box<str>, Entry>);

impl Resources {
    fn entry(&mut self, arn: Arn, account: Option<AccountId>) -> &mut Entry {
        let arn = if arn.service() == "s3" { Arn::parse(&governing_arn(&arn)).unwrap_or(arn) } else { arn };
        let account = arn.account_id().or(account);
        let entry = self.0.entry(arn.as_str().into()).or_insert_with(|| Entry {
            resource: Resource::new(arn),
            document: None,
            origin: None,
            conflict: false,
        });
        entry.resource.account = entry.resource.account.or(account);
        entry
    }

    /// Notes that a resource is there, and whose it is.
    pub(super) fn note(&mut self, arn: Arn, account: Option<AccountId>) {
        self.entry(arn, account);
    }

    /// Notes the tags of a resource.
    pub(super) fn set_tags(&mut self, arn: Arn, account: Option<AccountId>, tags: Vec<(Box<str>, Box<str>)>) {
        self.entry(arn, account).resource.tags = Collected::Present(tags);
    }

    /// Notes the policy of a resource. Of two files that disagree none is believed.
    pub(super) fn set_policy(
        &mut self,
        arn: Arn,
        account: Option<AccountId>,
        finding: Finding,
        documents: &Documents,
    ) -> Option<Diagnostic> {
        let entry = self.entry(arn, account);
        let (policy, document) = match finding.policy {
            Collected::Present((policy, document)) => (Collected::Present(policy), Some(document)),
            Collected::Absent => (Collected::Absent, None),
            Collected::Unknown(reason) => (Collected::Unknown(reason), None),
            Collected::NotCollected => return None,
        };
        let settled = matches!(entry.resource.policy, Collected::Present(_) | Collected::Absent);
        let says_nothing = matches!(policy, Collected::Unknown(_));
        if entry.conflict || (settled && says_nothing) {
            return None;
        }
        let agrees = match (entry.document, document) {
            (Some(a), Some(b)) => documents.same(a, b),
            (a, b) => a == b,
        };
        if settled && !agrees {
            let elsewhere = entry.origin.as_ref().map(ToString::to_string).unwrap_or_default();
            let message = format!("`{}` has another policy in {elsewhere}: its policy is unknown", entry.resource.arn);
            entry.resource.policy = Collected::Unknown("two files give it different policies".into());
            entry.conflict = true;
            return Some(Diagnostic::error("duplicate-resource-policy", message).at(finding.origin));
        }
        if !settled {
            entry.resource.policy = policy;
            entry.document = document;
            entry.origin = Some(finding.origin);
        }
        None
    }

    /// The ARN of a Lambda function by its name, where a listing gave it.
    pub(super) fn function(&self, name: &str, account: Option<AccountId>) -> Option<Arn> {
        let resource = format!("function:{name}");
        let of_function = |entry: &&Entry| {
            entry.resource.arn.service() == "lambda"
                && entry.resource.arn.resource() == resource
                && (account.is_none() || entry.resource.account == account)
        };
        let mut found = self.0.values().filter(of_function);
        found.next().filter(|_| found.next().is_none()).map(|entry| entry.resource.arn.clone())
    }

    /// The resources; those without an owner get the account given for them, and the others are named (E183).
    pub(super) fn finish(self, owner: Option<AccountId>, diagnostics: &mut Vec<Diagnostic>) -> Vec<Resource> {
        let finish = |mut entry: Entry| {
            entry.resource.account = entry.resource.account.or(owner);
            if entry.resource.account.is_none() {
                let message = format!("nothing tells which account owns `{}`", entry.resource.arn);
                let hint = "give it with --resource-account, or put the file below a folder named by the account id";
                let diagnostic = Diagnostic::warning("unknown-owner", message).with_hint(hint);
                diagnostics.push(match entry.origin {
                    Some(origin) => diagnostic.at(origin),
                    None => diagnostic,
                });
            }
            entry.resource
        };
        self.0.into_values().map(finish).collect()
    }
}
