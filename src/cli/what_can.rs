//! `what-can`: what a principal can become and touch.

use clap::Args;
use serde_json::json;

use iamreach::export::reach_table;
use iamreach::query::{AccessRow, StartSet, Subject, WhatCan, select_caller};
use iamreach::request::Caller;
use iamreach::wildcard::Wildcard;

use crate::arguments::{Format, InputArguments, OutputArguments, PathArguments, RequestArguments};
use crate::exit_code::{Exit, Failure};
use crate::{input, output};

/// The roles a principal can become and the resources it can touch, by access level
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  iamreach what-can production:role/deploy --data ./collected
  iamreach what-can arn:aws:iam::111122223333:user/alice --direct --format json
  iamreach what-can --from-external --data ./collected   # who of those outside reaches anything, and how far
  iamreach what-can alice --resource 'arn:aws:s3:::*' --level write")]
pub(crate) struct Arguments {
    /// An ARN, `ACCOUNT:role/Name`, `ACCOUNT:user/Name`, a name, or a service such as lambda.amazonaws.com
    #[arg(required_unless_present = "from_external")]
    principal: Option<String>,
    /// Everyone outside the input who reaches anything: accounts, identity providers, unsigned requests
    #[arg(long, conflicts_with = "principal")]
    from_external: bool,
    /// The principal itself only, not the roles it can become
    #[arg(long)]
    direct: bool,
    #[command(flatten)]
    paths: PathArguments,
    /// Only resources that match
    #[arg(long, value_name = "GLOB")]
    resource: Option<String>,
    /// Only this access level or a stronger one: list, read, write, tagging, permissions-management
    #[arg(long, value_name = "LEVEL", value_parser = level)]
    level: Option<iamreach::service_reference::AccessLevel>,
    #[command(flatten)]
    request: RequestArguments,
    #[command(flatten)]
    output: OutputArguments,
    #[command(flatten)]
    input: InputArguments,
}

fn level(text: &str) -> Result<iamreach::service_reference::AccessLevel, String> {
    use iamreach::service_reference::AccessLevel::{List, PermissionsManagement, Read, Tagging, Write};
    Ok(match text {
        "list" => List,
        "read" => Read,
        "write" => Write,
        "tagging" => Tagging,
        "permissions-management" => PermissionsManagement,
        _ => return Err("expected list, read, write, tagging or permissions-management".to_owned()),
    })
}

pub(crate) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let loaded = input::read(&arguments.input, &arguments.request.session_policy)?;
    let engine = input::engine(&loaded, &arguments.input, Some(&arguments.request), Some(&arguments.paths))?;
    let environment = engine.environment();
    let (callers, asked) = match &arguments.principal {
        Some(principal) => {
            let from = select_caller(environment, principal).map_err(|error| Failure::selector(&error))?;
            input::note_session_policies(&from, &arguments.request);
            let name = Subject::of(environment, &from).name;
            (vec![from], json!(name))
        }
        None => (engine.callers(&StartSet::External, None), json!("external")),
    };
    let asked = json!({ "command": "what-can", "principal": asked });
    let max_hops = if arguments.direct { 0 } else { arguments.paths.max_hops };
    let reach = |from: &Caller| engine.what_can(&WhatCan { from: from.clone(), max_hops });
    let mut rows: Vec<AccessRow> = output::while_showing("deciding", || callers.iter().flat_map(reach).collect());
    if let Some(glob) = &arguments.resource {
        let glob = Wildcard::parse(glob);
        rows.retain(|row| glob.matches(&row.resource));
    }
    if let Some(level) = arguments.level {
        rows.retain(|row| row.access_level.is_none_or(|of_row| of_row >= level));
    }
    if arguments.output.format == Format::Table && !rows.is_empty() {
        let width = output::width().filter(|_| !arguments.output.wide);
        let text = reach_table(&rows, environment, arguments.output.wide, width);
        output::write(arguments.output.output.as_deref(), |out| out.write_all(text.as_bytes()))?;
    } else {
        output::rows(&rows, asked, environment, &arguments.output)?;
    }
    let no = "it can neither become a role nor touch a resource";
    let exit = output::closing(&rows, no, &engine, input::lacks_any_policy(environment));
    Ok(input::exit(exit, &arguments.input, &loaded))
}
