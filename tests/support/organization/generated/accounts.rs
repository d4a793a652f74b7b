//! The accounts, their place in the tree, and the control policies above them.

use std::collections::BTreeSet;

use serde_json::json;

use super::{Size, names};
use crate::organization::random::mixed;
use crate::organization::storage::REGION;
use crate::organization::tree::{ROOT, UNITS};
use crate::organization::{Control, ORGANIZATION, Organization, allow, deny, when};

/// Third parties, of whom nothing is collected.
pub(super) const VENDORS: [&str; 3] = ["730011224455", "049988776611", "615500443322"];

/// The addresses of the offices.
pub(super) const OFFICES: [&str; 2] = ["203.0.113.0/24", "198.51.100.0/25"];

/// The organization without anybody in it.
pub(super) fn organization(size: Size) -> Organization {
    let mut organization = Organization::of_accounts(size.accounts.max(2));
    organization.accounts.truncate(size.accounts);
    let mut ids = BTreeSet::new();
    for (number, account) in organization.accounts.iter_mut().enumerate() {
        let drawn = (0..).map(|more| mixed(size.seed ^ ((number as u64) << 24) ^ (more << 56)) % 1_000_000_000_000);
        // The second account's id begins with a zero, as every tenth does in reality.
        let id = drawn.map(|id| format!("{:012}", if number == 1 { id / 10 } else { id }));
        account.id = id.into_iter().find(|id| !ids.contains(id)).unwrap();
        account.name = names::account(number);
        ids.insert(account.id.clone());
    }
    controls(&mut organization);
    organization
}

fn controls(organization: &mut Organization) {
    let [core, work, labs] = UNITS;
    let mut service = |target: &str, statement| organization.control(Control::Service, target, statement);
    service(ROOT, deny("organizations:LeaveOrganization", "*"));
    let guardrails = json!([
        "cloudtrail:DeleteTrail",
        "cloudtrail:StopLogging",
        "config:DeleteConfigurationRecorder",
        "guardduty:DeleteDetector",
        "guardduty:DisassociateFromMasterAccount",
    ]);
    let but_us = json!({ "ArnNotLike": { "aws:PrincipalArn": "arn:aws:iam::*:role/OrganizationAccountAccessRole" } });
    service(ROOT, when(deny(guardrails, "*"), &but_us));
    let elsewhere = json!({ "StringNotEquals": { "aws:RequestedRegion": [REGION, "us-east-1"] } });
    let global = json!(["iam:*", "organizations:*", "sts:*", "cloudfront:*", "route53:*", "support:*", "s3:*"]);
    let mut regions = json!({ "Effect": "Deny", "NotAction": global, "Resource": "*" });
    regions = when(regions, &elsewhere);
    service(core, regions);
    let root = json!({ "StringLike": { "aws:PrincipalArn": "arn:aws:iam::*:root" } });
    service(labs, when(deny("*", "*"), &root));
    service(labs, deny(json!(["secretsmanager:DeleteSecret", "kms:ScheduleKeyDeletion", "sns:RemovePermission"]), "*"));
    let foreign = json!({ "StringNotEquals": { "aws:ResourceOrgID": ORGANIZATION } });
    service(labs, when(deny(json!(["s3:PutObject", "sqs:SendMessage"]), "*"), &foreign));

    let mut resource = |target: &str, mut statement: serde_json::Value| {
        statement["Principal"] = json!("*");
        organization.control(Control::Resource, target, statement);
    };
    let insecure = json!({ "Bool": { "aws:SecureTransport": "false" } });
    resource(labs, when(deny("s3:*", "*"), &insecure));
    let outside = json!({
        "StringNotEqualsIfExists": { "aws:PrincipalOrgID": ORGANIZATION, "aws:PrincipalAccount": VENDORS[0] },
        "BoolIfExists": { "aws:PrincipalIsAWSService": "false" },
    });
    resource(work, when(deny(json!(["s3:*", "kms:*", "secretsmanager:*", "sqs:*"]), "*"), &outside));

    // One account in which only what is listed may be used.
    if let Some(account) = organization.accounts.get(3).map(|account| account.id.clone()) {
        let services = json!([
            "s3:*",
            "kms:*",
            "sqs:*",
            "sns:*",
            "iam:*",
            "sts:*",
            "logs:*",
            "cloudwatch:*",
            "secretsmanager:Get*",
            "secretsmanager:List*",
            "secretsmanager:Describe*",
            "lambda:*",
        ]);
        organization.allow_lists.insert(account, vec![allow(services, "*")]);
    }
}

/// One account, and what it owns.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) account: usize,
    pub(super) id: String,
    pub(super) name: String,
    /// The ids and names of all accounts.
    pub(super) all: Vec<(String, String)>,
    pub(super) buckets: usize,
    pub(super) keys: usize,
    pub(super) queues: usize,
    pub(super) topics: usize,
    pub(super) secrets: usize,
    pub(super) functions: usize,
    pub(super) repositories: usize,
}

impl Place {
    pub(super) fn new(organization: &Organization, size: Size, account: usize) -> Self {
        let part = |percent: usize| (size.resources * percent / 100).max(1);
        let (keys, queues, topics, secrets) = (part(15), part(15), part(10), part(15));
        let (functions, repositories) = (part(10), part(5));
        let rest = size.resources.saturating_sub(keys + queues + topics + secrets + functions + repositories);
        Self {
            account,
            id: organization.id(account).to_owned(),
            name: organization.accounts[account].name.clone(),
            all: organization.accounts.iter().map(|one| (one.id.clone(), one.name.clone())).collect(),
            buckets: rest.max(1),
            keys,
            queues,
            topics,
            secrets,
            functions,
            repositories,
        }
    }

    /// A bucket by any number.
    pub(super) fn bucket(&self, number: usize) -> String {
        names::bucket(&self.name, number % self.buckets)
    }

    /// A bucket of the account that comes so many behind this one.
    pub(super) fn bucket_elsewhere(&self, behind: usize, number: usize) -> String {
        names::bucket(&self.elsewhere(behind).1, number % self.buckets)
    }

    /// The id and name of the account that comes so many behind this one.
    pub(super) fn elsewhere(&self, behind: usize) -> &(String, String) {
        &self.all[(self.account + behind) % self.all.len()]
    }

    pub(super) fn key(&self, number: usize) -> String {
        self.regional("kms", &format!("key/{}", names::key(self.account, number % self.keys)))
    }

    pub(super) fn queue(&self, number: usize) -> String {
        self.regional("sqs", &names::application(number % self.queues))
    }

    pub(super) fn topic(&self, number: usize) -> String {
        self.regional("sns", &format!("{}-events", names::application(number % self.topics)))
    }

    /// The name of a secret and its ARN.
    pub(super) fn secret(&self, number: usize) -> (String, String) {
        let number = number % self.secrets;
        let name = format!("{}/{}", names::team(number), names::application(number));
        let arn = self.regional("secretsmanager", &format!("secret:{name}-{}", names::suffix(number)));
        (name, arn)
    }

    pub(super) fn function(&self, number: usize) -> String {
        self.regional("lambda", &format!("function:{}", names::application(number % self.functions)))
    }

    pub(super) fn repository(&self, number: usize) -> String {
        let number = number % self.repositories;
        self.regional("ecr", &format!("repository/{}/{}", names::team(number), names::application(number)))
    }

    /// The ARN of something of IAM in this account.
    pub(super) fn iam(&self, rest: &str) -> String {
        format!("arn:aws:iam::{}:{rest}", self.id)
    }

    fn regional(&self, service: &str, rest: &str) -> String {
        format!("arn:aws:{service}:{REGION}:{}:{rest}", self.id)
    }
}
