//! What credentials carry from one call into later ones.

use crate::condition::{Atom, Controller, Residual, controller};
use crate::request::is_claim;

/// The key under which it is told which of a session's tags go on to the sessions that it opens (E153).
pub(super) const TRANSITIVE_TAGS: &str = "the session's transitive tags";

/// What a session has of the call that opened it, and takes into every later call. Together with
/// [`Credentials`](crate::request::Credentials), which say whether MFA was given (E166) and whether a role was entered out
/// of another (E146), this is all by which one hop of a path can contradict another.
///
/// Everything else binds a single request: where it comes from, when, an external id, what it asks for. Between two calls
/// a caller can move, wait and choose anew, so that such a condition is a requirement of its hop and never ends a path.
///
/// The set is finite: a session is told apart only by the tests that policies on the rest of the way put to it, and only
/// the tags, names and identities that some of them name are ever tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Carried {
    /// The session's name (E8): chosen by who calls AssumeRole or AssumeRoleWithWebIdentity, else given by the identity
    /// provider or the service.
    Name,
    /// `aws:SourceIdentity`, which the call that sets it fixes for the whole rest of the chain (E154).
    SourceIdentity,
    /// `aws:PrincipalTag/KEY`: the role's own tags under those that were passed or go on from before (E153).
    Tag,
    /// Which tags go on to the next session (E153).
    TransitiveTags,
    /// What an identity provider said of who signed in, as far as the session keeps it (E144).
    Claim,
}

impl Carried {
    /// What a condition key, in lowercase, tells of the session in hand; `None` if it tells of the single request.
    #[must_use]
    pub fn of_key(key: &str) -> Option<Self> {
        match key {
            "aws:userid" => Some(Self::Name),
            "aws:sourceidentity" => Some(Self::SourceIdentity),
            TRANSITIVE_TAGS => Some(Self::TransitiveTags),
            "aws:federatedprovider" => Some(Self::Claim),
            key if key.starts_with("aws:principaltag/") => Some(Self::Tag),
            key if key.starts_with("saml:") || is_claim(key) => Some(Self::Claim),
            _ => None,
        }
    }
}

/// What counts as carried in a search.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Carrying {
    /// Every call of a path comes from one place: what is required of the network at one hop has to agree with the others.
    pub same_network: bool,
}

impl Carrying {
    fn carries(self, key: &str) -> bool {
        Carried::of_key(key).is_some() || self.same_network && controller(key) == Controller::Network
    }

    /// The condition in alternatives, in each of which what the session has to carry is apart from what the request itself
    /// requires. Together they say what it says; beyond 16 the rest stays with the request.
    pub(super) fn apart(self, condition: &Residual) -> Vec<Apart> {
        let mut done = Vec::new();
        let mut open = vec![condition.clone()];
        while let Some(condition) = open.pop() {
            let mixed = condition.conjuncts().iter().find_map(|part| match part {
                Residual::Any(alternatives) if self.of(part) == Side::Both => Some((part, alternatives)),
                _ => None,
            });
            match mixed {
                Some((part, alternatives)) if done.len() + open.len() < 16 => {
                    let others = Residual::all(condition.conjuncts().iter().filter(|other| *other != part).cloned());
                    let each = alternatives.iter().rev().map(|alternative| others.clone().and(alternative.clone()));
                    open.extend(each.filter(|each| !each.is_false()));
                }
                _ => done.push(self.halves(&condition)),
            }
        }
        done
    }

    fn halves(self, condition: &Residual) -> Apart {
        let (carried, request): (Vec<&Residual>, Vec<&Residual>) =
            condition.conjuncts().iter().partition(|part| self.of(part) == Side::Session);
        if condition.is_false() {
            return Apart { request: Residual::False, carried: Residual::True };
        }
        Apart {
            request: Residual::all(request.into_iter().cloned()),
            carried: Residual::all(carried.into_iter().cloned()),
        }
    }

    fn of(self, part: &Residual) -> Side {
        let (mut session, mut request) = (false, false);
        for atom in part.atoms() {
            match atom {
                Atom::Test { key, .. } if self.carries(key) => session = true,
                _ => request = true,
            }
        }
        match (session, request) {
            (true, true) => Side::Both,
            (true, false) => Side::Session,
            _ => Side::Request,
        }
    }
}

/// A condition in two.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Apart {
    /// What the request itself requires.
    pub(super) request: Residual,
    /// What the session that makes it has to carry.
    pub(super) carried: Residual,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Session,
    Request,
    Both,
}
