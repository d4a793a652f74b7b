//! Scripts of `LOAD CSV` that bring the files of [`neo4j`](super::neo4j) into a running database, any number of times.
//!
//! Nodes and relationships are found again by their id and given exactly the properties and labels of the files; those of
//! another snapshot are deleted at the end.

use std::io;

use super::FormatOptions;
use super::neo4j::header;
use super::quoting::quoted;
use super::schema::{self, SchemaOf};
use crate::export::property_graph::{Column, ColumnKind, EDGE_COLUMNS, NODE_COLUMNS, PropertyGraph};

/// What differs between the databases.
pub(super) struct Dialect {
    introduction: &'static str,
    schema: SchemaOf,
    /// Before and behind a file's name, up to the word that names a row.
    load: (&'static str, &'static str),
    /// Around what is done for each row (or for what the brackets name).
    batch: fn(variable: &str, statements: &str) -> String,
    /// Around a deletion.
    delete: fn(matched: &str, variable: &str, deletion: &str) -> String,
}

/// Neo4j from 5.23 on.
pub(super) const NEO4J: Dialect = Dialect {
    introduction: "\
// Loads the graph into a running Neo4j 5.23 or later, beside whatever else it holds; run again, it updates.
//
// Copy nodes.csv, relationships.csv and backslash.csv into the server's import folder, then
//     cypher-shell -u neo4j -f load.cypher
// The server must read CSV as RFC 4180 says: db.import.csv.legacy_quote_escaping=false in neo4j.conf. The first statement
// fails (division by zero) where it does not. Until the last statement has run, what is no more stands beside what is new.

LOAD CSV FROM 'file:///backslash.csv' AS row RETURN 1 / (size(row[0]) - 1) AS backslashes_are_kept;

",
    schema: schema::neo4j,
    load: ("LOAD CSV WITH HEADERS FROM 'file:///", "' AS row\n"),
    batch: |variable, statements| {
        let indented: String = statements.lines().map(|line| format!("  {line}\n")).collect();
        format!("CALL ({variable}) {{\n{indented}}} IN TRANSACTIONS OF 1000 ROWS;\n")
    },
    delete: |matched, variable, deletion| {
        format!("{matched}\nCALL ({variable}) {{ {deletion} }} IN TRANSACTIONS OF 1000 ROWS;\n")
    },
};

/// Memgraph 3.
pub(super) const MEMGRAPH: Dialect = Dialect {
    introduction: "\
// Loads the graph into a running Memgraph, beside whatever else it holds; run again, it updates.
//
// Copy nodes.csv and relationships.csv into the folder /import of the server's machine, then
//     mgconsole < load.memgraph.cypher
// Memgraph does not tell an empty text from none: both are loaded as an absent property. Until the last statement has
// run, what is no more stands beside what is new.

",
    schema: schema::memgraph,
    load: ("USING PERIODIC COMMIT 10000 LOAD CSV FROM '/import/", "' WITH HEADER NULLIF '' AS row\n"),
    batch: |_, statements| format!("{};\n", statements.trim_end()),
    delete: |matched, _, deletion| format!("{matched}\n{deletion};\n"),
};

/// The whole script.
pub(super) fn script(graph: &dyn PropertyGraph, dialect: Dialect, options: &FormatOptions<'_>) -> io::Result<String> {
    let (before, behind) = dialect.load;
    let schema = (dialect.schema)(graph, options)?;
    let mut script = format!("{}{}\n", dialect.introduction, schema.before);
    if let Some((base, others)) = graph.labels().split_first() {
        script.push_str(&format!("{before}nodes.csv{behind}WITH row\n"));
        script.push_str(&(dialect.batch)("row", &node_statements(base, others)));
        for relation in graph.relations() {
            script
                .push_str(&format!("\n{before}relationships.csv{behind}WITH row WHERE row[':TYPE'] = '{relation}'\n"));
            script.push_str(&(dialect.batch)("row", &edge_statements(base, relation)));
        }
        script.push('\n');
        script.push_str(&stale(base, options.snapshot, dialect.delete));
    }
    Ok(script + &schema.behind)
}

/// Takes away what another snapshot left, relationships first.
pub(super) fn stale(base: &str, snapshot: &str, delete: fn(&str, &str, &str) -> String) -> String {
    let snapshot = quoted(snapshot);
    let edges = format!("MATCH (:{base})-[e]->(:{base}) WHERE e.snapshot <> {snapshot}");
    let nodes = format!("MATCH (n:{base}) WHERE n.snapshot <> {snapshot}");
    delete(&edges, "e", "DELETE e") + &delete(&nodes, "n", "DETACH DELETE n")
}

fn node_statements(base: &str, others: &[&str]) -> String {
    let mut text = format!("MERGE (n:{base} {{id: row['id:ID']}})\n");
    text.push_str(&format!("SET n = {}\n", properties("row['id:ID']", &NODE_COLUMNS)));
    if !others.is_empty() {
        text.push_str(&format!("REMOVE n:{}\n", others.join(":")));
        text.push_str("WITH n, split(row[':LABEL'], '\\u001F') AS labels\n");
    }
    for label in others {
        text.push_str(&format!("FOREACH (_ IN CASE WHEN '{label}' IN labels THEN [1] ELSE [] END | SET n:{label})\n"));
    }
    text
}

fn edge_statements(base: &str, relation: &str) -> String {
    let mut text = format!("MATCH (a:{base} {{id: row[':START_ID']}})\n");
    text.push_str(&format!("MATCH (b:{base} {{id: row[':END_ID']}})\n"));
    text.push_str(&format!("MERGE (a)-[e:{relation} {{id: row['id']}}]->(b)\n"));
    text.push_str(&format!("SET e = {}\n", properties("row['id']", &EDGE_COLUMNS)));
    text
}

/// A map of all properties; those that are null in it are not set.
fn properties(id: &str, columns: &[Column]) -> String {
    let mut properties = vec![format!("id: {id}")];
    for column in columns {
        let cell = format!("row['{}']", header(column));
        let value = match column.kind {
            ColumnKind::Text => cell,
            ColumnKind::TextList => format!("split({cell}, '\\u001F')"),
            ColumnKind::Boolean => format!("toBoolean({cell})"),
            ColumnKind::Integer => format!("toInteger({cell})"),
        };
        properties.push(format!("{}: {value}", column.name));
    }
    properties.push("snapshot: row['snapshot']".to_owned());
    format!("{{{}}}", properties.join(", "))
}
