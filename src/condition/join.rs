//! *And* and *or*, with what the parts say about each other taken into account.
//!
//! Parts come in one by one and are held against those that are there, which have been held against each other before. What
//! changes goes back to those that come in, and always has fewer atoms or fewer values, so that this ends.

use super::implication::{Given, Literal, can_be_joined, given, joined};
use super::known::{Known, implies, settled, under};
use super::node::Parts;
use super::residual::Residual;
use super::work::Work;

/// With how many others a part is compared: a literal with literals of its key, a formula with formulas.
const PARTNERS: usize = 64;

/// All of the parts, or one of them if `all` is not set.
pub(super) fn join(parts: impl IntoIterator<Item = Residual>, all: bool) -> Residual {
    let (neutral, deciding) = (Residual::from(all), Residual::from(!all));
    let mut base: Option<Parts> = None;
    let mut waiting: Vec<Residual> = Vec::new();
    for part in parts {
        match part {
            part if part == neutral => {}
            part if part == deciding => return deciding,
            Residual::All(inner) if all => take_in(inner, &mut base, &mut waiting),
            Residual::Any(inner) if !all => take_in(inner, &mut base, &mut waiting),
            part => waiting.push(part),
        }
    }
    let rebuilt = |parts: Parts| if all { Residual::All(parts) } else { Residual::Any(parts) };
    match (waiting.pop(), base) {
        (None, None) => neutral,
        (None, Some(base)) => rebuilt(base),
        (Some(only), None) if waiting.is_empty() => only,
        (Some(last), base) => {
            waiting.push(last);
            with_changed(base.map(|base| base.to_vec()).unwrap_or_default(), waiting, all)
        }
    }
}

/// Joins parts to others that are in order and have been joined before, with an allowance of its own.
pub(super) fn with_changed(kept: Vec<Residual>, waiting: Vec<Residual>, all: bool) -> Residual {
    let size = |parts: &[Residual]| parts.iter().map(Residual::size).fold(0, usize::saturating_add);
    let mut work = Work::for_join(size(&waiting), size(&kept));
    onto(kept, waiting, all, &mut work)
}

/// The largest of the formulas of one kind is the base to which the parts of the others come.
fn take_in(inner: Parts, base: &mut Option<Parts>, waiting: &mut Vec<Residual>) {
    let smaller = match base {
        Some(base) if base.len() >= inner.len() => Some(inner),
        base => base.replace(inner),
    };
    waiting.extend(smaller.iter().flat_map(|parts| parts.iter().cloned()));
}

/// The same, out of an allowance that is given.
pub(super) fn onto(kept: Vec<Residual>, mut waiting: Vec<Residual>, all: bool, work: &mut Work) -> Residual {
    waiting.sort_unstable();
    waiting.dedup();
    waiting.reverse();
    if waiting.len() > 2 {
        waiting = neighbours_joined(waiting, all);
    }
    let mut join = Join { all, kept, waiting, work };
    while let Some(part) = join.waiting.pop() {
        if join.insert(part) {
            return Residual::from(!all);
        }
    }
    match (join.kept.pop(), join.kept.is_empty()) {
        (None, _) => Residual::from(all),
        (Some(only), true) => only,
        (Some(last), false) => {
            join.kept.push(last);
            let parts = Parts::new(join.kept);
            if all { Residual::All(parts) } else { Residual::Any(parts) }
        }
    }
}

/// The parts with the lists of neighbours put together, all at once: tests of one key by one operator stand side by side.
fn neighbours_joined(parts: Vec<Residual>, all: bool) -> Vec<Residual> {
    let mut joined_parts = Vec::with_capacity(parts.len());
    let fits = |left: &Residual, right: &Residual| match (Literal::read(left), Literal::read(right)) {
        (Some(left), Some(right)) => can_be_joined(left.turned(!all), right.turned(!all)),
        _ => false,
    };
    for group in parts.chunk_by(fits) {
        let literals: Vec<Literal<'_>> =
            group.iter().filter_map(Literal::read).map(|literal| literal.turned(!all)).collect();
        match joined(&literals).filter(|_| group.len() > 1) {
            Some(one) => joined_parts.push(if all { one } else { one.not() }),
            None => joined_parts.extend_from_slice(group),
        }
    }
    joined_parts
}

struct Join<'w> {
    all: bool,
    /// In order, and held against each other.
    kept: Vec<Residual>,
    waiting: Vec<Residual>,
    work: &'w mut Work,
}

/// What comes of a part that comes in and one that is there.
enum Pair {
    Nothing,
    /// They decide the whole.
    Decides,
    /// The new part adds nothing.
    PartGoes,
    /// What is left of the new part.
    PartBecomes(Residual),
    KeptGoes,
    KeptBecomes(Residual),
    /// One that stands for both.
    BothBecome(Residual),
}

impl Join<'_> {
    /// Takes a part in; whether that decides the whole.
    fn insert(&mut self, part: Residual) -> bool {
        match &part {
            Residual::True | Residual::False => return part.is_true() != self.all,
            Residual::All(inner) if self.all => return self.wait(inner),
            Residual::Any(inner) if !self.all => return self.wait(inner),
            _ => {}
        }
        let Err(place) = self.kept.binary_search(&part) else { return false };
        let keys = part.keys();
        if self.kept.iter().all(|kept| kept.keys() & keys == 0) {
            self.kept.insert(place, part);
            return false;
        }
        let literal = Literal::read(&part);
        if literal.is_none()
            && let Some(simpler) = self.under_literals(&part)
        {
            self.waiting.push(simpler);
            return false;
        }
        let (mut literals, mut formulas) = (PARTNERS, PARTNERS);
        let mut index = 0;
        while let Some(kept) = self.kept.get(index) {
            if kept.keys() & keys == 0 {
                index += 1;
                continue;
            }
            let kept = kept.clone();
            let pair = match (literal, Literal::read(&kept)) {
                (Some(literal), Some(kept)) if literal.shares_key(kept) && literals > 0 => {
                    literals -= 1;
                    self.literals(literal, kept)
                }
                (Some(literal), None) => self.under_literal(&kept, literal),
                (None, None) if formulas > 0 => {
                    formulas -= 1;
                    self.formulas(&part, &kept)
                }
                _ => Pair::Nothing,
            };
            match pair {
                Pair::Nothing => index += 1,
                Pair::Decides => return true,
                Pair::PartGoes => return false,
                Pair::PartBecomes(simpler) => {
                    self.waiting.push(simpler);
                    return false;
                }
                Pair::KeptGoes => drop(self.kept.remove(index)),
                Pair::KeptBecomes(simpler) => {
                    self.kept.remove(index);
                    self.waiting.push(simpler);
                }
                Pair::BothBecome(one) => {
                    self.kept.remove(index);
                    self.waiting.push(one);
                    return false;
                }
            }
        }
        if let Err(place) = self.kept.binary_search(&part) {
            self.kept.insert(place, part);
        }
        false
    }

    fn wait(&mut self, parts: &Parts) -> bool {
        self.waiting.extend(parts.iter().rev().cloned());
        false
    }

    /// What may be taken for granted where the other parts count: of *or*, that none of them holds.
    fn granted<'a>(&self, literal: Literal<'a>) -> Literal<'a> {
        literal.turned(!self.all)
    }

    fn literals(&mut self, part: Literal<'_>, kept: Literal<'_>) -> Pair {
        let (new, old) = (self.granted(part), self.granted(kept));
        let back = |literal: Residual| if self.all { literal } else { literal.not() };
        if can_be_joined(new, old)
            && let Some(one) = joined(&[new, old])
        {
            return Pair::BothBecome(back(one));
        }
        match given(new, old, self.work) {
            Given::Fails => return Pair::Decides,
            Given::Holds => return Pair::PartGoes,
            Given::Narrowed(simpler) => return Pair::PartBecomes(back(simpler)),
            Given::Same => {}
        }
        match given(old, new, self.work) {
            Given::Fails => Pair::Decides,
            Given::Holds => Pair::KeptGoes,
            Given::Narrowed(simpler) => Pair::KeptBecomes(back(simpler)),
            Given::Same => Pair::Nothing,
        }
    }

    fn under_literal(&mut self, kept: &Residual, part: Literal<'_>) -> Pair {
        let known = Known::new(vec![self.granted(part)]);
        under(kept, &known, self.work).map_or(Pair::Nothing, Pair::KeptBecomes)
    }

    /// What the literals that are there leave of a formula, if they change it.
    fn under_literals(&mut self, part: &Residual) -> Option<Residual> {
        let related = self.kept.iter().filter(|kept| kept.keys() & part.keys() != 0);
        let known = Known::new(related.filter_map(Literal::read).map(|kept| self.granted(kept)).collect());
        under(part, &known, self.work)
    }

    fn formulas(&mut self, part: &Residual, kept: &Residual) -> Pair {
        // Of *and* what follows from the other goes, of *or* what the other follows from.
        let (stronger, weaker) = if self.all { (kept, part) } else { (part, kept) };
        if implies(stronger, weaker, self.work) {
            return Pair::PartGoes;
        }
        if implies(weaker, stronger, self.work) {
            return Pair::KeptGoes;
        }
        if let Some(simpler) = self.shrunk(part, kept) {
            return Pair::PartBecomes(simpler);
        }
        self.shrunk(kept, part).map_or(Pair::Nothing, Pair::KeptBecomes)
    }

    /// Of *and*, a formula without the branches that contradict another one; of *or*, without the parts that need not be
    /// asked for, since where they fail the other one holds.
    fn shrunk(&mut self, formula: &Residual, other: &Residual) -> Option<Residual> {
        let (Residual::All(parts) | Residual::Any(parts)) = formula else { return None };
        let mut left = Vec::with_capacity(parts.len());
        for part in parts.iter() {
            let idle = part.keys() & other.keys() != 0 && {
                let opposite = part.opposite_fingerprint() == other.fingerprint() && part.not() == *other;
                let known = Known::of(part, !self.all);
                opposite || settled(other, &known, self.work) == Some(!self.all)
            };
            if !idle {
                left.push(part.clone());
            }
        }
        (left.len() < parts.len()).then(|| onto(left, Vec::new(), !self.all, self.work))
    }
}
