//! The ways to a goal, sought backwards from it for all who have one.
//!
//! A label says: from this state the goal can be had by these hops, if this is required on the way and the session in hand
//! carries that. What the session has to carry is handed to the calls that open it, hop by hop, until a call can give it
//! or nothing can.

use std::cell::{Cell, RefCell};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, HashMap};
use std::rc::Rc;

use petgraph::graph::{EdgeIndex, NodeIndex};
use petgraph::visit::EdgeRef;
use petgraph::{Direction, graph::DiGraph};

use crate::condition::Residual;
use crate::evaluate::Evaluator;
use crate::graph::access_graph::{AccessGraph, AssumeEdge, Edge, Node, StateId, id};
use crate::graph::carried::{Apart, Carrying};
use crate::graph::choice::{HandsOn, Passes};
use crate::graph::entry::{Entry, Names, Passage};
use crate::graph::state::State;
use crate::graph::way::{Step, Way, best_of_each};
use crate::request::{ANY_SERVICE, Caller, Credentials};

/// What makes one way better than another. A decided one always comes before an undecided one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// Fewer requirements, then fewer hops.
    #[default]
    Requirements,
    /// Fewer hops, then fewer requirements.
    Hops,
}

/// How many ways from one state are kept that ask the same of the session in hand; those beyond are worse by [`Order`] than
/// all that are.
pub(super) const KEPT: usize = 8;

/// How many ways from one state are kept in all.
pub(super) const KEPT_IN_ALL: usize = 64;

/// A search over the states of a graph.
pub struct Search<'a, 'e> {
    graph: &'a AccessGraph,
    evaluator: &'a Evaluator<'e>,
    /// What counts as carried.
    carrying: Carrying,
    /// Which ways come first.
    order: Order,
    /// How many roles a way may enter.
    max_hops: u32,
    /// The states that a way may pass; all, if none are given.
    within: Option<&'a [bool]>,
    known: RefCell<HashMap<Call, Rc<[Passage]>>>,
    left_aside: Cell<bool>,
}

/// What the ways to open a session depend on: the edge by its address, the state that it leads to, what its caller hands on,
/// passes and leaves open, and what the session has to carry.
type Call = (usize, StateId, HandsOn, Passes, bool, Residual);

/// The ways that a search found.
pub struct Ways<'g> {
    graph: &'g AccessGraph,
    labels: Vec<Label>,
    /// By node, best first.
    settled: Vec<Vec<u32>>,
}

#[derive(Debug, Clone)]
struct Label {
    node: NodeIndex<u32>,
    /// What the session in hand has to carry.
    carried: Residual,
    /// Numbers of all that is required from here on, carried or not, sorted.
    requirements: Rc<[u32]>,
    undecided: bool,
    hops: u32,
    next: Next,
}

#[derive(Debug, Clone)]
enum Next {
    /// At the goal: what the request requires.
    Goal(Residual),
    /// One of a set: the set's label.
    Belongs(u32),
    /// A call that enters a role, and the label there.
    Call(EdgeIndex<u32>, Passage, u32),
}

impl<'a, 'e> Search<'a, 'e> {
    /// A search over a graph, by what decided it, that enters `max_hops` roles at most and passes only the states that
    /// `within` flags, if it is given.
    #[must_use]
    pub fn new(
        graph: &'a AccessGraph,
        evaluator: &'a Evaluator<'e>,
        (carrying, order): (Carrying, Order),
        max_hops: u32,
        within: Option<&'a [bool]>,
    ) -> Self {
        let (known, left_aside) = (RefCell::default(), Cell::default());
        Self { graph, evaluator, carrying, order, max_hops, within, known, left_aside }
    }

    /// Whether ways were left aside that might have led on where those that were followed do not: then somebody may be
    /// missing among those who have a way.
    #[must_use]
    pub fn left_ways_aside(&self) -> bool {
        self.left_aside.get()
    }

    /// Says that ways were left aside.
    pub(crate) fn leave_aside(&self) {
        self.left_aside.set(true);
    }

    pub(super) fn carrying(&self) -> Carrying {
        self.carrying
    }

    /// The graph.
    #[must_use]
    pub fn graph(&self) -> &'a AccessGraph {
        self.graph
    }

    /// The ways to a goal: states in which a request is allowed under a condition, in the words of a request that the state's
    /// session makes.
    #[must_use]
    pub fn to(&self, goals: &BTreeMap<StateId, Residual>) -> Ways<'a> {
        let graph = &self.graph.graph;
        let mut run = Run {
            search: self,
            ways: Ways { graph: self.graph, labels: Vec::new(), settled: vec![Vec::new(); graph.node_count()] },
            open: BinaryHeap::new(),
            numbers: HashMap::new(),
        };
        for (goal, condition) in goals {
            let node = NodeIndex::new(goal.0 as usize);
            for Apart { request, carried } in self.carrying.apart(condition) {
                let required = run.required(&[], request.conjuncts().iter().chain(carried.conjuncts()));
                let undecided = is_undecided(&request) || is_undecided(&carried);
                run.reach(Label {
                    node,
                    carried,
                    requirements: required,
                    undecided,
                    hops: 0,
                    next: Next::Goal(request),
                });
            }
        }
        while let Some(Reverse((_, _, label))) = run.open.pop() {
            run.settle(label);
        }
        run.ways
    }

    /// The ways along given hops, best first: none if they contradict each other.
    #[must_use]
    pub fn along(&self, hops: &[(StateId, &'a AssumeEdge)], from: StateId, goal: &Residual) -> Vec<Way<'a>> {
        let mut ways: Vec<(Residual, Way<'a>)> = self
            .carrying
            .apart(goal)
            .into_iter()
            .map(|Apart { request, carried }| (carried, Way { hops: Vec::new(), request }))
            .collect();
        for (index, (entered, edge)) in hops.iter().enumerate().rev() {
            let before = index.checked_sub(1).and_then(|before| hops.get(before)).map_or(from, |(state, _)| *state);
            let mut longer = Vec::new();
            for (carried, way) in &ways {
                for passage in self.passages(NodeIndex::new(before.0 as usize), *entered, edge, carried).iter().cloned()
                {
                    let mut way = way.clone();
                    let carried = passage.carried.clone();
                    way.hops.insert(0, Step::new(*entered, edge, passage));
                    longer.push((carried, way));
                }
            }
            let (best, all) = best_of_each(longer);
            if !all {
                self.leave_aside();
            }
            ways = best;
        }
        let begins = self.graph.state(from);
        ways.into_iter()
            .filter(|(carried, _)| self.can_be_opened(begins, carried))
            .map(|(carried, mut way)| {
                way.begins_with(carried);
                way
            })
            .collect()
    }

    /// The ways to open a session that carries what is asked of it, each kind of call worked out once.
    pub(super) fn passages(
        &self,
        from: NodeIndex<u32>,
        entered: StateId,
        edge: &'a AssumeEdge,
        carried: &Residual,
    ) -> Rc<[Passage]> {
        let entry = self.entry(from, entered, edge);
        if entry.is_plain(carried) {
            return Rc::from([Passage::plain()]);
        }
        if matches!(entry.names, Names::Always(_)) {
            return entry.ways(carried).into();
        }
        let key = (
            std::ptr::from_ref(edge).addr(),
            entered,
            entry.caller,
            entry.passes,
            entry.names == Names::Freely,
            carried.clone(),
        );
        if let Some(known) = self.known.borrow().get(&key) {
            return known.clone();
        }
        let ways: Rc<[Passage]> = entry.ways(carried).into();
        self.known.borrow_mut().insert(key, ways.clone());
        ways
    }

    fn entry<'s>(&'s self, from: NodeIndex<u32>, entered: StateId, edge: &'s AssumeEdge) -> Entry<'s, 'e> {
        let role = self.graph.state(entered).caller.principal();
        let names = match &self.graph.graph[from] {
            Node::State(State { caller: Caller::Service(name), .. }) if &**name == "ec2.amazonaws.com" => {
                Names::Like("i-*")
            }
            Node::State(State { caller: Caller::IdentityCenterUser { name, .. }, .. }) => Names::Always(name),
            _ => Names::Freely,
        };
        let passes = match &self.graph.graph[from] {
            Node::State(State { caller: Caller::Service(name), .. }) => match &**name {
                "pods.eks.amazonaws.com" => Passes::OfPods,
                "rolesanywhere.amazonaws.com" | ANY_SERVICE => Passes::Anything,
                _ => Passes::Nothing,
            },
            _ => Passes::Anything,
        };
        Entry {
            evaluator: self.evaluator,
            carrying: self.carrying,
            edge,
            role,
            caller: self.graph.hands_on(from),
            passes,
            names,
            left_aside: &self.left_aside,
        }
    }

    /// Whether a session of a role that a way begins with can carry what is asked of it: some call that opens one can give
    /// it, whose own session can carry what that takes, and so on over four calls. Where no call is known that opens any,
    /// nothing tells.
    #[must_use]
    pub fn can_be_opened(&self, state: &State, condition: &Residual) -> bool {
        self.can_be_opened_in(4, state, condition)
    }

    fn can_be_opened_in(&self, calls: u32, state: &State, condition: &Residual) -> bool {
        // Where the call came from that opened the session is no matter of this way.
        let alternatives = Carrying::default().apart(condition);
        let free = alternatives.iter().any(|alternative| alternative.carried.is_true());
        if free || state.caller.principal().is_none() || !matches!(state.credentials, Credentials::RoleSession(_)) {
            return true;
        }
        let mut known = false;
        for entered in self.graph.sessions_of(&state.caller) {
            for edge in self.graph.graph.edges_directed(NodeIndex::new(entered.0 as usize), Direction::Incoming) {
                let Edge::Assume(assume) = edge.weight() else { continue };
                known = true;
                let before = match &self.graph.graph[edge.source()] {
                    Node::State(state) if calls > 1 => Some(state),
                    _ => None,
                };
                let opens = |carried: &Residual| {
                    self.passages(edge.source(), entered, assume, carried).iter().any(|passage| {
                        before.is_none_or(|before| self.can_be_opened_in(calls - 1, before, &passage.carried))
                    })
                };
                if alternatives.iter().any(|alternative| opens(&alternative.carried)) {
                    return true;
                }
            }
        }
        !known
    }

    fn may_pass(&self, node: NodeIndex<u32>) -> bool {
        self.within.is_none_or(|within| within.get(node.index()).copied().unwrap_or(false))
    }
}

impl<'g> Ways<'g> {
    /// The ways from a state that enter a role, best first. None is there of which another requires a part only.
    #[must_use]
    pub fn from(&self, state: StateId) -> Vec<Way<'g>> {
        let settled = self.settled.get(state.0 as usize).map(Vec::as_slice).unwrap_or_default();
        let labels = settled.iter().filter_map(|label| self.labels.get(*label as usize));
        labels.filter(|label| label.hops > 0).map(|label| self.way(label)).collect()
    }

    fn way(&self, start: &Label) -> Way<'g> {
        let mut way = Way { hops: Vec::new(), request: Residual::True };
        let mut here = start;
        loop {
            let next = match &here.next {
                Next::Goal(request) => {
                    way.request = request.clone();
                    break;
                }
                Next::Belongs(next) => *next,
                Next::Call(edge, passage, next) => {
                    if let (Edge::Assume(edge), Some((_, entered))) =
                        (&self.graph.graph[*edge], self.graph.graph.edge_endpoints(*edge))
                    {
                        way.hops.push(Step::new(id(entered), edge, passage.clone()));
                    }
                    *next
                }
            };
            let Some(label) = self.labels.get(next as usize) else { break };
            here = label;
        }
        way.begins_with(start.carried.clone());
        way
    }
}

type Rank = (bool, u32, u32);

struct Run<'s, 'a, 'e> {
    search: &'s Search<'a, 'e>,
    ways: Ways<'a>,
    open: BinaryHeap<Reverse<(Rank, u32, u32)>>,
    /// Requirements by number.
    numbers: HashMap<Residual, u32>,
}

impl Run<'_, '_, '_> {
    fn required<'r>(&mut self, others: &[u32], new: impl Iterator<Item = &'r Residual>) -> Rc<[u32]> {
        let mut new = new.peekable();
        let mut all = others.to_vec();
        if new.peek().is_none() {
            return all.into();
        }
        for part in new {
            let next = u32::try_from(self.numbers.len()).unwrap_or(u32::MAX);
            all.push(*self.numbers.entry(part.clone()).or_insert(next));
        }
        all.sort_unstable();
        all.dedup();
        all.into()
    }

    fn reach(&mut self, label: Label) {
        if !self.search.may_pass(label.node) || self.is_dominated(&label) || !self.may_begin(&label) {
            return;
        }
        let count = u32::try_from(label.requirements.len()).unwrap_or(u32::MAX);
        let rank = match self.search.order {
            Order::Requirements => (label.undecided, count, label.hops),
            Order::Hops => (label.undecided, label.hops, count),
        };
        let number = u32::try_from(self.ways.labels.len()).unwrap_or(u32::MAX);
        let node = u32::try_from(label.node.index()).unwrap_or(u32::MAX);
        self.ways.labels.push(label);
        self.open.push(Reverse((rank, node, number)));
    }

    /// Whether the session that a way would begin with can be had.
    fn may_begin(&self, label: &Label) -> bool {
        match &self.search.graph.graph[label.node] {
            Node::State(state) if state.begins() => {
                label.carried.is_true() || self.search.can_be_opened(state, &label.carried)
            }
            _ => true,
        }
    }

    /// Whether a way that is there already requires no more and is no longer.
    fn is_dominated(&self, label: &Label) -> bool {
        let Some(settled) = self.ways.settled.get(label.node.index()) else { return true };
        let others = || settled.iter().filter_map(|number| self.ways.labels.get(*number as usize));
        if others().any(|other| other.hops <= label.hops && is_part_of(&other.requirements, &label.requirements)) {
            return true;
        }
        // Of ways that ask the same of the session in hand each leads on where the others do.
        if settled.len() >= KEPT && others().filter(|other| other.carried == label.carried).count() >= KEPT {
            return true;
        }
        let full = settled.len() >= KEPT_IN_ALL;
        if full {
            self.search.leave_aside();
        }
        full
    }

    fn settle(&mut self, number: u32) {
        let Some(label) = self.ways.labels.get(number as usize).cloned() else { return };
        if self.is_dominated(&label) {
            return;
        }
        if let Some(settled) = self.ways.settled.get_mut(label.node.index()) {
            settled.push(number);
        }
        let graph: &DiGraph<Node, Edge, u32> = &self.search.graph.graph;
        let mut edges: Vec<_> =
            graph.edges_directed(label.node, Direction::Incoming).map(|edge| (edge.source(), edge.id())).collect();
        edges.sort();
        for (source, edge) in edges {
            match &graph[edge] {
                Edge::Belongs => self.reach(Label { node: source, next: Next::Belongs(number), ..label.clone() }),
                Edge::Assume(_) if label.hops >= self.search.max_hops => {}
                Edge::Assume(assume) => self.enter(source, edge, assume, &label, number),
            }
        }
    }

    fn enter(&mut self, source: NodeIndex<u32>, edge: EdgeIndex<u32>, assume: &AssumeEdge, at: &Label, number: u32) {
        if !self.search.may_pass(source) {
            return;
        }
        // What the session carried is now what the call passes, or its caller carries.
        let later = self.later(at);
        for passage in self.search.passages(source, id(at.node), assume, &at.carried).iter().cloned() {
            let Passage { request, carried, .. } = &passage;
            let requirements = self.required(&later, request.conjuncts().iter().chain(carried.conjuncts()));
            let undecided = at.undecided || is_undecided(request) || is_undecided(carried);
            let carried = carried.clone();
            let next = Next::Call(edge, passage, number);
            self.reach(Label { node: source, carried, requirements, undecided, hops: at.hops + 1, next });
        }
    }

    /// The requirements of a label without those of the session.
    fn later(&mut self, label: &Label) -> Vec<u32> {
        if label.carried.is_true() {
            return label.requirements.to_vec();
        }
        let carried = self.required(&[], label.carried.conjuncts().iter());
        label.requirements.iter().copied().filter(|number| carried.binary_search(number).is_err()).collect()
    }
}

/// Whether all of one sorted list are in the other.
fn is_part_of(part: &[u32], whole: &[u32]) -> bool {
    part.len() <= whole.len() && part.iter().all(|number| whole.binary_search(number).is_ok())
}

fn is_undecided(condition: &Residual) -> bool {
    !condition.is_true() && condition.without_missing_input().is_false()
}

impl AccessGraph {
    /// Which states can be got to from some, whatever is required: flags for [`Search::new`].
    #[must_use]
    pub fn reachable(&self, from: &[StateId]) -> Vec<bool> {
        let mut seen = vec![false; self.graph.node_count()];
        let mut open: Vec<NodeIndex<u32>> = from.iter().map(|state| NodeIndex::new(state.0 as usize)).collect();
        while let Some(node) = open.pop() {
            if let Some(flag) = seen.get_mut(node.index()).filter(|flag| !**flag) {
                *flag = true;
                open.extend(self.graph.edges(node).map(|edge| edge.target()));
            }
        }
        seen
    }

    pub(super) fn hands_on(&self, node: NodeIndex<u32>) -> HandsOn {
        self.hands_on.get(&node).copied().unwrap_or_default()
    }
}
