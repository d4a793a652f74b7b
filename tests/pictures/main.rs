//! The pictures of `output/`: each is exported as DOT text anew and must be what stands there; where Graphviz's `dot` is
//! there, it must draw it on a page on which it can be read.
//!
//! `UPDATE_SNAPSHOTS=1` writes the texts, and the drawings beside them; these depend on the version of Graphviz and are not
//! compared. What is exported from the corpus is skipped where the corpus is not there (`IAMREACH_CORPUS`, or
//! `../shared/corpus`).
#![expect(clippy::print_stdout, reason = "a test target without harness prints its own report")]

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

/// A picture: its name, what is read (of the corpus, or in the package), and how it is exported.
const PICTURES: &[(&str, Input, &[&str])] = &[
    ("graph", Input::Package("data/sample"), &[]),
    ("release-manager", Input::Package("data/sample"), &["--focus", "release-manager", "--only-paths"]),
    (
        "customer-data",
        Input::Package("data/sample"),
        &[
            "--focus",
            "arn:aws:s3:::alder-customer-data/exports/2026/customers.csv",
            "--action",
            "s3:GetObject",
            "--only-paths",
        ],
    ),
    ("cloudsplaining-example", Input::Corpus("gaad/cloudsplaining-example.json"), &[]),
];

enum Input {
    Package(&'static str),
    Corpus(&'static str),
}

/// The widest a picture may be, in points: at 1,600 pixels on an A4 page its letters of 11 points are at least 10 high.
const WIDEST: f64 = 1_600.0 / 10.0 * 11.0;

fn main() -> ExitCode {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let corpus = std::env::var_os("IAMREACH_CORPUS").map_or_else(|| root.join("../shared/corpus"), PathBuf::from);
    let update = std::env::var_os("UPDATE_SNAPSHOTS").is_some();
    let graphviz = Command::new("dot").arg("-V").stderr(Stdio::null()).status().is_ok();
    let (mut passed, mut failed, mut skipped) = (0, 0, 0);
    let mut note = |name: &str, checked: Result<(), String>| match checked {
        Ok(()) => passed += 1,
        Err(why) => {
            failed += 1;
            println!("FAILED {name}\n    {why}");
        }
    };
    for (name, input, how) in PICTURES {
        let input = match input {
            Input::Package(path) => root.join(path),
            Input::Corpus(path) => corpus.join(path),
        };
        if !input.exists() {
            println!("{name}: skipped, because there is no {}", input.display());
            skipped += 1;
            continue;
        }
        let export = |form: &str| export(form, &input, how);
        note(name, export("dot").and_then(|text| compare(&root.join(format!("output/{name}.dot")), &text, update)));
        if !graphviz {
            println!("{name}: not drawn, because there is no Graphviz");
            skipped += 1;
            continue;
        }
        note(&format!("{name}, drawn"), export("svg").and_then(|svg| readable(&svg)));
        if update {
            // A bitmap of the whole graphs only: they are large.
            let forms: &[&str] = if how.is_empty() { &["svg", "png"] } else { &["svg"] };
            for form in forms {
                let file = root.join(format!("output/{name}.{form}"));
                let written =
                    export(form).and_then(|drawn| std::fs::write(file, drawn).map_err(|error| error.to_string()));
                note(&format!("{name}, written as {form}"), written);
            }
        }
    }
    println!("{passed} passed, {failed} failed, {skipped} skipped");
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn export(form: &str, input: &Path, how: &[&str]) -> Result<Vec<u8>, String> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_iamreach"));
    command.args(["export", form]).args(how).arg("--data").arg(input);
    let output = command.output().map_err(|error| error.to_string())?;
    if output.status.code() == Some(0) {
        return Ok(output.stdout);
    }
    Err(format!("{command:?}: {}", String::from_utf8_lossy(&output.stderr)))
}

fn compare(path: &Path, written: &[u8], update: bool) -> Result<(), String> {
    if update {
        std::fs::write(path, written).map_err(|error| error.to_string())?;
    }
    let there = std::fs::read(path).unwrap_or_default();
    if there == written {
        return Ok(());
    }
    Err(format!("{} has drifted; UPDATE_SNAPSHOTS=1 cargo test --test pictures writes it anew", path.display()))
}

/// That a drawing has every letter in reach: not wider than a page can show, and with a tooltip.
fn readable(svg: &[u8]) -> Result<(), String> {
    let text = String::from_utf8_lossy(svg);
    let width = text.split_once("<svg width=\"").and_then(|(_, rest)| rest.split_once("pt\"")?.0.parse::<f64>().ok());
    match width {
        None => Err("no drawing with a width".to_owned()),
        Some(width) if width > WIDEST => Err(format!("{width} points wide: more than {WIDEST}")),
        Some(_) if !text.contains("xlink:title") => Err("no tooltips".to_owned()),
        Some(_) => Ok(()),
    }
}
