//! Users, roles and groups.

use crate::arn::{AccountId, Arn};
use crate::model::{Collected, HeldCredentials, PolicyId, Tag};

/// The number of a user or role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PrincipalId(pub(crate) u32);

/// The number of a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct GroupId(pub(crate) u32);

/// Whether a principal is a user or a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PrincipalKind {
    /// An IAM user.
    User,
    /// An IAM role.
    Role,
}

/// A user or a role.
#[derive(Debug, Clone)]
pub struct Principal {
    /// Its ARN, path included.
    pub arn: Arn,
    /// Its account.
    pub account: AccountId,
    /// User or role.
    pub kind: PrincipalKind,
    /// Its name, without the path.
    pub name: Box<str>,
    /// Its unique id, `AIDA…` or `AROA…`.
    pub unique_id: Option<Box<str>>,
    /// Its tags; not collected: unknown, for the listings of roles do not give them.
    pub tags: Collected<Vec<Tag>>,
    /// The groups it is in (users).
    pub groups: Vec<GroupId>,
    /// Its own identity policies, inline and managed; those of its groups are on the groups.
    pub policies: Vec<PolicyId>,
    /// Its permissions boundary, or a [nameless policy](crate::model::Policy::is_nameless) where there may be one.
    pub boundary: Option<PolicyId>,
    /// Its trust policy (roles).
    pub trust: Option<PolicyId>,
    /// What it signs in and signs requests with (users); a role has nothing of its own.
    pub credentials: HeldCredentials,
    /// The longest session it gives, in seconds, from 3,600 to 43,200 (roles, E146). Authorization details do not tell it
    /// (E186); of files that disagree the longest counts.
    pub max_session_duration: Collected<u32>,
}

impl Principal {
    /// Whether this is a service-linked role (E14).
    #[must_use]
    pub fn is_service_linked(&self) -> bool {
        self.kind == PrincipalKind::Role && self.arn.resource().starts_with("role/aws-service-role/")
    }

    /// Whether this is a role of IAM Identity Center (E15).
    #[must_use]
    pub fn is_identity_center(&self) -> bool {
        self.kind == PrincipalKind::Role && self.arn.resource().starts_with("role/aws-reserved/sso.amazonaws.com/")
    }

    /// The name of the permission set that this role of IAM Identity Center was made for (E15). The role's name is
    /// `AWSReservedSSO_NAME_` with sixteen hexadecimal digits, and holds the name whole: that has at most 32 characters
    /// (IAM Identity Center API Reference, `PermissionSet`), and a role's may have 64.
    #[must_use]
    pub fn permission_set(&self) -> Option<&str> {
        let generated = self.is_identity_center().then_some(&*self.name)?;
        let (name, suffix) = generated.strip_prefix("AWSReservedSSO_")?.rsplit_once('_')?;
        let is_suffix = suffix.len() == 16 && suffix.bytes().all(|byte| byte.is_ascii_hexdigit());
        (is_suffix && !name.is_empty()).then_some(name)
    }
}

/// A group of users.
#[derive(Debug, Clone)]
pub struct Group {
    /// Its ARN.
    pub arn: Arn,
    /// Its account.
    pub account: AccountId,
    /// Its name, without the path.
    pub name: Box<str>,
    /// Its identity policies, inline and managed.
    pub policies: Vec<PolicyId>,
}
