//! How much comparing one join may do.

/// What every join may spend.
const BASE: usize = 4096;
/// What it may spend for each atom that comes in, and for each that is there and has been compared before: adding parts
/// one by one is to cost in all no more than a multiple of adding them at once.
const NEW: usize = 256;
const OLD: usize = 4;
/// What no join may exceed, some milliseconds: a formula of few nodes can have more atoms than there is time for.
const MOST: usize = 1 << 18;

/// An allowance of comparisons. When it is spent nothing more is found, so that what is left stays as it is.
#[derive(Debug)]
pub(super) struct Work {
    left: usize,
}

impl Work {
    /// For a join of parts that come in with `new` atoms to others that have `old` of them.
    pub(super) fn for_join(new: usize, old: usize) -> Self {
        let left = BASE.saturating_add(new.saturating_mul(NEW)).saturating_add(old.saturating_mul(OLD));
        Self { left: left.min(MOST) }
    }

    /// Whether there is enough left for comparisons that cost so much; takes it. Once there is not, nothing is left.
    pub(super) fn spend(&mut self, cost: usize) -> bool {
        let left = self.left.checked_sub(cost);
        self.left = left.unwrap_or(0);
        left.is_some()
    }
}
