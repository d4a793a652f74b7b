//! Sessions that are no role's: of federated users, and of a member account's root user.

use std::collections::BTreeSet;

use crate::arn::Arn;
use crate::graph::build::Builder;
use crate::graph::speakers::Speakers;
use crate::graph::state::State;
use crate::model::{Collected, Environment, PrincipalKind};
use crate::policy::{PrincipalElement, PrincipalValue};
use crate::request::{Caller, Credentials};

const GET_FEDERATION_TOKEN: &str = "sts:GetFederationToken";
const ASSUME_ROOT: &str = "sts:AssumeRoot";

impl Builder<'_, '_> {
    /// E148: a user's session under a name that some policy names. Under any other it can do no more than the user can, and
    /// nothing with which it would get further.
    pub(super) fn federated_users(&mut self) {
        let named = federated_users_named(self.environment);
        if named.is_empty() {
            return;
        }
        let speakers = Speakers::of(self.environment, GET_FEDERATION_TOKEN);
        for arn in named {
            let Some(account) = arn.account_id().filter(|account| self.environment.is_collected(*account)) else {
                continue;
            };
            for id in speakers.of_account(account, arn.as_str()) {
                let user = self.environment.principal(id);
                if user.kind == PrincipalKind::User {
                    let caller = Caller::FederatedUser { account, arn: arn.clone(), user: Some(user.arn.clone()) };
                    let entered = State { caller, credentials: Credentials::FederatedUser };
                    self.edge_into(id, GET_FEDERATION_TOKEN, arn.as_str(), &entered);
                }
            }
        }
    }

    /// E151: root sessions of member accounts, for principals of the management account and of IAM's delegated administrators.
    /// Where no organization was collected there is nobody to ask.
    pub(super) fn root_sessions(&mut self) {
        let Collected::Present(organization) = self.environment.organization() else { return };
        if matches!(organization.root_sessions, Collected::Present(false) | Collected::Absent) {
            return;
        }
        let delegated = organization.iam_administrators.present().into_iter().flatten().copied();
        let asking: BTreeSet<_> = organization.management_account.into_iter().chain(delegated).collect();
        let speakers = Speakers::of(self.environment, ASSUME_ROOT);
        let accounts: Vec<_> = self.environment.accounts().map(|account| account.id).collect();
        for member in accounts.into_iter().filter(|id| organization.contains(*id)) {
            let caller = Caller::Root(member);
            let root = format!("arn:{}:iam::{member}:root", caller.partition(self.environment));
            let entered = State { caller, credentials: Credentials::AssumedRoot };
            for account in &asking {
                for id in speakers.of_account(*account, &root) {
                    self.edge_into(id, ASSUME_ROOT, &root, &entered);
                }
            }
        }
    }
}

/// The federated users that some policy names.
fn federated_users_named(environment: &Environment) -> BTreeSet<Arn> {
    let documents = environment.documents().filter_map(|(_, stored)| stored.content.as_ref().ok());
    let elements = documents.flat_map(|document| &document.statements).filter_map(|one| one.principal.as_ref());
    let values = elements.flat_map(|element| match element {
        PrincipalElement::Principal(values) | PrincipalElement::NotPrincipal(values) => values,
    });
    let named = values.filter_map(|value| match value {
        PrincipalValue::FederatedUser(arn) => Some(arn.clone()),
        _ => None,
    });
    named.collect()
}
