//! AWS's decision, exactly: one request against the policies that concern it.

mod decision;

pub use decision::{Assumption, Decision, Outcome, StatementRef, missing_input};
