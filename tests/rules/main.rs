//! The rules of evaluation, one test for each rule id, decided by `simulate`.
//!
//! What is expected comes from AWS's documents and not from the code: each case is a request and its decision.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod conditions;
mod confused_deputy;
mod cross_account;
mod decision;
mod grammar;
mod grants;
mod identities;
mod kinds;
mod kms;
mod mfa;
mod organization;
mod outsiders;
mod principals;
mod request;
mod requests;
mod s3;
mod same_account;
mod sessions;
mod trust;
mod variables;
