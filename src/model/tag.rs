//! Tags of principals and resources.

/// A tag. Two that differ only by letter case are one condition key (E75).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tag {
    /// Its key, in the letter case in which it was given.
    pub key: Box<str>,
    /// Its value; `None` when nobody can tell which value a request has, or whether it has one.
    pub value: Option<Box<str>>,
}
