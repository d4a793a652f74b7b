//! Nodes and edges as rows, the same for every format.

use std::borrow::Cow;
use std::io;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnKind {
    /// One text.
    Text,
    /// Any number of texts; none at all is written as an absent cell.
    TextList,
    /// True or false.
    Boolean,
    /// A whole number.
    Integer,
}

/// A property of nodes or of edges.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// The property's name: lowercase letters and underscores.
    pub name: &'static str,
    /// What it holds.
    pub kind: ColumnKind,
}

const fn column(name: &'static str, kind: ColumnKind) -> Column {
    Column { name, kind }
}

/// The properties of nodes, in order, beside the id and the labels.
pub const NODE_COLUMNS: [Column; 14] = [
    column("kind", ColumnKind::Text),
    column("name", ColumnKind::Text),
    column("title", ColumnKind::Text),
    column("account_id", ColumnKind::Text),
    column("account_name", ColumnKind::Text),
    column("external", ColumnKind::Boolean),
    column("service_linked", ColumnKind::Boolean),
    column("principal", ColumnKind::Text),
    column("credentials", ColumnKind::Text),
    column("carries", ColumnKind::Text),
    column("service", ColumnKind::Text),
    column("resource_type", ColumnKind::Text),
    column("pattern", ColumnKind::Boolean),
    column("members", ColumnKind::Integer),
];

/// The properties of edges, in order, beside the id, both ends and the type.
pub const EDGE_COLUMNS: [Column; 13] = [
    column("actions", ColumnKind::TextList),
    column("access_levels", ColumnKind::TextList),
    column("decision", ColumnKind::Text),
    column("conditional", ColumnKind::Boolean),
    column("condition", ColumnKind::Text),
    column("condition_json", ColumnKind::Text),
    column("needs", ColumnKind::Text),
    column("needs_mfa", ColumnKind::Boolean),
    column("external_ids", ColumnKind::TextList),
    column("controllers", ColumnKind::TextList),
    column("max_session_seconds", ColumnKind::Integer),
    column("statements", ColumnKind::TextList),
    column("assumptions", ColumnKind::TextList),
];

/// The value of one property.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell<'a> {
    /// The property is not there.
    Absent,
    /// Of a [`ColumnKind::Text`].
    Text(Cow<'a, str>),
    /// Of a [`ColumnKind::TextList`]; never empty.
    List(Vec<Cow<'a, str>>),
    /// Of a [`ColumnKind::Boolean`].
    Boolean(bool),
    /// Of a [`ColumnKind::Integer`].
    Integer(i64),
}

/// A node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeRecord<'a> {
    /// Unique among the nodes, the same whenever the input is.
    pub id: Cow<'a, str>,
    /// One or more, the most general first.
    pub labels: Vec<&'static str>,
    /// One for each of [`NODE_COLUMNS`].
    pub cells: Vec<Cell<'a>>,
}

/// An edge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EdgeRecord<'a> {
    /// Unique among the edges, the same whenever the input is.
    pub id: Cow<'a, str>,
    /// The id of the node where it begins.
    pub source: Cow<'a, str>,
    /// The id of the node where it ends.
    pub target: Cow<'a, str>,
    /// The relationship's type: letters and underscores.
    pub relation: &'static str,
    /// One for each of [`EDGE_COLUMNS`].
    pub cells: Vec<Cell<'a>>,
}

/// A graph that is written record by record. Both lists can be had any number of times, and are the same each time.
pub trait PropertyGraph {
    /// Every label a node can have, the one that every node has first.
    fn labels(&self) -> &[&'static str];

    /// Every type a relationship can have.
    fn relations(&self) -> &[&'static str];

    /// Hands out every node, sorted by id.
    ///
    /// # Errors
    /// The first that `each` returns; nothing is handed out behind it.
    fn nodes(&self, each: &mut dyn FnMut(&NodeRecord<'_>) -> io::Result<()>) -> io::Result<()>;

    /// Hands out every edge, in an order that is always the same.
    ///
    /// # Errors
    /// The first that `each` returns; nothing is handed out behind it.
    fn edges(&self, each: &mut dyn FnMut(&EdgeRecord<'_>) -> io::Result<()>) -> io::Result<()>;
}
