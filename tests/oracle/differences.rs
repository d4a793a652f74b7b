//! Where the library and the rules still differ, as far as is known: which generated requests may show it.
//!
//! The comparison lets a request pass that differs and is concerned by one of these. Each has its case in
//! `regressions.rs`, which fails as soon as the difference is gone; then the entry goes too.

use crate::condition::is_known;
use crate::context::is_multivalued;
use crate::document::{Condition, Document, Principals, Statement};
use crate::request::{Kind, Request, field, is_role};
use crate::wildcard::is_arn;

/// Whether a request is concerned.
type Concerns = fn(&Request) -> bool;

/// The name of the case, and the requests that may show the difference.
const OPEN: [(&str, Concerns); 4] = [
    ("e49_two_conditions_with_one_unknown_operator", |request| {
        conditions(request).filter(|condition| !is_known(&condition.operator)).count() > 1
    }),
    ("e71_an_empty_text_as_a_variable", |request| {
        ["aws:principaltag/team", "aws:sourcevpc"]
            .iter()
            .any(|key| request.context.values(key).is_some_and(|values| values == [""]) && uses_variable(request, key))
    }),
    ("e89_a_lone_star_and_what_is_no_arn", |request| {
        conditions(request).any(|condition| {
            let values = request.context.values(&condition.key).unwrap_or_default();
            condition.operator.contains("Arn")
                && condition.values.iter().any(|value| value == "*")
                && values.iter().any(|value| !is_arn(value))
        })
    }),
    ("e92_an_empty_text_of_a_single_valued_key", |request| {
        conditions(request).any(|condition| {
            condition.operator.starts_with("For")
                && !is_multivalued(&condition.key)
                && request.context.values(&condition.key).is_some_and(|values| values == [""])
        })
    }),
];

/// Those that show only where points are left open that the rules decide for one request.
const OPEN_MODE: [(&str, Concerns); 1] = [("e143_rcps_limit_callers_of_providers", |request| {
    matches!(request.caller.kind, Kind::Provider(_)) && !request.rcp.is_empty()
})];

/// Whether a request may show a difference that is known where points are left open.
pub(crate) fn is_open_in_open_mode(request: &Request) -> bool {
    is_open(request) || OPEN_MODE.iter().any(|(_, concerns)| concerns(request))
}

/// Whether a request may show a difference that is known.
pub(crate) fn is_open(request: &Request) -> bool {
    OPEN.iter().any(|(_, concerns)| concerns(request))
}

const IDENTITY_KEYS: [&str; 4] = ["aws:userid", "aws:principalarn", "aws:principaltype", "aws:principalaccount"];

fn documents(request: &Request) -> impl Iterator<Item = &Document> {
    let lists = [&request.identity, &request.boundary, &request.session, &request.endpoint];
    let levels = request.scp.iter().chain(&request.rcp);
    lists.into_iter().chain(levels).flatten().chain(&request.resource_policy)
}

fn statements(request: &Request) -> impl Iterator<Item = &Statement> {
    documents(request).filter_map(|document| document.policy.as_ref()).flat_map(|policy| &policy.statements)
}

fn conditions(request: &Request) -> impl Iterator<Item = &Condition> {
    statements(request).flat_map(|statement| &statement.conditions)
}

fn principals(request: &Request) -> impl Iterator<Item = &Principals> {
    statements(request).filter_map(|statement| statement.principal.as_ref())
}

/// Whether a principal's value holds a text.
fn names(request: &Request, part: &str) -> bool {
    principals(request).any(|listed| listed.values.iter().any(|(_, value)| value.contains(part)))
}

fn uses_not_principal(request: &Request) -> bool {
    principals(request).any(|listed| listed.negated)
}

/// Whether a condition is on one of the keys, or takes one for a variable.
fn asks_for(request: &Request, keys: &[&str]) -> bool {
    let has = |condition: &Condition| keys.contains(&condition.key.to_lowercase().as_str());
    conditions(request).any(has) || keys.iter().any(|key| uses_variable(request, key))
}

fn uses_variable(request: &Request, key: &str) -> bool {
    let variable = format!("${{{key}");
    let has = |value: &String| value.to_lowercase().contains(&variable);
    let of_resources = statements(request).filter_map(|statement| statement.resources.as_ref());
    conditions(request).flat_map(|condition| &condition.values).any(has)
        || of_resources.flat_map(|listed| &listed.values).any(has)
}

fn is_federated(request: &Request) -> bool {
    matches!(request.caller.kind, Kind::FederatedUser(_))
}

fn is_service(request: &Request) -> bool {
    matches!(request.caller.kind, Kind::Service(_))
}

/// Whether two values name one account.
fn lists_the_account_twice(listed: &Principals) -> bool {
    let account = |value: &str| match field(value, 5) {
        Some("root") => field(value, 4).unwrap_or_default().to_owned(),
        _ => value.to_owned(),
    };
    let mut values: Vec<String> = listed.values.iter().map(|(_, value)| account(value)).collect();
    values.sort_unstable();
    let all = values.len();
    values.dedup();
    listed.negated && values.len() < all
}

fn gateway_by_arn(request: &Request) -> bool {
    let policies = request.endpoint.iter().filter_map(|document| document.policy.as_ref());
    let listed = policies.flat_map(|policy| &policy.statements).filter_map(|statement| statement.principal.as_ref());
    let values = listed.flat_map(|listed| &listed.values);
    ["s3", "dynamodb"].contains(&request.service()) && values.into_iter().any(|(_, value)| value.contains('/'))
}
