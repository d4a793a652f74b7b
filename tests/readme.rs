//! The console examples of README.md and the files of `output/`: each command is run, and what it prints must be what
//! stands there. `UPDATE_SNAPSHOTS=1` writes both anew.
#![allow(clippy::unwrap_used, clippy::panic, reason = "what is missing here is a failed test")]

use std::path::{Path, PathBuf};
use std::process::Command;

/// The README's first command, to be kept as it is.
const FIRST: &str = "cargo run --release -- who-can s3:GetObject \
                     arn:aws:s3:::alder-customer-data/exports/2026/customers.csv --data data/sample";
/// Fewer examples than this mean that the search for them is broken.
const AT_LEAST: usize = 12;

const OBJECT: &str = "arn:aws:s3:::alder-customer-data/exports/2026/customers.csv";

/// Each file of `output/` that a command writes, and the command.
const OUTPUT: &[(&str, &str)] = &[
    ("who-can.txt", "who-can s3:GetObject {object}"),
    ("who-can.csv", "who-can s3:GetObject {object} --format csv"),
    ("who-can.json", "who-can s3:GetObject {object} --account alder-security --format json"),
    ("who-can.dot", "who-can s3:GetObject {object} --format dot"),
    ("path.txt", "path jonas.weber --can s3:GetObject {object}"),
    ("path.dot", "path jonas.weber --can s3:GetObject {object} --format dot"),
    ("explain-allowed.txt", "explain dana.kowal sts:AssumeRole alder-production:role/breakglass"),
    ("explain-denied.txt", "explain priya.nair s3:GetObject {object}"),
    ("what-can.txt", "what-can tomas.vega"),
    ("roles.dot", "export dot --only assume"),
    ("audit-files.csv", "who-can s3:GetObject arn:aws:s3:::alder-finance-ledger/audit/atlas/q3.pdf --format csv"),
    ("audit-files.dot", "who-can s3:GetObject arn:aws:s3:::alder-finance-ledger/audit/atlas/q3.pdf --format dot"),
    ("audit-files.txt", "who-can s3:GetObject arn:aws:s3:::alder-finance-ledger/audit/atlas/q3.pdf --why"),
    ("outsiders.txt", "what-can --from-external"),
    ("simulate-answer.json", "simulate output/simulate-request.json"),
];

/// The files that a command writes into a folder of `output/`, and the command without the place.
const FOLDER: (&str, &[&str], &str) = ("trusts", &["nodes.csv", "edges.csv"], "export csv --only assume");

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn update() -> bool {
    std::env::var_os("UPDATE_SNAPSHOTS").is_some()
}

/// What the program prints on stdout, run in the package's folder on the sample.
fn run<'a>(arguments: impl IntoIterator<Item = &'a str>) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_iamreach"));
    command.args(arguments).current_dir(root());
    command.env("COLUMNS", "120").env("NO_COLOR", "1").env("IAMREACH_DATA", "data/sample");
    let output = command.output().unwrap();
    let code = output.status.code().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(matches!(code, 0 | 1 | 3), "{command:?} ended with {code}: {stderr}");
    String::from_utf8(output.stdout).unwrap()
}

/// The arguments of a command line: words, or text in single quotes.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quoted = false;
    for c in line.chars() {
        match c {
            '\'' => {
                quoted = !quoted;
                word.get_or_insert_default();
            }
            ' ' if !quoted => words.extend(word.take()),
            c => word.get_or_insert_default().push(c),
        }
    }
    assert!(!quoted, "an open quote in `{line}`");
    words.extend(word);
    words
}

/// The program's arguments in a console line without its `$ `.
fn arguments(line: &str) -> Vec<String> {
    let line = line.strip_prefix("cargo run --release -- ").or_else(|| line.strip_prefix("iamreach "));
    words(line.unwrap_or_else(|| panic!("an example that runs something else: `{line:?}`")))
}

/// The README with the real output under every command of its console blocks, and the commands.
fn rewritten(readme: &str) -> (String, Vec<String>) {
    let (mut written, mut commands) = (String::new(), Vec::new());
    let mut in_console = false;
    for line in readme.lines() {
        if line.starts_with("```") {
            in_console = line == "```console";
        } else if in_console {
            let Some(command) = line.strip_prefix("$ ") else { continue };
            let separator = if written.ends_with("```console\n") { "" } else { "\n" };
            written.push_str(&format!("{separator}{line}\n"));
            written.push_str(&run(arguments(command).iter().map(String::as_str)));
            commands.push(command.to_owned());
            continue;
        }
        written.push_str(line);
        written.push('\n');
    }
    (written, commands)
}

fn compare(path: &Path, written: &str) {
    if update() {
        std::fs::write(path, written).unwrap();
    }
    let there = std::fs::read_to_string(path).unwrap_or_default();
    let difference = there.lines().zip(written.lines()).position(|(there, now)| there != now);
    let place = difference.map_or_else(|| "at its end".to_owned(), |at| format!("from line {}", at + 1));
    assert!(there == written, "{} has drifted {place}; UPDATE_SNAPSHOTS=1 writes it anew", path.display());
}

#[test]
fn readme_examples_print_what_stands_there() {
    let path = root().join("README.md");
    let readme = std::fs::read_to_string(&path).unwrap();
    let (written, commands) = rewritten(&readme);
    assert_eq!(commands.first().map(String::as_str), Some(FIRST));
    assert!(commands.len() >= AT_LEAST, "{} examples", commands.len());
    let named = |name: &str| commands.iter().any(|command| arguments(command).first().is_some_and(|of| of == name));
    for name in ["who-can", "what-can", "path", "explain", "list", "export", "simulate", "summary"] {
        assert!(named(name), "no example of `{name}`");
    }
    compare(&path, &written);
}

#[test]
fn the_folder_of_output_is_what_its_command_writes() {
    let (folder, files, command) = FOLDER;
    let aside = std::env::temp_dir().join(format!("iamreach-readme-{}", std::process::id()));
    let place = aside.to_str().unwrap().to_owned();
    let arguments: Vec<String> = words(command).into_iter().chain(["-o".to_owned(), place]).collect();
    assert_eq!(run(arguments.iter().map(String::as_str)), "");
    for file in files {
        let written = std::fs::read_to_string(aside.join(file)).unwrap();
        compare(&root().join("output").join(folder).join(file), &written);
    }
    std::fs::remove_dir_all(&aside).unwrap();
}

/// The first cells of the tables of a part of the README, which begins under a heading.
fn first_cells(heading: &str) -> Vec<String> {
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    let section = readme.split("\n#").find(|section| section.trim_start_matches('#').trim_start().starts_with(heading));
    let lines = section.unwrap_or_else(|| panic!("no heading `{heading}`")).lines();
    lines.filter_map(|line| Some(line.strip_prefix("| `")?.split('`').next()?.to_owned())).collect()
}

#[test]
fn readme_names_the_properties_of_graphs() {
    use iamreach::export::property_graph::{EDGE_COLUMNS, NODE_COLUMNS};
    let names = |columns: &[iamreach::export::property_graph::Column]| -> Vec<String> {
        columns.iter().map(|column| column.name.to_owned()).collect()
    };
    assert_eq!(first_cells("Properties of nodes"), names(&NODE_COLUMNS));
    assert_eq!(first_cells("Properties of relationships"), names(&EDGE_COLUMNS));
    let forms: Vec<String> = iamreach::export::formats::FORMATS.iter().map(|format| format.name.to_owned()).collect();
    let mut named = first_cells("Forms of graphs");
    named.sort();
    assert_eq!(named, forms);
}

#[test]
fn readme_names_the_csv_columns() {
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    let section = readme.split("\n## ").find(|section| section.starts_with("CSV")).unwrap();
    let named: Vec<&str> = section.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next()).collect();
    assert_eq!(named, iamreach::export::csv::COLUMNS);
}

#[test]
fn readme_names_the_assumptions() {
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    let section = readme.split("\n##").find(|section| section.starts_with("# Assumptions")).unwrap();
    let named: Vec<&str> = section.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next()).collect();
    let source = std::fs::read_to_string(root().join("src/evaluate/assumption.rs")).unwrap();
    let codes = source.lines().filter_map(|line| line.trim().split_once("=> \"")?.1.strip_suffix("\","));
    assert_eq!(named, codes.collect::<Vec<_>>());
}

#[test]
fn output_files_are_what_the_commands_write() {
    for (file, command) in OUTPUT {
        let line = command.replace("{object}", OBJECT);
        compare(&root().join("output").join(file), &run(words(&line).iter().map(String::as_str)));
    }
}
