//! What users and root users sign in with: the credential report and the listings of devices, keys and passwords (E186).
//!
//! Each file makes claims, and all of them are settled when everything was read. A credential that any file shows is
//! there: a report may be four hours old when it is fetched and as old as anybody keeps it, a listing is of the moment it
//! was made, and to take neither for true would hide a way in. That two disagree is said.

mod listings;
mod report;

use std::collections::{BTreeMap, BTreeSet};

use crate::arn::AccountId;
use crate::diagnostic::{Diagnostic, Origin};
use crate::load::told::Missing;
use crate::model::{Account, Collected, HeldCredentials, Principal, PrincipalKind};

pub(super) use listings::{has_no_password, read as listing};
pub(super) use report::{CALL as REPORT_CALL, is_report, read as report};

/// The listings, by their `service-operation`, and what each tells of.
const LISTINGS: [(&str, Part); 4] = [
    ("iam-list-mfa-devices", Part::Mfa),
    ("iam-list-virtual-mfa-devices", Part::Mfa),
    ("iam-get-login-profile", Part::Console),
    ("iam-list-access-keys", Part::AccessKey),
];

/// How many names a message lists before it counts the rest.
const NAMED: usize = 5;

/// A part of [`HeldCredentials`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Mfa,
    Console,
    AccessKey,
}

impl Part {
    const ALL: [Self; 3] = [Self::Mfa, Self::Console, Self::AccessKey];

    fn words(self) -> &'static str {
        match self {
            Self::Mfa => "an MFA device",
            Self::Console => "a password",
            Self::AccessKey => "an active access key",
        }
    }

    fn of(self, held: &mut HeldCredentials) -> &mut Collected<bool> {
        match self {
            Self::Mfa => &mut held.mfa,
            Self::Console => &mut held.console,
            Self::AccessKey => &mut held.access_key,
        }
    }
}

/// Whose credentials, within an account. The names of users are unique there, whatever their path (E19).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Holder {
    Root,
    User(Box<str>),
}

/// What the files say of one part of one holder's credentials.
#[derive(Debug, Default)]
struct Claims {
    there: Option<Origin>,
    not_there: Option<Origin>,
    unreadable: Option<String>,
}

/// The claims so far.
#[derive(Debug, Default)]
pub(super) struct Draft {
    claims: BTreeMap<AccountId, BTreeMap<Holder, BTreeMap<Part, Claims>>>,
    /// The accounts of which a report was read, each with its first.
    reports: BTreeMap<AccountId, Origin>,
    /// Why what no file tells of an account's holders may be so all the same.
    gaps: BTreeMap<(AccountId, Part), String>,
}

impl Draft {
    fn claims(&mut self, account: AccountId, holder: Holder, part: Part) -> &mut Claims {
        self.claims.entry(account).or_default().entry(holder).or_default().entry(part).or_default()
    }

    /// Notes that a credential is there, or that there is none.
    fn claim(
        &mut self,
        account: AccountId,
        holder: Holder,
        part: Part,
        is_there: bool,
        origin: impl FnOnce() -> Origin,
    ) {
        let claims = self.claims(account, holder, part);
        let place = if is_there { &mut claims.there } else { &mut claims.not_there };
        place.get_or_insert_with(origin);
    }

    /// Notes that what a file says of a credential could not be read.
    fn unreadable(&mut self, account: AccountId, holder: Holder, part: Part, reason: String) {
        self.claims(account, holder, part).unreadable.get_or_insert(reason);
    }

    /// Notes that a part of what there is to tell of an account is missing.
    fn gap(&mut self, account: AccountId, part: Part, reason: &str) {
        self.gaps.entry((account, part)).or_insert_with(|| reason.to_owned());
    }

    /// An answer that could not be had, or one that there is no password.
    pub(super) fn missing(&mut self, account: AccountId, operation: &str, item: Option<&str>, missing: Missing) {
        let Missing { reason, origin } = missing;
        if operation == REPORT_CALL
            && let Some(reason) = &reason
        {
            Part::ALL.into_iter().for_each(|part| self.gap(account, part, reason));
        }
        let Some((_, part)) = LISTINGS.into_iter().find(|(call, _)| *call == operation) else { return };
        match (reason, item) {
            (Some(reason), Some(user)) => self.unreadable(account, Holder::User(user.into()), part, reason),
            (Some(reason), None) => self.gap(account, part, &reason),
            (None, Some(user)) => self.claim(account, Holder::User(user.into()), part, false, || origin),
            (None, None) => {}
        }
    }

    /// Settles the claims for the users and root users that the other files tell of.
    pub(super) fn finish(
        self,
        accounts: &mut BTreeMap<AccountId, Account>,
        principals: &mut [Principal],
        diagnostics: &mut Vec<Diagnostic>,
    ) {
        let mut unlisted: BTreeMap<AccountId, BTreeSet<Box<str>>> = BTreeMap::new();
        let mut users = BTreeSet::new();
        for principal in principals.iter_mut().filter(|principal| principal.kind == PrincipalKind::User) {
            let holder = Holder::User(principal.name.clone());
            let name = format!("user `{}`", principal.arn);
            if !self.settle(principal.account, &holder, &mut principal.credentials, &name, diagnostics) {
                unlisted.entry(principal.account).or_default().insert(principal.name.clone());
            }
            users.insert((principal.account, holder));
        }
        for account in accounts.values_mut() {
            let name = format!("the root user of account {}", account.id);
            if !self.settle(account.id, &Holder::Root, &mut account.root, &name, diagnostics) {
                unlisted.entry(account.id).or_default().insert("its root user".into());
            }
        }
        for (account, names) in unlisted {
            let Some(origin) = self.reports.get(&account) else { continue };
            let message = format!(
                "the credential report of account {account} does not tell of {}: their credentials are unknown",
                listed(names.iter().map(|name| &**name))
            );
            let hint = "a report may be four hours old; one made anew lists everybody";
            diagnostics
                .push(Diagnostic::warning("not-in-credential-report", message).with_hint(hint).at(origin.clone()));
        }
        self.report_strangers(&users, diagnostics);
    }

    /// Takes what is claimed of a holder; false when the report of its account should have told of it and did not.
    fn settle(
        &self,
        account: AccountId,
        holder: &Holder,
        held: &mut HeldCredentials,
        name: &str,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> bool {
        let told = self.claims.get(&account).and_then(|all| all.get(holder));
        let mut is_whole = true;
        for part in Part::ALL {
            *part.of(held) = match told.and_then(|told| told.get(&part)) {
                Some(Claims { there: Some(there), not_there, .. }) => {
                    if let Some(elsewhere) = not_there {
                        let what = part.words();
                        let message =
                            format!("{name} has {what} by this file, and none by {elsewhere}: it is taken to have one");
                        diagnostics.push(Diagnostic::warning("credentials-differ", message).at(there.clone()));
                    }
                    Collected::Present(true)
                }
                Some(Claims { not_there: Some(_), .. }) => Collected::Present(false),
                Some(Claims { unreadable: Some(reason), .. }) => Collected::Unknown(reason.clone()),
                _ => match self.gaps.get(&(account, part)) {
                    Some(reason) => Collected::Unknown(reason.clone()),
                    None if self.reports.contains_key(&account) => {
                        is_whole = false;
                        Collected::Unknown(format!("the credential report does not tell of {name}"))
                    }
                    None => Collected::NotCollected,
                },
            };
        }
        is_whole
    }

    /// Says whose credentials are told of and who is none of the users.
    fn report_strangers(&self, users: &BTreeSet<(AccountId, Holder)>, diagnostics: &mut Vec<Diagnostic>) {
        for (account, holders) in &self.claims {
            let mut names = Vec::new();
            let mut first = None;
            for (holder, claims) in holders {
                let Holder::User(name) = holder else { continue };
                if users.contains(&(*account, holder.clone())) {
                    continue;
                }
                if let Some(origin) =
                    claims.values().find_map(|claims| claims.there.as_ref().or(claims.not_there.as_ref()))
                {
                    names.push(&**name);
                    first = first.or(Some(origin));
                }
            }
            let Some(origin) = first else { continue };
            let message = format!(
                "no authorization details tell of users of account {account} whose credentials are given: {}: left out",
                listed(names.into_iter())
            );
            let hint = "users who are gone, or details that are older or not all there: collect both at one time";
            diagnostics.push(Diagnostic::warning("user-without-details", message).with_hint(hint).at(origin.clone()));
        }
    }
}

/// Names in words, the first of them and how many more.
fn listed<'n>(names: impl ExactSizeIterator<Item = &'n str>) -> String {
    let more = names.len().saturating_sub(NAMED);
    let names: Vec<&str> = names.take(NAMED).collect();
    let named = names.join(", ");
    if more > 0 { format!("{named} and {more} more") } else { named }
}
