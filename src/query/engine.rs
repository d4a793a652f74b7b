//! What the questions share: the evaluator, the graph built once, and rows out of walks.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use crate::condition::Residual;
use crate::evaluate::{Applied, Assumption, Decision, Evaluator, Outcome, StatementRef, Target, missing_input};
use crate::graph::{AccessGraph, AssumeEdge, State, StateId};
use crate::model::Environment;
use crate::policy::Effect;
use crate::query::answer::{AccessRow, Hop, Subject};
use crate::request::{Caller, Credentials, Dependence};
use crate::service_reference::{AccessLevel, ServiceReference};

/// Answers questions about one environment. The graph is built when the first question needs it.
#[derive(Debug)]
pub struct Engine<'e> {
    evaluator: Evaluator<'e>,
    graph: OnceLock<AccessGraph>,
}

impl<'e> Engine<'e> {
    /// An engine over an evaluator.
    #[must_use]
    pub fn new(evaluator: Evaluator<'e>) -> Self {
        Self { evaluator, graph: OnceLock::new() }
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
    /// have to be such.
    pub(crate) fn may_begin(&self, state: &State) -> bool {
        let mfa = match self.evaluator.given("aws:MultiFactorAuthPresent") {
            Some([value]) if value.eq_ignore_ascii_case("true") => true,
            Some([value]) if value.eq_ignore_ascii_case("false") => false,
            _ => return true,
        };
        match state.credentials {
            Credentials::MfaSession => mfa,
            Credentials::LongTermKey => !mfa,
            _ => true,
        }
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

/// The hops of a path as an answer shows them.
pub(crate) fn hops(graph: &AccessGraph, path: &[(StateId, &AssumeEdge)]) -> Vec<Hop> {
    path.iter()
        .map(|(entered, edge)| Hop {
            role: match &graph.state(*entered).caller {
                Caller::RoleSession { role, .. } => role.as_str().into(),
                other => format!("{other:?}").into(),
            },
            action: edge.action.into(),
            outcome: edge.outcome,
            condition: edge.condition.clone(),
            assumptions: edge.assumptions.clone(),
            statements: edge.statements.clone(),
        })
        .collect()
}

/// A row of a state that gets somewhere by a path and then makes a request.
pub(crate) fn row(
    environment: &Environment,
    from: &State,
    path: Vec<Hop>,
    last: &Direct,
    target: &Target,
) -> AccessRow {
    let condition = last.decision.residual();
    let mut assumptions: Vec<Assumption> = last.decision.assumptions.clone();
    let mut reasons = if last.outcome == Outcome::Unknown { missing_input(&condition) } else { Vec::new() };
    for hop in &path {
        assumptions.extend(hop.assumptions.iter().cloned());
        if hop.outcome == Outcome::Unknown {
            reasons.extend(missing_input(&hop.condition));
        }
    }
    assumptions.sort();
    assumptions.dedup();
    reasons.sort();
    reasons.dedup();
    let needs_mfa = from.credentials == Credentials::MfaSession;
    let weakest = path.iter().map(|hop| hop.outcome).max().unwrap_or(last.outcome).max(last.outcome);
    let outcome = if needs_mfa { weakest.max(Outcome::AllowedIf) } else { weakest };
    let (action, access_level) = shown_action(target);
    AccessRow {
        subject: Subject::of(environment, &from.caller),
        actions: vec![action],
        access_level,
        resource: target.resource().into(),
        outcome,
        needs_mfa,
        path,
        condition,
        assumptions,
        reasons,
        statements: last.statements.clone(),
    }
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
    type Key = (Subject, Box<str>, Outcome, bool, Vec<Box<str>>, Residual, Vec<StatementRef>);
    let mut merged: BTreeMap<Key, AccessRow> = BTreeMap::new();
    for row in rows {
        let path = row.path.iter().map(|hop| hop.role.clone()).collect();
        let key = (
            row.subject.clone(),
            row.resource.clone(),
            row.outcome,
            row.needs_mfa,
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
    rows.sort_by(|a, b| {
        let key =
            |row: &AccessRow| (row.resource.clone(), row.subject.kind, row.subject.account, row.subject.name.clone());
        key(a)
            .cmp(&key(b))
            .then(a.outcome.cmp(&b.outcome))
            .then(a.path.len().cmp(&b.path.len()))
            .then_with(|| a.actions.cmp(&b.actions))
            .then_with(|| a.condition.cmp(&b.condition))
    });
}
