//! The identity store: its people, its groups, and who is in which.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostic::{Diagnostic, Origin};
use crate::load::Input;
use crate::load::identity_center::pages::{Pages, joined};
use crate::load::identity_center::{disagree, extent, keyed};
use crate::load::node::{Fields, Node};
use crate::model::{Assignee, Collected, IdentityCenter, IdentityGroup, IdentityUser, UserStatus};

pub(super) const USERS_CALL: &str = "identitystore-list-users";
pub(super) const GROUPS_CALL: &str = "identitystore-list-groups";
pub(super) const MEMBERSHIPS_CALL: &str = "identitystore-list-group-memberships";

/// What the files say of identity stores, brought together.
#[derive(Debug, Default)]
pub(super) struct People {
    users: BTreeMap<Box<str>, IdentityUser>,
    /// The ids that each identity store lists.
    pub(super) user_pages: BTreeMap<Box<str>, Pages<Box<str>>>,
    groups: BTreeMap<Box<str>, Option<Box<str>>>,
    pub(super) group_pages: BTreeMap<Box<str>, Pages<Box<str>>>,
    pub(super) members: BTreeMap<Box<str>, Pages<Box<str>>>,
    /// Why a group may have members beside those, whichever group.
    members_unknown: Option<String>,
    /// Where an id first stands without being described.
    mentions: BTreeMap<Box<str>, Origin>,
}

/// What two files agree on.
fn agreed<T: PartialEq>(one: Option<T>, other: Option<T>) -> Option<T> {
    if one == other { one } else { None }
}

impl People {
    pub(super) fn mention(&mut self, id: &str, node: &Node<'_>) {
        self.mentions.entry(id.into()).or_insert_with(|| node.place());
    }

    /// `identitystore list-users`.
    pub(super) fn users(&mut self, diagnostics: &mut Vec<Diagnostic>, input: &Input, fields: &Fields<'_>) {
        let (ids, broken) = entries(diagnostics, fields, "Users", "UserId", |fields, id| {
            let text = |key: &str| fields.text(key).map(Box::from);
            let (status, diagnostic) = status(fields);
            let user =
                IdentityUser { id: id.into(), name: text("UserName"), display_name: text("DisplayName"), status };
            let Some(known) = self.users.get_mut(id) else {
                self.users.insert(id.into(), user);
                return diagnostic;
            };
            if *known == user {
                return diagnostic;
            }
            known.name = agreed(known.name.take(), user.name);
            known.display_name = agreed(known.display_name.take(), user.display_name);
            known.status = agreed(known.status.take(), user.status);
            Some(twice(fields, "user", id))
        });
        diagnostics.extend(page(&mut self.user_pages, input, fields, ("Users", USERS_CALL), ids, broken));
    }

    /// `identitystore list-groups`.
    pub(super) fn groups(&mut self, diagnostics: &mut Vec<Diagnostic>, input: &Input, fields: &Fields<'_>) {
        let (ids, broken) = entries(diagnostics, fields, "Groups", "GroupId", |fields, id| {
            let name = fields.text("DisplayName").map(Box::from);
            let Some(known) = self.groups.get_mut(id) else {
                self.groups.insert(id.into(), name);
                return None;
            };
            if *known == name {
                return None;
            }
            *known = None;
            Some(twice(fields, "group", id))
        });
        diagnostics.extend(page(&mut self.group_pages, input, fields, ("Groups", GROUPS_CALL), ids, broken));
    }

    /// `identitystore list-group-memberships`, and what has the same shape.
    pub(super) fn memberships(&mut self, diagnostics: &mut Vec<Diagnostic>, input: &Input, fields: &Fields<'_>) {
        let by_place = input.layout.item.as_deref().filter(|_| input.layout.operation == MEMBERSHIPS_CALL);
        let by_place: Option<Box<str>> = by_place.map(Into::into);
        let mut entries = Vec::new();
        for node in fields.list("GroupMemberships") {
            let entry = node.fields().ok();
            let group =
                entry.as_ref().and_then(|entry| entry.text("GroupId")).map(Box::from).or_else(|| by_place.clone());
            let member = entry.and_then(|entry| entry.get("MemberId")?.fields().ok()?.text("UserId"));
            entries.push(match (group, member) {
                (Some(group), Some(member)) => {
                    self.mention(&member, &node);
                    Ok((group, member.into()))
                }
                (group, _) => {
                    Err((group, node.malformed("a membership needs `GroupId` and the `UserId` of its `MemberId`")))
                }
            });
        }
        let describe = |group: &_| format!("who is in group `{group}`");
        let unplaced = keyed(diagnostics, &mut self.members, &fields.node, by_place, extent(fields), entries, describe);
        self.members_unknown = self.members_unknown.take().or(unplaced);
    }

    /// Puts the people and the groups into `center`, and says which ids no listing has.
    pub(super) fn finish(mut self, diagnostics: &mut Vec<Diagnostic>, center: &mut IdentityCenter) {
        center.users_listed = joined(self.user_pages).all;
        let groups_listed = joined(self.group_pages).all;
        let assignees = center.assignments.values().flat_map(|listed| &listed.items);
        let assigned = assignees.filter_map(|assignee| match assignee {
            Assignee::Group(id) => Some(id),
            Assignee::User(_) => None,
        });
        let ids: BTreeSet<Box<str>> = self.groups.keys().chain(self.members.keys()).chain(assigned).cloned().collect();
        for id in ids {
            let mut members = self.members.remove(&id).unwrap_or_default().listed();
            let origin = self.mentions.remove(&id);
            if groups_listed == Collected::Present(()) && !self.groups.contains_key(&id) {
                let diagnostic = unlisted("group", &id, origin);
                if members.all == Collected::NotCollected {
                    members.all = Collected::Unknown(diagnostic.message.clone());
                }
                diagnostics.push(diagnostic);
            }
            if let Some(reason) = self.members_unknown.as_ref().filter(|_| members.all == Collected::NotCollected) {
                members.all = Collected::Unknown(reason.clone());
            }
            let name = self.groups.remove(&id).flatten();
            center.groups.insert(id.clone(), IdentityGroup { id, name, members });
        }
        center.users = self.users;
        if center.users_listed == Collected::Present(()) {
            for (id, origin) in self.mentions.into_iter().filter(|(id, _)| !center.users.contains_key(id)) {
                diagnostics.push(unlisted("user", &id, Some(origin)));
            }
        }
    }
}

fn status(fields: &Fields<'_>) -> (Option<UserStatus>, Option<Diagnostic>) {
    match fields.text("UserStatus").as_deref() {
        Some("ENABLED") => (Some(UserStatus::Enabled), None),
        Some("DISABLED") => (Some(UserStatus::Disabled), None),
        Some(other) => {
            let message =
                format!("`{other}` is no `UserStatus` that is known: whether the user may sign in is unknown");
            (None, Some(Diagnostic::warning("unknown-user-status", message).at(fields.node.origin())))
        }
        None => (None, None),
    }
}

fn twice(fields: &Fields<'_>, what: &str, id: &str) -> Diagnostic {
    let message = format!("{what} `{id}` of the identity store is another in an earlier file: what differs is unknown");
    Diagnostic::error("duplicate-identity", message).at(fields.node.origin())
}

fn unlisted(what: &str, id: &str, origin: Option<Origin>) -> Diagnostic {
    let message = format!("{what} `{id}` is not among the {what}s that the identity store lists");
    let diagnostic = Diagnostic::warning("unlisted-identity", message).with_hint("it may have been deleted");
    match origin {
        Some(origin) => diagnostic.at(origin),
        None => diagnostic,
    }
}

/// Reads the entries of a list. Gives the ids, and why some entry has none.
fn entries(
    diagnostics: &mut Vec<Diagnostic>,
    fields: &Fields<'_>,
    key: &str,
    id_key: &str,
    mut read: impl FnMut(&Fields<'_>, &str) -> Option<Diagnostic>,
) -> (BTreeSet<Box<str>>, Option<String>) {
    let (mut ids, mut broken) = (BTreeSet::new(), None);
    for node in fields.list(key) {
        let Some((id, entry)) = node.fields().ok().and_then(|entry| Some((entry.text(id_key)?, entry))) else {
            let diagnostic = node.malformed(format!("an entry of `{key}` needs `{id_key}`"));
            broken.get_or_insert_with(|| diagnostic.message.clone());
            diagnostics.push(diagnostic);
            continue;
        };
        diagnostics.extend(read(&entry, &id));
        ids.insert(id.into());
    }
    (ids, broken)
}

/// Puts the ids of a page beside those of the same identity store.
fn page(
    stores: &mut BTreeMap<Box<str>, Pages<Box<str>>>,
    input: &Input,
    fields: &Fields<'_>,
    (key, call): (&str, &str),
    ids: BTreeSet<Box<str>>,
    broken: Option<String>,
) -> Option<Diagnostic> {
    let by_entry = fields.list(key).into_iter().find_map(|node| node.fields().ok()?.text("IdentityStoreId"));
    let by_place = || input.layout.item.clone().filter(|_| input.layout.operation == call);
    let store = by_entry.or_else(by_place).unwrap_or_default();
    let pages = stores.entry(store.into()).or_default();
    let agrees = pages.add(ids, extent(fields));
    if let Some(reason) = broken {
        pages.break_off(&reason);
    }
    (!agrees).then(|| disagree(&format!("`{key}` of the identity store"), &fields.node))
}
