//! Who calls, and with which credentials (E6-E16).

use crate::arn::{AccountId, Arn};
use crate::model::{Environment, PrincipalId, PrincipalKind};
use crate::policy::PrincipalValue;

/// The name of a service that nothing tells: some AWS service, whichever.
pub const ANY_SERVICE: &str = "*";

/// The name of an identity provider that nothing tells: some provider of the role's account (E34).
pub const ANY_PROVIDER: &str = "*";

/// How a role session came to be; it fixes what its context keys hold (E166, section 5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Entrance {
    /// In any of the ways below: nothing is known of it.
    Unspecified,
    /// AssumeRole by a user.
    User,
    /// AssumeRole by another role's session (chaining): one hour at most (E146).
    Chained,
    /// AssumeRoleWithSAML.
    Saml,
    /// AssumeRoleWithWebIdentity.
    WebIdentity,
    /// By an AWS service: instance profile, function, task.
    Service,
}

/// The name of a role session.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SessionName {
    /// Fixed.
    Known(Box<str>),
    /// Chosen by whoever enters, or not known.
    Unspecified,
}

/// The credentials in hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Credentials {
    /// A user's long-term access key.
    LongTermKey,
    /// A user's temporary credentials with MFA (GetSessionToken, MFA sign-in, MFA given to AssumeRole itself).
    MfaSession,
    /// A user's or root's temporary credentials without MFA (GetSessionToken, sign-in at the console).
    SessionToken,
    /// The root user's own.
    Root,
    /// An AssumeRoot session's: root of a member account, limited to one task (E16, E151).
    AssumedRoot,
    /// A role session's.
    RoleSession(Entrance),
    /// A GetFederationToken session's.
    FederatedUser,
    /// None that AWS signs with: a service, an identity provider's token, or nothing at all.
    Unsigned,
    /// Nothing is known of them.
    Unspecified,
}

/// Who calls.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Caller {
    /// An account's root user (E6).
    Root(AccountId),
    /// An IAM user (E7).
    User {
        /// Its number, when it is one of the environment's.
        id: Option<PrincipalId>,
        /// Its account.
        account: AccountId,
        /// Its ARN.
        arn: Arn,
        /// Its unique id.
        unique_id: Option<Box<str>>,
    },
    /// A session of a role (E8).
    RoleSession {
        /// The role's number, when it is one of the environment's.
        id: Option<PrincipalId>,
        /// The role's account.
        account: AccountId,
        /// The role's ARN, path included.
        role: Arn,
        /// The role's unique id.
        unique_id: Option<Box<str>>,
        /// The session's name.
        session: SessionName,
    },
    /// A GetFederationToken session (E9).
    FederatedUser {
        /// Its account.
        account: AccountId,
        /// Its ARN.
        arn: Arn,
        /// The user that created it, when known.
        user: Option<Arn>,
    },
    /// An unsigned request (E10).
    Anonymous,
    /// An AWS service (E11).
    Service(Box<str>),
    /// Whoever an identity provider vouches for, before a role is assumed (E12); its claims are keys of the request (E144).
    FederatedProvider(Box<str>),
    /// A person in IAM Identity Center, before a role is entered (E15): it signs in there, and makes no request of its own.
    IdentityCenterUser {
        /// The person's id.
        id: Box<str>,
        /// The user name, which every session of the person bears.
        name: Box<str>,
    },
    /// Somebody in an account of which nothing was collected; `None` is any such account.
    ExternalAccount(Option<AccountId>),
    /// An S3 canonical user or origin access identity, by the text a policy names it with (E36, E36a).
    CanonicalUser(Box<str>),
}

impl Caller {
    /// A user of the environment, or a session of a role of it, however entered and named.
    #[must_use]
    pub fn of(environment: &Environment, id: PrincipalId) -> Self {
        let principal = environment.principal(id);
        let (account, arn, unique_id) = (principal.account, principal.arn.clone(), principal.unique_id.clone());
        match principal.kind {
            PrincipalKind::User => Self::User { id: Some(id), account, arn, unique_id },
            PrincipalKind::Role => {
                Self::RoleSession { id: Some(id), account, role: arn, unique_id, session: SessionName::Unspecified }
            }
        }
    }

    /// Somebody in any account that is none of the input's, and somebody in each of the input's whose principals are not
    /// all collected.
    #[must_use]
    pub fn outside_accounts(environment: &Environment) -> Vec<Self> {
        let accounts = environment.accounts().map(|account| account.id);
        let partly = accounts.filter(|account| !environment.is_collected(*account)).map(Some);
        std::iter::once(None).chain(partly).map(Self::ExternalAccount).collect()
    }

    /// The caller outside the input that a principal element names one by one; `None` for accounts, everyone, who is in the
    /// input, and names of accounts whose principals are all among the input: there such a name is nobody (E30).
    #[must_use]
    pub fn outside(environment: &Environment, value: &PrincipalValue) -> Option<Self> {
        let outside = |arn: &Arn| {
            let known = environment.principal_by_arn(arn.as_str()).is_some();
            arn.account_id().filter(|account| !known && !environment.is_collected(*account))
        };
        Some(match value {
            PrincipalValue::User(arn) => {
                Self::User { id: None, account: outside(arn)?, arn: arn.clone(), unique_id: None }
            }
            PrincipalValue::Role(arn) => {
                let (account, session) = (outside(arn)?, SessionName::Unspecified);
                Self::RoleSession { id: None, account, role: arn.clone(), unique_id: None, session }
            }
            PrincipalValue::RoleSession { arn, role, session } => {
                let account = outside(arn).filter(|account| environment.role_by_name(*account, role).is_none())?;
                // The role's path does not show in a session's ARN (E19).
                let role = Arn::parse(&format!("arn:{}:iam::{account}:role/{role}", arn.partition())).ok()?;
                let session = SessionName::Known(session.clone());
                Self::RoleSession { id: None, account, role, unique_id: None, session }
            }
            PrincipalValue::FederatedUser(arn) => {
                Self::FederatedUser { account: arn.account_id()?, arn: arn.clone(), user: None }
            }
            PrincipalValue::Service(name) => Self::Service(name.clone()),
            PrincipalValue::Federated(provider) => Self::FederatedProvider(provider.clone()),
            // E36: whose id it is may be known.
            PrincipalValue::CanonicalUser(id) => match environment.account_of_canonical_user(id) {
                Some(account) if environment.is_collected(account) => return None,
                Some(account) => Self::ExternalAccount(Some(account)),
                None => Self::CanonicalUser(id.clone()),
            },
            PrincipalValue::OriginAccessIdentity(id) => Self::CanonicalUser(id.clone()),
            _ => return None,
        })
    }

    /// The caller's account, where it has one.
    #[must_use]
    pub fn account(&self) -> Option<AccountId> {
        match self {
            Self::ExternalAccount(account) => *account,
            Self::Root(account)
            | Self::User { account, .. }
            | Self::RoleSession { account, .. }
            | Self::FederatedUser { account, .. } => Some(*account),
            Self::Anonymous
            | Self::Service(_)
            | Self::FederatedProvider(_)
            | Self::IdentityCenterUser { .. }
            | Self::CanonicalUser(_) => None,
        }
    }

    /// The partition that the caller is of; a root user's is that of its account's users and roles, or
    /// of the input's.
    #[must_use]
    pub fn partition<'a>(&'a self, environment: &'a Environment) -> &'a str {
        match self {
            Self::User { arn, .. } | Self::RoleSession { role: arn, .. } | Self::FederatedUser { arn, .. } => {
                arn.partition()
            }
            _ => {
                let own = self.account().and_then(|account| environment.principals_of(account).next());
                let first = own.or_else(|| environment.principals().next());
                first.map_or("aws", |(_, principal)| principal.arn.partition())
            }
        }
    }

    /// The user or role of the environment.
    #[must_use]
    pub fn principal(&self) -> Option<PrincipalId> {
        match self {
            Self::User { id, .. } | Self::RoleSession { id, .. } => *id,
            _ => None,
        }
    }

    /// Whether requests are made under this name; a person of IAM Identity Center only enters roles.
    #[must_use]
    pub fn makes_requests(&self) -> bool {
        !matches!(self, Self::IdentityCenterUser { .. })
    }

    /// Whether this is a session of a service-linked role, which organization policies do not limit (E14, E98, E103).
    #[must_use]
    pub fn is_service_linked(&self) -> bool {
        matches!(self, Self::RoleSession { role, .. } if role.resource().starts_with("role/aws-service-role/"))
    }
}
