//! Constraints and indexes: what a database is told before the graph is written into it, and behind.

use std::io;

use super::FormatOptions;
use super::standard_queries::renamed;
use crate::export::property_graph::{Cell, NODE_COLUMNS, PropertyGraph};

/// The most bytes of a text that an index of Neo4j holds are 8,167. It refuses to write a longer one, and an index that is
/// made where one is already fails.
const NEO4J_INDEXED: usize = 8_000;

const NEO4J_ID: &str = "\
CREATE CONSTRAINT iamreach_id IF NOT EXISTS FOR (n:IamReach) REQUIRE n.id IS UNIQUE;
";

const NEO4J_NAMES: &str = "\
CREATE INDEX iamreach_principal IF NOT EXISTS FOR (n:AWSPrincipal) ON (n.name);
CREATE INDEX iamreach_resource IF NOT EXISTS FOR (n:AWSResource) ON (n.name);
";

const NEO4J_NO_NAMES: &str = "\
// Some names are longer than an index holds, so there is none of names: questions take longer.
DROP INDEX iamreach_principal IF EXISTS;
DROP INDEX iamreach_resource IF EXISTS;
";

const MEMGRAPH: &str = "\
CREATE INDEX ON :IamReach(id);
CREATE CONSTRAINT ON (n:IamReach) ASSERT n.id IS UNIQUE;
CREATE INDEX ON :AWSPrincipal(name);
CREATE INDEX ON :AWSResource(name);
";

const FALKORDB: &str = "\
CREATE INDEX FOR (n:IamReach) ON (n.key);
";

/// Statements that are safe to run again.
#[derive(Debug, Clone, Default)]
pub(super) struct Schema {
    /// What the writing itself needs, or would be hindered by.
    pub(super) before: String,
    /// What only questions need, and what an earlier graph, which is gone by then, could hinder.
    pub(super) behind: String,
}

/// How a database's schema follows from a graph.
pub(super) type SchemaOf = fn(&dyn PropertyGraph, &FormatOptions<'_>) -> io::Result<Schema>;

/// Of Neo4j 5. Names are indexed where all of them fit.
pub(super) fn neo4j(graph: &dyn PropertyGraph, options: &FormatOptions<'_>) -> io::Result<Schema> {
    let place = NODE_COLUMNS.iter().position(|column| column.name == "name");
    let mut all_fit = true;
    graph.nodes(&mut |node| {
        if let Some(Cell::Text(name)) = place.and_then(|place| node.cells.get(place)) {
            all_fit &= name.len() <= NEO4J_INDEXED;
        }
        Ok(())
    })?;
    let id = renamed(NEO4J_ID, options.names);
    Ok(if all_fit {
        Schema { before: id, behind: renamed(NEO4J_NAMES, options.names) }
    } else {
        Schema { before: id + NEO4J_NO_NAMES, behind: String::new() }
    })
}

/// Of Memgraph.
pub(super) fn memgraph(_: &dyn PropertyGraph, options: &FormatOptions<'_>) -> io::Result<Schema> {
    Ok(Schema { before: renamed(MEMGRAPH, options.names), behind: String::new() })
}

/// Of FalkorDB.
pub(super) fn falkordb(_: &dyn PropertyGraph, options: &FormatOptions<'_>) -> io::Result<Schema> {
    Ok(Schema { before: renamed(FALKORDB, options.names), behind: String::new() })
}
