//! People: Cognito, consumers' providers, SAML.

use super::*;

const COGNITO: &str = "cognito-identity.amazonaws.com";
const POOL: &str = "us-east-1:12345678-dead-beef-cafe-123456790ab";

fn pool(operator: &str, amr: &str) -> Value {
    json!({ "StringEquals": { format!("{COGNITO}:aud"): POOL }, operator: { format!("{COGNITO}:amr"): amr } })
}

#[test]
fn e144_identities_of_a_pool() {
    let told = |kind: &str| format!("{kind} of identity pool {POOL} (Cognito)");
    let guests = Some("unauthenticated identities: anyone, without signing in");
    let any = Some("no condition on amr: anyone, without signing in, if the pool admits guests");
    check(&[
        (COGNITO, pool("ForAnyValue:StringLike", "authenticated"), &[&told("authenticated identities")], None),
        (COGNITO, pool("ForAnyValue:StringLike", "unauthenticated"), &[&told("unauthenticated identities")], guests),
        (
            COGNITO,
            pool("ForAnyValue:StringLike", "*authenticated"),
            &[&told("authenticated and unauthenticated identities")],
            any,
        ),
        (
            COGNITO,
            pool("ForAnyValue:StringEquals", "graph.facebook.com"),
            &[&format!("{}, signed in by graph.facebook.com", told("authenticated identities"))],
            None,
        ),
        (COGNITO, pool("ForAllValues:StringNotEquals", "unauthenticated"), &[&told("authenticated identities")], None),
        (
            COGNITO,
            json!({ "StringEquals": { format!("{COGNITO}:aud"): POOL } }),
            &[&told("authenticated and unauthenticated identities")],
            any,
        ),
    ]);
}

#[test]
fn e193_identities_of_whatever_pool() {
    let among = |pools: &str| json!({ "StringLike": { format!("{COGNITO}:aud"): pools } });
    check(&[
        (
            COGNITO,
            json!({ "ForAnyValue:StringLike": { format!("{COGNITO}:amr"): "authenticated" } }),
            &["authenticated identities of any identity pool (Cognito)"],
            Some("no condition on aud: any identity pool"),
        ),
        (
            COGNITO,
            among("us-east-1:*"),
            &["authenticated and unauthenticated identities of identity pool like us-east-1:* (Cognito)"],
            Some("aud like us-east-1:* fixes no identity pool: any identity pool"),
        ),
    ]);
}

#[test]
fn e144_consumers() {
    let google = |claims: Value| json!({ "StringEquals": claims });
    check(&[
        (
            "accounts.google.com",
            google(json!({ "accounts.google.com:aud": "7.apps.googleusercontent.com" })),
            &["anyone with a Google account, in application 7.apps.googleusercontent.com"],
            Some("no condition on the user: anyone with a Google account who signs in to the application"),
        ),
        (
            "accounts.google.com",
            google(json!({ "accounts.google.com:aud": "113000000000000000001" })),
            &["Google service account 113000000000000000001"],
            None,
        ),
        (
            "accounts.google.com",
            google(json!({ "accounts.google.com:oaud": "https://acme.example" })),
            &["anyone with a Google account, audience https://acme.example"],
            Some("no condition on aud that fixes the application: anyone with a Google account"),
        ),
        (
            "graph.facebook.com",
            google(json!({ "graph.facebook.com:app_id": "12", "graph.facebook.com:id": "34" })),
            &["Facebook account 34, in application 12"],
            None,
        ),
        (
            "www.amazon.com",
            google(json!({ "www.amazon.com:app_id": ["a", "b"] })),
            &["anyone with an Amazon account, in application a", "anyone with an Amazon account, in application b"],
            Some("no condition on the user: anyone with an Amazon account who signs in to the application"),
        ),
        (
            "www.amazon.com",
            json!({}),
            &["anyone with an Amazon account"],
            Some("no condition on app_id that fixes the application: anyone with an Amazon account"),
        ),
    ]);
}

#[test]
fn e144_saml() {
    let corp = format!("arn:aws:iam::{A}:saml-provider/Corp");
    let center = format!("arn:aws:iam::{A}:saml-provider/AWSSSO_9d3b7c1f5e2a8046_DO_NOT_DELETE");
    let sign_in = "https://signin.aws.amazon.com/saml";
    check(&[
        (
            &center,
            json!({ "StringEquals": { "SAML:aud": sign_in } }),
            &["whoever IAM Identity Center assigns the role to"],
            None,
        ),
        (
            &corp,
            json!({ "StringEquals": { "SAML:aud": sign_in } }),
            &["anyone whom the SAML provider Corp vouches for"],
            None,
        ),
        (
            &corp,
            json!({ "StringEquals": { "SAML:aud": "https://elsewhere.example", "SAML:iss": "https://idp.acme.example" },
                    "StringLike": { "SAML:sub": "*@acme.example" } }),
            &["anyone whom the SAML provider Corp vouches for, subjects that end with @acme.example, \
               issuer https://idp.acme.example, audience https://elsewhere.example"],
            None,
        ),
        (
            &corp,
            json!({ "ForAnyValue:StringEquals": { "SAML:edupersonaffiliation": "staff" } }),
            &["anyone whom the SAML provider Corp vouches for, affiliation staff"],
            None,
        ),
    ]);
}
