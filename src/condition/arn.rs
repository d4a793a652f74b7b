//! `ArnLike` and its synonym `ArnEquals`: six fields, each by wildcards (E88, E89).

use super::operand::Pattern;
use super::variables::OwnedPiece;
use crate::wildcard::{Token, Wildcard};

/// The fields of an ARN: what follows the fifth colon is one field.
pub(super) const FIELDS: usize = 6;

/// The pattern padded to six fields with `*`, if it has fewer and is not a lone `*` (E89).
pub(super) fn padded(pattern: &Pattern) -> Option<Pattern> {
    let missing = FIELDS.checked_sub(pattern.text().matches(':').count() + 1).filter(|missing| *missing > 0)?;
    if pattern.matches_everything() {
        return None;
    }
    let mut padded = pattern.clone();
    padded.push_pattern(&":*".repeat(missing));
    Some(padded)
}

/// Whether an ARN matches, by its text: no unique id stands behind the ARN of a condition (E31). A lone `*` matches
/// every ARN; short patterns are the caller's to pad (E89). What is not an ARN matches nothing (E91).
pub(super) fn like(value: &str, pattern: &Pattern) -> bool {
    let values: Vec<&str> = value.splitn(FIELDS, ':').collect();
    let patterns = pattern.split_fields(FIELDS);
    let is_arn = value.starts_with("arn:") && values.len() == FIELDS;
    if pattern.matches_everything() {
        return is_arn;
    }
    is_arn
        && patterns.len() == FIELDS
        && patterns.iter().map(Pattern::wildcard).zip(values).all(|(field, value): (Wildcard, _)| field.matches(value))
}

/// All that [`like`] accepts, as one pattern over the whole text; `None` if that is nothing.
pub(super) fn accepted(pattern: &Pattern) -> Option<Wildcard> {
    let every = Pattern::new(vec![OwnedPiece::Pattern(["*"; FIELDS].join(":"))]);
    let pattern = if pattern.matches_everything() { &every } else { pattern };
    let fields = pattern.split_fields(FIELDS);
    let (first, rest) = fields.split_first()?;
    if fields.len() != FIELDS || !first.wildcard().matches("arn") {
        return None;
    }
    let mut accepted = Wildcard::literal("arn");
    for (index, field) in rest.iter().enumerate() {
        let is_last = index + 1 == rest.len();
        accepted.push_literal(":");
        for token in field.wildcard().tokens() {
            accepted.push_token(match token {
                Token::AnyRun if !is_last => Token::AnyRunInField,
                Token::AnyOne if !is_last => Token::AnyOneInField,
                token => token.clone(),
            });
        }
    }
    Some(accepted)
}
