//! AWS's decision, exactly: one request against the policies that concern it.
//!
//! `authorize` is the only file that knows AWS's order; the others say what a statement, a principal element or a layer
//! makes of the request.

mod authorize;
mod compiled;
mod decision;
mod evaluator;
mod keys;
mod principal_match;
mod recorder;
mod statement;
mod target;

pub use authorize::{Layers, Levels, Ownership, PrincipalSide};
pub use decision::{Assumption, Decision, Outcome, StatementRef, missing_input};
pub use evaluator::{EvaluateOptions, Evaluator};
pub use recorder::{Applied, Comparison, Full, Layer, Recorder, Silent, Verdict};
pub use target::Target;

pub(crate) use decision::missing_both;
pub(crate) use keys::fill as fill_keys;
pub(crate) use target::ResourceRules;
