//! What is left of a condition when not everything is known.
//!
//! A residual is a Boolean formula over atoms, in a bounded normal form: [`Residual`] says which and how far. Its nodes
//! are in `node.rs`, *and* and *or* in `join.rs`, what tests say about each other in `implication.rs`.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::controller::Controller;
use super::join::{self, join};
use super::node::{AtomNode, Parts};

/// Stands in the place of a key where it is the resource that is tested: one, of those that a pattern stands for.
pub(crate) const THE_RESOURCE: &str = "resource";

/// One fact the answer hangs on.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Atom {
    /// A test of a condition key that the request has to pass.
    Test {
        /// The operator that a negated one negates, `ForAllValues:` or `ForAnyValue:` before it; never with `IfExists`.
        operator: Box<str>,
        /// The key in lowercase.
        key: Box<str>,
        /// The values, sorted, each once, as templates: variables filled in where they are known, and `${*}`, `${?}`,
        /// `${$}` for characters that are not special (E69, E70).
        values: Vec<Box<str>>,
    },
    /// Something to be permitted by a side whose policies were not collected, in words.
    OtherSide(Box<str>),
    /// AWS's documents are silent or conflict here; a stable code.
    Undocumented(&'static str),
    /// Input that is missing or could not be used, in words: what hangs on this alone is undecided.
    MissingInput(Box<str>),
}

/// A Boolean formula over [`Atom`]s. Cloning is cheap, and so are equality and hash: equal formulas are one node. The
/// order is that of the contents and the same on every run.
///
/// # Normal form
///
/// Negation stands at atoms only. An *and* holds no *and*, and an *or* no *or*. Parts are sorted and none repeats. None
/// contradicts another or follows from another, as far as that is seen; a part that others narrow is narrowed, at any
/// depth: of `vpce-1 and (mfa or not vpce-1)` is left `vpce-1 and mfa`.
///
/// What tests of one key say about each other is found by meaning: equal and unequal values, in any letter case, too;
/// patterns, ARN patterns, address ranges, limits of numbers and of dates that lie within each other or apart; values
/// with variables, as far as they are equal or their fixed text decides; `Null` and the set operators beside others. A
/// contradiction may be missed, and none is invented: each rule holds for keys that are absent, that have several values,
/// and for values that are no numbers, dates or addresses. The list stands in `src/condition/implication.rs`.
///
/// # Bound
///
/// Nothing is multiplied out, so that a formula is no larger than what it was joined of. One join compares up to 4,096
/// values and patterns, 256 more for each atom that comes in, 4 for each that was there, and 262,144 in all; a test with
/// 64 others of its key, and a part that is a formula with 64 others. Of the values of one test, those that others cover
/// go where there are up to 64 patterns or limits; of two tests put together, up to 256 values of any kind. What is beyond
/// stays as it came: flat and sorted, and never dropped. The opposite, and putting values in for atoms, take time in
/// proportion to the nodes.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Residual {
    /// Holds.
    True,
    /// Does not hold.
    False,
    /// Holds if the atom does.
    Atom(AtomNode),
    /// Holds if the atom does not.
    NotAtom(AtomNode),
    /// Holds if all do.
    All(Parts),
    /// Holds if one does.
    Any(Parts),
}

impl From<bool> for Residual {
    fn from(value: bool) -> Self {
        if value { Self::True } else { Self::False }
    }
}

impl From<Atom> for Residual {
    fn from(atom: Atom) -> Self {
        Self::Atom(AtomNode::new(atom))
    }
}

impl Residual {
    /// That a request passes the test of a key, written in lowercase, against one value.
    #[must_use]
    pub fn test(operator: &str, key: &str, value: impl Into<Box<str>>) -> Self {
        Atom::Test { operator: operator.into(), key: key.into(), values: vec![value.into()] }.into()
    }

    /// Undecided for want of input.
    #[must_use]
    pub fn missing(reason: impl Into<Box<str>>) -> Self {
        Atom::MissingInput(reason.into()).into()
    }

    /// Undecided because AWS's documents are.
    #[must_use]
    pub fn undocumented(code: &'static str) -> Self {
        Atom::Undocumented(code).into()
    }

    /// Whether it was found to hold whatever the atoms are.
    #[must_use]
    pub fn is_true(&self) -> bool {
        *self == Self::True
    }

    /// Whether it was found that it cannot hold.
    #[must_use]
    pub fn is_false(&self) -> bool {
        *self == Self::False
    }

    /// Both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::True, other) | (other, Self::True) => other,
            (Self::False, _) | (_, Self::False) => Self::False,
            (a, b) if a.is_opposite_of(&b) => Self::False,
            (a, b) => Self::all([a, b]),
        }
    }

    /// Either.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::False, other) | (other, Self::False) => other,
            (Self::True, _) | (_, Self::True) => Self::True,
            (a, b) if a.is_opposite_of(&b) => Self::True,
            (a, b) => Self::any([a, b]),
        }
    }

    /// The opposite. Negation is pushed down to the atoms; nothing else changes, so that the opposite of the opposite is
    /// the formula itself.
    #[must_use]
    pub fn not(&self) -> Self {
        self.negated(&mut HashMap::new())
    }

    fn negated(&self, done: &mut HashMap<usize, Parts>) -> Self {
        match self {
            Self::True => Self::False,
            Self::False => Self::True,
            Self::Atom(atom) => Self::NotAtom(atom.clone()),
            Self::NotAtom(atom) => Self::Atom(atom.clone()),
            Self::All(parts) => Self::Any(each_negated(parts, done)),
            Self::Any(parts) => Self::All(each_negated(parts, done)),
        }
    }

    fn is_opposite_of(&self, other: &Self) -> bool {
        self.fingerprint() == other.opposite_fingerprint() && self.not() == *other
    }

    /// All of them; of none, true.
    #[must_use]
    pub fn all(parts: impl IntoIterator<Item = Self>) -> Self {
        join(parts, true)
    }

    /// One of them; of none, false.
    #[must_use]
    pub fn any(parts: impl IntoIterator<Item = Self>) -> Self {
        join(parts, false)
    }

    /// Every atom, each once, in the order in which they stand.
    #[must_use]
    pub fn atoms(&self) -> Vec<&Atom> {
        let (mut atoms, mut seen_parts, mut seen_atoms) = (Vec::new(), HashSet::new(), HashSet::new());
        let mut open = vec![self];
        while let Some(part) = open.pop() {
            match part {
                Self::True | Self::False => {}
                Self::Atom(atom) | Self::NotAtom(atom) if seen_atoms.insert(atom) => atoms.push(&**atom),
                Self::All(parts) | Self::Any(parts) if seen_parts.insert(parts.address()) => {
                    open.extend(parts.iter().rev());
                }
                _ => {}
            }
        }
        atoms
    }

    /// Who decides whether it holds, each once (E172). Nobody does where it is decided, and nobody decides an atom that
    /// tests no key.
    #[must_use]
    pub fn controllers(&self) -> BTreeSet<Controller> {
        self.atoms().into_iter().filter_map(Atom::controller).collect()
    }

    /// The formula with every literal replaced by what `decide` makes of it; the flag says whether the atom stands
    /// negated.
    #[must_use]
    pub fn substitute(&self, decide: &impl Fn(&Atom, bool) -> Option<bool>) -> Self {
        self.replace(&|atom, negated| decide(atom, negated).map(Self::from))
    }

    /// The formula with every literal replaced by a formula, where `other` has one for it; the flag says whether the atom
    /// stands negated, in which case the formula is for the literal as it stands.
    #[must_use]
    pub fn replace(&self, other: &impl Fn(&Atom, bool) -> Option<Self>) -> Self {
        self.replaced(other, &mut HashMap::new())
    }

    fn replaced(&self, other: &impl Fn(&Atom, bool) -> Option<Self>, done: &mut HashMap<(usize, bool), Self>) -> Self {
        let (parts, all) = match self {
            Self::True | Self::False => return self.clone(),
            Self::Atom(atom) => return other(atom, false).unwrap_or_else(|| self.clone()),
            Self::NotAtom(atom) => return other(atom, true).unwrap_or_else(|| self.clone()),
            Self::All(parts) => (parts, true),
            Self::Any(parts) => (parts, false),
        };
        if let Some(done) = done.get(&(parts.address(), all)) {
            return done.clone();
        }
        let (mut same, mut changed) = (Vec::with_capacity(parts.len()), Vec::new());
        for part in parts.iter() {
            let new = part.replaced(other, done);
            if new == *part { same.push(new) } else { changed.push(new) }
        }
        let new = if changed.is_empty() { self.clone() } else { join::with_changed(same, changed, all) };
        done.insert((parts.address(), all), new.clone());
        new
    }

    /// The parts that all have to hold: those of an *and*, itself otherwise, none of what holds anyway.
    #[must_use]
    pub fn conjuncts(&self) -> &[Self] {
        match self {
            Self::True => &[],
            Self::All(parts) => parts,
            other => std::slice::from_ref(other),
        }
    }

    /// Whether it may hold: alternatives are tried one after another, up to 64 of them, and beyond that it counts as one
    /// that may. What parts say about each other is seen as far as the normal form sees it.
    #[must_use]
    pub fn may_hold(&self) -> bool {
        let mut tries = 64;
        self.holds_in_a_case(&mut tries)
    }

    fn holds_in_a_case(&self, tries: &mut usize) -> bool {
        let (alternatives, others) = match self {
            Self::False => return false,
            Self::All(parts) => match parts.iter().position(|part| matches!(part, Self::Any(_))) {
                Some(at) => {
                    let others =
                        parts.iter().enumerate().filter(|(index, _)| *index != at).map(|(_, part)| part.clone());
                    (parts.get(at), Self::all(others))
                }
                None => return true,
            },
            _ => return true,
        };
        let Some(Self::Any(alternatives)) = alternatives else { return true };
        alternatives.iter().any(|alternative| {
            *tries = tries.saturating_sub(1);
            *tries == 0 || others.clone().and(alternative.clone()).holds_in_a_case(tries)
        })
    }

    /// The formula if all missing input turned out for the worse.
    #[must_use]
    pub fn without_missing_input(&self) -> Self {
        self.substitute(&|atom, _| matches!(atom, Atom::MissingInput(_)).then_some(false))
    }
}

fn each_negated(parts: &Parts, done: &mut HashMap<usize, Parts>) -> Parts {
    if let Some(done) = done.get(&parts.address()) {
        return done.clone();
    }
    let mut negated: Vec<Residual> = parts.iter().map(|part| part.negated(done)).collect();
    negated.sort_unstable();
    let negated = Parts::new(negated);
    done.insert(parts.address(), negated.clone());
    negated
}
