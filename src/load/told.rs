//! What several files say of one thing, brought together: the same, or nobody is believed.

use crate::diagnostic::Origin;
use crate::model::Collected;

/// What one file says of something.
#[derive(Debug)]
pub(super) struct Finding<T> {
    pub(super) value: Collected<T>,
    pub(super) origin: Origin,
}

/// An answer that holds nothing: because there is none, or for a reason.
#[derive(Debug, Clone)]
pub(super) struct Missing {
    /// Why it could not be had; `None` when there is none.
    pub(super) reason: Option<String>,
    pub(super) origin: Origin,
}

impl Missing {
    pub(super) fn finding<T>(self) -> Finding<T> {
        let value = self.reason.map_or(Collected::Absent, Collected::Unknown);
        Finding { value, origin: self.origin }
    }
}

/// Which files spoke of something.
#[derive(Debug, Default)]
pub(super) struct Told {
    /// The one that is believed so far.
    origin: Option<Origin>,
    /// Two of them disagree, so that neither is believed and no third settles it.
    conflict: bool,
    /// It was put together from several pages, so that one more that could not be read leaves it unknown.
    pub(super) in_pages: bool,
}

impl Told {
    /// Puts a finding beside what is known. When the two disagree the thing is unknown, and the other file is named.
    pub(super) fn merge<T>(
        &mut self,
        known: &mut Collected<T>,
        finding: Finding<T>,
        same: impl FnOnce(&T, &T) -> bool,
    ) -> Option<Origin> {
        let Finding { value, origin } = finding;
        let settled = matches!(known, Collected::Present(_) | Collected::Absent);
        if self.conflict || value_is_missing(&value) || (settled && is_unknown(&value) && !self.in_pages) {
            return None;
        }
        let agrees = match (&*known, &value) {
            (Collected::Present(known), Collected::Present(value)) => same(known, value),
            (_, Collected::Unknown(_)) | (Collected::Absent, Collected::Absent) => true,
            _ => false,
        };
        if settled && !agrees {
            self.conflict = true;
            *known = Collected::Unknown("two files disagree about it".into());
            return Some(self.origin.take().unwrap_or(origin));
        }
        if !settled || is_unknown(&value) {
            *known = value;
            self.origin = Some(origin);
        }
        None
    }

    /// Where it was told.
    pub(super) fn origin(&self) -> Option<&Origin> {
        self.origin.as_ref()
    }
}

fn is_unknown<T>(value: &Collected<T>) -> bool {
    matches!(value, Collected::Unknown(_))
}

fn value_is_missing<T>(value: &Collected<T>) -> bool {
    matches!(value, Collected::NotCollected)
}
