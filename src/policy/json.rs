//! The JSON of a document, with every key of it: Rust's maps would keep one of two that are the same (E45).

use std::collections::BTreeSet;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

use crate::policy::Refusal;

/// JSON with every key kept, so that duplicates are seen.
pub(super) enum Node {
    Null,
    Scalar(String),
    Text(String),
    List(Vec<Node>),
    Object(Vec<(String, Node)>),
}

impl Node {
    /// What it is, in a message.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Scalar(_) => "a number or boolean",
            Self::Text(_) => "a string",
            Self::List(_) => "a list",
            Self::Object(_) => "an object",
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
            fn visit_f64<E>(self, value: f64) -> Result<Node, E> {
                Ok(Node::Scalar(value.to_string()))
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

/// Reads a text, or says where it stops being JSON.
pub(super) fn read(text: &str) -> Result<Node, Refusal> {
    serde_json::from_str(text).map_err(|error| Refusal {
        message: format!("not valid JSON: {}", without_position(&error.to_string())),
        hint: None,
        pointer: String::new(),
        position: Some((to_u32(error.line()), to_u32(error.column()))),
    })
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
