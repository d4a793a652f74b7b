//! Answers as a table for the terminal: plain text, no colours.

use std::collections::{BTreeMap, BTreeSet};

use comfy_table::{ContentArrangement, LineStyle, Table, TableStyle};

use crate::arn::AccountId;
use crate::condition::Residual;
use crate::evaluate::{Outcome, StatementRef};
use crate::export::text::{
    account_label, policy_name, printable, requirement_words, short_name, subject_name, via_text,
};
use crate::model::Environment;
use crate::query::{AccessRow, SubjectKind};

/// How a table of answers is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TableOptions {
    /// Whole ARNs, whatever the width, and nothing shortened.
    pub wide: bool,
    /// A row for each principal, even for those that are equal in all the table shows.
    pub expand: bool,
    /// The actions and the resource in columns of their own, even where all rows have the same.
    pub request: bool,
    /// The width to fit into, in columns; `None` does not wrap.
    pub width: Option<u16>,
}

/// From how many equal principals on they share a row.
const COLLAPSE_FROM: usize = 3;
/// How many of the names (or actions) a shortened cell shows.
const SHOWN: usize = 3;

/// PRINCIPAL, ACCOUNT, VIA, DECISION, CONDITION; ACTIONS and RESOURCE only where there are several, or on request. Ends in a newline.
///
/// Unless told to expand, three or more principals of one kind and account share a row when they have direct access to
/// the same by the same statements, decision and condition. The row stands where the first of them would.
#[must_use]
pub fn access_table(rows: &[AccessRow], env: &Environment, options: TableOptions) -> String {
    let actions = options.request || rows.iter().any(|row| row.actions.len() > 1) || differ(rows, |row| &row.actions);
    let resources = options.request || differ(rows, |row| &row.resource);
    let mut header = vec!["PRINCIPAL", "ACCOUNT", "VIA", "DECISION", "CONDITION"];
    if actions {
        header.push("ACTIONS");
    }
    if resources {
        header.push("RESOURCE");
    }
    let lines = groups(rows, options).into_iter().filter_map(|group| {
        let row = *group.first()?;
        let account = row.subject.account_name.as_deref().map(str::to_owned);
        let account = account.or_else(|| row.subject.account.map(|id| account_label(id, env))).unwrap_or_default();
        let requirement = requirement_words(row);
        let condition = if requirement.is_empty() { "-".to_owned() } else { requirement };
        let mut line = vec![
            principals(&group, env, options),
            printable(&account),
            via(row, env, options),
            row.outcome.to_string(),
            printable(&condition),
        ];
        if actions {
            line.push(printable(&shortened(row.actions.iter().map(ToString::to_string), options.wide).join(", ")));
        }
        if resources {
            line.push(printable(&if options.wide { row.resource.to_string() } else { short_name(&row.resource) }));
        }
        Some(line)
    });
    layout(&header, lines.collect(), options.width.filter(|_| !options.wide))
}

/// A table that wraps its cells to the width; `None` does not wrap. Ends in a newline. What would steer a terminal is
/// shown as `\u{…}`.
#[must_use]
pub fn table(header: &[&str], rows: impl IntoIterator<Item = Vec<String>>, width: Option<u16>) -> String {
    layout(header, rows.into_iter().map(|row| row.iter().map(|cell| printable(cell)).collect()).collect(), width)
}

/// Cells that may be written as they are, line feeds included.
fn layout(header: &[&str], mut rows: Vec<Vec<String>>, width: Option<u16>) -> String {
    if let Some(width) = width {
        let widths = widths(header, &rows, usize::from(width));
        for row in &mut rows {
            for (cell, width) in row.iter_mut().zip(&widths) {
                *cell = wrapped(cell, *width);
            }
        }
    }
    let rule = LineStyle::none().fill('─').junction('─');
    let mut table = Table::new();
    table.load_style(TableStyle::new().header_separator(rule)).set_header(header).add_rows(rows);
    table.set_content_arrangement(ContentArrangement::Disabled);
    let last = header.len().saturating_sub(1);
    for (index, column) in table.column_iter_mut().enumerate() {
        // One column of the gap is the crate's own, under the rule's junction.
        column.set_padding((0, if index == last { 0 } else { GAP - 1 }));
    }
    let mut text = String::new();
    for line in table.lines() {
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// The space between columns.
const GAP: u16 = 2;

/// The widths of the columns: what they hold, and where that is too much, the widest give way first.
fn widths(header: &[&str], rows: &[Vec<String>], width: usize) -> Vec<usize> {
    /// A column is not made narrower than this: then the table is wider than asked.
    const NARROWEST: usize = 10;
    let longest_line = |text: &str| text.lines().map(|line| line.chars().count()).max().unwrap_or_default();
    let mut widths: Vec<usize> = header.iter().map(|name| longest_line(name)).collect();
    for row in rows {
        for (cell, width) in row.iter().zip(&mut widths) {
            *width = (*width).max(longest_line(cell));
        }
    }
    let room = width.saturating_sub(usize::from(GAP) * header.len().saturating_sub(1));
    while widths.iter().sum::<usize>() > room {
        // The last of the widest, so that names stay whole longest.
        let Some(widest) = widths.iter_mut().max().filter(|width| **width > NARROWEST) else { break };
        *widest -= 1;
    }
    widths
}

/// The text in lines of at most `width` characters: broken at spaces, in longer words after `/`, `:`, `,` and `-`, and
/// anywhere only where nothing else is left.
///
/// The crate wraps too, but cuts every ARN wherever the column ends.
fn wrapped(text: &str, width: usize) -> String {
    let mut lines: Vec<String> = Vec::new();
    for line in text.lines() {
        let mut current = String::new();
        for word in line.split_inclusive(' ') {
            let fits = |line: &str, part: &str| line.chars().count() + part.trim_end().chars().count() <= width;
            if fits(&current, word) {
                current.push_str(word);
                continue;
            }
            if fits("", word) {
                lines.push(std::mem::replace(&mut current, word.to_owned()));
                continue;
            }
            for part in word.split_inclusive(['/', ':', ',', '-', '.', '@', '_']) {
                if !fits(&current, part) && !current.is_empty() {
                    lines.push(std::mem::take(&mut current));
                }
                for c in part.chars() {
                    if current.chars().count() >= width.max(1) && c != ' ' {
                        lines.push(std::mem::take(&mut current));
                    }
                    current.push(c);
                }
            }
        }
        lines.push(current);
    }
    lines.iter().map(|line| line.trim_end()).collect::<Vec<&str>>().join("\n")
}

fn via(row: &AccessRow, env: &Environment, options: TableOptions) -> String {
    if !options.wide || row.path.is_empty() {
        return printable(&via_text(row, env));
    }
    row.path.iter().map(|hop| printable(&hop.role)).collect::<Vec<String>>().join(" -> ")
}

fn principals(group: &[&AccessRow], env: &Environment, options: TableOptions) -> String {
    let name = |row: &AccessRow| {
        printable(&if options.wide { row.subject.name.to_string() } else { subject_name(&row.subject) })
    };
    let [first, _, ..] = group else { return group.iter().map(|row| name(row)).collect() };
    let names = shortened(group.iter().map(|row| name(row)), false).join(if options.wide { ",\n" } else { ", " });
    let mut policies: Vec<&str> = first.statements.iter().map(|statement| policy_name(*statement, env)).collect();
    policies.sort_unstable();
    policies.dedup();
    let through = if policies.is_empty() { String::new() } else { format!(" through {}", policies.join(", ")) };
    // The names have lines of their own.
    format!("{} {}{}:\n{names}", group.len(), plural(first.subject.kind), printable(&through))
}

fn plural(kind: SubjectKind) -> String {
    match kind {
        SubjectKind::Anonymous => "unsigned requests".to_owned(),
        kind => format!("{}s", kind.as_str().replace('-', " ")),
    }
}

/// The first few, then `…`.
fn shortened(items: impl ExactSizeIterator<Item = String>, whole: bool) -> Vec<String> {
    let left_out = items.len() > SHOWN && !whole;
    let mut shown: Vec<String> = items.take(if whole { usize::MAX } else { SHOWN }).collect();
    if left_out {
        shown.push("…".to_owned());
    }
    shown
}

fn differ<'r, T: PartialEq + 'r>(rows: &'r [AccessRow], value: impl Fn(&'r AccessRow) -> &'r T) -> bool {
    rows.windows(2).any(|pair| matches!(pair, [a, b] if value(a) != value(b)))
}

/// What the principals of one row have in common.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Common<'r> {
    kind: SubjectKind,
    account: Option<AccountId>,
    outcome: Outcome,
    needs_mfa: bool,
    path: Vec<(&'r str, &'r Residual)>,
    condition: &'r Residual,
    statements: &'r [StatementRef],
    resource: &'r str,
    actions: &'r [Box<str>],
}

/// The rows of each line of the table, in the order of their first. Rows of one principal that the table cannot tell
/// apart (they differ in what it does not show, such as the access level) are one line always.
fn groups(rows: &[AccessRow], options: TableOptions) -> Vec<Vec<&AccessRow>> {
    let mut names: BTreeMap<Common<'_>, BTreeSet<&str>> = BTreeMap::new();
    for row in rows {
        names.entry(common(row)).or_default().insert(&row.subject.name);
    }
    let collapsed = |row: &AccessRow| {
        let equal = names.get(&common(row)).map_or(0, BTreeSet::len);
        !options.expand && row.path.is_empty() && equal >= COLLAPSE_FROM
    };
    let mut places: BTreeMap<(Common<'_>, Option<&str>), usize> = BTreeMap::new();
    let mut groups: Vec<Vec<&AccessRow>> = Vec::new();
    for row in rows {
        let name = (!collapsed(row)).then_some(&*row.subject.name);
        let place = *places.entry((common(row), name)).or_insert(groups.len());
        match groups.get_mut(place) {
            Some(group) if group.iter().any(|other| other.subject.name == row.subject.name) => {}
            Some(group) => group.push(row),
            None => groups.push(vec![row]),
        }
    }
    groups
}

fn common(row: &AccessRow) -> Common<'_> {
    Common {
        kind: row.subject.kind,
        account: row.subject.account,
        outcome: row.outcome,
        needs_mfa: row.needs_mfa(),
        path: row.path.iter().map(|hop| (&*hop.role, &hop.condition)).collect(),
        condition: &row.condition,
        statements: &row.statements,
        resource: &row.resource,
        actions: &row.actions,
    }
}
