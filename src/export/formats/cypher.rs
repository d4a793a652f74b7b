//! Statements without parameters that put a small graph into a running database, one file a dialect.
//!
//! Every statement is one line that ends in `;` and a line feed, whatever the names hold, so a script can be sent line by
//! line.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::folder::Folder;
use super::load_csv::stale;
use super::quoting::push_quoted;
use super::schema::{self, SchemaOf};
use super::standard_queries::renamed;
use super::{FormatOptions, quoting};
use crate::export::property_graph::{
    Cell, Column, EDGE_COLUMNS, EdgeRecord, NODE_COLUMNS, NodeRecord, PropertyGraph, digest,
};

/// Rows in one statement.
const ROWS: usize = 500;

/// Bytes of rows in one statement, beyond which it is ended early.
const BYTES: usize = 256 * 1024;

/// How a node is found again.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Key {
    /// By its id.
    Id,
    /// By the property `key`, a digest of the id. FalkorDB's index leaves white space at the ends of a text aside, ends it
    /// at U+0001 and holds no more than 4,096 bytes, so that an id as it is could be missed, or taken for another.
    Digest,
}

impl Key {
    fn property(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Digest => "key",
        }
    }

    fn push(self, row: &mut String, id: &str) {
        match self {
            Self::Id => push_quoted(row, id),
            Self::Digest => push_quoted(row, &digest([id])),
        }
    }
}

/// What differs between the databases.
struct Dialect {
    file: &'static str,
    what: &'static str,
    introduction: &'static str,
    schema: SchemaOf,
    /// The property by which nodes are found again.
    key: Key,
    queries: (&'static str, &'static str, &'static str),
}

const DIALECTS: [Dialect; 3] = [
    Dialect {
        file: "neo4j.cypher",
        what: "the graph as statements, for Neo4j 5",
        introduction: "\
// Puts the graph into a running Neo4j 5; run again, it updates: cypher-shell -u neo4j -f neo4j.cypher
// For more than some ten thousand relationships use the format neo4j.
",
        schema: schema::neo4j,
        key: Key::Id,
        queries: ("neo4j.queries.cypher", "standard questions, for Neo4j", include_str!("queries/neo4j.cypher")),
    },
    Dialect {
        file: "memgraph.cypher",
        what: "the graph as statements, for Memgraph",
        introduction: "\
// Puts the graph into a running Memgraph; run again, it updates: mgconsole < memgraph.cypher
// For more than some ten thousand relationships use the script load.memgraph.cypher of the format neo4j.
",
        schema: schema::memgraph,
        key: Key::Id,
        queries: (
            "memgraph.queries.cypher",
            "standard questions, for Memgraph",
            include_str!("queries/memgraph.cypher"),
        ),
    },
    Dialect {
        file: "falkordb.cypher",
        what: "the graph as statements, for FalkorDB",
        introduction: "\
// Puts the graph into a running FalkorDB; run again, it updates. Every other line is one statement:
//     grep -v '^//' falkordb.cypher | while IFS= read -r line; do
//         printf '%s' \"$line\" | redis-cli -x GRAPH.QUERY iamreach
//     done
// An index that is there already is answered with an error, which changes nothing. There is none of names: it would miss
// those with white space at their ends.
",
        schema: schema::falkordb,
        key: Key::Digest,
        queries: (
            "falkordb.queries.cypher",
            "standard questions, for FalkorDB",
            include_str!("queries/falkordb.cypher"),
        ),
    },
];

/// Writes a script and the standard questions for each database into `folder`.
pub(super) fn write(
    graph: &dyn PropertyGraph,
    folder: &mut Folder,
    _: &str,
    options: &FormatOptions<'_>,
) -> io::Result<()> {
    for dialect in &DIALECTS {
        folder.write(dialect.file, dialect.what, |out| script(graph, dialect, out, options))?;
        let (file, what, text) = dialect.queries;
        folder.write(file, what, |out| out.write_all(renamed(text, options.names).as_bytes()))?;
    }
    Ok(())
}

fn script(
    graph: &dyn PropertyGraph,
    dialect: &Dialect,
    out: &mut impl Write,
    options: &FormatOptions<'_>,
) -> io::Result<()> {
    let Some((base, others)) = graph.labels().split_first() else { return Ok(()) };
    let schema = (dialect.schema)(graph, options)?;
    write!(out, "{}{}", dialect.introduction, schema.before)?;
    let snapshot = quoting::quoted(options.snapshot);
    let key = dialect.key.property();
    let mut row = String::new();

    let mut batches = Batches::new(out);
    graph.nodes(&mut |node: &NodeRecord<'_>| {
        row.clear();
        row.push('{');
        if dialect.key != Key::Id {
            row.push_str("key: ");
            dialect.key.push(&mut row, &node.id);
            row.push_str(", ");
        }
        push_properties(&mut row, &node.id, &NODE_COLUMNS, &node.cells, &snapshot);
        let labels: Vec<&'static str> = node.labels.iter().filter(|label| *label != base).copied().collect();
        batches.add(labels, &row, |labels| node_statement(base, key, others, labels))
    })?;
    batches.finish(|labels| node_statement(base, key, others, labels))?;

    let mut batches = Batches::new(out);
    graph.edges(&mut |edge: &EdgeRecord<'_>| {
        row.clear();
        row.push_str("{a: ");
        dialect.key.push(&mut row, &edge.source);
        row.push_str(", b: ");
        dialect.key.push(&mut row, &edge.target);
        row.push_str(", e: {");
        push_properties(&mut row, &edge.id, &EDGE_COLUMNS, &edge.cells, &snapshot);
        row.push('}');
        batches.add(vec![edge.relation], &row, |types| edge_statement(base, key, types))
    })?;
    batches.finish(|types| edge_statement(base, key, types))?;

    let stale = stale(base, options.snapshot, |matched, _, deletion| format!("{matched} {deletion};\n"));
    write!(out, "{stale}{}", schema.behind)
}

/// What is done with each row of nodes that have these labels beside the one of all nodes.
pub(super) fn node_statement(base: &str, key: &str, all: &[&str], labels: &[&str]) -> String {
    let mut text = format!("MERGE (n:{base} {{{key}: row.{key}}}) SET n = row");
    for label in labels {
        text.push_str(&format!(" SET n:{label}"));
    }
    // What had the id before may have been of another kind.
    let others: Vec<&str> = all.iter().filter(|label| !labels.contains(label)).copied().collect();
    if !others.is_empty() {
        text.push_str(&format!(" REMOVE n:{}", others.join(":")));
    }
    text
}

/// What is done with each row of edges of this type.
pub(super) fn edge_statement(base: &str, key: &str, types: &[&str]) -> String {
    let relation = types.join("|");
    format!(
        "MATCH (a:{base} {{{key}: row.a}}) MATCH (b:{base} {{{key}: row.b}}) \
         MERGE (a)-[e:{relation} {{id: row.e.id}}]->(b) SET e = row.e"
    )
}

/// The inside and the end of a map of the properties that are there.
fn push_properties(row: &mut String, id: &str, columns: &[Column], cells: &[Cell<'_>], snapshot: &str) {
    row.push_str("id: ");
    push_quoted(row, id);
    for (column, cell) in columns.iter().zip(cells) {
        if *cell == Cell::Absent {
            continue;
        }
        row.push_str(&format!(", {}: ", column.name));
        match cell {
            Cell::Absent => {}
            Cell::Text(text) => push_quoted(row, text),
            Cell::List(items) => {
                row.push('[');
                for (number, item) in items.iter().enumerate() {
                    if number > 0 {
                        row.push_str(", ");
                    }
                    push_quoted(row, item);
                }
                row.push(']');
            }
            Cell::Boolean(value) => row.push_str(if *value { "true" } else { "false" }),
            Cell::Integer(value) => row.push_str(&value.to_string()),
        }
    }
    row.push_str(&format!(", snapshot: {snapshot}}}"));
}

/// Rows collected for statements, apart by what is done with them: a set of labels, or a relationship's type.
struct Batches<'a, W> {
    out: &'a mut W,
    waiting: BTreeMap<Vec<&'static str>, (usize, String)>,
}

impl<'a, W: Write> Batches<'a, W> {
    fn new(out: &'a mut W) -> Self {
        Self { out, waiting: BTreeMap::new() }
    }

    fn add(&mut self, key: Vec<&'static str>, row: &str, statement: impl FnOnce(&[&str]) -> String) -> io::Result<()> {
        let full = self.waiting.get(&key).is_some_and(|(count, rows)| *count == ROWS || rows.len() + row.len() > BYTES);
        if full && let Some((_, rows)) = self.waiting.remove(&key) {
            put(self.out, &rows, &statement(&key))?;
        }
        let (count, rows) = self.waiting.entry(key).or_default();
        if *count > 0 {
            rows.push_str(", ");
        }
        rows.push_str(row);
        *count += 1;
        Ok(())
    }

    fn finish(self, statement: impl Fn(&[&str]) -> String) -> io::Result<()> {
        for (key, (_, rows)) in &self.waiting {
            put(self.out, rows, &statement(key))?;
        }
        Ok(())
    }
}

fn put(out: &mut impl Write, rows: &str, statement: &str) -> io::Result<()> {
    writeln!(out, "UNWIND [{rows}] AS row {statement};")
}
