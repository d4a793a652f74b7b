//! What stands over a picture: the title, notes in small letters, and the legend.

use std::collections::BTreeSet;

use crate::export::diagram::{Diagram, DiagramEdge, NodeKind};
use crate::export::dot::escape::html;
use crate::export::dot::look::{EdgeLook, edge_look, node_look};
use crate::export::dot::{DotOptions, FAINT};

/// The title, and under it the legend and the notes: an HTML-like label, for several sizes of letters. Empty when there is
/// nothing to say.
pub(super) fn heading(diagram: &Diagram, options: DotOptions) -> String {
    let mut rows = String::new();
    let mut row = |size: usize, content: &str| {
        rows.push_str(&format!(r#"<TR><TD ALIGN="LEFT"><FONT POINT-SIZE="{size}">{content}</FONT></TD></TR>"#));
    };
    if !diagram.title.is_empty() {
        row(15, &format!("<B>{}</B>", html(&diagram.title)));
    }
    for cells in legend(diagram).filter(|_| options.legend).into_iter().flatten() {
        row(9, &cells);
    }
    for note in &diagram.notes {
        row(9, &format!(r##"<FONT COLOR="{FAINT}">{}</FONT>"##, html(note)));
    }
    if rows.is_empty() {
        return rows;
    }
    // The empty row keeps the first frame at a distance.
    rows.push_str(r#"<TR><TD HEIGHT="4"></TD></TR>"#);
    format!(r#"<<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="1" CELLPADDING="1">{rows}</TABLE>>"#)
}

/// A line with each kind of node from three kinds on, and one with each kind of edge then, or from two kinds on.
fn legend(diagram: &Diagram) -> Option<Vec<String>> {
    let kinds: BTreeSet<NodeKind> =
        diagram.clusters.iter().flat_map(|cluster| &cluster.nodes).map(|node| node.kind).collect();
    let mut lines = Vec::new();
    let many = kinds.len() > 2;
    if many {
        lines.push(nodes(kinds));
    }
    let edges = edges(diagram, many);
    if !edges.is_empty() {
        // Spaces would fall together.
        lines.push(edges.join("&#160;&#160;&#160;&#160;"));
    }
    (!lines.is_empty()).then_some(lines)
}

fn nodes(kinds: BTreeSet<NodeKind>) -> String {
    let swatch = |kind: NodeKind| {
        let look = node_look(kind);
        let style = if look.style.contains("rounded") { r#" STYLE="ROUNDED""# } else { "" };
        let (line, fill, word) = (look.line, look.fill, look.word);
        format!(r#"<TD BORDER="1" COLOR="{line}" BGCOLOR="{fill}"{style} CELLPADDING="2">{word}</TD>"#)
    };
    let cells: String = kinds.into_iter().map(swatch).collect();
    // What a long title leaves over goes to all cells alike: empty ones keep the legend together.
    let filler = "<TD></TD>".repeat(24);
    let table = r#"<TABLE ALIGN="LEFT" BORDER="0" CELLBORDER="0" CELLSPACING="3" CELLPADDING="0">"#;
    format!("{table}<TR>{cells}{filler}</TR></TABLE>")
}

fn edges(diagram: &Diagram, many: bool) -> Vec<String> {
    let mut looks: Vec<EdgeLook> = Vec::new();
    for look in diagram.edges.iter().map(edge_look) {
        if !looks.contains(&look) {
            looks.push(look);
        }
    }
    looks.sort_by(|a, b| a.width.total_cmp(&b.width).then(a.word.cmp(b.word)));
    let of_kind = looks.iter().filter(|_| many || looks.len() > 1).map(|look| {
        let (sample, color, word) = (html(look.sample), look.color, look.word);
        format!(r#"<FONT COLOR="{color}"><B>{sample}</B></FONT> {word}"#)
    });
    let mut samples: Vec<String> = of_kind.collect();
    let any = |test: fn(&DiagramEdge) -> bool| diagram.edges.iter().any(test);
    if any(|edge| edge.conditional && !edge.unknown) {
        samples.push("<B>- - -</B> needs a condition".to_owned());
    }
    if any(|edge| edge.unknown) {
        samples.push("<B>· · ·</B> undecided".to_owned());
    }
    samples
}
