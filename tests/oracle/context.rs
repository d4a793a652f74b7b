//! The condition keys of a request (E6-E12, E75, section 5).

use std::collections::BTreeMap;

/// E11: stands for AWS's own values of a service's keys, which equal no value that a customer writes.
pub(crate) const INTERNAL: &str = "\u{e000}internal to AWS\u{e000}";
/// The same as an ARN.
pub(crate) const INTERNAL_ARN: &str = "arn:\u{e000}:\u{e000}:\u{e000}:\u{e000}:\u{e000}";

/// The keys that are present, in lowercase (E75), with their values; a key without values is absent (E78).
#[derive(Debug, Clone, Default)]
pub(crate) struct Context {
    keys: BTreeMap<String, Vec<String>>,
}

impl Context {
    pub(crate) fn set(&mut self, key: &str, values: Vec<String>) {
        self.keys.insert(key.to_lowercase(), values);
    }

    /// The keys, in lowercase, with their values.
    pub(crate) fn keys(&self) -> impl Iterator<Item = (&str, &[String])> {
        self.keys.iter().map(|(key, values)| (key.as_str(), values.as_slice()))
    }

    /// The values, at least one; nothing when the key is absent.
    pub(crate) fn values(&self, key: &str) -> Option<&[String]> {
        self.keys.get(&key.to_lowercase()).map(Vec::as_slice).filter(|values| !values.is_empty())
    }
}

/// Section 5: the keys that hold several values.
const MULTIVALUED: [&str; 10] = [
    "aws:principalorgpaths",
    "aws:principalservicenameslist",
    "aws:resourceorgpaths",
    "aws:calledvia",
    "aws:tagkeys",
    "aws:sourceorgpaths",
    "aws:vpceorgpaths",
    "sts:requestcontextproviders",
    "sts:transitivetagkeys",
    "idp.example.com:amr",
];

/// Whether a key holds several values.
pub(crate) fn is_multivalued(key: &str) -> bool {
    MULTIVALUED.contains(&key.to_lowercase().as_str())
}
