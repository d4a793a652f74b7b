//! The roles of an account: those that every account has, the links of chains, and the workloads.

use serde_json::{Value, json};

use super::accounts::{OFFICES, Place, VENDORS};
use super::aws_managed::ByAws;
use super::customer_managed::{Own, bucket_arn, objects};
use super::people::{named, user_name};
use super::{links, names};
use crate::organization::storage::REGION;
use crate::organization::tree::ROOT;
use crate::organization::{ORGANIZATION, Organization, Random, Who, admits, allow, when};

/// Services whose roles workloads run as.
const SERVICES: [&str; 8] = [
    "lambda.amazonaws.com",
    "ec2.amazonaws.com",
    "ecs-tasks.amazonaws.com",
    "codebuild.amazonaws.com",
    "glue.amazonaws.com",
    "states.amazonaws.com",
    "events.amazonaws.com",
    "firehose.amazonaws.com",
];

/// Adds roles until the account has so many principals.
pub(super) fn add(
    organization: &mut Organization,
    place: &Place,
    by_aws: &ByAws,
    own: &Own,
    principals: usize,
    random: &mut Random,
) {
    let users = organization.principals.len();
    everywhere(organization, place, by_aws, own);
    links::add(organization, place, (principals - users) / 6, users, random);
    for number in 0..principals.saturating_sub(organization.principals.len()) {
        workload(organization, place, by_aws, own, number, users, random);
    }
}

/// The roles that every account has.
fn everywhere(organization: &mut Organization, place: &Place, by_aws: &ByAws, own: &Own) {
    let account = place.account;
    let management = &place.all[0].0;
    let root = |id: &str| json!({ "AWS": format!("arn:aws:iam::{id}:root") });
    let with_mfa = json!({ "Bool": { "aws:MultiFactorAuthPresent": "true" } });
    let mut add = |path: &str, name: &str, trust: Value, attached: Vec<usize>| {
        let role = organization.role(account, path, name);
        organization.trust(role, trust);
        organization.at(role).attached = attached;
        role
    };
    let administrator = vec![by_aws.number(ByAws::ADMINISTRATOR)];
    if account != 0 {
        let trust = admits(root(management), "sts:AssumeRole");
        add("/", "OrganizationAccountAccessRole", trust, administrator.clone());
    }
    let break_glass = when(admits(root(&place.id), "sts:AssumeRole"), &with_mfa);
    add("/", "break-glass", break_glass, administrator.clone());
    let security = &place.all[1 % place.all.len()].0;
    let auditor = json!({ "AWS": format!("arn:aws:iam::{security}:role/security-desk") });
    add("/", "security-audit", admits(auditor, "sts:AssumeRole"), vec![by_aws.number(ByAws::SECURITY_AUDIT)]);
    let github = place.iam("oidc-provider/token.actions.githubusercontent.com");
    let repository = json!({
        "StringEquals": { "token.actions.githubusercontent.com:aud": "sts.amazonaws.com" },
        "StringLike": { "token.actions.githubusercontent.com:sub": format!("repo:tern-works/{}:*", place.name) },
    });
    let trust = when(admits(json!({ "Federated": github }), "sts:AssumeRoleWithWebIdentity"), &repository);
    let deploy = add("/ci/", "github-deploy", trust, vec![own.policies[11], own.policies[0]]);
    let saml = place.iam("saml-provider/TernDirectory");
    let audience = json!({ "StringEquals": { "SAML:aud": "https://signin.aws.amazon.com/saml" } });
    let trust = when(admits(json!({ "Federated": saml }), "sts:AssumeRoleWithSAML"), &audience);
    add("/", "directory-analyst", trust, vec![own.policies[0], own.policies[10]]);
    let identity_center = place.iam("saml-provider/AWSSSO_4f1c2d3e5a6b7c80_DO_NOT_DELETE");
    for (set, attached) in
        [("AdministratorAccess", administrator), ("Developer", vec![by_aws.number(ByAws::POWER_USER)])]
    {
        let calls = json!(["sts:AssumeRoleWithSAML", "sts:TagSession"]);
        let trust = when(admits(json!({ "Federated": identity_center }), calls), &audience);
        let name = format!("AWSReservedSSO_{set}_{}", &names::key(account, 900).replace('-', "")[..16]);
        add(&format!("/aws-reserved/sso.amazonaws.com/{REGION}/"), &name, trust, attached);
    }
    let vendor = VENDORS[account % VENDORS.len()];
    let external = json!({ "StringEquals": { "sts:ExternalId": format!("tern-{}", names::suffix(account)) } });
    let trust = when(admits(root(vendor), "sts:AssumeRole"), &external);
    add("/vendors/", "cost-watcher", trust, vec![by_aws.number(ByAws::READ_ONLY)]);
    let of_us = json!({
        "StringEquals": { "aws:PrincipalOrgID": ORGANIZATION },
        "ForAnyValue:StringLike": { "aws:PrincipalOrgPaths": format!("{ORGANIZATION}/{ROOT}/*") },
    });
    let trust = when(admits(json!({ "AWS": "*" }), "sts:AssumeRole"), &of_us);
    let observer = add("/", "org-observer", trust, Vec::new());
    let desk = add("/", "security-desk", admits(root(&place.id), "sts:AssumeRole"), Vec::new());
    let config = admits(json!({ "Service": "config.amazonaws.com" }), "sts:AssumeRole");
    let attached = vec![by_aws.number(ByAws::CONFIG_SERVICE)];
    add("/aws-service-role/config.amazonaws.com/", "AWSServiceRoleForConfig", config, attached);

    let listing = json!(["s3:ListBucket", "sqs:GetQueueAttributes"]);
    organization.grant(observer, named(allow(listing, "*"), "Observe"));
    organization.grant(desk, named(allow("sts:AssumeRole", "arn:aws:iam::*:role/security-audit"), "Audit"));
    let next = place.elsewhere(3).0.clone();
    let calls = allow("sts:AssumeRole", format!("arn:aws:iam::{next}:role/*-deploy"));
    organization.grant(deploy, named(calls, "DeployElsewhere"));
}

/// One role of an application.
fn workload(
    organization: &mut Organization,
    place: &Place,
    by_aws: &ByAws,
    own: &Own,
    number: usize,
    users: usize,
    random: &mut Random,
) {
    let application = names::application(number);
    let (path, kind, trust) = trust_of_workload(place, number, users, random);
    let role = organization.role(place.account, path, &format!("{application}-{kind}"));
    organization.trust(role, trust);
    organization.at(role).tags = vec![("team".to_owned(), names::team(number).to_owned())];
    if kind == "lambda" {
        organization.at(role).attached.push(by_aws.number(ByAws::LAMBDA_BASIC));
    } else if kind == "ec2" {
        organization.at(role).attached.push(by_aws.number(ByAws::INSTANCE_CORE));
    }
    for (percent, policy) in [
        (6, ByAws::S3_READ_ONLY),
        (2, ByAws::S3_FULL),
        (3, ByAws::SQS_FULL),
        (2, ByAws::SECRETS),
        (5, ByAws::ECR_READ_ONLY),
    ] {
        if random.percent(percent) {
            organization.at(role).attached.push(by_aws.number(policy));
        }
    }
    if random.percent(35) {
        let policy = own.any(random);
        organization.at(role).attached.push(policy);
    }
    if random.percent(20) {
        organization.at(role).boundary = Some(own.boundaries[1]);
    }
    inline(organization, place, role, number, random);
    let group = format!("arn:aws:logs:{REGION}:{}:log-group:/tern/{}/*", place.id, names::team(number));
    let logs = json!(["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"]);
    organization.grant(role, named(allow(logs, group), "WriteLogs"));
    if random.percent(50) {
        let parameters = format!("arn:aws:ssm:{REGION}:{}:parameter/{}/*", place.id, names::team(number));
        let read = json!(["ssm:GetParameter", "ssm:GetParameters", "ssm:GetParametersByPath"]);
        organization.grant(role, named(allow(read, parameters), "Settings"));
    }
    if random.percent(50) {
        let metrics = json!(["cloudwatch:PutMetricData", "xray:PutTraceSegments", "xray:PutTelemetryRecords"]);
        organization.grant(role, named(allow(metrics, "*"), "Metrics"));
    }
}

fn trust_of_workload(
    place: &Place,
    number: usize,
    users: usize,
    random: &mut Random,
) -> (&'static str, &'static str, Value) {
    let root = |id: &str| json!({ "AWS": format!("arn:aws:iam::{id}:root") });
    match random.below(20) {
        0 => ("/", "operator", admits(root(&place.id), "sts:AssumeRole")),
        1 => {
            let office = json!({ "IpAddress": { "aws:SourceIp": OFFICES } });
            ("/", "desk", when(admits(root(&place.id), "sts:AssumeRole"), &office))
        }
        2 => ("/", "deploy", admits(root(&place.elsewhere(1 + random.below(4)).0), "sts:AssumeRole")),
        3 => {
            let (path, name) = user_name(random.below(users));
            let user = place.iam(&format!("user{path}{name}"));
            ("/workload/", "owner", admits(json!({ "AWS": user }), "sts:AssumeRole"))
        }
        4 => {
            let provider =
                format!("oidc.eks.{REGION}.amazonaws.com/id/{:032X}", 0xa1b2_c3d4_u64 + place.account as u64);
            let team = names::team(number);
            let pod = json!({ "StringEquals": {
                format!("{provider}:sub"): format!("system:serviceaccount:{team}:{}", names::application(number)),
                format!("{provider}:aud"): "sts.amazonaws.com",
            } });
            let federated = json!({ "Federated": place.iam(&format!("oidc-provider/{provider}")) });
            ("/workload/", "pod", when(admits(federated, "sts:AssumeRoleWithWebIdentity"), &pod))
        }
        5 => {
            let tagged = json!({ "StringEquals": { "aws:PrincipalTag/team": names::team(number) } });
            ("/", "team", when(admits(root(&place.id), "sts:AssumeRole"), &tagged))
        }
        drawn => {
            let service = SERVICES[(drawn + number) % SERVICES.len()];
            let kind = service.split('.').next().unwrap_or_default();
            let own_only = json!({ "StringEquals": { "aws:SourceAccount": place.id } });
            let trust = admits(json!({ "Service": service }), "sts:AssumeRole");
            ("/", kind, if drawn % 3 == 0 { when(trust, &own_only) } else { trust })
        }
    }
}

/// What the application of a role needs.
fn inline(organization: &mut Organization, place: &Place, role: Who, number: usize, random: &mut Random) {
    let drawn = random.below(1_000);
    let bucket = place.bucket(drawn);
    let (sid, statement) = match random.below(8) {
        0 => ("Read", allow(json!(["s3:GetObject", "s3:ListBucket"]), json!([bucket_arn(&bucket), objects(&bucket)]))),
        1 => ("Write", allow(json!(["s3:PutObject", "s3:AbortMultipartUpload"]), objects(&bucket))),
        2 => ("Consume", allow(json!(["sqs:ReceiveMessage", "sqs:DeleteMessage"]), place.queue(drawn))),
        3 => ("Announce", allow("sns:Publish", place.topic(drawn))),
        4 => ("Secret", allow("secretsmanager:GetSecretValue", place.secret(drawn).1)),
        5 => ("Decrypt", allow(json!(["kms:Decrypt", "kms:GenerateDataKey*"]), place.key(drawn))),
        6 => ("Call", allow("lambda:InvokeFunction", place.function(drawn))),
        _ => {
            let operator = place.iam(&format!("role/{}-*", names::application(number + 1)));
            ("Operate", allow("sts:AssumeRole", operator))
        }
    };
    organization.grant(role, named(statement, sid));
}
