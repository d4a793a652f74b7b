//! An organization's policies over the accounts they are attached to (E98, E102, E106).

use iamreach::evaluate::Outcome;
use iamreach::request::Credentials;
use serde_json::{Value, json};

use crate::input::*;

const MANAGEMENT: &str = "999999999999";

fn denies() -> Value {
    json!([{ "Effect": "Deny", "Action": "s3:*", "Resource": "*" }])
}

fn guards() -> Value {
    json!([{ "Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*" }])
}

/// Three accounts, each with a reader and a bucket named after it, which lets all three read.
fn input(attached: &[Attached<'_>]) -> Input {
    let accounts = [A, B, MANAGEMENT];
    let everyone = json!([{ "Effect": "Allow", "Principal": { "AWS": accounts }, "Action": "s3:*", "Resource": "*" }]);
    let of_account = |input: Input, account: &&str| {
        let reader = user(account, &format!("reader-{account}"), reads());
        input.account(account, &[reader], &[]).bucket(account, &format!("data-{account}"), &policy(everyone.clone()))
    };
    accounts.iter().fold(Input::new(), of_account).organization(MANAGEMENT, &[A, B], attached)
}

/// Which accounts' users may read the bucket of an account.
fn readers(input: &Input, owner: &str) -> Vec<String> {
    let rows = direct(&input.load(), "s3:GetObject", &format!("arn:aws:s3:::data-{owner}/x"));
    let allowed = rows.into_iter().filter(|(name, outcome)| name.contains(":user/") && *outcome == Outcome::Allowed);
    allowed.map(|(name, _)| name.rsplit('-').next().unwrap().to_owned()).collect()
}

#[test]
fn e98_e102_the_management_account_is_not_limited() {
    let scp = |target| [("SERVICE_CONTROL_POLICY", target, denies())];
    for owner in [A, B, MANAGEMENT] {
        assert_eq!(readers(&input(&[]), owner), [A, B, MANAGEMENT]);
        assert_eq!(readers(&input(&scp("r-a")), owner), [MANAGEMENT], "at the root");
        assert_eq!(readers(&input(&scp(MANAGEMENT)), owner), [A, B, MANAGEMENT], "at the management account itself");
        assert_eq!(readers(&input(&scp(A)), owner), [B, MANAGEMENT], "at a member");
    }
    // Its root user is not limited either; a member's is.
    let loaded = input(&scp("r-a")).load();
    let root = |account: &str| {
        let rows = direct(&loaded, "s3:GetObject", &format!("arn:aws:s3:::data-{account}/x"));
        rows.iter().any(|(name, outcome)| name.ends_with(&format!("{account}:root")) && *outcome == Outcome::Allowed)
    };
    assert!(root(MANAGEMENT) && !root(A));
}

#[test]
fn e106_the_owners_resource_control_policies_apply() {
    let rcp = |target| [("RESOURCE_CONTROL_POLICY", target, guards())];
    let guarded = input(&rcp(B));
    assert!(readers(&guarded, B).is_empty());
    // Those of the caller's account have no say in another's resources.
    assert_eq!(readers(&guarded, A), [A, B, MANAGEMENT]);
    assert_eq!(readers(&guarded, MANAGEMENT), [A, B, MANAGEMENT]);
    // The management account's resources are out of their reach.
    let everywhere = input(&rcp("r-a"));
    assert!(readers(&everywhere, A).is_empty() && readers(&everywhere, B).is_empty());
    assert_eq!(readers(&everywhere, MANAGEMENT), [A, B, MANAGEMENT]);
}

/// Section 5: what is outside has not the organization's id, on either side.
#[test]
fn e98_a_resource_of_an_outsider_is_not_of_the_organization() {
    let perimeter = json!([
        { "Effect": "Allow", "Action": "s3:*", "Resource": "*" },
        { "Effect": "Deny", "Action": "s3:*", "Resource": "*",
          "Condition": { "StringNotEquals": { "aws:ResourceOrgID": "o-a" } } },
    ]);
    let outside = "999988887777";
    let reads = |owner: &str| {
        let resources = json!([{ "Arn": "arn:aws:s3:::data", "Account": owner,
                                 "Policy": policy(grants(&json!({ "AWS": B }))) }]);
        let input = Input::new().account(A, &[], &[]).account(B, &[user(B, "zoe", perimeter.clone())], &[]);
        let input = input.organization(A, &[B], &[]).file("resource-policies.json", &resources);
        let loaded = input.load();
        outcome(&loaded, &named(&loaded, "user/zoe"), Credentials::LongTermKey, "s3:GetObject", "arn:aws:s3:::data/x")
    };
    assert_eq!(reads(B), Outcome::Allowed);
    assert_eq!(reads(outside), Outcome::ExplicitlyDenied);
}
