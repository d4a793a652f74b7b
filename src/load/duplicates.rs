//! One user, group or role in two files: the same, or not.

use serde_json::Value;

use crate::diagnostic::Diagnostic;
use crate::load::authorization_details::Entry;
use crate::load::builder::Builder;
use crate::load::documents::decode;
use crate::load::node::Node;
use crate::model::{Collected, PolicyKind};

/// Lists whose order says nothing.
const WITHOUT_ORDER: [&str; 6] =
    ["Tags", "AttachedManagedPolicies", "GroupList", "UserPolicyList", "RolePolicyList", "GroupPolicyList"];

/// What to say about an entry whose ARN was read before.
pub(super) fn duplicate(earlier: &Node<'_>, entry: &Entry<'_>, what: &str) -> Option<Diagnostic> {
    let arn = &entry.arn;
    let elsewhere = earlier.origin();
    let here = entry.fields.node.origin();
    if same_meaning(earlier.raw, entry.fields.node.raw) {
        let message = format!("the {what} `{arn}` is also in {elsewhere}, and the same there");
        return Some(Diagnostic::info("repeated-principal", message).at(here));
    }
    let message = format!("the {what} `{arn}` is different in {elsewhere}: its policies are unknown");
    Some(Diagnostic::error("duplicate-principal", message).at(here))
}

/// Makes the policies of a principal unknown that two files describe differently.
pub(super) fn forget(builder: &mut Builder, earlier: &Node<'_>, entry: &Entry<'_>) {
    let unknown = builder.unknown_policy(&entry.fields.node, "policies in another file", PolicyKind::Inline);
    let (there, here) = (meaning(earlier.raw), meaning(entry.fields.node.raw));
    let same = |key: &str| {
        let of = |entry: &Option<Value>| entry.as_ref().and_then(|entry| entry.get(key).cloned());
        of(&there) == of(&here)
    };
    let trust = (!same("AssumeRolePolicyDocument"))
        .then(|| builder.unknown_policy(&entry.fields.node, &entry.name, PolicyKind::Trust));
    let boundary = (!same("PermissionsBoundary"))
        .then(|| builder.unknown_policy(&entry.fields.node, "permissions boundary", PolicyKind::CustomerManaged));
    if let Some(principal) = builder.principal_mut(entry.arn.as_str()) {
        principal.policies.push(unknown);
        principal.trust = trust.or(principal.trust);
        principal.boundary = boundary.or(principal.boundary);
        if !same("Tags") {
            principal.tags = Collected::Unknown("two files disagree about them".into());
        }
    }
}

/// Whether two entries say the same, whichever way their documents are written and whenever they were last used.
fn same_meaning(a: &str, b: &str) -> bool {
    a == b || matches!((meaning(a), meaning(b)), (Some(a), Some(b)) if a == b)
}

fn meaning(raw: &str) -> Option<Value> {
    let mut value = serde_json::from_str(raw).ok()?;
    decode_documents(&mut value);
    if let Value::Object(entries) = &mut value {
        for key in ["RoleLastUsed", "PasswordLastUsed", "InstanceProfileList"] {
            entries.remove(key);
        }
        for key in WITHOUT_ORDER {
            if let Some(Value::Array(items)) = entries.get_mut(key) {
                items.sort_by_cached_key(Value::to_string);
            }
        }
        entries.retain(|_, value| !value.is_null() && value.as_array().is_none_or(|items| !items.is_empty()));
    }
    Some(value)
}

fn decode_documents(value: &mut Value) {
    match value {
        Value::String(text) if text.starts_with(['{', '%']) => {
            let Ok(raw) = serde_json::value::to_raw_value(text) else { return };
            if let Ok(decoded) = serde_json::from_str(&decode(raw.get()).0) {
                *value = decoded;
            }
        }
        Value::Array(items) => items.iter_mut().for_each(decode_documents),
        Value::Object(entries) => entries.values_mut().for_each(decode_documents),
        _ => {}
    }
}
