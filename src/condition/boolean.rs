//! `Bool` (E85).

/// `true` or `false` in any letter case; anything else is neither (E91).
pub(super) fn parse(text: &str) -> Option<bool> {
    let text = text.trim();
    if text.eq_ignore_ascii_case("true") {
        Some(true)
    } else if text.eq_ignore_ascii_case("false") {
        Some(false)
    } else {
        None
    }
}

/// Whether both are the same truth value.
pub(super) fn equals(value: &str, pattern: &str) -> bool {
    parse(value).is_some_and(|value| parse(pattern) == Some(value))
}
