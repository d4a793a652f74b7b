//! Policy variables and what they bring into values.

use super::*;

/// The request of these tests.
fn context() -> Context {
    with(
        Context::strict(),
        &[
            ("k", &["team/red"]),
            ("v", &["red"]),
            ("star", &["*"]),
            ("mark", &["?"]),
            ("colons", &["a:b"]),
            ("yes", &["True"]),
            ("five", &["5"]),
            ("aws:PrincipalTag/Team", &["red"]),
            ("aws:TagKeys", &["red"]),
            ("two", &["red", "blue"]),
            ("none", &[]),
            ("arn", &["arn:aws:iam::1:role/red"]),
        ],
    )
}

fn check_in_context(cases: &[(&str, &str, &str, bool)]) {
    for (operator, key, value, expected) in cases {
        let condition = condition(operator, key, &[value]);
        assert_eq!(evaluate(&condition, &context()), (*expected).into(), "{operator} {key} {value}");
    }
}

#[test]
fn e66_where_variables_are_read() {
    check_in_context(&[
        ("StringEquals", "k", "team/${v}", true),
        ("StringEquals", "k", "team/${V}", true),
        ("StringEquals", "k", "team/${ v }", true),
        ("StringEquals", "k", "team/${aws:principaltag/TEAM}", true),
        ("StringNotEquals", "k", "team/${v}", false),
        ("StringEqualsIgnoreCase", "k", "TEAM/${v}", true),
        ("StringLike", "k", "t*/${v}", true),
        ("StringLike", "k", "${v}*", false),
        ("ArnLike", "arn", "arn:aws:iam::*:role/${v}", true),
        ("ArnNotEquals", "arn", "arn:aws:iam::*:role/${v}", false),
        ("Bool", "yes", "${yes}", true),
        ("StringEquals", "v", "${v}", true),
        // Not in these, where it is no number, date, address or truth value.
        ("NumericEquals", "five", "${five}", false),
        ("NumericNotEquals", "five", "${five}", true),
        ("DateLessThanEquals", "five", "${five}", false),
        ("IpAddress", "five", "${five}", false),
        ("BinaryEquals", "v", "${v}", false),
        ("Null", "v", "${yes}", false),
    ]);
    assert_eq!(open("StringEquals k ${K}").to_string(), "k is ${k}");
}

#[test]
fn e43_version_2008_has_no_variables() {
    let literal =
        |value: &str| Condition { values: vec![Template::plain(value)], ..condition("StringEquals", "k", &[]) };
    let of = |value: &str| with(context(), &[("k", &[value])]);
    assert_eq!(evaluate(&literal("${v}"), &of("${v}")), Residual::True);
    assert_eq!(evaluate(&literal("${v}"), &of("red")), Residual::False);
    assert_eq!(evaluate(&literal("${*}"), &of("${*}")), Residual::True);
    // What stays open means the same when it is decided later.
    let residual = evaluate(&literal("${v}"), &Context::open());
    assert_eq!(settle(&residual, &of("${v}")), Residual::True);
    assert_eq!(settle(&residual, &of("red")), Residual::False);
    assert_eq!(settle(&residual, &of("${$}{v}")), Residual::False);
}

#[test]
fn e67_a_key_of_several_values_is_no_variable() {
    check_in_context(&[
        ("StringEquals", "v", "${aws:TagKeys}", false),
        ("StringNotEquals", "v", "${aws:TagKeys}", true),
        ("StringLike", "v", "${two}", false),
        // A default is for a key that is absent.
        ("StringEquals", "v", "${two, 'red'}", false),
    ]);
    assert_eq!(open("StringEquals k ${aws:TagKeys}"), Residual::False);
    assert_eq!(open("StringNotEquals k ${aws:TagKeys}"), Residual::True);
}

#[test]
fn e68_defaults() {
    check_in_context(&[
        ("StringEquals", "k", "team/${missing, 'red'}", true),
        ("StringEquals", "k", "team/${none, 'red'}", true),
        ("StringEquals", "k", "team/${v, 'blue'}", true),
        ("StringEquals", "k", "team/${missing, 'blue'}", false),
        ("StringEquals", "k", "team/red${missing, ''}", true),
        ("StringLike", "k", "team/${missing, '*'}", false),
    ]);
    assert_eq!(open("StringEquals k ${V, 'Red'}").to_string(), "k is ${v, 'Red'}");
}

#[test]
fn e69_escapes() {
    check_in_context(&[
        ("StringLike", "star", "${*}", true),
        ("StringEquals", "star", "${*}", true),
        ("StringLike", "mark", "${?}", true),
        ("StringLike", "v", "${*}", false),
        ("StringLike", "v", "re${?}", false),
        ("StringLike", "k", "team/${*}", false),
        ("StringLike", "k", "team/${*}*", false),
    ]);
    let dollar = with(Context::strict(), &[("k", &["$v"]), ("v", &["red"]), ("w", &["${v}"])]);
    assert_eq!(evaluate(&condition("StringEquals", "k", &["${$}v"]), &dollar), Residual::True);
    assert_eq!(evaluate(&condition("StringEquals", "w", &["${$}{v}"]), &dollar), Residual::True);
    // The text of a variable is not read again.
    assert_eq!(evaluate(&condition("StringEquals", "v", &["${w}"]), &dollar), Residual::False);
    assert_eq!(evaluate(&condition("StringEquals", "w", &["${w}"]), &dollar), Residual::True);
}

#[test]
fn e70_wildcards_of_a_variable_are_literal() {
    check_in_context(&[
        ("StringLike", "k", "${star}", false),
        ("StringLike", "k", "team/${star}", false),
        ("StringLike", "star", "${star}", true),
        ("StringLike", "mark", "${mark}", true),
        ("StringLike", "v", "re${mark}", false),
        ("StringNotLike", "k", "${star}", true),
        ("ArnLike", "arn", "arn:aws:iam::1:role/${star}", false),
        ("ArnLike", "arn", "arn:aws:iam::${star}:role/red", false),
        ("ArnLike", "arn", "${star}", false),
        // The policy's own stay what they are.
        ("StringLike", "k", "*${v}", true),
        ("StringLike", "star", "${star}*", true),
    ]);
    // Colons count wherever they come from.
    let arn = with(context(), &[("arn", &["arn:aws:iam::a:b"])]);
    assert_eq!(evaluate(&condition("ArnLike", "arn", &["arn:aws:iam::${colons}"]), &arn), Residual::True);
    // What is known is escaped where the rest is not.
    let half = with(Context::open(), &[("star", &["*"])]);
    let residual = evaluate(&condition("StringLike", "k", &["${star}/${v}*"]), &half);
    assert_eq!(residual.to_string(), "k like ${*}/${v}*");
    for (sent, expected) in [("*/redder", true), ("x/red", false)] {
        let full = with(Context::strict(), &[("star", &["*"]), ("v", &["red"]), ("k", &[sent])]);
        assert_eq!(settle(&residual, &full), expected.into(), "{sent}");
    }
}

#[test]
fn e66_what_only_looks_like_a_variable() {
    let of = |value: &str| with(Context::strict(), &[("k", &[value]), ("v", &["red"])]);
    for (value, sent, expected) in [
        ("${v", "${v", true),
        ("${}", "${}", true),
        ("$v", "$v", true),
        ("{v}", "{v}", true),
        ("$${v}", "$red", true),
        ("${v}}", "red}", true),
        // The first brace closes: a key `a${v` that no request has.
        ("${a${v}}", "${ared}", false),
        ("${a${v}}", "${a${v}}", false),
        // No escapes, for there is more than the character; no key has such a name.
        ("${ * }", "*", false),
        ("${ }", "", false),
    ] {
        let condition = condition("StringEquals", "k", &[value]);
        assert_eq!(evaluate(&condition, &of(sent)), expected.into(), "{value} on {sent}");
        let residual = evaluate(&condition, &Context::open());
        assert_eq!(settle(&residual, &of(sent)), expected.into(), "{value} on {sent}, later");
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
fn e71_a_variable_with_the_empty_text_is_undocumented() {
    let context = with(Context::strict(), &[("k", &["a/"]), ("v", &[""])]);
    let code = Residual::undocumented("variable-empty");
    assert_eq!(evaluate(&condition("StringEquals", "k", &["a/${v}"]), &context), code);
    assert_eq!(evaluate(&condition("StringNotEquals", "k", &["a/${v}"]), &context), code.not());
    assert_eq!(evaluate(&condition("StringEquals", "k", &["b/${v}"]), &context), Residual::False);
    // As absent, the default stands in.
    assert_eq!(evaluate(&condition("StringEquals", "k", &["a/${v, 'x'}"]), &context), code);
    assert_eq!(evaluate(&condition("StringEquals", "k", &["a/${v, ''}"]), &context), Residual::True);
}

#[test]
fn e50_e72_unresolved_variables_in_conditions() {
    check_both("StringEquals", "StringNotEquals", &["${missing}", "b"], &["b"], &["a", ""]);
    check_both("StringLike", "StringNotLike", &["*${missing}*", "b*"], &["b", "bc"], &["a", ""]);
    check_both("StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase", &["${missing}"], &[], &["a", ""]);
    check_both("ArnLike", "ArnNotLike", &["arn:aws:iam::1:role/${missing}"], &[], &["arn:aws:iam::1:role/"]);
    check("Bool", &["${missing}"], &[], &["true", "false"], false);
    for (operator, expected) in [
        ("ForAnyValue:StringEquals", [false, false]),
        ("ForAnyValue:StringNotEquals", [false, true]),
        ("ForAllValues:StringEquals", [true, false]),
        ("ForAllValues:StringNotEquals", [true, true]),
    ] {
        let condition = condition(operator, "k", &["${missing}"]);
        for (context, expected) in [Context::strict(), context()].iter().zip(expected) {
            assert_eq!(evaluate(&condition, context), expected.into(), "{operator}");
        }
    }
}

#[test]
fn e72a_if_exists_asks_for_the_key_alone() {
    let context = with(Context::strict(), &[("k", &["v"])]);
    for (operator, there, missing) in [
        ("StringEqualsIfExists", false, true),
        ("StringNotEqualsIfExists", true, true),
        ("StringLikeIfExists", false, true),
    ] {
        let condition = condition(operator, "k", &["${missing}"]);
        assert_eq!(evaluate(&condition, &context), there.into(), "{operator}");
        assert_eq!(evaluate(&condition, &Context::strict()), missing.into(), "{operator}");
    }
}
