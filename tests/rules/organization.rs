//! Service and resource control policies (E98-E106, E117, E118).

use serde_json::{Value, json};

use crate::request::*;

#[test]
fn e98_whom_service_control_policies_concern() {
    let blocked = json!([[full(), deny("s3:*")]]);
    for caller in [USER, SESSION, HOME_ROOT] {
        check(request().caller(caller).identity(full()).scp(blocked.clone()), EXPLICIT);
        check(request().caller(caller).identity(full()).scp(json!([[elsewhere()]])), IMPLICIT);
    }
    check(request().caller(LINKED).identity(full()).scp(blocked.clone()), ALLOWED);
    for caller in [SERVICE, ANONYMOUS] {
        check(request().caller(caller).policy(grant("*")).scp(blocked.clone()), ALLOWED);
    }
}

#[test]
fn e99_service_control_policies_do_not_touch_resources() {
    // The levels are those of the caller's account; an unsigned caller has none, whosever the resource is.
    check(request().caller(ANONYMOUS).policy(grant("*")).scp(json!([[deny("*")]])), ALLOWED);
    let abroad = request().abroad().identity(full()).policy(grant(aws(HOME)));
    check(abroad.clone().scp(json!([[full(), deny("s3:*")]])), EXPLICIT);
    check(abroad.scp(json!([[full()]])), ALLOWED);
}

#[test]
fn e100_every_level_must_allow() {
    for (levels, expected) in [
        (json!([[full()], [full()], [full()]]), ALLOWED),
        (json!([[full()], [elsewhere()], [full()]]), IMPLICIT),
        (json!([[full()], [], [full()]]), IMPLICIT),
        (json!([[elsewhere()], [full()]]), IMPLICIT),
        (json!([[full()], [elsewhere()]]), IMPLICIT),
        (json!([[full()], [elsewhere(), allow("s3:*")]]), ALLOWED),
        (json!([[full(), deny("s3:*")], [full()]]), EXPLICIT),
        (json!([[full()], [full(), deny("s3:*")]]), EXPLICIT),
        (json!([[elsewhere()], [deny("s3:*")]]), EXPLICIT),
    ] {
        check(request().identity(full()).scp(levels), expected);
    }
    check(request().scp(json!([[full()]])), IMPLICIT);
}

#[test]
fn e101_the_whole_language_in_service_control_policies() {
    let vpc = || json!({"StringEquals": {"aws:SourceVpc": "v"}});
    let with = |policy: Value| request().identity(full()).scp(json!([[policy]]));
    check_all([
        (with(of("Allow", json!({"NotAction": "iam:*"}))), ALLOWED),
        (with(of("Allow", json!({"NotAction": "s3:*"}))), IMPLICIT),
        (with(allow_on(OBJECT)), ALLOWED),
        (with(allow_on("arn:aws:s3:::other/*")), IMPLICIT),
        (with(of("Allow", json!({"NotResource": OBJECT}))), IMPLICIT),
        (with(allow_if(vpc())), IMPLICIT),
        (with(allow_if(vpc())).key("aws:SourceVpc", "v"), ALLOWED),
    ]);
    check_open(with(allow_if(vpc())).open(), "aws:SourceVpc");
    check_open(with(grant("*")), "Principal");
    let limits = |policy: Value| request().identity(full()).scp(json!([[full(), policy]]));
    check(limits(deny_if(vpc())).key("aws:SourceVpc", "v"), EXPLICIT);
    check(limits(of("Deny", json!({"NotResource": OBJECT}))), ALLOWED);
    check(limits(of("Deny", json!({"NotAction": "iam:*"}))), EXPLICIT);
}

#[test]
fn e103_whom_resource_control_policies_concern() {
    let guard = json!([[refuse("*")]]);
    for caller in [USER, SESSION, HOME_ROOT, ANONYMOUS, SERVICE] {
        check(request().caller(caller).identity(full()).policy(grant("*")).rcp(guard.clone()), EXPLICIT);
    }
    check(request().abroad().identity(full()).policy(grant(aws(HOME))).rcp(guard.clone()), EXPLICIT);
    check(request().caller(LINKED).identity(full()).rcp(guard.clone()), ALLOWED);
    let key = decrypt(USER).action("kms:RetireGrant").policy(grant(aws(USER)));
    assert_ne!(result(&key.rcp(guard.clone()))["EvalDecision"], EXPLICIT);
    check(decrypt(USER).policy(grant(aws(USER))).rcp(guard.clone()), EXPLICIT);
    // Actions that are authorised on no resource.
    check(request().action("kms:ListKeys").on("*").identity(full()).rcp(guard.clone()), ALLOWED);
    check(request().action("s3:ListAllMyBuckets").on("*").identity(full()).rcp(guard.clone()), ALLOWED);
    // The trust of roles, but not of service-linked ones.
    check(assume(USER).policy(trust(aws(USER), "sts:AssumeRole")).rcp(guard.clone()), EXPLICIT);
    let linked = assume("x.amazonaws.com").on(LINKED);
    check(linked.policy(trust(json!({"Service": "x.amazonaws.com"}), "sts:AssumeRole")).rcp(guard), ALLOWED);
}

#[test]
fn e104_services_of_resource_control_policies() {
    let guard = json!([[refuse("*")]]);
    for (action, resource) in [
        ("s3:GetObject", OBJECT),
        ("sqs:SendMessage", QUEUE),
        ("dynamodb:GetItem", "arn:aws:dynamodb:eu-west-1:111111111111:table/t"),
        ("secretsmanager:GetSecretValue", "arn:aws:secretsmanager:eu-west-1:111111111111:secret:s"),
        ("es:ESHttpGet", "arn:aws:es:eu-west-1:111111111111:domain/d"),
        ("logs:GetLogEvents", "arn:aws:logs:eu-west-1:111111111111:log-group:g:log-stream:s"),
        ("ecr:BatchGetImage", "arn:aws:ecr:eu-west-1:111111111111:repository/r"),
    ] {
        check(request().action(action).on(resource).identity(full()).rcp(guard.clone()), EXPLICIT);
    }
    for (action, resource) in [
        ("lambda:InvokeFunction", "arn:aws:lambda:eu-west-1:111111111111:function:f"),
        ("ec2:StopInstances", "arn:aws:ec2:eu-west-1:111111111111:instance/i-1"),
        ("sns:Publish", "arn:aws:sns:eu-west-1:111111111111:t"),
    ] {
        let limited = request().action(action).on(resource).identity(full()).rcp(guard.clone());
        check(limited.clone(), CONDITIONAL);
        check(limited.identity(elsewhere()), IMPLICIT);
    }
}

#[test]
fn e105_resource_control_policies_deny_at_any_level() {
    let guard = |action: &str| of("Deny", json!({"Principal": "*", "Action": action}));
    for (levels, expected) in [
        (json!([[], [], []]), ALLOWED),
        (json!([[guard("s3:*")], [], []]), EXPLICIT),
        (json!([[], [guard("s3:*")], []]), EXPLICIT),
        (json!([[], [], [guard("s3:*")]]), EXPLICIT),
        (json!([[guard("sqs:*")], [guard("s3:PutObject")]]), ALLOWED),
    ] {
        check(request().identity(full()).rcp(levels.clone()), expected);
        check(request().abroad().identity(full()).policy(grant(aws(USER))).rcp(levels), expected);
    }
}

#[test]
fn e117_organization_limits_of_both_accounts() {
    let abroad = || request().abroad().identity(full()).policy(grant(aws(USER)));
    check_all([
        (abroad().scp(json!([[full()]])).rcp(json!([[]])), ALLOWED),
        (abroad().scp(json!([[elsewhere()]])), IMPLICIT),
        (abroad().rcp(json!([[refuse("*")]])), EXPLICIT),
        (request().identity(full()).scp(json!([[full()]])).rcp(json!([[refuse("*")]])), EXPLICIT),
        (request().identity(full()).scp(json!([[elsewhere()]])).rcp(json!([[]])), IMPLICIT),
    ]);
}

#[test]
fn e118_grants_do_not_get_round_a_service_control_policy() {
    for (caller, named) in [(USER, USER), (SESSION, SESSION), (SESSION, ROLE), (HOME_ROOT, HOME)] {
        for identity in [json!([]), full()] {
            let granted = request().caller(caller).identity(identity).policy(grant(aws(named)));
            check(granted.clone().scp(json!([[elsewhere()]])), IMPLICIT);
            check(granted.clone().scp(json!([[full(), deny("s3:*")]])), EXPLICIT);
            check(granted.scp(json!([[full()]])), ALLOWED);
        }
    }
    check(request().policy(grant("*")).scp(json!([[elsewhere()]])), IMPLICIT);
}

#[test]
fn e102_service_linked_roles_are_out_of_reach_of_service_control_policies() {
    let limited = |caller: &str| request().caller(caller).identity(full()).scp(json!([[deny("*")], [elsewhere()]]));
    check(limited(LINKED), ALLOWED);
    check(limited(SESSION), EXPLICIT);
}
