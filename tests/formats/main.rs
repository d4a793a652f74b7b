//! Every format of the graph export: exact bytes once, nothing half written, and other programs read back what was
//! written.
//!
//! The readers are run by the Python of the environment variable `IAMREACH_PYTHON`, or `python3`; a reader whose package
//! is missing counts as skipped. `IAMREACH_FORMATS_OUT` names a folder to keep the files in.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test target")]
#![allow(clippy::print_stdout, reason = "what is skipped is said")]

mod exact;
mod expected;
mod files;
mod graph;
mod neptune;
mod readers;
mod small;

use std::panic::catch_unwind;
use std::path::{Path, PathBuf};

/// What came of a check.
pub(crate) enum Came {
    /// It held.
    Passed,
    /// It could not be made, because of this.
    Skipped(String),
}

type Check = (&'static str, fn(&Path) -> Came);

fn main() {
    let kept = std::env::var_os("IAMREACH_FORMATS_OUT").map(PathBuf::from);
    let out =
        kept.clone().unwrap_or_else(|| std::env::temp_dir().join(format!("iamreach-formats-{}", std::process::id())));
    files::write_all(&out);
    let checks: Vec<Check> = [exact::CHECKS, files::CHECKS, neptune::CHECKS, readers::CHECKS].concat();
    let (mut passed, mut failed, mut skipped) = (0, 0, 0);
    for (name, check) in checks {
        match catch_unwind(|| check(&out)) {
            Ok(Came::Passed) => {
                passed += 1;
                println!("{name}: ok");
            }
            Ok(Came::Skipped(why)) => {
                skipped += 1;
                println!("{name}: skipped, because {why}");
            }
            Err(_) => {
                failed += 1;
                println!("{name}: FAILED");
            }
        }
    }
    if kept.is_none() {
        let _ = std::fs::remove_dir_all(&out);
    }
    println!("{passed} passed, {failed} failed, {skipped} skipped");
    std::process::exit(i32::from(failed > 0));
}
