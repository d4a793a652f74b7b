//! Questions about the sets of texts that patterns match: whether two have a text in common, whether one holds another.

use std::collections::HashSet;

use super::{Token, Wildcard};

/// How many places [`Wildcard::covers`] looks at before it gives up. Patterns as people write them need about one for
/// each of their characters; many `?` behind a `*` could need more than there is room for.
const PLACES: usize = 1024;

impl Wildcard {
    /// Whether some text matches both patterns. Quadratic in the patterns' lengths at worst.
    #[must_use]
    pub fn meets(&self, other: &Self) -> bool {
        let (ours, theirs) = (self.literal_prefix(), other.literal_prefix());
        if !ours.starts_with(theirs) && !theirs.starts_with(ours) {
            return false;
        }
        let (left, right) = (Step::list(self), Step::list(other));
        let width = right.len() + 1;
        let mut seen = vec![false; (left.len() + 1) * width];
        let mut open = vec![(0, 0)];
        while let Some((i, j)) = open.pop() {
            if i == left.len() && j == right.len() {
                return true;
            }
            match seen.get_mut(i * width + j) {
                Some(seen) if !*seen => *seen = true,
                _ => continue,
            }
            let (a, b) = (left.get(i), right.get(j));
            if a.is_some_and(|a| a.is_run()) {
                open.push((i + 1, j));
            }
            if b.is_some_and(|b| b.is_run()) {
                open.push((i, j + 1));
            }
            if let (Some(a), Some(b)) = (a, b)
                && a.shares_character(*b)
            {
                open.push((i + usize::from(!a.is_run()), j + usize::from(!b.is_run())));
            }
        }
        false
    }

    /// Whether every text that matches `other` matches this pattern, too.
    ///
    /// Never says so wrongly. It may miss it, for patterns with so many wildcards that the search is given up.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        if self.matches_everything() || self == other {
            return true;
        }
        if let Some(text) = other.as_literal() {
            return self.matches(text);
        }
        // What the wide pattern begins with, a wildcard of the narrow one would have to spell.
        if !other.literal_prefix().starts_with(self.literal_prefix()) {
            return false;
        }
        let (wide, narrow) = (Step::list(self), Step::list(other));
        let mut seen = HashSet::new();
        let mut open = vec![(0, settle(&wide, vec![0]))];
        while let Some((at, reached)) = open.pop() {
            if reached.is_empty() {
                // However the narrow pattern goes on, the wide one has lost the text.
                return false;
            }
            if !seen.insert((at, reached.clone())) {
                continue;
            }
            if seen.len() > PLACES {
                return false;
            }
            let Some(step) = narrow.get(at) else {
                if reached.last() != Some(&wide.len()) {
                    return false;
                }
                continue;
            };
            let next = if step.is_run() { at } else { at + 1 };
            for character in step.characters(&wide, &reached) {
                open.push((next, advance(&wide, &reached, character)));
            }
            if step.is_run() {
                open.push((at + 1, reached));
            }
        }
        true
    }
}

/// A pattern as single-character steps.
#[derive(Clone, Copy)]
enum Step {
    One(char),
    AnyOne,
    AnyOneInField,
    Run,
    RunInField,
}

impl Step {
    fn list(pattern: &Wildcard) -> Vec<Self> {
        let mut steps = Vec::new();
        for token in &pattern.tokens {
            match token {
                Token::Literal(text) => steps.extend(text.chars().map(Self::One)),
                Token::AnyRun => steps.push(Self::Run),
                Token::AnyOne => steps.push(Self::AnyOne),
                Token::AnyRunInField => steps.push(Self::RunInField),
                Token::AnyOneInField => steps.push(Self::AnyOneInField),
            }
        }
        steps
    }

    fn is_run(self) -> bool {
        matches!(self, Self::Run | Self::RunInField)
    }

    fn shares_character(self, other: Self) -> bool {
        match (self, other) {
            (Self::One(a), Self::One(b)) => a == b,
            (Self::One(c), Self::AnyOneInField | Self::RunInField)
            | (Self::AnyOneInField | Self::RunInField, Self::One(c)) => c != ':',
            _ => true,
        }
    }

    /// Whether it takes a character; `None` is one that stands in no pattern.
    fn takes(self, character: Option<char>) -> bool {
        match self {
            Self::One(c) => character == Some(c),
            Self::AnyOne | Self::Run => true,
            Self::AnyOneInField | Self::RunInField => character != Some(':'),
        }
    }

    /// One character for each way in which the steps at `reached` can tell the characters that this step takes.
    fn characters(self, wide: &[Self], reached: &[usize]) -> Vec<Option<char>> {
        if let Self::One(c) = self {
            return vec![Some(c)];
        }
        let mut characters = vec![None, Some(':')];
        for step in reached.iter().filter_map(|at| wide.get(*at)) {
            if let Self::One(c) = step
                && !characters.contains(&Some(*c))
            {
                characters.push(Some(*c));
            }
        }
        characters.retain(|character| self.takes(*character));
        characters
    }
}

/// Where the wide pattern may stand after a character.
fn advance(wide: &[Step], reached: &[usize], character: Option<char>) -> Vec<usize> {
    let mut next = Vec::with_capacity(reached.len() + 1);
    for at in reached {
        if let Some(step) = wide.get(*at)
            && step.takes(character)
        {
            next.push(if step.is_run() { *at } else { at + 1 });
        }
    }
    settle(wide, next)
}

/// The places with all that a run can skip to, in order. Before a free run nothing is kept: whatever is matched from
/// there, the run matches too.
fn settle(wide: &[Step], mut places: Vec<usize>) -> Vec<usize> {
    let mut index = 0;
    while let Some(at) = places.get(index).copied() {
        if wide.get(at).is_some_and(|step| step.is_run()) && !places.contains(&(at + 1)) {
            places.push(at + 1);
        }
        index += 1;
    }
    places.sort_unstable();
    places.dedup();
    let free = places.iter().rposition(|at| matches!(wide.get(*at), Some(Step::Run)));
    places.drain(..free.unwrap_or(0));
    places
}
