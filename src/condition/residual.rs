//! What is left of a condition when not everything is known.
//!
//! A residual is a Boolean formula over atoms, in a normal form: negation stands at atoms only; an *and* holds no *and* and
//! an *or* no *or*; parts are sorted and none repeats, contradicts another or follows from another, as far as
//! `implication.rs` and `join.rs` see; parts that the others narrow are narrowed. Equal formulas are one node (`node.rs`).
//!
//! The normal form is bounded. It never multiplies out, so that joining formulas gives one no larger than they are
//! together. Parts are compared by meaning as long as the allowance of the join lasts: 4,096 comparisons, 256 for each
//! atom that comes in and 8 for each that is there (`work.rs`); and a part that is a formula with 64 others like it. What
//! is beyond stays as it came: flat, sorted, and never dropped. The opposite, and putting values in for atoms, take time
//! in proportion to the nodes of a formula.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::controller::Controller;
use super::join::{self, join};
use super::node::{AtomNode, Parts};

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

/// A Boolean formula over [`Atom`]s, in a bounded normal form. Cloning is cheap, and so are equality and hash. The order
/// is that of the contents and the same on every run.
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
        self.substituted(decide, &mut HashMap::new())
    }

    fn substituted(
        &self,
        decide: &impl Fn(&Atom, bool) -> Option<bool>,
        done: &mut HashMap<(usize, bool), Self>,
    ) -> Self {
        let (parts, all) = match self {
            Self::True | Self::False => return self.clone(),
            Self::Atom(atom) => return decide(atom, false).map_or_else(|| self.clone(), Self::from),
            Self::NotAtom(atom) => return decide(atom, true).map_or_else(|| self.clone(), Self::from),
            Self::All(parts) => (parts, true),
            Self::Any(parts) => (parts, false),
        };
        if let Some(done) = done.get(&(parts.address(), all)) {
            return done.clone();
        }
        let (mut same, mut changed) = (Vec::with_capacity(parts.len()), Vec::new());
        for part in parts.iter() {
            let new = part.substituted(decide, done);
            if new == *part { same.push(new) } else { changed.push(new) }
        }
        let new = if changed.is_empty() { self.clone() } else { join::with_changed(same, changed, all) };
        done.insert((parts.address(), all), new.clone());
        new
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
