//! Organizations for the engines' tests, and what can be checked of them without any engine.
//!
//! With `IAMREACH_ENGINES_OUT` it writes the organizations below that folder, for `tests/engines/run`: `generated`
//! (10 x 300 principals, or the size that `IAMREACH_ORGANIZATION` says: `small`, `medium`, `large` or
//! `ACCOUNTSxPRINCIPALSxRESOURCES`, each with `@SEED` behind it or not) and `nasty`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test target")]
#![expect(clippy::print_stdout, reason = "a test target without harness prints its own report")]

mod generated;
#[allow(dead_code, unused_imports, reason = "the organizations here are generated, not planted")]
#[path = "../support/organization/mod.rs"]
mod organization;
#[path = "../support/walk.rs"]
mod walk;
mod whole;

use std::env;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use organization::Folder;
use organization::generated::nasty::generate_nasty;
use organization::generated::{Size, generate};

type Checked = Result<(), String>;

fn main() -> ExitCode {
    let mut report = Report::default();
    match env::var_os("IAMREACH_ENGINES_OUT").map(PathBuf::from) {
        None => generated::check(&mut report),
        Some(out) => {
            report.note("generated", write_generated(&out.join("generated")));
            generate_nasty(&Folder::at(&out.join("nasty")));
            report.note("nasty", Ok(()));
        }
    }
    println!("{} passed, {} failed, 0 skipped", report.passed, report.failed);
    if report.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Writes an organization of the size that is asked for.
fn write_generated(folder: &Path) -> Checked {
    let size = env::var("IAMREACH_ORGANIZATION").unwrap_or_else(|_| "medium".to_owned());
    let size = Size::parse(&size).ok_or_else(|| format!("`{size}` is no size: expected one such as 10x300x30"))?;
    generate(size, &Folder::at(folder));
    Ok(())
}

#[derive(Default)]
struct Report {
    passed: usize,
    failed: usize,
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
}
