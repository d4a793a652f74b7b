//! Requests that are not decided yet as their rule says. A case that comes out right fails here: it then moves to the test
//! of its rule.

use serde_json::{Value, json};

use crate::request::*;

/// Everybody is allowed, and denied where the key is absent.
fn denied_without(key: &str) -> Value {
    let mut condition = json!({});
    condition["Null"][key] = json!("true");
    document(json!([grant("*")["Statement"], {
        "Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*", "Condition": condition,
    }]))
}

/// Rule, request, and the decision it should have.
fn cases() -> Vec<(&'static str, Request, &'static str)> {
    let provider = |name: &str| request().caller(name).policy(grant(json!({"Federated": name})));
    let root_elsewhere = || request().caller("arn:aws-cn:iam::111111111111:root");
    let service = || request().caller(SERVICE);
    let of_customer = json!({"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::111111111111:*"}});
    let listed = json!({"ForAnyValue:StringEquals": {"aws:PrincipalServiceNamesList": SERVICE}});
    let tagged = json!({"StringEquals": {"aws:PrincipalTag/team": "red"}});
    let web = "sts:AssumeRoleWithWebIdentity";
    vec![
        // Identity providers sign no request but the one for a role.
        ("E35", provider(SAML), IMPLICIT),
        ("E35", provider("accounts.google.com"), IMPLICIT),
        ("E38", provider(OIDC), IMPLICIT),
        // A root user is of a partition too.
        ("E20", root_elsewhere(), IMPLICIT),
        ("E20", root_elsewhere().policy(grant(aws(HOME))), IMPLICIT),
        // A service has an ARN and an id, which are AWS's own, and its names.
        ("E11", service().policy(denied_without("aws:PrincipalArn")), ALLOWED),
        ("E11", service().policy(denied_without("aws:PrincipalArn")).open(), ALLOWED),
        ("E11", service().policy(denied_without("aws:userid")), ALLOWED),
        ("E11", service().policy(denied_without("aws:PrincipalServiceNamesList")), ALLOWED),
        ("E11", service().policy(grant_if("*", json!({"ArnLike": {"aws:PrincipalArn": "*"}}))), ALLOWED),
        ("E11", service().policy(grant_if("*", of_customer)).open(), IMPLICIT),
        ("E11", service().policy(grant_if("*", json!({"StringEquals": {"aws:userid": "AIDA"}}))).open(), IMPLICIT),
        ("E11", service().policy(grant_if("*", listed)), ALLOWED),
        // Whoever an identity provider vouches for has no tags before a role is assumed.
        ("E12", assume(OIDC).action(web).policy(trust_if(json!({"Federated": OIDC}), web, tagged)).open(), IMPLICIT),
        // No credentials of a user have a source identity.
        ("E154", request().identity(allow_if(json!({"StringEquals": {"aws:SourceIdentity": "a"}}))).open(), IMPLICIT),
    ]
}

#[test]
fn what_is_still_wrong() {
    let right: Vec<String> = cases()
        .into_iter()
        .filter(|(_, request, expected)| result(request)["EvalDecision"] == *expected)
        .map(|(rule, request, _)| format!("{rule}: {}", request.0))
        .collect();
    assert!(right.is_empty(), "now decided as the rule says:\n{}", right.join("\n"));
}
