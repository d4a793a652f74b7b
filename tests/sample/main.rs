//! The tables of `data/sample/README.md`, held against the answers: who can, who cannot though it looks so, and why.
//!
//! A table is complete: whoever it does not name must not be in the answer. Services and identity providers that enter one
//! of its roles are rows of it too.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test target")]

mod answers;
mod beside;
mod credentials;
mod people;
mod reach;
mod refused;
#[path = "../support/walk.rs"]
mod walk;
mod ways;
mod whole;

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::LazyLock;

use iamreach::action::ActionName;
use iamreach::arn::{AccountId, Arn};
use iamreach::evaluate::{EvaluateOptions, Evaluator, Outcome};
use iamreach::export::{CsvOptions, write_rows};
use iamreach::load::{LoadOptions, Loaded, load};
use iamreach::query::{Engine, Goal, LayerEffect, Paths, WhatCan, WhoCan, select_caller};
use iamreach::request::{Caller, SessionName};

const M: &str = "arn:aws:s3:::alder-customer-data/exports/2026/customers.csv";
const RESTRICTED: &str = "arn:aws:s3:::alder-customer-data/restricted/2026/contracts.pdf";
const DELEGATING: &str = "arn:aws:kms:eu-west-1:222233334444:key/5c1f0a9e-3d84-4b6e-9f27-8a1d2e6b7c40";
const ESCROW: &str = "arn:aws:kms:eu-west-1:222233334444:key/e7b2d6c4-91f0-4a35-8c7e-0d5f3b2a6e18";
const LEDGER: &str = "arn:aws:secretsmanager:eu-west-1:222233334444:secret:alder/ledger-db-Qm4x2Z";
const PRICING: &str = "arn:aws:secretsmanager:eu-west-1:222233334444:secret:alder/pricing-api-Tz81Kd";
const EVENTS: &str = "arn:aws:sns:eu-west-1:222233334444:alder-events";
const INGEST: &str = "arn:aws:sqs:eu-west-1:222233334444:alder-ingest";
const ARTIFACT: &str = "arn:aws:s3:::alder-release-artifacts/web/1.4.2.tar.gz";
const PIPELINE: &str = "arn:aws:ecr:eu-west-1:444455556666:repository/alder/pipeline";

const ACCOUNTS: [(&str, &str); 5] = [
    ("111122223333", "mgmt"),
    ("222233334444", "prod"),
    ("333344445555", "sec"),
    ("444455556666", "shared"),
    ("012345678901", "dev"),
];

static SAMPLE: LazyLock<Loaded> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/sample");
    load(&[folder], &LoadOptions::default())
});

fn engine() -> Engine<'static> {
    Engine::new(Evaluator::new(&SAMPLE.environment, EvaluateOptions::default()))
}

fn action(text: &str) -> ActionName {
    ActionName::parse(text).unwrap()
}

/// `prod:user/astrid.holm` for an ARN of the sample.
fn short(name: &str) -> String {
    let name =
        name.replace("aws-reserved/sso.amazonaws.com/eu-west-1/", "").replace("OrganizationAccountAccessRole", "OAAR");
    let name = name.replace("_9d3b7c1f5e2a8046_DO_NOT_DELETE", "");
    for (id, alias) in ACCOUNTS {
        if let Some(rest) = name.strip_prefix(&format!("arn:aws:iam::{id}:")) {
            return format!("{alias}:{rest}");
        }
    }
    name
}

fn caller(name: &str) -> Caller {
    let (alias, rest) = name.split_once(':').unwrap();
    let id = ACCOUNTS.iter().find(|(_, known)| *known == alias).unwrap().0;
    let name = format!("{id}:{}", rest.replace("OAAR", "OrganizationAccountAccessRole"));
    select_caller(&SAMPLE.environment, &name).unwrap()
}

fn everyone() -> Vec<Caller> {
    let environment = &SAMPLE.environment;
    let roots = environment.accounts().map(|account| Caller::Root(account.id));
    environment.principals().map(|(id, _)| Caller::of(environment, id)).chain(roots).collect()
}

/// Who, with which outcome, over how many roles, and what the condition says.
type Row = (&'static str, &'static str, usize, &'static str);

/// The whole answer, and nothing but it.
fn check(asked: &str, resource: &str, table: &[&[Row]]) {
    let question = WhoCan { actions: vec![action(asked)], resources: vec![resource.to_owned()], max_hops: 8 };
    let rows = engine().who_can(&question);
    let mut bytes = Vec::new();
    write_rows(&rows, &SAMPLE.environment, &mut bytes, CsvOptions::default()).unwrap();
    let mut reader = csv::Reader::from_reader(bytes.as_slice());
    let header = reader.headers().unwrap().clone();
    let mut answered: Vec<(String, String, usize, String)> = reader
        .records()
        .map(|record| {
            let record = record.unwrap();
            let of = |name: &str| record[header.iter().position(|column| column == name).unwrap()].to_owned();
            (short(&of("principal")), of("decision"), of("hops").parse().unwrap(), of("condition"))
        })
        .collect();
    let mut complaints = Vec::new();
    for (who, decision, hops, condition) in table.iter().copied().flatten() {
        let found = answered.iter().position(|row| {
            let says = if condition.is_empty() { row.3.is_empty() } else { row.3.contains(condition) };
            row.0 == *who && row.1 == *decision && row.2 == *hops && says
        });
        match found {
            Some(at) => {
                answered.swap_remove(at);
            }
            None => complaints.push(format!("not answered: {who} | {decision} | {hops} | {condition}")),
        }
    }
    answered.sort();
    complaints
        .extend(answered.iter().map(|row| format!("not expected: {} | {} | {} | {}", row.0, row.1, row.2, row.3)));
    assert!(complaints.is_empty(), "{asked} on {resource}\n{}", complaints.join("\n"));
}

/// That a direct request is denied in this way, by this layer.
fn denied(who: &str, asked: &str, resource: &str, outcome: Outcome, layer: &str) {
    let explanations = engine().explain(&caller(who), &action(asked), resource);
    assert!(!explanations.is_empty(), "{who} has no explanation");
    for explanation in &explanations {
        assert_eq!(explanation.outcome, outcome, "{who} {asked} {resource}");
        let effect =
            if outcome == Outcome::ExplicitlyDenied { LayerEffect::ExplicitDeny } else { LayerEffect::ImplicitDeny };
        let denying = |of: &&iamreach::query::ExplainedLayer| {
            of.name.starts_with(layer)
                && (of.effect == effect || (outcome == Outcome::ImplicitlyDenied && of.allow.is_false()))
        };
        let layers: Vec<_> = explanation.layers.iter().map(|layer| (&layer.name, layer.effect)).collect();
        assert!(
            explanation.layers.iter().any(|layer| denying(&layer)),
            "{who}: {layer} is not what denies: {layers:?}"
        );
        assert!(explanation.change.is_some(), "{who}: nothing is said about what would have to change");
    }
}

fn implicitly(who: &str, resource: &str, layer: &str) {
    denied(who, "s3:GetObject", resource, Outcome::ImplicitlyDenied, layer);
}

fn explicitly(who: &str, resource: &str, layer: &str) {
    denied(who, "s3:GetObject", resource, Outcome::ExplicitlyDenied, layer);
}

fn paths_to(who: &str, goal: Goal, all: Option<usize>) -> Vec<iamreach::query::AccessRow> {
    engine().paths(&Paths { all, ..Paths::between(caller(who), goal) })
}

const ADMINISTRATORS: &[Row] = &[
    ("prod:user/astrid.holm", "allowed", 0, ""),
    ("prod:role/OAAR", "allowed", 0, ""),
    ("prod:role/AWSReservedSSO_AdministratorAccess_7b9d1f3a5c2e4068", "allowed", 0, ""),
    ("bruno.keller@alder.example", "allowed", 1, ""),
    ("hanna.alder@alder.example", "allowed", 1, ""),
    ("signe.lind@alder.example", "allowed", 1, ""),
];

const PROD_ROOT: &[Row] = &[("prod:root", "allowed", 0, "")];

/// Management, through the role that Organizations sets up.
const MANAGEMENT: &[Row] = &[
    ("mgmt:user/hanna.alder", "allowed", 1, ""),
    ("mgmt:role/AWSReservedSSO_AdministratorAccess_4c6e8a0b2d1f3957", "allowed", 1, ""),
];

const MACIE: &[Row] = &[
    ("prod:role/aws-service-role/macie.amazonaws.com/AWSServiceRoleForAmazonMacie", "allowed", 0, ""),
    ("macie.amazonaws.com", "allowed", 1, ""),
];

/// Who becomes deploy-production.
const CHAIN: &[Row] = &[
    ("dev:user/jonas.weber", "allowed", 3, ""),
    ("dev:user/kai.lund", "allowed", 3, ""),
    ("dev:user/ada.petrov", "allowed", 3, ""),
    ("dev:role/OAAR", "allowed", 3, ""),
    ("dev:role/AWSReservedSSO_Developer_2e4f6a8c0b1d3579", "allowed", 3, ""),
    ("dev:role/release-request", "allowed", 2, ""),
    ("shared:role/release-manager", "allowed", 1, ""),
    ("shared:role/github-release", "allowed", 2, ""),
    (
        "shared:oidc-provider/token.actions.githubusercontent.com",
        "allowed-if",
        3,
        "token.actions.githubusercontent.com:aud is sts.amazonaws.com and \
         token.actions.githubusercontent.com:sub is repo:alder-analytics/pipeline:ref:refs/heads/main",
    ),
    ("ada.petrov@alder.example", "allowed", 4, ""),
    ("jonas.weber@alder.example", "allowed", 4, ""),
    ("mei.tanaka@alder.example", "allowed", 4, ""),
];
