//! One value of a condition, ready to be compared and to be written into a residual.

use super::variables::{self, Empty, Filled, OwnedPiece};
use super::{arn, binary, boolean, date, ip, numeric, string};
use crate::policy::{Operator, Template};
use crate::request::KeyState;
use crate::wildcard::Wildcard;

/// Text in which some characters are literal whatever they are (E70).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Pattern {
    pieces: Vec<OwnedPiece>,
}

impl Pattern {
    pub(super) fn new(pieces: Vec<OwnedPiece>) -> Self {
        Self { pieces }
    }

    /// The characters, wildcards among them.
    pub(super) fn text(&self) -> String {
        self.pieces
            .iter()
            .map(|piece| match piece {
                OwnedPiece::Pattern(text) | OwnedPiece::Literal(text) => text.as_str(),
            })
            .collect()
    }

    pub(super) fn push_pattern(&mut self, text: &str) {
        self.pieces.push(OwnedPiece::Pattern(text.to_owned()));
    }

    pub(super) fn wildcard(&self) -> Wildcard {
        let mut wildcard = Wildcard::default();
        for piece in &self.pieces {
            match piece {
                OwnedPiece::Pattern(text) => wildcard.push_pattern(text),
                OwnedPiece::Literal(text) => wildcard.push_literal(text),
            }
        }
        wildcard
    }

    pub(super) fn matches_everything(&self) -> bool {
        self.wildcard().matches_everything()
    }

    /// Cut at the first colons, wherever they came from, into at most `limit` fields.
    pub(super) fn split_fields(&self, limit: usize) -> Vec<Self> {
        let mut done: Vec<Self> = Vec::new();
        let mut field = Self::default();
        for piece in &self.pieces {
            let (text, wrap): (&str, fn(String) -> OwnedPiece) = match piece {
                OwnedPiece::Pattern(text) => (text, OwnedPiece::Pattern),
                OwnedPiece::Literal(text) => (text, OwnedPiece::Literal),
            };
            let mut rest = text;
            while done.len() + 1 < limit
                && let Some((before, after)) = rest.split_once(':')
            {
                field.pieces.push(wrap(before.to_owned()));
                done.push(std::mem::take(&mut field));
                rest = after;
            }
            field.pieces.push(wrap(rest.to_owned()));
        }
        done.push(field);
        done
    }
}

/// A value of a condition under one reading of the request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Operand {
    /// All of its text is known.
    Ready(Pattern),
    /// Some variable is not known.
    Open(Vec<Filled>),
}

impl Operand {
    /// Whether every text it matches begins with `prefix`.
    pub(super) fn begins_with(&self, prefix: &str) -> bool {
        match self {
            Self::Ready(pattern) => pattern.wildcard().literal_prefix().starts_with(prefix),
            Self::Open(_) => false,
        }
    }

    pub(super) fn new(parts: Vec<Filled>) -> Self {
        let known: Option<Vec<OwnedPiece>> = parts
            .iter()
            .map(|part| match part {
                Filled::Piece(piece) => Some(piece.clone()),
                Filled::Open { .. } => None,
            })
            .collect();
        known.map_or(Self::Open(parts), |pieces| Self::Ready(Pattern::new(pieces)))
    }

    pub(super) fn is_open(&self) -> bool {
        matches!(self, Self::Open(_))
    }

    /// Whether a wildcard of the policy stands in it.
    pub(super) fn has_wildcard(&self) -> bool {
        let wild = |piece: &OwnedPiece| matches!(piece, OwnedPiece::Pattern(text) if text.contains(['*', '?']));
        match self {
            Self::Ready(pattern) => pattern.pieces.iter().any(wild),
            Self::Open(parts) => parts.iter().any(|part| matches!(part, Filled::Piece(piece) if wild(piece))),
        }
    }

    pub(super) fn matches_everything(&self) -> bool {
        matches!(self, Self::Ready(pattern) if pattern.matches_everything())
    }

    /// The text for a residual: one for all values that mean the same to `operator`, and read back as a template it means
    /// the same again. `None` for a value that can match nothing (E91).
    pub(super) fn canonical(&self, operator: Operator) -> Option<String> {
        use Operator as Op;
        let escape = matches!(operator, Op::StringLike | Op::ArnLike);
        let ready = match self {
            Self::Ready(pattern) => pattern,
            Self::Open(parts) => return Some(write_template(parts, escape, operator == Op::StringEqualsIgnoreCase)),
        };
        match operator {
            Op::StringEquals | Op::StringEqualsIgnoreCase | Op::StringLike | Op::ArnLike => {
                let parts: Vec<Filled> = ready.pieces.iter().cloned().map(Filled::Piece).collect();
                Some(write_template(&parts, escape, operator == Op::StringEqualsIgnoreCase))
            }
            Op::Bool => boolean::parse(&ready.text()).map(|value| value.to_string()),
            Op::BinaryEquals => binary::canonical(&ready.text()),
            Op::IpAddress => ip::canonical(&ready.text()),
            Op::DateEquals
            | Op::DateLessThan
            | Op::DateLessThanEquals
            | Op::DateGreaterThan
            | Op::DateGreaterThanEquals => date::canonical(&ready.text()),
            _ => numeric::Decimal::parse(&ready.text()).map(|number| number.to_string()),
        }
    }
}

/// The template of an atom's value.
pub(super) fn template(operator: Option<Operator>, value: &str) -> Template {
    match operator {
        Some(operator) if operator.takes_variables() => Template::parse(value),
        _ => Template::plain(value),
    }
}

/// An atom's value with every variable open; `None` if it can match nothing (E67).
pub(super) fn read(operator: Operator, value: &str) -> Option<Operand> {
    variables::fill(&template(Some(operator), value), |_| &KeyState::Unknown, Empty::Open).map(Operand::new)
}

/// Whether one value of the request matches one of the policy under an operator that is not negated.
pub(super) fn matches(operator: Operator, value: &str, pattern: &Pattern) -> bool {
    use Operator as Op;
    let number = || numeric::compare(value, &pattern.text());
    let moment = || date::compare(value, &pattern.text());
    match operator {
        Op::StringEquals | Op::StringNotEquals => string::equals(value, pattern),
        Op::StringEqualsIgnoreCase | Op::StringNotEqualsIgnoreCase => string::equals_ignore_case(value, pattern),
        Op::StringLike | Op::StringNotLike => string::like(value, pattern),
        Op::NumericEquals | Op::NumericNotEquals => number().is_some_and(|order| order.is_eq()),
        Op::NumericLessThan => number().is_some_and(|order| order.is_lt()),
        Op::NumericLessThanEquals => number().is_some_and(|order| order.is_le()),
        Op::NumericGreaterThan => number().is_some_and(|order| order.is_gt()),
        Op::NumericGreaterThanEquals => number().is_some_and(|order| order.is_ge()),
        Op::DateEquals | Op::DateNotEquals => moment().is_some_and(|order| order.is_eq()),
        Op::DateLessThan => moment().is_some_and(|order| order.is_lt()),
        Op::DateLessThanEquals => moment().is_some_and(|order| order.is_le()),
        Op::DateGreaterThan => moment().is_some_and(|order| order.is_gt()),
        Op::DateGreaterThanEquals => moment().is_some_and(|order| order.is_ge()),
        Op::Bool | Op::Null => boolean::equals(value, &pattern.text()),
        Op::BinaryEquals => binary::equals(value, &pattern.text()),
        Op::IpAddress | Op::NotIpAddress => ip::contains(value, &pattern.text()),
        Op::ArnEquals | Op::ArnLike | Op::ArnNotEquals | Op::ArnNotLike => arn::like(value, pattern),
    }
}

/// Writes a template that reads back as these parts. Literal wildcards are escaped where wildcards count (E69).
fn write_template(parts: &[Filled], escape: bool, fold: bool) -> String {
    let mut characters: Vec<(char, bool)> = Vec::new();
    let mut out = String::new();
    for part in parts {
        match part {
            Filled::Piece(OwnedPiece::Pattern(text)) => characters.extend(text.chars().map(|c| (c, false))),
            Filled::Piece(OwnedPiece::Literal(text)) => characters.extend(text.chars().map(|c| (c, true))),
            Filled::Open { key, default } => {
                write_text(&mut out, &std::mem::take(&mut characters), escape, fold);
                match default {
                    // Without spaces these would be read as escapes, or as no variable.
                    None if matches!(key.as_str(), "" | "*" | "?" | "$") => out.push_str(&format!("${{ {key} }}")),
                    None => out.push_str(&format!("${{{key}}}")),
                    Some(text) => out.push_str(&format!("${{{key}, '{text}'}}")),
                }
            }
        }
    }
    write_text(&mut out, &characters, escape, fold);
    out
}

fn write_text(out: &mut String, characters: &[(char, bool)], escape: bool, fold: bool) {
    let mut rest = characters.iter().peekable();
    while let Some(&(c, literal)) = rest.next() {
        let opens = c == '$' && rest.peek().is_some_and(|(next, _)| *next == '{');
        if opens || escape && literal && matches!(c, '*' | '?') {
            out.push_str(&format!("${{{c}}}"));
        } else if fold {
            out.extend(c.to_lowercase());
        } else {
            out.push(c);
        }
    }
}
