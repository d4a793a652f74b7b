//! What the evaluator answers.

use std::fmt;

use crate::condition::{Atom, Residual};
use crate::evaluate::Assumption;
use crate::model::{DocumentId, PolicyId};

/// A statement that had a part in a decision: by policy and index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StatementRef {
    /// The policy; `None` for a document that no policy of the environment holds (a request's own).
    pub policy: Option<PolicyId>,
    /// The document.
    pub document: DocumentId,
    /// The statement's index in it.
    pub index: u32,
}

/// The five outcomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Outcome {
    /// Allowed, whatever else the request says.
    Allowed,
    /// Allowed if the residual condition holds.
    AllowedIf,
    /// Cannot be decided: input is missing or was refused.
    Unknown,
    /// A Deny statement applies.
    ExplicitlyDenied,
    /// Nothing that would have to allow does.
    ImplicitlyDenied,
}

impl Outcome {
    /// The outcome of a request that is allowed when `condition` holds; where that cannot be, as if nothing allowed it.
    #[must_use]
    pub fn when(condition: &Residual) -> Self {
        match condition {
            Residual::True => Self::Allowed,
            Residual::False => Self::ImplicitlyDenied,
            condition if condition.without_missing_input().is_false() => Self::Unknown,
            _ => Self::AllowedIf,
        }
    }

    /// Kebab-case, as the outputs write it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Allowed => "allowed",
            Self::AllowedIf => "allowed-if",
            Self::Unknown => "unknown",
            Self::ExplicitlyDenied => "explicitly-denied",
            Self::ImplicitlyDenied => "implicitly-denied",
        }
    }

    /// Allowed, with or without a condition.
    #[must_use]
    pub fn is_allowed(self) -> bool {
        matches!(self, Self::Allowed | Self::AllowedIf)
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A decision: what every layer that must allow makes of the request, and what any Deny does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// When everything that must allow does.
    pub allow: Residual,
    /// When some Deny applies.
    pub deny: Residual,
    /// What the answer rests on, sorted, each once.
    pub assumptions: Vec<Assumption>,
}

impl Decision {
    /// Names what the decision rests on, less what cannot have changed it.
    pub(crate) fn rest_on(&mut self, mut assumptions: Vec<Assumption>) {
        if self.deny.is_true() {
            assumptions.clear();
        } else if self.allow.is_false() {
            // Whatever an organization's policies say, they grant nothing.
            assumptions.retain(|assumption| !matches!(assumption, Assumption::NoOrganization(_)));
        }
        if self.allow.is_true() {
            // These could only have granted more.
            let grants = |assumption: &Assumption| {
                matches!(assumption, Assumption::NoAcl(_) | Assumption::NoObjectAcl(_) | Assumption::NoKeyGrants(_))
            };
            assumptions.retain(|assumption| !grants(assumption));
        }
        assumptions.sort();
        assumptions.dedup();
        self.assumptions = assumptions;
    }

    /// Both requests have to be allowed (E1).
    pub(crate) fn and(self, other: Self) -> Self {
        let mut assumptions = self.assumptions;
        assumptions.extend(other.assumptions);
        assumptions.sort();
        assumptions.dedup();
        Self { allow: self.allow.and(other.allow), deny: self.deny.or(other.deny), assumptions }
    }

    /// When the request is allowed: `allow` and not `deny`.
    #[must_use]
    pub fn residual(&self) -> Residual {
        self.allow.clone().and(self.deny.not())
    }

    /// The outcome: one Deny, then one silence decides (E113). Unknown only when missing input decides: a residual that holds
    /// even if all missing input turned out for the worse is allowed or allowed if.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        if self.deny.is_true() {
            return Outcome::ExplicitlyDenied;
        }
        match Outcome::when(&self.residual()) {
            Outcome::ImplicitlyDenied if !self.allow.is_false() => Outcome::ExplicitlyDenied,
            outcome => outcome,
        }
    }

    /// Why the outcome is unknown: the missing input, each once, in order.
    #[must_use]
    pub fn reasons(&self) -> Vec<String> {
        missing_input(&self.residual())
    }
}

/// What sets a Deny that hangs on missing input apart from an Allow that hangs on the same: a document nobody could read
/// may hold both, either or neither (E49).
const MAY_DENY: &str = ", and may deny";

/// An Allow and a Deny that hang on the same missing input, independently.
pub(crate) fn missing_both(reason: &str) -> (Residual, Residual) {
    (Residual::missing(reason), Residual::missing(format!("{reason}{MAY_DENY}")))
}

/// The missing input a residual hangs on, each once, in order.
#[must_use]
pub fn missing_input(residual: &Residual) -> Vec<String> {
    let mut reasons: Vec<String> = residual
        .atoms()
        .into_iter()
        .filter_map(|atom| match atom {
            Atom::MissingInput(text) => Some(text.strip_suffix(MAY_DENY).unwrap_or(text).to_owned()),
            _ => None,
        })
        .collect();
    reasons.sort();
    reasons.dedup();
    reasons
}
