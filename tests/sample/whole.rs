//! The whole graph holds the answers: a plain search through it finds whom `who-can` finds.

use std::collections::BTreeMap;

use iamreach::evaluate::Outcome;
use iamreach::query::{Resources, SubjectKind, WhoCan, is_beside_the_resource, select_actions};

use crate::walk::who_reaches;
use crate::{SAMPLE, engine};

/// Every so many of a resource's actions are asked about.
const EVERY: usize = 2;

#[test]
fn a_search_through_the_whole_graph_finds_whom_who_can_finds() {
    let engine = engine();
    let environment = &SAMPLE.environment;
    let graph = engine.reach_graph(&Resources::default(), |_, _| ());
    let mut asked = 0;
    for (number, resource) in graph.resources.iter().enumerate() {
        let service = resource.split(':').nth(2).filter(|service| !service.contains('*')).unwrap_or("s3");
        let Ok(actions) = select_actions(&format!("{service}:*"), resource) else { continue };
        let fitting = actions.into_iter().filter(|action| !is_beside_the_resource(action, resource));
        for action in fitting.skip(number % EVERY).step_by(EVERY) {
            let name = action.to_string();
            let found = who_reaches(environment, &graph, &name, resource);
            let question =
                WhoCan { actions: vec![action.clone()], resources: vec![resource.to_string()], max_hops: 20 };
            let mut expected: BTreeMap<(SubjectKind, String), Outcome> = BTreeMap::new();
            for row in engine.who_can(&question) {
                let best = expected.entry((row.subject.kind, row.subject.name.to_string())).or_insert(row.outcome);
                *best = row.outcome.min(*best);
            }
            assert_eq!(found, expected, "{name} on {resource}");
            asked += 1;
        }
    }
    assert!(asked > 1000, "{asked} questions");
}
