//! IAM Identity Center and its identity store, as their calls print them: permission sets, people, groups, assignments (E15).
//!
//! Answers that are made for one thing stand in a folder named for the call, in a file named for the thing: an instance,
//! an identity store, a permission set, a group; for assignments `ACCOUNT.PERMISSION-SET-ARN`.

mod format;
mod pages;
mod people;

use std::collections::{BTreeMap, BTreeSet};

use crate::arn::AccountId;
use crate::diagnostic::Diagnostic;
use crate::load::Input;
use crate::load::builder::Builder;
use crate::load::identity_center::pages::{Extent, Pages, joined};
use crate::load::identity_center::people::{GROUPS_CALL, MEMBERSHIPS_CALL, People, USERS_CALL};
use crate::load::node::{Fields, Node};
use crate::load::roles::cut_off;
use crate::model::{Assignee, Collected, IdentityCenter, Instance, PermissionSet};

pub(super) use crate::load::identity_center::format::{Answer, detect};

const INSTANCES_CALL: &str = "sso-admin-list-instances";
const SETS_CALL: &str = "sso-admin-list-permission-sets";
const SET_CALL: &str = "sso-admin-describe-permission-set";
const ACCOUNTS_CALL: &str = "sso-admin-list-accounts-for-provisioned-permission-set";
const ASSIGNMENTS_CALL: &str = "sso-admin-list-account-assignments";
const OF_PRINCIPAL_CALL: &str = "sso-admin-list-account-assignments-for-principal";

/// An account, and the ARN of a permission set.
type Place = (AccountId, Box<str>);

/// What the files say of IAM Identity Center, brought together.
#[derive(Debug, Default)]
pub(super) struct Draft {
    instances: BTreeMap<Box<str>, Pages<Instance>>,
    sets: BTreeMap<Box<str>, PermissionSet>,
    set_pages: BTreeMap<Box<str>, Pages<Box<str>>>,
    assignments: BTreeMap<Place, Pages<Assignee>>,
    assignments_unknown: Option<Box<str>>,
    people: People,
}

/// Reads one file.
pub(super) fn read(builder: &mut Builder, input: &Input, answer: Answer) {
    let Ok(fields) = input.root().fields() else { return };
    let Builder { identity_center: draft, diagnostics, .. } = builder;
    match answer {
        Answer::Instances => draft.instances(diagnostics, input, &fields),
        Answer::PermissionSets => draft.permission_sets(diagnostics, input, &fields),
        Answer::PermissionSet => draft.permission_set(diagnostics, input, &fields),
        Answer::Assignments => draft.assignments(diagnostics, input, &fields),
        Answer::Users => draft.people.users(diagnostics, input, &fields),
        Answer::Groups => draft.people.groups(diagnostics, input, &fields),
        Answer::Memberships => draft.people.memberships(diagnostics, input, &fields),
    }
    if fields.is_cut() {
        diagnostics.push(cut_off(&fields.node));
    }
}

impl Draft {
    /// `sso-admin list-instances`. Each Region has its own answer, so one file never contradicts another.
    fn instances(&mut self, diagnostics: &mut Vec<Diagnostic>, input: &Input, fields: &Fields<'_>) {
        let mut found = BTreeSet::new();
        let pages = self.instances.entry((&*input.file).into()).or_default();
        for node in fields.list("Instances") {
            let text = |key: &str| node.fields().ok().and_then(|fields| fields.text(key));
            let Some(arn) = text("InstanceArn") else {
                let diagnostic = node.malformed("an instance needs `InstanceArn`");
                pages.break_off(&diagnostic.message);
                diagnostics.push(diagnostic);
                continue;
            };
            let owner = text("OwnerAccountId").and_then(|id| AccountId::parse(&id));
            found.insert(Instance { arn: arn.into(), identity_store: text("IdentityStoreId").map(Into::into), owner });
        }
        pages.add(found, extent(fields));
    }

    /// `sso-admin list-permission-sets`, and what has the same shape.
    fn permission_sets(&mut self, diagnostics: &mut Vec<Diagnostic>, input: &Input, fields: &Fields<'_>) {
        let of_instance = input.layout.operation == SETS_CALL;
        let instance = input.layout.item.as_deref().filter(|_| of_instance).unwrap_or_default();
        let (mut found, mut broken) = (BTreeSet::new(), None);
        for node in fields.list("PermissionSets") {
            if let Some(arn) = node.text() {
                self.sets.entry(arn.as_str().into()).or_default();
                found.insert(arn.into());
            } else {
                let diagnostic = node.malformed("expected the ARN of a permission set");
                broken.get_or_insert_with(|| diagnostic.message.clone());
                diagnostics.push(diagnostic);
            }
        }
        let pages = self.set_pages.entry(instance.into()).or_default();
        if !pages.add(found, if of_instance { extent(fields) } else { Extent::Some }) {
            diagnostics.push(disagree("the permission sets", &fields.node));
        }
        if let Some(reason) = broken {
            pages.break_off(&reason);
        }
    }

    /// `sso-admin describe-permission-set`.
    fn permission_set(&mut self, diagnostics: &mut Vec<Diagnostic>, input: &Input, fields: &Fields<'_>) {
        let entry = fields.get("PermissionSet").and_then(|node| node.fields().ok());
        let text = |key: &str| entry.as_ref().and_then(|entry| entry.text(key));
        let by_place = || input.layout.item.clone().filter(|_| input.layout.operation == SET_CALL);
        let Some(arn) = text("PermissionSetArn").or_else(by_place) else {
            diagnostics.push(fields.node.malformed("the permission set has no `PermissionSetArn`"));
            return;
        };
        let set = self.sets.entry(arn.as_str().into()).or_default();
        let name = match text("Name") {
            Some(name) => Collected::Present(name.into()),
            None => {
                let diagnostic = fields.node.malformed(format!("permission set `{arn}` has no `Name`"));
                let reason = diagnostic.message.clone();
                diagnostics.push(diagnostic);
                Collected::Unknown(reason)
            }
        };
        if set.name == Collected::NotCollected {
            set.name = name;
        } else if set.name != name && !matches!(set.name, Collected::Unknown(_)) {
            let diagnostic = disagree(&format!("the name of permission set `{arn}`"), &fields.node);
            set.name = Collected::Unknown(diagnostic.message.clone());
            diagnostics.push(diagnostic);
        }
    }

    /// `sso-admin list-account-assignments`, and what has the same shape.
    fn assignments(&mut self, diagnostics: &mut Vec<Diagnostic>, input: &Input, fields: &Fields<'_>) {
        let by_place = input.layout.item.as_deref().filter(|_| input.layout.operation == ASSIGNMENTS_CALL);
        let by_place = by_place.and_then(place);
        let entries: Vec<_> = fields.list("AccountAssignments").iter().map(|node| self.assignment(node)).collect();
        let describe = |(account, set): &Place| format!("who is assigned permission set `{set}` in account {account}");
        let unplaced =
            keyed(diagnostics, &mut self.assignments, &fields.node, by_place, extent(fields), entries, describe);
        self.assignments_unknown = self.assignments_unknown.take().or(unplaced.map(Into::into));
    }

    fn assignment(&mut self, node: &Node<'_>) -> Entry<Place, Assignee> {
        let fields = node.fields().ok();
        let text = |key: &str| fields.as_ref().and_then(|fields| fields.text(key));
        let account = text("AccountId").and_then(|id| AccountId::parse(&id));
        let key = account.zip(text("PermissionSetArn").map(Box::from));
        let id: Option<Box<str>> = text("PrincipalId").map(Into::into);
        let assignee = match (text("PrincipalType").as_deref(), id) {
            (Some("USER"), Some(id)) => Some(Assignee::User(id)),
            (Some("GROUP"), Some(id)) => Some(Assignee::Group(id)),
            _ => None,
        };
        let (Some(key), Some(assignee)) = (key.clone(), assignee) else {
            let message = "an assignment needs an account's `AccountId`, `PermissionSetArn`, `PrincipalId` and a \
                `PrincipalType` of USER or GROUP";
            return Err((key, node.malformed(message)));
        };
        self.sets.entry(key.1.clone()).or_default();
        let (Assignee::User(id) | Assignee::Group(id)) = &assignee;
        self.people.mention(id, node);
        Ok((key, assignee))
    }

    /// A call that failed, for a reason, or that says that what it asks about is not there.
    pub(super) fn missing(&mut self, operation: &str, item: Option<&str>, reason: Option<&str>) {
        let item = item.unwrap_or_default();
        match operation {
            INSTANCES_CALL => lack(&mut self.instances, item.into(), reason),
            SETS_CALL => lack(&mut self.set_pages, item.into(), reason),
            ASSIGNMENTS_CALL => match (place(item), reason) {
                (Some(place), _) => lack(&mut self.assignments, place, reason),
                (None, Some(reason)) => self.lack_assignments(reason),
                (None, None) => {}
            },
            USERS_CALL => lack(&mut self.people.user_pages, item.into(), reason),
            GROUPS_CALL => lack(&mut self.people.group_pages, item.into(), reason),
            MEMBERSHIPS_CALL => lack(&mut self.people.members, item.into(), reason),
            SET_CALL => {
                let set = self.sets.entry(item.into()).or_default();
                if set.name == Collected::NotCollected {
                    set.name = reason.map_or(Collected::Absent, |reason| Collected::Unknown(reason.to_owned()));
                }
            }
            ACCOUNTS_CALL => {
                self.sets.entry(item.into()).or_default().accounts_unknown = reason.map(Into::into);
            }
            OF_PRINCIPAL_CALL => {
                if let Some(reason) = reason {
                    self.lack_assignments(reason);
                }
            }
            _ => {}
        }
    }

    fn lack_assignments(&mut self, reason: &str) {
        self.assignments_unknown.get_or_insert_with(|| reason.into());
    }

    pub(super) fn finish(self, diagnostics: &mut Vec<Diagnostic>) -> IdentityCenter {
        let assignments = self.assignments.into_iter().map(|(place, pages)| (place, pages.listed())).collect();
        let mut center = IdentityCenter {
            instances: joined(self.instances),
            permission_sets: self.sets,
            permission_sets_listed: joined(self.set_pages).all,
            assignments,
            assignments_unknown: self.assignments_unknown,
            ..IdentityCenter::default()
        };
        self.people.finish(diagnostics, &mut center);
        center
    }
}

/// `ACCOUNT.PERMISSION-SET-ARN`.
fn place(item: &str) -> Option<Place> {
    let (account, set) = item.split_once('.')?;
    Some((AccountId::parse(account)?, set.into()))
}

/// Notes that the call for a listing failed, or that what it would list things of is not there.
fn lack<K: Ord, T: Ord>(listings: &mut BTreeMap<K, Pages<T>>, key: K, reason: Option<&str>) {
    let pages = listings.entry(key).or_default();
    match reason {
        Some(reason) => pages.fail(reason),
        None => pages.end(),
    }
}

fn disagree(what: &str, node: &Node<'_>) -> Diagnostic {
    let message = format!("{what}: two files disagree about it, it is unknown");
    Diagnostic::error("duplicate-identity-center-answer", message).at(node.origin())
}

/// How much of its listing a file has that is named for it.
fn extent(fields: &Fields<'_>) -> Extent {
    if fields.is_cut() { Extent::Cut } else { Extent::ToTheEnd }
}

/// An entry and the listing it is of, else what is wrong with it and the listing where that is known.
type Entry<K, T> = Result<(K, T), (Option<K>, Diagnostic)>;

/// Puts the entries of the file at `node` beside what other files have of the same listings. Of the listing that the file
/// is named for it has as much as `extent` says, of others some entries; `describe` says in words what a listing is.
/// Gives what is wrong with an entry of which nothing tells the listing.
fn keyed<K: Ord + Clone, T: Ord>(
    diagnostics: &mut Vec<Diagnostic>,
    listings: &mut BTreeMap<K, Pages<T>>,
    node: &Node<'_>,
    by_place: Option<K>,
    extent: Extent,
    entries: Vec<Entry<K, T>>,
    describe: impl Fn(&K) -> String,
) -> Option<String> {
    let mut found: BTreeMap<K, BTreeSet<T>> = by_place.iter().map(|key| (key.clone(), BTreeSet::new())).collect();
    let mut unplaced = None;
    for entry in entries {
        match entry {
            Ok((key, item)) => {
                found.entry(key).or_default().insert(item);
            }
            Err((key, diagnostic)) => {
                match key.or_else(|| by_place.clone()) {
                    Some(key) => listings.entry(key).or_default().break_off(&diagnostic.message),
                    None => unplaced = Some(diagnostic.message.clone()),
                }
                diagnostics.push(diagnostic);
            }
        }
    }
    if let Some(place) = by_place.as_ref().filter(|_| found.len() > 1) {
        let message = format!("the file is named for {}, and holds entries of another", describe(place));
        listings.entry(place.clone()).or_default().break_off(&message);
        diagnostics.push(Diagnostic::error("misplaced-entry", message).at(node.origin()));
    }
    for (key, items) in found {
        let extent = if Some(&key) == by_place.as_ref() { extent } else { Extent::Some };
        let what = describe(&key);
        if !listings.entry(key).or_default().add(items, extent) {
            diagnostics.push(disagree(&what, node));
        }
    }
    unplaced
}
