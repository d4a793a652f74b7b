//! `explain`: why a request is decided as it is.

use clap::Args;

use iamreach::evaluate::Outcome;
use iamreach::export::{ExplanationOptions, explanations_to_json, explanations_to_lines};
use iamreach::query::{select_action, select_caller};

use crate::arguments::{InputArguments, PathArguments, RequestArguments};
use crate::exit_code::{Exit, Failure};
use crate::{input, output};

/// Every policy layer in AWS's order, with its verdict and the statements behind it
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  iamreach explain alice s3:GetObject arn:aws:s3:::my-bucket/key --data ./collected
  iamreach explain alice s3:GetObject arn:aws:s3:::my-bucket/key --path --data ./collected
  iamreach explain production:role/deploy sts:AssumeRole arn:aws:iam::111122223333:role/Admin --format json")]
pub(crate) struct Arguments {
    /// An ARN, `ACCOUNT:role/Name`, a name, a service, `ACCOUNT:root`, an account outside the input, an identity provider, or `anonymous`
    principal: String,
    /// `service:Name`
    action: String,
    /// An ARN, a role as PRINCIPAL names one, or `*` for actions without a resource
    resource: String,
    /// Explain the shortest way there over roles: every role entered, then the request
    #[arg(long)]
    path: bool,
    #[command(flatten)]
    paths: PathArguments,
    /// The form of the answer; the README describes the fields of the JSON
    #[arg(long, value_parser = ["text", "json"], default_value = "text")]
    format: String,
    /// Show the text of every statement that applies, not only of those that decide
    #[arg(long)]
    full: bool,
    /// Write to a file instead of stdout
    #[arg(short, long, value_name = "FILE")]
    output: Option<std::path::PathBuf>,
    #[command(flatten)]
    request: RequestArguments,
    #[command(flatten)]
    input: InputArguments,
}

pub(crate) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let loaded = input::read(&arguments.input, &arguments.request.session_policy)?;
    let engine = input::engine(&loaded, &arguments.input, Some(&arguments.request), Some(&arguments.paths))?;
    let environment = engine.environment();
    let caller = select_caller(environment, &arguments.principal).map_err(|error| Failure::selector(&error))?;
    let action = select_action(&arguments.action).map_err(|error| Failure::selector(&error))?;
    let resource = input::resource(environment, &arguments.resource)?;
    input::warn_of_actions(
        std::slice::from_ref(&action),
        std::slice::from_ref(&resource),
        std::slice::from_ref(&arguments.resource),
    );
    input::note_session_policies(&caller, &arguments.request);
    let mut explanations = match arguments.path {
        true => output::while_showing("looking for a way", || {
            engine.explain_path(&caller, &action, &resource, arguments.paths.max_hops)
        }),
        false => Vec::new(),
    };
    if explanations.is_empty() {
        if arguments.path {
            output::note("there is no way over roles; the direct request is explained");
        }
        explanations = engine.explain(&caller, &action, &resource);
    }
    if arguments.format == "json" {
        output::write(arguments.output.as_deref(), |out| {
            output::json(&explanations_to_json(&explanations, environment), out)
        })?;
    } else {
        let usual = ExplanationOptions::default();
        let width = output::width().map_or(usual.width, usize::from);
        let options = ExplanationOptions { width, every_statement: arguments.full };
        let lines = explanations_to_lines(&explanations, environment, options);
        output::styled(arguments.output.as_deref(), &lines)?;
    }
    let outcomes = explanations.iter().map(|explanation| explanation.outcome);
    // Every step of a way has to be taken; of other explanations, with and without MFA, one is enough.
    let is_way = explanations.iter().any(|explanation| explanation.step.is_some());
    let best = if is_way { outcomes.max() } else { outcomes.min() };
    let exit = match best {
        Some(Outcome::Allowed | Outcome::AllowedIf) => Exit::Yes,
        Some(Outcome::Unknown) => Exit::Undecided,
        _ => {
            let uncollected =
                input::lacks_policies(&engine, std::slice::from_ref(&action), std::slice::from_ref(&resource));
            output::limits("the request is denied", &engine, uncollected);
            Exit::No
        }
    };
    Ok(input::exit(exit, &arguments.input, &loaded))
}
