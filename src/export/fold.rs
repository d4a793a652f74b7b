//! Nodes that a picture cannot tell apart, as one.
//!
//! Thirty roles that one service may take and that read one bucket are thirty lines to and fro, and say one thing.

use std::collections::{BTreeMap, BTreeSet};

use crate::export::diagram::{Diagram, DiagramEdge, DiagramNode, EdgeKind, NodeKind};

/// From how many equal nodes on they share one.
const FOLD_FROM: usize = 3;
/// How many of their names the shared node shows.
const SHOWN: usize = 4;
/// How many of their names its tooltip holds.
const TOLD: usize = 40;

/// From how many principals on their equal access to a resource is drawn once.
const CROWD_FROM: usize = 8;

/// Draws access that eight or more principals of one frame have alike, such as to a bucket that trusts their whole
/// account, from one node that stands for all of them. Who has no other edge is in that node only.
pub(super) fn gather_crowds(mut diagram: Diagram) -> Diagram {
    type Access<'a> = (usize, &'a str, &'a str, bool, bool);
    let place: BTreeMap<&str, (usize, &DiagramNode)> = diagram
        .clusters
        .iter()
        .enumerate()
        .flat_map(|(at, cluster)| cluster.nodes.iter().map(move |node| (node.id.as_str(), (at, node))))
        .collect();
    let mut alike: BTreeMap<Access<'_>, Vec<usize>> = BTreeMap::new();
    for (number, edge) in diagram.edges.iter().enumerate().filter(|(_, edge)| edge.kind == EdgeKind::Access) {
        if let Some((at, _)) = place.get(edge.from.as_str()) {
            let access = (*at, edge.to.as_str(), edge.label.as_str(), edge.conditional, edge.unknown);
            alike.entry(access).or_default().push(number);
        }
    }
    let mut gathered: BTreeSet<usize> = BTreeSet::new();
    let mut crowds: BTreeMap<String, (usize, DiagramNode)> = BTreeMap::new();
    let mut edges = Vec::new();
    for ((at, ..), numbers) in alike.into_iter().filter(|(_, numbers)| numbers.len() >= CROWD_FROM) {
        let of_crowd: Vec<&DiagramEdge> = numbers.iter().filter_map(|number| diagram.edges.get(*number)).collect();
        let members: Vec<&DiagramNode> =
            of_crowd.iter().filter_map(|edge| place.get(edge.from.as_str()).map(|(_, node)| *node)).collect();
        let Some(first) = of_crowd.first() else { continue };
        let id = format!("all of {}", members.iter().map(|node| node.id.as_str()).collect::<Vec<_>>().join(" "));
        crowds.entry(id.clone()).or_insert_with(|| (at, crowd(id.clone(), &members)));
        edges.push(DiagramEdge { from: id, ..(*first).clone() });
        gathered.extend(numbers);
    }
    let mut number = 0;
    diagram.edges.retain(|_| {
        number += 1;
        !gathered.contains(&(number - 1))
    });
    diagram.edges.extend(edges);
    diagram.edges.sort_by(|a, b| (&a.from, &a.to, a.kind).cmp(&(&b.from, &b.to, b.kind)));
    let linked: BTreeSet<&str> = diagram.edges.iter().flat_map(|edge| [edge.from.as_str(), edge.to.as_str()]).collect();
    for (at, cluster) in diagram.clusters.iter_mut().enumerate() {
        let here = crowds.values().filter(|(of, _)| *of == at).map(|(_, node)| node.clone());
        cluster.nodes.retain(|node| linked.contains(node.id.as_str()));
        cluster.nodes.extend(here);
    }
    diagram
}

fn crowd(id: String, members: &[&DiagramNode]) -> DiagramNode {
    let mut kinds: BTreeMap<NodeKind, usize> = BTreeMap::new();
    for node in members {
        *kinds.entry(node.kind).or_default() += 1;
    }
    let counted = |(kind, count)| match count {
        1 => format!("1 {}", plural(kind).trim_end_matches('s')),
        _ => format!("{count} {}", plural(kind)),
    };
    let kinds: Vec<String> = kinds.into_iter().map(counted).collect();
    let label = format!("{} principals\n{}", members.len(), kinds.join(", "));
    let mut told: Vec<&str> = members.iter().take(TOLD).map(|node| node.id.as_str()).collect();
    let more = format!("and {} more", members.len().saturating_sub(TOLD));
    if members.len() > TOLD {
        told.push(&more);
    }
    DiagramNode { id, label, kind: NodeKind::Account, tooltip: told.join("\n"), highlighted: false }
}

/// What an edge looks like from one of its ends.
type Neighbour = (bool, String, EdgeKind, String, bool, bool);

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
            (outward, other.clone(), edge.kind, edge.label.clone(), edge.conditional, edge.unknown)
        };
        neighbours.entry(&edge.from).or_default().insert(seen(true, &edge.to));
        neighbours.entry(&edge.to).or_default().insert(seen(false, &edge.from));
    }
    let mut alike: BTreeMap<(&str, NodeKind, &BTreeSet<Neighbour>), Vec<String>> = BTreeMap::new();
    for cluster in &diagram.clusters {
        for node in cluster.nodes.iter().filter(|node| !node.highlighted && !is_fold(node)) {
            if let Some(neighbours) = neighbours.get(node.id.as_str()) {
                alike.entry((&cluster.id, node.kind, neighbours)).or_default().push(node.id.clone());
            }
        }
    }
    alike.into_values().filter(|ids| ids.len() >= FOLD_FROM).collect()
}

/// A shared node's tooltip tells every name on a line of its own; no other has several lines.
fn is_fold(node: &DiagramNode) -> bool {
    node.tooltip.contains('\n')
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
        let names: Vec<String> = members.iter().map(|node| node.label.replace('\n', "")).collect();
        let mut label = format!("{} {}", members.len(), plural(kind));
        for name in names.iter().take(SHOWN) {
            label.push('\n');
            label.push_str(name.split_once('/').map_or(name.as_str(), |(_, name)| name));
        }
        if names.len() > SHOWN {
            label.push_str("\n…");
        }
        let mut told: Vec<String> = members.iter().take(TOLD).map(|node| node.tooltip.clone()).collect();
        if members.len() > TOLD {
            told.push(format!("and {} more", members.len() - TOLD));
        }
        kept.push(DiagramNode { id, label, kind, tooltip: told.join("\n"), highlighted: false });
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
        NodeKind::Account => "accounts",
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::diagram::Cluster;

    #[test]
    fn crowds_and_equals_share_nodes() {
        let node = |id: &str| DiagramNode {
            id: id.to_owned(),
            label: format!("role/{id}"),
            kind: NodeKind::Role,
            tooltip: id.to_owned(),
            highlighted: false,
        };
        let edge = |from: &str, to: &str, conditional| DiagramEdge {
            from: from.to_owned(),
            to: to.to_owned(),
            label: String::new(),
            tooltip: format!("of {from}"),
            kind: EdgeKind::Assume,
            conditional,
            unknown: false,
            highlighted: false,
        };
        let nodes = ["a", "b", "c", "d", "goal"].map(node).to_vec();
        let edges = ["a", "b", "c", "d"].map(|from| edge(from, "goal", from == "d")).to_vec();
        let clusters = vec![Cluster { id: "x".to_owned(), nodes, ..Cluster::default() }];
        let folded = fold_equals(Diagram { title: String::new(), clusters, edges });
        let labels: Vec<&str> = folded.clusters.iter().flat_map(|c| &c.nodes).map(|node| node.label.as_str()).collect();
        assert_eq!(labels, ["3 roles\na\nb\nc", "role/d", "role/goal"]);
        let edges: Vec<(&str, &str)> = folded.edges.iter().map(|e| (e.from.as_str(), e.tooltip.as_str())).collect();
        assert_eq!(edges, [("a", "of a\nof b\nof c"), ("d", "of d")]);

        let names = ["a", "b", "c", "d", "e", "f", "g", "h", "goal"];
        let nodes = names.map(node).to_vec();
        let mut edges: Vec<_> = names.iter().take(8).map(|from| edge(from, "goal", false)).collect();
        edges.iter_mut().for_each(|edge| edge.kind = EdgeKind::Access);
        edges.push(edge("a", "b", false));
        let clusters = vec![Cluster { id: "x".to_owned(), nodes, ..Cluster::default() }];
        let crowd = gather_crowds(Diagram { title: String::new(), clusters, edges });
        let labels: Vec<&str> = crowd.clusters.iter().flat_map(|c| &c.nodes).map(|node| node.label.as_str()).collect();
        assert_eq!(labels, ["role/a", "role/b", "role/goal", "8 principals\n8 roles"]);
        assert_eq!(crowd.edges.len(), 2);
    }
}
