//! The points that the rules leave open, and the decision under every way of settling them.
//!
//! Where AWS's documents conflict or are silent, where a document was refused, where a request does not say which user or
//! which session calls, more than one decision can be right. Each such point is asked for by name; a request is decided
//! once for every way of answering.

use std::cell::RefCell;
use std::collections::BTreeSet;

/// What a request comes to under one reading, in AWS's words (E114).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Decision {
    Allowed,
    ExplicitDeny,
    ImplicitDeny,
}

/// What a request comes to over all readings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Answer {
    Allowed,
    ExplicitDeny,
    ImplicitDeny,
    /// Denied under every reading, by a statement under some of them.
    Denied,
    Conditional,
}

impl Answer {
    pub(crate) const ALL: [Self; 5] =
        [Self::Allowed, Self::ExplicitDeny, Self::ImplicitDeny, Self::Denied, Self::Conditional];

    fn of(decisions: &BTreeSet<Decision>) -> Self {
        match decisions.iter().collect::<Vec<_>>().as_slice() {
            [Decision::Allowed] => Self::Allowed,
            [Decision::Allowed, ..] => Self::Conditional,
            [Decision::ExplicitDeny] => Self::ExplicitDeny,
            [Decision::ExplicitDeny, ..] => Self::Denied,
            _ => Self::ImplicitDeny,
        }
    }

    /// What `simulate` may say.
    pub(crate) fn words(self) -> &'static [&'static str] {
        match self {
            Self::Allowed => &["allowed"],
            Self::ExplicitDeny => &["explicitDeny"],
            Self::ImplicitDeny => &["implicitDeny"],
            Self::Denied => &["explicitDeny", "implicitDeny"],
            Self::Conditional => &["conditional"],
        }
    }
}

/// E26: in a gateway endpoint's policy an account is its root user alone; which kind of endpoint it is, is not said.
pub(crate) const GATEWAY_ENDPOINT: &str = "account-principal-unless-gateway-endpoint";
/// E66: a policy variable before an ARN's sixth field.
pub(crate) const VARIABLE_BEFORE_RESOURCE: &str = "variable-before-the-resource-field";
/// E61: wildcards that run across ARN fields.
pub(crate) const PATTERN_AMBIGUOUS: &str = "pattern-ambiguous";
/// E34: `*` in a trust policy and identity providers.
pub(crate) const STAR_NAMES_FEDERATED: &str = "star-names-federated-callers";
/// E33: whether an Allow for `*` means services.
pub(crate) const STAR_NAMES_SERVICES: &str = "star-names-services";
/// E40: Deny with `NotPrincipal` that lists some of a caller's identifiers.
pub(crate) const NOT_PRINCIPAL_PARTLY: &str = "not-principal-lists-only-some-identifiers";
/// T15: `*` and federated users.
pub(crate) const STAR_FEDERATED_USER: &str = "undocumented-star-federated";
/// E104: services that are not listed for RCPs.
pub(crate) const RCP_UNLISTED: &str = "service-not-listed-for-rcps";
/// E71: a variable whose key holds an empty text.
pub(crate) const VARIABLE_EMPTY: &str = "variable-empty";
/// E89: ARN operators with fewer than six fields.
pub(crate) const ARN_PATTERN_SHORT: &str = "arn-pattern-short";

/// E131: whether a boundary or session policy limits a role that a key's grant names.
pub(crate) const GRANT_TO_LIMITED_ROLE: &str = "key-grant-beside-limits";
/// E131: whether a grantee of another account needs no identity policy.
pub(crate) const GRANT_ACROSS_ACCOUNTS: &str = "key-grant-across-accounts";
/// E177: whether a bucket's policy grants what is done with another account's object.
pub(crate) const BUCKET_POLICY_OF_FOREIGN_OBJECT: &str = "bucket-policy-on-an-object-of-another";

/// Those that an answer of the library can name.
pub(crate) const CODES: [&str; 10] = [
    GATEWAY_ENDPOINT,
    VARIABLE_BEFORE_RESOURCE,
    PATTERN_AMBIGUOUS,
    STAR_NAMES_FEDERATED,
    STAR_NAMES_SERVICES,
    NOT_PRINCIPAL_PARTLY,
    STAR_FEDERATED_USER,
    RCP_UNLISTED,
    VARIABLE_EMPTY,
    ARN_PATTERN_SHORT,
];

/// One point, and how it was settled: which of how many alternatives.
#[derive(Debug, Clone)]
struct Settled {
    point: String,
    choice: usize,
    alternatives: usize,
}

/// One way of settling every point.
#[derive(Debug, Default)]
pub(crate) struct Readings {
    settled: RefCell<Vec<Settled>>,
    /// Whether E34, E40 and E61 are open too, for which the rules name a decision where one must be taken.
    open: bool,
}

impl Readings {
    /// Settles these points as given, and any other as it comes first; nothing that the rules decide is open.
    pub(crate) fn of(points: &[(String, usize, usize)]) -> Self {
        let settled = points.iter().map(|(point, choice, alternatives)| Settled {
            point: point.clone(),
            choice: *choice,
            alternatives: *alternatives,
        });
        Self { settled: RefCell::new(settled.collect()), open: true }
    }

    /// Which of the alternatives of a point is the case, from 0.
    pub(crate) fn choose(&self, point: &str, alternatives: usize) -> usize {
        if alternatives < 2 {
            return 0;
        }
        let mut settled = self.settled.borrow_mut();
        if let Some(found) = settled.iter().find(|known| known.point == point) {
            return found.choice;
        }
        settled.push(Settled { point: point.to_owned(), choice: 0, alternatives });
        0
    }

    /// Whether a point that can be true or false is true.
    pub(crate) fn holds(&self, point: &str) -> bool {
        self.choose(point, 2) == 1
    }

    /// Whether a point is true for which the rules name the decision to take where one must be taken.
    pub(crate) fn holds_or(&self, point: &str, decided: bool) -> bool {
        if self.open { self.holds(point) } else { decided }
    }

    /// The next way of settling the points that were asked for, if there is one.
    fn next(self) -> Option<Self> {
        let mut settled = self.settled.into_inner();
        while let Some(last) = settled.last_mut() {
            if last.choice + 1 < last.alternatives {
                last.choice += 1;
                return Some(Self { settled: RefCell::new(settled), open: self.open });
            }
            settled.pop();
        }
        None
    }
}

/// The answer over all ways of settling what `decide` asks for. `open` is whether that goes for E34, E40 and E61 too.
pub(crate) fn over_all(open: bool, decide: impl Fn(&Readings) -> Decision) -> Answer {
    let mut decisions = BTreeSet::new();
    let mut readings = Readings { open, ..Readings::default() };
    loop {
        decisions.insert(decide(&readings));
        match readings.next() {
            Some(following) => readings = following,
            None => return Answer::of(&decisions),
        }
    }
}
