//! IAM Identity Center: its permission sets, its people and groups, and who is assigned what in which account (E15).

use std::collections::BTreeMap;

use crate::arn::AccountId;
use crate::model::Collected;

/// What a listing names, and whether that is all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed<T> {
    /// What is known, sorted, each once.
    pub items: Vec<T>,
    /// Present: there is nothing else. Unknown: there may be more, for this reason. Not collected: nobody asked for it, or
    /// not to the end.
    pub all: Collected<()>,
}

impl<T> Default for Listed<T> {
    fn default() -> Self {
        Self { items: Vec::new(), all: Collected::NotCollected }
    }
}

impl<T> Listed<T> {
    /// Takes in that something else, on which this listing rests, is not whole. What is unknown outweighs what was not
    /// collected, and every reason is kept.
    pub fn rest_on(&mut self, other: &Collected<()>) {
        self.all = match (std::mem::take(&mut self.all), other) {
            (Collected::Unknown(known), Collected::Unknown(reason)) if !known.contains(reason.as_str()) => {
                Collected::Unknown(format!("{known}; {reason}"))
            }
            (unknown @ Collected::Unknown(_), _) => unknown,
            (_, unknown @ Collected::Unknown(_)) => unknown.clone(),
            (Collected::NotCollected, _) | (_, Collected::NotCollected) => Collected::NotCollected,
            (whole, _) => whole,
        };
    }
}

/// An instance of IAM Identity Center.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Instance {
    /// `arn:aws:sso:::instance/ssoins-…`.
    pub arn: Box<str>,
    /// The identity store in which its people are: `d-…`.
    pub identity_store: Option<Box<str>>,
    /// The account that owns it: the management account, or the only one that an account instance serves.
    pub owner: Option<AccountId>,
}

/// A permission set, of which there is a role in every account where it is assigned.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PermissionSet {
    /// Its name, which is within the names of its roles. Absent: the permission set is gone.
    pub name: Collected<Box<str>>,
    /// Why accounts of which no assignment is told may have one all the same.
    pub accounts_unknown: Option<Box<str>>,
}

/// Whether a person may sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UserStatus {
    /// `ENABLED`.
    Enabled,
    /// `DISABLED`: no new session can be had; one that is open lasts to its end.
    Disabled,
}

/// A person, as the identity store has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdentityUser {
    /// Its id, unique among all identity stores.
    pub id: Box<str>,
    /// The name by which it signs in.
    pub name: Option<Box<str>>,
    /// The name to show.
    pub display_name: Option<Box<str>>,
    /// Whether it may sign in, where the answer has it.
    pub status: Option<UserStatus>,
}

impl IdentityUser {
    /// The name of the sessions of roles that this person has by Identity Center: the user name, after which
    /// `aws:userid` is matched (IAM Identity Center User Guide, "Deny user access with Service Control Policies"). `None`
    /// when the user name is not known, or is none that a session can have (`[\w+=,.@-]{2,64}`, AWS STS API Reference,
    /// `AssumeRoleWithSAML`): what stands in its place is not documented.
    #[must_use]
    pub fn session_name(&self) -> Option<&str> {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"_+=,.@-".contains(&byte);
        self.name.as_deref().filter(|name| (2..=64).contains(&name.len()) && name.bytes().all(fits))
    }
}

/// A group of people. There are no groups in groups.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct IdentityGroup {
    /// Its id, unique among all identity stores.
    pub id: Box<str>,
    /// Its name, where a listing has it.
    pub name: Option<Box<str>>,
    /// The ids of its members.
    pub members: Listed<Box<str>>,
}

/// Whom a permission set is assigned to, by id.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Assignee {
    /// One person.
    User(Box<str>),
    /// Every member of a group.
    Group(Box<str>),
}

/// What was collected of IAM Identity Center.
#[derive(Debug, Clone, Default)]
pub struct IdentityCenter {
    /// The instances; none at all may mean that another Region was asked.
    pub instances: Listed<Instance>,
    /// Permission sets, by ARN.
    pub permission_sets: BTreeMap<Box<str>, PermissionSet>,
    /// Whether these are all.
    pub permission_sets_listed: Collected<()>,
    /// People, by id.
    pub users: BTreeMap<Box<str>, IdentityUser>,
    /// Whether these are all.
    pub users_listed: Collected<()>,
    /// Groups, by id: those that were listed, and those that are only assigned something or have members.
    pub groups: BTreeMap<Box<str>, IdentityGroup>,
    /// Assignments, by account and the permission set's ARN.
    pub assignments: BTreeMap<(AccountId, Box<str>), Listed<Assignee>>,
    /// Why there may be assignments beside those, of any account.
    pub assignments_unknown: Option<Box<str>>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn e15_the_name_of_a_persons_session() {
        let check = |name: Option<&str>, expected: Option<&str>| {
            let user = IdentityUser { id: "u".into(), name: name.map(Into::into), display_name: None, status: None };
            assert_eq!(user.session_name(), expected, "{name:?}");
        };
        check(Some("ana@example.com"), Some("ana@example.com"));
        check(Some("a_b+c=d,e.f-g"), Some("a_b+c=d,e.f-g"));
        check(Some(&"x".repeat(64)), Some(&"x".repeat(64)));
        check(Some(&"x".repeat(65)), None);
        check(Some("x"), None);
        check(Some("EXAMPLE\\ana"), None);
        check(Some("åsa@example.com"), None);
        check(None, None);
    }

    #[test]
    fn e185_a_listing_is_as_whole_as_what_it_rests_on() {
        let (whole, open) = (Collected::Present(()), Collected::NotCollected);
        let unknown = |reason: &str| Collected::Unknown(reason.to_owned());
        let check = |first: &Collected<()>, second: &Collected<()>, expected: Collected<()>| {
            let mut listed = Listed::<()> { items: Vec::new(), all: first.clone() };
            listed.rest_on(second);
            assert_eq!(listed.all, expected, "{first:?} {second:?}");
        };
        check(&whole, &whole, Collected::Present(()));
        check(&whole, &open, Collected::NotCollected);
        check(&open, &whole, Collected::NotCollected);
        check(&open, &unknown("a"), unknown("a"));
        check(&unknown("a"), &open, unknown("a"));
        check(&unknown("a"), &unknown("b"), unknown("a; b"));
        check(&unknown("a"), &unknown("a"), unknown("a"));
    }
}
