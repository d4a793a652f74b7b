//! MFA along the way (E166, E167, E169).

use iamreach::evaluate::{EvaluateOptions, Outcome};
use iamreach::query::AccessRow;
use serde_json::json;

use crate::input::*;

#[test]
fn e166_a_row_with_mfa_stays_when_its_condition_is_another() {
    let statements = json!([
        { "Effect": "Allow", "Action": "s3:GetObject", "Resource": "*",
          "Condition": { "IpAddress": { "aws:SourceIp": "192.0.2.0/24" } } },
        { "Effect": "Allow", "Action": "s3:GetObject", "Resource": "*",
          "Condition": { "NumericLessThan": { "aws:MultiFactorAuthAge": "3600" } } },
    ]);
    let input = Input::new().account(A, &[user(A, "ann", statements)], &[]).bucket(A, "data", &policy(json!([])));
    let rows = who_can(&input.load(), EvaluateOptions::default(), "s3:GetObject", "arn:aws:s3:::data/x", 5);
    let rows = of(&rows, "user/ann");
    assert!(rows.iter().any(|row| row.needs_mfa()), "with MFA from anywhere");
    assert_eq!(rows.len(), 2);
}

#[test]
fn e166_what_can_tells_of_a_role_entered_freely_only_with_mfa() {
    let trust = json!([
        { "Effect": "Allow", "Principal": { "AWS": "arn:aws:iam::111111111111:user/ann" }, "Action": "sts:AssumeRole",
          "Condition": { "IpAddress": { "aws:SourceIp": "192.0.2.0/24" } } },
        { "Effect": "Allow", "Principal": { "AWS": "arn:aws:iam::111111111111:user/ann" }, "Action": "sts:AssumeRole",
          "Condition": { "Bool": { "aws:MultiFactorAuthPresent": "true" } } },
    ]);
    let reads = json!([{ "Effect": "Allow", "Action": "s3:GetObject", "Resource": "*" }]);
    let input = Input::new().account(A, &[user(A, "ann", nothing())], &[role(A, "reader", trust, reads)]).bucket(
        A,
        "data",
        &policy(json!([])),
    );
    let rows = what_can(&input.load(), "user/ann");
    let entered = |row: &&AccessRow| row.resource.ends_with("role/reader");
    assert!(rows.iter().filter(entered).any(|row| row.needs_mfa()));
    assert!(rows.iter().filter(entered).any(|row| !row.needs_mfa()));
    let reads = |row: &&AccessRow| row.resource.ends_with("data/*") && row.path.len() == 1;
    assert!(rows.iter().filter(reads).any(|row| row.needs_mfa() && row.path[0].condition.is_true()));
}

#[test]
fn e167_context_may_say_that_a_session_is_without_mfa() {
    let denies = json!([{ "Effect": "Allow", "Action": "s3:GetObject", "Resource": "*" },
                        { "Effect": "Deny", "Action": "s3:GetObject", "Resource": "*",
                          "Condition": { "Bool": { "aws:MultiFactorAuthPresent": "false" } } }]);
    let input =
        Input::new().account(A, &[], &[role(A, "reader", trusts(A), denies)]).bucket(A, "data", &policy(json!([])));
    let loaded = input.load();
    let ask = |value: &str| {
        let context = vec![("aws:MultiFactorAuthPresent".to_owned(), vec![value.to_owned()])];
        let options = EvaluateOptions { context, ..EvaluateOptions::default() };
        let rows = who_can(&loaded, options, "s3:GetObject", "arn:aws:s3:::data/x", 0);
        of(&rows, "role/reader").iter().map(|row| row.outcome).collect::<Vec<_>>()
    };
    assert_eq!(ask("false"), []);
    assert_eq!(ask("true"), [Outcome::AllowedIf]);
}

#[test]
fn e169_mfa_that_another_account_vouches_for_stays_a_condition() {
    let trust = |account: &str| {
        json!([{ "Effect": "Allow", "Principal": { "AWS": account }, "Action": "sts:AssumeRole",
                 "Condition": { "Bool": { "aws:MultiFactorAuthPresent": "true" } } }])
    };
    // Whoever the other account gives a device can satisfy it: its users are no less outside for that.
    let input =
        Input::new().account(A, &[], &[role(A, "reader", trust(B), reads())]).bucket(A, "data", &policy(json!([])));
    let rows = who_can(&input.load(), EvaluateOptions::default(), "s3:GetObject", "arn:aws:s3:::data/x", 3);
    let outside = of(&rows, B);
    assert_eq!(outside.iter().map(|row| row.outcome).collect::<Vec<_>>(), [Outcome::AllowedIf]);
    let hop = &outside[0].path[0];
    assert!(hop.condition.to_string().contains("aws:MultiFactorAuthPresent"), "{}", hop.condition);
    // Where the other account is known, each of its users that may assume the role can with MFA.
    let may_assume = json!([{ "Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*" }]);
    let users = [user(B, "bob", may_assume), user(B, "eve", nothing())];
    let rows = who_can(
        &input.account(B, &users, &[]).load(),
        EvaluateOptions::default(),
        "s3:GetObject",
        "arn:aws:s3:::data/x",
        3,
    );
    let of_bob: Vec<_> = of(&rows, "user/bob").iter().map(|row| (row.outcome.is_allowed(), row.needs_mfa())).collect();
    assert_eq!(of_bob, [(true, true)]);
    assert!(of(&rows, "user/eve").is_empty());
}

/// A question that says whether MFA was used is about credentials of that kind.
#[test]
fn e166_the_question_may_say_whether_mfa_was_used() {
    let with = json!([{ "Effect": "Allow", "Action": "s3:GetObject", "Resource": "*",
                        "Condition": { "Bool": { "aws:MultiFactorAuthPresent": "true" } } }]);
    let unless = json!([{ "Effect": "Allow", "Action": "s3:GetObject", "Resource": "*",
                          "Condition": { "Bool": { "aws:MultiFactorAuthPresent": "false" } } }]);
    let users = [user(A, "ann", with), user(A, "bob", unless)];
    let loaded = Input::new().account(A, &users, &[]).bucket(A, "data", &policy(json!([]))).load();
    for hops in [0, 3] {
        let asked = |value: &str| {
            let context = vec![("aws:MultiFactorAuthPresent".to_owned(), vec![value.to_owned()])];
            let options = EvaluateOptions { context, ..EvaluateOptions::default() };
            let rows = who_can(&loaded, options, "s3:GetObject", "arn:aws:s3:::data/x", hops);
            ["user/ann", "user/bob"].map(|who| of(&rows, who).len())
        };
        assert_eq!(asked("true"), [1, 0]);
        assert_eq!(asked("false"), [0, 1]);
    }
}
