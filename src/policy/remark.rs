//! What a reader says of a document: that it cannot be used, or what is remarkable in it.

use thiserror::Error;

/// Why a document cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{message}")]
pub struct Refusal {
    /// What is wrong.
    pub message: String,
    /// What would help.
    pub hint: Option<String>,
    /// Where in the document, as a JSON pointer.
    pub pointer: String,
    /// Line and column in the document's text, for what JSON itself refuses.
    pub position: Option<(u32, u32)>,
}

/// A remark on a document that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// A stable kebab-case code.
    pub code: &'static str,
    /// What is remarkable.
    pub message: String,
    /// Where in the document, as a JSON pointer.
    pub pointer: String,
}
