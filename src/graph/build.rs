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
use crate::condition::Atom;
use crate::evaluate::{Applied, Evaluator, Outcome, StatementRef, Target, session_can_be_given};
use crate::graph::access_graph::{AccessGraph, AssumeEdge, Edge, Node, Permission};
use crate::graph::choice::HandsOn;
use crate::graph::classes::{Classes, names_one_by_one};
use crate::graph::concerned::{Concerned, held};
use crate::graph::speakers::Speakers;
use crate::graph::state::State;
use crate::model::{Collected, Environment, PolicyId, Principal, PrincipalId, PrincipalKind};
use crate::policy::Effect;
use crate::request::{Caller, Credentials, Dependence, Entrance};

pub(super) const ASSUME_ROLE: &str = "sts:AssumeRole";
const ASSUME_ROLE_WITH_SAML: &str = "sts:AssumeRoleWithSAML";

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
            speakers: Speakers::of(environment, ASSUME_ROLE),
            classes: Classes::of(environment),
            services: BTreeSet::new(),
            outsiders: BTreeSet::new(),
        };
        for (id, _) in environment.principals() {
            builder.meet_who_is_named(id);
        }
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
        builder.federated_users();
        builder.root_sessions();
        builder.graph
    }
}

pub(super) struct Builder<'a, 'e> {
    evaluator: &'a Evaluator<'e>,
    pub(super) environment: &'e Environment,
    graph: AccessGraph,
    /// The set node of a class with given credentials, for one kind of source.
    sets: BTreeMap<(u32, Credentials), NodeIndex<u32>>,
    speakers: Speakers,
    classes: Classes,
    /// The services that some trust policy names.
    services: BTreeSet<Caller>,
    /// Those of other accounts that some trust policy names: each of them is one of everyone (E156).
    outsiders: BTreeSet<Caller>,
}

impl Builder<'_, '_> {
    /// Notes the services and the outsiders that the trust policy of a role names.
    fn meet_who_is_named(&mut self, role: PrincipalId) {
        let concerned = Concerned::by_trust_of(self.environment, role);
        for caller in concerned.named {
            match caller {
                Caller::Service(_) => self.services.insert(caller),
                Caller::FederatedProvider(_) => false,
                caller => caller.principal().is_none() && self.outsiders.insert(caller),
            };
        }
        let outside = concerned.accounts.into_iter().filter(|account| !self.environment.is_collected(*account));
        self.outsiders.extend(outside.map(|account| Caller::ExternalAccount(Some(account))));
    }

    fn state(&mut self, state: State) -> NodeIndex<u32> {
        if let Some(index) = self.graph.states.get(&state) {
            return *index;
        }
        let index = self.graph.graph.add_node(Node::State(state.clone()));
        let hands_on = HandsOn::of(self.environment, &state);
        if hands_on != HandsOn::default() {
            self.graph.hands_on.insert(index, hands_on);
        }
        self.graph.states.insert(state, index);
        index
    }

    fn role(&mut self, role: PrincipalId) {
        let principal = self.environment.principal(role);
        let arn = principal.arn.as_str();
        let Ok(action) = ActionName::parse(ASSUME_ROLE) else { return };
        let target = self.evaluator.target(&action, arn);
        let trust = principal.trust;
        let concerned = Concerned::by_trust_of(self.environment, role);
        let by_name = self.names_persons(trust);

        // E33: everyone may be every service.
        let services = self.services.iter().filter(|_| concerned.everyone).cloned();
        let named: BTreeSet<Caller> = concerned.named.iter().cloned().chain(services).collect();
        for caller in &named {
            match caller {
                Caller::FederatedProvider(_) => {
                    for (call, entrance) in [
                        (ASSUME_ROLE_WITH_SAML, Entrance::Saml),
                        ("sts:AssumeRoleWithWebIdentity", Entrance::WebIdentity),
                    ] {
                        let Ok(action) = ActionName::parse(call) else { continue };
                        let target = self.evaluator.target(&action, arn);
                        if entrance == Entrance::Saml && principal.is_identity_center() {
                            self.people(role, caller, &target);
                        } else {
                            self.edge(role, State::of_outsider(caller.clone()), &target, call, entrance);
                        }
                    }
                }
                Caller::Service(name) => {
                    let from = State::of_outsider(caller.clone());
                    let beside = calls_beside(name);
                    self.edge_with(role, from, &target, ASSUME_ROLE, beside, Entrance::Service);
                }
                caller if let Some(id) = caller.principal() => {
                    let (edges, _) = self.decide_all(id, &target);
                    self.principal(role, id, edges);
                }
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
        let named_accounts = concerned.accounts.iter().filter(|account| !self.environment.is_collected(**account));
        let mut outside: BTreeSet<Caller> = named_accounts.map(|id| Caller::ExternalAccount(Some(*id))).collect();
        // E49: a trust policy that nobody could read may name anyone.
        if everywhere {
            outside.extend(Caller::outside_accounts(self.environment));
            outside.extend(self.outsiders.iter().filter(|caller| !named.contains(caller)).cloned());
        }
        for caller in outside {
            self.edge(role, State::of_outsider(caller), &target, ASSUME_ROLE, Entrance::User);
        }
        let named: BTreeSet<PrincipalId> = concerned.named.iter().filter_map(Caller::principal).collect();
        // What was decided for one of a class holds of all, unless it looked at which of them it was.
        let mut holds_of_all: BTreeMap<u32, bool> = BTreeMap::new();
        for id in together.into_iter().filter(|id| !named.contains(id)) {
            let class = self.classes.of.get(&id).copied().filter(|_| !by_name);
            match class.map(|class| (class, holds_of_all.get(&class))) {
                Some((_, Some(true))) => {}
                Some((class, None)) => {
                    let (edges, depends) = self.decide_all(id, &target);
                    holds_of_all.insert(class, !depends.principal);
                    match depends.principal {
                        true => self.principal(role, id, edges),
                        false => self.class(role, class, id, edges),
                    }
                }
                Some((_, Some(false))) | None => {
                    let (edges, _) = self.decide_all(id, &target);
                    self.principal(role, id, edges);
                }
            }
        }
    }

    /// Whether the role's trust policy, an organization policy or the endpoint's tells principals apart by name, so that
    /// equal ones may fare differently.
    fn names_persons(&self, trust: Option<PolicyId>) -> bool {
        let of_organization: Vec<PolicyId> = match self.environment.organization() {
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
        // Whom a trust policy allows by name is decided one by one anyway.
        let denies = |policy: &PolicyId| names_one_by_one(self.environment, *policy, &[Effect::Deny]);
        let names = |policy: &PolicyId| names_one_by_one(self.environment, *policy, &[Effect::Allow, Effect::Deny]);
        trust.iter().chain(&of_organization).any(denies) || self.evaluator.endpoint_policies().iter().any(names)
    }

    /// Edges of a principal by itself.
    fn principal(&mut self, role: PrincipalId, id: PrincipalId, edges: Vec<(Credentials, Arc<AssumeEdge>)>) {
        let caller = Caller::of(self.environment, id);
        let entrance = entrance_from(self.environment.principal(id).kind);
        for (credentials, edge) in edges {
            let source = self.state(State { caller: caller.clone(), credentials });
            let entered = self.entered(role, entrance);
            self.graph.graph.add_edge(source, entered, Edge::Assume(edge));
        }
    }

    /// Edges of a whole class, from the sets its members belong to.
    fn class(
        &mut self,
        role: PrincipalId,
        class: u32,
        member: PrincipalId,
        edges: Vec<(Credentials, Arc<AssumeEdge>)>,
    ) {
        let entrance = entrance_from(self.environment.principal(member).kind);
        for (credentials, edge) in edges {
            let set = self.set(class, credentials);
            let entered = self.entered(role, entrance);
            self.graph.graph.add_edge(set, entered, Edge::Assume(edge));
        }
    }

    /// The edges of a principal with each of the credentials it may hold, and what of the caller they depend on. They share
    /// one where nothing looks at how the credentials came to be.
    fn decide_all(&self, id: PrincipalId, target: &Target) -> (Vec<(Credentials, Arc<AssumeEdge>)>, Dependence) {
        let caller = Caller::of(self.environment, id);
        let mut depends = Dependence::default();
        let mut of_all: Option<Option<Arc<AssumeEdge>>> = None;
        let mut edges = Vec::new();
        for credentials in held(self.environment, id) {
            let edge = match of_all.clone() {
                Some(edge) => edge,
                None => {
                    let state = State { caller: caller.clone(), credentials };
                    let (edge, on) = self.decide(&state, target, ASSUME_ROLE, &[]);
                    let edge = edge.map(Arc::new);
                    depends = depends.or(on);
                    if !on.credentials {
                        of_all = Some(edge.clone());
                    }
                    edge
                }
            };
            edges.extend(edge.map(|edge| (credentials, edge)));
        }
        (edges, depends)
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
            if let Some(of_member) = self.graph.hands_on.get(&state).copied() {
                let of_set = self.graph.hands_on.entry(set).or_default();
                *of_set = of_set.or(of_member);
            }
            self.graph.graph.add_edge(state, set, Edge::Belongs);
        }
        set
    }

    fn entered(&mut self, role: PrincipalId, entrance: Entrance) -> NodeIndex<u32> {
        let caller = Caller::of(self.environment, role);
        self.state(State { caller, credentials: Credentials::RoleSession(entrance) })
    }

    /// The edges into a role of IAM Identity Center: of the people that it is assigned to, and of whomever its provider
    /// vouches for (E15).
    fn people(&mut self, role: PrincipalId, provider: &Caller, target: &Target) {
        let from = State::of_outsider(provider.clone());
        let (Some(edge), _) = self.decide(&from, target, ASSUME_ROLE_WITH_SAML, &[]) else { return };
        let people = self.environment.people_of(role).unwrap_or_default();
        let entered = self.entered(role, Entrance::Saml);
        // The audience is what AWS itself asks for, and what Identity Center itself writes.
        let condition = edge.condition.substitute(&|atom, negated| {
            let audience = matches!(atom, Atom::Test { key, .. } if &**key == "saml:aud");
            audience.then_some(!negated)
        });
        let of_people = Arc::new(AssumeEdge { outcome: Outcome::when(&condition), condition, ..edge.clone() });
        let who = people.items.iter().filter(|entrant| !entrant.is_disabled());
        let names: BTreeSet<(&str, &str)> = who.map(|entrant| (entrant.id, entrant.name())).collect();
        for (id, name) in names {
            let person = State::of_outsider(Caller::IdentityCenterUser { id: id.into(), name: name.into() });
            let person = self.state(person);
            self.graph.graph.add_edge(person, entered, Edge::Assume(of_people.clone()));
        }
        let from = self.state(from);
        self.graph.graph.add_edge(from, entered, Edge::Assume(Arc::new(edge)));
    }

    /// The edge of a call that opens no role's session, for each of the credentials that can make it.
    pub(super) fn edge_into(&mut self, id: PrincipalId, call: &'static str, resource: &str, entered: &State) {
        let Ok(action) = ActionName::parse(call) else { return };
        let target = self.evaluator.target(&action, resource);
        for credentials in held(self.environment, id) {
            let from = State { caller: Caller::of(self.environment, id), credentials };
            if let (Some(edge), _) = self.decide(&from, &target, call, &[]) {
                let (source, entered) = (self.state(from), self.state(entered.clone()));
                self.graph.graph.add_edge(source, entered, Edge::Assume(Arc::new(edge)));
            }
        }
    }

    fn edge(&mut self, role: PrincipalId, from: State, target: &Target, action: &'static str, entrance: Entrance) {
        self.edge_with(role, from, target, action, &[], entrance);
    }

    /// An edge of a call that needs other permissions besides (E142).
    fn edge_with(
        &mut self,
        role: PrincipalId,
        from: State,
        target: &Target,
        action: &'static str,
        beside: &[&str],
        entrance: Entrance,
    ) {
        let (Some(edge), _) = self.decide(&from, target, action, beside) else { return };
        let source = self.state(from);
        let entered = self.entered(role, entrance);
        self.graph.graph.add_edge(source, entered, Edge::Assume(Arc::new(edge)));
    }

    /// The edge, if there is one, and what of the caller that depends on.
    fn decide(
        &self,
        state: &State,
        target: &Target,
        action: &'static str,
        beside: &[&str],
    ) -> (Option<AssumeEdge>, Dependence) {
        let mut applied = Applied::default();
        let mut decision = self.evaluator.decide_recorded(&state.caller, state.credentials, target, &mut applied);
        for other in beside.iter().filter_map(|other| ActionName::parse(other).ok()) {
            let target = self.evaluator.target(&other, target.resource());
            decision = decision.and(self.evaluator.decide(&state.caller, state.credentials, &target));
        }
        let outcome = decision.outcome();
        if !matches!(outcome, Outcome::Allowed | Outcome::AllowedIf | Outcome::Unknown) {
            return (None, applied.depends);
        }
        let mut depends = applied.depends;
        let mut beside = |call: &str| {
            let role = principal_of(self.environment, target)?;
            let action = ActionName::parse(call).ok().filter(|_| session_can_be_given(self.environment, role, call))?;
            let mut applied = Applied::default();
            let target = self.evaluator.target(&action, target.resource());
            let decision = self.evaluator.decide_recorded(&state.caller, state.credentials, &target, &mut applied);
            depends = depends.or(applied.depends);
            let statements = granting(&applied);
            let condition = decision.residual();
            (!condition.is_false()).then_some(Permission { condition, assumptions: decision.assumptions, statements })
        };
        let (tag_session, set_source_identity) = (beside("sts:TagSession"), beside("sts:SetSourceIdentity"));
        let statements = granting(&applied);
        let (condition, assumptions) = (decision.residual(), decision.assumptions);
        let edge = AssumeEdge { action, outcome, condition, assumptions, statements, tag_session, set_source_identity };
        (Some(edge), depends)
    }
}

/// The statements that allowed a request, each once, in order.
fn granting(applied: &Applied) -> Vec<StatementRef> {
    let allows = applied.statements.iter().filter(|(layer, _, effect, _)| *effect == Effect::Allow && layer.grants());
    let mut statements: Vec<StatementRef> = allows.map(|(_, statement, _, _)| *statement).collect();
    statements.sort();
    statements.dedup();
    statements
}

fn principal_of<'e>(environment: &'e Environment, target: &Target) -> Option<&'e Principal> {
    environment.principal_by_arn(target.resource()).map(|id| environment.principal(id))
}

/// What these services do in the call by which they enter a role (E142, E194-E196).
fn calls_beside(service: &str) -> &'static [&'static str] {
    match service {
        "pods.eks.amazonaws.com" => &["sts:TagSession"],
        "rolesanywhere.amazonaws.com" => &["sts:SetSourceIdentity", "sts:TagSession"],
        "account-access.amazonaws.com" => &["sts:SetContext"],
        _ => &[],
    }
}

fn entrance_from(kind: PrincipalKind) -> Entrance {
    match kind {
        PrincipalKind::User => Entrance::User,
        PrincipalKind::Role => Entrance::Chained,
    }
}
