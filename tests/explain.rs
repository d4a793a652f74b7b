//! `explain` on planted cases of the sample, one for each layer that can decide, as a reader sees them: the files of
//! `tests/snapshots/explain`, each named after what decides. `UPDATE_SNAPSHOTS=1` writes them anew.
//!
//! And over all pairs of principal and resource of the sample: the effects of the checks add up to the decision (E113).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test target")]

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::Command;

use iamreach::action::ActionName;
use iamreach::evaluate::{EvaluateOptions, Evaluator, Outcome};
use iamreach::export::{ExplanationOptions, explanations_to_json, explanations_to_text};
use iamreach::load::{LoadOptions, Loaded, load};
use iamreach::query::{Engine, Explanation, overall_effect};
use iamreach::request::Caller;
use serde_json::Value;

const WIDTH: usize = 100;
const OBJECT: &str = "arn:aws:s3:::alder-customer-data/exports/2026/customers.csv";
const RESTRICTED: &str = "arn:aws:s3:::alder-customer-data/restricted/2026/contracts.pdf";
const ARTIFACT: &str = "arn:aws:s3:::alder-release-artifacts/web/1.4.2.tar.gz";
const ESCROW: &str = "arn:aws:kms:eu-west-1:222233334444:key/e7b2d6c4-91f0-4a35-8c7e-0d5f3b2a6e18";
const LEDGER: &str = "arn:aws:secretsmanager:eu-west-1:222233334444:secret:alder/ledger-db-Qm4x2Z";
const FEDERATED: &str = "arn:aws:sts::222233334444:federated-user/build";

/// A question and its snapshots.
struct Case {
    /// What decides.
    name: &'static str,
    question: [&'static str; 3],
    more: &'static [&'static str],
    exit: i32,
    json: bool,
}

const fn case(name: &'static str, question: [&'static str; 3], exit: i32) -> Case {
    Case { name, question, more: &[], exit, json: false }
}

/// Every layer that can decide, and what decides before and beside them.
const CASES: &[Case] = &[
    Case { json: true, ..case("rcp-explicit-deny", ["lucas.ferrer", "s3:GetObject", RESTRICTED], 1) },
    case("scp-explicit-deny", ["ada.petrov", "s3:GetObject", OBJECT], 1),
    case("scp-allow-missing-at-one-level", ["alder-security:role/forensics", "s3:GetObject", OBJECT], 1),
    Case {
        more: &["--context", "aws:SourceVpce=vpce-0a1de7c0ffee12345"],
        ..case("resource-policy-denies-other-vpc-endpoints", ["artifact-mirror", "s3:PutObject", ARTIFACT], 1)
    },
    case("resource-policy-explicit-deny", ["astrid.holm", "secretsmanager:GetSecretValue", LEDGER], 1),
    case("cross-account-resource-side-missing", ["ci-legacy", "s3:GetObject", OBJECT], 1),
    case("cross-account-caller-side-missing", ["artifact-mirror", "s3:GetObject", OBJECT], 1),
    case("cross-account-both-sides-allow", ["artifact-replicator", "s3:GetObject", OBJECT], 0),
    case("trust-policy", ["astrid.holm", "sts:AssumeRole", "alder-production:role/deploy-production"], 1),
    case("trust-policy-condition", ["dana.kowal", "sts:AssumeRole", "alder-production:role/breakglass"], 0),
    case("key-policy-does-not-delegate", ["astrid.holm", "kms:Decrypt", ESCROW], 1),
    case("identity-explicit-deny", ["emil.sorg", "s3:GetObject", OBJECT], 1),
    Case { json: true, ..case("identity-implicit-deny", ["lucas.ferrer", "s3:PutObject", OBJECT], 1) },
    case("permissions-boundary", ["priya.nair", "s3:GetObject", OBJECT], 1),
    Case {
        more: &["--session-policy", "output/session-policy.json"],
        ..case("session-policy", ["deploy-production", "s3:GetObject", OBJECT], 1)
    },
    case("hard-limit-refuses", ["deploy-production", "sts:GetFederationToken", FEDERATED], 1),
    case("hard-limit-allows", ["emil.sorg", "sts:GetCallerIdentity", "*"], 0),
    Case { json: true, ..case("condition-on-the-network", ["sol.arnaud", "s3:GetObject", OBJECT], 0) },
    case("condition-on-the-session-name", ["nightly-export", "s3:GetObject", OBJECT], 0),
];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// What the program prints for a case, run in the package's folder on the sample.
fn run(case: &Case, more: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_iamreach"));
    command.arg("explain").args(case.question).args(case.more).args(more).current_dir(root());
    command.env("COLUMNS", WIDTH.to_string()).env("NO_COLOR", "1").env("IAMREACH_DATA", "data/sample");
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(case.exit), "{}: {}", case.name, String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn snapshots() -> PathBuf {
    root().join("tests/snapshots/explain")
}

fn compare(file: &str, written: &str) {
    let path = snapshots().join(file);
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        std::fs::create_dir_all(snapshots()).unwrap();
        std::fs::write(&path, written).unwrap();
    }
    let there = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(there == written, "{file} has drifted; UPDATE_SNAPSHOTS=1 writes it anew\n{written}");
}

#[test]
fn planted_cases_are_told_as_committed() {
    for case in CASES {
        compare(&format!("{}.txt", case.name), &run(case, &[]));
        if case.json {
            compare(&format!("{}.json", case.name), &run(case, &["--format", "json"]));
        }
    }
}

#[test]
fn every_snapshot_is_one_of_a_case() {
    let expected: BTreeSet<String> = CASES
        .iter()
        .flat_map(|case| {
            [Some(format!("{}.txt", case.name)), case.json.then(|| format!("{}.json", case.name))].into_iter().flatten()
        })
        .collect();
    let there: BTreeSet<String> = std::fs::read_dir(snapshots())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    assert_eq!(there, expected);
}

#[test]
fn lines_keep_within_the_width() {
    for case in CASES {
        for line in run(case, &["--full"]).lines().filter(|line| line.chars().count() > WIDTH) {
            // One word that is longer by itself is not cut.
            let words = line.split_whitespace().count();
            assert!(words <= 4, "{}: {line}", case.name);
        }
    }
}

fn sample() -> Loaded {
    load(&[root().join("data/sample")], &LoadOptions::default())
}

fn callers(loaded: &Loaded) -> Vec<Caller> {
    let environment = &loaded.environment;
    let roots = environment.accounts().map(|account| Caller::Root(account.id));
    let outside = [Caller::Anonymous, Caller::Service("lambda.amazonaws.com".into()), Caller::ExternalAccount(None)];
    environment.principals().map(|(id, _)| Caller::of(environment, id)).chain(roots).chain(outside).collect()
}

/// Every explanation of a few actions on every resource and role of the sample, for everyone.
fn each(mut check: impl FnMut(&Explanation)) {
    let loaded = sample();
    let environment = &loaded.environment;
    let engine = Engine::new(Evaluator::new(environment, EvaluateOptions::default()));
    let mut questions: Vec<(&str, String)> = Vec::new();
    for resource in environment.resources() {
        let actions: &[&str] = match resource.arn.service() {
            "s3" => &["s3:GetObject", "s3:PutObject", "s3:GetBucketPolicy"],
            "kms" => &["kms:Decrypt", "kms:PutKeyPolicy"],
            "secretsmanager" => &["secretsmanager:GetSecretValue"],
            "sns" => &["sns:Publish"],
            "sqs" => &["sqs:SendMessage"],
            "ecr" => &["ecr:BatchGetImage"],
            _ => &["lambda:InvokeFunction"],
        };
        for action in actions {
            let object = if action.ends_with("Object") { "/exports/x" } else { "" };
            questions.push((action, format!("{}{object}", resource.arn)));
        }
    }
    for (_, principal) in environment.principals().filter(|(_, principal)| principal.trust.is_some()) {
        questions.push(("sts:AssumeRole", principal.arn.to_string()));
    }
    questions.extend([("sts:GetCallerIdentity", "*".to_owned()), ("iam:ListUsers", "*".to_owned())]);
    for caller in callers(&loaded) {
        for (action, resource) in &questions {
            engine.explain(&caller, &ActionName::parse(action).unwrap(), resource).iter().for_each(&mut check);
        }
    }
}

#[test]
fn e113_the_effects_of_the_checks_add_up_to_the_decision() {
    let mut asked = 0;
    each(|explanation| {
        asked += 1;
        let what = format!("{} {} {}", explanation.subject.name, explanation.action, explanation.resource);
        let layers: Vec<_> = explanation.layers.iter().map(|layer| (&layer.name, layer.effect)).collect();
        let what = format!("{what}: {} with {layers:#?}", explanation.outcome);
        let effects: Vec<Option<&str>> = explanation.layers.iter().map(|layer| layer.effect.check_effect()).collect();
        if explanation.settled.is_some() {
            assert!(effects.is_empty(), "{what}");
            return;
        }
        let has = |effect: &str| effects.contains(&Some(effect));
        let open = effects.contains(&None);
        let added = match (has("EXPLICIT_DENY"), has("IMPLICIT_DENY")) {
            (true, _) => Some("EXPLICIT_DENY"),
            (_, true) if !open || explanation.outcome == Outcome::ImplicitlyDenied => Some("IMPLICIT_DENY"),
            _ if !open => Some("ALLOW"),
            _ => overall_effect(explanation.outcome),
        };
        assert_eq!(added, overall_effect(explanation.outcome), "{what}");
        if explanation.outcome == Outcome::Allowed {
            assert!(!has("EXPLICIT_DENY") && !has("IMPLICIT_DENY"), "{what}");
        }
        let order: Vec<_> = explanation.layers.iter().map(|layer| layer.layer).collect();
        assert!(order.is_sorted(), "E111: {what}");
        for layer in explanation.layers.iter().filter(|layer| layer.effect.as_str() == "IMPLICIT_DENY") {
            assert!(layer.why.is_some() || layer.nearest.is_some(), "{what}: nothing is said of {}", layer.name);
        }
        assert_eq!(explanation.change.is_none(), explanation.outcome.is_allowed(), "{what}");
    });
    assert!(asked > 5_000, "{asked}");
}

#[test]
fn both_forms_say_where_each_deciding_statement_stands() {
    let loaded = sample();
    let engine = Engine::new(Evaluator::new(&loaded.environment, EvaluateOptions::default()));
    let action = ActionName::parse("s3:GetObject").unwrap();
    for caller in callers(&loaded) {
        let explanations = engine.explain(&caller, &action, OBJECT);
        let text = explanations_to_text(&explanations, &loaded.environment, ExplanationOptions::default());
        let json = explanations_to_json(&explanations, &loaded.environment);
        let mut shown = 0;
        for explanation in json["explanations"].as_array().unwrap() {
            let layers = explanation["layers"].as_array().unwrap().iter();
            let statements =
                layers.flat_map(|layer| layer["statements"].as_array().unwrap().iter().chain([&layer["nearest"]]));
            for statement in statements.filter(|statement| statement["decides"] == true) {
                shown += usize::from(statement["source"] != Value::Null);
                let source = &statement["source"];
                assert!(source == &Value::Null || source["line"].as_u64().is_some(), "{statement}");
                let whole = statement["text"].as_str().unwrap();
                assert!(serde_json::from_str::<Value>(whole).is_ok(), "{whole}");
                let parts = statement["parts"].as_array().unwrap();
                assert!(parts.iter().all(|part| whole.contains(part["text"].as_str().unwrap())), "{statement}");
                assert!(!parts.is_empty() || statement["why"].is_string(), "{statement}");
            }
        }
        assert_eq!(text.matches("--> ").count(), shown, "{text}");
        assert_eq!(text.lines().any(|line| line.contains("^^^")), shown > 0, "{text}");
    }
}
