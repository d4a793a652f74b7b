//! Which callers a principal element names, and how strongly (E21-E42, the match table of section 1.3).

use crate::condition::Residual;
use crate::model::Environment;
use crate::policy::{Effect, PrincipalElement, PrincipalValue};
use crate::request::{Caller, SessionName};

/// How a resource policy's Allow names the caller: what else is needed depends on it (E119).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Grant {
    /// The very session, user, service or provider, or everyone: nothing else is needed in the same account (T1, T3, T5, T6,
    /// T9, T12, E122).
    Direct,
    /// Everyone, met by a federated-user session, for which AWS promises nothing (T15).
    EveryoneToFederatedUser,
    /// The session's role, or the user behind a federated session: boundary and session policies still limit (T4, T7).
    Limited,
    /// The account: the caller's own policies have to allow as well (E120; T2, T8, T10).
    Account,
}

/// Whether everyone includes whom identity providers vouch for is not documented (E34).
const STAR_NAMES_FEDERATED: &str = "star-names-federated-callers";

const BOUNDARY_NOT_TOLD: &str = "whether the caller has a permissions boundary was not collected";

/// What a match has to know beside element and caller.
#[derive(Clone, Copy)]
pub(crate) struct About<'e> {
    pub(crate) environment: &'e Environment,
    /// Whether the request is for a role's session, which has a name of its own.
    pub(crate) asks_for_session: bool,
}

/// When `element` concerns `caller`, by grant.
pub(crate) fn match_principal(
    about: About<'_>,
    element: &PrincipalElement,
    effect: Effect,
    caller: &Caller,
    has_boundary: Option<bool>,
) -> Vec<(Grant, Residual)> {
    match element {
        PrincipalElement::Principal(values) => {
            values.iter().filter_map(|value| match_value(about, value, effect, caller)).collect()
        }
        PrincipalElement::NotPrincipal(values) => {
            let when = match effect {
                Effect::Deny => match has_boundary {
                    Some(true) => Residual::True, // E41
                    Some(false) => spared_by_none(about, values, caller),
                    None => spared_by_none(about, values, caller).or(Residual::missing(BOUNDARY_NOT_TOLD)),
                },
                // E42: everyone not listed, anonymous included; of identity providers that is as open as of `*` (E34).
                Effect::Allow => {
                    let listed = values.iter().filter_map(|value| match_value(about, value, Effect::Deny, caller));
                    let not_listed = Residual::any(listed.map(|(_, when)| when)).not();
                    match caller {
                        Caller::FederatedProvider(_) => not_listed.and(Residual::undocumented(STAR_NAMES_FEDERATED)),
                        _ => not_listed,
                    }
                }
            };
            if when.is_false() { Vec::new() } else { vec![(everyone(caller), when)] }
        }
    }
}

fn everyone(caller: &Caller) -> Grant {
    if matches!(caller, Caller::FederatedUser { .. }) { Grant::EveryoneToFederatedUser } else { Grant::Direct }
}

fn match_value(about: About<'_>, value: &PrincipalValue, effect: Effect, caller: &Caller) -> Option<(Grant, Residual)> {
    let certain = |grant| Some((grant, Residual::True));
    match (value, caller) {
        // E34: documents describe only `Federated` for the federated calls.
        (PrincipalValue::Everyone, Caller::FederatedProvider(_)) => {
            Some((Grant::Direct, Residual::undocumented(STAR_NAMES_FEDERATED)))
        }
        // E33: AWS's examples show it for Deny alone.
        (PrincipalValue::Everyone, Caller::Service(_)) if effect == Effect::Allow => {
            Some((Grant::Direct, Residual::undocumented("star-names-services")))
        }
        (PrincipalValue::Everyone, _) => certain(everyone(caller)),
        (PrincipalValue::Account(account), _) if caller.account() == Some(*account) => certain(Grant::Account),
        // E36: a canonical user id is an account under another name.
        (PrincipalValue::CanonicalUser(id), _)
            if caller.account().is_some() && about.environment.account_of_canonical_user(id) == caller.account() =>
        {
            certain(Grant::Account)
        }
        (PrincipalValue::User(named), Caller::User { arn, .. }) if named == arn => certain(Grant::Direct),
        (PrincipalValue::User(named), Caller::FederatedUser { user: Some(user), .. }) if named == user => {
            certain(Grant::Limited)
        }
        // T7: which user federated may not be known.
        (PrincipalValue::User(named), Caller::FederatedUser { user: None, account, arn })
            if named.account_id() == Some(*account) =>
        {
            Some((Grant::Limited, Residual::missing(format!("whether {named} federated {arn} is not known"))))
        }
        (PrincipalValue::Role(named), Caller::RoleSession { role, .. }) if named == role => certain(Grant::Limited),
        (
            PrincipalValue::RoleSession { arn, role: named, session: wanted },
            Caller::RoleSession { account, role, session, .. },
        ) => {
            let name = role.resource().rsplit('/').next().unwrap_or_default();
            if arn.account_id() != Some(*account) || &**named != name {
                return None;
            }
            let when = match session {
                SessionName::Known(session) if session == wanted => Residual::True,
                SessionName::Known(_) => return None,
                SessionName::Unspecified => session_is(wanted, about.asks_for_session),
            };
            Some((Grant::Direct, when))
        }
        (PrincipalValue::FederatedUser(named), Caller::FederatedUser { arn, .. }) if named == arn => {
            certain(Grant::Direct)
        }
        // E30: a unique id is its living bearer, nobody else.
        (PrincipalValue::UniqueId(named), Caller::User { unique_id: Some(id), .. }) if named == id => {
            certain(Grant::Direct)
        }
        (PrincipalValue::UniqueId(named), Caller::RoleSession { unique_id: Some(id), .. }) if named == id => {
            certain(Grant::Limited)
        }
        (PrincipalValue::Service(named), Caller::Service(name)) if named == name => certain(Grant::Direct),
        (PrincipalValue::Federated(named), Caller::FederatedProvider(provider)) if named == provider => {
            certain(Grant::Direct)
        }
        (
            PrincipalValue::CanonicalUser(named) | PrincipalValue::OriginAccessIdentity(named),
            Caller::CanonicalUser(id),
        ) if named == id => certain(Grant::Direct),
        _ => None,
    }
}

/// That the caller's session has this name. Where a session is asked for, the key for its name means that one, and the
/// caller's own is told by what ends its id (E8).
fn session_is(name: &str, asks_for_session: bool) -> Residual {
    match asks_for_session {
        true => Residual::test("StringLike", "aws:userid", format!("*:{name}")),
        false => Residual::test("StringEquals", "sts:rolesessionname", name),
    }
}

/// When a Deny with `NotPrincipal` applies: if none of the caller's identifiers is listed. If some are and others are not,
/// AWS only says that a service might check each (E40): undocumented.
fn spared_by_none(about: About<'_>, values: &[PrincipalValue], caller: &Caller) -> Residual {
    if matches!(caller, Caller::Anonymous) {
        return Residual::True;
    }
    if values.contains(&PrincipalValue::Everyone) {
        return Residual::False;
    }
    // An identifier may be listed under several names.
    let identifiers: &[Identifier] = match caller {
        // Who in an account is meant is not known, but that it is a user or a role.
        Caller::User { .. } | Caller::ExternalAccount(_) => &[Identifier::Account, Identifier::Entity],
        Caller::RoleSession { .. } | Caller::FederatedUser { .. } => {
            &[Identifier::Account, Identifier::Entity, Identifier::Session]
        }
        _ => &[Identifier::Itself],
    };
    let matched: Vec<(Grant, Residual)> =
        values.iter().filter_map(|value| match_value(about, value, Effect::Deny, caller)).collect();
    let listed = |wanted: Identifier| {
        let of = matched.iter().filter(|(grant, _)| identifier(*grant, caller) == wanted);
        Residual::any(of.map(|(_, when)| when.clone()))
    };
    let all = Residual::all(identifiers.iter().map(|identifier| listed(*identifier)));
    let any = Residual::any(identifiers.iter().map(|identifier| listed(*identifier)));
    let in_part = any.clone().and(all.not()).and(Residual::undocumented("not-principal-lists-only-some-identifiers"));
    any.not().or(in_part)
}

/// What a service might look for in the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Identifier {
    Account,
    /// The user or role.
    Entity,
    Session,
    /// All there is of a service, a provider, a root user.
    Itself,
}

/// By which identifier a value names the caller.
fn identifier(grant: Grant, caller: &Caller) -> Identifier {
    match (caller, grant) {
        (Caller::User { .. } | Caller::ExternalAccount(_), Grant::Account) => Identifier::Account,
        (Caller::User { .. } | Caller::ExternalAccount(_), _) => Identifier::Entity,
        (Caller::RoleSession { .. } | Caller::FederatedUser { .. }, Grant::Account) => Identifier::Account,
        (Caller::RoleSession { .. } | Caller::FederatedUser { .. }, Grant::Limited) => Identifier::Entity,
        (Caller::RoleSession { .. } | Caller::FederatedUser { .. }, _) => Identifier::Session,
        _ => Identifier::Itself,
    }
}
