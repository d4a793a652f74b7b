//! The graph as nodes and edges with labels, types and properties: what graph databases, spreadsheets and diagram programs
//! are given.

mod record;

pub use record::{Cell, Column, ColumnKind, EDGE_COLUMNS, EdgeRecord, NODE_COLUMNS, NodeRecord, PropertyGraph};
