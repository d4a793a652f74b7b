//! Conditions against contexts, and the laws of residuals.

use proptest::prelude::*;

use super::*;
use crate::policy::{Condition, Operator, SetQualifier, Template};
use crate::request::{Context, KeyState};

fn condition(written: &str, key: &str, values: &[&str]) -> Condition {
    let (qualifier, name) = match written.split_once(':') {
        Some(("ForAllValues", name)) => (Some(SetQualifier::ForAllValues), name),
        Some((_, name)) => (Some(SetQualifier::ForAnyValue), name),
        None => (None, written),
    };
    let (name, if_exists) = name.strip_suffix("IfExists").map_or((name, false), |name| (name, true));
    Condition {
        written: written.into(),
        operator: Operator::parse(name),
        qualifier,
        if_exists,
        key: key.into(),
        values: values.iter().map(|value| Template::parse(value)).collect(),
    }
}

fn with(mut context: Context, keys: &[(&str, &[&str])]) -> Context {
    for (key, values) in keys {
        context.set(key, KeyState::Known(values.iter().map(|value| (*value).to_owned()).collect()));
    }
    context
}

/// What an operator makes of the values of `k`, and of a request without `k`.
fn check(operator: &str, values: &[&str], matching: &[&str], failing: &[&str], missing: bool) {
    let condition = condition(operator, "k", values);
    for (list, expected) in [(matching, true), (failing, false)] {
        for value in list {
            let context = with(Context::strict(), &[("k", &[value])]);
            assert_eq!(evaluate(&condition, &context), expected.into(), "{operator} {values:?} on `{value}`");
        }
    }
    assert_eq!(evaluate(&condition, &Context::strict()), missing.into(), "{operator} {values:?} on no key");
    let exists = Condition { if_exists: true, ..condition };
    assert_eq!(evaluate(&exists, &Context::strict()), Residual::True, "E77 {operator}");
}

/// As [`check`], and the negated operator gives the opposite each time (E74, E76).
fn check_both(operator: &str, negated: &str, values: &[&str], matching: &[&str], failing: &[&str]) {
    check(operator, values, matching, failing, false);
    check(negated, values, failing, matching, true);
}

#[test]
fn e80_e90_string_equals() {
    check_both("StringEquals", "StringNotEquals", &["a*", "b"], &["a*", "b"], &["a", "ab", "B", ""]);
    check_both("StringEquals", "StringNotEquals", &["arn:aws:s3:::b"], &["arn:aws:s3:::b"], &["arn:aws:s3:::c"]);
}

#[test]
fn e81_string_equals_ignore_case() {
    let (operator, negated) = ("StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase");
    check_both(operator, negated, &["Ab"], &["ab", "AB"], &["abc", "a*"]);
}

#[test]
fn e82_string_like() {
    check_both("StringLike", "StringNotLike", &["home/*", "x?"], &["home/", "home/a/b:c", "xy"], &["Home/a", "x"]);
    check_both("StringLike", "StringNotLike", &["", "a"], &["", "a"], &["b"]);
}

#[test]
fn e83_numeric() {
    check_both("NumericEquals", "NumericNotEquals", &["1.50", "7"], &["1.5", "07"], &["1.51", "seven"]);
    check("NumericLessThan", &["10"], &["9.9", "-1"], &["10", "x"], false);
    check("NumericLessThanEquals", &["10"], &["10.0"], &["10.01"], false);
    check("NumericGreaterThan", &["10"], &["10.000000000000000000000001"], &["10"], false);
    check("NumericGreaterThanEquals", &["10"], &["10"], &["9"], false);
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
fn e85_bool() {
    check("Bool", &["True"], &["true", "TRUE"], &["false", "yes"], false);
    check("Bool", &["false"], &["false"], &["true"], false);
}

#[test]
fn e86_binary() {
    check("BinaryEquals", &["QmluYXJ5"], &["QmluYXJ5"], &["QmluYXJ6", "!"], false);
    check("BinaryEquals", &["YQ=="], &["YQ==", "YQ"], &["Yg=="], false);
}

#[test]
fn e87_ip_addresses() {
    let ranges = &["203.0.113.5/24", "2001:db8::/32", "198.51.100.7"];
    let inside = &["203.0.113.200", "2001:db8::1", "198.51.100.7"];
    check_both("IpAddress", "NotIpAddress", ranges, inside, &["203.0.114.1", "2001:db9::1", "198.51.100.8", "x"]);
    check_both("IpAddress", "NotIpAddress", &["0.0.0.0/0"], &["1.2.3.4"], &["::1", "::ffff:1.2.3.4"]);
}

#[test]
fn e88_arns() {
    for (operator, negated) in [("ArnLike", "ArnNotLike"), ("ArnEquals", "ArnNotEquals")] {
        let inside = &["arn:aws:iam::111122223333:role/a:b", "arn:aws:iam::1:role/"];
        let outside =
            &["arn:aws:iam:x:1:role/a", "arn:aws:iam::1:user/a", "role/a", "arn:aws:iam::1", "ARN:aws:iam::1:role/"];
        check_both(operator, negated, &["arn:aws:iam::*:role/*"], inside, outside);
        // E89, E91: every ARN, and nothing that is none.
        check_both(operator, negated, &["*"], &["arn:aws:iam::1:role/a"], &["x"]);
    }
    check("ArnLike", &["arn:aws:*:role/x"], &[], &["arn:aws:sns:r:1:role/x:y"], false);
}

#[test]
fn e89_short_arn_patterns_are_undocumented() {
    let short = Residual::undocumented("arn-pattern-short");
    let known = |value: &str| with(Context::strict(), &[("k", &[value])]);
    let like = condition("ArnLike", "k", &["arn:aws:s3"]);
    assert_eq!(evaluate(&like, &known("arn:aws:s3:::b")), short);
    assert_eq!(evaluate(&like, &known("arn:aws:sns:r:1:t")), Residual::False);
    assert_eq!(evaluate(&like, &Context::strict()), Residual::False);
    let not_like = condition("ArnNotLike", "k", &["arn:aws:s3"]);
    assert_eq!(evaluate(&not_like, &known("arn:aws:s3:::b")), short.not());
    let beside = condition("ArnLike", "k", &["arn:aws:s3", "arn:aws:s3:::*"]);
    assert_eq!(evaluate(&beside, &known("arn:aws:s3:::b")), Residual::True);
}

#[test]
fn e78_e92c_null() {
    let absent = Context::strict();
    let empty = with(Context::strict(), &[("k", &[])]);
    let present = with(Context::strict(), &[("k", &["v"])]);
    for (operator, value, expected) in [
        ("Null", "true", [true, true, false]),
        ("Null", "False", [false, false, true]),
        ("Null", "maybe", [false; 3]),
        ("ForAllValues:Null", "true", [true; 3]),
        ("ForAnyValue:Null", "true", [false; 3]),
    ] {
        let condition = condition(operator, "k", &[value]);
        for (context, expected) in [&absent, &empty, &present].into_iter().zip(expected) {
            assert_eq!(evaluate(&condition, context), expected.into(), "{operator} {value} in {context:?}");
        }
    }
    assert_eq!(evaluate(&condition("Null", "K", &["false"]), &Context::open()).to_string(), "k is present");
}

#[test]
fn e91_unparsable_values_match_nothing() {
    for (operator, negated, bad, value) in [
        ("NumericEquals", "NumericNotEquals", "x", "1"),
        ("DateEquals", "DateNotEquals", "x", "2026-01-01"),
        ("IpAddress", "NotIpAddress", "10.0.0.0/99", "10.0.0.1"),
    ] {
        check_both(operator, negated, &[bad], &[], &[value]);
        assert_eq!(evaluate(&condition(operator, "k", &[bad]), &Context::open()), Residual::False);
        assert_eq!(evaluate(&condition(negated, "k", &[bad]), &Context::open()), Residual::True);
    }
}

#[test]
fn e92_set_operators() {
    // Absent, empty, the empty text alone; then values.
    let requests: [Option<&[&str]>; 6] = [None, Some(&[]), Some(&[""]), Some(&["a"]), Some(&["a", "c"]), Some(&["c"])];
    for (operator, expected) in [
        ("ForAllValues:StringEquals", [true, true, true, true, false, false]),
        ("ForAllValues:StringNotEquals", [true, true, true, false, false, true]),
        ("ForAnyValue:StringEquals", [false, false, false, true, true, false]),
        ("ForAnyValue:StringNotEquals", [false, false, false, false, true, true]),
        ("ForAnyValue:StringEqualsIfExists", [true, true, true, true, true, false]),
        ("ForAnyValue:StringNotEqualsIfExists", [true, true, true, false, true, true]),
        ("ForAllValues:StringNotLikeIfExists", [true, true, true, false, false, true]),
        // E92a: several values without a set operator.
        ("StringEquals", [false, false, false, true, true, false]),
        ("StringNotEquals", [true, true, true, false, false, true]),
    ] {
        let condition = condition(operator, "aws:TagKeys", &["a", "b"]);
        for (values, expected) in requests.into_iter().zip(expected) {
            let context =
                values.map_or(Context::strict(), |values| with(Context::strict(), &[("aws:TagKeys", values)]));
            assert_eq!(evaluate(&condition, &context), expected.into(), "{operator} on {values:?}");
        }
    }
}

#[test]
fn e92_a_list_that_is_there_may_hold_the_empty_text_alone() {
    let mut there = Context::open();
    there.set("k", KeyState::Present);
    for operator in ["ForAnyValue:StringEqualsIfExists", "ForAnyValue:StringNotEqualsIfExists"] {
        for values in [&["a"][..], &[]] {
            let condition = condition(operator, "k", values);
            let residual = evaluate(&condition, &there);
            for full in [&[""], &["a"], &["b"]].map(|values| with(Context::strict(), &[("k", values)])) {
                let expected = evaluate(&condition, &full);
                assert_eq!(settle(&residual, &full), expected, "{operator} {values:?} on {full:?}");
            }
        }
    }
}

#[test]
fn e92c_empty_lists_in_a_policy() {
    for (operator, absent, present) in [
        ("StringEquals", false, false),
        ("StringNotEquals", true, true),
        ("StringEqualsIfExists", true, false),
        ("StringNotEqualsIfExists", true, false),
        ("ForAllValues:StringEquals", true, false),
        ("ForAllValues:StringNotEquals", true, false),
        ("ForAnyValue:StringEquals", false, false),
        ("ForAnyValue:StringNotEquals", false, false),
    ] {
        let condition = condition(operator, "k", &[]);
        assert_eq!(evaluate(&condition, &Context::strict()), absent.into(), "{operator}");
        let context = with(Context::strict(), &[("k", &["v"])]);
        assert_eq!(evaluate(&condition, &context), present.into(), "{operator}");
        let residual = evaluate(&condition, &Context::open());
        assert_eq!(settle(&residual, &context), present.into(), "{operator}");
        assert_eq!(settle(&residual, &Context::strict()), absent.into(), "{operator}");
    }
}

#[test]
fn e66_e71_variables_of_resources() {
    let context = with(
        Context::open(),
        &[("aws:username", &["al*ce"]), ("aws:userid", &[""]), ("aws:tagkeys", &["one"]), ("two", &["a", "b"])],
    );
    let literal = |text: &str| OwnedPiece::Literal(text.to_owned());
    let pattern = |text: &str| OwnedPiece::Pattern(text.to_owned());
    for (text, context, expected) in [
        ("home/${AWS:UserName}/*", &context, Resolved::Pieces(vec![pattern("home/"), literal("al*ce"), pattern("/*")])),
        ("${*}", &context, Resolved::Pieces(vec![literal("*")])),
        ("${aws:userid}", &context, Resolved::Unknown(vec!["aws:userid".to_owned()])),
        ("${aws:TagKeys}", &context, Resolved::Unresolved),
        ("${two}", &context, Resolved::Unresolved),
        ("${b}${a}", &context, Resolved::Unknown(vec!["a".to_owned(), "b".to_owned()])),
        ("${a}", &Context::strict(), Resolved::Unresolved),
        ("${a, 'all'}", &Context::strict(), Resolved::Pieces(vec![literal("all")])),
    ] {
        assert_eq!(resolve(&Template::parse(text), context), expected, "{text}");
    }
}

#[test]
fn e72_unresolved_variables_in_conditions() {
    check_both("StringEquals", "StringNotEquals", &["${missing}", "b"], &["b"], &["a", ""]);
    // E72a: the key is there, so `IfExists` changes nothing.
    let context = with(Context::strict(), &[("k", &["v"])]);
    assert_eq!(evaluate(&condition("StringEqualsIfExists", "k", &["${missing}"]), &context), Residual::False);
    assert_eq!(evaluate(&condition("StringNotEqualsIfExists", "k", &["${missing}"]), &context), Residual::True);
}

#[test]
fn e66_e69_e70_variables_in_conditions() {
    let context =
        with(Context::strict(), &[("k", &["team/red"]), ("v", &["red"]), ("star", &["*"]), ("yes", &["True"])]);
    for (operator, key, value, expected) in [
        ("StringEquals", "k", "team/${V}", true),
        ("StringLike", "k", "${star}", false),
        ("StringLike", "star", "${*}", true),
        ("StringLike", "k", "team/${*}", false),
        ("StringLike", "k", "t*/${v}", true),
        ("Bool", "yes", "${yes}", true),
        ("NumericEquals", "k", "${k}", false),
    ] {
        assert_eq!(evaluate(&condition(operator, key, &[value]), &context), expected.into(), "{operator} {value}");
    }
}

#[test]
fn e71_a_variable_with_the_empty_text_is_undocumented() {
    let context = with(Context::strict(), &[("k", &["a/"]), ("v", &[""])]);
    let code = Residual::undocumented("variable-empty");
    assert_eq!(evaluate(&condition("StringEquals", "k", &["a/${v}"]), &context), code);
    assert_eq!(evaluate(&condition("StringNotEquals", "k", &["a/${v}"]), &context), code.not());
    assert_eq!(evaluate(&condition("StringEquals", "k", &["b/${v}"]), &context), Residual::False);
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
}

#[test]
fn e49_unknown_operators_are_missing_input() {
    let residual = evaluate(&condition("StringSounds", "k", &["v"]), &Context::strict());
    assert_eq!(
        residual,
        Residual::missing("the condition operator `StringSounds` is not known, in `StringSounds k v`")
    );
    assert!(matches!(evaluate(&condition("NullIfExists", "k", &["true"]), &Context::strict()), Residual::Atom(_)));
}

#[test]
fn e174_residuals_in_words() {
    for (operator, key, values, expected) in [
        ("IpAddress", "AWS:sourceip", &["203.0.113.9/24"][..], "aws:SourceIp in 203.0.113.0/24"),
        ("NotIpAddress", "aws:SourceIp", &["10.0.0.1/32"], "aws:SourceIp not in 10.0.0.1"),
        ("Bool", "aws:MultiFactorAuthPresent", &["True"], "aws:MultiFactorAuthPresent is true"),
        ("StringEquals", "aws:SourceVpce", &["vpce-2", "vpce-1"], "aws:SourceVpce is vpce-1 or vpce-2"),
        ("StringNotEquals", "aws:SourceVpce", &["vpce-1"], "aws:SourceVpce is not vpce-1"),
        ("StringNotEqualsIfExists", "aws:SourceVpce", &["vpce-1"], "aws:SourceVpce is not vpce-1"),
        ("StringNotEquals", "aws:SourceVpce", &["b", "a"], "aws:SourceVpce is neither a nor b"),
        ("Null", "aws:username", &["true"], "aws:username is absent"),
        ("Null", "aws:principaltag/team", &["false"], "aws:PrincipalTag/team is present"),
        ("StringLike", "aws:PrincipalTag/team", &["*"], "aws:PrincipalTag/team is present"),
        ("StringLike", "s3:prefix", &["home/*"], "s3:prefix like home/*"),
        ("StringLike", "s3:prefix", &["home/${aws:UserName}/*"], "s3:prefix like home/${aws:username}/*"),
        ("StringNotLike", "s3:prefix", &["home/*"], "s3:prefix not like home/*"),
        ("DateLessThan", "aws:CurrentTime", &["2026-01-01"], "aws:CurrentTime before 2026-01-01T00:00:00Z"),
        ("NumericLessThan", "aws:MultiFactorAuthAge", &["3600.0"], "aws:MultiFactorAuthAge below 3600"),
        ("ArnEquals", "aws:PrincipalArn", &["arn:aws:iam::1:role/a"], "aws:PrincipalArn is arn:aws:iam::1:role/a"),
        ("ForAnyValue:StringEquals", "aws:TagKeys", &["a"], "some value of aws:TagKeys is a"),
        ("ForAllValues:StringNotEquals", "aws:TagKeys", &["a"], "no value of aws:TagKeys is a"),
        ("ForAllValues:StringEquals", "aws:TagKeys", &["a"], "every value of aws:TagKeys is a"),
        ("ForAnyValue:StringNotEquals", "aws:TagKeys", &["a"], "some value of aws:TagKeys is not a"),
        ("ForAllValues:StringEquals", "aws:TagKeys", &[], "aws:TagKeys has no value"),
        ("StringEquals", "made:Up", &["a b"], "made:up is \"a b\""),
    ] {
        let residual = evaluate(&condition(operator, key, values), &Context::open());
        assert_eq!(residual.to_string(), expected, "{operator}");
    }
    let either = evaluate(&condition("BoolIfExists", "aws:SecureTransport", &["true"]), &Context::open());
    assert_eq!(either.to_string(), "aws:SecureTransport is true or aws:SecureTransport is absent");
}

#[test]
fn e174_residuals_in_json() {
    let open = |operator, key, values: &[&str]| evaluate(&condition(operator, key, values), &Context::open());
    let residual = open("StringNotEquals", "aws:sourcevpce", &["v"]).and(Residual::missing("m"));
    let test = serde_json::json!({"operator": "StringEquals", "key": "aws:SourceVpce", "values": ["v"]});
    assert_eq!(residual.to_json(), serde_json::json!({"all": [{"missing_input": "m"}, {"not": test}]}));
    assert_eq!(Residual::True.to_json(), serde_json::json!(true));
    let either = Residual::undocumented("u").or(Atom::OtherSide("o".into()).into());
    assert_eq!(either.to_json(), serde_json::json!({"any": [{"other_side": "o"}, {"undocumented": "u"}]}));
}

#[test]
fn e174_complements_and_contradictions_meet() {
    let open = |operator, key, values: &[&str]| evaluate(&condition(operator, key, values), &Context::open());
    for (left, right) in [("StringEquals", "StringNotEquals"), ("StringLike", "StringNotLike")] {
        let (left, right) = (open(left, "k", &["a*", "b"]), open(right, "k", &["b", "a*"]));
        assert_eq!(left.not(), right);
    }
    assert_eq!(open("ArnEquals", "k", &["arn:aws:s3:::b"]), open("ArnLike", "k", &["arn:aws:s3:::b"]));
    assert_eq!(
        open("ForAnyValue:StringEquals", "k", &["a"]).not(),
        open("ForAllValues:StringNotEqualsIfExists", "k", &["a"])
    );
    let team = |operator, values: &[&str]| open(operator, "aws:PrincipalTag/team", values);
    for (left, right, expected) in [
        (team("StringEquals", &["a"]), team("StringEquals", &["b"]), Residual::False),
        (team("StringEquals", &["a", "b"]), team("StringEquals", &["b", "c"]), team("StringEquals", &["b"])),
        (team("StringEquals", &["a", "b"]), team("StringNotEquals", &["b"]), team("StringEquals", &["a"])),
        (team("StringEquals", &["a", "b"]), team("StringLike", &["b*"]), team("StringEquals", &["b"])),
        (team("StringNotEquals", &["a"]), team("StringNotEquals", &["b"]), team("StringNotEquals", &["a", "b"])),
        (team("Null", &["true"]), team("StringEquals", &["a"]), Residual::False),
        (team("Null", &["true"]), team("StringNotEquals", &["a"]), team("Null", &["true"])),
        (team("Null", &["false"]), team("StringLike", &["a*"]), team("StringLike", &["a*"])),
        (team("Bool", &["true"]), team("Bool", &["false"]), Residual::False),
    ] {
        assert_eq!(left.clone().and(right.clone()), expected, "{left} and {right}");
        assert_eq!(left.not().or(right.not()), expected.not(), "the opposite of {left} and {right}");
    }
    // A key that may have several values can be both.
    let keys = |values: &[&str]| open("StringEquals", "aws:TagKeys", values);
    assert!(matches!(keys(&["a"]).and(keys(&["b"])), Residual::All(_)));
}

/// The residual with each test decided in a context.
fn settle(residual: &Residual, context: &Context) -> Residual {
    match residual {
        Residual::Atom(atom) => decide(atom, context).unwrap_or_else(|| residual.clone()),
        Residual::NotAtom(atom) => decide(atom, context).map_or_else(|| residual.clone(), |inner| inner.not()),
        Residual::All(parts) => Residual::all(parts.iter().map(|part| settle(part, context))),
        Residual::Any(parts) => Residual::any(parts.iter().map(|part| settle(part, context))),
        Residual::True | Residual::False => residual.clone(),
    }
}

/// The truth of a residual under a choice of its atoms.
fn truth(residual: &Residual, atom_holds: &impl Fn(&Atom) -> bool) -> bool {
    match residual {
        Residual::True => true,
        Residual::False => false,
        Residual::Atom(atom) => atom_holds(atom),
        Residual::NotAtom(atom) => !atom_holds(atom),
        Residual::All(parts) => parts.iter().all(|part| truth(part, atom_holds)),
        Residual::Any(parts) => parts.iter().any(|part| truth(part, atom_holds)),
    }
}

/// How the two undocumented choices may fall.
fn choices() -> impl Iterator<Item = impl Fn(&Atom) -> bool> {
    (0..4).map(|bits| {
        move |atom: &Atom| match atom {
            Atom::Undocumented("variable-empty") => bits & 1 == 1,
            Atom::Undocumented("arn-pattern-short") => bits & 2 == 2,
            other => unreachable!("{other:?}"),
        }
    })
}

/// The keys of random requests, and whether they may have several values.
const KEYS: [(&str, bool); 5] = [
    ("aws:username", false),
    ("aws:principaltag/team", false),
    ("aws:tagkeys", true),
    ("made:up", true),
    ("aws:principalarn", false),
];

const WRITTEN: &[&str] = &[
    "a",
    "b",
    "A",
    "a*",
    "*",
    "?",
    "",
    "true",
    "False",
    "5",
    "5.0",
    "9",
    "10.0.0.0/8",
    "10.0.0.1",
    "2026-01-01",
    "1767225600",
    "arn:aws:iam::1:role/a",
    "arn:aws:iam::*:role/*",
    "arn:aws:iam",
    "YQ==",
    "YQ",
    "${aws:username}",
    "x${aws:username}*",
    "${aws:tagkeys}",
    "${made:up, 'a'}",
    "${*}",
    "$${aws:username}",
    "${aws:username}${aws:principaltag/team}",
    "${open",
    "arn:aws:iam::1:role/${aws:username}",
    "${aws:principalarn}",
];

const SENT: &[&str] = &[
    "a",
    "b",
    "A",
    "",
    "*",
    "a*",
    "true",
    "5",
    "10.0.0.1",
    "2026-01-01T00:00Z",
    "arn:aws:iam::1:role/a",
    "YQ==",
    "${*}",
    "$a",
];

/// Often the few operators and values that meet each other, so that joined tests have something to say.
fn any_condition() -> impl Strategy<Value = Condition> {
    use Operator as Op;
    const COMMON: &[Operator] = &[Op::StringEquals, Op::StringNotEquals, Op::StringLike, Op::StringNotLike, Op::Null];
    let qualifier = prop_oneof![4 => Just(""), 1 => Just("ForAllValues:"), 1 => Just("ForAnyValue:")];
    let operator = prop_oneof![2 => proptest::sample::select(COMMON), 1 => proptest::sample::select(Op::ALL)];
    let value = prop_oneof![
        2 => proptest::sample::select(&["a", "b", "a*", "true"][..]),
        1 => proptest::sample::select(WRITTEN)
    ];
    let values = proptest::collection::vec(value, 0..4);
    (qualifier, operator, any::<bool>(), 0..KEYS.len(), values).prop_map(
        |(qualifier, operator, if_exists, key, values)| {
            let suffix = if if_exists && operator != Operator::Null { "IfExists" } else { "" };
            condition(&format!("{qualifier}{}{suffix}", operator.name()), KEYS[key].0, &values)
        },
    )
}

/// A full request, and the same with some keys unknown.
fn any_contexts() -> impl Strategy<Value = (Context, Context)> {
    let value = prop_oneof![proptest::sample::select(&["a", "b"][..]), proptest::sample::select(SENT)];
    let values = proptest::collection::vec(value, 0..3);
    proptest::collection::vec((values, any::<bool>()), KEYS.len()).prop_map(|keys| {
        let (mut full, mut partial) = (Context::strict(), Context::open());
        for ((key, several), (values, known)) in KEYS.into_iter().zip(keys) {
            let limit = if several { 2 } else { 1 };
            let values: Vec<String> = values.into_iter().take(limit).map(str::to_owned).collect();
            let state = if values.is_empty() { KeyState::Absent } else { KeyState::Known(values) };
            full.set(key, state.clone());
            if known {
                partial.set(key, state);
            }
        }
        (full, partial)
    })
}

/// A formula over conditions: each perhaps negated, joined from the left.
fn formula(steps: &[(Condition, bool, bool)], evaluate: impl Fn(&Condition) -> Residual) -> Residual {
    steps.iter().fold(Residual::True, |left, (condition, negate, and)| {
        let right = evaluate(condition);
        let right = if *negate { right.not() } else { right };
        if *and { left.and(right) } else { left.or(right) }
    })
}

fn any_formula() -> impl Strategy<Value = Residual> {
    let leaf = (0_u8..5, any::<bool>()).prop_map(|(name, holds)| {
        let atom: Residual = Atom::OtherSide(name.to_string().into()).into();
        if holds { atom } else { atom.not() }
    });
    leaf.prop_recursive(4, 24, 4, |inner| {
        (proptest::collection::vec(inner, 0..4), any::<bool>())
            .prop_map(|(parts, all)| if all { Residual::all(parts) } else { Residual::any(parts) })
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    #[test]
    fn e174_a_residual_settles_to_what_the_full_request_says(
        condition in any_condition(),
        (full, partial) in any_contexts(),
    ) {
        let expected = evaluate(&condition, &full);
        let residual = evaluate(&condition, &partial);
        let settled = settle(&residual, &full);
        for choice in choices() {
            prop_assert_eq!(truth(&settled, &choice), truth(&expected, &choice), "{} gave {:?}", condition, residual);
        }
    }

    #[test]
    fn e174_joined_residuals_invent_nothing(
        mut steps in proptest::collection::vec((any_condition(), any::<bool>(), any::<bool>()), 1..5),
        same_key in any::<bool>(),
        (full, partial) in any_contexts(),
    ) {
        // Tests of one key are what the rules of `implication.rs` speak about.
        let key = steps[0].0.key.clone();
        steps.iter_mut().filter(|_| same_key).for_each(|step| step.0.key = key.clone());
        let residual = formula(&steps, |condition| evaluate(condition, &partial));
        for choice in choices() {
            let expected = formula(&steps, |condition| truth(&evaluate(condition, &full), &choice).into());
            prop_assert_eq!(truth(&settle(&residual, &full), &choice), expected.is_true(), "{:?}", residual);
        }
        prop_assert_eq!(residual.clone().and(residual.not()), Residual::False);
        prop_assert_eq!(residual.not().not(), residual);
    }

    /// Every request of a small world, so that no rule of `implication.rs` escapes.
    #[test]
    fn e92a_tests_of_one_key_contradict_only_where_no_request_passes(
        mut steps in proptest::collection::vec((any_condition(), any::<bool>(), any::<bool>()), 2..4),
        (key, several) in proptest::sample::select(&KEYS[..4]),
    ) {
        steps.iter_mut().for_each(|step| step.0.key = key.into());
        let residual = formula(&steps, |condition| evaluate(condition, &Context::open()));
        let worlds: [&[&str]; 9] = [&[], &[""], &["a"], &["b"], &["ab"], &["true"], &["a", "b"], &["a", "c"], &["", "b"]];
        for values in worlds.into_iter().filter(|values| several || values.len() < 2) {
            let full = with(Context::strict(), &[(key, values)]);
            for choice in choices() {
                let expected = formula(&steps, |condition| truth(&evaluate(condition, &full), &choice).into());
                prop_assert_eq!(truth(&settle(&residual, &full), &choice), expected.is_true(), "{:?}", residual);
            }
        }
    }

    #[test]
    fn constructors_preserve_truth(parts in proptest::collection::vec(any_formula(), 0..4), bits in any::<u8>()) {
        let holds = |atom: &Atom| match atom {
            Atom::OtherSide(name) => bits >> name.parse::<u8>().unwrap() & 1 == 1,
            other => unreachable!("{other:?}"),
        };
        let each: Vec<bool> = parts.iter().map(|part| truth(part, &holds)).collect();
        prop_assert_eq!(truth(&Residual::all(parts.clone()), &holds), each.iter().all(|part| *part));
        prop_assert_eq!(truth(&Residual::any(parts.clone()), &holds), each.iter().any(|part| *part));
        for (part, each) in parts.iter().zip(each) {
            prop_assert_eq!(truth(&part.not(), &holds), !each);
        }
    }
}
