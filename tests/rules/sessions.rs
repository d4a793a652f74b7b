//! Credentials in hand: GetSessionToken, GetFederationToken, role sessions, AssumeRoot (E13, E16, E148-E151, E166, T13).

use serde_json::json;

use crate::request::*;

const FEDERATE: &str = "arn:aws:sts::111111111111:federated-user/visitor";

fn with(credentials: &str) -> Request {
    request().with("CallerCredentials", credentials)
}

fn as_root() -> Request {
    request().caller(HOME_ROOT).with("CallerCredentials", "assumeRoot")
}

#[test]
fn e13_a_session_token_is_its_user() {
    for credentials in ["longTermKey", "sessionToken", "mfaSession"] {
        check(with(credentials).identity(full()), ALLOWED);
        check(with(credentials).policy(grant(aws(USER))), ALLOWED);
        let named = json!({"StringEquals": {"aws:username": "ana", "aws:PrincipalType": "User"}});
        check(with(credentials).identity(allow_if(named)), ALLOWED);
    }
}

#[test]
fn e149_what_a_session_token_may_not_call() {
    let call = |credentials: &str, action: &str| with(credentials).identity(full()).action(action).on("*");
    let assume = |credentials: &str| {
        with(credentials)
            .identity(full())
            .action("sts:AssumeRole")
            .on(TARGET)
            .policy(trust(aws(HOME), "sts:AssumeRole"))
    };
    check_all([
        (call("longTermKey", "iam:ListUsers"), ALLOWED),
        (call("sessionToken", "iam:ListUsers"), IMPLICIT),
        (call("mfaSession", "iam:ListUsers"), ALLOWED),
        // Calls of other services ask for it, and nobody calls it.
        (call("sessionToken", "iam:PassRole").on(ROLE), ALLOWED),
        (call("sessionToken", "ec2:DescribeVpcs"), ALLOWED),
        (call("sessionToken", "sts:GetCallerIdentity"), ALLOWED),
        (call("sessionToken", "sts:GetSessionToken"), IMPLICIT),
        (call("mfaSession", "sts:GetSessionToken"), IMPLICIT),
        (call("longTermKey", "sts:GetSessionToken"), ALLOWED),
        (call("sessionToken", "sts:DecodeAuthorizationMessage"), IMPLICIT),
        (call("mfaSession", "sts:GetFederationToken").on(FEDERATE), IMPLICIT),
        (assume("longTermKey"), ALLOWED),
        (assume("sessionToken"), ALLOWED),
        (assume("mfaSession"), ALLOWED),
    ]);
}

#[test]
fn e148_what_a_federated_user_may_not_call() {
    let make = |credentials: &str| with(credentials).action("sts:GetFederationToken").on(FEDERATE);
    let call = |action: &str| request().caller(FEDERATED).identity(full()).session(full()).action(action).on("*");
    check_all([
        (make("longTermKey").identity(full()), ALLOWED),
        (make("longTermKey").identity(elsewhere()), IMPLICIT),
        (make("longTermKey").identity(allow_on("arn:aws:sts::111111111111:federated-user/other")), IMPLICIT),
        (request().caller(HOME_ROOT).action("sts:GetFederationToken").on(FEDERATE), ALLOWED),
        (call("ec2:DescribeVpcs"), ALLOWED),
        (call("iam:ListUsers"), IMPLICIT),
        (call("sts:GetCallerIdentity"), ALLOWED),
        (call("sts:GetSessionToken"), IMPLICIT),
        (call("sts:DecodeAuthorizationMessage"), IMPLICIT),
        (call("sts:AssumeRole").on(TARGET).policy(trust(aws(HOME), "sts:AssumeRole")), IMPLICIT),
        // The intersection with the session policies; without them only what names the session.
        (call("ec2:DescribeVpcs").session(elsewhere()), ALLOWED),
        (call("s3:ListAllMyBuckets").session(elsewhere()), IMPLICIT),
        (call("ec2:DescribeVpcs").with("SessionPolicyInputList", json!([])), IMPLICIT),
        (request().caller(FEDERATED).policy(grant(aws(FEDERATED))), ALLOWED),
    ]);
}

#[test]
fn e150_a_role_session_gets_no_tokens() {
    for caller in [ROLE, SESSION, LINKED] {
        let call = |action: &str, on: &str| request().caller(caller).identity(full()).action(action).on(on);
        check(call("sts:GetSessionToken", "*"), IMPLICIT);
        check(call("sts:GetFederationToken", FEDERATE), IMPLICIT);
        check(call("sts:GetCallerIdentity", "*"), ALLOWED);
    }
}

#[test]
fn e16_an_assume_root_session_is_the_root_user() {
    let here = json!({"Bool": {"aws:AssumedRoot": "true"}});
    check_all([
        (as_root().session(allow("s3:*")), ALLOWED),
        (as_root().session(full()).policy(grant_if(aws(HOME), here.clone())), ALLOWED),
        (as_root().session(full()).policy(of("Deny", json!({"Principal": "*", "Condition": here}))), EXPLICIT),
        (request().caller(HOME_ROOT).policy(of("Deny", json!({"Principal": "*", "Condition": here}))), ALLOWED),
        (as_root().session(full()).policy(of("Deny", json!({"Principal": aws(HOME_ROOT)}))), EXPLICIT),
    ]);
}

#[test]
fn t13_an_assume_root_session_is_limited_to_its_task() {
    let task = allow("s3:DeleteBucketPolicy");
    let unlock = |request: Request| request.action("s3:DeleteBucketPolicy").on("arn:aws:s3:::data");
    check_all([
        (as_root().session(elsewhere()), IMPLICIT),
        (as_root().session(elsewhere()).policy(grant(aws(HOME))), IMPLICIT),
        (as_root().session(full()).policy(grant(aws(HOME))), ALLOWED),
        (as_root().session(deny("s3:*")), EXPLICIT),
        // E116: the policy that locks everyone out does not stop its owner's root.
        (unlock(as_root().session(task.clone())).policy(refuse("*")), ALLOWED),
        (unlock(as_root().session(elsewhere())).policy(refuse("*")), IMPLICIT),
        (unlock(as_root().session(task)).scp(json!([[elsewhere()]])), IMPLICIT),
        // Another account's resource: the task policy is the caller's side.
        (as_root().abroad().session(full()).policy(grant(aws(HOME))), ALLOWED),
        (as_root().abroad().session(elsewhere()).policy(grant(aws(HOME))), IMPLICIT),
    ]);
    check_open(as_root(), "task policy");
}

#[test]
fn e151_who_may_ask_for_root() {
    let ask = |caller: &str| {
        request()
            .caller(caller)
            .identity(full())
            .action("sts:AssumeRoot")
            .on("arn:aws:iam::222222222222:root")
            .with("ResourceAccount", AWAY)
    };
    check_all([
        (ask(HOME_ROOT), IMPLICIT),
        (ask(FEDERATED), IMPLICIT),
        (ask(ANONYMOUS), IMPLICIT),
        (ask(SERVICE), IMPLICIT),
        (ask(USER).identity(elsewhere()), IMPLICIT),
    ]);
    // A request alone does not say what the organization is.
    check_open(ask(USER), "organization");
    check_open(ask(ROLE), "organization");
}

#[test]
fn e166_mfa_by_credentials_in_hand() {
    let ask = |credentials: &str, condition: serde_json::Value| with(credentials).identity(allow_if(condition)).open();
    let truly = json!({"Bool": {"aws:MultiFactorAuthPresent": "true"}});
    let falsely = json!({"Bool": {"aws:MultiFactorAuthPresent": "false"}});
    let absent = json!({"Null": {"aws:MultiFactorAuthPresent": "true"}});
    let aged = json!({"Null": {"aws:MultiFactorAuthAge": "false"}});
    for (credentials, expected) in [
        ("longTermKey", [IMPLICIT, IMPLICIT, ALLOWED, IMPLICIT]),
        ("sessionToken", [IMPLICIT, ALLOWED, IMPLICIT, IMPLICIT]),
        ("mfaSession", [ALLOWED, IMPLICIT, IMPLICIT, ALLOWED]),
    ] {
        for (condition, expected) in [&truly, &falsely, &absent, &aged].into_iter().zip(expected) {
            check(ask(credentials, condition.clone()), expected);
        }
    }
}

/// Section 5: what only some credentials have.
#[test]
fn e8_keys_that_only_some_credentials_have() {
    let has = |request: Request, key: &str, there: bool| {
        let mut condition = json!({});
        condition["Null"][key] = json!((!there).to_string());
        request.identity(allow_if(condition)).session(full()).open()
    };
    let (key, token) = (|| with("longTermKey"), || with("sessionToken"));
    for name in ["aws:TokenIssueTime", "aws:SignInSessionArn", "aws:ViaCustomerDomain"] {
        check(has(key(), name, false), ALLOWED);
    }
    check(has(token(), "aws:TokenIssueTime", true), ALLOWED);
    check(has(request().caller(ROLE), "aws:TokenIssueTime", true), ALLOWED);
    for name in [
        "aws:AssumedRoot",
        "aws:FederatedProvider",
        "aws:SourceIdentity",
        "aws:ChatbotSourceArn",
        "aws:Ec2InstanceSourceVpc",
        "aws:Ec2InstanceSourcePrivateIPv4",
        "ec2:RoleDelivery",
        "ec2:SourceInstanceArn",
        "glue:RoleAssumedBy",
        "glue:CredentialIssuingService",
        "lambda:SourceFunctionArn",
        "ssm:SourceInstanceArn",
        "codebuild:BuildArn",
        "codebuild:ProjectArn",
        "identitystore:UserId",
        "saml:sub",
        "idp.example.com:sub",
        "sts:ExternalId",
        "iam:PassedToService",
    ] {
        check(has(token(), name, false), ALLOWED);
        check(has(key(), name, true), IMPLICIT);
    }
    for name in ["aws:CurrentTime", "aws:EpochTime", "aws:UserAgent", "aws:RequestedRegion", "aws:ViaAWSService"] {
        check(has(key(), name, true), ALLOWED);
        check(has(key(), name, false), IMPLICIT);
    }
}
