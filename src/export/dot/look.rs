//! What kinds of nodes and edges look like. Colours differ in lightness too, and shape, arrowhead and width say what colour
//! says, so that a print in grey and a reader who does not tell red from green lose nothing.

use crate::export::diagram::{DiagramEdge, EdgeKind, NodeKind, Strength};

/// How a kind of node is drawn.
pub(super) struct NodeLook {
    pub(super) word: &'static str,
    pub(super) shape: &'static str,
    pub(super) style: &'static str,
    pub(super) fill: &'static str,
    pub(super) line: &'static str,
}

pub(super) fn node_look(kind: NodeKind) -> NodeLook {
    let (word, shape, style, fill, line) = match kind {
        NodeKind::User => ("user", "box", "filled,rounded", "#dbe9fb", "#1c5fb8"),
        NodeKind::Role => ("role", "box", "filled,diagonals", "#fff3c4", "#a86500"),
        NodeKind::Root => ("root user", "box", "filled,rounded,bold", "#f7c5bd", "#a61e0d"),
        NodeKind::Group => ("group", "folder", "filled", "#e5dbff", "#6741d9"),
        NodeKind::Crowd => ("several principals", "box", "filled,rounded,dashed", "#eceff2", "#3d4a57"),
        NodeKind::External => ("outsider", "box", "filled,rounded,dashed", "#ffe3c2", "#c94f00"),
        NodeKind::Service => ("AWS service", "component", "filled", "#eceff2", "#3d4a57"),
        NodeKind::Provider => ("identity provider", "tab", "filled", "#f3d9fa", "#862e9c"),
        NodeKind::Everyone => ("anyone", "octagon", "filled,bold", "#f7c5bd", "#a61e0d"),
        NodeKind::Storage => ("data", "cylinder", "filled", "#d5f0e3", "#00684f"),
        NodeKind::Key => ("key", "cds", "filled", "#c8efe9", "#00605a"),
        NodeKind::Secret => ("secret", "note", "filled", "#c8efe9", "#00605a"),
        NodeKind::Queue => ("queue or topic", "parallelogram", "filled", "#cdeef5", "#0b5a70"),
        NodeKind::Compute => ("compute", "box3d", "filled", "#d3e9f8", "#164f86"),
        NodeKind::Resource => ("resource", "rect", "filled", "#e9f7ef", "#00684f"),
        NodeKind::Resources => ("several resources", "rect", "filled,dashed", "#e9f7ef", "#00684f"),
    };
    NodeLook { word, shape, style, fill, line }
}

/// How a kind of edge is drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct EdgeLook {
    pub(super) word: &'static str,
    /// The line as the legend writes it.
    pub(super) sample: &'static str,
    pub(super) color: &'static str,
    pub(super) head: &'static str,
    pub(super) width: f32,
}

pub(super) fn edge_look(edge: &DiagramEdge) -> EdgeLook {
    let (word, sample, color, head, width) = match (edge.kind, edge.strength) {
        (EdgeKind::Assume, _) => ("can become", "──▶", "#1c5fb8", "normal", 1.2),
        (EdgeKind::Access, Strength::Read) => ("reads", "──>", "#6b7b86", "vee", 0.9),
        (EdgeKind::Access, Strength::Write) => ("writes", "──≫", "#00755c", "veevee", 1.4),
        (EdgeKind::Access, Strength::Permissions) => ("changes permissions", "━━◆", "#b03a00", "diamond", 2.2),
        (EdgeKind::Member, _) => ("member of", "──▷", "#7b8794", "empty", 1.0),
        (EdgeKind::Owns, _) => ("holds", "───", "#7b8794", "none", 1.0),
    };
    EdgeLook { word, sample, color, head, width }
}
