//! What the documents that have a say in a caller's requests speak of: the resources they name, and the actions.

use std::collections::BTreeSet;

use crate::action::ActionName;
use crate::arn::{AccountId, Arn};
use crate::condition::{self, OwnedPiece, Resolved};
use crate::evaluate::compiled::ActionSet;
use crate::evaluate::evaluator::Evaluator;
use crate::evaluate::keys;
use crate::evaluate::principal_match::{About, match_principal};
use crate::model::{Collected, DocumentId, Encryption, PolicyId, PrincipalId, governing_arn};
use crate::policy::{Effect, ResourceElement, Statement, Template};
use crate::request::{Caller, Context, Credentials};
use crate::service_reference::ActionId;
use crate::wildcard::Wildcard;

impl Evaluator<'_> {
    /// The documents that have a say in the caller's requests on the resource, but for those attached to the caller.
    pub(crate) fn documents_around(&self, account: Option<AccountId>, resource: &str) -> BTreeSet<DocumentId> {
        let Ok(any) = ActionName::parse("any:Any") else { return BTreeSet::new() };
        let target = self.target(&any, resource);
        let mut policies: Vec<PolicyId> =
            self.resource_policies(&target).iter().filter_map(|policy| policy.present().copied()).collect();
        policies.extend(self.options.session.iter().flatten());
        policies.extend(self.environment.vpc_endpoints().filter_map(|endpoint| endpoint.policy.present()));
        if let Collected::Present(organization) = self.environment.organization() {
            for account in [account, target.account].into_iter().flatten() {
                let levels = organization.levels(account).map(|(levels, _)| levels).unwrap_or_default();
                let attached = levels.into_iter().flat_map(|level| [&level.service_control, &level.resource_control]);
                policies.extend(attached.filter_map(Collected::present).flatten());
            }
        }
        policies.iter().filter_map(|policy| self.environment.policy(*policy).document).collect()
    }

    /// The documents attached to a principal: of its policies, its groups' and its boundary.
    pub(crate) fn documents_of(&self, principal: PrincipalId) -> BTreeSet<DocumentId> {
        let boundary = self.environment.principal(principal).boundary;
        let policies = self.environment.identity_policies(principal).chain(boundary);
        policies.filter_map(|policy| self.environment.policy(policy).document).collect()
    }

    /// The actions that each statement of a document names.
    pub(crate) fn action_sets(&self, document: DocumentId) -> impl Iterator<Item = &ActionSet> {
        self.compiled.statements(document).into_iter().flatten().map(|(_, _, compiled)| &compiled.actions)
    }

    /// Every policy on the side of a resource that grants, whatever is asked of it: its own, that of the bucket behind an
    /// access point, those of the key that encrypts its objects.
    pub(crate) fn grants_of_resource(&self, resource: &str) -> Vec<Collected<PolicyId>> {
        let Ok(any) = ActionName::parse("any:Any") else { return Vec::new() };
        let target = self.target(&any, resource);
        let mut policies = self.resource_policies(&target);
        let behind = self.behind_access_point(&target);
        for s3 in std::iter::once(&target).chain(&behind) {
            let bucket = s3.arn.as_ref().and_then(|arn| self.environment.governing_resource(arn));
            match bucket.map(|bucket| &bucket.bucket.encryption) {
                Some(Collected::Present(Encryption::Kms { key: Some(key), .. })) => {
                    policies.extend(self.resource_policies(&self.target(&any, key)));
                }
                Some(Collected::Unknown(reason)) => policies.push(Collected::Unknown(reason.clone())),
                _ => {}
            }
        }
        policies
    }

    /// The policies that limit requests and have principal elements: RCPs, and those of the endpoints that requests go
    /// through.
    pub(crate) fn limits_with_principals(&self) -> BTreeSet<PolicyId> {
        let mut policies: BTreeSet<PolicyId> = self.endpoint_policies().into_iter().collect();
        if let Collected::Present(organization) = self.environment.organization() {
            let attached = organization.targets.values().filter_map(|target| target.resource_control.present());
            policies.extend(attached.flatten());
        }
        policies
    }

    /// The resources and patterns that the Allow statements of any identity policy name, and those of resource policies
    /// that are in what they govern; variables widened to `*`.
    pub(crate) fn resources_named_by_anyone(&self) -> BTreeSet<String> {
        let mut named = BTreeSet::new();
        for resource in self.environment.resources() {
            let policy = resource.policy.present().and_then(|policy| self.environment.policy(*policy).document);
            let Some(document) = policy else { continue };
            let governed =
                |text: &String| Arn::parse(text).is_ok_and(|arn| governing_arn(&arn) == resource.arn.as_str());
            named.extend(self.widened_resources(document).into_iter().filter(governed));
        }
        let held = self.environment.principals().flat_map(|(id, _)| self.environment.identity_policies(id));
        let documents: BTreeSet<_> = held.map(|policy| self.environment.policy(policy).document).collect();
        for document in documents {
            match document {
                Some(document) => named.extend(self.widened_resources(document)),
                None => {
                    named.insert("*".to_owned());
                }
            }
        }
        named
    }

    /// The resources that the Allow statements of a document name, variables widened to `*`: `*` alone where it is refused
    /// and may name anything.
    fn widened_resources(&self, document: DocumentId) -> BTreeSet<String> {
        match &self.environment.document(document).content {
            Ok(content) => {
                let allows = content.statements.iter().filter(|statement| statement.effect == Effect::Allow);
                allows.flat_map(widened_resources).collect()
            }
            Err(_) => BTreeSet::from(["*".to_owned()]),
        }
    }

    /// What the statements of a document are about; `None` where it is refused and may be about anything.
    pub(crate) fn mentions_of(&self, document: DocumentId) -> Option<Vec<Mention<'_>>> {
        let statements = self.compiled.statements(document)?;
        Some(
            statements
                .map(|(_, written, compiled)| Mention {
                    allows: written.effect == Effect::Allow,
                    actions: &compiled.actions,
                    resources: widened_resources(written).iter().map(|text| Wildcard::parse(text)).collect(),
                })
                .collect(),
        )
    }

    /// The resources and patterns that the Allow statements of a caller's identity policies name, and those of resource
    /// policies that name the caller, variables filled in with what is known of the caller and widened to `*` where
    /// nothing is.
    pub(crate) fn resources_named(&self, caller: &Caller, credentials: Credentials) -> BTreeSet<String> {
        let Ok(any) = ActionName::parse("any:Any") else { return BTreeSet::new() };
        let mut context = Context::open();
        keys::fill(&mut context, self.environment, caller, credentials, &self.target(&any, "*"));
        let about = About { environment: self.environment, asks_for_session: false };
        let mut named = BTreeSet::new();
        for resource in self.environment.resources() {
            let policy = resource.policy.present().and_then(|policy| self.environment.policy(*policy).document);
            let document = policy.map(|id| &self.environment.document(id).content);
            let Some(Ok(document)) = document else { continue };
            for statement in document.statements.iter().filter(|statement| statement.effect == Effect::Allow) {
                let (Some(element), Some(ResourceElement::Resource(templates))) =
                    (&statement.principal, &statement.resources)
                else {
                    continue;
                };
                if match_principal(about, element, statement.effect, caller, Some(false)).is_empty() {
                    continue;
                }
                let texts = templates.iter().filter_map(|template| filled(template, &context));
                // What the policy governs, not what it was attached to under a wider name (E65).
                named.extend(
                    texts.filter(|text| Arn::parse(text).is_ok_and(|arn| governing_arn(&arn) == resource.arn.as_str())),
                );
            }
        }
        for policy in caller.principal().into_iter().flat_map(|id| self.environment.identity_policies(id)) {
            let document = self.environment.policy(policy).document.map(|id| &self.environment.document(id).content);
            let Some(Ok(document)) = document else {
                // What is missing or refused may name anything.
                named.insert("*".to_owned());
                continue;
            };
            for statement in document.statements.iter().filter(|statement| statement.effect == Effect::Allow) {
                match &statement.resources {
                    Some(ResourceElement::Resource(templates)) => {
                        named.extend(templates.iter().filter_map(|template| filled(template, &context)));
                    }
                    _ => {
                        named.insert("*".to_owned());
                    }
                }
            }
        }
        named
    }
}

/// What a statement is about, whoever asks under whatever condition.
#[derive(Debug)]
pub(crate) struct Mention<'c> {
    /// Whether it is an Allow.
    pub(crate) allows: bool,
    actions: &'c ActionSet,
    resources: Vec<Wildcard>,
}

impl Mention<'_> {
    /// Whether some request for one of the resources that `asked` stands for may meet it.
    pub(crate) fn on(&self, asked: &Wildcard) -> bool {
        self.resources.iter().any(|pattern| pattern.meets(asked))
    }

    /// Whether it is about an action.
    pub(crate) fn of(&self, action: ActionId) -> bool {
        self.actions.contains_id(action)
    }
}

/// The resources that a statement names, variables widened to `*`; `*` where it names all but some.
fn widened_resources(statement: &Statement) -> Vec<String> {
    match &statement.resources {
        Some(ResourceElement::Resource(templates)) => templates.iter().map(Template::widened).collect(),
        _ => vec!["*".to_owned()],
    }
}

/// A resource template's text; `None` when a variable has no value, so that it names nothing (E71).
fn filled(template: &Template, context: &Context) -> Option<String> {
    match condition::resolve(template, context) {
        Resolved::Unresolved => None,
        Resolved::Unknown(_) => Some(template.widened()),
        Resolved::Pieces(pieces) => {
            let text = |piece: OwnedPiece| match piece {
                OwnedPiece::Pattern(text) | OwnedPiece::Literal(text) => text,
            };
            Some(pieces.into_iter().map(text).collect())
        }
    }
}
