//! The whole graph: members of groups, who can assume what, who can act on what.
//!
//! A graph is written by principal: states of one principal stand together, and an edge is as strong as its strongest
//! state allows. can-access edges join a principal to a resource of the input, or to a pattern its policies name, with the
//! actions that one request allows; they are computed only here, when they are asked for.

use std::collections::BTreeMap;

use crate::arn::{AccountId, Arn};
use crate::condition::Residual;
use crate::evaluate::Outcome;
use crate::export::diagram::NodeKind;
use crate::export::text::{residual_text, short_name, subject_id, subject_name};
use crate::model::Environment;
use crate::query::{Engine, Requirement, Subject, WhatCan};
use crate::request::Caller;
use crate::service_reference::AccessLevel;

/// A kind of edge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Relation {
    /// A user is a member of a group.
    Member,
    /// A principal can become a role.
    Assume,
    /// A principal can act on a resource.
    Access,
}

/// What of the graph to write.
#[derive(Debug, Clone, Default)]
pub struct GraphSelection {
    /// Edges that begin or end in one of these accounts; all, when empty.
    pub accounts: Vec<AccountId>,
    /// Edges of these kinds; all, when empty.
    pub relations: Vec<Relation>,
}

/// An edge of the written graph.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct GraphEdge {
    pub(super) from: Node,
    pub(super) to: Node,
    pub(super) relation: Relation,
    /// The actions, for access; the call, for assuming.
    pub(super) actions: Vec<Box<str>>,
    /// The strongest access level.
    pub(super) level: Option<AccessLevel>,
    pub(super) outcome: Outcome,
    /// What it takes to have the credentials that the edge begins with.
    pub(super) credentials: Option<Requirement>,
    pub(super) condition: Residual,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Node {
    pub(super) name: Box<str>,
    pub(super) kind: NodeKind,
    pub(super) account: Option<AccountId>,
    pub(super) label: String,
    pub(super) service_linked: bool,
}

impl Node {
    pub(super) fn of(subject: &Subject) -> Self {
        Self {
            name: subject_id(subject).into(),
            kind: subject.kind.into(),
            account: subject.account,
            label: subject_name(subject),
            service_linked: subject.service_linked,
        }
    }

    pub(super) fn of_resource(environment: &Environment, text: &str) -> Self {
        let arn = Arn::parse(text).ok();
        let account = arn.as_ref().and_then(|arn| {
            arn.account_id().or_else(|| environment.governing_resource(arn).and_then(|resource| resource.account))
        });
        let label = if text == "*" { "any resource".to_owned() } else { short_name(text) };
        Self { name: text.into(), kind: NodeKind::of_resource(text), account, label, service_linked: false }
    }
}

pub(super) fn members(environment: &Environment, edges: &mut Vec<GraphEdge>) {
    for (id, principal) in environment.principals() {
        for group in &principal.groups {
            let group = environment.group(*group);
            edges.push(GraphEdge {
                from: Node::of(&Subject::of(environment, &Caller::of(environment, id))),
                to: Node {
                    name: group.arn.as_str().into(),
                    kind: NodeKind::Group,
                    account: Some(group.account),
                    label: short_name(group.arn.as_str()),
                    service_linked: false,
                },
                relation: Relation::Member,
                actions: Vec::new(),
                level: None,
                outcome: Outcome::Allowed,
                credentials: None,
                condition: Residual::True,
            });
        }
    }
}

pub(super) fn assumes(engine: &Engine<'_>, edges: &mut Vec<GraphEdge>) {
    let (environment, graph) = (engine.environment(), engine.graph());
    // By pair of principals: the strongest of their states' edges.
    let mut strongest: BTreeMap<(Caller, Caller, &'static str), GraphEdge> = BTreeMap::new();
    for (id, state) in graph.states() {
        for (entered, edge) in graph.assumes(id) {
            let to = &graph.state(entered).caller;
            let credentials = Requirement::of_credentials(state.credentials);
            let found = GraphEdge {
                from: Node::of(&Subject::of(environment, &state.caller)),
                to: Node::of(&Subject::of(environment, to)),
                relation: Relation::Assume,
                actions: vec![edge.action.into()],
                level: None,
                outcome: if credentials.is_some() { edge.outcome.max(Outcome::AllowedIf) } else { edge.outcome },
                credentials,
                condition: edge.condition.clone(),
            };
            let key = (state.caller.clone(), to.clone(), edge.action);
            let rank = |edge: &GraphEdge| (edge.outcome, edge.credentials.clone());
            match strongest.get_mut(&key) {
                Some(known) if rank(known) <= rank(&found) => {}
                Some(known) => *known = found,
                None => {
                    strongest.insert(key, found);
                }
            }
        }
    }
    edges.extend(strongest.into_values());
}

/// What callers can do by themselves, without entering a role.
pub(super) fn accesses(engine: &Engine<'_>, callers: impl IntoIterator<Item = Caller>, edges: &mut Vec<GraphEdge>) {
    let environment = engine.environment();
    for from in callers {
        for row in engine.what_can(&WhatCan { from, max_hops: 0 }) {
            edges.push(GraphEdge {
                from: Node::of(&row.subject),
                to: Node::of_resource(environment, &row.resource),
                relation: Relation::Access,
                credentials: Requirement::of_credentials(row.credentials),
                actions: row.actions,
                level: row.access_level,
                outcome: row.outcome,
                condition: row.condition,
            });
        }
    }
}

pub(super) fn requirement(edge: &GraphEdge) -> String {
    let mut parts = Vec::new();
    parts.extend(edge.credentials.as_ref().map(ToString::to_string));
    if !edge.condition.is_true() {
        parts.push(residual_text(&edge.condition));
    }
    parts.join("; ")
}
