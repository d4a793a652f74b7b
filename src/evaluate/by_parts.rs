//! Recorders for requests that are decided in parts: through an access point and at the bucket behind it (E182).

use crate::evaluate::recorder::{Comparison, Layer, LayerRole, Recorder, Verdict};
use crate::evaluate::{ElementCheck, HardLimit, StatementRef};
use crate::policy::Effect;

/// Passes on what an access point's own part of a request sees: its policy is not the bucket's (E182).
pub(super) struct AtThePoint<'r, R>(pub(super) &'r mut R);

impl<R: Recorder> Recorder for AtThePoint<'_, R> {
    const WANTS_ALL: bool = R::WANTS_ALL;
    const WANTS_REASONS: bool = R::WANTS_REASONS;

    fn elements(&mut self, checks: Vec<ElementCheck>) {
        self.0.elements(checks);
    }

    fn settled(&mut self, limit: HardLimit) {
        self.0.settled(limit);
    }

    fn role(&mut self, layer: Layer, role: LayerRole) {
        self.0.role(at_the_point(layer), role);
    }

    fn compared(&mut self, layer: Layer, statement: StatementRef, effect: Effect, comparison: Comparison) {
        self.0.compared(at_the_point(layer), statement, effect, comparison);
    }

    fn verdict(&mut self, layer: Layer, verdict: &Verdict) {
        self.0.verdict(at_the_point(layer), verdict);
    }
}

fn at_the_point(layer: Layer) -> Layer {
    if layer == Layer::Resource { Layer::AccessPoint } else { layer }
}

/// Passes on what the bucket's part adds to what the access point's has shown: the bucket's own policy.
pub(super) struct OnlyResource<'r, R>(pub(super) &'r mut R);

impl<R: Recorder> Recorder for OnlyResource<'_, R> {
    const WANTS_ALL: bool = R::WANTS_ALL;
    const WANTS_REASONS: bool = R::WANTS_REASONS;

    fn elements(&mut self, checks: Vec<ElementCheck>) {
        self.0.elements(checks);
    }

    fn settled(&mut self, limit: HardLimit) {
        self.0.settled(limit);
    }

    fn role(&mut self, layer: Layer, role: LayerRole) {
        if layer == Layer::Resource {
            self.0.role(layer, role);
        }
    }

    fn compared(&mut self, layer: Layer, statement: StatementRef, effect: Effect, comparison: Comparison) {
        if layer == Layer::Resource {
            self.0.compared(layer, statement, effect, comparison);
        }
    }

    fn verdict(&mut self, layer: Layer, verdict: &Verdict) {
        if matches!(layer, Layer::Resource | Layer::EncryptionKey) {
            self.0.verdict(layer, verdict);
        }
    }
}
