//! What tests of one key say about each other.
//!
//! Every rule holds for every request: with the key absent, empty, or of several values, with values that are no numbers,
//! dates or addresses, whatever a variable stands for. A contradiction may be missed; none is invented. What is found,
//! for two tests of which each holds or does not:
//!
//! * **The same test**, also by an operator that is not known, in the opposite sense or in the same.
//! * **Equality**: a text, in exact or in any letter case, against others; numbers, dates, truth values and bytes by what
//!   they mean and not by how they are written.
//! * **Equality beside any other operator**: whether the text is among what a pattern, an ARN pattern, an address range or
//!   a limit of numbers or dates accepts.
//! * **Patterns** of `StringLike` and the ARN operators, also of the one beside the other: whether one accepts all that
//!   another does, and whether any text matches both; beside a text in any letter case, as far as both are ASCII.
//! * **Address ranges**: one within another, and apart.
//! * **Limits** of numbers, and of dates: one within another, and apart. Numbers are not compared with dates.
//! * **Values with variables**: equal values of one operator are taken to match the same; besides, a value can match no
//!   more than it would with `*` for its variables.
//! * **`Null`** beside any other operator, and *has no value* of the set operators.
//! * **Set operators**: `ForAnyValue` and plain tests beside `ForAllValues`, and each beside itself (E92).
//!
//! Two tests that a key with several values could pass by different values do not contradict each other. That a key has
//! one value at most is taken from the service reference; a key it does not know may have several, and so may one of a
//! service, as opposed to a global one, that a set operator asks for. Not found is what
//! takes more than two tests to see, unless two of them could be joined into one, and what needs arithmetic: that all
//! addresses of a range are covered by two halves, or that no whole number lies between two limits.
//!
//! [`given`] is all that formulas ask, and [`joined`] what they put together (`join.rs`, `known.rs`).

use super::list::{self, Set};
use super::meaning::{Manner, Test, Texts};
use super::node::AtomNode;
use super::operand;
use super::residual::{Atom, Residual};
use super::work::Work;
use crate::policy::{Operator, SetQualifier};

/// How many values two lists that are joined may have for those to be dropped that others cover.
const JOINED: usize = 256;

/// An atom that holds, or one that does not.
#[derive(Debug, Clone, Copy)]
pub(super) struct Literal<'a> {
    pub(super) atom: &'a AtomNode,
    pub(super) holds: bool,
}

/// What becomes of a literal where another one holds.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Given {
    /// It says as much as before.
    Same,
    /// It holds.
    Holds,
    /// It does not.
    Fails,
    /// It says no more than this one, which has fewer values.
    Narrowed(Residual),
}

impl<'a> Literal<'a> {
    pub(super) fn read(residual: &'a Residual) -> Option<Self> {
        match residual {
            Residual::Atom(atom) => Some(Self { atom, holds: true }),
            Residual::NotAtom(atom) => Some(Self { atom, holds: false }),
            _ => None,
        }
    }

    /// The opposite, if `negated`.
    pub(super) fn turned(self, negated: bool) -> Self {
        Self { holds: self.holds != negated, ..self }
    }

    /// Whether both test one key.
    pub(super) fn shares_key(self, other: Literal<'_>) -> bool {
        match (&**self.atom, &**other.atom) {
            (Atom::Test { key, .. }, Atom::Test { key: other_key, .. }) => {
                self.atom.subject() == other.atom.subject() && key == other_key
            }
            _ => self.atom == other.atom,
        }
    }

    /// The same test with fewer values.
    fn with(self, test: Test, values: Vec<Box<str>>) -> Option<Residual> {
        let atom = rebuilt(self.atom, test, values)?;
        Some(if self.holds { Residual::Atom(atom) } else { Residual::NotAtom(atom) })
    }

    fn claim(self) -> Option<Claim<'a>> {
        let test = *self.atom.test()?;
        let (exists, strict) = match test.manner {
            Manner::Absent => (!self.holds, false),
            Manner::Plain => (self.holds, false),
            Manner::Set(SetQualifier::ForAnyValue) => (self.holds, true),
            Manner::Set(SetQualifier::ForAllValues) => (!self.holds, true),
        };
        Some(Claim { test, exists, strict, set: Set { list: self.atom.list(), others: !self.holds } })
    }
}

/// What a literal claims of its key: that some value, or that every value, is in a set.
#[derive(Clone, Copy)]
struct Claim<'a> {
    test: Test,
    /// Some value is; else every value is, which holds if there is none.
    exists: bool,
    /// The empty text alone counts as no value (E92).
    strict: bool,
    set: Set<'a>,
}

/// What a literal says where another one holds.
pub(super) fn given(literal: Literal<'_>, known: Literal<'_>, work: &mut Work) -> Given {
    match decided(literal, known, work) {
        Some(true) => Given::Holds,
        Some(false) => Given::Fails,
        None => narrowed(literal, known, work).map_or(Given::Same, Given::Narrowed),
    }
}

/// Whether a literal holds where another one does; `None` if that is open or was not found.
pub(super) fn decided(literal: Literal<'_>, known: Literal<'_>, work: &mut Work) -> Option<bool> {
    if literal.atom == known.atom {
        return Some(literal.holds == known.holds);
    }
    if !literal.shares_key(known) || !work.spend(1) {
        return None;
    }
    let (ours, theirs) = (literal.claim()?, known.claim()?);
    let single = ours.test.single_valued && theirs.test.single_valued;
    // Where only one of the two takes the empty text alone for no value, that request is looked at by itself.
    let (may_fail, may_hold) = match (ours.exists, theirs.exists) {
        // Of several values one may be in the one set and another in the other.
        (true, true) => (single, !ours.strict || theirs.strict || theirs.set.holds_empty() == Some(false)),
        (true, false) => (ours.strict || !theirs.strict || ours.set.holds_empty() == Some(false), false),
        (false, true) => (!ours.strict || theirs.strict || theirs.set.holds_empty() == Some(false), single),
        (false, false) => (false, ours.strict || !theirs.strict || ours.set.holds_empty() == Some(true)),
    };
    if may_fail && ours.set.is_apart_from(theirs.set, work) {
        return Some(false);
    }
    if may_hold && ours.set.covers(theirs.set, work) {
        return Some(true);
    }
    None
}

/// The literal without the values that match nothing of what is known, if there are such.
fn narrowed(literal: Literal<'_>, known: Literal<'_>, work: &mut Work) -> Option<Residual> {
    if !literal.shares_key(known) {
        return None;
    }
    let (ours, theirs) = (literal.claim()?, known.claim()?);
    // What is known of some value need not be known of another one.
    if theirs.exists && !(ours.test.single_valued && theirs.test.single_valued) {
        return None;
    }
    // Where the empty text alone is no value to what is known, nothing is known of it.
    let spares_empty = !theirs.exists && theirs.strict && !ours.strict;
    let Atom::Test { values, .. } = &**literal.atom else { return None };
    let mut kept = Vec::with_capacity(values.len());
    for (value, texts) in values.iter().zip(ours.set.list.texts()) {
        let idle = theirs.set.is_apart_from_texts(texts, work) && !(spares_empty && texts.holds("") != Some(false));
        if !idle {
            kept.push(value.clone());
        }
    }
    if kept.len() == values.len() { None } else { literal.with(ours.test, kept) }
}

/// Whether the values of two literals that both have to hold can stand in one: neither of two lists.
pub(super) fn can_be_joined(left: Literal<'_>, right: Literal<'_>) -> bool {
    let (Some(ours), Some(theirs)) = (left.atom.test(), right.atom.test()) else { return false };
    !left.holds
        && !right.holds
        && left.shares_key(right)
        && ours.operator == theirs.operator
        && ours.manner == theirs.manner
        && matches!(ours.manner, Manner::Plain | Manner::Set(SetQualifier::ForAnyValue))
}

/// The one literal for several of which each [can be joined](can_be_joined) with the first; `None` for none at all.
pub(super) fn joined(literals: &[Literal<'_>]) -> Option<Residual> {
    let (first, test) = literals.first().and_then(|first| Some((first, *first.atom.test()?)))?;
    let mut values: Vec<&str> = Vec::new();
    for literal in literals {
        if let Atom::Test { values: more, .. } = &**literal.atom {
            values.extend(more.iter().map(|value| &**value));
        }
    }
    values.sort();
    values.dedup();
    let stays = if values.len() > JOINED {
        vec![true; values.len()]
    } else {
        let read = |value: &&str| Texts::new(test.operator, operand::read(test.operator, value).as_ref());
        list::outermost(test.operator, values.iter().map(read).collect())
    };
    let stay = values.into_iter().zip(stays).filter(|(_, stays)| *stays);
    first.with(test, stay.map(|(value, _)| value.into()).collect())
}

/// The test of an atom with other values; `None` for a test that needs some and has none.
fn rebuilt(atom: &AtomNode, test: Test, values: Vec<Box<str>>) -> Option<AtomNode> {
    let Atom::Test { operator, key, .. } = &**atom else { return None };
    let written = if values.is_empty() {
        // One form for *has no value*; nothing else has an empty list.
        matches!(test.manner, Manner::Set(SetQualifier::ForAllValues)).then_some(Operator::StringEquals)?
    } else {
        test.operator
    };
    let (settled, values) = list::settled(written, values);
    let operator = match operator.rsplit_once(':') {
        Some((prefix, _)) => format!("{prefix}:{}", settled.name()).into(),
        None => settled.name().into(),
    };
    Some(AtomNode::new(Atom::Test { operator, key: key.clone(), values }))
}
