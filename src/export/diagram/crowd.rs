//! Access that many principals have alike, as one line.

use std::collections::{BTreeMap, BTreeSet};

use crate::export::diagram::fold::{counted, names, several};
use crate::export::diagram::{Cluster, Diagram, DiagramEdge, DiagramNode, EdgeKind, NodeKind, Strength};

/// From how many principals on their equal access to a resource is drawn once.
const CROWD_FROM: usize = 6;

/// From how many principals of one frame on, if they have several resources in common.
const FEW_FROM: usize = 3;

/// Draws access that many principals have alike, such as to a bucket that trusts a whole organization, from one node that
/// stands for all of them; it is in their frame, or in none if they are of several. So is access that a few principals of
/// one frame have alike to more than one resource. Who has no other edge is in that node only.
pub(super) fn gather_crowds(diagram: Diagram) -> Diagram {
    let diagram = gather(&diagram, |_| "", |alike| alike.len() >= CROWD_FROM, 1);
    gather(&diagram, |frame| &frame.id, |alike| alike.len() >= FEW_FROM, 2)
}

/// Gathers access that is alike within what `apart` keeps apart, where `enough` principals have it to `common` resources.
fn gather(
    diagram: &Diagram,
    apart: impl Fn(&Cluster) -> &str,
    enough: impl Fn(&[&DiagramEdge]) -> bool,
    common: usize,
) -> Diagram {
    type Access<'a> = (&'a str, &'a str, &'a str, Strength, bool, bool);
    let places = places(diagram);
    let mut alike: BTreeMap<Access<'_>, Vec<&DiagramEdge>> = BTreeMap::new();
    for edge in diagram.edges.iter().filter(|edge| edge.kind == EdgeKind::Access && !edge.highlighted) {
        let Some((frame, node)) = places.get(edge.from.as_str()) else { continue };
        if node.kind == NodeKind::Crowd || node.highlighted {
            continue;
        }
        let (to, label) = (edge.to.as_str(), edge.label.as_str());
        let access = (apart(frame), to, label, edge.strength, edge.conditional, edge.unknown);
        alike.entry(access).or_default().push(edge);
    }
    let mut by_crowd: BTreeMap<Vec<&str>, Vec<Vec<&DiagramEdge>>> = BTreeMap::new();
    for of_crowd in alike.into_values().filter(|of_crowd| enough(of_crowd)) {
        by_crowd.entry(of_crowd.iter().map(|edge| edge.from.as_str()).collect()).or_default().push(of_crowd);
    }
    let mut gathered: BTreeSet<(&str, &str)> = BTreeSet::new();
    let (mut crowds, mut edges) = (Vec::new(), Vec::new());
    for (members, accesses) in by_crowd.into_iter().filter(|(_, accesses)| accesses.len() >= common) {
        let id = format!("all of {}", members.join(" "));
        let members: Vec<(&Cluster, &DiagramNode)> =
            members.into_iter().filter_map(|member| places.get(member).copied()).collect();
        crowds.push(crowd(id.clone(), &members));
        for of_crowd in accesses {
            edges.extend(of_crowd.first().map(|first| DiagramEdge { from: id.clone(), ..(*first).clone() }));
            gathered.extend(of_crowd.iter().map(|edge| (edge.from.as_str(), edge.to.as_str())));
        }
    }
    let is_gathered = |edge: &&DiagramEdge| {
        edge.kind == EdgeKind::Access && gathered.contains(&(edge.from.as_str(), edge.to.as_str()))
    };
    edges.extend(diagram.edges.iter().filter(|edge| !is_gathered(edge)).cloned());
    with_new(diagram.clone(), edges, crowds)
}

/// The diagram with other edges and new nodes, each for the frame of an id, without the nodes that have no edge any more.
pub(super) fn with_new(
    mut diagram: Diagram,
    edges: Vec<DiagramEdge>,
    new: impl IntoIterator<Item = (String, DiagramNode)>,
) -> Diagram {
    let had: BTreeSet<&str> = linked(&diagram.edges);
    let has: BTreeSet<&str> = linked(&edges);
    for cluster in &mut diagram.clusters {
        cluster
            .nodes
            .retain(|node| node.highlighted || has.contains(node.id.as_str()) || !had.contains(node.id.as_str()));
    }
    for (frame, node) in new {
        match diagram.clusters.iter_mut().find(|cluster| cluster.id == frame) {
            Some(cluster) => cluster.nodes.push(node),
            None => diagram.clusters.push(Cluster { id: frame, nodes: vec![node], ..Cluster::default() }),
        }
    }
    diagram.clusters.retain(|cluster| !cluster.nodes.is_empty());
    diagram.edges = edges;
    diagram.edges.sort_by(|a, b| (&a.from, &a.to, a.kind).cmp(&(&b.from, &b.to, b.kind)));
    diagram
}

fn linked(edges: &[DiagramEdge]) -> BTreeSet<&str> {
    edges.iter().flat_map(|edge| [edge.from.as_str(), edge.to.as_str()]).collect()
}

/// Every node with its frame, by id.
pub(super) fn places(diagram: &Diagram) -> BTreeMap<&str, (&Cluster, &DiagramNode)> {
    let clusters = diagram.clusters.iter();
    clusters.flat_map(|cluster| cluster.nodes.iter().map(move |node| (node.id.as_str(), (cluster, node)))).collect()
}

fn crowd(id: String, members: &[(&Cluster, &DiagramNode)]) -> (String, DiagramNode) {
    let mut kinds: BTreeMap<NodeKind, usize> = BTreeMap::new();
    for (_, node) in members {
        *kinds.entry(node.kind).or_default() += node.stands_for;
    }
    let kinds: Vec<String> = kinds.into_iter().map(|(kind, count)| counted(kind, count)).collect();
    let nodes: Vec<&DiagramNode> = members.iter().map(|(_, node)| *node).collect();
    let frames: BTreeSet<&str> = members.iter().map(|(cluster, _)| cluster.id.as_str()).collect();
    let mut label = kinds.join(", ");
    if frames.len() > 1 {
        label.push_str(&format!("\nof {} accounts", frames.len()));
    }
    if nodes.len() < CROWD_FROM {
        label.push_str(&names(&nodes));
    }
    let frame = frames.first().filter(|_| frames.len() == 1).map_or_else(String::new, |id| (*id).to_owned());
    (frame, several(id, label, NodeKind::Crowd, &nodes))
}
