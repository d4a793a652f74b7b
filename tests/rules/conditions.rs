//! Conditions: their structure and every operator (E74-E92c).

use serde_json::{Value, json};

use crate::request::*;

#[test]
fn e74_operators_and_keys_are_anded_values_ored() {
    let policy = allow_if(json!({
        "StringEquals": {"s3:prefix": ["a", "b"], "s3:delimiter": "/"},
        "Bool": {"aws:SecureTransport": "true"},
    }));
    let with = |prefix: &str, delimiter: &str, secure: &str| {
        let keys = request().key("s3:prefix", prefix).key("s3:delimiter", delimiter);
        keys.key("aws:SecureTransport", secure).identity(policy.clone())
    };
    check_all([
        (with("a", "/", "true"), ALLOWED),
        (with("b", "/", "true"), ALLOWED),
        (with("c", "/", "true"), IMPLICIT),
        (with("a", "-", "true"), IMPLICIT),
        (with("a", "/", "false"), IMPLICIT),
    ]);
    let neither = request().identity(allow_if(json!({"StringNotEquals": {"s3:prefix": ["a", "b"]}})));
    check_all([
        (neither.clone().key("s3:prefix", "a"), IMPLICIT),
        (neither.clone().key("s3:prefix", "b"), IMPLICIT),
        (neither.key("s3:prefix", "c"), ALLOWED),
    ]);
}

#[test]
fn e75_key_names_compare_in_any_letter_case() {
    for (written, given) in [
        ("aws:SourceVpc", "AWS:SOURCEVPC"),
        ("AWS:sourcevpc", "aws:SourceVpc"),
        ("aws:PrincipalTag/Team", "aws:principaltag/team"),
        ("aws:ResourceTag/team", "aws:ResourceTag/TEAM"),
    ] {
        let policy = allow_if(json!({"StringEquals": {written: "v"}}));
        check(request().identity(policy.clone()).key(given, "v"), ALLOWED);
        check(request().identity(policy).key(given, "V"), IMPLICIT);
    }
    let twice = |a: &str, b: &str| allow_if(json!({"StringEquals": {"aws:SourceVpc": a, "aws:sourceVPC": b}}));
    check(request().identity(twice("v", "v")).key("aws:SourceVpc", "v"), ALLOWED);
    check(request().identity(twice("v", "w")).key("aws:SourceVpc", "v"), IMPLICIT);
}

/// A rule, its operator, three values and the negated operator.
type Operator = (&'static str, &'static str, &'static str, &'static str, &'static str, Option<&'static str>);

/// Each operator: the policy's value, a value of the request for which the positive form holds and one for which it
/// does not, and the negated form.
const OPERATORS: [Operator; 18] = [
    ("e80", "StringEquals", "a*b?", "a*b?", "axby", Some("StringNotEquals")),
    ("e81", "StringEqualsIgnoreCase", "aB", "Ab", "abc", Some("StringNotEqualsIgnoreCase")),
    ("e82", "StringLike", "a*:?/c", "a:b/:x/c", "A:b/:x/c", Some("StringNotLike")),
    ("e83", "NumericEquals", "10", "10.0", "11", Some("NumericNotEquals")),
    ("e83", "NumericLessThan", "10", "9.5", "10", None),
    ("e83", "NumericLessThanEquals", "10", "10", "10.5", None),
    ("e83", "NumericGreaterThan", "9", "10", "9", None),
    ("e83", "NumericGreaterThanEquals", "-1.5", "-1.5", "-2", None),
    ("e84", "DateEquals", "2026-01-01T00:00:00Z", "2026-01-01T01:00:00+01:00", "2026-01-02", Some("DateNotEquals")),
    ("e84", "DateLessThan", "2026-01-01", "2025-12-31T23:59:59Z", "2026-01-01T00:00:00Z", None),
    ("e84", "DateLessThanEquals", "2026-01-01T00:00:00Z", "1767225600", "1767225601", None),
    ("e84", "DateGreaterThan", "1767225600", "2026-01-01T00:00:01Z", "2026-01-01T00:00:00Z", None),
    ("e84", "DateGreaterThanEquals", "2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z", "2025-12-31", None),
    ("e85", "Bool", "True", "true", "false", None),
    ("e86", "BinaryEquals", "QmluYXJ5", "QmluYXJ5", "b3RoZXI=", None),
    ("e87", "IpAddress", "203.0.113.5/24", "203.0.113.200", "203.0.114.5", Some("NotIpAddress")),
    (
        "e88",
        "ArnEquals",
        "arn:aws:sns:*:111111111111:t?:*",
        "arn:aws:sns:eu-west-1:111111111111:t1:x:y",
        "arn:aws:sns:eu-west-1:222222222222:t1:x",
        Some("ArnNotEquals"),
    ),
    (
        "e88",
        "ArnLike",
        "arn:aws:iam::*:role/*/x",
        "arn:aws:iam::111111111111:role/a/b/x",
        "arn:aws:iam::111111111111:Role/a/x",
        Some("ArnNotLike"),
    ),
];

const SOME_KEY: &str = "example:Key";

fn if_operator(operator: &str, value: impl Into<Value>) -> Request {
    let mut conditions = json!({});
    conditions[operator][SOME_KEY] = value.into();
    request().identity(allow_if(conditions))
}

/// What holds of the operators that belong to a rule: true, false and missing, as they are, negated, with `IfExists`,
/// and in a statement that denies.
#[track_caller]
fn check_operators(rule: &str) {
    for (_, operator, value, yes, no, negated) in OPERATORS.into_iter().filter(|row| row.0 == rule) {
        let forms = [(operator, true)].into_iter().chain(negated.map(|negated| (negated, false)));
        for (operator, positive) in forms {
            let decision = |holds: bool| if holds { ALLOWED } else { IMPLICIT };
            for open in [false, true] {
                let mode = |request: Request| if open { request.open() } else { request };
                let with = |operator: &str| mode(if_operator(operator, value));
                check(with(operator).key(SOME_KEY, yes), decision(positive));
                check(with(operator).key(SOME_KEY, no), decision(!positive));
                check(with(operator).key(SOME_KEY, json!([])), decision(!positive));
                let if_exists = format!("{operator}IfExists");
                check(with(&if_exists).key(SOME_KEY, yes), decision(positive));
                check(with(&if_exists).key(SOME_KEY, no), decision(!positive));
                check(with(&if_exists).key(SOME_KEY, json!([])), ALLOWED);
                let mut conditions = json!({});
                conditions[operator][SOME_KEY] = json!(value);
                let blocked = mode(request().identity(json!([full(), deny_if(conditions)])));
                let blocks = |holds: bool| if holds { EXPLICIT } else { ALLOWED };
                check(blocked.clone().key(SOME_KEY, yes), blocks(positive));
                check(blocked.key(SOME_KEY, no), blocks(!positive));
            }
            check(if_operator(operator, value), decision(!positive));
            check(if_operator(&format!("{operator}IfExists"), value), ALLOWED);
            check_open(if_operator(operator, value).open(), SOME_KEY);
            check_open(if_operator(&format!("{operator}IfExists"), value).open(), SOME_KEY);
        }
    }
}

#[test]
fn e76_a_missing_key_fails_positive_and_passes_negated_operators() {
    for (_, operator, value, _, _, negated) in OPERATORS {
        check(if_operator(operator, value), IMPLICIT);
        let Some(negated) = negated else { continue };
        check(if_operator(negated, value), ALLOWED);
        let mut conditions = json!({});
        conditions[negated][SOME_KEY] = json!(value);
        check(request().identity(json!([full(), deny_if(conditions)])), EXPLICIT);
    }
}

#[test]
fn e77_if_exists_holds_without_the_key_also_when_denying() {
    for (_, operator, value, yes, no, _) in OPERATORS {
        let mut conditions = json!({});
        conditions[format!("{operator}IfExists")][SOME_KEY] = json!(value);
        let blocked = request().identity(json!([full(), deny_if(conditions)]));
        check(blocked.clone(), EXPLICIT);
        check(blocked.clone().key(SOME_KEY, yes), EXPLICIT);
        check(blocked.clone().key(SOME_KEY, no), ALLOWED);
        check_open(blocked.open(), SOME_KEY);
    }
}

#[test]
fn e78_null_asks_whether_the_key_is_there() {
    for (value, there, absent) in
        [(json!("true"), IMPLICIT, ALLOWED), (json!("false"), ALLOWED, IMPLICIT), (json!(true), IMPLICIT, ALLOWED)]
    {
        check(if_operator("Null", value.clone()), absent);
        check(if_operator("Null", value.clone()).key(SOME_KEY, json!([])), absent);
        check(if_operator("Null", value.clone()).key(SOME_KEY, "x"), there);
        check_open(if_operator("Null", value).open(), SOME_KEY);
    }
    check(if_operator("Null", "${aws:PrincipalTag/v}").key("aws:PrincipalTag/v", "false").key(SOME_KEY, "x"), IMPLICIT);
}

#[test]
fn e79_values_compare_by_their_text() {
    check(if_operator("Bool", true).key(SOME_KEY, "true"), ALLOWED);
    check(if_operator("Bool", "true").key(SOME_KEY, true), ALLOWED);
    check(if_operator("Bool", false).key(SOME_KEY, "true"), IMPLICIT);
    check(if_operator("NumericEquals", 5).key(SOME_KEY, "5"), ALLOWED);
    check(if_operator("NumericLessThan", json!([5, "7"])).key(SOME_KEY, 6), ALLOWED);
    check(if_operator("StringEquals", 5).key(SOME_KEY, "5"), ALLOWED);
    check(if_operator("StringEquals", true).key(SOME_KEY, "true"), ALLOWED);
}

#[test]
fn e80_string_equals() {
    check_operators("e80");
    check(if_operator("StringEquals", "a").key(SOME_KEY, "A"), IMPLICIT);
}

#[test]
fn e81_string_equals_ignore_case() {
    check_operators("e81");
    check(if_operator("StringEqualsIgnoreCase", "a*").key(SOME_KEY, "ab"), IMPLICIT);
}

#[test]
fn e82_string_like() {
    check_operators("e82");
    check(if_operator("StringLike", "*").key(SOME_KEY, ""), ALLOWED);
    check(if_operator("StringLike", "?").key(SOME_KEY, ""), IMPLICIT);
}

#[test]
fn e83_numeric() {
    check_operators("e83");
}

#[test]
fn e84_date() {
    check_operators("e84");
}

#[test]
fn e85_bool() {
    check_operators("e85");
    for (operator, values, expected) in [
        ("ForAllValues:Bool", json!(["true", "true"]), ALLOWED),
        ("ForAllValues:Bool", json!(["true", "false"]), IMPLICIT),
        ("ForAnyValue:Bool", json!(["true", "false"]), ALLOWED),
        ("ForAnyValue:Bool", json!(["false"]), IMPLICIT),
    ] {
        check(if_operator(operator, "true").key(SOME_KEY, values), expected);
    }
}

#[test]
fn e86_binary_equals() {
    check_operators("e86");
}

#[test]
fn e87_ip_address() {
    check_operators("e87");
    for (range, address, expected) in [
        ("203.0.113.5", "203.0.113.5", ALLOWED),
        ("203.0.113.5", "203.0.113.6", IMPLICIT),
        ("0.0.0.0/0", "198.51.100.1", ALLOWED),
        ("0.0.0.0/0", "2001:db8::1", IMPLICIT),
        ("2001:db8::/32", "2001:db8:1::1", ALLOWED),
        ("2001:DB8:0:0::1", "2001:db8::1", ALLOWED),
        ("2001:db8::1", "2001:db8::2", IMPLICIT),
        ("::/0", "198.51.100.1", IMPLICIT),
    ] {
        check(if_operator("IpAddress", range).key(SOME_KEY, address), expected);
        let other = if expected == ALLOWED { IMPLICIT } else { ALLOWED };
        check(if_operator("NotIpAddress", range).key(SOME_KEY, address), other);
    }
}

#[test]
fn e88_arn_operators() {
    check_operators("e88");
    // Both names are one operator.
    for (_, operator, value, yes, no, _) in OPERATORS.into_iter().filter(|row| row.0 == "e88") {
        let twin = if operator == "ArnLike" { "ArnEquals" } else { "ArnLike" };
        check(if_operator(twin, value).key(SOME_KEY, yes), ALLOWED);
        check(if_operator(twin, value).key(SOME_KEY, no), IMPLICIT);
    }
}

#[test]
fn e89_arn_patterns_go_field_by_field() {
    for (pattern, arn, expected) in [
        ("arn:aws:iam::*:role/x", "arn:aws:iam::111111111111:role/x", ALLOWED),
        ("arn:aws:sns:e*1:111111111111:t", "arn:aws:sns:eu:1:111111111111:t", IMPLICIT),
        ("arn:*:*:*:*:*", "arn:aws:sns:eu-west-1:111111111111:a:b:c", ALLOWED),
        ("*", "arn:aws:sns:eu-west-1:111111111111:t", ALLOWED),
        ("arn:aws:sns:eu-west-1", "arn:aws:sns:eu-west-1:111111111111:t", CONDITIONAL),
        ("arn:aws:sqs", "arn:aws:sns:eu-west-1:111111111111:t", IMPLICIT),
    ] {
        check(if_operator("ArnLike", pattern).key(SOME_KEY, arn), expected);
    }
    check_open(
        if_operator("ArnLike", "arn:aws:sns").key(SOME_KEY, "arn:aws:sns:eu-west-1:111111111111:t"),
        "arn-pattern-short",
    );
    check(if_operator("ArnLike", "*"), IMPLICIT);
    check(if_operator("ArnNotLike", "*").key(SOME_KEY, "arn:aws:sns:eu-west-1:111111111111:t"), IMPLICIT);
}

#[test]
fn e90_string_operators_on_arns_compare_text() {
    let arn = "arn:aws:sns:eu-west-1:111111111111:t";
    check(if_operator("StringLike", "arn:aws:sns:*:t").key(SOME_KEY, arn), ALLOWED);
    check(if_operator("StringLike", "arn*t").key(SOME_KEY, arn), ALLOWED);
    check(if_operator("StringEquals", "arn:aws:sns:*:*:t").key(SOME_KEY, arn), IMPLICIT);
    let policy = allow_if(json!({"StringLike": {"aws:PrincipalArn": "arn:aws:iam::*ana"}}));
    check(request().identity(policy), ALLOWED);
}

#[test]
fn e91_values_that_cannot_be_read() {
    let good = [
        ("NumericEquals", "NumericNotEquals", "1"),
        ("DateEquals", "DateNotEquals", "2026-01-01T00:00:00Z"),
        ("IpAddress", "NotIpAddress", "192.0.2.1"),
        ("ArnLike", "ArnNotLike", "arn:aws:sns:eu-west-1:1:t"),
    ];
    for (positive, negated, good) in good {
        check(if_operator(positive, good).key(SOME_KEY, "nonsense"), IMPLICIT);
        check(if_operator(negated, good).key(SOME_KEY, "nonsense"), ALLOWED);
        if positive != "ArnLike" {
            check(if_operator(positive, "nonsense").key(SOME_KEY, good), IMPLICIT);
            check(if_operator(negated, "nonsense").key(SOME_KEY, good), ALLOWED);
        }
    }
    check(if_operator("NumericLessThan", "nonsense").key(SOME_KEY, "1"), IMPLICIT);
    check(if_operator("DateGreaterThan", "2026-01-01").key(SOME_KEY, "nonsense"), IMPLICIT);
}

#[test]
fn e92_set_operators() {
    let policy = json!(["a", "b"]);
    for (operator, absent, cases) in [
        (
            "ForAllValues:StringEquals",
            true,
            [(json!(["a", "b"]), true), (json!(["a", "c"]), false), (json!(["c"]), false)],
        ),
        (
            "ForAllValues:StringNotEquals",
            true,
            [(json!(["c", "d"]), true), (json!(["a", "c"]), false), (json!(["b"]), false)],
        ),
        (
            "ForAnyValue:StringEquals",
            false,
            [(json!(["a", "c"]), true), (json!(["c", "d"]), false), (json!(["b"]), true)],
        ),
        (
            "ForAnyValue:StringNotEquals",
            false,
            [(json!(["a", "c"]), true), (json!(["a", "b"]), false), (json!(["c"]), true)],
        ),
    ] {
        let decision = |holds: bool| if holds { ALLOWED } else { IMPLICIT };
        for (values, holds) in cases {
            check(if_operator(operator, policy.clone()).key(SOME_KEY, values.clone()), decision(holds));
            let if_exists = format!("{operator}IfExists");
            check(if_operator(&if_exists, policy.clone()).key(SOME_KEY, values), decision(holds));
        }
        check(if_operator(operator, policy.clone()), decision(absent));
        check(if_operator(operator, policy.clone()).key(SOME_KEY, json!([])), decision(absent));
        check(if_operator(&format!("{operator}IfExists"), policy.clone()), ALLOWED);
        check_open(if_operator(operator, policy.clone()).open(), SOME_KEY);
        // A multivalued key that holds nothing but an empty string is empty.
        let policy = allow_if(json!({operator: {"aws:TagKeys": ["a", "b"]}}));
        check(request().identity(policy).key("aws:TagKeys", ""), decision(absent));
    }
    // The definitions are followed where AWS's own table contradicts them.
    let paths = allow_if(json!({"ForAllValues:StringNotLike": {"aws:ResourceOrgPaths": "o-a/r-b/ou-1/*"}}));
    check(request().identity(paths.clone()).key("aws:ResourceOrgPaths", "o-a/r-b/ou-1/"), IMPLICIT);
    check(request().identity(paths), ALLOWED);
    check(if_operator("StringLike", json!(["", "a/*"])).key(SOME_KEY, ""), ALLOWED);
}

#[test]
fn e92a_multivalued_keys_without_a_set_operator() {
    let with = |operator: &str, values: Value| {
        request().identity(allow_if(json!({operator: {"aws:TagKeys": ["a", "b"]}}))).key("aws:TagKeys", values)
    };
    check_all([
        (with("StringEquals", json!(["a", "c"])), ALLOWED),
        (with("StringEquals", json!(["c", "d"])), IMPLICIT),
        (with("StringNotEquals", json!(["a", "c"])), IMPLICIT),
        (with("StringNotEquals", json!(["c", "d"])), ALLOWED),
    ]);
}

#[test]
fn e92b_set_operators_on_single_values() {
    let with = |operator: &str| request().identity(allow_if(json!({operator: {"aws:SourceVpc": "v"}})));
    check_all([
        (with("ForAllValues:StringEquals"), ALLOWED),
        (with("ForAllValues:StringEquals").key("aws:SourceVpc", "v"), ALLOWED),
        (with("ForAllValues:StringEquals").key("aws:SourceVpc", "w"), IMPLICIT),
        (with("ForAnyValue:StringEquals"), IMPLICIT),
        (with("ForAnyValue:StringEquals").key("aws:SourceVpc", "v"), ALLOWED),
    ]);
}

#[test]
fn e92c_empty_lists() {
    for (operator, present, absent) in [
        ("StringEquals", IMPLICIT, IMPLICIT),
        ("StringNotEquals", ALLOWED, ALLOWED),
        ("StringEqualsIfExists", IMPLICIT, ALLOWED),
        ("ForAllValues:StringEquals", IMPLICIT, ALLOWED),
        ("ForAnyValue:StringEquals", IMPLICIT, IMPLICIT),
        ("ForAnyValue:StringNotEquals", IMPLICIT, IMPLICIT),
    ] {
        check(if_operator(operator, json!([])).key(SOME_KEY, "a"), present);
        check(if_operator(operator, json!([])), absent);
    }
    for value in ["true", "false"] {
        check(if_operator("ForAllValues:Null", value), ALLOWED);
        check(if_operator("ForAllValues:Null", value).key(SOME_KEY, "a"), ALLOWED);
        check(if_operator("ForAnyValue:Null", value), IMPLICIT);
        check(if_operator("ForAnyValue:Null", value).key(SOME_KEY, "a"), IMPLICIT);
    }
    for inert in [json!({"Action": []}), json!({"Resource": []})] {
        check(request().identity(of("Allow", inert.clone())), IMPLICIT);
        check(request().identity(json!([full(), of("Deny", inert)])), ALLOWED);
    }
    for principal in [json!([]), json!({}), aws(json!([]))] {
        check(request().policy(grant(principal.clone())), IMPLICIT);
        check(request().identity(full()).policy(refuse(principal)), ALLOWED);
    }
    check(request().identity(allow_if(json!({}))), ALLOWED);
}
