//! How much an entry of a statement is like what a request asks for: to choose which statement or entry came nearest.

use crate::policy::Element;

use super::words::Asked;

/// What entries are compared with.
pub(super) struct Likeness<'a> {
    element: Element,
    wanted: String,
    /// Texts that mean the caller to whoever wrote them.
    as_good: &'a [&'a str],
}

/// What is wholly alike; nothing alike is 0.
const SAME: usize = 1000;

/// From here on, an action of another service is still like the one asked for.
const ALIKE: usize = 800;

impl<'a> Likeness<'a> {
    pub(super) fn to(asked: &'a Asked<'_>, element: Element) -> Self {
        let wanted = match element {
            Element::Action => asked.target.action().as_str().to_ascii_lowercase(),
            Element::Resource => asked.target.resource().to_owned(),
            Element::Principal => asked.caller.to_owned(),
            Element::Condition => String::new(),
        };
        let as_good: &[&str] = if element == Element::Principal { &asked.groups } else { &[] };
        Self { element, wanted, as_good }
    }

    /// From 0 to 1000.
    pub(super) fn of(&self, entry: &str) -> usize {
        match self.element {
            Element::Action => self.of_action(&entry.to_ascii_lowercase()),
            Element::Condition => 0,
            _ if self.as_good.contains(&entry) => SAME,
            _ => self.by_beginning(entry),
        }
    }

    /// Whether an action pattern is one of the service asked for, or much like the action.
    pub(super) fn is_near(&self, entry: &str) -> bool {
        let service = |text: &str| text.split(':').next().map(str::to_ascii_lowercase);
        service(entry) == service(&self.wanted) || self.of_action(&entry.to_ascii_lowercase()) >= ALIKE
    }

    fn of_action(&self, entry: &str) -> usize {
        let longer = entry.chars().count().max(self.wanted.chars().count()).max(1);
        let distance = strsim::osa_distance(entry, &self.wanted);
        SAME.saturating_sub(distance.saturating_mul(SAME) / longer)
    }

    /// ARNs are alike as far as they begin alike.
    fn by_beginning(&self, entry: &str) -> usize {
        let longer = entry.chars().count().max(self.wanted.chars().count()).max(1);
        let same = entry.chars().zip(self.wanted.chars()).take_while(|(a, b)| a == b).count();
        same.saturating_mul(SAME) / longer
    }
}
