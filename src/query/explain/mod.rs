//! Why a request is decided as it is: every layer in AWS's order, with its effect, the statements behind it and the
//! elements that matched or failed (E111-E113).

mod effect;
mod layers;
mod likeness;
mod nearest;
mod not_asked;
mod summary;
mod way;
mod words;

use crate::action::ActionName;
use crate::arn::AccountId;
use crate::condition::{Atom, Controller, Residual, Undocumented, controller, key_as_written_by_aws, undocumented};
use crate::evaluate::{Comparison, Decision, HardLimit, Layer, Outcome, Reasons, StatementRef, Target};
use crate::graph::State;
use crate::model::{Environment, TargetKind};
use crate::policy::{Effect, Statement, StatementPart};
use crate::query::answer::Subject;
use crate::query::engine::{Engine, shown_action};
use crate::request::{Caller, Credentials};

pub use effect::{LayerEffect, check_type, overall_effect, policy_type};
pub use words::{ConditionTest, FailedElement};

/// A statement that had a part, or came near to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExplainedStatement {
    /// Which.
    pub statement: StatementRef,
    /// The group by which a user has it; `None` where the policy is its own, or no user's.
    pub group: Option<Box<str>>,
    /// Allow or Deny.
    pub effect: Effect,
    /// How it compares with the request.
    pub comparison: Comparison,
    /// Whether the decision is its doing.
    pub decides: bool,
    /// The entries to look at: of a statement that applies those that match, of another the one that fails.
    pub parts: Vec<StatementPart>,
    /// Its conditions, held against the request.
    pub tests: Vec<ConditionTest>,
    /// The first element that fails; `None` for a statement that applies, and for one whose conditions exclude each other.
    pub failed: Option<FailedElement>,
}

/// A level of an organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Level {
    /// `r-…`, `ou-…` or the account id.
    pub id: Box<str>,
    /// Its name, where the input has it.
    pub name: Option<Box<str>>,
    /// What it is.
    pub kind: TargetKind,
}

/// A layer of the decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExplainedLayer {
    /// Which.
    pub layer: Layer,
    /// Its name for people; of an organization's level, with the level.
    pub name: String,
    /// The level, of an organization's policies.
    pub level: Option<Level>,
    /// What it does.
    pub effect: LayerEffect,
    /// Whether AWS lists the check: of the resource's policy only where the owner has to allow separately (E112).
    pub listed_by_aws: bool,
    /// Why, where the statements do not show it.
    pub why: Option<String>,
    /// Of what is a request of its own: its action and resource (E163, E197). Its policies are not layers here.
    pub asks: Option<(String, String)>,
    /// Whether it would have to allow and does not, whatever it denies.
    pub lacks_allow: bool,
    /// Whether Block Public Access takes away some of what its policy or a list allows (E180).
    pub restricted: bool,
    /// What lacks, or would lack, in words, where it is no policy.
    pub lacking: Option<&'static str>,
    /// When its policies allow, less what is so taken away. A resource policy may do so and give nothing by it (E120).
    pub allow: Residual,
    /// When it denies.
    pub deny: Residual,
    /// The statements that apply, in order.
    pub applied: Vec<ExplainedStatement>,
    /// Where the layer would have to allow and does not: the Allow that comes nearest.
    pub nearest: Option<ExplainedStatement>,
}

/// A fact that a condition hangs on, and who decides it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hinge {
    /// A condition key.
    Key {
        /// The key, as AWS writes it.
        key: String,
        /// Who decides its value (E172).
        controller: Controller,
    },
    /// A side whose policies were not collected, in words.
    OtherSide(Box<str>),
    /// A point that AWS's documents leave open.
    Undocumented(&'static Undocumented),
    /// Input that is missing, in words.
    MissingInput(Box<str>),
}

/// The place of a request in a way over roles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Which step it is, from 1.
    pub number: usize,
    /// How many there are.
    pub of: usize,
    /// The role that it makes the caller; `None` for the last step, the request asked about.
    pub becomes: Option<Box<str>>,
    /// What the step requires on this way, where that is not what the decision by itself does: a call has to pass what later
    /// ones ask of the session, and what they ask of it is then there.
    pub requires: Option<Residual>,
}

/// A decision, explained.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// The step it is, of an explained way over roles.
    pub step: Option<Step>,
    /// Who.
    pub subject: Subject,
    /// With which credentials.
    pub credentials: Credentials,
    /// The action.
    pub action: Box<str>,
    /// The resource.
    pub resource: Box<str>,
    /// The account that owns the resource, where it is known.
    pub resource_account: Option<AccountId>,
    /// What settled the request before any policy; then there are no layers.
    pub settled: Option<HardLimit>,
    /// The layers, in AWS's order.
    pub layers: Vec<ExplainedLayer>,
    /// Kinds of organization policies that have no layer, each with the reason.
    pub not_asked: Vec<(&'static str, String)>,
    /// The decision.
    pub decision: Decision,
    /// Its outcome.
    pub outcome: Outcome,
    /// What the outcome is due to, in a line.
    pub because: String,
    /// What its condition hangs on, each once.
    pub hinges: Vec<Hinge>,
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
        for start in self.starts_of(caller).into_iter().filter(|start| start.caller.makes_requests()) {
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
        let mut reasons = Reasons::default();
        let decision = self.evaluator().decide_recorded(&state.caller, state.credentials, target, &mut reasons);
        let outcome = decision.outcome();
        let subject = Subject::of(self.environment(), &state.caller);
        let layers =
            layers::Explainer { engine: self, state, target, subject: &subject, reasons: &reasons, outcome }.all();
        let summary = summary::Summary { engine: self, state, target, layers: &layers, outcome };
        let because = match reasons.settled {
            Some(limit) => limit.words().to_owned(),
            None => summary.because(&decision),
        };
        let change = match reasons.settled {
            _ if outcome.is_allowed() => None,
            Some(_) => Some("nothing: no policy can allow this call with these credentials".to_owned()),
            None => summary.change(),
        };
        let not_asked = match reasons.settled {
            Some(_) => Vec::new(),
            None => not_asked::not_asked(self.environment(), state, target, &layers),
        };
        Explanation {
            step: None,
            not_asked,
            action: shown_action(target).0,
            resource: target.resource().into(),
            resource_account: target.account(),
            credentials: state.credentials,
            settled: reasons.settled,
            hinges: hinges(&decision.residual(), &state.caller),
            because,
            change,
            subject,
            layers,
            decision,
            outcome,
        }
    }

    /// `statement Sid of Name`.
    #[must_use]
    pub fn statement_name(&self, statement: StatementRef) -> String {
        let environment = self.environment();
        let which = which(environment, statement);
        match statement.policy {
            Some(policy) => format!("{which} of {}", environment.policy(policy).name),
            None => which,
        }
    }
}

/// `statement Sid`.
fn which(environment: &Environment, statement: StatementRef) -> String {
    match written(environment, statement).and_then(|statement| statement.sid.as_deref()) {
        Some(sid) => format!("statement {sid}"),
        None => format!("statement {}", statement.index),
    }
}

/// The statement as it was written, unless its document was refused.
fn written(environment: &Environment, statement: StatementRef) -> Option<&Statement> {
    let document = environment.document(statement.document).content.as_ref().ok()?;
    document.statements.get(usize::try_from(statement.index).ok()?)
}

/// What a condition hangs on. What is the caller's to choose elsewhere is set by the service or the provider that calls
/// (E172).
fn hinges(residual: &Residual, caller: &Caller) -> Vec<Hinge> {
    let of = |key: &str| match (controller(key), caller) {
        (Controller::Caller, Caller::Service(_)) => Controller::Service,
        (Controller::Caller, Caller::FederatedProvider(_)) => Controller::Identity,
        (decided_by, _) => decided_by,
    };
    let mut hinges: Vec<Hinge> = Vec::new();
    for atom in residual.atoms() {
        let hinge = match atom {
            Atom::Test { key, .. } => Hinge::Key { key: key_as_written_by_aws(key), controller: of(key) },
            Atom::OtherSide(words) => Hinge::OtherSide(words.clone()),
            Atom::Undocumented(code) => match undocumented(code) {
                Some(point) => Hinge::Undocumented(point),
                None => continue,
            },
            Atom::MissingInput(words) => Hinge::MissingInput(words.clone()),
        };
        if !hinges.contains(&hinge) {
            hinges.push(hinge);
        }
    }
    hinges
}
