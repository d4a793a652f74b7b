//! What several files tell of one listing: its pages, the same again, or something else.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Collected, Listed};

/// One listing, put together from the files that have a part of it.
#[derive(Debug)]
pub(super) struct Pages<T> {
    items: BTreeSet<T>,
    /// Some page ends with more to come.
    cut: bool,
    /// Some page is the last.
    ended: bool,
    failure: Option<String>,
}

/// How much of a listing one file has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Extent {
    /// Up to its end.
    ToTheEnd,
    /// More pages come after it.
    Cut,
    /// Entries of it among others.
    Some,
}

impl<T> Default for Pages<T> {
    fn default() -> Self {
        Self { items: BTreeSet::new(), cut: false, ended: false, failure: None }
    }
}

impl<T: Ord> Pages<T> {
    /// Puts a page beside the others. Two files that each hold all of it, and not the same, leave it unknown: then `false`.
    pub(super) fn add(&mut self, page: BTreeSet<T>, extent: Extent) -> bool {
        let differs = extent == Extent::ToTheEnd && self.ended && !self.cut && self.items != page;
        if differs {
            self.break_off("two files disagree about it");
        }
        self.cut |= extent == Extent::Cut;
        self.ended |= extent == Extent::ToTheEnd;
        self.items.extend(page);
        !differs
    }

    /// A call for it failed. What another file has whole stays whole.
    pub(super) fn fail(&mut self, reason: &str) {
        if !self.ended || self.cut {
            self.break_off(reason);
        }
    }

    /// An answer says that there is nothing of which it could be.
    pub(super) fn end(&mut self) {
        self.ended = true;
    }

    /// Some entry of it could not be read.
    pub(super) fn break_off(&mut self, reason: &str) {
        self.failure.get_or_insert_with(|| reason.to_owned());
    }

    pub(super) fn listed(self) -> Listed<T> {
        let all = match self.failure {
            Some(reason) => Collected::Unknown(reason),
            None if self.ended => Collected::Present(()),
            None if self.cut => Collected::Unknown("the listing is cut off".to_owned()),
            None => Collected::NotCollected,
        };
        Listed { items: self.items.into_iter().collect(), all }
    }
}

/// Listings that belong together, as of the users of several identity stores: whole when each of them is.
pub(super) fn joined<T: Ord>(listings: BTreeMap<Box<str>, Pages<T>>) -> Listed<T> {
    let mut listings = listings.into_values().map(Pages::listed);
    let mut all = listings.next().unwrap_or_default();
    for listed in listings {
        all.rest_on(&listed.all);
        all.items.extend(listed.items);
    }
    all.items.sort();
    all.items.dedup();
    all
}
