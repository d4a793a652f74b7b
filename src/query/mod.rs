//! Questions and their answers.

mod answer;

pub use answer::{AccessRow, Hop, Subject, SubjectKind};
