//! Which user a federated user's session comes from, where a request does not say and policies name several (E29, T7).

use std::collections::BTreeSet;

use crate::arn::{AccountId, Arn};
use crate::condition::Residual;
use crate::evaluate::Decision;
use crate::model::Environment;
use crate::policy::{PrincipalElement, PrincipalValue};
use crate::request::Caller;

/// The decision for every user of the account that a document names, taken as the one that federated, and for none of
/// them: at most one is. Nothing if it cannot matter which.
pub(super) fn by_federator(
    environment: &Environment,
    caller: &Caller,
    decide: impl Fn(&Caller) -> Decision,
) -> Option<Decision> {
    let Caller::FederatedUser { account, arn, user: None } = caller else { return None };
    let users = users_named(environment, *account);
    if users.len() < 2 {
        return None;
    }
    let by =
        |user: &Arn| decide(&Caller::FederatedUser { account: *account, arn: arn.clone(), user: Some(user.clone()) });
    // No policy means a user by the session's own ARN.
    let mut decision = by(arn);
    for user in users {
        let is_it = Residual::missing(format!("whether {user} federated {arn} is not known"));
        let one = by(user);
        let either = |one: Residual, others: Residual| {
            if one == others { one } else { is_it.clone().and(one).or(is_it.not().and(others)) }
        };
        decision.allow = either(one.allow, decision.allow);
        decision.deny = either(one.deny, decision.deny);
    }
    Some(decision)
}

fn users_named(environment: &Environment, account: AccountId) -> BTreeSet<&Arn> {
    let documents = environment.documents().filter_map(|(_, document)| document.content.as_ref().ok());
    let elements = documents.flat_map(|document| &document.statements).filter_map(|one| one.principal.as_ref());
    let values = elements.flat_map(|element| match element {
        PrincipalElement::Principal(values) | PrincipalElement::NotPrincipal(values) => values,
    });
    let users = values.filter_map(|value| match value {
        PrincipalValue::User(user) => Some(user),
        _ => None,
    });
    users.filter(|user| user.account_id() == Some(account)).collect()
}
