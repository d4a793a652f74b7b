//! Why a request is decided as it is: every layer in AWS's order, with its verdict and the statements behind it (E111-E113).

use crate::action::ActionName;
use crate::condition::Residual;
use crate::evaluate::{Comparison, Decision, Full, Layer, Outcome, StatementRef, Target, Verdict};
use crate::graph::State;
use crate::model::{Collected, TargetKind};
use crate::policy::Effect;
use crate::query::answer::Subject;
use crate::query::engine::Engine;
use crate::request::{Caller, Credentials};

/// What a layer does to a request, in AWS's words (E112) and two of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LayerEffect {
    /// It allows.
    Allow,
    /// It allows if a condition holds.
    AllowIf,
    /// It does not allow, and need not.
    NoImpact,
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
            Self::ImplicitDeny => "IMPLICIT_DENY",
            Self::ExplicitDeny => "EXPLICIT_DENY",
            Self::DenyIf => "DENY IF",
            Self::Unknown => "UNKNOWN",
        }
    }
}

/// A statement that had a part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExplainedStatement {
    /// Which.
    pub statement: StatementRef,
    /// Allow or Deny.
    pub effect: Effect,
    /// How it compares with the request.
    pub comparison: Comparison,
}

/// A layer of the decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExplainedLayer {
    /// Which.
    pub layer: Layer,
    /// Its name for people; of an organization's level, with the level.
    pub name: String,
    /// What it does.
    pub effect: LayerEffect,
    /// When it allows.
    pub allow: Residual,
    /// When it denies.
    pub deny: Residual,
    /// The statements that apply, in order.
    pub applied: Vec<ExplainedStatement>,
    /// Where nothing applies: the statement that comes nearest.
    pub nearest: Option<ExplainedStatement>,
}

/// A decision, explained.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// Who.
    pub subject: Subject,
    /// With which credentials.
    pub credentials: Credentials,
    /// The action.
    pub action: Box<str>,
    /// The resource.
    pub resource: Box<str>,
    /// The account that owns the resource, where it is known.
    pub resource_account: Option<crate::arn::AccountId>,
    /// The layers, in AWS's order.
    pub layers: Vec<ExplainedLayer>,
    /// The decision.
    pub decision: Decision,
    /// Its outcome.
    pub outcome: Outcome,
    /// For what is not allowed: the nearest thing that would have to change.
    pub change: Option<String>,
}

impl Engine<'_> {
    /// Explains the request of a caller. A user is explained with its long-term key; if MFA makes a difference, with MFA
    /// as well.
    #[must_use]
    pub fn explain(&self, caller: &Caller, action: &ActionName, resource: &str) -> Vec<Explanation> {
        let target = self.evaluator().target(action, resource);
        let mut explanations: Vec<Explanation> = Vec::new();
        for start in self.starts_of(caller) {
            // The caller as given: a session asked about by its name keeps it (E28).
            let state = State { caller: caller.clone(), credentials: start.credentials };
            let explanation = self.explain_state(&state, &target);
            if explanations.iter().all(|other| other.decision.residual() != explanation.decision.residual()) {
                explanations.push(explanation);
            }
        }
        explanations
    }

    fn explain_state(&self, state: &State, target: &Target) -> Explanation {
        let mut full = Full::default();
        let decision = self.evaluator().decide_recorded(&state.caller, state.credentials, target, &mut full);
        let outcome = decision.outcome();
        let cross = state.caller.account().zip(target.account()).is_none_or(|(ours, theirs)| ours != theirs);
        let granted_elsewhere = !decision.allow.is_false();
        let layers: Vec<ExplainedLayer> = full
            .verdicts
            .iter()
            .map(|(layer, verdict)| self.layer(*layer, verdict, &full, state, target, granted_elsewhere))
            .collect();
        let change = (!outcome.is_allowed()).then(|| self.change(&layers, outcome, state, cross)).flatten();
        Explanation {
            subject: Subject::of(self.environment(), &state.caller),
            credentials: state.credentials,
            action: super::engine::shown_action(target).0,
            resource: target.resource().into(),
            resource_account: target.account(),
            layers,
            decision,
            outcome,
            change,
        }
    }

    fn layer(
        &self,
        layer: Layer,
        verdict: &Verdict,
        full: &Full,
        state: &State,
        target: &Target,
        granted_elsewhere: bool,
    ) -> ExplainedLayer {
        let of_layer = |wanted: fn(&Comparison) -> bool| {
            full.comparisons.iter().filter(move |(of, _, _, comparison)| *of == layer && wanted(comparison)).map(
                |(_, statement, effect, comparison)| ExplainedStatement {
                    statement: *statement,
                    effect: *effect,
                    comparison: comparison.clone(),
                },
            )
        };
        let applied: Vec<_> = of_layer(|comparison| matches!(comparison, Comparison::Applies(_))).collect();
        // The nearest Allow is the one that fails last: at its condition, its principal, its resource.
        let nearest = applied.is_empty().then(|| {
            [
                (|comparison| matches!(comparison, Comparison::ConditionFails)) as fn(&Comparison) -> bool,
                |comparison| matches!(comparison, Comparison::OtherPrincipal),
                |comparison| matches!(comparison, Comparison::OtherResource),
            ]
            .into_iter()
            .find_map(|wanted| of_layer(wanted).find(|statement| statement.effect == Effect::Allow))
        });
        ExplainedLayer {
            layer,
            name: self.layer_name(layer, state, target),
            effect: effect(layer, verdict, granted_elsewhere),
            allow: verdict.allow.clone(),
            deny: verdict.deny.clone(),
            applied,
            nearest: nearest.flatten(),
        }
    }

    fn layer_name(&self, layer: Layer, state: &State, target: &Target) -> String {
        let level = |number: u32, account: Option<crate::arn::AccountId>| {
            let Collected::Present(organization) = self.environment().organization() else { return String::new() };
            let levels = account.and_then(|account| organization.levels(account));
            let target = levels.as_ref().and_then(|(levels, _)| levels.get(number as usize));
            target.map_or_else(String::new, |target| {
                let kind = match target.kind {
                    TargetKind::Root => "root",
                    TargetKind::OrganizationalUnit => "organizational unit",
                    TargetKind::Account => "account",
                };
                match &target.name {
                    Some(name) => format!(" at {kind} {name} ({})", target.id),
                    None => format!(" at {kind} {}", target.id),
                }
            })
        };
        match layer {
            Layer::ResourceControl(number) => format!("resource control policies{}", level(number, target.account())),
            Layer::ServiceControl(number) => {
                format!("service control policies{}", level(number, state.caller.account()))
            }
            Layer::VpcEndpoint => "VPC endpoint policy".to_owned(),
            Layer::Resource if target.resource().contains(":role/") => "trust policy".to_owned(),
            Layer::Resource => "resource policy".to_owned(),
            Layer::Identity => "identity policies".to_owned(),
            Layer::Boundary => {
                let boundary = state.caller.principal().and_then(|id| self.environment().principal(id).boundary);
                match boundary {
                    Some(policy) => format!("permissions boundary {}", self.environment().policy(policy).name),
                    None => "permissions boundary".to_owned(),
                }
            }
            Layer::Session => "session policies".to_owned(),
            Layer::AccessPoint => "access point policy".to_owned(),
            Layer::EncryptionKey => "key that encrypts the objects".to_owned(),
            Layer::Invocation => "function behind the URL".to_owned(),
        }
    }

    /// The nearest thing that would have to change for the request to be allowed.
    fn change(&self, layers: &[ExplainedLayer], outcome: Outcome, state: &State, cross: bool) -> Option<String> {
        if outcome == Outcome::Unknown {
            return Some("collect what is named as missing, then ask again".to_owned());
        }
        if layers.is_empty() && state.caller.account().is_none() {
            return Some(
                "the resource's own policy would have to allow this caller, which no account speaks for".to_owned(),
            );
        }
        if layers.is_empty() {
            return Some("nothing: these credentials cannot make this call, whatever the policies say".to_owned());
        }
        if let Some(layer) = layers.iter().find(|layer| layer.effect == LayerEffect::ExplicitDeny) {
            let denying = layer.applied.iter().find(|statement| statement.effect == Effect::Deny)?;
            return Some(format!(
                "{} of the {} would have to stop denying",
                self.statement_name(denying.statement),
                layer.name
            ));
        }
        let limiting = |layer: &&ExplainedLayer| {
            layer.effect == LayerEffect::ImplicitDeny && !matches!(layer.layer, Layer::Identity | Layer::Resource)
        };
        let needs = |layer: &ExplainedLayer| match &layer.nearest {
            Some(near) => {
                let why = match near.comparison {
                    Comparison::ConditionFails => "its condition fails",
                    Comparison::OtherPrincipal => "it names other principals",
                    Comparison::OtherResource => "it names other resources",
                    _ => "it names other actions",
                };
                format!(
                    "the {} would have to allow it; nearest is {}, but {why}",
                    layer.name,
                    self.statement_name(near.statement)
                )
            }
            None => format!("the {} would have to allow it", layer.name),
        };
        if let Some(layer) = layers.iter().find(limiting) {
            return Some(needs(layer));
        }
        let find = |wanted: Layer| layers.iter().find(|layer| layer.layer == wanted);
        let resource = find(Layer::Resource);
        let identity = find(Layer::Identity);
        let silent = |layer: &ExplainedLayer| layer.allow.is_false();
        if cross && resource.is_none_or(silent) {
            return Some(resource.map_or_else(
                || "the resource's own policy would have to allow this caller of another account".to_owned(),
                needs,
            ));
        }
        match identity.filter(|layer| silent(layer)) {
            Some(layer) => Some(needs(layer)),
            None => resource.filter(|layer| silent(layer)).map(needs).or_else(|| {
                matches!(state.caller, Caller::Root(_)).then(|| "root users cannot make this call".to_owned())
            }),
        }
    }

    /// `statement Sid of policy Name`.
    #[must_use]
    pub fn statement_name(&self, statement: StatementRef) -> String {
        let environment = self.environment();
        let written = environment.document(statement.document).content.as_ref().ok();
        let written = written.and_then(|document| document.statements.get(statement.index as usize));
        let which = match written.and_then(|statement| statement.sid.as_deref()) {
            Some(sid) => format!("statement {sid}"),
            None => format!("statement {}", statement.index),
        };
        match statement.policy {
            Some(policy) => format!("{which} of {}", environment.policy(policy).name),
            None => which,
        }
    }
}

fn effect(layer: Layer, verdict: &Verdict, granted_elsewhere: bool) -> LayerEffect {
    let unknown = |residual: &Residual| !residual.is_false() && residual.without_missing_input().is_false();
    if verdict.deny.is_true() {
        LayerEffect::ExplicitDeny
    } else if unknown(&verdict.deny) || unknown(&verdict.allow) {
        LayerEffect::Unknown
    } else if !verdict.deny.is_false() {
        LayerEffect::DenyIf
    } else if verdict.allow.is_true() {
        LayerEffect::Allow
    } else if !verdict.allow.is_false() {
        LayerEffect::AllowIf
    } else if granted_elsewhere || layer == Layer::Resource {
        LayerEffect::NoImpact
    } else {
        LayerEffect::ImplicitDeny
    }
}
