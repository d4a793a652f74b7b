//! Who of those outside the input a resource's side names.

use std::collections::BTreeSet;

use crate::evaluate::Target;
use crate::graph::State;
use crate::model::{Collected, Environment};
use crate::policy::{Effect, PrincipalElement, PrincipalValue};
use crate::query::engine::Engine;
use crate::request::{ANY_SERVICE, Caller};

impl Engine<'_> {
    /// Those outside the input whom the resource's side names, and whoever else is in the account that owns it.
    pub(crate) fn outsiders(&self, target: &Target) -> BTreeSet<State> {
        let mut callers = BTreeSet::new();
        if let Some(owner) = target.account().filter(|owner| !self.environment().is_collected(*owner)) {
            callers.insert(Caller::ExternalAccount(Some(owner)));
        }
        self.outsiders_named_by_policies(target, &mut callers);
        callers.into_iter().map(State::of_outsider).collect()
    }

    fn outsiders_named_by_policies(&self, target: &Target, callers: &mut BTreeSet<Caller>) {
        let environment = self.environment();
        for policy in self.evaluator().resource_policies(target) {
            let document = match policy {
                Collected::Present(policy) => environment.policy(policy).document,
                Collected::Unknown(_) => None,
                Collected::Absent | Collected::NotCollected => continue,
            };
            let Some(Ok(document)) = document.map(|id| &environment.document(id).content) else {
                // E49: a policy that nobody could read may name anyone.
                callers.extend(outsiders_named(environment, &PrincipalValue::Everyone, target));
                continue;
            };
            for statement in &document.statements {
                match &statement.principal {
                    // E40: whom a Deny spares may fare otherwise than everyone else.
                    Some(PrincipalElement::NotPrincipal(values)) if statement.effect == Effect::Deny => {
                        callers.extend(values.iter().flat_map(|value| outsiders_named(environment, value, target)));
                    }
                    _ if statement.effect == Effect::Deny => continue,
                    Some(PrincipalElement::Principal(values)) => {
                        callers.extend(values.iter().flat_map(|value| outsiders_named(environment, value, target)));
                    }
                    Some(PrincipalElement::NotPrincipal(_)) => {
                        callers.extend(outsiders_named(environment, &PrincipalValue::Everyone, target));
                    }
                    None => {}
                }
                // A kind of principal that is not known might be anyone (E49).
                if statement.unknown_principal {
                    callers.extend(outsiders_named(environment, &PrincipalValue::Everyone, target));
                }
            }
        }
    }
}

/// The outsiders a principal value stands for.
fn outsiders_named(environment: &Environment, value: &PrincipalValue, target: &Target) -> Vec<Caller> {
    match value {
        PrincipalValue::Everyone => {
            let mut callers = Caller::outside_accounts(environment);
            callers.push(Caller::Service(ANY_SERVICE.into())); // E33
            // E3, E191: the services known to take unsigned requests.
            if matches!(target.action().service(), "s3" | "sqs" | "sns") {
                callers.push(Caller::Anonymous);
            }
            callers
        }
        PrincipalValue::Account(account) => {
            if environment.is_collected(*account) {
                Vec::new()
            } else {
                vec![Caller::ExternalAccount(Some(*account))]
            }
        }
        named => Caller::outside(environment, named).into_iter().collect(),
    }
}
