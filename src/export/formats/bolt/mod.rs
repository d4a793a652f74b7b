//! The graph written straight into a running Neo4j 5, through its protocol Bolt.
//!
//! Rows go as parameters, some thousand in a statement, and each statement is a transaction of its own. Nodes and
//! relationships are found again by their id, so writing once more updates; what another snapshot left is deleted at the
//! end. A writing that was interrupted is completed by the next.
//!
//! **Architecture invariant:** the only writer that talks to anybody, and only to the server that its caller named. It is
//! in no build that did not ask for the feature `bolt`.

mod error;
mod rows;

use std::io;
use std::time::Duration;

use neo4rs::{BoltType, ConfigBuilder, Error, Graph, Neo4jErrorKind, Query};
use tokio::runtime::{Builder, Runtime};

pub use error::BoltError;

use super::FormatOptions;
use super::cypher::{edge_statement, node_statement};
use super::schema;
use crate::export::property_graph::{EdgeRecord, NodeRecord, PropertyGraph};
use rows::Batches;

/// How long a server may take until it has answered for the first time.
const PATIENCE: Duration = Duration::from_secs(15);

/// Milliseconds before a statement is tried again.
const PAUSES: [u64; 5] = [50, 200, 800, 2_000, 5_000];

/// How many nodes or relationships are deleted in a transaction.
const DELETED: i64 = 20_000;

/// The server that a graph is written to, and who writes.
#[derive(Clone, Copy)]
pub struct BoltServer<'a> {
    /// `bolt://HOST:PORT`, or `bolt+s`, `neo4j` or `neo4j+s` before the colon; without a port 7687.
    pub uri: &'a str,
    /// The user's name.
    pub user: &'a str,
    /// The user's password. It is in no message.
    pub password: &'a str,
    /// The name of the database; a new Neo4j has `neo4j`.
    pub database: &'a str,
}

/// What was done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct BoltWritten {
    /// Nodes written, whether they were there before or not.
    pub nodes: usize,
    /// Relationships written, whether they were there before or not.
    pub edges: usize,
    /// Nodes of another snapshot that were deleted.
    pub stale_nodes: usize,
    /// Relationships of another snapshot that were deleted.
    pub stale_edges: usize,
}

/// A server that has answered and knows the user.
pub struct BoltConnection {
    graph: Graph,
    runtime: Runtime,
    uri: String,
    user: String,
    database: String,
}

impl BoltConnection {
    /// Connects, and asks the server something that changes nothing.
    ///
    /// # Errors
    /// The address is none, no Bolt server answers there within 15 seconds, or it refuses the user or the database.
    pub fn open(server: &BoltServer<'_>) -> Result<Self, BoltError> {
        error::check_address(server.uri)?;
        let away = |detail: String| BoltError::Away { uri: server.uri.to_owned(), detail };
        let runtime = Builder::new_current_thread().enable_all().build().map_err(|error| away(error.to_string()))?;
        let answered = runtime.block_on(async {
            tokio::time::timeout(PATIENCE, async {
                let config = ConfigBuilder::default().uri(server.uri).user(server.user).password(server.password);
                let graph = Graph::connect(config.db(server.database).max_connections(1).build()?).await?;
                greet(&graph).await?;
                Ok(graph)
            })
            .await
        });
        let failed = |error| error::explained(error, server.uri, server.user, server.database, true);
        let graph = match answered {
            Ok(connected) => connected.map_err(failed)?,
            Err(_) => return Err(away(format!("no answer within {} seconds", PATIENCE.as_secs()))),
        };
        let owned = str::to_owned;
        Ok(Self { graph, runtime, uri: owned(server.uri), user: owned(server.user), database: owned(server.database) })
    }

    /// Writes the whole graph, and takes away what another snapshot left. `progress` hears how many rows of how many are
    /// written.
    ///
    /// What the database holds beside nodes with the graph's first label stays as it is.
    ///
    /// # Errors
    /// The server is gone, refuses a statement, or has not kept what was written; the graph's records cannot be had.
    pub fn write(
        &self,
        graph: &dyn PropertyGraph,
        options: &FormatOptions<'_>,
        progress: &mut dyn FnMut(usize, usize),
    ) -> Result<BoltWritten, BoltError> {
        let Some((base, others)) = graph.labels().split_first() else { return Ok(BoltWritten::default()) };
        let all = size(graph)?;
        let schema = schema::neo4j(graph, options)?;
        self.run_lines(&schema.before)?;

        let mut done = 0;
        let mut send = |rows: Vec<BoltType>, statement: &str| {
            let count = rows.len();
            let text = format!("UNWIND $rows AS row {statement}");
            self.run(Query::new(text).param("rows", rows::list(rows))).map_err(io::Error::other)?;
            done += count;
            progress(done, all.nodes + all.edges);
            Ok(())
        };
        let node = |labels: &[&str]| node_statement(base, "id", others, labels);
        let mut batches = Batches::new(&mut send, &node);
        graph.nodes(&mut |record: &NodeRecord<'_>| {
            let labels = record.labels.iter().filter(|label| *label != base).copied().collect();
            batches.add(labels, rows::node(record, options.snapshot))
        })?;
        batches.finish()?;
        let edge = |types: &[&str]| edge_statement(base, "id", types);
        let mut batches = Batches::new(&mut send, &edge);
        graph.edges(&mut |record: &EdgeRecord<'_>| {
            batches.add(vec![record.relation], rows::edge(record, options.snapshot))
        })?;
        batches.finish()?;

        let edges = format!("MATCH (:{base})-[x]->(:{base})");
        let nodes = format!("MATCH (x:{base})");
        let stale_edges = self.delete_stale(&edges, "DELETE x", options.snapshot)?;
        let stale_nodes = self.delete_stale(&nodes, "DETACH DELETE x", options.snapshot)?;
        self.run_lines(&schema.behind)?;
        for (matched, wanted) in [(&nodes, all.nodes), (&edges, all.edges)] {
            let found = self.count(&format!("{matched} WHERE x.snapshot = $snapshot"), options.snapshot)?;
            if found < wanted {
                return Err(BoltError::Lacking { uri: self.uri.clone(), found, wanted });
            }
        }
        Ok(BoltWritten { stale_nodes, stale_edges, ..all })
    }

    /// A script with a statement or a comment on each line.
    fn run_lines(&self, script: &str) -> Result<(), BoltError> {
        let mut statements = script.lines().filter(|line| !line.starts_with("//"));
        statements.try_for_each(|statement| self.run(neo4rs::query(statement.trim_end_matches(';'))))
    }

    /// Deletes what `matched` names `x` and is of another snapshot; how many there were.
    fn delete_stale(&self, matched: &str, deletion: &str, snapshot: &str) -> Result<usize, BoltError> {
        let stale = format!("{matched} WHERE x.snapshot <> $snapshot");
        let count = self.count(&stale, snapshot)?;
        for _ in (0..count).step_by(DELETED as usize) {
            let text = format!("{stale} WITH x LIMIT {DELETED} {deletion}");
            self.run(Query::new(text).param("snapshot", snapshot))?;
        }
        Ok(count)
    }

    fn count(&self, matched: &str, snapshot: &str) -> Result<usize, BoltError> {
        let question = Query::new(format!("{matched} RETURN count(x) AS found")).param("snapshot", snapshot);
        let answer = self.runtime.block_on(async {
            let mut transaction = self.graph.start_txn().await?;
            let row = transaction.execute(question).await?.next(transaction.handle()).await?;
            row.ok_or(Error::ConversionError)?.get("found").map_err(Error::DeserializationError)
        });
        answer.map_err(|error| self.failed(error))
    }

    /// One statement as a transaction, several times where the server says that it may succeed later: somebody else who
    /// writes to the same nodes can make it fail.
    fn run(&self, query: Query) -> Result<(), BoltError> {
        let result = self.runtime.block_on(async {
            for pause in PAUSES {
                match transaction(&self.graph, query.clone()).await {
                    Err(Error::Neo4j(error)) if error.kind() == Neo4jErrorKind::Transient => {
                        tokio::time::sleep(Duration::from_millis(pause)).await;
                    }
                    other => return other,
                }
            }
            transaction(&self.graph, query).await
        });
        result.map_err(|error| self.failed(error))
    }

    fn failed(&self, error: Error) -> BoltError {
        error::explained(error, &self.uri, &self.user, &self.database, false)
    }
}

/// Asks something that changes nothing. Where the server does not begin a transaction, the driver does not tell its words;
/// it does when asked without one, which is no danger once the user was let in.
async fn greet(graph: &Graph) -> Result<(), Error> {
    let question = || neo4rs::query("RETURN 1");
    match transaction(graph, question()).await {
        Err(Error::UnexpectedMessage(_)) => graph.run(question()).await,
        other => other,
    }
}

/// The driver's own way of running a query is not this one: it tries to connect again for a minute, whatever the reason, and
/// a wrong password tried so often locks the user out.
async fn transaction(graph: &Graph, query: Query) -> Result<(), Error> {
    let mut transaction = graph.start_txn().await?;
    transaction.run(query).await?;
    transaction.commit().await
}

/// How many records there are.
fn size(graph: &dyn PropertyGraph) -> io::Result<BoltWritten> {
    let mut written = BoltWritten::default();
    graph.nodes(&mut |_| {
        written.nodes += 1;
        Ok(())
    })?;
    graph.edges(&mut |_| {
        written.edges += 1;
        Ok(())
    })?;
    Ok(written)
}
