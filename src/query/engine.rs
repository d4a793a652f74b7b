//! What the questions share: the evaluator, the graph built once, and rows out of walks.

use std::collections::BTreeMap;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::condition::Residual;
use crate::evaluate::{Applied, Decision, Evaluator, Outcome, StatementRef, Target};
use crate::graph::{AccessGraph, Search, State};
use crate::model::{Collected, Environment};
use crate::policy::Effect;
use crate::query::answer::{AccessRow, Subject};
use crate::query::reach::ReachOptions;
use crate::request::{Credentials, Dependence};
use crate::service_reference::{AccessLevel, ServiceReference};

/// Answers questions about one environment. The graph is built when the first question needs it.
#[derive(Debug)]
pub struct Engine<'e> {
    evaluator: Evaluator<'e>,
    graph: OnceLock<AccessGraph>,
    pub(super) options: ReachOptions,
    left_ways_aside: AtomicBool,
}

impl<'e> Engine<'e> {
    /// An engine over an evaluator.
    #[must_use]
    pub fn new(evaluator: Evaluator<'e>) -> Self {
        Self::with_options(evaluator, ReachOptions::default())
    }

    /// An engine that follows paths as the options say.
    #[must_use]
    pub fn with_options(evaluator: Evaluator<'e>, options: ReachOptions) -> Self {
        Self { evaluator, graph: OnceLock::new(), options, left_ways_aside: AtomicBool::new(false) }
    }

    /// Whether some answer of this engine may lack somebody, because ways were left aside that asked more of sessions than a
    /// search keeps apart (the limits are in the README).
    #[must_use]
    pub fn left_ways_aside(&self) -> bool {
        self.left_ways_aside.load(Ordering::Relaxed)
    }

    /// Keeps in mind what a search that has ended left aside.
    pub(super) fn keep_in_mind(&self, search: &Search<'_, '_>) {
        if search.left_ways_aside() {
            self.left_ways_aside.store(true, Ordering::Relaxed);
        }
    }

    /// The evaluator.
    #[must_use]
    pub fn evaluator(&self) -> &Evaluator<'e> {
        &self.evaluator
    }

    /// The environment.
    #[must_use]
    pub fn environment(&self) -> &'e Environment {
        self.evaluator.environment()
    }

    /// The can-assume graph.
    #[must_use]
    pub fn graph(&self) -> &AccessGraph {
        self.graph.get_or_init(|| AccessGraph::build(&self.evaluator))
    }

    /// Whether a state can be what a question starts from: where it says that MFA was used, or was not, a user's credentials
    /// have to be such; and who has no MFA device has no session with MFA.
    pub(crate) fn may_begin(&self, state: &State) -> bool {
        let given = match self.evaluator.given("aws:MultiFactorAuthPresent") {
            Some([value]) if value.eq_ignore_ascii_case("true") => Some(true),
            Some([value]) if value.eq_ignore_ascii_case("false") => Some(false),
            _ => None,
        };
        match state.credentials {
            Credentials::MfaSession => given != Some(false) && self.may_have_mfa(state),
            // The question speaks of the user's temporary credentials.
            Credentials::LongTermKey => given != Some(true),
            Credentials::SessionToken => given != Some(true),
            _ => true,
        }
    }

    /// Whether a user has MFA, or may have.
    fn may_have_mfa(&self, state: &State) -> bool {
        let has = |id| &self.environment().principal(id).credentials.mfa;
        self.options.mfa.unwrap_or_else(|| {
            state.caller.principal().is_none_or(|id| !matches!(has(id), Collected::Present(false) | Collected::Absent))
        })
    }

    /// The decision for a state, and the statements that made it.
    pub(crate) fn decide(&self, state: &State, target: &Target) -> Direct {
        let mut applied = Applied::default();
        let decision = self.evaluator.decide_recorded(&state.caller, state.credentials, target, &mut applied);
        let (statements, outcome) = (deciding(&applied, &decision), decision.outcome());
        Direct { statements, outcome, decision, depends: applied.depends }
    }
}

/// A direct decision with what made it.
#[derive(Debug, Clone)]
pub(crate) struct Direct {
    pub(crate) decision: Decision,
    pub(crate) outcome: Outcome,
    pub(crate) statements: Vec<StatementRef>,
    /// What of the caller it depends on.
    pub(crate) depends: Dependence,
}

/// The statements that decided: of an allowance, the grants; of a denial, the Deny statements.
pub(crate) fn deciding(applied: &Applied, decision: &Decision) -> Vec<StatementRef> {
    let wanted = if decision.deny.is_true() { Effect::Deny } else { Effect::Allow };
    let mut statements: Vec<_> = applied
        .statements
        .iter()
        .filter(|(layer, _, effect, _)| *effect == wanted && (wanted == Effect::Deny || layer.grants()))
        .map(|(_, statement, _, _)| *statement)
        .collect();
    statements.sort();
    statements.dedup();
    statements
}

/// Whether an outcome is worth a row.
pub(crate) fn is_shown(outcome: Outcome) -> bool {
    matches!(outcome, Outcome::Allowed | Outcome::AllowedIf | Outcome::Unknown)
}

/// The action as AWS writes it, and its access level.
pub(crate) fn shown_action(target: &Target) -> (Box<str>, Option<AccessLevel>) {
    let reference = ServiceReference::embedded();
    let action = target.action();
    let listed = reference.action_id(action.service(), action.name()).and_then(|id| reference.action(id));
    match listed {
        Some(listed) => (format!("{}:{}", listed.service(), listed.name()).into(), Some(listed.access_level())),
        None => (action.as_str().into(), None),
    }
}

/// Rows that differ in nothing but the action and what it rests on, as one.
pub(crate) fn merge_actions(rows: Vec<AccessRow>) -> Vec<AccessRow> {
    type Way = Vec<(Box<str>, Residual)>;
    type Key = (Subject, Box<str>, Outcome, Credentials, Way, Residual, Vec<StatementRef>);
    let mut merged: BTreeMap<Key, AccessRow> = BTreeMap::new();
    for row in rows {
        let path = row.path.iter().map(|hop| (hop.role.clone(), hop.condition.clone())).collect();
        let key = (
            row.subject.clone(),
            row.resource.clone(),
            row.outcome,
            row.credentials,
            path,
            row.condition.clone(),
            row.statements.clone(),
        );
        match merged.entry(key) {
            std::collections::btree_map::Entry::Vacant(slot) => {
                slot.insert(row);
            }
            std::collections::btree_map::Entry::Occupied(mut slot) => {
                let kept = slot.get_mut();
                kept.actions.extend(row.actions);
                kept.actions.sort();
                kept.actions.dedup();
                kept.also_assume(&row.assumptions);
                kept.access_level = kept.access_level.max(row.access_level);
            }
        }
    }
    let mut rows: Vec<AccessRow> = merged.into_values().collect();
    sort_rows(&mut rows);
    rows
}

/// The order of every answer: resource, then kind of subject, account, name, outcome, hops.
pub(crate) fn sort_rows(rows: &mut [AccessRow]) {
    let way = |row: &AccessRow| -> Vec<(Box<str>, Residual)> {
        row.path.iter().map(|hop| (hop.role.clone(), hop.condition.clone())).collect()
    };
    rows.sort_by(|a, b| {
        let key =
            |row: &AccessRow| (row.resource.clone(), row.subject.kind, row.subject.account, row.subject.name.clone());
        key(a)
            .cmp(&key(b))
            .then(a.outcome.cmp(&b.outcome))
            .then(a.path.len().cmp(&b.path.len()))
            .then_with(|| a.actions.cmp(&b.actions))
            .then_with(|| a.condition.cmp(&b.condition))
            .then_with(|| a.credentials.cmp(&b.credentials))
            .then_with(|| way(a).cmp(&way(b)))
    });
}
