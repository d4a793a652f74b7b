//! Policy variables filled in from a request (E66-E72).

use crate::policy::{Part, Template};
use crate::request::{Context, KeyState};
use crate::service_reference::ServiceReference;

/// A piece of a value whose variables are filled in.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum OwnedPiece {
    /// Text as written, in which wildcards count where the element has them.
    Pattern(String),
    /// Text a variable or an escape brought in, in which nothing is special (E69, E70).
    Literal(String),
}

/// What became of a value with variables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resolved {
    /// Every variable has its text.
    Pieces(Vec<OwnedPiece>),
    /// A variable has no value and no default, or its key has several values (E67, E71, E72): the value matches nothing.
    Unresolved,
    /// These keys, lowercase and in order, decide and are not known; a key that is present and empty is among them (E71).
    Unknown(Vec<String>),
}

/// Fills the variables of a value from a request (E66-E71), whatever kind of policy it stands in (E73).
#[must_use]
pub fn resolve(template: &Template, context: &Context) -> Resolved {
    resolve_as(template, context, Empty::Open)
}

/// Whether a variable of the value stands for the empty text, so that its readings have to be compared (E71).
#[must_use]
pub fn hangs_on_empty(template: &Template, context: &Context) -> bool {
    template.variables().any(|key| is_empty_text(context.get(key)))
}

/// The same as [`resolve`], under one reading of the empty text.
#[must_use]
pub fn resolve_as(template: &Template, context: &Context, empty: Empty) -> Resolved {
    let Some(parts) = fill(template, |key| context.get(key), empty) else { return Resolved::Unresolved };
    let mut pieces = Vec::with_capacity(parts.len());
    let mut unknown = Vec::new();
    for part in parts {
        match part {
            Filled::Piece(piece) => pieces.push(piece),
            Filled::Open { key, .. } => unknown.push(key),
        }
    }
    if unknown.is_empty() {
        return Resolved::Pieces(pieces);
    }
    unknown.sort();
    unknown.dedup();
    Resolved::Unknown(unknown)
}

/// How a variable whose key is present and empty is read; AWS's documents leave it open (E71).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Empty {
    /// As the empty text.
    Text,
    /// As a key that is absent.
    Absent,
    /// As not known.
    Open,
}

/// A part of a value after filling.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Filled {
    /// Text.
    Piece(OwnedPiece),
    /// A variable that is not known.
    Open {
        /// Its key in lowercase.
        key: String,
        /// What stands there if the key is absent.
        default: Option<String>,
    },
}

/// Fills a value; `None` if a variable is unresolved.
pub(super) fn fill<'a>(template: &Template, get: impl Fn(&str) -> &'a KeyState, empty: Empty) -> Option<Vec<Filled>> {
    template
        .parts()
        .iter()
        .map(|part| match part {
            Part::Text(text) => Some(Filled::Piece(OwnedPiece::Pattern(text.to_string()))),
            Part::Literal(text) => Some(literal(text)),
            Part::Variable { key, default } => variable(key, default.as_deref(), get(key), empty),
        })
        .collect()
}

/// Whether the key of a variable is present with the empty text alone.
pub(super) fn is_empty_text(state: &KeyState) -> bool {
    matches!(state, KeyState::Known(values) if matches!(values.as_slice(), [only] if only.is_empty()))
}

/// Whether requests may hold several values of a key, so that it cannot be a variable (E67).
pub(super) fn is_multivalued(key: &str) -> bool {
    ServiceReference::embedded().condition_key(key).is_some_and(|key| key.is_multivalued())
}

fn variable(key: &str, default: Option<&str>, state: &KeyState, empty: Empty) -> Option<Filled> {
    if is_multivalued(key) {
        return None;
    }
    let open = || Some(Filled::Open { key: key.to_owned(), default: default.map(str::to_owned) });
    match state {
        KeyState::Unknown | KeyState::Present | KeyState::AbsentOr(..) | KeyState::NotBeginningWith(_) => open(),
        KeyState::Absent => default.map(literal),
        KeyState::Known(values) => match values.as_slice() {
            [] => default.map(literal),
            [only] if only.is_empty() => match empty {
                Empty::Text => Some(literal("")),
                Empty::Absent => default.map(literal),
                Empty::Open => open(),
            },
            [only] => Some(literal(only)),
            _ => None,
        },
    }
}

fn literal(text: &str) -> Filled {
    Filled::Piece(OwnedPiece::Literal(text.to_owned()))
}
