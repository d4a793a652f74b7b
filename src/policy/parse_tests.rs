//! The grammar's corners, each under the rule that names it.

use super::*;

fn identity(text: &str) -> Document {
    parse(text, DocumentKind::Identity).unwrap().0
}

fn refusal(text: &str, kind: DocumentKind) -> Refusal {
    parse(text, kind).unwrap_err()
}

fn codes(text: &str, kind: DocumentKind) -> Vec<&'static str> {
    parse(text, kind).unwrap().1.into_iter().map(|notice| notice.code).collect()
}

#[test]
fn e44_a_statement_may_stand_alone() {
    let one = identity(r#"{"Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}"#);
    let list = identity(r#"{"Statement": [{"Effect": "Allow", "Action": ["s3:*"], "Resource": ["*"]}]}"#);
    assert_eq!(one, list);
}

#[test]
fn e43_versions() {
    let with = |version: &str| {
        let text = format!(
            r#"{{{version}"Statement": {{"Effect": "Allow", "Action": "*", "Resource": "${{aws:username}}"}}}}"#
        );
        parse(&text, DocumentKind::Identity)
    };
    let variables = |document: &Document| match &document.statements[0].resources {
        Some(ResourceElement::Resource(values)) => values[0].variables().count(),
        _ => 0,
    };
    assert_eq!(variables(&with(r#""Version": "2012-10-17", "#).unwrap().0), 1);
    assert_eq!(variables(&with(r#""Version": "2008-10-17", "#).unwrap().0), 0);
    assert_eq!(variables(&with("").unwrap().0), 0);
    assert!(with(r#""Version": "2024-01-01", "#).is_err());
}

#[test]
fn e45_duplicate_keys_refuse_the_document() {
    for (text, pointer) in [
        (r#"{"Statement": [], "Statement": []}"#, "/Statement"),
        (
            r#"{"Statement": {"Effect": "Allow", "Effect": "Deny", "Action": "*", "Resource": "*"}}"#,
            "/Statement/Effect",
        ),
        (
            r#"{"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {"Bool": {"a:b": "true", "a:b": "false"}}}]}"#,
            "/Statement/0/Condition/Bool/a:b",
        ),
    ] {
        let refusal = refusal(text, DocumentKind::Identity);
        assert!(refusal.message.contains("duplicate key"), "{refusal}");
        assert_eq!(refusal.pointer, pointer);
    }
}

#[test]
fn e46_names_and_effects_are_case_sensitive() {
    let lower =
        refusal(r#"{"Statement": {"Effect": "allow", "Action": "*", "Resource": "*"}}"#, DocumentKind::Identity);
    assert!(lower.message.contains("found `allow`"), "{lower}");
    assert_eq!(refusal(r#"{"statement": []}"#, DocumentKind::Identity).message, "a policy document needs a Statement");
}

#[test]
fn e48_a_fragment_is_refused_and_told_what_is_missing() {
    let text = r#"{"Statement": {"Principal": {"AWS": "111122223333"}, "Condition": {"StringEquals": {"sts:ExternalId": "x"}}}}"#;
    let refusal = refusal(text, DocumentKind::Trust);
    assert_eq!(refusal.message, "the statement lacks Effect and Action");
    assert!(refusal.hint.unwrap().contains("fragment"));
}

#[test]
fn e21_each_kind_asks_for_its_elements() {
    let no_principal = r#"{"Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}"#;
    assert_eq!(refusal(no_principal, DocumentKind::Resource).message, "the statement lacks Principal");
    let no_resource = r#"{"Statement": [{"Effect": "Allow", "Action": "s3:*"}]}"#;
    assert_eq!(refusal(no_resource, DocumentKind::Identity).message, "the statement lacks Resource");
    let misplaced = r#"{"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "*"}]}"#;
    assert!(identity(misplaced).statements[0].unknown_element.is_some());
}

#[test]
fn e49_what_is_not_understood_is_unknown_not_dropped() {
    let text = r#"{"Statement": [
        {"Effect": "Allow", "Action": "s3:*", "Resource": "*", "Purpose": "?"},
        {"Effect": "Allow", "Action": "s3:*", "Resource": "*", "Condition": {"StringMatches": {"aws:username": "x"}}},
        {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}"#;
    let document = identity(text);
    assert_eq!(document.statements[0].unknown_element.as_deref(), Some("Purpose"));
    assert_eq!(document.statements[1].conditions[0].operator, None);
    assert_eq!(document.statements[2].unknown_element, None);
    assert_eq!(codes(text, DocumentKind::Identity), ["unknown-element", "unknown-operator"]);
}

#[test]
fn e49_bad_json_says_where() {
    let refusal = refusal("{\n  \"Statement\": [\n", DocumentKind::Identity);
    assert!(refusal.message.starts_with("not valid JSON: EOF"), "{refusal}");
    assert_eq!(refusal.position, Some((3, 0)));
}

#[test]
fn e22_principals_in_all_forms() {
    let text = r#"{"Statement": {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {
        "AWS": ["111122223333", "*"], "Service": "ec2.amazonaws.com", "Federated": ["accounts.google.com"], "CanonicalUser": "79a5"}}}"#;
    let document = parse(text, DocumentKind::Trust).unwrap().0;
    let Some(PrincipalElement::Principal(values)) = &document.statements[0].principal else { panic!("no principals") };
    assert_eq!(values.len(), 5);
}

#[test]
fn e74_qualifiers_and_if_exists() {
    let text = r#"{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {
        "ForAllValues:StringLikeIfExists": {"aws:TagKeys": ["a*"]}, "stringequals": {"aws:username": "x"}, "NullIfExists": {"a:b": "true"}}}}"#;
    let conditions = &identity(text).statements[0].conditions;
    assert_eq!(conditions[0].operator, Some(Operator::StringLike));
    assert_eq!(conditions[0].qualifier, Some(SetQualifier::ForAllValues));
    assert!(conditions[0].if_exists);
    assert_eq!(conditions[1].operator, Some(Operator::StringEquals));
    assert_eq!(conditions[2].operator, None);
}

#[test]
fn e75_keys_that_differ_by_case_both_count() {
    let text = r#"{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {
        "StringEquals": {"aws:username": "x", "AWS:UserName": "y"}}}}"#;
    assert_eq!(identity(text).statements[0].conditions.len(), 2);
    assert_eq!(codes(text, DocumentKind::Identity), ["duplicate-key-by-case"]);
}

#[test]
fn e79_values_may_be_numbers_and_booleans() {
    let text = r#"{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {
        "Bool": {"aws:SecureTransport": true}, "NumericLessThan": {"aws:MultiFactorAuthAge": 3600}}}}"#;
    let conditions = &identity(text).statements[0].conditions;
    assert_eq!(conditions[0].values[0].as_plain(), Some("true"));
    assert_eq!(conditions[1].values[0].as_plain(), Some("3600"));
}

#[test]
fn e79_e83_numbers_keep_the_text_they_are_written_with() {
    let written = ["1.20", "1.0", "-0", "1E3", "18446744073709551615", "18446744073709551616", "20000000000000000001"];
    let values = format!("[{} , \"1.0\"]", written.join(",\n "));
    let text = format!(
        r#" {{"Statement": [{{"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {{
        "StringEquals": {{"k": {values}, "\u006b2": 0.10}}, "NumericEquals": {{"k": 7.50}}}}}}]}}"#
    );
    let conditions = &identity(&text).statements[0].conditions;
    let found = |condition: &Condition| {
        condition.values.iter().map(|value| value.as_plain().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(found(&conditions[0]), [&written[..], &["1.0"]].concat());
    assert_eq!((found(&conditions[1]), found(&conditions[2])), (vec!["0.10".into()], vec!["7.50".into()]));
}

#[test]
fn e92c_a_principal_of_nobody_is_inert() {
    for nobody in ["[]", "{}", r#"{"AWS": []}"#] {
        let text = format!(r#"{{"Statement": {{"Effect": "Deny", "Principal": {nobody}, "Action": "s3:*"}}}}"#);
        let statement = parse(&text, DocumentKind::Resource).unwrap().0.statements.remove(0);
        assert_eq!(statement.principal, Some(PrincipalElement::Principal(Vec::new())), "{nobody}");
        assert!(statement.unknown_element.is_none() && !statement.unknown_principal, "{nobody}");
    }
    assert_eq!(
        codes(r#"{"Statement": {"Effect": "Deny", "Principal": [], "Action": "*"}}"#, DocumentKind::Resource),
        ["empty-list"]
    );
    refusal(r#"{"Statement": {"Effect": "Deny", "Principal": ["*"], "Action": "*"}}"#, DocumentKind::Resource);
}

#[test]
fn e53_e57_actions_that_are_flagged() {
    let codes = |action: &str| {
        let text = format!(r#"{{"Statement": {{"Effect": "Allow", "Action": "{action}", "Resource": "*"}}}}"#);
        codes(&text, DocumentKind::Identity)
    };
    for (action, expected) in [
        ("*", &[][..]),
        ("s3:Get*", &[]),
        ("s3*", &["wildcard-in-service"]),
        ("*:Get*", &["wildcard-in-service"]),
        ("GetObject", &["malformed-action"]),
        ("", &["malformed-action"]),
    ] {
        assert_eq!(codes(action), expected, "{action}");
    }
}

#[test]
fn e92c_empty_lists_are_kept_and_flagged() {
    let text = r#"{"Statement": {"Effect": "Allow", "Action": [], "Resource": "*", "Condition": {}}}"#;
    assert_eq!(codes(text, DocumentKind::Identity), ["empty-list"]);
}

#[test]
fn deep_nesting_is_refused_not_overflowed() {
    let text = "[".repeat(100_000);
    assert!(refusal(&text, DocumentKind::Identity).message.contains("recursion limit"));
}
