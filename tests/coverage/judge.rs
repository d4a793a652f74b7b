//! Which rules are accounted for, and what is wrong with the others.

use crate::evidence::Evidence;
use crate::rules::{Class, Row, Rule};

/// How a rule is accounted for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    /// Cited by code, shown by a test.
    Shown,
    /// In the table of what is not modelled.
    NotModelled,
    /// There is nothing to show.
    Informational,
    /// Not as it should be.
    Wrong,
}

/// The state of each rule, in order, and what is wrong.
#[derive(Debug)]
pub(crate) struct Judgement {
    pub(crate) states: Vec<State>,
    pub(crate) complaints: Vec<String>,
    pub(crate) passed: usize,
}

/// Compares the rules with the evidence and with the table of what is not modelled.
pub(crate) fn judge(listed: &[Rule], evidence: &Evidence, table: &[Row]) -> Judgement {
    let mut complaints = Vec::new();
    let mut states = Vec::new();
    for rule in listed {
        let row = table.iter().find(|row| row.id == rule.id);
        let state = state(rule, evidence, row);
        states.push(state.as_ref().map_or(State::Wrong, |state| *state));
        complaints.extend(state.err().map(|why| format!("{} ({}): {why}", rule.id, rule.title)));
    }
    let passed = listed.len() - complaints.len();
    let exists = |id: &str| listed.iter().any(|rule| rule.id == id);
    for (number, row) in table.iter().enumerate() {
        if !exists(&row.id) {
            complaints.push(format!("`{}` of the table of what is not modelled is no rule", row.id));
        }
        if table.iter().take(number).any(|earlier| earlier.id == row.id) {
            complaints.push(format!("{} stands twice in the table of what is not modelled", row.id));
        }
    }
    for (id, tests) in evidence.tests.iter().filter(|(id, _)| !exists(id)) {
        complaints.push(format!("{id} is no rule, and {} is named after it", tests.join(", ")));
    }
    for (id, files) in evidence.cited.iter().filter(|(id, _)| !exists(id)) {
        let files: Vec<&str> = files.iter().map(String::as_str).collect();
        complaints.push(format!("{id} is no rule, and {} cites it", files.join(", ")));
    }
    Judgement { states, complaints, passed }
}

fn state(rule: &Rule, evidence: &Evidence, row: Option<&Row>) -> Result<State, &'static str> {
    let (tested, cited) = (evidence.tests.contains_key(&rule.id), evidence.cited.contains_key(&rule.id));
    match (rule.class, row) {
        (Class::Informational, Some(_)) => Err("it is informational, and in the table of what is not modelled"),
        (Class::Informational, None) => Ok(State::Informational),
        (_, Some(_)) if tested => Err("it has a test, and is in the table of what is not modelled"),
        (_, Some(row)) if row.reason.is_empty() || row.answer.is_empty() => {
            Err("its row of the table lacks the reason or what the answer says instead")
        }
        (_, Some(_)) => Ok(State::NotModelled),
        (_, None) => match (tested, cited) {
            (true, true) => Ok(State::Shown),
            (true, false) => Err("no comment of the code cites it"),
            (false, true) => Err("no test is named after it"),
            (false, false) => Err("neither a comment nor a test nor the table of what is not modelled has it"),
        },
    }
}
