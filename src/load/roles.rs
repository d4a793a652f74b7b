//! `iam list-roles` and `iam get-role`: the session durations, which are only there (E186), and roles that no
//! authorization details hold. A listing gives neither tags nor boundaries.

use std::collections::BTreeSet;

use crate::arn::Arn;
use crate::diagnostic::Diagnostic;
use crate::load::Input;
use crate::load::authorization_details::trust;
use crate::load::builder::{Builder, mention};
use crate::load::documents::{decode, same_json};
use crate::load::managed_policies::malformed_account;
use crate::load::node::{Fields, Node};
use crate::load::{session_duration, tags};
use crate::model::{Collected, HeldCredentials, Policy, PolicyId, PolicyKind, Principal, PrincipalKind, Tag};
use crate::policy::DocumentKind;

/// Reads the files. Details come first, so that what they tell is there.
pub(super) fn read<'i>(builder: &mut Builder, inputs: impl Iterator<Item = &'i Input>) {
    let mut reader = Reader::default();
    inputs.for_each(|input| reader.file(builder, input));
}

/// Says that a listing goes on where the file ends.
pub(super) fn cut_off(node: &Node<'_>) -> Diagnostic {
    let message = "the listing is cut off: what comes after is not known";
    Diagnostic::warning("truncated-listing", message).at(node.origin())
}

#[derive(Default)]
struct Reader {
    /// The roles of whose boundary nothing tells so far.
    boundary_untold: BTreeSet<String>,
}

/// One role as one file tells it.
struct Told<'f> {
    fields: Fields<'f>,
    arn: Arn,
    name: Box<str>,
    tags: Collected<Vec<Tag>>,
    boundary: Boundary<'f>,
    duration: Collected<u32>,
}

enum Boundary<'f> {
    /// The file does not give it.
    Untold,
    None,
    Of(Node<'f>),
}

impl Reader {
    fn file(&mut self, builder: &mut Builder, input: &Input) {
        let Ok(fields) = input.root().fields() else { return };
        let mut alone = 0;
        let listed = fields.list("Roles").into_iter().map(|node| (node, false));
        for (node, is_whole) in listed.chain(fields.get("Role").map(|node| (node, true))) {
            match self.role(builder, &node, is_whole) {
                Ok(true) => alone += 1,
                Ok(false) => {}
                Err(diagnostic) => builder.report(diagnostic),
            }
        }
        if alone > 0 {
            let message =
                format!("{alone} role(s) are in no authorization details: their identity policies are unknown");
            let hint = "aws iam get-account-authorization-details gives them";
            let diagnostic = Diagnostic::warning("role-without-policies", message).with_hint(hint);
            builder.report(diagnostic.at(fields.node.origin()));
        }
        if fields.is_cut() {
            let account = builder.folders.of(&input.path);
            let diagnostic = builder.session_durations.note_cut(account, &fields);
            builder.report(diagnostic);
        }
    }

    /// Merges a role; says whether no file told of it before. `is_whole`: what the answer lacks is not there.
    fn role(&mut self, builder: &mut Builder, node: &Node<'_>, is_whole: bool) -> Result<bool, Diagnostic> {
        let fields = node.fields()?;
        let arn = fields.arn("Arn")?;
        let account = arn.account_id().ok_or_else(|| malformed_account(&fields, &arn))?;
        let name: Box<str> = arn.resource().rsplit('/').next().unwrap_or_default().into();
        let owner = format!("role `{name}`");
        let tags = if is_whole || fields.get("Tags").is_some() {
            tags::read(&fields, &owner, &mut builder.diagnostics)
        } else {
            Collected::NotCollected
        };
        let boundary = match fields.get("PermissionsBoundary") {
            Some(node) => Boundary::Of(node),
            None if is_whole => Boundary::None,
            None => Boundary::Untold,
        };
        let duration = session_duration::read(&fields, &owner, &mut builder.diagnostics);
        let told = Told { fields, arn, name, tags, boundary, duration };
        if builder.principal(told.arn.as_str()).is_some() {
            self.merge(builder, told);
            return Ok(false);
        }
        let unknown =
            builder.unknown_policy(node, &format!("the identity policies of {}", told.name), PolicyKind::Inline);
        let boundary = self.boundary(builder, &told);
        let trust = trust(builder, &told.fields, &told.name, PrincipalKind::Role);
        let Told { fields, arn, name, tags, duration, .. } = told;
        builder.add_principal(Principal {
            account,
            kind: PrincipalKind::Role,
            name,
            unique_id: fields.text("RoleId").map(Into::into),
            tags,
            groups: Vec::new(),
            policies: vec![unknown],
            boundary,
            trust,
            credentials: HeldCredentials::default(),
            max_session_duration: duration,
            arn,
        });
        Ok(true)
    }

    /// The boundary that a file gives; where it gives none to see, whatever there may be.
    fn boundary(&mut self, builder: &mut Builder, told: &Told<'_>) -> Option<PolicyId> {
        match &told.boundary {
            Boundary::None => None,
            Boundary::Of(node) => Some(named_boundary(builder, node)),
            Boundary::Untold => {
                self.boundary_untold.insert(told.arn.as_str().to_owned());
                let name = format!("the permissions boundary of {}", told.name);
                Some(builder.unknown_policy(&told.fields.node, &name, PolicyKind::CustomerManaged))
            }
        }
    }

    /// Adds what was not told before. Where this file and an earlier one disagree, neither is believed.
    fn merge(&mut self, builder: &mut Builder, told: Told<'_>) {
        let arn = told.arn.as_str();
        let Some(known) = builder.principal(arn) else { return };
        let (trust, boundary, tags) = (known.trust, known.boundary, known.tags.clone());
        let earlier = trust.and_then(|trust| builder.policy(trust)?.source.as_ref().map(|source| source.file.clone()));
        let mut differs = Vec::new();
        let mut new_trust = None;
        if let (Some(trust), Some(node)) = (trust, told.fields.get("AssumeRolePolicyDocument"))
            && !says_the_same(builder, trust, &node, &told.name)
        {
            differs.push("trust policy");
            new_trust = Some(builder.unknown_policy(&node, &told.name, PolicyKind::Trust));
        }
        let new_boundary = if self.boundary_untold.contains(arn) {
            self.boundary_untold.remove(arn);
            self.boundary(builder, &told)
        } else if !same_boundary(builder, boundary, &told.boundary) {
            differs.push("permissions boundary");
            let name = format!("the permissions boundary of {}", told.name);
            Some(builder.unknown_policy(&told.fields.node, &name, PolicyKind::CustomerManaged))
        } else {
            boundary
        };
        let new_tags = match (tags, told.tags) {
            (Collected::NotCollected, new) => new,
            (Collected::Present(known), Collected::Present(new)) if known != new => {
                differs.push("list of tags");
                Collected::Unknown("two files disagree about them".into())
            }
            (known, _) => known,
        };
        let mut longer = None;
        if let Some(principal) = builder.principal_mut(arn) {
            let duration = &mut principal.max_session_duration;
            longer = session_duration::merge(duration, told.duration, &told.fields, &format!("role `{arn}`"));
            principal.trust = new_trust.or(principal.trust);
            principal.boundary = new_boundary;
            principal.tags = new_tags;
        }
        builder.diagnostics.extend(longer);
        if !differs.is_empty() {
            let (what, earlier) = (differs.join(" and another "), earlier.as_deref().unwrap_or("another file"));
            let message = format!("the role `{arn}` has another {what} in {earlier}: unknown");
            builder.report(Diagnostic::error("duplicate-principal", message).at(told.fields.node.origin()));
        }
    }
}

fn named_boundary(builder: &mut Builder, node: &Node<'_>) -> PolicyId {
    let text = boundary_arn(node);
    let source = Some(mention(node));
    let (arn, kind) = (Arn::parse(&text).ok(), PolicyKind::CustomerManaged);
    builder.add_policy(Policy { name: text.into(), arn, kind, document: None, source })
}

fn boundary_arn(node: &Node<'_>) -> String {
    node.fields().ok().and_then(|fields| fields.text("PermissionsBoundaryArn")).unwrap_or_default()
}

/// Whether a file tells of the boundary that is known; one that is unknown stays so.
fn same_boundary(builder: &Builder, known: Option<PolicyId>, told: &Boundary<'_>) -> bool {
    match (known.and_then(|known| builder.policy(known)), told) {
        (_, Boundary::Untold) | (None, Boundary::None) => true,
        (None, Boundary::Of(_)) => false,
        (Some(known), _) if known.is_nameless() => true,
        (Some(_), Boundary::None) => false,
        (Some(known), Boundary::Of(node)) => known.arn.as_ref().is_some_and(|arn| arn.as_str() == boundary_arn(node)),
    }
}

/// Whether a document says what a policy does; nothing contradicts one that is unknown.
fn says_the_same(builder: &mut Builder, policy: PolicyId, node: &Node<'_>, name: &str) -> bool {
    let Some(known) = builder.policy(policy).and_then(|policy| policy.document) else { return true };
    if builder.documents.text(known).is_some_and(|text| same_json(text, &decode(node.raw).0)) {
        return true;
    }
    let (document, _) = builder.document(node, DocumentKind::Trust, &format!("the trust policy of role `{name}`"));
    builder.documents.same(known, document)
}
