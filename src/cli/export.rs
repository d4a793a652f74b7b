//! `export`: the whole graph.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::{Args, ValueEnum};

use iamreach::export::formats::{FORMATS, Format, FormatOptions, FormatShape};
use iamreach::export::property_graph::{GraphModel, Naming, Part, PropertyGraph, Selected};
use iamreach::export::{CsvOptions, GraphSelection, Relation};
use iamreach::query::{Engine, Resources, select_account};

use crate::arguments::InputArguments;
use crate::bolt::{self, BoltArguments};
use crate::diagram::{DiagramArguments, Form};
use crate::exit_code::{Exit, Failure};
use crate::{diagram, input, output};

/// How many edges `--flat` writes at most.
const MAX_FLAT: usize = 5_000_000;

/// The whole graph, for pictures, spreadsheets, graph databases and programs
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  iamreach export svg --data ./collected -o access.svg
  iamreach export png --focus production:role/Admin --data ./collected -o admin.png
  iamreach export svg --focus arn:aws:s3:::my-bucket/key --action s3:GetObject --data ./collected -o readers.svg
  iamreach export csv --only assume --data ./collected -o trusts
  iamreach export neo4j --data ./collected -o for-neo4j
  iamreach export bolt --uri bolt://localhost:7687 --password-env NEO4J_PASSWORD --data ./collected
  iamreach export parquet --resource arn:aws:s3:::my-bucket/payroll.csv --data ./collected -o for-spark")]
pub(crate) struct Arguments {
    /// The form
    #[arg(value_parser = forms())]
    format: String,
    /// Only what begins or ends in this account, by id or name; repeat for several
    #[arg(long, value_name = "ACCOUNT")]
    account: Vec<String>,
    /// Only these relations; repeat for several
    #[arg(long, value_name = "RELATION")]
    only: Vec<Only>,
    /// Where to write: a file, or a folder for forms of several files
    #[arg(short, long, value_name = "PATH")]
    output: Option<PathBuf>,
    #[command(flatten)]
    graph: GraphArguments,
    #[command(flatten)]
    server: BoltArguments,
    #[command(flatten)]
    diagram: DiagramArguments,
    #[command(flatten)]
    input: InputArguments,
}

/// What a graph holds, and how it is written.
#[derive(Debug, Args)]
#[command(next_help_heading = "Graphs (all other forms)")]
struct GraphArguments {
    /// A resource to have in the graph, such as one object of a bucket; repeat for several
    #[arg(long, value_name = "ARN")]
    resource: Vec<String>,
    /// Without the patterns that policies name: only resources of the input, objects of its buckets, and --resource
    #[arg(long)]
    without_patterns: bool,
    /// An edge for each of several equal sessions, instead of sets that they are in; at most 5,000,000 edges
    #[arg(long)]
    flat: bool,
    /// Labels and types of relationships: as users of Cartography know them, or plain words
    #[arg(long, value_enum, default_value_t = Names::Cartography)]
    names: Names,
    /// Begin CSV for spreadsheets with a byte order mark, for Excel
    #[arg(long)]
    bom: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Names {
    Cartography,
    Plain,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Only {
    Assume,
    Access,
    Member,
}

/// Forms that are pictures.
const PICTURES: [(&str, Form, &str); 3] = [
    ("dot", Form::Dot, "a picture as DOT text"),
    ("svg", Form::Svg, "a picture, by Graphviz"),
    ("png", Form::Png, "a picture, by Graphviz"),
];

fn forms() -> PossibleValuesParser {
    let pictures = PICTURES.iter().map(|(name, _, about)| PossibleValue::new(*name).help(*about));
    let graphs = FORMATS.iter().map(|format| PossibleValue::new(format.name).help(format.about));
    let server = std::iter::once(PossibleValue::new(bolt::NAME).help(bolt::ABOUT));
    PossibleValuesParser::new(pictures.chain(graphs).chain(server))
}

pub(crate) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    match PICTURES.iter().find(|(name, ..)| *name == arguments.format) {
        Some((_, form, _)) => picture(arguments, *form),
        None => graph(arguments),
    }
}

fn picture(arguments: &Arguments, form: Form) -> Result<Exit, Failure> {
    if let Some(given) = arguments.graph.given().or(arguments.server.given()) {
        return Err(Failure::usage(format!("{given} is not for {}", arguments.format)));
    }
    diagram::check(form, arguments.output.as_deref())?;
    let loaded = input::read(&arguments.input, &[])?;
    let engine = input::engine(&loaded, &arguments.input, None, None)?;
    let relation = |only: &Only| match only {
        Only::Assume => Relation::Assume,
        Only::Access => Relation::Access,
        Only::Member => Relation::Member,
    };
    let accounts = accounts(arguments, &engine)?;
    let selection = GraphSelection { accounts, relations: arguments.only.iter().map(relation).collect() };
    let diagram = arguments.diagram.diagram(&engine, &selection)?;
    arguments.diagram.write(&diagram, form, arguments.output.as_deref())?;
    Ok(input::exit(Exit::Yes, &arguments.input, &loaded))
}

fn graph(arguments: &Arguments) -> Result<Exit, Failure> {
    if let Some(given) = arguments.diagram.given() {
        return Err(Failure::usage(format!("{given} is for dot, svg and png")));
    }
    let target = target(arguments)?;
    let loaded = input::read(&arguments.input, &[])?;
    let engine = input::engine(&loaded, &arguments.input, None, None)?;
    let environment = engine.environment();
    let mut more = BTreeSet::new();
    for name in &arguments.graph.resource {
        more.insert(input::resource(environment, name)?);
    }
    let accounts = accounts(arguments, &engine)?;
    let resources = Resources { without_patterns: arguments.graph.without_patterns, more };
    let mut progress = output::Progress::new("deciding who can access what");
    let reach = engine.reach_graph(&resources, |done, of| progress.tell(done, of));
    drop(progress);
    if engine.left_ways_aside() {
        output::warning(
            "not every way is in the graph: the policies on the way ask too many different things of the sessions; \
             somebody may be missing in its answers",
        );
    }
    let edges = GraphModel::flat_size(&reach);
    if arguments.graph.flat && edges > MAX_FLAT {
        let hint = "leave out --flat: sessions that share edges then stand behind a set";
        let message = format!("--flat would write {edges} edges, and {MAX_FLAT} is the most");
        return Err(Failure::Usage(message, Some(hint.to_owned())));
    }
    let naming = match arguments.graph.names {
        Names::Cartography => Naming::Cartography,
        Names::Plain => Naming::Plain,
    };
    let model = GraphModel::new(environment, &reach, naming, arguments.graph.flat);
    let part = |only: &Only| match only {
        Only::Assume => Part::Assumes,
        Only::Access => Part::Accesses,
        Only::Member => Part::Members,
    };
    let parts: Vec<Part> = arguments.only.iter().map(part).collect();
    let selected = Selected::new(&model, naming, &parts, &accounts);
    let options = FormatOptions {
        snapshot: &model.snapshot()?,
        names: &naming.replacements(),
        csv: CsvOptions { bom: arguments.graph.bom },
    };
    let all = parts.is_empty() && accounts.is_empty();
    let graph: &dyn PropertyGraph = if all { &model } else { &selected };
    match target {
        Target::Server(server) => server.write(graph, &options)?,
        Target::Files(format, to) => {
            let written = output::while_showing("writing", || format.write(graph, &to, &options))?;
            if arguments.output.is_some() {
                written.iter().for_each(|file| output::note(&format!("{}: {}", file.path, file.what)));
            }
        }
    }
    Ok(input::exit(Exit::Yes, &arguments.input, &loaded))
}

/// Where a graph goes.
enum Target {
    Files(&'static Format, PathBuf),
    Server(bolt::Server),
}

fn target(arguments: &Arguments) -> Result<Target, Failure> {
    if arguments.format == bolt::NAME {
        let files = [(arguments.output.is_some(), "--output"), (arguments.graph.bom, "--bom")];
        if let Some((_, given)) = files.into_iter().find(|(given, _)| *given) {
            return Err(Failure::usage(format!("{given} is not for bolt")));
        }
        return arguments.server.open().map(Target::Server);
    }
    if let Some(given) = arguments.server.given() {
        return Err(Failure::usage(format!("{given} is for bolt")));
    }
    let format = Format::find(&arguments.format)
        .ok_or_else(|| Failure::usage(format!("`{}` is no form of a graph", arguments.format)))?;
    Ok(Target::Files(format, place(format, arguments.output.as_deref())?))
}

/// Where files go. A form of one file goes to standard output where nothing else is said.
fn place(format: &Format, output: Option<&Path>) -> Result<PathBuf, Failure> {
    if let Some(path) = output {
        if format.shape == FormatShape::Folder && path.is_file() {
            let message = format!("`{}` is a file, and {} is several", path.display(), format.name);
            return Err(Failure::Usage(
                message,
                Some("-o names a folder, which is made where it is missing".to_owned()),
            ));
        }
        if format.shape == FormatShape::File && path.is_dir() {
            let message = format!("`{}` is a folder, and {} is one file", path.display(), format.name);
            return Err(Failure::Usage(message, Some("-o names a file".to_owned())));
        }
        return Ok(path.to_owned());
    }
    if format.shape == FormatShape::File && cfg!(unix) {
        return Ok(PathBuf::from("/dev/stdout"));
    }
    let hint = match format.shape {
        FormatShape::Folder => "-o FOLDER says where its files go",
        FormatShape::File => "-o FILE says where it goes",
    };
    Err(Failure::Usage(format!("{} needs a place to be written to", format.name), Some(hint.to_owned())))
}

fn accounts(arguments: &Arguments, engine: &Engine<'_>) -> Result<Vec<iamreach::arn::AccountId>, Failure> {
    let account = |text: &String| select_account(engine.environment(), text).map_err(|error| Failure::selector(&error));
    arguments.account.iter().map(account).collect()
}

impl GraphArguments {
    /// An argument that was given, though a picture is drawn.
    fn given(&self) -> Option<&'static str> {
        let flags = [
            (!self.resource.is_empty(), "--resource"),
            (self.without_patterns, "--without-patterns"),
            (self.flat, "--flat"),
            (self.names != Names::Cartography, "--names"),
            (self.bom, "--bom"),
        ];
        flags.into_iter().find_map(|(given, name)| given.then_some(name))
    }
}
