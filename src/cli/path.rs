//! `path`: how one principal, or everyone of a kind, gets to another, or to a resource.

use clap::Args;
use serde_json::{Value, json};

use iamreach::model::{Environment, PrincipalId};
use iamreach::query::{Engine, Goal, Paths, StartSet, Subject, select_account, select_action, select_caller};
use iamreach::request::Caller;

use crate::arguments::{InputArguments, OutputArguments, PathArguments, RequestArguments};
use crate::exit_code::{Exit, Failure};
use crate::{input, output};

/// The best chains of roles from one principal to another, or to an action on a resource
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  iamreach path alice production:role/Admin --data ./collected
  iamreach path alice --can s3:GetObject arn:aws:s3:::my-bucket/key --all
  iamreach path --from-external --can s3:GetObject arn:aws:s3:::my-bucket/key --why
  iamreach path alice production:role/Admin --through audit:role/Jump --avoid shared:role/Ci
  iamreach path github-release production:role/deploy --format svg -o path.svg")]
pub(crate) struct Arguments {
    /// Where the path begins: an ARN, `ACCOUNT:role/Name`, a name, a person of IAM Identity Center, a service, an account
    /// outside the input or a provider; with one of --from-…, where it leads
    #[arg(required_unless_present = "start")]
    from: Option<String>,
    /// The role it leads to
    #[arg(conflicts_with = "can")]
    to: Option<String>,
    /// What is to be possible at its end
    #[arg(long, num_args = 2, value_names = ["ACTION", "RESOURCE"])]
    can: Option<Vec<String>>,
    #[command(flatten)]
    start: StartArguments,
    /// Only paths that enter this principal; repeat for several
    #[arg(long, value_name = "PRINCIPAL")]
    through: Vec<String>,
    /// Only paths that do not enter this principal; repeat for several
    #[arg(long, value_name = "PRINCIPAL")]
    avoid: Vec<String>,
    /// Every path, not only the best
    #[arg(long)]
    all: bool,
    /// How many paths --all gives from each beginning
    #[arg(long, value_name = "N", default_value_t = 50)]
    max_paths: usize,
    /// Each hop on lines of its own, with the statements that allow it
    #[arg(long)]
    why: bool,
    #[command(flatten)]
    paths: PathArguments,
    #[command(flatten)]
    request: RequestArguments,
    #[command(flatten)]
    output: OutputArguments,
    #[command(flatten)]
    input: InputArguments,
}

/// Where paths begin when it is not one principal.
#[derive(Debug, Args)]
#[group(id = "start", multiple = false)]
#[command(next_help_heading = "Beginnings")]
pub(crate) struct StartArguments {
    /// Begin with anyone at all: unsigned requests, any account
    #[arg(long)]
    from_public: bool,
    /// Begin with everyone outside the input: accounts, identity providers, unsigned requests; AWS services are apart
    #[arg(long)]
    from_external: bool,
    /// Begin with everyone of an account, by id or name
    #[arg(long, value_name = "ACCOUNT")]
    from_account: Option<String>,
    /// Begin with an AWS service such as lambda.amazonaws.com, or `any`
    #[arg(long, value_name = "SERVICE")]
    from_service: Option<String>,
}

impl StartArguments {
    fn set(&self, environment: &Environment) -> Result<Option<StartSet>, Failure> {
        Ok(match (&self.from_account, &self.from_service) {
            (Some(account), _) => {
                let known = select_account(environment, account);
                let id = known.or_else(|error| iamreach::arn::AccountId::parse(account).ok_or(error));
                Some(StartSet::Account(id.map_err(|error| Failure::selector(&error))?))
            }
            (_, Some(service)) if service == "any" => Some(StartSet::Service(None)),
            (_, Some(service)) if !service.contains(".amazonaws.com") => {
                let hint = "a service is named as policies name it, such as lambda.amazonaws.com; `any` is all of them";
                return Err(Failure::Usage(format!("`{service}` is no service"), Some(hint.to_owned())));
            }
            (_, Some(service)) => Some(StartSet::Service(Some(service.as_str().into()))),
            _ if self.from_public => Some(StartSet::Public),
            _ if self.from_external => Some(StartSet::External),
            _ => None,
        })
    }
}

pub(crate) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let loaded = input::read(&arguments.input, &arguments.request.session_policy)?;
    let engine = input::engine(&loaded, &arguments.input, Some(&arguments.request), Some(&arguments.paths))?;
    let environment = engine.environment();
    let set = arguments.start.set(environment)?;
    // With a set of beginnings the only name is where the path leads.
    let (from, to) = match (&set, &arguments.from, &arguments.to) {
        (Some(_), Some(_), Some(_)) => {
            return Err(Failure::usage("name one beginning: a principal, or one of --from-…"));
        }
        (Some(_), to, None) => (None, to.as_deref()),
        (None, from, to) => (from.as_deref(), to.as_deref()),
        (Some(_), None, to) => (None, to.as_deref()),
    };
    let (goal, asked_to) = goal(environment, to, arguments.can.as_deref())?;
    let (from, asked_from) = beginnings(&engine, set.as_ref(), from, &goal)?;
    from.iter().for_each(|caller| input::note_session_policies(caller, &arguments.request));
    let roles = |names: &[String]| -> Result<Vec<PrincipalId>, Failure> {
        let one = |name: &String| select_caller(environment, name).map_err(|error| Failure::selector(&error));
        names.iter().map(|name| entered(name, &one(name)?)).collect()
    };
    let (through, avoid) = (roles(&arguments.through)?, roles(&arguments.avoid)?);
    let all = arguments.all.then_some(arguments.max_paths);
    let question = Paths { from, goal, max_hops: arguments.paths.max_hops, all, through, avoid };
    let rows = output::while_showing("looking for paths", || engine.paths(&question));
    let asked = json!({ "command": "path", "from": asked_from, "to": asked_to });
    let write = if arguments.why { output::why } else { output::rows };
    write(&rows, asked, environment, &arguments.output)?;
    let uncollected = match &question.goal {
        Goal::Can { action, resource } => {
            input::lacks_policies(&engine, std::slice::from_ref(action), std::slice::from_ref(resource))
        }
        Goal::Become(_) => false,
    };
    let mut limits: Vec<&str> = Vec::new();
    limits.extend(arguments.paths.same_network.then_some("--same-network"));
    limits.extend((!arguments.through.is_empty()).then_some("--through"));
    limits.extend((!arguments.avoid.is_empty()).then_some("--avoid"));
    let no = match limits.is_empty() {
        true => "there is no path".to_owned(),
        false => format!("there is no path with {}", limits.join(" and ")),
    };
    let exit = output::closing(&rows, &no, &engine, uncollected);
    Ok(input::exit(exit, &arguments.input, &loaded))
}

fn goal(environment: &Environment, to: Option<&str>, can: Option<&[String]>) -> Result<(Goal, Value), Failure> {
    match (to, can) {
        (Some(to), None) => {
            let caller = select_caller(environment, to).map_err(|error| Failure::selector(&error))?;
            let role = role_to_enter(environment, to, caller)?;
            let name = Subject::of(environment, &role).name;
            Ok((Goal::Become(role), json!({ "become": name })))
        }
        (None, Some([action, resource])) => {
            let action = select_action(action).map_err(|error| Failure::selector(&error))?;
            let named = std::slice::from_ref(resource);
            let resource = input::resource(environment, resource)?;
            input::warn_of_actions(std::slice::from_ref(&action), std::slice::from_ref(&resource), named);
            let to = json!({ "action": action.as_str(), "resource": resource });
            Ok((Goal::Can { action, resource }, to))
        }
        (Some(_), Some(_)) => Err(Failure::usage("a path leads to a role, or to what --can names: not to both")),
        (None, _) => Err(Failure::usage("name where the path leads, or what it is to make possible with --can")),
    }
}

/// The callers that paths begin with, and how the answer names them.
fn beginnings(
    engine: &Engine<'_>,
    set: Option<&StartSet>,
    from: Option<&str>,
    goal: &Goal,
) -> Result<(Vec<Caller>, Value), Failure> {
    let environment = engine.environment();
    let Some(set) = set else {
        let from = select_caller(environment, from.unwrap_or_default()).map_err(|error| Failure::selector(&error))?;
        let name = Subject::of(environment, &from).name;
        return Ok((vec![from], json!(name)));
    };
    let asked = match set {
        StartSet::Public => json!("public"),
        StartSet::External => json!("external"),
        StartSet::Account(account) => json!({ "account": account.as_str() }),
        StartSet::Service(service) => json!({ "service": service }),
        _ => Value::Null,
    };
    Ok((engine.callers(set, Some(goal)), asked))
}

/// The principal of the input that a path can enter.
fn entered(text: &str, caller: &Caller) -> Result<PrincipalId, Failure> {
    caller.principal().ok_or_else(|| not_to_enter(text))
}

/// Where a path can lead: a session of any name for one of a certain name, which whoever enters chooses. Nobody becomes who
/// is outside the input.
fn role_to_enter(environment: &Environment, text: &str, to: Caller) -> Result<Caller, Failure> {
    match (to.principal(), &to) {
        (Some(id), _) => Ok(Caller::of(environment, id)),
        (None, Caller::Root(_)) => Ok(to),
        (None, _) => Err(not_to_enter(text)),
    }
}

fn not_to_enter(text: &str) -> Failure {
    let hint = "a path leads to a role of the input, or to a request with --can ACTION RESOURCE";
    Failure::Usage(format!("`{text}` is not a role that can be entered"), Some(hint.to_owned()))
}
