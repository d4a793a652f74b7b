//! The keys by which a policy tells callers apart, and callers of a kind of their own (E6-E20).

use serde_json::{Value, json};

use crate::request::*;

/// Everybody is allowed, and whoever the condition holds for is denied.
fn denied_if(condition: Value) -> Value {
    document(json!([grant("*")["Statement"], {
        "Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*", "Condition": condition,
    }]))
}

/// The request carries the key with this value, whatever else is known of it.
#[track_caller]
fn check_key(request: &Request, key: &str, value: &str) {
    let with = |operator: &str, value: &str| {
        let mut condition = json!({});
        condition[operator][key] = json!(value);
        request.clone().policy(denied_if(condition))
    };
    for mode in [Request::open, |request| request] {
        check(mode(with("StringEquals", value)), EXPLICIT);
        assert_ne!(result(&mode(with("StringNotEquals", value)))["EvalDecision"], EXPLICIT, "{key} is not {value}");
    }
}

/// The request does not carry the key, whatever else is known of it.
#[track_caller]
fn check_absent(request: &Request, key: &str) {
    let mut condition = json!({});
    condition["Null"][key] = json!("true");
    for mode in [Request::open, |request| request] {
        check(mode(request.clone().policy(denied_if(condition.clone()))), EXPLICIT);
    }
}

#[test]
fn e6_the_root_user() {
    let root = request().caller(HOME_ROOT);
    check_key(&root, "aws:PrincipalArn", HOME_ROOT);
    check_key(&root, "aws:userid", HOME);
    check_key(&root, "aws:PrincipalType", "Account");
    check_key(&root, "aws:PrincipalAccount", HOME);
    check_absent(&root, "aws:username");
}

#[test]
fn e7_users() {
    let with_path = "arn:aws:iam::111111111111:user/team/red/ana";
    for arn in [USER, with_path] {
        let user = request().caller(arn);
        check_key(&user, "aws:PrincipalArn", arn);
        check_key(&user, "aws:username", "ana");
        check_key(&user, "aws:PrincipalType", "User");
        check_key(&user, "aws:PrincipalAccount", HOME);
        check_key(&user.key("aws:userid", "AIDAANA"), "aws:userid", "AIDAANA");
    }
}

#[test]
fn e8_role_sessions() {
    for caller in [SESSION, ROLE] {
        let session = request().caller(caller);
        check_key(&session, "aws:PrincipalArn", ROLE);
        check_key(&session, "aws:PrincipalType", "AssumedRole");
        check_key(&session, "aws:PrincipalAccount", HOME);
        check_absent(&session, "aws:username");
        check_key(&session.key("aws:userid", "AROAREADER:ci"), "aws:userid", "AROAREADER:ci");
    }
    let with_path = "arn:aws:iam::111111111111:role/team/reader";
    check_key(&request().caller(with_path), "aws:PrincipalArn", with_path);
    check_key(&request().caller(SESSION).key("aws:PrincipalArn", with_path), "aws:PrincipalArn", with_path);
}

#[test]
fn e9_federated_users() {
    let federated = request().caller(FEDERATED);
    check_key(&federated, "aws:PrincipalArn", FEDERATED);
    check_key(&federated, "aws:userid", "111111111111:visitor");
    check_key(&federated, "aws:PrincipalType", "FederatedUser");
    check_key(&federated, "aws:PrincipalAccount", HOME);
    check_absent(&federated, "aws:username");
}

#[test]
fn e10_unsigned_callers() {
    let unsigned = request().caller(ANONYMOUS);
    check_key(&unsigned, "aws:userid", "anonymous");
    check_key(&unsigned, "aws:PrincipalType", "Anonymous");
    check_key(&unsigned, "aws:PrincipalAccount", "anonymous");
    for key in ["aws:PrincipalArn", "aws:username", "aws:PrincipalOrgID", "aws:PrincipalTag/team"] {
        check_absent(&unsigned, key);
    }
}

#[test]
fn e11_services() {
    let service = request().caller(SERVICE);
    check_key(&service, "aws:PrincipalIsAWSService", "true");
    check_key(&service, "aws:PrincipalServiceName", SERVICE);
    check_absent(&service, "aws:username");
    check_key(&request(), "aws:PrincipalIsAWSService", "false");
    check_absent(&request(), "aws:PrincipalServiceName");
    // Whatever a service's ARN is, it is none of a customer's.
    let only = grant_if("*", json!({"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::111111111111:*"}}));
    check(service.policy(only), IMPLICIT);
}

#[test]
fn e12_callers_of_identity_providers() {
    for (provider, action) in [(OIDC, "sts:AssumeRoleWithWebIdentity"), (SAML, "sts:AssumeRoleWithSAML")] {
        for key in ["aws:PrincipalArn", "aws:userid", "aws:username", "aws:PrincipalType", "aws:PrincipalAccount"] {
            let mut condition = json!({});
            condition["Null"][key] = json!("true");
            let trust = trust_if(json!({"Federated": provider}), action, condition);
            for mode in [Request::open, |request| request] {
                check(mode(assume(provider).action(action).policy(trust.clone())), ALLOWED);
            }
        }
    }
}

#[test]
fn e14_service_linked_roles_stand_outside_organization_policies() {
    let limits = |caller: &str| {
        let request = request().caller(caller).identity(full());
        request.scp(json!([[full(), deny("s3:*")]])).rcp(json!([[refuse("*")]]))
    };
    check(limits(LINKED), ALLOWED);
    // A service role is a role like any other.
    check(limits("arn:aws:iam::111111111111:role/service-role/Linked"), EXPLICIT);
    check(limits("arn:aws:iam::111111111111:role/Linked"), EXPLICIT);
}

#[test]
fn e15_identity_center_users_are_sessions_of_generated_roles() {
    let pattern = "arn:aws:iam::111111111111:role/aws-reserved/sso.amazonaws.com*/AWSReservedSSO_Admin_*";
    let narrowed = grant_if(aws(HOME), json!({"ArnLike": {"aws:PrincipalArn": pattern}}));
    let base = |caller: &str| request().caller(caller).abroad().identity(full()).policy(narrowed.clone());
    for path in ["aws-reserved/sso.amazonaws.com/eu-west-1", "aws-reserved/sso.amazonaws.com"] {
        let role = |name: &str| format!("arn:aws:iam::111111111111:role/{path}/AWSReservedSSO_{name}_0123456789abcdef");
        check(base(&role("Admin")), ALLOWED);
        check(base(&role("Reader")), IMPLICIT);
        let session = "arn:aws:sts::111111111111:assumed-role/AWSReservedSSO_Admin_0123456789abcdef/ana@example.com";
        check(base(session).key("aws:PrincipalArn", role("Admin")), ALLOWED);
    }
    check(base("arn:aws:iam::111111111111:role/AWSReservedSSO_Admin_0123456789abcdef"), IMPLICIT);
}

#[test]
fn e17_prefixes_of_unique_ids() {
    let bearer = |id: &str| request().caller(SESSION).key("aws:userid", format!("{id}:ci"));
    check(bearer("AROAREADER").policy(grant(aws("AROAREADER"))), ALLOWED);
    // A group, an instance profile, a policy, keys: none of them calls.
    for prefix in ["AGPA", "AIPA", "ANPA", "ANVA", "AKIA", "ASIA", "APKA", "ASCA", "ABIA", "ACCA"] {
        let id = format!("{prefix}READER");
        check(bearer(&id).policy(grant(aws(id.as_str()))), IMPLICIT);
    }
}

#[test]
fn e19_a_sessions_arn_lacks_the_path_of_its_role() {
    let with_path = "arn:aws:iam::111111111111:role/team/reader";
    let session = || request().caller(SESSION).key("aws:PrincipalArn", with_path);
    check_all([
        (session().policy(grant(aws(with_path))), ALLOWED),
        (session().policy(grant(aws(SESSION))), ALLOWED),
        (session().policy(grant(aws(ROLE))), IMPLICIT),
        (request().caller(SESSION).policy(grant(aws(with_path))), IMPLICIT),
        (request().caller(with_path).policy(grant(aws(with_path))), ALLOWED),
    ]);
    // No session's ARN has a path.
    let with_path = "arn:aws:sts::111111111111:assumed-role/team/reader/ci";
    check(request().caller(SESSION).policy(grant(aws(with_path))), IMPLICIT);
}

#[test]
fn e20_nothing_crosses_partitions() {
    let there = |text: &str| text.replace("arn:aws:", "arn:aws-cn:");
    for caller in [USER, SESSION, FEDERATED] {
        let policy = || json!([full(), allow_on("arn:*:s3:::*")]);
        for principal in [json!("*"), aws(there(caller)), aws(HOME)] {
            let base = || request().identity(policy()).session(full()).policy(grant(principal.clone()));
            check(base().caller(&there(caller)), IMPLICIT);
            check(base().caller(&there(caller)).abroad(), IMPLICIT);
            check(base().caller(&there(caller)).on(&there(OBJECT)), ALLOWED);
        }
    }
    check(assume(&there(USER)).identity(full()).policy(trust(json!("*"), "sts:AssumeRole")), IMPLICIT);
    check(assume(&there(USER)).on(&there(TARGET)).identity(full()).policy(trust("*", "sts:AssumeRole")), ALLOWED);
}
