//! From arguments to an engine: loads the files, shows what was wrong with them, applies the assumptions.

use std::path::PathBuf;

use iamreach::arn::{AccountId, Arn};
use iamreach::diagnostic::{Diagnostic, Severity};
use iamreach::evaluate::{EvaluateOptions, Evaluator};
use iamreach::load::{LoadOptions, Loaded, load};
use iamreach::model::Environment;
use iamreach::query::{Engine, Subject, near_resources, select_caller};

use crate::arguments::{InputArguments, RequestArguments};
use crate::exit_code::{Exit, Failure};
use crate::output;

/// How many diagnostics are shown before the rest is counted.
const SHOWN: usize = 10;

/// Loads what the arguments name and shows the faults.
pub(crate) fn read(arguments: &InputArguments, session_policies: &[PathBuf]) -> Result<Loaded, Failure> {
    let loaded = read_all(arguments, session_policies)?;
    show(&loaded.diagnostics);
    Ok(loaded)
}

/// Loads what the arguments name; the caller shows the faults.
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
    let options = LoadOptions { resource_account: account, session_policies: session_policies.to_vec() };
    Ok(output::while_showing("reading the input", || load(&arguments.data, &options)))
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
            "organization=absent" | "resource-policies=absent" => {}
            _ => {
                let hint = "write organization=unknown, resource-policies=unknown, or both with a comma";
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

/// An engine over what was loaded.
pub(crate) fn engine<'l>(
    loaded: &'l Loaded,
    input: &InputArguments,
    request: Option<&RequestArguments>,
) -> Result<Engine<'l>, Failure> {
    Ok(Engine::new(Evaluator::new(&loaded.environment, options(input, request, loaded)?)))
}

/// The resource a text means: an ARN, a pattern, `*`, or a user or role named as principals are. Says so when a resource is
/// not among the input while one of nearly the same name is.
pub(crate) fn resource(environment: &Environment, text: &str) -> Result<String, Failure> {
    if text.contains(['*', '?']) {
        return Ok(text.to_owned());
    }
    if Arn::parse(text).is_err()
        && let Ok(principal) = select_caller(environment, text)
    {
        return Ok(Subject::of(environment, &principal).name.to_string());
    }
    let near = near_resources(environment, text);
    let hint = (!near.is_empty()).then(|| format!("did you mean {}?", near.join(", ")));
    if Arn::parse(text).is_err() {
        return Err(Failure::Usage(format!("`{text}` is not a resource: expected an ARN, or `*`"), hint));
    }
    if let Some(hint) = hint {
        output::warning(&format!("`{text}` is not among the resources of the input"));
        output::hint(&hint);
    }
    Ok(text.to_owned())
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
    if input.strict && faults { Exit::InputFaults } else { answer }
}
