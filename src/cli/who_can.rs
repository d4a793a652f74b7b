//! `who-can`: who can do an action to a resource.

use std::collections::BTreeSet;
use std::io::Read;
use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use iamreach::query::{AccessRow, SelectorError, WhoCan, select_account, select_actions, select_resources};
use iamreach::wildcard::Wildcard;

use crate::arguments::{FilterArguments, InputArguments, OutputArguments, PathArguments, RequestArguments};
use crate::exit_code::{Exit, Failure};
use crate::{input, output};

/// Who can do an action to a resource, directly or by becoming a role
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  iamreach who-can s3:GetObject arn:aws:s3:::my-bucket/reports/q3.csv --data ./collected
  iamreach who-can 's3:Get*' arn:aws:s3:::my-bucket/key --direct --format csv -o who.csv
  iamreach who-can kms:Decrypt --resources-from keys.txt --only-external
  iamreach who-can s3:GetObject arn:aws:s3:::my-bucket/key --why   # every hop, with the statements that allow it
  iamreach who-can iam:CreateUser '*' --except expected.txt   # exits 1 when nobody else can")]
pub(crate) struct Arguments {
    /// `service:Name`, wildcards allowed
    action: String,
    /// An ARN, a pattern over the resources of the input, or `*` for actions without a resource
    #[arg(required_unless_present = "resources_from")]
    resource: Vec<String>,
    /// Read further resources from a file, one a line; `-` is stdin
    #[arg(long, value_name = "FILE")]
    resources_from: Option<PathBuf>,
    /// Direct access only
    #[arg(long)]
    direct: bool,
    /// Each hop on lines of its own, with the statements that allow it
    #[arg(long)]
    why: bool,
    #[command(flatten)]
    paths: PathArguments,
    #[command(flatten)]
    filter: FilterArguments,
    #[command(flatten)]
    request: RequestArguments,
    #[command(flatten)]
    output: OutputArguments,
    #[command(flatten)]
    input: InputArguments,
}

pub(crate) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let mut named = arguments.resource.clone();
    if let Some(path) = &arguments.resources_from {
        let text = read_text(path)?;
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        named.extend(lines.map(str::to_owned));
    }
    if named.is_empty() {
        return Err(Failure::usage("no resource is named"));
    }
    let loaded = input::read(&arguments.input, &arguments.request.session_policy)?;
    let engine = input::engine(&loaded, &arguments.input, Some(&arguments.request), Some(&arguments.paths))?;
    let environment = engine.environment();

    let named = named.iter().map(|text| input::resource(environment, text)).collect::<Result<Vec<_>, _>>()?;
    let resources: Vec<String> = named.iter().flat_map(|text| select_resources(environment, text)).collect();
    let mut actions = BTreeSet::new();
    let mut failure = None;
    for resource in &resources {
        match select_actions(&arguments.action, resource) {
            Ok(found) => actions.extend(found),
            Err(error) => failure = Some(error),
        }
    }
    if let (true, Some(error)) = (actions.is_empty(), failure) {
        return Err(Failure::selector(&error));
    }
    let actions: Vec<_> = actions.into_iter().collect();
    input::warn_of_actions(&actions, &resources, &named);
    let question = WhoCan { actions, resources, max_hops: if arguments.direct { 0 } else { arguments.paths.max_hops } };
    let rows = output::while_showing("deciding", || engine.who_can(&question));
    let rows = filtered(rows, &arguments.filter, |text| select_account(environment, text))?;
    let asked = json!({
        "command": "who-can",
        "actions": question.actions.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "resources": question.resources,
        "max_hops": question.max_hops,
    });
    let write = if arguments.why { output::why } else { output::rows };
    write(&rows, asked, &loaded.environment, &arguments.output)?;
    let uncollected = rows.is_empty() && input::lacks_policies(&engine, &question.actions, &question.resources);
    let exit = output::closing(&rows, "nobody of the input can do this", &engine, uncollected);
    Ok(input::exit(exit, &arguments.input, &loaded))
}

fn read_text(path: &std::path::Path) -> Result<String, Failure> {
    if path.as_os_str() == "-" {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text)?;
        return Ok(text);
    }
    let named = |error| anyhow::Error::new(error).context(format!("cannot read `{}`", path.display()));
    Ok(std::fs::read_to_string(path).map_err(named)?)
}

/// The rows that the filters leave; what is hidden by default is counted on stderr.
fn filtered(
    rows: Vec<AccessRow>,
    filter: &FilterArguments,
    find: impl Fn(&str) -> Result<iamreach::arn::AccountId, SelectorError>,
) -> Result<Vec<AccessRow>, Failure> {
    let accounts = filter
        .account
        .iter()
        .map(|text| find(text).map_err(|error| Failure::selector(&error)))
        .collect::<Result<Vec<_>, _>>()?;
    let mut globs: Vec<Wildcard> = filter.exclude.iter().map(|text| Wildcard::parse(text)).collect();
    if let Some(path) = &filter.except {
        let text = read_text(path)?;
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        globs.extend(lines.map(Wildcard::parse));
    }
    let excluded = |row: &AccessRow| {
        let name = &row.subject.name;
        let brief = name.rsplit(':').next().unwrap_or(name);
        let last = name.rsplit('/').next().unwrap_or(name);
        globs.iter().any(|glob| [&**name, brief, last].iter().any(|text| glob.matches(text)))
    };
    let mut rows = rows;
    rows.retain(|row| {
        (filter.kind.is_empty() || filter.kind.contains(&row.subject.kind))
            && (accounts.is_empty() || row.subject.account.is_some_and(|account| accounts.contains(&account)))
            && (!filter.only_external || row.subject.kind.is_external())
            && !excluded(row)
    });
    if !filter.service_linked {
        let before = rows.len();
        rows.retain(|row| !row.subject.service_linked);
        let hidden = before - rows.len();
        if hidden > 0 {
            let plural = if hidden == 1 { "" } else { "s" };
            output::note(&format!("{hidden} service-linked role{plural} hidden; --service-linked shows them"));
        }
    }
    Ok(rows)
}
