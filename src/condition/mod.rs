//! Conditions decided in three values: true, false, or what would still have to hold (E74-E92, E174).
//!
//! [`evaluate`] knows the structure (qualifiers, `IfExists`, missing keys, negation); each operator family has a file that
//! compares one value of the request with one value of the policy. What cannot be decided becomes a [`Residual`].
//!
//! **Architecture invariant:** nothing here knows which policy a condition stands in, or what follows from it.
#![deny(clippy::indexing_slicing)]

mod arn;
mod binary;
mod boolean;
mod controller;
mod date;
mod evaluate;
mod implication;
mod ip;
mod join;
mod known;
mod list;
mod meaning;
mod node;
mod null;
mod numeric;
mod operand;
mod residual;
mod solve;
mod span;
mod string;
mod undocumented;
mod variables;
mod words;
mod work;

#[cfg(test)]
mod tests;

pub use controller::{Controller, Party, controller, controller_for};
pub use evaluate::{decide, evaluate, evaluate_all};
pub use node::{AtomNode, Parts};
pub(crate) use residual::THE_RESOURCE;
pub use residual::{Atom, Residual};
pub(crate) use solve::{heads, one_of};
pub use undocumented::{UNDOCUMENTED, Undocumented, undocumented};
pub use variables::{Empty, OwnedPiece, Resolved, hangs_on_empty, resolve, resolve_as};
pub use words::key_as_written_by_aws;
