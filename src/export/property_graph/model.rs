//! The nodes and edges of an environment's whole graph.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::hash::Hasher;
use std::io;

use siphasher::sip128::{Hasher128, SipHasher13};

use crate::arn::{AccountId, Arn};
use crate::export::property_graph::id::{bounded, digest};
use crate::export::property_graph::names::{Label, Naming, Relationship};
use crate::export::property_graph::record::{Cell, EDGE_COLUMNS, EdgeRecord, NODE_COLUMNS, NodeRecord, PropertyGraph};
use crate::export::property_graph::terms::Terms;
use crate::export::text::{residual_text, short_name, subject_id, subject_name};
use crate::model::{Environment, GroupId};
use crate::query::{ReachGraph, Session, Source, Subject, SubjectKind};
use crate::request::{Caller, Credentials, Entrance};

/// A graph of sessions as a property graph.
pub struct GraphModel<'e> {
    environment: &'e Environment,
    graph: &'e ReachGraph,
    naming: Naming,
    flat: bool,
    labels: Vec<&'static str>,
    relationships: Vec<&'static str>,
    nodes: BTreeMap<String, NodeKind>,
    principals: BTreeMap<String, Subject>,
    sessions: Vec<String>,
    /// The principal of each session, by its id.
    principal_of: Vec<String>,
    sets: Vec<String>,
    resources: Vec<String>,
    call_terms: Vec<OnceCell<Terms>>,
    access_terms: Vec<OnceCell<Terms>>,
}

#[derive(Debug, Clone, Copy)]
enum NodeKind {
    Account(AccountId),
    Principal,
    Group(GroupId),
    Session(u32),
    Set(u32),
    Resource(u32),
}

/// The kinds of nodes that are no principals, as the property `kind` tells them.
const ACCOUNT: &str = "account";
const GROUP: &str = "group";
const SESSION: &str = "session";
const ACCESS_SET: &str = "access-set";
const RESOURCE: &str = "resource";

impl<'e> GraphModel<'e> {
    /// The graph with these names; `flat` writes an edge for every member of a set, and no sets.
    #[must_use]
    pub fn new(environment: &'e Environment, graph: &'e ReachGraph, naming: Naming, flat: bool) -> Self {
        let mut model = Self {
            environment,
            graph,
            naming,
            flat,
            labels: naming.labels(),
            relationships: naming.relationships(),
            nodes: BTreeMap::new(),
            principals: BTreeMap::new(),
            sessions: Vec::new(),
            principal_of: Vec::new(),
            sets: Vec::new(),
            resources: Vec::new(),
            call_terms: graph.call_terms.iter().map(|_| OnceCell::new()).collect(),
            access_terms: graph.access_terms.iter().map(|_| OnceCell::new()).collect(),
        };
        model.add_principals();
        model.add_sessions();
        model.add_resources();
        let accounts: BTreeSet<AccountId> = environment
            .accounts()
            .map(|account| account.id)
            .chain(model.principals.values().filter_map(|subject| subject.account))
            .collect();
        model.nodes.extend(accounts.into_iter().map(|account| (account.to_string(), NodeKind::Account(account))));
        model
    }

    /// How many edges the graph has when it is written with an edge for every member of a set.
    #[must_use]
    pub fn flat_size(graph: &ReachGraph) -> usize {
        let size = |source: &Source| match source {
            Source::Session(_) => 1,
            Source::Set(set) => graph.sets.get(*set as usize).map_or(0, Vec::len),
        };
        let calls = graph.calls.iter().map(|call| size(&call.from));
        calls.chain(graph.accesses.iter().map(|access| size(&access.from))).sum()
    }

    /// A digest of all that is written, by which one state of the input is told from another.
    ///
    /// # Errors
    /// None of its own: writing to nowhere does not fail.
    pub fn snapshot(&self) -> io::Result<String> {
        let mut hasher = SipHasher13::new();
        let mut add = |text: &str| hasher.write(text.as_bytes());
        self.nodes(&mut |node| {
            add(&digest(std::iter::once(&*node.id).chain(texts(&node.cells))));
            Ok(())
        })?;
        // What is on an edge is in its id.
        self.edges(&mut |edge| {
            add(&edge.id);
            Ok(())
        })?;
        Ok(format!("{:032x}", hasher.finish128().as_u128()))
    }

    fn add_principals(&mut self) {
        let environment = self.environment;
        let of_input = environment.principals().map(|(id, _)| Caller::of(environment, id));
        let of_sessions = self.graph.sessions.iter().map(|session| session.caller.clone());
        for caller in of_input.chain(of_sessions).collect::<BTreeSet<_>>() {
            let subject = Subject::of(environment, &caller);
            let id = node_id(&subject);
            self.nodes.insert(id.clone(), NodeKind::Principal);
            self.principals.insert(id, subject);
        }
        for (id, group) in environment.groups() {
            self.nodes.insert(bounded(group.arn.to_string()), NodeKind::Group(id));
        }
    }

    fn add_sessions(&mut self) {
        for (number, session) in (0..).zip(&self.graph.sessions) {
            let principal = node_id(&Subject::of(self.environment, &session.caller));
            let mut id =
                format!("{principal}#{}", session.credentials.first().map_or("", |first| credentials_code(*first)));
            if !session.carried.is_true() {
                id = format!("{id}#{}", digest([residual_text(&session.carried).as_str()]));
            }
            self.nodes.insert(id.clone(), NodeKind::Session(number));
            self.sessions.push(id);
            self.principal_of.push(principal);
        }
        for (number, set) in (0..).zip(&self.graph.sets) {
            let id = format!("access-set:{}", digest(set.iter().map(|member| id_of(&self.sessions, *member))));
            if !self.flat {
                self.nodes.insert(id.clone(), NodeKind::Set(number));
            }
            self.sets.push(id);
        }
    }

    fn add_resources(&mut self) {
        for (number, resource) in (0..).zip(&self.graph.resources) {
            // A role that something is done to is not that role acting: a path must not go through it.
            let own = bounded(resource.to_string());
            let id = if self.nodes.contains_key(&own) { bounded(format!("resource:{resource}")) } else { own };
            self.nodes.insert(id.clone(), NodeKind::Resource(number));
            self.resources.push(id);
        }
    }

    fn account_cells(&self, account: Option<AccountId>) -> [Cell<'_>; 2] {
        let name = account.and_then(|account| self.environment.account(account)?.name.as_deref());
        [
            account.map_or(Cell::Absent, |account| Cell::Text(Cow::Owned(account.to_string()))),
            name.map_or(Cell::Absent, |name| Cell::Text(Cow::Borrowed(name))),
        ]
    }

    /// Whether an account is none of the input's.
    fn is_outside(&self, account: AccountId) -> bool {
        self.environment.account(account).is_none()
    }

    fn node<'s>(&'s self, id: &'s str, kind: NodeKind) -> NodeRecord<'s> {
        let mut cells = vec![Cell::Absent; NODE_COLUMNS.len()];
        let mut set = |name: &str, cell: Cell<'s>| {
            let place = NODE_COLUMNS.iter().position(|column| column.name == name);
            if let Some(place) = place.and_then(|place| cells.get_mut(place)) {
                *place = cell;
            }
        };
        let of = |labels: &[Label]| labels.iter().map(|label| self.naming.label(*label)).collect::<Vec<_>>();
        let mut account = None;
        let labels = match kind {
            NodeKind::Account(number) => {
                account = Some(number);
                set("kind", text(ACCOUNT));
                set("name", text(id));
                set(
                    "title",
                    text(self.environment.account(number).and_then(|known| known.name.as_deref()).unwrap_or(id)),
                );
                set("external", Cell::Boolean(self.is_outside(number)));
                of(&[Label::Any, Label::Account])
            }
            NodeKind::Principal => {
                let Some(subject) = self.principals.get(id) else {
                    return NodeRecord { id: id.into(), labels: Vec::new(), cells };
                };
                account = subject.account;
                set("kind", text(subject.kind.as_str()));
                set("name", text(&subject.name));
                set("title", Cell::Text(Cow::Owned(subject_name(subject))));
                set("external", Cell::Boolean(subject.kind.is_external()));
                set("service_linked", Cell::Boolean(subject.service_linked));
                self.naming.of_principal(subject.kind)
            }
            NodeKind::Group(group) => {
                let group = self.environment.group(group);
                account = Some(group.account);
                set("kind", text(GROUP));
                set("name", text(group.arn.as_str()));
                set("title", Cell::Text(Cow::Owned(short_name(group.arn.as_str()))));
                set("external", Cell::Boolean(false));
                of(&[Label::Any, Label::Group])
            }
            NodeKind::Session(number) => {
                set("kind", text(SESSION));
                set("name", text(id));
                let principal = id_of(&self.principal_of, number);
                set("principal", text(principal));
                if let (Some(session), Some(subject)) =
                    (self.graph.sessions.get(number as usize), self.principals.get(principal))
                {
                    account = subject.account;
                    let codes: BTreeSet<&str> =
                        session.credentials.iter().map(|each| credentials_code(*each)).collect();
                    let codes = codes.into_iter().collect::<Vec<_>>().join(", ");
                    set("title", Cell::Text(Cow::Owned(session_title(subject, session))));
                    set("external", Cell::Boolean(subject.kind.is_external()));
                    set("credentials", Cell::Text(Cow::Owned(codes)));
                    if !session.carried.is_true() {
                        set("carries", Cell::Text(Cow::Owned(residual_text(&session.carried))));
                    }
                }
                of(&[Label::Any, Label::Session])
            }
            NodeKind::Set(number) => {
                let count = self.graph.sets.get(number as usize).map_or(0, Vec::len);
                set("kind", text(ACCESS_SET));
                set("name", text(id));
                set("title", Cell::Text(Cow::Owned(format!("{count} sessions"))));
                set("external", Cell::Boolean(false));
                set("members", Cell::Integer(i64::try_from(count).unwrap_or(i64::MAX)));
                of(&[Label::Any, Label::AccessSet])
            }
            NodeKind::Resource(number) => {
                let resource = self.graph.resources.get(number as usize).map_or(id, |resource| &**resource);
                account = self.owner(resource);
                set("kind", text(RESOURCE));
                set("name", text(resource));
                let title = if resource == "*" { "any resource".to_owned() } else { short_name(resource) };
                set("title", Cell::Text(Cow::Owned(title)));
                set("external", Cell::Boolean(account.is_some_and(|account| self.is_outside(account))));
                set("pattern", Cell::Boolean(self.is_pattern(resource)));
                if let Ok(arn) = Arn::parse(resource) {
                    set("service", Cell::Text(Cow::Owned(arn.service().to_owned())));
                    set("resource_type", Cell::Text(Cow::Owned(resource_type(&arn))));
                }
                self.naming.of_resource(resource)
            }
        };
        let [account_id, account_name] = self.account_cells(account);
        set("account_id", account_id);
        set("account_name", account_name);
        NodeRecord { id: id.into(), labels, cells }
    }

    fn owner(&self, resource: &str) -> Option<AccountId> {
        let arn = Arn::parse(resource).ok()?;
        arn.account_id().or_else(|| self.environment.governing_resource(&arn)?.account)
    }

    /// Whether a resource is a pattern that policies name, or the objects of a bucket.
    fn is_pattern(&self, resource: &str) -> bool {
        self.environment.resource(resource).is_none() && resource.contains(['*', '?'])
    }

    fn edge<'s>(
        &'s self,
        relationship: Relationship,
        source: &'s str,
        target: &'s str,
        cells: Vec<Cell<'s>>,
    ) -> EdgeRecord<'s> {
        let relation = self.naming.relationship(relationship);
        let id = digest([source, relation, target].into_iter().chain(texts(&cells)));
        EdgeRecord { id: Cow::Owned(id), source: source.into(), target: target.into(), relation, cells }
    }

    /// The ids of the nodes where an edge begins.
    fn sources(&self, source: Source) -> impl Iterator<Item = &str> {
        let (one, members) = match source {
            Source::Session(session) => (Some(id_of(&self.sessions, session)), None),
            Source::Set(set) if !self.flat => (Some(id_of(&self.sets, set)), None),
            Source::Set(set) => (None, self.graph.sets.get(set as usize)),
        };
        one.into_iter().chain(members.into_iter().flatten().map(|member| id_of(&self.sessions, *member)))
    }

    fn structure(&self, each: &mut dyn FnMut(&EdgeRecord<'_>) -> io::Result<()>) -> io::Result<()> {
        let plain = || {
            let mut cells = vec![Cell::Absent; EDGE_COLUMNS.len()];
            let place = EDGE_COLUMNS.iter().position(|column| column.name == "conditional");
            if let Some(cell) = place.and_then(|place| cells.get_mut(place)) {
                *cell = Cell::Boolean(false);
            }
            cells
        };
        for (id, kind) in &self.nodes {
            let account = match kind {
                NodeKind::Principal => self.principals.get(id).and_then(|subject| subject.account),
                NodeKind::Group(group) => Some(self.environment.group(*group).account),
                NodeKind::Resource(number) => {
                    self.graph.resources.get(*number as usize).and_then(|resource| self.owner(resource))
                }
                NodeKind::Account(_) | NodeKind::Session(_) | NodeKind::Set(_) => None,
            };
            if let Some(account) = account.map(|account| account.to_string()).filter(|id| self.nodes.contains_key(id)) {
                each(&self.edge(Relationship::Owns, &account, id, plain()))?;
            }
        }
        for (id, principal) in self.environment.principals() {
            let member = node_id(&Subject::of(self.environment, &Caller::of(self.environment, id)));
            for group in &principal.groups {
                let group = bounded(self.environment.group(*group).arn.to_string());
                each(&self.edge(Relationship::Member, &member, &group, plain()))?;
            }
        }
        for (number, session) in (0..).zip(&self.graph.sessions) {
            if session.held.is_some() {
                let terms = Terms::of_holding(session, self.environment);
                let (principal, id) = (id_of(&self.principal_of, number), id_of(&self.sessions, number));
                each(&self.edge(Relationship::Holds, principal, id, terms.cells()))?;
            }
        }
        for (number, set) in (0..).zip(&self.graph.sets).filter(|_| !self.flat) {
            for member in set {
                let (member, set) = (id_of(&self.sessions, *member), id_of(&self.sets, number));
                each(&self.edge(Relationship::InSet, member, set, plain()))?;
            }
        }
        Ok(())
    }
}

impl PropertyGraph for GraphModel<'_> {
    fn labels(&self) -> &[&'static str] {
        &self.labels
    }

    fn relations(&self) -> &[&'static str] {
        &self.relationships
    }

    fn nodes(&self, each: &mut dyn FnMut(&NodeRecord<'_>) -> io::Result<()>) -> io::Result<()> {
        self.nodes.iter().try_for_each(|(id, kind)| each(&self.node(id, *kind)))
    }

    fn edges(&self, each: &mut dyn FnMut(&EdgeRecord<'_>) -> io::Result<()>) -> io::Result<()> {
        self.structure(each)?;
        for call in &self.graph.calls {
            let place = (self.call_terms.get(call.terms as usize), self.graph.call_terms.get(call.terms as usize));
            let (Some(known), Some(terms)) = place else { continue };
            let terms = known.get_or_init(|| Terms::of_call(terms, self.environment));
            for source in self.sources(call.from) {
                each(&self.edge(Relationship::Assume, source, id_of(&self.sessions, call.to), terms.cells()))?;
            }
        }
        for access in &self.graph.accesses {
            let place =
                (self.access_terms.get(access.terms as usize), self.graph.access_terms.get(access.terms as usize));
            let (Some(known), Some(terms)) = place else { continue };
            let terms = known.get_or_init(|| Terms::of_access(terms, self.environment));
            for source in self.sources(access.from) {
                each(&self.edge(Relationship::Access, source, id_of(&self.resources, access.resource), terms.cells()))?;
            }
        }
        Ok(())
    }
}

/// What cells say in words; numbers and flags of an edge follow from its words.
fn texts<'c>(cells: &'c [Cell<'_>]) -> impl Iterator<Item = &'c str> {
    cells.iter().flat_map(|cell| match cell {
        Cell::Text(text) => vec![&**text],
        Cell::List(texts) => texts.iter().map(|text| &**text).collect(),
        Cell::Absent | Cell::Boolean(_) | Cell::Integer(_) => vec![""],
    })
}

fn text(text: &str) -> Cell<'_> {
    Cell::Text(Cow::Borrowed(text))
}

fn id_of(ids: &[String], number: u32) -> &str {
    ids.get(number as usize).map_or("", String::as_str)
}

/// The id of a principal's node: its ARN, or the name of what has none; an account that stands for whoever is in it has its
/// kind before it, since the account is a node of its own.
fn node_id(subject: &Subject) -> String {
    bounded(match subject.kind {
        SubjectKind::ExternalAccount | SubjectKind::IdentityCenterUser | SubjectKind::CanonicalUser => {
            format!("{}:{}", subject.kind, subject.name)
        }
        SubjectKind::Anonymous => subject.kind.to_string(),
        _ => subject_id(subject),
    })
}

fn session_title(subject: &Subject, session: &Session) -> String {
    let of = subject_name(subject);
    match session.held {
        Some(Credentials::MfaSession) => format!("{of} with MFA"),
        Some(Credentials::SessionToken) => format!("{of} with temporary credentials"),
        _ if session.carried.is_true() => format!("session of {of}"),
        _ => format!("session of {of}, given what is asked"),
    }
}

/// What a kind of credentials is called in the graph.
fn credentials_code(credentials: Credentials) -> &'static str {
    match credentials {
        Credentials::LongTermKey => "long-term-key",
        Credentials::MfaSession => "mfa-session",
        Credentials::SessionToken => "temporary-credentials",
        Credentials::Root => "root",
        Credentials::AssumedRoot => "assumed-root",
        Credentials::RoleSession(entrance) => match entrance {
            Entrance::Unspecified => "role-session",
            Entrance::User => "role-session-by-user",
            Entrance::Chained => "role-session-by-role",
            Entrance::Saml => "role-session-by-saml",
            Entrance::WebIdentity => "role-session-by-web-identity",
            Entrance::Service => "role-session-by-service",
        },
        Credentials::FederatedUser => "federated-user-session",
        Credentials::Unsigned => "unsigned",
        Credentials::Unspecified => "any",
    }
}

/// The type of a resource as its ARN tells it.
fn resource_type(arn: &Arn) -> String {
    let resource = arn.resource();
    match arn.service() {
        "s3" if resource.starts_with("accesspoint/") => "accesspoint".to_owned(),
        "s3" => if resource.contains('/') { "object" } else { "bucket" }.to_owned(),
        "sqs" => "queue".to_owned(),
        "sns" => "topic".to_owned(),
        _ => resource.split(['/', ':']).next().unwrap_or_default().to_owned(),
    }
}
