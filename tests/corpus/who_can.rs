//! `who-can` on the accounts of IAMSpy's own questions.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::Value;

use iamreach::action::ActionName;
use iamreach::evaluate::{EvaluateOptions, Evaluator, Outcome};
use iamreach::load::{LoadOptions, load};
use iamreach::query::{Engine, SubjectKind, WhoCan};

use crate::{Checked, Report, read};

/// Questions on which we answer otherwise, by the rules that say so: the resource policies of these name their principal
/// by a bare ARN, which is no form of the element (E22), so their statement is unknown (E49) and its subjects undecided.
const EXPLAINED: [&str; 4] = ["who_can[7]", "who_can[8]", "who_can[13]", "who_can_batch[0]"];

pub(crate) fn check(corpus: &Path, report: &mut Report) {
    let suite = match read(&corpus.join("suites/iamspy-whocan.json")) {
        Ok(suite) => suite,
        Err(why) => return report.note("suites/iamspy-whocan.json", Err(why)),
    };
    let (mut agree, mut explained) = (0, 0);
    let cases = |key: &str| suite.get(key).and_then(Value::as_array).into_iter().flatten();
    for case in cases("cases").chain(cases("batch")) {
        let name = text(case, "name");
        let outcome = one(corpus, case);
        let by_rule = EXPLAINED.contains(&name);
        match (&outcome, by_rule) {
            (Ok(()), false) => agree += 1,
            (Err(_), true) => explained += 1,
            _ => {}
        }
        report.note(
            name,
            match (outcome, by_rule) {
                (Ok(()), true) => Err("agrees now, though E22 and E49 are named as the reason why not".to_owned()),
                (Err(_), true) => Ok(()),
                (outcome, false) => outcome,
            },
        );
    }
    println!("iamspy-whocan: {agree} agree, {explained} disagree as explained");
}

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

fn strings<'v>(value: &'v Value, pointer: &str) -> Vec<&'v str> {
    value.pointer(pointer).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect()
}

/// The resources a case asks about, and the pairs of principal and resource it expects.
fn asked(case: &Value) -> (Vec<String>, BTreeSet<(String, String)>) {
    let resource = text(case, "resource");
    if !resource.is_empty() {
        let pairs = strings(case, "/expected_who").into_iter().map(|who| (who.to_owned(), resource.to_owned()));
        return (vec![resource.to_owned()], pairs.collect());
    }
    let pair = |pair: &Value| Some((pair.get(0)?.as_str()?.to_owned(), pair.get(1)?.as_str()?.to_owned()));
    let pairs = case.get("expected").and_then(Value::as_array).into_iter().flatten().filter_map(pair);
    (strings(case, "/resources").into_iter().map(str::to_owned).collect(), pairs.collect())
}

fn one(corpus: &Path, case: &Value) -> Checked {
    let (resources, expected) = asked(case);
    let file = |name: &&str| corpus.join("gaad/iamspy").join(name);
    let names = [strings(case, "/files/gaads"), strings(case, "/files/resources")].concat();
    let paths: Vec<PathBuf> = names.iter().map(file).collect();
    let loaded = load(&paths, &LoadOptions::default());
    let context = case.get("context").and_then(Value::as_object).into_iter().flatten();
    let context =
        context.map(|(key, value)| (key.clone(), vec![value.as_str().unwrap_or_default().to_owned()])).collect();
    let options = EvaluateOptions { context, ..EvaluateOptions::default() };
    let engine = Engine::new(Evaluator::new(&loaded.environment, options));
    let action = ActionName::parse(text(case, "action")).map_err(|error| error.to_string())?;
    let question = WhoCan { actions: vec![action], resources, max_hops: 0 };
    // Strict: what is not given does not hold. Else what can hold counts.
    let strict = case.get("strict").and_then(Value::as_bool).unwrap_or_default();
    let counts = |outcome: Outcome| outcome == Outcome::Allowed || !strict && outcome == Outcome::AllowedIf;
    let found: BTreeSet<(String, String)> = engine
        .who_can(&question)
        .into_iter()
        .filter(|row| matches!(row.subject.kind, SubjectKind::User | SubjectKind::Role) && counts(row.outcome))
        .map(|row| (row.subject.name.to_string(), row.resource.to_string()))
        .collect();
    if found == expected { Ok(()) } else { Err(format!("found {found:?}, expected {expected:?}")) }
}
