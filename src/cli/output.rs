//! Where answers and messages go: data to stdout or a file, everything else to stderr. Colours only on a terminal, and
//! never against `NO_COLOR`.

use std::fs::File;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::Path;
use std::time::Instant;

use anstyle::{AnsiColor, Style};

use iamreach::export::{
    CsvOptions, DotOptions, SCHEMA_VERSION, StyledLine, TableOptions, Tone, access_table, collapsed, rows_to_diagram,
    rows_to_json, table, why_lines, write_rows, write_table,
};
use iamreach::model::Environment;
use iamreach::query::{AccessRow, Engine};

use crate::arguments::{Format, OutputArguments};
use crate::diagram::{self, Form};
use crate::exit_code::{Exit, Failure};

/// Writes an answer to the file, or to stdout.
pub(crate) fn write(to: Option<&Path>, fill: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Failure> {
    match to {
        Some(path) => {
            let named =
                |error: io::Error| anyhow::Error::new(error).context(format!("cannot write `{}`", path.display()));
            let mut file = BufWriter::new(File::create(path).map_err(named)?);
            fill(&mut file).and_then(|()| file.flush()).map_err(named)?;
        }
        None => {
            let mut stdout = BufWriter::new(io::stdout().lock());
            fill(&mut stdout)?;
            stdout.flush()?;
        }
    }
    Ok(())
}

/// Writes lines to the file, or to stdout; colours only on a terminal that wants them.
pub(crate) fn styled(to: Option<&Path>, lines: &[StyledLine]) -> Result<(), Failure> {
    let coloured = to.is_none() && anstream::AutoStream::choice(&io::stdout()) != anstream::ColorChoice::Never;
    write(to, |out| {
        for line in lines {
            for (tone, text) in &line.pieces {
                let style = if coloured { style(*tone) } else { Style::new() };
                write!(out, "{style}{text}{style:#}")?;
            }
            out.write_all(b"\n")?;
        }
        Ok(())
    })
}

fn style(tone: Tone) -> Style {
    let coloured = |colour: AnsiColor| Style::new().fg_color(Some(colour.into())).bold();
    match tone {
        Tone::Good => coloured(AnsiColor::Green),
        Tone::Bad => coloured(AnsiColor::Red),
        Tone::Open => coloured(AnsiColor::Yellow),
        Tone::Strong => Style::new().bold(),
        Tone::Faint => Style::new().dimmed(),
        _ => Style::new(),
    }
}

/// The width to lay tables out in: the terminal's, or none when stdout is none.
pub(crate) fn width() -> Option<u16> {
    if !io::stdout().is_terminal() {
        return std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    }
    terminal_size::terminal_size().map(|(width, _)| width.0)
}

pub(crate) fn error(message: &str) {
    line("error", AnsiColor::Red, message);
}

pub(crate) fn hint(message: &str) {
    line("hint", AnsiColor::Cyan, message);
}

pub(crate) fn note(message: &str) {
    line("note", AnsiColor::Blue, message);
}

pub(crate) fn warning(message: &str) {
    line("warning", AnsiColor::Yellow, message);
}

fn line(word: &str, colour: AnsiColor, message: &str) {
    let style = Style::new().fg_color(Some(colour.into())).bold();
    // A stderr that is closed is no reason to fail.
    let _ = writeln!(anstream::stderr().lock(), "{style}{word}{style:#}: {message}");
}

/// A diagnostic, its first word in its colour.
pub(crate) fn diagnostic(diagnostic: &iamreach::diagnostic::Diagnostic) {
    use iamreach::diagnostic::Severity;
    let colour = match diagnostic.severity {
        Severity::Error => AnsiColor::Red,
        Severity::Warning => AnsiColor::Yellow,
        _ => AnsiColor::Blue,
    };
    let style = Style::new().fg_color(Some(colour.into())).bold();
    let text = diagnostic.to_string();
    let (word, rest) = text.split_once('[').unwrap_or(("", &text));
    let _ = writeln!(anstream::stderr().lock(), "{style}{word}{style:#}[{rest}");
}

/// Shows what is going on while `work` runs, on a terminal only.
pub(crate) fn while_showing<T>(message: &str, work: impl FnOnce() -> T) -> T {
    let mut stderr = io::stderr();
    if !stderr.is_terminal() {
        return work();
    }
    let _ = write!(stderr, "\r{message} …");
    let _ = stderr.flush();
    let result = work();
    let _ = write!(stderr, "\r\x1b[K");
    let _ = stderr.flush();
    result
}

/// How far a long work is, on a terminal and only once it has taken a while.
pub(crate) struct Progress {
    message: &'static str,
    started: Instant,
    told: Option<Instant>,
    terminal: bool,
}

impl Progress {
    pub(crate) fn new(message: &'static str) -> Self {
        Self { message, started: Instant::now(), told: None, terminal: io::stderr().is_terminal() }
    }

    /// Says that so much of so much is done.
    pub(crate) fn tell(&mut self, done: usize, of: usize) {
        let since = self.told.unwrap_or(self.started);
        if self.terminal && since.elapsed().as_millis() >= if self.told.is_some() { 100 } else { 500 } {
            self.told = Some(Instant::now());
            let mut stderr = io::stderr();
            let _ = write!(stderr, "\r{}: {done} of {of} …", self.message);
            let _ = stderr.flush();
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.told.is_some() {
            let _ = write!(io::stderr(), "\r\x1b[K");
        }
    }
}

/// Writes rows in the form asked for.
pub(crate) fn rows(
    rows: &[AccessRow],
    question: serde_json::Value,
    environment: &Environment,
    arguments: &OutputArguments,
) -> Result<(), Failure> {
    let form = match arguments.format {
        Format::Dot => Some(Form::Dot),
        Format::Svg => Some(Form::Svg),
        Format::Table | Format::Csv | Format::Json => None,
    };
    if let Some(form) = form {
        let diagram = rows_to_diagram(rows, environment);
        let diagram = if arguments.expand { diagram } else { collapsed(diagram) };
        return diagram::write(&diagram, DotOptions::default(), form, arguments.output.as_deref());
    }
    write(arguments.output.as_deref(), |out| match arguments.format {
        Format::Table if rows.is_empty() => Ok(()),
        Format::Table => {
            // Who asks for paths or reach has not named every request that the rows are about.
            let request = question.get("command").is_some_and(|command| command != "who-can");
            let options = TableOptions { wide: arguments.wide, expand: arguments.expand, request, width: width() };
            out.write_all(access_table(rows, environment, options).as_bytes())
        }
        Format::Csv => write_rows(rows, environment, out, CsvOptions { bom: arguments.bom }),
        _ => json(&rows_to_json(question, rows, environment), out),
    })
}

/// Writes answers hop by hop; in the forms for programs every answer has its hops anyway.
pub(crate) fn why(
    rows: &[AccessRow],
    question: serde_json::Value,
    environment: &Environment,
    arguments: &OutputArguments,
) -> Result<(), Failure> {
    if arguments.format != Format::Table {
        return self::rows(rows, question, environment, arguments);
    }
    styled(arguments.output.as_deref(), &why_lines(rows, environment, width()))
}

/// Writes a table of text in the forms that have one.
pub(crate) fn listing(
    header: &[&str],
    lines: Vec<Vec<String>>,
    what: &str,
    arguments: &OutputArguments,
) -> Result<(), Failure> {
    write(arguments.output.as_deref(), |out| match arguments.format {
        Format::Csv => write_table(header, lines, out, CsvOptions { bom: arguments.bom }),
        Format::Json => {
            let objects: Vec<serde_json::Value> = lines
                .into_iter()
                .map(|line| {
                    header
                        .iter()
                        .map(|name| (*name).to_owned())
                        .zip(line.into_iter().map(Into::into))
                        .collect::<serde_json::Map<_, _>>()
                        .into()
                })
                .collect();
            json(&serde_json::json!({ "schema_version": SCHEMA_VERSION, what: objects }), out)
        }
        Format::Table | Format::Dot | Format::Svg => {
            let width = width().filter(|_| !arguments.wide);
            let header: Vec<String> = header.iter().map(|name| name.to_uppercase().replace('_', " ")).collect();
            let header: Vec<&str> = header.iter().map(String::as_str).collect();
            out.write_all(table(&header, lines, width).as_bytes())
        }
    })
}

/// Pretty JSON with a newline at its end.
pub(crate) fn json(value: &serde_json::Value, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, value)?;
    out.write_all(b"\n")
}

/// The exit code of an answer, and on stderr what it rests on and where its limits are. `uncollected` says whether policies
/// that would matter were not collected.
pub(crate) fn closing(rows: &[AccessRow], no: &str, engine: &Engine<'_>, uncollected: bool) -> Exit {
    let mut assumptions: Vec<String> =
        rows.iter().flat_map(|row| row.assumptions.iter().map(ToString::to_string)).collect();
    assumptions.sort();
    assumptions.dedup();
    let nothing = rows.is_empty();
    let ownerless = |reason: &str| reason.starts_with("the account that owns ");
    if rows.iter().any(|row| row.reasons.iter().any(|reason| ownerless(reason))) {
        hint("--resource-account ID says which account owns buckets of which the input does not");
    }
    if !assumptions.is_empty() {
        let shown = assumptions.iter().take(3).cloned().collect::<Vec<_>>().join("; ");
        let more = assumptions.len().saturating_sub(3);
        let more = if more > 0 { format!("; and {more} more") } else { String::new() };
        note(&format!("assumed: {shown}{more}"));
    }
    if engine.left_ways_aside() {
        warning(
            "not every way was followed: the policies on the way ask too many different things of the sessions; somebody \
             may be missing in the answer",
        );
    }
    if nothing {
        limits(no, engine, uncollected);
        return if engine.left_ways_aside() { Exit::Undecided } else { Exit::No };
    }
    if rows.iter().any(|row| row.outcome.is_allowed()) { Exit::Yes } else { Exit::Undecided }
}

/// The one line that every negative answer ends in.
pub(crate) fn limits(no: &str, engine: &Engine<'_>, uncollected: bool) {
    let environment = engine.environment();
    let organization = match environment.organization() {
        iamreach::model::Collected::NotCollected => "no organization was collected; ",
        _ => "",
    };
    let policies = if uncollected { "resource policies that were not collected count as absent, and " } else { "" };
    note(&format!("{no}; {organization}{policies}changing policies to gain access is not considered"));
}
