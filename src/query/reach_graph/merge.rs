//! States from which the same leads on, as one; and sessions that share edges, behind sets.

use std::collections::{BTreeMap, BTreeSet};

use crate::condition::Residual;
use crate::graph::{Link, Step};
use crate::query::answer::Requirement;
use crate::query::reach_graph::{Access, Call, CallTerms, ReachGraph, Session, Source, to_u32};
use crate::request::{Caller, Credentials};

/// A state or a set, with what its session carries.
#[derive(Debug)]
pub(super) struct Node {
    /// The state; none for a set.
    pub(super) who: Option<(Caller, Credentials)>,
    pub(super) carried: Residual,
    /// Whether a way can begin here.
    pub(super) held: bool,
}

/// From node to node.
pub(super) type Links<'g> = Vec<(u32, u32, Link<'g>)>;

/// All of it, before anything is put together.
pub(super) struct Drawing<'g> {
    pub(super) nodes: Vec<Node>,
    pub(super) links: Links<'g>,
    /// Groups of nodes, by number.
    pub(super) groups: Vec<Vec<u32>>,
    /// Group, resource and terms.
    pub(super) accesses: Vec<(u32, u32, u32)>,
}

/// Membership of a set, among the numbers of calls' terms.
const BELONGS: u32 = u32::MAX;

impl<'g> Drawing<'g> {
    /// The graph, less its resources and what accesses require.
    pub(super) fn draw(self, terms_of: impl Fn(&Step<'g>) -> CallTerms) -> ReachGraph {
        let mut terms: BTreeMap<CallTerms, u32> = BTreeMap::new();
        let mut links: Vec<(u32, u32, u32)> = Vec::with_capacity(self.links.len());
        for (from, to, link) in &self.links {
            let label = match link {
                Link::Call(step) => {
                    let next = to_u32(terms.len());
                    *terms.entry(terms_of(step)).or_insert(next)
                }
                Link::Belongs => BELONGS,
            };
            links.push((*from, *to, label));
        }
        let reached = self.reached(&links);
        let is_reached = |node: u32| reached.get(node as usize) == Some(&true);
        links.retain(|(from, to, _)| is_reached(*from) && is_reached(*to));
        let block_of = self.blocks(&links, &reached);
        let mut graph = self.merged(&links, &block_of);
        let mut terms: Vec<(CallTerms, u32)> = terms.into_iter().collect();
        terms.sort_by_key(|(_, number)| *number);
        graph.call_terms = terms.into_iter().map(|(terms, _)| terms).collect();
        graph
    }

    /// The nodes that some way passes: flags by number.
    fn reached(&self, links: &[(u32, u32, u32)]) -> Vec<bool> {
        let mut next: Vec<Vec<u32>> = vec![Vec::new(); self.nodes.len()];
        for (from, to, _) in links {
            if let Some(next) = next.get_mut(*from as usize) {
                next.push(*to);
            }
        }
        let mut reached = vec![false; self.nodes.len()];
        let mut open: Vec<u32> =
            (0..).zip(&self.nodes).filter(|(_, node)| node.held).map(|(number, _)| number).collect();
        while let Some(node) = open.pop() {
            if let Some(flag) = reached.get_mut(node as usize).filter(|flag| !**flag) {
                *flag = true;
                open.extend(next.get(node as usize).into_iter().flatten());
            }
        }
        reached
    }

    /// The coarsest partition in which the nodes of a block are of one principal, carry the same, and lead on alike; the
    /// block of each node that is reached.
    fn blocks(&self, links: &[(u32, u32, u32)], reached: &[bool]) -> Vec<Option<u32>> {
        let mut in_groups: Vec<Vec<u32>> = vec![Vec::new(); self.nodes.len()];
        for (number, group) in (0_u32..).zip(&self.groups) {
            for node in group {
                if let Some(of_node) = in_groups.get_mut(*node as usize) {
                    of_node.push(number);
                }
            }
        }
        let mut of: Vec<Option<u32>> = vec![None; self.nodes.len()];
        let mut first = BTreeMap::new();
        for (((node, groups), reached), block) in self.nodes.iter().zip(in_groups).zip(reached).zip(&mut of) {
            let key = (node.who.as_ref().map(|(caller, _)| caller), &node.carried, groups);
            let next = to_u32(first.len());
            *block = reached.then(|| *first.entry(key).or_insert(next));
        }
        let mut count = first.len();
        loop {
            let mut out: Vec<BTreeSet<(u32, Option<u32>)>> = vec![BTreeSet::new(); self.nodes.len()];
            for (from, to, label) in links {
                if let Some(out) = out.get_mut(*from as usize) {
                    out.insert((*label, of.get(*to as usize).copied().flatten()));
                }
            }
            let mut refined = BTreeMap::new();
            for (block, out) in of.iter_mut().zip(out) {
                let next = to_u32(refined.len());
                *block = block.map(|block| *refined.entry((block, out)).or_insert(next));
            }
            if refined.len() == count {
                return of;
            }
            count = refined.len();
        }
    }

    fn merged(&self, links: &[(u32, u32, u32)], block_of: &[Option<u32>]) -> ReachGraph {
        let block = |node: u32| block_of.get(node as usize).copied().flatten();
        // Sessions in order, and the number of each block that is one.
        let mut by_block: BTreeMap<u32, Session> = BTreeMap::new();
        for (number, node) in (0..).zip(&self.nodes) {
            let (Some(block), Some((caller, credentials))) = (block(number), &node.who) else { continue };
            let session = by_block.entry(block).or_insert_with(|| Session {
                caller: caller.clone(),
                carried: node.carried.clone(),
                credentials: Vec::new(),
                held: None,
            });
            session.credentials.push(*credentials);
            session.credentials.sort_unstable();
            session.credentials.dedup();
            let takes = |credentials: Credentials| (Requirement::of_credentials(credentials), credentials);
            let better = session.held.is_none_or(|held| takes(*credentials) < takes(held));
            if node.held && better {
                session.held = Some(*credentials);
            }
        }
        let mut sessions: Vec<(Session, u32)> = by_block.into_iter().map(|(block, session)| (session, block)).collect();
        sessions.sort();
        let numbers: BTreeMap<u32, u32> = (0..).zip(&sessions).map(|(number, (_, block))| (*block, number)).collect();
        let sessions: Vec<Session> = sessions.into_iter().map(|(session, _)| session).collect();

        let mut edges = Edges::default();
        let mut members: BTreeMap<u32, BTreeSet<u32>> = BTreeMap::new();
        for (from, to, _) in links.iter().filter(|(_, _, label)| *label == BELONGS) {
            if let (Some(from), Some(to)) = (block(*from), block(*to)) {
                members.entry(to).or_default().extend(numbers.get(&from));
            }
        }
        for (from, to, terms) in links.iter().filter(|(_, _, label)| *label != BELONGS) {
            let (Some(from), Some(to)) = (block(*from), block(*to).and_then(|to| numbers.get(&to))) else { continue };
            let one = numbers.get(&from).map(|from| BTreeSet::from([*from]));
            if let Some(from) = one.as_ref().or_else(|| members.get(&from)) {
                let from = edges.from(from.iter().copied().collect());
                edges.calls.insert((from, *to, *terms));
            }
        }
        let of_group: Vec<Option<u32>> = self
            .groups
            .iter()
            .map(|group| {
                let members: BTreeSet<u32> =
                    group.iter().filter_map(|node| numbers.get(&block(*node)?).copied()).collect();
                (!members.is_empty()).then(|| edges.from(members.into_iter().collect()))
            })
            .collect();
        for (group, resource, terms) in &self.accesses {
            let from = of_group.get(*group as usize).copied().flatten();
            edges.accesses.extend(from.map(|from| (from, *resource, *terms)));
        }
        edges.sorted(sessions)
    }
}

/// Edges from lists of sessions, by number.
#[derive(Default)]
struct Edges {
    lists: BTreeMap<Vec<u32>, u32>,
    calls: BTreeSet<(u32, u32, u32)>,
    accesses: Vec<(u32, u32, u32)>,
}

impl Edges {
    fn from(&mut self, list: Vec<u32>) -> u32 {
        let next = to_u32(self.lists.len());
        *self.lists.entry(list).or_insert(next)
    }

    /// With a set for every list that saves edges.
    fn sorted(self, sessions: Vec<Session>) -> ReachGraph {
        let mut uses: BTreeMap<u32, usize> = BTreeMap::new();
        for (list, ..) in self.calls.iter().chain(&self.accesses) {
            *uses.entry(*list).or_default() += 1;
        }
        let mut sets: Vec<Vec<u32>> = Vec::new();
        let mut sources: BTreeMap<u32, Vec<Source>> = BTreeMap::new();
        for (list, number) in self.lists {
            let (length, uses) = (list.len(), uses.get(&number).copied().unwrap_or_default());
            let of_list = if length * uses > length + uses {
                sets.push(list);
                vec![Source::Set(to_u32(sets.len() - 1))]
            } else {
                list.into_iter().map(Source::Session).collect()
            };
            sources.insert(number, of_list);
        }
        let from = |list: u32| sources.get(&list).into_iter().flatten().copied();
        let mut calls: Vec<Call> = self
            .calls
            .iter()
            .flat_map(|(list, to, terms)| from(*list).map(move |from| Call { from, to: *to, terms: *terms }))
            .collect();
        let mut accesses: Vec<Access> = self
            .accesses
            .iter()
            .flat_map(|(list, resource, terms)| {
                from(*list).map(move |from| Access { from, resource: *resource, terms: *terms })
            })
            .collect();
        calls.sort();
        calls.dedup();
        accesses.sort();
        accesses.dedup();
        ReachGraph { sessions, sets, calls, accesses, ..ReachGraph::default() }
    }
}
