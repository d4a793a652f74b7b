//! A second evaluator, slow and literal, beside the library's: both must decide every request alike.
//!
//! The oracle is written down from the rules (their ids stand beside the code) in the order in which they stand, and
//! shares no code with the library. Requests are generated; `IAMREACH_CASES` sets how many (100,000 when it is not set)
//! and `IAMREACH_SEED` draws others:
//!
//! ```text
//! IAMREACH_CASES=1000000 IAMREACH_SEED=7 cargo test --test oracle agreement
//! ```
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test target")]

mod agreement;
mod condition;
mod context;
mod coverage;
mod decide;
mod document;
mod generate;
mod json;
mod key_grant;
mod layers;
mod open;
mod patterns;
mod principal;
mod readings;
mod regressions;
mod request;
mod s3;
mod value;
mod variable;
mod wildcard;
