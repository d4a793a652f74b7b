//! The graph itself, and walks over it.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use petgraph::Direction;
use petgraph::graph::{DiGraph, EdgeIndex, NodeIndex};
use petgraph::visit::EdgeRef;

use crate::condition::Residual;
use crate::evaluate::{Assumption, Outcome, StatementRef};
use crate::graph::State;
use crate::model::PrincipalId;

/// The number of a state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StateId(pub(crate) u32);

/// A can-assume edge: the call that leads to a role's credentials, and what was decided of it.
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
}

/// The shortest ways to the goals of a walk, for each of the three outcomes a way can have.
#[derive(Debug)]
pub struct Walk {
    /// By outcome, then node: hops to a goal and the next step on the way there.
    ways: [(Outcome, Vec<Option<Way>>); 3],
}

#[derive(Debug, Clone, Copy)]
struct Way {
    hops: u32,
    /// The edge to take and where it leads; `None` at a goal.
    next: Option<(EdgeIndex<u32>, NodeIndex<u32>)>,
}

impl Walk {
    /// The strongest outcome with which a state gets to a goal, and how many roles it enters on the shortest such way.
    #[must_use]
    pub fn reaches(&self, state: StateId) -> Option<(Outcome, u32)> {
        self.ways.iter().find_map(|(outcome, ways)| Some((*outcome, ways[state.0 as usize]?.hops)))
    }
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

    /// For every state that can get to a goal: how. A way without conditions beats one with, and that one an undecided one;
    /// then fewer roles entered, then the order in which states are numbered.
    ///
    /// Linear in the edges for each of the three outcomes; a set is expanded once.
    #[must_use]
    pub fn walk_back(&self, goals: &BTreeMap<StateId, Outcome>, max_hops: u32) -> Walk {
        let outcomes = [Outcome::Allowed, Outcome::AllowedIf, Outcome::Unknown];
        Walk { ways: outcomes.map(|limit| (limit, self.ways(goals, limit, max_hops, Direction::Incoming))) }
    }

    /// For every state that can be got to from a state: how, as in [`Self::walk_back`].
    #[must_use]
    pub fn walk_on(&self, from: StateId, max_hops: u32) -> Walk {
        let start = BTreeMap::from([(from, Outcome::Allowed)]);
        let outcomes = [Outcome::Allowed, Outcome::AllowedIf, Outcome::Unknown];
        Walk { ways: outcomes.map(|limit| (limit, self.ways(&start, limit, max_hops, Direction::Outgoing))) }
    }

    fn ways(
        &self,
        goals: &BTreeMap<StateId, Outcome>,
        limit: Outcome,
        max_hops: u32,
        direction: Direction,
    ) -> Vec<Option<Way>> {
        let mut ways: Vec<Option<Way>> = vec![None; self.graph.node_count()];
        let mut open: VecDeque<(NodeIndex<u32>, u32)> = VecDeque::new();
        for (goal, _) in goals.iter().filter(|(_, outcome)| **outcome <= limit) {
            let node = NodeIndex::new(goal.0 as usize);
            ways[node.index()] = Some(Way { hops: 0, next: None });
            open.push_back((node, 0));
        }
        while let Some((node, hops)) = open.pop_front() {
            if ways[node.index()].is_some_and(|way| way.hops < hops) {
                continue; // Found nearer meanwhile.
            }
            let mut next: Vec<_> = self
                .graph
                .edges_directed(node, direction)
                .filter_map(|edge| {
                    let other = if direction == Direction::Incoming { edge.source() } else { edge.target() };
                    match edge.weight() {
                        Edge::Belongs => Some((other, edge.id(), hops)),
                        Edge::Assume(assume) if assume.outcome <= limit && hops < max_hops => {
                            Some((other, edge.id(), hops + 1))
                        }
                        Edge::Assume(_) => None,
                    }
                })
                .collect();
            next.sort();
            for (source, edge, distance) in next {
                // A member with an edge of its own may be met by that first, though its set stands nearer.
                if ways[source.index()].is_some_and(|way| way.hops <= distance) {
                    continue;
                }
                ways[source.index()] = Some(Way { hops: distance, next: Some((edge, node)) });
                // Belonging costs nothing: a member stands as near as its set.
                if distance == hops { open.push_front((source, distance)) } else { open.push_back((source, distance)) }
            }
        }
        ways
    }

    /// The hops of the way by which [`Self::walk_on`] got to a state.
    #[must_use]
    pub fn path_to<'g>(&'g self, walk: &Walk, to: StateId) -> Vec<(StateId, &'g AssumeEdge)> {
        let at = to.0 as usize;
        let Some((_, ways)) = walk.ways.iter().find(|(_, ways)| ways[at].is_some()) else { return Vec::new() };
        let mut path = Vec::new();
        let mut here = NodeIndex::new(at);
        while let Some((edge, before)) = ways[here.index()].and_then(|way| way.next) {
            if let Edge::Assume(assume) = &self.graph[edge] {
                path.push((id(here), &**assume));
            }
            here = before;
        }
        path.reverse();
        path
    }

    /// The hops of the way that `Walk::reaches` tells of: the states entered, each with its edge.
    #[must_use]
    pub fn path<'g>(&'g self, walk: &Walk, from: StateId) -> Vec<(StateId, &'g AssumeEdge)> {
        let at = from.0 as usize;
        let Some((_, ways)) = walk.ways.iter().find(|(_, ways)| ways[at].is_some()) else { return Vec::new() };
        let mut path = Vec::new();
        let mut way = ways[at];
        while let Some((edge, node)) = way.and_then(|way| way.next) {
            if let Edge::Assume(assume) = &self.graph[edge] {
                path.push((id(node), &**assume));
            }
            way = ways[node.index()];
        }
        path
    }
}

fn id(index: NodeIndex<u32>) -> StateId {
    StateId(u32::try_from(index.index()).unwrap_or(u32::MAX))
}
