//! What an answer says allows a way, does: without those statements there is no such way.

use std::cell::Cell;
use std::collections::BTreeSet;

use iamreach::evaluate::StatementRef;
use iamreach::query::{AccessRow, Requirement, SubjectKind};
use proptest::prelude::*;

use crate::sketch::{Sketch, sketch};
use crate::world::{Way, World, way};
use crate::{cases, over};

/// A subject's way.
type Known = (SubjectKind, String, Way);

fn known(row: &AccessRow) -> Known {
    (row.subject.kind, row.subject.name.to_string(), way(row))
}

/// The ways of everyone.
fn ways(world: &World) -> BTreeSet<Known> {
    let engine = world.engine();
    let mut ways = BTreeSet::new();
    for row in world.who_can(&engine) {
        ways.insert(known(&row));
        if &*row.subject.name != "*" {
            let caller = world.caller(&row.subject.name);
            ways.extend(world.paths(&engine, &caller, Some(40)).iter().map(known));
        }
    }
    ways
}

/// One step of a row: the Sids of what allows it.
fn steps(world: &World, row: &AccessRow) -> Vec<BTreeSet<String>> {
    let sids = |statements: &[StatementRef]| statements.iter().filter_map(|one| world.sid(*one)).collect();
    let hops = row.path.iter().map(|hop| sids(&hop.statements));
    hops.chain([sids(&row.statements)]).collect()
}

#[test]
fn without_what_allows_a_step_the_way_is_gone() {
    let tried = Cell::new(0);
    let strategy = (sketch(), any::<prop::sample::Index>(), any::<prop::sample::Index>());
    over(2, &strategy, |(drawn, which, step): (Sketch, _, _)| {
        let world = World::of(&drawn.organization());
        let rows = world.who_can(&world.engine());
        // The owner's root user needs no statement (E119).
        let rows: Vec<&AccessRow> = rows.iter().filter(|row| !row.subject.name.ends_with(":root")).collect();
        if rows.is_empty() {
            return Ok(());
        }
        let row = rows[which.index(rows.len())];
        let steps = steps(&world, row);
        let removed = &steps[step.index(steps.len())];
        prop_assert!(!removed.is_empty(), "nothing is said to allow a step of {}", row.subject.name);
        if drawn.may_turn_private_without(removed) {
            return Ok(());
        }
        tried.set(tried.get() + 1);
        let after = ways(&World::of(&drawn.without(removed).organization()));
        let gone = known(row);
        prop_assert!(!after.contains(&gone), "{gone:?} stays without {removed:?}");
        // E135: no way enters a role whose trust policy allows nothing.
        if let Some(hop) = row.path.last() {
            let trust: BTreeSet<String> = drawn.trust_of(&hop.role);
            let after = ways(&World::of(&drawn.without(&trust).organization()));
            let enters = |(.., way): &&Known| way.1.iter().any(|(_, role)| *role == *hop.role);
            prop_assert_eq!(after.iter().find(enters), None, "{} is entered without a trust policy", hop.role);
        }
        Ok(())
    });
    assert!(tried.get() * 3 > cases(), "tried on {} alone", tried.get());
}

/// Who has one way alone does not get there without it; but perhaps with other credentials, of which nothing is told while
/// there is a way with the key alone.
#[test]
fn without_a_step_of_the_only_way_the_reach_is_gone() {
    let tried = Cell::new(0);
    let strategy = (sketch(), any::<prop::sample::Index>(), any::<prop::sample::Index>());
    over(3, &strategy, |(drawn, which, step): (Sketch, _, _)| {
        let world = World::of(&drawn.organization());
        let ways_of_all = ways(&world);
        let rows = world.who_can(&world.engine());
        let only = |row: &&AccessRow| {
            let name = &*row.subject.name;
            name != "*" && !name.ends_with(":root") && ways_of_all.iter().filter(|(_, of, _)| of == name).count() == 1
        };
        let rows: Vec<&AccessRow> = rows.iter().filter(only).collect();
        if rows.is_empty() {
            return Ok(());
        }
        let row = rows[which.index(rows.len())];
        let steps = steps(&world, row);
        let removed = &steps[step.index(steps.len())];
        if drawn.may_turn_private_without(removed) {
            return Ok(());
        }
        tried.set(tried.get() + 1);
        let after = World::of(&drawn.without(removed).organization());
        let still = after.who_can(&after.engine()).into_iter().find(|other| other.subject == row.subject);
        let better = |other: &AccessRow| Requirement::of_credentials(other.credentials).is_some();
        let still = still.filter(|other| other.credentials == row.credentials || !better(other));
        prop_assert_eq!(still.as_ref().map(way), None, "{} without {:?}", row.subject.name, removed);
        Ok(())
    });
    assert!(tried.get() * 3 > cases(), "tried on {} alone", tried.get());
}
