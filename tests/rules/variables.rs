//! Policy variables (E66-E73).

use serde_json::{Value, json};

use crate::request::*;

fn home_of(variable: &str) -> Value {
    allow_on(format!("arn:aws:s3:::data/{variable}/*"))
}

fn object(name: &str) -> Request {
    request().on(&format!("arn:aws:s3:::data/{name}"))
}

#[test]
fn e66_where_variables_are_read() {
    for variable in ["${aws:username}", "${AWS:UserName}"] {
        check(object("ana/x").identity(home_of(variable)), ALLOWED);
        check(object("bob/x").identity(home_of(variable)), IMPLICIT);
        for operator in ["StringEquals", "StringLike", "StringEqualsIgnoreCase"] {
            let policy = allow_if(json!({operator: {"s3:prefix": variable}}));
            check(request().identity(policy.clone()).key("s3:prefix", "ana"), ALLOWED);
            check(request().identity(policy).key("s3:prefix", "bob"), IMPLICIT);
        }
        let policy = allow_if(json!({"ArnLike": {"aws:SourceArn": format!("arn:aws:sns:*:*:{variable}")}}));
        check(request().identity(policy).key("aws:SourceArn", "arn:aws:sns:eu-west-1:1:ana"), ALLOWED);
    }
    // Before 2012-10-17 a variable is text.
    for version in [json!("2008-10-17"), Value::Null] {
        let mut old = home_of("${aws:username}");
        old["Version"] = version.clone();
        if version.is_null() {
            old.as_object_mut().unwrap().remove("Version");
        }
        check(object("ana/x").identity(old.clone()), IMPLICIT);
        check(object("${aws:username}/x").identity(old), ALLOWED);
        let mut old = allow_if(json!({"StringEquals": {"s3:prefix": "${aws:username}"}}));
        old["Version"] = json!("2008-10-17");
        check(request().identity(old.clone()).key("s3:prefix", "ana"), IMPLICIT);
        check(request().identity(old).key("s3:prefix", "${aws:username}"), ALLOWED);
    }
    // Not in actions, not in principals, not for numbers, dates, addresses.
    check(request().identity(allow("s3:${aws:PrincipalTag/a}")).key("aws:PrincipalTag/a", "GetObject"), IMPLICIT);
    check(request().policy(grant(aws("arn:aws:iam::111111111111:user/${aws:username}"))), IMPLICIT);
    for (operator, key, value) in [
        ("NumericEquals", "s3:max-keys", "5"),
        ("DateEquals", "aws:CurrentTime", "2026-01-01T00:00:00Z"),
        ("IpAddress", "aws:SourceIp", "192.0.2.1"),
    ] {
        let policy = allow_if(json!({operator: {key: "${aws:PrincipalTag/v}"}}));
        check(request().identity(policy).key(key, value).key("aws:PrincipalTag/v", value), IMPLICIT);
    }
    let policy = allow_if(json!({"Bool": {"aws:SecureTransport": "${aws:PrincipalTag/v}"}}));
    let secure = request().identity(policy).key("aws:SecureTransport", "true");
    check(secure.clone().key("aws:PrincipalTag/v", "true"), ALLOWED);
    check(secure.key("aws:PrincipalTag/v", "false"), IMPLICIT);
}

#[test]
fn e67_multivalued_keys_are_no_variables() {
    check(object("team/x").identity(home_of("${aws:TagKeys}")).key("aws:TagKeys", "team"), IMPLICIT);
    let policy = allow_if(json!({"StringEquals": {"s3:prefix": "${aws:PrincipalOrgPaths}"}}));
    check(request().identity(policy).key("s3:prefix", "o/r/").key("aws:PrincipalOrgPaths", "o/r/"), IMPLICIT);
}

#[test]
fn e68_defaults_of_variables() {
    let policy = home_of("${aws:PrincipalTag/team, 'common'}");
    check_all([
        (object("common/x").identity(policy.clone()), ALLOWED),
        (object("red/x").identity(policy.clone()), IMPLICIT),
        (object("red/x").identity(policy.clone()).key("aws:PrincipalTag/team", "red"), ALLOWED),
        (object("common/x").identity(policy.clone()).key("aws:PrincipalTag/team", "red"), IMPLICIT),
    ]);
    check_open(object("common/x").identity(policy).open(), "aws:PrincipalTag/team");
    let policy = allow_if(json!({"StringEquals": {"s3:prefix": "${aws:PrincipalTag/team, 'common'}"}}));
    check(request().identity(policy).key("s3:prefix", "common"), ALLOWED);
}

#[test]
fn e69_escapes() {
    for (escape, literal) in [("${*}", "*"), ("${?}", "?"), ("${$}", "$")] {
        let policy = home_of(escape);
        check(object(&format!("{literal}/x")).identity(policy.clone()), ALLOWED);
        check(object("a/x").identity(policy), IMPLICIT);
        let policy = allow_if(json!({"StringLike": {"s3:prefix": format!("a{escape}")}}));
        check(request().identity(policy.clone()).key("s3:prefix", format!("a{literal}")), ALLOWED);
        check(request().identity(policy).key("s3:prefix", "ab"), IMPLICIT);
    }
}

#[test]
fn e70_wildcards_from_a_variable_are_text() {
    for (value, object_name) in [("*", "any/x"), ("an?", "any/x"), ("*", "a/b/x")] {
        let policy = home_of("${aws:PrincipalTag/dir}");
        check(object(object_name).identity(policy).key("aws:PrincipalTag/dir", value), IMPLICIT);
    }
    check(object("*/x").identity(home_of("${aws:PrincipalTag/dir}")).key("aws:PrincipalTag/dir", "*"), ALLOWED);
    let policy = allow_if(json!({"StringLike": {"s3:prefix": "${aws:PrincipalTag/dir}"}}));
    check(request().identity(policy.clone()).key("aws:PrincipalTag/dir", "*").key("s3:prefix", "a"), IMPLICIT);
    check(request().identity(policy).key("aws:PrincipalTag/dir", "*").key("s3:prefix", "*"), ALLOWED);
}

#[test]
fn e71_unresolved_variables_in_resources() {
    let unresolved = "arn:aws:s3:::data/${aws:PrincipalTag/dir}*";
    let but = |effect| of(effect, json!({"NotResource": unresolved}));
    check_all([
        (request().identity(allow_on(unresolved)), IMPLICIT),
        (request().identity(allow_on(json!([unresolved, OBJECT]))), ALLOWED),
        (request().identity(but("Allow")), ALLOWED),
        (request().identity(json!([full(), but("Deny")])), EXPLICIT),
        (request().identity(allow_on(unresolved)).key("aws:PrincipalTag/dir", "rep"), ALLOWED),
    ]);
    check_open(request().identity(allow_on(unresolved)).open(), "aws:PrincipalTag/dir");
    // With an empty text, whichever way it is read, or where that matters, open.
    check_open(request().identity(allow_on(unresolved)).key("aws:PrincipalTag/dir", ""), "variable-empty");
    let not_this = "arn:aws:s3:::data/x${aws:PrincipalTag/dir}*";
    check(request().identity(allow_on(not_this)).key("aws:PrincipalTag/dir", ""), IMPLICIT);
}

#[test]
fn e72_unresolved_variables_in_conditions() {
    let with = |operator: &str, values: Value| {
        request().identity(allow_if(json!({operator: {"s3:prefix": values}}))).key("s3:prefix", "x")
    };
    let unresolved = json!("${aws:PrincipalTag/dir}");
    for operator in ["StringEquals", "StringLike", "StringEqualsIgnoreCase", "ArnEquals", "ArnLike"] {
        check(with(operator, unresolved.clone()), IMPLICIT);
    }
    for operator in ["StringNotEquals", "StringNotLike", "StringNotEqualsIgnoreCase", "ArnNotEquals", "ArnNotLike"] {
        check(with(operator, unresolved.clone()), ALLOWED);
    }
    check(with("StringEquals", json!([unresolved, "x"])), ALLOWED);
    check(with("StringNotEquals", json!([unresolved, "x"])), IMPLICIT);
    check_open(with("StringEquals", unresolved.clone()).open(), "aws:PrincipalTag/dir");
    check_open(with("StringNotEquals", unresolved).open(), "aws:PrincipalTag/dir");
}

#[test]
fn e72a_if_exists_asks_for_the_key_alone() {
    let policy = |operator: &str| allow_if(json!({operator: {"s3:prefix": "${aws:PrincipalTag/dir}"}}));
    check_all([
        (request().identity(policy("StringEqualsIfExists")).key("s3:prefix", "x"), IMPLICIT),
        (request().identity(policy("StringNotEqualsIfExists")).key("s3:prefix", "x"), ALLOWED),
        (request().identity(policy("StringEqualsIfExists")), ALLOWED),
        (request().identity(policy("StringNotEqualsIfExists")), ALLOWED),
    ]);
}

#[test]
fn e50_an_unresolved_variable_disables_its_own_value_alone() {
    let unresolved = "${aws:PrincipalTag/dir}";
    let entries = |resources: Value| allow_on(resources);
    check(request().identity(entries(json!([format!("arn:aws:s3:::{unresolved}/*")]))), IMPLICIT);
    check(request().identity(entries(json!([format!("arn:aws:s3:::{unresolved}/*"), OBJECT]))), ALLOWED);
    let condition = |values: Value| json!({"StringEquals": {"s3:prefix": values}});
    let asked = |policies: Value| request().identity(policies).key("s3:prefix", "x");
    check_all([
        (asked(allow_if(condition(json!(["x", unresolved])))), ALLOWED),
        (asked(allow_if(condition(json!([unresolved, "y"])))), IMPLICIT),
        (asked(allow_if(condition(json!([unresolved, unresolved])))), IMPLICIT),
        (asked(json!([full(), deny_if(condition(json!(["x", unresolved])))])), EXPLICIT),
        (asked(json!([full(), deny_if(condition(json!([unresolved])))])), ALLOWED),
    ]);
    // What the variable stands in does not spoil what stands beside it in the document.
    let beside = document(json!([
        {"Effect": "Allow", "Action": "*", "Resource": format!("arn:aws:s3:::{unresolved}/*")},
        {"Effect": "Allow", "Action": "s3:GetObject", "Resource": OBJECT},
    ]));
    check(request().identity(beside), ALLOWED);
}

#[test]
fn e73_variables_in_every_kind_of_policy() {
    let own = || allow_on("arn:aws:s3:::data/${aws:username}/*");
    let denied = || of("Deny", json!({"Resource": "arn:aws:s3:::data/${aws:username}/*"}));
    let everyones =
        |effect: &str| of(effect, json!({"Principal": "*", "Resource": "arn:aws:s3:::data/${aws:username}/*"}));
    for (name, granted, refused) in [("ana/x", ALLOWED, EXPLICIT), ("bob/x", IMPLICIT, ALLOWED)] {
        let base = || object(name).identity(full());
        check_all([
            (object(name).identity(own()), granted),
            (base().boundary(own()), granted),
            (base().scp(json!([[own()]])), granted),
            (base().endpoint(everyones("Allow")), granted),
            (object(name).policy(everyones("Allow")), granted),
            (base().scp(json!([[full(), denied()]])), refused),
            (base().rcp(json!([[everyones("Deny")]])), refused),
            (base().policy(everyones("Deny")), refused),
        ]);
        let folder = allow_on("arn:aws:s3:::data/${aws:PrincipalTag/folder}/*");
        check(base().caller(SESSION).session(folder).key("aws:PrincipalTag/folder", "ana"), granted);
    }
}
