//! Classes of principals to which the same policies are attached, and the policies that name some of them.

use std::collections::BTreeMap;

use crate::arn::AccountId;
use crate::graph::concerned::held;
use crate::model::{Environment, PolicyId, PrincipalId, PrincipalKind};
use crate::policy::{Effect, PrincipalElement, PrincipalValue};
use crate::request::Credentials;

/// Principals that only their names, tags and the like tell apart.
pub(crate) struct Classes {
    pub(crate) of: BTreeMap<PrincipalId, u32>,
}

impl Classes {
    pub(crate) fn of(environment: &Environment) -> Self {
        type Key = (AccountId, PrincipalKind, bool, Vec<PolicyId>, Option<PolicyId>, Vec<Credentials>);
        let mut numbers: BTreeMap<Key, u32> = BTreeMap::new();
        let mut of = BTreeMap::new();
        for (id, principal) in environment.principals() {
            let mut policies: Vec<PolicyId> = environment.identity_policies(id).collect();
            policies.sort();
            // Members hold the same kinds of sessions, or the edges of one would not be those of all.
            let sessions = held(environment, id);
            let linked = principal.is_service_linked();
            let key = (principal.account, principal.kind, linked, policies, principal.boundary, sessions);
            let next = u32::try_from(numbers.len()).unwrap_or(u32::MAX);
            of.insert(id, *numbers.entry(key).or_insert(next));
        }
        Self { of }
    }
}

/// Whether a policy has statements of that effect that tell principals apart by name, or spare some.
pub(crate) fn names_one_by_one(environment: &Environment, policy: PolicyId, effects: &[Effect]) -> bool {
    let content = environment.policy(policy).document.map(|id| &environment.document(id).content);
    let Some(Ok(document)) = content else { return false };
    let one_by_one = |value: &PrincipalValue| !matches!(value, PrincipalValue::Everyone | PrincipalValue::Account(_));
    document.statements.iter().any(|statement| match &statement.principal {
        None => false,
        Some(PrincipalElement::Principal(values)) => {
            effects.contains(&statement.effect) && values.iter().any(one_by_one)
        }
        Some(PrincipalElement::NotPrincipal(_)) => true,
    })
}
