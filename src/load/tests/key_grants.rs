//! `kms list-grants`.

use super::*;
use crate::model::Resource;
use crate::policy::{ActionElement, PrincipalElement, PrincipalValue};

const KEY: &str = "arn:aws:kms:eu-west-1:012345678901:key/k";
const PLACE: &str = "012345678901/eu-west-1/kms-list-grants/k.json";
const ROLE: &str = "arn:aws:iam::012345678901:role/app";

fn entry(id: &str, rest: &str) -> String {
    let constraints = if rest.contains("Constraints") { "" } else { r#""Constraints":{},"# };
    format!(
        r#"{{"KeyId":"{KEY}","GrantId":"{id}","Name":"","CreationDate":1.5,"GranteePrincipal":"{ROLE}",{constraints}
            "IssuingAccount":"arn:aws:iam::012345678901:root","Operations":["Decrypt","DescribeKey"]{rest}}}"#
    )
}

fn list(entries: &[String], rest: &str) -> String {
    format!(r#"{{"Grants":[{}]{rest}}}"#, entries.join(","))
}

fn key(loaded: &Loaded) -> &Resource {
    loaded.environment.resource(KEY).unwrap_or_else(|| panic!("{:?}", loaded.diagnostics))
}

/// The names of the grants, and whether each is understood.
fn grants(loaded: &Loaded) -> Vec<(String, bool)> {
    let environment = &loaded.environment;
    let of = |id: &PolicyId| {
        let policy = environment.policy(*id);
        assert_eq!(policy.kind, PolicyKind::KeyGrant);
        let document = policy.document.map(|id| environment.document(id).content.as_ref().unwrap());
        let known = |one: &crate::policy::Document| one.statements.iter().all(|one| one.unknown_element.is_none());
        (policy.name.to_string(), document.is_some_and(known))
    };
    key(loaded).grants.present().unwrap_or_else(|| panic!("{:?}", key(loaded).grants)).iter().map(of).collect()
}

#[test]
fn e130_each_grant_is_a_policy_of_its_own() {
    let named = entry("a1", r#","RetiringPrincipal":"arn:aws:iam::012345678901:role/ops""#)
        .replace(r#""Name":"""#, r#""Name":"export""#);
    let text = list(&[named, entry("b2", r#","Constraints":{"EncryptionContextSubset":{"app":"x"}}"#)], "");
    let folder = Folder::of(&[(PLACE, &text)]);
    let loaded = folder.load();
    assert!(said(&loaded).is_empty());
    assert_eq!(grants(&loaded), [("grant export".to_owned(), true), ("grant b2".to_owned(), true)]);
    assert_eq!((word(&key(&loaded).policy), key(&loaded).account.unwrap().as_str()), ("not collected", "012345678901"));
    let environment = &loaded.environment;
    let policy = environment.policy(key(&loaded).grants.present().unwrap()[1]);
    let source = policy.source.as_ref().unwrap();
    assert_eq!((source.pointer.as_str(), source.encoding), ("/Grants/1", crate::model::TextEncoding::Translated));
    let document = environment.document(policy.document.unwrap());
    let origin = statement_origin(source, document, 0);
    assert!(origin.position.is_some() && origin.pointer == "/Grants/1", "{origin}");
    let statement = &document.content.as_ref().unwrap().statements[0];
    assert_eq!(statement.conditions.len(), 2, "a pair and its name");
    assert!(matches!(&statement.actions, ActionElement::Action(list) if list.len() == 1));
}

#[test]
fn e130_a_service_that_is_named_as_one() {
    let service = r#","GranteeServicePrincipal":"rds.amazonaws.com","Constraints":{"SourceArn":"arn:aws:rds:eu-west-1:012345678901:db:*"}"#;
    let loaded = Folder::of(&[(PLACE, &list(&[entry("a1", service)], ""))]).load();
    assert!(said(&loaded).is_empty());
    let environment = &loaded.environment;
    let policy = environment.policy(key(&loaded).grants.present().unwrap()[0]);
    let statement = &environment.document(policy.document.unwrap()).content.as_ref().unwrap().statements[0];
    let Some(PrincipalElement::Principal(principals)) = &statement.principal else { panic!("{statement:?}") };
    assert!(matches!(principals.as_slice(), [PrincipalValue::Service(name)] if &**name == "rds.amazonaws.com"));
    assert_eq!(statement.conditions.len(), 1);
}

#[test]
fn e130_no_grants_and_none_that_can_be_placed() {
    let loaded = Folder::of(&[(PLACE, r#"{"Grants":[]}"#)]).load();
    assert!(said(&loaded).is_empty() && grants(&loaded).is_empty());
    let loaded = Folder::of(&[("grants.json", r#"{"Grants":[]}"#)]).load();
    assert_eq!(said(&loaded), ["warning unplaced-answer"]);
    // The entries name their key.
    let loaded = Folder::of(&[("grants.json", &list(&[entry("a1", "")], ""))]).load();
    assert_eq!((said(&loaded).len(), grants(&loaded).len()), (0, 1));
}

#[test]
fn e49_a_grant_that_is_not_understood_is_unknown() {
    let check = |entry: &str, code: &str| {
        let loaded = Folder::of(&[(PLACE, &list(&[self::entry("a1", ""), entry.to_owned()], ""))]).load();
        assert_eq!(said(&loaded), [code], "{entry}");
        let known: Vec<bool> = grants(&loaded).into_iter().map(|(_, known)| known).collect();
        assert_eq!(known, [true, false], "{entry}");
    };
    let strange = "warning unknown-grant-element";
    check(&entry("b2", r#","Constraints":{"Weekdays":["Monday"]}"#), strange);
    check(&entry("b2", r#","Constraints":{"EncryptionContextEquals":{"app":7}}"#), strange);
    check(&entry("b2", r#","Constraints":{"SourceArn":["a"]}"#), strange);
    check(&entry("b2", r#","Constraints":"none""#), strange);
    check(&entry("b2", r#","GranteeGroup":"g""#), strange);
    let malformed = "error malformed-entry";
    check(&entry("b2", "").replace("GranteePrincipal", "Name"), malformed);
    check(&entry("b2", "").replace(r#"["Decrypt","DescribeKey"]"#, "[]"), malformed);
    check(&entry("b2", "").replace(r#"["Decrypt","DescribeKey"]"#, "[7]"), malformed);
    check("7", malformed);
}

#[test]
fn e130_pages_add_up_and_contradictions_are_unknown() {
    let check = |first: &str, second: &str, codes: &[&str], expected: Option<usize>| {
        let folder = Folder::of(&[(&format!("1/{PLACE}"), first), (&format!("2/{PLACE}"), second)]);
        let loaded = folder.load();
        assert_eq!(said(&loaded), codes, "{first}\n{second}");
        assert_eq!(key(&loaded).grants.present().map(Vec::len), expected, "{first}\n{second}");
    };
    let [a, b] = ["a1", "b2"].map(|id| entry(id, ""));
    let (one, other) = (list(std::slice::from_ref(&a), ""), list(std::slice::from_ref(&b), ""));
    let cut = list(std::slice::from_ref(&a), r#","Truncated":true,"NextMarker":"m""#);
    let both = list(&[b.clone(), a], "");
    check(&cut, &other, &["warning truncated-listing"], Some(2));
    check(&cut, &cut, &["warning truncated-listing"; 2], None);
    check(&cut, &both, &["warning truncated-listing"], Some(2));
    check(&one, &one, &[], Some(1));
    check(&list(&[entry("a1", ""), b], ""), &both, &[], Some(2));
    check(&one, &other, &["error duplicate-resource-setting"], None);
    check(&cut, "{", &["error invalid-json", "warning truncated-listing"], None);
    let several = list(&[entry("a1", ""), entry("b2", "").replace("key/k", "key/other")], "");
    let folder = Folder::of(&[("grants.json", &several)]);
    assert!(matches!(key(&folder.load()).grants, Collected::Unknown(_)), "not all the grants of one key");
}

#[test]
fn e185_grants_that_may_not_be_read_are_unknown() {
    let denied = r#"{"Error":{"Code":"AccessDeniedException","Message":"no"}}"#;
    for (text, code) in [(denied, "warning failed-call"), ("{", "error invalid-json")] {
        let loaded = Folder::of(&[(PLACE, text)]).load();
        assert_eq!(said(&loaded), [code]);
        assert_eq!((word(&key(&loaded).grants), word(&key(&loaded).policy)), ("unknown", "not collected"));
    }
    let retirable = "012345678901/eu-west-1/kms-list-retirable-grants.json";
    let loaded = Folder::of(&[(retirable, &list(&[entry("a1", "")], ""))]).load();
    assert_eq!(word(&key(&loaded).grants), "unknown", "the grants of one principal are not all");
}
