//! Answers as JSON, every field structured. Keys are sorted.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::condition::{Atom, Residual};
use crate::evaluate::{Assumption, StatementRef};
use crate::export::text::{path_text, policy_kind_text, requirement_text, statement_sid};
use crate::model::{DocumentId, Environment, TextEncoding};
use crate::query::{AccessRow, Hop};

/// The version of the shape: raised when a field changes its meaning or goes, not when one is added.
pub const SCHEMA_VERSION: u32 = 1;

/// `{"schema_version", "question", "answers": […]}`; the question is written as given.
///
/// A condition is `{"text", "formula"}`, the formula made of `true`, `false`, `{"all": […]}`, `{"any": […]}`,
/// `{"not": …}` and the atoms `{"operator", "key", "values"}`, `{"other_side"}`, `{"undocumented"}`,
/// `{"missing_input"}`. A statement's `pointer` leads to the statement where the document is JSON of its file, else to
/// the string that holds the document.
#[must_use]
pub fn rows_to_json(question: Value, rows: &[AccessRow], env: &Environment) -> Value {
    let mut statements = Statements { env, shapes: BTreeMap::new() };
    let answers: Vec<Value> = rows.iter().map(|row| answer(row, &mut statements)).collect();
    json!({ "schema_version": SCHEMA_VERSION, "question": question, "answers": answers })
}

fn answer(row: &AccessRow, statements: &mut Statements<'_>) -> Value {
    let path: Vec<Value> = row.path.iter().map(|each| hop(each, statements)).collect();
    json!({
        "principal": row.subject.name,
        "principal_kind": row.subject.kind.as_str(),
        "account_id": row.subject.account.map(|account| account.to_string()),
        "account_name": row.subject.account_name,
        "service_linked": row.subject.service_linked,
        "actions": row.actions,
        "access_level": row.access_level.map(|level| level.to_string()),
        "resource": row.resource,
        "decision": row.outcome.as_str(),
        "needs_mfa": row.needs_mfa(),
        "needs": row.needs().as_str(),
        "who": row.entrants.as_ref().map(|who| json!({ "words": who.words, "open": who.open })),
        "max_session_seconds": row.max_duration,
        "hops": row.path.len(),
        "path": path,
        "path_text": path_text(row),
        "condition": condition(&row.condition),
        "requirement": requirement_text(row),
        "assumes": assumptions(&row.assumptions),
        "reasons": row.reasons,
        "statements": statements.list(&row.statements),
    })
}

fn hop(hop: &Hop, statements: &mut Statements<'_>) -> Value {
    json!({
        "role": hop.role,
        "action": hop.action,
        "decision": hop.outcome.as_str(),
        "max_session_seconds": hop.max_duration,
        "console": hop.console,
        "condition": condition(&hop.condition),
        "assumes": assumptions(&hop.assumptions),
        "statements": statements.list(&hop.statements),
    })
}

pub(super) fn condition(residual: &Residual) -> Value {
    json!({ "text": residual.to_string(), "formula": formula(residual) })
}

pub(super) fn formula(residual: &Residual) -> Value {
    let list = |parts: &[Residual]| parts.iter().map(formula).collect::<Vec<Value>>();
    match residual {
        Residual::True => Value::Bool(true),
        Residual::False => Value::Bool(false),
        Residual::Atom(atom) => atom_to_json(atom),
        Residual::NotAtom(atom) => json!({ "not": atom_to_json(atom) }),
        Residual::All(parts) => json!({ "all": list(parts) }),
        Residual::Any(parts) => json!({ "any": list(parts) }),
    }
}

fn atom_to_json(atom: &Atom) -> Value {
    match atom {
        Atom::Test { operator, key, values } => json!({ "operator": operator, "key": key, "values": values }),
        Atom::OtherSide(text) => json!({ "other_side": text }),
        Atom::Undocumented(code) => json!({ "undocumented": code }),
        Atom::MissingInput(text) => json!({ "missing_input": text }),
    }
}

pub(super) fn assumptions(assumptions: &[Assumption]) -> Vec<Value> {
    let one = |assumption: &Assumption| json!({ "code": assumption.code(), "about": assumption.about(), "text": assumption.to_string() });
    assumptions.iter().map(one).collect()
}

/// How `Statement` is written in a document.
#[derive(Clone, Copy)]
enum Shape {
    List,
    Single,
    Unreadable,
}

/// Statements as JSON; remembers how each document is written, for many rows share few documents.
struct Statements<'e> {
    env: &'e Environment,
    shapes: BTreeMap<DocumentId, Shape>,
}

impl Statements<'_> {
    fn list(&mut self, statements: &[StatementRef]) -> Vec<Value> {
        statements.iter().map(|statement| self.one(*statement)).collect()
    }

    fn one(&mut self, statement: StatementRef) -> Value {
        let env = self.env;
        let policy = statement.policy.map(|id| env.policy(id));
        let source = policy.and_then(|policy| policy.source.as_ref());
        let pointer = source.map(|source| match source.encoding {
            TextEncoding::Json => format!("{}{}", source.pointer, self.within(statement)),
            TextEncoding::Text | TextEncoding::PercentEncoded | TextEncoding::Translated => source.pointer.clone(),
        });
        json!({
            "policy": policy.map(|policy| &policy.name),
            "policy_arn": policy.and_then(|policy| policy.arn.as_ref()).map(|arn| arn.as_str()),
            "policy_kind": policy.map(|policy| policy_kind_text(policy.kind)),
            "sid": statement_sid(statement, env),
            "index": statement.index,
            "file": source.map(|source| source.file.as_ref()),
            "pointer": pointer,
        })
    }

    /// The statement's JSON pointer within its document.
    fn within(&mut self, statement: StatementRef) -> String {
        let env = self.env;
        let shape = self.shapes.entry(statement.document).or_insert_with(|| {
            let document: Option<Value> = serde_json::from_str(&env.document(statement.document).text).ok();
            match document.as_ref().and_then(|document| document.get("Statement")) {
                Some(Value::Array(_)) => Shape::List,
                Some(_) => Shape::Single,
                None => Shape::Unreadable,
            }
        });
        match shape {
            Shape::List => format!("/Statement/{}", statement.index),
            Shape::Single => "/Statement".to_owned(),
            Shape::Unreadable => String::new(),
        }
    }
}
