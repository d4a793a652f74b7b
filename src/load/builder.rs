//! What the readers fill, and how it becomes an [`Environment`].

use std::collections::BTreeMap;

use crate::arn::{AccountId, Arn};
use crate::diagnostic::Diagnostic;
use crate::load::canonical_users::CanonicalUsers;
use crate::load::documents::Documents;
use crate::load::identity_center;
use crate::load::layout::FolderAccounts;
use crate::load::node::Node;
use crate::load::resources::{Listed, Resources};
use crate::load::told::{Finding, Told};
use crate::load::vpc_endpoints::VpcEndpoints;
use crate::load::{credentials, session_duration};
use crate::model::{
    Account, Collected, DocumentId, Environment, EnvironmentParts, FailedListing, Group, GroupId, Organization, Policy,
    PolicyId, PolicyKind, Principal, PublicAccessBlock, Source, TextEncoding,
};
use crate::policy::{DocumentKind, Translation};

/// The parts of an environment while files are read.
#[derive(Debug, Default)]
pub(super) struct Builder {
    pub(super) diagnostics: Vec<Diagnostic>,
    pub(super) documents: Documents,
    pub(super) folders: FolderAccounts,
    pub(super) accounts: BTreeMap<AccountId, Account>,
    pub(super) resources: Resources,
    pub(super) organization: Collected<Organization>,
    pub(super) groups: Vec<Group>,
    pub(super) vpc_endpoints: VpcEndpoints,
    pub(super) canonical_users: CanonicalUsers,
    pub(super) failed_listings: Vec<FailedListing>,
    pub(super) identity_center: identity_center::Draft,
    pub(super) credentials: credentials::Draft,
    pub(super) session_durations: session_duration::Gaps,
    account_blocks: BTreeMap<AccountId, Told>,
    policies: Vec<Policy>,
    principals: Vec<Principal>,
    principal_numbers: BTreeMap<String, usize>,
    partitions: BTreeMap<AccountId, String>,
}

/// The grammar of the documents of a policy.
pub(super) fn grammar(kind: PolicyKind) -> DocumentKind {
    match kind {
        PolicyKind::Trust => DocumentKind::Trust,
        PolicyKind::ResourceBased | PolicyKind::Acl | PolicyKind::KeyGrant => DocumentKind::Resource,
        PolicyKind::ServiceControl => DocumentKind::ServiceControl,
        PolicyKind::ResourceControl => DocumentKind::ResourceControl,
        PolicyKind::VpcEndpoint => DocumentKind::VpcEndpoint,
        PolicyKind::Session => DocumentKind::Session,
        _ => DocumentKind::Identity,
    }
}

/// Where a policy is only mentioned.
pub(super) fn mention(node: &Node<'_>) -> Source {
    Source { file: node.file.clone(), pointer: node.pointer.clone(), encoding: TextEncoding::Json }
}

impl Builder {
    pub(super) fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    /// The account, created when this is the first word of it.
    pub(super) fn account(&mut self, id: AccountId) -> &mut Account {
        self.accounts.entry(id).or_insert_with(|| Account::new(id))
    }

    /// Notes the Block Public Access settings of an account.
    pub(super) fn set_account_block(&mut self, id: AccountId, finding: Finding<PublicAccessBlock>) {
        let origin = finding.origin.clone();
        let account = self.accounts.entry(id).or_insert_with(|| Account::new(id));
        let told = self.account_blocks.entry(id).or_default();
        if let Some(elsewhere) = told.merge(&mut account.public_access_block, finding, PartialEq::eq) {
            let message = format!("account {id} has another Block Public Access setting in {elsewhere}: it is unknown");
            self.report(Diagnostic::error("duplicate-account-setting", message).at(origin));
        }
    }

    /// Reads a document; `owner` says in words whose it is.
    pub(super) fn document(&mut self, node: &Node<'_>, kind: DocumentKind, owner: &str) -> (DocumentId, Source) {
        self.documents.read(node, kind, owner, &mut self.diagnostics)
    }

    pub(super) fn add_policy(&mut self, policy: Policy) -> PolicyId {
        let id = PolicyId(u32::try_from(self.policies.len()).unwrap_or(u32::MAX));
        self.policies.push(policy);
        id
    }

    /// A policy with its document at `node`.
    pub(super) fn policy_at(&mut self, node: &Node<'_>, name: &str, kind: PolicyKind, owner: &str) -> PolicyId {
        let (document, source) = self.document(node, grammar(kind), owner);
        let document = Some(document);
        self.add_policy(Policy { name: name.into(), arn: None, kind, document, source: Some(source) })
    }

    /// A policy of which only the name is known: whatever it says is unknown.
    pub(super) fn unknown_policy(&mut self, node: &Node<'_>, name: &str, kind: PolicyKind) -> PolicyId {
        let source = Some(mention(node));
        self.add_policy(Policy { name: name.into(), arn: None, kind, document: None, source })
    }

    /// The policy that an entry of a list comes to; `strange` is what of the entry is not understood.
    pub(super) fn translated_policy(
        &mut self,
        node: &Node<'_>,
        name: &str,
        kind: PolicyKind,
        translation: Translation,
        strange: Option<&str>,
    ) -> Listed {
        if let Err(refusal) = &translation.content {
            let message = format!("what `{name}` grants is unknown: {}", refusal.message);
            self.report(Diagnostic::error("refused-grant", message).at(node.origin()));
        } else if let Some(strange) = strange {
            let message = format!("`{strange}` of `{name}` is not known: what it grants is unknown");
            self.report(Diagnostic::warning("unknown-grant-element", message).at(node.origin()));
        }
        let (document, source) = self.documents.translated(node, translation, strange);
        let document = Some(document);
        let policy = self.add_policy(Policy { name: name.into(), arn: None, kind, document, source: Some(source) });
        (policy, document)
    }

    pub(super) fn policy(&self, id: PolicyId) -> Option<&Policy> {
        self.policies.get(id.0 as usize)
    }

    pub(super) fn add_group(&mut self, group: Group) -> GroupId {
        let id = GroupId(u32::try_from(self.groups.len()).unwrap_or(u32::MAX));
        self.groups.push(group);
        id
    }

    pub(super) fn add_principal(&mut self, principal: Principal) {
        self.account(principal.account);
        self.note_partition(principal.account, &principal.arn);
        self.principal_numbers.insert(principal.arn.as_str().to_owned(), self.principals.len());
        self.principals.push(principal);
    }

    pub(super) fn principal(&self, arn: &str) -> Option<&Principal> {
        self.principals.get(*self.principal_numbers.get(arn)?)
    }

    pub(super) fn principal_mut(&mut self, arn: &str) -> Option<&mut Principal> {
        self.principals.get_mut(*self.principal_numbers.get(arn)?)
    }

    /// Remembers in which partition an account is.
    pub(super) fn note_partition(&mut self, account: AccountId, arn: &Arn) {
        self.partitions.entry(account).or_insert_with(|| arn.partition().to_owned());
    }

    /// The partition of an account, by its other ARNs.
    pub(super) fn partition(&self, account: Option<AccountId>) -> &str {
        account.and_then(|account| self.partitions.get(&account)).map_or("aws", String::as_str)
    }

    pub(super) fn finish(mut self, resource_account: Option<AccountId>) -> (Environment, Vec<Diagnostic>) {
        let resources = self.resources.finish(resource_account, &self.failed_listings, &mut self.diagnostics);
        let canonical_users = self.canonical_users.finish(&mut self.diagnostics);
        let identity_center = self.identity_center.finish(&mut self.diagnostics);
        self.credentials.finish(&mut self.accounts, &mut self.principals, &mut self.diagnostics);
        self.session_durations.finish(&mut self.principals);
        let environment = Environment::new(EnvironmentParts {
            accounts: self.accounts.into_values().collect(),
            principals: self.principals,
            groups: self.groups,
            policies: self.policies,
            documents: self.documents.into_stored(),
            resources,
            organization: self.organization,
            identity_center,
            vpc_endpoints: self.vpc_endpoints.finish(),
            canonical_users,
            failed_listings: self.failed_listings,
        });
        (environment, self.diagnostics)
    }
}
