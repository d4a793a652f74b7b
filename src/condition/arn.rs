//! `ArnLike` and its synonym `ArnEquals`: six fields, each by wildcards (E88, E89).

use super::operand::Pattern;
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

/// Whether an ARN matches. A lone `*` matches whatever is present; short patterns are the caller's to pad (E89). What is
/// not an ARN matches nothing else (E91).
pub(super) fn like(value: &str, pattern: &Pattern) -> bool {
    if pattern.matches_everything() {
        return true;
    }
    let values: Vec<&str> = value.splitn(FIELDS, ':').collect();
    let patterns = pattern.split_fields(FIELDS);
    value.starts_with("arn:")
        && values.len() == FIELDS
        && patterns.len() == FIELDS
        && patterns.iter().map(Pattern::wildcard).zip(values).all(|(field, value): (Wildcard, _)| field.matches(value))
}

/// All that [`like`] accepts, as one pattern over the whole text; `None` if that is nothing.
pub(super) fn accepted(pattern: &Pattern) -> Option<Wildcard> {
    if pattern.matches_everything() {
        return Some(pattern.wildcard());
    }
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
