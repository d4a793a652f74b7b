//! Prepares what graph databases are tested with, and tests the organizations that are generated for it.
//!
//! Without `IAMREACH_ENGINES_OUT`, small organizations are generated and loaded, and a search
//! through the whole graph has to find whom `who-can` finds. With it, a folder for each graph is
//! prepared there: its exports by the built program, and `questions.json` with the answers of `who-can`.
//! `IAMREACH_ENGINES_GRAPHS` names some of the graphs, with commas, and `IAMREACH_ENGINES_SIZE` is how large the generated
//! one is: `small`, `medium`, `large` or `ACCOUNTSxPRINCIPALSxRESOURCES`, each with `@SEED` behind it or not. With
//! `IAMREACH_ORGANIZATION`, such a size too, that organization is written there and nothing else. All of these are faster with `--release`:
//!
//! ```text
//! IAMREACH_ENGINES_OUT=engines cargo test --release --test engines
//! IAMREACH_ENGINES_OUT=large IAMREACH_ORGANIZATION=large cargo test --release --test engines
//! ```
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test target")]
#![expect(clippy::print_stdout, reason = "a test target without harness prints its own report")]

mod generated;
#[allow(dead_code, unused_imports, reason = "the organizations here are generated, not planted")]
#[path = "../support/organization/mod.rs"]
mod organization;
mod prepare;
mod questions;
#[path = "../support/walk.rs"]
mod walk;
mod whole;

use std::env;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use organization::Folder;
use organization::generated::{Size, generate};

type Checked = Result<(), String>;

fn main() -> ExitCode {
    let out = env::var_os("IAMREACH_ENGINES_OUT").map(PathBuf::from);
    let mut report = Report::default();
    match (out, env::var("IAMREACH_ORGANIZATION")) {
        (None, Err(_)) => generated::check(&mut report),
        (None, Ok(_)) => report.note("organization", Err("IAMREACH_ENGINES_OUT is not set".to_owned())),
        (Some(out), Err(_)) => prepare::prepare(&out, &mut report),
        (Some(out), Ok(size)) => {
            let started = Instant::now();
            let size = Size::parse(&size).ok_or_else(|| format!("`{size}` is no size"));
            report.note("organization", size.map(|size| generate(size, &Folder::at(&out))));
            println!("written in {:.1} s", started.elapsed().as_secs_f64());
        }
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
}
