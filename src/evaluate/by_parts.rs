//! What is seen of a request that is decided in two parts, through an access point and at the bucket behind it (E182),
//! told as of one.

use std::marker::PhantomData;

use crate::condition::Residual;
use crate::evaluate::recorder::{Compared, Comparison, Layer, LayerRole, Reasons, Recorder, Verdict};
use crate::evaluate::{ElementCheck, HardLimit, StatementRef};
use crate::policy::Effect;
use crate::request::Dependence;

/// What one part shows of that which `R` wants to hear.
pub(super) struct Part<R> {
    seen: Reasons,
    depends: Dependence,
    wants: PhantomData<R>,
}

impl<R> Default for Part<R> {
    fn default() -> Self {
        Self { seen: Reasons::default(), depends: Dependence::default(), wants: PhantomData }
    }
}

impl<R: Recorder> Recorder for Part<R> {
    const WANTS_ALL: bool = R::WANTS_ALL;
    const WANTS_REASONS: bool = R::WANTS_REASONS;

    fn elements(&mut self, checks: Vec<ElementCheck>) {
        self.seen.elements(checks);
    }

    fn role(&mut self, layer: Layer, role: LayerRole) {
        self.seen.role(layer, role);
    }

    fn asks(&mut self, layer: Layer, action: &str, resource: &str) {
        self.seen.asks(layer, action, resource);
    }

    fn settled(&mut self, limit: HardLimit) {
        self.seen.settled(limit);
    }

    fn depends(&mut self, on: Dependence) {
        self.depends = self.depends.or(on);
    }

    fn compared(&mut self, layer: Layer, statement: StatementRef, effect: Effect, comparison: Comparison) {
        self.seen.compared(layer, statement, effect, comparison);
    }

    fn verdict(&mut self, layer: Layer, verdict: &Verdict) {
        self.seen.verdict(layer, verdict);
    }
}

impl<R: Recorder> Part<R> {
    /// Gives what is kept the names it has in the whole: the policy of the access point is not the bucket's.
    pub(super) fn at_the_point(mut self) -> Self {
        let rename = |layer: &mut Layer| {
            if *layer == Layer::Resource {
                *layer = Layer::AccessPoint;
            }
        };
        self.seen.compared.iter_mut().for_each(|one| rename(&mut one.layer));
        self.seen.verdicts.iter_mut().for_each(|(layer, _)| rename(layer));
        self.seen.roles.iter_mut().for_each(|(layer, _)| rename(layer));
        self
    }

    /// Joins what the other part shows: both have to allow, and a statement that does the same in both is told once.
    pub(super) fn and(mut self, other: Self) -> Self {
        for one in other.seen.compared {
            let same = |known: &&Compared| {
                (known.layer, known.statement) == (one.layer, one.statement) && known.comparison == one.comparison
            };
            if !self.seen.compared.iter().any(|known| same(&known)) {
                self.seen.compared.push(one);
            }
        }
        for (layer, verdict) in other.seen.verdicts {
            let role = other.seen.roles.iter().find(|(of, _)| *of == layer).map(|(_, role)| role.clone());
            self.join(layer, verdict, role);
        }
        self.seen.asked.extend(other.seen.asked);
        self.depends = self.depends.or(other.depends);
        self.seen.settled = self.seen.settled.or(other.seen.settled);
        self
    }

    /// One layer of the other part, which is a layer of its own or has to allow beside this part's.
    fn join(&mut self, layer: Layer, verdict: Verdict, role: Option<LayerRole>) {
        let own_role = self.seen.roles.iter().position(|(of, _)| *of == layer);
        let Some(at) = self.seen.verdicts.iter().position(|(of, _)| *of == layer) else {
            self.seen.verdict(layer, &verdict);
            self.seen.roles.extend(role.map(|role| (layer, role)));
            return;
        };
        let (_, own) = &mut self.seen.verdicts[at];
        let needed = |role: Option<&LayerRole>| role.map_or(Residual::True, |role| role.needed.clone());
        let (ours, theirs) = (needed(own_role.map(|at| &self.seen.roles[at].1)), needed(role.as_ref()));
        if *own == verdict && ours == theirs {
            return;
        }
        let allow = own.allow.clone().or(ours.not()).and(verdict.allow.or(theirs.not()));
        *own = Verdict { allow, deny: own.deny.clone().or(verdict.deny) };
        let either = LayerRole::limit(ours.or(theirs));
        match own_role {
            Some(at) => self.seen.roles[at].1 = either,
            None => self.seen.roles.push((layer, either)),
        }
    }

    /// Tells what was kept.
    pub(super) fn tell(self, recorder: &mut R) {
        recorder.depends(self.depends);
        for one in self.seen.compared {
            if R::WANTS_REASONS {
                recorder.elements(one.checks);
            }
            recorder.compared(one.layer, one.statement, one.effect, one.comparison);
        }
        for (layer, verdict) in &self.seen.verdicts {
            recorder.verdict(*layer, verdict);
        }
        for (layer, role) in self.seen.roles {
            recorder.role(layer, role);
        }
        for (layer, action, resource) in &self.seen.asked {
            recorder.asks(*layer, action, resource);
        }
        if let Some(limit) = self.seen.settled {
            recorder.settled(limit);
        }
    }
}
