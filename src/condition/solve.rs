//! A variable that is not known, against a text that is: which values would make them match.

use super::residual::{Atom, Residual};
use super::variables::{Filled, OwnedPiece};
use crate::policy::Operator;
use crate::service_reference::ServiceReference;
use crate::wildcard::Wildcard;

/// The test that the only open variable of a value has to pass for the value to match `text`; `None` where that is no test
/// of its key alone: several variables, a default, or a wildcard before it.
pub(super) fn solved(operator: Operator, parts: &[Filled], text: &str) -> Option<Residual> {
    let fold = match operator {
        Operator::StringEquals | Operator::StringLike => false,
        Operator::StringEqualsIgnoreCase => true,
        _ => return None,
    };
    let wild = operator == Operator::StringLike;
    let at = parts.iter().position(|part| matches!(part, Filled::Open { .. }))?;
    let (before, from) = parts.split_at_checked(at)?;
    let (Filled::Open { key, default: None }, behind) = from.split_first()? else { return None };
    let mut prefix = String::new();
    for part in before {
        match part {
            Filled::Piece(OwnedPiece::Pattern(piece)) if wild && piece.contains(['*', '?']) => return None,
            Filled::Piece(OwnedPiece::Pattern(piece) | OwnedPiece::Literal(piece)) => prefix.push_str(piece),
            Filled::Open { .. } => return None,
        }
    }
    let folded = |text: &str| if fold { text.to_lowercase() } else { text.to_owned() };
    let mut suffix = Wildcard::default();
    for part in behind {
        match part {
            Filled::Piece(OwnedPiece::Pattern(piece)) if wild => suffix.push_pattern(piece),
            Filled::Piece(OwnedPiece::Pattern(piece) | OwnedPiece::Literal(piece)) => {
                suffix.push_literal(&folded(piece));
            }
            Filled::Open { .. } => return None,
        }
    }
    let text = folded(text);
    let values = text.strip_prefix(&folded(&prefix)).map(|rest| heads(rest, |tail| suffix.matches(tail)));
    one_of(key, values.unwrap_or_default(), fold)
}

/// The beginnings of a text of which the rest passes.
pub(crate) fn heads(text: &str, passes: impl Fn(&str) -> bool) -> Vec<&str> {
    let cuts = text.char_indices().map(|(at, _)| at).chain([text.len()]);
    cuts.filter_map(|at| text.split_at_checked(at)).filter(|(_, tail)| passes(tail)).map(|(head, _)| head).collect()
}

/// That a key has one of these values; `None` for values that such a test would not mean literally, and for keys that may
/// have several values, which as a variable would be none (E67).
pub(crate) fn one_of(key: &str, mut values: Vec<&str>, fold: bool) -> Option<Residual> {
    let single = ServiceReference::embedded().condition_key(key).is_some_and(|key| !key.is_multivalued());
    if !single || values.iter().any(|value| value.contains('$')) {
        return None;
    }
    values.sort_unstable();
    values.dedup();
    let operator = if fold { "StringEqualsIgnoreCase" } else { "StringEquals" };
    let test = |values: Vec<Box<str>>| Atom::Test { operator: operator.into(), key: key.into(), values }.into();
    // Whether a variable can stand for the empty text is open (E71).
    let empty = values.first().is_some_and(|value| value.is_empty());
    let texts: Vec<Box<str>> = values.into_iter().filter(|value| !value.is_empty()).map(Into::into).collect();
    let by_text = if texts.is_empty() { Residual::False } else { test(texts) };
    if !empty {
        return Some(by_text);
    }
    let by_nothing: Residual = test(vec![Box::default()]);
    Some(by_text.or(by_nothing.and(Residual::undocumented("variable-empty"))))
}
