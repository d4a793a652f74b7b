//! `iamreach::policy::parse` on any text, as a document of every kind.

#![no_main]

use iamreach::load::locate;
use iamreach::policy::{
    Document, DocumentKind, PrincipalElement, ResourceElement, Statement, Template, Version, parse,
};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

const KINDS: [DocumentKind; 6] = [
    DocumentKind::Identity,
    DocumentKind::Resource,
    DocumentKind::Trust,
    DocumentKind::ServiceControl,
    DocumentKind::ResourceControl,
    DocumentKind::VpcEndpoint,
];

fuzz_target!(|text: &str| {
    // Element order is free (E45): the same text with its keys sorted has to say the same.
    let sorted = serde_json::from_str::<Value>(text).ok().filter(|value| !holds_float(value));
    let sorted = sorted.map(|value| value.to_string());
    for kind in KINDS {
        match parse(text, kind) {
            Ok((document, notices)) => {
                for notice in &notices {
                    assert!(locate(text, &notice.pointer).is_some(), "{kind:?}: {notice:?} is nowhere");
                }
                let understood = |statement: &Statement| statement.conditions.iter().all(|one| one.operator.is_some());
                if !document.statements.iter().all(understood) {
                    assert!(notices.iter().any(|notice| notice.code == "unknown-operator"), "{kind:?}: {document:?}");
                }
                document.statements.iter().for_each(|statement| check(statement, document.version, kind));
                assert_eq!(parse(text, kind).map(|(again, _)| again).as_ref(), Ok(&document), "{kind:?}");
                if let Some(sorted) = &sorted {
                    let again = parse(sorted, kind).map(|(document, _)| meaning(&document));
                    assert_eq!(again.as_ref(), Ok(&meaning(&document)), "{kind:?}: {sorted}");
                }
            }
            Err(refusal) => {
                assert!(!refusal.message.is_empty(), "{kind:?}");
                if refusal.position.is_none() {
                    assert!(locate(text, &refusal.pointer).is_some(), "{kind:?}: {refusal:?} is nowhere");
                }
                // Sorting takes away duplicate keys, the one fault it can mend.
                if let Some(sorted) = sorted.as_ref().filter(|_| !refusal.message.contains("duplicate key")) {
                    assert!(parse(sorted, kind).is_err(), "{kind:?}: {refusal:?}, and not {sorted}");
                }
            }
        }
    }
});

/// What every accepted statement has, by its kind of document (E21, E43, E48).
fn check(statement: &Statement, version: Version, kind: DocumentKind) {
    let known = statement.unknown_element.is_none();
    assert_eq!(statement.principal.is_some(), kind.needs_principal(), "{kind:?}: {statement:?}");
    assert!(statement.resources.is_some() || !kind.needs_resource(), "{kind:?}: {statement:?}");
    assert!(statement.resources.is_none() || kind != DocumentKind::Trust, "{kind:?}: {statement:?}");
    assert!(!known || statement.conditions.iter().all(|one| !one.written.is_empty() || one.operator.is_none()));
    let resources = match &statement.resources {
        Some(ResourceElement::Resource(values) | ResourceElement::NotResource(values)) => values.as_slice(),
        None => &[],
    };
    let conditions = statement.conditions.iter().flat_map(|condition| &condition.values);
    for template in resources.iter().chain(conditions) {
        assert!(!template.parts().is_empty(), "{template:?}");
        if version == Version::Legacy {
            assert_eq!(template.as_plain(), Some(template.as_str()), "{template:?}");
        }
        assert_eq!(Template::plain(template.as_str()).as_plain(), Some(template.as_str()));
    }
}

/// A document without the order of what has none. Of a statement with an element nobody knows nothing counts but that.
fn meaning(document: &Document) -> Vec<String> {
    let sorted = |mut parts: Vec<String>| {
        parts.sort();
        parts
    };
    let statement = |statement: &Statement| {
        if statement.unknown_element.is_some() {
            return format!("{:?}, unknown", statement.effect);
        }
        let principals = match &statement.principal {
            None => Vec::new(),
            Some(PrincipalElement::Principal(values) | PrincipalElement::NotPrincipal(values)) => {
                values.iter().map(|value| format!("{value:?}")).collect()
            }
        };
        let not = matches!(statement.principal, Some(PrincipalElement::NotPrincipal(_)));
        let conditions = statement.conditions.iter().map(|condition| format!("{condition:?}")).collect();
        let Statement { sid, effect, actions, resources, .. } = statement;
        let (principals, conditions) = (sorted(principals), sorted(conditions));
        format!("{sid:?} {effect:?} {not} {principals:?} {actions:?} {resources:?} {conditions:?}")
    };
    let version = format!("{:?}", document.version);
    std::iter::once(version).chain(document.statements.iter().map(statement)).collect()
}

/// Whether a number stands in it that may not be written as it was read.
fn holds_float(value: &Value) -> bool {
    match value {
        Value::Number(number) => number.is_f64(),
        Value::Array(items) => items.iter().any(holds_float),
        Value::Object(entries) => entries.values().any(holds_float),
        Value::Null | Value::Bool(_) | Value::String(_) => false,
    }
}
