//! What tests of one key say about each other: contradictions, and tests that add nothing.
//!
//! Every rule holds for every request. Those that need a key to have one value ask the service reference, and take a key
//! that it does not know for one that may have several.

use super::evaluate::split_qualifier;
use super::residual::{Atom, Residual};
use crate::policy::{Operator, SetQualifier};
use crate::service_reference::ServiceReference;
use crate::wildcard::Wildcard;

/// The literals that all have to hold, or, when `all` is not set, of which one has to. `None` if nothing changes.
pub(super) fn simplify(parts: &[Residual], all: bool) -> Option<Vec<Residual>> {
    let mut literals: Vec<Residual> = Vec::with_capacity(parts.len());
    let mut keys: Vec<&str> = Vec::new();
    for part in parts {
        if let Residual::Atom(atom) | Residual::NotAtom(atom) = part
            && let Atom::Test { key, .. } = &**atom
        {
            keys.push(key);
        }
    }
    let tests = keys.len();
    keys.sort_unstable();
    keys.dedup();
    if keys.len() == tests {
        return None;
    }
    // Of `a or b` the opposite is `not a and not b`, so one set of rules serves both.
    let turn = |part: &Residual| if all { part.clone() } else { part.not() };
    literals.extend(parts.iter().map(turn));
    let mut changed = false;
    while let Some((i, j, result)) = find(&literals) {
        changed = true;
        literals.remove(j);
        literals.remove(i);
        literals.extend(result);
    }
    changed.then(|| literals.iter().map(turn).collect())
}

fn find(literals: &[Residual]) -> Option<(usize, usize, Vec<Residual>)> {
    for (i, left) in literals.iter().enumerate() {
        let Some(left) = Literal::read(left) else { continue };
        for (j, right) in literals.iter().enumerate().skip(i + 1) {
            let Some(right) = Literal::read(right).filter(|right| right.key == left.key) else { continue };
            if let Some(result) = conjoin(&left, &right).or_else(|| conjoin(&right, &left)) {
                return Some((i, j, result));
            }
        }
    }
    None
}

/// A test of a key, or its opposite.
struct Literal<'a> {
    whole: &'a Residual,
    holds: bool,
    written: &'a str,
    qualifier: Option<SetQualifier>,
    operator: Operator,
    key: &'a str,
    values: &'a [Box<str>],
}

impl<'a> Literal<'a> {
    fn read(whole: &'a Residual) -> Option<Self> {
        let (atom, holds) = match whole {
            Residual::Atom(atom) => (atom, true),
            Residual::NotAtom(atom) => (atom, false),
            _ => return None,
        };
        let Atom::Test { operator: written, key, values } = &**atom else { return None };
        let (qualifier, name) = split_qualifier(written);
        Some(Self { whole, holds, written, qualifier, operator: Operator::parse(name)?, key, values })
    }

    fn is_null(&self) -> bool {
        self.qualifier.is_none()
            && self.operator == Operator::Null
            && matches!(self.values, [only] if &**only == "true")
    }

    /// Whether each value stands for one text, number, moment or truth value, and for itself.
    fn is_exact(&self) -> bool {
        let exact = matches!(
            self.operator,
            Operator::StringEquals
                | Operator::Bool
                | Operator::NumericEquals
                | Operator::DateEquals
                | Operator::BinaryEquals
        );
        self.qualifier.is_none() && exact && self.is_plain()
    }

    fn is_plain(&self) -> bool {
        !self.values.iter().any(|value| value.contains("${"))
    }

    fn with(&self, values: Vec<Box<str>>) -> Residual {
        if values.is_empty() {
            return Residual::False;
        }
        let like = Operator::StringLike.name();
        let wild = values.iter().any(|value| value.contains(['*', '?']));
        let operator = match self.written.strip_suffix(like) {
            Some(prefix) if !wild => format!("{prefix}{}", Operator::StringEquals.name()).into(),
            _ => self.written.into(),
        };
        Atom::Test { operator, key: self.key.into(), values }.into()
    }

    fn keep(&self, keep: impl Fn(&str) -> bool) -> Vec<Box<str>> {
        self.values.iter().filter(|value| keep(value)).cloned().collect()
    }

    fn lists(&self, value: &str) -> bool {
        self.values.iter().any(|listed| &**listed == value)
    }
}

fn is_single_valued(key: &str) -> bool {
    ServiceReference::embedded().condition_key(key).is_some_and(|key| !key.is_multivalued())
}

/// What both literals together come to, if that is simpler. Called both ways round.
fn conjoin(a: &Literal<'_>, b: &Literal<'_>) -> Option<Vec<Residual>> {
    if a.is_null() && !b.is_null() && b.operator != Operator::Null {
        // A test that needs a value: a plain or `ForAnyValue` one that holds, a `ForAllValues` one that does not.
        let needs_value = (b.qualifier != Some(SetQualifier::ForAllValues)) == b.holds;
        return match (a.holds, needs_value) {
            (true, true) => Some(vec![Residual::False]),
            (true, false) => Some(vec![a.whole.clone()]),
            (false, true) => Some(vec![b.whole.clone()]),
            (false, false) => None,
        };
    }
    if a.qualifier == Some(SetQualifier::ForAllValues) || a.qualifier != b.qualifier || a.operator == Operator::Null {
        return None;
    }
    if a.operator == b.operator {
        return match (a.holds, b.holds) {
            (false, false) => {
                let mut values: Vec<Box<str>> = a.values.iter().chain(b.values).cloned().collect();
                values.sort();
                values.dedup();
                Some(vec![a.with(values).not()])
            }
            (true, false) => {
                let left = a.keep(|value| !b.lists(value));
                let settled = left.is_empty() || a.is_exact() && b.is_exact() && is_single_valued(a.key);
                if settled {
                    Some(vec![a.with(left)])
                } else {
                    (left.len() < a.values.len()).then(|| vec![a.with(left), b.whole.clone()])
                }
            }
            (true, true) if a.is_exact() && b.is_exact() && is_single_valued(a.key) => {
                Some(vec![a.with(a.keep(|value| b.lists(value)))])
            }
            _ => None,
        };
    }
    let exact_beside_pattern = a.operator == Operator::StringEquals && b.operator == Operator::StringLike;
    if exact_beside_pattern && a.holds && a.is_exact() && b.is_plain() && is_single_valued(a.key) {
        let matches = |value: &str| b.values.iter().any(|pattern| Wildcard::parse(pattern).matches(value));
        return Some(vec![a.with(a.keep(|value| matches(value) == b.holds))]);
    }
    None
}
