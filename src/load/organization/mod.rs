//! AWS Organizations: its calls as the AWS CLI prints them, `organization.json`, and trees with `Children` (E98-E106, E188).

mod attachments;
mod root_access;
mod targets;

use std::collections::{BTreeMap, BTreeSet};

use crate::arn::AccountId;
use crate::diagnostic::Diagnostic;
use crate::load::Input;
use crate::load::builder::Builder;
use crate::load::organization::attachments::{Attached, RCP_FULL_ACCESS, kind_of};
use crate::load::organization::root_access::RootAccess;
use crate::load::roles::cut_off;
use crate::model::{Collected, Organization, PolicyId, PolicyKind, Target, TargetKind};

pub(super) use crate::load::organization::root_access::{FEATURES_CALL, has_no_features};

/// What the files say of the organization, brought together.
#[derive(Debug, Default)]
pub(super) struct Draft {
    id: Option<String>,
    not_in_use: bool,
    management_account: Option<AccountId>,
    enabled: BTreeMap<PolicyKind, bool>,
    targets: BTreeMap<Box<str>, Target>,
    policies: BTreeMap<String, PolicyId>,
    /// Ids of tag policies, backup policies and so on, which grant and deny nothing.
    indifferent: BTreeSet<String>,
    attached: BTreeMap<(String, PolicyKind), Attached>,
    /// The parents whose accounts and whose units were listed.
    listed: BTreeSet<(&'static str, String)>,
    /// All accounts were listed at once.
    all_accounts: bool,
    root_access: RootAccess,
    failures: Vec<String>,
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
            self.attached.entry(key).or_insert_with(|| Attached::unknown(reason));
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
            let mut whole = fields.has(key) && !fields.is_cut();
            for node in fields.list(key) {
                let result = node.fields().and_then(|fields| self.target(builder, &fields, kind, parent));
                if let Err(diagnostic) = result {
                    builder.report(diagnostic);
                    whole = false;
                }
            }
            if whole {
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
            self.attach(builder, &fields.node, (target, kind), mentions.clone(), !fields.is_cut());
        }
        if fields.has("Attachments") {
            self.attachments(builder, &fields, &mentions);
        }
        if fields.has("DelegatedAdministrators") {
            self.delegated_administrators(builder, &fields, operation, item);
        }
        if fields.has("EnabledFeatures") {
            self.features(builder, &fields);
        }
        if fields.is_cut() {
            builder.report(cut_off(&fields.node));
        }
    }

    /// A tree in which every node holds its `Policies` and its `Children`.
    pub(super) fn tree(&mut self, builder: &mut Builder, input: &Input) {
        let mut whole = true;
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
                    whole = false;
                    continue;
                }
            };
            let id = fields.text("Id").unwrap_or_default();
            let mentions = self.policies(builder, &fields);
            for kind in [PolicyKind::ServiceControl, PolicyKind::ResourceControl] {
                let of_kind: Vec<_> = mentions.iter().filter(|attachment| attachment.kind == kind).cloned().collect();
                // Such trees know one kind of policy: a list without the other kind says nothing of it.
                if !of_kind.is_empty() || (kind == PolicyKind::ServiceControl && fields.has("Policies")) {
                    self.attach(builder, &node, (&id, kind), of_kind, true);
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
        self.all_accounts |= whole;
    }

    /// Puts the organization into the environment.
    pub(super) fn finish(mut self, builder: &mut Builder) {
        let attached = std::mem::take(&mut self.attached);
        for ((target, kind), attached) in attached {
            let policies = match attached.policies {
                Collected::Present(_) if !attached.whole => {
                    Collected::Unknown("the list of policies is cut off".into())
                }
                Collected::Present(list) => {
                    let limiting = list.into_iter().filter(|one| one.id != RCP_FULL_ACCESS);
                    Collected::Present(limiting.map(|one| self.document_of(builder, one)).collect())
                }
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
        let (iam_administrators, root_sessions) = self.root_access.finish(builder, self.id.as_deref());
        builder.organization = match (self.id, nothing) {
            (Some(id), _) => Collected::Present(Organization {
                id: id.into(),
                management_account: self.management_account,
                iam_administrators,
                root_sessions,
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
}
