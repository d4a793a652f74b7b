//! Resources, their policies and their owners (E49, E58, E119, E174, E175, E183).

use iamreach::evaluate::{EvaluateOptions, Outcome};
use serde_json::json;

use crate::input::*;

#[test]
fn e49_a_bucket_policy_that_was_refused_may_name_anyone() {
    let refused = policy(json!([{ "Effect": "Allow", "Principal": "*", "Resource": "arn:aws:s3:::data/*" }]));
    let input = Input::new().account(A, &[user(A, "ann", nothing())], &[]).bucket(A, "data", &refused);
    let rows = who_can(&input.load(), EvaluateOptions::default(), "s3:GetObject", "arn:aws:s3:::data/x", 0);
    let outside: Vec<_> = rows.iter().filter(|row| row.subject.kind.is_external()).map(|row| row.outcome).collect();
    assert_eq!(outside, [Outcome::Unknown, Outcome::Unknown]);
}

#[test]
fn e58_actions_with_a_known_service_resource_are_decided_by_themselves() {
    // Only ListUsers is authorised against `user/`.
    let statements = json!([{ "Effect": "Allow", "Action": "iam:List*", "Resource": "arn:aws:iam::111111111111:user/" },
                            { "Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*" }]);
    let input = Input::new().account(A, &[user(A, "ann", statements)], &[]);
    let loaded = input.load();
    let rows = what_can(&loaded, "user/ann");
    let listed: Vec<&str> = rows
        .iter()
        .filter(|row| &*row.resource == "*" && row.outcome == Outcome::Allowed)
        .flat_map(|row| row.actions.iter().map(|action| &**action))
        .filter(|action| action.starts_with("iam:"))
        .collect();
    assert_eq!(listed, ["iam:ListUsers"]);
}

#[test]
fn e119_a_role_whose_policies_were_not_collected_is_not_allowed_outright() {
    let grant = json!([{ "Effect": "Allow", "Principal": { "AWS": format!("arn:aws:iam::{B}:role/theirs") },
                         "Action": "s3:GetObject", "Resource": "arn:aws:s3:::theirs/*" }]);
    let input = Input::new().account(A, &[user(A, "ann", nothing())], &[]).bucket(B, "theirs", &policy(grant));
    let rows = who_can(&input.load(), EvaluateOptions::default(), "s3:GetObject", "arn:aws:s3:::theirs/x", 5);
    let role = of(&rows, "role/theirs");
    assert_eq!(role.iter().map(|row| row.outcome).collect::<Vec<_>>(), [Outcome::AllowedIf]);
}

#[test]
fn e174_the_owner_account_is_named_when_its_principals_were_not_collected() {
    let input = Input::new().account(A, &[user(A, "ann", nothing())], &[]).bucket(
        B,
        "theirs",
        &policy(json!([{ "Effect": "Allow", "Principal": { "AWS": B }, "Action": "s3:GetObject",
                                              "Resource": "arn:aws:s3:::theirs/*" }])),
    );
    let rows = who_can(&input.load(), EvaluateOptions::default(), "s3:GetObject", "arn:aws:s3:::theirs/x", 5);
    let account = of(&rows, B);
    assert_eq!(account.iter().map(|row| row.outcome).collect::<Vec<_>>(), [Outcome::AllowedIf]);
}

#[test]
fn e175_what_can_asks_about_what_a_bucket_policy_names() {
    let grant = json!([{ "Effect": "Allow", "Principal": { "AWS": "arn:aws:iam::111111111111:user/ann" },
                         "Action": "s3:GetObject", "Resource": "arn:aws:s3:::data/team/*" }]);
    let input = Input::new().account(A, &[user(A, "ann", nothing())], &[]).bucket(A, "data", &policy(grant));
    let rows = what_can(&input.load(), "user/ann");
    assert!(rows.iter().any(|row| &*row.resource == "arn:aws:s3:::data/team/*"), "{rows:?}");
}
