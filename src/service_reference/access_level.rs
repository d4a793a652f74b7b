//! How much an action can do, in AWS's five classes.

use std::fmt;

/// The access level that AWS gives an action, ordered from weak to strong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum AccessLevel {
    /// Sees that resources exist, not what is in them.
    List,
    /// Reads the content or the settings of a resource.
    Read,
    /// Creates, changes or deletes a resource.
    Write,
    /// Changes only the tags of a resource.
    Tagging,
    /// Grants or changes permissions.
    PermissionsManagement,
}

impl AccessLevel {
    /// The level that a letter of the reference file stands for.
    pub(super) fn from_letter(letter: &str) -> Option<Self> {
        Some(match letter {
            "l" => Self::List,
            "r" => Self::Read,
            "w" => Self::Write,
            "t" => Self::Tagging,
            "p" => Self::PermissionsManagement,
            _ => return None,
        })
    }
}

impl fmt::Display for AccessLevel {
    /// Writes the level as AWS does, `Permissions management` for example.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::List => "List",
            Self::Read => "Read",
            Self::Write => "Write",
            Self::Tagging => "Tagging",
            Self::PermissionsManagement => "Permissions management",
        })
    }
}
