//! Diagrams in Graphviz's DOT language.
//!
//! The crate writes what it is given: no escapes, ids raw, and a panic when the writer fails. So every text goes through
//! `quoted` or `escaped` first, and the crate writes into memory.

use std::collections::BTreeSet;
use std::io::{self, Write};

use dot_writer::{Attributes, AttributesList, DotWriter, Scope};

use crate::export::diagram::{Cluster, Diagram, DiagramEdge, DiagramNode, EdgeKind, NodeKind};

const FONT: &str = "Helvetica,Arial,sans-serif";
const INK: &str = "#1f2933";
const FAINT: &str = "#52606d";
const HIGHLIGHT: &str = "#d6336c";

/// Writes a diagram that `dot -Tsvg` draws, whatever characters its texts hold.
///
/// Clusters are frames; shape and colour tell a node's kind; dashed edges need a condition, dotted ones are undecided,
/// thick ones are highlighted. A legend stands under the title when there is something to tell apart.
///
/// # Errors
/// When `out` fails.
pub fn write_dot(diagram: &Diagram, mut out: impl Write) -> io::Result<()> {
    let mut buffer = Vec::new();
    {
        let mut writer = DotWriter::from(&mut buffer);
        let mut graph = writer.digraph();
        defaults(&mut graph, diagram);
        for cluster in &diagram.clusters {
            if cluster.label.is_empty() {
                cluster.nodes.iter().for_each(|each| node(&mut graph, each));
            } else {
                framed(&mut graph, cluster);
            }
        }
        diagram.edges.iter().for_each(|each| edge(&mut graph, each));
    }
    out.write_all(&buffer)
}

fn defaults(graph: &mut Scope<'_, '_>, diagram: &Diagram) {
    {
        let mut all = graph.graph_attributes();
        all.set("rankdir", "LR", false).set("ranksep", "0.9", false).set("nodesep", "0.22", false);
        all.set("pad", "0.3", false).set("fontname", FONT, true).set("fontcolor", INK, true);
        all.set("labelloc", "t", false).set("labeljust", "l", false).set("bgcolor", "white", false);
        // Without one, the pointer shows the graph's internal name.
        all.set("tooltip", " ", true);
        let heading = heading(diagram);
        if !heading.is_empty() {
            all.set("label", &heading, false);
        }
    }
    let mut nodes = graph.node_attributes();
    nodes.set("fontname", FONT, true).set("fontsize", "11", false).set("fontcolor", INK, true);
    nodes.set("style", "filled", false).set("penwidth", "1.1", false).set("margin", "0.14,0.07", true);
    nodes.set("height", "0.36", false);
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
    frame.set("labeljust", "l", false).set("margin", "14", false).set("penwidth", "1", false);
    let (style, line, fill) = if cluster.external {
        ("rounded,filled,dashed", "#e8590c", "#fff9f5")
    } else {
        ("rounded,filled", "#cbd2d9", "#f7f9fb")
    };
    frame.set("style", style, true).set("color", line, true).set("fillcolor", fill, true);
    cluster.nodes.iter().for_each(|each| node(&mut frame, each));
}

fn node(scope: &mut Scope<'_, '_>, node: &DiagramNode) {
    let look = look(node.kind);
    let mut written = scope.node_named(quoted(&node.id));
    written.set("label", &escaped(&node.label), true).set("tooltip", &escaped(&node.tooltip), true);
    written.set("shape", look.shape, false).set("style", look.style, true);
    written.set("fillcolor", look.fill, true);
    if node.highlighted {
        written.set("color", HIGHLIGHT, true).set("penwidth", "2.4", false);
    } else {
        written.set("color", look.line, true);
    }
}

fn edge(scope: &mut Scope<'_, '_>, edge: &DiagramEdge) {
    let mut written = scope.edge(quoted(&edge.from), quoted(&edge.to)).attributes();
    let (color, head) = match edge.kind {
        EdgeKind::Assume => ("#4263eb", "normal"),
        EdgeKind::Access => ("#2b8a3e", "normal"),
        EdgeKind::Member => ("#868e96", "empty"),
        EdgeKind::Owns => ("#adb5bd", "none"),
    };
    written.set("color", if edge.highlighted { HIGHLIGHT } else { color }, true).set("arrowhead", head, false);
    if edge.unknown {
        written.set("style", "dotted", false);
    } else if edge.conditional {
        written.set("style", "dashed", false);
    }
    if edge.highlighted {
        written.set("penwidth", "2.6", false);
    } else if edge.unknown {
        // Dots of a thin line vanish.
        written.set("penwidth", "1.6", false);
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

/// How a kind is drawn.
struct Look {
    word: &'static str,
    shape: &'static str,
    style: &'static str,
    fill: &'static str,
    line: &'static str,
}

fn look(kind: NodeKind) -> Look {
    let (word, shape, style, fill, line) = match kind {
        NodeKind::User => ("user", "box", "filled,rounded", "#dbe4ff", "#4263eb"),
        NodeKind::Role => ("role", "hexagon", "filled", "#fff3bf", "#e67700"),
        NodeKind::Root => ("root user", "box", "filled,rounded,bold", "#ffc9c9", "#c92a2a"),
        NodeKind::Group => ("group", "folder", "filled", "#e5dbff", "#6741d9"),
        NodeKind::Account => ("account", "box", "filled", "#e9ecef", "#495057"),
        NodeKind::External => ("external", "box", "filled,rounded,dashed", "#ffe8cc", "#e8590c"),
        NodeKind::Service => ("AWS service", "component", "filled", "#e9ecef", "#495057"),
        NodeKind::Provider => ("identity provider", "tab", "filled", "#eebefa", "#862e9c"),
        NodeKind::Everyone => ("anyone", "octagon", "filled,bold", "#ffc9c9", "#c92a2a"),
        NodeKind::Storage => ("data", "cylinder", "filled", "#d3f9d8", "#2b8a3e"),
        NodeKind::Key => ("key", "cds", "filled", "#c3fae8", "#087f5b"),
        NodeKind::Secret => ("secret", "note", "filled", "#c3fae8", "#087f5b"),
        NodeKind::Queue => ("queue or topic", "parallelogram", "filled", "#c5f6fa", "#0b7285"),
        NodeKind::Compute => ("compute", "box3d", "filled", "#d0ebff", "#1864ab"),
        NodeKind::Resource => ("resource", "box", "filled", "#ebfbee", "#2b8a3e"),
    };
    Look { word, shape, style, fill, line }
}

/// The title, and under it the legend: an HTML-like label, for two sizes of letters. Empty when there is nothing to say.
fn heading(diagram: &Diagram) -> String {
    let mut rows = String::new();
    if !diagram.title.is_empty() {
        let title = html(&diagram.title);
        rows.push_str(&format!(
            r#"<TR><TD ALIGN="LEFT" COLSPAN="9"><FONT POINT-SIZE="17"><B>{title}</B></FONT></TD></TR>"#
        ));
    }
    if let Some(legend) = legend(diagram) {
        // A long title's width goes to all columns alike: the empty ones keep the legend together.
        let filler = "<TD></TD>".repeat(8);
        rows.push_str(&format!(r#"<TR><TD ALIGN="LEFT">{legend}</TD>{filler}</TR>"#));
    }
    if rows.is_empty() {
        return rows;
    }
    // The empty row keeps the first frame at a distance.
    rows.push_str(r#"<TR><TD HEIGHT="6"></TD></TR>"#);
    format!(r#"<<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="2" CELLPADDING="1">{rows}</TABLE>>"#)
}

/// A swatch for each kind of node from three kinds on, and a sample of each unusual line.
fn legend(diagram: &Diagram) -> Option<String> {
    let kinds: BTreeSet<NodeKind> =
        diagram.clusters.iter().flat_map(|cluster| &cluster.nodes).map(|node| node.kind).collect();
    let mut cells = String::new();
    if kinds.len() > 2 {
        for look in kinds.into_iter().map(look) {
            cells.push_str(&format!(
                r#"<TD BORDER="1" COLOR="{}" BGCOLOR="{}" WIDTH="14"></TD><TD ALIGN="LEFT">{}  </TD>"#,
                look.line, look.fill, look.word
            ));
        }
    }
    let any = |test: fn(&DiagramEdge) -> bool| diagram.edges.iter().any(test);
    if any(|edge| edge.conditional && !edge.unknown) {
        cells.push_str("<TD><B>- - -</B></TD><TD>needs a condition  </TD>");
    }
    if any(|edge| edge.unknown) {
        cells.push_str("<TD><B>· · ·</B></TD><TD>undecided  </TD>");
    }
    let table = r#"<TABLE ALIGN="LEFT" BORDER="0" CELLBORDER="0" CELLSPACING="4" CELLPADDING="1"><TR>"#;
    (!cells.is_empty())
        .then(|| format!(r##"<FONT POINT-SIZE="10" COLOR="{FAINT}">{table}{cells}</TR></TABLE></FONT>"##))
}

/// A DOT id: `escaped` between quotes.
fn quoted(text: &str) -> String {
    format!("\"{}\"", escaped(text))
}

/// The inside of a quoted DOT string that shows as the text does.
///
/// A backslash would begin one of Graphviz's own escapes (`\N` is the node's name) and `&` an HTML entity, which Graphviz
/// resolves even in plain labels. Control characters cannot stand in SVG: a line feed becomes a new line, the others
/// their pictures.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '"' => escaped.push_str("\\\""),
            '\\' => escaped.push_str("\\\\"),
            '&' => escaped.push_str("&amp;"),
            '\n' => escaped.push_str("\\n"),
            c => escaped.push(drawable(c)),
        }
    }
    escaped
}

/// The text inside an HTML-like label.
fn html(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            // Graphviz's own escapes (`\G`) work here too, even behind an entity, and nothing escapes them: a lookalike.
            '\\' => escaped.push('∖'),
            '\n' => escaped.push(' '),
            c => escaped.push(drawable(c)),
        }
    }
    escaped
}

/// The character, or one that can stand for it in SVG.
fn drawable(c: char) -> char {
    match c {
        '\u{0}'..='\u{1F}' => char::from_u32(0x2400 + u32::from(c)).unwrap_or('\u{FFFD}'),
        '\u{7F}' => '\u{2421}',
        // Those that turn the direction of what follows are taken out of sight too.
        '\u{80}'..='\u{9F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FFFE}' | '\u{FFFF}' => '\u{FFFD}',
        c => c,
    }
}
