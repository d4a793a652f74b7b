//! JSON for Cytoscape and Cytoscape.js: `{"elements": {"nodes": [{"data", "classes"}], "edges": [{"data", "classes"}]}}`.
//!
//! A node's `label` is its title and an edge's its type; `classes` are a node's labels, for styles.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::FormatOptions;
use super::folder::Folder;
use super::json::{List, properties, with};
use crate::export::property_graph::{EDGE_COLUMNS, NODE_COLUMNS, PropertyGraph};

/// Writes the file.
pub(super) fn write(
    graph: &dyn PropertyGraph,
    folder: &mut Folder,
    file: &str,
    _: &FormatOptions<'_>,
) -> io::Result<()> {
    folder.write(file, "the graph, for Cytoscape", |out| {
        writeln!(out, "{{\"elements\":{{\"nodes\":[")?;
        let mut list = List::default();
        graph.nodes(&mut |node| {
            let properties = properties(&NODE_COLUMNS, &node.cells);
            let label = properties.get("title").cloned().unwrap_or_else(|| Value::from(&*node.id));
            let data = with(json!({ "id": node.id, "label": label }), properties);
            list.item(out, &json!({ "data": data, "classes": node.labels.join(" ") }))
        })?;
        writeln!(out, "\n],\"edges\":[")?;
        let mut list = List::default();
        graph.edges(&mut |edge| {
            let own = json!({ "id": edge.id, "source": edge.source, "target": edge.target, "label": edge.relation });
            let data = with(own, properties(&EDGE_COLUMNS, &edge.cells));
            list.item(out, &json!({ "data": data, "classes": edge.relation }))
        })?;
        writeln!(out, "\n]}}}}")
    })
}
