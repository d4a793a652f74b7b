//! Keys by which a service says on whose behalf it calls (E164, E165).

use serde_json::json;

use crate::request::*;

#[test]
fn e164_source_keys_are_those_of_services() {
    for (operator, key, value) in [
        ("StringEquals", "aws:SourceAccount", HOME),
        ("ArnLike", "aws:SourceArn", "arn:aws:sns:*:*:t"),
        ("StringEquals", "aws:SourceOrgID", "o-a"),
    ] {
        let mut condition = json!({});
        condition[operator][key] = json!(value);
        for caller in [USER, SESSION, HOME_ROOT] {
            let direct = request().caller(caller).identity(full()).abroad().policy(grant_if("*", condition.clone()));
            check(direct.clone(), IMPLICIT);
            check(direct.open(), IMPLICIT);
        }
        check_open(request().caller(SERVICE).policy(grant_if("*", condition)).open(), key);
    }
}

#[test]
fn e165_a_guard_of_services_spares_what_names_no_account() {
    let guard = of(
        "Deny",
        json!({"Principal": "*", "Action": "s3:*", "Condition": {
            "StringNotEqualsIfExists": {"aws:SourceOrgID": "o-a"},
            "Null": {"aws:SourceAccount": "false"},
            "Bool": {"aws:PrincipalIsAWSService": "true"},
        }}),
    );
    let service = || request().caller(SERVICE).policy(grant(json!({"Service": SERVICE}))).rcp(json!([[guard.clone()]]));
    check_all([
        (service(), ALLOWED),
        (service().key("aws:SourceAccount", AWAY), EXPLICIT),
        (service().key("aws:SourceAccount", AWAY).key("aws:SourceOrgID", "o-b"), EXPLICIT),
        (service().key("aws:SourceAccount", AWAY).key("aws:SourceOrgID", "o-a"), ALLOWED),
        (request().identity(full()).rcp(json!([[guard.clone()]])), ALLOWED),
        (request().identity(full()).rcp(json!([[guard.clone()]])).open(), ALLOWED),
    ]);
    check_open(service().key("aws:SourceOrgID", "o-b").open(), "aws:SourceAccount");
}
