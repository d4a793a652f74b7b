//! `path`: how one principal gets to another, or to a resource.

use clap::Args;
use serde_json::json;

use iamreach::model::Environment;
use iamreach::query::{Goal, Paths, Subject, select_action, select_caller};
use iamreach::request::Caller;

use crate::arguments::{InputArguments, OutputArguments, RequestArguments};
use crate::exit_code::{Exit, Failure};
use crate::{input, output};

/// The shortest chain of roles from one principal to another, or to an action on a resource
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  iamreach path alice production:role/Admin --data ./collected
  iamreach path alice --can s3:GetObject arn:aws:s3:::my-bucket/key --all
  iamreach path github-release production:role/deploy --format dot | dot -Tsvg -o path.svg")]
pub(crate) struct Arguments {
    /// Where the path begins: an ARN, `ACCOUNT:role/Name`, a name, a service, an account outside the input or a provider
    from: String,
    /// The role it leads to
    #[arg(required_unless_present = "can", conflicts_with = "can")]
    to: Option<String>,
    /// What is to be possible at its end
    #[arg(long, num_args = 2, value_names = ["ACTION", "RESOURCE"])]
    can: Option<Vec<String>>,
    /// Every path, not only the shortest
    #[arg(long)]
    all: bool,
    /// How many paths --all gives
    #[arg(long, value_name = "N", default_value_t = 50)]
    max_paths: usize,
    /// How many roles a path may enter
    #[arg(long, value_name = "N", default_value_t = 8)]
    max_hops: u32,
    #[command(flatten)]
    request: RequestArguments,
    #[command(flatten)]
    output: OutputArguments,
    #[command(flatten)]
    input: InputArguments,
}

pub(crate) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let loaded = input::read(&arguments.input, &arguments.request.session_policy)?;
    let engine = input::engine(&loaded, &arguments.input, Some(&arguments.request))?;
    let environment = engine.environment();
    let select = |name: &str| select_caller(environment, name).map_err(|error| Failure::selector(&error));
    let from = select(&arguments.from)?;
    input::note_session_policies(&from, &arguments.request);
    let (goal, to) = match (&arguments.to, arguments.can.as_deref()) {
        (Some(to), _) => {
            let to = role_to_enter(environment, to, select(to)?)?;
            let name = Subject::of(environment, &to).name;
            (Goal::Become(to), json!({ "become": name }))
        }
        (None, Some([action, resource])) => {
            let action = select_action(action).map_err(|error| Failure::selector(&error))?;
            let named = std::slice::from_ref(resource);
            let resource = input::resource(environment, resource)?;
            input::warn_of_actions(std::slice::from_ref(&action), std::slice::from_ref(&resource), named);
            let to = json!({ "action": action.as_str(), "resource": resource });
            (Goal::Can { action, resource }, to)
        }
        (None, _) => {
            return Err(Failure::usage("name where the path leads, or what it is to make possible with --can"));
        }
    };
    let asked = json!({ "command": "path", "from": Subject::of(environment, &from).name, "to": to });
    let all = arguments.all.then_some(arguments.max_paths);
    let question = Paths { max_hops: arguments.max_hops, all, ..Paths::between(from, goal) };
    let rows = output::while_showing("looking for paths", || engine.paths(&question));
    output::rows(&rows, asked, environment, &arguments.output)?;
    let uncollected = match &question.goal {
        Goal::Can { action, resource } => {
            input::lacks_policies(&engine, std::slice::from_ref(action), std::slice::from_ref(resource))
        }
        Goal::Become(_) => false,
    };
    let exit = output::closing(&rows, "there is no path", &engine, uncollected);
    Ok(input::exit(exit, &arguments.input, &loaded))
}

/// Where a path can lead: a session of any name for one of a certain name, which whoever enters chooses. Nobody becomes who
/// is outside the input.
fn role_to_enter(environment: &Environment, text: &str, to: Caller) -> Result<Caller, Failure> {
    match (to.principal(), &to) {
        (Some(id), _) => Ok(Caller::of(environment, id)),
        (None, Caller::Root(_)) => Ok(to),
        (None, _) => {
            let hint = "a path leads to a role of the input, or to a request with --can ACTION RESOURCE";
            Err(Failure::Usage(format!("`{text}` is not a role that can be entered"), Some(hint.to_owned())))
        }
    }
}
