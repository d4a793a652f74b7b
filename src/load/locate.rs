//! From a JSON pointer back to a place in a text.
//!
//! serde_json cuts each level into raw slices; where a slice begins in the text follows from the two addresses. So no
//! JSON is parsed by hand, and positions need not be kept while a file is read.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

/// The entries of an object, in order, duplicates kept, values unread.
pub(super) struct RawEntries<'t>(pub(super) Vec<(String, &'t str)>);

impl<'de> Deserialize<'de> for RawEntries<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct EntriesVisitor;
        impl<'de> Visitor<'de> for EntriesVisitor {
            type Value = RawEntries<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut entries = Vec::new();
                while let Some(key) = map.next_key::<String>()? {
                    entries.push((key, map.next_value::<&'de RawValue>()?.get()));
                }
                Ok(RawEntries(entries))
            }
        }
        deserializer.deserialize_map(EntriesVisitor)
    }
}

/// The items of a list, unread.
pub(super) fn raw_items(text: &str) -> Result<Vec<&str>, serde_json::Error> {
    Ok(serde_json::from_str::<Vec<&RawValue>>(text)?.into_iter().map(RawValue::get).collect())
}

/// The slice of the value at a JSON pointer; of a duplicate key, the last.
pub(super) fn value_at<'t>(text: &'t str, pointer: &str) -> Option<&'t str> {
    let mut value = text.trim();
    for token in pointer.split('/').skip(1) {
        value = if value.starts_with('[') {
            let index: usize = token.parse().ok()?;
            raw_items(value).ok()?.get(index).copied()?
        } else {
            let token = token.replace("~1", "/").replace("~0", "~");
            let RawEntries(entries) = serde_json::from_str(value).ok()?;
            entries.into_iter().rev().find(|(key, _)| *key == token).map(|(_, value)| value)?
        };
    }
    Some(value)
}

/// Line and column (from 1, columns in characters) of the value at a JSON pointer (RFC 6901) in a JSON text. `None` when
/// there is no such value. Takes time in proportion to the text.
#[must_use]
pub fn locate(text: &str, pointer: &str) -> Option<(u32, u32)> {
    let value = value_at(text, pointer)?;
    Some(position(text, offset_of(text, value)))
}

/// Where `part`, a slice of `text`, begins in it.
pub(super) fn offset_of(text: &str, part: &str) -> usize {
    part.as_ptr().addr().saturating_sub(text.as_ptr().addr()).min(text.len())
}

/// Line and column of a byte offset.
pub(super) fn position(text: &str, offset: usize) -> (u32, u32) {
    let before = text.get(..offset).unwrap_or(text);
    let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    (to_u32(line), to_u32(column))
}

/// A line and a column in bytes, as serde_json counts them, with the column in characters.
pub(super) fn in_characters(text: &str, line: usize, column: usize) -> (u32, u32) {
    let found = text.split('\n').nth(line.saturating_sub(1)).unwrap_or_default();
    let upto = found.bytes().take(column).filter(|byte| byte & 0xC0 != 0x80).count();
    (to_u32(line), to_u32(upto.max(1)))
}

/// Checks the syntax of a whole text.
pub(super) fn check(text: &str) -> Result<(), serde_json::Error> {
    serde_json::from_str::<&RawValue>(text).map(|_| ())
}

fn to_u32(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
