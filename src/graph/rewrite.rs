//! Formulas about one session as formulas about another: the keys of what is carried and passed, and tests replaced.

use crate::condition::{Atom, Residual};
use crate::graph::carried::{Carried, TRANSITIVE_TAGS};
use crate::wildcard::Wildcard;

pub(super) const PRINCIPAL_TAG: &str = "aws:principaltag/";
pub(super) const REQUEST_TAG: &str = "aws:requesttag/";
pub(super) const TAG_KEYS: &str = "aws:tagkeys";
pub(super) const TRANSITIVE_KEYS: &str = "sts:transitivetagkeys";
pub(super) const SOURCE_IDENTITY: &str = "aws:sourceidentity";
pub(super) const NEW_SOURCE_IDENTITY: &str = "sts:sourceidentity";

/// A tag's key in the letter case in which one of the values asks for it.
pub(super) fn spelt(tag: &str, values: &[Box<str>]) -> String {
    let fits = |value: &str| Wildcard::parse(&value.to_lowercase()).matches(tag);
    let Some(value) = values.iter().find(|value| fits(value)) else { return tag.to_owned() };
    let head: String = value.chars().take_while(|c| !matches!(c, '*' | '?')).collect();
    format!("{head}{}", tag.chars().skip(head.chars().count()).collect::<String>())
}

/// The condition with what a call passes compared with what its caller's session has, where the one is fixed to a value: then
/// the other is.
pub(super) fn solved(condition: &Residual) -> Residual {
    let fixed: Vec<(&str, &[Box<str>])> = condition
        .conjuncts()
        .iter()
        .filter_map(|part| match part {
            Residual::Atom(atom) => match &**atom {
                Atom::Test { operator, key, values } if &**operator == "StringEquals" => Some((&**key, &**values)),
                _ => None,
            },
            _ => None,
        })
        .filter(|(_, values)| matches!(values, [value] if !value.contains("${")))
        .collect();
    replace_tests(condition, |operator, key, values| {
        let [value] = values else { return None };
        let variable = value.strip_prefix("${").and_then(|rest| rest.strip_suffix('}'))?;
        if !matches!(operator, "StringEquals" | "StringLike") || Carried::of_key(variable).is_none() {
            return None;
        }
        if key == variable {
            return Some(Residual::True);
        }
        let (_, values) = fixed.iter().find(|(fixed, _)| *fixed == key)?;
        Some(test("StringEquals", variable, values))
    })
}

/// That a tag of the session goes on to those that it opens.
pub(super) fn goes_on(tag: &str) -> Residual {
    Residual::test("ForAnyValue:StringEquals", TRANSITIVE_TAGS, tag)
}

pub(super) fn atom(operator: &str, key: &str, values: &[Box<str>]) -> Atom {
    Atom::Test { operator: operator.into(), key: key.into(), values: values.to_vec() }
}

pub(super) fn test(operator: &str, key: &str, values: &[Box<str>]) -> Residual {
    atom(operator, key, values).into()
}

/// `Null` with `false` as the opposite of `Null` with `true`, in which form residuals have it.
pub(super) fn settle_null(part: &Residual) -> Residual {
    replace_tests(part, |operator, key, values| {
        let present = operator == "Null" && matches!(values, [only] if &**only == "false");
        present.then(|| Residual::test("Null", key, "true").not())
    })
}

/// Whether some test of a key stands in the formula.
pub(super) fn asks(condition: &Residual, wanted: &str) -> bool {
    condition.atoms().into_iter().any(|atom| matches!(atom, Atom::Test { key, .. } if &**key == wanted))
}

/// The formula with its tests replaced, whichever way they stand.
pub(super) fn replace_tests(
    condition: &Residual,
    other: impl Fn(&str, &str, &[Box<str>]) -> Option<Residual>,
) -> Residual {
    condition.replace(&|atom, negated| {
        let Atom::Test { operator, key, values } = atom else { return None };
        let new = other(operator, key, values)?;
        Some(if negated { new.not() } else { new })
    })
}
