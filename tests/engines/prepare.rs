//! One folder a graph: its input where it is generated, its exports, and questions with their answers.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use crate::organization::Folder;
use crate::organization::generated::nasty::generate_nasty;
use crate::organization::generated::{Size, generate};
use crate::{Checked, Report, questions};

/// The forms that engines read; each becomes a folder of its name.
const FORMATS: [&str; 4] = ["neo4j", "cypher", "ladybug", "parquet"];

const GRAPHS: [&str; 3] = ["sample", "generated", "nasty"];

/// How large the generated organization is, unless `IAMREACH_ENGINES_SIZE` says otherwise: 10 accounts of 300 principals.
const SIZE: &str = "medium";

/// Prepares the graphs that `IAMREACH_ENGINES_GRAPHS` names, or all, in the forms that `IAMREACH_ENGINES_FORMATS` names, or
/// all.
pub(crate) fn prepare(out: &Path, report: &mut Report) {
    let wanted = named("IAMREACH_ENGINES_GRAPHS", &GRAPHS, report);
    let formats = named("IAMREACH_ENGINES_FORMATS", &FORMATS, report);
    let size = env::var("IAMREACH_ENGINES_SIZE").unwrap_or_else(|_| SIZE.to_owned());
    let Some(size) = Size::parse(&size) else { return report.note(&size, Err("no such size".to_owned())) };
    for graph in GRAPHS {
        if !wanted.contains(&graph) {
            report.skipped += 1;
            continue;
        }
        let folder = out.join(graph);
        let data = input(graph, size, &folder);
        for format in &formats {
            let started = Instant::now();
            report.note(&format!("{graph}: export {format}"), export(format, &data, &folder.join(format)));
            println!("{graph}: {format} in {:.1} s", started.elapsed().as_secs_f64());
        }
        let started = Instant::now();
        report.note(&format!("{graph}: questions"), questions::write(&data, &folder));
        println!("{graph}: questions in {:.1} s", started.elapsed().as_secs_f64());
    }
}

/// Those of all that a variable names, with commas; all where it is not set.
fn named(variable: &str, all: &[&'static str], report: &mut Report) -> Vec<&'static str> {
    let Ok(names) = env::var(variable) else { return all.to_vec() };
    for unknown in names.split(',').filter(|name| !all.contains(name)) {
        report.note(unknown, Err(format!("{variable}: expected some of {}", all.join(", "))));
    }
    all.iter().copied().filter(|one| names.split(',').any(|name| name == *one)).collect()
}

/// What is read of a graph.
fn input(graph: &str, size: Size, folder: &Path) -> PathBuf {
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/sample");
    let data = folder.join("data");
    let generated = || {
        // What an earlier run left there would be read too.
        let _ = fs::remove_dir_all(&data);
        Folder::at(&data)
    };
    match graph {
        "generated" => generate(size, &generated()),
        "nasty" => generate_nasty(&generated()),
        _ => return sample,
    }
    data
}

fn export(format: &str, data: &Path, to: &Path) -> Checked {
    let _ = fs::remove_dir_all(to);
    fs::create_dir_all(to.parent().unwrap()).unwrap();
    let mut command = iamreach();
    command.args(["export", format, "--data"]).arg(data).arg("-o").arg(to);
    run(command, &[0])
}

/// The built program.
pub(crate) fn iamreach() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_iamreach"));
    command.env_remove("IAMREACH_DATA");
    command
}

/// Runs it; any other exit code than these is a failure.
pub(crate) fn run(mut command: Command, expected: &[i32]) -> Checked {
    let output = command.output().map_err(|error| error.to_string())?;
    if output.status.code().is_some_and(|code| expected.contains(&code)) {
        return Ok(());
    }
    let told = String::from_utf8_lossy(&output.stderr);
    Err(format!("{}: {}", output.status, told.lines().take(5).collect::<Vec<_>>().join("\n    ")))
}
