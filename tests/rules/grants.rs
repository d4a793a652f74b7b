//! Grants on KMS keys (E130-E132, E189, E190).

use serde_json::{Value, json};

use crate::request::*;

const THEIR_ROLE: &str = "arn:aws:iam::222222222222:role/app";
const RDS: &str = "rds.amazonaws.com";

fn key_grant(grantee: &str, operations: &[&str]) -> Value {
    json!({"GrantId": "g1", "GranteePrincipal": grantee, "Operations": operations})
}

fn constrained(grantee: &str, operations: &[&str], constraints: Value) -> Value {
    let mut grant = key_grant(grantee, operations);
    grant["Constraints"] = constraints;
    grant
}

/// `caller` decrypts with a key that has this grant, and a policy that names somebody else.
fn granted(caller: &str, grant: Value) -> Request {
    decrypt(caller)
        .policy(super::request::grant(aws("arn:aws:iam::111111111111:user/custodian")))
        .with("KeyGrants", json!([grant]))
}

#[test]
fn e130_whom_a_grant_lets_do_what() {
    let decrypting = |grantee: &str| key_grant(grantee, &["Decrypt", "DescribeKey"]);
    check_all([
        (granted(USER, decrypting(USER)), ALLOWED),
        (granted(BOB, decrypting(USER)), IMPLICIT),
        (granted(USER, key_grant(USER, &["Encrypt"])), IMPLICIT),
        (granted(USER, decrypting(USER)).action("kms:DescribeKey"), ALLOWED),
        (granted(USER, decrypting(USER)).action("kms:ScheduleKeyDeletion"), IMPLICIT),
        (granted(ROLE, decrypting(ROLE)), ALLOWED),
        (granted(SESSION, decrypting(SESSION)), ALLOWED),
        (granted(OTHER_SESSION, decrypting(SESSION)), IMPLICIT),
        (granted(FEDERATED, decrypting(FEDERATED)), ALLOWED),
        (granted(RDS, decrypting(RDS)), ALLOWED),
        (granted(SERVICE, decrypting(RDS)), IMPLICIT),
        // The account as grantee delegates to its policies, and to its root user directly.
        (granted(USER, decrypting(HOME_ROOT)), IMPLICIT),
        (granted(USER, decrypting(HOME_ROOT)).identity(full()), ALLOWED),
        (granted(HOME_ROOT, decrypting(HOME_ROOT)), ALLOWED),
    ]);
    let on_behalf = json!({"SourceArn": "arn:aws:rds:eu-west-1:111111111111:db:d1"});
    let service = || granted(RDS, constrained(RDS, &["Decrypt"], on_behalf.clone()));
    check(service(), IMPLICIT);
    check(service().key("aws:SourceArn", "arn:aws:rds:eu-west-1:111111111111:db:d1"), ALLOWED);
    check(service().key("aws:SourceArn", "arn:aws:rds:eu-west-1:111111111111:db:d2"), IMPLICIT);
}

#[test]
fn e131_a_grant_is_an_allow_of_the_resource() {
    let mine = || granted(USER, key_grant(USER, &["Decrypt"]));
    check_all([
        (mine(), ALLOWED),
        (mine().identity(elsewhere()), ALLOWED),
        (mine().identity(deny("kms:*")), EXPLICIT),
        (mine().scp(json!([[deny("kms:*"), full()]])), EXPLICIT),
        (mine().scp(json!([[elsewhere()]])), IMPLICIT),
        (mine().policy(refuse(aws(USER))), EXPLICIT),
        (mine().boundary(elsewhere()), ALLOWED),
    ]);
    // What AWS's documents leave open: limits of a role.
    let role = || granted(ROLE, key_grant(ROLE, &["Decrypt"]));
    check(role(), ALLOWED);
    check_open(role().boundary(elsewhere()), "key-grant-beside-limits");
    check(role().boundary(full()), ALLOWED);
    let theirs = || granted(THEIR_ROLE, key_grant(THEIR_ROLE, &["Decrypt"])).with("ResourceAccount", HOME);
    check(theirs().identity(full()), ALLOWED);
    check(theirs(), ALLOWED);
    check_open(theirs().boundary(elsewhere()), "key-grant-beside-limits");
    check(theirs().with("KeyGrants", json!([key_grant("arn:aws:iam::222222222222:root", &["Decrypt"])])), IMPLICIT);
    check(theirs().identity(deny("kms:*")), EXPLICIT);
    // E129 holds for what a grant allows too.
    check(theirs().identity(full()).action("kms:ScheduleKeyDeletion"), IMPLICIT);
}

#[test]
fn e190_constraints_on_the_encryption_context() {
    let with = |constraints: Value, operations: &[&str]| granted(USER, constrained(USER, operations, constraints));
    let context = |request: Request, pairs: &[(&str, &str)]| {
        let names: Vec<&str> = pairs.iter().map(|(name, _)| *name).collect();
        let request = request.key("kms:EncryptionContextKeys", json!(names));
        pairs
            .iter()
            .fold(request, |request, (name, value)| request.key(&format!("kms:EncryptionContext:{name}"), *value))
    };
    let equals = || with(json!({"EncryptionContextEquals": {"app": "web", "tier": "1"}}), &["Decrypt", "DescribeKey"]);
    let subset = || with(json!({"EncryptionContextSubset": {"app": "web"}}), &["Decrypt", "DescribeKey"]);
    check_all([
        (context(equals(), &[("app", "web"), ("tier", "1")]), ALLOWED),
        (context(equals(), &[("app", "web")]), IMPLICIT),
        (context(equals(), &[("app", "web"), ("tier", "1"), ("more", "x")]), IMPLICIT),
        (context(equals(), &[("app", "WEB"), ("tier", "1")]), IMPLICIT),
        (context(equals(), &[("App", "web"), ("tier", "1")]), IMPLICIT),
        (equals(), IMPLICIT),
        (context(subset(), &[("app", "web"), ("more", "x")]), ALLOWED),
        (context(subset(), &[("app", "Web")]), IMPLICIT),
        (context(subset(), &[("APP", "web")]), IMPLICIT),
        (subset(), IMPLICIT),
        // What describes the key has no encryption context.
        (equals().action("kms:DescribeKey"), ALLOWED),
        (subset().action("kms:DescribeKey"), ALLOWED),
    ]);
}

#[test]
fn e189_who_retires_a_grant() {
    let retire = |caller: &str, grant: Value| granted(caller, grant).action("kms:RetireGrant");
    let mut given = key_grant(ROLE, &["Decrypt"]);
    given["RetiringPrincipal"] = json!(USER);
    given["IssuingAccount"] = json!(HOME_ROOT);
    check_all([
        (retire(USER, given.clone()), ALLOWED),
        (retire(BOB, given.clone()), IMPLICIT),
        // An IAM Allow is enough only in the account where the grant was made.
        (retire(BOB, given.clone()).identity(full()), ALLOWED),
        (retire(BOB, key_grant(ROLE, &["Decrypt"])).identity(full()), IMPLICIT),
        (retire(HOME_ROOT, given.clone()), ALLOWED),
        (retire(ROLE, given.clone()), IMPLICIT),
        (retire(ROLE, key_grant(ROLE, &["Decrypt", "RetireGrant"])), ALLOWED),
        // The key's policy and RCPs have no say, an IAM Deny has.
        (retire(BOB, key_grant(ROLE, &["Decrypt"])).policy(grant("*")), IMPLICIT),
        (retire(USER, given.clone()).policy(refuse("*")), ALLOWED),
        (retire(USER, given.clone()).rcp(json!([[refuse("*")]])), ALLOWED),
        (retire(USER, given).identity(deny("kms:RetireGrant")), EXPLICIT),
    ]);
}

#[test]
fn e132_making_grants_is_a_permission_of_its_own() {
    let making = |grant: Value| granted(ROLE, grant).action("kms:CreateGrant");
    check_all([
        (making(key_grant(ROLE, &["Decrypt", "CreateGrant"])), ALLOWED),
        (making(key_grant(ROLE, &["Decrypt"])), IMPLICIT),
    ]);
}
