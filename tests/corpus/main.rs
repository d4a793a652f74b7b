//! Runs the library over the corpus, real inputs kept beside the repository in `../shared/corpus` (or where
//! `IAMREACH_CORPUS` says).
//!
//! Where the folder is not there, the target says so and counts itself as skipped.
#![expect(clippy::print_stdout, reason = "a test target without harness prints its own report")]

mod documents;
mod federation;
mod loading;
mod suites;
mod who_can;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde_json::Value;

type Checked = Result<(), String>;

/// Everything that is run over the corpus, in order.
const CHECKS: [fn(&Path, &mut Report); 5] =
    [documents::check, federation::check, loading::check, suites::check, who_can::check];

fn main() -> ExitCode {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    let corpus = std::env::var_os("IAMREACH_CORPUS").map_or_else(beside, PathBuf::from);
    if !corpus.is_dir() {
        println!("corpus: skipped, because there is no {}", corpus.display());
        println!("0 passed, 0 failed, 1 skipped");
        return ExitCode::SUCCESS;
    }
    let mut report = Report::default();
    for check in CHECKS {
        check(&corpus, &mut report);
    }
    println!("{} passed, {} failed, {} skipped", report.passed, report.failed, report.skipped);
    if report.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

#[derive(Default)]
struct Report {
    passed: usize,
    failed: usize,
    skipped: usize,
}

impl Report {
    fn note(&mut self, name: &str, checked: Checked) {
        match checked {
            Ok(()) => self.passed += 1,
            Err(why) => {
                self.failed += 1;
                println!("FAILED {name}\n    {why}");
            }
        }
    }

    fn skip(&mut self, count: usize) {
        self.skipped += count;
    }
}

fn read(path: &Path) -> Result<Value, String> {
    let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    serde_json::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))
}

/// Every `.json` file below a folder, sorted.
fn json_files(folder: &Path) -> Vec<PathBuf> {
    files_with("json", folder)
}

fn files_with(ending: &str, folder: &Path) -> Vec<PathBuf> {
    let mut folders = vec![folder.to_owned()];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == ending) {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}
