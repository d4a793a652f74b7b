//! What a layer does to a request, in AWS's words and ours (E112, E113).

use crate::condition::Residual;
use crate::evaluate::{Family, Layer, LayerRole, Outcome, Verdict};

/// What a layer does to a request, in AWS's words (E112) and four of ours, for what depends on the request or is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LayerEffect {
    /// It allows.
    Allow,
    /// It allows if a condition holds.
    AllowIf,
    /// It does not allow, and need not.
    NoImpact,
    /// It does not allow, and need not if another layer's condition holds.
    NoImpactIf,
    /// It would have to allow and does not.
    ImplicitDeny,
    /// It denies.
    ExplicitDeny,
    /// It denies if a condition holds.
    DenyIf,
    /// It cannot be told.
    Unknown,
}

impl LayerEffect {
    /// As the outputs write it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Allow => "ALLOW",
            Self::AllowIf => "ALLOW IF",
            Self::NoImpact => "NO_IMPACT",
            Self::NoImpactIf => "NO_IMPACT IF",
            Self::ImplicitDeny => "IMPLICIT_DENY",
            Self::ExplicitDeny => "EXPLICIT_DENY",
            Self::DenyIf => "DENY IF",
            Self::Unknown => "UNKNOWN",
        }
    }

    /// AWS's word, where one holds for every request (E112).
    #[must_use]
    pub fn check_effect(self) -> Option<&'static str> {
        match self {
            Self::Allow | Self::NoImpact | Self::ImplicitDeny | Self::ExplicitDeny => Some(self.as_str()),
            Self::AllowIf | Self::NoImpactIf | Self::DenyIf | Self::Unknown => None,
        }
    }

    pub(super) fn of(verdict: &Verdict, role: &LayerRole) -> Self {
        let unknown = |residual: &Residual| !residual.is_false() && residual.without_missing_input().is_false();
        let allow = role.allows(verdict);
        if verdict.deny.is_true() {
            Self::ExplicitDeny
        } else if allow.is_false() && role.needed.is_true() {
            // Whether something denies as well does not matter.
            Self::ImplicitDeny
        } else if unknown(&verdict.deny) || unknown(allow) {
            Self::Unknown
        } else if !verdict.deny.is_false() {
            Self::DenyIf
        } else if allow.is_true() {
            Self::Allow
        } else if !allow.is_false() {
            Self::AllowIf
        } else if role.needed.is_false() {
            Self::NoImpact
        } else if unknown(&role.needed) || unknown(&role.needed.not()) {
            Self::Unknown
        } else {
            Self::NoImpactIf
        }
    }
}

/// AWS's name for the check that a layer belongs to (E112).
#[must_use]
pub fn check_type(layer: Layer) -> &'static str {
    match layer.family() {
        Family::ResourceControl => "RESOURCE_CONTROL_POLICY",
        Family::ServiceControl => "SERVICE_CONTROL_POLICY",
        Family::VpcEndpoint => "VPC_ENDPOINT",
        Family::Resource => "RESOURCE",
        Family::Identity => "PRINCIPAL",
        Family::Boundary => "PERMISSIONS_BOUNDARY",
        Family::Session => "SESSION",
    }
}

/// AWS's name for the type of the policies of a layer (E113).
#[must_use]
pub fn policy_type(layer: Layer) -> &'static str {
    match layer.family() {
        Family::ResourceControl => "RESOURCE_CONTROL_POLICY",
        Family::ServiceControl => "SERVICE_CONTROL_POLICY",
        Family::VpcEndpoint => "VPC_ENDPOINT_POLICY",
        Family::Resource => "RESOURCE_BASED_POLICY",
        Family::Identity => "IDENTITY_BASED_POLICY",
        Family::Boundary => "PERMISSIONS_BOUNDARY",
        Family::Session => "SESSION_POLICY",
    }
}

/// AWS's word for the whole, where one holds for every request (E113).
#[must_use]
pub fn overall_effect(outcome: Outcome) -> Option<&'static str> {
    match outcome {
        Outcome::Allowed => Some("ALLOW"),
        Outcome::ExplicitlyDenied => Some("EXPLICIT_DENY"),
        Outcome::ImplicitlyDenied => Some("IMPLICIT_DENY"),
        Outcome::AllowedIf | Outcome::Unknown => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(verdict: (Residual, Residual), needed: Residual, given: Option<Residual>, expected: LayerEffect) {
        let verdict = Verdict { allow: verdict.0, deny: verdict.1 };
        assert_eq!(
            LayerEffect::of(&verdict, &LayerRole { given, ..LayerRole::limit(needed) }),
            expected,
            "{verdict:?}"
        );
    }

    #[test]
    fn e112_effects_of_a_check() {
        use LayerEffect as Effect;
        use Residual::{False, True};
        let open = || Residual::undocumented("some-point");
        let missing = || Residual::missing("a reason");
        check((True, True), True, None, Effect::ExplicitDeny);
        check((True, open()), True, None, Effect::DenyIf);
        check((True, missing()), True, None, Effect::Unknown);
        check((True, False), True, None, Effect::Allow);
        check((open(), False), True, None, Effect::AllowIf);
        check((missing(), False), True, None, Effect::Unknown);
        check((False, False), True, None, Effect::ImplicitDeny);
        check((False, open()), True, None, Effect::ImplicitDeny);
        check((False, missing()), True, None, Effect::ImplicitDeny);
        check((False, open()), False, None, Effect::DenyIf);
        check((False, False), False, None, Effect::NoImpact);
        check((False, False), open(), None, Effect::NoImpactIf);
        check((False, False), missing(), None, Effect::Unknown);
        check((True, False), False, Some(False), Effect::NoImpact);
    }

    #[test]
    fn e112_e113_names_are_aws_s_own() {
        let layers = [
            (Layer::ResourceControl(0), "RESOURCE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"),
            (Layer::ServiceControl(2), "SERVICE_CONTROL_POLICY", "SERVICE_CONTROL_POLICY"),
            (Layer::VpcEndpoint, "VPC_ENDPOINT", "VPC_ENDPOINT_POLICY"),
            (Layer::Resource, "RESOURCE", "RESOURCE_BASED_POLICY"),
            (Layer::Identity, "PRINCIPAL", "IDENTITY_BASED_POLICY"),
            (Layer::Boundary, "PERMISSIONS_BOUNDARY", "PERMISSIONS_BOUNDARY"),
            (Layer::Session, "SESSION", "SESSION_POLICY"),
        ];
        for (layer, check, policy) in layers {
            assert_eq!((check_type(layer), policy_type(layer)), (check, policy));
        }
        let in_order: Vec<Layer> = layers.iter().map(|(layer, _, _)| *layer).collect();
        assert!(in_order.is_sorted(), "E111: layers sort in AWS's order");
    }
}
