//! The JSON of a document, with every key of it and with numbers as they are written: Rust's maps would keep one of two
//! keys that are the same (E45), its numbers lose digits (E79).

use std::collections::BTreeSet;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::policy::Refusal;

/// JSON with every key kept, so that duplicates are seen.
pub(super) enum Node {
    Null,
    Scalar(String),
    /// A number whose text is still to be found.
    Number,
    Text(String),
    List(Vec<Node>),
    Object(Vec<(String, Node)>),
}

impl Node {
    /// What it is, in a message.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Scalar(_) | Self::Number => "a number or boolean",
            Self::Text(_) => "a string",
            Self::List(_) => "a list",
            Self::Object(_) => "an object",
        }
    }
}

impl Node {
    /// Whether a number without its text stands in it.
    fn lacks_text(&self) -> bool {
        match self {
            Self::Number => true,
            Self::List(items) => items.iter().any(Self::lacks_text),
            Self::Object(entries) => entries.iter().any(|(_, value)| value.lacks_text()),
            Self::Null | Self::Scalar(_) | Self::Text(_) => false,
        }
    }

    /// Gives numbers the text they have in `raw`, which this was read from.
    fn find_text(&mut self, raw: &str) {
        match self {
            Self::Number => *self = Self::Scalar(raw.to_owned()),
            Self::List(items) => {
                for (item, raw) in items.iter_mut().zip(raw_items(raw).unwrap_or_default()) {
                    item.find_text(raw);
                }
            }
            Self::Object(entries) => {
                let raw = serde_json::from_str(raw).map(|RawEntries(raw)| raw).unwrap_or_default();
                for ((_, value), (_, raw)) in entries.iter_mut().zip(raw) {
                    value.find_text(raw);
                }
            }
            Self::Null | Self::Scalar(_) | Self::Text(_) => {}
        }
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NodeVisitor;
        impl<'de> Visitor<'de> for NodeVisitor {
            type Value = Node;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("JSON")
            }
            fn visit_unit<E>(self) -> Result<Node, E> {
                Ok(Node::Null)
            }
            fn visit_bool<E>(self, value: bool) -> Result<Node, E> {
                Ok(Node::Scalar(value.to_string()))
            }
            fn visit_u64<E>(self, value: u64) -> Result<Node, E> {
                Ok(Node::Scalar(value.to_string()))
            }
            fn visit_i64<E>(self, value: i64) -> Result<Node, E> {
                Ok(Node::Scalar(value.to_string()))
            }
            fn visit_f64<E>(self, _: f64) -> Result<Node, E> {
                Ok(Node::Number)
            }
            fn visit_str<E>(self, value: &str) -> Result<Node, E> {
                Ok(Node::Text(value.to_owned()))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Node, A::Error> {
                let mut nodes = Vec::new();
                while let Some(node) = list.next_element()? {
                    nodes.push(node);
                }
                Ok(Node::List(nodes))
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Node, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Node::Object(entries))
            }
        }
        deserializer.deserialize_any(NodeVisitor)
    }
}

/// The entries of an object, in order, duplicates kept, values unread.
pub(crate) struct RawEntries<'t>(pub(crate) Vec<(String, &'t str)>);

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
pub(crate) fn raw_items(text: &str) -> Result<Vec<&str>, serde_json::Error> {
    Ok(serde_json::from_str::<Vec<&RawValue>>(text)?.into_iter().map(RawValue::get).collect())
}

/// Reads a text, or says where it stops being JSON.
pub(super) fn read(text: &str) -> Result<Node, Refusal> {
    let mut node: Node = serde_json::from_str(text).map_err(|error| Refusal {
        message: format!("not valid JSON: {}", without_position(&error.to_string())),
        hint: None,
        pointer: String::new(),
        position: Some((to_u32(error.line()), to_u32(error.column()))),
    })?;
    if node.lacks_text() {
        node.find_text(text.trim());
    }
    Ok(node)
}

/// serde_json appends the position to its message; it is kept apart here.
fn without_position(message: &str) -> &str {
    message.rfind(" at line ").and_then(|at| message.get(..at)).unwrap_or(message)
}

fn to_u32(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

pub(super) fn refuse<T>(pointer: &str, message: impl Into<String>) -> Result<T, Refusal> {
    Err(Refusal { message: message.into(), hint: None, pointer: pointer.to_owned(), position: None })
}

/// A JSON pointer one step further (RFC 6901 escapes).
pub(super) fn child(pointer: &str, key: &str) -> String {
    format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"))
}

/// The entries of an object, each key once (E45).
pub(super) fn entries<'n>(node: &'n Node, pointer: &str, what: &str) -> Result<&'n [(String, Node)], Refusal> {
    let Node::Object(entries) = node else {
        return refuse(pointer, format!("{what} must be an object, found {}", node.kind()));
    };
    let mut seen = BTreeSet::new();
    for (key, _) in entries {
        if !seen.insert(key) {
            return refuse(&child(pointer, key), format!("duplicate key `{key}` in {what}"));
        }
    }
    Ok(entries)
}
