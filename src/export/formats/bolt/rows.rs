//! Records as parameters of statements, and how many go together.

use std::collections::BTreeMap;
use std::io;

use neo4rs::{BoltList, BoltMap, BoltType};

use crate::export::property_graph::{Cell, Column, EDGE_COLUMNS, EdgeRecord, NODE_COLUMNS, NodeRecord};

/// Rows in one statement.
const ROWS: usize = 2_000;

/// Bytes of text in one statement, beyond which it is sent early.
const BYTES: usize = 1 << 20;

/// A row, and how many bytes of text it has.
pub(super) type Row = (BoltMap, usize);

/// A node's properties.
pub(super) fn node(record: &NodeRecord<'_>, snapshot: &str) -> Row {
    properties(&record.id, &NODE_COLUMNS, &record.cells, snapshot)
}

/// The ends of an edge, and its properties as `e`.
pub(super) fn edge(record: &EdgeRecord<'_>, snapshot: &str) -> Row {
    let (properties, bytes) = properties(&record.id, &EDGE_COLUMNS, &record.cells, snapshot);
    let mut row = BoltMap::with_capacity(3);
    put(&mut row, "a", &*record.source);
    put(&mut row, "b", &*record.target);
    put(&mut row, "e", BoltType::Map(properties));
    (row, bytes + record.source.len() + record.target.len())
}

/// Rows as one value.
pub(super) fn list(rows: Vec<BoltType>) -> BoltType {
    BoltType::List(BoltList::from(rows))
}

fn properties(id: &str, columns: &[Column], cells: &[Cell<'_>], snapshot: &str) -> Row {
    let mut row = BoltMap::with_capacity(columns.len() + 2);
    put(&mut row, "id", id);
    put(&mut row, "snapshot", snapshot);
    let mut bytes = id.len();
    for (column, cell) in columns.iter().zip(cells) {
        bytes += column.name.len();
        match cell {
            Cell::Absent => {}
            Cell::Text(text) => {
                bytes += text.len();
                put(&mut row, column.name, &**text);
            }
            Cell::List(items) => {
                bytes += items.iter().map(|item| item.len()).sum::<usize>();
                put(&mut row, column.name, list(items.iter().map(|item| BoltType::from(&**item)).collect()));
            }
            Cell::Boolean(value) => put(&mut row, column.name, *value),
            Cell::Integer(value) => put(&mut row, column.name, *value),
        }
    }
    (row, bytes)
}

fn put(row: &mut BoltMap, name: &str, value: impl Into<BoltType>) {
    row.put(name.into(), value.into());
}

/// What is done with rows of a statement.
type Send<'s> = dyn FnMut(Vec<BoltType>, &str) -> io::Result<()> + 's;

/// Rows collected for statements, apart by what no parameter can tell: a set of labels, or a relationship's type.
pub(super) struct Batches<'s> {
    send: &'s mut Send<'s>,
    statement: &'s dyn Fn(&[&str]) -> String,
    waiting: BTreeMap<Vec<&'static str>, (Vec<BoltType>, usize)>,
}

impl<'s> Batches<'s> {
    /// With what is done with the rows of a key.
    pub(super) fn new(send: &'s mut Send<'s>, statement: &'s dyn Fn(&[&str]) -> String) -> Self {
        Self { send, statement, waiting: BTreeMap::new() }
    }

    /// Takes a row, and sends those of its key once they are enough.
    pub(super) fn add(&mut self, key: Vec<&'static str>, (row, bytes): Row) -> io::Result<()> {
        let (rows, size) = self.waiting.entry(key.clone()).or_default();
        rows.push(BoltType::Map(row));
        *size += bytes;
        if rows.len() < ROWS && *size < BYTES {
            return Ok(());
        }
        let full = std::mem::take(rows);
        *size = 0;
        (self.send)(full, &(self.statement)(&key))
    }

    /// Sends what is left.
    pub(super) fn finish(self) -> io::Result<()> {
        let left = self.waiting.into_iter().filter(|(_, (rows, _))| !rows.is_empty());
        for (key, (rows, _)) in left {
            (self.send)(rows, &(self.statement)(&key))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::*;

    fn sent(count: usize, text: &str) -> Vec<(usize, String)> {
        let mut sent = Vec::new();
        let mut send = |rows: Vec<BoltType>, statement: &str| {
            sent.push((rows.len(), statement.to_owned()));
            Ok(())
        };
        let statement = |key: &[&str]| key.join("+");
        let mut batches = Batches::new(&mut send, &statement);
        for number in 0..count {
            let key = if number % 2 == 0 { vec!["A", "B"] } else { vec!["A"] };
            let cells = vec![Cell::Text(Cow::Borrowed(text)); NODE_COLUMNS.len()];
            let record = NodeRecord { id: number.to_string().into(), labels: key.clone(), cells };
            batches.add(key, node(&record, "s")).unwrap();
        }
        batches.finish().unwrap();
        sent
    }

    #[test]
    fn rows_go_together_until_they_are_enough() {
        let of = |key: &str, sizes: &[usize]| sizes.iter().map(|size| (*size, key.to_owned())).collect::<Vec<_>>();
        assert_eq!(sent(0, ""), []);
        assert_eq!(sent(3, ""), [of("A", &[1]), of("A+B", &[2])].concat());
        // No empty statement where the last row made one full.
        assert_eq!(sent(2 * ROWS, ""), [of("A+B", &[ROWS]), of("A", &[ROWS])].concat());
        let long = "x".repeat(BYTES / NODE_COLUMNS.len());
        assert_eq!(sent(2, &long), [of("A+B", &[1]), of("A", &[1])].concat(), "by their bytes");
    }

    #[test]
    fn cells_keep_their_types() {
        let mut cells = vec![Cell::Absent; EDGE_COLUMNS.len()];
        cells[0] = Cell::List(vec!["s3:GetObject".into(), "it's \0".into()]);
        cells[2] = Cell::Text("".into());
        cells[3] = Cell::Boolean(false);
        cells[10] = Cell::Integer(3600);
        let record =
            EdgeRecord { id: "i".into(), source: "s".into(), target: "t".into(), relation: "CAN_ACCESS", cells };
        let (row, _) = edge(&record, "now");
        assert_eq!((row.get::<String>("a").unwrap(), row.get::<String>("b").unwrap()), ("s".into(), "t".into()));
        let properties: BoltMap = row.get("e").unwrap();
        assert_eq!(properties.get::<Vec<String>>("actions").unwrap(), ["s3:GetObject", "it's \0"]);
        assert_eq!(properties.get::<String>("decision").unwrap(), "");
        assert!(!properties.get::<bool>("conditional").unwrap());
        assert_eq!(properties.get::<i64>("max_session_seconds").unwrap(), 3600);
        assert_eq!(properties.get::<String>("snapshot").unwrap(), "now");
        assert_eq!(properties.len(), 6, "what is absent is not there");
    }
}
