//! Bitbucket, CircleCI, Buildkite, HCP Terraform.

use super::*;

fn like(issuer: &str, sub: &str) -> Value {
    json!({ "StringLike": { format!("{issuer}:sub"): sub } })
}

#[test]
fn e144_bitbucket_is_of_one_workspace() {
    let issuer = "api.bitbucket.org/2.0/workspaces/acme/pipelines-config/identity/oidc";
    let provider = oidc(issuer);
    let aud = json!({ "StringEquals": { format!("{issuer}:aud"): "ari:cloud:bitbucket::workspace/77" } });
    check(&[
        (&provider, aud, &["Bitbucket Pipelines of any repository of the workspace acme"], None),
        (
            &provider,
            like(issuer, "{12ab}:*"),
            &["Bitbucket Pipelines of repository {12ab} of the workspace acme"],
            None,
        ),
        (&provider, like(issuer, "{12ab}*"), &["Bitbucket Pipelines of repository {12ab} of the workspace acme"], None),
        (
            &provider,
            like(issuer, "{12ab}:{34cd}:*"),
            &["Bitbucket Pipelines of repository {12ab} of the workspace acme, deployment environment {34cd}"],
            None,
        ),
    ]);
}

#[test]
fn e144_circleci_is_of_one_organization() {
    let issuer = "oidc.circleci.com/org/o-1";
    let provider = oidc(issuer);
    let both = json!({ "StringEquals": { format!("{issuer}:aud"): "o-1", format!("{issuer}:oidc.circleci.com/project-id"): "p-1" },
                       "StringLike": { format!("{issuer}:sub"): "org/o-1/project/p-1/user/*" } });
    check(&[
        (&provider, json!({}), &["CircleCI, organization o-1, any project"], None),
        (&provider, like(issuer, "org/o-1/*"), &["CircleCI, organization o-1, any project"], None),
        (&provider, both, &["CircleCI, organization o-1, project p-1"], None),
        (
            &provider,
            like(issuer, "org/o-1/project/*/user/*/vcs-origin/github.com/acme/app/vcs-ref/refs/heads/main"),
            &["CircleCI, organization o-1, repository github.com/acme/app, branch main"],
            None,
        ),
        (&provider, like(issuer, "*-1"), &["CircleCI, organization o-1, sub like *-1"], None),
    ]);
}

#[test]
fn e193_buildkite_and_terraform_are_everybodys() {
    let (buildkite, terraform) = ("agent.buildkite.com", "app.terraform.io");
    check(&[
        (
            &oidc(buildkite),
            like(buildkite, "organization:acme:pipeline:deploy:ref:refs/heads/main:commit:*:step:*"),
            &["Buildkite, organization acme, pipeline deploy, branch main"],
            None,
        ),
        (
            &oidc(buildkite),
            like(buildkite, "organization:acme:*"),
            &["Buildkite, organization acme, any pipeline"],
            None,
        ),
        (
            &oidc(buildkite),
            json!({}),
            &["Buildkite, any organization"],
            Some("no condition on sub: any organization on Buildkite"),
        ),
        (
            &oidc(terraform),
            json!({ "StringEquals": { "app.terraform.io:aud": "aws.workload.identity" },
                    "StringLike": { "app.terraform.io:sub": "organization:acme:project:Default Project:workspace:prod-*:run_phase:apply" } }),
            &[
                "HCP Terraform, organization acme, project Default Project, workspaces that begin with prod-, run phase apply",
            ],
            None,
        ),
        (
            &oidc(terraform),
            like(terraform, "organization:*:workspace:prod:run_phase:*"),
            &["HCP Terraform, any organization, workspace prod"],
            Some(
                "sub like organization:*:workspace:prod:run_phase:* fixes no organization: \
                 any organization on HCP Terraform",
            ),
        ),
        (
            &oidc("tfe.acme.example"),
            like("tfe.acme.example", "organization:acme:project:p:workspace:w:run_phase:*"),
            &["Terraform Enterprise on tfe.acme.example, organization acme, project p, workspace w"],
            None,
        ),
    ]);
}
