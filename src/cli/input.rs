//! From arguments to an engine: loads the files, shows what was wrong with them, applies the assumptions.

use std::net::IpAddr;
use std::path::{Path, PathBuf};

use iamreach::action::ActionName;
use iamreach::arn::{AccountId, Arn};
use iamreach::diagnostic::{Diagnostic, Severity};
use iamreach::evaluate::{Assumption, EvaluateOptions, Evaluator};
use iamreach::load::{LoadOptions, Loaded, load};
use iamreach::model::{Collected, Environment};
use iamreach::query::{
    Engine, ReachOptions, SelectorError, Subject, is_beside_the_resource, near_resources, select_caller, unknown_action,
};
use iamreach::request::{Caller, Credentials};
use iamreach::service_reference::{ServiceReference, ValueType};

use crate::arguments::{InputArguments, PathArguments, RequestArguments};
use crate::exit_code::{Exit, Failure};
use crate::output;

/// How many diagnostics are shown before the rest is counted.
const SHOWN: usize = 10;

/// Loads what the arguments name and shows the faults. Input of which nothing was loaded is a failure: it answers nothing.
pub(crate) fn read(arguments: &InputArguments, session_policies: &[PathBuf]) -> Result<Loaded, Failure> {
    let loaded = read_all(arguments, session_policies)?;
    show(&loaded.diagnostics);
    for (file, why) in useless(arguments, &loaded) {
        output::warning(&format!("`{file}`: {why}"));
    }
    check(&loaded)?;
    Ok(loaded)
}

/// Loads what the arguments name; the caller shows the faults and [checks](check) that there is something.
pub(crate) fn read_quietly(arguments: &InputArguments) -> Result<Loaded, Failure> {
    read_all(arguments, &[])
}

fn read_all(arguments: &InputArguments, session_policies: &[PathBuf]) -> Result<Loaded, Failure> {
    if arguments.data.is_empty() {
        let hint = "give --data PATH or set IAMREACH_DATA; `data/collect/collect.sh` gathers it with the AWS CLI";
        return Err(Failure::Usage("no input is named".to_owned(), Some(hint.to_owned())));
    }
    let account = match &arguments.resource_account {
        Some(text) => Some(
            AccountId::parse(text)
                .ok_or_else(|| Failure::usage(format!("`{text}` is not an account id: expected 12 digits")))?,
        ),
        None => None,
    };
    for path in &arguments.data {
        readable(path, "--data takes files and folders; IAMREACH_DATA stands for it where it is not given")?;
    }
    for path in session_policies {
        readable(path, "--session-policy takes a file that holds one policy document")?;
    }
    let options = LoadOptions { resource_account: account, session_policies: session_policies.to_vec() };
    Ok(output::while_showing("reading the input", || load(&arguments.data, &options)))
}

/// That a path the user named can be opened.
fn readable(path: &Path, hint: &str) -> Result<(), Failure> {
    let opened = match std::fs::metadata(path) {
        Ok(metadata) if metadata.is_dir() => std::fs::read_dir(path).map(|_| ()),
        Ok(_) => std::fs::File::open(path).map(|_| ()),
        Err(error) => Err(error),
    };
    opened
        .map_err(|error| Failure::Input(format!("`{}` cannot be read: {error}", path.display()), Some(hint.to_owned())))
}

/// That something was loaded: without an account, a principal or a resource, "nobody" would be no answer. An account of
/// which a file could not be read, and nothing else, is nothing.
pub(crate) fn check(loaded: &Loaded) -> Result<(), Failure> {
    let environment = &loaded.environment;
    let unread = |account: &iamreach::model::Account| matches!(account.details, Collected::Unknown(_));
    let nothing = environment.principals().len() == 0
        && environment.resources().next().is_none()
        && environment.accounts().all(unread);
    if !nothing {
        return Ok(());
    }
    let hint = "`data/collect/collect.sh` gathers input; the README lists the files that are recognised";
    let message = "nothing was loaded: the input holds no account, principal or resource";
    Err(Failure::Input(message.to_owned(), Some(hint.to_owned())))
}

/// The files that the user named one by one and that give nothing, each with the reason.
pub(crate) fn useless<'l>(arguments: &InputArguments, loaded: &'l Loaded) -> Vec<(&'l str, &'l str)> {
    let codes = ["unrecognised-json", "unrecognised-csv", "unattached-policy-document"];
    let named = |file: &str| arguments.data.iter().any(|path| path.to_string_lossy() == file);
    let of = |diagnostic: &'l Diagnostic| {
        let file: &'l str = &diagnostic.origin.as_ref()?.file;
        (codes.contains(&diagnostic.code) && named(file)).then_some((file, diagnostic.message.as_str()))
    };
    loaded.diagnostics.iter().filter_map(of).collect()
}

/// The options of an evaluator.
pub(crate) fn options(
    input: &InputArguments,
    request: Option<&RequestArguments>,
    loaded: &Loaded,
) -> Result<EvaluateOptions, Failure> {
    let resource_account = input.resource_account.as_deref().and_then(AccountId::parse);
    let mut options = EvaluateOptions { resource_account, ..EvaluateOptions::default() };
    for text in &input.assume {
        match text.as_str() {
            "organization=unknown" => options.organization_unknown = true,
            "resource-policies=unknown" => options.resource_policies_unknown = true,
            "organization=absent" | "resource-policies=absent" | "mfa=yes" | "mfa=no" => {}
            _ => {
                let hint =
                    "write organization=unknown, resource-policies=unknown, mfa=yes or mfa=no; several with commas";
                return Err(Failure::Usage(format!("`{text}` is not an assumption"), Some(hint.to_owned())));
            }
        }
    }
    for text in request.iter().flat_map(|request| &request.context) {
        let Some((key, value)) = text.split_once('=').filter(|(key, _)| key.contains(':')) else {
            return Err(Failure::usage(format!(
                "`{text}` is not a condition key with a value: expected `service:key=value`"
            )));
        };
        check_key(key, value)?;
        match options.context.iter_mut().find(|(known, _)| known.eq_ignore_ascii_case(key)) {
            Some((_, values)) => values.push(value.to_owned()),
            None => options.context.push((key.to_owned(), vec![value.to_owned()])),
        }
    }
    if !loaded.session_policies.is_empty() {
        options.session = Some(loaded.session_policies.clone());
    }
    Ok(options)
}

/// Warns of a condition key that nothing knows, and refuses a value that the key's type has not. The claims of identity
/// providers (`HOST:claim`, `saml:…`) are theirs to name.
fn check_key(key: &str, value: &str) -> Result<(), Failure> {
    let reference = ServiceReference::embedded();
    let is_claim = key.split_once(':').is_some_and(|(of, _)| of.contains('.') || of.eq_ignore_ascii_case("saml"));
    let Some(known) = reference.condition_key(key) else {
        if !is_claim {
            output::warning(&format!(
                "`{key}` is not a known condition key; it settles only conditions that are written with it"
            ));
            let near = reference.similar_condition_keys(key, 3);
            if !near.is_empty() {
                output::hint(&format!("did you mean {}?", near.join(", ")));
            }
        }
        return Ok(());
    };
    let (fits, expected) = match known.value_type() {
        ValueType::Ip => (value.parse::<IpAddr>().is_ok(), "an IP address, such as 203.0.113.7"),
        ValueType::Bool => (["true", "false"].iter().any(|word| value.eq_ignore_ascii_case(word)), "`true` or `false`"),
        _ => (true, ""),
    };
    if fits {
        return Ok(());
    }
    Err(Failure::usage(format!("`{value}` is no value of `{}`: expected {expected}", known.name())))
}

/// Says so where session policies are given, and the principal asked about has no session of a role.
pub(crate) fn note_session_policies(caller: &Caller, request: &RequestArguments) {
    if !request.session_policy.is_empty()
        && !matches!(caller, Caller::RoleSession { .. } | Caller::FederatedUser { .. })
    {
        output::note(
            "session policies limit sessions only; the principal asked about is none, so they limit just the roles it enters",
        );
    }
}

/// An engine over what was loaded.
pub(crate) fn engine<'l>(
    loaded: &'l Loaded,
    input: &InputArguments,
    request: Option<&RequestArguments>,
    paths: Option<&PathArguments>,
) -> Result<Engine<'l>, Failure> {
    let evaluator = Evaluator::new(&loaded.environment, options(input, request, loaded)?);
    let assumed = |text: &str| input.assume.iter().any(|assumed| assumed == text);
    let mfa = match (assumed("mfa=yes"), assumed("mfa=no")) {
        (true, true) => return Err(Failure::usage("`mfa=yes` and `mfa=no` exclude each other")),
        (false, false) => None,
        (yes, _) => Some(yes),
    };
    let reach = paths.map(PathArguments::options).unwrap_or_default();
    Ok(Engine::with_options(evaluator, ReachOptions { mfa, ..reach }))
}

/// The resource a text means: an ARN, a pattern, `*`, or a user or role named as principals are. Says so when a resource is
/// not among the input while one of nearly the same name is.
pub(crate) fn resource(environment: &Environment, text: &str) -> Result<String, Failure> {
    if text.contains(['*', '?']) {
        return Ok(text.to_owned());
    }
    if Arn::parse(text).is_err() {
        match select_caller(environment, text) {
            Ok(principal) if principal.principal().is_some() => {
                return Ok(Subject::of(environment, &principal).name.to_string());
            }
            Err(error @ SelectorError::Ambiguous { .. }) => return Err(Failure::selector(&error)),
            _ => {}
        }
    }
    let near = near_resources(environment, text);
    let hint = (!near.is_empty()).then(|| format!("did you mean {}?", near.join(", ")));
    if Arn::parse(text).is_err() {
        return Err(Failure::Usage(format!("`{text}` is not a resource: expected an ARN, or `*`"), hint));
    }
    if let Some(hint) = hint {
        output::warning(&format!("`{text}` is not among the input"));
        output::hint(&hint);
    }
    Ok(text.to_owned())
}

/// Warns of actions that the service reference does not list, and where none of them acts on the resources.
pub(crate) fn warn_of_actions(actions: &[ActionName], resources: &[String], named: &[String]) {
    for action in actions {
        if let Some(near) = unknown_action(action) {
            output::warning(&format!("`{action}` is not in the service reference; it is decided as written"));
            if !near.is_empty() {
                output::hint(&format!("did you mean {}?", near.join(", ")));
            }
        }
    }
    if resources.iter().all(|resource| actions.iter().all(|action| is_beside_the_resource(action, resource))) {
        output::warning(&format!("no action asked about acts on `{}`", named.join("`, `")));
        output::hint("objects are named `BUCKET/KEY`, all of them `BUCKET/*`; the bucket itself has no `/`");
    }
}

/// Whether the policy, list or grants of a resource asked about were not collected, so that a denial rests on their absence.
pub(crate) fn lacks_policies(engine: &Engine<'_>, actions: &[ActionName], resources: &[String]) -> bool {
    let evaluator = engine.evaluator();
    let lacks = |action: &ActionName, resource: &String| {
        let decision = evaluator.decide(&Caller::Anonymous, Credentials::Unsigned, &evaluator.target(action, resource));
        decision.assumptions.iter().any(|assumption| {
            matches!(assumption, Assumption::NoResourcePolicy(_) | Assumption::NoAcl(_) | Assumption::NoKeyGrants(_))
        })
    };
    resources.iter().any(|resource| actions.iter().any(|action| lacks(action, resource)))
}

/// Whether the policy of any resource of the input was not collected.
pub(crate) fn lacks_any_policy(environment: &Environment) -> bool {
    environment.resources().any(|resource| matches!(resource.policy, Collected::NotCollected))
}

fn show(diagnostics: &[Diagnostic]) {
    for severity in [Severity::Error, Severity::Warning] {
        let mut of_severity = diagnostics.iter().filter(|diagnostic| diagnostic.severity == severity);
        if severity == Severity::Error {
            of_severity.by_ref().take(SHOWN).for_each(output::diagnostic);
        }
        let left = of_severity.count();
        if left > 0 {
            let more = if severity == Severity::Error { " more" } else { "" };
            let plural = if left == 1 { "" } else { "s" };
            output::note(&format!("{left}{more} {severity}{plural} about the input; `iamreach summary` shows them"));
        }
    }
}

/// The exit code, changed by faults of the input when they are to count.
pub(crate) fn exit(answer: Exit, input: &InputArguments, loaded: &Loaded) -> Exit {
    let faults = loaded.diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error);
    let faults = faults || !useless(input, loaded).is_empty();
    if input.strict && faults { Exit::InputFaults } else { answer }
}
