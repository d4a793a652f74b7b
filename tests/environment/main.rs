//! What is decided over a whole environment: small inputs, each with a way to a wrong answer.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test target")]

mod buckets;
mod calls;
mod carried;
mod explain;
mod federation;
mod input;
mod mfa;
mod organization;
mod principals;
mod resources;
mod roles;
mod sharing;
mod tags;
