//! Who may enter a role of IAM Identity Center, person by person (E15).

use crate::arn::AccountId;
use crate::model::{
    Assignee, Collected, Environment, IdentityCenter, IdentityGroup, IdentityUser, Listed, PrincipalId, UserStatus,
};

/// One way by which a person may enter a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entrant<'e> {
    /// The person's id.
    pub id: &'e str,
    /// The person; `None` when no listing has that id, as after a person was deleted.
    pub user: Option<&'e IdentityUser>,
    /// The group that the role is assigned to; `None` when it is assigned to the person itself.
    pub group: Option<&'e IdentityGroup>,
}

impl<'e> Entrant<'e> {
    /// The user name, or the id where that is not known.
    #[must_use]
    pub fn name(&self) -> &'e str {
        self.user.and_then(|user| user.name.as_deref()).unwrap_or(self.id)
    }

    /// Whether this is a person who cannot sign in, and so opens no new session.
    #[must_use]
    pub fn is_disabled(&self) -> bool {
        self.user.is_some_and(|user| user.status == Some(UserStatus::Disabled))
    }

    /// Persons by name; of the ways of one person its own assignment first, then by the group's name.
    fn order(&self) -> (&'e str, &'e str, Option<(Option<&'e str>, &'e str)>) {
        (self.name(), self.id, self.group.map(|group| (group.name.as_deref(), &*group.id)))
    }
}

impl Environment {
    /// The people who may enter a role of IAM Identity Center, in the order of their names, each once for every way, and
    /// whether these are all; `None` for any other principal. People who are disabled are among them.
    ///
    /// The permission set is found by its name, which is within the role's, among those of the role's account (E15).
    ///
    /// # Panics
    /// When the number is not one of this environment's.
    #[must_use]
    pub fn people_of(&self, role: PrincipalId) -> Option<Listed<Entrant<'_>>> {
        let principal = self.principal(role);
        if !principal.is_identity_center() {
            return None;
        }
        let Some(name) = principal.permission_set() else {
            let reason = format!("the name of role `{}` holds no name of a permission set", principal.name);
            return Some(Listed { items: Vec::new(), all: Collected::Unknown(reason) });
        };
        let mut people = self.identity_center().people_of(principal.account, name);
        let mut others = self.principals_of(principal.account).filter(|(id, _)| *id != role);
        if others.any(|(_, other)| other.permission_set() == Some(name)) {
            // One of them is left over; its trust policy is the same.
            let reason = format!("account {} has several roles of permission set `{name}`", principal.account);
            people.rest_on(&Collected::Unknown(reason));
        }
        Some(people)
    }
}

impl IdentityCenter {
    fn people_of(&self, account: AccountId, name: &str) -> Listed<Entrant<'_>> {
        let set = match self.permission_set(account, name) {
            Ok(set) => set,
            Err(all) => return Listed { items: Vec::new(), all },
        };
        let Some(assignments) = self.assignments.get(&(account, set.into())) else {
            return Listed { items: Vec::new(), all: self.unassigned(set) };
        };
        let mut people = Listed { items: Vec::new(), all: assignments.all.clone() };
        if assignments.all == Collected::NotCollected {
            people.rest_on(&self.unassigned(set));
        }
        for assignee in &assignments.items {
            match assignee {
                Assignee::User(id) => people.items.push(self.entrant(id, None)),
                Assignee::Group(id) => {
                    let Some(group) = self.groups.get(id) else {
                        people.rest_on(&Collected::NotCollected);
                        continue;
                    };
                    let members = group.members.items.iter().map(|member| self.entrant(member, Some(group)));
                    people.items.extend(members);
                    people.rest_on(&group.members.all);
                }
            }
        }
        people.items.sort_by(|a, b| a.order().cmp(&b.order()));
        people
    }

    fn entrant<'e>(&'e self, id: &'e str, group: Option<&'e IdentityGroup>) -> Entrant<'e> {
        Entrant { id, user: self.users.get(id), group }
    }

    /// The ARN of the permission set of that name, else why it is not known. Names are unique within an instance; where
    /// several instances were collected, the one that is assigned in the account is meant.
    fn permission_set(&self, account: AccountId, name: &str) -> Result<&str, Collected<()>> {
        let sets = self.permission_sets.iter();
        let named = sets.filter(|(_, set)| set.name.present().is_some_and(|found| **found == *name));
        let named: Vec<&str> = named.map(|(arn, _)| &**arn).collect();
        let here = |arn: &str| self.assignments.contains_key(&(account, arn.into()));
        let assigned: Vec<&str> = named.iter().copied().filter(|arn| here(arn)).collect();
        match (named.as_slice(), assigned.as_slice()) {
            ([one], _) | (_, [one]) => Ok(one),
            ([], _) => Err(self.unnamed(name)),
            _ => Err(Collected::Unknown(format!("several permission sets are named `{name}`"))),
        }
    }

    /// Why no permission set has that name.
    fn unnamed(&self, name: &str) -> Collected<()> {
        let mut found = Listed::<()> { items: Vec::new(), all: self.permission_sets_listed.clone() };
        found.rest_on(&self.instances_asked());
        let names = || self.permission_sets.values().map(|set| &set.name);
        if let Some(Collected::Unknown(reason)) = names().find(|name| matches!(name, Collected::Unknown(_))) {
            found.rest_on(&Collected::Unknown(reason.clone()));
        }
        if names().any(|name| *name == Collected::NotCollected) {
            found.rest_on(&Collected::NotCollected);
        }
        match found.all {
            Collected::Present(()) => Collected::Unknown(format!("no permission set is named `{name}`")),
            open => open,
        }
    }

    /// A listing of instances that failed leaves the rest unknown; that it was not kept says nothing.
    fn instances_asked(&self) -> Collected<()> {
        match &self.instances.all {
            unknown @ Collected::Unknown(_) => unknown.clone(),
            Collected::Present(()) if self.instances.items.is_empty() => {
                Collected::Unknown("no instance of IAM Identity Center is in the Region that was asked".to_owned())
            }
            _ => Collected::Present(()),
        }
    }

    /// What is known of the assignments of a permission set in an account of which none were listed to the end.
    fn unassigned(&self, set: &str) -> Collected<()> {
        let of_set = self.permission_sets.get(set).and_then(|set| set.accounts_unknown.as_deref());
        of_set
            .or(self.assignments_unknown.as_deref())
            .map_or(Collected::NotCollected, |reason| Collected::Unknown(reason.to_owned()))
    }
}
