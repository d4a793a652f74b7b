//! The graph unfolded by what sessions carry, so that every path through it can be walked.

use std::collections::{BTreeMap, VecDeque};

use petgraph::Direction;
use petgraph::graph::NodeIndex;
use petgraph::visit::EdgeRef;

use crate::condition::Residual;
use crate::graph::access_graph::{Edge, Node, StateId, id};
use crate::graph::carried::Apart;
use crate::graph::search::{KEPT_IN_ALL, Search};
use crate::graph::state::State;
use crate::graph::way::Step;

/// A state, or a set of equal ones, with a session that carries something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The state; none for a set.
    pub state: Option<StateId>,
    /// What its session carries.
    pub carried: Residual,
}

/// How one place leads to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Link<'g> {
    /// The state is one of the set.
    Belongs,
    /// A call that opens the session.
    Call(Step<'g>),
}

/// The graph with its states told apart by what their sessions carry. A path through it is one that can be walked, and each
/// of its calls requires what its link says: nothing that is carried is left to be checked.
#[derive(Debug)]
pub struct Unfolded<'g> {
    /// The places, by number.
    pub places: Vec<Place>,
    /// From place to place, in order.
    pub links: Vec<(u32, u32, Link<'g>)>,
}

impl<'a> Search<'a, '_> {
    /// A condition in alternatives: what the request itself requires, and what the session that makes it has to carry.
    #[must_use]
    pub fn alternatives(&self, condition: &Residual) -> Vec<(Residual, Residual)> {
        self.carrying().apart(condition).into_iter().map(|Apart { request, carried }| (request, carried)).collect()
    }

    /// Unfolds the graph for goals that are reached in states whose sessions carry something. The first places are those
    /// asked for, in their order; `None` stands for one that no session can be in. `may` says which calls count.
    #[must_use]
    pub fn unfold(
        &self,
        wanted: &[(StateId, Residual)],
        may: impl Fn(&State, &State) -> bool,
    ) -> (Unfolded<'a>, Vec<Option<u32>>) {
        let mut unfolding =
            Unfolding { search: self, places: Vec::new(), numbers: BTreeMap::new(), open: VecDeque::new() };
        let node = |state: &StateId| NodeIndex::new(state.0 as usize);
        let numbers = wanted.iter().map(|(state, carried)| unfolding.place(node(state), carried)).collect();
        for (state, _) in self.graph().states() {
            unfolding.place(node(&state), &Residual::True);
        }
        let mut links = Vec::new();
        while let Some((node, number)) = unfolding.open.pop_front() {
            unfolding.enter(node, number, &may, &mut links);
        }
        links.sort_by_key(|(from, to, _)| (*from, *to));
        (Unfolded { places: unfolding.places, links }, numbers)
    }
}

struct Unfolding<'s, 'a, 'e> {
    search: &'s Search<'a, 'e>,
    places: Vec<Place>,
    numbers: BTreeMap<NodeIndex<u32>, Vec<(Residual, u32)>>,
    open: VecDeque<(NodeIndex<u32>, u32)>,
}

impl<'a> Unfolding<'_, 'a, '_> {
    /// The number of a place, if some session can be in it.
    fn place(&mut self, node: NodeIndex<u32>, carried: &Residual) -> Option<u32> {
        let known = self.numbers.entry(node).or_default();
        if let Some((_, number)) = known.iter().find(|(other, _)| other == carried) {
            return Some(*number);
        }
        let state = match &self.search.graph().graph[node] {
            Node::State(state) => Some(state),
            Node::Set => None,
        };
        let begins = state.filter(|state| state.begins() && !carried.is_true());
        if begins.is_some_and(|state| !self.search.can_be_opened(state, carried)) {
            return None;
        }
        if known.len() >= KEPT_IN_ALL {
            self.search.leave_aside();
            return None;
        }
        let number = u32::try_from(self.places.len()).unwrap_or(u32::MAX);
        known.push((carried.clone(), number));
        self.places.push(Place { state: state.map(|_| id(node)), carried: carried.clone() });
        self.open.push_back((node, number));
        Some(number)
    }

    /// Adds the ways into a place.
    fn enter(
        &mut self,
        node: NodeIndex<u32>,
        number: u32,
        may: &impl Fn(&State, &State) -> bool,
        links: &mut Vec<(u32, u32, Link<'a>)>,
    ) {
        let graph = &self.search.graph().graph;
        let Some(carried) = self.places.get(number as usize).map(|place| place.carried.clone()) else { return };
        let mut edges: Vec<_> = graph.edges_directed(node, Direction::Incoming).collect();
        edges.sort_by_key(|edge| (edge.source(), edge.id()));
        for edge in edges {
            let assume = match edge.weight() {
                Edge::Belongs => {
                    let from = self.place(edge.source(), &carried);
                    links.extend(from.map(|from| (from, number, Link::Belongs)));
                    continue;
                }
                Edge::Assume(assume) => assume,
            };
            if let (Node::State(from), Node::State(to)) = (&graph[edge.source()], &graph[node])
                && !may(from, to)
            {
                continue;
            }
            for passage in self.search.passages(edge.source(), id(node), assume, &carried).iter().cloned() {
                let from = self.place(edge.source(), &passage.carried);
                let step = || Link::Call(Step::new(id(node), assume, passage.clone()));
                links.extend(from.map(|from| (from, number, step())));
            }
        }
    }
}
