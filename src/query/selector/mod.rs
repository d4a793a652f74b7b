//! What a question names: principals by ARN, short name or pattern; actions by name or pattern; resources.

mod actions;
mod callers;
mod resources;

use thiserror::Error;

use crate::arn::AccountId;

pub(crate) use actions::acts_on;
pub use actions::{is_beside_the_resource, select_action, select_actions, unknown_action};
pub use callers::{find_account, select_account, select_caller, short};
pub use resources::{near_resources, select_resources};

/// Why a name selects nothing, or too much.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SelectorError {
    /// No principal has that name.
    #[error("no principal is named `{name}`")]
    NoPrincipal {
        /// The name as given.
        name: String,
        /// The nearest names.
        near: Vec<String>,
    },
    /// Several have, where one is wanted.
    #[error("`{name}` names {count} principals")]
    Ambiguous {
        /// The name as given.
        name: String,
        /// How many they are.
        count: usize,
        /// Those it names, at most ten.
        matches: Vec<String>,
    },
    /// The name is that of an account whose principals are known one by one.
    #[error("`{name}` is an account of the input, and no principal")]
    AnAccount {
        /// The name as given.
        name: String,
        /// Its id.
        account: AccountId,
    },
    /// No account has that name.
    #[error("no account is named `{name}`")]
    NoAccount {
        /// The name as given.
        name: String,
        /// The nearest names, or all if they are few.
        near: Vec<String>,
    },
    /// A pattern, where one action is wanted.
    #[error("`{text}` is a pattern: wildcards are not allowed here")]
    Pattern {
        /// The text as given.
        text: String,
    },
    /// The text is no action or pattern of actions.
    #[error("`{text}` is not an action: expected `service:Name`")]
    NotAnAction {
        /// The text as given.
        text: String,
    },
    /// The pattern matches no action of the service reference.
    #[error("`{pattern}` matches no action")]
    NoAction {
        /// The pattern as given.
        pattern: String,
        /// The nearest actions.
        near: Vec<String>,
    },
}

impl SelectorError {
    /// A hint naming near misses, when there are any.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::NoPrincipal { near, .. } | Self::NoAction { near, .. } | Self::NoAccount { near, .. }
                if !near.is_empty() =>
            {
                Some(format!("did you mean {}?", near.join(", ")))
            }
            Self::NoPrincipal { .. } => Some("`list principals` shows every name".to_owned()),
            Self::Ambiguous { name, .. } if name == "*" => {
                Some("`list principals` shows every name; `anonymous` is an unsigned request".to_owned())
            }
            Self::Ambiguous { matches, count, .. } if *count > matches.len() => {
                Some(format!("name one, such as {}", matches.iter().take(3).cloned().collect::<Vec<_>>().join(", ")))
            }
            Self::Ambiguous { matches, .. } => Some(format!("name one of {}", matches.join(", "))),
            Self::AnAccount { account, .. } => {
                Some(format!("name one of its users and roles, or `{account}:root` for its root user"))
            }
            Self::NoAccount { .. } => Some("`list accounts` shows every name".to_owned()),
            Self::Pattern { .. } => Some("`who-can` takes patterns of actions".to_owned()),
            _ => None,
        }
    }
}
