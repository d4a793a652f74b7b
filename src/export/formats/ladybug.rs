//! Tables and scripts for Ladybug, the embedded graph database: one file, no server.
//!
//! Its CSV reader cannot hold a list of arbitrary texts, so that lists come as one text, separated by U+001F, and the load
//! script splits them. Nodes are one table, with their labels as a list; each type of relationships is a table of its own.

use std::io::{self, Write};

use super::FormatOptions;
use super::database_csv::{push_cell, push_text};
use super::folder::Folder;
use super::standard_queries::renamed;
use crate::export::property_graph::{Column, ColumnKind, EDGE_COLUMNS, NODE_COLUMNS, PropertyGraph};

/// Between the items of a list: the unit separator, which no name holds; should one, it is written as U+FFFD.
const SEPARATOR: &str = "\u{1F}";

/// Writes the files into `folder`.
pub(super) fn write(
    graph: &dyn PropertyGraph,
    folder: &mut Folder,
    _: &str,
    options: &FormatOptions<'_>,
) -> io::Result<()> {
    folder.write("nodes.csv", "every node", |out| {
        writeln!(out, "id,labels,{},snapshot", names(&NODE_COLUMNS))?;
        let mut line = String::new();
        graph.nodes(&mut |node| {
            line.clear();
            push_text(&mut line, &node.id);
            line.push(',');
            push_text(&mut line, &node.labels.join(SEPARATOR));
            push_properties(&mut line, &node.cells, options);
            out.write_all(line.as_bytes())
        })
    })?;
    let files: Vec<(String, &'static str)> =
        graph.relations().iter().map(|relation| (file_of(relation), "every relationship of the type")).collect();
    folder.write_several(&files, |outs| {
        for out in outs.iter_mut() {
            writeln!(out, "source,target,id,{},snapshot", names(&EDGE_COLUMNS))?;
        }
        let mut line = String::new();
        graph.edges(&mut |edge| {
            line.clear();
            push_text(&mut line, &edge.source);
            for text in [&edge.target, &edge.id] {
                line.push(',');
                push_text(&mut line, text);
            }
            push_properties(&mut line, &edge.cells, options);
            let table = graph.relations().iter().position(|relation| *relation == edge.relation);
            table.and_then(|table| outs.get_mut(table)).map_or(Ok(()), |out| out.write_all(line.as_bytes()))
        })
    })?;
    let texts = [
        ("schema.cypher", "the tables", schema(graph)),
        ("load.cypher", "loads the CSV files, run in this folder", load(graph)),
        ("queries.cypher", "standard questions", renamed(include_str!("queries/ladybug.cypher"), options.names)),
    ];
    texts.iter().try_for_each(|(path, what, text)| folder.write(path, what, |out| out.write_all(text.as_bytes())))
}

fn file_of(relation: &str) -> String {
    format!("{}.csv", relation.to_lowercase())
}

fn names(columns: &[Column]) -> String {
    columns.iter().map(|column| column.name).collect::<Vec<_>>().join(",")
}

fn push_properties(line: &mut String, cells: &[crate::export::property_graph::Cell<'_>], options: &FormatOptions<'_>) {
    for cell in cells {
        push_cell(line, cell, |items| {
            items.iter().map(|item| item.replace(SEPARATOR, "\u{FFFD}")).collect::<Vec<_>>().join(SEPARATOR)
        });
    }
    line.push(',');
    push_text(line, options.snapshot);
    line.push('\n');
}

fn kind(column: &Column) -> &'static str {
    match column.kind {
        ColumnKind::Text => "STRING",
        ColumnKind::TextList => "STRING[]",
        ColumnKind::Boolean => "BOOLEAN",
        ColumnKind::Integer => "INT64",
    }
}

fn columns(columns: &[Column]) -> String {
    columns.iter().map(|column| format!("{} {}, ", column.name, kind(column))).collect()
}

fn schema(graph: &dyn PropertyGraph) -> String {
    let mut text = format!(
        "CREATE NODE TABLE Node(id STRING PRIMARY KEY, labels STRING[], {}snapshot STRING);\n",
        columns(&NODE_COLUMNS)
    );
    for relation in graph.relations() {
        text.push_str(&format!(
            "CREATE REL TABLE {relation}(FROM Node TO Node, id STRING, {}snapshot STRING);\n",
            columns(&EDGE_COLUMNS)
        ));
    }
    text
}

fn load(graph: &dyn PropertyGraph) -> String {
    let copy = |table: &str, file: &str, first: &[(&str, bool)], columns: &[Column]| {
        let own = first
            .iter()
            .copied()
            .chain(columns.iter().map(|column| (column.name, column.kind == ColumnKind::TextList)));
        let all: Vec<(&str, bool)> = own.chain([("snapshot", false)]).collect();
        let typed = |(name, is_list): &(&str, bool)| {
            let column = columns.iter().find(|column| column.name == *name);
            format!("{name} {}", if *is_list { "STRING" } else { column.map_or("STRING", kind) })
        };
        let read = |(name, is_list): &(&str, bool)| match is_list {
            true => format!("string_split({name}, '{SEPARATOR}')"),
            false => (*name).to_owned(),
        };
        let list = |each: &dyn Fn(&(&str, bool)) -> String| all.iter().map(each).collect::<Vec<_>>().join(", ");
        format!(
            "COPY {table} FROM (LOAD WITH HEADERS ({}) FROM '{file}' (HEADER=true, ESCAPE='\"', PARALLEL=false) RETURN {});\n",
            list(&typed),
            list(&read)
        )
    };
    let mut text = copy("Node", "nodes.csv", &[("id", false), ("labels", true)], &NODE_COLUMNS);
    for relation in graph.relations() {
        let ends = [("source", false), ("target", false), ("id", false)];
        text.push_str(&copy(relation, &file_of(relation), &ends, &EDGE_COLUMNS));
    }
    text
}
