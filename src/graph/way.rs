//! A way from a state to a goal.

use crate::condition::Residual;
use crate::graph::access_graph::{AssumeEdge, StateId};
use crate::graph::entry::Passage;
use crate::graph::search::{KEPT, KEPT_IN_ALL};

/// A way from a state to the goal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Way<'g> {
    /// The roles entered, in order. What the first call requires holds what its caller's session has to carry, too.
    pub hops: Vec<Step<'g>>,
    /// What the request at the end requires, beyond what the session carries.
    pub request: Residual,
}

/// A hop of a way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step<'g> {
    /// The state that it leads to.
    pub entered: StateId,
    /// The call.
    pub edge: &'g AssumeEdge,
    /// What the call requires on this way.
    pub condition: Residual,
    /// Whether it passes session tags, or some go on from before.
    pub tags: bool,
    /// Whether it sets a source identity, or one goes on from before.
    pub source_identity: bool,
}

impl<'g> Step<'g> {
    pub(super) fn new(entered: StateId, edge: &'g AssumeEdge, passage: Passage) -> Self {
        let Passage { request: condition, tags, source_identity, .. } = passage;
        Self { entered, edge, condition, tags, source_identity }
    }
}

impl Way<'_> {
    /// Adds what the session that the way begins with has to carry.
    pub(super) fn begins_with(&mut self, carried: Residual) {
        match self.hops.first_mut() {
            Some(first) => first.condition = first.condition.clone().and(carried),
            None => self.request = self.request.clone().and(carried),
        }
    }

    /// Everything required on the way, each part once, in order.
    #[must_use]
    pub fn requirements(&self) -> Vec<&Residual> {
        let of_hops = self.hops.iter().flat_map(|hop| hop.condition.conjuncts());
        let mut all: Vec<&Residual> = of_hops.chain(self.request.conjuncts()).collect();
        all.sort();
        all.dedup();
        all
    }
}

/// The ways that ask different things of the session in hand, of those that ask the same the ones that require least; and
/// whether all that is asked is still among them.
pub(super) fn best_of_each(mut ways: Vec<(Residual, Way<'_>)>) -> (Vec<(Residual, Way<'_>)>, bool) {
    ways.sort_by_cached_key(|(_, way)| way.requirements().len());
    let (mut best, mut all): (Vec<(Residual, Way<'_>)>, bool) = (Vec::new(), true);
    for (carried, way) in ways {
        let alike = best.iter().filter(|(other, _)| *other == carried);
        let (mut count, mut known) = (0, false);
        for (_, other) in alike {
            count += 1;
            known |= other.requirements().iter().all(|part| way.requirements().contains(part));
        }
        if known || count >= KEPT {
            continue;
        }
        all &= best.len() < KEPT_IN_ALL;
        if all {
            best.push((carried, way));
        }
    }
    (best, all)
}
