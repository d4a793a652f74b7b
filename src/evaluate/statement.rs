//! When a document's statements apply to a request.

use std::ops::Deref;

use crate::arn_pattern::{ArnPattern, Match, Piece};
use crate::condition::{self, Atom, Empty, OwnedPiece, Residual, Resolved, THE_RESOURCE};
use crate::evaluate::compiled::{Compiled, ResourceEntry, ResourceSet};
use crate::evaluate::principal_match::{About, Grant, match_principal};
use crate::evaluate::recorder::{Comparison, Layer, Recorder, Verdict};
use crate::evaluate::target::ResourceRules;
use crate::evaluate::{StatementRef, Target, missing_both};
use crate::model::{Environment, PolicyId};
use crate::policy::{Effect, Part, PrincipalElement, PrincipalValue, Statement, Template};
use crate::request::{Caller, Context};
use crate::wildcard::Wildcard;

/// One request, ready to be compared with statements.
#[derive(Clone, Copy)]
pub(crate) struct Comparer<'a, 'e> {
    pub(crate) environment: &'e Environment,
    pub(crate) compiled: &'a Compiled<'e>,
    pub(crate) target: &'a Target,
    /// Put together, if need be, when a condition or a variable first asks for it.
    pub(crate) context: &'a (dyn Deref<Target = Context> + 'a),
    pub(crate) caller: &'a Caller,
    /// Whether the caller's entity has a permissions boundary (E41); `None` if nothing tells.
    pub(crate) has_boundary: Option<bool>,
    /// Whether the endpoint whose policy is asked is a gateway (E26); `None` if nothing tells.
    pub(crate) gateway_endpoint: Option<bool>,
    /// For the bucket behind an access point: the resource by which the request was made (E182).
    pub(crate) by_way_of: Option<&'a str>,
}

/// What the Allow statements of a resource policy give, by how they name the caller, and what its Deny statements take.
#[derive(Debug, Clone)]
pub(crate) struct Grants {
    pub(crate) direct: Residual,
    pub(crate) everyone_to_federated: Residual,
    pub(crate) limited: Residual,
    pub(crate) account: Residual,
    pub(crate) deny: Residual,
}

impl Grants {
    pub(crate) const NONE: Self = Self {
        direct: Residual::False,
        everyone_to_federated: Residual::False,
        limited: Residual::False,
        account: Residual::False,
        deny: Residual::False,
    };

    pub(crate) fn missing(reason: &str) -> Self {
        let (direct, deny) = missing_both(reason);
        Self { direct, deny, ..Self::NONE }
    }

    fn add(&mut self, grant: Grant, when: Residual) {
        let slot = match grant {
            Grant::Direct => &mut self.direct,
            Grant::EveryoneToFederatedUser => &mut self.everyone_to_federated,
            Grant::Limited => &mut self.limited,
            Grant::Account => &mut self.account,
        };
        *slot = std::mem::replace(slot, Residual::False).or(when);
    }

    /// Both together.
    pub(crate) fn or(self, other: Self) -> Self {
        Self {
            direct: self.direct.or(other.direct),
            everyone_to_federated: self.everyone_to_federated.or(other.everyone_to_federated),
            limited: self.limited.or(other.limited),
            account: self.account.or(other.account),
            deny: self.deny.or(other.deny),
        }
    }

    /// The same, as far as `holds`.
    pub(crate) fn when(self, holds: &Residual) -> Self {
        Self {
            direct: self.direct.and(holds.clone()),
            everyone_to_federated: self.everyone_to_federated.and(holds.clone()),
            limited: self.limited.and(holds.clone()),
            account: self.account.and(holds.clone()),
            deny: self.deny.and(holds.clone()),
        }
    }

    /// Any Allow that names the caller in any way.
    pub(crate) fn any(&self) -> Residual {
        Residual::any([&self.direct, &self.everyone_to_federated, &self.limited, &self.account].map(Residual::clone))
    }

    /// As a verdict, for the record.
    pub(crate) fn verdict(&self) -> Verdict {
        Verdict { allow: self.any(), deny: self.deny.clone() }
    }
}

impl Comparer<'_, '_> {
    /// The verdict of policies without principal elements, which add up (E44).
    pub(crate) fn policies(
        &self,
        layer: Layer,
        policies: impl IntoIterator<Item = PolicyId>,
        recorder: &mut impl Recorder,
    ) -> Verdict {
        let mut verdict = Verdict::SILENT;
        for policy in policies {
            self.statements(layer, policy, recorder, |effect, _, when| {
                let slot = if effect == Effect::Allow { &mut verdict.allow } else { &mut verdict.deny };
                *slot = std::mem::replace(slot, Residual::False).or(when);
            });
        }
        verdict
    }

    /// What a resource policy gives and takes.
    pub(crate) fn resource_policy(&self, policy: PolicyId, recorder: &mut impl Recorder) -> Grants {
        let mut grants = Grants::NONE;
        self.statements(Layer::Resource, policy, recorder, |effect, grant, when| match effect {
            Effect::Allow => grants.add(grant, when),
            Effect::Deny => grants.deny = std::mem::replace(&mut grants.deny, Residual::False).or(when),
        });
        grants
    }

    /// Calls `applies` for every statement of a policy that may apply; for a policy whose document is missing or refused,
    /// for an Allow and a Deny that hang on the missing input (E49).
    fn statements(
        &self,
        layer: Layer,
        policy: PolicyId,
        recorder: &mut impl Recorder,
        mut applies: impl FnMut(Effect, Grant, Residual),
    ) {
        let stored = self.environment.policy(policy);
        let missing = |applies: &mut dyn FnMut(Effect, Grant, Residual), reason: String| {
            let (allow, deny) = missing_both(&reason);
            applies(Effect::Allow, Grant::Direct, allow);
            applies(Effect::Deny, Grant::Direct, deny);
        };
        let Some(document) = stored.document else {
            return missing(&mut applies, format!("not collected: {}", stored.name));
        };
        let Some(statements) = self.compiled.statements(document) else {
            return missing(&mut applies, format!("policy {} was refused", stored.name));
        };
        for (index, written, compiled) in statements {
            let reference = StatementRef { policy: Some(policy), document, index };
            if wants_reasons(recorder) {
                recorder.elements(self.element_checks(layer, written, compiled));
            }
            let mut record = |comparison: Comparison| recorder.compared(layer, reference, compiled.effect, comparison);
            if !compiled.actions.contains(&self.target.action, self.target.action_id) {
                if Self::wants_all(recorder) {
                    recorder.compared(layer, reference, compiled.effect, Comparison::OtherAction);
                }
                continue;
            }
            let resource = compiled.resources.as_ref().map_or(Residual::True, |set| self.resources(layer, set));
            if resource.is_false() {
                record(Comparison::OtherResource);
                continue;
            }
            let grants = self.named(layer, written);
            if grants.is_empty() {
                record(Comparison::OtherPrincipal);
                continue;
            }
            let condition = self.condition(written, &stored.name, index).and(resource);
            if condition.is_false() {
                record(Comparison::ConditionFails);
                continue;
            }
            let named = Residual::any(grants.iter().map(|(_, when)| when.clone()));
            record(Comparison::Applies(named.and(condition.clone())));
            for (grant, when) in grants {
                applies(compiled.effect, grant, when.and(condition.clone()));
            }
        }
    }

    /// How a statement names the caller, and when; nothing if it does not.
    pub(super) fn named(&self, layer: Layer, written: &Statement) -> Vec<(Grant, Residual)> {
        let grants = match &written.principal {
            None => vec![(Grant::Direct, Residual::True)],
            // E103, E143: an RCP's `*` is whoever calls.
            Some(PrincipalElement::Principal(values))
                if matches!(layer, Layer::ResourceControl(_)) && values.contains(&PrincipalValue::Everyone) =>
            {
                vec![(Grant::Direct, Residual::True)]
            }
            Some(PrincipalElement::Principal(values)) if layer == Layer::VpcEndpoint => {
                values.iter().flat_map(|value| self.at_the_endpoint(value, written.effect)).collect()
            }
            Some(PrincipalElement::NotPrincipal(values)) if layer == Layer::VpcEndpoint => {
                self.not_at_the_endpoint(values, written)
            }
            Some(element) => match_principal(self.about(), element, written.effect, self.caller, self.has_boundary),
        };
        // E49: of a principal that is not understood nobody can tell whom it names.
        if written.unknown_principal { vec![(Grant::Direct, Residual::True)] } else { grants }
    }

    /// E26, E108: the policy of a gateway endpoint, which these services have besides interface endpoints, knows an
    /// account's root user and everyone; it does not know users and roles by name.
    pub(super) fn at_the_endpoint(&self, value: &PrincipalValue, effect: Effect) -> Vec<(Grant, Residual)> {
        let alone = PrincipalElement::Principal(vec![value.clone()]);
        let grants = match_principal(self.about(), &alone, effect, self.caller, self.has_boundary);
        let Some(knows_names) = self.endpoint_knows_names().filter(|_| *value != PrincipalValue::Everyone) else {
            return grants;
        };
        let narrowed = grants.into_iter().map(|(grant, when)| (grant, when.and(knows_names.clone())));
        narrowed.filter(|(_, when)| !when.is_false()).collect()
    }

    /// The same of all but those listed: whom a gateway does not know, its list does not spare.
    fn not_at_the_endpoint(&self, values: &[PrincipalValue], written: &Statement) -> Vec<(Grant, Residual)> {
        let element = PrincipalElement::NotPrincipal(values.to_vec());
        let grants = match_principal(self.about(), &element, written.effect, self.caller, self.has_boundary);
        let knows_names = self.endpoint_knows_names().filter(|_| !values.contains(&PrincipalValue::Everyone));
        let Some(knows_names) = knows_names else { return grants };
        let when = Residual::any(grants.into_iter().map(|(_, when)| when)).or(knows_names.not());
        if when.is_false() { Vec::new() } else { vec![(Grant::Direct, when)] }
    }

    pub(super) fn about(&self) -> About<'_> {
        let asks_for_session = self.target.rules == ResourceRules::RoleTrust;
        About { environment: self.environment, asks_for_session }
    }

    /// When the endpoint knows users and roles of an account; nothing where there is no question.
    fn endpoint_knows_names(&self) -> Option<Residual> {
        let of_account = matches!(
            self.caller,
            Caller::User { .. }
                | Caller::RoleSession { .. }
                | Caller::FederatedUser { .. }
                | Caller::ExternalAccount(_)
        );
        let has_gateways = matches!(self.target.action.service(), "s3" | "dynamodb");
        (has_gateways && of_account).then(|| match self.gateway_endpoint {
            Some(gateway) => Residual::from(!gateway),
            None => Residual::undocumented("account-principal-unless-gateway-endpoint"),
        })
    }

    fn wants_all<R: Recorder>(_: &R) -> bool {
        R::WANTS_ALL
    }

    fn condition(&self, statement: &Statement, policy: &str, index: u32) -> Residual {
        let conditions = condition::evaluate_all(&statement.conditions, self.context);
        match &statement.unknown_element {
            Some(element) => conditions.and(Residual::missing(format!(
                "the element `{element}` of statement {index} of policy {policy} is not known"
            ))),
            None => conditions,
        }
    }

    /// E59-E63, E65, E71.
    pub(super) fn resources(&self, layer: Layer, set: &ResourceSet) -> Residual {
        let listed = Residual::any(set.entries.iter().map(|entry| match entry {
            ResourceEntry::Fixed(pattern) => self.fixed(layer, pattern),
            ResourceEntry::Variable(template) => self.variable(template),
        }));
        if set.negated { listed.not() } else { listed }
    }

    fn fixed(&self, layer: Layer, pattern: &ArnPattern) -> Residual {
        if layer == Layer::Resource && pattern.matches_everything() {
            return Residual::True; // E65
        }
        if let Some(asked) = &self.target.pattern {
            return fits_pattern(pattern, asked);
        }
        match pattern.matches(&self.target.resource) {
            Match::Yes => Residual::True,
            Match::Ambiguous => Residual::undocumented("pattern-ambiguous"),
            // One ARN may fit one pattern and not another: each is a question of its own.
            Match::No if self.target.names_no_resource() && self.may_be_the_service_arn(pattern) => {
                Residual::undocumented("resource-of-the-action-undocumented").and(resource_like(pattern))
            }
            Match::No => Residual::False,
        }
    }

    /// E58: an action without a resource may be authorised against an ARN of its service that only AWS knows.
    fn may_be_the_service_arn(&self, pattern: &ArnPattern) -> bool {
        let text = pattern.whole().to_string();
        let mut fields = text.splitn(6, ':').skip(2);
        let (service, resource) = (fields.next().unwrap_or_default(), fields.nth(2).unwrap_or_default());
        let of_the_service = service == self.target.action.service() || service.contains('*');
        of_the_service && (resource.ends_with("/*") || resource.ends_with(":*") || resource.ends_with('*'))
    }

    /// Variables count in the resource field only (E66); what a service makes of one before it is not documented.
    fn variable(&self, template: &Template) -> Residual {
        let matches = self.filled_in(template);
        if stands_before_the_resource(template) {
            return matches.and(Residual::undocumented("variable-before-the-resource-field"));
        }
        matches
    }

    fn filled_in(&self, template: &Template) -> Residual {
        if !condition::hangs_on_empty(template, self.context) {
            return self.filled_as(template, Empty::Open);
        }
        // E71: whether an empty text is a value is open; most often both readings come to the same.
        let (text, absent) = (self.filled_as(template, Empty::Text), self.filled_as(template, Empty::Absent));
        if text == absent {
            return text;
        }
        let choice = Residual::undocumented("variable-empty");
        choice.clone().and(text).or(choice.not().and(absent))
    }

    fn filled_as(&self, template: &Template, empty: Empty) -> Residual {
        match condition::resolve_as(template, self.context, empty) {
            Resolved::Unresolved => Residual::False, // E71
            Resolved::Pieces(pieces) => {
                let pieces: Vec<Piece<'_>> = pieces
                    .iter()
                    .map(|piece| match piece {
                        OwnedPiece::Pattern(text) => Piece::Pattern(text),
                        OwnedPiece::Literal(text) => Piece::Literal(text),
                    })
                    .collect();
                let pattern = ArnPattern::of_pieces(&pieces);
                if let Some(asked) = &self.target.pattern {
                    return fits_pattern(&pattern, asked);
                }
                match pattern.matches(&self.target.resource) {
                    Match::Yes => Residual::True,
                    Match::Ambiguous => Residual::undocumented("pattern-ambiguous"),
                    Match::No => Residual::False,
                }
            }
            Resolved::Unknown(keys) => {
                // Whatever the variables hold, the text around them must fit.
                if ArnPattern::parse(&template.widened()).matches(&self.target.resource) == Match::No {
                    return Residual::False;
                }
                if let Some(solved) = self.solved(template) {
                    return solved;
                }
                let test = |key: String| Atom::Test {
                    operator: "Resource".into(),
                    key: key.into(),
                    values: vec![template.as_str().into()],
                };
                Residual::all(keys.into_iter().map(|key| test(key).into()))
            }
        }
    }
}

/// Of the resources that a question's pattern stands for, those that a statement's names: all, none, or such as are like it.
fn fits_pattern(pattern: &ArnPattern, asked: &Wildcard) -> Residual {
    match pattern.covers(asked) {
        Match::Yes => Residual::True,
        Match::Ambiguous => Residual::undocumented("pattern-ambiguous"),
        Match::No if !pattern.whole().meets(asked) => Residual::False,
        Match::No => resource_like(pattern),
    }
}

/// That the one resource in question is such as a pattern says.
fn resource_like(pattern: &ArnPattern) -> Residual {
    Residual::test("StringLike", THE_RESOURCE, pattern.whole().to_string())
}

/// Whether a recorder wants more than the decision.
pub(super) fn wants_reasons<R: Recorder>(_: &R) -> bool {
    R::WANTS_REASONS
}

/// Whether a variable stands in one of the first five fields of an ARN.
fn stands_before_the_resource(template: &Template) -> bool {
    let mut colons = 0;
    template.parts().iter().any(|part| match part {
        Part::Text(text) | Part::Literal(text) => {
            colons += text.matches(':').count();
            false
        }
        Part::Variable { .. } => colons < 5,
    })
}
