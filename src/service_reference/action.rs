//! An action of a service, and the number that stands for it.

use super::AccessLevel;
use super::section::{ActionRow, Section};

/// The number of an action in the reference.
///
/// Actions are numbered from 0 in the order of their services' lower-case
/// prefixes, then of their own lower-case names. So the actions of a service
/// are a range, and so are those that start with the same letters. Numbers are
/// those of one reference file: they change when it is rebuilt, and are not to
/// be stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ActionId(u32);

impl ActionId {
    /// The id with this number. Whether there is such an action is not checked.
    pub const fn new(number: u32) -> Self {
        Self(number)
    }

    /// The number.
    pub const fn get(self) -> u32 {
        self.0
    }
}

/// One action, as the reference describes it. Cheap to copy.
#[derive(Clone, Copy, Debug)]
pub struct Action<'a> {
    pub(super) service: &'a str,
    pub(super) section: &'a Section,
    pub(super) row: &'a ActionRow,
}

impl<'a> Action<'a> {
    /// The prefix of the service, `iam` for example.
    pub fn service(&self) -> &'a str {
        self.service
    }

    /// The name as AWS spells it, `PassRole` for example.
    pub fn name(&self) -> &'a str {
        self.row.name
    }

    /// The access level.
    pub fn access_level(&self) -> AccessLevel {
        self.row.level
    }

    /// Names of the resource types that the action can act on, each with
    /// whether it must be named. Empty if the action takes no resource.
    pub fn resource_types(&self) -> impl Iterator<Item = (&'a str, bool)> + use<'a> {
        let section = self.section;
        list(self.row.resource_types).filter_map(move |item| {
            let (number, required) = match item.strip_suffix('!') {
                Some(number) => (number, true),
                None => (item, false),
            };
            let row = section.types.get(number.parse::<usize>().ok()?)?;
            Some((row.name, required))
        })
    }

    /// Other actions that the caller needs as well, as `service:Name`.
    pub fn dependent_actions(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        list(self.row.dependent_actions)
    }

    /// Condition keys that the service puts in requests for this action, those
    /// for one of its resource types only among them. Global keys are left out
    /// unless the service says so.
    pub fn condition_keys(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.section.key_names(self.row.condition_keys)
    }
}

/// The items of a list written with commas; none if the text is empty.
fn list(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').filter(|item| !item.is_empty())
}
