//! CSV for `neo4j-admin database import full`, and scripts that load the same files into a running Neo4j or Memgraph.
//!
//! Items of a list, and a node's labels, are separated by the character U+001F. The importer has no way of escaping its
//! array delimiter inside an item, so it must be one that no name holds; should one hold it, it is read as U+FFFD. The
//! files begin with their header, which `LOAD CSV` needs and the importer takes as well.

use std::io::{self, Write};

use super::database_csv::{push_cell, push_text};
use super::folder::Folder;
use super::standard_queries::renamed;
use super::{FormatOptions, load_csv, schema};
use crate::export::property_graph::{
    Cell, Column, ColumnKind, EDGE_COLUMNS, EdgeRecord, NODE_COLUMNS, NodeRecord, PropertyGraph,
};

/// Between the items of a list: the unit separator.
const ARRAY_DELIMITER: &str = "\u{1F}";

const IMPORT: &str = r#"#!/bin/sh
# Makes the graph a database of Neo4j 5, from the files beside this script.
#
#     sh import.sh DATABASE
#
# REPLACES the whole database of that name (a new installation's is `neo4j`): whatever else it holds is lost, and nothing
# of an earlier import is left. The database must be stopped; indexes.cypher comes after its start. To load the graph into
# a database that is running or holds other data, use load.cypher.
set -eu
cd "$(dirname "$0")"
exec neo4j-admin database import full "${1:?the name of the database to replace}" \
    --overwrite-destination \
    --multiline-fields=true \
    --array-delimiter='U+001F' \
    --nodes=nodes.csv \
    --relationships=relationships.csv
"#;

/// Writes the files into `folder`.
pub(super) fn write(
    graph: &dyn PropertyGraph,
    folder: &mut Folder,
    _: &str,
    options: &FormatOptions<'_>,
) -> io::Result<()> {
    folder.write("nodes.csv", "every node, with a typed header", |out| nodes(graph, out, options))?;
    folder.write("relationships.csv", "every relationship, with a typed header", |out| edges(graph, out, options))?;
    let schema = schema::neo4j(graph, options)?;
    let texts = [
        ("import.sh", "makes a new database of the CSV files", IMPORT.to_owned()),
        ("indexes.cypher", "constraint and indexes, to be run after import.sh", schema.before + &schema.behind),
        (
            "load.cypher",
            "loads the CSV files into a running Neo4j 5",
            load_csv::script(graph, load_csv::NEO4J, options)?,
        ),
        (
            "load.memgraph.cypher",
            "loads the CSV files into a running Memgraph",
            load_csv::script(graph, load_csv::MEMGRAPH, options)?,
        ),
        ("backslash.csv", "tells load.cypher how the server reads CSV", "\"\\\\\"\n".to_owned()),
        (
            "queries.cypher",
            "standard questions, for Neo4j",
            renamed(include_str!("queries/neo4j.cypher"), options.names),
        ),
        (
            "queries.memgraph.cypher",
            "standard questions, for Memgraph",
            renamed(include_str!("queries/memgraph.cypher"), options.names),
        ),
    ];
    texts.iter().try_for_each(|(path, what, text)| folder.write(path, what, |out| out.write_all(text.as_bytes())))
}

/// The name of a column with its type.
pub(super) fn header(column: &Column) -> String {
    let kind = match column.kind {
        ColumnKind::Text => "",
        ColumnKind::TextList => ":string[]",
        ColumnKind::Boolean => ":boolean",
        ColumnKind::Integer => ":long",
    };
    format!("{}{kind}", column.name)
}

fn nodes(graph: &dyn PropertyGraph, out: &mut impl Write, options: &FormatOptions<'_>) -> io::Result<()> {
    let columns: Vec<String> = NODE_COLUMNS.iter().map(header).collect();
    writeln!(out, "id:ID,{},snapshot,:LABEL", columns.join(","))?;
    let mut line = String::new();
    graph.nodes(&mut |node: &NodeRecord<'_>| {
        line.clear();
        push_text(&mut line, &node.id);
        push_properties(&mut line, &node.cells, options);
        line.push(',');
        push_text(&mut line, &node.labels.join(ARRAY_DELIMITER));
        line.push('\n');
        out.write_all(line.as_bytes())
    })
}

fn edges(graph: &dyn PropertyGraph, out: &mut impl Write, options: &FormatOptions<'_>) -> io::Result<()> {
    let columns: Vec<String> = EDGE_COLUMNS.iter().map(header).collect();
    writeln!(out, ":START_ID,:END_ID,:TYPE,id,{},snapshot", columns.join(","))?;
    let mut line = String::new();
    graph.edges(&mut |edge: &EdgeRecord<'_>| {
        line.clear();
        push_text(&mut line, &edge.source);
        for text in [&edge.target, edge.relation, &edge.id] {
            line.push(',');
            push_text(&mut line, text);
        }
        push_properties(&mut line, &edge.cells, options);
        line.push('\n');
        out.write_all(line.as_bytes())
    })
}

fn push_properties(line: &mut String, cells: &[Cell<'_>], options: &FormatOptions<'_>) {
    for cell in cells {
        push_cell(line, cell, |items| {
            let items: Vec<String> = items.iter().map(|item| item.replace(ARRAY_DELIMITER, "\u{FFFD}")).collect();
            items.join(ARRAY_DELIMITER)
        });
    }
    line.push(',');
    push_text(line, options.snapshot);
}
