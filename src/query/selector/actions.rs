//! Actions by name or pattern, and whether they go with a resource.

use crate::action::{ActionName, ActionPattern};
use crate::arn::Arn;
use crate::service_reference::{ActionId, ServiceReference};
use crate::wildcard::Wildcard;

use super::SelectorError;

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
    let is_bucket = |arn: Arn| arn.service() == "s3" && arn.region().is_empty() && arn.account().is_empty();
    Arn::parse(resource).is_ok_and(is_bucket) && id.is_some_and(|id| action.service() == "s3" && !acts_on(id, resource))
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

/// The one action that a text means.
///
/// # Errors
/// When the text is no action, or a pattern.
pub fn select_action(text: &str) -> Result<ActionName, SelectorError> {
    if text.contains(['*', '?']) && ActionPattern::parse(text).service().is_some() {
        return Err(SelectorError::Pattern { text: text.to_owned() });
    }
    ActionName::parse(text).map_err(|_| SelectorError::NotAnAction { text: text.to_owned() })
}
