//! From a JSON pointer back to a place in a text.
//!
//! serde_json cuts each level into raw slices; where a slice begins in the text follows from the two addresses. So no
//! JSON is parsed by hand, and positions need not be kept while a file is read.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::ops::Deref;

use serde_json::value::RawValue;

use crate::policy::{RawEntries, raw_items};

/// The slice of the value at a JSON pointer; of a duplicate key, the last.
pub(super) fn value_at<'t>(text: &'t str, pointer: &str) -> Option<&'t str> {
    let mut value = text.trim();
    for token in pointer.split('/').skip(1) {
        value = if value.starts_with('[') {
            let index: usize = token.parse().ok()?;
            raw_items(value).ok()?.get(index).copied()?
        } else {
            let token = unescaped(token);
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

/// The text of a file, in which the place of a byte is found without reading all that stands before it.
#[derive(Debug, Clone, Default)]
pub(super) struct Text {
    text: String,
    /// Line and column at every [`STEP`] bytes, counted when first asked for: a file may be one long line.
    marks: OnceCell<Vec<(u32, u32)>>,
}

const STEP: usize = 1024;

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self { text, marks: OnceCell::new() }
    }
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        &self.text
    }
}

impl Text {
    /// Line and column of a byte offset.
    pub(super) fn position(&self, offset: usize) -> (u32, u32) {
        let marks = self.marks.get_or_init(|| {
            let mut at = (1, 1);
            let chunks = self.text.as_bytes().chunks(STEP);
            let mark = |chunk| {
                let after = advanced(at, chunk);
                std::mem::replace(&mut at, after)
            };
            chunks.map(mark).collect()
        });
        let step = (offset / STEP).min(marks.len().saturating_sub(1));
        let start = marks.get(step).copied().unwrap_or((1, 1));
        advanced(start, self.text.as_bytes().get(step * STEP..offset).unwrap_or_default())
    }

    /// The places of the values at many pointers, found in one walk.
    pub(super) fn places<'p>(&self, pointers: impl Iterator<Item = &'p str>) -> BTreeMap<&'p str, (u32, u32)> {
        let mut wanted = Wanted::default();
        pointers.for_each(|pointer| wanted.add(pointer));
        let mut places = BTreeMap::new();
        wanted.find(self.text.trim(), &mut |pointer, value| {
            places.insert(pointer, self.position(offset_of(self, value)));
        });
        places
    }
}

/// Line and column after some bytes; the bytes within a character do not count.
fn advanced((mut line, mut column): (u32, u32), bytes: &[u8]) -> (u32, u32) {
    for byte in bytes {
        if *byte == b'\n' {
            (line, column) = (line.saturating_add(1), 1);
        } else if byte & 0xC0 != 0x80 {
            column = column.saturating_add(1);
        }
    }
    (line, column)
}

/// Pointers by their parts.
#[derive(Default)]
struct Wanted<'p> {
    here: Option<&'p str>,
    below: BTreeMap<String, Self>,
}

impl<'p> Wanted<'p> {
    fn add(&mut self, pointer: &'p str) {
        let mut at = self;
        for token in pointer.split('/').skip(1) {
            at = at.below.entry(unescaped(token)).or_default();
        }
        at.here = Some(pointer);
    }

    fn find(&self, value: &str, found: &mut impl FnMut(&'p str, &str)) {
        if let Some(pointer) = self.here {
            found(pointer, value);
        }
        if self.below.is_empty() {
            return;
        }
        if value.starts_with('[') {
            let items = raw_items(value).unwrap_or_default();
            for (token, below) in &self.below {
                if let Some(item) = token.parse().ok().and_then(|index: usize| items.get(index)) {
                    below.find(item, found);
                }
            }
        } else if let Ok(RawEntries(entries)) = serde_json::from_str(value) {
            // Of a duplicate key, the last.
            let entries: BTreeMap<String, &str> = entries.into_iter().collect();
            for (token, below) in &self.below {
                if let Some(entry) = entries.get(token) {
                    below.find(entry, found);
                }
            }
        }
    }
}

/// A part of a pointer as the key it stands for (RFC 6901).
fn unescaped(token: &str) -> String {
    token.replace("~1", "/").replace("~0", "~")
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
