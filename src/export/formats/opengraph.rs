//! OpenGraph JSON for BloodHound: `graph.json`, and `schema.json`, the extension's definition, with which its paths can be
//! searched there.
//!
//! Kinds and relationships carry the prefix `IamReach_`. A node's kinds are its labels, the most special first.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::FormatOptions;
use super::folder::Folder;
use super::json::{List, properties, with};
use crate::export::property_graph::{EDGE_COLUMNS, NODE_COLUMNS, PropertyGraph};

/// The prefix of names, and the kind that all nodes have.
const NAMESPACE: &str = "IamReach";

/// Relationships that lead on: those of a way.
const STRUCTURE: [&str; 3] = ["RESOURCE", "OWNS", "MEMBER_OF"];

/// Writes the files into `folder`.
pub(super) fn write(graph: &dyn PropertyGraph, folder: &mut Folder, _: &str, _: &FormatOptions<'_>) -> io::Result<()> {
    folder.write("schema.json", "the extension's definition, to be installed first", |out| {
        serde_json::to_writer_pretty(&mut *out, &schema(graph)).map_err(io::Error::from)?;
        out.write_all(b"\n")
    })?;
    folder.write("graph.json", "the graph, to be uploaded", |out| {
        writeln!(out, "{{\"metadata\":{{\"source_kind\":\"{NAMESPACE}\"}},\"graph\":{{\"nodes\":[")?;
        let mut list = List::default();
        graph.nodes(&mut |node| {
            let mut properties = properties(&NODE_COLUMNS, &node.cells);
            let title = properties.get("title").cloned().unwrap_or_else(|| Value::from(&*node.id));
            properties.insert("displayname".to_owned(), title);
            // The most general label stands in the metadata.
            let kinds: Vec<String> = node.labels.iter().skip(1).rev().take(3).map(|label| prefixed(label)).collect();
            let kinds = if kinds.is_empty() { vec![NAMESPACE.to_owned()] } else { kinds };
            list.item(out, &json!({ "id": node.id, "kinds": kinds, "properties": properties }))
        })?;
        writeln!(out, "\n],\"edges\":[")?;
        let mut list = List::default();
        graph.edges(&mut |edge| {
            let end = |id: &str| json!({ "match_by": "id", "value": id });
            let properties = with(json!({ "edge_id": edge.id }), properties(&EDGE_COLUMNS, &edge.cells));
            let (start, end) = (end(&edge.source), end(&edge.target));
            list.item(
                out,
                &json!({ "kind": prefixed(edge.relation), "start": start, "end": end, "properties": properties }),
            )
        })?;
        writeln!(out, "\n]}}}}")
    })
}

fn prefixed(name: &str) -> String {
    format!("{NAMESPACE}_{name}")
}

fn schema(graph: &dyn PropertyGraph) -> Value {
    let node_kinds: Vec<Value> = graph
        .labels()
        .iter()
        .skip(1)
        .map(|label| {
            let (icon, color) = look(label);
            json!({
                "name": prefixed(label),
                "display_name": label,
                "description": format!("{label}, by iamreach"),
                "is_display_kind": true,
                "icon": icon,
                "color": color,
            })
        })
        .collect();
    let relationship_kinds: Vec<Value> = graph
        .relations()
        .iter()
        .map(|relation| {
            json!({
                "name": prefixed(relation),
                "description": format!("{relation}, by iamreach"),
                "is_traversable": !STRUCTURE.contains(relation),
            })
        })
        .collect();
    json!({
        "schema": {
            "name": "iamreach",
            "display_name": "iamreach",
            "version": concat!("v", env!("CARGO_PKG_VERSION")),
            "namespace": NAMESPACE,
        },
        "node_kinds": node_kinds,
        "relationship_kinds": relationship_kinds,
        "environments": [],
        "relationship_findings": [],
    })
}

/// Icon and colour of a kind of node: colours that stay apart for the colour-blind.
fn look(label: &str) -> (&'static str, &'static str) {
    match label {
        label if label.ends_with("User") => ("user", "#56B4E9"),
        label if label.ends_with("Role") => ("user-tie", "#F0E442"),
        label if label.ends_with("Group") => ("users", "#56B4E9"),
        label if label.ends_with("Account") => ("building", "#999999"),
        label if label.ends_with("Principal") => ("user-gear", "#E69F00"),
        "Session" => ("key", "#CC79A7"),
        "AccessSet" => ("layer-group", "#CC79A7"),
        _ => ("database", "#009E73"),
    }
}
