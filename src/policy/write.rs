//! A document written again: the JSON that reads back as the same document.

use std::fmt;

use serde_json::{Map, Value, json};

use crate::policy::{
    ActionElement, Condition, Document, Effect, PrincipalElement, PrincipalValue, ResourceElement, Statement, Version,
};

impl Document {
    /// The document as JSON, every list written as a list. Read again it is the same document, but for the order of its
    /// conditions and of the kinds of its principals, which means nothing (E45).
    ///
    /// What the reader does not keep is not there: `Id`, and the content of an element it does not know (E49), of which
    /// the name is kept with `null`.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let version = match self.version {
            Version::Current => "2012-10-17",
            Version::Legacy => "2008-10-17",
        };
        let statements: Vec<Value> = self.statements.iter().map(statement).collect();
        json!({"Version": version, "Statement": statements})
    }
}

fn statement(statement: &Statement) -> Value {
    let mut written = Map::new();
    if let Some(sid) = &statement.sid {
        written.insert("Sid".into(), json!(sid));
    }
    written.insert("Effect".into(), json!(if statement.effect == Effect::Allow { "Allow" } else { "Deny" }));
    if let Some(element) = &statement.principal {
        let (name, values) = match element {
            PrincipalElement::Principal(values) => ("Principal", values),
            PrincipalElement::NotPrincipal(values) => ("NotPrincipal", values),
        };
        let mut kinds = principals(values);
        let strange = statement.unknown_element.as_deref().filter(|_| statement.unknown_principal);
        written.insert(
            name.into(),
            match strange {
                // A text that stands where a map belongs is not kept, only that something did.
                Some("Principal") => Value::String(String::new()),
                Some(kind) => {
                    kinds.entry(kind).or_insert(Value::Null);
                    Value::Object(kinds)
                }
                None => Value::Object(kinds),
            },
        );
    }
    let (name, actions) = match &statement.actions {
        ActionElement::Action(actions) => ("Action", actions),
        ActionElement::NotAction(actions) => ("NotAction", actions),
    };
    written.insert(name.into(), texts(actions));
    match &statement.resources {
        None => {}
        Some(ResourceElement::Resource(resources)) => {
            written.insert("Resource".into(), texts(resources));
        }
        Some(ResourceElement::NotResource(resources)) => {
            written.insert("NotResource".into(), texts(resources));
        }
    }
    if !statement.conditions.is_empty() {
        written.insert("Condition".into(), conditions(&statement.conditions));
    }
    if let Some(element) = statement.unknown_element.as_ref().filter(|_| !statement.unknown_principal) {
        written.entry(element.to_string()).or_insert(Value::Null);
    }
    Value::Object(written)
}

fn texts(values: &[impl fmt::Display]) -> Value {
    values.iter().map(ToString::to_string).collect()
}

/// Values by the kind of principal they are (E22).
fn principals(values: &[PrincipalValue]) -> Map<String, Value> {
    let mut kinds = Map::new();
    for value in values {
        let kind = match value {
            PrincipalValue::Service(_) => "Service",
            PrincipalValue::Federated(_) => "Federated",
            PrincipalValue::CanonicalUser(_) => "CanonicalUser",
            PrincipalValue::Nobody(text) if text.contains('*') && !text.contains(':') => "Service", // E25
            _ => "AWS",
        };
        let listed = kinds.entry(kind).or_insert_with(|| json!([]));
        if let Value::Array(listed) = listed {
            listed.push(json!(value.to_string()));
        }
    }
    kinds
}

fn conditions(conditions: &[Condition]) -> Value {
    let mut operators: Map<String, Value> = Map::new();
    for condition in conditions {
        let keys = operators.entry(condition.written.to_string()).or_insert_with(|| json!({}));
        if let Value::Object(keys) = keys {
            keys.insert(condition.key.to_string(), texts(&condition.values));
        }
    }
    Value::Object(operators)
}

#[cfg(test)]
mod tests {
    use crate::policy::{DocumentKind, parse};

    #[test]
    fn e45_a_document_written_again_reads_as_the_same() {
        for (kind, text) in [
            (DocumentKind::Identity, r#"{"Statement": {"Effect": "Deny", "NotAction": "iam:*", "NotResource": []}}"#),
            (
                DocumentKind::Resource,
                r#"{"Version": "2012-10-17", "Id": "x", "Statement": [
                    {"Sid": "a", "Effect": "Allow", "Principal": "*", "Action": ["s3:Get*", "s3:List*"],
                     "Resource": "arn:aws:s3:::b/${aws:username, 'x'}/${*}",
                     "Condition": {"ForAnyValue:StringLikeIfExists": {"aws:TagKeys": ["a", 1, true]}}},
                    {"Effect": "Deny", "NotPrincipal": {"AWS": ["111122223333", "AROAEXAMPLE"], "CanonicalUser": "c",
                     "Federated": "f", "Service": "s3.amazonaws.com"}, "Action": "*", "Resource": "*"}]}"#,
            ),
            (DocumentKind::Resource, r#"{"Statement": {"Effect": "Allow", "Principal": "arn", "Action": "*"}}"#),
            (
                DocumentKind::Resource,
                r#"{"Statement": {"Effect": "Allow", "Principal": {"Friend": 1}, "Action": "*"}}"#,
            ),
            (DocumentKind::Resource, r#"{"Statement": {"Effect": "Allow", "Principal": {}, "Action": [], "More": 1}}"#),
        ] {
            let (document, _) = parse(text, kind).unwrap();
            let (again, _) = parse(&document.to_json().to_string(), kind).unwrap();
            assert_eq!(again, document, "{text}");
        }
    }
}
