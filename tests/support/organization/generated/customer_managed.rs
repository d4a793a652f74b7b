//! Policies that the accounts write themselves, of every kind that teams write.

use serde_json::{Value, json};

use super::accounts::{OFFICES, Place};
use super::names;
use crate::organization::{ORGANIZATION, Organization, Random, allow, deny, document, when};

/// The numbers of an account's own policies.
#[derive(Debug)]
pub(super) struct Own {
    /// What a boundary is for.
    pub(super) boundaries: Vec<usize>,
    /// Those that a group has for all: users look after themselves, and do nothing else without MFA.
    pub(super) self_service: usize,
    /// Everything else.
    pub(super) policies: Vec<usize>,
}

impl Own {
    /// A policy for anybody.
    pub(super) fn any(&self, random: &mut Random) -> usize {
        random.pick(&self.policies)
    }
}

const KINDS: usize = 14;

/// Adds so many, one of each kind at least.
pub(super) fn add(organization: &mut Organization, place: &Place, count: usize, random: &mut Random) -> Own {
    let account = place.account;
    let boundaries = vec![
        organization.managed(account, "DeveloperBoundary", developer_boundary(place)),
        organization.managed(
            account,
            "WorkloadBoundary",
            vec![allow(
                json!([
                    "s3:*",
                    "sqs:*",
                    "sns:Publish",
                    "kms:Decrypt",
                    "kms:GenerateDataKey",
                    "logs:*",
                    "sts:AssumeRole"
                ]),
                "*",
            )],
        ),
    ];
    let self_service = organization.managed(account, "SelfServiceWithMfa", self_service(place));
    let policies = (0..count.max(KINDS))
        .map(|number| {
            let (name, mut statements) = policy(number, place, random);
            for (part, statement) in statements.iter_mut().enumerate() {
                statement["Sid"] = json!(format!("{}{part}", name.replace('-', "")));
            }
            debug_assert!(document(&statements).to_string().len() < 6_144, "IAM does not take more");
            let former = former_versions(&statements, random.below(5));
            let number = organization.managed(account, &name, statements);
            organization.managed[number].former = former;
            number
        })
        .collect();
    Own { boundaries, self_service, policies }
}

/// What a policy said before: the same for fewer resources at first, and once for all of them.
fn former_versions(statements: &[Value], count: usize) -> Vec<Vec<Value>> {
    let version = |number: usize| {
        let mut statements = statements.to_vec();
        if number == 1 && statements[0].get("Resource").is_some() {
            statements[0]["Resource"] = json!("*");
        }
        if number == 0 {
            statements.truncate(1);
        }
        statements
    };
    (0..count).map(version).collect()
}

fn developer_boundary(place: &Place) -> Vec<Value> {
    vec![
        json!({ "Effect": "Allow", "NotAction": ["iam:*", "organizations:*", "account:*"], "Resource": "*" }),
        allow(json!(["iam:Get*", "iam:List*", "iam:PassRole"]), "*"),
        deny(json!(["kms:ScheduleKeyDeletion", "secretsmanager:DeleteSecret"]), "*"),
        deny("s3:*", json!([bucket_arn(&place.bucket(3)), objects(&place.bucket(3))])),
    ]
}

fn self_service(place: &Place) -> Vec<Value> {
    let own = json!([place.iam("user/${aws:username}"), place.iam("mfa/${aws:username}")]);
    let calls = json!(["iam:CreateVirtualMFADevice", "iam:EnableMFADevice", "iam:ListMFADevices", "iam:*AccessKey*"]);
    let others =
        json!(["iam:CreateVirtualMFADevice", "iam:EnableMFADevice", "iam:ListMFADevices", "sts:GetSessionToken"]);
    let without = json!({ "BoolIfExists": { "aws:MultiFactorAuthPresent": "false" } });
    vec![allow(calls, own), when(json!({ "Effect": "Deny", "NotAction": others, "Resource": "*" }), &without)]
}

pub(super) fn bucket_arn(bucket: &str) -> String {
    format!("arn:aws:s3:::{bucket}")
}

pub(super) fn objects(bucket: &str) -> String {
    format!("arn:aws:s3:::{bucket}/*")
}

fn policy(number: usize, place: &Place, random: &mut Random) -> (String, Vec<Value>) {
    let team = names::team(number / KINDS + random.below(3));
    let bucket = place.bucket(random.below(place.buckets));
    let key = place.key(random.below(place.keys));
    let both = json!([bucket_arn(&bucket), objects(&bucket)]);
    let (kind, statements) = match number % KINDS {
        0 => {
            let through = json!({ "StringEquals": { "kms:ViaService": "s3.eu-west-1.amazonaws.com" } });
            let read = allow(json!(["s3:GetObject", "s3:GetObjectVersion", "s3:ListBucket"]), both);
            ("data-read", vec![read, when(allow("kms:Decrypt", key), &through)])
        }
        1 => {
            let any = json!([format!("arn:aws:s3:::tern-{}-*", place.name), "arn:aws:s3:::tern-*-reports/*"]);
            ("buckets-read", vec![allow(json!(["s3:Get*", "s3:List*"]), any), allow("kms:Decrypt", "*")])
        }
        2 => {
            let all_but = json!(["iam:*", "organizations:*", "kms:*", "sts:*", "secretsmanager:*"]);
            ("all-but-identity", vec![json!({ "Effect": "Allow", "NotAction": all_but, "Resource": "*" })])
        }
        3 => {
            let without = json!({ "BoolIfExists": { "aws:MultiFactorAuthPresent": "false" } });
            let danger = json!(["s3:DeleteObject*", "s3:DeleteBucket*", "kms:ScheduleKeyDeletion"]);
            (
                "data-owner",
                vec![
                    allow(json!(["s3:*Object*", "s3:ListBucket*", "s3:DeleteBucket"]), both),
                    allow(json!(["kms:Decrypt", "kms:GenerateDataKey*", "kms:ScheduleKeyDeletion"]), key),
                    when(deny(danger, "*"), &without),
                ],
            )
        }
        4 => {
            let office = json!({ "IpAddress": { "aws:SourceIp": OFFICES } });
            let secrets = [random.below(place.secrets), random.below(place.secrets)].map(|one| place.secret(one).1);
            let calls = json!(["secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret"]);
            ("secrets-from-office", vec![when(allow(calls, json!(secrets)), &office)])
        }
        5 => {
            let within = json!({ "StringEquals": { "aws:ResourceOrgID": ORGANIZATION } });
            ("share-within", vec![when(allow(json!(["s3:PutObject", "s3:GetObject"]), "*"), &within)])
        }
        6 => {
            let alike = json!({ "StringEquals": { "aws:ResourceTag/team": "${aws:PrincipalTag/team}" } });
            let calls = json!([
                "secretsmanager:GetSecretValue",
                "sqs:SendMessage",
                "sqs:ReceiveMessage",
                "lambda:InvokeFunction",
            ]);
            ("by-team-tag", vec![when(allow(calls, "*"), &alike)])
        }
        7 => {
            let home = format!("{}home/${{aws:username}}/*", objects(&bucket).trim_end_matches('*'));
            let listed = json!({ "StringLike": { "s3:prefix": ["", "home/", "home/${aws:username}/*"] } });
            (
                "home-folders",
                vec![
                    allow(json!(["s3:GetObject", "s3:PutObject", "s3:DeleteObject"]), home),
                    when(allow("s3:ListBucket", bucket_arn(&bucket)), &listed),
                ],
            )
        }
        8 => {
            let roles = json!([place.iam(&format!("role/{team}-*")), place.iam("role/workload/*")]);
            ("become-team-roles", vec![allow("sts:AssumeRole", roles)])
        }
        9 => {
            let queues = [random.below(place.queues), random.below(place.queues)].map(|one| place.queue(one));
            let calls = json!(["sqs:SendMessage", "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]);
            (
                "messages",
                vec![
                    allow(calls, json!(queues)),
                    allow(json!(["sns:Publish", "sns:Subscribe"]), place.topic(random.below(place.topics))),
                ],
            )
        }
        10 => {
            let kept =
                json!([objects(&place.bucket(1)), format!("{}restricted/*", objects(&bucket).trim_end_matches('*'))]);
            ("read-but-restricted", vec![json!({ "Effect": "Allow", "Action": "s3:GetObject", "NotResource": kept })])
        }
        11 => {
            let functions = format!("{}*", place.function(0).trim_end_matches(|letter| letter != ':'));
            let tagged = json!({ "StringEquals": { "aws:ResourceTag/team": team } });
            (
                "operate-functions",
                vec![
                    allow(json!(["lambda:InvokeFunction", "lambda:GetFunction"]), functions),
                    when(allow("lambda:UpdateFunctionCode", "*"), &tagged),
                    allow("ecr:*", place.repository(random.below(place.repositories))),
                ],
            )
        }
        12 => {
            let elsewhere = place.bucket_elsewhere(1 + random.below(3), random.below(place.buckets));
            (
                "read-elsewhere",
                vec![allow(
                    json!(["s3:GetObject", "s3:ListBucket"]),
                    json!([bucket_arn(&elsewhere), objects(&elsewhere),]),
                )],
            )
        }
        _ => {
            let until = json!({
                "DateLessThan": { "aws:CurrentTime": "2031-01-01T00:00:00Z" },
                "StringEquals": { "aws:PrincipalTag/project": ["atlas", "borealis"] },
            });
            (
                "project-tables",
                vec![when(
                    allow(
                        json!(["dynamodb:GetItem", "dynamodb:Query", "dynamodb:PutItem"]),
                        place.iam("").replace(":iam::", ":dynamodb:eu-west-1:") + &format!("table/{team}-*"),
                    ),
                    &until,
                )],
            )
        }
    };
    (format!("{team}-{kind}-{number}"), statements)
}
