//! The frames of a picture: an account's, that of the people of IAM Identity Center, and none.

use std::collections::BTreeMap;

use crate::arn::AccountId;
use crate::export::diagram::{Cluster, DiagramNode, NodeKind};
use crate::export::text::account_label;
use crate::model::Environment;

/// Where a node is drawn; the order of the frames.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    /// The people of IAM Identity Center.
    People,
    Account(AccountId),
    External(AccountId),
    /// Services, everyone, resources of an unknown account: no frame.
    Outside,
}

impl Place {
    pub(super) fn of(account: Option<AccountId>, kind: NodeKind, environment: &Environment) -> Self {
        match account {
            Some(id) if environment.account(id).is_some() => Self::Account(id),
            Some(id) => Self::External(id),
            // Users without an account are people.
            None if kind == NodeKind::User => Self::People,
            None => Self::Outside,
        }
    }

    fn frame(self, environment: &Environment) -> Cluster {
        let (id, label, external) = match self {
            Self::People => ("people".to_owned(), "IAM Identity Center".to_owned(), false),
            Self::Account(id) => {
                let name = account_label(id, environment);
                let label = if name == id.as_str() { name } else { format!("{name}\n{id}") };
                (id.to_string(), label, false)
            }
            Self::External(id) => (id.to_string(), format!("external account\n{id}"), true),
            Self::Outside => return Cluster::default(),
        };
        Cluster { id, label, external, nodes: Vec::new() }
    }
}

/// The id of a service's node in an account.
pub(super) fn service_in(name: &str, account: Option<AccountId>) -> String {
    account.map_or_else(|| name.to_owned(), |account| format!("{name} in {account}"))
}

/// The nodes in their frames, in order.
pub(super) fn framed(nodes: impl IntoIterator<Item = (Place, DiagramNode)>, environment: &Environment) -> Vec<Cluster> {
    let mut clusters: BTreeMap<Place, Cluster> = BTreeMap::new();
    for (place, node) in nodes {
        clusters.entry(place).or_insert_with(|| place.frame(environment)).nodes.push(node);
    }
    clusters.into_values().collect()
}
