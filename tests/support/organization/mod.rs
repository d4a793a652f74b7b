//! Organizations made up for tests, written as the AWS CLI prints them and in the layout of `data/sample`.
//!
//! [`Organization`] is what stands in the files: accounts, principals, policies, the tree with its control policies, one
//! bucket with its key. [`planted`] fills one with chains of roles that lead to a treasure, with decoys, and says who
//! gets there. [`generated`] writes whole ones of any size, with the resources and the policies that real ones have.
//! Everything follows from a seed; there is no clock.

mod folder;
pub(crate) mod generated;
mod iam;
pub(crate) mod planted;
mod principal;
mod random;
mod statement;
mod storage;
mod tree;

use std::collections::BTreeMap;

use serde_json::Value;

pub(crate) use folder::Folder;
pub(crate) use principal::{Group, Managed, Principal, Who};
pub(crate) use random::Random;
pub(crate) use statement::{admits, allow, deny, document, when};
pub(crate) use storage::Vault;
pub(crate) use tree::Control;

/// The id of every such organization.
pub(crate) const ORGANIZATION: &str = "o-plant7m2q";

/// An account: the first of an organization is its management account.
#[derive(Debug, Clone)]
pub(crate) struct Account {
    pub(crate) id: String,
    pub(crate) name: String,
}

/// An organization before it is written.
#[derive(Debug, Clone)]
pub(crate) struct Organization {
    pub(crate) accounts: Vec<Account>,
    pub(crate) principals: Vec<Principal>,
    pub(crate) groups: Vec<Group>,
    pub(crate) managed: Vec<Managed>,
    /// Statements of control policies by what they are attached to.
    pub(crate) controls: BTreeMap<(Control, String), Vec<Value>>,
    /// The statements of what stands in the place of `FullAWSAccess`, by target.
    pub(crate) allow_lists: BTreeMap<String, Vec<Value>>,
    pub(crate) vault: Vault,
    /// Whether every account has a bucket for its logs beside.
    pub(crate) keeps_logs: bool,
}

impl Organization {
    /// Accounts without anybody in them; the vault is in the second.
    pub(crate) fn of_accounts(count: usize) -> Self {
        assert!(count >= 2, "a management account and one with a vault");
        let account = |number: usize| Account {
            id: format!("{:012}", 210_000_000_000_u64 + 1_010_101 * number as u64),
            name: if number == 0 { "management".to_owned() } else { format!("member-{number}") },
        };
        let accounts: Vec<Account> = (0..count).map(account).collect();
        let vault = Vault::new(1, &accounts[1].id);
        Self {
            accounts,
            principals: Vec::new(),
            groups: Vec::new(),
            managed: Vec::new(),
            controls: BTreeMap::new(),
            allow_lists: BTreeMap::new(),
            vault,
            keeps_logs: true,
        }
    }

    /// The id of an account by number.
    pub(crate) fn id(&self, account: usize) -> &str {
        &self.accounts[account].id
    }

    /// The ARN of an account's root user, which as a principal means the account (E26).
    pub(crate) fn root(&self, account: usize) -> String {
        format!("arn:aws:iam::{}:root", self.id(account))
    }

    /// Attaches a statement of a control policy to a root, a unit or an account.
    pub(crate) fn control(&mut self, kind: Control, target: &str, statement: Value) {
        self.controls.entry((kind, target.to_owned())).or_default().push(statement);
    }

    /// Writes everything into a new folder.
    pub(crate) fn write(&self) -> Folder {
        let folder = Folder::new();
        self.write_tree(&folder);
        for account in 0..self.accounts.len() {
            self.write_iam(&folder, account);
            self.write_storage(&folder, account);
        }
        folder
    }
}
