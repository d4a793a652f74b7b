//! Diagrams: what to picture, and Graphviz's `dot` for the forms that are no text.

use std::io::{self, IsTerminal, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use clap::Args;

use iamreach::arn::Arn;
use iamreach::export::{
    Diagram, DotOptions, Focus, GraphSelection, PictureOptions, Surroundings, focus_to_diagram, graph_to_diagram,
    write_dot,
};
use iamreach::model::objects_of;
use iamreach::query::{Engine, SelectorError, select_action, select_actions, select_caller, select_resources};

use crate::exit_code::Failure;
use crate::{input, output};

/// What a diagram shows; of `dot`, `svg` and `png` only.
#[derive(Debug, Args)]
#[command(next_help_heading = "Diagrams (dot, svg, png)")]
pub(crate) struct DiagramArguments {
    /// Only what leads to this principal or resource, and where it leads
    #[arg(long, value_name = "PRINCIPAL|RESOURCE")]
    focus: Option<String>,
    /// How many roles a path to or from the focus may enter
    #[arg(long, value_name = "N", default_value_t = 8, requires = "focus")]
    depth: u32,
    /// Nothing beside the paths to and from the focus
    #[arg(long, requires = "focus")]
    only_paths: bool,
    /// Only paths that make this action possible: who can do it to the resource, or where the principal can; for a resource
    /// also a pattern
    #[arg(long, value_name = "ACTION", requires = "focus")]
    action: Option<String>,
    /// A node for each of several equal principals and resources
    #[arg(long)]
    expand: bool,
    /// Service-linked roles too
    #[arg(long)]
    service_linked: bool,
    /// No legend
    #[arg(long)]
    no_legend: bool,
}

impl DiagramArguments {
    /// An argument that was given, though nothing is drawn.
    pub(crate) fn given(&self) -> Option<&'static str> {
        let flags = [
            (self.focus.is_some(), "--focus"),
            (self.expand, "--expand"),
            (self.service_linked, "--service-linked"),
            (self.no_legend, "--no-legend"),
        ];
        flags.into_iter().find_map(|(given, name)| given.then_some(name))
    }

    /// The diagram.
    pub(crate) fn diagram(&self, engine: &Engine<'_>, selection: &GraphSelection) -> Result<Diagram, Failure> {
        let options = PictureOptions { expand: self.expand, service_linked: self.service_linked };
        let Some(focus) = &self.focus else {
            return Ok(output::while_showing("deciding", || graph_to_diagram(engine, selection, options)));
        };
        if !selection.accounts.is_empty() || !selection.relations.is_empty() {
            return Err(Failure::usage(
                "--focus shows what is around one thing: it goes with neither --account nor --only",
            ));
        }
        let focus = self.focus(engine, focus)?;
        let surroundings = Surroundings { depth: self.depth, only_paths: self.only_paths };
        let diagram = output::while_showing("deciding", || focus_to_diagram(engine, &focus, surroundings, options));
        if diagram.edges.is_empty() {
            output::note("nothing leads to the focus, and it leads nowhere");
        }
        Ok(diagram)
    }

    /// The principal that a text names, or else the resource.
    fn focus(&self, engine: &Engine<'_>, text: &str) -> Result<Focus, Failure> {
        let environment = engine.environment();
        match select_caller(environment, text) {
            Ok(caller) => {
                let Some(action) = &self.action else { return Ok(Focus::Principal(caller)) };
                let action = select_action(action).map_err(|error| Failure::selector(&error))?;
                input::warn_of_actions(std::slice::from_ref(&action), &["*".to_owned()], &[]);
                Ok(Focus::Action(caller, action))
            }
            Err(error @ (SelectorError::NoPrincipal { .. } | SelectorError::Ambiguous { .. }))
                if !text.starts_with("arn:") && !text.contains('*') =>
            {
                // Buckets have names like principals, and so do other things in their ARNs.
                let named: Vec<String> = environment
                    .resources()
                    .filter(|resource| resource.arn.resource().rsplit(['/', ':']).next() == Some(text))
                    .map(|resource| resource.arn.to_string())
                    .collect();
                match named.as_slice() {
                    [only] => self.resources(engine, only),
                    _ => Err(Failure::selector(&error)),
                }
            }
            Err(_) => self.resources(engine, &input::resource(environment, text)?),
        }
    }

    fn resources(&self, engine: &Engine<'_>, name: &str) -> Result<Focus, Failure> {
        let mut resources = select_resources(engine.environment(), name);
        if self.action.is_none() {
            // What is asked about a bucket is asked about its objects.
            let objects = resources.iter().filter_map(|resource| objects_of(&Arn::parse(resource).ok()?));
            resources.extend(objects.collect::<Vec<_>>());
            resources.sort();
            resources.dedup();
        }
        let mut actions = Vec::new();
        let pattern = self.action.as_deref().unwrap_or("*");
        for resource in &resources {
            actions.extend(select_actions(pattern, resource).map_err(|error| Failure::selector(&error))?);
        }
        actions.sort();
        actions.dedup();
        if self.action.is_some() {
            input::warn_of_actions(&actions, &resources, &[name.to_owned()]);
        }
        Ok(Focus::Resources { name: name.to_owned(), resources, actions })
    }

    /// Writes a diagram, with a legend unless none is wanted.
    pub(crate) fn write(&self, diagram: &Diagram, form: Form, to: Option<&Path>) -> Result<(), Failure> {
        write(diagram, DotOptions { legend: !self.no_legend }, form, to)
    }
}

/// The forms of a diagram.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// Graphviz's language.
    Dot,
    /// A drawing with tooltips.
    Svg,
    /// A bitmap.
    Png,
}

/// Refuses what would only be noticed after all the work: a bitmap on a terminal, and a missing Graphviz.
pub(crate) fn check(form: Form, to: Option<&Path>) -> Result<(), Failure> {
    if form == Form::Png && to.is_none() && io::stdout().is_terminal() {
        let hint = "-o FILE writes it to a file";
        return Err(Failure::Usage("a PNG is nothing for a terminal".to_owned(), Some(hint.to_owned())));
    }
    if form != Form::Dot {
        let silent =
            |command: &mut Command| command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
        silent(Command::new("dot").arg("-V")).map_err(|error| no_graphviz(&error))?;
    }
    Ok(())
}

/// Writes a diagram, as text or drawn by Graphviz.
pub(crate) fn write(diagram: &Diagram, options: DotOptions, form: Form, to: Option<&Path>) -> Result<(), Failure> {
    let mut text = Vec::new();
    write_dot(diagram, &mut text, options)?;
    let drawn = match form {
        Form::Dot => None,
        // More than a screen has, for print.
        Form::Png => Some(draw(&text, &["-Tpng", "-Gdpi=120"])?),
        Form::Svg => Some(draw(&text, &["-Tsvg"])?),
    };
    output::write(to, |out| out.write_all(drawn.as_ref().unwrap_or(&text)))
}

/// What `dot` makes of a text.
fn draw(text: &[u8], arguments: &[&str]) -> Result<Vec<u8>, Failure> {
    let mut command = Command::new("dot");
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child: Child = command.spawn().map_err(|error| no_graphviz(&error))?;
    let stdin = child.stdin.take();
    let drawn = output::while_showing("drawing", || {
        std::thread::scope(|scope| {
            // A `dot` that fails early closes its end; what it says of that is the error.
            scope.spawn(move || stdin.map(|mut stdin| stdin.write_all(text)));
            child.wait_with_output()
        })
    })?;
    let said = String::from_utf8_lossy(&drawn.stderr);
    if !drawn.status.success() {
        let why = if said.trim().is_empty() { drawn.status.to_string() } else { said.trim().to_owned() };
        let hint = "`export dot` writes the text that it was given";
        return Err(Failure::Input(format!("Graphviz's `dot` failed: {why}"), Some(hint.to_owned())));
    }
    said.lines().filter(|line| !line.trim().is_empty()).for_each(|line| output::warning(&format!("dot: {line}")));
    Ok(drawn.stdout)
}

fn no_graphviz(error: &io::Error) -> Failure {
    let hint = "install Graphviz, or write `export dot` and draw that elsewhere";
    let message = match error.kind() {
        io::ErrorKind::NotFound => "there is no `dot` on PATH: Graphviz draws svg and png".to_owned(),
        _ => format!("Graphviz's `dot` cannot be run: {error}"),
    };
    Failure::Input(message, Some(hint.to_owned()))
}
