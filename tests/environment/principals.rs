//! Whom principal elements name among all that an input holds (E8, E19, E29-E42).

use iamreach::evaluate::{EvaluateOptions, Evaluator, Outcome};
use iamreach::query::{Engine, Goal, Paths, SubjectKind, select_caller};
use serde_json::json;

use crate::input::*;

#[test]
fn e33_everyone_under_a_source_key_means_some_service() {
    let source = json!({ "ArnEquals": { "aws:SourceArn": "arn:aws:sns:eu-west-1:111111111111:t" } });
    let open = policy(json!([
        { "Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:::data/*", "Condition": source }
    ]));
    let input = Input::new().account(A, &[user(A, "ann", nothing())], &[]).bucket(A, "data", &open);
    let rows = who_can(&input.load(), EvaluateOptions::default(), "s3:GetObject", "arn:aws:s3:::data/x", 0);
    let outside: Vec<_> = rows.iter().filter(|row| row.subject.kind.is_external()).collect();
    assert_eq!(outside.len(), 1);
    assert_eq!((outside[0].subject.kind, outside[0].outcome), (SubjectKind::Service, Outcome::AllowedIf));
    assert!(outside[0].condition.to_string().starts_with("aws:SourceArn"), "{}", outside[0].condition);
}

#[test]
fn e42_equal_principals_are_parted_by_an_allow_to_all_but_one() {
    let may_assume = json!([{ "Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*" }]);
    let reads = json!([{ "Effect": "Allow", "Action": "s3:GetObject", "Resource": "*" }]);
    let trust = json!([{ "Effect": "Allow", "NotPrincipal": { "AWS": ["arn:aws:iam::111111111111:user/ann"] },
                         "Action": "sts:AssumeRole" }]);
    let users = [user(A, "ann", may_assume.clone()), user(A, "bob", may_assume)];
    let input =
        Input::new().account(A, &users, &[role(A, "reader", trust, reads)]).bucket(A, "data", &policy(json!([])));
    let loaded = input.load();
    let rows = who_can(&loaded, EvaluateOptions::default(), "s3:GetObject", "arn:aws:s3:::data/x", 5);
    assert_eq!(of(&rows, "user/ann").len(), 0);
    assert_eq!(of(&rows, "user/bob").len(), 1);
    let engine = Engine::new(Evaluator::new(&loaded.environment, EvaluateOptions::default()));
    let from = select_caller(&loaded.environment, "user/ann").unwrap();
    let reader = select_caller(&loaded.environment, "role/reader").unwrap();
    let question = Paths { from, goal: Goal::Become(reader), max_hops: 5, max_paths: 1 };
    assert_eq!(engine.paths(&question).len(), 0);
}

#[test]
fn context_reaches_what_is_unknown_and_never_what_is_fixed() {
    let tagged = json!([{ "Effect": "Allow", "Action": "s3:GetObject", "Resource": "*",
                          "Condition": { "StringEquals": { "aws:PrincipalTag/team": "red" } } }]);
    let input = Input::new().account(A, &[user(A, "ann", tagged)], &[]).bucket(A, "data", &policy(json!([])));
    let options = EvaluateOptions {
        context: vec![("aws:PrincipalTag/team".to_owned(), vec!["red".to_owned()])],
        ..EvaluateOptions::default()
    };
    let rows = who_can(&input.load(), options, "s3:GetObject", "arn:aws:s3:::data/x", 5);
    assert_eq!(of(&rows, "user/ann").len(), 0, "the user has no such tag");
}
