//! Questions and their answers.

mod answer;
mod engine;
mod who_can;

pub use answer::{AccessRow, Hop, Subject, SubjectKind};
pub use engine::Engine;
pub use who_can::WhoCan;
