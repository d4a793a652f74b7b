//! `CallerArn` and the account fields to a caller.

use crate::arn::{AccountId, Arn};
use crate::request::{Caller, Credentials, Entrance, SessionName};

use super::request::{CallerCredentials, SimulationError, SimulationRequest};

/// The caller of a request, or that nobody was named.
pub(super) enum Named {
    Caller(Caller, Credentials),
    /// A user whose ARN is not given, of this account if it is.
    Nobody(Option<AccountId>),
}

/// Providers that need no ARN (E35).
const BUILT_IN_PROVIDERS: [&str; 4] =
    ["accounts.google.com", "cognito-identity.amazonaws.com", "graph.facebook.com", "www.amazon.com"];

/// Reads the caller.
pub(super) fn read(request: &SimulationRequest) -> Result<Named, SimulationError> {
    let account = match request.principal_account.as_deref() {
        Some(text) => Some(AccountId::parse(text).ok_or_else(|| {
            SimulationError::invalid("/PrincipalAccount", format!("`{text}` is not a 12-digit account id"))
        })?),
        None => None,
    };
    let Some(text) = request.caller_arn.as_deref() else { return Ok(Named::Nobody(account)) };
    let (caller, credentials) = named(text, request)?;
    let credentials = in_hand(request, &caller, credentials)?;
    match (account, caller.account()) {
        (Some(account), Some(own)) if account != own => Err(SimulationError::invalid(
            "/PrincipalAccount",
            format!("the account {account} is not that of the caller `{text}`"),
        )),
        _ => Ok(Named::Caller(caller, credentials)),
    }
}

/// The credentials that the request gives, if they are of a kind the caller can have.
fn in_hand(request: &SimulationRequest, caller: &Caller, own: Credentials) -> Result<Credentials, SimulationError> {
    let Some(given) = request.caller_credentials else { return Ok(own) };
    let credentials = match (given, caller) {
        (CallerCredentials::LongTermKey, Caller::User { .. }) => Credentials::LongTermKey,
        (CallerCredentials::SessionToken, Caller::User { .. } | Caller::Root(_)) => Credentials::SessionToken,
        (CallerCredentials::MfaSession, Caller::User { .. }) => Credentials::MfaSession,
        (CallerCredentials::AssumeRoot, Caller::Root(_)) => Credentials::AssumedRoot,
        _ => {
            let message = "the caller cannot have these credentials: keys and MFA sessions are of users, session tokens \
                           of users and root users, AssumeRoot of root users";
            return Err(SimulationError::invalid("/CallerCredentials", message));
        }
    };
    Ok(credentials)
}

fn named(text: &str, request: &SimulationRequest) -> Result<(Caller, Credentials), SimulationError> {
    let refuse = |why: &str| {
        let message = format!(
            "`{text}` is no caller: {why}; give the ARN of a user, role, role session, federated user, root user or \
             identity provider, the name of a service, or `anonymous`"
        );
        SimulationError::invalid("/CallerArn", message)
    };
    if text == "*" || text.eq_ignore_ascii_case("anonymous") {
        return Ok((Caller::Anonymous, Credentials::Unsigned));
    }
    if BUILT_IN_PROVIDERS.contains(&text) {
        return Ok((Caller::FederatedProvider(text.into()), Credentials::Unsigned));
    }
    if text.contains('.') && !text.contains([':', '/', '*', '?', ' ']) {
        return Ok((Caller::Service(text.into()), Credentials::Unsigned));
    }
    let arn = Arn::parse(text).map_err(|_| refuse("it is neither an ARN nor a service"))?;
    if arn.account() == "cloudfront" {
        return Ok((Caller::CanonicalUser(text.into()), Credentials::Unsigned)); // E36a
    }
    if text.contains(['*', '?']) {
        return Err(refuse("a caller is one principal, not a pattern"));
    }
    let account = arn.account_id().ok_or_else(|| refuse("its account is not twelve digits"))?;
    let role_session = Credentials::RoleSession(Entrance::Unspecified);
    match (arn.service(), arn.resource(), arn.typed_resource()) {
        ("iam", "root", _) => Ok((Caller::Root(account), Credentials::Root)),
        ("iam", _, Some(("user", name))) if !name.is_empty() => {
            let unique_id = given(request, "aws:userid").map(Into::into);
            Ok((Caller::User { id: None, account, arn, unique_id }, Credentials::LongTermKey))
        }
        ("iam", _, Some(("role", name))) if !name.is_empty() => {
            let (unique_id, session) = session_of_user_id(request);
            Ok((Caller::RoleSession { id: None, account, role: arn, unique_id, session }, role_session))
        }
        ("iam", _, Some(("saml-provider" | "oidc-provider", _))) => {
            Ok((Caller::FederatedProvider(text.into()), Credentials::Unsigned))
        }
        ("sts", _, Some(("assumed-role", rest))) => {
            let Some((name, session)) = rest
                .split_once('/')
                .filter(|(name, session)| !name.is_empty() && !session.is_empty() && !session.contains('/'))
            else {
                return Err(refuse("a role session is written `assumed-role/ROLE/SESSION`"));
            };
            let role = role_of_session(&arn, name, request).ok_or_else(|| refuse("its role has no ARN"))?;
            let (unique_id, _) = session_of_user_id(request);
            let session = SessionName::Known(session.into());
            Ok((Caller::RoleSession { id: None, account, role, unique_id, session }, role_session))
        }
        ("sts", _, Some(("federated-user", name))) if !name.is_empty() => {
            Ok((Caller::FederatedUser { account, arn, user: None }, Credentials::FederatedUser))
        }
        ("iam", _, Some(("group", _))) => Err(refuse("a group is never a principal")), // E23
        _ => Err(refuse("principals are not written so")),
    }
}

/// The role of a session. Its path is not part of the session's ARN (E19): it is taken from `aws:PrincipalArn` if that
/// is given and names this role, else there is none.
fn role_of_session(session: &Arn, name: &str, request: &SimulationRequest) -> Option<Arn> {
    let given = given(request, "aws:principalarn").and_then(|text| Arn::parse(text).ok()).filter(|arn| {
        let named = arn.resource().starts_with("role/") && arn.resource().rsplit('/').next() == Some(name);
        named && arn.account() == session.account()
    });
    let plain = || Arn::parse(&format!("arn:{}:iam::{}:role/{name}", session.partition(), session.account())).ok();
    given.or_else(plain)
}

/// A role session's unique id and name, when `aws:userid` gives them (E8).
fn session_of_user_id(request: &SimulationRequest) -> (Option<Box<str>>, SessionName) {
    match given(request, "aws:userid").and_then(|text| text.split_once(':')) {
        Some((id, session)) => (Some(id.into()), SessionName::Known(session.into())),
        None => (None, SessionName::Unspecified),
    }
}

fn given<'a>(request: &'a SimulationRequest, key: &str) -> Option<&'a str> {
    let entry = request.context_entries.iter().flatten().find(|entry| entry.context_key_name.eq_ignore_ascii_case(key));
    entry?.context_key_values.first().map(|value| value.0.as_str())
}
