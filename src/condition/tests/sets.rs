//! Set operators, `Null`, and keys of several values.

use super::*;

/// A request without the key, or with these values of it.
fn request(values: Option<&[&str]>) -> Context {
    values.map_or(Context::strict(), |values| with(Context::strict(), &[("k", values)]))
}

#[test]
fn e78_null() {
    for (operator, value, expected) in [
        ("Null", &["true"][..], [true, true, false, false]),
        ("Null", &["False"], [false, false, true, true]),
        ("Null", &["true", "false"], [true; 4]),
        ("Null", &["maybe"], [false; 4]),
        ("Null", &["${k}"], [false; 4]),
        ("Null", &[], [false; 4]),
        // E92c.
        ("ForAllValues:Null", &["true"], [true; 4]),
        ("ForAnyValue:Null", &["true"], [false; 4]),
    ] {
        let condition = condition(operator, "k", value);
        let requests: [Option<&[&str]>; 4] = [None, Some(&[]), Some(&["v"]), Some(&["v", "w"])];
        for (values, expected) in requests.into_iter().zip(expected) {
            assert_eq!(evaluate(&condition, &request(values)), expected.into(), "{operator} {value:?} on {values:?}");
        }
    }
    assert_eq!(open("Null K false").to_string(), "k is present");
    assert_eq!(open("Null K true|false"), Residual::True);
}

#[test]
fn e92_set_operators() {
    // A key of several values counts as empty with the empty text alone; a key of one value, and one that is not known to
    // have more, does not.
    let of = |key: &'static str, values: Option<&[&str]>| {
        values.map_or(Context::strict(), |values| with(Context::strict(), &[(key, values)]))
    };
    // Absent, empty, the empty text alone; then values.
    let requests: [Option<&[&str]>; 7] =
        [None, Some(&[]), Some(&[""]), Some(&["a"]), Some(&["a", "c"]), Some(&["c"]), Some(&["", "c"])];
    for (operator, expected) in [
        ("ForAllValues:StringEquals", [true, true, true, true, false, false, false]),
        ("ForAllValues:StringNotEquals", [true, true, true, false, false, true, true]),
        ("ForAnyValue:StringEquals", [false, false, false, true, true, false, false]),
        ("ForAnyValue:StringNotEquals", [false, false, false, false, true, true, true]),
        ("ForAllValues:StringEqualsIfExists", [true, true, true, true, false, false, false]),
        ("ForAnyValue:StringEqualsIfExists", [true, true, true, true, true, false, false]),
        ("ForAnyValue:StringNotEqualsIfExists", [true, true, true, false, true, true, true]),
        ("ForAllValues:StringNotLikeIfExists", [true, true, true, false, false, true, true]),
    ] {
        let condition = condition(operator, "aws:TagKeys", &["a", "b"]);
        for (values, expected) in requests.into_iter().zip(expected) {
            assert_eq!(evaluate(&condition, &of("aws:TagKeys", values)), expected.into(), "{operator} on {values:?}");
        }
    }
    for key in ["aws:SourceVpc", "example:Key"] {
        let alone = of(key, Some(&[""]));
        assert_eq!(evaluate(&condition("ForAllValues:StringEquals", key, &["a"]), &alone), Residual::False, "{key}");
        assert_eq!(evaluate(&condition("ForAnyValue:StringNotEquals", key, &["a"]), &alone), Residual::True, "{key}");
    }
}

#[test]
fn e92_a_list_that_is_there_may_hold_the_empty_text_alone() {
    let mut there = Context::open();
    there.set("aws:TagKeys", KeyState::Present);
    for operator in ["ForAnyValue:StringEqualsIfExists", "ForAnyValue:StringNotEqualsIfExists"] {
        for values in [&["a"][..], &[]] {
            let condition = condition(operator, "aws:TagKeys", values);
            let residual = evaluate(&condition, &there);
            for full in [&[""], &["a"], &["b"]].map(|values| with(Context::strict(), &[("aws:TagKeys", values)])) {
                let expected = evaluate(&condition, &full);
                assert_eq!(settle(&residual, &full), expected, "{operator} {values:?} on {full:?}");
            }
        }
    }
}

/// The operators' page prints the opposite of its own definitions here.
#[test]
fn e92_resource_org_paths_follow_the_definitions() {
    let path = "o-1/r-1/ou-1/";
    let condition = condition("ForAllValues:StringNotLike", "aws:ResourceOrgPaths", &["o-1/r-1/*"]);
    let inside = with(Context::strict(), &[("aws:ResourceOrgPaths", &[path])]);
    assert_eq!(evaluate(&condition, &inside), Residual::False);
    assert_eq!(evaluate(&condition, &Context::strict()), Residual::True);
}

#[test]
fn e92_set_operators_of_every_family() {
    for (operator, value, one, other) in [
        ("NumericLessThan", "5", "1", "9"),
        ("DateLessThan", "2026-01-01", "0", "2027-01-01"),
        ("IpAddress", "10.0.0.0/8", "10.0.0.1", "11.0.0.1"),
        ("ArnLike", "arn:aws:iam::*:role/*", "arn:aws:iam::1:role/a", "arn:aws:iam::1:user/a"),
        ("StringEqualsIgnoreCase", "a", "A", "b"),
        ("BinaryEquals", "YQ==", "YQ", "Yg"),
    ] {
        let requests: [Option<&[&str]>; 5] = [None, Some(&[one]), Some(&[one, other]), Some(&[other]), Some(&["?"])];
        for (qualifier, expected) in
            [("ForAllValues", [true, true, false, false, false]), ("ForAnyValue", [false, true, true, false, false])]
        {
            let condition = condition(&format!("{qualifier}:{operator}"), "k", &[value]);
            for (values, expected) in requests.into_iter().zip(expected) {
                assert_eq!(evaluate(&condition, &request(values)), expected.into(), "{condition} on {values:?}");
            }
        }
    }
}

#[test]
fn e92a_several_values_without_a_set_operator() {
    let requests: [Option<&[&str]>; 6] = [None, Some(&[]), Some(&[""]), Some(&["a"]), Some(&["a", "c"]), Some(&["c"])];
    for (operator, expected) in [
        ("StringEquals", [false, false, false, true, true, false]),
        ("StringNotEquals", [true, true, true, false, false, true]),
        ("StringLike", [false, false, false, true, true, false]),
        ("StringNotLike", [true, true, true, false, false, true]),
        // The empty text is a value here.
        ("StringEqualsIfExists", [true, true, false, true, true, false]),
    ] {
        let condition = condition(operator, "k", &["a", "b"]);
        for (values, expected) in requests.into_iter().zip(expected) {
            assert_eq!(evaluate(&condition, &request(values)), expected.into(), "{operator} on {values:?}");
        }
    }
    let empty = condition("StringLike", "s3:prefix", &["", "home/*"]);
    let context = with(Context::strict(), &[("s3:prefix", &[""])]);
    assert_eq!(evaluate(&empty, &context), Residual::True);
    let ranges = condition("IpAddress", "k", &["10.0.0.0/8"]);
    assert_eq!(evaluate(&ranges, &request(Some(&["11.0.0.1", "10.0.0.1"]))), Residual::True);
    let no_ranges = condition("NotIpAddress", "k", &["10.0.0.0/8"]);
    assert_eq!(evaluate(&no_ranges, &request(Some(&["11.0.0.1", "10.0.0.1"]))), Residual::False);
}

#[test]
fn e92b_a_set_operator_on_a_key_of_one_value() {
    for (operator, values, expected) in [
        ("ForAllValues:StringEquals", None, true),
        ("ForAllValues:StringEquals", Some("o-1"), true),
        ("ForAllValues:StringEquals", Some("o-2"), false),
        ("ForAnyValue:StringEquals", None, false),
        ("ForAnyValue:StringEquals", Some("o-1"), true),
    ] {
        let context =
            values.map_or(Context::strict(), |value| with(Context::strict(), &[("aws:PrincipalOrgID", &[value])]));
        let condition = condition(operator, "aws:PrincipalOrgID", &["o-1"]);
        assert_eq!(evaluate(&condition, &context), expected.into(), "{operator} on {values:?}");
    }
}

#[test]
fn e92c_empty_lists_in_a_policy() {
    for (operator, absent, present) in [
        ("StringEquals", false, false),
        ("StringNotEquals", true, true),
        ("StringEqualsIfExists", true, false),
        ("StringNotEqualsIfExists", true, false),
        ("NotIpAddress", true, true),
        ("NumericLessThan", false, false),
        ("ForAllValues:StringEquals", true, false),
        ("ForAllValues:StringNotEquals", true, false),
        ("ForAnyValue:StringEquals", false, false),
        ("ForAnyValue:StringNotEquals", false, false),
        ("ForAllValues:StringEqualsIfExists", true, false),
        ("ForAnyValue:StringEqualsIfExists", true, false),
        ("ForAnyValue:StringNotEqualsIfExists", true, false),
        ("ForAllValues:Null", true, true),
        ("ForAnyValue:Null", false, false),
    ] {
        let condition = condition(operator, "k", &[]);
        assert_eq!(evaluate(&condition, &Context::strict()), absent.into(), "{operator}");
        assert_eq!(evaluate(&condition, &request(Some(&["v"]))), present.into(), "{operator}");
        let residual = evaluate(&condition, &Context::open());
        assert_eq!(settle(&residual, &request(Some(&["v"]))), present.into(), "{operator}");
        assert_eq!(settle(&residual, &Context::strict()), absent.into(), "{operator}");
    }
}
