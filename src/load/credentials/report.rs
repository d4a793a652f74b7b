//! `iam get-credential-report`: of every user and of the root user, which credentials there are, as CSV.
//!
//! The AWS CLI prints the report in base64 within JSON; tools that decode it keep it as plain text there; the console
//! saves the CSV alone. Columns and their values: IAM User Guide, "Generate credential reports for your AWS account".

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine;
use base64::engine::general_purpose::STANDARD_PAD_INDIFFERENT as BASE64;
use csv::{ReaderBuilder, StringRecord};

use crate::arn::{AccountId, Arn};
use crate::diagnostic::{Diagnostic, Origin};
use crate::load::Input;
use crate::load::builder::Builder;
use crate::load::credentials::listings::holder;
use crate::load::credentials::{Holder, Part};
use crate::load::node::Node;
use crate::load::place::unplaced;

/// The `service-operation` of the call.
pub(in crate::load) const CALL: &str = "iam-get-credential-report";

/// The columns that are read beside `arn`.
const PASSWORD: &str = "password_enabled";
const MFA: &str = "mfa_active";
const KEYS: [&str; 2] = ["access_key_1_active", "access_key_2_active"];
const COLUMNS: [(&str, Part); 4] =
    [(PASSWORD, Part::Console), (MFA, Part::Mfa), (KEYS[0], Part::AccessKey), (KEYS[1], Part::AccessKey)];

/// Tells of keys beyond the two that have columns, in words; most reports do not have it.
const MORE_KEYS: &str = "additional_credentials_info";

/// Whether a text begins like a report.
pub(in crate::load) fn is_report(text: &str) -> bool {
    let header = text.trim_start().lines().next().unwrap_or_default();
    let mut names = header.split(',').map(|name| name.trim().trim_matches('"'));
    names.next() == Some("user") && names.any(|name| name == "arn" || COLUMNS.iter().any(|(column, _)| *column == name))
}

/// Reads one file.
pub(in crate::load) fn read(builder: &mut Builder, input: &Input) {
    let root = input.root();
    let report = match Report::of(&root) {
        Ok(report) => report,
        Err(diagnostic) => return unusable(builder, input, diagnostic),
    };
    let mut reader = ReaderBuilder::new().flexible(true).from_reader(report.text.as_bytes());
    let columns = reader.headers().map(Columns::of).unwrap_or_default();
    let Some(arn) = columns.arn else {
        let message = "the credential report has no column `arn`: whose credentials it tells of is unknown";
        return unusable(builder, input, Diagnostic::error("malformed-credential-report", message).at(report.at(1)));
    };
    let mut rows = Rows::default();
    for record in reader.records() {
        // Text in memory can neither fail to be read nor hold rows that a flexible reader refuses.
        let Ok(record) = record else { continue };
        let origin = report.at(record.position().map_or(1, csv::Position::line));
        if record.len() < columns.width {
            let message = format!("the row has {} of {} columns: left out", record.len(), columns.width);
            builder.report(Diagnostic::error("malformed-credential-report", message).at(origin));
            rows.cut = true;
            continue;
        }
        let text = record.get(arn).unwrap_or_default();
        match Arn::parse(text).ok().as_ref().and_then(holder) {
            Some((account, holder)) => rows.row(builder, &columns, &record, (account, holder), &origin),
            None => {
                let message = format!("`{text}` is neither a user nor the root user of an account: left out");
                builder.report(Diagnostic::error("malformed-credential-report", message).at(origin));
                rows.cut = true;
            }
        }
    }
    if rows.accounts.is_empty() {
        rows.accounts.extend(builder.folders.of(&input.path));
    }
    if rows.accounts.is_empty() {
        builder.report(unplaced("unplaced-answer", "nothing tells of which account this credential report is", &root));
    }
    rows.finish(builder, &columns, &report);
}

/// Of an account whose report says nothing that can be used, everything else is unknown.
fn unusable(builder: &mut Builder, input: &Input, diagnostic: Diagnostic) {
    if let Some(account) = builder.folders.of(&input.path) {
        Part::ALL.into_iter().for_each(|part| builder.credentials.gap(account, part, &diagnostic.message));
    }
    builder.report(diagnostic);
}

/// The text of a report, and where it stands.
struct Report {
    text: String,
    origin: Origin,
    /// Whether the text stands within JSON.
    is_within: bool,
}

impl Report {
    fn of(root: &Node<'_>) -> Result<Self, Diagnostic> {
        let Ok(fields) = root.fields() else {
            let origin = Origin::file(root.file);
            return Ok(Self { text: root.whole.to_string(), origin, is_within: false });
        };
        let Some(content) = fields.get("Content") else {
            let message = "the credential report has no `Content`: what it tells is unknown";
            let hint = "aws iam get-credential-report prints one once generate-credential-report says COMPLETE";
            return Err(Diagnostic::error("malformed-credential-report", message).with_hint(hint).at(root.origin()));
        };
        let text = content.text().unwrap_or_default();
        let text = if is_report(&text) { Some(text) } else { decoded(&text).filter(|text| is_report(text)) };
        match text {
            Some(text) => Ok(Self { text, origin: content.origin(), is_within: true }),
            None => {
                let message =
                    "`Content` is no credential report, neither in base64 nor as text: what it tells is unknown";
                Err(Diagnostic::error("malformed-credential-report", message).at(content.origin()))
            }
        }
    }

    /// The place of a line.
    fn at(&self, line: u64) -> Origin {
        let place = Some((u32::try_from(line).unwrap_or(u32::MAX), 1));
        let mut origin = self.origin.clone();
        *(if self.is_within { &mut origin.decoded } else { &mut origin.position }) = place;
        origin
    }
}

/// The text that is written in base64, in one line or in many.
fn decoded(text: &str) -> Option<String> {
    let text: String = text.split_whitespace().collect();
    String::from_utf8(BASE64.decode(text).ok()?).ok()
}

/// Where the columns are.
#[derive(Default)]
struct Columns {
    arn: Option<usize>,
    of_parts: Vec<(&'static str, Part, Option<usize>)>,
    more_keys: Option<usize>,
    width: usize,
}

impl Columns {
    fn of(header: &StringRecord) -> Self {
        let find = |name: &str| header.iter().position(|column| column.trim() == name);
        let of_parts = COLUMNS.into_iter().map(|(name, part)| (name, part, find(name))).collect();
        Self { arn: find("arn"), of_parts, more_keys: find(MORE_KEYS), width: header.len() }
    }

    /// The first column of a part that is not there.
    fn missing(&self, part: Part) -> Option<&'static str> {
        let mut missing = self.of_parts.iter().filter(|(_, of, at)| *of == part && at.is_none());
        missing.next().map(|(name, _, _)| *name)
    }
}

/// What the rows of one report have come to.
#[derive(Default)]
struct Rows {
    accounts: BTreeSet<AccountId>,
    /// Whether a row had to be left out.
    cut: bool,
    /// Values that are none of a column's, each with its first place and how often it is there.
    strange: BTreeMap<(&'static str, String), (Origin, usize)>,
}

impl Rows {
    fn row(
        &mut self,
        builder: &mut Builder,
        columns: &Columns,
        record: &StringRecord,
        (account, holder): (AccountId, Holder),
        origin: &Origin,
    ) {
        self.accounts.insert(account);
        for part in Part::ALL {
            let mut values = Vec::new();
            for (name, _, at) in columns.of_parts.iter().filter(|(_, of, _)| *of == part) {
                let Some(text) = at.and_then(|at| record.get(at)) else { continue };
                let value = value(name, text, &holder);
                if value.is_none() {
                    let seen = self.strange.entry((name, text.to_owned())).or_insert_with(|| (origin.clone(), 0));
                    seen.1 += 1;
                }
                values.push(value);
            }
            let more = columns.more_keys.and_then(|at| record.get(at)).map_or("", str::trim);
            let is_more = part == Part::AccessKey && !["", "N/A"].contains(&more);
            if values.contains(&Some(true)) {
                builder.credentials.claim(account, holder.clone(), part, true, || origin.clone());
            } else if values.contains(&None) {
                let reason = "the credential report has no `true` or `false` in its place".to_owned();
                builder.credentials.unreadable(account, holder.clone(), part, reason);
            } else if is_more {
                let reason = "the credential report tells of more access keys than it lists".to_owned();
                builder.credentials.unreadable(account, holder.clone(), part, reason);
            } else if columns.missing(part).is_none() {
                builder.credentials.claim(account, holder.clone(), part, false, || origin.clone());
            }
        }
    }

    fn finish(self, builder: &mut Builder, columns: &Columns, report: &Report) {
        for part in Part::ALL {
            let Some(column) = columns.missing(part) else { continue };
            let message =
                format!("the credential report has no column `{column}`: who has {} is unknown", part.words());
            for account in &self.accounts {
                builder.credentials.gap(*account, part, &message);
            }
            builder.report(Diagnostic::error("malformed-credential-report", message).at(report.at(1)));
        }
        for ((column, value), (origin, count)) in self.strange {
            let message =
                format!("`{value}` in column `{column}` is neither `true` nor `false`, in {count} row(s): unknown");
            builder.report(Diagnostic::warning("strange-credential-report-value", message).at(origin));
        }
        for account in self.accounts {
            builder.account(account);
            if self.cut {
                let reason = "rows of the credential report could not be read";
                Part::ALL.into_iter().for_each(|part| builder.credentials.gap(account, part, reason));
            }
            builder.credentials.reports.entry(account).or_insert_with(|| report.at(1));
        }
    }
}

/// What a cell says. Of a root user's password older reports say `not_supported`, for it always had one; a root user whose
/// credentials were taken away has `false`.
fn value(column: &str, text: &str, holder: &Holder) -> Option<bool> {
    let text = text.trim();
    match text.to_ascii_lowercase().as_str() {
        "true" => Some(true),
        "false" => Some(false),
        "not_supported" if column == PASSWORD && *holder == Holder::Root => Some(true),
        _ => None,
    }
}
