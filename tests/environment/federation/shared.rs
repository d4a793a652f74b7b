//! Issuers that are everybody's, and the load's list of them.

use super::*;

/// E193: issuers of AWS's list, with the claim it requires.
const REQUIRED: [(&str, &str); 22] = [
    ("agent.buildkite.com", "sub"),
    ("api.pulumi.com/oidc", "aud"),
    ("app.terraform.io", "sub"),
    ("cognito-identity.amazonaws.com", "aud"),
    ("gitlab.com", "sub"),
    ("oidc-configuration.audit-log.githubusercontent.com", "sub"),
    ("oidc.codefresh.io", "sub"),
    ("oidc.op1.openshiftapps.com/2c51blsaqa9gkjt0o9rt11mle8mmropu", "sub"),
    ("oidc.op1.openshiftapps.com/2f785sojlpb85i7402pk3qogugim5nfb", "sub"),
    ("oidc.vercel.com", "aud"),
    ("proidc.upbound.io", "sub"),
    ("rh-oidc.s3.us-east-1.amazonaws.com/22ejnvnnturfmt6km08idd0nt4hekbn7", "sub"),
    ("rh-oidc.s3.us-east-1.amazonaws.com/23e3sd27sju1hoou6ohfs68vbno607tr", "sub"),
    ("rh-oidc.s3.us-east-1.amazonaws.com/23ne21h005qjl3n33d8dui5dlrmv2tmg", "sub"),
    ("rh-oidc.s3.us-east-1.amazonaws.com/24jrf12m5dj7ljlfb4ta2frhrcoadm26", "sub"),
    ("sandboxes.cloud", "aud"),
    ("scalr.io", "sub"),
    ("sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d", "sts:RoleSessionName"),
    ("studio.datachain.ai/api", "sub"),
    ("token.actions.githubusercontent.com", "sub"),
    ("tokens.cloud.shisho.dev", "sub"),
    ("vstoken.actions.githubusercontent.com", "sub"),
];

#[test]
fn e193_what_the_load_warns_of_is_open() {
    for (issuer, claim) in REQUIRED {
        let provider = if issuer.starts_with("cognito") { issuer.to_owned() } else { oidc(issuer) };
        let open = |condition: Value| {
            let trust = json!([statement(&provider, condition)]);
            let loaded = Input::new().account(A, &[], &[role(A, "target", trust, nothing())]).load();
            let warned = loaded.diagnostics.iter().any(|one| one.code == "federated-trust-without-claim");
            (warned, enter(&loaded, &provider, &format!("arn:aws:iam::{A}:role/target")))
        };
        let (warned, entrants) = open(json!({}));
        let why = entrants.open.unwrap_or_default();
        assert!(warned && why.starts_with(&format!("no condition on {claim}: ")), "{issuer}: {warned} {why}");
        let key = if claim.contains(':') { claim.to_owned() } else { format!("{issuer}:{claim}") };
        let (warned, entrants) = open(json!({ "StringEquals": { key.clone(): "acme-1" } }));
        assert!(
            !warned && !entrants.open.unwrap_or_default().contains(&format!("no condition on {claim}")),
            "{issuer}"
        );
    }
}

#[test]
fn e193_what_tells_tenants_apart_is_told() {
    let vercel = "oidc.vercel.com";
    let azure = "sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d";
    check(&[
        (
            &oidc(vercel),
            json!({ "StringEquals": { "oidc.vercel.com:aud": "https://vercel.com/acme" } }),
            &["any subject of oidc.vercel.com, audience https://vercel.com/acme"],
            None,
        ),
        (
            &oidc("scalr.io"),
            json!({ "StringLike": { "scalr.io:sub": "*:acme" } }),
            &["subjects that end with :acme of scalr.io"],
            Some("sub like *:acme fixes nobody: anyone whom the provider vouches for"),
        ),
        (
            &oidc(azure),
            json!({ "StringEquals": { "sts:RoleSessionName": "acme" } }),
            &["any subject of sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d, sts:RoleSessionName acme"],
            None,
        ),
        (
            &oidc(azure),
            json!({ "StringEquals": { "sts:RoleSessionName": ["acme", "zeta"] } }),
            &[
                "any subject of sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d, sts:RoleSessionName acme",
                "any subject of sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d, sts:RoleSessionName zeta",
            ],
            None,
        ),
        // One's own.
        (&oidc("idp.acme.example"), json!({}), &["any subject of idp.acme.example"], None),
        (
            &oidc("idp.acme.example"),
            json!({ "StringEquals": { "idp.acme.example:sub": "ann", "idp.acme.example:aud": "portal" } }),
            &["subject ann of idp.acme.example, audience portal"],
            None,
        ),
    ]);
}
