//! Organizations with planted chains of roles to a treasure and planted decoys, and the truth about them.
//!
//! The treasure is one object of a bucket that is encrypted with a key of its own; the question is who can read it. What
//! is true is noted while it is planted, hop by hop, and no policy is read to find it out. A decoy differs from a chain in
//! one thing alone, for which it fails: planted *mended*, without that one thing, the same decoy leads to the treasure.
//!
//! Accounts 2, 3 and 4 are set apart: in one a role is open to the organization, so that everyone there gets to it; in one
//! live those with a policy for every role; in one the service control policies are an allow list.

mod chains;
mod decoys;
mod decoys_of_endings;
mod decoys_of_trust;
mod facts;
mod kind;
mod noise;
mod planter;
mod sessions;

use std::collections::{BTreeMap, BTreeSet};

pub(crate) use facts::{Facts, Reach};
pub(crate) use kind::Kind;

use super::Organization;
use planter::Planter;

/// How many roles a chain of an answer may enter.
pub(crate) const MAX_HOPS: usize = 6;

const STAR: usize = 2;
const WILD: usize = 3;
const LISTED: usize = 4;

/// How large an organization is to be.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Size {
    /// Accounts, seven at least.
    pub(crate) accounts: usize,
    /// Users and roles of each.
    pub(crate) principals: usize,
}

/// One that looks as if it led to the treasure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Decoy {
    /// Why it does not.
    pub(crate) kind: Kind,
    /// Where it begins.
    pub(crate) start: String,
}

/// An organization and what is true of it.
#[derive(Debug)]
pub(crate) struct Planted {
    pub(crate) organization: Organization,
    /// Everyone who gets to the treasure by at most [`MAX_HOPS`] roles, by the name that answers have for them.
    pub(crate) reach: BTreeMap<String, Reach>,
    pub(crate) decoys: Vec<Decoy>,
    /// Roles of which it depends on how a session was entered, so that of one that nobody entered nothing can be said.
    pub(crate) unjudged: BTreeSet<String>,
    /// The hops by which everyone does.
    pub(crate) facts: Facts,
    /// What was planted, and how often.
    pub(crate) kinds: BTreeMap<Kind, usize>,
}

/// Plants kinds over and over until a third of the principals are of plants; the rest is noise.
pub(crate) fn plant(size: Size, seed: u64, kinds: &[Kind], mended: bool) -> Planted {
    assert!(size.accounts >= 7, "three accounts are set apart, and plants go across the others");
    let mut planter = Planter::new(size, seed, mended);
    let mut planted: BTreeMap<Kind, usize> = BTreeMap::new();
    let mut order: Vec<Kind> = Vec::new();
    while planter.organization.principals.len() < size.accounts * size.principals / 3 {
        if order.is_empty() {
            order = kinds.to_vec();
            planter.random.shuffle(&mut order);
        }
        let Some(kind) = order.pop() else { break };
        (planter.number, planter.next) = (planter.number + 1, 0);
        planter.plant(kind);
        *planted.entry(kind).or_default() += 1;
    }
    planter.noise();
    planter.open_doors();
    // E119: the owner's root user needs nobody's leave.
    let owner = planter.organization.root(planter.organization.vault.account);
    planter.facts.reads(&owner, false);
    let reach = planter.facts.reach(MAX_HOPS);
    for decoy in &planter.decoys {
        assert_eq!(reach.contains_key(&decoy.start), mended, "{decoy:?} is no decoy");
    }
    let Planter { organization, facts, decoys, unjudged, .. } = planter;
    Planted { organization, reach, decoys, unjudged, facts, kinds: planted }
}

impl Planter {
    fn plant(&mut self, kind: Kind) {
        match kind {
            Kind::SourceIdentity
            | Kind::SessionTag
            | Kind::TransitiveTag
            | Kind::SourceIdentityNeverSet
            | Kind::SourceIdentityOther
            | Kind::SourceIdentityStopped
            | Kind::TagNotPassed
            | Kind::TagOtherValue
            | Kind::TagOtherKey
            | Kind::TagLeftBehind
            | Kind::TransitiveTagStopped
            | Kind::SessionNameFixed
            | Kind::NoSelfTrust => self.of_sessions(kind),
            kind if Kind::DECOYS.contains(&kind) => self.false_chain(kind),
            kind => self.chain(kind),
        }
    }
}
