//! Numbers, dates, addresses and bytes, as the texts of policies and requests write them (E83, E84, E86, E87).

use std::cmp::Ordering;
use std::net::IpAddr;

/// E83: an integer or decimal, compared digit by digit.
pub(crate) fn compare_numbers(left: &str, right: &str) -> Option<Ordering> {
    let (left, right) = (Number::read(left)?, Number::read(right)?);
    Some(match (left.negative, right.negative) {
        (false, true) => Ordering::Greater,
        (true, false) => Ordering::Less,
        (false, false) => left.compare_size(&right),
        (true, true) => right.compare_size(&left),
    })
}

struct Number {
    negative: bool,
    /// Without leading zeros.
    whole: String,
    /// Without trailing zeros.
    fraction: String,
}

impl Number {
    fn read(text: &str) -> Option<Self> {
        let (minus, digits) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        let (whole, fraction) = match digits.split_once('.') {
            Some((_, "")) => return None,
            Some(parts) => parts,
            None => (digits, ""),
        };
        let all_digits = |text: &str| text.chars().all(|digit| digit.is_ascii_digit());
        if whole.is_empty() || !all_digits(whole) || !all_digits(fraction) {
            return None;
        }
        let whole = whole.trim_start_matches('0').to_owned();
        let fraction = fraction.trim_end_matches('0').to_owned();
        let negative = minus && !(whole.is_empty() && fraction.is_empty());
        Some(Self { negative, whole, fraction })
    }

    /// As seconds and nanoseconds, which count upwards from the second below.
    fn seconds(&self) -> Option<(i64, u32)> {
        let whole: i64 = if self.whole.is_empty() { 0 } else { self.whole.parse().ok()? };
        let nanoseconds: u32 = format!("{:0<9}", self.fraction).get(..9)?.parse().ok()?;
        Some(match (self.negative, nanoseconds) {
            (false, nanoseconds) => (whole, nanoseconds),
            (true, 0) => (-whole, 0),
            (true, nanoseconds) => (-whole - 1, 1_000_000_000 - nanoseconds),
        })
    }

    fn compare_size(&self, other: &Self) -> Ordering {
        let length = self.whole.len().cmp(&other.whole.len());
        length.then_with(|| self.whole.cmp(&other.whole)).then_with(|| self.fraction.cmp(&other.fraction))
    }
}

/// E84: the W3C profile of ISO 8601, or seconds since 1970.
pub(crate) fn compare_dates(left: &str, right: &str) -> Option<Ordering> {
    Some(date(left)?.cmp(&date(right)?))
}

/// Seconds since 1970 and nanoseconds.
fn date(text: &str) -> Option<(i64, u32)> {
    let is_year = text.len() == 4 && text.chars().all(|digit| digit.is_ascii_digit());
    if let Some(seconds) = Number::read(text).filter(|_| !is_year) {
        return seconds.seconds();
    }
    let (day, time) = text.split_once('T').map_or((text, None), |(day, time)| (day, Some(time)));
    let parts: Vec<&str> = day.split('-').collect();
    let lengths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
    if !matches!(lengths.as_slice(), [4] | [4, 2] | [4, 2, 2]) || (time.is_some() && parts.len() < 3) {
        return None;
    }
    let part = |at: usize| parts.get(at).map_or(Some(1), |part| number(part));
    let midnight = days(part(0)?, part(1)?, part(2)?)? * 86_400;
    let Some(time) = time else { return Some((midnight, 0)) };
    // The zone is not to be left out.
    let (clock, ahead) = match time.strip_suffix('Z') {
        Some(clock) => (clock, 0),
        None => {
            let (clock, zone) = time.split_at_checked(time.len().checked_sub(6)?)?;
            let sign = if zone.starts_with('+') { 1 } else { -1 };
            let (hours, minutes) = zone.strip_prefix(['+', '-'])?.split_once(':')?;
            (clock, sign * (number(hours).filter(|h| *h < 24)? * 60 + number(minutes).filter(|m| *m < 60)?))
        }
    };
    let (clock, fraction) = clock.split_once('.').map_or((clock, None), |(clock, fraction)| (clock, Some(fraction)));
    let clock: Vec<&str> = clock.split(':').collect();
    if !matches!(clock.len(), 2 | 3)
        || clock.iter().any(|part| part.len() != 2)
        || (clock.len() == 2 && fraction.is_some())
    {
        return None;
    }
    let seconds = clock.get(2).map_or(Some(0), |part| number(part)).filter(|seconds| *seconds < 60)?;
    let minutes = number(clock[1]).filter(|minutes| *minutes < 60)?;
    let hours = number(clock[0]).filter(|hours| *hours < 24)?;
    let nanoseconds = match fraction {
        None => 0,
        Some(digits) => number(&format!("{digits:0<9}")[..9]).and_then(|nanos| u32::try_from(nanos).ok())?,
    };
    Some((midnight + hours * 3600 + (minutes - ahead) * 60 + seconds, nanoseconds))
}

fn number(digits: &str) -> Option<i64> {
    digits.chars().all(|digit| digit.is_ascii_digit()).then(|| digits.parse().ok())?
}

/// Days from 1970-01-01 to a day of the calendar.
fn days(year: i64, month: i64, day: i64) -> Option<i64> {
    let leap = |year: i64| year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let lengths = [31, if leap(year) { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let length = lengths.get(usize::try_from(month - 1).ok()?)?;
    if !(1..=*length).contains(&day) {
        return None;
    }
    let years: i64 = if year >= 1970 {
        (1970..year).map(|year| if leap(year) { 366 } else { 365 }).sum()
    } else {
        -(year..1970).map(|year| if leap(year) { 366 } else { 365 }).sum::<i64>()
    };
    let months: i64 = lengths.iter().take(usize::try_from(month - 1).ok()?).sum();
    Some(years + months + day - 1)
}

/// E87: whether an address lies in a range; bits behind the mask do not count, no mask means one address.
pub(crate) fn in_range(address: &str, range: &str) -> Option<bool> {
    let address: IpAddr = address.parse().ok()?;
    let (base, length) = range.split_once('/').map_or((range, None), |(base, length)| (base, Some(length)));
    let (left, right, width) = match (address, base.parse().ok()?) {
        (IpAddr::V4(left), IpAddr::V4(right)) => (u128::from(left.to_bits()), u128::from(right.to_bits()), 32),
        (IpAddr::V6(left), IpAddr::V6(right)) => (left.to_bits(), right.to_bits(), 128),
        _ => return Some(false),
    };
    let length: u32 = length.map_or(Some(width), |length| length.parse().ok())?;
    let behind = width.checked_sub(length)?;
    Some(behind == 128 || left >> behind == right >> behind)
}

/// E86: the bytes that a base64 text stands for.
pub(crate) fn bytes(text: &str) -> Option<Vec<u8>> {
    const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digits = text.trim_end_matches('=');
    if !text.len().is_multiple_of(4) || text.len() - digits.len() > 2 {
        return None;
    }
    let mut found = Vec::new();
    let (mut held, mut bits) = (0u32, 0);
    for digit in digits.chars() {
        held = (held << 6) | u32::try_from(ALPHABET.find(digit)?).ok()?;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            found.push(u8::try_from((held >> bits) & 0xff).ok()?);
        }
    }
    Some(found)
}
