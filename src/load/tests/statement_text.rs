//! A statement's own text, and the places of its parts, however the document is written.

use super::*;
use crate::policy::{Document, Element, StatementPart};

/// Every kind of element, list and scalar, and principals of several kinds, one of them not known.
const STATEMENT: &str = r#"{
    "Sid": "é",
    "Effect": "Deny",
    "NotPrincipal": {"AWS": ["111111111111", "arn:aws:iam::111111111111:role/r"], "Service": "ec2.amazonaws.com"},
    "Action": ["s3:Get*", "s3:PutObject"],
    "Resource": "arn:aws:s3:::b/*",
    "Condition": {
      "StringLike": {"aws:PrincipalArn": ["a", "b"], "aws:userid": "c"},
      "Bool": {"aws:SecureTransport": false}
    }
  }"#;

/// What each part of [`STATEMENT`] reads, in the order of its entries.
const PARTS: [(Element, &[&str]); 4] = [
    (Element::Action, &[r#""s3:Get*""#, r#""s3:PutObject""#]),
    (Element::Resource, &[r#""arn:aws:s3:::b/*""#]),
    (Element::Principal, &[r#""111111111111""#, r#""arn:aws:iam::111111111111:role/r""#, r#""ec2.amazonaws.com""#]),
    (Element::Condition, &[r#"["a", "b"]"#, r#""c""#, "false"]),
];

fn whole() -> String {
    format!(
        "{{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": [{{\"Effect\": \"Allow\", \"Principal\": \"*\", \"Action\": \"s3:*\"}}, {STATEMENT}]\n}}"
    )
}

/// Loads the document as a bucket's policy, written in a list of resource policies.
fn text_of(policy: &str) -> (StatementText, Document) {
    let list = format!("[\n{{\"Arn\": \"arn:aws:s3:::b\", \"Policy\": {policy}}}]");
    let folder = Folder::of(&[("resource-policies.json", &list)]);
    let loaded = folder.load();
    let (_, policy) = loaded.environment.policies().next().unwrap();
    let document = loaded.environment.document(policy.document.unwrap());
    let text = StatementTexts::default().of(policy.source.as_ref(), document, 1).unwrap();
    (text, document.content.clone().unwrap())
}

fn check(policy: &str, form: TextForm, place: (u32, u32), decoded: Option<(u32, u32)>) {
    let (text, document) = text_of(policy);
    let origin = text.origin.clone().unwrap();
    assert_eq!((text.form, text.text()), (form, STATEMENT));
    assert_eq!((origin.position, origin.decoded), (Some(place), decoded), "{form:?}");
    let statement = &document.statements[1];
    for (element, expected) in PARTS {
        assert_eq!(statement.entries_of(element).len(), expected.len(), "{element:?}");
        for (entry, expected) in expected.iter().enumerate() {
            let range = text.part(StatementPart { element, entry: Some(entry) }).unwrap();
            assert_eq!(text.whole().get(range).unwrap(), *expected, "{element:?}");
        }
        let beyond = StatementPart { element, entry: Some(expected.len()) };
        assert_eq!(text.part(beyond), None, "{element:?}");
        assert!(text.part(StatementPart { element, entry: None }).is_some(), "{element:?}");
    }
}

#[test]
fn statements_are_found_in_each_encoding() {
    let encoded = percent_encoding::utf8_percent_encode(&whole(), percent_encoding::NON_ALPHANUMERIC).to_string();
    let inside = (3, 74);
    check(&whole(), TextForm::File, (4, 74), None);
    check(&serde_json::to_string(&whole()).unwrap(), TextForm::JsonString, (2, 37), Some(inside));
    check(&format!("\"{encoded}\""), TextForm::PercentEncoded, (2, 37), Some(inside));
}

#[test]
fn a_file_that_is_gone_leaves_the_text() {
    let (text, _) = text_of(&whole());
    let file = text.origin.clone().unwrap().file;
    assert!(!Path::new(&*file).exists(), "the folder is gone when the text is used");
    let document = StoredDocument { kind: DocumentKind::Resource, text: whole().into(), content: Err(refusal()) };
    let source = Source { file, pointer: "/0/Policy".to_owned(), encoding: TextEncoding::Json };
    let again = StatementTexts::default().of(Some(&source), &document, 1).unwrap();
    assert_eq!((again.form, again.text(), again.origin.clone().unwrap().position), (TextForm::NoFile, STATEMENT, None));
    let no_file = StatementTexts::default().of(None, &document, 0).unwrap();
    assert_eq!((no_file.form, no_file.origin), (TextForm::NoFile, None));
    assert!(StatementTexts::default().of(None, &document, 2).is_none());
}

fn refusal() -> crate::policy::Refusal {
    crate::policy::parse("", DocumentKind::Resource).unwrap_err()
}
