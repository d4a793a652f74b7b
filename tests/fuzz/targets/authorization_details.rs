//! `iamreach::load::load` on files of any bytes, and what is then asked of what was loaded.
//!
//! An input is a list of files with a zero byte between them. The first byte of each says by its number in `places.txt`,
//! counted from `A`, where the file lies; the rest is the file.

#![no_main]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use iamreach::action::ActionName;
use iamreach::evaluate::{EvaluateOptions, Evaluator, Outcome};
use iamreach::export::{ExplanationOptions, explanations_to_json, explanations_to_text, rows_to_json};
use iamreach::load::{LoadOptions, Loaded, load};
use iamreach::query::{Engine, WhoCan, is_beside_the_resource};
use iamreach::request::Caller;
use libfuzzer_sys::fuzz_target;

/// The most files of an input.
const FILES: usize = 12;

/// The most principals of whom every request is explained.
const EXPLAINED: usize = 2;

fuzz_target!(|data: &[u8]| {
    let folder = folder();
    let _ = fs::remove_dir_all(folder);
    for file in data.split(|byte| *byte == 0).take(FILES) {
        if let Some((place, content)) = file.split_first() {
            write(&folder.join(place_of(*place)), content);
        }
    }
    let loaded = load(&[folder.to_path_buf()], &LoadOptions::default());
    check(&loaded);
});

/// A folder of this process, in memory where the system has such a place.
fn folder() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let memory = Path::new("/dev/shm");
        let above = if memory.is_dir() { memory.to_path_buf() } else { std::env::temp_dir() };
        above.join(format!("iamreach-fuzz-{}", std::process::id()))
    })
}

fn place_of(number: u8) -> &'static str {
    let places: Vec<&str> = include_str!("../places.txt").lines().collect();
    places.get(usize::from(number.wrapping_sub(b'A')) % places.len()).copied().unwrap_or_default()
}

fn write(path: &Path, content: &[u8]) {
    let folder = path.parent().expect("a file lies in a folder");
    fs::create_dir_all(folder).and_then(|()| fs::write(path, content)).expect("the folder can be written to");
}

fn check(loaded: &Loaded) {
    let environment = &loaded.environment;
    for diagnostic in &loaded.diagnostics {
        assert!(!diagnostic.code.is_empty() && !diagnostic.message.is_empty(), "{diagnostic:?}");
    }
    let actions: Vec<ActionName> =
        ["s3:GetObject", "kms:Decrypt", "lambda:InvokeFunction", "secretsmanager:GetSecretValue", "sts:AssumeRole"]
            .into_iter()
            .filter_map(|action| ActionName::parse(action).ok())
            .collect();
    let roles = environment.principals().map(|(_, principal)| principal.arn.as_str().to_owned());
    let mut resources: Vec<String> = environment.resources().map(|resource| resource.arn.as_str().to_owned()).collect();
    resources.truncate(3);
    resources.extend(roles.filter(|arn| arn.contains(":role/")).take(2));
    resources.push("arn:aws:s3:::alder-team-space/ana/notes.txt".to_owned());

    let engine = Engine::new(Evaluator::new(environment, EvaluateOptions::default()));
    let question = WhoCan { actions: actions.clone(), resources: resources.clone(), max_hops: 2 };
    let rows = engine.who_can(&question);
    assert!(rows_to_json(serde_json::Value::Null, &rows, environment).is_object());

    for (id, principal) in environment.principals().take(EXPLAINED) {
        let caller = Caller::of(environment, id);
        for resource in &resources {
            for action in actions.iter().filter(|action| !is_beside_the_resource(action, resource)) {
                let explanations = engine.explain(&caller, action, resource);
                assert!(explanations_to_json(&explanations, environment).is_object());
                let _ = explanations_to_text(&explanations, environment, ExplanationOptions::default());
                // What is allowed without further conditions is in the answer of who can.
                if explanations.first().is_some_and(|first| first.outcome == Outcome::Allowed) {
                    let named = rows.iter().any(|row| {
                        *row.subject.name == *principal.arn.as_str()
                            && *row.resource == **resource
                            && row.outcome == Outcome::Allowed
                    });
                    assert!(named, "{} may {action} {resource}, and is not in the answer", principal.arn);
                }
            }
        }
    }
}
