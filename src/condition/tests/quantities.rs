//! Numbers and dates.

use super::*;

#[test]
fn e83_numeric() {
    check_both("NumericEquals", "NumericNotEquals", &["1.50", "7"], &["1.5", "07", "+7"], &["1.51", "seven", ""]);
    check_both("NumericEquals", "NumericNotEquals", &["-0"], &["0", "0.0"], &["-1", "0.0001"]);
    check("NumericLessThan", &["10"], &["9.9", "-1", "-100"], &["10", "10.0", "x"], false);
    check("NumericLessThanEquals", &["10"], &["10.0", "9"], &["10.01"], false);
    check("NumericGreaterThan", &["10"], &["10.000000000000000000000001"], &["10", "9", "-11"], false);
    check("NumericGreaterThanEquals", &["10"], &["10", "11"], &["9", "9.999"], false);
    // One of several is enough.
    check("NumericLessThan", &["3", "5"], &["2", "4"], &["5", "6"], false);
}

#[test]
fn e83_numbers_of_any_size() {
    let (huge, next) = ("9".repeat(60), format!("1{}", "0".repeat(60)));
    check("NumericLessThan", &[&next], &[&huge], &[&next], false);
    check("NumericGreaterThan", &[&huge], &[&next], &[&huge, "1"], false);
    check("NumericLessThan", &[&format!("-{huge}")], &[&format!("-{next}")], &[&format!("-{huge}"), "0"], false);
    let padded = format!("{}1.{}", "0".repeat(400), "0".repeat(400));
    check_both("NumericEquals", "NumericNotEquals", &[&padded], &["1"], &[&next]);
}

#[test]
fn e83_e91_what_is_no_number() {
    for text in ["", ".", "1e3", "0x10", "1,000", "1.2.3", "--1", "+-1", "1 2", "NaN", "inf", "１", "${aws:x}"] {
        check_both("NumericEquals", "NumericNotEquals", &["1"], &["1"], &[text]);
        check_both("NumericEquals", "NumericNotEquals", &[text], &[], &["1", text]);
        check("NumericLessThan", &["1000000"], &[], &[text], false);
        check("NumericGreaterThan", &["-1000000"], &[], &[text], false);
    }
}

#[test]
fn e84_dates() {
    let day = "2026-01-01T00:00:00Z";
    check_both("DateEquals", "DateNotEquals", &[day], &["1767225600", "2026-01-01"], &["1767225601", "x"]);
    check("DateLessThan", &["1767225600"], &["2025-12-31T23:59:59.9Z"], &[day], false);
    check("DateLessThanEquals", &[day], &[day], &["2026-01-02"], false);
    check("DateGreaterThan", &[day], &["2026-01-01T01:00:01+01:00"], &[day], false);
    check("DateGreaterThanEquals", &[day], &[day], &["2025-01-02"], false);
}

#[test]
fn e84_seconds_on_either_side() {
    check("DateLessThan", &["1767225600"], &["1767225599", "1767225599.999", "0", "-1"], &["1767225600"], false);
    check("DateGreaterThan", &["2026-01-01"], &["1767225600.0000000001", "1767225601"], &["1767225600.0"], false);
    check_both("DateEquals", "DateNotEquals", &["0"], &["1970-01-01", "1970-01-01T01:00+01:00"], &["1970-01-02"]);
    let huge = "9".repeat(60);
    check("DateLessThan", &[&huge], &["2026-01-01"], &[&huge], false);
    check("DateGreaterThan", &["2026-01-01"], &[&huge], &["2025-01-01"], false);
}

#[test]
fn e84_the_ends_of_the_calendar() {
    let last = "9999-12-31T23:59:59Z";
    check("DateLessThan", &[last], &["2026-01-01", "9999-12-31T23:59:58Z"], &[last, "253402300799"], false);
    check("DateGreaterThan", &["0001-01-01"], &["2026-01-01"], &["0001-01-01", "-62135596800"], false);
    check_both("DateEquals", "DateNotEquals", &["2024-02-29"], &["2024-02-29T00:00Z"], &["2024-03-01", "2023-02-29"]);
    check_both("DateEquals", "DateNotEquals", &["2023-02-29"], &[], &["2023-02-28", "2023-03-01", "2023-02-29"]);
    // A leap second is the second before it.
    check_both(
        "DateEquals",
        "DateNotEquals",
        &["2016-12-31T23:59:60Z"],
        &["2016-12-31T23:59:59Z", "2016-12-31T23:59:60Z"],
        &["2017-01-01"],
    );
}
