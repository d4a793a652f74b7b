//! How conditions, keys and values stand together, whatever the operator.

use super::*;

#[test]
fn e74_all_conditions_any_value_no_value_under_a_negated_operator() {
    let conditions = [
        condition("StringEquals", "a", &["1", "2"]),
        condition("StringEquals", "b", &["x"]),
        condition("StringNotEquals", "c", &["p", "q"]),
    ];
    for (a, b, c, expected) in [
        ("1", "x", "r", true),
        ("2", "x", "r", true),
        ("3", "x", "r", false),
        ("1", "y", "r", false),
        ("1", "x", "p", false),
        ("1", "x", "q", false),
    ] {
        let context = with(Context::strict(), &[("a", &[a]), ("b", &[b]), ("c", &[c])]);
        assert_eq!(evaluate_all(&conditions, &context), expected.into(), "{a} {b} {c}");
    }
    assert_eq!(evaluate_all(&[], &Context::strict()), Residual::True);
}

#[test]
fn e75_keys_compare_in_any_letter_case() {
    let context = with(Context::strict(), &[("AWS:sourceip", &["10.0.0.1"]), ("aws:PrincipalTag/Team", &["Red"])]);
    for (operator, key, value, expected) in [
        ("IpAddress", "aws:SourceIp", "10.0.0.0/8", true),
        ("IpAddress", "aws:SOURCEIP", "10.0.0.0/8", true),
        ("StringEquals", "aws:principaltag/TEAM", "Red", true),
        ("StringEquals", "aws:principaltag/team", "red", false),
        ("StringEquals", "aws:PrincipalTag/Teams", "Red", false),
    ] {
        assert_eq!(evaluate(&condition(operator, key, &[value]), &context), expected.into(), "{key}");
    }
    // One key in two letter cases: both have to hold.
    let twice = [condition("StringEquals", "k", &["a", "b"]), condition("StringEquals", "K", &["b", "c"])];
    for (value, expected) in [("a", false), ("b", true), ("c", false)] {
        let context = with(Context::strict(), &[("k", &[value])]);
        assert_eq!(evaluate_all(&twice, &context), expected.into(), "{value}");
    }
}

/// Every operator with a value, one that matches it and one that does not.
const EACH: &[(&str, &str, &str, &str)] = &[
    ("StringEquals", "a", "a", "b"),
    ("StringNotEquals", "a", "b", "a"),
    ("StringEqualsIgnoreCase", "a", "A", "b"),
    ("StringNotEqualsIgnoreCase", "a", "b", "A"),
    ("StringLike", "a*", "ab", "b"),
    ("StringNotLike", "a*", "b", "ab"),
    ("NumericEquals", "1", "1.0", "2"),
    ("NumericNotEquals", "1", "2", "1.0"),
    ("NumericLessThan", "1", "0", "1"),
    ("NumericLessThanEquals", "1", "1", "2"),
    ("NumericGreaterThan", "1", "2", "1"),
    ("NumericGreaterThanEquals", "1", "1", "0"),
    ("DateEquals", "2026-01-01", "1767225600", "0"),
    ("DateNotEquals", "2026-01-01", "0", "1767225600"),
    ("DateLessThan", "2026-01-01", "2025-12-31", "2026-01-01"),
    ("DateLessThanEquals", "2026-01-01", "2026-01-01", "2026-01-02"),
    ("DateGreaterThan", "2026-01-01", "2026-01-02", "2026-01-01"),
    ("DateGreaterThanEquals", "2026-01-01", "2026-01-01", "2025-12-31"),
    ("Bool", "true", "true", "false"),
    ("BinaryEquals", "YQ==", "YQ==", "Yg=="),
    ("IpAddress", "10.0.0.0/8", "10.1.1.1", "11.0.0.1"),
    ("NotIpAddress", "10.0.0.0/8", "11.0.0.1", "10.1.1.1"),
    ("ArnEquals", "arn:aws:s3:::a*", "arn:aws:s3:::ab", "arn:aws:s3:::b"),
    ("ArnLike", "arn:aws:s3:::a*", "arn:aws:s3:::ab", "arn:aws:s3:::b"),
    ("ArnNotEquals", "arn:aws:s3:::a*", "arn:aws:s3:::b", "arn:aws:s3:::ab"),
    ("ArnNotLike", "arn:aws:s3:::a*", "arn:aws:s3:::b", "arn:aws:s3:::ab"),
];

#[test]
fn e76_e77_a_missing_key_and_if_exists() {
    assert_eq!(EACH.len() + 1, Operator::ALL.len(), "all but `Null`");
    for (operator, value, matching, failing) in EACH {
        check(operator, &[value], &[matching], &[failing], operator.contains("Not"));
        // Where the key is there, `IfExists` changes nothing.
        for (sent, expected) in [(matching, true), (failing, false)] {
            let context = with(Context::strict(), &[("k", &[sent])]);
            let exists = condition(&format!("{operator}IfExists"), "k", &[value]);
            assert_eq!(evaluate(&exists, &context), expected.into(), "{operator}IfExists on `{sent}`");
        }
    }
}

/// What is not known leaves a residual that comes to the same once it is.
#[test]
fn e174_every_operator_on_an_unknown_key() {
    for (operator, value, matching, failing) in EACH {
        for prefix in ["", "ForAllValues:", "ForAnyValue:"] {
            for suffix in ["", "IfExists"] {
                let condition = condition(&format!("{prefix}{operator}{suffix}"), "k", &[value]);
                let residual = evaluate(&condition, &Context::open());
                let requests: [Option<&[&str]>; 5] =
                    [None, Some(&[]), Some(&[matching]), Some(&[failing]), Some(&[matching, failing])];
                for sent in requests {
                    let context = sent.map_or(Context::strict(), |sent| with(Context::strict(), &[("k", sent)]));
                    let expected = evaluate(&condition, &context);
                    assert_eq!(settle(&residual, &context), expected, "{condition} on {sent:?}");
                }
            }
        }
    }
}

#[test]
fn e49_unknown_operators_are_missing_input() {
    let residual = evaluate(&condition("StringSounds", "k", &["v"]), &Context::strict());
    assert_eq!(
        residual,
        Residual::missing("the condition operator `StringSounds` is not known, in `StringSounds k v`")
    );
    // Of two such conditions one may hold without the other.
    let other = evaluate(&condition("StringSounds", "k", &["w"]), &Context::strict());
    assert_ne!(residual, other);
    // `Null` takes no `IfExists` (E77).
    assert!(matches!(evaluate(&condition("NullIfExists", "k", &["true"]), &Context::strict()), Residual::Atom(_)));
}

#[test]
fn e91_unparsable_values_match_nothing() {
    for (operator, negated, bad, value) in [
        ("NumericEquals", "NumericNotEquals", "x", "1"),
        ("DateEquals", "DateNotEquals", "x", "2026-01-01"),
        ("IpAddress", "NotIpAddress", "10.0.0.0/99", "10.0.0.1"),
        ("ArnLike", "ArnNotLike", "x:aws:iam::1:role/a", "arn:aws:iam::1:role/a"),
    ] {
        check_both(operator, negated, &[bad], &[], &[value, "y", ""]);
        // A sibling is not touched.
        check_both(operator, negated, &[bad, value], &[value], &["y"]);
    }
    for operator in ["NumericLessThan", "NumericGreaterThanEquals", "DateLessThan", "DateGreaterThanEquals", "Bool"] {
        check(operator, &["x"], &[], &["1", "2026-01-01", "true", "x"], false);
    }
    for (operator, negated) in [("NumericEquals", "NumericNotEquals"), ("IpAddress", "NotIpAddress")] {
        assert_eq!(open(&format!("{operator} k x")), Residual::False);
        assert_eq!(open(&format!("{negated} k x")), Residual::True);
    }
}

#[test]
fn e165_an_absent_source_account_spares_from_the_deny() {
    let deny = [
        condition("StringNotEqualsIfExists", "aws:SourceOrgID", &["o-1"]),
        condition("Null", "aws:SourceAccount", &["false"]),
        condition("Bool", "aws:PrincipalIsAWSService", &["true"]),
    ];
    let service = with(Context::strict(), &[("aws:PrincipalIsAWSService", &["true"])]);
    assert_eq!(evaluate_all(&deny, &service), Residual::False);
    let for_account = with(service, &[("aws:SourceAccount", &["111122223333"])]);
    assert_eq!(evaluate_all(&deny, &for_account), Residual::True);
    let for_other = with(for_account.clone(), &[("aws:SourceOrgID", &["o-2"])]);
    assert_eq!(evaluate_all(&deny, &for_other), Residual::True);
    let for_own = with(for_account, &[("aws:SourceOrgID", &["o-1"])]);
    assert_eq!(evaluate_all(&deny, &for_own), Residual::False);
}

#[test]
fn e167_absent_or_false_is_read_both_ways() {
    let mut context = Context::strict();
    let code = "mfa-context-undocumented";
    context.set("aws:MultiFactorAuthPresent", KeyState::AbsentOr(vec!["false".to_owned()], code));
    let mfa = |operator, value| evaluate(&condition(operator, "aws:MultiFactorAuthPresent", &[value]), &context);
    assert_eq!(mfa("Bool", "true"), Residual::False);
    assert_eq!(mfa("BoolIfExists", "false"), Residual::True);
    assert_eq!(mfa("Bool", "false"), Residual::undocumented(code));
    assert_eq!(mfa("BoolIfExists", "true"), Residual::undocumented(code).not());
    assert_eq!(mfa("Null", "false"), Residual::undocumented(code));
    assert_eq!(mfa("Null", "true"), Residual::undocumented(code).not());
}

#[test]
fn e168_what_conditions_on_mfa_come_to() {
    let long_term = Context::strict();
    let without = with(Context::strict(), &[("aws:MultiFactorAuthPresent", &["false"])]);
    let with_mfa = with(Context::strict(), &[("aws:MultiFactorAuthPresent", &["true"])]);
    for (operator, value, expected) in [
        ("Bool", "false", [false, true, false]),
        ("BoolIfExists", "false", [true, true, false]),
        ("Bool", "true", [false, false, true]),
        ("BoolIfExists", "true", [true, false, true]),
        ("Null", "true", [true, false, false]),
        ("Null", "false", [false, true, true]),
    ] {
        let condition = condition(operator, "aws:MultiFactorAuthPresent", &[value]);
        for (context, expected) in [&long_term, &without, &with_mfa].into_iter().zip(expected) {
            assert_eq!(evaluate(&condition, context), expected.into(), "{operator} {value} in {context:?}");
        }
    }
}

#[test]
fn e170_an_absent_age_is_neither_below_nor_above() {
    for (operator, expected) in [
        ("NumericLessThan", false),
        ("NumericGreaterThan", false),
        ("NumericLessThanIfExists", true),
        ("NumericGreaterThanIfExists", true),
    ] {
        let condition = condition(operator, "aws:MultiFactorAuthAge", &["3600"]);
        assert_eq!(evaluate(&condition, &Context::strict()), expected.into(), "{operator}");
    }
}

/// What an outsider's organization is not: any value but those that begin so, or none.
#[test]
fn e174_a_key_of_which_some_values_are_ruled_out() {
    let mut context = Context::open();
    context.set("k", KeyState::NotBeginningWith(vec!["o-1/".to_owned()]));
    for (operator, values, expected) in [
        ("StringEquals", &["o-1/r"][..], "never"),
        ("StringNotEquals", &["o-1/r"], "always"),
        ("StringLike", &["o-1/*"], "never"),
        ("StringLike", &["o-*", "o-1/*"], "k like o-*"),
        ("StringEquals", &["o-1", "o-1/r"], "k is o-1"),
        ("StringEqualsIfExists", &["o-1/r"], "k is absent"),
        ("ForAnyValue:StringLike", &["o-1/*"], "never"),
        ("ForAllValues:StringLike", &["o-1/*"], "k has no value"),
        // In another letter case it may begin otherwise.
        ("StringEqualsIgnoreCase", &["o-1/r"], "k is o-1/r in any letter case"),
    ] {
        assert_eq!(
            evaluate(&condition(operator, "k", values), &context).to_string(),
            expected,
            "{operator} {values:?}"
        );
    }
}
