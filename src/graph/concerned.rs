//! Whom a role's trust policy may concern, before anything is decided.

use std::collections::BTreeSet;

use crate::arn::AccountId;
use crate::graph::State;
use crate::model::{Environment, PrincipalId, PrincipalKind};
use crate::policy::{Effect, PrincipalElement, PrincipalValue};
use crate::request::{ANY_PROVIDER, ANY_SERVICE, Caller, Credentials, Entrance};

/// Whom a trust policy may concern.
#[derive(Default)]
pub(super) struct Concerned {
    /// One by one.
    pub(super) named: BTreeSet<Caller>,
    /// All that have an identity policy for it, by account.
    pub(super) accounts: BTreeSet<AccountId>,
    /// Everyone.
    pub(super) everyone: bool,
    /// Nobody can tell: the document is missing or was refused.
    pub(super) unknown: bool,
}

impl Concerned {
    /// Reads the trust policy of a role.
    pub(super) fn by_trust_of(environment: &Environment, role: PrincipalId) -> Self {
        let principal = environment.principal(role);
        let mut concerned = Self::default();
        let Some(trust) = principal.trust else { return concerned };
        let content = environment.policy(trust).document.map(|id| &environment.document(id).content);
        let Some(Ok(document)) = content else {
            concerned.unknown = true;
            return concerned;
        };
        for statement in document.statements.iter().filter(|statement| statement.effect == Effect::Allow) {
            match &statement.principal {
                None => {}
                Some(PrincipalElement::NotPrincipal(_)) => concerned.add(environment, &PrincipalValue::Everyone),
                Some(PrincipalElement::Principal(values)) => {
                    for value in values {
                        concerned.add(environment, value);
                    }
                }
            }
            // A kind of principal that is not known might be anyone.
            concerned.unknown |= statement.unknown_principal;
        }
        concerned
    }

    fn add(&mut self, environment: &Environment, value: &PrincipalValue) {
        let inside = match value {
            PrincipalValue::Everyone => {
                self.everyone = true;
                // E33, E34: whether a service or an identity provider is meant as well is open.
                self.named.insert(Caller::Service(ANY_SERVICE.into()));
                self.named.insert(Caller::FederatedProvider(ANY_PROVIDER.into()));
                return;
            }
            PrincipalValue::Account(account) => {
                self.accounts.insert(*account);
                return;
            }
            PrincipalValue::User(arn) | PrincipalValue::Role(arn) => environment.principal_by_arn(arn.as_str()),
            PrincipalValue::RoleSession { arn, role, .. } => {
                arn.account_id().and_then(|account| environment.role_by_name(account, role))
            }
            PrincipalValue::UniqueId(unique_id) => environment
                .principals()
                .find(|(_, principal)| principal.unique_id.as_ref() == Some(unique_id))
                .map(|(id, _)| id),
            // Neither calls AssumeRole (E148).
            PrincipalValue::FederatedUser(_) | PrincipalValue::CanonicalUser(_) => return,
            _ => None,
        };
        match inside {
            Some(id) => self.named.extend([Caller::of(environment, id)]),
            None => self.named.extend(Caller::outside(environment, value)),
        }
    }
}

/// The credentials with which a principal may call: of a role, sessions such as its trust policy can give.
pub(super) fn held(environment: &Environment, id: PrincipalId) -> Vec<Credentials> {
    if environment.principal(id).kind == PrincipalKind::User {
        return State::OF_USERS.to_vec();
    }
    let concerned = Concerned::by_trust_of(environment, id);
    let named = |wanted: fn(&Caller) -> bool| concerned.unknown || concerned.named.iter().any(wanted);
    let mut entrances = vec![Entrance::Unspecified, Entrance::User, Entrance::Chained];
    if named(|caller| matches!(caller, Caller::FederatedProvider(_))) {
        entrances.extend([Entrance::Saml, Entrance::WebIdentity]);
    }
    if named(|caller| matches!(caller, Caller::Service(_))) {
        entrances.push(Entrance::Service);
    }
    entrances.into_iter().map(Credentials::RoleSession).collect()
}
