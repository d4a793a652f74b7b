//! `simulate` on the cases other tools are tested with, in both modes: in the one that a case is meant for the answer is
//! what the case expects, and the other answer fits it. Those with a caution are left out.

use std::path::Path;

use iamreach::query::simulate_line;
use serde_json::{Value, json};

use crate::{Checked, Report, read};

/// Cases whose expectation is not AWS's: name, our answer, and the rule that says so.
const DISAGREEMENTS: &[(&str, &str, &str)] = &[(
    "can_i[15] allow-testing-s3.json+resource-s3-deny-testing2.json",
    "conditional",
    "E22, E49: its resource policy has a bare ARN as Principal, which is no form of that element: unknown, never a guess",
)];

pub(crate) fn check(corpus: &Path, report: &mut Report) {
    for suite in ["politest", "arsenal", "iamspy"] {
        let value = match read(&corpus.join("suites").join(format!("{suite}.json"))) {
            Ok(value) => value,
            Err(why) => {
                report.note(suite, Err(why));
                continue;
            }
        };
        let cases = value["cases"].as_array().map(Vec::as_slice).unwrap_or_default();
        let (mut agreed, mut explained, mut failed, mut cautioned) = (0, 0, 0, 0);
        for case in cases {
            if case.get("caution").is_some() {
                cautioned += 1;
                continue;
            }
            let name = case["name"].as_str().unwrap_or_default();
            let (strict, open) = (answer(case, "strict"), answer(case, "open"));
            let (line, answer) = if is_open(case) { &open } else { &strict };
            let decision = decision(answer);
            let agrees = agrees(case, decision);
            report.note(&format!("{suite}: {name}: both modes"), fit(&strict, &open));
            let checked: Checked = match DISAGREEMENTS.iter().find(|(listed, ..)| *listed == name) {
                Some((_, ours, _)) if !agrees && *ours == decision => {
                    explained += 1;
                    Ok(())
                }
                Some((_, ours, rule)) => Err(format!("should disagree with `{ours}` ({rule}), but is `{decision}`")),
                None if agrees => {
                    agreed += 1;
                    Ok(())
                }
                None => {
                    failed += 1;
                    Err(format!("expected {}, got {answer}\n    for {line}", case["expected"]))
                }
            };
            report.note(&format!("{suite}: {name}"), checked);
        }
        report.skip(cautioned);
        println!(
            "{suite}: {agreed} agree, {explained} disagree as explained, {failed} disagree, {cautioned} with a caution"
        );
    }
}

/// Whether a decision is what the case expects. Of `Denied` only "not allowed" is known; where keys that are not given
/// are free, a conditional answer is an allowance.
fn agrees(case: &Value, decision: &str) -> bool {
    let allowed = decision == "allowed" || decision == "conditional" && is_open(case);
    match case["expected"].as_str() {
        Some("Allowed") => allowed,
        Some("ExplicitDeny") => decision == "explicitDeny",
        Some("ImplicitDeny") => decision == "implicitDeny",
        _ => !allowed && decision != "error",
    }
}

fn is_open(case: &Value) -> bool {
    case["mode"] == "Discovery"
}

/// A case as a line of `simulate` in a mode, and the answer.
fn answer(case: &Value, mode: &str) -> (String, Value) {
    let line = request(case, mode).to_string();
    let answer = serde_json::from_str(&simulate_line(&line)).unwrap_or_default();
    (line, answer)
}

fn decision(answer: &Value) -> &str {
    answer["EvaluationResults"][0]["EvalDecision"].as_str().unwrap_or("error")
}

/// That keys which are not given are absent is one of the things that they can be: the strict answer is among those that
/// the open one leaves.
fn fit((line, strict): &(String, Value), (_, open): &(String, Value)) -> Checked {
    let (strict, open) = (decision(strict), decision(open));
    let fits = match open {
        "conditional" => strict != "error",
        "allowed" => strict == "allowed",
        "explicitDeny" | "implicitDeny" => strict == open,
        _ => false,
    };
    if fits { Ok(()) } else { Err(format!("`{strict}` when strict, but `{open}` when open\n    for {line}")) }
}

/// A case as a request, everything it gives and nothing else.
fn request(case: &Value, mode: &str) -> Value {
    let given = |key: &str| case.get(key).filter(|value| !value.is_null()).cloned();
    let one = |key: &str| given(key).map(|value| Value::Array(vec![value]));
    let text = |key: &str| given(key).map(|value| Value::String(value.to_string()));
    let entries = case["context"].as_object().into_iter().flatten().map(|(key, value)| {
        let values = if value.is_array() { value.clone() } else { json!([value]) };
        let kind = if value.is_array() { "stringList" } else { "string" };
        json!({"ContextKeyName": key, "ContextKeyType": kind, "ContextKeyValues": values})
    });
    let fields = [
        ("PolicyInputList", given("identity_policies")),
        ("PermissionsBoundaryPolicyInputList", one("boundary")),
        ("SessionPolicyInputList", given("session_policies")),
        ("ServiceControlPolicyInputList", given("scps")),
        ("ResourceControlPolicyInputList", given("rcps")),
        ("ActionNames", one("action")),
        ("ResourceArns", one("resource")),
        ("ResourcePolicy", text("resource_policy")),
        ("ResourceOwner", given("resource_owner")),
        ("ResourceAccount", given("resource_account")),
        ("CallerArn", given("principal")),
        ("ContextEntries", Some(entries.collect())),
        ("ContextMode", Some(json!(mode))),
    ];
    fields
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), value?)))
        .collect::<serde_json::Map<_, _>>()
        .into()
}
