//! Keys (E124-E134).

use serde_json::{Value, json};

use crate::request::*;

#[test]
fn e124_without_its_policy_nobody_has_a_key() {
    for caller in [USER, SESSION, HOME_ROOT] {
        check(decrypt(caller).identity(full()), IMPLICIT);
        check(decrypt(caller).identity(full()).policy(grant(aws(BOB))), IMPLICIT);
    }
}

#[test]
fn e125_the_account_statement_delegates_to_identity_policies() {
    check_all([
        (decrypt(USER).identity(full()).policy(grant(aws(HOME))), ALLOWED),
        (decrypt(USER).identity(full()).policy(grant(aws(HOME_ROOT))), ALLOWED),
        (decrypt(USER).policy(grant(aws(HOME))), IMPLICIT),
        (decrypt(USER).identity(full()).policy(grant(aws(AWAY))), IMPLICIT),
        (decrypt(USER).identity(json!([full(), deny("kms:*")])).policy(grant(aws(USER))), EXPLICIT),
    ]);
}

#[test]
fn e126_who_has_a_key_in_its_own_account() {
    check_all([
        (decrypt(USER).policy(grant(aws(USER))), ALLOWED),
        (decrypt(USER).policy(grant(aws(USER))).boundary(elsewhere()), ALLOWED),
        (decrypt(USER).policy(grant("*")).boundary(elsewhere()), ALLOWED),
        (decrypt(SESSION).policy(grant(aws(SESSION))).session(elsewhere()), ALLOWED),
        (decrypt(SESSION).policy(grant(aws(ROLE))), ALLOWED),
        (decrypt(SESSION).policy(grant(aws(ROLE))).session(elsewhere()), IMPLICIT),
        (decrypt(SESSION).policy(grant(aws(ROLE))).boundary(elsewhere()), IMPLICIT),
        (decrypt(USER).policy(grant(aws(HOME))).identity(full()).boundary(elsewhere()), IMPLICIT),
        (decrypt(SESSION).policy(grant(aws(HOME))).identity(full()).session(elsewhere()), IMPLICIT),
        (decrypt(HOME_ROOT).policy(grant(aws(HOME))), ALLOWED),
        (decrypt(USER).policy(refuse(aws(USER))).identity(full()), EXPLICIT),
        (decrypt(USER).policy(grant(aws(USER))).scp(json!([[elsewhere()]])), IMPLICIT),
    ]);
}

#[test]
fn e127_delegation_goes_action_by_action() {
    let delegated = |fields: Value| {
        let mut policy = grant(aws(HOME));
        for (name, value) in fields.as_object().unwrap() {
            policy["Statement"][name] = value.clone();
        }
        decrypt(USER).identity(full()).policy(policy)
    };
    check_all([
        (delegated(json!({"Action": "kms:Decrypt"})), ALLOWED),
        (delegated(json!({"Action": ["kms:Encrypt", "kms:Describe*"]})), IMPLICIT),
    ]);
    let via = json!({"Condition": {"StringEquals": {"kms:ViaService": "s3.eu-west-1.amazonaws.com"}}});
    check(delegated(via.clone()), IMPLICIT);
    check(delegated(via.clone()).key("kms:ViaService", "s3.eu-west-1.amazonaws.com"), ALLOWED);
    check_open(delegated(via).open(), "kms:ViaService");
}

#[test]
fn e128_a_key_of_another_account() {
    let abroad = |caller: &str, principal: Value| decrypt(caller).abroad().policy(grant(principal));
    for (caller, principal) in
        [(USER, aws(HOME)), (USER, aws(USER)), (SESSION, aws(ROLE)), (SESSION, aws(SESSION)), (USER, json!("*"))]
    {
        check(abroad(caller, principal.clone()).identity(full()), ALLOWED);
        check(abroad(caller, principal), IMPLICIT);
    }
    check(abroad(USER, aws(BOB)).identity(full()), IMPLICIT);
    check(abroad(USER, aws(AWAY)).identity(full()), IMPLICIT);
    check(abroad(USER, aws(HOME)).identity(allow_on(KEY)), IMPLICIT);
    check(abroad(USER, aws(HOME)).identity(allow_on(KEY.replace(HOME, AWAY))), ALLOWED);
}

#[test]
fn e129_operations_that_work_across_accounts() {
    let abroad = |action: &str| decrypt(USER).action(action).abroad().identity(full()).policy(grant(aws(HOME)));
    for action in [
        "kms:Encrypt",
        "kms:Decrypt",
        "kms:GenerateDataKey",
        "kms:GenerateDataKeyPairWithoutPlaintext",
        "kms:ReEncryptFrom",
        "kms:ReEncryptTo",
        "kms:Sign",
        "kms:Verify",
        "kms:GenerateMac",
        "kms:VerifyMac",
        "kms:DeriveSharedSecret",
        "kms:CreateGrant",
        "kms:DescribeKey",
        "kms:GetKeyRotationStatus",
        "kms:GetPublicKey",
        "kms:ListGrants",
        "kms:RevokeGrant",
    ] {
        check(abroad(action), ALLOWED);
    }
    for action in
        ["kms:PutKeyPolicy", "kms:ScheduleKeyDeletion", "kms:GetKeyPolicy", "kms:TagResource", "kms:DisableKey"]
    {
        check(abroad(action), IMPLICIT);
        // A service is of no account (E161).
        check(decrypt(SERVICE).action(action).policy(grant(json!({ "Service": SERVICE }))), ALLOWED);
        check(decrypt(USER).action(action).identity(full()).policy(grant(aws(HOME))), ALLOWED);
    }
}

#[test]
fn e134_actions_on_no_key_need_no_key_policy() {
    for action in ["kms:ListKeys", "kms:ListAliases", "kms:CreateKey"] {
        check(request().action(action).on("*").identity(full()), ALLOWED);
        check(request().action(action).on("*"), IMPLICIT);
    }
}

#[test]
fn e133_aliases_are_resources_of_their_own() {
    let alias = "arn:aws:kms:eu-west-1:111111111111:alias/app";
    // A policy about an alias says nothing of the key behind it.
    check(decrypt(USER).identity(allow_on(alias)).policy(grant(aws(HOME))), IMPLICIT);
    check(decrypt(USER).identity(allow_on(KEY)).policy(grant(aws(HOME))), ALLOWED);
    // Whatever else is asked by an alias goes to the key behind it, and that key's policy is not given.
    check(decrypt(USER).on(alias).identity(full()), IMPLICIT);
    for action in ["kms:CreateAlias", "kms:UpdateAlias", "kms:DeleteAlias"] {
        let call = |resource: &str| request().action(action).on(resource);
        check(call(alias).identity(allow_on(alias)), ALLOWED);
        check(call(alias).identity(allow_on(KEY)), IMPLICIT);
        check(call(KEY).identity(allow_on(KEY)).policy(grant(aws(HOME))), ALLOWED);
        check(call(KEY).identity(allow_on(alias)).policy(grant(aws(HOME))), IMPLICIT);
        check(call(KEY).identity(full()), IMPLICIT);
    }
}
