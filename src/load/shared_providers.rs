//! Identity providers that everybody shares, and the claim by which a trust policy has to tell them apart (E193).
//!
//! IAM refuses new and edited trust policies without the claim and leaves older ones as they are: they are evaluated as
//! written, and named.

use crate::action::ActionName;
use crate::diagnostic::Diagnostic;
use crate::load::builder::Builder;
use crate::load::documents::statement_place;
use crate::load::node::Node;
use crate::model::PolicyId;
use crate::policy::{Effect, PrincipalElement, PrincipalValue, Statement};

/// A provider as its ARN ends or as it is named, and the condition key that tells its tenants apart.
///
/// IAM User Guide, "Identity-provider controls for shared OIDC providers", as of 2026.
const SHARED: [(&str, &str); 22] = [
    ("agent.buildkite.com", "agent.buildkite.com:sub"),
    ("api.pulumi.com/oidc", "api.pulumi.com/oidc:aud"),
    ("app.terraform.io", "app.terraform.io:sub"),
    ("cognito-identity.amazonaws.com", "cognito-identity.amazonaws.com:aud"),
    ("gitlab.com", "gitlab.com:sub"),
    ("oidc-configuration.audit-log.githubusercontent.com", "oidc-configuration.audit-log.githubusercontent.com:sub"),
    ("oidc.codefresh.io", "oidc.codefresh.io:sub"),
    (
        "oidc.op1.openshiftapps.com/2c51blsaqa9gkjt0o9rt11mle8mmropu",
        "oidc.op1.openshiftapps.com/2c51blsaqa9gkjt0o9rt11mle8mmropu:sub",
    ),
    (
        "oidc.op1.openshiftapps.com/2f785sojlpb85i7402pk3qogugim5nfb",
        "oidc.op1.openshiftapps.com/2f785sojlpb85i7402pk3qogugim5nfb:sub",
    ),
    ("oidc.vercel.com", "oidc.vercel.com:aud"),
    ("proidc.upbound.io", "proidc.upbound.io:sub"),
    (
        "rh-oidc.s3.us-east-1.amazonaws.com/22ejnvnnturfmt6km08idd0nt4hekbn7",
        "rh-oidc.s3.us-east-1.amazonaws.com/22ejnvnnturfmt6km08idd0nt4hekbn7:sub",
    ),
    (
        "rh-oidc.s3.us-east-1.amazonaws.com/23e3sd27sju1hoou6ohfs68vbno607tr",
        "rh-oidc.s3.us-east-1.amazonaws.com/23e3sd27sju1hoou6ohfs68vbno607tr:sub",
    ),
    (
        "rh-oidc.s3.us-east-1.amazonaws.com/23ne21h005qjl3n33d8dui5dlrmv2tmg",
        "rh-oidc.s3.us-east-1.amazonaws.com/23ne21h005qjl3n33d8dui5dlrmv2tmg:sub",
    ),
    (
        "rh-oidc.s3.us-east-1.amazonaws.com/24jrf12m5dj7ljlfb4ta2frhrcoadm26",
        "rh-oidc.s3.us-east-1.amazonaws.com/24jrf12m5dj7ljlfb4ta2frhrcoadm26:sub",
    ),
    ("sandboxes.cloud", "sandboxes.cloud:aud"),
    ("scalr.io", "scalr.io:sub"),
    ("sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d", "sts:RoleSessionName"),
    ("studio.datachain.ai/api", "studio.datachain.ai/api:sub"),
    ("token.actions.githubusercontent.com", "token.actions.githubusercontent.com:sub"),
    ("tokens.cloud.shisho.dev", "tokens.cloud.shisho.dev:sub"),
    ("vstoken.actions.githubusercontent.com", "vstoken.actions.githubusercontent.com:sub"),
];

/// Says which statements of a role's trust policy let in every tenant of a shared provider.
pub(super) fn check(builder: &mut Builder, node: &Node<'_>, trust: PolicyId, role: &str) {
    let Ok(federated) = ActionName::parse("sts:AssumeRoleWithWebIdentity") else { return };
    let document = builder.policy(trust).and_then(|policy| policy.document);
    let Some(document) = document.and_then(|id| builder.documents.content(id)) else { return };
    let allows = |statement: &Statement| statement.effect == Effect::Allow && statement.actions.matches(&federated);
    let mut found = Vec::new();
    for (index, statement) in document.statements.iter().enumerate().filter(|(_, statement)| allows(statement)) {
        for (provider, claim) in providers(statement) {
            if !statement.conditions.iter().any(|condition| condition.key.eq_ignore_ascii_case(claim)) {
                found.push((index, provider, claim));
            }
        }
    }
    for (index, provider, claim) in found {
        let message = format!(
            "the trust policy of role `{role}` lets in everybody whom `{provider}` knows: it has no condition on `{claim}`"
        );
        let hint = "IAM refuses new trust policies of this kind; this one is evaluated as it is written";
        let diagnostic = Diagnostic::warning("federated-trust-without-claim", message).with_hint(hint);
        builder.report(diagnostic.at(statement_place(node, index)));
    }
}

/// The shared providers that a statement names.
fn providers(statement: &Statement) -> impl Iterator<Item = (&'static str, &'static str)> {
    let named = match &statement.principal {
        Some(PrincipalElement::Principal(values)) => values.as_slice(),
        _ => &[],
    };
    let shared = |value: &PrincipalValue| {
        let PrincipalValue::Federated(name) = value else { return None };
        let name = name.split_once(":oidc-provider/").map_or(&**name, |(_, provider)| provider);
        SHARED.iter().find(|(provider, _)| *provider == name).copied()
    };
    named.iter().filter_map(shared)
}
