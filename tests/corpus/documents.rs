//! Every policy document of the corpus goes through the parser; those it refuses are the ones listed here, with why.

use std::fs;
use std::path::Path;

use iamreach::policy::{self, DocumentKind, PrincipalElement, parse};
use serde_json::Value;

use crate::{Checked, Report, json_files, read};

const CFRIPPER: &str = "resource-policies/cfripper.json";
const LOCALSTACK: &str = "resource-policies/localstack-snapshots.json";
const SAMPLES: &str = "resource-policies/access-analyzer-samples.json";

/// Documents that are rightly refused: file, number of the document in it, and what the refusal must say.
const REFUSED: &[(&str, usize, &str)] = &[
    // E43: there are two versions of the language, and this is neither.
    (CFRIPPER, 35, "unknown policy language version `2018-12-13`"),
    // E22: Principal is `*` or a map, never a list.
    (CFRIPPER, 44, "a principal element must be an object, found a list"),
    (CFRIPPER, 45, "a principal element must be an object, found a list"),
    (CFRIPPER, 46, "a principal element must be an object, found a list"),
    (CFRIPPER, 47, "a principal element must be an object, found a list"),
    // E45: templates whose functions were resolved in part: what is left stands where a string belongs.
    (CFRIPPER, 60, "expected a string, found an object"),
    (CFRIPPER, 61, "expected a string, found an object"),
    (LOCALSTACK, 52, "expected a string, found a list"),
    (LOCALSTACK, 137, "expected a string, found a list"),
    // E46: letter case matters.
    (LOCALSTACK, 268, "Effect must be `Allow` or `Deny`, found `ALLOW`"),
    // Invalid at its source (the corpus's notes say so).
    (
        "organizations/scp/Service-specific-controls/AWS-IAM/deny-service-specific-credential-by-type.json",
        0,
        "not valid JSON",
    ),
    // E48: its twentieth statement has no Resource.
    (
        "organizations/rcp/Limit-access-to-trusted-OIDC-identity-providers/Shared-Issuers.json",
        0,
        "the statement lacks Resource",
    ),
];

/// Files that hold CloudFormation templates, and how many of their documents have a function (`Fn::…`, `Ref`) where a
/// string belongs: they are not policies before CloudFormation has resolved them (E45).
const TEMPLATES: &[(&str, usize)] = &[(CFRIPPER, 10), (LOCALSTACK, 67), (SAMPLES, 2)];

/// A document of the corpus.
struct Document {
    number: usize,
    place: String,
    kind: DocumentKind,
    text: String,
}

pub(crate) fn check(corpus: &Path, report: &mut Report) {
    let (mut refused, mut templates, mut changed) = (Vec::new(), Vec::new(), Vec::new());
    let mut total = (0, 0);
    let mut take = |file: String, documents: Vec<Document>| {
        let (count, mut count_refused) = (documents.len(), 0);
        for document in documents {
            let parsed = parse(&document.text, document.kind);
            if let Ok((read, _)) = &parsed
                && let Err(why) = written_again(read, document.kind)
            {
                changed.push(format!("{file} #{} {}: {why}", document.number, document.place));
            }
            if let Err(refusal) = parsed {
                let at = if refusal.pointer.is_empty() { "/" } else { &refusal.pointer };
                println!("    refused: {file} #{} {}: {refusal} at {at}", document.number, document.place);
                let function = document.text.contains("\"Fn::") || document.text.contains("\"Ref\"");
                if function && refusal.message.ends_with("found an object") {
                    templates.push(file.clone());
                } else {
                    refused.push((file.clone(), document.number, refusal.to_string()));
                }
                count_refused += 1;
            }
        }
        total = (total.0 + count - count_refused, total.1 + count_refused);
        if count_refused > 0 || count > 1 {
            println!("{file}: {} accepted, {count_refused} refused", count - count_refused);
        }
    };
    for path in json_files(&corpus.join("resource-policies")) {
        match read(&path) {
            Ok(value) => take(name(corpus, &path), collected(&value)),
            Err(why) => report.note(&name(corpus, &path), Err(why)),
        }
    }
    for file in ["aws-managed-policies.moto-5.2.5.json", "aws-managed-policies.not-in-moto.iam-dataset.json"] {
        let path = corpus.join("managed-policies").join(file);
        match read(&path) {
            Ok(value) => take(name(corpus, &path), managed(&value)),
            Err(why) => report.note(file, Err(why)),
        }
    }
    for folder in ["scp", "rcp", "data-perimeter"] {
        for path in json_files(&corpus.join("organizations").join(folder)) {
            let text = fs::read_to_string(&path).unwrap_or_default();
            let file = name(corpus, &path);
            let kind = organization_kind(&file);
            take(file, vec![Document { number: 0, place: String::new(), kind, text }]);
        }
    }
    println!("documents: {} accepted, {} refused", total.0, total.1);
    let checked = if changed.is_empty() { Ok(()) } else { Err(changed.join("\n")) };
    report.note("every accepted document, written again, reads as the same", checked);
    report.note("documents were found", if total.0 > 0 { Ok(()) } else { Err("none".to_owned()) });
    for (file, expected) in TEMPLATES {
        let found = templates.iter().filter(|other| other == file).count();
        let checked = if found == *expected { Ok(()) } else { Err(format!("expected {expected}, found {found}")) };
        report.note(&format!("templates among {file}"), checked);
    }
    let listed = |file: &String| TEMPLATES.iter().any(|(listed, _)| listed == file);
    let elsewhere: Vec<&String> = templates.iter().filter(|file| !listed(file)).collect();
    let checked = if elsewhere.is_empty() { Ok(()) } else { Err(format!("{elsewhere:?}")) };
    report.note("templates nowhere else", checked);
    for (file, number, message) in &refused {
        report.note(&format!("refusal of {file} #{number}"), justified(file, *number, message));
    }
    for (file, number, _) in REFUSED {
        let still = refused.iter().any(|(other, other_number, _)| other == file && other_number == number);
        let checked = if still { Ok(()) } else { Err("listed as refused, but accepted".to_owned()) };
        report.note(&format!("listed refusal of {file} #{number}"), checked);
    }
}

/// Whether a document reads as the same once it is written (the order of conditions and of kinds of principals aside).
fn written_again(document: &policy::Document, kind: DocumentKind) -> Checked {
    let (again, _) = parse(&document.to_json().to_string(), kind).map_err(|refusal| refusal.to_string())?;
    if in_one_order(again) == in_one_order(document.clone()) { Ok(()) } else { Err("reads otherwise".to_owned()) }
}

fn in_one_order(mut document: policy::Document) -> policy::Document {
    for statement in &mut document.statements {
        statement.conditions.sort_by_key(|condition| (condition.written.clone(), condition.key.clone()));
        if let Some(PrincipalElement::Principal(values) | PrincipalElement::NotPrincipal(values)) =
            &mut statement.principal
        {
            values.sort();
        }
    }
    document
}

fn justified(file: &str, number: usize, message: &str) -> Checked {
    match REFUSED.iter().find(|(listed, listed_number, _)| *listed == file && *listed_number == number) {
        Some((.., expected)) if message.contains(expected) => Ok(()),
        Some((.., expected)) => Err(format!("refused for `{message}` instead of `{expected}`")),
        None => Err(format!("not among the justified refusals: {message}")),
    }
}

fn name(corpus: &Path, path: &Path) -> String {
    path.strip_prefix(corpus).unwrap_or(path).display().to_string()
}

/// `{policies: [{kind, document, …}]}`.
fn collected(value: &Value) -> Vec<Document> {
    let list = value["policies"].as_array().into_iter().flatten().enumerate();
    list.map(|(number, entry)| Document {
        number,
        place: entry["path"].as_str().unwrap_or_default().to_owned(),
        kind: match entry["kind"].as_str().unwrap_or_default() {
            "identity" => DocumentKind::Identity,
            "trust" => DocumentKind::Trust,
            _ => DocumentKind::Resource,
        },
        text: entry["document"].to_string(),
    })
    .collect()
}

/// `{name: {Document, …}}`.
fn managed(value: &Value) -> Vec<Document> {
    let list = value.as_object().into_iter().flatten().enumerate();
    list.map(|(number, (name, entry))| Document {
        number,
        place: name.clone(),
        kind: DocumentKind::Identity,
        text: entry["Document"].to_string(),
    })
    .collect()
}

fn organization_kind(file: &str) -> DocumentKind {
    match file {
        // Two of the data perimeter's policies are for resources, though they stand among the RCPs.
        _ if file.ends_with("_policy.json") && file.contains("resource_control_policies") => DocumentKind::Resource,
        _ if file.contains("/rcp/") || file.contains("resource_control_policies") => DocumentKind::ResourceControl,
        _ if file.contains("vpc_endpoint_policies") => DocumentKind::VpcEndpoint,
        _ => DocumentKind::ServiceControl,
    }
}
