//! Comparing names without regard to ASCII case, in the order of the file.

use std::cmp::Ordering;

/// The order of two names in the file: that of their lower-case bytes.
pub(super) fn compare(a: &str, b: &str) -> Ordering {
    let lower = |text| str::bytes(text).map(|byte| byte.to_ascii_lowercase());
    lower(a).cmp(lower(b))
}

/// Whether two names are the same but for case.
pub(super) fn eq(a: &str, b: &str) -> bool {
    a.eq_ignore_ascii_case(b)
}

/// Whether `text` starts with `prefix`, in any case.
pub(super) fn starts_with(text: &str, prefix: &str) -> bool {
    strip_prefix(text, prefix).is_some()
}

/// What follows `prefix` in `text`, if it starts with that, in any case.
pub(super) fn strip_prefix<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let (head, tail) = text.split_at_checked(prefix.len())?;
    eq(head, prefix).then_some(tail)
}
