//! GitHub Actions and GitLab CI.

use super::*;

const GITHUB: &str = "token.actions.githubusercontent.com";

fn github(operator: &str, sub: Value) -> Value {
    let mut condition = json!({ "StringEquals": { "token.actions.githubusercontent.com:aud": "sts.amazonaws.com" } });
    condition[operator]["token.actions.githubusercontent.com:sub"] = sub;
    condition
}

#[test]
fn e144_github_subjects_in_words() {
    let provider = oidc(GITHUB);
    let like = |sub: &str| github("StringLike", json!(sub));
    check(&[
        (&provider, like("repo:org/app:ref:refs/heads/main"), &["GitHub Actions of org/app, branch main"], None),
        (
            &provider,
            like("repo:org/app:ref:refs/tags/v*"),
            &["GitHub Actions of org/app, tags that begin with v"],
            None,
        ),
        (&provider, like("repo:org/app:ref:refs/tags/v1.?"), &["GitHub Actions of org/app, tags like v1.?"], None),
        (&provider, like("repo:org/app:ref:*"), &["GitHub Actions of org/app, any branch or tag"], None),
        (&provider, like("repo:org/app:environment:prod"), &["GitHub Actions of org/app, environment prod"], None),
        (&provider, like("repo:org/app:pull_request"), &["GitHub Actions of org/app, pull requests"], None),
        (
            &provider,
            like("repo:org/app:*"),
            &["GitHub Actions of org/app, any branch, tag, environment or pull request"],
            None,
        ),
        (
            &provider,
            like("repo:org/*"),
            &["GitHub Actions of any repository of org, any branch, tag, environment or pull request"],
            None,
        ),
        (
            &provider,
            like("repo:org/app-*"),
            &[
                "GitHub Actions of repositories of org that begin with app-, any branch, tag, environment or pull request",
            ],
            None,
        ),
        (
            &provider,
            like("repo:org/*:ref:refs/heads/main"),
            &["GitHub Actions of any repository of org, branch main"],
            None,
        ),
        (
            &provider,
            like("repo:org@123/app@456:ref:refs/heads/main"),
            &["GitHub Actions of org@123/app@456, branch main"],
            None,
        ),
    ]);
}

#[test]
fn e193_github_subjects_that_let_strangers_in() {
    let provider = oidc(GITHUB);
    let like = |sub: &str| github("StringLike", json!(sub));
    check(&[
        (
            &provider,
            json!({ "StringEquals": { "token.actions.githubusercontent.com:aud": "sts.amazonaws.com" } }),
            &["GitHub Actions of any repository on GitHub"],
            Some("no condition on sub: any repository on GitHub"),
        ),
        (
            &provider,
            json!({}),
            &["GitHub Actions of any repository on GitHub"],
            Some("no condition on sub: any repository on GitHub"),
        ),
        (
            &provider,
            like("repo:*"),
            &["GitHub Actions of any repository on GitHub, any branch, tag, environment or pull request"],
            Some("sub like repo:* fixes no owner: any repository on GitHub"),
        ),
        (
            &provider,
            like("repo:org*"),
            &[
                "GitHub Actions of any repository of owners that begin with org, any branch, tag, environment or pull request",
            ],
            Some("sub like repo:org* fixes no owner: owners that begin with org, whoever they are"),
        ),
        (
            &provider,
            like("repo:*/app:ref:refs/heads/main"),
            &["GitHub Actions of repository app of any owner, branch main"],
            Some("sub like repo:*/app:ref:refs/heads/main fixes no owner: any owner, whoever they are"),
        ),
        (
            &provider,
            like("*:environment:prod"),
            &["GitHub Actions of any repository on GitHub, sub like *:environment:prod"],
            Some("sub like *:environment:prod fixes no owner: any repository on GitHub"),
        ),
        (
            &provider,
            like("job_workflow_ref:org/flows/.github/workflows/deploy.yml@refs/heads/main"),
            &["GitHub Actions of any repository on GitHub, \
               reusable workflow org/flows/.github/workflows/deploy.yml@refs/heads/main"],
            Some(
                "sub job_workflow_ref:org/flows/.github/workflows/deploy.yml@refs/heads/main fixes no owner: \
                 any repository on GitHub",
            ),
        ),
    ]);
}

#[test]
fn e144_github_subjects_made_of_other_claims() {
    let provider = oidc(GITHUB);
    let key = |claim: &str| format!("{GITHUB}:{claim}");
    check(&[
        (
            &provider,
            github("StringEquals", json!("repository_owner:org:environment:prod")),
            &["GitHub Actions of any repository of org, environment prod"],
            None,
        ),
        (
            &provider,
            github("StringLike", json!("repo:org/app:environment:prod:runner_environment:self-hosted")),
            &["GitHub Actions of org/app, environment prod, runner_environment self-hosted"],
            None,
        ),
        (
            &provider,
            json!({ "StringEquals": { key("repository"): "org/app", key("ref"): "refs/heads/main" } }),
            &["GitHub Actions of org/app, branch main"],
            None,
        ),
        (
            &provider,
            json!({ "StringEquals": { key("repository_owner_id"): "42" }, "StringLike": { key("sub"): "*" } }),
            &["GitHub Actions of any repository of the owner with the id 42"],
            None,
        ),
        (
            &provider,
            json!({ "StringEquals": { key("actor"): "ann" } }),
            &["GitHub Actions of any repository on GitHub, started by user ann"],
            Some("no condition on sub: any repository on GitHub"),
        ),
    ]);
}

#[test]
fn e144_github_values_are_alternatives_and_refusals_are_told() {
    let provider = oidc(GITHUB);
    let subs = json!(["repo:org/b:environment:prod", "repo:org/a:ref:refs/heads/main"]);
    let mut but = github("StringLike", json!("repo:org/app:*"));
    but["StringNotLike"] = json!({ "token.actions.githubusercontent.com:sub": ["repo:org/app:pull_request"] });
    check(&[
        (
            &provider,
            github("StringEquals", subs.clone()),
            &["GitHub Actions of org/a, branch main", "GitHub Actions of org/b, environment prod"],
            None,
        ),
        (
            &provider,
            github("ForAnyValue:StringLike", subs.clone()),
            &["GitHub Actions of org/a, branch main", "GitHub Actions of org/b, environment prod"],
            None,
        ),
        (
            &provider,
            github("ForAllValues:StringLike", subs),
            &["GitHub Actions of org/a, branch main", "GitHub Actions of org/b, environment prod"],
            None,
        ),
        (
            &provider,
            but,
            &["GitHub Actions of org/app, any branch, tag, environment or pull request; \
               except for GitHub Actions of org/app, pull requests"],
            None,
        ),
        (
            &provider,
            github("StringNotLike", json!("repo:org/app:*")),
            &["GitHub Actions of any repository on GitHub; \
               except for GitHub Actions of org/app, any branch, tag, environment or pull request"],
            Some("no condition on sub: any repository on GitHub"),
        ),
        (
            &provider,
            github("StringEqualsIgnoreCase", json!("repo:org/app:environment:prod")),
            &["GitHub Actions of org/app, environment prod (in any letter case)"],
            None,
        ),
    ]);
}

#[test]
fn e144_github_of_ones_own() {
    let sub = |issuer: &str| json!({ "StringLike": { format!("{issuer}:sub"): "repo:org/app:ref:refs/heads/main" } });
    let (enterprise, server, cloud) =
        ("token.actions.githubusercontent.com/acme", "git.acme.example/_services/token", "token.actions.acme.ghe.com");
    check(&[
        (&oidc(enterprise), json!({}), &["GitHub Actions of any repository of the enterprise acme"], None),
        (&oidc(enterprise), sub(enterprise), &["GitHub Actions of org/app of the enterprise acme, branch main"], None),
        (&oidc(server), sub(server), &["GitHub Actions of org/app on git.acme.example, branch main"], None),
        (&oidc(cloud), json!({}), &["GitHub Actions of any repository on token.actions.acme.ghe.com"], None),
    ]);
}

#[test]
fn e144_an_unusual_audience_is_told() {
    let key = |claim: &str| format!("{GITHUB}:{claim}");
    let sub = "repo:org/app:ref:refs/heads/main";
    check(&[
        (
            &oidc(GITHUB),
            json!({ "StringEquals": { key("sub"): sub, key("aud"): "https://github.com/org" } }),
            &["GitHub Actions of org/app, branch main, audience https://github.com/org"],
            None,
        ),
        (
            &oidc(GITHUB),
            json!({ "StringLike": { key("sub"): sub, key("aud"): "sts.*" } }),
            &["GitHub Actions of org/app, branch main, audience like sts.*"],
            None,
        ),
    ]);
}

#[test]
fn e144_gitlab_subjects_in_words() {
    let own = "git.acme.example";
    let like = |issuer: &str, sub: &str| json!({ "StringLike": { format!("{issuer}:sub"): sub } });
    let gitlab = oidc("gitlab.com");
    check(&[
        (
            &gitlab,
            like("gitlab.com", "project_path:group/app:ref_type:branch:ref:main"),
            &["GitLab CI of group/app, branch main"],
            None,
        ),
        (&gitlab, like("gitlab.com", "project_path:group/app:*"), &["GitLab CI of group/app, any branch or tag"], None),
        (
            &gitlab,
            like("gitlab.com", "project_path:group/*:ref_type:tag:ref:v*"),
            &["GitLab CI of any project of the group group, tags that begin with v"],
            None,
        ),
        (
            &gitlab,
            like("gitlab.com", "project_path:group*"),
            &["GitLab CI of projects that begin with group, any branch or tag"],
            Some("sub like project_path:group* fixes no group: any project on GitLab.com"),
        ),
        (
            &gitlab,
            json!({ "StringEquals": { "gitlab.com:aud": "https://gitlab.com" } }),
            &["GitLab CI of any project"],
            Some("no condition on sub: any project on GitLab.com"),
        ),
        (
            &oidc(own),
            like(own, "project_path:group/app:ref_type:branch:ref:main"),
            &["GitLab CI of group/app on git.acme.example, branch main"],
            None,
        ),
        (&oidc("gitlab.acme.example"), json!({}), &["GitLab CI of any project on gitlab.acme.example"], None),
    ]);
}
