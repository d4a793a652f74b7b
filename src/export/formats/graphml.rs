//! GraphML, for Gephi, yEd, NetworkX and others.
//!
//! Every property is a declared key; lists are joined to one text, since readers know no lists. `label` is a node's title and
//! an edge's type, `labels` are all labels of a node.

use std::io::{self, Write};

use super::FormatOptions;
use super::folder::{Folder, OutFile};
use crate::export::property_graph::{Cell, Column, ColumnKind, EDGE_COLUMNS, NODE_COLUMNS, PropertyGraph};

/// Writes the file.
pub(super) fn write(
    graph: &dyn PropertyGraph,
    folder: &mut Folder,
    file: &str,
    _: &FormatOptions<'_>,
) -> io::Result<()> {
    folder.write(file, "the graph, as GraphML", |out| {
        out.write_all(
            b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\">\n",
        )?;
        for (of, columns, more) in
            [("node", &NODE_COLUMNS[..], &["label", "labels"][..]), ("edge", &EDGE_COLUMNS, &["label"])]
        {
            for name in more {
                declare(out, of, name, "string")?;
            }
            for column in columns {
                let kind = match column.kind {
                    ColumnKind::Text | ColumnKind::TextList => "string",
                    ColumnKind::Boolean => "boolean",
                    ColumnKind::Integer => "long",
                };
                declare(out, of, column.name, kind)?;
            }
        }
        out.write_all(b"<graph id=\"iamreach\" edgedefault=\"directed\">\n")?;
        let mut line = String::new();
        graph.nodes(&mut |node| {
            line.clear();
            line.push_str("<node id=\"");
            push_escaped(&mut line, &node.id);
            line.push_str("\">");
            let title = NODE_COLUMNS.iter().zip(&node.cells).find(|(column, _)| column.name == "title");
            push_data(&mut line, "n_label", &title.map_or_else(|| node.id.to_string(), |(_, cell)| written(cell)));
            push_data(&mut line, "n_labels", &node.labels.join(":"));
            push_cells(&mut line, "n_", &NODE_COLUMNS, &node.cells);
            line.push_str("</node>\n");
            out.write_all(line.as_bytes())
        })?;
        graph.edges(&mut |edge| {
            line.clear();
            for (before, text) in
                [("<edge id=\"", &edge.id), ("\" source=\"", &edge.source), ("\" target=\"", &edge.target)]
            {
                line.push_str(before);
                push_escaped(&mut line, text);
            }
            line.push_str("\">");
            push_data(&mut line, "e_label", edge.relation);
            push_cells(&mut line, "e_", &EDGE_COLUMNS, &edge.cells);
            line.push_str("</edge>\n");
            out.write_all(line.as_bytes())
        })?;
        out.write_all(b"</graph>\n</graphml>\n")
    })
}

fn declare(out: &mut OutFile, of: &str, name: &str, kind: &str) -> io::Result<()> {
    let initial = of.get(..1).unwrap_or_default();
    writeln!(out, "<key id=\"{initial}_{name}\" for=\"{of}\" attr.name=\"{name}\" attr.type=\"{kind}\"/>")
}

fn push_cells(line: &mut String, prefix: &str, columns: &[Column], cells: &[Cell<'_>]) {
    for (column, cell) in columns.iter().zip(cells).filter(|(_, cell)| **cell != Cell::Absent) {
        push_data(line, &format!("{prefix}{}", column.name), &written(cell));
    }
}

fn push_data(line: &mut String, key: &str, text: &str) {
    line.push_str("<data key=\"");
    line.push_str(key);
    line.push_str("\">");
    push_escaped(line, text);
    line.push_str("</data>");
}

fn written(cell: &Cell<'_>) -> String {
    match cell {
        Cell::Absent => String::new(),
        Cell::Text(text) => text.to_string(),
        Cell::List(texts) => texts.join("; "),
        Cell::Boolean(value) => value.to_string(),
        Cell::Integer(value) => value.to_string(),
    }
}

/// Text that every XML reader reads back as it is. Line ends are written as references, or readers would change them; what
/// XML 1.0 has no characters for becomes U+FFFD.
fn push_escaped(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' => out.push_str("&#9;"),
            '\n' => out.push_str("&#10;"),
            '\r' => out.push_str("&#13;"),
            '\0'..='\u{1F}' | '\u{FFFE}' | '\u{FFFF}' => out.push('\u{FFFD}'),
            c => out.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::push_escaped;

    #[test]
    fn what_xml_means_otherwise_is_escaped() {
        let cases = [
            ("", ""),
            ("a<b & \"c\" ]]>", "a&lt;b &amp; &quot;c&quot; ]]&gt;"),
            ("two\r\nlines\t", "two&#13;&#10;lines&#9;"),
            ("\0\u{1}\u{1F}\u{7F}\u{FFFE}", "\u{FFFD}\u{FFFD}\u{FFFD}\u{7F}\u{FFFD}"),
            ("\u{202E}עברית 🌲", "\u{202E}עברית 🌲"),
        ];
        for (text, expected) in cases {
            let mut escaped = String::new();
            push_escaped(&mut escaped, text);
            assert_eq!(escaped, expected);
        }
    }
}
