//! Whom a Principal or NotPrincipal element means (section 1.3, 1.4).

use std::collections::BTreeSet;

use crate::document::Principals;
use crate::key_grant::KeyGrant;
use crate::readings::{GATEWAY_ENDPOINT, NOT_PRINCIPAL_PARTLY, Readings};
use crate::request::{Caller, Kind, Request, field};

/// How a statement's principal names the caller: the kinds of grants of 4.4.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Grant {
    /// The session itself: of a role, or a federated user's.
    Session,
    /// The user itself.
    User,
    /// The user whose federated session calls.
    UserOfFederated,
    Role,
    Account,
    Star,
    Service,
    Provider,
}

/// Where a principal element stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Resource,
    Endpoint,
}

/// How one value names the caller in a policy of this place.
fn names(kind: &str, value: &str, place: Place, request: &Request, readings: &Readings) -> Option<Grant> {
    let grant = table(kind, value, request, readings)?;
    // E26: a gateway endpoint knows an account's root user by its account, and nobody else but as `*`.
    let gateway = place == Place::Endpoint && ["s3", "dynamodb"].contains(&request.service());
    let by_arn = matches!(grant, Grant::Account | Grant::User | Grant::UserOfFederated | Grant::Role | Grant::Session)
        && request.caller.kind != Kind::Root;
    (!gateway || !by_arn || readings.holds(GATEWAY_ENDPOINT)).then_some(grant)
}

/// How the grantee of a key's grant names the caller: by an ARN, or as a service (E130).
pub(crate) fn names_principal(value: &str, request: &Request, readings: &Readings) -> Option<Grant> {
    let kind = if value.starts_with("arn:") { "AWS" } else { "Service" };
    table(kind, value, request, readings)
}

/// The match table of 1.3.
fn table(kind: &str, value: &str, request: &Request, readings: &Readings) -> Option<Grant> {
    let caller = &request.caller;
    match kind {
        // E32, E33.
        "*" => Some(Grant::Star),
        "AWS" if value == "*" => Some(Grant::Star),
        "AWS" => aws(value, caller, request, readings),
        // E25, E37: exact names.
        "Service" => matches!(&caller.kind, Kind::Service(name) if name == value).then_some(Grant::Service),
        // E35.
        "Federated" => matches!(&caller.kind, Kind::Provider(name) if name == value).then_some(Grant::Provider),
        // E36: an id that is not in the table of accounts is somebody outside.
        "CanonicalUser" => {
            let account = request.canonical_users.get(value);
            (account.is_some() && account == caller.account.as_ref()).then_some(Grant::Account)
        }
        _ => None,
    }
}

fn aws(value: &str, caller: &Caller, request: &Request, readings: &Readings) -> Option<Grant> {
    let account = caller.account.as_deref()?;
    // E26: an account's id and the ARN of its root are one value.
    let named =
        field(value, 5).map_or(value, |name| if name == "root" { field(value, 4).unwrap_or_default() } else { "" });
    if named == account {
        return Some(Grant::Account);
    }
    // E24: wildcards within a value match nothing.
    if value.contains(['*', '?']) {
        return None;
    }
    match &caller.kind {
        Kind::User(Some(arn)) if arn == value => Some(Grant::User),
        // E30.
        Kind::User(_) if value.starts_with("AIDA") && unique_id(request) == Some(value) => Some(Grant::User),
        Kind::RoleSession { role, .. } if role == value => Some(Grant::Role),
        Kind::RoleSession { .. } if value.starts_with("AROA") && unique_id(request) == Some(value) => Some(Grant::Role),
        Kind::RoleSession { session: Some(session), .. } if session == value => Some(Grant::Session),
        // A session whose name is not said may be any one of the role's.
        Kind::RoleSession { role, session: None } if session_of(value, role) => {
            (session_name(request, role, readings) == Some(value)).then_some(Grant::Session)
        }
        Kind::FederatedUser(arn) if arn == value => Some(Grant::Session),
        // E29: the user that federated, whoever that is.
        Kind::FederatedUser(_) if user_of(value, account) => {
            (federator(request, account, readings) == Some(value)).then_some(Grant::UserOfFederated)
        }
        _ => None,
    }
}

/// E30: the caller's unique id, where the request gives it (E7, E8).
fn unique_id(request: &Request) -> Option<&str> {
    request.context.values("aws:userid")?.first()?.split(':').next()
}

/// Whether a value names a session of a role (E19: by the role's name, without its path).
fn session_of(value: &str, role: &str) -> bool {
    let Some(("assumed-role", rest)) = field(value, 5).and_then(|name| name.split_once('/')) else { return false };
    let name = role.rsplit('/').next().unwrap_or_default();
    field(value, 2) == Some("sts")
        && field(value, 4) == field(role, 4)
        && rest.split_once('/').is_some_and(|(role, session)| role == name && !session.is_empty())
}

fn user_of(value: &str, account: &str) -> bool {
    field(value, 2) == Some("iam")
        && field(value, 4) == Some(account)
        && field(value, 5).is_some_and(|name| name.starts_with("user/"))
}

/// The session of those that policies name which this one is, or none of them.
fn session_name<'a>(request: &'a Request, role: &str, readings: &Readings) -> Option<&'a str> {
    one_of(request, |value| session_of(value, role), "session", readings)
}

/// The user of those that policies name who federated, or none of them.
fn federator<'a>(request: &'a Request, account: &str, readings: &Readings) -> Option<&'a str> {
    one_of(request, |value| user_of(value, account), "federator", readings)
}

fn one_of<'a>(
    request: &'a Request,
    wanted: impl Fn(&str) -> bool,
    point: &str,
    readings: &Readings,
) -> Option<&'a str> {
    let documents = request.resource_policy.iter().chain(&request.endpoint);
    let statements = documents.filter_map(|document| document.policy.as_ref()).flat_map(|policy| &policy.statements);
    let values = statements.filter_map(|statement| statement.principal.as_ref()).flat_map(|listed| &listed.values);
    let values = values.map(|(_, value)| value.as_str()).chain(request.key_grants.iter().flat_map(KeyGrant::names));
    let named: BTreeSet<&str> = values.filter(|value| wanted(value)).collect();
    let choice = readings.choose(point, named.len() + 1);
    choice.checked_sub(1).and_then(|at| named.into_iter().nth(at))
}

/// How a Principal element names the caller: in every way one of its values does (E22).
pub(crate) fn grants(principals: &Principals, place: Place, request: &Request, readings: &Readings) -> BTreeSet<Grant> {
    principals.values.iter().filter_map(|(kind, value)| names(kind, value, place, request, readings)).collect()
}

/// E40, E41: whether Deny with NotPrincipal applies to the caller.
pub(crate) fn not_principal_denies(
    principals: &Principals,
    place: Place,
    request: &Request,
    readings: &Readings,
) -> bool {
    let bounded = matches!(request.caller.kind, Kind::User(_) | Kind::RoleSession { .. } | Kind::FederatedUser(_))
        && !request.boundary.is_empty();
    if bounded {
        return true;
    }
    let listed = grants(principals, place, request, readings);
    if listed.contains(&Grant::Star) {
        return request.caller.kind == Kind::Anonymous;
    }
    let identifiers: &[Grant] = match &request.caller.kind {
        Kind::Root => &[Grant::Account],
        Kind::User(_) => &[Grant::Account, Grant::User],
        Kind::RoleSession { .. } => &[Grant::Account, Grant::Role, Grant::Session],
        Kind::FederatedUser(_) => &[Grant::Account, Grant::UserOfFederated, Grant::Session],
        Kind::Service(_) => &[Grant::Service],
        Kind::Provider(_) => &[Grant::Provider],
        Kind::Anonymous => &[],
    };
    let known = identifiers.iter().filter(|identifier| listed.contains(identifier)).count();
    if known == 0 {
        return true;
    }
    known < identifiers.len() && readings.holds_or(NOT_PRINCIPAL_PARTLY, true)
}
