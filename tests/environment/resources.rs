//! Resources, their policies and their owners (E49, E58, E119, E174, E175, E183).

use iamreach::evaluate::{EvaluateOptions, Outcome};
use iamreach::query::SubjectKind;
use iamreach::request::Credentials;
use serde_json::{Value, json};

use crate::input::*;

#[test]
fn e49_a_bucket_policy_that_was_refused_may_name_anyone() {
    let refused = policy(json!([{ "Effect": "Allow", "Principal": "*", "Resource": "arn:aws:s3:::data/*" }]));
    let input = Input::new().account(A, &[user(A, "ann", nothing())], &[]).bucket(A, "data", &refused);
    let rows = who_can(&input.load(), EvaluateOptions::default(), "s3:GetObject", "arn:aws:s3:::data/x", 0);
    let outside: Vec<_> = rows.iter().filter(|row| row.subject.kind.is_external()).map(|row| row.outcome).collect();
    assert_eq!(outside, [Outcome::Unknown; 3]);
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

#[test]
fn e183_a_bucket_is_of_the_account_that_lists_it() {
    let may_read = [user(A, "ann", reads())];
    let silent = policy(json!([]));
    let outcomes = |input: Input| {
        let loaded = input.load();
        let rows = who_can(&loaded, EvaluateOptions::default(), "s3:GetObject", "arn:aws:s3:::data/x", 0);
        of(&rows, "user/ann").iter().map(|row| row.outcome).collect::<Vec<_>>()
    };
    let with_other = |input: Input| input.account(B, &[user(B, "bob", nothing())], &[]);
    assert_eq!(
        outcomes(with_other(Input::new().account(A, &may_read, &[]).bucket(A, "data", &silent))),
        [Outcome::Allowed]
    );
    // Of another account: its policy would have to allow too.
    assert_eq!(outcomes(with_other(Input::new().account(A, &may_read, &[]).bucket(B, "data", &silent))), []);
    // Of whom, nothing says, and either may be.
    let unlisted = |input: Input| {
        input.file("resources.json", &json!([{ "Arn": "arn:aws:s3:::data", "Policy": silent.to_string() }]))
    };
    assert_eq!(outcomes(with_other(unlisted(Input::new().account(A, &may_read, &[])))), [Outcome::Unknown]);
    // `aws:ResourceAccount` is the owner's.
    let own = json!([{ "Effect": "Allow", "Action": "s3:GetObject", "Resource": "*",
                       "Condition": { "StringEquals": { "aws:ResourceAccount": A } } }]);
    let own = [user(A, "ann", own)];
    let open = policy(grants(&json!("*")));
    let closed = policy(json!([]));
    assert_eq!(outcomes(Input::new().account(A, &own, &[]).bucket(A, "data", &closed)), [Outcome::Allowed]);
    assert_eq!(outcomes(with_other(Input::new().account(A, &own, &[]).bucket(B, "data", &open))), []);
}

#[test]
fn e191_whoever_is_denied_can_come_without_a_signature() {
    let denied = json!([{ "Effect": "Deny", "Action": "s3:*", "Resource": "*" }]);
    let input = Input::new().account(A, &[user(A, "ann", denied)], &[]).bucket(A, "data", &policy(grants(&json!("*"))));
    let rows = who_can(&input.load(), EvaluateOptions::default(), "s3:GetObject", "arn:aws:s3:::data/x", 0);
    assert!(of(&rows, "user/ann").is_empty());
    let unsigned = rows.iter().filter(|row| row.subject.kind == SubjectKind::Anonymous);
    assert_eq!(unsigned.map(|row| row.outcome).collect::<Vec<_>>(), [Outcome::Allowed]);
}

#[test]
fn e20_no_root_user_of_another_partition() {
    let mut there = user(A, "ann", reads());
    there["Arn"] = json!("arn:aws-cn:iam::111111111111:user/ann");
    let input = Input::new().account(A, &[there], &[]).file(
        "resources.json",
        &json!([{ "Arn": "arn:aws:s3:::data", "Policy": policy(grants(&json!("*"))).to_string(), "Account": A }]),
    );
    let signed = |(name, _): &(String, Outcome)| name.contains(A);
    let rows = direct(&input.load(), "s3:GetObject", "arn:aws:s3:::data/x");
    assert_eq!(rows.iter().filter(|row| signed(row)).count(), 0, "{rows:?}");
    let rows = direct(&input.load(), "s3:GetObject", "arn:aws-cn:s3:::data/x");
    assert!(rows.iter().any(signed), "{rows:?}");
}

#[test]
fn e184_each_alias_of_a_function_has_its_own_policy() {
    let function = "arn:aws:lambda:eu-west-1:111111111111:function:f";
    let invoke = |on: &str| {
        policy(
            json!([{ "Effect": "Allow", "Principal": { "AWS": B }, "Action": "lambda:InvokeFunction", "Resource": on }]),
        )
    };
    let prod = format!("{function}:prod");
    let bob = json!([{ "Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": "*" }]);
    let input = Input::new().account(A, &[], &[]).account(B, &[user(B, "bob", bob)], &[]).file(
        "resources.json",
        &json!([{ "Arn": prod, "Policy": invoke(&prod).to_string() }, { "Arn": function, "Policy": null }]),
    );
    let loaded = input.load();
    let may =
        |on: &str| direct(&loaded, "lambda:InvokeFunction", on).iter().any(|(name, _)| name.ends_with("user/bob"));
    assert!(may(&prod) && !may(function) && !may(&format!("{function}:test")));
}

#[test]
fn e58_the_service_s_resource_is_of_the_caller_s_partition() {
    let statements = json!([{ "Effect": "Allow", "Action": "iam:ListUsers",
                              "Resource": "arn:aws-us-gov:iam::111111111111:user/*" }]);
    let mut ann = user(A, "ann", statements);
    ann["Arn"] = json!("arn:aws-us-gov:iam::111111111111:user/ann");
    let loaded = Input::new().account(A, &[ann], &[]).load();
    let of_ann = |action: &str| outcome(&loaded, &named(&loaded, "user/ann"), Credentials::LongTermKey, action, "*");
    assert_eq!(of_ann("iam:ListUsers"), Outcome::Allowed);
    assert_eq!(of_ann("iam:ListRoles"), Outcome::ImplicitlyDenied);
    let rows = direct(&loaded, "iam:ListUsers", "*");
    assert!(rows.contains(&("arn:aws-us-gov:iam::111111111111:root".to_owned(), Outcome::Allowed)), "{rows:?}");
}

#[test]
fn e124_e133_e134_a_key_by_its_alias_or_by_no_name_at_all() {
    let all = json!([{ "Effect": "Allow", "Action": "kms:*", "Resource": "*" }]);
    let keys = [user(A, "ann", all), user(A, "bob", nothing())];
    let only = json!([{ "Effect": "Allow", "Action": "kms:*", "Resource": "*",
                        "Principal": { "AWS": "arn:aws:iam::111111111111:user/bob" } }]);
    let loaded = Input::new()
        .account(A, &keys, &[])
        .file(&format!("{A}/eu-west-1/kms-get-key-policy/k1.json"), &json!({ "Policy": policy(only).to_string() }))
        .load();
    let of = |name: &str, action: &str, resource: &str| {
        outcome(&loaded, &named(&loaded, name), Credentials::LongTermKey, action, resource)
    };
    let (key, alias) = ("arn:aws:kms:eu-west-1:111111111111:key/k1", "arn:aws:kms:eu-west-1:111111111111:alias/a");
    assert_eq!(of("user/ann", "kms:Decrypt", key), Outcome::ImplicitlyDenied);
    assert_eq!(of("user/ann", "kms:Decrypt", alias), Outcome::Unknown, "which key it is was not told");
    assert_eq!(of("user/ann", "kms:Decrypt", "*"), Outcome::Unknown);
    assert_eq!(of("user/bob", "kms:Decrypt", "*"), Outcome::ImplicitlyDenied);
    assert_eq!(of("user/ann", "kms:ListKeys", "*"), Outcome::Allowed);
    assert_eq!(of("user/ann", "kms:DeleteAlias", alias), Outcome::Allowed);
}

/// Which ARN it is checked against is one question for each pattern: none of them settles another.
#[test]
fn e58_two_patterns_of_a_service_are_two_questions() {
    let statements = json!([
        { "Effect": "Allow", "Action": "dynamodb:ListBackups", "Resource": "arn:aws:dynamodb:*:111111111111:table/a*" },
        { "Effect": "Deny", "Action": "dynamodb:ListBackups", "Resource": "arn:aws:dynamodb:*:111111111111:index/*" },
    ]);
    let loaded = Input::new().account(A, &[user(A, "ann", statements)], &[]).load();
    let found = outcome(&loaded, &named(&loaded, "user/ann"), Credentials::LongTermKey, "dynamodb:ListBackups", "*");
    assert_eq!(found, Outcome::AllowedIf);
}

/// E63, E95, E100, E115: of a pattern that is asked for, a statement may concern a part.
#[test]
fn e63_a_pattern_is_allowed_as_far_as_it_is() {
    let objects = "arn:aws:s3:::data/*";
    let asked = |statements: Value| {
        let input = Input::new().account(A, &[user(A, "ann", statements)], &[]).bucket(A, "data", &policy(json!([])));
        let rows = who_can(&input.load(), EvaluateOptions::default(), "s3:GetObject", objects, 0);
        of(&rows, "user/ann").iter().map(|row| (row.outcome, row.condition.to_string())).collect::<Vec<_>>()
    };
    let one =
        |effect: &str, element: &str, resource: &str| json!({ "Effect": effect, "Action": "s3:*", element: resource });
    let allowed_if = |when: &str| vec![(Outcome::AllowedIf, when.to_owned())];
    assert_eq!(
        asked(json!([one("Allow", "Resource", "arn:aws:s3:::data*")])),
        [(Outcome::Allowed, "always".to_owned())]
    );
    let part = json!([one("Allow", "Resource", "arn:aws:s3:::data/x/*")]);
    assert_eq!(asked(part), allowed_if("resource like arn:aws:s3:::data/x/*"));
    let all_but = json!([one("Allow", "Resource", "*"), one("Deny", "Resource", "arn:aws:s3:::data/secret/*")]);
    assert_eq!(asked(all_but), allowed_if("resource not like arn:aws:s3:::data/secret/*"));
    let only = json!([one("Allow", "Resource", "*"), one("Deny", "NotResource", "arn:aws:s3:::data/x/*")]);
    assert_eq!(asked(only), allowed_if("resource like arn:aws:s3:::data/x/*"));
    let apart =
        json!([one("Allow", "Resource", "arn:aws:s3:::data/x/*"), one("Deny", "Resource", "arn:aws:s3:::data/x*")]);
    assert_eq!(asked(apart), []);
    assert_eq!(asked(json!([one("Allow", "Resource", "arn:aws:s3:::other/*")])), []);
}

/// E95, E100: what narrows a grant is seen where its pattern is not named by the grant.
#[test]
fn e95_what_can_tells_of_what_a_limit_leaves() {
    let limit = json!([{ "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::data/x/*" }]);
    let boundary = json!({ "PolicyName": "limit", "Arn": "arn:aws:iam::111111111111:policy/limit", "DefaultVersionId": "v1",
        "PolicyVersionList": [{ "Document": policy(limit), "VersionId": "v1", "IsDefaultVersion": true }] });
    let mut ann = user(A, "ann", reads());
    ann["PermissionsBoundary"] = json!({ "PermissionsBoundaryType": "PermissionsBoundaryPolicy",
        "PermissionsBoundaryArn": "arn:aws:iam::111111111111:policy/limit" });
    let details =
        json!({ "UserDetailList": [ann], "GroupDetailList": [], "RoleDetailList": [], "Policies": [boundary] });
    let input = Input::new().file(&format!("{A}/iam-get-account-authorization-details.json"), &details).bucket(
        A,
        "data",
        &policy(json!([])),
    );
    let rows = what_can(&input.load(), "user/ann");
    let row = rows.iter().find(|row| &*row.resource == "arn:aws:s3:::data/*").expect("what is left of the bucket");
    assert_eq!(row.condition.to_string(), "resource like arn:aws:s3:::data/x/*");
}

/// Section 5, E174: an address of the internet and an endpoint are of different requests.
#[test]
fn e174_no_request_has_both_an_address_and_an_endpoint() {
    let asked = |operator: &str, key: &str, value: &str| {
        let statements = json!([
            { "Effect": "Allow", "Action": "s3:GetObject", "Resource": "*", "Condition": { operator: { key: value } } },
            { "Effect": "Deny", "Action": "s3:GetObject", "Resource": "*",
              "Condition": { "StringNotEquals": { "aws:SourceVpce": "vpce-1" } } },
        ]);
        let input = Input::new().account(A, &[user(A, "ann", statements)], &[]).bucket(A, "data", &policy(json!([])));
        let loaded = input.load();
        let ann = named(&loaded, "user/ann");
        outcome(&loaded, &ann, Credentials::LongTermKey, "s3:GetObject", "arn:aws:s3:::data/x")
    };
    assert_eq!(asked("IpAddress", "aws:SourceIp", "203.0.113.0/24"), Outcome::ExplicitlyDenied);
    // Through an endpoint there is no address, which is none of these either.
    assert_eq!(asked("NotIpAddress", "aws:SourceIp", "203.0.113.0/24"), Outcome::AllowedIf);
    assert_eq!(asked("IpAddress", "aws:VpcSourceIp", "10.0.0.0/8"), Outcome::AllowedIf);
}
