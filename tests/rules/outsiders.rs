//! Who is of which partition, what services hold in their own keys, and what identity providers are not (E11, E12, E20,
//! E35, E38, E154).

use serde_json::{Value, json};

use crate::request::*;

/// Everybody is allowed, and denied where the key is absent.
fn denied_without(key: &str) -> Value {
    let mut condition = json!({});
    condition["Null"][key] = json!("true");
    document(json!([grant(json!({"AWS": "*", "Service": SERVICE}))["Statement"], {
        "Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*", "Condition": condition,
    }]))
}

#[test]
fn e35_e38_a_provider_calls_for_roles_alone() {
    for name in [SAML, OIDC, "accounts.google.com"] {
        check(request().caller(name).policy(grant(json!({"Federated": name}))), IMPLICIT);
    }
}

#[test]
fn e20_a_root_user_is_of_a_partition_too() {
    let root_elsewhere = || request().caller("arn:aws-cn:iam::111111111111:root");
    check(root_elsewhere(), IMPLICIT);
    check(root_elsewhere().policy(grant(aws(HOME))), IMPLICIT);
}

#[test]
fn e11_a_service_has_keys_of_its_own_that_no_customer_has() {
    let service = || request().caller(SERVICE);
    let of_customer = json!({"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::111111111111:*"}});
    let listed = json!({"ForAnyValue:StringEquals": {"aws:PrincipalServiceNamesList": SERVICE}});
    check_all([
        (service().policy(denied_without("aws:PrincipalArn")), ALLOWED),
        (service().policy(denied_without("aws:PrincipalArn")).open(), ALLOWED),
        (service().policy(denied_without("aws:userid")), ALLOWED),
        (service().policy(denied_without("aws:PrincipalServiceNamesList")), ALLOWED),
        (service().policy(grant_if("*", json!({"ArnLike": {"aws:PrincipalArn": "*"}}))), ALLOWED),
        (service().policy(grant_if(json!({"Service": SERVICE}), of_customer)).open(), IMPLICIT),
        (
            service()
                .policy(grant_if(json!({"Service": SERVICE}), json!({"StringEquals": {"aws:userid": "AIDA"}})))
                .open(),
            IMPLICIT,
        ),
        (service().policy(grant_if("*", listed)), ALLOWED),
    ]);
}

#[test]
fn e12_whoever_a_provider_vouches_for_has_no_tags_yet() {
    let web = "sts:AssumeRoleWithWebIdentity";
    let tagged = json!({"StringEquals": {"aws:PrincipalTag/team": "red"}});
    check(assume(OIDC).action(web).policy(trust_if(json!({"Federated": OIDC}), web, tagged)).open(), IMPLICIT);
}

#[test]
fn e154_no_credentials_of_a_user_have_a_source_identity() {
    check(request().identity(allow_if(json!({"StringEquals": {"aws:SourceIdentity": "a"}}))).open(), IMPLICIT);
}
