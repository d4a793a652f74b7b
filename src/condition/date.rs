//! The `Date` operators: moments in ISO 8601's W3C profile or as seconds since 1970 (E84).

use std::cmp::Ordering;

use jiff::SignedDuration;
use jiff::civil::{Date, DateTime, date};

use super::numeric::Decimal;

/// A moment in seconds since 1970.
///
/// A number is seconds, with or without a fraction, unless it has four digits: those are a year. Otherwise `2026-01-31`,
/// `2026-01`, or a date with a time of minutes, seconds or fractions and `Z` or an offset; without one of these UTC is
/// meant. A leap second is the second before it. Nothing else is a date (E91).
pub(super) fn parse(text: &str) -> Option<Decimal> {
    let text = text.trim();
    let is_year = text.len() == 4 && text.bytes().all(|digit| digit.is_ascii_digit());
    if let Some(seconds) = Decimal::parse(text).filter(|_| !is_year) {
        return Some(seconds);
    }
    let (date, time) = text.split_once('T').map_or((text, None), |(date, time)| (date, Some(time)));
    let day = match fields(date, '-').as_deref() {
        Some([(4, year), (2, month), (2, day)]) => calendar_day(*year, *month, *day)?,
        Some([(4, year), (2, month)]) if time.is_none() => calendar_day(*year, *month, 1)?,
        Some([(4, year)]) if time.is_none() => calendar_day(*year, 1, 1)?,
        _ => return None,
    };
    let midnight = day.duration_since(EPOCH).as_secs();
    let Some(time) = time else { return Some(Decimal::of_seconds(midnight, "")) };
    let (clock, offset) = time.find(['Z', '+', '-']).map_or((time, "Z"), |at| time.split_at(at));
    let (clock, fraction) = match clock.split_once('.') {
        None => (clock, None),
        Some((_, digits)) if digits.is_empty() || !digits.bytes().all(|digit| digit.is_ascii_digit()) => return None,
        Some((clock, digits)) => (clock, Some(digits)),
    };
    let (hour, minute, second) = match (fields(clock, ':').as_deref(), fraction) {
        (Some([(2, hour), (2, minute)]), None) => (*hour, *minute, 0),
        (Some([(2, hour), (2, minute), (2, second)]), _) => (*hour, *minute, *second),
        _ => return None,
    };
    if hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let seconds = midnight + hour * 3600 + minute * 60 + second.min(59) - offset_seconds(offset)?;
    Some(Decimal::of_seconds(seconds, fraction.unwrap_or_default()))
}

/// The moment as AWS writes it, in UTC; as seconds where the calendar or the clock is too narrow for it.
pub(super) fn canonical(text: &str) -> Option<String> {
    let moment = parse(text)?;
    let civil = || {
        let since = SignedDuration::try_from_nanos_i128(moment.billionths()?)?;
        DateTime::from(EPOCH).checked_add(since).ok().filter(|civil| civil.year() >= 0)
    };
    Some(civil().map_or_else(|| moment.to_string(), |civil| format!("{civil}Z")))
}

/// How the two moments stand; `None` if one is not a date (E91).
pub(super) fn compare(value: &str, pattern: &str) -> Option<Ordering> {
    Some(parse(value)?.cmp(&parse(pattern)?))
}

const EPOCH: Date = date(1970, 1, 1);

/// The lengths and values of numbers with a separator between them; `None` if something else is there.
fn fields(text: &str, separator: char) -> Option<Vec<(usize, i64)>> {
    let number = |digits: &str| {
        let is_number = digits.len() <= 4 && digits.bytes().all(|digit| digit.is_ascii_digit());
        Some((digits.len(), digits.parse().ok().filter(|_| is_number)?))
    };
    text.split(separator).map(number).collect()
}

fn calendar_day(year: i64, month: i64, day: i64) -> Option<Date> {
    Date::new(year.try_into().ok()?, month.try_into().ok()?, day.try_into().ok()?).ok()
}

/// How far ahead of UTC `Z`, `+01:00` or `-05:30` is.
fn offset_seconds(offset: &str) -> Option<i64> {
    if offset == "Z" {
        return Some(0);
    }
    let (sign, rest) =
        if let Some(rest) = offset.strip_prefix('+') { (1, rest) } else { (-1, offset.strip_prefix('-')?) };
    match fields(rest, ':').as_deref() {
        Some([(2, hours), (2, minutes)]) if *hours < 24 && *minutes < 60 => Some(sign * (hours * 3600 + minutes * 60)),
        _ => None,
    }
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
            assert_eq!(parse(same), Decimal::parse("1767225600"), "{same}");
            assert_eq!(canonical(same).as_deref(), Some("2026-01-01T00:00:00Z"), "{same}");
        }
        for (text, seconds, written) in [
            ("2026-01-01T00:00:00.50Z", "1767225600.5", "2026-01-01T00:00:00.5Z"),
            // Of the calendar's last and first day, and of a leap year's day.
            ("9999-12-31T23:59:59Z", "253402300799", "9999-12-31T23:59:59Z"),
            ("0001-01-01", "-62135596800", "0001-01-01T00:00:00Z"),
            ("2024-02-29", "1709164800", "2024-02-29T00:00:00Z"),
            // Before 1970, the fraction still counts upwards.
            ("1969-12-31T23:59:59.25Z", "-0.75", "1969-12-31T23:59:59.25Z"),
            ("-1.5", "-1.5", "1969-12-31T23:59:58.5Z"),
            // A leap second.
            ("2016-12-31T23:59:60Z", "1483228799", "2016-12-31T23:59:59Z"),
            // Four digits are a year, any other number is seconds, however large.
            ("2026", "1767225600", "2026-01-01T00:00:00Z"),
            ("02026", "2026", "1970-01-01T00:33:46Z"),
            (
                "99999999999999999999999999999999999999999",
                "99999999999999999999999999999999999999999",
                "99999999999999999999999999999999999999999",
            ),
            ("2026-01-01T00:00:00.0000000001Z", "1767225600.0000000001", "1767225600.0000000001"),
        ] {
            assert_eq!(parse(text), Decimal::parse(seconds), "{text}");
            assert_eq!(canonical(text).as_deref(), Some(written), "{text}");
        }
        assert_eq!(compare("1767225599", "2026-01-01"), Some(Ordering::Less));
    }

    #[test]
    fn e91_what_is_no_date() {
        for text in [
            "",
            "tomorrow",
            "2026-13-01",
            "2026-02-29",
            "2026-01-01T",
            "2026-01T00:00Z",
            "2026-1-1",
            "2026-01-01T24:00Z",
            "2026-01-01T23:59:61Z",
            "2026-01-01T00:00:00.Z",
            "2026-01-01T00:00.5Z",
            "2026-01-01T00Z",
            "2026-01-01T00:00z",
            "2026-01-01 00:00Z",
            "2026-01-01T00:00+0100",
            "2026-01-01T00:00+24:00",
            "01/02/2026",
            "20260101T000000Z",
            "2026-01-01T00:00Z[UTC]",
            "+2026-01-01",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
