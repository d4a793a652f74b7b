//! The check that needs no engine: a plain search through the whole graph finds whom `who-can` finds, outcome by outcome.

use std::collections::BTreeMap;

use iamreach::evaluate::{EvaluateOptions, Evaluator, Outcome};
use iamreach::query::{Engine, Resources, SubjectKind, WhoCan, select_actions};

use crate::organization::Folder;
use crate::organization::generated::nasty::generate_nasty;
use crate::organization::generated::{Size, generate};
use crate::{Report, walk};

/// How many questions are asked of a graph.
const QUESTIONS: usize = 400;

type Best = BTreeMap<(SubjectKind, String), Outcome>;

pub(crate) fn check(report: &mut Report) {
    let small = Folder::new();
    generate(Size::SMALL, &small);
    search(&small, report);
    let nasty = Folder::new();
    generate_nasty(&nasty);
    search(&nasty, report);
}

fn search(folder: &Folder, report: &mut Report) {
    let loaded = folder.load();
    let engine = Engine::new(Evaluator::new(&loaded.environment, EvaluateOptions::default()));
    let graph = engine.reach_graph(&Resources::default(), |_, _| ());
    let mut questions = Vec::new();
    for resource in &graph.resources {
        let service = resource.split(':').nth(2).filter(|service| !service.contains('*')).unwrap_or("s3");
        let actions = select_actions(&format!("{service}:*"), resource).unwrap_or_default();
        questions.extend(actions.into_iter().map(|action| (action, resource.to_string())));
    }
    let step = questions.len().div_ceil(QUESTIONS).max(1);
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
        let only = |one: &Best, other: &Best| -> Vec<String> {
            one.iter().filter(|(who, best)| other.get(who) != Some(best)).map(|each| format!("{each:?}")).collect()
        };
        let (here, there) = (only(&found, &expected), only(&expected, &found));
        let same = here.is_empty() && there.is_empty();
        let told = || format!("only the graph {here:?}, only who-can {there:?}");
        report.note(&format!("{action} {resource}"), if same { Ok(()) } else { Err(told()) });
    }
    let enough = if answers > 200 { Ok(()) } else { Err(format!("{answers} answers are too few")) };
    report.note("questions with answers", enough);
    let all = if engine.left_ways_aside() { Err("ways were left aside".to_owned()) } else { Ok(()) };
    report.note("nobody is missing because ways were left aside", all);
}
