//! States: who, and with which credentials.

use std::fmt;

use crate::model::{Environment, PrincipalId, PrincipalKind};
use crate::request::{Caller, Credentials, Entrance};

/// A principal and the credentials a walker holds of it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct State {
    /// Who.
    pub caller: Caller,
    /// With which credentials.
    pub credentials: Credentials,
}

impl State {
    /// What a user can have in hand (E166): signing in at the console gives what GetSessionToken gives.
    pub(super) const OF_USERS: [Credentials; 3] =
        [Credentials::LongTermKey, Credentials::SessionToken, Credentials::MfaSession];

    /// The states a principal of the input starts a walk in: a user with its key, with temporary credentials, with those and
    /// MFA; a role however entered.
    #[must_use]
    pub fn starts(environment: &Environment, id: PrincipalId) -> Vec<Self> {
        let credentials: &[Credentials] = match environment.principal(id).kind {
            PrincipalKind::User => &Self::OF_USERS,
            PrincipalKind::Role => &[Credentials::RoleSession(Entrance::Unspecified)],
        };
        let caller = Caller::of(environment, id);
        credentials.iter().map(|credentials| Self { caller: caller.clone(), credentials: *credentials }).collect()
    }

    /// Whether a walk may begin here: sessions that somebody has to open first are no beginning.
    #[must_use]
    pub fn begins(&self) -> bool {
        match (self.credentials, &self.caller) {
            (Credentials::RoleSession(entrance), _) => entrance == Entrance::Unspecified,
            (Credentials::AssumedRoot, _) | (_, Caller::FederatedUser { user: Some(_), .. }) => false,
            _ => true,
        }
    }

    /// A caller that signs with nothing of its own choosing: a service, a provider, an outsider.
    #[must_use]
    pub fn of_outsider(caller: Caller) -> Self {
        let credentials = match caller {
            Caller::Anonymous
            | Caller::Service(_)
            | Caller::FederatedProvider(_)
            | Caller::IdentityCenterUser { .. } => Credentials::Unsigned,
            _ => Credentials::Unspecified,
        };
        Self { caller, credentials }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.caller {
            Caller::Root(account) => write!(f, "arn:aws:iam::{account}:root")?,
            Caller::User { arn, .. } | Caller::FederatedUser { arn, .. } | Caller::RoleSession { role: arn, .. } => {
                write!(f, "{arn}")?;
            }
            Caller::Anonymous => f.write_str("*")?,
            Caller::Service(name)
            | Caller::FederatedProvider(name)
            | Caller::IdentityCenterUser { name, .. }
            | Caller::CanonicalUser(name) => f.write_str(name)?,
            Caller::ExternalAccount(Some(account)) => write!(f, "{account}")?,
            Caller::ExternalAccount(None) => f.write_str("*")?,
        }
        f.write_str(match self.credentials {
            Credentials::MfaSession => " (MFA)",
            Credentials::SessionToken => " (temporary credentials)",
            Credentials::RoleSession(Entrance::Chained) => " (chained)",
            Credentials::RoleSession(Entrance::Saml) => " (SAML)",
            Credentials::RoleSession(Entrance::WebIdentity) => " (web identity)",
            Credentials::RoleSession(Entrance::Service) => " (service)",
            _ => "",
        })
    }
}
