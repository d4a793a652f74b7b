//! The VPC endpoint that the question names, and whether the request comes through it (E108).

use std::collections::BTreeSet;

use crate::condition::{Atom, Residual};
use crate::evaluate::authorize::{Layers, Levels};
use crate::evaluate::evaluator::Evaluator;
use crate::evaluate::recorder::{Layer, Recorder, Verdict};
use crate::evaluate::statement::Comparer;
use crate::evaluate::{Decision, Target};
use crate::model::{Collected, PolicyId, VpcEndpoint};
use crate::request::Caller;
use crate::service_reference::ServiceReference;

/// Endpoint services whose names are not the prefix of their actions.
const OTHER_NAMES: [(&str, &str); 11] = [
    ("email", "ses"),
    ("email-smtp", "ses"),
    ("git-codecommit", "codecommit"),
    ("kinesis-firehose", "firehose"),
    ("mail-manager", "ses"),
    ("models-v2-lex", "lex"),
    ("monitoring", "cloudwatch"),
    ("runtime-v2-lex", "lex"),
    ("sync-states", "states"),
    ("tagging", "tag"),
    ("transcribestreaming", "transcribe"),
];

/// Whether requests for a service come through an endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Serves {
    Yes,
    No,
    /// The endpoint's service goes by a name that says nothing of its actions.
    Unknown,
}

impl Evaluator<'_> {
    /// E108: the policy of the endpoint that the question names, if it is one of the input and of the service asked.
    pub(super) fn endpoint(&self, caller: &Caller, target: &Target, layers: &mut Layers) {
        match self.named_endpoint(caller) {
            None => {
                if let Some(reason) = self.unlisted_endpoint(caller) {
                    layers.vpc_endpoint = Levels::Missing(reason.to_owned());
                }
            }
            Some(endpoint) => match serves(&endpoint.service, target.action.service()) {
                Serves::No => {}
                Serves::Unknown => {
                    let reason = format!("whether {} serves {} is not known", endpoint.id, target.action.service());
                    layers.vpc_endpoint = Levels::Missing(reason);
                }
                Serves::Yes => {
                    layers.gateway_endpoint = Some(endpoint.gateway);
                    layers.vpc_endpoint = policy_of(endpoint);
                }
            },
        }
    }

    /// A decision that demands to come through an endpoint, less what that endpoint's policy does not let pass. Endpoints that
    /// nothing demands are as if they were not there.
    pub(super) fn past_demanded_endpoints(
        &self,
        comparer: &Comparer<'_, '_>,
        decision: Decision,
        recorder: &mut impl Recorder,
    ) -> Decision {
        let service = comparer.target.action.service();
        if decision.allow.is_true() || self.given("aws:SourceVpce").is_some() {
            return decision;
        }
        let mut demanded = BTreeSet::new();
        for atom in decision.allow.atoms() {
            if let Atom::Test { key, values, .. } = atom
                && &**key == "aws:sourcevpce"
            {
                demanded.extend(values.iter().cloned());
            }
        }
        let endpoints = demanded.iter().filter_map(|id| self.environment.vpc_endpoint(id));
        let mut decision = decision;
        for endpoint in endpoints.filter(|endpoint| serves(&endpoint.service, service) == Serves::Yes) {
            let at_it = Comparer { gateway_endpoint: Some(endpoint.gateway), ..*comparer };
            let verdict = at_it.levels(&policy_of(endpoint), |_| Layer::VpcEndpoint, recorder);
            let through = Residual::test("StringEquals", "aws:sourcevpce", endpoint.id.clone());
            let verdict = Verdict { allow: through.not().or(verdict.allow), deny: through.and(verdict.deny) };
            if verdict != Verdict::UNLIMITED {
                recorder.verdict(Layer::VpcEndpoint, &verdict);
            }
            decision.allow = decision.allow.and(verdict.allow);
            decision.deny = decision.deny.or(verdict.deny);
        }
        decision
    }

    /// Whether the question names an endpoint of whose policy nothing is known, which is then taken to limit nothing.
    pub(super) fn assumes_no_endpoint_policy(&self, caller: &Caller, target: &Target) -> bool {
        let Some(_) = self.given_endpoints().filter(|_| !matches!(caller, Caller::Service(_))) else { return false };
        let endpoint = self.named_endpoint(caller);
        let concerned = endpoint.is_some_and(|named| serves(&named.service, target.action.service()) != Serves::No);
        !concerned && self.environment.unlisted_vpc_endpoints().is_none()
    }

    /// The policies of the endpoints that the question names.
    pub(crate) fn endpoint_policies(&self) -> Vec<PolicyId> {
        let given = self.given_endpoints().unwrap_or_default().iter();
        given.filter_map(|id| self.environment.vpc_endpoint(id)?.policy.present().copied()).collect()
    }

    fn given_endpoints(&self) -> Option<&[String]> {
        self.given("aws:SourceVpce")
    }

    /// Why an endpoint that the question names may be there though no listing names it (E185).
    fn unlisted_endpoint(&self, caller: &Caller) -> Option<&str> {
        let listed = self.given_endpoints()?.iter().any(|id| self.environment.vpc_endpoint(id).is_some());
        let by_service = matches!(caller, Caller::Service(_));
        if listed || by_service { None } else { self.environment.unlisted_vpc_endpoints() }
    }

    /// The endpoint that the question names. Services do not come through one.
    fn named_endpoint(&self, caller: &Caller) -> Option<&VpcEndpoint> {
        let [id] = self.given_endpoints()? else { return None };
        self.environment.vpc_endpoint(id).filter(|_| !matches!(caller, Caller::Service(_)))
    }
}

fn policy_of(endpoint: &VpcEndpoint) -> Levels {
    match &endpoint.policy {
        Collected::Present(policy) => Levels::Known(vec![Ok(vec![*policy])]),
        Collected::Absent => Levels::NotApplicable,
        Collected::NotCollected => Levels::Missing(format!("the policy of {} was not collected", endpoint.id)),
        Collected::Unknown(reason) => Levels::Missing(reason.clone()),
    }
}

/// Whether an endpoint service, such as `com.amazonaws.eu-west-1.ecr.api`, takes requests of a service, such as `ecr`.
fn serves(endpoint_service: &str, service: &str) -> Serves {
    let mut known = false;
    for prefix in endpoint_service.split('.').filter_map(prefix_of) {
        if prefix == service {
            return Serves::Yes;
        }
        known = true;
    }
    // What customers offer each other is no service of AWS.
    let of_customer = endpoint_service.contains(".vpce-svc-");
    if known || of_customer { Serves::No } else { Serves::Unknown }
}

/// The action prefix that a part of an endpoint service's name stands for: `dynamodb-streams` is of `dynamodb`.
fn prefix_of(part: &str) -> Option<&str> {
    let reference = ServiceReference::embedded();
    let mut name = part.strip_suffix("-fips").unwrap_or(part);
    loop {
        if let Some((_, prefix)) = OTHER_NAMES.iter().find(|(other, _)| *other == name) {
            return Some(prefix);
        }
        if reference.service(name).is_some() {
            return Some(name);
        }
        (name, _) = name.rsplit_once('-')?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn e108_which_requests_come_through_an_endpoint() {
        for (endpoint, service, expected) in [
            ("com.amazonaws.eu-west-1.s3", "s3", Serves::Yes),
            ("com.amazonaws.eu-west-1.s3", "kms", Serves::No),
            ("com.amazonaws.s3-global.accesspoint", "s3", Serves::Yes),
            ("com.amazonaws.eu-west-1.ecr.api", "ecr", Serves::Yes),
            ("com.amazonaws.eu-west-1.kms-fips", "kms", Serves::Yes),
            ("com.amazonaws.eu-west-1.kinesis-streams", "kinesis", Serves::Yes),
            ("com.amazonaws.eu-west-1.kinesis-firehose", "firehose", Serves::Yes),
            ("com.amazonaws.eu-west-1.kinesis-firehose", "kinesis", Serves::No),
            ("com.amazonaws.eu-west-1.monitoring", "cloudwatch", Serves::Yes),
            ("com.amazonaws.eu-west-1.dynamodb-streams", "dynamodb", Serves::Yes),
            ("com.amazonaws.eu-west-1.bedrock-agent-runtime", "bedrock", Serves::Yes),
            ("com.amazonaws.eu-west-1.rds-data", "rds-data", Serves::Yes),
            ("com.amazonaws.vpce.eu-west-1.vpce-svc-0123", "s3", Serves::No),
            ("com.amazonaws.eu-west-1.something-new", "s3", Serves::Unknown),
        ] {
            assert_eq!(serves(endpoint, service), expected, "{endpoint} {service}");
        }
    }
}
