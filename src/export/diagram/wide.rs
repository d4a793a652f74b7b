//! Access to nearly everything of an account, as one line.
//!
//! An administrator has a line to every bucket, key and queue of the account. That says one thing, and what it leaves out
//! says another: both stand in one node.

use std::collections::{BTreeMap, BTreeSet};

use crate::export::diagram::crowd::{places, with_new};
use crate::export::diagram::fold::several;
use crate::export::diagram::words::picture_name;
use crate::export::diagram::{Diagram, DiagramEdge, DiagramNode, EdgeKind, NodeKind, Strength};
use crate::export::text::short_name;
use crate::model::Environment;

/// From how many resources of an account on they are drawn as one.
const WIDE_FROM: usize = 5;
/// How many of those that are left out are named.
const NAMED: usize = 3;

/// Draws equal access of a principal to most of an account's resources, those of the input, as one line to a node that
/// stands for them.
pub(super) fn gather_resources(diagram: Diagram, environment: &Environment) -> Diagram {
    type Access<'a> = (&'a str, &'a str, &'a str, Strength, bool, bool);
    let places = places(&diagram);
    let owned = owned(environment);
    let mut wide: BTreeMap<Access<'_>, Vec<&DiagramEdge>> = BTreeMap::new();
    for edge in diagram.edges.iter().filter(|edge| edge.kind == EdgeKind::Access && !edge.highlighted) {
        let Some((frame, node)) = places.get(edge.to.as_str()) else { continue };
        if node.highlighted || !owned.get(&frame.id).is_some_and(|owned| owned.contains(&edge.to)) {
            continue;
        }
        let (from, label) = (edge.from.as_str(), edge.label.as_str());
        let access = (from, frame.id.as_str(), label, edge.strength, edge.conditional, edge.unknown);
        wide.entry(access).or_default().push(edge);
    }
    let mut gathered: Vec<&DiagramEdge> = Vec::new();
    let mut sets: BTreeMap<String, (String, DiagramNode)> = BTreeMap::new();
    let mut edges = Vec::new();
    for ((_, frame, ..), reached) in wide {
        let Some(owned) = owned.get(frame) else { continue };
        // Of three quarters, what is missing can be named.
        let most = reached.len() >= WIDE_FROM && reached.len() * 4 >= owned.len() * 3;
        let Some(first) = reached.first().filter(|_| most) else { continue };
        let inside: BTreeSet<&str> = reached.iter().map(|edge| edge.to.as_str()).collect();
        let members: Vec<&DiagramNode> = inside.iter().filter_map(|id| places.get(id).map(|(_, node)| *node)).collect();
        let id = format!("most of {}", inside.iter().copied().collect::<Vec<_>>().join(" "));
        let beside: Vec<&str> = owned.iter().map(String::as_str).filter(|id| !inside.contains(id)).collect();
        let set = several(id.clone(), label(inside.len(), &beside), NodeKind::Resources, &members);
        sets.entry(id.clone()).or_insert_with(|| (frame.to_owned(), set));
        edges.push(DiagramEdge { to: id, tooltip: told(&reached), ..(*first).clone() });
        gathered.extend(reached);
    }
    edges.extend(diagram.edges.iter().filter(|edge| !gathered.contains(edge)).cloned());
    with_new(diagram.clone(), edges, sets.into_values())
}

/// The resources of the input, by account.
fn owned(environment: &Environment) -> BTreeMap<String, BTreeSet<String>> {
    let mut owned: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for resource in environment.resources() {
        if let Some(account) = resource.account.or_else(|| resource.arn.account_id()) {
            owned.entry(account.to_string()).or_default().insert(resource.arn.to_string());
        }
    }
    owned
}

fn label(inside: usize, beside: &[&str]) -> String {
    if beside.is_empty() {
        return format!("all {inside} resources");
    }
    let names: Vec<String> =
        beside.iter().map(|arn| format!("\nnot {}", picture_name(&short_name(arn)).replace('\n', ""))).collect();
    let named = if names.len() > NAMED { String::new() } else { names.concat() };
    format!("{inside} of {} resources{named}", inside + names.len())
}

/// What the edges tell, each thing once.
fn told(edges: &[&DiagramEdge]) -> String {
    /// How many lines a tooltip shows at once.
    const LINES: usize = 12;
    let mut told: Vec<&str> = Vec::new();
    for line in edges.iter().flat_map(|edge| edge.tooltip.lines()) {
        if told.len() < LINES && !told.contains(&line) {
            told.push(line);
        }
    }
    told.join("\n")
}
