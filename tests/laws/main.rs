//! Laws that answers about any organization keep, over small ones that are drawn at random.
//!
//! `IAMREACH_CASES` sets how many organizations each law is tried on, and `IAMREACH_SEED` draws others:
//!
//! ```text
//! IAMREACH_CASES=20000 IAMREACH_SEED=7 cargo test --test laws
//! ```
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test target")]
#![expect(clippy::print_stdout, reason = "the counts are what one wants to see of it")]

mod agreement;
mod closure;
mod monotony;
#[allow(dead_code, unused_imports, reason = "the organizations of the laws are drawn, not planted")]
#[path = "../support/organization/mod.rs"]
mod organization;
mod removal;
mod render;
mod satisfaction;
mod sketch;
mod solve;
#[path = "../support/walk.rs"]
mod walk;
mod whole;
mod world;

use std::env;
use std::fmt::Debug;

use proptest::strategy::Strategy;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};

fn setting(name: &str, otherwise: u32) -> u32 {
    env::var(name).map_or(otherwise, |text| text.parse().expect("a number"))
}

/// How many organizations each law is tried on.
fn cases() -> u32 {
    setting("IAMREACH_CASES", 120)
}

/// Tries a law on so many cases, the same on every run; each law draws others.
fn over<S: Strategy<Value: Debug>>(part: u32, strategy: &S, law: impl Fn(S::Value) -> Result<(), TestCaseError>) {
    let mut seed = [0; 32];
    seed[..4].copy_from_slice(&setting("IAMREACH_SEED", 0).to_le_bytes());
    seed[4..8].copy_from_slice(&part.to_le_bytes());
    let config = Config { cases: cases(), failure_persistence: None, max_shrink_iters: 3_000, ..Config::default() };
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &seed);
    if let Err(error) = TestRunner::new_with_rng(config, rng).run(strategy, law) {
        panic!("{error}");
    }
}
