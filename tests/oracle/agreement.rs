//! The library and the oracle over generated requests.

use std::collections::BTreeMap;
use std::env;
use std::thread;

use iamreach::query::simulate_line;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};
use serde_json::Value;

use crate::decide::answer;
use crate::differences::is_open;
use crate::generate::case;
use crate::request::Request;

/// A number from the environment.
pub(crate) fn setting(name: &str, otherwise: u32) -> u32 {
    env::var(name).map_or(otherwise, |text| text.parse().expect("a number"))
}

/// A runner that draws the same cases on every run; each part of the work draws others.
pub(crate) fn runner(cases: u32, part: u32) -> TestRunner {
    let mut seed = [0; 32];
    seed[..4].copy_from_slice(&setting("IAMREACH_SEED", 0).to_le_bytes());
    seed[4..8].copy_from_slice(&part.to_le_bytes());
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 20_000, ..Config::default() };
    TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &seed))
}

/// What the library answers to a request.
pub(crate) fn library(request: &Value) -> Result<Value, String> {
    let answer: Value =
        serde_json::from_str(&simulate_line(&request.to_string())).map_err(|error| error.to_string())?;
    match answer.get("EvaluationResults") {
        Some(results) => Ok(results[0].clone()),
        None => Err(answer.to_string()),
    }
}

/// Both answers, where they differ.
pub(crate) fn compare(request: &Value) -> Result<(), String> {
    let result = library(request)?;
    let read = Request::read(&request.to_string());
    let expected = answer(&read);
    if is_open(&read) || expected.words().iter().any(|word| result["EvalDecision"] == *word) {
        return Ok(());
    }
    Err(format!("the rules say {expected:?}, the library {result}"))
}

#[test]
fn agreement() {
    let cases = setting("IAMREACH_CASES", 100_000);
    let parts = u32::try_from(thread::available_parallelism().map_or(1, usize::from)).unwrap();
    thread::scope(|scope| {
        let works: Vec<_> = (0..parts)
            .map(|part| {
                scope.spawn(move || {
                    let check = |case: crate::generate::Case| compare(&case.request()).map_err(TestCaseError::fail);
                    runner(cases.div_ceil(parts), part).run(&case(), check).map_err(|error| error.to_string())
                })
            })
            .collect();
        let failures: BTreeMap<usize, String> = works
            .into_iter()
            .enumerate()
            .filter_map(|(part, work)| Some((part, work.join().unwrap().err()?)))
            .collect();
        assert!(failures.is_empty(), "{}", failures.into_values().collect::<Vec<_>>().join("\n\n"));
    });
}
