//! Managed policies of AWS, in the shape that AWS gives them: short ones of one statement, and the long ones that name
//! every service.

use serde_json::{Value, json};

use crate::organization::{Organization, allow};

/// The numbers that these policies have in an account.
#[derive(Debug, Clone, Copy)]
pub(super) struct ByAws(usize);

impl ByAws {
    pub(super) const ADMINISTRATOR: usize = 0;
    pub(super) const POWER_USER: usize = 1;
    pub(super) const READ_ONLY: usize = 2;
    pub(super) const SECURITY_AUDIT: usize = 3;
    pub(super) const S3_READ_ONLY: usize = 4;
    pub(super) const S3_FULL: usize = 5;
    pub(super) const SQS_FULL: usize = 6;
    pub(super) const SECRETS: usize = 7;
    pub(super) const LAMBDA_BASIC: usize = 8;
    pub(super) const ECR_READ_ONLY: usize = 9;
    pub(super) const INSTANCE_CORE: usize = 10;
    pub(super) const CHANGE_PASSWORD: usize = 11;
    pub(super) const BILLING: usize = 12;
    pub(super) const CONFIG_SERVICE: usize = 13;

    /// The number of one of them within an organization.
    pub(super) fn number(self, policy: usize) -> usize {
        self.0 + policy
    }
}

/// Services that the long policies name, as in AWS's own.
const SERVICES: [&str; 64] = [
    "access-analyzer",
    "acm",
    "airflow",
    "amplify",
    "apigateway",
    "appconfig",
    "appflow",
    "appmesh",
    "appstream",
    "appsync",
    "athena",
    "auditmanager",
    "autoscaling",
    "backup",
    "batch",
    "bedrock",
    "budgets",
    "cassandra",
    "chime",
    "cloud9",
    "cloudformation",
    "cloudfront",
    "cloudhsm",
    "cloudsearch",
    "cloudtrail",
    "cloudwatch",
    "codeartifact",
    "codebuild",
    "codecommit",
    "codedeploy",
    "codepipeline",
    "cognito-idp",
    "comprehend",
    "config",
    "connect",
    "databrew",
    "datasync",
    "dax",
    "detective",
    "devicefarm",
    "directconnect",
    "dms",
    "ds",
    "dynamodb",
    "ec2",
    "ecs",
    "eks",
    "elasticache",
    "elasticfilesystem",
    "elasticloadbalancing",
    "elasticmapreduce",
    "es",
    "events",
    "firehose",
    "fsx",
    "gamelift",
    "glacier",
    "glue",
    "guardduty",
    "inspector2",
    "iot",
    "kafka",
    "kinesis",
    "logs",
];

/// Adds all of them to an account.
pub(super) fn add(organization: &mut Organization, account: usize) -> ByAws {
    let first = ByAws(organization.managed.len());
    for (path, name, statements) in policies() {
        let number = organization.managed(account, name, statements);
        let policy = &mut organization.managed[number];
        (policy.path, policy.by_aws) = (path.to_owned(), true);
    }
    first
}

fn policies() -> [(&'static str, &'static str, Vec<Value>); 14] {
    let not_identity = json!({
        "Effect": "Allow", "NotAction": ["iam:*", "organizations:*", "account:*"], "Resource": "*",
    });
    let some_identity = json!([
        "account:GetAccountInformation",
        "account:GetPrimaryEmail",
        "account:ListRegions",
        "iam:CreateServiceLinkedRole",
        "iam:DeleteServiceLinkedRole",
        "iam:ListRoles",
        "organizations:DescribeEffectivePolicy",
        "organizations:DescribeOrganization",
    ]);
    let logs = json!(["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"]);
    let images = json!([
        "ecr:GetAuthorizationToken",
        "ecr:BatchCheckLayerAvailability",
        "ecr:GetDownloadUrlForLayer",
        "ecr:GetRepositoryPolicy",
        "ecr:DescribeRepositories",
        "ecr:ListImages",
        "ecr:DescribeImages",
        "ecr:BatchGetImage",
    ]);
    let agent = json!([
        "ssm:DescribeAssociation",
        "ssm:GetDocument",
        "ssm:UpdateInstanceInformation",
        "ssmmessages:*",
        "ec2messages:*",
    ]);
    let password = vec![
        allow("iam:ChangePassword", "arn:aws:iam::*:user/${aws:username}"),
        allow("iam:GetAccountPasswordPolicy", "*"),
    ];
    let billing = json!(["aws-portal:*Billing", "budgets:*", "ce:*", "cur:*", "invoicing:List*", "tax:Get*"]);
    let of_objects = json!(["s3:Get*", "s3:List*", "s3:Describe*", "s3-object-lambda:Get*", "s3-object-lambda:List*"]);
    let one = |action: Value| vec![allow(action, "*")];
    [
        ("/", "AdministratorAccess", one(json!("*"))),
        ("/", "PowerUserAccess", vec![not_identity, allow(some_identity, "*")]),
        (
            "/",
            "ReadOnlyAccess",
            one(of_services(
                &["Get*", "List*", "Describe*", "BatchGet*", "Search*"],
                &[
                    "s3:Get*",
                    "s3:List*",
                    "sqs:Get*",
                    "sqs:List*",
                    "sqs:Receive*",
                    "sns:Get*",
                    "sns:List*",
                    "kms:Describe*",
                    "kms:Get*",
                    "kms:List*",
                    "lambda:Get*",
                    "lambda:List*",
                    "secretsmanager:List*",
                    "secretsmanager:Describe*",
                    "iam:Generate*",
                    "iam:Get*",
                    "iam:List*",
                    "iam:Simulate*",
                    "ecr:BatchGetImage",
                    "ecr:Get*",
                    "ecr:List*",
                ],
            )),
        ),
        (
            "/",
            "SecurityAudit",
            one(of_services(
                &["List*", "Describe*"],
                &[
                    "s3:GetBucketPolicy",
                    "s3:GetBucketAcl",
                    "s3:GetEncryptionConfiguration",
                    "s3:ListAllMyBuckets",
                    "kms:GetKeyPolicy",
                    "kms:ListGrants",
                    "sqs:GetQueueAttributes",
                    "sns:GetTopicAttributes",
                    "lambda:GetPolicy",
                    "secretsmanager:GetResourcePolicy",
                    "iam:GenerateCredentialReport",
                    "iam:Get*",
                    "iam:List*",
                    "iam:SimulatePrincipalPolicy",
                ],
            )),
        ),
        ("/", "AmazonS3ReadOnlyAccess", one(of_objects)),
        ("/", "AmazonS3FullAccess", one(json!(["s3:*", "s3-object-lambda:*"]))),
        ("/", "AmazonSQSFullAccess", one(json!(["sqs:*"]))),
        ("/", "SecretsManagerReadWrite", one(json!(["secretsmanager:*", "kms:DescribeKey", "kms:ListAliases"]))),
        ("/service-role/", "AWSLambdaBasicExecutionRole", one(logs)),
        ("/", "AmazonEC2ContainerRegistryReadOnly", one(images)),
        ("/", "AmazonSSMManagedInstanceCore", one(agent)),
        ("/", "IAMUserChangePassword", password),
        ("/job-function/", "Billing", one(billing)),
        (
            "/aws-service-role/",
            "AWSConfigServiceRolePolicy",
            one(of_services(
                &["Describe*", "Get*"],
                &["s3:GetBucket*", "s3:ListAllMyBuckets", "config:Put*", "sns:GetTopicAttributes"],
            )),
        ),
    ]
}

/// Verbs of every service, and further actions.
fn of_services(verbs: &[&str], more: &[&str]) -> Value {
    let mut actions: Vec<String> =
        SERVICES.iter().flat_map(|service| verbs.iter().map(move |verb| format!("{service}:{verb}"))).collect();
    actions.extend(more.iter().map(|action| (*action).to_owned()));
    actions.sort();
    json!(actions)
}
