//! The `Date` operators: moments in ISO 8601's W3C profile or as seconds since 1970 (E84).

use std::cmp::Ordering;

use jiff::Timestamp;

use super::numeric::Decimal;

/// A moment in nanoseconds since 1970.
///
/// Text of digits alone is seconds, with or without a fraction. Otherwise `2026-01-31`, `2026-01`, or a date with a time
/// of minutes, seconds or fractions and `Z` or an offset; without one of these UTC is meant. Nothing else is a date (E91).
pub(super) fn parse(text: &str) -> Option<i128> {
    let text = text.trim();
    if let Some(seconds) = Decimal::parse(text) {
        return seconds.billionths();
    }
    let allowed = |c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | ':' | '.' | 'T' | 'Z');
    let extended = text.get(4..5) == Some("-");
    if !extended || !text.chars().all(allowed) {
        return None;
    }
    let full = match text.split_once('T') {
        Some((_, time)) if time.contains(['Z', '+', '-']) => text.to_owned(),
        Some(_) => format!("{text}Z"),
        None if text.len() == "2026-01".len() => format!("{text}-01T00:00:00Z"),
        None => format!("{text}T00:00:00Z"),
    };
    full.parse::<Timestamp>().ok().map(|moment| moment.as_nanosecond())
}

/// The moment as AWS writes it, in UTC; beyond the calendar, as it came.
pub(super) fn canonical(text: &str) -> Option<String> {
    let moment = parse(text)?;
    Some(Timestamp::from_nanosecond(moment).map_or_else(|_| text.trim().to_owned(), |moment| moment.to_string()))
}

/// How the two moments stand; `None` if one is not a date (E91).
pub(super) fn compare(value: &str, pattern: &str) -> Option<Ordering> {
    Some(parse(value)?.cmp(&parse(pattern)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn e84_the_profile_and_epoch_seconds() {
        for same in [
            "2026-01-01",
            "2026-01",
            "2026-01-01T00:00Z",
            "2026-01-01T00:00:00Z",
            "2026-01-01T00:00:00.000Z",
            "2026-01-01T02:00:00+02:00",
            "2025-12-31T19:00-05:00",
            "1767225600",
            "1767225600.0",
        ] {
            assert_eq!(parse(same), Some(1_767_225_600_000_000_000), "{same}");
            assert_eq!(canonical(same).as_deref(), Some("2026-01-01T00:00:00Z"), "{same}");
        }
        assert_eq!(parse("2026-01-01T00:00:00.5Z"), Some(1_767_225_600_500_000_000));
        assert_eq!(compare("1767225599", "2026-01-01"), Some(Ordering::Less));
    }

    #[test]
    fn e91_what_is_no_date() {
        for text in
            ["", "tomorrow", "2026-13-01", "2026-01-01T", "01/02/2026", "20260101T000000Z", "2026-01-01T00:00Z[UTC]"]
        {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
