//! A value of an input file, read only as far as asked, that knows where it stands.

use std::sync::Arc;

use crate::arn::Arn;
use crate::diagnostic::{Diagnostic, Origin};
use crate::load::locate::{Text, offset_of};
use crate::policy::{RawEntries, raw_items};

/// A value of an input file.
#[derive(Debug, Clone)]
pub(super) struct Node<'f> {
    /// The file's name.
    pub(super) file: &'f Arc<str>,
    /// The file's text.
    pub(super) whole: &'f Text,
    /// The value's own part of it.
    pub(super) raw: &'f str,
    /// The JSON pointer to it.
    pub(super) pointer: String,
}

/// An object, its values unread.
#[derive(Debug, Clone)]
pub(super) struct Fields<'f> {
    /// The object.
    pub(super) node: Node<'f>,
    entries: Vec<(String, &'f str)>,
}

impl<'f> Node<'f> {
    fn child(&self, key: &str, raw: &'f str) -> Self {
        let pointer = format!("{}/{}", self.pointer, key.replace('~', "~0").replace('/', "~1"));
        Self { file: self.file, whole: self.whole, raw, pointer }
    }

    /// Where it stands.
    pub(super) fn origin(&self) -> Origin {
        Origin { position: Some(self.whole.position(offset_of(self.whole, self.raw))), ..self.place() }
    }

    /// Where it stands, without line and column: cheap, for what may never be shown.
    pub(super) fn place(&self) -> Origin {
        Origin { file: Arc::clone(self.file), pointer: self.pointer.clone(), position: None, decoded: None }
    }

    /// Whether it is `null`.
    pub(super) fn is_null(&self) -> bool {
        self.raw == "null"
    }

    /// Whether it is an object.
    pub(super) fn is_object(&self) -> bool {
        self.raw.starts_with('{')
    }

    /// The string, if it is one.
    pub(super) fn text(&self) -> Option<String> {
        text_of(self.raw)
    }

    /// The items of a list; `null` has none, and another value is its own only item, as some documented outputs have it.
    pub(super) fn items(&self) -> Vec<Self> {
        if self.is_null() {
            return Vec::new();
        }
        match raw_items(self.raw) {
            Ok(items) => (0..).zip(items).map(|(index, raw): (u32, _)| self.child(&index.to_string(), raw)).collect(),
            Err(_) => vec![self.clone()],
        }
    }

    /// The object, or an error that says what stands in its place.
    pub(super) fn fields(&self) -> Result<Fields<'f>, Diagnostic> {
        match serde_json::from_str(self.raw) {
            Ok(RawEntries(entries)) => Ok(Fields { node: self.clone(), entries }),
            Err(_) => Err(self.malformed(format!("expected an object, found {}", self.kind()))),
        }
    }

    /// An error about the shape of this value.
    pub(super) fn malformed(&self, message: impl Into<String>) -> Diagnostic {
        Diagnostic::error("malformed-entry", message).at(self.origin())
    }

    fn kind(&self) -> &'static str {
        match self.raw.bytes().next() {
            Some(b'{') => "an object",
            Some(b'[') => "a list",
            Some(b'"') => "a string",
            Some(b'n') => "null",
            Some(b't' | b'f') => "a boolean",
            _ => "a number",
        }
    }
}

/// What a JSON string holds; `None` for any other value.
pub(super) fn text_of(raw: &str) -> Option<String> {
    raw.starts_with('"').then(|| serde_json::from_str(raw).ok()).flatten()
}

impl<'f> Fields<'f> {
    /// Those of a value that has none.
    pub(super) fn none(node: &Node<'f>) -> Self {
        Self { node: node.clone(), entries: Vec::new() }
    }

    /// The keys, in order.
    pub(super) fn keys(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(|(key, _)| key.as_str())
    }

    /// Whether the key is there, `null` or not.
    pub(super) fn has(&self, key: &str) -> bool {
        self.keys().any(|found| found == key)
    }

    /// The value of a key; `null` counts as missing.
    pub(super) fn get(&self, key: &str) -> Option<Node<'f>> {
        let (_, raw) = self.entries.iter().rev().find(|(found, raw)| found == key && *raw != "null")?;
        Some(self.node.child(key, raw))
    }

    /// The string at a key.
    pub(super) fn text(&self, key: &str) -> Option<String> {
        self.get(key)?.text()
    }

    /// Whether the value is `true`.
    pub(super) fn is_true(&self, key: &str) -> bool {
        self.get(key).is_some_and(|node| node.raw == "true")
    }

    /// The items of the list at a key.
    pub(super) fn list(&self, key: &str) -> Vec<Node<'f>> {
        self.get(key).map_or_else(Vec::new, |node| node.items())
    }

    /// The ARN at a key.
    pub(super) fn arn(&self, key: &str) -> Result<Arn, Diagnostic> {
        let Some(text) = self.text(key) else {
            return Err(self.node.malformed(format!("the entry has no `{key}`")));
        };
        Arn::parse(&text).map_err(|error| {
            let place = self.get(key).map_or_else(|| self.node.origin(), |node| node.origin());
            Diagnostic::error("malformed-arn", error.to_string()).at(place)
        })
    }

    /// Whether the answer says that there is more of it.
    pub(super) fn is_cut(&self) -> bool {
        ["IsTruncated", "Truncated"].iter().any(|key| self.is_true(key))
            || ["NextToken", "NextMarker"].iter().any(|key| self.get(key).is_some())
    }
}
