//! The organization's policies and what they are attached to.

use std::collections::BTreeMap;

use crate::arn::Arn;
use crate::diagnostic::{Diagnostic, Origin};
use crate::load::Input;
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

/// Policies that a list may name without describing them.
const KNOWN_BY_AWS: [(&str, &str, PolicyKind); 2] = [
    (FULL_ACCESS.0, "FullAWSAccess", PolicyKind::ServiceControl),
    (RCP_FULL_ACCESS, "RCPFullAWSAccess", PolicyKind::ResourceControl),
];

/// A policy attached to a target: its id, its name, and what to say if nobody gives its document.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Attachment {
    pub(super) id: String,
    name: String,
    pub(super) kind: PolicyKind,
    source: Source,
    origin: Origin,
}

/// The policies of one kind that a target has.
#[derive(Debug, Default)]
pub(super) struct Attached {
    pub(super) policies: Collected<Vec<Attachment>>,
    /// Whether some answer gave them to the end.
    pub(super) whole: bool,
}

impl Attached {
    pub(super) fn unknown(reason: &str) -> Self {
        Self { policies: Collected::Unknown(reason.to_owned()), whole: true }
    }
}

/// The kind of policy that AWS calls by this name; declarative and other policies have no part in a decision (E107).
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
        let Some(kind) = kind else {
            self.indifferent.insert(id);
            return Ok(None);
        };
        let name = summary.text("Name").unwrap_or_else(|| id.clone());
        let attachment =
            Attachment { id: id.clone(), name: name.clone(), kind, source: mention(node), origin: node.place() };
        let Some(content) = fields.get("Content").filter(|_| id != RCP_FULL_ACCESS) else {
            return Ok(Some(attachment));
        };
        self.content(builder, &attachment, arn, &content);
        Ok(Some(attachment))
    }

    /// Notes the document of a policy. Of two that differ none is believed.
    fn content(&mut self, builder: &mut Builder, of: &Attachment, arn: Option<Arn>, node: &Node<'_>) {
        let owner = format!("the organization's policy `{}`", of.name);
        let (document, source) = builder.document(node, grammar(of.kind), &owner);
        let mut document = Some(document);
        if let Some(earlier) = self.policies.get(&of.id).and_then(|id| builder.policy(*id)) {
            let same = |(earlier, document)| builder.documents.same(earlier, document);
            if earlier.document.zip(document).is_some_and(same) {
                return;
            }
            let place = earlier.source.as_ref().map(|source| format!("{} at {}", source.file, source.pointer));
            let message = format!("{owner} has another document in {}: unknown", place.unwrap_or_default());
            builder.report(Diagnostic::error("duplicate-policy", message).at(node.origin()));
            document = None;
        }
        let policy = Policy { name: of.name.as_str().into(), arn, kind: of.kind, document, source: Some(source) };
        self.policies.insert(of.id.clone(), builder.add_policy(policy));
    }

    /// A document on its own in the place of an answer of `describe-policy`: what its policy is attached to tells its kind.
    /// Says whether anything is.
    pub(in crate::load) fn document(&mut self, builder: &mut Builder, input: &Input) -> bool {
        let mut named = self.attached.values().filter_map(|attached| attached.policies.present()).flatten();
        let Some(of) = named.find(|one| Some(&one.id) == input.layout.item.as_ref()).cloned() else { return false };
        if of.id != RCP_FULL_ACCESS {
            self.content(builder, &of, None, &input.root());
        }
        true
    }

    /// Notes the policies of a kind that a target has. Cut pages add up; two whole answers that differ leave it unknown.
    pub(super) fn attach(
        &mut self,
        builder: &mut Builder,
        node: &Node<'_>,
        target: (&str, PolicyKind),
        policies: Vec<Attachment>,
        whole: bool,
    ) {
        let entry = self.attached.entry((target.0.to_owned(), target.1)).or_default();
        let Collected::Present(known) = &mut entry.policies else {
            if entry.policies == Collected::NotCollected {
                *entry = Attached { policies: Collected::Present(policies), whole };
            }
            return;
        };
        let is_new = |one: &Attachment| known.iter().all(|old| old.id != one.id);
        let differs =
            policies.iter().any(is_new) || known.iter().any(|old| policies.iter().all(|one| one.id != old.id));
        if entry.whole && whole && differs {
            let message = format!("`{}` has other policies in another file: what limits it is unknown", target.0);
            builder.report(Diagnostic::error("duplicate-attachments", message.clone()).at(node.origin()));
            *entry = Attached::unknown(&message);
            return;
        }
        let new: Vec<Attachment> = policies.into_iter().filter(is_new).collect();
        known.extend(new);
        entry.whole |= whole;
    }

    /// `Attachments` of `organization.json`: complete for its targets and for the kinds of policies it knows.
    pub(super) fn attachments(&mut self, builder: &mut Builder, fields: &Fields<'_>, mentions: &[Attachment]) {
        let mut lists: BTreeMap<(String, PolicyKind), Vec<Attachment>> = BTreeMap::new();
        for kind in [PolicyKind::ServiceControl, PolicyKind::ResourceControl] {
            if self.enabled.get(&kind) == Some(&true) || mentions.iter().any(|mention| mention.kind == kind) {
                lists.extend(self.targets.keys().map(|id| ((id.to_string(), kind), Vec::new())));
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
            let by_aws = KNOWN_BY_AWS.iter().find(|(id, ..)| *id == policy);
            let (name, kind) = match (known, by_aws) {
                (Some(known), _) => (known.name.clone(), known.kind),
                (None, Some((_, name, kind))) => ((*name).to_owned(), *kind),
                (None, None) if self.indifferent.contains(&policy) => continue,
                (None, None) => {
                    // Of either kind, or of one that does not matter: both are unknown for this target.
                    let message = format!("the attached policy `{policy}` is not among `Policies`");
                    builder.report(Diagnostic::warning("missing-policy-document", message.clone()).at(node.origin()));
                    for kind in [PolicyKind::ServiceControl, PolicyKind::ResourceControl] {
                        self.attached.insert((target.clone(), kind), Attached::unknown(&message));
                    }
                    continue;
                }
            };
            let attachment = Attachment { id: policy, name, kind, source: mention(&node), origin: node.place() };
            lists.entry((target, kind)).or_default().push(attachment);
        }
        for ((target, kind), list) in lists {
            self.attach(builder, &fields.node, (&target, kind), list, true);
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
