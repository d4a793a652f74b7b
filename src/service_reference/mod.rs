//! AWS's Service Authorization Reference: which services there are, their
//! actions, resource types and condition keys.
//!
//! The facts lie in `data/service-reference/reference.txt`, which is compiled
//! into the program; the README beside it says where they come from and how the
//! file is written. Nothing is read at start: the first question reads the
//! index (a line for each service), and each service's section is read when
//! something is first asked of that service.
//!
//! Names compare without regard to ASCII case (rule E52), and every action has
//! a number in sorted order ([`ActionId`]), so that a name pattern that ends in
//! `*` is one range of numbers.
//!
//! **Architecture invariant:** this room states what AWS publishes and decides
//! nothing. It knows no policy, no principal and no request.

mod access_level;
mod action;
mod condition_key;
mod index;
mod order;
mod section;
mod service;
mod similar;

#[cfg(test)]
mod tests;

use std::ops::Range;
use std::sync::LazyLock;

pub use access_level::AccessLevel;
pub use action::{Action, ActionId};
pub use condition_key::{ConditionKey, ValueType};
pub use service::{ResourceType, Service};

use index::{Entry, Lazy};
use order::{compare, starts_with};

/// The whole reference.
#[derive(Debug)]
pub struct ServiceReference {
    /// Condition keys that are not to be looked for under their own prefix.
    shared: Lazy,
    /// In the order of lower-case prefixes.
    services: Vec<Entry>,
}

impl ServiceReference {
    /// The reference that comes with the program. The first call reads its
    /// index; later calls cost nothing.
    pub fn embedded() -> &'static Self {
        static EMBEDDED: LazyLock<ServiceReference> = LazyLock::new(|| {
            let file = include_str!("../../data/service-reference/reference.txt");
            let (shared, services) = index::read(file);
            ServiceReference { shared, services }
        });
        &EMBEDDED
    }

    /// How many actions there are. Every smaller number is that of an action.
    pub fn action_count(&self) -> u32 {
        self.services.last().map_or(0, |last| last.actions.end)
    }

    /// The number of an action, from the prefix of its service and its name,
    /// both in any case. O(log n).
    pub fn action_id(&self, service: &str, name: &str) -> Option<ActionId> {
        let entry = self.entry(service)?;
        let actions = &entry.section().actions;
        let at = actions.binary_search_by(|row| compare(row.name, name)).ok()?;
        Some(ActionId::new(entry.actions.start + u32::try_from(at).ok()?))
    }

    /// The action of this number. O(log of the number of services).
    pub fn action(&self, id: ActionId) -> Option<Action<'_>> {
        let at = self.services.partition_point(|entry| entry.actions.end <= id.get());
        let entry = self.services.get(at)?;
        let section = entry.section();
        let at = id.get().checked_sub(entry.actions.start)?;
        Some(Action { service: entry.prefix, section, row: section.actions.get(usize::try_from(at).ok()?)? })
    }

    /// The service with this prefix, in any case. O(log n).
    pub fn service(&self, prefix: &str) -> Option<Service<'_>> {
        self.entry(prefix).map(|entry| Service { entry })
    }

    /// All services, in the order of their lower-case prefixes.
    pub fn services(&self) -> impl Iterator<Item = Service<'_>> {
        self.services.iter().map(|entry| Service { entry })
    }

    /// The numbers of a service's actions whose name starts with `name_prefix`,
    /// both in any case: what `service:name_prefix*` matches. Empty if there is
    /// no such service. O(log n).
    pub fn actions_starting_with(&self, service: &str, name_prefix: &str) -> Range<u32> {
        let Some(entry) = self.entry(service) else {
            return 0..0;
        };
        if name_prefix.is_empty() {
            return entry.actions.clone();
        }
        let actions = &entry.section().actions;
        let start = actions.partition_point(|row| compare(row.name, name_prefix).is_lt());
        let after = actions.get(start..).unwrap_or_default();
        let length = after.partition_point(|row| starts_with(row.name, name_prefix));
        let number = |at: usize| entry.actions.start + u32::try_from(at).unwrap_or_default();
        number(start)..number(start + length)
    }

    /// What is known of a condition key as a policy writes it, in any case:
    /// `aws:SourceIp`, `kms:ViaService`, or with a free part filled in,
    /// `aws:PrincipalTag/team`.
    ///
    /// Global keys come first, then those of the service that the key names.
    /// The keys of a sign-in provider are known only for the providers that
    /// AWS lists.
    pub fn condition_key(&self, key: &str) -> Option<ConditionKey<'_>> {
        let shared = &self.shared.get().keys;
        let row = condition_key::find(shared, key).or_else(|| {
            let (prefix, _) = key.split_once(':')?;
            condition_key::find(&self.entry(prefix)?.section().keys, key)
        })?;
        Some(ConditionKey { row })
    }

    /// Up to `limit` actions that an unknown `service:Name` may have been meant
    /// to be, best first, those of the same service before others.
    ///
    /// For messages only: it may read every section, which takes milliseconds.
    pub fn similar_actions(&self, text: &str, limit: usize) -> Vec<String> {
        similar::similar_actions(&self.services, text, limit)
    }

    /// Up to `limit` condition keys that an unknown one may have been meant to be, best first: global keys, and those of
    /// the service that it names.
    pub fn similar_condition_keys(&self, text: &str, limit: usize) -> Vec<&str> {
        let own = text.split_once(':').and_then(|(prefix, _)| self.entry(prefix));
        let own = own.iter().flat_map(|entry| &entry.section().keys);
        similar::similar_condition_keys(self.shared.get().keys.iter().chain(own), text, limit)
    }

    fn entry(&self, prefix: &str) -> Option<&Entry> {
        let at = self.services.binary_search_by(|entry| compare(entry.prefix, prefix)).ok()?;
        self.services.get(at)
    }
}
