//! What a question names: principals by ARN, short name or pattern; actions by name or pattern.

use thiserror::Error;

use crate::action::{ActionName, ActionPattern};
use crate::arn::{AccountId, Arn};
use crate::model::{Environment, PrincipalId, Resource, objects_of};
use crate::request::Caller;
use crate::service_reference::{ActionId, ServiceReference};
use crate::wildcard::Wildcard;

/// Why a name selects nothing, or too much.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SelectorError {
    /// No principal has that name.
    #[error("no principal is named `{name}`")]
    NoPrincipal {
        /// The name as given.
        name: String,
        /// The nearest names.
        near: Vec<String>,
    },
    /// Several have, where one is wanted.
    #[error("`{name}` names {} principals", matches.len())]
    Ambiguous {
        /// The name as given.
        name: String,
        /// Those it names, at most ten.
        matches: Vec<String>,
    },
    /// The text is no action or pattern of actions.
    #[error("`{text}` is not an action: expected `service:Name`")]
    NotAnAction {
        /// The text as given.
        text: String,
    },
    /// The pattern matches no action of the service reference.
    #[error("`{pattern}` matches no action")]
    NoAction {
        /// The pattern as given.
        pattern: String,
        /// The nearest actions.
        near: Vec<String>,
    },
}

impl SelectorError {
    /// A hint naming near misses, when there are any.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::NoPrincipal { near, .. } | Self::NoAction { near, .. } if !near.is_empty() => {
                Some(format!("did you mean {}?", near.join(", ")))
            }
            Self::NoPrincipal { .. } => Some("`list principals` shows every name".to_owned()),
            Self::Ambiguous { matches, .. } => Some(format!("name one of {}", matches.join(", "))),
            _ => None,
        }
    }
}

/// Every caller that a name selects: an ARN; `ACCOUNT:role/Name` or `ACCOUNT:user/Name` with the account's id or name;
/// `role/Name`; a bare name; or any of these with `*` and `?`. A name without its path is enough. `ACCOUNT:root` and an
/// account's root ARN are its root user, a service's name is that service, `*` alone every principal of the input.
///
/// # Errors
/// When nothing is selected, with near misses.
pub fn select_callers(environment: &Environment, name: &str) -> Result<Vec<Caller>, SelectorError> {
    if let Some(id) = environment.principal_by_arn(name) {
        return Ok(vec![Caller::of(environment, id)]);
    }
    if let Some(root) = root_user(environment, name) {
        return Ok(vec![root]);
    }
    if name.ends_with(".amazonaws.com") && !name.contains(['*', '?']) {
        return Ok(vec![Caller::Service(name.into())]);
    }
    let pattern = Wildcard::parse(name);
    let found: Vec<Caller> = environment
        .principals()
        .filter(|(id, _)| names(environment, *id).iter().any(|candidate| pattern.matches(candidate)))
        .map(|(id, _)| Caller::of(environment, id))
        .collect();
    if found.is_empty() {
        return Err(SelectorError::NoPrincipal { name: name.to_owned(), near: near_principals(environment, name) });
    }
    Ok(found)
}

/// The one caller that a name selects.
///
/// # Errors
/// When it selects none or several.
pub fn select_caller(environment: &Environment, name: &str) -> Result<Caller, SelectorError> {
    let mut found = select_callers(environment, name)?;
    match (found.pop(), found.is_empty()) {
        (Some(only), true) => Ok(only),
        (last, _) => {
            found.extend(last);
            let matches =
                found.iter().take(10).filter_map(|caller| Some(short(environment, caller.principal()?))).collect();
            Err(SelectorError::Ambiguous { name: name.to_owned(), matches })
        }
    }
}

fn root_user(environment: &Environment, name: &str) -> Option<Caller> {
    let account = match Arn::parse(name) {
        Ok(arn) if arn.service() == "iam" && arn.resource() == "root" => arn.account_id()?,
        Ok(_) => return None,
        Err(_) => find_account(environment, name.strip_suffix(":root")?)?,
    };
    Some(Caller::Root(account))
}

/// An account by id or name.
#[must_use]
pub fn find_account(environment: &Environment, text: &str) -> Option<AccountId> {
    let named =
        || environment.accounts().find(|account| account.name.as_deref() == Some(text)).map(|account| account.id);
    AccountId::parse(text).or_else(named)
}

/// Everything a principal may be called.
fn names(environment: &Environment, id: PrincipalId) -> Vec<String> {
    let principal = environment.principal(id);
    let resource = principal.arn.resource();
    let kind = resource.split('/').next().unwrap_or_default();
    let brief = format!("{kind}/{}", principal.name);
    let mut names = vec![principal.arn.to_string(), principal.name.to_string(), brief.clone(), resource.to_owned()];
    let account_name = environment.account(principal.account).and_then(|account| account.name.as_deref());
    for account in [Some(principal.account.as_str()), account_name].into_iter().flatten() {
        names.push(format!("{account}:{resource}"));
        names.push(format!("{account}:{brief}"));
    }
    names
}

/// `ACCOUNT:role/Name`, with the account's name where the input has it.
#[must_use]
pub fn short(environment: &Environment, id: PrincipalId) -> String {
    let principal = environment.principal(id);
    let account = environment.account(principal.account).and_then(|account| account.name.as_deref());
    format!("{}:{}", account.unwrap_or(principal.account.as_str()), principal.arn.resource())
}

fn near_principals(environment: &Environment, name: &str) -> Vec<String> {
    let wanted = name.to_lowercase();
    let wanted_name = wanted.rsplit('/').next().unwrap_or_default().to_owned();
    let mut scored: Vec<(f64, String)> = environment
        .principals()
        .map(|(id, principal)| {
            let by_name = strsim::jaro_winkler(&wanted_name, &principal.name.to_lowercase());
            let whole = strsim::jaro_winkler(&wanted, &principal.arn.as_str().to_lowercase());
            (by_name.max(whole * 0.9), short(environment, id))
        })
        .filter(|(score, _)| *score > 0.8)
        .collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    scored.into_iter().take(3).map(|(_, name)| name).collect()
}

/// The actions that a text means: itself, or those of the service reference that match a pattern and can act on the
/// resource. An action the reference does not list is taken as given; `known` tells.
///
/// # Errors
/// When the text is no action, or a pattern that matches none.
pub fn select_actions(text: &str, resource: &str) -> Result<Vec<ActionName>, SelectorError> {
    let reference = ServiceReference::embedded();
    if !text.contains(['*', '?']) {
        return ActionName::parse(text)
            .map(|action| vec![action])
            .map_err(|_| SelectorError::NotAnAction { text: text.to_owned() });
    }
    let pattern = ActionPattern::parse(text);
    let numbers = match pattern.service() {
        Some(service) => reference.service(service).map_or(0..0, |service| service.actions()),
        None => 0..reference.action_count(),
    };
    let found: Vec<ActionName> = numbers
        .map(ActionId::new)
        .filter_map(|id| {
            let action = reference.action(id)?;
            let name = ActionName::parse(&format!("{}:{}", action.service(), action.name())).ok()?;
            (pattern.matches(&name) && acts_on(id, resource)).then_some(name)
        })
        .collect();
    if found.is_empty() {
        let near = reference.similar_actions(&text.replace(['*', '?'], ""), 3);
        return Err(SelectorError::NoAction { pattern: text.to_owned(), near });
    }
    Ok(found)
}

/// Whether the service reference lists the action; if not, the nearest it does list.
#[must_use]
pub fn unknown_action(action: &ActionName) -> Option<Vec<String>> {
    let reference = ServiceReference::embedded();
    reference
        .action_id(action.service(), action.name())
        .is_none()
        .then(|| reference.similar_actions(action.as_str(), 3))
}

/// Whether an S3 action is about objects while the resource is a bucket, or the other way round: no request is so.
#[must_use]
pub fn is_beside_the_resource(action: &ActionName, resource: &str) -> bool {
    let id = ServiceReference::embedded().action_id(action.service(), action.name());
    resource.starts_with("arn:aws:s3:::") && id.is_some_and(|id| action.service() == "s3" && !acts_on(id, resource))
}

/// Whether an action can act on a resource, by the ARN formats of its resource types. An action without resource types acts
/// on `*` alone.
pub(crate) fn acts_on(id: ActionId, resource: &str) -> bool {
    let reference = ServiceReference::embedded();
    let Some(action) = reference.action(id) else { return false };
    let Ok(arn) = Arn::parse(resource) else {
        return resource == "*";
    };
    let Some(service) = reference.service(action.service()) else { return false };
    let mut types = action.resource_types().peekable();
    if types.peek().is_none() {
        return false;
    }
    types.filter_map(|(name, _)| service.resource_type(name)).any(|kind| {
        kind.arn_formats().any(|format| {
            let Ok(format) = Arn::parse(format) else { return false };
            // A bucket's format would match its objects too; what has one more segment is another type.
            let same_depth = format.resource().contains('/') == arn.resource().contains('/') || arn.service() != "s3";
            same_depth
                && format.service() == arn.service()
                && placeholders(format.resource()).meets(&Wildcard::parse(arn.resource()))
        })
    })
}

/// A resource format with `*` for every `${Placeholder}`.
fn placeholders(format: &str) -> Wildcard {
    let mut pattern = Wildcard::default();
    let mut rest = format;
    while let Some((before, after)) = rest.split_once("${") {
        pattern.push_literal(before);
        pattern.push_pattern("*");
        rest = after.split_once('}').map_or("", |(_, rest)| rest);
    }
    pattern.push_pattern(rest);
    pattern
}

/// Resources of the input that are called nearly like one that is not among them, best first; empty when it is, or when
/// nothing comes near. An object counts as its bucket.
#[must_use]
pub fn near_resources(environment: &Environment, text: &str) -> Vec<String> {
    let arn = Arn::parse(text).ok();
    if arn.as_ref().is_some_and(|arn| environment.governing_resource(arn).is_some()) {
        return Vec::new();
    }
    let wanted = arn.as_ref().map_or_else(|| text.to_owned(), crate::model::governing_arn).to_lowercase();
    let mut scored: Vec<(f64, String)> = environment
        .resources()
        .filter_map(|resource| {
            let known = resource.arn.to_string().to_lowercase();
            let name = resource.arn.resource().rsplit(['/', ':']).next().unwrap_or_default().to_lowercase();
            let score = match &arn {
                Some(arn) if arn.service() != resource.arn.service() => return None,
                Some(_) => strsim::normalized_damerau_levenshtein(&wanted, &known),
                None => strsim::normalized_damerau_levenshtein(&wanted, &name),
            };
            (score > 0.85).then(|| (score, resource.arn.to_string()))
        })
        .collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    scored.into_iter().take(3).map(|(_, name)| name).collect()
}

/// The resources that a text means: itself, or those of the input that a pattern matches when there are any. A bucket stands
/// for its objects too, written `BUCKET/*`, and an access point for those behind it; users and roles are resources as well.
#[must_use]
pub fn select_resources(environment: &Environment, text: &str) -> Vec<String> {
    if !text.contains(['*', '?']) || text == "*" {
        return vec![text.to_owned()];
    }
    let pattern = Wildcard::parse(text);
    let with_objects = |resource: &Resource| std::iter::once(resource.arn.to_string()).chain(objects_of(&resource.arn));
    let principals = environment.principals().map(|(_, principal)| principal.arn.to_string());
    let named = environment.resources().flat_map(with_objects).chain(principals);
    let found: Vec<String> = named.filter(|name| pattern.matches(name)).collect();
    if found.is_empty() { vec![text.to_owned()] } else { found }
}
