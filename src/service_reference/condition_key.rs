//! A condition key, and what kind of value it has.

use std::fmt;

use super::order::{compare, eq, strip_prefix};

/// What kind of value a condition key has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum ValueType {
    /// Text.
    String,
    /// An ARN.
    Arn,
    /// A number.
    Numeric,
    /// A moment, as ISO 8601 text or as seconds since 1970.
    Date,
    /// `true` or `false`.
    Bool,
    /// An IP address or a range of them.
    Ip,
    /// Bytes, in base64.
    Binary,
}

impl fmt::Display for ValueType {
    /// Writes the type as AWS does, `IPAddress` for example.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::String => "String",
            Self::Arn => "ARN",
            Self::Numeric => "Numeric",
            Self::Date => "Date",
            Self::Bool => "Bool",
            Self::Ip => "IPAddress",
            Self::Binary => "Binary",
        })
    }
}

/// One condition key, as the reference describes it. Cheap to copy.
#[derive(Clone, Copy, Debug)]
pub struct ConditionKey<'a> {
    pub(super) row: &'a KeyRow,
}

impl<'a> ConditionKey<'a> {
    /// The key as AWS spells it. A part that is free is written `${Name}`, as
    /// in `aws:PrincipalTag/${TagKey}`.
    pub fn name(&self) -> &'a str {
        self.row.name
    }

    /// The kind of its value, or of each of its values.
    pub fn value_type(&self) -> ValueType {
        self.row.value_type
    }

    /// Whether a request may hold several values of the key, so that a
    /// condition on it needs a set operator.
    pub fn is_multivalued(&self) -> bool {
        self.row.multivalued
    }
}

/// A condition key line of the reference file.
#[derive(Debug)]
pub(super) struct KeyRow {
    pub(super) name: &'static str,
    /// What stands before and behind the `${Name}`, if the key has a free part.
    free: Option<(&'static str, &'static str)>,
    value_type: ValueType,
    multivalued: bool,
}

impl KeyRow {
    /// Reads the fields after the `K` of a line.
    pub(super) fn read(kind: &str, name: &'static str) -> Option<Self> {
        let (letter, multivalued) = match kind.strip_suffix('*') {
            Some(letter) => (letter, true),
            None => (kind, false),
        };
        let value_type = match letter {
            "S" => ValueType::String,
            "A" => ValueType::Arn,
            "N" => ValueType::Numeric,
            "D" => ValueType::Date,
            "B" => ValueType::Bool,
            "I" => ValueType::Ip,
            "Y" => ValueType::Binary,
            _ => return None,
        };
        Some(Self { name, free: free_part(name), value_type, multivalued })
    }
}

/// The row for a key as a policy writes it: the one of that name, or else the
/// one whose free part can be filled to give it. Of several such rows the one
/// that leaves least free: `events:Metadata/a/Matcher` is a filled
/// `events:Metadata/${MetadataKey}` too. Rows are in order of name.
pub(super) fn find<'a>(rows: &'a [KeyRow], key: &str) -> Option<&'a KeyRow> {
    match rows.binary_search_by(|row| compare(row.name, key)) {
        Ok(at) => rows.get(at),
        Err(_) => rows
            .iter()
            .filter_map(|row| {
                let (head, tail) = row.free.filter(|(head, tail)| fills(head, tail, key))?;
                Some((head.len() + tail.len(), row))
            })
            .max_by_key(|(fixed, _)| *fixed)
            .map(|(_, row)| row),
    }
}

/// What stands before and behind the `${Name}` of a template. The file has
/// no key with two of them.
fn free_part(name: &str) -> Option<(&str, &str)> {
    let (head, rest) = name.split_once("${")?;
    let (_, tail) = rest.split_once('}')?;
    Some((head, tail))
}

/// Whether `key` is `head`, some text, never none, and `tail`, in any case.
fn fills(head: &str, tail: &str, key: &str) -> bool {
    strip_prefix(key, head).is_some_and(|rest| {
        (rest.len().checked_sub(tail.len()))
            .filter(|&at| at > 0)
            .and_then(|at| rest.get(at..))
            .is_some_and(|end| eq(end, tail))
    })
}
