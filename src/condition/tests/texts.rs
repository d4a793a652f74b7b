//! Strings, truth values and bytes.

use super::*;

#[test]
fn e80_string_equals() {
    check_both("StringEquals", "StringNotEquals", &["a*", "b"], &["a*", "b"], &["a", "ab", "B", "", " b"]);
    check_both("StringEquals", "StringNotEquals", &["a?"], &["a?"], &["ab", "a"]);
    check_both("StringEquals", "StringNotEquals", &[""], &[""], &["a", " "]);
    check_both("StringEquals", "StringNotEquals", &["é"], &["é"], &["e\u{301}", "É"]);
}

#[test]
fn e81_string_equals_ignore_case() {
    let (operator, negated) = ("StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase");
    check_both(operator, negated, &["Ab"], &["ab", "AB", "aB"], &["abc", "a*", ""]);
    check_both(operator, negated, &["a*"], &["A*"], &["ab"]);
    // Each character by itself: what stands behind a sigma does not matter.
    check_both(operator, negated, &["ÀΣ"], &["àσ", "ÀΣ"], &["a", "à"]);
    assert_eq!(open("StringEqualsIgnoreCase k ÀΣ"), open("StringEqualsIgnoreCase k àσ"));
}

#[test]
fn e82_string_like() {
    check_both("StringLike", "StringNotLike", &["home/*", "x?"], &["home/", "home/a/b:c", "xy"], &["Home/a", "x"]);
    check_both("StringLike", "StringNotLike", &["*b*"], &["b", "abc", "a:b/c"], &["", "B"]);
    check_both("StringLike", "StringNotLike", &["a*b*c"], &["abc", "abbc", "a:b:c"], &["ab", "acb"]);
    check_both("StringLike", "StringNotLike", &["??"], &["éa", "::"], &["a", "abc"]);
    check_both("StringLike", "StringNotLike", &["", "a"], &["", "a"], &["b"]);
    check_both("StringLike", "StringNotLike", &["*"], &["", "a"], &[]);
}

#[test]
fn e85_bool() {
    check("Bool", &["True"], &["true", "TRUE", "tRuE"], &["false", "yes", "1", ""], false);
    check("Bool", &["false"], &["false", "False"], &["true", "no", "0"], false);
    check("Bool", &["true", "false"], &["true", "false"], &["maybe"], false);
    check("Bool", &["1"], &[], &["true", "1"], false);
    for (operator, expected) in
        [("ForAllValues:Bool", [true, true, false, false]), ("ForAnyValue:Bool", [false, true, true, false])]
    {
        let condition = condition(operator, "k", &["True"]);
        let requests: [&[&str]; 4] = [&[], &["true", "TRUE"], &["true", "false"], &["false"]];
        for (values, expected) in requests.into_iter().zip(expected) {
            let context = with(Context::strict(), &[("k", values)]);
            assert_eq!(evaluate(&condition, &context), expected.into(), "{operator} on {values:?}");
        }
    }
}

#[test]
fn e86_binary() {
    check("BinaryEquals", &["QmluYXJ5"], &["QmluYXJ5"], &["QmluYXJ6", "!", "", "binary"], false);
    check("BinaryEquals", &["YQ=="], &["YQ==", "YQ"], &["Yg==", "Y"], false);
    check("BinaryEquals", &["+/+/"], &["+/+/"], &["-_-_"], false);
    check("BinaryEquals", &["not base64"], &[], &["not base64"], false);
}

#[test]
fn e90_string_operators_read_arns_as_text() {
    let role = "arn:aws:iam::111122223333:role/a";
    check_both("StringEquals", "StringNotEquals", &[role], &[role], &["arn:aws:iam::111122223333:role/b"]);
    check_both("StringEquals", "StringNotEquals", &["arn:aws:iam::*:role/a"], &["arn:aws:iam::*:role/a"], &[role]);
    // Here a wildcard crosses colons, and fewer fields are no short pattern.
    check_both(
        "StringLike",
        "StringNotLike",
        &["arn:aws:*:role/a", "arn:aws"],
        &[role, "arn:aws"],
        &["arn:aws:s3:::b"],
    );
}
