//! The organization: its tree and what is attached where (E98-E106, E188).

use std::collections::BTreeMap;

use crate::arn::AccountId;
use crate::model::{Collected, PolicyId};

/// What a node of the tree is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TargetKind {
    /// The root.
    Root,
    /// An organizational unit.
    OrganizationalUnit,
    /// An account.
    Account,
}

/// A node of the tree, to which policies are attached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// `r-…`, `ou-…` or the account id.
    pub id: Box<str>,
    /// Its name, where the input has it.
    pub name: Option<Box<str>>,
    /// What it is.
    pub kind: TargetKind,
    /// The id of the node above; `None` for the root, and for a node whose place was not collected.
    pub parent: Option<Box<str>>,
    /// Service control policies attached here.
    pub service_control: Collected<Vec<PolicyId>>,
    /// Resource control policies attached here, without `RCPFullAWSAccess`, which never limits (E105).
    pub resource_control: Collected<Vec<PolicyId>>,
}

/// An organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organization {
    /// `o-…`.
    pub id: Box<str>,
    /// The management account, which neither kind of policy limits (E98, E103).
    pub management_account: Option<AccountId>,
    /// Whether service control policies are enabled; unknown when no root says so.
    pub service_control_enabled: Option<bool>,
    /// Whether resource control policies are enabled; unknown when no root says so.
    pub resource_control_enabled: Option<bool>,
    /// The delegated administrators of IAM, whose principals may call AssumeRoot (E151).
    pub iam_administrators: Collected<Vec<AccountId>>,
    /// Whether root access is managed centrally, so that AssumeRoot works (E151).
    pub root_sessions: Collected<bool>,
    /// Whether every account was listed: then an account that is no target is no member; else that is unknown.
    pub complete: bool,
    /// Roots, units and accounts by id.
    pub targets: BTreeMap<Box<str>, Target>,
}

impl Organization {
    /// Whether the account is a member (the management account included).
    #[must_use]
    pub fn contains(&self, account: AccountId) -> bool {
        self.management_account == Some(account) || self.targets.contains_key(account.as_str())
    }

    /// The levels above and with the account, root first. `None` when the account is no member; the second part says
    /// whether the way up to the root was collected whole.
    #[must_use]
    pub fn levels(&self, account: AccountId) -> Option<(Vec<&Target>, bool)> {
        let mut levels = vec![self.targets.get(account.as_str())?];
        // A tree has no cycle; a damaged input may, so the walk is bounded by the number of nodes.
        for _ in 0..self.targets.len() {
            let Some(parent) = levels.last().and_then(|target| target.parent.as_deref()) else { break };
            let Some(target) = self.targets.get(parent) else { break };
            levels.push(target);
        }
        let whole = levels.last().is_some_and(|target| target.kind == TargetKind::Root);
        levels.reverse();
        Some((levels, whole))
    }

    /// `o-…/r-…/ou-…/`, the account's place as `aws:PrincipalOrgPaths` gives it; `None` when it is not known whole.
    #[must_use]
    pub fn path(&self, account: AccountId) -> Option<String> {
        let (levels, whole) = self.levels(account)?;
        let above = levels.iter().filter(|target| target.kind != TargetKind::Account);
        whole.then(|| above.fold(format!("{}/", self.id), |path, target| format!("{path}{}/", target.id)))
    }
}
