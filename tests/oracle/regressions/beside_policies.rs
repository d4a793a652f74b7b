//! Credentials, grants of keys, ACLs and Block Public Access.

use serde_json::{Value, json};

use super::*;

const AWAY: &str = "222222222222";
const HOME_ID: &str = "11";
const AWAY_ID: &str = "22";
const ALL_USERS: &str = "http://acs.amazonaws.com/groups/global/AllUsers";
const AUTHENTICATED_USERS: &str = "http://acs.amazonaws.com/groups/global/AuthenticatedUsers";
const ROLE: &str = "arn:aws:iam::111111111111:role/reader";

/// The fields of one value over those of another.
fn over(mut base: Value, fields: Value) -> Value {
    for (name, value) in fields.as_object().unwrap() {
        base[name] = value.clone();
    }
    base
}

#[track_caller]
fn check_all(cases: impl IntoIterator<Item = (Value, &'static str)>) {
    for (request, expected) in cases {
        agree(&request, expected);
    }
}

fn elsewhere() -> Value {
    allow(json!({"Action": "ec2:*"}))
}

#[test]
fn e149_what_session_tokens_call() {
    let with = |credentials: &str, action: &str, resource: &str| {
        let fields = json!({"ActionNames": [action], "ResourceArns": [resource], "PolicyInputList": [full()],
                            "CallerCredentials": credentials,
                            "ResourcePolicy": trust(json!({"AWS": ANA}), "sts:AssumeRole")});
        request(ANA, fields)
    };
    check_all([
        (with("longTermKey", "iam:GetRole", TARGET), "allowed"),
        (with("mfaSession", "iam:GetRole", TARGET), "allowed"),
        (with("sessionToken", "iam:GetRole", TARGET), "implicitDeny"),
        (with("sessionToken", "sts:AssumeRole", TARGET), "allowed"),
        (with("sessionToken", "sts:GetCallerIdentity", "*"), "allowed"),
        (with("longTermKey", "sts:GetSessionToken", "*"), "allowed"),
        (with("sessionToken", "sts:GetSessionToken", "*"), "implicitDeny"),
        (with("mfaSession", "sts:GetFederationToken", "*"), "implicitDeny"),
        (with("longTermKey", "sts:GetFederationToken", "*"), "allowed"),
    ]);
}

#[test]
fn e148_federated_users_call_neither_iam_nor_sts() {
    let with = |action: &str, resource: &str| {
        let fields = json!({"ActionNames": [action], "ResourceArns": [resource], "PolicyInputList": [full()],
                            "SessionPolicyInputList": [full()],
                            "ResourcePolicy": trust(json!({"AWS": "*"}), "sts:AssumeRole")});
        request(FEDERATED, fields)
    };
    check_all([
        (with("iam:GetRole", TARGET), "implicitDeny"),
        (with("sts:AssumeRole", TARGET), "implicitDeny"),
        (with("sts:GetSessionToken", "*"), "implicitDeny"),
        (with("sts:GetCallerIdentity", "*"), "allowed"),
    ]);
}

#[test]
fn e166_mfa_by_credentials() {
    let with = |credentials: &str, value: &str, operator: &str| {
        let policy = allow(json!({"Condition": {operator: {"aws:MultiFactorAuthPresent": value}}}));
        request(ANA, json!({"PolicyInputList": [policy], "CallerCredentials": credentials}))
    };
    check_all([
        (with("longTermKey", "true", "Bool"), "implicitDeny"),
        (with("longTermKey", "true", "Null"), "allowed"),
        (with("sessionToken", "false", "Bool"), "allowed"),
        (with("mfaSession", "true", "Bool"), "allowed"),
    ]);
}

#[test]
fn t13_the_task_policy_limits_assumed_root() {
    let with = |task: Value, fields: Value| {
        let fields = over(json!({"CallerCredentials": "assumeRoot", "SessionPolicyInputList": [task]}), fields);
        request(ROOT, fields)
    };
    let granted = json!({"ResourcePolicy": allow(json!({"Principal": {"AWS": HOME}}))});
    check_all([
        (with(full(), json!({})), "allowed"),
        (with(elsewhere(), json!({})), "implicitDeny"),
        (with(elsewhere(), granted.clone()), "implicitDeny"),
        (with(full(), granted.clone()), "allowed"),
        (with(deny(json!({})), granted.clone()), "explicitDeny"),
        (with(elsewhere(), over(granted.clone(), json!({"ResourceAccount": AWAY}))), "implicitDeny"),
        (with(full(), over(granted, json!({"ResourceAccount": AWAY}))), "allowed"),
    ]);
}

fn grant(grantee: &str, operations: Value, fields: Value) -> Value {
    let grant = json!({"KeyId": "k1", "GrantId": "g1", "GranteePrincipal": grantee, "Operations": operations,
                       "IssuingAccount": "arn:aws:iam::333333333333:root"});
    over(grant, fields)
}

fn decrypt(caller: &str, grant: Value, fields: Value) -> Value {
    let base = json!({"ActionNames": ["kms:Decrypt"], "ResourceArns": [KEY], "KeyGrants": [grant]});
    request(caller, over(base, fields))
}

#[test]
fn e130_e131_a_grant_is_an_allow_of_the_key() {
    let to = |grantee: &str| grant(grantee, json!(["Decrypt"]), json!({}));
    let abroad = json!({"ResourceArns": [KEY.replace(HOME, AWAY)], "ResourceAccount": AWAY});
    let limits = json!({"PermissionsBoundaryPolicyInputList": [elsewhere()]});
    check_all([
        (decrypt(ANA, to(ANA), json!({})), "allowed"),
        (decrypt(ANA, to(ANA), limits.clone()), "allowed"),
        (decrypt(ANA, to(ANA), abroad.clone()), "allowed"),
        (decrypt(ANA, to("arn:aws:iam::111111111111:user/bob"), json!({})), "implicitDeny"),
        (decrypt(ANA, grant(ANA, json!(["Encrypt"]), json!({})), json!({})), "implicitDeny"),
        (decrypt(ANA, to(ANA), json!({"PolicyInputList": [deny(json!({}))]})), "explicitDeny"),
        (decrypt(ANA, to(ANA), json!({"ServiceControlPolicyInputList": [[elsewhere()]]})), "implicitDeny"),
        (decrypt(SESSION, to(ROLE), json!({})), "allowed"),
        (decrypt(SESSION, to(SESSION), limits.clone()), "allowed"),
        (decrypt(SESSION, to(ROLE), limits), "conditional"),
        (decrypt(ROOT, to(ROOT), json!({})), "allowed"),
        (decrypt(ANA, to(ROOT), json!({})), "implicitDeny"),
        (decrypt(ANA, to(ROOT), json!({"PolicyInputList": [full()]})), "allowed"),
        (decrypt(ANA, to(ROOT), over(abroad, json!({"PolicyInputList": [full()]}))), "allowed"),
        (decrypt(SERVICE, to(SERVICE), json!({})), "allowed"),
    ]);
}

#[test]
fn e190_constraints_are_exact() {
    let with = |constraint: &str, pairs: &[(&str, &str)], action: &str| {
        let entries: Vec<Value> = pairs
            .iter()
            .map(|(key, value)| {
                json!({"ContextKeyName": format!("kms:EncryptionContext:{key}"), "ContextKeyValues": [value]})
            })
            .collect();
        let operation = action.trim_start_matches("kms:");
        let grant = grant(ANA, json!([operation]), json!({"Constraints": {constraint: {"Dept": "a"}}}));
        decrypt(ANA, grant, json!({"ActionNames": [action], "ContextEntries": entries}))
    };
    let (equals, subset) = ("EncryptionContextEquals", "EncryptionContextSubset");
    check_all([
        (with(equals, &[("Dept", "a")], "kms:Decrypt"), "allowed"),
        (with(equals, &[("Dept", "a"), ("Team", "b")], "kms:Decrypt"), "implicitDeny"),
        (with(subset, &[("Dept", "a"), ("Team", "b")], "kms:Decrypt"), "allowed"),
        (with(equals, &[], "kms:Decrypt"), "implicitDeny"),
        (with(subset, &[("Dept", "A")], "kms:Decrypt"), "implicitDeny"),
        (with(subset, &[("dept", "a")], "kms:Decrypt"), "implicitDeny"),
        (with(equals, &[], "kms:DescribeKey"), "allowed"),
    ]);
}

#[test]
fn e189_who_retires_a_grant() {
    let with =
        |grant: Value, fields: Value| decrypt(ANA, grant, over(json!({"ActionNames": ["kms:RetireGrant"]}), fields));
    let retired_by =
        |who: &str| grant("arn:aws:iam::111111111111:user/bob", json!(["Decrypt"]), json!({"RetiringPrincipal": who}));
    let key_policy = |policy: Value| json!({"ResourcePolicy": policy});
    let named = json!({"Principal": {"AWS": ANA}});
    check_all([
        (with(retired_by(ANA), json!({})), "allowed"),
        (with(retired_by(ANA), key_policy(deny(named.clone()))), "allowed"),
        (with(retired_by(ANA), json!({"PolicyInputList": [deny(json!({}))]})), "explicitDeny"),
        (with(retired_by("arn:aws:iam::111111111111:user/bob"), json!({"PolicyInputList": [full()]})), "implicitDeny"),
        (with(retired_by("arn:aws:iam::111111111111:user/bob"), key_policy(allow(named))), "implicitDeny"),
        (with(grant(ANA, json!(["Decrypt"]), json!({})), json!({})), "implicitDeny"),
        (with(grant(ANA, json!(["Decrypt", "RetireGrant"]), json!({})), json!({})), "allowed"),
    ]);
}

fn acl(owner: &str, grantee: Value, permission: &str) -> Value {
    json!({"Owner": {"ID": owner}, "Grants": [{"Grantee": grantee, "Permission": permission}]})
}

fn group(uri: &str) -> Value {
    json!({"Type": "Group", "URI": uri})
}

fn canonical(id: &str) -> Value {
    json!({"Type": "CanonicalUser", "ID": id})
}

fn of_bucket(caller: &str, fields: Value) -> Value {
    let base = json!({"CanonicalUsers": {HOME_ID: HOME, AWAY_ID: AWAY}, "ResourceAccount": AWAY});
    request(caller, over(base, fields))
}

#[test]
fn e109_e179_acls_grant_to_other_accounts_and_groups() {
    let list = |acl: Value, fields: Value| {
        let base = json!({"ActionNames": ["s3:ListBucket"], "ResourceArns": ["arn:aws:s3:::data"], "BucketAcl": acl});
        of_bucket(ANA, over(base, fields))
    };
    let allowed = json!({"PolicyInputList": [full()]});
    let home = json!({"ResourceAccount": HOME});
    check_all([
        (list(acl(AWAY_ID, canonical(HOME_ID), "READ"), allowed.clone()), "allowed"),
        (list(acl(AWAY_ID, canonical(HOME_ID), "READ"), json!({})), "implicitDeny"),
        (list(acl(AWAY_ID, canonical(HOME_ID), "WRITE"), allowed.clone()), "implicitDeny"),
        (list(acl(AWAY_ID, canonical(HOME_ID), "FULL_CONTROL"), allowed.clone()), "allowed"),
        (list(acl(HOME_ID, canonical(HOME_ID), "FULL_CONTROL"), home.clone()), "implicitDeny"),
        (list(acl(HOME_ID, group(ALL_USERS), "READ"), home), "allowed"),
        (list(acl(AWAY_ID, group(AUTHENTICATED_USERS), "READ"), allowed), "allowed"),
    ]);
    let read = |caller: &str, grantee: Value, fields: Value| {
        of_bucket(caller, over(json!({"ObjectAcl": acl(AWAY_ID, grantee, "READ")}), fields))
    };
    check_all([
        (read("anonymous", group(ALL_USERS), json!({})), "allowed"),
        (read("anonymous", group(AUTHENTICATED_USERS), json!({})), "implicitDeny"),
        (read("anonymous", group(ALL_USERS), json!({"ObjectOwnership": "BucketOwnerEnforced"})), "implicitDeny"),
        (read("anonymous", group(ALL_USERS), json!({"ObjectOwnership": "ObjectWriter"})), "allowed"),
        (read("anonymous", group(ALL_USERS), json!({"PublicAccessBlock": {"IgnorePublicAcls": true}})), "implicitDeny"),
        (read("anonymous", group(ALL_USERS), json!({"PublicAccessBlock": {"BlockPublicAcls": true}})), "allowed"),
    ]);
}

#[test]
fn e36_canonical_ids_are_accounts() {
    let policy = |id: &str| allow(json!({"Principal": {"CanonicalUser": id}}));
    let with = |id: &str, fields: Value| of_bucket(ANA, over(json!({"ResourcePolicy": policy(id)}), fields));
    check_all([
        (with(HOME_ID, json!({"PolicyInputList": [full()]})), "allowed"),
        (with(HOME_ID, json!({})), "implicitDeny"),
        (with("33", json!({"PolicyInputList": [full()]})), "implicitDeny"),
    ]);
}

#[test]
fn e177_objects_of_another_account() {
    let with = |caller: &str, fields: Value| {
        let base = json!({
            "ResourceAccount": AWAY, "BucketAcl": acl(AWAY_ID, canonical(AWAY_ID), "FULL_CONTROL"),
            "ObjectAcl": acl(HOME_ID, canonical(HOME_ID), "FULL_CONTROL"), "ResourceArns": [OBJECT],
        });
        of_bucket(caller, over(base, fields))
    };
    let owner = "arn:aws:iam::222222222222:user/ana";
    let allowed = json!({"PolicyInputList": [full()]});
    let granted = json!({"PolicyInputList": [full()], "ResourcePolicy": allow(json!({"Principal": "*"}))});
    let refused = json!({"PolicyInputList": [full()], "ResourcePolicy": deny(json!({"Principal": "*"}))});
    check_all([
        (with(ANA, allowed.clone()), "allowed"),
        (with(ANA, refused), "explicitDeny"),
        (with(owner, granted.clone()), "conditional"),
        (with("anonymous", granted), "conditional"),
        (with(owner, over(allowed, json!({"ActionNames": ["s3:DeleteObject"]}))), "allowed"),
    ]);
}

#[test]
fn e180_e181_restricted_public_buckets() {
    let restrict = json!({"PublicAccessBlock": {"RestrictPublicBuckets": true}, "PolicyInputList": [full()]});
    let with =
        |caller: &str, policy: Value| of_bucket(caller, over(restrict.clone(), json!({"ResourcePolicy": policy})));
    let public = allow(json!({"Principal": "*"}));
    let named = allow(json!({"Principal": {"AWS": HOME}}));
    let narrowed = |operator: &str, name: &str, value: &str| {
        allow(json!({"Principal": "*", "Condition": {operator: {name: value}}}))
    };
    let both = json!({"Version": "2012-10-17", "Statement": [public["Statement"], named["Statement"]]});
    check_all([
        (with("anonymous", public.clone()), "implicitDeny"),
        (with(ANA, public.clone()), "implicitDeny"),
        (with(ANA, named), "allowed"),
        (with(ANA, both), "implicitDeny"),
        (with("arn:aws:iam::222222222222:user/ana", public.clone()), "allowed"),
        (with(SERVICE, public), "allowed"),
        (with(ANA, narrowed("StringEquals", "aws:PrincipalAccount", HOME)), "allowed"),
        (with(ANA, narrowed("StringLike", "aws:PrincipalAccount", "1*")), "implicitDeny"),
    ]);
    let from = |range: &str| {
        let entries = json!([{"ContextKeyName": "aws:SourceIp", "ContextKeyValues": ["10.1.2.3"]}]);
        over(with(ANA, narrowed("IpAddress", "aws:SourceIp", range)), json!({"ContextEntries": entries}))
    };
    check_all([(from("10.0.0.0/8"), "allowed"), (from("0.0.0.0/0"), "implicitDeny")]);
}

fn key_grant(grantee: &str, operation: &str, fields: Value) -> Value {
    json!([grant(grantee, json!([operation]), fields)])
}

#[test]
fn e131_a_grantee_of_another_account() {
    let key = "arn:aws:kms:eu-west-1:222222222222:key/k1";
    let with = |grantee: &str, fields: Value| {
        let mut request = request(SESSION, fields);
        request["ActionNames"] = json!(["kms:Decrypt"]);
        request["ResourceArns"] = json!([key]);
        request["ResourceAccount"] = json!("222222222222");
        request["KeyGrants"] = key_grant(grantee, "Decrypt", json!({}));
        request
    };
    let role = "arn:aws:iam::111111111111:role/reader";
    let limited = json!({"SessionPolicyInputList": [allow(json!({"Action": "ec2:*"}))]});
    agree(&with(role, json!({})), "allowed");
    agree(&with(role, limited.clone()), "conditional");
    agree(&with(SESSION, limited), "allowed");
    agree(&with(HOME, json!({})), "implicitDeny");
}

#[test]
fn t7_a_grant_to_the_user_that_federated() {
    let fields = json!({"ActionNames": ["kms:Decrypt"], "ResourceArns": [KEY], "PolicyInputList": [full()],
                        "KeyGrants": key_grant(ANA, "Decrypt", json!({}))});
    agree(&request(FEDERATED, fields.clone()), "implicitDeny");
    let mut limited = request(FEDERATED, fields);
    limited["SessionPolicyInputList"] = json!([full()]);
    agree(&limited, "conditional");
}

#[test]
fn e148_an_assume_root_session_federates_nobody() {
    let fields = json!({"ActionNames": ["sts:GetFederationToken"], "ResourceArns": [FEDERATED],
                        "CallerCredentials": "assumeRoot", "SessionPolicyInputList": [full()]});
    agree(&request(ROOT, fields), "implicitDeny");
}

#[test]
fn e190_names_of_the_encryption_context_are_those_of_its_pairs() {
    let with = |constraint: &str, name: &str| {
        let grant = key_grant(ANA, "Decrypt", json!({"Constraints": {constraint: {"Dept": "a"}}}));
        let entries = json!([{"ContextKeyName": "kms:EncryptionContext:Dept", "ContextKeyValues": ["a"]},
                             {"ContextKeyName": name, "ContextKeyValues": ["b"]}]);
        let fields = json!({"ActionNames": ["kms:Decrypt"], "ResourceArns": [KEY], "KeyGrants": grant,
                            "ContextEntries": entries});
        request(ANA, fields)
    };
    agree(&with("EncryptionContextEquals", "kms:EncryptionContext:Team"), "implicitDeny");
    agree(&with("EncryptionContextEquals", "s3:prefix"), "allowed");
    agree(&with("EncryptionContextSubset", "kms:EncryptionContext:Team"), "allowed");
}

#[test]
fn e181_a_wildcard_within_a_principal_is_no_fixed_value() {
    let with = |values: Value| {
        let fields = json!({"ResourceAccount": "222222222222", "PolicyInputList": [full()],
                            "PublicAccessBlock": {"RestrictPublicBuckets": true},
                            "ResourcePolicy": allow(json!({"Principal": {"AWS": values}}))});
        request(ANA, fields)
    };
    agree(&with(json!([HOME])), "allowed");
    agree(&with(json!([HOME, "arn:aws:iam::111111111111:user/*"])), "implicitDeny");
}
