//! The longest session a role gives (E146), which only `iam list-roles` and `iam get-role` tell (E186).

use std::ops::RangeInclusive;

use crate::arn::AccountId;
use crate::diagnostic::Diagnostic;
use crate::load::node::Fields;
use crate::load::roles::cut_off;
use crate::model::{Collected, Principal, PrincipalKind};

/// The calls that tell it: of every role, and of one.
pub(super) const CALLS: [&str; 2] = ["iam-list-roles", "iam-get-role"];

/// What AWS lets it be, in seconds (E146).
const LIMITS: RangeInclusive<u32> = 3_600..=43_200;

/// The duration that an entry gives; `owner` says in words whose it is.
pub(super) fn read(fields: &Fields<'_>, owner: &str, diagnostics: &mut Vec<Diagnostic>) -> Collected<u32> {
    let Some(node) = fields.get("MaxSessionDuration") else { return Collected::NotCollected };
    match node.raw.parse().ok().filter(|seconds| LIMITS.contains(seconds)) {
        Some(seconds) => Collected::Present(seconds),
        None => {
            let (from, to) = (LIMITS.start(), LIMITS.end());
            let message = format!("`MaxSessionDuration` of {owner} is no number of seconds from {from} to {to}");
            diagnostics.push(node.malformed(message.clone()));
            Collected::Unknown(message)
        }
    }
}

/// Adds what another file tells. Where two disagree the longest counts, so that no session is hidden.
pub(super) fn merge(
    known: &mut Collected<u32>,
    told: Collected<u32>,
    fields: &Fields<'_>,
    owner: &str,
) -> Option<Diagnostic> {
    match (&*known, &told) {
        (Collected::Present(earlier), Collected::Present(now)) if earlier != now => {
            let longest = *earlier.max(now);
            let message = format!(
                "the longest session of {owner} is {now} seconds, and {earlier} in another file: {longest} is taken"
            );
            *known = Collected::Present(longest);
            Some(Diagnostic::warning("duplicate-session-duration", message).at(fields.node.origin()))
        }
        (Collected::Present(_), _) | (_, Collected::NotCollected | Collected::Absent) => None,
        _ => {
            *known = told;
            None
        }
    }
}

/// Answers that would have told durations, and are not there or not whole.
#[derive(Debug, Default)]
pub(super) struct Gaps(Vec<(AccountId, Option<Box<str>>, String)>);

impl Gaps {
    /// Notes that an answer about the roles of an account, or about one by name, could not be had.
    pub(super) fn note(&mut self, account: AccountId, role: Option<&str>, reason: &str) {
        self.0.push((account, role.map(Into::into), reason.to_owned()));
    }

    /// Notes that a listing goes on where its file ends.
    pub(super) fn note_cut(&mut self, account: Option<AccountId>, fields: &Fields<'_>) -> Diagnostic {
        let diagnostic = cut_off(&fields.node);
        if let Some(account) = account {
            self.note(account, None, &diagnostic.message);
        }
        diagnostic
    }

    /// Makes unknown what nothing else told.
    pub(super) fn finish(self, principals: &mut [Principal]) {
        for principal in principals {
            if principal.kind != PrincipalKind::Role || principal.max_session_duration != Collected::NotCollected {
                continue;
            }
            let concerns = |(account, role, _): &&(AccountId, Option<Box<str>>, String)| {
                *account == principal.account && role.as_ref().is_none_or(|role| *role == principal.name)
            };
            if let Some((_, _, reason)) = self.0.iter().find(concerns) {
                principal.max_session_duration = Collected::Unknown(reason.clone());
            }
        }
    }
}
