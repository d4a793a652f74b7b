//! `explain`: on planted cases of the sample, one for each layer that can decide, as a reader sees them: the files of
//! `tests/snapshots/explain`, each named after what decides. `UPDATE_SNAPSHOTS=1` writes them anew.
//! Over all pairs of principal and resource of the sample the effects of the checks add up to the decision (E113); and on
//! small inputs, the nearest statement and its failing element in words.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test target")]

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

use iamreach::action::ActionName;
use iamreach::arn::{AccountId, Arn};
use iamreach::evaluate::{EvaluateOptions, Evaluator, HardLimit, Outcome, Reasons};
use iamreach::export::{ExplanationOptions, explanations_to_json, explanations_to_text};
use iamreach::load::{LoadOptions, Loaded, load};
use iamreach::query::{Engine, Explanation, Goal, Hinge, Paths, overall_effect, select_caller};
use iamreach::request::{Caller, Credentials, Entrance};
use serde_json::{Value, json};

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

// ---------------------------------------------------------------- ways over roles

#[test]
fn a_way_is_told_step_by_step_as_path_finds_it() {
    let loaded = sample();
    let environment = &loaded.environment;
    let engine = Engine::new(Evaluator::new(environment, EvaluateOptions::default()));
    let action = ActionName::parse("s3:GetObject").unwrap();
    let (mut ways, mut steps) = (0, 0);
    for caller in callers(&loaded) {
        let goal = Goal::Can { action: action.clone(), resource: OBJECT.to_owned() };
        let row = engine.paths(&Paths { from: caller.clone(), goal, max_hops: 8, max_paths: 1 }).pop();
        let explained = engine.explain_path(&caller, &action, OBJECT, 8);
        let Some(row) = row else {
            assert!(explained.is_empty(), "{caller:?}");
            continue;
        };
        let (last, hops) = explained.split_last().unwrap();
        assert_eq!(last.decision.residual(), row.condition, "{caller:?}");
        assert_eq!(last.step.is_some(), !row.path.is_empty());
        let told: Vec<_> =
            hops.iter().map(|hop| (hop.resource.clone(), hop.decision.residual(), hop.outcome)).collect();
        let found: Vec<_> = row.path.iter().map(|hop| (hop.role.clone(), hop.condition.clone(), hop.outcome)).collect();
        assert_eq!(told, found, "{caller:?}");
        ways += 1;
        steps += hops.len();
    }
    assert!(ways > 30 && steps > 20, "{ways} ways, {steps} steps");
}

// ---------------------------------------------------------------- hard limits

/// A recorder's reasons for a request of the sample.
fn reasons(caller: &Caller, credentials: Credentials, action: &str, resource: &str) -> (Outcome, Reasons) {
    let loaded = sample();
    let evaluator = Evaluator::new(&loaded.environment, EvaluateOptions::default());
    let target = evaluator.target(&ActionName::parse(action).unwrap(), resource);
    let mut reasons = Reasons::default();
    let decision = evaluator.decide_recorded(caller, credentials, &target, &mut reasons);
    assert_eq!(decision, evaluator.decide(caller, credentials, &target), "a recorder changes nothing");
    (decision.outcome(), reasons)
}

#[test]
fn e114a_what_settles_a_request_is_named() {
    let loaded = sample();
    let select = |name: &str| select_caller(&loaded.environment, name).unwrap();
    let (user, role, root) = (select("astrid.holm"), select("deploy-production"), select("alder-production:root"));
    let account = AccountId::parse("222233334444").unwrap();
    let arn = Arn::parse("arn:aws:sts::222233334444:federated-user/f").unwrap();
    let federated = Caller::FederatedUser { account, arn, user: None };
    let provider = Caller::FederatedProvider("arn:aws:iam::222233334444:saml-provider/AlderCorpIdP".into());
    let (key, mfa) = (Credentials::LongTermKey, Credentials::MfaSession);
    let session = Credentials::RoleSession(Entrance::Unspecified);
    let of_federated = Credentials::FederatedUser;
    let unsigned = Credentials::Unsigned;
    let analyst = "arn:aws:iam::222233334444:role/corp-saml-analyst";
    let outside = "arn:aws:kms:eu-west-1:444455556666:key/00000000-0000-0000-0000-000000000000";
    let china = "arn:aws-cn:s3:::bucket/key";
    for (caller, credentials, action, resource, limit) in [
        (&user, key, "sts:GetCallerIdentity", "*", HardLimit::CallerIdentity),
        (&user, key, "sts:GetSessionToken", "*", HardLimit::SessionToken),
        (&root, Credentials::Root, "sts:GetSessionToken", "*", HardLimit::SessionToken),
        (&role, session, "sts:GetSessionToken", "*", HardLimit::SessionTokenBySession),
        (&user, mfa, "sts:GetSessionToken", "*", HardLimit::SessionTokenBySession),
        (&role, session, "sts:GetFederationToken", FEDERATED, HardLimit::FederationByRole),
        (&root, Credentials::Root, "sts:AssumeRole", analyst, HardLimit::AssumeRoleByRoot),
        (&Caller::Anonymous, unsigned, "sts:AssumeRole", analyst, HardLimit::AssumeRoleUnsigned),
        (&provider, unsigned, "sts:AssumeRole", analyst, HardLimit::AssumeRoleByProvider),
        (&user, key, "sts:AssumeRoleWithSAML", analyst, HardLimit::FederatedCallWithoutProvider),
        (&provider, unsigned, "sts:AssumeRoleWithWebIdentity", analyst, HardLimit::ProviderDoesNotFit),
        (&user, mfa, "sts:GetFederationToken", FEDERATED, HardLimit::StsBySessionToken),
        (&federated, of_federated, "sts:AssumeRole", analyst, HardLimit::StsByFederatedUser),
        (&federated, of_federated, "iam:ListUsers", "*", HardLimit::IamByFederatedUser),
        (&user, key, "s3:GetBucketPolicy", "arn:aws:s3:::alder-release-artifacts", HardLimit::BucketPolicyFromOutside),
        (&user, key, "kms:PutKeyPolicy", outside, HardLimit::KmsFromOutside),
        (&user, key, "s3:GetObject", china, HardLimit::OtherPartition),
    ] {
        let (outcome, reasons) = reasons(caller, credentials, action, resource);
        assert_eq!(reasons.settled, Some(limit), "{action} {resource}");
        let expected = if limit.allows() { Outcome::Allowed } else { Outcome::ImplicitlyDenied };
        assert_eq!(outcome, expected, "{limit:?}");
        assert!(reasons.compared.is_empty() && reasons.verdicts.is_empty(), "{limit:?}: no policy is asked");
    }
}

// ---------------------------------------------------------------- the nearest statement, in words

const HOME: &str = "111111111111";

/// A folder of an input, removed in the end.
struct Input(PathBuf);

impl Drop for Input {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

impl Input {
    /// User `ana` of one account and bucket `data` of another, with these statements.
    fn new(identity: Value, bucket: Value) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("iamreach-explain-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let document = |statements: Value| json!({ "Version": "2012-10-17", "Statement": statements });
        let policies = match identity {
            Value::Null => json!([]),
            statements => json!([{ "PolicyName": "own", "PolicyDocument": document(statements) }]),
        };
        let user = json!({
            "UserName": "ana", "UserId": "AIDAANA", "Arn": format!("arn:aws:iam::{HOME}:user/ana"),
            "UserPolicyList": policies, "Tags": [{ "Key": "team", "Value": "blue" }],
        });
        let role = json!({
            "RoleName": "job", "RoleId": "AROAJOB", "Arn": format!("arn:aws:iam::{HOME}:role/job"),
            "RolePolicyList": user["UserPolicyList"],
            "AssumeRolePolicyDocument": document(json!([{
                "Effect": "Allow", "Principal": { "Service": "ec2.amazonaws.com" }, "Action": "sts:AssumeRole",
            }])),
        });
        let details =
            json!({ "UserDetailList": [user], "GroupDetailList": [], "RoleDetailList": [role], "Policies": [] });
        std::fs::write(folder.join("details.json"), details.to_string()).unwrap();
        let resources = json!([{
            "Arn": "arn:aws:s3:::data", "Account": "222222222222",
            "Policy": if bucket.is_null() { Value::Null } else { document(bucket) },
        }]);
        std::fs::write(folder.join("resource-policies.json"), resources.to_string()).unwrap();
        Self(folder)
    }

    /// The explanation of `ana` reading an object.
    fn explain(&self) -> Explanation {
        self.told("ana", "s3:GetObject", "arn:aws:s3:::data/2026/a.csv").explanation
    }

    /// The first explanation of a principal's request, in every form.
    fn told(&self, who: &str, action: &str, resource: &str) -> Told {
        let loaded = load(std::slice::from_ref(&self.0), &LoadOptions::default());
        let engine = Engine::new(Evaluator::new(&loaded.environment, EvaluateOptions::default()));
        let caller = select_caller(&loaded.environment, who).unwrap();
        let mut explanations = engine.explain(&caller, &ActionName::parse(action).unwrap(), resource);
        explanations.truncate(1);
        let options = ExplanationOptions { width: 500, ..ExplanationOptions::default() };
        Told {
            text: explanations_to_text(&explanations, &loaded.environment, options),
            json: explanations_to_json(&explanations, &loaded.environment),
            explanation: explanations.swap_remove(0),
        }
    }
}

struct Told {
    explanation: Explanation,
    text: String,
    json: Value,
}

fn allow(fields: Value) -> Value {
    let mut statement = json!({ "Effect": "Allow" });
    statement.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    if statement.get("NotAction").is_none() && statement.get("Action").is_none() {
        statement["Action"] = json!("s3:GetObject");
    }
    if statement.get("NotResource").is_none() && statement.get("Resource").is_none() {
        statement["Resource"] = json!("*");
    }
    statement
}

/// What is said of the nearest statement: its number, the element that fails and how.
fn nearest(explanation: &Explanation, layer: &str) -> (u32, &'static str, String) {
    let layer = explanation.layers.iter().find(|of| of.name.starts_with(layer)).unwrap();
    let near = layer.nearest.as_ref().unwrap_or_else(|| panic!("nothing is near: {:?}", layer.why));
    let failed = near.failed.as_ref().unwrap();
    (near.statement.index, failed.element, failed.why.clone())
}

#[test]
fn the_element_that_fails_is_told_in_words() {
    let condition = |condition: Value| allow(json!({ "Condition": condition }));
    for (statement, element, why) in [
        (allow(json!({ "Action": "s3:Put*" })), "Action", "its Action is `s3:Put*`, the request is `s3:GetObject`"),
        (
            allow(json!({ "Action": ["s3:Put*", "s3:List*"] })),
            "Action",
            "its Action is `s3:Put*` or `s3:List*`, the request is `s3:GetObject`",
        ),
        (
            allow(json!({ "Action": ["s3:Put*", "s3:List*", "s3:GetBucket*", "ec2:*"] })),
            "Action",
            "none of its 4 Actions matches the request's `s3:GetObject`; the closest is `s3:GetBucket*`",
        ),
        (
            allow(json!({ "NotAction": ["iam:*", "s3:*"] })),
            "NotAction",
            "its NotAction lists `s3:*`, which takes `s3:GetObject` out",
        ),
        (
            allow(json!({ "Resource": "arn:aws:s3:::data/2025/*" })),
            "Resource",
            "its Resource `arn:aws:s3:::data/2025/*` does not match `arn:aws:s3:::data/2026/a.csv`",
        ),
        (
            allow(json!({ "NotResource": "arn:aws:s3:::data/*" })),
            "NotResource",
            "its NotResource lists `arn:aws:s3:::data/*`, which takes `arn:aws:s3:::data/2026/a.csv` out",
        ),
        (
            allow(json!({ "Resource": "arn:aws:s3:::data/${aws:PrincipalTag/Team}/*" })),
            "Resource",
            "its Resource `arn:aws:s3:::data/${aws:PrincipalTag/Team}/*` does not match `arn:aws:s3:::data/2026/a.csv`, \
             for aws:PrincipalTag/Team is `blue`",
        ),
        (
            condition(json!({ "StringEquals": { "aws:PrincipalTag/team": "red" } })),
            "Condition",
            "its Condition `StringEquals aws:PrincipalTag/team red` fails: the key is `blue`",
        ),
        (
            condition(json!({ "Bool": { "aws:MultiFactorAuthPresent": "true" } })),
            "Condition",
            "its Condition `Bool aws:MultiFactorAuthPresent true` fails: the key is absent",
        ),
        (
            condition(json!({ "StringEquals": { "aws:username": "${aws:PrincipalTag/none}" } })),
            "Condition",
            "its Condition `StringEquals aws:username ${aws:PrincipalTag/none}` fails: the key is `ana`, \
             aws:PrincipalTag/none is absent",
        ),
        (
            allow(json!({ "Action": "s3:PutObject", "Resource": "arn:aws:s3:::other" })),
            "Action",
            "its Action is `s3:PutObject`, the request is `s3:GetObject`; its Resource would not match either",
        ),
    ] {
        let input = Input::new(json!([statement]), json!([]));
        let explanation = input.explain();
        assert_eq!(nearest(&explanation, "identity"), (0, element, why.to_owned()), "{statement}");
    }
}

#[test]
fn the_principal_that_fails_is_told_in_words() {
    let caller = "the caller is `arn:aws:iam::111111111111:user/ana`";
    for (principal, why) in [
        (json!({ "AWS": "333333333333" }), format!("its Principal names `333333333333`, {caller}")),
        (
            json!({ "AWS": "arn:aws:iam::111111111111:group/readers" }),
            format!(
                "its Principal names `arn:aws:iam::111111111111:group/readers`, {caller}; a group is never a principal"
            ),
        ),
        (
            json!({ "AWS": ["333333333333", "arn:aws:iam::111111111111:user/bob"], "Service": ["a.b", "c.d"] }),
            "none of its 4 Principals is the caller `arn:aws:iam::111111111111:user/ana`; the closest is \
             `arn:aws:iam::111111111111:user/bob`"
                .to_owned(),
        ),
    ] {
        let input = Input::new(json!([allow(json!({}))]), json!([allow(json!({ "Principal": principal }))]));
        assert_eq!(nearest(&input.explain(), "resource policy"), (0, "Principal", why), "{principal}");
    }
}

/// Which of several statements is the nearest; `None` where none has to do with the request.
fn check_nearest(statements: Value, expected: Option<u32>) {
    let input = Input::new(statements.clone(), json!([]));
    let explanation = input.explain();
    let layer = explanation.layers.iter().find(|layer| layer.name == "identity policies").unwrap();
    let index = layer.nearest.as_ref().map(|near| near.statement.index);
    assert_eq!(index, expected, "{statements}");
    assert_eq!(layer.why.is_some(), expected.is_none(), "{statements}");
}

#[test]
fn the_nearest_statement_passes_the_most_and_is_most_alike() {
    let action = |action: Value| allow(json!({ "Action": action }));
    let resource = |resource: &str| allow(json!({ "Resource": resource }));
    let mfa = json!({ "Bool": { "aws:MultiFactorAuthPresent": "true" } });
    // Fails at one element before fails at two; the action's statement before the resource's; then likeness.
    let far = allow(json!({ "Action": "s3:PutObject", "Resource": "arn:aws:s3:::other/*" }));
    check_nearest(json!([far, action(json!("s3:PutObject"))]), Some(1));
    check_nearest(json!([action(json!("s3:PutObject")), resource("arn:aws:s3:::other/*")]), Some(1));
    check_nearest(json!([resource("arn:aws:s3:::other/*"), resource("arn:aws:s3:::data/2025/*")]), Some(1));
    check_nearest(json!([action(json!("s3:PutBucketPolicy")), action(json!("s3:GetObjectAcl"))]), Some(1));
    let with_mfa = allow(json!({ "Condition": mfa }));
    check_nearest(json!([far, with_mfa]), Some(1));
    check_nearest(json!([allow(json!({ "Resource": "x", "Condition": mfa })), with_mfa]), Some(1));
    // Of equals the first.
    check_nearest(json!([action(json!("s3:PutObject")), action(json!("s3:PutObject"))]), Some(0));
    // A Deny comes near to nothing, and what speaks of other services neither, unless its action is much alike.
    check_nearest(json!([{ "Effect": "Deny", "Action": "s3:PutObject", "Resource": "*" }]), None);
    check_nearest(json!([action(json!(["ec2:*", "iam:*"]))]), None);
    check_nearest(json!([action(json!("s4:GetObject"))]), Some(0));
    check_nearest(Value::Null, None);
}

#[test]
fn conditions_that_exclude_each_other_leave_no_element_that_fails() {
    let vpce = |operator: &str| json!({ operator: { "aws:SourceVpce": "vpce-1" } });
    let both = json!({ "StringEquals": vpce("x")["x"], "StringNotEquals": vpce("x")["x"] });
    let explanation = Input::new(json!([allow(json!({ "Condition": both }))]), json!([])).explain();
    let layer = explanation.layers.iter().find(|layer| layer.name == "identity policies").unwrap();
    assert_eq!(layer.nearest.as_ref().unwrap().failed, None);
    assert_eq!(explanation.outcome, Outcome::ImplicitlyDenied);
}

// ---------------------------------------------------------------- conditions

#[test]
fn e172_who_controls_each_key_of_a_condition() {
    let condition = json!({
        "StringEquals": { "aws:SourceVpce": "vpce-1", "aws:ResourceTag/team": "blue", "s3:prefix": "a" },
        "DateLessThan": { "aws:CurrentTime": "2030-01-01T00:00:00Z" },
    });
    let readers = allow(json!({ "Principal": { "AWS": HOME }, "Condition": condition }));
    let explanation = Input::new(json!([allow(json!({}))]), json!([readers])).explain();
    assert_eq!(explanation.outcome, Outcome::AllowedIf);
    let mut told: Vec<(String, &str)> = explanation
        .hinges
        .iter()
        .map(|hinge| match hinge {
            Hinge::Key { key, controller } => (key.clone(), controller.name()),
            other => panic!("{other:?}"),
        })
        .collect();
    told.sort();
    let expected = [
        ("aws:CurrentTime".to_owned(), "time"),
        ("aws:ResourceTag/team".to_owned(), "resource"),
        ("aws:SourceVpce".to_owned(), "network"),
        ("s3:prefix".to_owned(), "caller"),
    ];
    assert_eq!(told, expected);
}

#[test]
fn a_point_that_aws_leaves_open_is_told_with_its_meaning() {
    // E167: whether the key is absent or `false` in a session of a role.
    let condition = json!({ "BoolIfExists": { "aws:MultiFactorAuthPresent": "true" } });
    let reader = allow(json!({ "Principal": { "AWS": HOME } }));
    let input = Input::new(json!([allow(json!({ "Condition": condition }))]), json!([reader]));
    let told = input.told("job", "s3:GetObject", "arn:aws:s3:::data/2026/a.csv");
    let open = &told.json["explanations"][0]["undocumented"][0];
    assert_eq!(told.explanation.outcome, Outcome::AllowedIf);
    assert_eq!((&open["code"], &open["rule"]), (&json!("mfa-context-undocumented"), &json!("E167")));
    let meaning = "AWS's documents leave open whether `aws:MultiFactorAuthPresent` is absent or `false`";
    assert!(told.text.contains(meaning), "{}", told.text);
    let test =
        "`BoolIfExists aws:MultiFactorAuthPresent true` is undecided: aws:MultiFactorAuthPresent is absent or `false`";
    assert!(told.text.contains(test), "{}", told.text);
}

#[test]
fn missing_input_is_named_above_and_where_it_is_missing() {
    let input = Input::new(json!([allow(json!({}))]), json!([allow(json!({ "Principal": "*", "Grantor": "x" }))]));
    let told = input.told("ana", "s3:GetObject", "arn:aws:s3:::data/2026/a.csv");
    assert_eq!(told.explanation.outcome, Outcome::Unknown);
    assert_eq!(told.text.matches("the element `Grantor`").count(), 2, "the line and the layer: {}", told.text);
}

#[test]
fn e116_a_deny_that_does_not_bind_the_owner_s_root_user() {
    let deny = json!({ "Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*" });
    let input = Input::new(Value::Null, json!([deny]));
    let told = |action: &str| input.told("222222222222:root", action, "arn:aws:s3:::data");
    let of_policy = told("s3:GetBucketPolicy");
    assert_eq!(of_policy.explanation.outcome, Outcome::Allowed);
    let words = "the root user of the account that owns a bucket gets at its policy even against a Deny";
    assert!(of_policy.text.contains(words) && of_policy.text.contains("Deny by statement 0"), "{}", of_policy.text);
    assert_eq!(told("s3:GetBucketTagging").explanation.outcome, Outcome::ExplicitlyDenied);
}

#[test]
fn e120_a_policy_that_names_the_account_gives_nothing_by_itself() {
    let names = json!([allow(json!({ "Principal": { "AWS": "222222222222" } }))]);
    let root = Input::new(Value::Null, names).told("222222222222:root", "s3:GetObject", "arn:aws:s3:::data/2026/a.csv");
    let layer = root.explanation.layers.iter().find(|layer| layer.name.starts_with("resource policy")).unwrap();
    assert_eq!((layer.effect.as_str(), layer.listed_by_aws, layer.applied.len()), ("NO_IMPACT", false, 1));
    assert!(layer.why.as_deref().unwrap().starts_with("it names the account as a whole"));
}
