//! Who comes in through a provider, told from real trust policies (E143-E145, E193, E195).

mod clusters;
mod combined;
mod pipelines;
mod repositories;
mod sample;
mod shared;
mod users;

use iamreach::action::ActionName;
use iamreach::evaluate::{EvaluateOptions, Evaluator};
use iamreach::load::Loaded;
use iamreach::query::{Entrants, who_enters};
use iamreach::request::{Caller, Credentials};
use serde_json::{Value, json};

use crate::input::*;

/// A provider, the `Condition` of a trust policy, who enters, and why it is open.
type Case<'a> = (&'a str, Value, &'a [&'a str], Option<&'a str>);

/// The ARN of an issuer's provider in the account of the roles.
fn oidc(issuer: &str) -> String {
    format!("arn:aws:iam::{A}:oidc-provider/{issuer}")
}

fn principal(provider: &str) -> (Value, &'static str) {
    if provider == "*" {
        (json!("*"), "sts:AssumeRoleWithWebIdentity")
    } else if provider.contains(":saml-provider/") {
        (json!({ "Federated": provider }), "sts:AssumeRoleWithSAML")
    } else if provider.contains(":oidc-provider/")
        || !provider.ends_with(".amazonaws.com")
        || provider.starts_with("cognito")
    {
        (json!({ "Federated": provider }), "sts:AssumeRoleWithWebIdentity")
    } else {
        (json!({ "Service": provider }), "sts:AssumeRole")
    }
}

/// One statement that lets a provider in under a condition.
fn statement(provider: &str, condition: Value) -> Value {
    let (principal, action) = principal(provider);
    let mut statement = json!({ "Effect": "Allow", "Principal": principal, "Action": action });
    if condition != json!({}) {
        statement["Condition"] = condition;
    }
    statement
}

/// Who enters a role of the input through a provider.
fn enter(loaded: &Loaded, provider: &str, role: &str) -> Entrants {
    let (named, action) = principal(provider);
    let caller = if named.get("Service").is_some() {
        Caller::Service(provider.into())
    } else {
        Caller::FederatedProvider(provider.into())
    };
    let evaluator = Evaluator::new(&loaded.environment, EvaluateOptions::default());
    let target = evaluator.target(&ActionName::parse(action).unwrap(), role);
    who_enters(&caller, &evaluator.decide(&caller, Credentials::Unsigned, &target).residual())
}

/// Who enters through a provider by the statements of a trust policy.
fn by_statements(provider: &str, statements: Value) -> Entrants {
    let loaded = Input::new().account(A, &[], &[role(A, "target", statements, nothing())]).load();
    enter(&loaded, provider, &format!("arn:aws:iam::{A}:role/target"))
}

fn check(cases: &[Case<'_>]) {
    let roles: Vec<Value> = (0..)
        .zip(cases)
        .map(|(number, (provider, condition, ..)): (u32, _)| {
            role(A, &format!("r{number}"), json!([statement(provider, condition.clone())]), nothing())
        })
        .collect();
    let loaded = Input::new().account(A, &[], &roles).load();
    for (number, (provider, condition, words, open)) in (0..).zip(cases) {
        let number: u32 = number;
        let found = enter(&loaded, provider, &format!("arn:aws:iam::{A}:role/r{number}"));
        let found_words: Vec<&str> = found.words.iter().map(|words| &**words).collect();
        assert_eq!((found_words.as_slice(), found.open.as_deref()), (*words, *open), "{provider} {condition}");
    }
}
