//! What one principal can reach, as a table for the terminal.

use crate::export::table::table;
use crate::export::text::{requirement_words, short_name, subject_name, via_text};
use crate::model::Environment;
use crate::query::AccessRow;

/// How many actions a cell names before it counts the rest.
const SHOWN: usize = 4;

/// VIA, RESOURCE, LEVEL, ACTIONS, DECISION, CONDITION; before them PRINCIPAL where there are several. Whole names when `wide`.
#[must_use]
pub fn reach_table(rows: &[AccessRow], env: &Environment, wide: bool, width: Option<u16>) -> String {
    let mut lines: Vec<(usize, Vec<String>)> = rows.iter().map(|row| (row.path.len(), line(row, env, wide))).collect();
    let several = rows.windows(2).any(|pair| matches!(pair, [a, b] if a.subject != b.subject));
    // What one does itself first, then role by role.
    if !several {
        lines.sort_by_key(|(hops, _)| *hops);
    }
    let mut header = vec!["VIA", "RESOURCE", "LEVEL", "ACTIONS", "DECISION", "CONDITION"];
    let mut lines: Vec<Vec<String>> = lines.into_iter().map(|(_, line)| line).collect();
    if several {
        header.insert(0, "PRINCIPAL");
        lines.iter_mut().zip(rows).for_each(|(line, row)| line.insert(0, subject_name(&row.subject)));
    }
    table(&header, lines, width)
}

fn line(row: &AccessRow, env: &Environment, wide: bool) -> Vec<String> {
    let actions: Vec<String> = row.actions.iter().map(ToString::to_string).collect();
    let actions = match actions.get(..SHOWN) {
        Some(first) if !wide && actions.len() > SHOWN => {
            format!("{} and {} more", first.join(" "), actions.len() - SHOWN)
        }
        _ => actions.join(" "),
    };
    let requirement = requirement_words(row);
    vec![
        if row.path.is_empty() { "itself".to_owned() } else { via_text(row, env) },
        if wide { row.resource.to_string() } else { short_name(&row.resource) },
        row.access_level.map(|level| level.to_string()).unwrap_or_else(|| "become".to_owned()),
        actions,
        row.outcome.to_string(),
        if requirement.is_empty() { "-".to_owned() } else { requirement },
    ]
}
