//! What formulas come to where literals are known to hold.

use super::implication::{Given, Literal, decided, given};
use super::join::onto;
use super::residual::Residual;
use super::work::Work;

/// Literals that are known to hold.
pub(super) struct Known<'a> {
    /// Those about one key side by side.
    literals: Vec<Literal<'a>>,
    keys: u64,
}

impl<'a> Known<'a> {
    pub(super) fn new(mut literals: Vec<Literal<'a>>) -> Self {
        literals.sort_by_key(|literal| literal.atom.subject());
        let keys = literals.iter().fold(0, |keys, literal| keys | literal.atom.keys());
        Self { literals, keys }
    }

    /// What holds by itself where a formula does, or where it does not.
    pub(super) fn of(formula: &'a Residual, negated: bool) -> Self {
        let parts = match formula {
            Residual::All(parts) if !negated => parts,
            Residual::Any(parts) if negated => parts,
            other => std::slice::from_ref(other),
        };
        Self::new(parts.iter().filter_map(Literal::read).map(|literal| literal.turned(negated)).collect())
    }

    fn about(&self, literal: Literal<'_>) -> &[Literal<'a>] {
        let subject = literal.atom.subject();
        let from = self.literals.partition_point(|known| known.atom.subject() < subject);
        let rest = self.literals.get(from..).unwrap_or_default();
        let length = rest.partition_point(|known| known.atom.subject() == subject);
        rest.get(..length).unwrap_or_default()
    }
}

/// What is left of a formula where literals are known to hold, if they change it.
pub(super) fn under(formula: &Residual, known: &Known<'_>, work: &mut Work) -> Option<Residual> {
    if formula.keys() & known.keys == 0 || !work.spend(1) {
        return None;
    }
    let (parts, all) = match formula {
        Residual::All(parts) => (parts, true),
        Residual::Any(parts) => (parts, false),
        literal => return literal_under(literal, known, work),
    };
    let mut same = Vec::new();
    let mut changed = Vec::new();
    for part in parts.iter() {
        match under(part, known, work) {
            None => same.push(part.clone()),
            Some(decided) if decided == Residual::from(!all) => return Some(decided),
            Some(simpler) => changed.push(simpler),
        }
    }
    (!changed.is_empty()).then(|| onto(same, changed, all, work))
}

fn literal_under(residual: &Residual, known: &Known<'_>, work: &mut Work) -> Option<Residual> {
    let mut left: Option<Residual> = None;
    for known in known.about(Literal::read(residual)?) {
        let literal = Literal::read(left.as_ref().unwrap_or(residual))?;
        match given(literal, *known, work) {
            Given::Same => {}
            Given::Holds => return Some(Residual::True),
            Given::Fails => return Some(Residual::False),
            Given::Narrowed(simpler) => left = Some(simpler),
        }
    }
    left
}

/// Whether a formula holds, or does not, where literals are known to hold; `None` if that was not found.
pub(super) fn settled(formula: &Residual, known: &Known<'_>, work: &mut Work) -> Option<bool> {
    if formula.keys() & known.keys == 0 || !work.spend(1) {
        return None;
    }
    let (parts, all) = match formula {
        Residual::All(parts) => (parts, true),
        Residual::Any(parts) => (parts, false),
        literal => {
            let literal = Literal::read(literal)?;
            return known.about(literal).iter().find_map(|known| decided(literal, *known, work));
        }
    };
    let mut open = false;
    for part in parts.iter() {
        match settled(part, known, work) {
            Some(holds) if holds != all => return Some(holds),
            Some(_) => {}
            None => open = true,
        }
    }
    (!open).then_some(all)
}

/// Whether one formula is seen to follow from another.
pub(super) fn implies(from: &Residual, to: &Residual, work: &mut Work) -> bool {
    match from {
        Residual::Any(branches) => branches.iter().all(|branch| implies(branch, to, work)),
        from => settled(to, &Known::of(from, false), work) == Some(true),
    }
}
