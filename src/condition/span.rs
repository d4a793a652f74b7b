//! Ranges of numbers and of moments.

use std::cmp::Ordering;

use super::numeric::Decimal;
use crate::policy::Operator;

/// The numbers, or the moments in seconds, that one value of a comparing operator accepts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Span {
    from: Option<Edge>,
    to: Option<Edge>,
}

/// Where a range ends.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Edge {
    at: Decimal,
    /// Whether the range holds its edge.
    included: bool,
}

impl Span {
    /// What stands to `at` as the operator asks.
    pub(super) fn new(operator: Operator, at: Decimal) -> Self {
        use Operator as Op;
        let edge = |included| Some(Edge { at: at.clone(), included });
        let (from, to) = match operator {
            Op::NumericLessThan | Op::DateLessThan => (None, edge(false)),
            Op::NumericLessThanEquals | Op::DateLessThanEquals => (None, edge(true)),
            Op::NumericGreaterThan | Op::DateGreaterThan => (edge(false), None),
            Op::NumericGreaterThanEquals | Op::DateGreaterThanEquals => (edge(true), None),
            _ => (edge(true), edge(true)),
        };
        Self { from, to }
    }

    pub(super) fn holds(&self, value: &Decimal) -> bool {
        let at = Some(Edge { at: value.clone(), included: true });
        self.covers(&Self { from: at.clone(), to: at })
    }

    /// Whether it holds all that the other does.
    pub(super) fn covers(&self, other: &Self) -> bool {
        let reaches = |ours: &Option<Edge>, theirs: &Option<Edge>, outward: Ordering| match (ours, theirs) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(ours), Some(theirs)) => match ours.at.cmp(&theirs.at) {
                Ordering::Equal => ours.included || !theirs.included,
                order => order == outward,
            },
        };
        reaches(&self.from, &other.from, Ordering::Less) && reaches(&self.to, &other.to, Ordering::Greater)
    }

    /// Whether no number lies in both.
    pub(super) fn is_apart_from(&self, other: &Self) -> bool {
        let ends_before = |to: &Option<Edge>, from: &Option<Edge>| match (to, from) {
            (Some(to), Some(from)) => match to.at.cmp(&from.at) {
                Ordering::Less => true,
                Ordering::Equal => !to.included || !from.included,
                Ordering::Greater => false,
            },
            _ => false,
        };
        ends_before(&self.to, &other.from) || ends_before(&other.to, &self.from)
    }
}
