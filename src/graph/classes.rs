//! Classes of equal principals, and the policies that tell their members apart.

use std::collections::BTreeMap;

use crate::arn::AccountId;
use crate::graph::concerned::held;
use crate::model::{Environment, PolicyId, PrincipalId, PrincipalKind};
use crate::policy::{Effect, PrincipalElement, PrincipalValue, ResourceElement};
use crate::request::Credentials;

/// Principals that no policy can tell apart, by what is attached to them.
pub(super) struct Classes {
    pub(super) of: BTreeMap<PrincipalId, u32>,
    /// By class: whether some document of it looks at who the principal is.
    pub(super) personal: Vec<bool>,
}

impl Classes {
    pub(super) fn of(environment: &Environment) -> Self {
        type Key = (AccountId, PrincipalKind, bool, Vec<PolicyId>, Option<PolicyId>, Vec<Credentials>);
        let mut numbers: BTreeMap<Key, u32> = BTreeMap::new();
        let mut of = BTreeMap::new();
        let mut personal = Vec::new();
        for (id, principal) in environment.principals() {
            let mut policies: Vec<PolicyId> = environment.identity_policies(id).collect();
            policies.sort();
            let looks = policies.iter().chain(&principal.boundary).any(|policy| is_personal(environment, *policy));
            // Members hold the same kinds of sessions, or the edges of one would not be those of all.
            let sessions = held(environment, id);
            let linked = principal.is_service_linked();
            let key = (principal.account, principal.kind, linked, policies, principal.boundary, sessions);
            let number = *numbers.entry(key).or_insert_with(|| {
                personal.push(looks);
                u32::try_from(personal.len() - 1).unwrap_or(u32::MAX)
            });
            of.insert(id, number);
        }
        Self { of, personal }
    }
}

/// Whether a policy's document tests who the caller is, beyond its account.
pub(super) fn is_personal(environment: &Environment, policy: PolicyId) -> bool {
    const KEYS: [&str; 4] = ["aws:principalarn", "aws:userid", "aws:username", "aws:principaltag/"];
    let looks_at = |key: &str| KEYS.iter().any(|personal| key.to_lowercase().starts_with(personal));
    let Some(Ok(document)) = environment.policy(policy).document.map(|id| &environment.document(id).content) else {
        return false;
    };
    document.statements.iter().any(|statement| {
        let conditions = statement.conditions.iter().any(|condition| {
            looks_at(&condition.key) || condition.values.iter().flat_map(|value| value.variables()).any(looks_at)
        });
        let resources = match &statement.resources {
            Some(ResourceElement::Resource(templates) | ResourceElement::NotResource(templates)) => {
                templates.iter().flat_map(|template| template.variables()).any(looks_at)
            }
            None => false,
        };
        conditions || resources
    })
}

/// Whether the policy tells principals apart by name: a Deny of single ones, or all but some.
pub(super) fn names_one_by_one(environment: &Environment, policy: PolicyId) -> bool {
    let content = environment.policy(policy).document.map(|id| &environment.document(id).content);
    let Some(Ok(document)) = content else { return false };
    let one_by_one = |value: &PrincipalValue| !matches!(value, PrincipalValue::Everyone | PrincipalValue::Account(_));
    document.statements.iter().any(|statement| match &statement.principal {
        None => false,
        // Whom an Allow names is decided one by one anyway.
        Some(PrincipalElement::Principal(values)) => statement.effect == Effect::Deny && values.iter().any(one_by_one),
        Some(PrincipalElement::NotPrincipal(_)) => true,
    })
}
