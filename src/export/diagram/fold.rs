//! Nodes that a picture cannot tell apart, as one.
//!
//! Thirty roles that one service may take and that read one bucket are thirty lines to and fro, and say one thing.

use std::collections::{BTreeMap, BTreeSet};

use crate::export::diagram::{Diagram, DiagramEdge, DiagramNode, EdgeKind, NodeKind, Strength};

/// From how many equal nodes on they share one.
const FOLD_FROM: usize = 2;
/// How many of their names the shared node shows.
const SHOWN: usize = 4;
/// How many of their names its tooltip holds.
const TOLD: usize = 40;

/// A node for several things: its tooltip tells their names, a line each.
pub(super) fn several(id: String, label: String, kind: NodeKind, members: &[&DiagramNode]) -> DiagramNode {
    let mut told: Vec<&str> = members.iter().take(TOLD).map(|node| node.tooltip.as_str()).collect();
    let more = format!("and {} more", members.len().saturating_sub(TOLD));
    if members.len() > TOLD {
        told.push(&more);
    }
    let stands_for = members.iter().map(|node| node.stands_for).sum();
    DiagramNode { id, label, kind, tooltip: told.join("\n"), highlighted: false, stands_for }
}

/// The first names, a line each.
pub(super) fn names(members: &[&DiagramNode]) -> String {
    let mut names: Vec<String> = Vec::new();
    for node in members {
        let name = node.label.replace('\n', "");
        let own = ["user/", "role/", "group/"].iter().find_map(|kind| name.strip_prefix(kind));
        let name = brief(own.unwrap_or(&name));
        if !names.contains(&name) {
            names.push(name);
        }
    }
    // One name takes no more room than dots for it.
    let (shown, more) = if names.len() > SHOWN + 1 { (SHOWN, "\n…") } else { (names.len(), "") };
    names.iter().take(shown).flat_map(|name| ["\n", name]).chain([more]).collect()
}

/// A name with its beginning and its end, which tell it from its like.
fn brief(name: &str) -> String {
    /// How many letters there is room for.
    const LETTERS: usize = 28;
    let letters: Vec<char> = name.chars().collect();
    match (letters.get(..LETTERS / 2), letters.len().checked_sub(LETTERS / 2).and_then(|from| letters.get(from..))) {
        (Some(first), Some(last)) if letters.len() > LETTERS => first.iter().chain(&['…']).chain(last).collect(),
        _ => name.to_owned(),
    }
}

/// How many there are of a kind, in words.
pub(super) fn counted(kind: NodeKind, count: usize) -> String {
    let plural = plural(kind);
    if count == 1 { format!("1 {}", plural.trim_end_matches('s')) } else { format!("{count} {plural}") }
}

/// What an edge looks like from one of its ends.
type Neighbour = (bool, String, EdgeKind, Strength, String, bool, bool);

/// Joins three or more nodes of one kind and frame that have the same edges to the same neighbours. Folding one side can
/// make the other side equal, so it goes on until nothing is equal any more.
pub(super) fn fold_equals(mut diagram: Diagram) -> Diagram {
    loop {
        let groups = equals(&diagram);
        if groups.is_empty() {
            return diagram;
        }
        let into: BTreeMap<String, String> = groups
            .iter()
            .filter_map(|group| group.first().map(|first| (first, group)))
            .flat_map(|(first, group)| group.iter().map(|id| (id.clone(), first.clone())))
            .collect();
        for cluster in &mut diagram.clusters {
            cluster.nodes = folded(std::mem::take(&mut cluster.nodes), &into);
        }
        diagram.edges = joined(std::mem::take(&mut diagram.edges), &into);
    }
}

fn equals(diagram: &Diagram) -> Vec<Vec<String>> {
    let mut neighbours: BTreeMap<&str, BTreeSet<Neighbour>> = BTreeMap::new();
    for edge in &diagram.edges {
        let seen = |outward, other: &String| {
            let (kind, label) = (edge.kind, edge.label.clone());
            (outward, other.clone(), kind, edge.strength, label, edge.conditional, edge.unknown)
        };
        neighbours.entry(&edge.from).or_default().insert(seen(true, &edge.to));
        neighbours.entry(&edge.to).or_default().insert(seen(false, &edge.from));
    }
    let mut alike: BTreeMap<(&str, NodeKind, &BTreeSet<Neighbour>), Vec<String>> = BTreeMap::new();
    for cluster in &diagram.clusters {
        for node in cluster.nodes.iter().filter(|node| !node.highlighted && node.stands_for == 1) {
            if let Some(neighbours) = neighbours.get(node.id.as_str()) {
                alike.entry((&cluster.id, node.kind, neighbours)).or_default().push(node.id.clone());
            }
        }
    }
    alike.into_values().filter(|ids| ids.len() >= FOLD_FROM).collect()
}

fn folded(nodes: Vec<DiagramNode>, into: &BTreeMap<String, String>) -> Vec<DiagramNode> {
    let mut groups: BTreeMap<String, Vec<DiagramNode>> = BTreeMap::new();
    let mut kept = Vec::new();
    for node in nodes {
        match into.get(&node.id) {
            Some(first) => groups.entry(first.clone()).or_default().push(node),
            None => kept.push(node),
        }
    }
    for (id, members) in groups {
        let Some(kind) = members.first().map(|node| node.kind) else { continue };
        let label = format!("{}{}", counted(kind, members.len()), names(&members.iter().collect::<Vec<_>>()));
        kept.push(several(id, label, kind, &members.iter().collect::<Vec<_>>()));
    }
    kept.sort_by(|a, b| a.id.cmp(&b.id));
    kept
}

fn plural(kind: NodeKind) -> &'static str {
    match kind {
        NodeKind::User => "users",
        NodeKind::Role => "roles",
        NodeKind::Root => "root users",
        NodeKind::Group => "groups",
        NodeKind::External => "outsiders",
        NodeKind::Service => "services",
        NodeKind::Provider => "providers",
        NodeKind::Key => "keys",
        NodeKind::Secret => "secrets",
        _ => "resources",
    }
}

/// The edges between what is left; those that fall together are one, which tells what each of them told.
fn joined(edges: Vec<DiagramEdge>, into: &BTreeMap<String, String>) -> Vec<DiagramEdge> {
    let end = |id: String| into.get(&id).cloned().unwrap_or(id);
    let mut joined: BTreeMap<(String, String, EdgeKind), DiagramEdge> = BTreeMap::new();
    for edge in edges {
        let edge = DiagramEdge { from: end(edge.from), to: end(edge.to), ..edge };
        joined
            .entry((edge.from.clone(), edge.to.clone(), edge.kind))
            .and_modify(|known| {
                let told = known.tooltip.lines().count();
                if told < TOLD && !known.tooltip.contains(&edge.tooltip) {
                    known.tooltip = format!("{}\n{}", known.tooltip, edge.tooltip);
                }
            })
            .or_insert(edge);
    }
    joined.into_values().collect()
}
