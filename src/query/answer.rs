//! The rows that queries answer with.

use std::collections::BTreeSet;
use std::fmt;

use crate::arn::AccountId;
use crate::condition::{Atom, Controller, Residual};
use crate::evaluate::{Assumption, Outcome, StatementRef};
use crate::model::Environment;
use crate::query::federation::Entrants;
use crate::request::{Caller, Credentials, SessionName};
use crate::service_reference::AccessLevel;

/// What kind of thing stands at the start of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum SubjectKind {
    /// An IAM user.
    User,
    /// A role: a session of it, however it was entered.
    Role,
    /// An account's root user.
    Root,
    /// An account that is not among the input: whoever it lets.
    ExternalAccount,
    /// A user of such an account.
    ExternalUser,
    /// A role of such an account.
    ExternalRole,
    /// A federated-user session of any account.
    FederatedUser,
    /// An AWS service.
    Service,
    /// A person in IAM Identity Center, by user name.
    IdentityCenterUser,
    /// An identity provider: whoever it vouches for.
    FederatedProvider,
    /// An unsigned request.
    Anonymous,
    /// An S3 canonical user or a CloudFront origin access identity.
    CanonicalUser,
}

impl SubjectKind {
    /// Every kind, in the order of the rows.
    pub const ALL: &'static [Self] = &[
        Self::User,
        Self::Role,
        Self::Root,
        Self::ExternalAccount,
        Self::ExternalUser,
        Self::ExternalRole,
        Self::FederatedUser,
        Self::Service,
        Self::IdentityCenterUser,
        Self::FederatedProvider,
        Self::Anonymous,
        Self::CanonicalUser,
    ];

    /// Kebab-case, as the outputs write it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Role => "role",
            Self::Root => "root",
            Self::ExternalAccount => "external-account",
            Self::ExternalUser => "external-user",
            Self::ExternalRole => "external-role",
            Self::FederatedUser => "federated-user",
            Self::Service => "service",
            Self::IdentityCenterUser => "identity-center-user",
            Self::FederatedProvider => "federated-provider",
            Self::Anonymous => "anonymous",
            Self::CanonicalUser => "canonical-user",
        }
    }

    /// Whether the subject is none of the input's own principals.
    #[must_use]
    pub fn is_external(self) -> bool {
        !matches!(self, Self::User | Self::Role | Self::Root | Self::IdentityCenterUser)
    }
}

impl fmt::Display for SubjectKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Who a row is about.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Subject {
    /// An ARN, an account id, a service's name, a provider, or `*` for everyone.
    pub name: Box<str>,
    /// What it is.
    pub kind: SubjectKind,
    /// Its account, where it has one.
    pub account: Option<AccountId>,
    /// The account's name, where the input has it.
    pub account_name: Option<Box<str>>,
    /// Whether it is a service-linked role, which only its service can use.
    pub service_linked: bool,
}

impl Subject {
    /// The subject of a state.
    #[must_use]
    pub fn of(environment: &Environment, caller: &Caller) -> Self {
        let (name, kind): (String, SubjectKind) = match caller {
            Caller::Root(account) => {
                (format!("arn:{}:iam::{account}:root", caller.partition(environment)), SubjectKind::Root)
            }
            Caller::User { arn, id, .. } => {
                (arn.to_string(), if id.is_some() { SubjectKind::User } else { SubjectKind::ExternalUser })
            }
            Caller::RoleSession { role, account, session, id, .. } => {
                let name = match session {
                    SessionName::Known(session) => {
                        let role_name = role.resource().rsplit('/').next().unwrap_or_default();
                        format!("arn:{}:sts::{account}:assumed-role/{role_name}/{session}", role.partition())
                    }
                    SessionName::Unspecified => role.to_string(),
                };
                (name, if id.is_some() { SubjectKind::Role } else { SubjectKind::ExternalRole })
            }
            Caller::FederatedUser { arn, .. } => (arn.to_string(), SubjectKind::FederatedUser),
            Caller::Anonymous => ("*".to_owned(), SubjectKind::Anonymous),
            Caller::Service(name) => (name.to_string(), SubjectKind::Service),
            Caller::FederatedProvider(name) => (name.to_string(), SubjectKind::FederatedProvider),
            Caller::IdentityCenterUser { name, .. } => (name.to_string(), SubjectKind::IdentityCenterUser),
            Caller::ExternalAccount(account) => {
                (account.map_or("*".to_owned(), |account| account.to_string()), SubjectKind::ExternalAccount)
            }
            Caller::CanonicalUser(name) => (name.to_string(), SubjectKind::CanonicalUser),
        };
        let account = caller.account();
        let account_name = account.and_then(|account| environment.account(account)?.name.clone());
        let service_linked = caller.is_service_linked();
        Self { name: name.into(), kind, account, account_name, service_linked }
    }
}

/// One step of a path: the credentials a walker holds next, and what it takes to get them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hop {
    /// The role's ARN.
    pub role: Box<str>,
    /// The call: `sts:AssumeRole`, `sts:AssumeRoleWithSAML`, `sts:AssumeRoleWithWebIdentity`.
    pub action: Box<str>,
    /// What the step gives: how the session came to be.
    pub credentials: Credentials,
    /// How long the session can last at most, in seconds: what the role allows, of a session entered out of a role's an hour
    /// (E146). `None` where the input does not tell, and where a service renews it.
    pub max_duration: Option<u32>,
    /// Whether it can be done by switching roles in the console, which passes nothing and always asks with the credentials
    /// of the sign-in: so a first step only (E147).
    pub console: bool,
    /// Allowed, allowed if, or unknown.
    pub outcome: Outcome,
    /// What the step requires: of the call, and of the first one what its caller's session has to carry.
    pub condition: Residual,
    /// What the step rests on.
    pub assumptions: Vec<Assumption>,
    /// The statements that allow it.
    pub statements: Vec<StatementRef>,
}

/// One answer: a subject, what it can do to a resource, how it gets there and under which condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessRow {
    /// Who.
    pub subject: Subject,
    /// The actions, as AWS writes them, sorted.
    pub actions: Vec<Box<str>>,
    /// The strongest access level among the actions, where the reference knows them.
    pub access_level: Option<AccessLevel>,
    /// The resource's ARN, or the pattern policies name.
    pub resource: Box<str>,
    /// Allowed, allowed if, or unknown; the weakest of the path's.
    pub outcome: Outcome,
    /// The credentials that the subject begins with.
    pub credentials: Credentials,
    /// The roles entered on the way, in order; empty for direct access.
    pub path: Vec<Hop>,
    /// How long the session at the end can last at most, in seconds: [`Hop::max_duration`] of the last step.
    pub max_duration: Option<u32>,
    /// Of an identity provider, or a service that hands roles on: who may come in, in words, and whether that is open to
    /// more than one's own.
    pub entrants: Option<Entrants>,
    /// What the last request requires; the hops have their own.
    pub condition: Residual,
    /// What the whole answer rests on, sorted, each once.
    pub assumptions: Vec<Assumption>,
    /// Why an unknown is unknown, sorted, each once.
    pub reasons: Vec<String>,
    /// The statements that decided the last request.
    pub statements: Vec<StatementRef>,
}

/// Something that an answer hangs on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Requirement {
    /// The user has to use temporary credentials: GetSessionToken or the console (E166).
    TemporaryCredentials,
    /// The user has to sign in with MFA: GetSessionToken, the console, or MFA given to AssumeRole itself (E166).
    Mfa,
    /// A condition, of whichever call of the path.
    Condition(Residual),
}

impl Requirement {
    /// What it takes to have credentials, beside being who they are of.
    #[must_use]
    pub fn of_credentials(credentials: Credentials) -> Option<Self> {
        match credentials {
            Credentials::MfaSession => Some(Self::Mfa),
            Credentials::SessionToken => Some(Self::TemporaryCredentials),
            _ => None,
        }
    }

    /// In whose hands it is.
    #[must_use]
    pub fn needs(&self) -> Needs {
        match self {
            Self::Mfa | Self::TemporaryCredentials => Needs::Caller,
            Self::Condition(condition) => Needs::of(condition),
        }
    }
}

impl fmt::Display for Requirement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Mfa => f.write_str("needs MFA"),
            Self::TemporaryCredentials => f.write_str("needs temporary credentials"),
            Self::Condition(condition) => condition.fmt(f),
        }
    }
}

/// In whose hands it is whether an answer holds, from the least that stands in the way to the most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Needs {
    /// Nothing is required: now.
    Nothing,
    /// The caller can see to it: sign in with MFA, give an external id, a session name, tags.
    Caller,
    /// It has to be a certain one: whom an identity provider vouches for, a session of a certain name.
    Identity,
    /// The circumstances: network, time, the resource, a service in between, or what another account allows.
    Environment,
    /// It is undecided: input is missing, or AWS's documents leave it open.
    Undecided,
}

impl Needs {
    /// Kebab-case, as the outputs write it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Nothing => "now",
            Self::Caller => "caller",
            Self::Identity => "identity",
            Self::Environment => "environment",
            Self::Undecided => "undecided",
        }
    }

    /// Of alternatives the least, of what all has to hold the most.
    fn of(condition: &Residual) -> Self {
        match condition {
            Residual::True => Self::Nothing,
            Residual::False => Self::Undecided,
            Residual::Atom(atom) | Residual::NotAtom(atom) => match (&**atom, atom.controller()) {
                (Atom::MissingInput(_) | Atom::Undocumented(_), _) => Self::Undecided,
                (_, Some(Controller::Caller)) => Self::Caller,
                (_, Some(Controller::Identity)) => Self::Identity,
                _ => Self::Environment,
            },
            Residual::All(parts) => parts.iter().map(Self::of).max().unwrap_or(Self::Nothing),
            Residual::Any(parts) => parts.iter().map(Self::of).min().unwrap_or(Self::Nothing),
        }
    }
}

impl AccessRow {
    /// Whether the subject first has to sign in with MFA for this path.
    #[must_use]
    pub fn needs_mfa(&self) -> bool {
        self.credentials == Credentials::MfaSession
    }

    /// All that the answer hangs on, each once: a condition that several calls of the path have counts once, for between
    /// them a caller keeps what it knows and can stay where it is.
    #[must_use]
    pub fn requirements(&self) -> BTreeSet<Requirement> {
        let of_hops = self.path.iter().flat_map(|hop| hop.condition.conjuncts());
        let conditions = of_hops.chain(self.condition.conjuncts()).cloned().map(Requirement::Condition);
        Requirement::of_credentials(self.credentials).into_iter().chain(conditions).collect()
    }

    /// In whose hands it is whether the answer holds: the most of what it requires.
    #[must_use]
    pub fn needs(&self) -> Needs {
        self.requirements().iter().map(Requirement::needs).max().unwrap_or(Needs::Nothing)
    }

    /// Adds what further requests of the row rest on.
    pub(crate) fn also_assume(&mut self, assumptions: &[Assumption]) {
        self.assumptions.extend(assumptions.iter().cloned());
        self.assumptions.sort();
        self.assumptions.dedup();
    }
}
