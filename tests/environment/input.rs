//! Small inputs as the AWS CLI prints them, and the questions asked over them.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use iamreach::action::ActionName;
use iamreach::evaluate::{EvaluateOptions, Evaluator, Outcome};
use iamreach::load::{LoadOptions, Loaded, load};
use iamreach::query::{AccessRow, Engine, WhatCan, WhoCan, select_caller};
use iamreach::request::{Caller, Credentials};
use serde_json::{Value, json};

pub(crate) const A: &str = "111111111111";
pub(crate) const B: &str = "222222222222";

/// A policy of an organization: its type, what it is attached to, its statements.
pub(crate) type Attached<'a> = (&'a str, &'a str, Value);

/// A folder of an input, removed in the end.
pub(crate) struct Input(PathBuf);

impl Drop for Input {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

impl Input {
    pub(crate) fn new() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("iamreach-environment-{}-{number}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    pub(crate) fn file(self, path: &str, content: &Value) -> Self {
        let path: &Path = &self.0.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content.to_string()).unwrap();
        self
    }

    pub(crate) fn account(self, account: &str, users: &[Value], roles: &[Value]) -> Self {
        let content =
            json!({ "UserDetailList": users, "GroupDetailList": [], "RoleDetailList": roles, "Policies": [] });
        self.file(&format!("{account}/iam-get-account-authorization-details.json"), &content)
    }

    pub(crate) fn bucket(self, account: &str, name: &str, policy: &Value) -> Self {
        let buckets = json!({ "Buckets": [{ "Name": name, "CreationDate": "2026-01-01T00:00:00+00:00" }] });
        self.file(&format!("{account}/s3-list-buckets.json"), &buckets)
            .file(&format!("{account}/s3-get-bucket-policy/{name}.json"), &json!({ "Policy": policy.to_string() }))
    }

    /// An organization of the management account and members right below the root, with these policies attached.
    pub(crate) fn organization(self, management: &str, members: &[&str], attached: &[Attached<'_>]) -> Self {
        let accounts = std::iter::once(management).chain(members.iter().copied());
        let targets: Vec<&str> = std::iter::once("r-a").chain(accounts.clone()).collect();
        let kinds = ["SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"];
        let policies: Vec<Value> = (0..)
            .zip(attached)
            .map(|(number, attached)| {
                let id = format!("p-{number}");
                json!({ "Id": id, "Name": id, "Type": attached.0, "Content": policy(attached.2.clone()) })
            })
            .collect();
        let own = (0..).zip(attached).map(|(number, attached): (u32, _)| (format!("p-{number}"), attached.1));
        let by_aws = ["p-FullAWSAccess", "p-RCPFullAWSAccess"];
        let by_aws = targets.iter().flat_map(|target| by_aws.map(|id| (id.to_owned(), *target)));
        let attachments: Vec<Value> =
            own.chain(by_aws).map(|(id, target)| json!({ "PolicyId": id, "TargetId": target })).collect();
        let content = json!({
            "Organization": { "Id": "o-a", "MasterAccountId": management },
            "Roots": [{ "Id": "r-a", "PolicyTypes": kinds.map(|kind| json!({ "Type": kind, "Status": "ENABLED" })) }],
            "OrganizationalUnits": [],
            "Accounts": accounts.map(|id| json!({ "Id": id, "Name": id, "ParentId": "r-a" })).collect::<Vec<_>>(),
            "Policies": policies,
            "Attachments": attachments,
        });
        self.file("organization.json", &content)
    }

    pub(crate) fn load(&self) -> Loaded {
        load(std::slice::from_ref(&self.0), &LoadOptions::default())
    }

    /// The same, with a policy passed to the sessions asked about.
    pub(crate) fn load_with_session(&self, policy: &Value) -> Loaded {
        let file = self.0.join("session.policy");
        fs::write(&file, policy.to_string()).unwrap();
        load(std::slice::from_ref(&self.0), &LoadOptions { session_policies: vec![file], ..LoadOptions::default() })
    }
}

pub(crate) fn policy(statements: Value) -> Value {
    json!({ "Version": "2012-10-17", "Statement": statements })
}

pub(crate) fn inline(statements: Value) -> Value {
    json!([{ "PolicyName": "own", "PolicyDocument": policy(statements) }])
}

pub(crate) fn user(account: &str, name: &str, statements: Value) -> Value {
    json!({
        "Path": "/", "UserName": name, "UserId": format!("AIDA{}", name.to_uppercase()),
        "Arn": format!("arn:aws:iam::{account}:user/{name}"), "CreateDate": "2026-01-01T00:00:00+00:00",
        "UserPolicyList": inline(statements), "GroupList": [], "AttachedManagedPolicies": [],
    })
}

pub(crate) fn role(account: &str, name: &str, trust: Value, statements: Value) -> Value {
    json!({
        "Path": "/", "RoleName": name, "RoleId": format!("AROA{}", name.to_uppercase()),
        "Arn": format!("arn:aws:iam::{account}:role/{name}"), "CreateDate": "2026-01-01T00:00:00+00:00",
        "AssumeRolePolicyDocument": policy(trust), "InstanceProfileList": [],
        "RolePolicyList": inline(statements), "AttachedManagedPolicies": [],
    })
}

pub(crate) fn trusts(principal: &str) -> Value {
    json!([{ "Effect": "Allow", "Principal": { "AWS": principal }, "Action": "sts:AssumeRole" }])
}

pub(crate) fn nothing() -> Value {
    json!([{ "Effect": "Allow", "Action": "sts:DecodeAuthorizationMessage", "Resource": "*" }])
}

pub(crate) fn who_can(
    loaded: &Loaded,
    options: EvaluateOptions,
    action: &str,
    resource: &str,
    max_hops: u32,
) -> Vec<AccessRow> {
    let engine = Engine::new(Evaluator::new(&loaded.environment, options));
    let question =
        WhoCan { actions: vec![ActionName::parse(action).unwrap()], resources: vec![resource.to_owned()], max_hops };
    engine.who_can(&question)
}

pub(crate) fn what_can(loaded: &Loaded, from: &str) -> Vec<AccessRow> {
    let engine = Engine::new(Evaluator::new(&loaded.environment, EvaluateOptions::default()));
    let from = select_caller(&loaded.environment, from).unwrap();
    engine.what_can(&WhatCan { from, max_hops: 5 })
}

pub(crate) fn of<'r>(rows: &'r [AccessRow], subject: &str) -> Vec<&'r AccessRow> {
    rows.iter().filter(|row| row.subject.name.ends_with(subject)).collect()
}

/// Whom a question about direct access names, each with its outcome, in order.
pub(crate) fn direct(loaded: &Loaded, action: &str, resource: &str) -> Vec<(String, Outcome)> {
    let rows = who_can(loaded, EvaluateOptions::default(), action, resource, 0);
    rows.into_iter().map(|row| (row.subject.name.to_string(), row.outcome)).collect()
}

/// The outcome of one request.
pub(crate) fn outcome(loaded: &Loaded, from: &Caller, with: Credentials, action: &str, resource: &str) -> Outcome {
    let evaluator = Evaluator::new(&loaded.environment, EvaluateOptions::default());
    let target = evaluator.target(&ActionName::parse(action).unwrap(), resource);
    evaluator.decide(from, with, &target).outcome()
}

/// A user or role of the input by name.
pub(crate) fn named(loaded: &Loaded, name: &str) -> Caller {
    select_caller(&loaded.environment, name).unwrap()
}

pub(crate) fn reads() -> Value {
    json!([{ "Effect": "Allow", "Action": "s3:GetObject", "Resource": "*" }])
}

/// Statements of a bucket's policy that let somebody read.
pub(crate) fn grants(principal: &Value) -> Value {
    json!([{ "Effect": "Allow", "Principal": principal, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::data/*" }])
}
