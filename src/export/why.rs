//! Answers hop by hop: each call with the statements that allow it, and what it requires.

use crate::condition::Residual;
use crate::evaluate::StatementRef;
use crate::export::styled::{StyledLine, Tone, wrapped};
use crate::export::text::{
    account_label, arn_account, entrants_text, labelled_name, printable, residual_text, short_name, statement_text,
    subject_name,
};
use crate::model::Environment;
use crate::query::{AccessRow, Hop, Needs, Requirement, SubjectKind};

/// How wide lines are where nothing says how wide there is room.
const WIDTH: u16 = 100;

/// Every answer in lines: who, whether, then a numbered line for each role entered and one for the last request, with the
/// statements on both sides below it. An empty line stands between answers.
#[must_use]
pub fn why_lines(rows: &[AccessRow], env: &Environment, width: Option<u16>) -> Vec<StyledLine> {
    let mut page = Page { env, width: width.unwrap_or(WIDTH), lines: Vec::new() };
    for row in rows {
        if !page.lines.is_empty() {
            page.lines.push(StyledLine::default());
        }
        page.answer(row);
    }
    page.lines
}

struct Page<'e> {
    env: &'e Environment,
    width: u16,
    lines: Vec<StyledLine>,
}

impl Page<'_> {
    fn answer(&mut self, row: &AccessRow) {
        let of = |account| format!(" of {}", account_label(account, self.env));
        let account = row.subject.account.filter(|_| row.subject.kind != SubjectKind::ExternalAccount).map(of);
        let name = printable(&format!("{}{}", subject_name(&row.subject), account.unwrap_or_default()));
        let says = format!(": {}{}", row.outcome, in_words(row.needs()));
        self.lines.push(StyledLine::new(Tone::Strong, name).and(Tone::Plain, says));
        if let Some(needed) = Requirement::of_credentials(row.credentials) {
            self.words("     ", &needed.to_string(), Tone::Plain);
        }
        if let Some(who) = entrants_text(row) {
            self.words("     ", &format!("for {who}"), Tone::Plain);
        }
        for (number, hop) in (1..).zip(&row.path) {
            self.hop(number, hop);
        }
        let what = format!("{}. {} on {}", row.path.len() + 1, row.actions.join(", "), row.resource);
        self.words("  ", &what, Tone::Strong);
        self.requirement(&row.condition);
        if row.statements.is_empty() && row.subject.kind == SubjectKind::Root {
            self.words("     ", "by nothing: what an account owns is open to its root user", Tone::Plain);
        }
        self.statements(&row.statements);
        for assumption in &row.assumptions {
            self.words("     ", &format!("assumed: {assumption}"), Tone::Faint);
        }
    }

    fn hop(&mut self, number: usize, hop: &Hop) {
        let account = arn_account(&hop.role);
        let role = account.map_or_else(
            || short_name(&hop.role),
            |account| labelled_name(&account_label(account, self.env), &hop.role),
        );
        self.words("  ", &format!("{number}. enters {role} by {}", hop.action), Tone::Strong);
        self.requirement(&hop.condition);
        self.statements(&hop.statements);
        let lasts = hop.max_duration.map(|seconds| format!("the session lasts {} at most", hours(seconds)));
        let console = hop.console.then(|| "in the console by switching roles, too".to_owned());
        let besides: Vec<String> = lasts.into_iter().chain(console).collect();
        if !besides.is_empty() {
            self.words("     ", &besides.join("; "), Tone::Faint);
        }
    }

    fn requirement(&mut self, condition: &Residual) {
        if !condition.is_true() {
            self.words("     ", &format!("if {}", residual_text(condition)), Tone::Plain);
        }
    }

    fn statements(&mut self, statements: &[StatementRef]) {
        for statement in statements {
            self.words("     ", &format!("by {}", statement_text(*statement, self.env)), Tone::Plain);
        }
    }

    fn words(&mut self, indent: &str, text: &str, tone: Tone) {
        self.lines.extend(wrapped(indent, &printable(text), usize::from(self.width), tone));
    }
}

fn in_words(needs: Needs) -> &'static str {
    match needs {
        Needs::Nothing => "",
        Needs::Caller => ", once the caller does what is required",
        Needs::Identity => ", for those who are the right ones",
        Needs::Environment => ", where the circumstances are as required",
        Needs::Undecided => ", and undecided",
    }
}

fn hours(seconds: u32) -> String {
    match (seconds / 3600, seconds % 3600) {
        (0, _) => format!("{} min", seconds / 60),
        (hours, 0) => format!("{hours} h"),
        (hours, rest) => format!("{hours} h {} min", rest / 60),
    }
}
