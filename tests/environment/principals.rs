//! Whom principal elements name among all that an input holds (E8, E19, E29-E42).

use iamreach::action::ActionName;
use iamreach::arn::Arn;
use iamreach::evaluate::{EvaluateOptions, Evaluator, Outcome};
use iamreach::query::{Engine, Goal, Paths, SubjectKind, select_caller};
use iamreach::request::{Caller, Credentials};
use serde_json::{Value, json};

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
    let question = Paths { max_hops: 5, ..Paths::between(from, Goal::Become(reader)) };
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

/// A role below a path.
fn role_below(path: &str, name: &str, statements: Value) -> Value {
    let mut role = role(A, name, trusts(A), statements);
    role["Path"] = json!(path);
    role["Arn"] = json!(format!("arn:aws:iam::{A}:role{path}{name}"));
    role
}

#[test]
fn e8_e19_a_session_is_found_with_the_path_of_its_role() {
    let session = "arn:aws:sts::111111111111:assumed-role/reader/ci";
    let with_path = "arn:aws:iam::111111111111:role/team/red/reader";
    let without_path = "arn:aws:iam::111111111111:role/reader";
    let roles = [role_below("/team/red/", "reader", nothing()), role_below("/team/red/", "writer", nothing())];
    let ask = |grant: Value| {
        let input = Input::new().account(A, &[], &roles).bucket(A, "data", &policy(grant));
        let loaded = input.load();
        let rows = who_can(&loaded, EvaluateOptions::default(), "s3:GetObject", "arn:aws:s3:::data/x", 0);
        let of_roles = rows.into_iter().filter(|row| row.subject.kind == SubjectKind::Role);
        of_roles.map(|row| (row.subject.name.to_string(), row.outcome)).collect::<Vec<_>>()
    };
    // The session's ARN has no path; its role is looked up by name. Which session it is, remains open.
    let one_session = vec![(with_path.to_owned(), Outcome::AllowedIf)];
    let every_session = vec![(with_path.to_owned(), Outcome::Allowed)];
    assert_eq!(ask(grants(&json!({ "AWS": session }))), one_session);
    assert_eq!(ask(grants(&json!({ "AWS": with_path }))), every_session);
    assert_eq!(ask(grants(&json!({ "AWS": without_path }))), []);
    let only = |arn: &str| {
        let mut grant = grants(&json!({ "AWS": "*" }));
        grant[0]["Condition"] = json!({ "ArnEquals": { "aws:PrincipalArn": arn } });
        grant
    };
    assert_eq!(ask(only(with_path)), every_session);
    assert_eq!(ask(only(without_path)), []);
    assert_eq!(ask(only(session)), []);
}

#[test]
fn e29_t7_a_user_named_is_also_its_federated_sessions() {
    let session = |allows: Value| {
        let users = [user(A, "ann", nothing()), user(A, "bob", nothing())];
        let input = Input::new().account(A, &users, &[]).bucket(
            A,
            "data",
            &policy(grants(&json!({ "AWS": "arn:aws:iam::111111111111:user/ann" }))),
        );
        let loaded = input.load_with_session(&policy(allows));
        let outcome = |user: &str, passed: bool| {
            let Caller::User { arn: user, account, .. } = named(&loaded, user) else { panic!("no user") };
            let arn = Arn::parse("arn:aws:sts::111111111111:federated-user/visitor").unwrap();
            let session = passed.then(|| loaded.session_policies.clone());
            let options = EvaluateOptions { session, ..EvaluateOptions::default() };
            let evaluator = Evaluator::new(&loaded.environment, options);
            let target = evaluator.target(&ActionName::parse("s3:GetObject").unwrap(), "arn:aws:s3:::data/x");
            let visitor = Caller::FederatedUser { account, arn, user: Some(user) };
            evaluator.decide(&visitor, Credentials::FederatedUser, &target).outcome()
        };
        [outcome("user/ann", true), outcome("user/ann", false), outcome("user/bob", true)]
    };
    // Its identity policies need not allow; its session policy must, and one that was not passed does not.
    let [of_ann, without_policy, of_bob] = session(reads());
    assert_eq!(of_ann, Outcome::Allowed);
    assert_eq!([without_policy, of_bob], [Outcome::ImplicitlyDenied; 2]);
    assert_eq!(session(nothing())[0], Outcome::ImplicitlyDenied);
}

#[test]
fn e30_e31_an_id_is_one_living_principal_and_a_condition_a_name() {
    let users = [user(A, "ann", nothing()), user(A, "bob", nothing())];
    let roles = [role(A, "reader", trusts(A), nothing())];
    let ask = |grant: Value| {
        let loaded = Input::new().account(A, &users, &roles).bucket(A, "data", &policy(grant)).load();
        let rows = direct(&loaded, "s3:GetObject", "arn:aws:s3:::data/x").into_iter();
        rows.filter(|(name, _)| !name.ends_with(":root") && name != "*").collect::<Vec<_>>()
    };
    let allowed = |name: &str| vec![(format!("arn:aws:iam::{A}:{name}"), Outcome::Allowed)];
    assert_eq!(ask(grants(&json!({ "AWS": "AIDAANN" }))), allowed("user/ann"));
    assert_eq!(ask(grants(&json!({ "AWS": "AROAREADER" }))), allowed("role/reader"));
    // Left behind by a user that was deleted: nobody, though there is a user of that name again.
    assert_eq!(ask(grants(&json!({ "AWS": ["AIDAOLD", "AROAOLD"] }))), []);
    let mut by_name = grants(&json!({ "AWS": "*" }));
    by_name[0]["Condition"] = json!({ "ArnEquals": { "aws:PrincipalArn": "arn:aws:iam::111111111111:user/ann" } });
    assert_eq!(ask(by_name), allowed("user/ann"));
    // The same in a trust policy.
    let reaches = |principal: &str| {
        let roles = [role(A, "reader", trusts(principal), reads())];
        let input = Input::new().account(A, &users, &roles).bucket(A, "data", &policy(json!([])));
        let rows = who_can(&input.load(), EvaluateOptions::default(), "s3:GetObject", "arn:aws:s3:::data/x", 1);
        rows.iter().filter(|row| !row.path.is_empty()).map(|row| row.subject.name.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(reaches("AIDAANN"), ["arn:aws:iam::111111111111:user/ann"]);
    assert!(reaches("AIDAOLD").is_empty());
}

#[test]
fn e36_canonical_users_and_identities_of_cloudfront_are_outsiders() {
    let canonical = "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be";
    let identity = "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1";
    for (principal, name) in
        [(json!({ "CanonicalUser": canonical }), canonical), (json!({ "AWS": identity }), identity)]
    {
        let input =
            Input::new().account(A, &[user(A, "ann", nothing())], &[]).bucket(A, "data", &policy(grants(&principal)));
        let rows = who_can(&input.load(), EvaluateOptions::default(), "s3:GetObject", "arn:aws:s3:::data/x", 0);
        let outside: Vec<_> = rows.iter().filter(|row| row.subject.kind.is_external()).collect();
        assert_eq!(outside.len(), 1, "{rows:?}");
        let found = (&*outside[0].subject.name, outside[0].subject.kind, outside[0].outcome);
        assert_eq!(found, (name, SubjectKind::CanonicalUser, Outcome::Allowed));
        // Neither the owner's account nor the public.
        assert!(rows.iter().all(|row| row.subject.kind != SubjectKind::Anonymous));
        assert!(of(&rows, "user/ann").is_empty());
    }
}

/// Nobody in an account outside the input has the ARN or the account of one within (section 5).
#[test]
fn e7_outsiders_are_told_apart_by_account() {
    for (key, value) in
        [("aws:PrincipalArn", "arn:aws:iam::111111111111:user/ann"), ("aws:PrincipalAccount", "111111111111")]
    {
        let mut everyone = grants(&json!({ "AWS": "*" }));
        everyone[0]["Condition"]["StringEquals"][key] = json!(value);
        let input = Input::new().account(A, &[user(A, "ann", nothing())], &[]).bucket(A, "data", &policy(everyone));
        let rows = direct(&input.load(), "s3:GetObject", "arn:aws:s3:::data/x");
        assert!(rows.iter().all(|(name, _)| name != "*"), "{key}: {rows:?}");
        assert!(rows.iter().any(|(name, _)| name.ends_with("user/ann")), "{key}: {rows:?}");
    }
}

/// A Deny with `NotPrincipal` spares nobody who has a boundary, and of an account that was not collected nobody tells.
#[test]
fn e41_whether_an_outsider_has_a_boundary_is_not_known() {
    let zoe = "arn:aws:iam::222222222222:user/zoe";
    let statements = json!([
        { "Effect": "Allow", "Principal": { "AWS": zoe }, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::data/*" },
        { "Effect": "Deny", "NotPrincipal": { "AWS": [zoe, B] }, "Action": "s3:*", "Resource": "arn:aws:s3:::data/*" },
    ]);
    let bucket = || Input::new().account(A, &[], &[]).bucket(A, "data", &policy(statements.clone()));
    let of_zoe = |input: Input| {
        let rows = direct(&input.load(), "s3:GetObject", "arn:aws:s3:::data/x");
        rows.into_iter().find(|(name, _)| name == zoe).map(|(_, outcome)| outcome)
    };
    assert_eq!(of_zoe(bucket()), Some(Outcome::Unknown));
    assert_eq!(of_zoe(bucket().account(B, &[user(B, "zoe", reads())], &[])), Some(Outcome::Allowed));
}
