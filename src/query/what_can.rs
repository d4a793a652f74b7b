//! What a principal can become and touch.
//!
//! Actions are not asked about one by one: where no rule and no document concerned tells two actions of a service apart, one
//! decision serves both.

use std::collections::{BTreeMap, BTreeSet};

use crate::condition::Residual;
use crate::evaluate::{Evaluator, Outcome, StatementRef, Target};
use crate::graph::{Search, State, StateId, Way};
use crate::model::objects_of;
use crate::query::answer::{AccessRow, Requirement};
use crate::query::cells::{Acting, Cells, action_name};
use crate::query::engine::{Direct, Engine, is_shown, sort_rows};
use crate::query::reach::end_of;
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
        for start in self.starts_of(&question.from) {
            // A session asked about by its name keeps it (E28).
            let start = State { caller: question.from.clone(), credentials: start.credentials };
            if start.caller.makes_requests() {
                rows.extend(self.touches(&start, None));
            }
            if question.max_hops > 0
                && let Some(from) = self.graph().find(&start).or_else(|| self.stand_in(&start))
            {
                rows.extend(self.beyond(&start, from, question.max_hops));
            }
        }
        let mut rows = without_idle_credentials(rows);
        sort_rows(&mut rows);
        rows
    }

    /// The roles that can be entered from a state, each by its best way, and what they touch.
    fn beyond(&self, start: &State, from: StateId, max_hops: u32) -> Vec<AccessRow> {
        let graph = self.graph();
        let within = graph.reachable(&[from]);
        let search = self.search(max_hops, Some(&within));
        let mut by_role: BTreeMap<&Caller, Vec<StateId>> = BTreeMap::new();
        for (id, state) in graph.states().filter(|(id, _)| *id != from && within.get(id.0 as usize) == Some(&true)) {
            if !state.begins() {
                by_role.entry(&state.caller).or_default().push(id);
            }
        }
        let mut rows = Vec::new();
        for states in by_role.values() {
            let ways = search.to(&states.iter().map(|id| (*id, Residual::True)).collect());
            let found = ways.from(from).into_iter().filter_map(|way| self.as_named(&start.caller, way));
            let found: Vec<Way<'_>> = found.collect();
            let become_rows = found.iter().filter_map(|way| self.become_row(start, way)).collect();
            rows.extend(self.undominated(become_rows));
            if let Some(way) = found.first() {
                rows.extend(self.touches(start, Some(&Reached { from, states, way, search: &search })));
            }
        }
        self.keep_in_mind(&search);
        rows
    }

    fn touches(&self, start: &State, by: Option<&Reached<'_, '_, '_>>) -> Vec<AccessRow> {
        let state = by.map_or(start, |reached| self.graph().state(end_of(reached.way, reached.from)));
        let mut rows = Vec::new();
        for resource in resources_for(self.evaluator(), state) {
            rows.extend(self.touches_one(start, state, by, &resource));
        }
        rows
    }

    fn touches_one(
        &self,
        start: &State,
        state: &State,
        by: Option<&Reached<'_, '_, '_>>,
        resource: &str,
    ) -> Vec<AccessRow> {
        type Group = (Option<AccessLevel>, Outcome, Residual, Vec<Residual>, Vec<StatementRef>);
        let mut groups: BTreeMap<Group, (Vec<ActionId>, AccessRow)> = BTreeMap::new();
        let acting = Acting::on(resource);
        for cell in Cells::new(self.evaluator(), &acting).of(&state.caller, |_| true) {
            let Some(action) = cell.first().and_then(|id| action_name(*id)) else { continue };
            let target: Target = self.evaluator().target(&action, resource);
            let (mut direct, mut by_this_way) = (self.decide(state, &target), true);
            if let Some(reached) = by.filter(|_| !is_shown(direct.outcome) && direct.depends.credentials) {
                // Entered another way, the role may do it all the same.
                let others = reached.states.iter().map(|other| self.decide(self.graph().state(*other), &target));
                direct = others.min_by_key(|other| other.outcome).unwrap_or(direct);
                by_this_way = false;
            }
            if !is_shown(direct.outcome) || by.is_none() && !self.may_carry(state, &direct, &target, None) {
                continue;
            }
            let templates = match by {
                Some(reached) => self.rows_by(start, reached, &direct, &target, by_this_way),
                None => vec![self.direct_row(start, &direct, &target)],
            };
            for template in templates {
                for id in &cell {
                    let level = ServiceReference::embedded().action(*id).map(|action| action.access_level());
                    let on_the_way = template.path.iter().map(|hop| hop.condition.clone()).collect();
                    let (condition, statements) = (template.condition.clone(), direct.statements.clone());
                    let key = (level, template.outcome, condition, on_the_way, statements);
                    let (ids, kept) = groups.entry(key).or_insert_with(|| (Vec::new(), template.clone()));
                    ids.push(*id);
                    kept.also_assume(&template.assumptions);
                }
            }
        }
        groups
            .into_iter()
            .map(|((level, ..), (mut ids, template))| {
                ids.sort_unstable();
                AccessRow { actions: compress(&ids, level, resource), access_level: level, ..template }
            })
            .collect()
    }

    /// The rows of a request at the end of a way: what it asks of its session, the calls of the way have to give. Where these
    /// cannot, another way may.
    fn rows_by(
        &self,
        start: &State,
        by: &Reached<'_, '_, '_>,
        last: &Direct,
        target: &Target,
        by_this_way: bool,
    ) -> Vec<AccessRow> {
        let goal = self.goal(last, target);
        let hops: Vec<_> = by.way.hops.iter().map(|step| (step.entered, step.edge)).collect();
        let mut ways = if by_this_way { by.search.along(&hops, by.from, &goal) } else { Vec::new() };
        if ways.is_empty() {
            let goals = by.states.iter().filter_map(|state| {
                let direct = self.decide(self.graph().state(*state), target);
                is_shown(direct.outcome).then(|| (*state, self.goal(&direct, target)))
            });
            ways = by.search.to(&goals.collect()).from(by.from);
        }
        let named = ways.into_iter().filter_map(|way| self.as_named(&start.caller, way));
        self.undominated(named.map(|way| self.way_row(start, &way, last, target)).collect())
    }
}

/// Whether a row has an action of a level, by its name or among a whole service's of that level.
fn has_action(row: &AccessRow, action: &str, level: Option<AccessLevel>) -> bool {
    let whole = action.split_once(':').map(|(service, _)| format!("{service}:*"));
    let of_level = row.access_level == level;
    row.actions.iter().any(|of_row| **of_row == *action || of_level && whole.as_deref() == Some(&**of_row))
}

/// A role in reach, and how it was reached.
struct Reached<'r, 'a, 'e> {
    from: StateId,
    /// The sessions of the role, by how it is entered.
    states: &'r [StateId],
    way: &'r Way<'a>,
    search: &'r Search<'a, 'e>,
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

/// Drops what a user can do with better credentials where it can do the same with lesser.
fn without_idle_credentials(rows: Vec<AccessRow>) -> Vec<AccessRow> {
    let mut by_resource: BTreeMap<Box<str>, Vec<AccessRow>> = BTreeMap::new();
    for row in rows {
        by_resource.entry(row.resource.clone()).or_default().push(row);
    }
    let mut kept: Vec<AccessRow> = Vec::new();
    for (_, mut rows) in by_resource {
        rows.sort_by_key(|row| Requirement::of_credentials(row.credentials));
        let first = kept.len();
        for row in rows {
            // With less the same is allowed outright, or under the same condition.
            let covers = |lesser: &AccessRow| {
                lesser.credentials != row.credentials
                    && row.actions.iter().all(|action| has_action(lesser, action, row.access_level))
                    && lesser.path == row.path
                    && (lesser.condition.is_true() || lesser.condition == row.condition)
            };
            if !kept.get(first..).unwrap_or_default().iter().any(covers) {
                kept.push(row);
            }
        }
    }
    kept
}
