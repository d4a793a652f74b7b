//! The organization's policies and what they are attached to.

use crate::arn::Arn;
use crate::diagnostic::{Diagnostic, Origin};
use crate::load::builder::{Builder, grammar, mention};
use crate::load::node::{Fields, Node};
use crate::load::organization::Draft;
use crate::model::{Collected, Policy, PolicyId, PolicyKind, Source};
use crate::policy::DocumentKind;

/// The policy of this id is always there, and this is what it says.
const FULL_ACCESS: (&str, &str) =
    ("p-FullAWSAccess", r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#);

/// This one never limits (E105).
pub(super) const RCP_FULL_ACCESS: &str = "p-RCPFullAWSAccess";

/// A policy attached to a target: its id, its name, and what to say if nobody gives its document.
#[derive(Debug, Clone)]
pub(super) struct Attachment {
    pub(super) id: String,
    name: String,
    pub(super) kind: PolicyKind,
    source: Source,
    origin: Origin,
}

/// The kind of policy that AWS calls by this name.
pub(super) fn kind_of(name: &str) -> Option<PolicyKind> {
    match name {
        "SERVICE_CONTROL_POLICY" => Some(PolicyKind::ServiceControl),
        "RESOURCE_CONTROL_POLICY" => Some(PolicyKind::ResourceControl),
        _ => None,
    }
}

impl Draft {
    /// Reads `Policies` or `Policy`, with or without content, and says which policies were named.
    pub(super) fn policies(&mut self, builder: &mut Builder, fields: &Fields<'_>) -> Vec<Attachment> {
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

    pub(super) fn attach(&mut self, target: &str, kind: PolicyKind, policies: Vec<Attachment>) {
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
    pub(super) fn attachments(&mut self, builder: &mut Builder, fields: &Fields<'_>, mentions: &[Attachment]) {
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

    pub(super) fn document_of(&mut self, builder: &mut Builder, attachment: Attachment) -> PolicyId {
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
