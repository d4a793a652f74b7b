//! Who comes into the sample through its providers.

use std::path::Path;

use iamreach::load::{LoadOptions, load};

use super::*;

#[test]
fn e144_who_comes_into_the_sample() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/sample");
    let loaded = load(&[folder], &LoadOptions::default());
    let told = |account: &str, provider: &str| {
        let provider = format!("arn:aws:iam::{account}:{provider}");
        let roles = loaded.environment.principals().map(|(_, principal)| principal.arn.as_str());
        let found = roles.filter(|arn| arn.contains(&format!("::{account}:role/"))).flat_map(|arn| {
            let entrants = enter(&loaded, &provider, arn);
            assert_eq!(entrants.open, None, "{arn}");
            entrants.words
        });
        let mut found: Vec<String> = found.map(String::from).collect();
        found.dedup();
        found
    };
    assert_eq!(
        told("444455556666", "oidc-provider/token.actions.githubusercontent.com"),
        ["GitHub Actions of alder-analytics/pipeline, branch main"]
    );
    assert_eq!(
        told("222233334444", "saml-provider/AWSSSO_9d3b7c1f5e2a8046_DO_NOT_DELETE"),
        ["whoever IAM Identity Center assigns the role to"]
    );
    assert_eq!(
        told("222233334444", "saml-provider/AlderCorpIdP"),
        ["anyone whom the SAML provider AlderCorpIdP vouches for"]
    );
}
