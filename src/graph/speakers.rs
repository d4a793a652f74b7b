//! Which principals have an identity policy that speaks of a call of STS.

use std::collections::{BTreeMap, BTreeSet};

use crate::action::ActionName;
use crate::arn::AccountId;
use crate::arn_pattern::{ArnPattern, Match};
use crate::model::{DocumentId, Environment, PrincipalId};
use crate::policy::{Effect, ResourceElement, Statement};

/// The documents that may allow a call, and the principals that hold them.
pub(super) struct Speakers {
    /// By account: document to holders. Documents that are missing or refused are under `None`.
    holders: BTreeMap<AccountId, BTreeMap<Option<DocumentId>, BTreeSet<PrincipalId>>>,
    /// The resources each document allows it on, variables widened.
    resources: BTreeMap<DocumentId, Vec<ArnPattern>>,
}

impl Speakers {
    pub(super) fn of(environment: &Environment, call: &str) -> Self {
        let mut speakers = Self { holders: BTreeMap::new(), resources: BTreeMap::new() };
        let Ok(action) = ActionName::parse(call) else { return speakers };
        for (id, stored) in environment.documents() {
            let Ok(document) = &stored.content else { continue };
            let patterns: Vec<ArnPattern> = document
                .statements
                .iter()
                .filter(|statement| statement.effect == Effect::Allow && statement.actions.matches(&action))
                .flat_map(widened_resources)
                .collect();
            if !patterns.is_empty() {
                speakers.resources.insert(id, patterns);
            }
        }
        for (principal, details) in environment.principals() {
            for policy in environment.identity_policies(principal) {
                let document = environment.policy(policy).document;
                let readable = document.filter(|id| environment.document(*id).content.is_ok());
                if readable.is_none_or(|id| speakers.resources.contains_key(&id)) {
                    let of_account = speakers.holders.entry(details.account).or_default();
                    of_account.entry(readable).or_default().insert(principal);
                }
            }
        }
        speakers
    }

    /// The principals of an account with an identity policy that may let them do it to the resource.
    pub(super) fn of_account(&self, account: AccountId, resource: &str) -> BTreeSet<PrincipalId> {
        let fits = |document: &Option<DocumentId>| {
            document.is_none_or(|id| {
                self.resources
                    .get(&id)
                    .is_some_and(|patterns| patterns.iter().any(|pattern| pattern.matches(resource) != Match::No))
            })
        };
        let holders = self.holders.get(&account).into_iter().flatten();
        holders.filter(|(document, _)| fits(document)).flat_map(|(_, principals)| principals.iter().copied()).collect()
    }
}

fn widened_resources(statement: &Statement) -> Vec<ArnPattern> {
    match &statement.resources {
        Some(ResourceElement::Resource(templates)) => {
            templates.iter().map(|template| ArnPattern::parse(&template.widened())).collect()
        }
        _ => vec![ArnPattern::parse("*")],
    }
}
