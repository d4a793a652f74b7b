//! The cells of CSV files that databases read: every byte of a text is kept, unlike in those for spreadsheets.

use std::borrow::Cow;

use crate::export::property_graph::Cell;

/// A text between quotes, as RFC 4180 writes it.
pub(super) fn push_text(line: &mut String, text: &str) {
    line.push('"');
    for (number, part) in text.split('"').enumerate() {
        if number > 0 {
            line.push_str("\"\"");
        }
        line.push_str(part);
    }
    line.push('"');
}

/// A comma and the cell. What is absent is written as nothing at all, an empty text as `""`. `list` makes a list one text.
pub(super) fn push_cell(line: &mut String, cell: &Cell<'_>, list: impl FnOnce(&[Cow<'_, str>]) -> String) {
    line.push(',');
    match cell {
        Cell::Absent => {}
        Cell::Text(text) => push_text(line, text),
        Cell::List(items) => push_text(line, &list(items)),
        Cell::Boolean(value) => line.push_str(if *value { "true" } else { "false" }),
        Cell::Integer(value) => line.push_str(&value.to_string()),
    }
}
