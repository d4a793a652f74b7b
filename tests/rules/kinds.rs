//! The kinds of policies that limit one principal (E93-E97).

use serde_json::{Value, json};

use crate::request::*;

#[test]
fn e95_a_boundary_limits_and_never_grants() {
    check_all([
        (request().boundary(full()), IMPLICIT),
        (request().identity(full()).boundary(full()), ALLOWED),
        (request().identity(full()).boundary(elsewhere()), IMPLICIT),
        (request().identity(full()).boundary(json!([deny("s3:*")])), EXPLICIT),
        (request().caller(SESSION).identity(full()).boundary(elsewhere()), IMPLICIT),
        (request().caller(HOME_ROOT).boundary(elsewhere()), ALLOWED),
    ]);
}

#[test]
fn e96_session_policies_add_up_and_limit() {
    let with = |policies: Value| request().caller(SESSION).identity(full()).session(policies);
    check_all([
        (with(full()), ALLOWED),
        (with(elsewhere()), IMPLICIT),
        (with(json!([elsewhere(), allow("s3:GetObject")])), ALLOWED),
        (with(json!([full(), deny("s3:*")])), EXPLICIT),
        (request().caller(SESSION).session(full()), IMPLICIT),
    ]);
}

#[test]
fn e97_without_a_session_policy() {
    check(request().caller(SESSION).identity(full()), ALLOWED);
    check(request().caller(FEDERATED).identity(full()), IMPLICIT);
    check(request().caller(FEDERATED).identity(full()).session(full()), ALLOWED);
    check(request().caller(FEDERATED).identity(full()).session(elsewhere()), IMPLICIT);
}

#[test]
fn e93_identity_and_resource_policies_grant_and_the_others_limit() {
    check_all([
        (request().identity(full()), ALLOWED),
        (request().policy(grant(aws(USER))), ALLOWED),
        (request().boundary(full()), IMPLICIT),
        (request().caller(SESSION).session(full()), IMPLICIT),
        (request().endpoint(grant("*")), IMPLICIT),
        (request().scp(json!([[full()], [full()]])), IMPLICIT),
        (request().rcp(json!([[grant("*")]])), IMPLICIT),
        (request().caller(ANONYMOUS).endpoint(grant("*")).rcp(json!([[]])), IMPLICIT),
        (
            request().caller(SESSION).boundary(full()).session(full()).endpoint(grant("*")).scp(json!([[full()]])),
            IMPLICIT,
        ),
    ]);
}

#[test]
fn e108_an_endpoints_policy_must_allow_and_grants_nothing() {
    let base = || request().identity(full()).policy(grant(aws(USER)));
    let only = |fields: serde_json::Value| of("Allow", fields);
    for place in [|request| request, Request::abroad] {
        let base = || place(base());
        check_all([
            (base(), ALLOWED),
            (base().endpoint(grant("*")), ALLOWED),
            // A gateway endpoint of S3 would not know the user by name (E26).
            (base().endpoint(grant(aws(USER))), CONDITIONAL),
            (base().endpoint(grant(aws(BOB))), IMPLICIT),
            (base().endpoint(only(json!({"Principal": "*", "Action": "s3:Put*"}))), IMPLICIT),
            (base().endpoint(only(json!({"Principal": "*", "Resource": "arn:aws:s3:::other/*"}))), IMPLICIT),
            (base().endpoint(document(json!([grant("*")["Statement"], refuse("*")["Statement"]]))), EXPLICIT),
            (base().endpoint(document(json!([grant("*")["Statement"], refuse(aws(USER))["Statement"]]))), CONDITIONAL),
            (base().identity(elsewhere()).policy(grant(aws(BOB))).endpoint(grant("*")), IMPLICIT),
        ]);
    }
    // Whoever comes through it, it has its say.
    for caller in [ANONYMOUS, SERVICE, HOME_ROOT] {
        let base = || request().caller(caller).policy(grant("*"));
        check(base().endpoint(only(json!({"Principal": "*", "Action": "s3:Put*"}))), IMPLICIT);
        check(base().endpoint(grant("*")), ALLOWED);
    }
    let narrowed = grant_if("*", json!({"ArnEquals": {"aws:PrincipalArn": USER}}));
    check(request().identity(full()).endpoint(narrowed.clone()), ALLOWED);
    check(request().caller(BOB).identity(full()).endpoint(narrowed), IMPLICIT);
}
