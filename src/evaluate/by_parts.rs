//! The recorder of requests that are decided in parts: through an access point and at the bucket behind it (E182).

use crate::evaluate::recorder::{Comparison, Layer, LayerRole, Recorder, Verdict};
use crate::evaluate::{ElementCheck, HardLimit, StatementRef};
use crate::policy::Effect;

/// Passes on what one part of a request sees, each layer under the name it has in the whole; what has none is left out.
pub(super) struct Part<'r, R> {
    recorder: &'r mut R,
    name: fn(Layer) -> Option<Layer>,
}

impl<'r, R> Part<'r, R> {
    /// The access point's own part: its policy is not the bucket's.
    pub(super) fn at_the_point(recorder: &'r mut R) -> Self {
        let name = |layer| Some(if layer == Layer::Resource { Layer::AccessPoint } else { layer });
        Self { recorder, name }
    }

    /// What the bucket's part adds to that: the bucket's own policy, and the key of its objects.
    pub(super) fn behind_the_point(recorder: &'r mut R) -> Self {
        Self { recorder, name: |layer| matches!(layer, Layer::Resource | Layer::EncryptionKey).then_some(layer) }
    }
}

impl<R: Recorder> Recorder for Part<'_, R> {
    const WANTS_ALL: bool = R::WANTS_ALL;
    const WANTS_REASONS: bool = R::WANTS_REASONS;

    fn elements(&mut self, checks: Vec<ElementCheck>) {
        self.recorder.elements(checks);
    }

    fn settled(&mut self, limit: HardLimit) {
        self.recorder.settled(limit);
    }

    fn role(&mut self, layer: Layer, role: LayerRole) {
        if let Some(layer) = (self.name)(layer) {
            self.recorder.role(layer, role);
        }
    }

    fn compared(&mut self, layer: Layer, statement: StatementRef, effect: Effect, comparison: Comparison) {
        if let Some(layer) = (self.name)(layer) {
            self.recorder.compared(layer, statement, effect, comparison);
        }
    }

    fn verdict(&mut self, layer: Layer, verdict: &Verdict) {
        if let Some(layer) = (self.name)(layer) {
            self.recorder.verdict(layer, verdict);
        }
    }
}
