//! What an evaluation saw on its way, for those who want to know (style: the hot path records nothing).

use crate::condition::Residual;
use crate::evaluate::{StatementRef, missing_both};
use crate::policy::Effect;

/// A layer of AWS's decision, in the order AWS's own diagnostics list them (E111, E112).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Layer {
    /// Resource control policies of one level, the root being 0.
    ResourceControl(u32),
    /// Service control policies of one level, the root being 0.
    ServiceControl(u32),
    /// The VPC endpoint's policy.
    VpcEndpoint,
    /// The resource's own policy; of a role, its trust policy.
    Resource,
    /// Identity policies.
    Identity,
    /// The permissions boundary.
    Boundary,
    /// Session policies.
    Session,
    /// The policy of the access point by which a bucket is asked (E182).
    AccessPoint,
    /// The KMS key that encrypts what is asked for (E199).
    EncryptionKey,
    /// The function behind a URL (E197).
    Invocation,
}

/// What a layer makes of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// When it allows.
    pub allow: Residual,
    /// When it denies.
    pub deny: Residual,
}

impl Verdict {
    /// Neither allows nor denies.
    pub const SILENT: Self = Self { allow: Residual::False, deny: Residual::False };

    /// Limits nothing.
    pub const UNLIMITED: Self = Self { allow: Residual::True, deny: Residual::False };

    /// Cannot be told for want of input: it might allow, it might deny.
    #[must_use]
    pub fn missing(reason: &str) -> Self {
        let (allow, deny) = missing_both(reason);
        Self { allow, deny }
    }

    /// Both together, as statements of one layer are (E44).
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self { allow: self.allow.or(other.allow), deny: self.deny.or(other.deny) }
    }
}

/// How a statement compares with a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Comparison {
    /// It applies when the residual holds.
    Applies(Residual),
    /// Its actions are others.
    OtherAction,
    /// Its resources are others.
    OtherResource,
    /// Its principals are others.
    OtherPrincipal,
    /// Its conditions cannot hold.
    ConditionFails,
}

/// Receives what an evaluation sees.
pub trait Recorder {
    /// Whether [`Self::compared`] wants to hear of statements that do not apply.
    const WANTS_ALL: bool;

    /// A statement was compared with the request.
    fn compared(&mut self, layer: Layer, statement: StatementRef, effect: Effect, comparison: Comparison);

    /// A layer has come to its verdict.
    fn verdict(&mut self, layer: Layer, verdict: &Verdict);
}

/// Records nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Recorder for Silent {
    const WANTS_ALL: bool = false;
    fn compared(&mut self, _: Layer, _: StatementRef, _: Effect, _: Comparison) {}
    fn verdict(&mut self, _: Layer, _: &Verdict) {}
}

/// Keeps the statements that applied, in the order they were met.
#[derive(Debug, Clone, Default)]
pub struct Applied {
    /// Layer, statement, effect, and when it applies.
    pub statements: Vec<(Layer, StatementRef, Effect, Residual)>,
}

impl Recorder for Applied {
    const WANTS_ALL: bool = false;

    fn compared(&mut self, layer: Layer, statement: StatementRef, effect: Effect, comparison: Comparison) {
        if let Comparison::Applies(when) = comparison {
            self.statements.push((layer, statement, effect, when));
        }
    }

    fn verdict(&mut self, _: Layer, _: &Verdict) {}
}

/// Keeps everything.
#[derive(Debug, Clone, Default)]
pub struct Full {
    /// Every comparison, in order.
    pub comparisons: Vec<(Layer, StatementRef, Effect, Comparison)>,
    /// Every layer's verdict, in order.
    pub verdicts: Vec<(Layer, Verdict)>,
}

impl Recorder for Full {
    const WANTS_ALL: bool = true;

    fn compared(&mut self, layer: Layer, statement: StatementRef, effect: Effect, comparison: Comparison) {
        self.comparisons.push((layer, statement, effect, comparison));
    }

    fn verdict(&mut self, layer: Layer, verdict: &Verdict) {
        self.verdicts.push((layer, verdict.clone()));
    }
}

/// Passes on what an access point's own part of a request sees: its policy is not the bucket's (E182).
pub(super) struct AtThePoint<'r, R>(pub(super) &'r mut R);

impl<R: Recorder> Recorder for AtThePoint<'_, R> {
    const WANTS_ALL: bool = R::WANTS_ALL;

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
