//! Tags: lists of `{Key, Value}`.

use std::collections::BTreeMap;

use crate::diagnostic::Diagnostic;
use crate::load::node::Fields;
use crate::model::{Collected, Tag};

/// The tags at a key, in order of their keys; no list is an empty one. `owner` says in words whose they are.
pub(super) fn read(fields: &Fields<'_>, owner: &str, diagnostics: &mut Vec<Diagnostic>) -> Collected<Vec<Tag>> {
    let mut malformed = false;
    let mut by_key: BTreeMap<String, Vec<Tag>> = BTreeMap::new();
    for node in fields.list("Tags") {
        let entry = node.fields().ok();
        let Some(key) = entry.as_ref().and_then(|entry| entry.text("Key")) else {
            malformed = true;
            let message = format!("a tag of {owner} has no `Key`: its tags are unknown");
            diagnostics.push(node.malformed(message));
            continue;
        };
        let value = entry.and_then(|entry| entry.text("Value"));
        if value.is_none() {
            let message = format!("the tag `{key}` of {owner} has no `Value` that can be read: it is unknown");
            diagnostics.push(node.malformed(message));
        }
        let tag = Tag { key: key.as_str().into(), value: value.map(Into::into) };
        let alike = by_key.entry(key.to_lowercase()).or_default();
        if !alike.contains(&tag) {
            alike.push(tag);
        }
    }
    if malformed {
        return Collected::Unknown(format!("the tags of {owner} could not be read"));
    }
    Collected::Present(by_key.into_values().filter_map(|alike| one_of(alike, fields, owner, diagnostics)).collect())
}

/// The tag that tags of one condition key come to: which of them a request has nobody can tell (E75).
fn one_of(mut alike: Vec<Tag>, fields: &Fields<'_>, owner: &str, diagnostics: &mut Vec<Diagnostic>) -> Option<Tag> {
    alike.sort();
    let mut names: Vec<String> = alike.iter().map(|tag| format!("`{}`", tag.key)).collect();
    names.dedup();
    let several = alike.len() > 1;
    if several {
        let place = fields.get("Tags").map_or_else(|| fields.node.origin(), |node| node.origin());
        let message = match names.as_slice() {
            [one] => format!("the tag {one} of {owner} has several values: it is unknown"),
            _ => format!("the tags {} of {owner} are one condition key: it is unknown", names.join(" and ")),
        };
        diagnostics.push(Diagnostic::warning("ambiguous-tag", message).at(place));
    }
    let first = alike.into_iter().next()?;
    Some(if several { Tag { value: None, ..first } } else { first })
}
