//! From a decision and what was seen on its way to AWS's result: matched statements, missing keys, reasons.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::evaluate::{Comparison, Decision, Family, Full, Layer, Outcome, Target, missing_input};
use crate::model::DocumentId;
use crate::policy::{Effect, ResourceElement, Statement, Template};

use super::layers;
use super::response::{self, EvalDecision, EvaluationResult, MatchedStatement};
use super::{Keys, Simulation, codes};

impl Simulation<'_> {
    pub(super) fn result(
        &self,
        target: &Target,
        decision: &Decision,
        record: &Full,
        keys: &Keys,
        mut reasons: Vec<String>,
    ) -> EvaluationResult {
        let (boundary, organizations) = layers::details(&record.verdicts);
        let outcome = decision.outcome();
        let eval_decision = match outcome {
            Outcome::Allowed => EvalDecision::Allowed,
            Outcome::ExplicitlyDenied => EvalDecision::ExplicitDeny,
            Outcome::ImplicitlyDenied => EvalDecision::ImplicitDeny,
            Outcome::AllowedIf | Outcome::Unknown => EvalDecision::Conditional,
        };
        let residual = decision.residual();
        if eval_decision == EvalDecision::Conditional {
            let refusals = self.documents.refusals();
            reasons.extend(missing_input(&residual).into_iter().map(|reason| {
                let refusal = refusals.iter().find(|(words, _)| *words == reason);
                refusal.map_or(reason, |(_, whole)| whole.clone())
            }));
            reasons
                .extend(codes(decision).into_iter().map(|code| format!("{code}: AWS's documents do not settle this")));
        }
        EvaluationResult {
            eval_action_name: target.action.as_str().to_owned(),
            eval_resource_name: target.resource().to_owned(),
            eval_decision,
            matched_statements: self.matched(eval_decision, record),
            permissions_boundary_decision_detail: boundary,
            organizations_decision_detail: organizations,
            missing_context_values: self.missing_keys(record, keys),
            residual_condition: (eval_decision == EvalDecision::Conditional).then(|| layers::condition(decision)),
            reasons,
        }
    }

    fn matched(&self, decision: EvalDecision, record: &Full) -> Vec<MatchedStatement> {
        let wanted = |effect: Effect| match decision {
            EvalDecision::Allowed => effect == Effect::Allow,
            EvalDecision::ExplicitDeny => effect == Effect::Deny,
            EvalDecision::ImplicitDeny => false,
            EvalDecision::Conditional => true,
        };
        let environment = &self.documents.environment;
        let applied = record.comparisons.iter().filter(|(_, _, effect, comparison)| {
            wanted(*effect) && matches!(comparison, Comparison::Applies(when) if !when.is_false())
        });
        let mut places: BTreeMap<DocumentId, Vec<Range<usize>>> = BTreeMap::new();
        let matched = applied.filter_map(|(layer, reference, effect, _)| {
            let policy = environment.policy(reference.policy?);
            let document = environment.document(reference.document);
            let index = usize::try_from(reference.index).ok()?;
            let statement = document.content.as_ref().ok()?.statements.get(index)?;
            let of_document = || response::statement_places(&document.text);
            let place = places.entry(reference.document).or_insert_with(of_document).get(index);
            let position = |offset| response::position(&document.text, offset);
            Some(MatchedStatement {
                source_policy_id: policy.name.to_string(),
                source_policy_type: policy_type(*layer),
                statement_index: reference.index,
                sid: statement.sid.as_deref().map(str::to_owned),
                effect: if *effect == Effect::Allow { "Allow" } else { "Deny" },
                start_position: place.and_then(|place| position(place.start)),
                end_position: place.and_then(|place| position(place.end)),
            })
        });
        matched.collect()
    }

    /// The keys that statements about this action and caller ask for and that are neither given nor fixed, sorted: those
    /// of conditions as the policies write them, those of variables in lowercase.
    fn missing_keys(&self, record: &Full, keys: &Keys) -> Vec<String> {
        let environment = &self.documents.environment;
        let mut missing: Vec<String> = Vec::new();
        for (_, reference, _, comparison) in &record.comparisons {
            if matches!(comparison, Comparison::OtherAction | Comparison::OtherPrincipal) {
                continue;
            }
            let Ok(document) = &environment.document(reference.document).content else { continue };
            let index = usize::try_from(reference.index).unwrap_or(usize::MAX);
            let Some(statement) = document.statements.get(index) else { continue };
            let resource_only = *comparison == Comparison::OtherResource;
            for key in asked_for(statement, resource_only) {
                let known = keys.settled.is_set(&key.to_lowercase());
                if !known && !missing.iter().any(|other| other.eq_ignore_ascii_case(key)) {
                    missing.push(key.to_owned());
                }
            }
        }
        missing.sort();
        missing
    }
}

/// The keys a statement asks for: those of its conditions, and those of the variables in it.
fn asked_for(statement: &Statement, resource_only: bool) -> Vec<&str> {
    let resources: &[Template] = match &statement.resources {
        Some(ResourceElement::Resource(templates) | ResourceElement::NotResource(templates)) => templates,
        None => &[],
    };
    let mut keys: Vec<&str> = resources.iter().flat_map(Template::variables).collect();
    if !resource_only {
        for condition in &statement.conditions {
            keys.push(&condition.key);
            keys.extend(condition.values.iter().flat_map(Template::variables));
        }
    }
    keys
}

/// AWS's words for the kinds of policies.
fn policy_type(layer: Layer) -> &'static str {
    match layer.family() {
        Family::ResourceControl => "Resource Control Policy",
        Family::ServiceControl => "Service Control Policy",
        Family::VpcEndpoint => "VPC Endpoint Policy",
        Family::Resource => "Resource Policy",
        Family::Identity => "IAM Policy",
        Family::Boundary => "Permissions Boundary Policy",
        Family::Session => "Session Policy",
    }
}
