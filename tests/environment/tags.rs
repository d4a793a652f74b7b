//! Tags and boundaries that the input tells, tells in two ways, or does not tell.

use iamreach::evaluate::Outcome;
use serde_json::{Value, json};

use crate::input::*;

const OBJECT: &str = "arn:aws:s3:::data/x";

fn role_named(name: &str) -> String {
    format!("arn:aws:iam::{A}:role/{name}")
}

/// A role as the listing gives it: nothing of policies, tags and boundary.
fn listed(name: &str) -> Value {
    let mut role = role(A, name, trusts(A), json!([]));
    for key in ["RolePolicyList", "AttachedManagedPolicies", "InstanceProfileList"] {
        role.as_object_mut().unwrap().remove(key);
    }
    role
}

fn outcomes(input: &Input, name: &str) -> Vec<Outcome> {
    let rows = direct(&input.load(), "s3:GetObject", OBJECT).into_iter();
    rows.filter(|(subject, _)| subject.ends_with(name)).map(|(_, outcome)| outcome).collect()
}

#[test]
fn e186_a_listing_of_roles_tells_neither_tags_nor_boundaries() {
    // Whoever lacks the tag is denied.
    let bucket = json!([
        { "Effect": "Allow", "Principal": { "AWS": role_named("app") }, "Action": "s3:GetObject",
          "Resource": "arn:aws:s3:::data/*" },
        { "Effect": "Deny", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::data/*",
          "Condition": { "StringNotEquals": { "aws:PrincipalTag/team": "red" } } },
    ]);
    let base = || Input::new().bucket(A, "data", &policy(bucket.clone()));
    let list = || base().file(&format!("{A}/iam-list-roles.json"), &json!({ "Roles": [listed("app")] }));
    // Once, and not also as somebody from outside.
    assert_eq!(outcomes(&list(), "role/app"), [Outcome::Unknown]);
    let one = |tags: Value| {
        let mut role = listed("app");
        role["Tags"] = tags;
        list().file(&format!("{A}/iam-get-role/app.json"), &json!({ "Role": role }))
    };
    assert_eq!(outcomes(&one(json!([{ "Key": "team", "Value": "red" }])), "role/app"), [Outcome::Unknown]);
    assert_eq!(outcomes(&one(json!([])), "role/app"), []);
    let mut known = role(A, "app", trusts(A), nothing());
    let details = |known: &Value| base().account(A, &[], std::slice::from_ref(known));
    assert_eq!(outcomes(&details(&known), "role/app"), []);
    known["Tags"] = json!([{ "Key": "team", "Value": "red" }]);
    assert_eq!(outcomes(&details(&known), "role/app"), [Outcome::Allowed]);
}

#[test]
fn e41_whether_a_caller_has_a_boundary_may_not_be_told() {
    let bucket = json!([
        { "Effect": "Allow", "Principal": { "AWS": role_named("app") }, "Action": "s3:GetObject",
          "Resource": "arn:aws:s3:::data/*" },
        { "Effect": "Deny", "NotPrincipal": { "AWS": [A, role_named("app"), format!("arn:aws:sts::{A}:assumed-role/app/s")] },
          "Action": "s3:GetObject", "Resource": "arn:aws:s3:::data/*" },
    ]);
    let input = |role: Value, file: &str| {
        let content = if file == "iam-list-roles" { json!({ "Roles": [role] }) } else { json!({ "Role": role }) };
        Input::new().bucket(A, "data", &policy(bucket.clone())).file(&format!("{A}/{file}.json"), &content)
    };
    let mut bounded = listed("app");
    bounded["PermissionsBoundary"] = json!({ "PermissionsBoundaryArn": format!("arn:aws:iam::{A}:policy/b") });
    assert_eq!(outcomes(&input(listed("app"), "iam-list-roles"), "role/app"), [Outcome::Unknown]);
    assert_eq!(outcomes(&input(listed("app"), "iam-get-role"), "role/app"), [Outcome::Unknown]);
    assert_eq!(outcomes(&input(bounded, "iam-get-role"), "role/app"), []);
}

#[test]
fn e75_tags_that_differ_by_letter_case_are_one_key_that_nobody_knows() {
    let red = |key: &str| {
        json!([{ "Effect": "Allow", "Action": "s3:GetObject", "Resource": "*",
                 "Condition": { "StringEquals": { format!("aws:PrincipalTag/{key}"): "red" } } }])
    };
    let tag = |key: &str, value: &str| json!({ "Key": key, "Value": value });
    let ask = |tags: Vec<Value>, key: &str| {
        let mut ann = user(A, "ann", red(key));
        ann["Tags"] = json!(tags);
        outcomes(&Input::new().account(A, &[ann], &[]).bucket(A, "data", &policy(json!([]))), "user/ann")
    };
    let (one, other, third) = (tag("Team", "red"), tag("team", "blue"), tag("unit", "red"));
    assert_eq!(ask(vec![one.clone(), third.clone()], "team"), [Outcome::Allowed]);
    for tags in [vec![one.clone(), other.clone(), third.clone()], vec![other, third, one]] {
        assert_eq!(ask(tags.clone(), "TEAM"), [Outcome::AllowedIf]);
        assert_eq!(ask(tags.clone(), "unit"), [Outcome::Allowed]);
        assert_eq!(ask(tags, "other"), []);
    }
    // A tag that cannot be read is unknown; one without a key makes all of them so.
    assert_eq!(ask(vec![json!({ "Key": "team", "Value": 1 })], "team"), [Outcome::AllowedIf]);
    assert_eq!(ask(vec![json!({ "Name": "team" })], "other"), [Outcome::AllowedIf]);
}

#[test]
fn e75_tags_of_a_bucket_that_differ_by_letter_case() {
    let tagged = json!([{ "Effect": "Allow", "Action": "s3:ListBucket", "Resource": "*",
                          "Condition": { "StringEquals": { "aws:ResourceTag/team": "red" } } }]);
    let ask = |tags: Value| {
        let tags = json!({ "ResourceTagMappingList": [{ "ResourceARN": "arn:aws:s3:::data", "Tags": tags }] });
        let input = Input::new()
            .account(A, &[user(A, "ann", tagged.clone())], &[])
            .bucket(A, "data", &policy(json!([])))
            .file(&format!("{A}/s3-get-bucket-abac/data.json"), &json!({ "AbacStatus": { "Status": "Enabled" } }))
            .file(&format!("{A}/eu-west-1/resourcegroupstaggingapi-get-resources.json"), &tags);
        let rows = direct(&input.load(), "s3:ListBucket", "arn:aws:s3:::data").into_iter();
        rows.filter(|(name, _)| name.ends_with("user/ann")).map(|(_, outcome)| outcome).collect::<Vec<_>>()
    };
    let (one, other) = (json!({ "Key": "Team", "Value": "red" }), json!({ "Key": "team", "Value": "blue" }));
    assert_eq!(ask(json!([one])), [Outcome::Allowed]);
    assert_eq!(ask(json!([one, other])), [Outcome::AllowedIf]);
    assert_eq!(ask(json!([other, one])), [Outcome::AllowedIf]);
}
