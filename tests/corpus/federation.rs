//! Who enters by the federated trust policies of the corpus, in words (E144).

use std::fs;
use std::path::Path;

use iamreach::action::ActionName;
use iamreach::evaluate::{EvaluateOptions, Evaluator};
use iamreach::load::{LoadOptions, load};
use iamreach::query::who_enters;
use iamreach::request::{Caller, Credentials};
use serde_json::{Value, json};

use crate::{Checked, Report, read};

const FILE: &str = "resource-policies/federated-trust-handmade.json";

/// Who enters by each policy of the file, in its order; nobody where the action is none for providers.
const ENTRANTS: [&[&str]; 12] = [
    &["GitHub Actions of example-org/order-api, environment production"],
    &["GitHub Actions of NanoFreeze/nanofreeze-cold-chain-calculator, branch main"],
    &["GitHub Actions of ORG/REPO, any branch, tag, environment or pull request"],
    &["GitHub Actions of TWOJ_USER/aws-ec2-omnia-platform, any branch, tag, environment or pull request"],
    &["GitHub Actions of YOUR_ORG/YOUR_REPO, any branch, tag, environment or pull request"],
    &["GitHub Actions of octocat/my-test-repo, branch main, audience https://token.actions.githubusercontent.com"],
    &["service account ebs-csi-controller-sa of namespace kube-system \
       in EKS cluster EXAMPLED539D4633E53DE1B716D3041E (us-west-1)"],
    &["service accounts that begin with efs-csi- of namespace kube-system \
       in EKS cluster EXAMPLED539D4633E53DE1B716D3041E (us-west-1)"],
    &["service account eks-irsa of namespace kube-system \
       in EKS cluster EXAMPLED539D4633E53DE1B716D3041E (us-west-1)"],
    &[],
    &["anyone whom the SAML provider CorpIdP vouches for"],
    &["anyone whom the SAML provider test vouches for"],
];

pub(crate) fn check(corpus: &Path, report: &mut Report) {
    let file = match read(&corpus.join(FILE)) {
        Ok(file) => file,
        Err(why) => return report.note(FILE, Err(why)),
    };
    let policies = file.get("policies").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    if policies.len() != ENTRANTS.len() {
        return report.note(FILE, Err(format!("{} policies, and {} answers", policies.len(), ENTRANTS.len())));
    }
    for (index, (policy, expected)) in policies.iter().zip(ENTRANTS).enumerate() {
        report.note(&format!("{FILE}[{index}]"), one(policy, expected));
    }
}

fn one(policy: &Value, expected: &[&str]) -> Checked {
    let document = policy.get("document").ok_or("no document")?;
    let provider = document.pointer("/Statement/0/Principal/Federated").and_then(Value::as_str).ok_or("no provider")?;
    let account = provider.split(':').nth(4).unwrap_or_default();
    let arn = format!("arn:aws:iam::{account}:role/target");
    let role = json!({
        "Path": "/", "RoleName": "target", "RoleId": "AROATARGET", "Arn": arn, "InstanceProfileList": [],
        "CreateDate": "2026-01-01T00:00:00+00:00", "AssumeRolePolicyDocument": document, "RolePolicyList": [],
        "AttachedManagedPolicies": [],
    });
    let details = json!({ "UserDetailList": [], "GroupDetailList": [], "RoleDetailList": [role], "Policies": [] });
    let folder = std::env::temp_dir().join(format!("iamreach-corpus-federation-{}", std::process::id()));
    let file = folder.join(account).join("iam-get-account-authorization-details.json");
    fs::create_dir_all(folder.join(account)).map_err(|error| error.to_string())?;
    fs::write(&file, details.to_string()).map_err(|error| error.to_string())?;
    let loaded = load(std::slice::from_ref(&folder), &LoadOptions::default());
    fs::remove_dir_all(&folder).map_err(|error| error.to_string())?;
    let evaluator = Evaluator::new(&loaded.environment, EvaluateOptions::default());
    let caller = Caller::FederatedProvider(provider.into());
    let saml = provider.contains(":saml-provider/");
    let action = if saml { "sts:AssumeRoleWithSAML" } else { "sts:AssumeRoleWithWebIdentity" };
    let action = ActionName::parse(action).map_err(|error| error.to_string())?;
    let decision = evaluator.decide(&caller, Credentials::Unsigned, &evaluator.target(&action, &arn));
    let found = who_enters(&caller, &decision.residual());
    let words: Vec<&str> = found.words.iter().map(|words| &**words).collect();
    match found.open {
        None if words == expected => Ok(()),
        open => Err(format!("{words:?}, open: {open:?}; expected {expected:?}")),
    }
}
