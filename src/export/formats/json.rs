//! The graph as JSON, for programs.
//!
//! `{"schema_version", "snapshot", "nodes": [{"id", "labels", …}], "edges": [{"id", "source", "target", "relation", …}]}`, a
//! line for each node and edge. The other fields are the properties; one that is absent is not written.

use std::io::{self, Write};

use serde_json::{Map, Value, json};

use super::FormatOptions;
use super::folder::Folder;
use crate::export::json::SCHEMA_VERSION;
use crate::export::property_graph::{Cell, Column, EDGE_COLUMNS, NODE_COLUMNS, PropertyGraph};

/// Writes the file.
pub(super) fn write(
    graph: &dyn PropertyGraph,
    folder: &mut Folder,
    file: &str,
    options: &FormatOptions<'_>,
) -> io::Result<()> {
    folder.write(file, "the graph", |out| {
        let snapshot = Value::from(options.snapshot);
        writeln!(out, "{{\"schema_version\":{SCHEMA_VERSION},\"snapshot\":{snapshot},\"nodes\":[")?;
        let mut list = List::default();
        graph.nodes(&mut |node| {
            let own = json!({ "id": node.id, "labels": node.labels });
            list.item(out, &with(own, properties(&NODE_COLUMNS, &node.cells)))
        })?;
        writeln!(out, "\n],\"edges\":[")?;
        let mut list = List::default();
        graph.edges(&mut |edge| {
            let own = json!({ "id": edge.id, "source": edge.source, "target": edge.target, "relation": edge.relation });
            list.item(out, &with(own, properties(&EDGE_COLUMNS, &edge.cells)))
        })?;
        writeln!(out, "\n]}}")
    })
}

/// The properties that are there.
pub(super) fn properties(columns: &[Column], cells: &[Cell<'_>]) -> Map<String, Value> {
    let value = |cell: &Cell<'_>| {
        Some(match cell {
            Cell::Absent => return None,
            Cell::Text(text) => json!(text),
            Cell::List(texts) => json!(texts),
            Cell::Boolean(value) => json!(value),
            Cell::Integer(value) => json!(value),
        })
    };
    columns.iter().zip(cells).filter_map(|(column, cell)| Some((column.name.to_owned(), value(cell)?))).collect()
}

/// An object with more fields.
pub(super) fn with(object: Value, more: Map<String, Value>) -> Value {
    match object {
        Value::Object(mut fields) => {
            fields.extend(more);
            Value::Object(fields)
        }
        other => other,
    }
}

/// A list that is written item by item.
#[derive(Debug, Default)]
pub(super) struct List {
    begun: bool,
}

impl List {
    pub(super) fn item(&mut self, out: &mut impl Write, item: &Value) -> io::Result<()> {
        if std::mem::replace(&mut self.begun, true) {
            out.write_all(b",\n")?;
        }
        serde_json::to_writer(out, item).map_err(io::Error::from)
    }
}
