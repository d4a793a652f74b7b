//! A plain search through the whole graph of an organization finds whom `who-can` finds.

use std::collections::BTreeMap;

use iamreach::evaluate::{EvaluateOptions, Evaluator, Outcome};
use iamreach::load::Loaded;
use iamreach::query::{Engine, Resources, SubjectKind, WhoCan, select_actions};

use crate::{Report, walk};

/// How many questions are asked of a graph.
const QUESTIONS: usize = 400;

type Best = BTreeMap<(SubjectKind, String), Outcome>;

/// Asks both, and counts each question.
pub(crate) fn check(name: &str, loaded: &Loaded, report: &mut Report) {
    for difference in differences(loaded, &mut report.passed) {
        report.note(name, Err(difference));
    }
}

/// The questions that a search through the graph answers otherwise than `who-can`.
fn differences(loaded: &Loaded, passed: &mut usize) -> Vec<String> {
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
