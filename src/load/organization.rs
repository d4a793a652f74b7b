//! AWS Organizations: its calls as the AWS CLI prints them, `organization.json`, and trees with `Children` (E98-E106, E188).

use std::collections::{BTreeMap, BTreeSet};

use crate::arn::{AccountId, Arn};
use crate::diagnostic::Diagnostic;
use crate::load::Input;
use crate::load::builder::{Builder, grammar, mention};
use crate::load::node::{Fields, Node};
use crate::load::roles::cut_off;
use crate::model::{Collected, Organization, Policy, PolicyId, PolicyKind, Target, TargetKind};
use crate::policy::DocumentKind;

/// The policy of this id is always there, and this is what it says.
const FULL_ACCESS: (&str, &str) =
    ("p-FullAWSAccess", r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#);

/// This one never limits (E105).
const RCP_FULL_ACCESS: &str = "p-RCPFullAWSAccess";

/// What the files say of the organization, brought together.
#[derive(Debug, Default)]
pub(super) struct Draft {
    id: Option<String>,
    not_in_use: bool,
    management_account: Option<AccountId>,
    enabled: BTreeMap<PolicyKind, bool>,
    targets: BTreeMap<Box<str>, Target>,
    policies: BTreeMap<String, PolicyId>,
    attached: BTreeMap<(String, PolicyKind), Collected<Vec<Attachment>>>,
    /// The parents whose accounts and whose units were listed.
    listed: BTreeSet<(&'static str, String)>,
    /// All accounts were listed at once.
    all_accounts: bool,
    failures: Vec<String>,
}

/// A policy attached to a target: its id, its name, and what to say if nobody gives its document.
#[derive(Debug, Clone)]
struct Attachment {
    id: String,
    name: String,
    kind: PolicyKind,
    source: crate::model::Source,
    origin: crate::diagnostic::Origin,
}

fn kind_of(name: &str) -> Option<PolicyKind> {
    match name {
        "SERVICE_CONTROL_POLICY" => Some(PolicyKind::ServiceControl),
        "RESOURCE_CONTROL_POLICY" => Some(PolicyKind::ResourceControl),
        _ => None,
    }
}

impl Draft {
    /// A call that failed because there is no organization.
    pub(super) fn not_in_use(&mut self) {
        self.not_in_use = true;
    }

    /// A call that failed, or a file that could not be read.
    pub(super) fn failed(&mut self, operation: &str, item: Option<&str>, reason: &str) {
        self.failures.push(reason.to_owned());
        if operation == "organizations-list-policies-for-target"
            && let Some((target, kind)) = item.and_then(|item| item.rsplit_once('.'))
            && let Some(kind) = kind_of(kind)
        {
            let key = (target.to_owned(), kind);
            self.attached.entry(key).or_insert_with(|| Collected::Unknown(reason.to_owned()));
        }
    }

    /// Any answer of AWS Organizations, or `organization.json`, which has several of them as its keys.
    pub(super) fn answers(&mut self, builder: &mut Builder, input: &Input) {
        let Ok(fields) = input.root().fields() else { return };
        let operation = input.layout.operation.as_str();
        let item = input.layout.item.as_deref();
        if let Some(organization) = fields.get("Organization").and_then(|node| node.fields().ok()) {
            self.organization(builder, &organization);
        }
        for (key, kind) in [
            ("Roots", TargetKind::Root),
            ("OrganizationalUnits", TargetKind::OrganizationalUnit),
            ("Accounts", TargetKind::Account),
        ] {
            let of_call = match kind {
                TargetKind::Root => false,
                TargetKind::OrganizationalUnit => operation == "organizations-list-organizational-units-for-parent",
                TargetKind::Account => operation == "organizations-list-accounts-for-parent",
            };
            let parent = item.filter(|_| of_call);
            for node in fields.list(key) {
                let result = node.fields().and_then(|fields| self.target(builder, &fields, kind, parent));
                if let Err(diagnostic) = result {
                    builder.report(diagnostic);
                }
            }
            if fields.has(key) && !fields.is_cut() {
                if let Some(parent) = parent {
                    self.listed.insert((key, parent.to_owned()));
                } else if kind == TargetKind::Account && !of_call {
                    self.all_accounts = true;
                }
            }
        }
        let mentions = self.policies(builder, &fields);
        if operation == "organizations-list-policies-for-target"
            && let Some((target, kind)) = item.and_then(|item| item.rsplit_once('.'))
            && let Some(kind) = kind_of(kind)
            && fields.has("Policies")
        {
            self.attach(target, kind, mentions.clone());
        }
        if fields.has("Attachments") {
            self.attachments(builder, &fields, &mentions);
        }
        if fields.is_cut() {
            builder.report(cut_off(&fields.node));
        }
    }

    /// A tree in which every node holds its `Policies` and its `Children`.
    pub(super) fn tree(&mut self, builder: &mut Builder, input: &Input) {
        let mut waiting = vec![(input.root(), TargetKind::Root, None)];
        while let Some((node, kind, parent)) = waiting.pop() {
            let result = node.fields().and_then(|fields| {
                self.target(builder, &fields, kind, parent.as_deref())?;
                Ok(fields)
            });
            let fields = match result {
                Ok(fields) => fields,
                Err(diagnostic) => {
                    builder.report(diagnostic);
                    continue;
                }
            };
            let id = fields.text("Id").unwrap_or_default();
            let mentions = self.policies(builder, &fields);
            for kind in [PolicyKind::ServiceControl, PolicyKind::ResourceControl] {
                let of_kind: Vec<_> = mentions.iter().filter(|attachment| attachment.kind == kind).cloned().collect();
                // Such trees know one kind of policy: a list without the other kind says nothing of it.
                if !of_kind.is_empty() || (kind == PolicyKind::ServiceControl && fields.has("Policies")) {
                    self.attach(&id, kind, of_kind);
                }
            }
            for child in fields.list("Children") {
                let kind = match child.fields().ok().and_then(|fields| fields.text("Id")) {
                    Some(child) if child.starts_with("ou-") => TargetKind::OrganizationalUnit,
                    _ => TargetKind::Account,
                };
                waiting.push((child, kind, Some(id.clone())));
            }
        }
        self.all_accounts = true;
    }

    fn organization(&mut self, builder: &mut Builder, fields: &Fields<'_>) {
        let id = fields.text("Id");
        if let (Some(earlier), Some(id)) = (&self.id, &id)
            && earlier != id
        {
            let message = format!("organization `{id}` beside `{earlier}`: only the first is considered");
            builder.report(Diagnostic::error("second-organization", message).at(fields.node.origin()));
            return;
        }
        self.id = id.or_else(|| self.id.take());
        let management = fields.text("MasterAccountId").or_else(|| fields.text("ManagementAccountId"));
        if let Some(text) = management {
            self.management_account = AccountId::parse(&text).or(self.management_account);
            if AccountId::parse(&text).is_none() {
                let message = format!("`{text}` is no account id");
                builder.report(Diagnostic::error("malformed-account-id", message).at(fields.node.origin()));
            }
        }
    }

    /// A root, unit or account; `parent` where the call tells it.
    fn target(
        &mut self,
        builder: &mut Builder,
        fields: &Fields<'_>,
        kind: TargetKind,
        parent: Option<&str>,
    ) -> Result<(), Diagnostic> {
        let Some(id) = fields.text("Id") else { return Err(fields.node.malformed("the entry has no `Id`")) };
        if let Some(arn) = fields.text("Arn").and_then(|text| Arn::parse(&text).ok()) {
            // `…:account/o-example/111122223333`: every ARN of an organization names it and its management account.
            let organization = arn.resource().split('/').find(|part| part.starts_with("o-"));
            if let (Some(id), Some(other)) = (&self.id, organization)
                && id != other
            {
                let message = format!("`{arn}` is not in organization `{id}`: only the first one is considered");
                return Err(Diagnostic::error("second-organization", message).at(fields.node.origin()));
            }
            self.id = self.id.take().or_else(|| organization.map(str::to_owned));
            self.management_account = self.management_account.or_else(|| arn.account_id());
        }
        let name: Option<Box<str>> = fields.text("Name").map(Into::into);
        if kind == TargetKind::Account {
            let Some(account) = AccountId::parse(&id) else {
                let diagnostic = Diagnostic::error("malformed-account-id", format!("`{id}` is no account id"));
                return Err(diagnostic.with_hint("an account id has twelve digits").at(fields.node.origin()));
            };
            let account = builder.account(account);
            account.name = account.name.take().or_else(|| name.clone());
        }
        if kind == TargetKind::Root && fields.has("PolicyTypes") {
            let types = fields.list("PolicyTypes");
            for (kind, name) in [
                (PolicyKind::ServiceControl, "SERVICE_CONTROL_POLICY"),
                (PolicyKind::ResourceControl, "RESOURCE_CONTROL_POLICY"),
            ] {
                let enabled = types.iter().filter_map(|node| node.fields().ok()).any(|fields| {
                    fields.text("Type").as_deref() == Some(name) && fields.text("Status").as_deref() != Some("DISABLED")
                });
                self.enabled.insert(kind, enabled);
            }
        }
        let parent = parent.map(str::to_owned).or_else(|| fields.text("ParentId"));
        let target = self.node(&id, kind);
        target.name = target.name.take().or(name);
        target.parent = target.parent.take().or(parent.map(Into::into));
        Ok(())
    }

    fn node(&mut self, id: &str, kind: TargetKind) -> &mut Target {
        self.targets.entry(id.into()).or_insert_with(|| Target {
            id: id.into(),
            name: None,
            kind,
            parent: None,
            service_control: Collected::NotCollected,
            resource_control: Collected::NotCollected,
        })
    }

    /// Reads `Policies` or `Policy`, with or without content, and says which policies were named.
    fn policies(&mut self, builder: &mut Builder, fields: &Fields<'_>) -> Vec<Attachment> {
        let mut named = Vec::new();
        for node in fields.list("Policies").into_iter().chain(fields.get("Policy")) {
            match self.policy(builder, &node) {
                Ok(attachment) => named.extend(attachment),
                Err(diagnostic) => builder.report(diagnostic),
            }
        }
        named
    }

    fn policy(&mut self, builder: &mut Builder, node: &Node<'_>) -> Result<Option<Attachment>, Diagnostic> {
        let fields = node.fields()?;
        let summary = fields.get("PolicySummary").and_then(|node| node.fields().ok());
        let summary = summary.as_ref().unwrap_or(&fields);
        let Some(id) = summary.text("Id") else { return Err(node.malformed("the policy has no `Id`")) };
        let arn = summary.text("Arn").and_then(|text| Arn::parse(&text).ok());
        let by_arn = || {
            let arn = arn.as_ref()?.as_str();
            let kinds = [PolicyKind::ServiceControl, PolicyKind::ResourceControl];
            kinds.into_iter().find(|kind| {
                arn.contains(if *kind == PolicyKind::ServiceControl {
                    "/service_control_"
                } else {
                    "/resource_control_"
                })
            })
        };
        let kind = match summary.text("Type") {
            Some(name) => kind_of(&name),
            None => by_arn(),
        };
        // Tag policies, backup policies and so on grant and deny nothing.
        let Some(kind) = kind else { return Ok(None) };
        let name = summary.text("Name").unwrap_or_else(|| id.clone());
        let attachment =
            Attachment { id: id.clone(), name: name.clone(), kind, source: mention(node), origin: node.place() };
        let Some(content) = fields.get("Content").filter(|_| id != RCP_FULL_ACCESS) else {
            return Ok(Some(attachment));
        };
        let owner = format!("the organization's policy `{name}`");
        let (document, source) = builder.document(&content, grammar(kind), &owner);
        if let Some(earlier) = self.policies.get(&id).and_then(|id| builder.policy(*id)) {
            let same = earlier.document.is_some_and(|earlier| builder.documents.same(earlier, document));
            if same {
                return Ok(Some(attachment));
            }
            let place = earlier.source.as_ref().map(|source| format!("{} at {}", source.file, source.pointer));
            let message = format!("{owner} has another document in {}: unknown", place.unwrap_or_default());
            builder.report(Diagnostic::error("duplicate-policy", message).at(node.origin()));
            let policy = Policy { name: name.into(), arn, kind, document: None, source: Some(source) };
            self.policies.insert(id, builder.add_policy(policy));
            return Ok(Some(attachment));
        }
        let policy = Policy { name: name.into(), arn, kind, document: Some(document), source: Some(source) };
        self.policies.insert(id, builder.add_policy(policy));
        Ok(Some(attachment))
    }

    fn attach(&mut self, target: &str, kind: PolicyKind, policies: Vec<Attachment>) {
        let entry = self.attached.entry((target.to_owned(), kind)).or_default();
        match entry {
            Collected::Present(known) => {
                let new: Vec<_> = policies.into_iter().filter(|one| known.iter().all(|old| old.id != one.id)).collect();
                known.extend(new);
            }
            other => *other = Collected::Present(policies),
        }
    }

    /// `Attachments` of `organization.json`: complete for its targets and for the kinds of policies it knows.
    fn attachments(&mut self, builder: &mut Builder, fields: &Fields<'_>, mentions: &[Attachment]) {
        for kind in [PolicyKind::ServiceControl, PolicyKind::ResourceControl] {
            if self.enabled.get(&kind) == Some(&true) || mentions.iter().any(|mention| mention.kind == kind) {
                let ids: Vec<Box<str>> = self.targets.keys().cloned().collect();
                ids.iter().for_each(|id| self.attach(id, kind, Vec::new()));
            }
        }
        for node in fields.list("Attachments") {
            let entry = node.fields().ok();
            let text = |key: &str| entry.as_ref().and_then(|entry| entry.text(key));
            let (Some(policy), Some(target)) = (text("PolicyId"), text("TargetId")) else {
                builder.report(node.malformed("an attachment needs `PolicyId` and `TargetId`"));
                continue;
            };
            let known = mentions.iter().find(|mention| mention.id == policy);
            let known_by_aws = [
                (FULL_ACCESS.0, "FullAWSAccess", PolicyKind::ServiceControl),
                (RCP_FULL_ACCESS, "RCPFullAWSAccess", PolicyKind::ResourceControl),
            ];
            let by_aws = known_by_aws.into_iter().find(|(id, ..)| *id == policy);
            let (name, kind) = match (known, by_aws) {
                (Some(known), _) => (known.name.clone(), known.kind),
                (None, Some((_, name, kind))) => (name.to_owned(), kind),
                (None, None) => {
                    // Of either kind, or of one that does not matter: both are unknown for this target.
                    let message = format!("the attached policy `{policy}` is not among `Policies`");
                    builder.report(Diagnostic::warning("missing-policy-document", message.clone()).at(node.origin()));
                    for kind in [PolicyKind::ServiceControl, PolicyKind::ResourceControl] {
                        self.attached.insert((target.clone(), kind), Collected::Unknown(message.clone()));
                    }
                    continue;
                }
            };
            let attachment = Attachment { id: policy, name, kind, source: mention(&node), origin: node.place() };
            if !matches!(self.attached.get(&(target.clone(), kind)), Some(Collected::Unknown(_))) {
                self.attach(&target, kind, vec![attachment]);
            }
        }
    }

    /// Puts the organization into the environment.
    pub(super) fn finish(mut self, builder: &mut Builder) {
        let attached = std::mem::take(&mut self.attached);
        for ((target, kind), policies) in attached {
            let policies = match policies {
                Collected::Present(list) => Collected::Present(
                    list.into_iter()
                        .filter(|one| one.id != RCP_FULL_ACCESS)
                        .map(|one| self.document_of(builder, one))
                        .collect(),
                ),
                Collected::Unknown(reason) => Collected::Unknown(reason),
                Collected::Absent => Collected::Absent,
                Collected::NotCollected => Collected::NotCollected,
            };
            let shape = match target.as_str() {
                id if id.starts_with("r-") => TargetKind::Root,
                id if id.starts_with("ou-") => TargetKind::OrganizationalUnit,
                _ => TargetKind::Account,
            };
            let node = self.node(&target, shape);
            if kind == PolicyKind::ServiceControl {
                node.service_control = policies;
            } else {
                node.resource_control = policies;
            }
        }
        let complete = self.is_complete();
        let nothing = self.id.is_none() && self.targets.is_empty();
        builder.organization = match (self.id, nothing) {
            (Some(id), _) => Collected::Present(Organization {
                id: id.into(),
                management_account: self.management_account,
                service_control_enabled: self.enabled.get(&PolicyKind::ServiceControl).copied(),
                resource_control_enabled: self.enabled.get(&PolicyKind::ResourceControl).copied(),
                complete,
                targets: self.targets,
            }),
            (None, false) => {
                let message = "nothing tells the id of the organization: what it limits is unknown";
                let hint = "aws organizations describe-organization gives it";
                builder.report(Diagnostic::error("organization-without-id", message).with_hint(hint));
                Collected::Unknown("its id is in no file".into())
            }
            (None, true) if self.not_in_use => Collected::Absent,
            (None, true) if !self.failures.is_empty() => Collected::Unknown(self.failures.join("; ")),
            (None, true) => Collected::NotCollected,
        };
    }

    /// Whether every account of the organization was listed.
    fn is_complete(&self) -> bool {
        let is_listed = |target: &Target| {
            let listed = |key: &'static str| self.listed.contains(&(key, target.id.to_string()));
            listed("Accounts") && listed("OrganizationalUnits")
        };
        let mut above = self.targets.values().filter(|target| target.kind != TargetKind::Account).peekable();
        let has_root = self.targets.values().any(|target| target.kind == TargetKind::Root);
        self.all_accounts || (has_root && above.peek().is_some() && above.all(is_listed))
    }

    fn document_of(&mut self, builder: &mut Builder, attachment: Attachment) -> PolicyId {
        if let Some(id) = self.policies.get(&attachment.id) {
            return *id;
        }
        let Attachment { id, name, kind, source, origin } = attachment;
        let document = if id == FULL_ACCESS.0 {
            Some(builder.documents.known_by_aws(FULL_ACCESS.1, DocumentKind::ServiceControl))
        } else {
            let message = format!("no file gives the document of the organization's policy `{name}`: it is unknown");
            let hint = format!("aws organizations describe-policy --policy-id {id} gives it");
            builder.report(Diagnostic::warning("missing-policy-document", message).with_hint(hint).at(origin));
            None
        };
        let policy = builder.add_policy(Policy { name: name.into(), arn: None, kind, document, source: Some(source) });
        self.policies.insert(id, policy);
        policy
    }
}
