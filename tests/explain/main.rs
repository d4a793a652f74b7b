//! `explain`: on planted cases of the sample, one for each layer that can decide, as a reader sees them: the files of
//! `tests/snapshots/explain`, each named after what decides. `UPDATE_SNAPSHOTS=1` writes them anew.
//!
//! `everyone` asks of all principals and resources of the sample, `words` of small inputs what is said of one statement.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test target")]

mod everyone;
mod words;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;

const WIDTH: usize = 100;
const OBJECT: &str = "arn:aws:s3:::alder-customer-data/exports/2026/customers.csv";
const RESTRICTED: &str = "arn:aws:s3:::alder-customer-data/restricted/2026/contracts.pdf";
const ARTIFACT: &str = "arn:aws:s3:::alder-release-artifacts/web/1.4.2.tar.gz";
const ESCROW: &str = "arn:aws:kms:eu-west-1:222233334444:key/e7b2d6c4-91f0-4a35-8c7e-0d5f3b2a6e18";
const LEDGER: &str = "arn:aws:secretsmanager:eu-west-1:222233334444:secret:alder/ledger-db-Qm4x2Z";
const ARCHIVED: &str = "arn:aws:s3:eu-west-1:222233334444:accesspoint/archive-readers/object/2025/q3.pdf";
const REPORT: &str = "arn:aws:s3:::alder-market-reports/2026/q3.pdf";
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
    Case {
        more: &["--context", "aws:SourceVpce=vpce-0a1de7c0ffee12345"],
        ..case("vpc-endpoint-policy", ["yusuf.demir", "s3:PutObject", OBJECT], 1)
    },
    case("resource-policy-explicit-deny", ["astrid.holm", "secretsmanager:GetSecretValue", LEDGER], 1),
    case("cross-account-resource-side-missing", ["ci-legacy", "s3:GetObject", OBJECT], 1),
    case("cross-account-caller-side-missing", ["artifact-mirror", "s3:GetObject", OBJECT], 1),
    case("cross-account-both-sides-allow", ["artifact-replicator", "s3:GetObject", OBJECT], 0),
    case("trust-policy", ["astrid.holm", "sts:AssumeRole", "alder-production:role/deploy-production"], 1),
    case("trust-policy-condition", ["dana.kowal", "sts:AssumeRole", "alder-production:role/breakglass"], 0),
    case("key-policy-does-not-delegate", ["astrid.holm", "kms:Decrypt", ESCROW], 1),
    case("access-point-policy", ["ci-legacy", "s3:GetObject", ARCHIVED], 0),
    Case { json: true, ..case("key-of-encrypted-objects", ["yusuf.demir", "s3:GetObject", REPORT], 1) },
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
    Case { more: &["--path"], ..case("way-over-a-role", ["ivo.brandt", "s3:GetObject", OBJECT], 0) },
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
    let files = |case: &Case| {
        [Some(format!("{}.txt", case.name)), case.json.then(|| format!("{}.json", case.name))].into_iter().flatten()
    };
    let expected: BTreeSet<String> = CASES.iter().flat_map(files).collect();
    let there = std::fs::read_dir(snapshots()).unwrap().map(|entry| entry.unwrap().file_name());
    let there: BTreeSet<String> = there.map(|name| name.to_string_lossy().into_owned()).collect();
    assert_eq!(there, expected, "a snapshot of no case, or a case without one");
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

/// The fields of each table of the README's section about this JSON, against those that are written.
#[test]
fn readme_names_every_field() {
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    let section = readme.split("\n### ").find(|section| section.starts_with("explain as JSON")).unwrap();
    let section = section.split("\n## ").next().unwrap();
    let table = |table: &str| -> BTreeSet<String> {
        let rows = table.lines().filter(|line| line.starts_with("| `"));
        let first = rows.map(|line| line.split(" | ").next().unwrap().to_owned());
        first.flat_map(|cell| cell.split('`').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>()).collect()
    };
    let named: Vec<BTreeSet<String>> = section.split("| field |").skip(1).map(table).collect();
    let case = CASES.iter().find(|case| case.name == "identity-implicit-deny").unwrap();
    let json: Value = serde_json::from_str(&run(case, &["--format", "json"])).unwrap();
    let keys = |value: &Value| -> BTreeSet<String> { value.as_object().unwrap().keys().cloned().collect() };
    let explanation = &json["explanations"][0];
    let layer = explanation["layers"].as_array().unwrap().last().unwrap();
    assert_eq!(named, [keys(explanation), keys(layer), keys(&layer["nearest"])]);
    let source = keys(&layer["nearest"]["source"]);
    assert!(source.iter().all(|key| section.contains(&format!("\"{key}\""))), "{source:?}");
    assert_eq!(json["schema_version"], iamreach::export::EXPLANATION_SCHEMA_VERSION);
    assert!(section.contains(&format!("now {}", iamreach::export::EXPLANATION_SCHEMA_VERSION)));
}
