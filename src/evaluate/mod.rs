//! AWS's decision, exactly: one request against the policies that concern it.
//!
//! `authorize` is the only file that knows AWS's order; the others say what a statement, a principal element or a layer
//! makes of the request.

mod authorize;
mod compiled;
mod decision;
mod elements;
mod evaluator;
mod hard_limit;
mod keys;
mod principal_match;
mod recorder;
mod roles;
mod statement;
mod target;

pub use authorize::{Layers, Levels, Ownership, PrincipalSide};
pub use decision::{Assumption, Decision, Outcome, StatementRef, missing_input};
pub use elements::ElementCheck;
pub use evaluator::{EvaluateOptions, Evaluator};
pub use hard_limit::HardLimit;
pub use recorder::{Applied, Compared, Comparison, Full, Layer, LayerRole, Reasons, Recorder, Silent, Verdict};
pub use target::Target;

pub(crate) use decision::missing_both;
pub(crate) use keys::fill as fill_keys;
pub(crate) use target::ResourceRules;
