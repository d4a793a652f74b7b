//! Names for the places in a statement that match a request or do not.

use crate::policy::{ActionElement, PrincipalElement, ResourceElement, Statement};

/// An element of a statement that is compared with a request, in the order of comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Element {
    /// `Action` or `NotAction`.
    Action,
    /// `Resource` or `NotResource`.
    Resource,
    /// `Principal` or `NotPrincipal`.
    Principal,
    /// `Condition`.
    Condition,
}

/// An element of a statement, or one entry of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StatementPart {
    /// The element.
    pub element: Element,
    /// The entry, by its index in [`Statement`]; `None` for the element as a whole.
    pub entry: Option<usize>,
}

impl Statement {
    /// The element's name as the statement has it: `Action` or `NotAction`.
    #[must_use]
    pub fn name_of(&self, element: Element) -> &'static str {
        match element {
            Element::Action if matches!(self.actions, ActionElement::NotAction(_)) => "NotAction",
            Element::Action => "Action",
            Element::Resource if matches!(self.resources, Some(ResourceElement::NotResource(_))) => "NotResource",
            Element::Resource => "Resource",
            Element::Principal if matches!(self.principal, Some(PrincipalElement::NotPrincipal(_))) => "NotPrincipal",
            Element::Principal => "Principal",
            Element::Condition => "Condition",
        }
    }

    /// The entries of an element as they were written, in order; a condition is written `Operator key values`.
    #[must_use]
    pub fn entries_of(&self, element: Element) -> Vec<String> {
        match element {
            Element::Action => match &self.actions {
                ActionElement::Action(list) | ActionElement::NotAction(list) => {
                    list.iter().map(ToString::to_string).collect()
                }
            },
            Element::Resource => match &self.resources {
                Some(ResourceElement::Resource(list) | ResourceElement::NotResource(list)) => {
                    list.iter().map(ToString::to_string).collect()
                }
                None => Vec::new(),
            },
            Element::Principal => match &self.principal {
                Some(PrincipalElement::Principal(list) | PrincipalElement::NotPrincipal(list)) => {
                    list.iter().map(ToString::to_string).collect()
                }
                None => Vec::new(),
            },
            Element::Condition => self.conditions.iter().map(ToString::to_string).collect(),
        }
    }
}
