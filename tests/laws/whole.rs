//! A plain search through the whole graph finds whom who-can finds, in every view.

use std::cell::Cell;
use std::collections::BTreeMap;

use iamreach::evaluate::Outcome;
use iamreach::query::{Resources, SubjectKind, WhoCan};
use proptest::prelude::*;

use crate::over;
use crate::sketch::{Sketch, sketch};
use crate::walk::who_reaches;
use crate::world::{World, reading};

#[test]
fn a_search_through_the_whole_graph_finds_whom_who_can_finds() {
    let found = Cell::new([0_usize; 3]);
    over(12, &sketch(), |drawn: Sketch| {
        let world = World::of(&drawn.organization());
        let engine = world.engine();
        let resources = Resources { more: [world.treasure.clone()].into(), without_patterns: true };
        let graph = engine.reach_graph(&resources, |_, _| ());
        let question = WhoCan { actions: vec![reading()], resources: vec![world.treasure.clone()], max_hops: 20 };
        let mut expected: BTreeMap<(SubjectKind, String), Outcome> = BTreeMap::new();
        for row in engine.who_can(&question) {
            let best = expected.entry((row.subject.kind, row.subject.name.to_string())).or_insert(row.outcome);
            *best = row.outcome.min(*best);
        }
        // Where ways were left aside, one of the two may lack somebody.
        prop_assume!(!engine.left_ways_aside());
        let searched = who_reaches(&world.loaded.environment, &graph, reading().as_str(), &world.treasure);
        prop_assert_eq!(&searched, &expected);
        let mut counts = found.get();
        for outcome in expected.values() {
            counts[*outcome as usize % 3] += 1;
        }
        found.set(counts);
        Ok(())
    });
    let counts = found.get();
    assert!(counts.iter().sum::<usize>() > 0, "{counts:?}");
}
