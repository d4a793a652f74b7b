//! The `Numeric` operators: decimals of any length, compared exactly (E83).

use std::cmp::Ordering;
use std::fmt;

/// A decimal number in its shortest form, so that equal numbers are equal values.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Decimal {
    /// Never set for zero.
    negative: bool,
    /// Digits before the point, without leading zeros.
    whole: String,
    /// Digits behind the point, without trailing zeros.
    fraction: String,
}

impl Decimal {
    /// Reads digits with an optional sign and point; anything else is no number (E91).
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (negative, digits) = match text.strip_prefix('-') {
            Some(digits) => (true, digits),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let is_number = |digits: &str| digits.bytes().all(|digit| digit.is_ascii_digit());
        if whole.is_empty() && fraction.is_empty() || !is_number(whole) || !is_number(fraction) {
            return None;
        }
        let (whole, fraction) = (whole.trim_start_matches('0'), fraction.trim_end_matches('0'));
        let negative = negative && !(whole.is_empty() && fraction.is_empty());
        Some(Self { negative, whole: whole.to_owned(), fraction: fraction.to_owned() })
    }

    /// Whole seconds and the digits of a fraction that counts upwards from them.
    pub(super) fn of_seconds(seconds: i64, fraction: &str) -> Self {
        let fraction = fraction.trim_end_matches('0');
        let (whole, fraction) = if seconds >= 0 || fraction.is_empty() {
            (seconds.unsigned_abs(), fraction.to_owned())
        } else {
            // 1 less the fraction: each digit short of 9, the last one short of 10.
            let last = fraction.len() - 1;
            let short = |(index, digit): (usize, u8)| {
                char::from(b'0' + (if index == last { 10 } else { 9 }) - digit.saturating_sub(b'0'))
            };
            (seconds.unsigned_abs() - 1, fraction.bytes().enumerate().map(short).collect())
        };
        let whole = if whole == 0 { String::new() } else { whole.to_string() };
        Self { negative: seconds < 0 && !(whole.is_empty() && fraction.is_empty()), whole, fraction }
    }

    /// The number in billionths; `None` if it has smaller parts or is beyond an `i128`.
    pub(super) fn billionths(&self) -> Option<i128> {
        let size: i128 = format!("{}{:0<9}", self.whole, self.fraction).parse().ok()?;
        (self.fraction.len() <= 9).then_some(if self.negative { -size } else { size })
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        let size = (self.whole.len().cmp(&other.whole.len()))
            .then_with(|| self.whole.cmp(&other.whole))
            .then_with(|| self.fraction.cmp(&other.fraction));
        match (self.negative, other.negative) {
            (false, false) => size,
            (true, true) => size.reverse(),
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
        }
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.negative { "-" } else { "" };
        let whole = if self.whole.is_empty() { "0" } else { &self.whole };
        let point = if self.fraction.is_empty() { "" } else { "." };
        write!(f, "{sign}{whole}{point}{}", self.fraction)
    }
}

/// How the two numbers stand; `None` if one is not a number (E91).
pub(super) fn compare(value: &str, pattern: &str) -> Option<Ordering> {
    Some(Decimal::parse(value)?.cmp(&Decimal::parse(pattern)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn e83_decimals_compare_exactly() {
        for (left, right, expected) in [
            ("1", "1.0", Some(Ordering::Equal)),
            ("-0", "0.00", Some(Ordering::Equal)),
            ("10", "9", Some(Ordering::Greater)),
            ("-10", "-9", Some(Ordering::Less)),
            ("0.1", "0.09", Some(Ordering::Greater)),
            (
                "100000000000000000000000000000000000001",
                "100000000000000000000000000000000000000",
                Some(Ordering::Greater),
            ),
            ("1x", "1", None),
            ("", "1", None),
            (".", "1", None),
            ("1", "${aws:x}", None),
        ] {
            assert_eq!(compare(left, right), expected, "{left} {right}");
        }
        assert_eq!(Decimal::parse("+007.50").map(|number| number.to_string()).as_deref(), Some("7.5"));
    }
}
