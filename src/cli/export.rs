//! `export`: the whole graph.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use iamreach::export::{CsvOptions, GraphSelection, Relation, graph_to_csv, graph_to_json};
use iamreach::query::select_account;

use crate::arguments::InputArguments;
use crate::diagram::{DiagramArguments, Form};
use crate::exit_code::{Exit, Failure};
use crate::{diagram, input, output};

/// The whole graph, for Graphviz, spreadsheets or programs
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  iamreach export svg --data ./collected -o access.svg
  iamreach export png --focus production:role/Admin --data ./collected -o admin.png
  iamreach export svg --focus arn:aws:s3:::my-bucket/key --action s3:GetObject --data ./collected -o readers.svg
  iamreach export csv --only assume --data ./collected -o trusts.csv
  iamreach export json --account production --data ./collected -o production.json")]
pub(crate) struct Arguments {
    /// The form
    format: Format,
    /// Only what begins or ends in this account, by id or name; repeat for several
    #[arg(long, value_name = "ACCOUNT")]
    account: Vec<String>,
    /// Only these relations; repeat for several
    #[arg(long, value_name = "RELATION")]
    only: Vec<Only>,
    /// Write to a file instead of stdout
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Begin CSV with a byte order mark, for Excel
    #[arg(long)]
    bom: bool,
    #[command(flatten)]
    diagram: DiagramArguments,
    #[command(flatten)]
    input: InputArguments,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    Dot,
    Svg,
    Png,
    Csv,
    Json,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Only {
    Assume,
    Access,
    Member,
}

pub(crate) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let form = match arguments.format {
        Format::Dot => Some(Form::Dot),
        Format::Svg => Some(Form::Svg),
        Format::Png => Some(Form::Png),
        Format::Csv | Format::Json => None,
    };
    match (form, arguments.diagram.given()) {
        (Some(form), _) => diagram::check(form, arguments.output.as_deref())?,
        (None, Some(given)) => return Err(Failure::usage(format!("{given} is for dot, svg and png"))),
        (None, None) => {}
    }
    let loaded = input::read(&arguments.input, &[])?;
    let engine = input::engine(&loaded, &arguments.input, None, None)?;
    let accounts = arguments
        .account
        .iter()
        .map(|text| select_account(&loaded.environment, text).map_err(|error| Failure::selector(&error)))
        .collect::<Result<Vec<_>, _>>()?;
    let relation = |only: &Only| match only {
        Only::Assume => Relation::Assume,
        Only::Access => Relation::Access,
        Only::Member => Relation::Member,
    };
    let selection = GraphSelection { accounts, relations: arguments.only.iter().map(relation).collect() };
    if let Some(form) = form {
        let diagram = arguments.diagram.diagram(&engine, &selection)?;
        arguments.diagram.write(&diagram, form, arguments.output.as_deref())?;
        return Ok(input::exit(Exit::Yes, &arguments.input, &loaded));
    }
    output::write(arguments.output.as_deref(), |out| match arguments.format {
        Format::Csv => graph_to_csv(&engine, &selection, out, CsvOptions { bom: arguments.bom }),
        _ => output::json(&graph_to_json(&engine, &selection), out),
    })?;
    Ok(input::exit(Exit::Yes, &arguments.input, &loaded))
}
