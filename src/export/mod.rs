//! Answers and diagrams written down: one file a format, with its escaping.
//!
//! [`text`] holds the wording that the formats share.
//!
//! **Architecture invariant:** pure functions into a writer or a `String`. Nothing here knows arguments, the terminal or
//! standard output, and the same input gives the same bytes.

pub mod csv;
pub mod diagram;
pub mod dot;
mod explanation;
pub mod formats;
mod graph;
pub mod json;
pub mod property_graph;
mod reach_table;
mod styled;
pub mod table;
pub mod text;
mod why;

pub use csv::{CsvOptions, write_rows, write_table};
pub use diagram::{
    Diagram, Focus, PictureOptions, Surroundings, collapsed, focus_to_diagram, graph_to_diagram, rows_to_diagram,
};
pub use dot::{DotOptions, write_dot};
pub use explanation::{
    EXPLANATION_SCHEMA_VERSION, ExplanationOptions, explanations_to_json, explanations_to_lines, explanations_to_text,
};
pub use graph::{GraphSelection, Relation};
pub use json::{SCHEMA_VERSION, rows_to_json};
pub use reach_table::reach_table;
pub use styled::{StyledLine, Tone};
pub use table::{TableOptions, access_table, table};
pub use text::policy_kind_text;
pub use why::why_lines;

#[cfg(test)]
mod tests;
