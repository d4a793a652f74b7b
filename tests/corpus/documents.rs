//! Every policy document of the corpus goes through the parser; those it refuses are the ones listed here, with why.

use std::fs;
use std::path::Path;

use iamreach::policy::{DocumentKind, parse};
use serde_json::Value;

use crate::{Checked, Report, json_files, read};

/// Documents that are rightly refused: file, number of the document in it, and what the refusal must say.
const REFUSED: &[(&str, usize, &str)] = &[];

/// A document of the corpus.
struct Document {
    number: usize,
    place: String,
    kind: DocumentKind,
    text: String,
}

pub(crate) fn check(corpus: &Path, report: &mut Report) {
    let mut refused = Vec::new();
    let mut total = (0, 0);
    let mut take = |file: String, documents: Vec<Document>| {
        let before = refused.len();
        let count = documents.len();
        for document in documents {
            if let Err(refusal) = parse(&document.text, document.kind) {
                let at = if refusal.pointer.is_empty() { "/" } else { &refusal.pointer };
                println!("    refused: {file} #{} {}: {refusal} at {at}", document.number, document.place);
                refused.push((file.clone(), document.number, refusal.to_string()));
            }
        }
        let refused = refused.len() - before;
        total = (total.0 + count - refused, total.1 + refused);
        if refused > 0 || count > 1 {
            println!("{file}: {} accepted, {refused} refused", count - refused);
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
    report.note("documents were found", if total.0 > 0 { Ok(()) } else { Err("none".to_owned()) });
    for (file, number, message) in &refused {
        report.note(&format!("refusal of {file} #{number}"), justified(file, *number, message));
    }
    for (file, number, _) in REFUSED {
        let still = refused.iter().any(|(other, other_number, _)| other == file && other_number == number);
        let checked = if still { Ok(()) } else { Err("listed as refused, but accepted".to_owned()) };
        report.note(&format!("listed refusal of {file} #{number}"), checked);
    }
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
