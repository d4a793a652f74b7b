//! Loads every file of the corpus that is an input: each is read, or its fault is named.

use std::path::Path;

use iamreach::diagnostic::Severity;
use iamreach::load::{LoadOptions, load};

use crate::{Report, files_with};

/// Faults that the inputs really have, by file and code. Anything else that is an error fails the check; so does one of
/// these that is no longer found.
const FAULTS: &[(&str, &str)] = &[
    ("accounts/cloudmapper-demo/iam-get-account-authorization-details.json", "malformed-account-id"),
    ("accounts/cloudmapper-demo/secretsmanager-get-resource-policy/demo-secret.json", "malformed-account-id"),
    ("gaad/cloudmapper-demo.json", "malformed-account-id"),
    (
        "organizations/scp/Service-specific-controls/AWS-IAM/deny-service-specific-credential-by-type.json",
        "invalid-json",
    ),
];

pub(crate) fn check(corpus: &Path, report: &mut Report) {
    let mut counts = (0, 0);
    for (folder, ending) in [("gaad", "json"), ("accounts", "json"), ("organizations", "json"), ("reports", "csv")] {
        for path in files_with(ending, &corpus.join(folder)) {
            let name = path.strip_prefix(corpus).unwrap_or(&path).to_string_lossy().into_owned();
            let loaded = load(std::slice::from_ref(&path), &LoadOptions::default());
            let known = loaded.files.iter().all(|file| file.format.is_some());
            counts = if known { (counts.0 + 1, counts.1) } else { (counts.0, counts.1 + 1) };
            let mut errors: Vec<String> = loaded
                .diagnostics
                .iter()
                .filter(|diagnostic| diagnostic.severity == Severity::Error)
                .map(|diagnostic| diagnostic.code.to_owned())
                .collect();
            errors.dedup();
            let expected: Vec<&str> = FAULTS.iter().filter(|(file, _)| *file == name).map(|(_, code)| *code).collect();
            // What is not taken for an input has to say so.
            let named = known || !loaded.diagnostics.is_empty();
            let outcome = match (errors == expected, named) {
                (true, true) => Ok(()),
                (false, _) => Err(format!("errors {errors:?}, expected {expected:?}")),
                (_, false) => Err("neither read nor named".to_owned()),
            };
            report.note(&name, outcome);
        }
    }
    println!("files: {} of known formats, {} named as something else or as faulty", counts.0, counts.1);
}
