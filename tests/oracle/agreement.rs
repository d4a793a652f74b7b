//! The library and the oracle over generated requests.

use std::env;
use std::thread;

use iamreach::query::simulate_line;
use proptest::strategy::Strategy;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};
use serde_json::Value;

use crate::decide::answer;
use crate::generate::{Case, case};
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
    if expected.words().iter().any(|word| result["EvalDecision"] == *word) {
        return Ok(());
    }
    Err(format!("the rules say {expected:?}, the library {result}"))
}

/// Runs a test over that many cases, in as many threads as there are processors.
pub(crate) fn in_parts<S: Strategy>(
    cases: u32,
    first: u32,
    strategy: fn() -> S,
    test: impl Fn(S::Value) -> Result<(), TestCaseError> + Copy + Send + Sync,
) {
    let parts = u32::try_from(thread::available_parallelism().map_or(1, usize::from)).unwrap();
    let failures: Vec<String> = thread::scope(|scope| {
        let work = |part: u32| {
            move || {
                runner(cases.div_ceil(parts), first + part).run(&strategy(), test).map_err(|error| error.to_string())
            }
        };
        let works: Vec<_> = (0..parts).map(|part| scope.spawn(work(part))).collect();
        works.into_iter().filter_map(|work| work.join().unwrap().err()).collect()
    });
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}

#[test]
fn agreement() {
    let cases = setting("IAMREACH_CASES", 100_000);
    in_parts(cases, 0, case, |case: Case| compare(&case.request()).map_err(TestCaseError::fail));
}
