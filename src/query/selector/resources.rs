//! Resources by ARN, name or pattern.

use crate::arn::Arn;
use crate::model::{Environment, Resource, objects_of};
use crate::wildcard::Wildcard;

use super::callers::{known_principals, short};

/// Resources of the input that are called nearly like one that is not among them, best first; empty when it is, or when
/// nothing comes near. An object counts as its bucket.
#[must_use]
pub fn near_resources(environment: &Environment, text: &str) -> Vec<String> {
    let arn = Arn::parse(text).ok();
    if arn.as_ref().is_some_and(|arn| environment.governing_resource(arn).is_some()) {
        return Vec::new();
    }
    if let Some(arn) = arn.as_ref().filter(|arn| arn.service() == "iam") {
        // A user or role is near only if it is of a known account and not there.
        let unknown = environment.principal_by_arn(text).is_none() && !text.contains(['*', '?']);
        let of_input = arn.account_id().is_some_and(|account| environment.is_collected(account));
        let kind = arn.typed_resource().map(|(kind, _)| format!("{kind}/"));
        let kind = kind.filter(|kind| ["user/", "role/"].contains(&kind.as_str()) && unknown && of_input);
        let Some(kind) = kind else { return Vec::new() };
        let near = known_principals(environment, text).into_iter().map(|id| &environment.principal(id).arn);
        return near.filter(|near| near.resource().starts_with(&kind)).map(ToString::to_string).collect();
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
    if scored.is_empty() && arn.is_none() && text.contains(['/', ':']) {
        let near = known_principals(environment, text);
        return near.into_iter().map(|id| short(environment, id)).collect();
    }
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
