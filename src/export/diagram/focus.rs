//! One principal or resource as a picture: what leads there, and where it leads.

use std::collections::{BTreeMap, BTreeSet};

use crate::action::{ActionName, ActionPattern};
use crate::export::diagram::answers::rows_to_diagram;
use crate::export::diagram::graph::{PictureOptions, picture};
use crate::export::diagram::wide::gather_resources;
use crate::export::diagram::{Diagram, collapsed};
use crate::export::graph::{GraphEdge, accesses, assumes, members};
use crate::export::text::{account_label, short_name, subject_id, subject_name};
use crate::graph::StateId;
use crate::query::{AccessRow, Engine, Subject, SubjectKind, WhatCan, WhoCan};
use crate::request::Caller;
use crate::service_reference::ServiceReference;

/// What a picture is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Focus {
    /// A principal: who can become it, and what it can become and act on.
    Principal(Caller),
    /// Resources, and who can do any of the actions to them.
    Resources {
        /// As the question named them.
        name: String,
        /// ARNs or patterns.
        resources: Vec<String>,
        /// The actions; those that make no sense on a resource are left out.
        actions: Vec<ActionName>,
    },
    /// A principal and what one action lets it do, wherever it gets.
    Action(Caller, ActionName),
}

/// How much of its surroundings a focus is drawn with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Surroundings {
    /// How many roles a path to or from the focus may enter.
    pub depth: u32,
    /// Only what lies on a path to or from it. Otherwise what those around it can become and act on within the picture is
    /// drawn too.
    pub only_paths: bool,
}

/// A picture of one principal or resource, which is highlighted.
///
/// Resources and actions are drawn from answers, as `who-can` and `what-can` give them: every line is part of a way that
/// holds as a whole. A principal is drawn from the graph: its lines are joined by the sessions that really lead from one to
/// the next, and each line's requirement stands at that line.
#[must_use]
pub fn focus_to_diagram(
    engine: &Engine<'_>,
    focus: &Focus,
    surroundings: Surroundings,
    options: PictureOptions,
) -> Diagram {
    let environment = engine.environment();
    let mut diagram = match focus {
        Focus::Principal(caller) => around(engine, caller, surroundings, options),
        Focus::Resources { resources, actions, .. } => {
            let (actions, resources) = (actions.clone(), resources.clone());
            let rows = engine.who_can(&WhoCan { actions, resources, max_hops: surroundings.depth });
            from_rows(engine, rows, surroundings, options)
        }
        Focus::Action(from, action) => {
            let rows = engine.what_can(&WhatCan { from: from.clone(), max_hops: surroundings.depth });
            let rows = rows.into_iter().filter_map(|row| with_action(row, action)).collect();
            from_rows(engine, rows, surroundings, options)
        }
    };
    let named = |caller| {
        let subject = Subject::of(environment, caller);
        let account = subject.account.filter(|_| subject.kind != SubjectKind::ExternalAccount);
        let account = account.map(|id| format!("{}:", account_label(id, environment))).unwrap_or_default();
        (subject_id(&subject), format!("{account}{}", subject_name(&subject)))
    };
    let (ids, title) = match focus {
        Focus::Principal(caller) => {
            let (id, name) = named(caller);
            (vec![id], format!("{name}: who can become it, and what it can do"))
        }
        Focus::Resources { name, resources, actions } => {
            let actions = match actions.as_slice() {
                [action] => action.as_str().to_owned(),
                _ => "act".to_owned(),
            };
            (resources.clone(), format!("who can {actions} on {}", short_name(name)))
        }
        Focus::Action(caller, action) => {
            let (id, name) = named(caller);
            (vec![id], format!("{name}: where it can {action}"))
        }
    };
    diagram.title = title;
    for node in diagram.clusters.iter_mut().flat_map(|cluster| &mut cluster.nodes) {
        let is_focus = |id: &String| {
            node.id == *id || node.id.strip_prefix(id.as_str()).is_some_and(|rest| rest.starts_with(" in "))
        };
        node.highlighted = ids.iter().any(is_focus);
    }
    match focus {
        _ if options.expand => diagram,
        Focus::Principal(_) => collapsed(gather_resources(diagram, environment)),
        _ => collapsed(diagram),
    }
}

/// The row with that action alone, if it is among its actions.
fn with_action(mut row: AccessRow, action: &ActionName) -> Option<AccessRow> {
    let reference = ServiceReference::embedded();
    let listed = reference.action_id(action.service(), action.name()).and_then(|id| reference.action(id));
    let level = listed.map(|action| action.access_level());
    // `service:*` in a row means the actions of the row's level.
    let same_level = |pattern: &ActionPattern| !pattern.as_str().contains('*') || row.access_level == level;
    let matches =
        |text: &str| Some(ActionPattern::parse(text)).filter(same_level).is_some_and(|own| own.matches(action));
    if !row.actions.iter().any(|own| matches(own)) {
        return None;
    }
    let written = listed.map(|action| format!("{}:{}", action.service(), action.name()));
    row.actions = vec![written.unwrap_or_else(|| action.as_str().to_owned()).into()];
    Some(row)
}

fn from_rows(
    engine: &Engine<'_>,
    mut rows: Vec<AccessRow>,
    surroundings: Surroundings,
    options: PictureOptions,
) -> Diagram {
    let mut notes = Vec::new();
    if !options.service_linked {
        // What a service does by such a role is the role's as well.
        let entered = |row: &AccessRow| row.path.iter().any(|hop| hop.role.contains(":role/aws-service-role/"));
        let is_linked = |row: &AccessRow| row.subject.service_linked || entered(row);
        if rows.iter().any(is_linked) {
            rows.retain(|row| !is_linked(row));
            notes.push("not drawn: service-linked roles".to_owned());
        }
    }
    let mut diagram = rows_to_diagram(&rows, engine.environment());
    diagram.notes = notes;
    for edge in &mut diagram.edges {
        edge.highlighted = false;
    }
    if !surroundings.only_paths {
        // Answers give the best ways; here are the others that join what they join.
        let drawn: BTreeSet<&str> =
            diagram.clusters.iter().flat_map(|cluster| &cluster.nodes).map(|node| node.id.as_str()).collect();
        let mut edges = Vec::new();
        assumes(engine, &mut edges);
        edges.retain(|edge| drawn.contains(&*edge.from.name) && drawn.contains(&*edge.to.name));
        let known = |from: &str, to: &str| diagram.edges.iter().any(|edge| edge.from == from && edge.to == to);
        let more = picture(engine, edges, options).edges.into_iter().filter(|edge| !known(&edge.from, &edge.to));
        diagram.edges.extend(more.collect::<Vec<_>>());
    }
    diagram
}

/// The neighbourhood of a principal in the graph.
fn around(engine: &Engine<'_>, focus: &Caller, surroundings: Surroundings, options: PictureOptions) -> Diagram {
    let environment = engine.environment();
    let graph = engine.graph();
    let name = |caller: &Caller| subject_id(&Subject::of(environment, caller));
    let of_focus: Vec<StateId> = graph.states().filter(|(_, state)| state.caller == *focus).map(|(id, _)| id).collect();
    let arrows = || {
        let from = graph.states().map(|(id, _)| id);
        from.flat_map(|from| graph.assumes(from).into_iter().map(move |(to, _)| (from, to)))
    };
    let into = spread(&of_focus, arrows().map(|(from, to)| (to, from)), surroundings.depth);
    let out = spread(&of_focus, arrows(), surroundings.depth);
    let within = |reached: &BTreeMap<StateId, u32>, state: &StateId| {
        reached.get(state).is_some_and(|distance| *distance < surroundings.depth)
    };
    let mut on_paths: BTreeSet<(String, String)> = BTreeSet::new();
    for (from, to) in arrows().filter(|(from, to)| within(&into, to) || within(&out, from)) {
        on_paths.insert((name(&graph.state(from).caller), name(&graph.state(to).caller)));
    }
    let callers = |reached: &BTreeMap<StateId, u32>| -> BTreeSet<Caller> {
        reached.keys().map(|state| graph.state(*state).caller.clone()).chain([focus.clone()]).collect()
    };
    let (before, after) = (callers(&into), callers(&out));
    let around: BTreeSet<String> = before.iter().chain(&after).map(name).collect();

    let mut edges: Vec<GraphEdge> = Vec::new();
    accesses(engine, after.iter().cloned(), &mut edges);
    if !surroundings.only_paths {
        let reached: BTreeSet<Box<str>> = edges.iter().map(|edge| edge.to.name.clone()).collect();
        let mut beside = Vec::new();
        accesses(engine, before.difference(&after).cloned(), &mut beside);
        edges.extend(beside.into_iter().filter(|edge| reached.contains(&edge.to.name) && &*edge.to.name != "*"));
        let mut groups = Vec::new();
        members(environment, &mut groups);
        edges.extend(groups.into_iter().filter(|edge| *edge.from.name == *name(focus)));
    }
    let mut becoming = Vec::new();
    assumes(engine, &mut becoming);
    edges.extend(becoming.into_iter().filter(|edge| {
        let (from, to) = (edge.from.name.to_string(), edge.to.name.to_string());
        let joins = !surroundings.only_paths && around.contains(&from) && around.contains(&to);
        joins || on_paths.contains(&(from, to))
    }));
    // A focus is drawn, whatever it is.
    picture(
        engine,
        edges,
        PictureOptions { service_linked: options.service_linked || is_linked(engine, focus), ..options },
    )
}

fn is_linked(engine: &Engine<'_>, caller: &Caller) -> bool {
    Subject::of(engine.environment(), caller).service_linked
}

/// What arrows lead to from somewhere, in at most so many steps, and in how many.
fn spread(from: &[StateId], arrows: impl Iterator<Item = (StateId, StateId)>, depth: u32) -> BTreeMap<StateId, u32> {
    let mut next: BTreeMap<StateId, Vec<StateId>> = BTreeMap::new();
    for (from, to) in arrows {
        next.entry(from).or_default().push(to);
    }
    let mut reached: BTreeMap<StateId, u32> = from.iter().map(|state| (*state, 0)).collect();
    let mut open = from.to_vec();
    for distance in 1..=depth {
        let mut found = Vec::new();
        for to in open.iter().filter_map(|state| next.get(state)).flatten() {
            if !reached.contains_key(to) {
                reached.insert(*to, distance);
                found.push(*to);
            }
        }
        open = found;
    }
    reached
}
