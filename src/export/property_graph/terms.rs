//! What edges require and rest on, as properties.

use std::borrow::Cow;

use crate::condition::{Atom, Residual, key_as_written_by_aws};
use crate::evaluate::{Assumption, Outcome, StatementRef};
use crate::export::json;
use crate::export::property_graph::record::{Cell, EDGE_COLUMNS};
use crate::export::text::{residual_text, statement_text};
use crate::model::Environment;
use crate::query::{AccessTerms, CallTerms, Requirement, Session};

/// The properties of an edge, one for each of [`EDGE_COLUMNS`].
#[derive(Debug, Default)]
pub(super) struct Terms {
    actions: Vec<String>,
    levels: Vec<String>,
    /// Absent from edges that say nothing but how the graph is made.
    decision: Option<&'static str>,
    conditional: bool,
    condition: Option<String>,
    formula: Option<String>,
    needs: Option<&'static str>,
    needs_mfa: Option<bool>,
    external_ids: Vec<String>,
    controllers: Vec<String>,
    max_session_seconds: Option<u32>,
    statements: Vec<String>,
    assumptions: Vec<String>,
}

impl Terms {
    pub(super) fn of_call(call: &CallTerms, environment: &Environment) -> Self {
        Self {
            actions: vec![call.action.to_owned()],
            max_session_seconds: call.max_duration,
            ..Self::of(&call.condition, &call.statements, &call.assumptions, environment)
        }
    }

    pub(super) fn of_access(access: &AccessTerms, environment: &Environment) -> Self {
        let texts = |texts: &[Box<str>]| texts.iter().map(|text| text.to_string()).collect();
        Self {
            actions: texts(&access.actions),
            levels: texts(&access.levels),
            ..Self::of(&access.condition, &access.statements, &access.assumptions, environment)
        }
    }

    /// Of a principal's holding a session: what it takes to have its credentials, and to have been given what it carries.
    pub(super) fn of_holding(session: &Session, environment: &Environment) -> Self {
        let mut terms = Self::of(&session.carried, &[], &[], environment);
        let takes = session.held.and_then(Requirement::of_credentials);
        if let Some(takes) = &takes {
            terms.conditional = true;
            if terms.decision == Some(Outcome::Allowed.as_str()) {
                terms.decision = Some(Outcome::AllowedIf.as_str());
            }
            let of_session = terms.condition.take().map(|condition| format!("; {condition}")).unwrap_or_default();
            terms.condition = Some(format!("{takes}{of_session}"));
            let carried = (!session.carried.is_true()).then(|| Requirement::Condition(session.carried.clone()));
            let needs = carried.iter().chain([takes]).map(Requirement::needs).max();
            terms.needs = needs.map(|needs| needs.as_str());
        }
        terms.needs_mfa = Some(takes == Some(Requirement::Mfa));
        terms
    }

    fn of(
        condition: &Residual,
        statements: &[StatementRef],
        assumptions: &[Assumption],
        environment: &Environment,
    ) -> Self {
        let outcome = Outcome::when(condition);
        let conditional = !condition.is_true();
        let (mut external_ids, mut controllers) = (Vec::new(), Vec::new());
        for atom in condition.atoms() {
            let Atom::Test { key, values, .. } = atom else { continue };
            if &**key == "sts:externalid" {
                external_ids.extend(values.iter().map(|value| value.to_string()));
            }
            controllers.extend(atom.controller().map(|who| format!("{}: {}", key_as_written_by_aws(key), who.name())));
        }
        for list in [&mut external_ids, &mut controllers] {
            list.sort();
            list.dedup();
        }
        Self {
            decision: Some(outcome.as_str()),
            conditional,
            condition: conditional.then(|| residual_text(condition)),
            formula: conditional.then(|| json::formula(condition).to_string()),
            needs: Some(Requirement::Condition(condition.clone()).needs().as_str()),
            needs_mfa: Some(condition.conjuncts().iter().any(asks_for_mfa)),
            external_ids,
            controllers,
            statements: statements.iter().map(|statement| place_of(*statement, environment)).collect(),
            assumptions: assumptions.iter().map(ToString::to_string).collect(),
            ..Self::default()
        }
    }

    /// The cells, one for each of [`EDGE_COLUMNS`].
    pub(super) fn cells(&self) -> Vec<Cell<'_>> {
        let text = |text: Option<&'_ str>| text.map_or(Cell::Absent, |text| Cell::Text(Cow::Owned(text.to_owned())));
        let cells = vec![
            list(&self.actions),
            list(&self.levels),
            text(self.decision),
            Cell::Boolean(self.conditional),
            text(self.condition.as_deref()),
            text(self.formula.as_deref()),
            text(self.needs),
            self.needs_mfa.map_or(Cell::Absent, Cell::Boolean),
            list(&self.external_ids),
            list(&self.controllers),
            self.max_session_seconds.map_or(Cell::Absent, |seconds| Cell::Integer(seconds.into())),
            list(&self.statements),
            list(&self.assumptions),
        ];
        debug_assert_eq!(cells.len(), EDGE_COLUMNS.len(), "one for each column");
        cells
    }
}

fn list(texts: &[String]) -> Cell<'_> {
    if texts.is_empty() {
        return Cell::Absent;
    }
    Cell::List(texts.iter().map(|text| Cow::Borrowed(text.as_str())).collect())
}

/// Whether a part of a condition can only hold of credentials with MFA.
fn asks_for_mfa(part: &Residual) -> bool {
    match part {
        Residual::Atom(atom) => match &**atom {
            Atom::Test { operator, key, values } => match &**key {
                "aws:multifactorauthpresent" => &**operator == "Bool" && values.iter().all(|value| &**value == "true"),
                "aws:multifactorauthage" => operator.starts_with("Numeric"),
                _ => false,
            },
            _ => false,
        },
        Residual::All(parts) => parts.iter().any(asks_for_mfa),
        Residual::Any(parts) => parts.iter().all(asks_for_mfa),
        _ => false,
    }
}

/// A statement with the file and the place of its document.
fn place_of(statement: StatementRef, environment: &Environment) -> String {
    let text = statement_text(statement, environment);
    let source = statement.policy.and_then(|policy| environment.policy(policy).source.as_ref());
    match source {
        Some(source) => {
            format!("{text} at {}{}{}", source.file, if source.pointer.is_empty() { "" } else { "#" }, source.pointer)
        }
        None => text,
    }
}
