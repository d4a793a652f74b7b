//! Whether every rule of evaluation is accounted for: cited where it is implemented and shown by a test named after it, or
//! listed in the crate docs as not modelled.
//!
//! Prints one line for each rule. Where the specification lies beside the repository, the list of ids is compared with it.
#![expect(clippy::print_stdout, reason = "a test target without harness prints its own report")]

mod evidence;
mod judge;
mod planted;
mod rules;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use evidence::Evidence;
use judge::{Judgement, State};
use rules::{Class, Rule};

fn main() -> ExitCode {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |path: &Path| fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()));
    let (mut passed, mut failed, mut skipped) = (0, 0, 0);
    let mut complain = |complaint: &str| {
        println!("FAILED {complaint}");
        failed += 1;
    };

    match read(&root.join("tests/coverage/rules.txt")).and_then(|list| rules::listed(&list)) {
        Err(why) => complain(&why),
        Ok(listed) => {
            let mut evidence = Evidence::default();
            for path in ["src", "tests"].into_iter().flat_map(|folder| sources(&root.join(folder))) {
                let name = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().replace('\\', "/");
                match read(&path) {
                    Ok(text) => evidence.read(&name, &text, &listed),
                    Err(why) => complain(&why),
                }
            }
            let table = read(&root.join("src/lib.rs")).and_then(|docs| rules::not_modelled(&docs));
            let judgement = judge::judge(
                &listed,
                &evidence,
                &table.unwrap_or_else(|why| {
                    complain(&why);
                    Vec::new()
                }),
            );
            print(&listed, &evidence, &judgement);
            judgement.complaints.iter().for_each(|complaint| complain(complaint));
            passed += judgement.passed;
            match read(&root.join("../shared/spec/evaluation.md")) {
                Err(_) => {
                    println!("the specification is not beside the repository: its ids are not compared");
                    skipped += 1;
                }
                Ok(specification) => match rules::differences(&listed, &specification) {
                    differences if differences.is_empty() => passed += 1,
                    differences => differences.iter().for_each(|difference| complain(difference)),
                },
            }
        }
    }
    for (what, outcome) in planted::check() {
        match outcome {
            Ok(()) => passed += 1,
            Err(why) => complain(&format!("planted: {what}: {why}")),
        }
    }
    println!("{passed} passed, {failed} failed, {skipped} skipped");
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// One line for each rule, and the figures.
fn print(listed: &[Rule], evidence: &Evidence, judgement: &Judgement) {
    for (rule, state) in listed.iter().zip(&judgement.states) {
        let tests = evidence.tests.get(&rule.id).map_or(0, Vec::len);
        let files = evidence.cited.get(&rule.id).map(|files| files.iter().map(String::as_str).collect::<Vec<_>>());
        let place = match files.as_deref() {
            None | Some([]) => String::new(),
            Some([file]) => format!("  {file}"),
            Some([file, rest @ ..]) => format!("  {file} and {} more", rest.len()),
        };
        let state = match state {
            State::Shown if tests == 1 => format!("1 test{place}"),
            State::Shown => format!("{tests} tests{place}"),
            State::NotModelled => "not modelled".to_owned(),
            State::Informational => "nothing to compute".to_owned(),
            State::Wrong => "WRONG".to_owned(),
        };
        println!("{:<6}{:<15}{:<62}{state}", rule.id, rule.class.as_str(), rule.title);
    }
    let of = |class: Class| listed.iter().filter(|rule| rule.class == class).count();
    let in_state = |wanted: State| judgement.states.iter().filter(|state| **state == wanted).count();
    println!(
        "{} rules: {} decision, {} input, {} informational; {} shown, {} not modelled, {} wrong",
        listed.len(),
        of(Class::Decision),
        of(Class::Input),
        of(Class::Informational),
        in_state(State::Shown),
        in_state(State::NotModelled),
        in_state(State::Wrong),
    );
}

/// Every Rust file below a folder, sorted.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut folders = vec![folder.to_owned()];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}
