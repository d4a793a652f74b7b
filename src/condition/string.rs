//! `StringEquals`, `StringEqualsIgnoreCase` and `StringLike` (E80-E82). ARN keys compare as plain text here (E90).

use super::operand::Pattern;

/// Exact, case-sensitive; `*` and `?` are ordinary characters (E80).
pub(super) fn equals(value: &str, pattern: &Pattern) -> bool {
    value == pattern.text()
}

/// Exact but for letter case (E81).
pub(super) fn equals_ignore_case(value: &str, pattern: &Pattern) -> bool {
    folded(value) == folded(&pattern.text())
}

/// The text in lowercase, each character by itself, so that it does not matter what stands beside it.
pub(super) fn folded(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).collect()
}

/// Wildcards run across every character (E82); text of variables holds none (E70).
pub(super) fn like(value: &str, pattern: &Pattern) -> bool {
    pattern.wildcard().matches(value)
}
