//! Which answer of IAM Identity Center or of its identity store a file is.

use crate::load::layout::Layout;
use crate::load::node::Fields;

/// An answer of IAM Identity Center.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::load) enum Answer {
    Instances,
    PermissionSets,
    PermissionSet,
    Assignments,
    Users,
    Groups,
    Memberships,
}

impl Answer {
    /// The call that prints it.
    pub(in crate::load) fn name(self) -> &'static str {
        match self {
            Self::Instances => "sso-admin list-instances",
            Self::PermissionSets => "sso-admin list-permission-sets",
            Self::PermissionSet => "sso-admin describe-permission-set",
            Self::Assignments => "sso-admin list-account-assignments",
            Self::Users => "identitystore list-users",
            Self::Groups => "identitystore list-groups",
            Self::Memberships => "identitystore list-group-memberships",
        }
    }
}

/// Which answer it is. Users, groups and instances are also what other services have: an entry tells, and for an empty
/// list the place.
pub(in crate::load) fn detect(fields: &Fields<'_>, layout: &Layout) -> Option<Answer> {
    let first = |key: &str| fields.list(key).into_iter().next().and_then(|node| node.fields().ok());
    let is = |key: &str, call: &str, of_entry: fn(&Fields<'_>) -> bool| {
        fields.has(key) && first(key).map_or_else(|| layout.operation == call, |entry| of_entry(&entry))
    };
    let has = |key| fields.has(key);
    if has("AccountAssignments") {
        Some(Answer::Assignments)
    } else if has("PermissionSets") {
        Some(Answer::PermissionSets)
    } else if has("PermissionSet") {
        Some(Answer::PermissionSet)
    } else if has("GroupMemberships") {
        Some(Answer::Memberships)
    } else if is("Instances", "sso-admin-list-instances", |entry| entry.has("InstanceArn")) {
        Some(Answer::Instances)
    } else if is("Users", "identitystore-list-users", |entry| entry.has("UserId") && !entry.has("Arn")) {
        Some(Answer::Users)
    } else if is("Groups", "identitystore-list-groups", |entry| entry.has("GroupId") && !entry.has("Arn")) {
        Some(Answer::Groups)
    } else {
        None
    }
}
