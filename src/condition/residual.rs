//! What is left of a condition when not everything is known.
//!
//! A residual is a Boolean formula over atoms. The constructors keep it flat, sorted and free of what repeats, absorbs or
//! contradicts by form, so that equal formulas built from equal parts are equal values. Tests of one key are also held
//! against each other (`implication.rs`).

use std::sync::Arc;

use super::implication;

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

/// A Boolean formula over [`Atom`]s. Cloning is cheap.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Residual {
    /// Holds.
    True,
    /// Does not hold.
    False,
    /// Holds if the atom does.
    Atom(Arc<Atom>),
    /// Holds if the atom does not.
    NotAtom(Arc<Atom>),
    /// Holds if all do: two or more, sorted.
    All(Arc<[Residual]>),
    /// Holds if one does: two or more, sorted.
    Any(Arc<[Residual]>),
}

impl From<bool> for Residual {
    fn from(value: bool) -> Self {
        if value { Self::True } else { Self::False }
    }
}

impl From<Atom> for Residual {
    fn from(atom: Atom) -> Self {
        Self::Atom(Arc::new(atom))
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

    /// Whether it holds whatever the atoms are, by form.
    #[must_use]
    pub fn is_true(&self) -> bool {
        *self == Self::True
    }

    /// Whether it cannot hold, by form.
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
            (a, b) => Self::all([a, b]),
        }
    }

    /// Either.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::False, other) | (other, Self::False) => other,
            (Self::True, _) | (_, Self::True) => Self::True,
            (a, b) => Self::any([a, b]),
        }
    }

    /// The opposite. Negation is pushed down to the atoms.
    #[must_use]
    pub fn not(&self) -> Self {
        match self {
            Self::True => Self::False,
            Self::False => Self::True,
            Self::Atom(atom) => Self::NotAtom(Arc::clone(atom)),
            Self::NotAtom(atom) => Self::Atom(Arc::clone(atom)),
            Self::All(parts) => Self::any(parts.iter().map(Self::not)),
            Self::Any(parts) => Self::all(parts.iter().map(Self::not)),
        }
    }

    /// All of them; of none, true.
    #[must_use]
    pub fn all(parts: impl IntoIterator<Item = Self>) -> Self {
        Self::join(parts, true)
    }

    /// One of them; of none, false.
    #[must_use]
    pub fn any(parts: impl IntoIterator<Item = Self>) -> Self {
        Self::join(parts, false)
    }

    fn join(parts: impl IntoIterator<Item = Self>, all: bool) -> Self {
        // The value that adds nothing, and the one that decides.
        let (neutral, deciding) = if all { (Self::True, Self::False) } else { (Self::False, Self::True) };
        let mut flat: Vec<Self> = Vec::new();
        for part in parts {
            match part {
                part if part == neutral => {}
                part if part == deciding => return deciding,
                Self::All(inner) if all => flat.extend(inner.iter().cloned()),
                Self::Any(inner) if !all => flat.extend(inner.iter().cloned()),
                part => flat.push(part),
            }
        }
        flat.sort();
        flat.dedup();
        // `a and not a` decides; so does `a or not a`.
        let contradicts = flat.iter().any(|part| match part {
            Self::NotAtom(_) | Self::Any(_) | Self::All(_) => flat.binary_search(&part.not()).is_ok(),
            _ => false,
        });
        if contradicts {
            return deciding;
        }
        if let Some(simpler) = implication::simplify(&flat, all) {
            return Self::join(simpler, all);
        }
        // Resolution: beside `a`, an inner `not a or b` is `b`, and an inner `a or b` adds nothing.
        let mut changed = false;
        let mut kept = Vec::with_capacity(flat.len());
        for part in &flat {
            let (Self::All(inner) | Self::Any(inner)) = part else {
                kept.push(part.clone());
                continue;
            };
            if inner.iter().any(|inner| flat.binary_search(inner).is_ok()) {
                changed = true;
                continue;
            }
            let left: Vec<Self> =
                inner.iter().filter(|inner| flat.binary_search(&inner.not()).is_err()).cloned().collect();
            if left.len() < inner.len() {
                changed = true;
                kept.push(Self::join(left, !all));
            } else {
                kept.push(part.clone());
            }
        }
        if changed {
            return Self::join(kept, all);
        }
        match (kept.pop(), kept.is_empty()) {
            (None, _) => neutral,
            (Some(only), true) => only,
            (Some(last), false) => {
                kept.push(last);
                if all { Self::All(kept.into()) } else { Self::Any(kept.into()) }
            }
        }
    }

    /// Every atom, in order, repeated where it is.
    pub fn atoms(&self) -> Vec<&Atom> {
        match self {
            Self::True | Self::False => Vec::new(),
            Self::Atom(atom) | Self::NotAtom(atom) => vec![atom],
            Self::All(parts) | Self::Any(parts) => parts.iter().flat_map(Self::atoms).collect(),
        }
    }

    /// The formula with every literal replaced by what `decide` makes of it; the flag says whether the atom stands
    /// negated.
    #[must_use]
    pub fn substitute(&self, decide: &impl Fn(&Atom, bool) -> Option<bool>) -> Self {
        match self {
            Self::True | Self::False => self.clone(),
            Self::Atom(atom) => decide(atom, false).map_or_else(|| self.clone(), Self::from),
            Self::NotAtom(atom) => decide(atom, true).map_or_else(|| self.clone(), Self::from),
            Self::All(parts) => Self::all(parts.iter().map(|part| part.substitute(decide))),
            Self::Any(parts) => Self::any(parts.iter().map(|part| part.substitute(decide))),
        }
    }

    /// The formula if all missing input turned out for the worse.
    #[must_use]
    pub fn without_missing_input(&self) -> Self {
        self.substitute(&|atom, _| matches!(atom, Atom::MissingInput(_)).then_some(false))
    }
}
