//! Which issuers of tokens vouch for everybody's, and which for one's own alone (E193).
//!
//! An issuer whose URL names the customer is private, even where the same company serves others under other URLs: IAM User
//! Guide, "Identity-provider controls for shared OIDC providers". What the URL does not say, the claims have to.

use super::cognito;
use super::generic;
use super::github;
use super::gitlab;
use super::kubernetes;
use super::pipelines;
use super::social;
use super::{Claims, Entry};
use crate::wildcard::Wildcard;

/// What is known of an issuer.
pub(super) struct Tenancy {
    /// The issuer without its scheme, with wildcards for what differs from customer to customer.
    issuer: &'static str,
    /// Finds the words for one alternative.
    pub(super) describe: fn(&Issuer<'_>, &mut Claims) -> Entry,
    /// Whom it vouches for, where nothing narrows that, if they are not all of one customer.
    pub(super) everyone: Option<&'static str>,
    /// The claim without a test of which IAM refuses new and edited trust policies; it leaves older ones as they are.
    pub(super) required: Option<&'static str>,
    /// The audiences that tokens for AWS have anyway, so that to ask for one says nothing. `{issuer}` is the issuer,
    /// `{last}` the last part of its path.
    pub(super) audiences: &'static [&'static str],
}

/// An issuer of tokens, and what is known of it.
pub(super) struct Issuer<'a> {
    /// Without its scheme, as the provider's ARN has it.
    pub(super) name: &'a str,
    /// Its row.
    pub(super) tenancy: &'static Tenancy,
}

const STS: &[&str] = &["sts.amazonaws.com", "sts.amazonaws.com.cn"];
const GITLAB: &[&str] = &["https://{issuer}", "{issuer}", "sts.amazonaws.com"];

/// A row of the table: the issuer, who describes it, everyone, the required claim, the usual audiences.
const fn row(
    issuer: &'static str,
    describe: fn(&Issuer<'_>, &mut Claims) -> Entry,
    everyone: Option<&'static str>,
    required: Option<&'static str>,
    audiences: &'static [&'static str],
) -> Tenancy {
    Tenancy { issuer, describe, everyone, required, audiences }
}

/// An issuer of AWS's list of shared ones of which no more is known.
const fn shared(issuer: &'static str, required: &'static str) -> Tenancy {
    row(issuer, generic::entry, Some("anyone whom the provider vouches for"), Some(required), STS)
}

/// The first row that fits holds. Issuers: the vendors' documents. Required claims: AWS's list, as of 2026.
const ISSUERS: [Tenancy; 39] = [
    row("token.actions.githubusercontent.com", github::entry, Some("any repository on GitHub"), Some("sub"), STS),
    row("vstoken.actions.githubusercontent.com", github::entry, Some("any repository on GitHub"), Some("sub"), STS),
    row("token.actions.githubusercontent.com/*", github::entry, None, None, STS),
    row("token.actions.*.ghe.com", github::entry, None, None, STS),
    row("*/_services/token", github::entry, None, None, STS),
    row("oidc.eks.*.amazonaws.com/id/*", kubernetes::entry, None, None, STS),
    row("oidc.eks.*.amazonaws.com.cn/id/*", kubernetes::entry, None, None, STS),
    row("oidc-eks.*.api.aws/id/*", kubernetes::entry, None, None, STS),
    row("container.googleapis.com/v1/projects/*", kubernetes::entry, None, None, STS),
    row("gitlab.com", gitlab::entry, Some("any project on GitLab.com"), Some("sub"), GITLAB),
    row("api.bitbucket.org/2.0/workspaces/*", pipelines::bitbucket, None, None, &["ari:cloud:bitbucket::workspace/*"]),
    row("oidc.circleci.com/org/*", pipelines::circleci, None, None, &["{last}"]),
    row("agent.buildkite.com", pipelines::buildkite, Some("any organization on Buildkite"), Some("sub"), STS),
    row(
        "app.terraform.io",
        pipelines::terraform,
        Some("any organization on HCP Terraform"),
        Some("sub"),
        &["aws.workload.identity"],
    ),
    row(
        "app.eu.terraform.io",
        pipelines::terraform,
        Some("any organization on HCP Terraform"),
        None,
        &["aws.workload.identity"],
    ),
    row("cognito-identity.amazonaws.com", cognito::entry, Some("any identity pool"), Some("aud"), &[]),
    row("cognito-identity-us-gov.amazonaws.com", cognito::entry, Some("any identity pool"), None, &[]),
    row("cognito-identity.*.amazonaws.com.cn", cognito::entry, Some("any identity pool"), None, &[]),
    row("accounts.google.com", social::google, Some("anyone with a Google account"), None, &[]),
    row("graph.facebook.com", social::facebook, Some("anyone with a Facebook account"), None, &[]),
    row("www.amazon.com", social::amazon, Some("anyone with an Amazon account"), None, &[]),
    shared("api.pulumi.com/oidc", "aud"),
    shared("oidc-configuration.audit-log.githubusercontent.com", "sub"),
    shared("oidc.codefresh.io", "sub"),
    shared("oidc.op1.openshiftapps.com/2c51blsaqa9gkjt0o9rt11mle8mmropu", "sub"),
    shared("oidc.op1.openshiftapps.com/2f785sojlpb85i7402pk3qogugim5nfb", "sub"),
    shared("oidc.vercel.com", "aud"),
    shared("proidc.upbound.io", "sub"),
    shared("rh-oidc.s3.us-east-1.amazonaws.com/22ejnvnnturfmt6km08idd0nt4hekbn7", "sub"),
    shared("rh-oidc.s3.us-east-1.amazonaws.com/23e3sd27sju1hoou6ohfs68vbno607tr", "sub"),
    shared("rh-oidc.s3.us-east-1.amazonaws.com/23ne21h005qjl3n33d8dui5dlrmv2tmg", "sub"),
    shared("rh-oidc.s3.us-east-1.amazonaws.com/24jrf12m5dj7ljlfb4ta2frhrcoadm26", "sub"),
    shared("sandboxes.cloud", "aud"),
    shared("scalr.io", "sub"),
    shared("sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d", "sts:RoleSessionName"),
    shared("studio.datachain.ai/api", "sub"),
    shared("tokens.cloud.shisho.dev", "sub"),
    row("gitlab.*", gitlab::entry, None, None, GITLAB),
    row("*", generic::entry, None, None, STS),
];

impl<'a> Issuer<'a> {
    /// The issuer of this name; nothing is known of most, and those are one's own.
    pub(super) fn of(name: &'a str) -> Option<Self> {
        let lower = name.to_lowercase();
        let lower = lower.strip_suffix('/').unwrap_or(&lower);
        let tenancy = ISSUERS.iter().find(|row| Wildcard::parse(row.issuer).matches(lower))?;
        Some(Self { name, tenancy })
    }

    /// What stands before a claim in the keys of its tokens.
    pub(super) fn prefix(&self) -> String {
        format!("{}:", self.name.to_lowercase())
    }

    /// The host without a path.
    pub(super) fn host(&self) -> &'a str {
        self.name.split('/').next().unwrap_or(self.name)
    }

    /// The last part of the path.
    pub(super) fn last(&self) -> &'a str {
        self.name.trim_end_matches('/').rsplit('/').next().unwrap_or(self.name)
    }

    /// Why it is open, where a claim that would tell its customers apart is not narrowed enough; nothing if all are of one.
    pub(super) fn open(&self, why: &str) -> Option<String> {
        self.tenancy.everyone.map(|everyone| format!("{why}: {everyone}"))
    }

    /// The audiences asked for, to be added to who it is; nothing where tokens for AWS have them anyway.
    pub(super) fn audience(&self, claims: &mut Claims) -> String {
        let asked = claims.take_audiences();
        let usual = |text: String| {
            self.tenancy.audiences.iter().any(|pattern| {
                let pattern = pattern.replace("{issuer}", self.name).replace("{last}", self.last());
                Wildcard::parse(&pattern).matches(&text)
            })
        };
        if asked.iter().all(|field| field.exact().is_some_and(usual)) {
            return String::new();
        }
        let names: Vec<String> = asked.iter().map(super::field::Field::name).collect();
        format!(", audience {}", names.join(" or "))
    }
}
