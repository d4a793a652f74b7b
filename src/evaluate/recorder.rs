//! What an evaluation saw on its way, for those who want to know (style: the hot path records nothing).

use crate::condition::Residual;
use crate::evaluate::{ElementCheck, HardLimit, StatementRef, missing_both};
use crate::policy::Effect;
use crate::request::Dependence;

/// A layer of AWS's decision, in the order AWS's own diagnostics list them (E111, E112).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Layer {
    /// Resource control policies of one level, the root being 0.
    ResourceControl(u32),
    /// Service control policies of one level, the root being 0.
    ServiceControl(u32),
    /// Service control policies of the account whose root user is asked for, of one level (E151).
    TargetServiceControl(u32),
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
    /// The network from which alone the access point is reached (E182).
    NetworkOrigin,
    /// The KMS key that encrypts what is asked for (E199).
    EncryptionKey,
    /// The function behind a URL (E197).
    Invocation,
    /// The tags that the call passes to the session it opens (E142).
    SessionTags,
    /// The source identity that the call sets (E142).
    SourceIdentity,
}

/// The kinds of policies that layers are of, which AWS has names for (E112, E113).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Family {
    /// Resource control policies.
    ResourceControl,
    /// Service control policies.
    ServiceControl,
    /// The policy of a VPC endpoint.
    VpcEndpoint,
    /// Whatever speaks for the resource.
    Resource,
    /// Identity policies.
    Identity,
    /// Permissions boundaries.
    Boundary,
    /// Session policies.
    Session,
}

impl Layer {
    /// What kind of policies it is of.
    #[must_use]
    pub fn family(self) -> Family {
        match self {
            Self::ResourceControl(_) => Family::ResourceControl,
            Self::ServiceControl(_) | Self::TargetServiceControl(_) => Family::ServiceControl,
            Self::VpcEndpoint => Family::VpcEndpoint,
            Self::Identity => Family::Identity,
            Self::Boundary => Family::Boundary,
            Self::Session => Family::Session,
            Self::Resource
            | Self::AccessPoint
            | Self::NetworkOrigin
            | Self::EncryptionKey
            | Self::Invocation
            | Self::SessionTags
            | Self::SourceIdentity => Family::Resource,
        }
    }

    /// Whether it is a request of its own, which has to be allowed besides.
    #[must_use]
    pub fn is_apart(self) -> bool {
        matches!(self, Self::EncryptionKey | Self::Invocation | Self::SessionTags | Self::SourceIdentity)
    }

    /// Whether an Allow of it gives something; those of other layers set limits.
    #[must_use]
    pub fn grants(self) -> bool {
        matches!(self, Self::Resource | Self::Identity | Self::AccessPoint)
    }
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

/// What part a layer had in a decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LayerRole {
    /// When its allowance was needed: false where another path allows by itself (E112's `NO_IMPACT`).
    pub needed: Residual,
    /// When it allows, where that is less than its verdict says: a resource policy that names the caller's account gives
    /// the account's principals nothing by itself (E120).
    pub given: Option<Residual>,
    /// Whether Block Public Access takes away some of what statements or lists allow (E180).
    pub restricted: bool,
    /// What lacks, in words, where it is no policy.
    pub lacking: Option<&'static str>,
}

impl LayerRole {
    /// The part of a layer that gives what its verdict says.
    #[must_use]
    pub fn limit(needed: Residual) -> Self {
        Self { needed, given: None, restricted: false, lacking: None }
    }

    /// When the layer allows, by its verdict and less what that gives nothing.
    #[must_use]
    pub fn allows<'a>(&'a self, verdict: &'a Verdict) -> &'a Residual {
        self.given.as_ref().unwrap_or(&verdict.allow)
    }
}

/// Receives what an evaluation sees.
pub trait Recorder {
    /// Whether [`Self::compared`] wants to hear of statements that do not apply.
    const WANTS_ALL: bool;

    /// Whether [`Self::elements`], [`Self::role`], [`Self::asks`] and [`Self::settled`] are wanted.
    const WANTS_REASONS: bool = false;

    /// A statement is about to be compared; this is what each of its elements makes of the request.
    fn elements(&mut self, _: Vec<ElementCheck>) {}

    /// A layer had this part in the decision.
    fn role(&mut self, _: Layer, _: LayerRole) {}

    /// A layer is a request of its own: that action on that resource, of the same caller (E163, E197).
    fn asks(&mut self, _: Layer, _action: &str, _resource: &str) {}

    /// The request was settled before any policy (E114a).
    fn settled(&mut self, _: HardLimit) {}

    /// The decision was found to look at these facts of the caller.
    fn depends(&mut self, _: Dependence) {}

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
    /// What of the caller was looked at.
    pub depends: Dependence,
}

impl Recorder for Applied {
    const WANTS_ALL: bool = false;

    fn compared(&mut self, layer: Layer, statement: StatementRef, effect: Effect, comparison: Comparison) {
        if let Comparison::Applies(when) = comparison {
            self.statements.push((layer, statement, effect, when));
        }
    }

    fn verdict(&mut self, _: Layer, _: &Verdict) {}

    fn depends(&mut self, on: Dependence) {
        self.depends = self.depends.or(on);
    }
}

/// Passes on of a request within another what the other depends on, and no more: it is told as one verdict (E163, E197).
pub(crate) struct Within<'r, R>(pub(crate) &'r mut R);

impl<R: Recorder> Recorder for Within<'_, R> {
    const WANTS_ALL: bool = false;

    fn depends(&mut self, on: Dependence) {
        self.0.depends(on);
    }

    fn compared(&mut self, _: Layer, _: StatementRef, _: Effect, _: Comparison) {}
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

/// A statement compared with a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compared {
    /// The layer in which it stands.
    pub layer: Layer,
    /// Which.
    pub statement: StatementRef,
    /// Allow or Deny.
    pub effect: Effect,
    /// How it compares.
    pub comparison: Comparison,
    /// The same, element by element.
    pub checks: Vec<ElementCheck>,
}

/// Keeps everything an explanation tells.
#[derive(Debug, Clone, Default)]
pub struct Reasons {
    /// Every statement, in the order in which they were met.
    pub compared: Vec<Compared>,
    /// Every layer's verdict, one a layer.
    pub verdicts: Vec<(Layer, Verdict)>,
    /// What part layers had, one a layer; of those that always have to allow, nothing.
    pub roles: Vec<(Layer, LayerRole)>,
    /// The layers that are requests of their own, each with action and resource.
    pub asked: Vec<(Layer, String, String)>,
    /// What settled the request before any policy; then there is nothing else.
    pub settled: Option<HardLimit>,
    pending: Vec<ElementCheck>,
}

impl Reasons {
    /// The part that a layer had; one of which nothing was told always has to allow.
    #[must_use]
    pub fn role_of(&self, layer: Layer) -> LayerRole {
        let told = self.roles.iter().find(|(of, _)| *of == layer);
        told.map_or_else(|| LayerRole::limit(Residual::True), |(_, role)| role.clone())
    }
}

impl Recorder for Reasons {
    const WANTS_ALL: bool = true;
    const WANTS_REASONS: bool = true;

    fn elements(&mut self, checks: Vec<ElementCheck>) {
        self.pending = checks;
    }

    /// A later role of a layer takes the place of an earlier one.
    fn role(&mut self, layer: Layer, role: LayerRole) {
        self.roles.retain(|(known, _)| *known != layer);
        self.roles.push((layer, role));
    }

    fn asks(&mut self, layer: Layer, action: &str, resource: &str) {
        self.asked.push((layer, action.to_owned(), resource.to_owned()));
    }

    fn settled(&mut self, limit: HardLimit) {
        self.settled = Some(limit);
    }

    fn compared(&mut self, layer: Layer, statement: StatementRef, effect: Effect, comparison: Comparison) {
        let checks = std::mem::take(&mut self.pending);
        self.compared.push(Compared { layer, statement, effect, comparison, checks });
    }

    /// A later verdict on a layer takes the place of an earlier one.
    fn verdict(&mut self, layer: Layer, verdict: &Verdict) {
        self.verdicts.retain(|(known, _)| *known != layer);
        self.verdicts.push((layer, verdict.clone()));
        self.verdicts.sort_by_key(|(layer, _)| *layer);
    }
}
