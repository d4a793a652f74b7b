//! Statements of resources' policies, of every kind that owners write.

use serde_json::{Value, json};

use super::accounts::{OFFICES, Place};
use super::customer_managed::{bucket_arn, objects};
use super::names;
use crate::organization::{ORGANIZATION, Random, admits, when};

/// A statement about a resource.
fn about(principal: Value, action: impl Into<Value>, resource: impl Into<Value>) -> Value {
    let mut statement = admits(principal, action);
    statement["Resource"] = resource.into();
    statement
}

fn denied(action: impl Into<Value>, resource: impl Into<Value>, condition: &Value) -> Value {
    let mut statement = about(json!("*"), action, resource);
    statement["Effect"] = json!("Deny");
    when(statement, condition)
}

fn root(id: &str) -> Value {
    json!({ "AWS": format!("arn:aws:iam::{id}:root") })
}

/// The policy of a bucket, and whether it may be a public one; every third has none.
pub(super) fn of_bucket(place: &Place, name: &str, number: usize, random: &mut Random) -> (Option<Vec<Value>>, bool) {
    let (itself, within) = (bucket_arn(name), objects(name));
    let all = json!([itself, within]);
    let insecure = denied("s3:*", all.clone(), &json!({ "Bool": { "aws:SecureTransport": "false" } }));
    let of_us = json!({ "StringEquals": { "aws:PrincipalOrgID": ORGANIZATION } });
    let (neighbour, _) = place.elsewhere(1 + random.below(3));
    let statement = match number % 9 {
        0 | 3 | 6 => return (None, false),
        1 => about(root(neighbour), json!(["s3:GetObject", "s3:ListBucket"]), all),
        2 => when(about(json!("*"), "s3:GetObject", within), &of_us),
        4 => {
            let delivery = json!({ "StringEquals": { "aws:SourceAccount": place.id } });
            when(about(json!({ "Service": "logging.s3.amazonaws.com" }), "s3:PutObject", within), &delivery)
        }
        5 => {
            let office = json!({
                "NotIpAddress": { "aws:SourceIp": OFFICES }, "Bool": { "aws:ViaAWSService": "false" },
                "ArnNotLike": { "aws:PrincipalArn": place.iam("role/*") },
            });
            denied(json!(["s3:GetObject", "s3:PutObject"]), within, &office)
        }
        7 => {
            let link = format!("arn:aws:iam::{neighbour}:role/{}", names::link(random.below(5)));
            about(json!({ "AWS": [link, place.iam("role/org-observer")] }), "s3:GetObject", within)
        }
        _ if number % 27 == 8 => return (Some(vec![about(json!("*"), "s3:GetObject", within)]), true),
        _ => {
            let mut statement = denied("s3:DeleteObject*", within, &json!({}));
            statement.as_object_mut().unwrap().remove("Principal");
            statement["NotPrincipal"] = json!({ "AWS": [place.iam("role/break-glass"), place.iam("root")] });
            statement
        }
    };
    let statements = if number % 9 < 2 { vec![insecure, statement] } else { vec![statement] };
    (Some(statements), false)
}

/// What a key's policy says beside leaving the key to IAM.
pub(super) fn of_key(place: &Place, random: &mut Random) -> Vec<Value> {
    let use_it = json!(["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey*", "kms:DescribeKey"]);
    let (neighbour, _) = place.elsewhere(1 + random.below(3));
    match random.below(5) {
        0 => vec![about(root(neighbour), use_it, "*")],
        1 => {
            let through = json!({ "StringEquals": {
                "kms:CallerAccount": place.id, "kms:ViaService": "s3.eu-west-1.amazonaws.com",
            } });
            vec![when(about(json!({ "AWS": "*" }), use_it, "*"), &through)]
        }
        2 => {
            let link = format!("arn:aws:iam::{neighbour}:role/{}", names::link(random.below(5)));
            vec![about(json!({ "AWS": link }), json!(["kms:Decrypt", "kms:DescribeKey"]), "*")]
        }
        _ => Vec::new(),
    }
}

/// The policy of a queue, a topic, a secret, a function or a repository.
pub(super) fn of_other(place: &Place, arn: &str, number: usize, random: &mut Random) -> Option<Vec<Value>> {
    let service = arn.split(':').nth(2).unwrap_or_default();
    let (neighbour, _) = place.elsewhere(1 + random.below(3));
    let of_us = json!({ "StringEquals": { "aws:PrincipalOrgID": ORGANIZATION } });
    let statement = match (service, number % 3) {
        (_, 0) => return None,
        ("sqs", 1) => {
            let topic = json!({ "ArnEquals": { "aws:SourceArn": place.topic(number) } });
            when(about(json!({ "Service": "sns.amazonaws.com" }), "sqs:SendMessage", arn), &topic)
        }
        ("sqs", _) => about(root(neighbour), json!(["sqs:SendMessage", "sqs:ReceiveMessage"]), arn),
        ("sns", 1) => when(about(json!({ "AWS": "*" }), "SNS:Publish", arn), &of_us),
        ("sns", _) => about(root(neighbour), json!(["SNS:Subscribe", "SNS:Publish"]), arn),
        ("secretsmanager", 1) => {
            let reader = place.iam("role/security-desk");
            about(json!({ "AWS": reader }), "secretsmanager:GetSecretValue", "*")
        }
        ("secretsmanager", _) => {
            let not_ours = json!({ "StringNotEquals": { "aws:PrincipalOrgID": ORGANIZATION } });
            denied("secretsmanager:*", "*", &not_ours)
        }
        ("lambda", 1) => {
            let rule = json!({ "ArnLike": { "AWS:SourceArn": format!("arn:aws:s3:::{}", place.bucket(number)) } });
            when(about(json!({ "Service": "s3.amazonaws.com" }), "lambda:InvokeFunction", arn), &rule)
        }
        ("lambda", _) => about(root(neighbour), "lambda:InvokeFunction", arn),
        // Those of repositories have no `Resource`.
        _ => admits(root(neighbour), json!(["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"])),
    };
    Some(vec![statement])
}
