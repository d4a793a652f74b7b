//! Principals by ARN, short name or pattern: those of the input, and those outside it that its policies can be about.

use std::collections::BTreeSet;

use crate::arn::{AccountId, Arn};
use crate::model::{Environment, PrincipalId};
use crate::policy::{PrincipalElement, PrincipalValue};
use crate::request::{Caller, SessionName};
use crate::wildcard::Wildcard;

use super::SelectorError;

/// The one caller that a name selects.
///
/// Of the input: an ARN; `ACCOUNT:role/Name`, `ACCOUNT:user/Name` or `ACCOUNT:Name` with the account's id or name;
/// `role/Name`; a bare name; or any of these with `*` and `?` that one principal matches. A name without its path is enough.
/// `ACCOUNT:root` and an account's root ARN are its root user. The ARN of a role's session is that session.
///
/// Outside it: the ARN of a user, role or session of an account that was not collected; such an account's id; an identity
/// provider by ARN or by the name that policies have for it; a service's name; `anonymous` for an unsigned request.
///
/// # Errors
/// When it selects none, with near misses, or several.
pub fn select_caller(environment: &Environment, name: &str) -> Result<Caller, SelectorError> {
    if let Some(caller) = exact(environment, name)? {
        return Ok(caller);
    }
    let pattern = Wildcard::parse(name);
    let found: Vec<PrincipalId> = environment
        .principals()
        .filter(|(id, _)| names(environment, *id).iter().any(|candidate| pattern.matches(candidate)))
        .map(|(id, _)| id)
        .collect();
    let ambiguous = |names: Vec<String>| {
        let (count, matches) = (names.len(), names.into_iter().take(10).collect());
        SelectorError::Ambiguous { name: name.to_owned(), count, matches }
    };
    match found.as_slice() {
        [only] => return Ok(Caller::of(environment, *only)),
        [] => {}
        several => return Err(ambiguous(several.iter().map(|id| short(environment, *id)).collect())),
    }
    let providers: Vec<Box<str>> =
        providers(environment).into_iter().filter(|provider| provider_names(provider).contains(&name)).collect();
    match providers.as_slice() {
        [only] => Ok(Caller::FederatedProvider(only.clone())),
        [] if name.eq_ignore_ascii_case("anonymous") => Ok(Caller::Anonymous),
        [] => Err(no_principal(environment, name)),
        several => Err(ambiguous(several.iter().map(ToString::to_string).collect())),
    }
}

/// What a name says by its form alone.
fn exact(environment: &Environment, name: &str) -> Result<Option<Caller>, SelectorError> {
    if let Some(id) = environment.principal_by_arn(name) {
        return Ok(Some(Caller::of(environment, id)));
    }
    if let Some(root) = root_user(environment, name) {
        return Ok(Some(root));
    }
    if name.contains(['*', '?']) {
        return Ok(None);
    }
    if BUILT_IN_PROVIDERS.contains(&name) {
        return Ok(Some(Caller::FederatedProvider(name.into())));
    }
    if [".amazonaws.com", ".amazonaws.com.cn"].iter().any(|end| name.ends_with(end)) && !name.contains(['/', ':']) {
        return Ok(Some(Caller::Service(name.into())));
    }
    if let Some(person) = person(environment, name) {
        return Ok(Some(person));
    }
    if let Some(account) = find_account(environment, name) {
        if environment.is_collected(account) {
            return Err(SelectorError::AnAccount { name: name.to_owned(), account });
        }
        return Ok(Some(Caller::ExternalAccount(Some(account))));
    }
    let value = PrincipalValue::parse_aws(name);
    if let PrincipalValue::RoleSession { arn, role, session } = &value
        && let Some(id) = arn.account_id().and_then(|account| environment.role_by_name(account, role))
        && let Caller::RoleSession { id, account, role, unique_id, .. } = Caller::of(environment, id)
    {
        let session = SessionName::Known(session.clone());
        return Ok(Some(Caller::RoleSession { id, account, role, unique_id, session }));
    }
    if let Some(outside) = Caller::outside(environment, &value) {
        return Ok(Some(outside));
    }
    if name.len() == 64 && name.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Ok(Caller::outside(environment, &PrincipalValue::CanonicalUser(name.into())));
    }
    let provider = Arn::parse(name).is_ok_and(|arn| {
        let kind = arn.typed_resource().map(|(kind, _)| kind.to_owned());
        arn.service() == "iam" && matches!(kind.as_deref(), Some("saml-provider" | "oidc-provider"))
    });
    if provider {
        return Ok(Some(Caller::FederatedProvider(name.into())));
    }
    match value {
        PrincipalValue::User(_) | PrincipalValue::Role(_) | PrincipalValue::RoleSession { .. } => {
            Err(no_principal(environment, name))
        }
        _ => Ok(None),
    }
}

/// A person of IAM Identity Center by user name or id.
fn person(environment: &Environment, name: &str) -> Option<Caller> {
    let users = &environment.identity_center().users;
    let user = users.values().find(|user| user.name.as_deref() == Some(name) || &*user.id == name)?;
    let name = user.name.as_deref().unwrap_or(&user.id);
    Some(Caller::IdentityCenterUser { id: user.id.clone(), name: name.into() })
}

/// Providers that need no ARN (E35).
const BUILT_IN_PROVIDERS: [&str; 4] =
    ["accounts.google.com", "cognito-identity.amazonaws.com", "graph.facebook.com", "www.amazon.com"];

fn no_principal(environment: &Environment, name: &str) -> SelectorError {
    SelectorError::NoPrincipal { name: name.to_owned(), near: near_principals(environment, name) }
}

/// The identity providers that trust policies name.
fn providers(environment: &Environment) -> BTreeSet<Box<str>> {
    let trusts = environment.principals().filter_map(|(_, principal)| principal.trust);
    let documents = trusts.filter_map(|policy| environment.policy(policy).document);
    let statements = documents
        .filter_map(|document| environment.document(document).content.as_ref().ok())
        .flat_map(|document| &document.statements);
    let mut providers = BTreeSet::new();
    for statement in statements {
        if let Some(PrincipalElement::Principal(values)) = &statement.principal {
            providers.extend(values.iter().filter_map(|value| match value {
                PrincipalValue::Federated(name) => Some(name.clone()),
                _ => None,
            }));
        }
    }
    providers
}

/// A provider's ARN, `saml-provider/Name`, and the name alone.
fn provider_names(provider: &str) -> Vec<&str> {
    let resource = provider.rsplit(":").next().unwrap_or(provider);
    let name = resource.split_once('/').map_or(resource, |(_, name)| name);
    vec![provider, resource, name]
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

/// An account by id or name.
///
/// # Errors
/// When none is called so, with the nearest names.
pub fn select_account(environment: &Environment, text: &str) -> Result<AccountId, SelectorError> {
    find_account(environment, text).ok_or_else(|| {
        let wanted = text.to_lowercase();
        let names = environment.accounts().filter_map(|account| account.name.as_deref());
        let mut scored: Vec<(f64, &str)> = names
            .map(|name| {
                let lower = name.to_lowercase();
                let inside = !wanted.is_empty() && (lower.contains(&wanted) || wanted.contains(&lower));
                let alike = strsim::jaro_winkler(&wanted, &lower);
                (if inside { alike.max(0.9) } else { alike }, name)
            })
            .filter(|(score, _)| *score > 0.75)
            .collect();
        scored.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(b.1)));
        let near = scored.into_iter().take(3).map(|(_, name)| name.to_owned()).collect();
        SelectorError::NoAccount { name: text.to_owned(), near }
    })
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
        names.push(format!("{account}:{}", principal.name));
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

/// Users and roles with a name like the last part of a text, best first; of a session's ARN, roles like its own.
fn near_principals(environment: &Environment, name: &str) -> Vec<String> {
    let session = match PrincipalValue::parse_aws(name) {
        PrincipalValue::RoleSession { arn, role, .. } => {
            Some(format!("arn:{}:iam::{}:role/{role}", arn.partition(), arn.account()))
        }
        _ => None,
    };
    let found = known_principals(environment, session.as_deref().unwrap_or(name));
    let mut names: Vec<String> = found.into_iter().map(|id| short(environment, id)).collect();
    let wanted = name.rsplit(['/', ':']).next().unwrap_or(name).to_lowercase();
    if names.is_empty() {
        let providers = providers(environment);
        let alike = |provider: &str| {
            let names = provider_names(provider);
            names.iter().any(|known| strsim::jaro_winkler(&wanted, &known.to_lowercase()) > 0.85)
        };
        names.extend(providers.iter().filter(|provider| alike(provider)).take(3).map(ToString::to_string));
    }
    names
}

/// Up to three users and roles with a name like the last part of a text, best first.
pub(super) fn known_principals(environment: &Environment, text: &str) -> Vec<PrincipalId> {
    let wanted = text.to_lowercase();
    let wanted_name = wanted.rsplit(['/', ':']).next().unwrap_or_default().to_owned();
    let mut scored: Vec<(f64, String, PrincipalId)> = environment
        .principals()
        .map(|(id, principal)| {
            let by_name = strsim::jaro_winkler(&wanted_name, &principal.name.to_lowercase());
            let whole = strsim::jaro_winkler(&wanted, &principal.arn.as_str().to_lowercase());
            (by_name.max(whole * 0.9), short(environment, id), id)
        })
        .filter(|(score, ..)| *score > 0.8)
        .collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    // Beside a close one, those that are merely alike would only distract.
    let best = scored.first().map_or(0.0, |(score, ..)| *score);
    scored.into_iter().take(3).filter(|(score, ..)| *score > best - 0.1).map(|(.., id)| id).collect()
}
