//! Where paths begin when it is not one principal: everyone of a kind.

use std::collections::BTreeSet;

use crate::arn::AccountId;
use crate::evaluate::Target;
use crate::graph::State;
use crate::query::cells::action_name;
use crate::query::engine::Engine;
use crate::query::paths::Goal;
use crate::request::{ANY_PROVIDER, ANY_SERVICE, Caller};
use crate::service_reference::{ActionId, ServiceReference};

/// Everyone of a kind.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum StartSet {
    /// Anyone at all: unsigned requests, somebody in any account, whomever some identity provider vouches for.
    Public,
    /// Everyone outside the input: other accounts, their users and roles, identity providers, unsigned requests. AWS
    /// services are not among them, nor people of IAM Identity Center who are known.
    External,
    /// Everyone of an account; of one that was not collected, whoever is met of it.
    Account(AccountId),
    /// An AWS service, or all that are met.
    Service(Option<Box<str>>),
}

impl Engine<'_> {
    /// The callers of a set that can enter a role, or that the side of a resource names where paths lead to a request; in
    /// order.
    #[must_use]
    pub fn callers(&self, set: &StartSet, goal: Option<&Goal>) -> Vec<Caller> {
        let mut callers: BTreeSet<Caller> = self.graph().states().map(|(_, state)| state.caller.clone()).collect();
        match goal {
            Some(Goal::Can { action, resource }) => {
                callers.extend(self.named_for(&self.evaluator().target(action, resource)));
            }
            Some(Goal::Become(_)) => {}
            None => {
                for resource in self.environment().resources() {
                    // Which action it is does not matter to whom the policy names.
                    let service = ServiceReference::embedded().service(resource.arn.service());
                    let action = service.and_then(|service| action_name(ActionId::new(service.actions().start)));
                    let target = action.map(|action| self.evaluator().target(&action, resource.arn.as_str()));
                    callers.extend(target.iter().flat_map(|target| self.named_for(target)));
                }
            }
        }
        if let StartSet::Account(account) = set
            && self.environment().account(*account).is_some()
        {
            callers.insert(Caller::Root(*account));
        }
        let known = |caller: &Caller| *set == StartSet::External && self.vouches_for_known_people(caller);
        callers.into_iter().filter(|caller| set.holds(caller) && !known(caller)).collect()
    }

    /// Whether all that a provider opens are roles of which it is known who may enter them: then these people are no
    /// outsiders (E15).
    fn vouches_for_known_people(&self, caller: &Caller) -> bool {
        let Some(provider) = self.graph().find(&State::of_outsider(caller.clone())) else { return false };
        let entered = self.graph().assumes(provider);
        matches!(caller, Caller::FederatedProvider(_))
            && !entered.is_empty()
            && entered.into_iter().all(|(state, _)| {
                let role = self.graph().state(state).caller.principal();
                role.is_some_and(|role| self.people_are_known(role))
            })
    }

    fn named_for(&self, target: &Target) -> impl Iterator<Item = Caller> {
        self.outsiders(target).into_iter().map(|State { caller, .. }| caller)
    }
}

impl StartSet {
    fn holds(&self, caller: &Caller) -> bool {
        match self {
            Self::Public => match caller {
                Caller::Anonymous | Caller::ExternalAccount(None) => true,
                Caller::FederatedProvider(name) => &**name == ANY_PROVIDER,
                _ => false,
            },
            Self::External => match caller {
                Caller::Anonymous
                | Caller::ExternalAccount(_)
                | Caller::FederatedProvider(_)
                | Caller::CanonicalUser(_)
                | Caller::FederatedUser { .. } => true,
                Caller::User { id, .. } | Caller::RoleSession { id, .. } => id.is_none(),
                _ => false,
            },
            Self::Account(account) => caller.account() == Some(*account),
            Self::Service(None) => matches!(caller, Caller::Service(_)),
            Self::Service(Some(wanted)) => {
                matches!(caller, Caller::Service(name) if name == wanted || &**name == ANY_SERVICE)
            }
        }
    }
}
