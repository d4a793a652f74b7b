//! CSV for Amazon Neptune's bulk loader, in its two forms: the folder `opencypher` for openCypher, `gremlin` for Gremlin.
//!
//! The loader makes an unordered set of an array, and takes none on Gremlin's edges, so that a list is one text, as in the
//! tables for spreadsheets. Vertices have one value a property, which Gremlin's headers have to say. It loads every file
//! below a prefix, which is why the scripts are not in these folders.

use std::io::{self, Write};

use super::FormatOptions;
use super::database_csv::{push_cell, push_text};
use super::folder::{Folder, OutFile};
use super::load_csv::stale;
use super::spreadsheet::joined;
use super::standard_queries::renamed;
use crate::export::property_graph::{Cell, Column, ColumnKind, EDGE_COLUMNS, NODE_COLUMNS, PropertyGraph};

/// How one form's headers begin, and what follows the type of a vertex's property.
struct Form {
    nodes: (&'static str, &'static str),
    edges: (&'static str, &'static str),
    node_head: &'static str,
    edge_head: &'static str,
    cardinality: &'static str,
}

const FORMS: [Form; 2] = [
    Form {
        nodes: ("opencypher/nodes.csv", "every node, for the loader's format opencypher"),
        edges: ("opencypher/relationships.csv", "every relationship, for the loader's format opencypher"),
        node_head: ":ID,:LABEL",
        edge_head: ":ID,:START_ID,:END_ID,:TYPE",
        cardinality: "",
    },
    Form {
        nodes: ("gremlin/vertices.csv", "every vertex, for the loader's format csv"),
        edges: ("gremlin/edges.csv", "every edge, for the loader's format csv"),
        node_head: "~id,~label",
        edge_head: "~id,~from,~to,~label",
        cardinality: "(single)",
    },
];

const STALE: &str = "\
// Takes away what an earlier load left, in openCypher; an edge left over would be an access that is no more.
//
// Copy one of the folders, opencypher or gremlin, to a prefix of a bucket and load that, with
//     \"format\": \"opencypher\", or \"csv\" for the folder gremlin
//     \"userProvidedEdgeIds\": \"TRUE\", \"updateSingleCardinalityProperties\": \"TRUE\"
// so that loading once more updates. Then run these statements, one by one. Neptune Analytics ignores the ids of edges and
// would have each twice: give it an empty graph.

";

/// How often a line of the questions that begins with `@` stands in the file: openCypher of Neptune knows no search, and
/// tries every path of a pattern of variable length.
const STEPS: usize = 40;

/// Writes the files into `folder`.
pub(super) fn write(
    graph: &dyn PropertyGraph,
    folder: &mut Folder,
    _: &str,
    options: &FormatOptions<'_>,
) -> io::Result<()> {
    for form in &FORMS {
        let (path, what) = form.nodes;
        folder.write(path, what, |out| {
            writeln!(out, "{}{}", form.node_head, header(&NODE_COLUMNS, form.cardinality))?;
            let mut line = String::new();
            graph.nodes(&mut |node| {
                let labels = node.labels.join(";");
                row(out, &mut line, &[&node.id, &labels], (&NODE_COLUMNS, &node.cells), options)
            })
        })?;
        let (path, what) = form.edges;
        folder.write(path, what, |out| {
            writeln!(out, "{}{}", form.edge_head, header(&EDGE_COLUMNS, ""))?;
            let mut line = String::new();
            graph.edges(&mut |edge| {
                let first = [&*edge.id, &*edge.source, &*edge.target, edge.relation];
                row(out, &mut line, &first, (&EDGE_COLUMNS, &edge.cells), options)
            })
        })?;
    }
    let stale = graph.labels().first().map_or_else(String::new, |base| {
        stale(base, options.snapshot, |matched, _, deletion| format!("{matched} {deletion};\n"))
    });
    let questions = |text: &str| renamed(&with_steps(text), options.names);
    let texts = [
        ("stale.cypher", "how to load, and what takes away an earlier load", format!("{STALE}{stale}")),
        ("queries.cypher", "standard questions, in openCypher", questions(include_str!("queries/neptune.cypher"))),
        ("queries.gremlin", "standard questions, in Gremlin", questions(include_str!("queries/neptune.gremlin"))),
    ];
    texts.iter().try_for_each(|(path, what, text)| folder.write(path, what, |out| out.write_all(text.as_bytes())))
}

fn header(columns: &[Column], cardinality: &str) -> String {
    let snapshot = Column { name: "snapshot", kind: ColumnKind::Text };
    let typed = |column: &Column| {
        let kind = match column.kind {
            ColumnKind::Text | ColumnKind::TextList => "String",
            ColumnKind::Boolean => "Bool",
            ColumnKind::Integer => "Long",
        };
        format!(",{}:{kind}{cardinality}", column.name)
    };
    columns.iter().chain([&snapshot]).map(typed).collect()
}

fn row(
    out: &mut OutFile,
    line: &mut String,
    first: &[&str],
    (columns, cells): (&[Column], &[Cell<'_>]),
    options: &FormatOptions<'_>,
) -> io::Result<()> {
    line.clear();
    for (number, text) in first.iter().enumerate() {
        if number > 0 {
            line.push(',');
        }
        push_text(line, text);
    }
    for (column, cell) in columns.iter().zip(cells) {
        push_cell(line, cell, |items| joined(column, items));
    }
    line.push(',');
    push_text(line, options.snapshot);
    line.push('\n');
    out.write_all(line.as_bytes())
}

/// The text with every line that begins with `@` written [`STEPS`] times.
fn with_steps(text: &str) -> String {
    let written = |line: &str| match line.strip_prefix("@ ") {
        Some(step) => format!("{step}\n").repeat(STEPS),
        None => format!("{line}\n"),
    };
    text.lines().map(written).collect()
}

#[cfg(test)]
mod tests {
    use super::{STEPS, with_steps};

    #[test]
    fn steps_are_written_out() {
        assert_eq!(with_steps("a\n@ b\nc @ d\n"), format!("a\n{}c @ d\n", "b\n".repeat(STEPS)));
    }
}
