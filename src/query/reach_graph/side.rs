//! Whom the policies on a resource's side may concern, before anything is decided.

use std::collections::{BTreeMap, BTreeSet};

use crate::arn::AccountId;
use crate::evaluate::Evaluator;
use crate::model::{Collected, DocumentId, Environment, PolicyId, PrincipalId};
use crate::policy::{Effect, PrincipalElement, PrincipalValue};

/// Whom the resource's side may let in, and whom it tells apart.
#[derive(Debug, Default)]
pub(super) struct Side {
    /// It may let in anyone: by `*`, by what it does not name, or because nobody could read it.
    pub(super) everyone: bool,
    /// The accounts that it may let in.
    pub(super) accounts: BTreeSet<AccountId>,
    /// The principals that it names, to let them in or not: equal ones may fare differently.
    pub(super) named: BTreeSet<PrincipalId>,
    /// The documents that may grant; `None` for one that is missing.
    pub(super) documents: Vec<Option<DocumentId>>,
}

/// Principals by the ids under which policies may name them.
pub(super) struct Names<'e> {
    environment: &'e Environment,
    by_unique_id: BTreeMap<&'e str, PrincipalId>,
    /// Those named by policies that limit requests, whatever the resource.
    limited: BTreeSet<PrincipalId>,
}

impl<'e> Names<'e> {
    pub(super) fn of(evaluator: &Evaluator<'e>) -> Self {
        let environment = evaluator.environment();
        let by_id = environment.principals().filter_map(|(id, principal)| Some((principal.unique_id.as_deref()?, id)));
        let mut names = Self { environment, by_unique_id: by_id.collect(), limited: BTreeSet::new() };
        let mut side = Side::default();
        for policy in evaluator.limits_with_principals() {
            names.read(policy, &mut side);
        }
        names.limited = side.named;
        names
    }

    /// The side of a resource.
    pub(super) fn side_of(&self, evaluator: &Evaluator<'_>, resource: &str) -> Side {
        let mut side = Side { named: self.limited.clone(), ..Side::default() };
        for policy in evaluator.grants_of_resource(resource) {
            match policy {
                Collected::Present(policy) => {
                    side.documents.push(self.environment.policy(policy).document);
                    self.read(policy, &mut side);
                }
                Collected::Unknown(_) => {
                    side.documents.push(None);
                    side.everyone = true;
                }
                Collected::Absent | Collected::NotCollected => {}
            }
        }
        side
    }

    fn read(&self, policy: PolicyId, side: &mut Side) {
        let document = self.environment.policy(policy).document;
        let Some(Ok(document)) = document.map(|id| &self.environment.document(id).content) else {
            side.everyone = true;
            return;
        };
        for statement in &document.statements {
            let allows = statement.effect == Effect::Allow;
            side.everyone |= allows && statement.unknown_principal;
            let values = match &statement.principal {
                None => continue,
                Some(PrincipalElement::Principal(values)) => values,
                Some(PrincipalElement::NotPrincipal(values)) => {
                    side.everyone |= allows;
                    values
                }
            };
            for value in values {
                match value {
                    PrincipalValue::Everyone => side.everyone |= allows,
                    PrincipalValue::Account(account) if allows => {
                        side.accounts.insert(*account);
                    }
                    // E36: an account under another name.
                    PrincipalValue::CanonicalUser(id) if allows => {
                        side.accounts.extend(self.environment.account_of_canonical_user(id));
                    }
                    value => side.named.extend(self.named_by(value)),
                }
            }
        }
    }

    fn named_by(&self, value: &PrincipalValue) -> Option<PrincipalId> {
        match value {
            PrincipalValue::User(arn) | PrincipalValue::Role(arn) => self.environment.principal_by_arn(arn.as_str()),
            PrincipalValue::RoleSession { arn, role, .. } => self.environment.role_by_name(arn.account_id()?, role),
            PrincipalValue::UniqueId(id) => self.by_unique_id.get(&**id).copied(),
            _ => None,
        }
    }
}
