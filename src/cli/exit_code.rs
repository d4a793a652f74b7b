//! The documented exit codes, and failures on their way to one.

use std::process::ExitCode;

use iamreach::query::SelectorError;

use crate::output;

/// What the process tells its caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// The answer is yes.
    Yes,
    /// The answer is no.
    No,
    /// Wrong usage.
    Usage,
    /// Undecided only.
    Undecided,
    /// Something failed.
    Failure,
    /// The input had faults, and `--strict` was given.
    InputFaults,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Yes => 0,
            Exit::No => 1,
            Exit::Usage => 2,
            Exit::Undecided => 3,
            Exit::Failure => 4,
            Exit::InputFaults => 5,
        })
    }
}

/// Why a command ends without an answer.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The question is wrong: a message, and what helps.
    Usage(String, Option<String>),
    /// A file or a server cannot be used: a message, and what helps.
    Input(String, Option<String>),
    /// Something else.
    Other(anyhow::Error),
}

impl Failure {
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::Usage(message.into(), None)
    }

    /// What was named selects nothing, or too much.
    pub(crate) fn selector(error: &SelectorError) -> Self {
        Self::Usage(error.to_string(), error.hint())
    }

    pub(crate) fn exit(&self) -> Exit {
        match self {
            Self::Usage(..) => Exit::Usage,
            Self::Input(..) | Self::Other(_) => Exit::Failure,
        }
    }

    /// A reader that went away, such as `head`, is no failure.
    pub(crate) fn is_broken_pipe(&self) -> bool {
        let Self::Other(error) = self else { return false };
        error
            .chain()
            .filter_map(|cause| cause.downcast_ref::<std::io::Error>())
            .any(|cause| cause.kind() == std::io::ErrorKind::BrokenPipe)
    }

    pub(crate) fn report(&self) {
        match self {
            Self::Usage(message, hint) | Self::Input(message, hint) => {
                output::error(message);
                if let Some(hint) = hint {
                    output::hint(hint);
                }
            }
            Self::Other(error) => output::error(&format!("{error:#}")),
        }
    }
}

impl<E: Into<anyhow::Error>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::Other(error.into())
    }
}
