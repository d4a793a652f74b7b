//! The whole graph, made so that a path through it is an answer: a plain search from a resource backwards finds exactly the
//! principals that [`Engine::who_can`] finds.
//!
//! Its nodes are sessions: states of credentials, told apart by what they carry as far as anything on the way asks for it.
//! So nothing is left to be checked along a path but what its edges require. States of one principal from which the same
//! leads on are one session; sessions that share edges stand behind a set, so that a thousand administrators of a thousand
//! buckets are two thousand edges and not a million.

mod access;
mod merge;
mod side;

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use crate::condition::Residual;
use crate::evaluate::{Assumption, StatementRef};
use crate::graph::{Place, Search, State, StateId, Unfolded};
use crate::query::cells::Acting;
use crate::query::engine::Engine;
use crate::query::reach_graph::access::{Accesses, Fact};
use crate::query::reach_graph::merge::{Drawing, Links, Node};
use crate::request::{Caller, Credentials};
use crate::service_reference::{ActionId, ServiceReference};

/// How many resources are decided side by side before what was found is put together: enough for many cores, and few enough
/// that what waits is little.
const BATCH: usize = 64;

/// Which resources the graph has beside those of the input, objects of its buckets among them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Resources {
    /// Leaves out the patterns that policies name.
    pub without_patterns: bool,
    /// More, by ARN.
    pub more: BTreeSet<String>,
}

/// The graph.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ReachGraph {
    /// The resources, sorted: ARNs, and patterns that policies name.
    pub resources: Vec<Box<str>>,
    /// The sessions, by principal.
    pub sessions: Vec<Session>,
    /// Sets of sessions that share edges: the numbers of their members, sorted.
    pub sets: Vec<Vec<u32>>,
    /// The calls that open sessions, in order.
    pub calls: Vec<Call>,
    /// Who can do what, in order.
    pub accesses: Vec<Access>,
    /// What calls require and rest on, by number.
    pub call_terms: Vec<CallTerms>,
    /// What accesses require and rest on, by number.
    pub access_terms: Vec<AccessTerms>,
}

/// States of one principal from which the same leads on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Session {
    /// Whose.
    pub caller: Caller,
    /// What the session carries: what it has to have been given when it was opened.
    pub carried: Residual,
    /// The kinds of credentials, sorted.
    pub credentials: Vec<Credentials>,
    /// Of those that the principal begins with, the kind that takes least; none of a session that only a call opens.
    pub held: Option<Credentials>,
}

/// Where an edge begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Source {
    /// At a session.
    Session(u32),
    /// At each session of a set.
    Set(u32),
}

/// A call that opens a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Call {
    /// Whose.
    pub from: Source,
    /// The session opened.
    pub to: u32,
    /// The number of its terms.
    pub terms: u32,
}

/// What a call is, and what it requires.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct CallTerms {
    /// The call.
    pub action: &'static str,
    /// What it requires.
    pub condition: Residual,
    /// How long the session can last at most, in seconds (E146); `None` where nothing tells.
    pub max_duration: Option<u32>,
    /// The statements that allow it, those for what it passes on among them.
    pub statements: Vec<StatementRef>,
    /// What it rests on.
    pub assumptions: Vec<Assumption>,
}

/// That something can be done to a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Access {
    /// By whom.
    pub from: Source,
    /// The number of the resource.
    pub resource: u32,
    /// The number of its terms.
    pub terms: u32,
}

/// What can be done to a resource, and what that requires.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct AccessTerms {
    /// The actions, sorted; all that a service has for the resource are written `service:*`.
    pub actions: Vec<Box<str>>,
    /// The access levels among them, sorted, in AWS's words.
    pub levels: Vec<Box<str>>,
    /// What the request requires.
    pub condition: Residual,
    /// The statements that allow it.
    pub statements: Vec<StatementRef>,
    /// What it rests on.
    pub assumptions: Vec<Assumption>,
}

impl Engine<'_> {
    /// The whole graph, with every access to every resource of the input and to those that are named besides. `on_progress`
    /// is told how many of how many resources are done.
    #[must_use]
    pub fn reach_graph(&self, resources: &Resources, mut on_progress: impl FnMut(usize, usize)) -> ReachGraph {
        let texts: Vec<String> = self.resources_of_graph(resources).into_iter().collect();
        let search = self.search(u32::MAX, None);
        let mut facts = Facts::new(&search);
        let mut accesses = Accesses::of(self);
        let mut terms: BTreeMap<AccessTerms, u32> = BTreeMap::new();
        for (batch, texts_of_batch) in texts.chunks(BATCH).enumerate() {
            on_progress(batch * BATCH, texts.len());
            let mut asked: Vec<(Acting<'_>, Vec<u32>)> = Vec::with_capacity(BATCH);
            for resource in texts_of_batch {
                let acting = Acting::on(resource);
                let outsiders = accesses.outsiders(resource, &acting);
                asked.push((acting, outsiders));
            }
            let found: Vec<Vec<Fact>> = texts_of_batch
                .par_iter()
                .zip(&asked)
                .map(|(resource, (acting, outsiders))| accesses.to(resource, acting, outsiders))
                .collect();
            for ((number, (acting, _)), found) in (batch * BATCH..).zip(&asked).zip(found) {
                for fact in found {
                    for (condition, holders) in facts.alternatives(&fact, &accesses.states) {
                        let next = to_u32(terms.len());
                        let terms = *terms.entry(terms_of(acting, &fact, condition)).or_insert(next);
                        facts.found.push((holders, to_u32(number), terms));
                    }
                }
            }
        }
        on_progress(texts.len(), texts.len());
        let (nodes, links, of_wanted) = self.unfold(&search, &facts, &accesses.states);
        let groups: Vec<Vec<u32>> = facts
            .groups()
            .into_iter()
            .map(|group| group.iter().filter_map(|wanted| of_wanted.get(*wanted as usize).copied().flatten()).collect())
            .collect();
        let drawing = Drawing { nodes, links, groups, accesses: facts.found };
        let mut terms: Vec<(AccessTerms, u32)> = terms.into_iter().collect();
        terms.sort_by_key(|(_, number)| *number);
        self.keep_in_mind(&search);
        ReachGraph {
            resources: texts.into_iter().map(Into::into).collect(),
            access_terms: terms.into_iter().map(|(terms, _)| terms).collect(),
            ..drawing.draw(|step| self.call_terms(step))
        }
    }

    fn resources_of_graph(&self, wanted: &Resources) -> BTreeSet<String> {
        let mut resources = wanted.more.clone();
        for resource in self.environment().resources() {
            resources.insert(resource.arn.to_string());
            resources.extend(crate::model::objects_of(&resource.arn));
        }
        if !wanted.without_patterns {
            resources.extend(self.evaluator().resources_named_by_anyone());
        }
        resources
    }

    /// The places of the graph, those of states beyond it, and which of them each that was wanted is.
    fn unfold<'g>(
        &self,
        search: &Search<'g, '_>,
        facts: &Facts<'_, '_, '_>,
        states: &[State],
    ) -> (Vec<Node>, Links<'g>, Vec<Option<u32>>) {
        let graph = search.graph();
        let mut wanted: Vec<(StateId, Residual)> = Vec::new();
        let mut beyond: Vec<(usize, Node)> = Vec::new();
        let mut inside: Vec<usize> = Vec::new();
        for (number, (state, carried)) in facts.wanted.iter().enumerate() {
            let Some(state) = states.get(*state as usize) else { continue };
            match graph.find(state) {
                Some(id) => {
                    wanted.push((id, carried.clone()));
                    inside.push(number);
                }
                None => beyond.push((number, self.node(state, carried))),
            }
        }
        // Who vouches for people who are known opens nothing for others (E15).
        let may = |from: &State, to: &State| {
            !matches!(from.caller, Caller::FederatedProvider(_))
                || !to.caller.principal().is_some_and(|role| self.people_are_known(role))
        };
        let (Unfolded { places, links }, numbers) = search.unfold(&wanted, may);
        let mut of_wanted = vec![None; facts.wanted.len()];
        for (number, place) in inside.into_iter().zip(numbers) {
            of_wanted[number] = place;
        }
        let node = |Place { state, carried }: Place| match state {
            Some(id) => self.node(graph.state(id), &carried),
            None => Node { who: None, carried, held: false },
        };
        let mut nodes: Vec<Node> = places.into_iter().map(node).collect();
        for (number, node) in beyond {
            of_wanted[number] = Some(to_u32(nodes.len()));
            nodes.push(node);
        }
        (nodes, links, of_wanted)
    }

    fn node(&self, state: &State, carried: &Residual) -> Node {
        let held = state.begins() && self.may_begin(state);
        Node { who: Some((state.caller.clone(), state.credentials)), carried: carried.clone(), held }
    }
}

/// What was found of all resources, before it is drawn.
struct Facts<'s, 'a, 'e> {
    search: &'s Search<'a, 'e>,
    /// Which states have to carry what, by number.
    wanted: Vec<(u32, Residual)>,
    numbers: BTreeMap<(u32, Residual), u32>,
    /// Groups of those, by number.
    groups: BTreeMap<Vec<u32>, u32>,
    /// Group, resource and terms.
    found: Vec<(u32, u32, u32)>,
}

impl<'s, 'a, 'e> Facts<'s, 'a, 'e> {
    fn new(search: &'s Search<'a, 'e>) -> Self {
        let (wanted, numbers, groups, found) = (Vec::new(), BTreeMap::new(), BTreeMap::new(), Vec::new());
        Self { search, wanted, numbers, groups, found }
    }

    /// What the request requires, in alternatives, and the group of those that carry what is asked besides.
    fn alternatives(&mut self, fact: &Fact, states: &[State]) -> Vec<(Residual, u32)> {
        let mut found = Vec::new();
        let (inside, beyond): (Vec<u32>, Vec<u32>) = fact.holders.iter().partition(|holder| {
            states.get(**holder as usize).is_some_and(|state| self.search.graph().find(state).is_some())
        });
        if !beyond.is_empty() {
            found.push((fact.goal.clone(), self.group(&beyond, &Residual::True)));
        }
        if !inside.is_empty() {
            for (request, carried) in self.search.alternatives(&fact.goal) {
                let group = self.group(&inside, &carried);
                found.push((request, group));
            }
        }
        found
    }

    fn group(&mut self, states: &[u32], carried: &Residual) -> u32 {
        let mut group = Vec::with_capacity(states.len());
        for state in states {
            let key = (*state, carried.clone());
            let next = to_u32(self.wanted.len());
            let number = *self.numbers.entry(key.clone()).or_insert(next);
            if number == next {
                self.wanted.push(key);
            }
            group.push(number);
        }
        let next = to_u32(self.groups.len());
        *self.groups.entry(group).or_insert(next)
    }

    fn groups(&self) -> Vec<&Vec<u32>> {
        let mut groups: Vec<(&Vec<u32>, &u32)> = self.groups.iter().collect();
        groups.sort_by_key(|(_, number)| **number);
        groups.into_iter().map(|(group, _)| group).collect()
    }
}

fn terms_of(acting: &Acting<'_>, fact: &Fact, condition: Residual) -> AccessTerms {
    let level = |id: &ActionId| ServiceReference::embedded().action(*id).map(|action| action.access_level());
    let levels: BTreeSet<_> = fact.actions.iter().filter_map(level).collect();
    AccessTerms {
        actions: acting.names(&fact.actions),
        levels: levels.into_iter().map(|level| level.to_string().into()).collect(),
        condition,
        statements: fact.statements.clone(),
        assumptions: fact.assumptions.clone(),
    }
}

fn to_u32(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
