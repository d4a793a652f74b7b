//! `iam get-account-authorization-details`: users, groups, roles and managed policies of an account, in one or many pages.

use std::collections::{BTreeMap, BTreeSet};

use crate::arn::{AccountId, Arn};
use crate::diagnostic::{Diagnostic, Origin, Severity};
use crate::load::Input;
use crate::load::builder::Builder;
use crate::load::duplicates::{duplicate, forget};
use crate::load::managed_policies::{ManagedPolicies, malformed_account};
use crate::load::node::{Fields, Node};
use crate::load::{session_duration, shared_providers, tags};
use crate::model::{Collected, Group, GroupId, HeldCredentials, PolicyId, PolicyKind, Principal, PrincipalKind};

const LISTS: [&str; 4] = ["UserDetailList", "GroupDetailList", "RoleDetailList", "Policies"];

/// What the pages of one account say together.
#[derive(Debug, Default)]
struct Pages {
    lists: BTreeSet<&'static str>,
    last_was_read: bool,
    cut: Option<(String, Diagnostic)>,
    first: Option<Origin>,
    /// Lists with at least one entry, and lists of which an entry is mentioned and missing.
    found: BTreeSet<&'static str>,
    wanted: BTreeSet<&'static str>,
    faults: usize,
}

/// An entry of one of the lists, with what every entry has.
pub(super) struct Entry<'f> {
    pub(super) fields: Fields<'f>,
    pub(super) arn: Arn,
    pub(super) account: AccountId,
    pub(super) name: Box<str>,
}

/// Reads all pages of all accounts.
pub(super) fn read(builder: &mut Builder, inputs: &[&Input]) {
    let mut reader = Reader::default();
    let mut entries: [Vec<Entry<'_>>; 3] = [Vec::new(), Vec::new(), Vec::new()];
    let mut managed: Vec<(Node<'_>, Vec<AccountId>)> = Vec::new();
    for input in inputs {
        let Ok(fields) = input.root().fields() else { continue };
        let mut accounts = BTreeSet::new();
        let mut faults = 0;
        for (list, entries) in LISTS.into_iter().zip(&mut entries) {
            for node in fields.list(list) {
                match entry(&node) {
                    Ok(entry) => {
                        accounts.insert(entry.account);
                        entries.push(entry);
                    }
                    Err(diagnostic) => {
                        faults += 1;
                        builder.report(diagnostic);
                    }
                }
            }
        }
        let policies = fields.list("Policies");
        let own = policies.iter().filter_map(|node| node.fields().ok()?.arn("Arn").ok()?.account_id());
        accounts.extend(own);
        if accounts.is_empty() {
            accounts.extend(builder.folders.of(&input.path));
        }
        let accounts: Vec<AccountId> = accounts.into_iter().collect();
        for account in &accounts {
            builder.folders.note(&input.path, *account);
            reader.pages.entry(*account).or_default().add(&fields, faults);
        }
        managed.extend(policies.into_iter().map(|node| (node, accounts.clone())));
    }
    for (node, accounts) in managed {
        if let Err(diagnostic) = reader.managed.read(builder, &node, &accounts) {
            builder.report(diagnostic);
            for account in accounts {
                reader.pages.entry(account).or_default().faults += 1;
            }
        }
    }
    let [users, groups, roles] = entries;
    groups.iter().for_each(|entry| reader.group(builder, entry));
    users.iter().for_each(|entry| reader.principal(builder, entry, PrincipalKind::User));
    roles.iter().for_each(|entry| reader.principal(builder, entry, PrincipalKind::Role));
    for (account, pages) in reader.pages {
        builder.account(account).details = pages.details(&mut builder.diagnostics);
    }
}

/// What every user, group and role has.
fn entry<'f>(node: &Node<'f>) -> Result<Entry<'f>, Diagnostic> {
    let fields = node.fields()?;
    let arn = fields.arn("Arn")?;
    let account = arn.account_id().ok_or_else(|| malformed_account(&fields, &arn))?;
    let name = arn.resource().rsplit('/').next().unwrap_or_default().into();
    Ok(Entry { fields, arn, account, name })
}

impl Pages {
    fn add(&mut self, fields: &Fields<'_>, faults: usize) {
        self.lists.extend(LISTS.into_iter().filter(|list| fields.has(list)));
        self.found.extend(LISTS.into_iter().filter(|list| !fields.list(list).is_empty()));
        self.faults += faults;
        self.first.get_or_insert_with(|| fields.node.origin());
        if fields.is_cut() {
            let message = "the page is cut off, and no later page of the account was given: the rest is unknown";
            let hint = "the AWS CLI fetches all pages unless --no-paginate or --max-items is given";
            let diagnostic = Diagnostic::warning("truncated-page", message).with_hint(hint).at(fields.node.origin());
            self.cut = Some((fields.node.file.to_string(), diagnostic));
        } else {
            self.last_was_read = true;
        }
    }

    fn details(self, diagnostics: &mut Vec<Diagnostic>) -> Collected<()> {
        let mut reasons = Vec::new();
        if let Some((file, diagnostic)) = self.cut.filter(|_| !self.last_was_read) {
            diagnostics.push(diagnostic);
            reasons.push(format!("`{file}` is a truncated page and the next page is missing"));
        }
        // `--filter User` leaves the other lists empty, though users speak of what should be there.
        let empty = |list: &&&str| self.lists.contains(*list) && !self.found.contains(*list);
        let filtered: Vec<&str> = self.wanted.iter().filter(empty).copied().collect();
        if !filtered.is_empty() {
            reasons.push(format!("{} empty, though something of it is in use: filtered", filtered.join(" and ")));
        }
        let missing: Vec<&str> = LISTS.into_iter().filter(|list| !self.lists.contains(list)).collect();
        if !missing.is_empty() {
            let message = format!("the authorization details lack {}: what it holds is unknown", missing.join(" and "));
            let diagnostic = Diagnostic::warning("missing-list", message);
            diagnostics.push(match self.first {
                Some(origin) => diagnostic.at(origin),
                None => diagnostic,
            });
            reasons.push(format!("{} missing from the authorization details", missing.join(" and ")));
        }
        if self.faults > 0 {
            reasons.push(format!("{} entries of the authorization details could not be read", self.faults));
        }
        if reasons.is_empty() { Collected::Present(()) } else { Collected::Unknown(reasons.join("; ")) }
    }
}

#[derive(Default)]
struct Reader<'f> {
    managed: ManagedPolicies,
    groups: BTreeMap<(AccountId, Box<str>), (GroupId, Node<'f>)>,
    principals: BTreeMap<String, Node<'f>>,
    pages: BTreeMap<AccountId, Pages>,
}

impl<'f> Reader<'f> {
    fn group(&mut self, builder: &mut Builder, entry: &Entry<'f>) {
        let key = (entry.account, entry.name.clone());
        if let Some((id, earlier)) = self.groups.get(&key) {
            if let Some(diagnostic) = duplicate(earlier, entry, "group") {
                let lost = diagnostic.severity > Severity::Info;
                builder.report(diagnostic);
                if lost {
                    let name = "policies in another file";
                    let unknown = builder.unknown_policy(&entry.fields.node, name, PolicyKind::Inline);
                    if let Some(group) = builder.groups.get_mut(id.0 as usize) {
                        group.policies.push(unknown);
                    }
                }
            }
            return;
        }
        let policies = self.policies(builder, entry, "GroupPolicyList", "group");
        let group = Group { arn: entry.arn.clone(), account: entry.account, name: entry.name.clone(), policies };
        let id = builder.add_group(group);
        self.groups.insert(key, (id, entry.fields.node.clone()));
    }

    fn principal(&mut self, builder: &mut Builder, entry: &Entry<'f>, kind: PrincipalKind) {
        let (list, what) = match kind {
            PrincipalKind::User => ("UserPolicyList", "user"),
            PrincipalKind::Role => ("RolePolicyList", "role"),
        };
        if let Some(earlier) = self.principals.get(entry.arn.as_str()) {
            if let Some(diagnostic) = duplicate(earlier, entry, what) {
                let lost = diagnostic.severity > Severity::Info;
                builder.report(diagnostic);
                if lost {
                    forget(builder, earlier, entry);
                }
            }
            return;
        }
        let fields = &entry.fields;
        let mut policies = self.policies(builder, entry, list, what);
        let mut groups = Vec::new();
        for node in fields.list("GroupList") {
            let name = node.text().unwrap_or_default();
            if let Some((group, _)) = self.groups.get(&(entry.account, name.as_str().into())) {
                groups.push(*group);
                continue;
            }
            let message =
                format!("the group `{name}` of user `{}` is in no file: what it allows is unknown", entry.name);
            builder.report(Diagnostic::warning("missing-group", message).at(node.origin()));
            self.pages.entry(entry.account).or_default().wanted.insert("GroupDetailList");
            policies.push(builder.unknown_policy(&node, &name, PolicyKind::Inline));
        }
        let boundary = self.boundary(builder, entry);
        let owner = format!("{what} `{}`", entry.name);
        let tags = tags::read(fields, &owner, &mut builder.diagnostics);
        let trust = trust(builder, fields, &entry.name, kind);
        let max_session_duration = session_duration::read(fields, &owner, &mut builder.diagnostics);
        let unique_id = fields.text("UserId").or_else(|| fields.text("RoleId")).map(Into::into);
        builder.add_principal(Principal {
            arn: entry.arn.clone(),
            account: entry.account,
            kind,
            name: entry.name.clone(),
            unique_id,
            tags,
            groups,
            policies,
            boundary,
            trust,
            credentials: HeldCredentials::default(),
            max_session_duration,
        });
        self.principals.insert(entry.arn.as_str().to_owned(), fields.node.clone());
    }

    /// Inline and attached policies.
    fn policies(&mut self, builder: &mut Builder, entry: &Entry<'_>, list: &str, what: &str) -> Vec<PolicyId> {
        let mut policies = Vec::new();
        for node in entry.fields.list(list) {
            let fields = node.fields().ok();
            let name = fields.as_ref().and_then(|fields| fields.text("PolicyName")).unwrap_or_default();
            let owner = format!("the inline policy `{name}` of {what} `{}`", entry.name);
            let document = fields.and_then(|fields| fields.get("PolicyDocument"));
            policies.push(if let Some(document) = document {
                builder.policy_at(&document, &name, PolicyKind::Inline, &owner)
            } else {
                let message = format!("{owner} comes without its document: what it says is unknown");
                builder.report(Diagnostic::warning("missing-policy-document", message).at(node.origin()));
                builder.unknown_policy(&node, &name, PolicyKind::Inline)
            });
        }
        for node in entry.fields.list("AttachedManagedPolicies") {
            policies.push(match node.fields().and_then(|fields| fields.arn("PolicyArn")) {
                Ok(arn) => self.managed(builder, &node, &arn, entry.account),
                Err(diagnostic) => {
                    builder.report(diagnostic);
                    builder.unknown_policy(&node, "an attached policy", PolicyKind::CustomerManaged)
                }
            });
        }
        policies
    }

    fn managed(&mut self, builder: &mut Builder, node: &Node<'_>, arn: &Arn, account: AccountId) -> PolicyId {
        let id = self.managed.get(builder, node, arn, account);
        if builder.policy(id).is_some_and(|policy| policy.document.is_none()) {
            self.pages.entry(account).or_default().wanted.insert("Policies");
        }
        id
    }

    fn boundary(&mut self, builder: &mut Builder, entry: &Entry<'_>) -> Option<PolicyId> {
        let node = entry.fields.get("PermissionsBoundary")?;
        Some(match node.fields().and_then(|fields| fields.arn("PermissionsBoundaryArn")) {
            Ok(arn) => self.managed(builder, &node, &arn, entry.account),
            Err(diagnostic) => {
                builder.report(diagnostic);
                builder.unknown_policy(&node, "permissions boundary", PolicyKind::CustomerManaged)
            }
        })
    }
}

/// The trust policy of a role; a role without one in the input has an unknown one.
pub(super) fn trust(builder: &mut Builder, fields: &Fields<'_>, name: &str, kind: PrincipalKind) -> Option<PolicyId> {
    if kind == PrincipalKind::User {
        return None;
    }
    let owner = format!("the trust policy of role `{name}`");
    Some(match fields.get("AssumeRolePolicyDocument") {
        Some(node) => {
            let trust = builder.policy_at(&node, name, PolicyKind::Trust, &owner);
            shared_providers::check(builder, &node, trust, name);
            trust
        }
        None => {
            let message = format!("{owner} is not in the input: who may assume the role is unknown");
            builder.report(Diagnostic::warning("missing-policy-document", message).at(fields.node.origin()));
            builder.unknown_policy(&fields.node, name, PolicyKind::Trust)
        }
    })
}
