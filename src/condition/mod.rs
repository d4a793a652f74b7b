//! Conditions decided in three values: true, false, or what would still have to hold (E74-E92, E174).

mod residual;

pub use residual::{Atom, Residual};

/// stub
pub enum OwnedPiece {
    /// a
    Pattern(String),
    /// b
    Literal(String),
}
/// stub
pub enum Resolved {
    /// a
    Pieces(Vec<OwnedPiece>),
    /// b
    Unresolved,
    /// c
    Unknown(Vec<String>),
}
/// stub
pub fn evaluate_all(_: &[crate::policy::Condition], _: &crate::request::Context) -> Residual {
    Residual::True
}
/// stub
pub fn resolve(_: &crate::policy::Template, _: &crate::request::Context) -> Resolved {
    Resolved::Unresolved
}
