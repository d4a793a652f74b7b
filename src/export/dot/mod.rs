//! Diagrams in Graphviz's DOT language.
//!
//! The crate writes what it is given: no escapes, ids raw, and a panic when the writer fails. So every text goes through
//! `quoted` or `escaped` first, and the crate writes into memory.

mod escape;
mod legend;
mod look;

use std::collections::BTreeSet;
use std::io::{self, Write};

use dot_writer::{Attributes, AttributesList, DotWriter, Scope};

use crate::export::diagram::{Cluster, Diagram, DiagramEdge, DiagramNode, NodeKind};
use crate::export::dot::escape::{escaped, quoted};
use crate::export::dot::legend::heading;
use crate::export::dot::look::{edge_look, node_look};

const FONT: &str = "Helvetica,Arial,sans-serif";
const INK: &str = "#1f2933";
const FAINT: &str = "#52606d";
const HIGHLIGHT: &str = "#c2255c";

/// How a diagram is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DotOptions {
    /// Whether a legend stands under the title, when there is something to tell apart.
    pub legend: bool,
}

impl Default for DotOptions {
    fn default() -> Self {
        Self { legend: true }
    }
}

/// Writes a diagram that `dot -Tsvg` draws, whatever characters its texts hold.
///
/// Clusters are frames; shape and colour tell a node's kind, arrowhead, width and colour an edge's; dashed edges need a
/// condition, dotted ones are undecided, and what is highlighted has a thick border or line. Nothing is told by colour
/// alone.
///
/// # Errors
/// When `out` fails.
pub fn write_dot(diagram: &Diagram, mut out: impl Write, options: DotOptions) -> io::Result<()> {
    let mut buffer = Vec::new();
    {
        let mut writer = DotWriter::from(&mut buffer);
        let mut graph = writer.digraph();
        defaults(&mut graph, diagram, options);
        for cluster in &diagram.clusters {
            if cluster.label.is_empty() {
                cluster.nodes.iter().for_each(|each| node(&mut graph, each));
            } else {
                framed(&mut graph, cluster);
            }
        }
        let nodes = diagram.clusters.iter().flat_map(|cluster| &cluster.nodes);
        let crowds: BTreeSet<&str> =
            nodes.filter(|node| node.kind == NodeKind::Crowd).map(|node| node.id.as_str()).collect();
        for each in &diagram.edges {
            edge(&mut graph, each, crowds.contains(each.from.as_str()));
        }
    }
    out.write_all(&buffer)
}

fn defaults(graph: &mut Scope<'_, '_>, diagram: &Diagram, options: DotOptions) {
    {
        let mut all = graph.graph_attributes();
        all.set("rankdir", "LR", false).set("ranksep", "0.5", false).set("nodesep", "0.14", false);
        all.set("pad", "0.2", false).set("fontname", FONT, true).set("fontcolor", INK, true);
        all.set("labelloc", "t", false).set("labeljust", "l", false).set("bgcolor", "white", false);
        // Without one, the pointer shows the graph's internal name.
        all.set("tooltip", " ", true);
        let heading = heading(diagram, options);
        if !heading.is_empty() {
            all.set("label", &heading, false);
        }
    }
    let mut nodes = graph.node_attributes();
    nodes.set("fontname", FONT, true).set("fontsize", "11", false).set("fontcolor", INK, true);
    nodes.set("style", "filled", false).set("penwidth", "1.1", false).set("margin", "0.08,0.04", true);
    nodes.set("height", "0.27", false);
    drop(nodes);
    let mut edges = graph.edge_attributes();
    edges.set("fontname", FONT, true).set("fontsize", "9", false).set("fontcolor", FAINT, true);
    edges.set("color", "#7b8794", true).set("arrowsize", "0.7", false).set("penwidth", "1.1", false);
}

fn framed(graph: &mut Scope<'_, '_>, cluster: &Cluster) {
    let mut frame = graph.cluster();
    // `\\l` ends a line that stands on the left.
    let label: String = cluster.label.lines().map(|line| format!("{}\\l", escaped(line))).collect();
    frame.set("label", &label, true).set("tooltip", &escaped(&cluster.label), true);
    frame.set("fontname", FONT, true).set("fontsize", "11", false).set("fontcolor", FAINT, true);
    frame.set("labeljust", "l", false).set("margin", "10", false).set("penwidth", "1", false);
    let (style, line, fill) = if cluster.external {
        ("rounded,filled,dashed", "#e8590c", "#fff9f5")
    } else {
        ("rounded,filled", "#cbd2d9", "#f7f9fb")
    };
    frame.set("style", style, true).set("color", line, true).set("fillcolor", fill, true);
    cluster.nodes.iter().for_each(|each| node(&mut frame, each));
}

fn node(scope: &mut Scope<'_, '_>, node: &DiagramNode) {
    let look = node_look(node.kind);
    let mut written = scope.node_named(quoted(&node.id));
    written.set("label", &escaped(&node.label), true).set("tooltip", &escaped(&node.tooltip), true);
    written.set("shape", look.shape, false).set("style", look.style, true);
    written.set("fillcolor", look.fill, true);
    if look.shape == "cylinder" {
        // Its lid would lie on the first line.
        written.set("margin", "0.08,0.08", true);
    }
    if node.highlighted {
        written.set("color", HIGHLIGHT, true).set("penwidth", "2.8", false);
    } else {
        written.set("color", look.line, true);
    }
}

/// `short` where an end belongs near the other, having no place of its own.
fn edge(scope: &mut Scope<'_, '_>, edge: &DiagramEdge, short: bool) {
    let mut written = scope.edge(quoted(&edge.from), quoted(&edge.to)).attributes();
    let look = edge_look(edge);
    written.set("color", if edge.highlighted { HIGHLIGHT } else { look.color }, true);
    written.set("arrowhead", look.head, false);
    if edge.unknown {
        written.set("style", "dotted", false);
    } else if edge.conditional {
        written.set("style", "dashed", false);
    }
    // Dots of a thin line vanish.
    let width = if edge.unknown { look.width + 0.5 } else { look.width };
    let width = if edge.highlighted { width.max(2.6) } else { width };
    written.set("penwidth", &format!("{width:.1}"), false);
    if short {
        written.set("weight", "6", false);
    }
    words(&mut written, edge);
}

fn words(written: &mut AttributesList<'_, '_>, edge: &DiagramEdge) {
    if !edge.label.is_empty() {
        // Spaces keep the words off the line.
        written.set("label", &format!(" {} ", escaped(&edge.label)), true);
        written.set("labeltooltip", &escaped(&edge.tooltip), true);
    }
    written.set("tooltip", &escaped(&edge.tooltip), true);
}
