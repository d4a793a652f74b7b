//! Parquet, for Spark and DuckDB: `nodes.parquet` and `edges.parquet`, uncompressed.
//!
//! Rows are put together in groups of at most [`ROWS`], so that memory does not grow with the file.

use std::borrow::Cow;
use std::io::{self, Write};
use std::sync::Arc;

use ::parquet::basic::Compression;
use ::parquet::column::writer::ColumnWriter;
use ::parquet::data_type::ByteArray;
use ::parquet::errors::ParquetError;
use ::parquet::file::properties::WriterProperties;
use ::parquet::file::writer::SerializedFileWriter;
use ::parquet::schema::parser::parse_message_type;

use super::FormatOptions;
use super::folder::{Folder, OutFile};
use crate::export::property_graph::{Cell, Column, ColumnKind, EDGE_COLUMNS, NODE_COLUMNS, PropertyGraph};

/// How many rows are in memory at once.
const ROWS: usize = 20_000;

const LABELS: Column = Column { name: "labels", kind: ColumnKind::TextList };

/// Writes the files into `folder`.
pub(super) fn write(
    graph: &dyn PropertyGraph,
    folder: &mut Folder,
    _: &str,
    options: &FormatOptions<'_>,
) -> io::Result<()> {
    let columns: Vec<Column> = [LABELS].iter().chain(&NODE_COLUMNS).copied().collect();
    folder.write("nodes.parquet", "every node", |out| {
        let mut table = Table::new(out, &["id"], &columns, options)?;
        graph.nodes(&mut |node| {
            let labels = Cell::List(node.labels.iter().map(|label| Cow::Borrowed(*label)).collect());
            table.row(&[&node.id], std::iter::once(&labels).chain(&node.cells))
        })?;
        table.finish()
    })?;
    folder.write("edges.parquet", "every edge", |out| {
        let mut table = Table::new(out, &["id", "src", "dst", "relation"], &EDGE_COLUMNS, options)?;
        graph.edges(&mut |edge| table.row(&[&edge.id, &edge.source, &edge.target, edge.relation], &edge.cells))?;
        table.finish()
    })?;
    folder.write("reach.py", "a job for Spark: who can reach many resources at once", |out| {
        out.write_all(super::standard_queries::renamed(include_str!("queries/reach.py"), options.names).as_bytes())
    })
}

/// A column's values since the last group of rows.
#[derive(Debug)]
enum Values {
    Text { values: Vec<ByteArray>, present: Option<Vec<i16>> },
    List { values: Vec<ByteArray>, definition: Vec<i16>, repetition: Vec<i16> },
    Boolean { values: Vec<bool>, present: Vec<i16> },
    Integer { values: Vec<i64>, present: Vec<i16> },
}

struct Table<'o> {
    writer: SerializedFileWriter<&'o mut OutFile>,
    columns: Vec<Values>,
    rows: usize,
    snapshot: String,
}

impl<'o> Table<'o> {
    /// A table whose first columns are texts that every row has, and whose last is the snapshot.
    fn new(out: &'o mut OutFile, first: &[&str], columns: &[Column], options: &FormatOptions<'_>) -> io::Result<Self> {
        let mut message = String::from("message graph {\n");
        for name in first {
            message.push_str(&format!("required binary {name} (STRING);\n"));
        }
        let snapshot = Column { name: "snapshot", kind: ColumnKind::Text };
        for column in columns.iter().chain([&snapshot]) {
            let name = column.name;
            message.push_str(&match column.kind {
                ColumnKind::Text => format!("optional binary {name} (STRING);\n"),
                ColumnKind::TextList => format!(
                    "optional group {name} (LIST) {{ repeated group list {{ required binary element (STRING); }} }}\n"
                ),
                ColumnKind::Boolean => format!("optional boolean {name};\n"),
                ColumnKind::Integer => format!("optional int64 {name};\n"),
            });
        }
        message.push('}');
        let schema = Arc::new(parse_message_type(&message).map_err(failed)?);
        let properties = WriterProperties::builder().set_compression(Compression::UNCOMPRESSED).build();
        let writer = SerializedFileWriter::new(out, schema, Arc::new(properties)).map_err(failed)?;
        let always = first.iter().map(|_| Values::Text { values: Vec::new(), present: None });
        let of_kind = columns.iter().chain([&snapshot]).map(|column| match column.kind {
            ColumnKind::Text => Values::Text { values: Vec::new(), present: Some(Vec::new()) },
            ColumnKind::TextList => Values::List { values: Vec::new(), definition: Vec::new(), repetition: Vec::new() },
            ColumnKind::Boolean => Values::Boolean { values: Vec::new(), present: Vec::new() },
            ColumnKind::Integer => Values::Integer { values: Vec::new(), present: Vec::new() },
        });
        let columns = always.chain(of_kind).collect();
        Ok(Self { writer, columns, rows: 0, snapshot: options.snapshot.to_owned() })
    }

    fn row<'c>(&mut self, first: &[&str], cells: impl IntoIterator<Item = &'c Cell<'c>>) -> io::Result<()> {
        let (always, others) = self.columns.split_at_mut(first.len());
        for (column, text) in always.iter_mut().zip(first) {
            column.push(&Cell::Text(Cow::Borrowed(text)));
        }
        for (column, cell) in others.iter_mut().zip(cells) {
            column.push(cell);
        }
        if let Some(last) = self.columns.last_mut() {
            last.push(&Cell::Text(Cow::Borrowed(&self.snapshot)));
        }
        self.rows += 1;
        if self.rows >= ROWS { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.rows == 0 {
            return Ok(());
        }
        let mut group = self.writer.next_row_group().map_err(failed)?;
        for values in &mut self.columns {
            let Some(mut column) = group.next_column().map_err(failed)? else { break };
            values.write(column.untyped()).map_err(failed)?;
            column.close().map_err(failed)?;
        }
        group.close().map_err(failed)?;
        self.rows = 0;
        Ok(())
    }

    fn finish(mut self) -> io::Result<()> {
        self.flush()?;
        self.writer.close().map_err(failed)?;
        Ok(())
    }
}

impl Values {
    fn push(&mut self, cell: &Cell<'_>) {
        let bytes = |text: &str| ByteArray::from(text.as_bytes().to_vec());
        match self {
            Self::Text { values, present } => {
                let text = match cell {
                    Cell::Text(text) => Some(text),
                    _ => None,
                };
                values.extend(text.map(|text| bytes(text)));
                if let Some(present) = present {
                    present.push(i16::from(text.is_some()));
                }
            }
            Self::List { values, definition, repetition } => match cell {
                // 0: no list, 1: an empty one, 2: an item.
                Cell::List(items) if !items.is_empty() => {
                    for (number, item) in items.iter().enumerate() {
                        values.push(bytes(item));
                        definition.push(2);
                        repetition.push(i16::from(number > 0));
                    }
                }
                _ => {
                    definition.push(0);
                    repetition.push(0);
                }
            },
            Self::Boolean { values, present } => {
                let value = if let Cell::Boolean(value) = cell { Some(*value) } else { None };
                values.extend(value);
                present.push(i16::from(value.is_some()));
            }
            Self::Integer { values, present } => {
                let value = if let Cell::Integer(value) = cell { Some(*value) } else { None };
                values.extend(value);
                present.push(i16::from(value.is_some()));
            }
        }
    }

    /// Hands the values over and forgets them.
    fn write(&mut self, column: &mut ColumnWriter<'_>) -> Result<(), ParquetError> {
        match (self, column) {
            (Self::Text { values, present }, ColumnWriter::ByteArrayColumnWriter(writer)) => {
                writer.write_batch(values, present.as_deref(), None)?;
                values.clear();
                if let Some(present) = present {
                    present.clear();
                }
            }
            (Self::List { values, definition, repetition }, ColumnWriter::ByteArrayColumnWriter(writer)) => {
                writer.write_batch(values, Some(definition), Some(repetition))?;
                values.clear();
                definition.clear();
                repetition.clear();
            }
            (Self::Boolean { values, present }, ColumnWriter::BoolColumnWriter(writer)) => {
                writer.write_batch(values, Some(present), None)?;
                values.clear();
                present.clear();
            }
            (Self::Integer { values, present }, ColumnWriter::Int64ColumnWriter(writer)) => {
                writer.write_batch(values, Some(present), None)?;
                values.clear();
                present.clear();
            }
            _ => return Err(ParquetError::General("a column of another type than the schema's".to_owned())),
        }
        Ok(())
    }
}

/// The error of the file behind it, where it is one.
fn failed(error: ParquetError) -> io::Error {
    match error {
        ParquetError::External(error) => match error.downcast::<io::Error>() {
            Ok(error) => *error,
            Err(error) => io::Error::other(error),
        },
        error => io::Error::other(error),
    }
}
