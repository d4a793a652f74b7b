//! Conditions decided in three values: true, false, or what would still have to hold (E74-E92, E174).

mod residual;

pub use residual::{Atom, Residual};
