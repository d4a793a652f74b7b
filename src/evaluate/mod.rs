//! AWS's decision, exactly: one request against the policies that concern it.
//!
//! `authorize` is the only file that knows AWS's order; the others say what a statement, a principal element or a layer
//! makes of the request.

mod action_rules;
mod assumption;
mod authorize;
mod bucket;
mod by_parts;
mod compiled;
mod decision;
mod dependent;
mod elements;
mod endpoint;
mod evaluator;
mod feasible;
mod hard_limit;
mod keys;
mod layers;
mod named;
mod principal_match;
mod public_policy;
mod recorder;
mod resource_side;
mod roles;
mod root_session;
mod statement;
mod target;
mod unknown_variable;

pub use assumption::Assumption;
pub use authorize::{Layers, Levels, Ownership, PrincipalSide};
pub use decision::{Decision, Outcome, StatementRef, missing_input};
pub use elements::ElementCheck;
pub use evaluator::{EvaluateOptions, Evaluator};
pub use hard_limit::HardLimit;
pub use recorder::{Applied, Compared, Comparison, Family, Full, Layer, LayerRole, Reasons, Recorder, Silent, Verdict};
pub use target::Target;

pub(crate) use action_rules::ActionRules;
pub(crate) use bucket::{BucketSide, ObjectOwner};
pub(crate) use decision::missing_both;
pub(crate) use keys::{fill as fill_keys, trust_allows as session_can_be_given};
pub(crate) use named::Mention;
pub(crate) use target::ResourceRules;
