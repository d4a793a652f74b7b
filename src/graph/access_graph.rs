//! The graph itself.

use std::collections::BTreeMap;
use std::sync::Arc;

use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::EdgeRef;

use crate::condition::Residual;
use crate::evaluate::{Assumption, Outcome, StatementRef};
use crate::graph::State;
use crate::graph::choice::HandsOn;
use crate::model::PrincipalId;
use crate::request::{Caller, Credentials, Entrance};

/// The number of a state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StateId(pub(crate) u32);

/// A can-assume edge: the call that leads to a role's credentials, and what was decided of it. What the call may pass to the
/// session and what its caller's session carries is left open in the condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssumeEdge {
    /// The call.
    pub action: &'static str,
    /// Allowed, allowed if, or unknown.
    pub outcome: Outcome,
    /// What it requires.
    pub condition: Residual,
    /// What it rests on.
    pub assumptions: Vec<Assumption>,
    /// The statements that allow it.
    pub statements: Vec<StatementRef>,
    /// What `sts:TagSession` requires, where the call may pass tags (E142).
    pub tag_session: Option<Permission>,
    /// What `sts:SetSourceIdentity` requires, where the call may set a source identity (E142).
    pub set_source_identity: Option<Permission>,
}

/// What a call needs to be allowed besides, if it passes something on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Permission {
    /// What it requires.
    pub condition: Residual,
    /// What it rests on.
    pub assumptions: Vec<Assumption>,
    /// The statements that allow it.
    pub statements: Vec<StatementRef>,
}

#[derive(Debug)]
pub(super) enum Node {
    State(State),
    /// Equal principals, with equal credentials.
    Set,
}

#[derive(Debug)]
pub(super) enum Edge {
    /// From a state to a set it belongs to.
    Belongs,
    Assume(Arc<AssumeEdge>),
}

/// States and can-assume edges of an environment.
#[derive(Debug, Default)]
pub struct AccessGraph {
    pub(super) graph: DiGraph<Node, Edge, u32>,
    pub(super) states: BTreeMap<State, NodeIndex<u32>>,
    /// By node, where there is anything.
    pub(super) hands_on: BTreeMap<NodeIndex<u32>, HandsOn>,
}

impl AccessGraph {
    /// Every state, in order.
    pub fn states(&self) -> impl Iterator<Item = (StateId, &State)> {
        self.states.iter().map(|(state, index)| (id(*index), state))
    }

    /// The number of a state that is in the graph.
    #[must_use]
    pub fn find(&self, state: &State) -> Option<StateId> {
        self.states.get(state).map(|index| id(*index))
    }

    /// The sessions of a role that somebody enters, by how they are entered.
    pub(super) fn sessions_of(&self, role: &Caller) -> impl Iterator<Item = StateId> {
        let first = State { caller: role.clone(), credentials: Credentials::RoleSession(Entrance::Unspecified) };
        let of_role = self
            .states
            .range(first..)
            .take_while(|(state, _)| state.caller == *role && matches!(state.credentials, Credentials::RoleSession(_)));
        of_role.filter(|(state, _)| !state.begins()).map(|(_, index)| id(*index)).collect::<Vec<_>>().into_iter()
    }

    /// The states of a principal, in order of their credentials.
    pub fn states_of(&self, principal: PrincipalId) -> impl Iterator<Item = (StateId, &State)> {
        self.states().filter(move |(_, state)| state.caller.principal() == Some(principal))
    }

    /// A state by number.
    ///
    /// # Panics
    /// When the number is not one of this graph's.
    #[must_use]
    pub fn state(&self, state: StateId) -> &State {
        match &self.graph[NodeIndex::new(state.0 as usize)] {
            Node::State(state) => state,
            Node::Set => unreachable!("set nodes have no state id"),
        }
    }

    /// The roles a state can become, its sets looked through, in a fixed order.
    #[must_use]
    pub fn assumes(&self, state: StateId) -> Vec<(StateId, &AssumeEdge)> {
        let from = NodeIndex::new(state.0 as usize);
        let mut found = Vec::new();
        let mut sources = vec![from];
        while let Some(source) = sources.pop() {
            for edge in self.graph.edges(source) {
                match edge.weight() {
                    Edge::Belongs => sources.push(edge.target()),
                    Edge::Assume(assume) => found.push((id(edge.target()), &**assume)),
                }
            }
        }
        found.sort_by(|a, b| self.state(a.0).cmp(self.state(b.0)).then(a.1.action.cmp(b.1.action)));
        found
    }

    /// How many states, sets and edges there are.
    #[must_use]
    pub fn size(&self) -> (usize, usize) {
        (self.graph.node_count(), self.graph.edge_count())
    }
}

pub(super) fn id(index: NodeIndex<u32>) -> StateId {
    StateId(u32::try_from(index.index()).unwrap_or(u32::MAX))
}
