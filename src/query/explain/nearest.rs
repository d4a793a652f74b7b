//! The Allow statement that came nearest to matching.

use std::cmp::Reverse;

use crate::evaluate::{Compared, Comparison, ElementCheck};
use crate::model::Environment;
use crate::policy::{Effect, Element, Statement};

use super::likeness::Likeness;
use super::words::Asked;

/// Of the statements of a layer the Allow that comes nearest: which passes the most elements, of equals the one that speaks
/// of the action, of equals the one whose text is most like the request. One of other actions counts only if it names
/// actions of the same service, or much like the one asked for.
pub(super) fn nearest<'a>(
    compared: impl Iterator<Item = &'a Compared>,
    asked: &Asked<'_>,
    environment: &Environment,
) -> Option<&'a Compared> {
    let candidates = compared.filter(|one| {
        one.effect == Effect::Allow && !matches!(one.comparison, Comparison::Applies(_)) && !one.checks.is_empty()
    });
    let ranked = candidates.filter_map(|one| {
        let written = super::written(environment, one.statement)?;
        is_candidate(written, &one.checks, asked).then(|| (rank(written, &one.checks, asked), one))
    });
    // Of equals the first.
    ranked.reduce(|best, next| if next.0 > best.0 { next } else { best }).map(|(_, one)| one)
}

/// Whether a statement has anything to do with the request.
fn is_candidate(written: &Statement, checks: &[ElementCheck], asked: &Asked<'_>) -> bool {
    let likeness = Likeness::to(asked, Element::Action);
    let of_action = checks.iter().find(|check| check.part.element == Element::Action);
    of_action.is_none_or(|check| {
        // An entry that takes the action out names it, too.
        !check.when.is_false()
            || check.part.entry.is_some()
            || written.entries_of(Element::Action).iter().any(|entry| likeness.is_near(entry))
    })
}

/// Fewest failures, then the action's element, then likeness.
fn rank(written: &Statement, checks: &[ElementCheck], asked: &Asked<'_>) -> (Reverse<usize>, bool, usize) {
    let failing: Vec<Element> =
        checks.iter().filter(|check| check.when.is_false()).map(|check| check.part.element).collect();
    let most_alike = |element: Element| {
        let likeness = Likeness::to(asked, element);
        written.entries_of(element).iter().map(|entry| likeness.of(entry)).max().unwrap_or_default()
    };
    let alike = failing.iter().map(|element| most_alike(*element)).sum();
    (Reverse(failing.len()), !failing.contains(&Element::Action), alike)
}
