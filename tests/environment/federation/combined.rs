//! Conditions that combine, and providers that nothing names.

use iamreach::condition::Residual;
use iamreach::request::ANY_PROVIDER;

use super::*;

const GITHUB: &str = "token.actions.githubusercontent.com";

fn key(claim: &str) -> String {
    format!("{GITHUB}:{claim}")
}

#[test]
fn e193_what_has_no_words_stands_behind_them() {
    check(&[
        (
            &oidc(GITHUB),
            json!({ "StringLike": { key("sub"): "repo:org/app:*" }, "IpAddress": { "aws:SourceIp": "203.0.113.0/24" } }),
            &["GitHub Actions of org/app, any branch, tag, environment or pull request, \
               if aws:SourceIp in 203.0.113.0/24"],
            None,
        ),
        (
            &oidc(GITHUB),
            json!({ "StringLike": { key("sub"): "repo:org/*" }, "StringEquals": { "sts:RoleSessionName": ["a", "b"] } }),
            &["GitHub Actions of any repository of org, any branch, tag, environment or pull request, \
               if sts:RoleSessionName is a or b"],
            None,
        ),
    ]);
}

#[test]
fn e144_two_tests_of_one_claim_narrow_it() {
    let sub = key("sub");
    let statement = json!([{
        "Effect": "Allow", "Principal": { "Federated": oidc(GITHUB) }, "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": { "StringLike": { sub.clone(): "repo:org/*" },
                       "ForAnyValue:StringLike": { sub: "*:ref:refs/heads/main" } },
    }]);
    let found = by_statements(&oidc(GITHUB), statement);
    let words = "GitHub Actions of any repository of org, any branch, tag, environment or pull request, \
                 if some value of token.actions.githubusercontent.com:sub like *:ref:refs/heads/main";
    assert_eq!((found.words, found.open), (vec![words.into()], None));
}

#[test]
fn e144_statements_are_alternatives_and_denials_refuse() {
    let to = |effect: &str, sub: &str| {
        json!({ "Effect": effect, "Principal": { "Federated": oidc(GITHUB) }, "Action": "sts:AssumeRoleWithWebIdentity",
                "Condition": { "StringLike": { key("sub"): sub } } })
    };
    let found = by_statements(
        &oidc(GITHUB),
        json!([
            to("Allow", "repo:org/a:*"),
            to("Allow", "repo:org/b:environment:prod"),
            to("Deny", "repo:org/a:pull_request")
        ]),
    );
    let words = [
        "GitHub Actions of org/a, any branch, tag, environment or pull request; \
         except for GitHub Actions of org/a, pull requests",
        "GitHub Actions of org/b, environment prod",
    ];
    assert_eq!(found.words.iter().map(|words| &**words).collect::<Vec<_>>(), words);
    assert_eq!(found.open, None);
    let found =
        by_statements(&oidc(GITHUB), json!([to("Allow", "repo:org/a:pull_request"), to("Deny", "repo:org/a:*")]));
    assert_eq!(found, Entrants::default());
}

#[test]
fn e77_a_test_that_may_be_missing_opens_nothing() {
    // A token always has a subject.
    let found = by_statements(
        &oidc(GITHUB),
        json!([statement(
            &oidc(GITHUB),
            json!({ "StringEqualsIfExists": { key("sub"): "repo:org/app:pull_request" } })
        )]),
    );
    let words = [
        "GitHub Actions of any repository on GitHub, if token.actions.githubusercontent.com:sub is absent",
        "GitHub Actions of org/app, pull requests",
    ];
    assert_eq!(found.words.iter().map(|words| &**words).collect::<Vec<_>>(), words);
    assert_eq!(found.open, None);
}

#[test]
fn e144_variables_fix_nobody() {
    check(&[(
        &oidc(GITHUB),
        json!({ "StringLike": { key("sub"): "repo:${aws:SourceIp}/app:*" } }),
        &["GitHub Actions of repository app of any owner, any branch, tag, environment or pull request, \
           if token.actions.githubusercontent.com:sub like repo:${aws:SourceIp}/app:*"],
        Some("sub like repo:*/app:* fixes no owner: any owner, whoever they are"),
    )]);
}

#[test]
fn e34_a_provider_that_nothing_names_is_known_by_its_claims() {
    let caller = Caller::FederatedProvider(ANY_PROVIDER.into());
    let told = |condition: &Residual| {
        let found = who_enters(&caller, condition);
        (found.words.iter().map(|words| words.to_string()).collect::<Vec<_>>(), found.open.map(|open| open.to_string()))
    };
    let sub = Residual::test("StringEquals", &key("sub"), "repo:org/app:pull_request");
    assert_eq!(told(&sub), (vec!["GitHub Actions of org/app, pull requests".to_owned()], None));
    let saml = Residual::test("StringEquals", "saml:sub", "ann");
    let words = "anyone whom a SAML provider of the account vouches for, subject ann";
    assert_eq!(told(&saml), (vec![words.to_owned()], None));
    let by_arn = Residual::test("StringEquals", "aws:federatedprovider", oidc("gitlab.com"));
    assert!(told(&by_arn).0[0].starts_with("GitLab CI of any project"), "{:?}", told(&by_arn));
    assert!(told(&by_arn).1.is_some());
    let words = "anyone whom some identity provider of the account vouches for";
    let open = "no provider is named: any identity provider of the role's account";
    assert_eq!(told(&Residual::True), (vec![words.to_owned()], Some(open.to_owned())));
    assert_eq!(told(&Residual::False), (vec![], None));
}

#[test]
fn e143_others_come_in_otherwise() {
    let found = who_enters(&Caller::Anonymous, &Residual::True);
    assert_eq!(found, Entrants::default());
}

/// What is multiplied out is bounded; the rest is told as it is.
#[test]
fn e74_many_alternatives_stay_few() {
    let many = |name: &str| (0..40).map(|n| format!("{name}{n}")).collect::<Vec<_>>();
    let subs: Vec<String> = many("app").iter().map(|app| format!("repo:org/{app}:pull_request")).collect();
    let found = by_statements(
        &oidc(GITHUB),
        json!([statement(&oidc(GITHUB), json!({ "StringEquals": { key("sub"): subs, key("actor"): many("user") } }))]),
    );
    assert_eq!(found.words.len(), 40);
    for words in &found.words {
        assert!(words.starts_with("GitHub Actions of org/app") && words.contains("user39"), "{words}");
    }
}
