//! The parts of a policy document.

use crate::action::{ActionName, ActionPattern};
use crate::policy::{Condition, PrincipalValue, Template};

/// What a document is attached to; the grammar differs a little (E21, E48).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum DocumentKind {
    /// Of a user, group or role; also permissions boundaries, which share its grammar.
    Identity,
    /// Passed with a session: an identity policy whose ARNs have to be complete (E62).
    Session,
    /// Of a resource.
    Resource,
    /// Of a role: who may assume it.
    Trust,
    /// An organization's service control policy: the whole language but for principals (E101).
    ServiceControl,
    /// An organization's resource control policy.
    ResourceControl,
    /// Of a VPC endpoint.
    VpcEndpoint,
}

impl DocumentKind {
    /// Whether statements must say who they concern (E21).
    #[must_use]
    pub fn needs_principal(self) -> bool {
        matches!(self, Self::Resource | Self::Trust | Self::ResourceControl | Self::VpcEndpoint)
    }

    /// Whether statements must name resources (E48).
    #[must_use]
    pub fn needs_resource(self) -> bool {
        matches!(self, Self::Identity | Self::Session | Self::ServiceControl | Self::ResourceControl)
    }
}

/// The language version (E43): only the current one has policy variables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Version {
    /// `2012-10-17`.
    Current,
    /// `2008-10-17`, or no version given.
    Legacy,
}

/// A policy document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// The language version.
    pub version: Version,
    /// The statements, in order.
    pub statements: Vec<Statement>,
}

/// Allow or Deny.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Effect {
    /// `Allow`.
    Allow,
    /// `Deny`.
    Deny,
}

/// One statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// The statement's own id, if it has one; it means nothing (E47).
    pub sid: Option<Box<str>>,
    /// What it does when it matches.
    pub effect: Effect,
    /// Whom it concerns; absent where the grammar has no such element.
    pub principal: Option<PrincipalElement>,
    /// Which actions.
    pub actions: ActionElement,
    /// Which resources; absent in trust policies and in those resource policies that leave it out.
    pub resources: Option<ResourceElement>,
    /// All of these must hold (E74).
    pub conditions: Vec<Condition>,
    /// An element that this tool does not know (or that does not belong here) and so may change the meaning: the
    /// statement is unknown (E49).
    pub unknown_element: Option<Box<str>>,
    /// Whether it is the principal that is not understood, so that nobody can tell whom the statement names.
    pub unknown_principal: bool,
}

/// `Principal` or `NotPrincipal`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PrincipalElement {
    /// Those named.
    Principal(Vec<PrincipalValue>),
    /// All but those named (E39-E42).
    NotPrincipal(Vec<PrincipalValue>),
}

/// `Action` or `NotAction`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ActionElement {
    /// Those that match.
    Action(Vec<ActionPattern>),
    /// All but those that match (E55), as far as the resources of the statement go (E56).
    NotAction(Vec<ActionPattern>),
}

impl ActionElement {
    /// Whether an action is meant, by text.
    #[must_use]
    pub fn matches(&self, action: &ActionName) -> bool {
        match self {
            Self::Action(patterns) => patterns.iter().any(|pattern| pattern.matches(action)),
            Self::NotAction(patterns) => !patterns.iter().any(|pattern| pattern.matches(action)),
        }
    }
}

/// `Resource` or `NotResource`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ResourceElement {
    /// Those that match.
    Resource(Vec<Template>),
    /// All but those that match (E63).
    NotResource(Vec<Template>),
}
