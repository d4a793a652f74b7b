//! Conditions and the keys of a request, as structured input.

use std::fmt::Write;

use arbitrary::Arbitrary;
use iamreach::policy::Operator;
use serde_json::json;

use crate::words::{KEYS, VALUES, choose};

/// A condition key.
#[derive(Debug, Clone, Arbitrary)]
pub enum Key<'a> {
    /// One of the table.
    Listed(u8),
    /// Any text.
    Free(&'a str),
}

impl Key<'_> {
    /// The key as a policy writes it.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Self::Listed(number) => choose(KEYS, *number),
            Self::Free(text) => text,
        }
    }
}

/// A piece of a value's text.
#[derive(Debug, Clone, Arbitrary)]
pub enum Piece<'a> {
    /// One of the table.
    Listed(u8),
    /// Any text.
    Free(&'a str),
    /// A policy variable, with a default if one is given.
    Variable(Key<'a>, Option<&'a str>),
}

/// A value as JSON may write it (E79).
#[derive(Debug, Clone, Arbitrary)]
pub enum Value<'a> {
    /// One of the table.
    Listed(u8),
    /// Text of several pieces.
    Text(Vec<Piece<'a>>),
    /// A whole number.
    Number(i64),
    /// `true` or `false`.
    Flag(bool),
}

impl Value<'_> {
    /// The value as a policy holds it.
    #[must_use]
    pub fn json(&self) -> serde_json::Value {
        match self {
            Self::Number(number) => json!(number),
            Self::Flag(flag) => json!(flag),
            _ => json!(self.text()),
        }
    }

    /// The value's text.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::Listed(number) => choose(VALUES, *number).to_owned(),
            Self::Number(number) => number.to_string(),
            Self::Flag(flag) => flag.to_string(),
            Self::Text(pieces) => {
                let mut text = String::new();
                for piece in pieces {
                    let written = match piece {
                        Piece::Listed(number) => write!(text, "{}", choose(VALUES, *number)),
                        Piece::Free(free) => write!(text, "{free}"),
                        Piece::Variable(key, None) => write!(text, "${{{}}}", key.text()),
                        Piece::Variable(key, Some(default)) => write!(text, "${{{}, '{default}'}}", key.text()),
                    };
                    written.expect("text can be written");
                }
                text
            }
        }
    }
}

/// One operator on one key.
#[derive(Debug, Clone, Arbitrary)]
pub struct Condition<'a> {
    /// `ForAnyValue`, `ForAllValues` or neither.
    pub qualifier: Option<bool>,
    /// The operator, by number; one of all numbers is no operator.
    pub operator: u8,
    /// Whether the name ends in `IfExists`.
    pub if_exists: bool,
    /// The key.
    pub key: Key<'a>,
    /// The values.
    pub values: Vec<Value<'a>>,
}

impl Condition<'_> {
    /// The operator; `None` for the number that is none.
    #[must_use]
    pub fn known_operator(&self) -> Option<Operator> {
        Operator::ALL.get(usize::from(self.operator) % (Operator::ALL.len() + 1)).copied()
    }

    /// The operator's name with qualifier and `IfExists`, around the name of another operator if one is given.
    #[must_use]
    pub fn written(&self, instead: Option<Operator>) -> String {
        let name = instead.or_else(|| self.known_operator()).map_or("StringMatches", Operator::name);
        let qualifier = match self.qualifier {
            None => "",
            Some(true) => "ForAllValues:",
            Some(false) => "ForAnyValue:",
        };
        format!("{qualifier}{name}{}", if self.if_exists { "IfExists" } else { "" })
    }

    /// The values as a list.
    #[must_use]
    pub fn values_json(&self) -> serde_json::Value {
        self.values.iter().map(Value::json).collect()
    }
}

/// What is known of a key that has a state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Arbitrary)]
pub enum Hidden {
    /// All.
    Nothing,
    /// Nothing at all.
    Everything,
    /// Only that it is in the request, if it is.
    Values,
    /// That it is absent or has these values.
    Presence,
    /// What it does not begin with.
    AllButABeginning,
}

/// The state of a key: no values, and it is absent.
#[derive(Debug, Clone, Arbitrary)]
pub struct Given<'a> {
    /// What of it is known.
    pub hidden: Hidden,
    /// Its values.
    pub values: Vec<Value<'a>>,
}
