//! Answers and diagrams written down: one file a format, with its escaping.
//!
//! [`text`] holds the wording that the formats share.
//!
//! **Architecture invariant:** pure functions into a writer or a `String`. Nothing here knows arguments, the terminal or
//! standard output, and the same input gives the same bytes.

pub mod csv;
pub mod diagram;
pub mod dot;
pub mod json;
pub mod table;
pub mod text;

#[cfg(test)]
mod tests;
