//! Excerpts of statements, exactly.

use crate::export::styled::Tone;
use crate::load::StatementTexts;
use crate::model::StoredDocument;
use crate::policy::{DocumentKind, Element, StatementPart, parse};

use super::excerpt::excerpt;

const ACTION: (Element, usize) = (Element::Action, 0);
const RESOURCE: (Element, usize) = (Element::Resource, 0);

/// The first statement of a document, with carets under parts, in so many characters.
fn check(document: &str, parts: &[(Element, usize)], width: usize, expected: &str) {
    let content = parse(document, DocumentKind::Identity).map(|(document, _)| document);
    let stored = StoredDocument { kind: DocumentKind::Identity, text: document.into(), content };
    let text = StatementTexts::default().of(None, &stored, 0).unwrap();
    let part = |(element, entry): &(Element, usize)| StatementPart { element: *element, entry: Some(*entry) };
    let parts: Vec<StatementPart> = parts.iter().map(part).collect();
    let lines: Vec<String> =
        excerpt(&text, &parts, 0, width, Tone::Bad).iter().map(|line| line.to_string().trim_end().to_owned()).collect();
    let shown = lines.join("\n");
    assert_eq!(shown, expected.trim_matches('\n'), "\n{shown}\n");
}

#[test]
fn a_pretty_document_loses_the_indentation_it_shares() {
    check(
        "{\n  \"Statement\": [\n    {\n      \"Effect\": \"Deny\",\n      \"Action\": \"s3:*\",\n      \"Resource\": \"*\"\n    }\n  ]\n}",
        &[ACTION],
        80,
        r#"
3 | {
4 |   "Effect": "Deny",
5 |   "Action": "s3:*",
  |             ^^^^^^
6 |   "Resource": "*"
7 | }"#,
    );
}

#[test]
fn one_long_line_is_broken_between_its_tokens() {
    check(
        r#"{"Version":"2012-10-17","Statement":[{"Sid":"Readers","Effect":"Allow","Action":["s3:GetObject","s3:ListBucket"],"Resource":"arn:aws:s3:::bucket/*"},{"Effect":"Deny","Action":"*","Resource":"*"}]}"#,
        &[(Element::Action, 1), RESOURCE],
        60,
        r#"
1 | …{"Sid":"Readers","Effect":"Allow",
  |   "Action":["s3:GetObject","s3:ListBucket"],
  |                            ^^^^^^^^^^^^^^^
  |   "Resource":"arn:aws:s3:::bucket/*"}…
  |              ^^^^^^^^^^^^^^^^^^^^^^^"#,
    );
}

#[test]
fn a_value_longer_than_a_row_goes_on_in_the_next() {
    let long = "x".repeat(60);
    check(
        &format!(r#"{{"Statement":{{"Effect":"Allow","Action":"s3:GetObject","Resource":"{long}"}}}}"#),
        &[RESOURCE],
        50,
        r#"
1 | …{"Effect":"Allow","Action":"s3:GetObject",
  |   "Resource":
  |   "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
  |   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  |   xxxxxxxxxxxxxxxxx"}…
  |   ^^^^^^^^^^^^^^^^^^"#,
    );
}

#[test]
fn of_a_long_statement_only_what_matters_is_shown() {
    let actions: Vec<String> = (0..20).map(|n| format!("      \"s3:Action{n}\"")).collect();
    check(
        &format!(
            "{{\"Statement\": [\n  {{\n    \"Sid\": \"Many\",\n    \"Effect\": \"Allow\",\n    \"Action\": [\n{}\n    ],\n    \"Resource\": \"*\"\n  }}\n]}}",
            actions.join(",\n")
        ),
        &[(Element::Action, 11)],
        80,
        r#"
 2 | {
 3 |   "Sid": "Many",
 4 |   "Effect": "Allow",
 5 |   "Action": [
   | …
17 |     "s3:Action11",
   |     ^^^^^^^^^^^^^
   | …
28 | }"#,
    );
}

#[test]
fn columns_are_characters_and_nothing_steers_the_terminal() {
    check(
        "{\"Statement\":\r\n\t{\"Effect\":\"Deny\",\r\n\t\t\"Resource\":\"é\u{202e}ü\",\r\n\t\t\"Action\":\"s3:*\"}}",
        &[RESOURCE, ACTION],
        80,
        r#"
2 | {"Effect":"Deny",
3 |     "Resource":"é\u{202e}ü",
  |                ^^^^^^^^^^^^
4 |     "Action":"s3:*"}…
  |              ^^^^^^"#,
    );
}
