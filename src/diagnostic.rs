//! What the tool has to say about its input: one finding, where it is, and what helps.
//!
//! Diagnostics never stop a load; they are collected beside the model and shown by whoever called.

use std::fmt;
use std::sync::Arc;

/// How much a diagnostic matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Severity {
    /// Something to know; nothing is lost.
    Info,
    /// Evaluated, but probably not what its author meant.
    Warning,
    /// Input that could not be used; what depended on it is unknown.
    Error,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        })
    }
}

/// A place in an input file.
///
/// Lines and columns count from 1, columns in characters. For text inside text (a policy kept as a JSON string) they
/// are those of the string, and `decoded` tells where in the decoded text.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Origin {
    /// The file, as the user named it or as found below what the user named.
    pub file: Arc<str>,
    /// JSON pointer (RFC 6901) inside the file; empty for the whole file.
    pub pointer: String,
    /// Line and column in the file.
    pub position: Option<(u32, u32)>,
    /// Line and column in the decoded text of the string at `position`.
    pub decoded: Option<(u32, u32)>,
}

impl Origin {
    /// The whole of a file.
    #[must_use]
    pub fn file(file: &Arc<str>) -> Self {
        Self { file: Arc::clone(file), pointer: String::new(), position: None, decoded: None }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some((line, column)) = self.position {
            write!(f, ":{line}:{column}")?;
        }
        if !self.pointer.is_empty() {
            write!(f, " at {}", self.pointer)?;
        }
        if let Some((line, column)) = self.decoded {
            write!(f, " (line {line}, column {column} of the decoded text)")?;
        }
        Ok(())
    }
}

/// One finding about the input.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Diagnostic {
    /// How much it matters.
    pub severity: Severity,
    /// A stable kebab-case code, for filters and tests.
    pub code: &'static str,
    /// What is wrong, in lowercase, without a final period.
    pub message: String,
    /// What would help, when something would.
    pub hint: Option<String>,
    /// Where.
    pub origin: Option<Origin>,
}

impl Diagnostic {
    /// An error with nothing but its code and message.
    #[must_use]
    pub fn error(code: &'static str, message: impl Into<String>) -> Self {
        Self { severity: Severity::Error, code, message: message.into(), hint: None, origin: None }
    }

    /// A warning with nothing but its code and message.
    #[must_use]
    pub fn warning(code: &'static str, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, message) }
    }

    /// A piece of information with nothing but its code and message.
    #[must_use]
    pub fn info(code: &'static str, message: impl Into<String>) -> Self {
        Self { severity: Severity::Info, ..Self::error(code, message) }
    }

    /// The same with a hint.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The same with a place.
    #[must_use]
    pub fn at(mut self, origin: Origin) -> Self {
        self.origin = Some(origin);
        self
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}[{}]: {}", self.severity, self.code, self.message)?;
        if let Some(origin) = &self.origin {
            write!(f, "\n  --> {origin}")?;
        }
        if let Some(hint) = &self.hint {
            write!(f, "\n  hint: {hint}")?;
        }
        Ok(())
    }
}
