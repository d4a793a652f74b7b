//! What a principal can become and touch.
//!
//! Actions are not asked about one by one: where no document concerned changes its mind between two actions of a service,
//! one decision serves both.

use std::collections::{BTreeMap, BTreeSet};

use crate::action::ActionName;
use crate::condition::Residual;
use crate::evaluate::{Evaluator, Outcome, StatementRef, Target};
use crate::graph::{State, StateId};
use crate::model::objects_of;
use crate::query::answer::{AccessRow, Hop};
use crate::query::engine::{Engine, hops, is_shown, row, sort_rows};
use crate::query::selector::acts_on;
use crate::request::Caller;
use crate::service_reference::{AccessLevel, ActionId, ServiceReference};

/// The question.
#[derive(Debug, Clone)]
pub struct WhatCan {
    /// Whose reach.
    pub from: Caller,
    /// How many roles a path may enter; 0 asks for the principal itself only.
    pub max_hops: u32,
}

impl Engine<'_> {
    /// The roles a caller can become, and for it and each of them the resources it can touch: those of the input, and the
    /// patterns that its policies name. One row for each resource, access level, requirement and path. A whole service's
    /// actions of a level are written `service:*`.
    #[must_use]
    pub fn what_can(&self, question: &WhatCan) -> Vec<AccessRow> {
        let mut rows = Vec::new();
        let mut seen: Vec<(Vec<Hop>, Caller)> = Vec::new();
        for start in self.starts_of(&question.from) {
            // A session asked about by its name keeps it (E28).
            let start = State { caller: question.from.clone(), credentials: start.credentials };
            let mut reached: Vec<(State, Vec<Hop>)> = vec![(start.clone(), Vec::new())];
            if question.max_hops > 0
                && let Some(from) = self.graph().find(&start).or_else(|| self.stand_in(&start))
            {
                reached.extend(self.roles_in_reach(from, question.max_hops));
            }
            for (state, path) in reached {
                // What a user reaches with its key, in the very same way, needs no second telling with MFA.
                let way = (path.clone(), state.caller.clone());
                if !path.is_empty() && seen.contains(&way) {
                    continue;
                }
                seen.push(way);
                if !path.is_empty() {
                    rows.push(self.become_row(&start, path.clone()));
                }
                rows.extend(self.touches(&start, &state, &path));
            }
        }
        let mut rows = without_idle_mfa(rows);
        sort_rows(&mut rows);
        rows
    }

    /// Every role that can be entered from a state, each by its best way.
    fn roles_in_reach(&self, from: StateId, max_hops: u32) -> Vec<(State, Vec<Hop>)> {
        let graph = self.graph();
        let walk = graph.walk_on(from, max_hops);
        let mut best: BTreeMap<Caller, (Outcome, u32, StateId)> = BTreeMap::new();
        for (id, state) in graph.states() {
            let Some((outcome, hops)) = walk.reaches(id).filter(|(_, hops)| *hops > 0) else { continue };
            let entry = best.entry(state.caller.clone()).or_insert((outcome, hops, id));
            *entry = (*entry).min((outcome, hops, id));
        }
        best.into_values().map(|(_, _, id)| (graph.state(id).clone(), hops(graph, &graph.path_to(&walk, id)))).collect()
    }

    fn touches(&self, start: &State, state: &State, path: &[Hop]) -> Vec<AccessRow> {
        let mut rows = Vec::new();
        for resource in resources_for(self.evaluator(), state) {
            rows.extend(self.touches_one(start, state, path, &resource));
        }
        rows
    }

    fn touches_one(&self, start: &State, state: &State, path: &[Hop], resource: &str) -> Vec<AccessRow> {
        type Group = (Option<AccessLevel>, Outcome, Residual, Vec<StatementRef>);
        let mut groups: BTreeMap<Group, (Vec<ActionId>, AccessRow)> = BTreeMap::new();
        for cell in self.cells(state, resource) {
            let Some(action) = cell.first().and_then(|id| action_name(*id)) else { continue };
            let target: Target = self.evaluator().target(&action, resource);
            let direct = self.decide(state, &target);
            if !is_shown(direct.outcome) {
                continue;
            }
            let template = row(self.environment(), start, path.to_vec(), &direct, &target);
            for id in cell {
                let level = ServiceReference::embedded().action(id).map(|action| action.access_level());
                let key = (level, template.outcome, template.condition.clone(), direct.statements.clone());
                let (ids, kept) = groups.entry(key).or_insert_with(|| (Vec::new(), template.clone()));
                ids.push(id);
                kept.also_assume(&template.assumptions);
            }
        }
        groups
            .into_iter()
            .map(|((level, ..), (ids, template))| AccessRow {
                actions: compress(&ids, level, resource),
                access_level: level,
                ..template
            })
            .collect()
    }

    /// The actions that can act on a resource, in runs that all documents concerned treat alike.
    fn cells(&self, state: &State, resource: &str) -> Vec<Vec<ActionId>> {
        let reference = ServiceReference::embedded();
        let service = crate::arn::Arn::parse(resource).ok().map(|arn| arn.service().to_owned());
        let services: Vec<_> = match service.as_deref() {
            Some(service) if !service.contains(['*', '?']) => reference.service(service).into_iter().collect(),
            _ => reference.services().collect(),
        };
        let ends = self.evaluator().action_ends(&state.caller, resource);
        let mut cells = Vec::new();
        for service in services {
            // Rules of these services look at single actions (E4, E58, E129, E148, E192).
            let singly =
                matches!(service.prefix(), "kms" | "sts" | "s3") || service.prefix() == "iam" && resource == "*";
            let mut cell: Vec<ActionId> = Vec::new();
            for number in service.actions() {
                if (singly || ends.contains(&number)) && !cell.is_empty() {
                    cells.push(std::mem::take(&mut cell));
                }
                let id = ActionId::new(number);
                if acts_on(id, resource) {
                    cell.push(id);
                }
            }
            if !cell.is_empty() {
                cells.push(cell);
            }
        }
        cells
    }
}

fn action_name(id: ActionId) -> Option<ActionName> {
    let action = ServiceReference::embedded().action(id)?;
    ActionName::parse(&format!("{}:{}", action.service(), action.name())).ok()
}

/// The resources to ask about for a caller: those of the input, an object of each bucket and access point, and the patterns named by the
/// policies that grant to it.
fn resources_for(evaluator: &Evaluator<'_>, state: &State) -> BTreeSet<String> {
    let environment = evaluator.environment();
    let mut resources = BTreeSet::new();
    for resource in environment.resources() {
        resources.insert(resource.arn.to_string());
        resources.extend(objects_of(&resource.arn));
    }
    resources.extend(evaluator.resources_named(&state.caller, state.credentials));
    resources
}

/// Action names, a service's whole set of a level written `service:*`.
fn compress(ids: &[ActionId], level: Option<AccessLevel>, resource: &str) -> Vec<Box<str>> {
    let reference = ServiceReference::embedded();
    let mut by_service: BTreeMap<&str, Vec<ActionId>> = BTreeMap::new();
    for id in ids {
        if let Some(action) = reference.action(*id) {
            by_service.entry(action.service()).or_default().push(*id);
        }
    }
    let mut names: Vec<Box<str>> = Vec::new();
    for (service, ids) in by_service {
        let whole = reference.service(service).map_or(0..0, |service| service.actions());
        let of_level = whole
            .map(ActionId::new)
            .filter(|id| reference.action(*id).map(|action| action.access_level()) == level && acts_on(*id, resource))
            .count();
        if ids.len() == of_level && ids.len() > 1 {
            names.push(format!("{service}:*").into());
        } else {
            names.extend(ids.iter().filter_map(|id| {
                let action = reference.action(*id)?;
                Some(format!("{}:{}", action.service(), action.name()).into())
            }));
        }
    }
    names.sort();
    names
}

/// Drops what a user can do with MFA where it can do the same without.
fn without_idle_mfa(rows: Vec<AccessRow>) -> Vec<AccessRow> {
    // Without MFA the same is allowed outright, or under the same condition.
    let covers = |plain: &AccessRow, with: &AccessRow| {
        with.actions.iter().all(|action| plain.actions.contains(action))
            && (plain.outcome == Outcome::Allowed && plain.condition.is_true() && plain.path == with.path
                || plain.condition == with.condition && plain.path == with.path)
    };
    let plain: BTreeMap<Box<str>, Vec<AccessRow>> =
        rows.iter().filter(|row| !row.needs_mfa).fold(BTreeMap::new(), |mut plain, row| {
            plain.entry(row.resource.clone()).or_insert_with(Vec::new).push(row.clone());
            plain
        });
    rows.into_iter()
        .filter(|row| {
            !row.needs_mfa
                || !plain.get(&row.resource).is_some_and(|others| others.iter().any(|other| covers(other, row)))
        })
        .collect()
}
