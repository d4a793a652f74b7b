//! Which layers a denial is due to, and AWS's details about the boundary and the organization.

use crate::evaluate::{Decision, Layer, Reasons, Target, Verdict};

use super::Simulation;
use super::response::{OrganizationsDecisionDetail, PermissionsBoundaryDecisionDetail};

/// Why nothing allows a request: each layer that would have to and does not.
pub(super) fn silent_layers(simulation: &Simulation<'_>, target: &Target, reasons: &Reasons) -> Vec<String> {
    if let Some(limit) = reasons.settled {
        return vec![limit.words().to_owned()];
    }
    let lacks = |(layer, verdict): &&(Layer, Verdict)| {
        let role = reasons.role_of(*layer);
        role.allows(verdict).is_false() && !role.needed.is_false()
    };
    let lacking = reasons.verdicts.iter().filter(lacks);
    lacking.filter_map(|(layer, _)| words(simulation, target, *layer)).collect()
}

fn words(simulation: &Simulation<'_>, target: &Target, layer: Layer) -> Option<String> {
    let request = simulation.request;
    let given = request.resource_policy.is_some();
    Some(match layer {
        Layer::ResourceControl(level) => {
            format!("the resource control policies of level {} do not allow it", level + 1)
        }
        Layer::ServiceControl(level) => format!("the service control policies of level {} do not allow it", level + 1),
        Layer::VpcEndpoint => "the VPC endpoint policy does not allow it".to_owned(),
        Layer::Resource if given => format!("the resource policy does not allow it on {}", target.resource()),
        // Those have their own words.
        Layer::Resource if target.rules != crate::evaluate::ResourceRules::Ordinary => return None,
        Layer::Resource => "no resource policy is given that allows it".to_owned(),
        Layer::Identity if simulation.documents.identity.is_empty() => "no identity policy is given".to_owned(),
        Layer::Identity => "the identity policies do not allow it".to_owned(),
        Layer::Boundary => "the permissions boundary does not allow it".to_owned(),
        Layer::Session if simulation.documents.session.is_none() => {
            "without a session policy a federated user has no permissions".to_owned()
        }
        Layer::Session => "the session policies do not allow it".to_owned(),
        _ => return None,
    })
}

/// Whether a layer allows: what AWS's details say, where nothing is left open.
fn allows(verdicts: &[&Verdict]) -> Option<bool> {
    if verdicts.iter().any(|verdict| verdict.allow.is_false() || verdict.deny.is_true()) {
        return Some(false);
    }
    verdicts.iter().all(|verdict| verdict.allow.is_true() && verdict.deny.is_false()).then_some(true)
}

/// AWS's details, of the layers that had a say.
pub(super) fn details(
    verdicts: &[(Layer, Verdict)],
) -> (Option<PermissionsBoundaryDecisionDetail>, Option<OrganizationsDecisionDetail>) {
    let of = |wanted: fn(&Layer) -> bool| {
        let found: Vec<&Verdict> =
            verdicts.iter().filter(|(layer, _)| wanted(layer)).map(|(_, verdict)| verdict).collect();
        if found.is_empty() { None } else { allows(&found) }
    };
    let boundary = of(|layer| *layer == Layer::Boundary);
    let organizations = of(|layer| matches!(layer, Layer::ServiceControl(_)));
    (
        boundary.map(|allowed| PermissionsBoundaryDecisionDetail { allowed_by_permissions_boundary: allowed }),
        organizations.map(|allowed| OrganizationsDecisionDetail { allowed_by_organizations: allowed }),
    )
}

/// The residual of a conditional decision in words. What hangs on nothing but missing input has no condition to state.
pub(super) fn condition(decision: &Decision) -> String {
    let residual = decision.residual();
    let missing = crate::evaluate::missing_input(&residual);
    let only_missing = residual.atoms().iter().all(|atom| matches!(atom, crate::condition::Atom::MissingInput(_)));
    if !only_missing || missing.is_empty() {
        return residual.to_string();
    }
    let words = missing.iter().map(|words| words.strip_prefix("policy ").unwrap_or(words));
    format!("not known: {}", words.collect::<Vec<_>>().join("; "))
}
