//! The values of a test together: the union of their sets, or all that lies outside of it.

use ipnet::IpNet;

use super::meaning::Texts;
use super::operand::{self, Operand};
use super::work::Work;
use crate::policy::Operator;

/// How many values [`outermost`] holds against each other, where it has to ask of every pair.
const PAIRED: usize = 64;

/// The sets of a test's values, in the values' order.
#[derive(Debug)]
pub(super) struct List {
    texts: Vec<Texts>,
    order: Order,
}

/// What makes a set of the list quick to find.
#[derive(Debug)]
enum Order {
    /// All are single texts, in order.
    Sorted,
    /// All are address ranges; these are the outermost, in order.
    Ranges(Vec<IpNet>),
    None,
}

impl List {
    /// Of the values of an atom whose operator is not negated.
    pub(super) fn new(operator: Operator, values: &[Box<str>]) -> Self {
        Self::of(values.iter().map(|value| Texts::new(operator, operand::read(operator, value).as_ref())).collect())
    }

    fn of(texts: Vec<Texts>) -> Self {
        let single: Option<Vec<&str>> = texts
            .iter()
            .map(|texts| match texts {
                Texts::One(text) => Some(&**text),
                _ => None,
            })
            .collect();
        let ranges: Option<Vec<IpNet>> = texts
            .iter()
            .map(|texts| match texts {
                Texts::Addresses(range) => Some(*range),
                _ => None,
            })
            .collect();
        let order = match (single, ranges) {
            (Some(texts), _) if texts.is_sorted() => Order::Sorted,
            (_, Some(ranges)) => Order::Ranges(widest(ranges)),
            _ => Order::None,
        };
        Self { texts, order }
    }

    pub(super) fn texts(&self) -> &[Texts] {
        &self.texts
    }

    /// Whether a set lies within one of these.
    pub(super) fn covers(&self, inner: &Texts, work: &mut Work) -> bool {
        match (&self.order, inner) {
            (Order::Sorted, Texts::One(text)) => work.spend(1) && self.finds(text),
            (Order::Ranges(ranges), Texts::Addresses(inner)) => {
                work.spend(1) && enclosing(ranges, inner).is_some_and(|range| range.contains(inner))
            }
            _ => self.texts.iter().any(|texts| texts.covers(inner, work)),
        }
    }

    /// Whether a set is apart from all of these.
    pub(super) fn is_apart_from(&self, other: &Texts, work: &mut Work) -> bool {
        match (&self.order, other) {
            (Order::Sorted, Texts::One(text)) => work.spend(1) && !self.finds(text),
            (Order::Ranges(ranges), Texts::Addresses(other)) => {
                let meets = |range: &IpNet| range.contains(other) || other.contains(range);
                let after = ranges.get(ranges.partition_point(|range| range <= other));
                work.spend(1) && !enclosing(ranges, other).is_some_and(meets) && !after.is_some_and(meets)
            }
            _ => self.texts.iter().all(|texts| texts.is_apart_from(other, work)),
        }
    }

    fn finds(&self, text: &str) -> bool {
        let find = |texts: &Texts| match texts {
            Texts::One(one) => (**one).cmp(text),
            _ => std::cmp::Ordering::Less,
        };
        self.texts.binary_search_by(find).is_ok()
    }
}

/// The ranges that lie in no other, in order.
fn widest(mut ranges: Vec<IpNet>) -> Vec<IpNet> {
    // A range comes before those within it.
    ranges.sort_unstable();
    let mut kept: Vec<IpNet> = Vec::with_capacity(ranges.len());
    for range in ranges {
        if !kept.last().is_some_and(|last| last.contains(&range)) {
            kept.push(range);
        }
    }
    kept
}

/// The last of the ranges that does not come after this one: the only one that can contain it.
fn enclosing<'a>(ranges: &'a [IpNet], inner: &IpNet) -> Option<&'a IpNet> {
    ranges.get(ranges.partition_point(|range| range <= inner).checked_sub(1)?)
}

/// A set of texts: those of a list, or all others.
#[derive(Clone, Copy)]
pub(super) struct Set<'a> {
    pub(super) list: &'a List,
    pub(super) others: bool,
}

impl Set<'_> {
    /// Whether the empty text is in it; `None` if that is not known.
    pub(super) fn holds_empty(self) -> Option<bool> {
        let mut listed = Some(false);
        for texts in &self.list.texts {
            match texts.holds("") {
                Some(true) => return Some(!self.others),
                Some(false) => {}
                None => listed = None,
            }
        }
        listed.map(|listed| listed != self.others)
    }

    /// Whether all of the other set is in it.
    pub(super) fn covers(self, inner: Self, work: &mut Work) -> bool {
        match (self.others, inner.others) {
            (false, false) => inner.list.texts.iter().all(|texts| self.list.covers(texts, work)),
            (true, false) => inner.list.texts.iter().all(|texts| self.list.is_apart_from(texts, work)),
            (true, true) => self.list.texts.iter().all(|texts| inner.list.covers(texts, work)),
            // All texts but some are rarely those of a list.
            (false, true) => false,
        }
    }

    /// Whether no text is in both.
    pub(super) fn is_apart_from(self, other: Self, work: &mut Work) -> bool {
        Self { others: !other.others, ..other }.covers(self, work)
    }

    /// Whether none of these texts is in it.
    pub(super) fn is_apart_from_texts(self, texts: &Texts, work: &mut Work) -> bool {
        if self.others { self.list.covers(texts, work) } else { self.list.is_apart_from(texts, work) }
    }
}

/// Which values stay when those go that match nothing another does not match, too: of `10.0.0.0/8` and `10.1.0.0/16` the
/// first does.
///
/// Patterns and limits are compared only where there are few, for every pair is.
pub(super) fn outermost(operator: Operator, texts: Vec<Texts>) -> Vec<bool> {
    use Operator as Op;
    let is_exact = matches!(
        operator,
        Op::StringEquals
            | Op::StringEqualsIgnoreCase
            | Op::Bool
            | Op::BinaryEquals
            | Op::NumericEquals
            | Op::DateEquals
    );
    if is_exact || texts.len() < 2 {
        return vec![true; texts.len()];
    }
    let List { texts, order } = List::of(texts);
    let mut work = Work::for_join(texts.len(), 0);
    let mut stays = |index: usize, inner: &Texts| match (&order, inner) {
        (Order::Ranges(ranges), Texts::Addresses(range)) => ranges.binary_search(range).is_ok(),
        _ if texts.len() > PAIRED => true,
        _ => !texts.iter().enumerate().any(|(other, texts)| {
            // Of two that match the same texts the first is kept.
            other != index && texts.covers(inner, &mut work) && (other < index || !inner.covers(texts, &mut work))
        }),
    };
    texts.iter().enumerate().map(|(index, inner)| stays(index, inner)).collect()
}

/// The operator and values of a test in one form: patterns without a wildcard are texts.
pub(super) fn settled(operator: Operator, values: Vec<Box<str>>) -> (Operator, Vec<Box<str>>) {
    let is_wild = |value: &str| value.contains(['*', '?']) && !value.contains("${");
    if operator != Operator::StringLike || values.iter().any(|value| is_wild(value)) {
        return (operator, values);
    }
    let operands: Vec<Operand> = values.iter().filter_map(|value| operand::read(operator, value)).collect();
    if operands.iter().any(Operand::has_wildcard) {
        return (operator, values);
    }
    let operator = Operator::StringEquals;
    let mut values: Vec<Box<str>> =
        operands.iter().filter_map(|operand| operand.canonical(operator)).map(Into::into).collect();
    values.sort();
    values.dedup();
    (operator, values)
}
