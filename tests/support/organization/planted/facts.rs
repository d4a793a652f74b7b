//! Who gets where by construction: what the planter notes of every hop that it makes possible, and what follows.
//!
//! Nothing here reads a policy. A node is a caller as an answer names it; of a role that different callers enter with
//! sessions that matter, one node for each, `ARN#label`. A session that nobody entered in a certain way has the bare ARN.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// What a hop takes beside the policies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) struct Needs {
    /// MFA, which only a user's own first call can have.
    pub(crate) mfa: bool,
    /// Something of the request: an address, a name, a claim.
    pub(crate) conditional: bool,
}

/// The hops that are possible, and who reads the treasure.
#[derive(Debug, Clone, Default)]
pub(crate) struct Facts {
    hops: BTreeMap<String, BTreeMap<String, BTreeSet<Needs>>>,
    /// Who reads it, and whether under a condition.
    readers: BTreeMap<String, bool>,
}

/// How one gets there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reach {
    /// The roles of a shortest chain among those that take least, in order.
    pub(crate) chain: Vec<String>,
    /// Whether there is none without MFA.
    pub(crate) mfa: bool,
    /// Whether there is none without a condition beside MFA.
    pub(crate) conditional: bool,
}

/// The role of a node.
fn role_of(node: &str) -> &str {
    node.split_once('#').map_or(node, |(role, _)| role)
}

impl Facts {
    pub(crate) fn hop(&mut self, from: &str, to: &str, needs: Needs) {
        self.hops.entry(from.to_owned()).or_default().entry(to.to_owned()).or_default().insert(needs);
    }

    pub(crate) fn reads(&mut self, node: &str, conditional: bool) {
        let known = self.readers.entry(node.to_owned()).or_insert(conditional);
        *known &= conditional;
    }

    /// Everyone who gets there by so many roles at most.
    pub(crate) fn reach(&self, max_hops: usize) -> BTreeMap<String, Reach> {
        let limits = [false, true].map(|conditional| (conditional, self.distances(conditional)));
        let starts: BTreeSet<&String> = self.hops.keys().chain(self.readers.keys()).collect();
        let mut reach = BTreeMap::new();
        for start in starts.into_iter().filter(|start| !start.contains('#')) {
            let without = limits.iter().map(|(conditional, distances)| (false, *conditional, distances));
            let with = limits.iter().map(|(conditional, distances)| (true, *conditional, distances));
            let best = without.chain(with).find_map(|(mfa, conditional, distances)| {
                let chain = self.chain(start, mfa, conditional, distances)?;
                (chain.len() <= max_hops).then_some(Reach { chain, mfa, conditional })
            });
            reach.extend(best.map(|best| (start.clone(), best)));
        }
        reach
    }

    /// Whether these roles, one after another, lead from a start to the treasure.
    pub(crate) fn is_way(&self, start: &str, roles: &[&str], mfa: bool) -> bool {
        let mut at = BTreeSet::from([start]);
        for (number, role) in roles.iter().enumerate() {
            let next = at.iter().flat_map(|node| self.hops.get(*node).into_iter().flatten());
            let fits = |needs: &Needs| !needs.mfa || mfa && number == 0;
            at = next
                .filter(|(to, ways)| role_of(to) == *role && ways.iter().any(fits))
                .map(|(to, _)| to.as_str())
                .collect();
        }
        at.iter().any(|node| self.readers.contains_key(*node))
    }

    /// How many roles everyone is away from the treasure, without MFA.
    fn distances(&self, conditional: bool) -> BTreeMap<&str, usize> {
        let mut back: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (from, to, needs) in self.every_hop() {
            if !needs.mfa && (conditional || !needs.conditional) {
                back.entry(to).or_default().push(from);
            }
        }
        let readers = self.readers.iter().filter(|(_, needs)| conditional || !**needs);
        let mut distances: BTreeMap<&str, usize> = readers.map(|(node, _)| (node.as_str(), 0)).collect();
        let mut open: VecDeque<&str> = distances.keys().copied().collect();
        while let Some(node) = open.pop_front() {
            let next = distances[node] + 1;
            for from in back.get(node).into_iter().flatten() {
                distances.entry(from).or_insert_with(|| {
                    open.push_back(from);
                    next
                });
            }
        }
        distances
    }

    fn every_hop(&self) -> impl Iterator<Item = (&str, &str, Needs)> {
        self.hops.iter().flat_map(|(from, all)| {
            all.iter().flat_map(move |(to, ways)| ways.iter().map(move |needs| (from.as_str(), to.as_str(), *needs)))
        })
    }

    /// A shortest chain, if there is one; with MFA, one whose first hop takes it.
    fn chain(
        &self,
        start: &str,
        mfa: bool,
        conditional: bool,
        distances: &BTreeMap<&str, usize>,
    ) -> Option<Vec<String>> {
        let mut chain = Vec::new();
        let (mut at, mut first) = (start, mfa);
        loop {
            if !first && distances.get(at) == Some(&0) {
                return Some(chain);
            }
            let fits = |needs: &Needs| needs.mfa == first && (conditional || !needs.conditional);
            let next = self.hops.get(at)?.iter().filter(|(_, ways)| ways.iter().any(fits));
            let nearest = next.filter_map(|(to, _)| Some((*distances.get(to.as_str())?, to))).min()?;
            chain.push(role_of(nearest.1).to_owned());
            (at, first) = (nearest.1, false);
        }
    }
}
