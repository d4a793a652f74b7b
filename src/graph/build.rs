//! Builds the can-assume edges of a whole environment.
//!
//! Every role's trust policy says whom it may concern. Those named one by one are decided one by one. An account, everyone
//! or an unreadable trust policy concerns only such principals of other accounts (and, for an account, of its own) as have
//! an identity policy that speaks of the call: those are found through the documents that do, and equal ones are decided
//! once and joined through a set. So no principal is compared with every role.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use petgraph::graph::NodeIndex;

use crate::action::ActionName;
use crate::arn::AccountId;
use crate::arn_pattern::{ArnPattern, Match};
use crate::evaluate::{Applied, Evaluator, Layer, Outcome, Target};
use crate::graph::access_graph::{AccessGraph, AssumeEdge, Edge, Node};
use crate::graph::state::State;
use crate::model::{Collected, DocumentId, Environment, PolicyId, PrincipalId, PrincipalKind};
use crate::policy::{Effect, PrincipalElement, PrincipalValue, ResourceElement, Statement};
use crate::request::{Caller, Credentials, Entrance, SessionName};

const ASSUME_ROLE: &str = "sts:AssumeRole";

impl AccessGraph {
    /// Decides every can-assume edge of the evaluator's environment.
    #[must_use]
    pub fn build(evaluator: &Evaluator<'_>) -> Self {
        let environment = evaluator.environment();
        let mut builder = Builder {
            evaluator,
            environment,
            graph: Self::default(),
            sets: BTreeMap::new(),
            speakers: Speakers::of(environment),
            classes: Classes::of(environment),
        };
        // Every principal is a state of its own before any edge is, so that numbers follow the order of principals.
        for (id, _) in environment.principals() {
            for state in State::starts(environment, id) {
                builder.state(state);
            }
        }
        for (id, principal) in environment.principals() {
            if principal.kind == PrincipalKind::Role {
                builder.role(id);
            }
        }
        builder.graph
    }
}

/// The documents that may allow AssumeRole, and the principals that hold them.
struct Speakers {
    /// By account: document to holders. Documents that are missing or refused are under `None`.
    holders: BTreeMap<AccountId, BTreeMap<Option<DocumentId>, BTreeSet<PrincipalId>>>,
    /// The resources each document allows it on, variables widened.
    resources: BTreeMap<DocumentId, Vec<ArnPattern>>,
}

impl Speakers {
    fn of(environment: &Environment) -> Self {
        let mut speakers = Self { holders: BTreeMap::new(), resources: BTreeMap::new() };
        let Ok(action) = ActionName::parse(ASSUME_ROLE) else { return speakers };
        for (id, stored) in environment.documents() {
            let Ok(document) = &stored.content else { continue };
            let patterns: Vec<ArnPattern> = document
                .statements
                .iter()
                .filter(|statement| statement.effect == Effect::Allow && speaks_of(statement, &action))
                .flat_map(widened_resources)
                .collect();
            if !patterns.is_empty() {
                speakers.resources.insert(id, patterns);
            }
        }
        for (principal, details) in environment.principals() {
            for policy in environment.identity_policies(principal) {
                let document = environment.policy(policy).document;
                let readable = document.filter(|id| environment.document(*id).content.is_ok());
                if readable.is_none_or(|id| speakers.resources.contains_key(&id)) {
                    let of_account = speakers.holders.entry(details.account).or_default();
                    of_account.entry(readable).or_default().insert(principal);
                }
            }
        }
        speakers
    }

    /// The principals of an account with an identity policy that may let them assume the role.
    fn of_account(&self, account: AccountId, role: &str) -> BTreeSet<PrincipalId> {
        let fits = |document: &Option<DocumentId>| {
            document.is_none_or(|id| {
                self.resources
                    .get(&id)
                    .is_some_and(|patterns| patterns.iter().any(|pattern| pattern.matches(role) != Match::No))
            })
        };
        let holders = self.holders.get(&account).into_iter().flatten();
        holders.filter(|(document, _)| fits(document)).flat_map(|(_, principals)| principals.iter().copied()).collect()
    }
}

fn speaks_of(statement: &Statement, action: &ActionName) -> bool {
    use crate::policy::ActionElement::{Action, NotAction};
    match &statement.actions {
        Action(patterns) => patterns.iter().any(|pattern| pattern.matches(action)),
        NotAction(patterns) => !patterns.iter().any(|pattern| pattern.matches(action)),
    }
}

fn widened_resources(statement: &Statement) -> Vec<ArnPattern> {
    match &statement.resources {
        Some(ResourceElement::Resource(templates)) => {
            templates.iter().map(|template| ArnPattern::parse(&template.widened())).collect()
        }
        _ => vec![ArnPattern::parse("*")],
    }
}

/// Principals that no policy can tell apart, by what is attached to them.
struct Classes {
    of: BTreeMap<PrincipalId, u32>,
    /// By class: whether some document of it looks at who the principal is.
    personal: Vec<bool>,
}

impl Classes {
    fn of(environment: &Environment) -> Self {
        type Key = (AccountId, PrincipalKind, bool, Vec<PolicyId>, Option<PolicyId>);
        let mut numbers: BTreeMap<Key, u32> = BTreeMap::new();
        let mut of = BTreeMap::new();
        let mut personal = Vec::new();
        for (id, principal) in environment.principals() {
            let mut policies: Vec<PolicyId> = environment.identity_policies(id).collect();
            policies.sort();
            let looks = policies.iter().chain(&principal.boundary).any(|policy| is_personal(environment, *policy));
            let key = (principal.account, principal.kind, principal.is_service_linked(), policies, principal.boundary);
            let number = *numbers.entry(key).or_insert_with(|| {
                personal.push(looks);
                u32::try_from(personal.len() - 1).unwrap_or(u32::MAX)
            });
            of.insert(id, number);
        }
        Self { of, personal }
    }
}

/// Whether a policy's document tests who the caller is, beyond its account.
fn is_personal(environment: &Environment, policy: PolicyId) -> bool {
    const KEYS: [&str; 4] = ["aws:principalarn", "aws:userid", "aws:username", "aws:principaltag/"];
    let looks_at = |key: &str| KEYS.iter().any(|personal| key.to_lowercase().starts_with(personal));
    let Some(Ok(document)) = environment.policy(policy).document.map(|id| &environment.document(id).content) else {
        return false;
    };
    document.statements.iter().any(|statement| {
        let conditions = statement.conditions.iter().any(|condition| {
            looks_at(&condition.key) || condition.values.iter().flat_map(|value| value.variables()).any(looks_at)
        });
        let resources = match &statement.resources {
            Some(ResourceElement::Resource(templates) | ResourceElement::NotResource(templates)) => {
                templates.iter().flat_map(|template| template.variables()).any(looks_at)
            }
            None => false,
        };
        conditions || resources
    })
}

/// Whom a trust policy may concern.
#[derive(Default)]
struct Concerned {
    /// One by one.
    named: BTreeSet<Caller>,
    /// All that have an identity policy for it, by account.
    accounts: BTreeSet<AccountId>,
    /// Everyone.
    everyone: bool,
    /// Nobody can tell: the document is missing or was refused.
    unknown: bool,
}

struct Builder<'a, 'e> {
    evaluator: &'a Evaluator<'e>,
    environment: &'e Environment,
    graph: AccessGraph,
    /// The set node of a class with given credentials, for one kind of source.
    sets: BTreeMap<(u32, Credentials), NodeIndex<u32>>,
    speakers: Speakers,
    classes: Classes,
}

impl Builder<'_, '_> {
    fn state(&mut self, state: State) -> NodeIndex<u32> {
        if let Some(index) = self.graph.states.get(&state) {
            return *index;
        }
        let index = self.graph.graph.add_node(Node::State(state.clone()));
        self.graph.states.insert(state, index);
        index
    }

    fn role(&mut self, role: PrincipalId) {
        let principal = self.environment.principal(role);
        let arn = principal.arn.as_str();
        let Ok(action) = ActionName::parse(ASSUME_ROLE) else { return };
        let target = self.evaluator.target(&action, arn);
        let trust = principal.trust;
        let concerned = self.concerned(role);
        let shared_rules = !self.looks_at_persons(trust, &target);

        for caller in &concerned.named {
            match caller {
                Caller::FederatedProvider(_) => {
                    for (call, entrance) in [
                        ("sts:AssumeRoleWithSAML", Entrance::Saml),
                        ("sts:AssumeRoleWithWebIdentity", Entrance::WebIdentity),
                    ] {
                        let Ok(action) = ActionName::parse(call) else { continue };
                        let target = self.evaluator.target(&action, arn);
                        self.edge(role, State::of_outsider(caller.clone()), &target, call, entrance);
                    }
                }
                Caller::Service(_) => {
                    self.edge(role, State::of_outsider(caller.clone()), &target, ASSUME_ROLE, Entrance::Service);
                }
                caller if caller.principal().is_some() => self.principal(role, caller, &target),
                caller => self.edge(role, State::of_outsider(caller.clone()), &target, ASSUME_ROLE, Entrance::User),
            }
        }
        let mut together: BTreeSet<PrincipalId> = BTreeSet::new();
        let everywhere = concerned.everyone || concerned.unknown;
        for account in self.environment.accounts().map(|account| account.id) {
            if everywhere && account == principal.account {
                // No identity policy is needed in the role's own account (T3, T9).
                together.extend(self.environment.principals_of(account).map(|(id, _)| id));
            } else if everywhere || concerned.accounts.contains(&account) {
                together.extend(self.speakers.of_account(account, arn));
            }
        }
        for account in concerned.accounts.iter().filter(|account| !self.environment.is_collected(**account)) {
            let caller = Caller::ExternalAccount(Some(*account));
            self.edge(role, State::of_outsider(caller), &target, ASSUME_ROLE, Entrance::User);
        }
        if concerned.everyone {
            self.edge(role, State::of_outsider(Caller::ExternalAccount(None)), &target, ASSUME_ROLE, Entrance::User);
        }
        let named: BTreeSet<PrincipalId> = concerned.named.iter().filter_map(Caller::principal).collect();
        let mut decided: BTreeSet<u32> = BTreeSet::new();
        for id in together.into_iter().filter(|id| !named.contains(id)) {
            let class = self.classes.of.get(&id).copied();
            match class.filter(|class| shared_rules && !self.classes.personal[*class as usize]) {
                Some(class) if decided.insert(class) => self.class(role, class, id, &target),
                Some(_) => {}
                None => self.principal(role, &Caller::of(self.environment, id), &target),
            }
        }
    }

    /// Whether the role's trust policy or an organization policy looks at who the caller is, so that equal principals may
    /// fare differently.
    fn looks_at_persons(&self, trust: Option<PolicyId>, target: &Target) -> bool {
        let of_organization = match self.environment.organization() {
            Collected::Present(organization) => organization
                .targets
                .values()
                .flat_map(|target| [&target.service_control, &target.resource_control])
                .filter_map(Collected::present)
                .flatten()
                .copied()
                .collect(),
            _ => Vec::new(),
        };
        debug_assert!(target.action().is(ASSUME_ROLE));
        trust
            .into_iter()
            .chain(of_organization)
            .any(|policy| is_personal(self.environment, policy) || self.denies_some(policy))
    }

    /// Whether a Deny of the policy names principals one by one.
    fn denies_some(&self, policy: PolicyId) -> bool {
        let content = self.environment.policy(policy).document.map(|id| &self.environment.document(id).content);
        let Some(Ok(document)) = content else { return false };
        let one_by_one =
            |value: &PrincipalValue| !matches!(value, PrincipalValue::Everyone | PrincipalValue::Account(_));
        document.statements.iter().filter(|statement| statement.effect == Effect::Deny).any(
            |statement| match &statement.principal {
                None => false,
                Some(PrincipalElement::Principal(values)) => values.iter().any(one_by_one),
                Some(PrincipalElement::NotPrincipal(_)) => true,
            },
        )
    }

    fn concerned(&self, role: PrincipalId) -> Concerned {
        let principal = self.environment.principal(role);
        let mut concerned = Concerned::default();
        let Some(trust) = principal.trust else { return concerned };
        let content = self.environment.policy(trust).document.map(|id| &self.environment.document(id).content);
        let Some(Ok(document)) = content else {
            concerned.unknown = true;
            return concerned;
        };
        for statement in document.statements.iter().filter(|statement| statement.effect == Effect::Allow) {
            match &statement.principal {
                None => {}
                Some(PrincipalElement::NotPrincipal(_)) => concerned.everyone = true,
                Some(PrincipalElement::Principal(values)) => {
                    for value in values {
                        self.concern(value, &mut concerned);
                    }
                }
            }
            // A kind of principal that is not known might be anyone.
            concerned.unknown |= statement.unknown_element.is_some();
        }
        concerned
    }

    fn concern(&self, value: &PrincipalValue, concerned: &mut Concerned) {
        let environment = self.environment;
        let mut name = |caller: Caller| {
            concerned.named.insert(caller);
        };
        match value {
            PrincipalValue::Everyone => concerned.everyone = true,
            PrincipalValue::Account(account) => {
                concerned.accounts.insert(*account);
            }
            PrincipalValue::User(arn) | PrincipalValue::Role(arn) => match environment.principal_by_arn(arn.as_str()) {
                Some(id) => name(Caller::of(environment, id)),
                None => {
                    let outsider = arn.account_id().filter(|account| !environment.is_collected(*account));
                    if let Some(account) = outsider {
                        name(outside_principal(value, account));
                    }
                }
            },
            PrincipalValue::RoleSession { arn, role, .. } => {
                let account = arn.account_id();
                match account.and_then(|account| environment.role_by_name(account, role)) {
                    Some(id) => name(Caller::of(environment, id)),
                    None => {
                        if let Some(account) = account.filter(|account| !environment.is_collected(*account)) {
                            name(outside_principal(value, account));
                        }
                    }
                }
            }
            PrincipalValue::UniqueId(unique_id) => {
                let bearer =
                    environment.principals().find(|(_, principal)| principal.unique_id.as_ref() == Some(unique_id));
                if let Some((id, _)) = bearer {
                    name(Caller::of(environment, id));
                }
            }
            PrincipalValue::Service(service) => name(Caller::Service(service.clone())),
            PrincipalValue::Federated(provider) => name(Caller::FederatedProvider(provider.clone())),
            PrincipalValue::FederatedUser(_)
            | PrincipalValue::CanonicalUser(_)
            | PrincipalValue::OriginAccessIdentity(_)
            | PrincipalValue::Nobody(_) => {}
        }
    }

    /// Edges of a principal by itself, with each of the credentials it may hold.
    fn principal(&mut self, role: PrincipalId, caller: &Caller, target: &Target) {
        let Some(id) = caller.principal() else { return };
        let kind = self.environment.principal(id).kind;
        let entrance = entrance_from(kind);
        for (credentials, edge) in self.decide_all(id, target) {
            let source = self.state(State { caller: caller.clone(), credentials });
            let entered = self.entered(role, entrance);
            self.graph.graph.add_edge(source, entered, Edge::Assume(edge));
        }
    }

    /// One edge for a whole class, from the set its members belong to.
    fn class(&mut self, role: PrincipalId, class: u32, member: PrincipalId, target: &Target) {
        let kind = self.environment.principal(member).kind;
        let entrance = entrance_from(kind);
        for (credentials, edge) in self.decide_all(member, target) {
            let set = self.set(class, credentials);
            let entered = self.entered(role, entrance);
            self.graph.graph.add_edge(set, entered, Edge::Assume(edge));
        }
    }

    /// The edges of a principal with each of the credentials it may hold; those that no rule tells apart share one.
    fn decide_all(&self, id: PrincipalId, target: &Target) -> Vec<(Credentials, Arc<AssumeEdge>)> {
        let caller = Caller::of(self.environment, id);
        let mut decided: BTreeMap<Credentials, Option<Arc<AssumeEdge>>> = BTreeMap::new();
        let mut edges = Vec::new();
        for credentials in self.held(id) {
            let representative = credentials.representative();
            let edge = decided.entry(representative).or_insert_with(|| {
                let state = State { caller: caller.clone(), credentials: representative };
                self.decide(&state, target, ASSUME_ROLE).map(Arc::new)
            });
            edges.extend(edge.clone().map(|edge| (credentials, edge)));
        }
        edges
    }

    /// The credentials with which a principal may call: of a role, sessions such as its trust policy can give.
    fn held(&self, id: PrincipalId) -> Vec<Credentials> {
        if self.environment.principal(id).kind == PrincipalKind::User {
            return vec![Credentials::LongTermKey, Credentials::MfaSession];
        }
        let concerned = self.concerned(id);
        let named = |wanted: fn(&Caller) -> bool| concerned.unknown || concerned.named.iter().any(wanted);
        let mut entrances = vec![Entrance::Unspecified, Entrance::User, Entrance::Chained];
        if named(|caller| matches!(caller, Caller::FederatedProvider(_))) {
            entrances.extend([Entrance::Saml, Entrance::WebIdentity]);
        }
        if named(|caller| matches!(caller, Caller::Service(_))) {
            entrances.push(Entrance::Service);
        }
        entrances.into_iter().map(Credentials::RoleSession).collect()
    }

    fn set(&mut self, class: u32, credentials: Credentials) -> NodeIndex<u32> {
        if let Some(set) = self.sets.get(&(class, credentials)) {
            return *set;
        }
        let set = self.graph.graph.add_node(Node::Set);
        self.sets.insert((class, credentials), set);
        let members: Vec<PrincipalId> =
            self.classes.of.iter().filter(|(_, of)| **of == class).map(|(id, _)| *id).collect();
        for member in members {
            let state = self.state(State { caller: Caller::of(self.environment, member), credentials });
            self.graph.graph.add_edge(state, set, Edge::Belongs);
        }
        set
    }

    fn entered(&mut self, role: PrincipalId, entrance: Entrance) -> NodeIndex<u32> {
        let caller = Caller::of(self.environment, role);
        self.state(State { caller, credentials: Credentials::RoleSession(entrance) })
    }

    fn edge(&mut self, role: PrincipalId, from: State, target: &Target, action: &'static str, entrance: Entrance) {
        let Some(edge) = self.decide(&from, target, action) else { return };
        let source = self.state(from);
        let entered = self.entered(role, entrance);
        self.graph.graph.add_edge(source, entered, Edge::Assume(Arc::new(edge)));
    }

    fn decide(&self, state: &State, target: &Target, action: &'static str) -> Option<AssumeEdge> {
        let decision = self.evaluator.decide(&state.caller, state.credentials, target);
        let outcome = decision.outcome();
        if !matches!(outcome, Outcome::Allowed | Outcome::AllowedIf | Outcome::Unknown) {
            return None;
        }
        let mut applied = Applied::default();
        self.evaluator.decide_recorded(&state.caller, state.credentials, target, &mut applied);
        let grants = |layer: &Layer| matches!(layer, Layer::Resource | Layer::Identity);
        let mut statements: Vec<_> = applied
            .statements
            .into_iter()
            .filter(|(layer, _, effect, _)| *effect == Effect::Allow && grants(layer))
            .map(|(_, statement, _, _)| statement)
            .collect();
        statements.sort();
        statements.dedup();
        let (condition, assumptions) = (decision.residual(), decision.assumptions);
        Some(AssumeEdge { action, outcome, condition, assumptions, statements })
    }
}

fn entrance_from(kind: PrincipalKind) -> Entrance {
    match kind {
        PrincipalKind::User => Entrance::User,
        PrincipalKind::Role => Entrance::Chained,
    }
}

fn outside_principal(value: &PrincipalValue, account: AccountId) -> Caller {
    match value {
        PrincipalValue::User(arn) => Caller::User { id: None, account, arn: arn.clone(), unique_id: None },
        PrincipalValue::Role(arn) => {
            let session = SessionName::Unspecified;
            Caller::RoleSession { id: None, account, role: arn.clone(), unique_id: None, session }
        }
        PrincipalValue::RoleSession { arn, role, session } => {
            // The role's path does not show in a session's ARN (E19).
            let text = format!("arn:{}:iam::{account}:role/{role}", arn.partition());
            let session = SessionName::Known(session.clone());
            match crate::arn::Arn::parse(&text) {
                Ok(role) => Caller::RoleSession { id: None, account, role, unique_id: None, session },
                Err(_) => Caller::ExternalAccount(Some(account)),
            }
        }
        _ => Caller::ExternalAccount(Some(account)),
    }
}
