//! Principal and resource in two accounts, services and unsigned callers (E157-E162).

use serde_json::{Value, json};

use crate::request::*;

#[test]
fn e157_both_sides_must_allow() {
    let abroad = || request().abroad();
    for principal in [aws(HOME), aws(HOME_ROOT), aws(USER), json!("*")] {
        check_all([
            (abroad().policy(grant(principal.clone())), IMPLICIT),
            (abroad().policy(grant(principal.clone())).identity(full()), ALLOWED),
            (abroad().policy(grant(principal.clone())).identity(full()).boundary(elsewhere()), IMPLICIT),
            (abroad().policy(grant(principal.clone())).identity(full()).scp(json!([[elsewhere()]])), IMPLICIT),
            (abroad().policy(grant(principal)).identity(full()).endpoint(grant(aws(BOB))), IMPLICIT),
        ]);
    }
    check_all([
        (abroad().identity(full()), IMPLICIT),
        (abroad().identity(full()).policy(grant(aws(AWAY))), IMPLICIT),
        (abroad().caller(HOME_ROOT).policy(grant(aws(HOME))), ALLOWED),
        (abroad().caller(HOME_ROOT), IMPLICIT),
        (abroad().caller(HOME_ROOT).policy(grant(aws(HOME))).scp(json!([[elsewhere()]])), IMPLICIT),
    ]);
}

#[test]
fn e158_the_identity_policy_names_the_resource() {
    let abroad = || request().abroad().policy(grant(aws(HOME)));
    check(abroad().identity(allow_on(OBJECT)), ALLOWED);
    check(abroad().identity(allow_on("arn:aws:s3:::other/*")), IMPLICIT);
    let queue = || request().action("sqs:SendMessage").on(QUEUE).abroad().policy(grant(aws(HOME)));
    check(queue().identity(allow_on("arn:aws:sqs:*:222222222222:q")), ALLOWED);
    check(queue().identity(allow_on("arn:aws:sqs:*:111111111111:q")), IMPLICIT);
}

#[test]
fn e159_a_role_named_by_another_account_needs_its_own_policy() {
    check(request().abroad().caller(SESSION).policy(grant(aws(ROLE))), IMPLICIT);
    check(request().abroad().caller(SESSION).policy(grant(aws(ROLE))).identity(full()), ALLOWED);
    check(request().caller(SESSION).policy(grant(aws(ROLE))), ALLOWED);
}

#[test]
fn e160_resources_without_policies_are_out_of_reach() {
    for (action, resource) in [
        ("ec2:StopInstances", "arn:aws:ec2:eu-west-1:111111111111:instance/i-1"),
        ("iam:GetRole", TARGET),
        ("rds:DeleteDBInstance", "arn:aws:rds:eu-west-1:111111111111:db:d"),
    ] {
        let base = request().action(action).on(resource).identity(full());
        check(base.clone(), ALLOWED);
        check(base.clone().abroad(), IMPLICIT);
        check(base.caller(HOME_ROOT).abroad(), IMPLICIT);
    }
}

#[test]
fn e161_services_have_the_resource_side_alone() {
    let base = || request().caller(SERVICE).policy(grant(json!({"Service": SERVICE})));
    check_all([
        (base(), ALLOWED),
        (base().identity(elsewhere()).scp(json!([[deny("*")]])), ALLOWED),
        (base().rcp(json!([[refuse("*")]])), EXPLICIT),
        (request().caller(SERVICE).identity(full()), IMPLICIT),
    ]);
    let only = grant_if(json!({"Service": SERVICE}), json!({"StringEquals": {"aws:SourceAccount": HOME}}));
    check(base().policy(only.clone()), IMPLICIT);
    check(base().policy(only.clone()).key("aws:SourceAccount", HOME), ALLOWED);
    check(base().policy(only.clone()).key("aws:SourceAccount", AWAY), IMPLICIT);
    check_open(base().policy(only).open(), "aws:SourceAccount");
}

#[test]
fn e162_unsigned_callers_have_the_resource_side_alone() {
    let base = |policy: Value| request().caller(ANONYMOUS).policy(policy);
    check_all([
        (base(grant("*")), ALLOWED),
        (base(grant(aws("*"))), ALLOWED),
        (base(grant(aws(HOME))), IMPLICIT),
        (base(grant("*")).rcp(json!([[refuse("*")]])), EXPLICIT),
        (base(grant("*")).scp(json!([[deny("*")]])), ALLOWED),
        (request().caller(ANONYMOUS).identity(full()), IMPLICIT),
        (base(grant_if("*", json!({"StringEquals": {"aws:PrincipalOrgID": "o-a"}}))).open(), IMPLICIT),
        (base(grant_if("*", json!({"StringEquals": {"aws:PrincipalAccount": HOME}}))).open(), IMPLICIT),
    ]);
}

#[test]
fn e191_a_signature_can_be_dropped() {
    let open = || request().policy(grant("*"));
    // What binds a signed caller does not bind the same person without a signature.
    check(open().identity(deny("s3:*")), EXPLICIT);
    check(open().scp(json!([[full(), deny("s3:*")]])), EXPLICIT);
    let unsigned = || open().caller(ANONYMOUS);
    check(unsigned().identity(deny("s3:*")), ALLOWED);
    check(unsigned().scp(json!([[full(), deny("s3:*")]])), ALLOWED);
    check(unsigned().abroad(), ALLOWED);
    // With a signature of another account an identity policy is needed all the same.
    check(open().abroad(), IMPLICIT);
    check(open().abroad().identity(full()), ALLOWED);
}
