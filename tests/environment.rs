//! What is decided over a whole environment: small inputs, each with a way to a wrong answer.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test target")]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use iamreach::action::ActionName;
use iamreach::evaluate::{EvaluateOptions, Evaluator, Outcome};
use iamreach::load::{LoadOptions, Loaded, load};
use iamreach::query::{AccessRow, Engine, Goal, Paths, SubjectKind, WhatCan, WhoCan, select_caller};
use serde_json::{Value, json};

const A: &str = "111111111111";
const B: &str = "222222222222";

/// A folder of an input, removed in the end.
struct Input(PathBuf);

impl Drop for Input {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

impl Input {
    fn new() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("iamreach-environment-{}-{number}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    fn file(self, path: &str, content: &Value) -> Self {
        let path: &Path = &self.0.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content.to_string()).unwrap();
        self
    }

    fn account(self, account: &str, users: &[Value], roles: &[Value]) -> Self {
        let content =
            json!({ "UserDetailList": users, "GroupDetailList": [], "RoleDetailList": roles, "Policies": [] });
        self.file(&format!("{account}/iam-get-account-authorization-details.json"), &content)
    }

    fn bucket(self, account: &str, name: &str, policy: &Value) -> Self {
        let buckets = json!({ "Buckets": [{ "Name": name, "CreationDate": "2026-01-01T00:00:00+00:00" }] });
        self.file(&format!("{account}/s3-list-buckets.json"), &buckets)
            .file(&format!("{account}/s3-get-bucket-policy/{name}.json"), &json!({ "Policy": policy.to_string() }))
    }

    fn load(&self) -> Loaded {
        load(std::slice::from_ref(&self.0), &LoadOptions::default())
    }
}

fn policy(statements: Value) -> Value {
    json!({ "Version": "2012-10-17", "Statement": statements })
}

fn inline(statements: Value) -> Value {
    json!([{ "PolicyName": "own", "PolicyDocument": policy(statements) }])
}

fn user(account: &str, name: &str, statements: Value) -> Value {
    json!({
        "Path": "/", "UserName": name, "UserId": format!("AIDA{}", name.to_uppercase()),
        "Arn": format!("arn:aws:iam::{account}:user/{name}"), "CreateDate": "2026-01-01T00:00:00+00:00",
        "UserPolicyList": inline(statements), "GroupList": [], "AttachedManagedPolicies": [],
    })
}

fn role(account: &str, name: &str, trust: Value, statements: Value) -> Value {
    json!({
        "Path": "/", "RoleName": name, "RoleId": format!("AROA{}", name.to_uppercase()),
        "Arn": format!("arn:aws:iam::{account}:role/{name}"), "CreateDate": "2026-01-01T00:00:00+00:00",
        "AssumeRolePolicyDocument": policy(trust), "InstanceProfileList": [],
        "RolePolicyList": inline(statements), "AttachedManagedPolicies": [],
    })
}

fn trusts(principal: &str) -> Value {
    json!([{ "Effect": "Allow", "Principal": { "AWS": principal }, "Action": "sts:AssumeRole" }])
}

fn nothing() -> Value {
    json!([{ "Effect": "Allow", "Action": "sts:DecodeAuthorizationMessage", "Resource": "*" }])
}

fn who_can(loaded: &Loaded, options: EvaluateOptions, action: &str, resource: &str, max_hops: u32) -> Vec<AccessRow> {
    let engine = Engine::new(Evaluator::new(&loaded.environment, options));
    let question =
        WhoCan { actions: vec![ActionName::parse(action).unwrap()], resources: vec![resource.to_owned()], max_hops };
    engine.who_can(&question)
}

fn what_can(loaded: &Loaded, from: &str) -> Vec<AccessRow> {
    let engine = Engine::new(Evaluator::new(&loaded.environment, EvaluateOptions::default()));
    let from = select_caller(&loaded.environment, from).unwrap();
    engine.what_can(&WhatCan { from, max_hops: 5 })
}

fn of<'r>(rows: &'r [AccessRow], subject: &str) -> Vec<&'r AccessRow> {
    rows.iter().filter(|row| row.subject.name.ends_with(subject)).collect()
}

#[test]
fn e143_a_role_entered_by_federation_goes_on_like_its_equals() {
    let provider = "arn:aws:iam::111111111111:saml-provider/corp";
    let saml =
        json!([{ "Effect": "Allow", "Principal": { "Federated": provider }, "Action": "sts:AssumeRoleWithSAML" }]);
    let may_assume = json!([{ "Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*" }]);
    let reads = json!([{ "Effect": "Allow", "Action": "s3:GetObject", "Resource": "*" }]);
    // Two roles that hold one managed policy; only the second is entered with a provider's token.
    let managed = "arn:aws:iam::111111111111:policy/chain";
    let mut alpha = role(A, "alpha", trusts(A), nothing());
    let mut beta = role(A, "beta", saml, nothing());
    for role in [&mut alpha, &mut beta] {
        role["RolePolicyList"] = json!([]);
        role["AttachedManagedPolicies"] = json!([{ "PolicyName": "chain", "PolicyArn": managed }]);
    }
    let target = role(A, "target", trusts(A), reads);
    let details = json!({
        "UserDetailList": [], "GroupDetailList": [], "RoleDetailList": [alpha, beta, target],
        "Policies": [{
            "PolicyName": "chain", "PolicyId": "ANPACHAIN", "Arn": managed, "Path": "/", "DefaultVersionId": "v1",
            "AttachmentCount": 2, "PermissionsBoundaryUsageCount": 0, "IsAttachable": true,
            "PolicyVersionList": [{ "Document": policy(may_assume), "VersionId": "v1", "IsDefaultVersion": true }],
        }],
    });
    let input = Input::new().file(&format!("{A}/iam-get-account-authorization-details.json"), &details).bucket(
        A,
        "data",
        &policy(json!([])),
    );
    let rows = who_can(&input.load(), EvaluateOptions::default(), "s3:GetObject", "arn:aws:s3:::data/x", 5);
    let rows = of(&rows, "saml-provider/corp");
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].path.iter().map(|hop| &*hop.role).collect::<Vec<_>>().len(), 2);
}

#[test]
fn shortest_path_of_one_that_has_an_edge_of_its_own_and_a_set() {
    // The user is named by `a-near` alone, and belongs to those who may enter `z-goal`.
    let reads = json!([{ "Effect": "Allow", "Action": "s3:GetObject", "Resource": "*" }]);
    let may_assume = json!([{ "Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*" }]);
    let named = trusts("arn:aws:iam::111111111111:user/ann");
    let roles = [role(A, "a-near", named, may_assume.clone()), role(A, "z-goal", trusts(A), reads)];
    let input = Input::new().account(A, &[user(A, "ann", may_assume)], &roles).bucket(A, "data", &policy(json!([])));
    let loaded = input.load();
    for max_hops in [1, 5] {
        let rows = who_can(&loaded, EvaluateOptions::default(), "s3:GetObject", "arn:aws:s3:::data/x", max_hops);
        let rows = of(&rows, "user/ann");
        assert_eq!(rows.len(), 1);
        assert_eq!(rows[0].path.len(), 1, "max hops {max_hops}");
    }
}

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
    assert!(rows.iter().any(|row| row.needs_mfa), "with MFA from anywhere");
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
    assert!(rows.iter().filter(entered).any(|row| row.needs_mfa));
    assert!(rows.iter().filter(entered).any(|row| !row.needs_mfa));
    let reads = |row: &&AccessRow| row.resource.ends_with("data/*") && row.path.len() == 1;
    assert!(rows.iter().filter(reads).any(|row| row.needs_mfa && row.path[0].condition.is_true()));
}

#[test]
fn e175_what_can_asks_about_what_a_bucket_policy_names() {
    let grant = json!([{ "Effect": "Allow", "Principal": { "AWS": "arn:aws:iam::111111111111:user/ann" },
                         "Action": "s3:GetObject", "Resource": "arn:aws:s3:::data/team/*" }]);
    let input = Input::new().account(A, &[user(A, "ann", nothing())], &[]).bucket(A, "data", &policy(grant));
    let rows = what_can(&input.load(), "user/ann");
    assert!(rows.iter().any(|row| &*row.resource == "arn:aws:s3:::data/team/*"), "{rows:?}");
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
fn e119_a_role_whose_policies_were_not_collected_is_not_allowed_outright() {
    let grant = json!([{ "Effect": "Allow", "Principal": { "AWS": format!("arn:aws:iam::{B}:role/theirs") },
                         "Action": "s3:GetObject", "Resource": "arn:aws:s3:::theirs/*" }]);
    let input = Input::new().account(A, &[user(A, "ann", nothing())], &[]).bucket(B, "theirs", &policy(grant));
    let rows = who_can(&input.load(), EvaluateOptions::default(), "s3:GetObject", "arn:aws:s3:::theirs/x", 5);
    let role = of(&rows, "role/theirs");
    assert_eq!(role.iter().map(|row| row.outcome).collect::<Vec<_>>(), [Outcome::AllowedIf]);
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
fn e49_a_bucket_policy_that_was_refused_may_name_anyone() {
    let refused = policy(json!([{ "Effect": "Allow", "Principal": "*", "Resource": "arn:aws:s3:::data/*" }]));
    let input = Input::new().account(A, &[user(A, "ann", nothing())], &[]).bucket(A, "data", &refused);
    let rows = who_can(&input.load(), EvaluateOptions::default(), "s3:GetObject", "arn:aws:s3:::data/x", 0);
    let outside: Vec<_> = rows.iter().filter(|row| row.subject.kind.is_external()).map(|row| row.outcome).collect();
    assert_eq!(outside, [Outcome::Unknown, Outcome::Unknown]);
}

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
fn e49_a_trust_policy_that_was_refused_may_name_anyone() {
    let refused = json!([{ "Principal": "*" }]);
    let reads = json!([{ "Effect": "Allow", "Action": "s3:GetObject", "Resource": "*" }]);
    let input = Input::new().account(A, &[], &[role(A, "reader", refused, reads)]);
    let rows = who_can(&input.load(), EvaluateOptions::default(), "s3:GetObject", "arn:aws:s3:::data/x", 3);
    let outside: Vec<_> = rows.iter().filter(|row| row.subject.kind.is_external()).map(|row| row.outcome).collect();
    assert_eq!(outside, [Outcome::Unknown]);
}
