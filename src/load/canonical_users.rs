//! Whose account an S3 canonical user id is (E36).

use std::collections::BTreeMap;

use crate::arn::AccountId;
use crate::diagnostic::{Diagnostic, Origin};
use crate::load::node::Fields;

/// The ids so far, each with what first told of it.
#[derive(Debug, Default)]
pub(super) struct CanonicalUsers {
    told: BTreeMap<(String, AccountId), Origin>,
}

/// The id of the owner that an answer of S3 names.
pub(super) fn owner(fields: &Fields<'_>) -> Option<String> {
    fields.get("Owner")?.fields().ok()?.text("ID").filter(|id| !id.is_empty())
}

impl CanonicalUsers {
    /// Notes that an id is an account's.
    pub(super) fn note(&mut self, id: &str, account: AccountId, origin: Origin) {
        self.told.entry((id.to_owned(), account)).or_insert(origin);
    }

    /// The ids, each of one account. An id of two accounts, and two ids of one, are nobody's that is known.
    pub(super) fn finish(self, diagnostics: &mut Vec<Diagnostic>) -> BTreeMap<Box<str>, AccountId> {
        let mut of_accounts: BTreeMap<AccountId, usize> = BTreeMap::new();
        let mut of_ids: BTreeMap<&str, usize> = BTreeMap::new();
        for (id, account) in self.told.keys() {
            *of_accounts.entry(*account).or_default() += 1;
            *of_ids.entry(id).or_default() += 1;
        }
        let mut known = BTreeMap::new();
        for ((id, account), origin) in &self.told {
            if of_ids.get(id.as_str()) == Some(&1) && of_accounts.get(account) == Some(&1) {
                known.insert(id.as_str().into(), *account);
                continue;
            }
            let message = format!("canonical user `{id}` and account {account} are paired otherwise in another file");
            diagnostics.push(Diagnostic::error("duplicate-canonical-user", message).at(origin.clone()));
        }
        known
    }
}
