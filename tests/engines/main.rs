//! Organizations for the engines' tests, and the same check without any engine: a plain search through the whole graph of a
//! generated organization finds whom `who-can` finds.
//!
//! With `IAMREACH_ENGINES_OUT` it writes the organizations below that folder, for `tests/engines/run`: `generated`
//! (10 x 300 principals, or the size that `IAMREACH_ORGANIZATION` says, such as `100x300x30`) and `nasty`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test target")]
#![expect(clippy::print_stdout, reason = "a test target without harness prints its own report")]

#[allow(dead_code, unused_imports, reason = "the organizations here are generated, not planted")]
#[path = "../support/organization/mod.rs"]
mod organization;
#[path = "../support/walk.rs"]
mod walk;

use std::collections::BTreeMap;
use std::path::PathBuf;

use iamreach::evaluate::{EvaluateOptions, Evaluator, Outcome};
use iamreach::query::{Engine, Resources, SubjectKind, WhoCan, select_actions};
use organization::Folder;
use organization::generated::nasty::generate_nasty;
use organization::generated::{Size, generate};

/// How many questions are asked of a graph.
const QUESTIONS: usize = 400;

type Best = BTreeMap<(SubjectKind, String), Outcome>;

fn main() {
    if let Some(out) = std::env::var_os("IAMREACH_ENGINES_OUT").map(PathBuf::from) {
        let size = std::env::var("IAMREACH_ORGANIZATION").ok();
        let size = size.map_or(Size::MEDIUM, |text| Size::parse(&text).expect("a size, such as 10x300x30"));
        generate(size, &Folder::at(&out.join("generated")));
        generate_nasty(&Folder::at(&out.join("nasty")));
        println!("2 passed, 0 failed, 0 skipped");
        return;
    }
    let folders = [Folder::new(), Folder::new()];
    generate(Size::SMALL, &folders[0]);
    generate_nasty(&folders[1]);
    let (mut passed, mut failed) = (0, 0);
    for folder in &folders {
        for difference in differences(folder, &mut passed) {
            println!("{difference}");
            failed += 1;
        }
    }
    println!("{passed} passed, {failed} failed, 0 skipped");
    std::process::exit(i32::from(failed > 0));
}

/// The questions that a search through the graph answers otherwise than `who-can`.
fn differences(folder: &Folder, passed: &mut usize) -> Vec<String> {
    let loaded = folder.load();
    assert!(loaded.diagnostics.is_empty(), "{:?}", loaded.diagnostics);
    let engine = Engine::new(Evaluator::new(&loaded.environment, EvaluateOptions::default()));
    let graph = engine.reach_graph(&Resources::default(), |_, _| ());
    let mut questions = Vec::new();
    for resource in &graph.resources {
        let service = resource.split(':').nth(2).filter(|service| !service.contains('*')).unwrap_or("s3");
        let actions = select_actions(&format!("{service}:*"), resource).unwrap_or_default();
        questions.extend(actions.into_iter().map(|action| (action, resource.to_string())));
    }
    let step = questions.len().div_ceil(QUESTIONS).max(1);
    let mut differences = Vec::new();
    let mut answers = 0;
    for (action, resource) in questions.into_iter().step_by(step) {
        let found = walk::who_reaches(&loaded.environment, &graph, &action.to_string(), &resource);
        let question = WhoCan { actions: vec![action.clone()], resources: vec![resource.clone()], max_hops: 30 };
        let mut expected = Best::new();
        for row in engine.who_can(&question) {
            let best = expected.entry((row.subject.kind, row.subject.name.to_string())).or_insert(row.outcome);
            *best = row.outcome.min(*best);
        }
        answers += expected.len();
        if found == expected {
            *passed += 1;
        } else {
            let only = |one: &Best, other: &Best| -> Vec<String> {
                one.iter().filter(|(who, best)| other.get(who) != Some(best)).map(|each| format!("{each:?}")).collect()
            };
            differences.push(format!(
                "{action} {resource}: only the graph {:?}, only who-can {:?}",
                only(&found, &expected),
                only(&expected, &found)
            ));
        }
    }
    assert!(answers > 200, "{answers} answers");
    assert!(!engine.left_ways_aside(), "nobody is missing because ways were left aside");
    differences
}
