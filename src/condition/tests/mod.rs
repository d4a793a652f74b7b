//! Conditions against contexts, one file a family of operators, and the laws of residuals.

mod addresses;
mod contradictions;
mod controllers;
mod laws;
mod quantities;
mod sets;
mod structure;
mod texts;
mod variables;
mod words;

use super::*;
use crate::policy::{Condition, Operator, SetQualifier, Template};
use crate::request::{Context, KeyState};

fn condition(written: &str, key: &str, values: &[&str]) -> Condition {
    let (qualifier, name) = match written.split_once(':') {
        Some(("ForAllValues", name)) => (Some(SetQualifier::ForAllValues), name),
        Some((_, name)) => (Some(SetQualifier::ForAnyValue), name),
        None => (None, written),
    };
    let (name, if_exists) = name.strip_suffix("IfExists").map_or((name, false), |name| (name, true));
    Condition {
        written: written.into(),
        operator: Operator::parse(name),
        qualifier,
        if_exists,
        key: key.into(),
        values: values.iter().map(|value| Template::parse(value)).collect(),
    }
}

fn with(mut context: Context, keys: &[(&str, &[&str])]) -> Context {
    for (key, values) in keys {
        context.set(key, KeyState::Known(values.iter().map(|value| (*value).to_owned()).collect()));
    }
    context
}

/// What an operator makes of the values of `k`, and of a request without `k`.
fn check(operator: &str, values: &[&str], matching: &[&str], failing: &[&str], missing: bool) {
    let condition = condition(operator, "k", values);
    for (list, expected) in [(matching, true), (failing, false)] {
        for value in list {
            let context = with(Context::strict(), &[("k", &[value])]);
            assert_eq!(evaluate(&condition, &context), expected.into(), "{operator} {values:?} on `{value}`");
        }
    }
    assert_eq!(evaluate(&condition, &Context::strict()), missing.into(), "{operator} {values:?} on no key");
    let exists = Condition { if_exists: true, ..condition };
    assert_eq!(evaluate(&exists, &Context::strict()), Residual::True, "E77 {operator}");
}

/// As [`check`], and the negated operator gives the opposite each time (E74, E76).
fn check_both(operator: &str, negated: &str, values: &[&str], matching: &[&str], failing: &[&str]) {
    check(operator, values, matching, failing, false);
    check(negated, values, failing, matching, true);
}

/// What a condition makes of a request that knows no key, `Operator key value|value` for short.
fn open(text: &str) -> Residual {
    let (written, rest) = text.split_once(' ').unwrap_or((text, ""));
    let (key, values) = rest.split_once(' ').unwrap_or((rest, ""));
    let values: Vec<&str> = if values.is_empty() { Vec::new() } else { values.split('|').collect() };
    evaluate(&condition(written, key, &values), &Context::open())
}

/// The residual with each test decided in a context.
fn settle(residual: &Residual, context: &Context) -> Residual {
    match residual {
        Residual::Atom(atom) => decide(atom, context).unwrap_or_else(|| residual.clone()),
        Residual::NotAtom(atom) => decide(atom, context).map_or_else(|| residual.clone(), |inner| inner.not()),
        Residual::All(parts) => Residual::all(parts.iter().map(|part| settle(part, context))),
        Residual::Any(parts) => Residual::any(parts.iter().map(|part| settle(part, context))),
        Residual::True | Residual::False => residual.clone(),
    }
}

/// The truth of a residual under a choice of its atoms.
fn truth(residual: &Residual, atom_holds: &impl Fn(&Atom) -> bool) -> bool {
    match residual {
        Residual::True => true,
        Residual::False => false,
        Residual::Atom(atom) => atom_holds(atom),
        Residual::NotAtom(atom) => !atom_holds(atom),
        Residual::All(parts) => parts.iter().all(|part| truth(part, atom_holds)),
        Residual::Any(parts) => parts.iter().any(|part| truth(part, atom_holds)),
    }
}
