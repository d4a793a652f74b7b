//! Answers as CSV, for spreadsheets and scripts.
//!
//! # Columns
//!
//! These are a contract: new columns may be added at the end, none is renamed, moved or given another meaning.
//!
//! | column | content |
//! |---|---|
//! | `principal` | the ARN, account id, service name or provider; `*` for an unsigned request |
//! | `principal_kind` | `user`, `role`, `root`, `external-account`, … ([`SubjectKind`](crate::query::SubjectKind)) |
//! | `account_id` | the principal's account: twelve digits; empty where it has none |
//! | `account_name` | its name, where the input has it |
//! | `actions` | the actions, separated by one space |
//! | `access_level` | the strongest level among them, in AWS's words: `Permissions management`; empty where unknown |
//! | `resource` | the ARN asked about, or the pattern that policies name |
//! | `decision` | `allowed`, `allowed-if`, `unknown` |
//! | `hops` | how many roles are entered on the way; 0 is direct access |
//! | `path` | the principal and every role entered, as ARNs joined by ` -> ` |
//! | `condition` | all that has to hold: MFA, each hop's condition behind its role, the last request's; empty for none |
//! | `assumes` | what was not collected and is taken as absent, joined by `; ` |
//! | `reasons` | why an unknown is unknown, joined by `; ` |
//! | `deciding_statement` | `policy#Sid (policy kind)` joined by `; `; the index from 0 where there is no Sid |
//! | `needs` | in whose hands it is: `now`, `caller`, `identity`, `environment`, `undecided` ([`Needs`](crate::query::Needs)) |
//! | `session_seconds` | how long the last session of the path can last at most; empty for direct access and where nothing tells |
//! | `who` | of an identity provider: who may come in, in words; behind them in parentheses why it is open to others |
//!
//! # Cells that a spreadsheet would change
//!
//! The file is UTF-8, comma-separated, quoted by RFC 4180, lines end in LF. A cell gets one leading apostrophe (`'`) when
//! a spreadsheet would read it as something else:
//!
//! * as a formula: it begins with `=`, `+`, `-`, `@`, their full-width forms, TAB, CR or LF;
//! * as a number that it writes differently: an account id with a leading zero (`012345678901` becomes
//!   `'012345678901`), `1e5`, digits beyond what a spreadsheet keeps;
//! * and when it begins with an apostrophe already. So a script gets every value back by taking off one leading
//!   apostrophe where there is one.
//!
//! Quotes alone do not help: LibreOffice reads `"012345678901"` as the number 12345678901.

use std::io::{self, Write};

use crate::export::text::{entrants_text, path_text, requirement_text, statement_text};
use crate::model::Environment;
use crate::query::AccessRow;

/// The columns of [`write_rows`], in order.
pub const COLUMNS: [&str; 17] = [
    "principal",
    "principal_kind",
    "account_id",
    "account_name",
    "actions",
    "access_level",
    "resource",
    "decision",
    "hops",
    "path",
    "condition",
    "assumes",
    "reasons",
    "deciding_statement",
    "needs",
    "session_seconds",
    "who",
];

/// How the file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CsvOptions {
    /// A byte order mark (EF BB BF) first: without it Excel takes UTF-8 for the machine's old code page.
    pub bom: bool,
}

/// Writes answers in the columns of this module.
///
/// # Errors
/// When `out` fails.
pub fn write_rows(rows: &[AccessRow], env: &Environment, out: impl Write, options: CsvOptions) -> io::Result<()> {
    write_table(&COLUMNS, rows.iter().map(|row| cells(row, env)), out, options)
}

/// Writes any table with the same guards on its cells; the header is written as it is.
///
/// # Errors
/// When `out` fails, or a row is not as long as the header.
pub fn write_table(
    header: &[&str],
    rows: impl IntoIterator<Item = Vec<String>>,
    out: impl Write,
    options: CsvOptions,
) -> io::Result<()> {
    write_guarded(header, out, options, |row| rows.into_iter().try_for_each(row))
}

/// The same of rows that are handed over one by one.
pub(super) fn write_guarded(
    header: &[&str],
    mut out: impl Write,
    options: CsvOptions,
    rows: impl FnOnce(&mut dyn FnMut(Vec<String>) -> io::Result<()>) -> io::Result<()>,
) -> io::Result<()> {
    if options.bom {
        out.write_all(b"\xEF\xBB\xBF")?;
    }
    // A cell with a `;` is quoted too, which the crate does for the comment character only: LibreOffice's import dialog
    // offers comma, semicolon and tab as separators at once.
    let mut writer = ::csv::WriterBuilder::new().comment(Some(b';')).from_writer(out);
    writer.write_record(header).map_err(of_writer)?;
    rows(&mut |row| writer.write_record(row.iter().map(|cell| guarded(cell))).map_err(of_writer))?;
    writer.flush()
}

/// The writer's own error, whose kind tells a reader that went away from a full disk.
fn of_writer(error: ::csv::Error) -> io::Error {
    match error.into_kind() {
        ::csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}

fn cells(row: &AccessRow, env: &Environment) -> Vec<String> {
    let subject = &row.subject;
    let assumes: Vec<String> = row.assumptions.iter().map(ToString::to_string).collect();
    let statements: Vec<String> = row.statements.iter().map(|statement| statement_text(*statement, env)).collect();
    vec![
        subject.name.to_string(),
        subject.kind.to_string(),
        subject.account.map(|account| account.to_string()).unwrap_or_default(),
        subject.account_name.as_deref().unwrap_or_default().to_owned(),
        row.actions.join(" "),
        row.access_level.map(|level| level.to_string()).unwrap_or_default(),
        row.resource.to_string(),
        row.outcome.to_string(),
        row.path.len().to_string(),
        path_text(row),
        requirement_text(row),
        assumes.join("; "),
        row.reasons.join("; "),
        statements.join("; "),
        row.needs().as_str().to_owned(),
        row.max_duration.map(|seconds| seconds.to_string()).unwrap_or_default(),
        entrants_text(row).unwrap_or_default(),
    ]
}

/// The cell as it is written, see the module's documentation.
fn guarded(cell: &str) -> String {
    let formula = ['=', '+', '-', '@', '\t', '\r', '\n', '\u{FF1D}', '\u{FF0B}', '\u{FF0D}', '\u{FF20}', '\''];
    // NUL bytes end a cell or a whole file in some readers.
    let cell = cell.replace('\0', "\u{FFFD}");
    if cell.starts_with(formula) || is_number_written_differently(&cell) { format!("'{cell}") } else { cell }
}

fn is_number_written_differently(cell: &str) -> bool {
    /// What spreadsheets keep of a number.
    const DIGITS: usize = 15;
    if !cell.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'.' | b'e' | b'E' | b'+' | b'-')) {
        return false;
    }
    cell.parse::<f64>().is_ok_and(|number| cell.len() > DIGITS || number.to_string() != cell)
}
