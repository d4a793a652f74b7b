//! Tables for spreadsheets: `nodes.csv` and `edges.csv`, with the guards of [`csv`](crate::export::csv) on every cell.
//!
//! Actions are separated by a space, items of other lists by `; `. An edge has the title and the account of both ends beside
//! their ids, so that it can be read and filtered without looking the nodes up.

use std::borrow::Cow;
use std::collections::HashMap;
use std::io;

use super::FormatOptions;
use super::folder::Folder;
use crate::export::csv::write_guarded;
use crate::export::property_graph::{Cell, Column, EDGE_COLUMNS, NODE_COLUMNS, PropertyGraph};

/// The columns of `nodes.csv`.
#[must_use]
pub fn node_table_columns() -> Vec<&'static str> {
    ["id", "labels"].into_iter().chain(names(&NODE_COLUMNS)).collect()
}

/// The columns of `edges.csv`.
#[must_use]
pub fn edge_table_columns() -> Vec<&'static str> {
    let ends =
        ["source", "source_title", "source_account_id", "relation", "target", "target_title", "target_account_id"];
    ends.into_iter().chain(names(&EDGE_COLUMNS)).chain(["id"]).collect()
}

fn names(columns: &'static [Column]) -> impl Iterator<Item = &'static str> {
    columns.iter().map(|column| column.name)
}

/// Writes the files into `folder`.
pub(super) fn write(
    graph: &dyn PropertyGraph,
    folder: &mut Folder,
    _: &str,
    options: &FormatOptions<'_>,
) -> io::Result<()> {
    let mut ends: HashMap<String, [String; 2]> = HashMap::new();
    folder.write("nodes.csv", "every node, for spreadsheets", |out| {
        write_guarded(&node_table_columns(), out, options.csv, |row| {
            graph.nodes(&mut |node| {
                let mut cells = vec![node.id.to_string(), node.labels.join(" ")];
                cells.extend(NODE_COLUMNS.iter().zip(&node.cells).map(|(column, cell)| written(column, cell)));
                let of = |name: &str| {
                    let place = NODE_COLUMNS.iter().position(|column| column.name == name);
                    place.and_then(|place| cells.get(place + 2)).cloned().unwrap_or_default()
                };
                ends.insert(node.id.to_string(), [of("title"), of("account_id")]);
                row(cells)
            })
        })
    })?;
    folder.write("edges.csv", "every edge, for spreadsheets", |out| {
        write_guarded(&edge_table_columns(), out, options.csv, |row| {
            graph.edges(&mut |edge| {
                let mut cells = Vec::with_capacity(EDGE_COLUMNS.len() + 8);
                for (end, relation) in [(&edge.source, Some(edge.relation)), (&edge.target, None)] {
                    cells.push(end.to_string());
                    cells.extend(ends.get(&**end).cloned().unwrap_or_default());
                    cells.extend(relation.map(str::to_owned));
                }
                cells.extend(EDGE_COLUMNS.iter().zip(&edge.cells).map(|(column, cell)| written(column, cell)));
                cells.push(edge.id.to_string());
                row(cells)
            })
        })
    })
}

/// A list as one text. No action has a space in it.
pub(super) fn joined(column: &Column, items: &[Cow<'_, str>]) -> String {
    items.join(if column.name == "actions" { " " } else { "; " })
}

fn written(column: &Column, cell: &Cell<'_>) -> String {
    match cell {
        Cell::Absent => String::new(),
        Cell::Text(text) => text.to_string(),
        Cell::List(texts) => joined(column, texts),
        Cell::Boolean(value) => value.to_string(),
        Cell::Integer(value) => value.to_string(),
    }
}
