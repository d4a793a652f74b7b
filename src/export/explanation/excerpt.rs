//! A statement as it stands in its file, with line numbers and carets under its parts.
//!
//! Documents are written in every way: pretty, minified on one line of kilobytes, or as text within text. So lines lose the
//! indentation they share, long ones are broken between their JSON tokens, and of a long statement only the rows that
//! matter are shown; an ellipsis stands for each thing left out. Widths are in characters.

use std::ops::Range;

use crate::export::styled::{StyledLine, Tone};
use crate::export::text::printable;
use crate::load::StatementText;
use crate::policy::StatementPart;

/// A statement of more rows than this is shown in part.
const MOST_ROWS: usize = 14;

/// Rows are never narrower than this, however narrow the terminal.
const LEAST_WIDTH: usize = 40;

/// What continues a row that was too long.
const CONTINUED: &str = "  ";

/// A row of an excerpt.
struct Row {
    number: Option<u32>,
    text: String,
    carets: String,
    matters: bool,
}

/// The rows of a statement, carets under `parts`.
pub(super) fn excerpt(
    text: &StatementText,
    parts: &[StatementPart],
    indent: usize,
    width: usize,
    tone: Tone,
) -> Vec<StyledLine> {
    let nested: Vec<Vec<Range<usize>>> = parts.iter().filter_map(|part| text.nested(*part)).collect();
    let marks: Vec<Range<usize>> = nested.iter().filter_map(|path| path.last().cloned()).collect();
    let mut anchors: Vec<usize> = nested.iter().flatten().map(|range| range.start).collect();
    anchors.extend(text.heads());
    let (first, _) = text.start();
    let last = text.position(text.range().end).0;
    let gutter = last.to_string().len();
    let room = width.saturating_sub(indent + gutter + 3).max(LEAST_WIDTH);
    let rows = shortened(rows(text, first, &marks, &anchors, room));
    let mut lines = Vec::new();
    for row in rows {
        let number = row.number.map(|number| number.to_string()).unwrap_or_default();
        let edge = |number: &str| format!("{:indent$}{number:>gutter$} | ", "");
        lines.push(StyledLine::new(Tone::Faint, edge(&number)).and(Tone::Plain, row.text));
        if !row.carets.is_empty() {
            lines.push(StyledLine::new(Tone::Faint, edge("")).and(tone, row.carets));
        }
    }
    lines
}

fn rows(text: &StatementText, first: u32, marks: &[Range<usize>], anchors: &[usize], room: usize) -> Vec<Row> {
    let (whole, range) = (text.whole(), text.range());
    let begin = whole.get(..range.start).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
    let end = whole.get(range.end..).and_then(|after| after.find('\n')).map_or(whole.len(), |at| range.end + at);
    let mut lines = Vec::new();
    let mut at = begin;
    for line in whole.get(begin..end).unwrap_or_default().split('\n') {
        lines.push(at..at + line.len());
        at += line.len() + 1;
    }
    let is_blank = |range: Range<usize>| whole.get(range).is_none_or(|text| text.trim().is_empty());
    let begins_its_line = |line: &Range<usize>| is_blank(line.start..range.start.max(line.start));
    let indentation = |line: &Range<usize>| {
        let text = whole.get(line.clone()).unwrap_or_default();
        text.len() - text.trim_start().len()
    };
    let filled = lines.iter().filter(|line| begins_its_line(line) && !is_blank((*line).clone()));
    let shared = filled.map(indentation).min().unwrap_or_default();
    let mut rows = Vec::new();
    for (number, line) in (first..).zip(&lines) {
        let cut_before = !begins_its_line(line);
        let start = if cut_before { range.start } else { line.start + shared.min(indentation(line)) };
        let stop = line.end.min(range.end);
        let after = whole.get(stop..line.end).unwrap_or_default().trim();
        let cells = cells(whole, start..stop);
        let mut chunks = broken(&cells, room.saturating_sub(2)).into_iter().peekable();
        let mut number = Some(number);
        let mut is_first = true;
        while let Some(chunk) = chunks.next() {
            let mut row = Row { number: number.take(), text: String::new(), carets: String::new(), matters: false };
            let before = if !is_first {
                CONTINUED
            } else if cut_before {
                "…"
            } else {
                ""
            };
            row.text.push_str(before);
            row.carets.push_str(&" ".repeat(before.chars().count()));
            for cell in chunk {
                let marked = marks.iter().any(|mark| mark.contains(&cell.offset));
                row.matters |= marked || anchors.contains(&cell.offset);
                row.text.push_str(&cell.shown);
                let caret = if marked && !cell.shown.trim().is_empty() { "^" } else { " " };
                row.carets.push_str(&caret.repeat(cell.shown.chars().count()));
            }
            if chunks.peek().is_none() && !matches!(after, "" | ",") {
                row.text.push('…');
            }
            row.carets.truncate(row.carets.trim_end().len());
            rows.push(row);
            is_first = false;
        }
    }
    rows
}

/// A character as it is shown: what would steer a terminal is written out.
struct Cell {
    offset: usize,
    shown: String,
    /// Whether a row may end behind it: 3 behind a comma, 2 behind a bracket, 1 behind a colon, 0 within a JSON token.
    breaks: u8,
}

fn cells(whole: &str, range: Range<usize>) -> Vec<Cell> {
    let text = whole.get(range.clone()).unwrap_or_default();
    let (mut in_string, mut escaped) = (false, false);
    text.char_indices()
        .map(|(at, c)| {
            let breaks = match c {
                _ if escaped => 0,
                ',' if !in_string => 3,
                '{' | '[' if !in_string => 2,
                ':' if !in_string => 1,
                _ => 0,
            };
            in_string ^= c == '"' && !escaped;
            escaped = in_string && c == '\\' && !escaped;
            let shown = match c {
                '\t' => "    ".to_owned(),
                '\r' => String::new(),
                c => printable(c.encode_utf8(&mut [0; 4])),
            };
            Cell { offset: range.start + at, shown, breaks }
        })
        .collect()
}

/// The cells in rows of at most `room` characters, ended where JSON lets them.
fn broken(cells: &[Cell], room: usize) -> Vec<&[Cell]> {
    let mut chunks = Vec::new();
    let mut rest = cells;
    loop {
        let mut used = 0;
        let fits = rest.iter().take_while(|cell| {
            used += cell.shown.chars().count();
            used <= room
        });
        let fits = fits.count();
        if fits == rest.len() || fits == 0 {
            break;
        }
        let fitting = rest.get(..fits).unwrap_or(rest);
        // The better place, if it is in the second half, before the one further on.
        let behind = |least: u8| fitting.iter().rposition(|cell| cell.breaks >= least).map(|at| at + 1);
        let good = [3, 2].into_iter().find_map(|least| behind(least).filter(|at| *at * 2 > fits));
        let at = good.or_else(|| behind(1)).unwrap_or(fits);
        let (chunk, left) = rest.split_at(at);
        chunks.push(chunk);
        let blank = left.iter().take_while(|cell| cell.shown == " ").count();
        rest = left.get(blank..).unwrap_or_default();
    }
    chunks.push(rest);
    chunks
}

/// The rows that matter, the first and the last; an ellipsis for others, unless there are few.
fn shortened(rows: Vec<Row>) -> Vec<Row> {
    if rows.len() <= MOST_ROWS {
        return rows;
    }
    let last = rows.len() - 1;
    let mut kept: Vec<Row> = Vec::new();
    let mut left_out = false;
    for (index, row) in rows.into_iter().enumerate() {
        if index > 0 && index < last && !row.matters {
            left_out = true;
            continue;
        }
        if std::mem::take(&mut left_out) {
            kept.push(ellipsis());
        }
        kept.push(row);
    }
    kept
}

fn ellipsis() -> Row {
    Row { number: None, text: "…".to_owned(), carets: String::new(), matters: false }
}
