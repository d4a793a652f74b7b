//! The whole graph: members of groups, who can assume what, who can act on what.
//!
//! A graph is written by principal: states of one principal stand together, and an edge is as strong as its strongest
//! state allows. can-access edges join a principal to a resource of the input, or to a pattern its policies name, with the
//! actions that one request allows; they are computed only here, when they are asked for.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use serde_json::{Value, json};

use crate::arn::{AccountId, Arn};
use crate::condition::Residual;
use crate::evaluate::Outcome;
use crate::export::csv::{CsvOptions, write_table};
use crate::export::diagram::{Cluster, Diagram, DiagramEdge, DiagramNode, EdgeKind, NodeKind, two_lines};
use crate::export::fold::{fold_equals, gather_crowds};
use crate::export::json::SCHEMA_VERSION;
use crate::export::text::{account_label, residual_text, short_name, subject_id, subject_name};
use crate::model::Environment;
use crate::query::{Engine, Requirement, Subject, WhatCan};
use crate::request::Caller;
use crate::service_reference::AccessLevel;

/// A kind of edge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Relation {
    /// A user is a member of a group.
    Member,
    /// A principal can become a role.
    Assume,
    /// A principal can act on a resource.
    Access,
}

impl Relation {
    /// As the outputs write it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Member => "member-of",
            Self::Assume => "can-assume",
            Self::Access => "can-access",
        }
    }
}

/// What of the graph to write.
#[derive(Debug, Clone, Default)]
pub struct GraphSelection {
    /// Edges that begin or end in one of these accounts; all, when empty.
    pub accounts: Vec<AccountId>,
    /// Edges of these kinds; all, when empty.
    pub relations: Vec<Relation>,
}

/// An edge of the written graph.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct GraphEdge {
    from: Node,
    to: Node,
    relation: Relation,
    /// The actions, for access; the call, for assuming.
    actions: Vec<Box<str>>,
    /// The strongest access level.
    level: Option<AccessLevel>,
    outcome: Outcome,
    /// What it takes to have the credentials that the edge begins with.
    credentials: Option<Requirement>,
    condition: Residual,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Node {
    name: Box<str>,
    kind: NodeKind,
    account: Option<AccountId>,
    label: String,
}

impl Node {
    fn of(subject: &Subject) -> Self {
        Self {
            name: subject_id(subject).into(),
            kind: subject.kind.into(),
            account: subject.account,
            label: subject_name(subject),
        }
    }

    fn of_resource(environment: &Environment, text: &str) -> Self {
        let arn = Arn::parse(text).ok();
        let account = arn.as_ref().and_then(|arn| {
            arn.account_id().or_else(|| environment.governing_resource(arn).and_then(|resource| resource.account))
        });
        let label = if text == "*" { "any resource".to_owned() } else { short_name(text) };
        Self { name: text.into(), kind: NodeKind::of_resource(text), account, label }
    }
}

fn edges(engine: &Engine<'_>, selection: &GraphSelection) -> Vec<GraphEdge> {
    let wanted = |relation| selection.relations.is_empty() || selection.relations.contains(&relation);
    let mut edges = Vec::new();
    if wanted(Relation::Member) {
        members(engine.environment(), &mut edges);
    }
    if wanted(Relation::Assume) {
        assumes(engine, &mut edges);
    }
    if wanted(Relation::Access) {
        accesses(engine, &mut edges);
    }
    let accounts: BTreeSet<AccountId> = selection.accounts.iter().copied().collect();
    let inside = |node: &Node| node.account.is_some_and(|account| accounts.contains(&account));
    edges.retain(|edge| accounts.is_empty() || inside(&edge.from) || inside(&edge.to));
    edges.sort();
    edges.dedup();
    edges
}

fn members(environment: &Environment, edges: &mut Vec<GraphEdge>) {
    for (id, principal) in environment.principals() {
        for group in &principal.groups {
            let group = environment.group(*group);
            edges.push(GraphEdge {
                from: Node::of(&Subject::of(environment, &Caller::of(environment, id))),
                to: Node {
                    name: group.arn.as_str().into(),
                    kind: NodeKind::Group,
                    account: Some(group.account),
                    label: short_name(group.arn.as_str()),
                },
                relation: Relation::Member,
                actions: Vec::new(),
                level: None,
                outcome: Outcome::Allowed,
                credentials: None,
                condition: Residual::True,
            });
        }
    }
}

fn assumes(engine: &Engine<'_>, edges: &mut Vec<GraphEdge>) {
    let (environment, graph) = (engine.environment(), engine.graph());
    // By pair of principals: the strongest of their states' edges.
    let mut strongest: BTreeMap<(Caller, Caller, &'static str), GraphEdge> = BTreeMap::new();
    for (id, state) in graph.states() {
        for (entered, edge) in graph.assumes(id) {
            let to = &graph.state(entered).caller;
            let credentials = Requirement::of_credentials(state.credentials);
            let found = GraphEdge {
                from: Node::of(&Subject::of(environment, &state.caller)),
                to: Node::of(&Subject::of(environment, to)),
                relation: Relation::Assume,
                actions: vec![edge.action.into()],
                level: None,
                outcome: if credentials.is_some() { edge.outcome.max(Outcome::AllowedIf) } else { edge.outcome },
                credentials,
                condition: edge.condition.clone(),
            };
            let key = (state.caller.clone(), to.clone(), edge.action);
            let rank = |edge: &GraphEdge| (edge.outcome, edge.credentials.clone());
            match strongest.get_mut(&key) {
                Some(known) if rank(known) <= rank(&found) => {}
                Some(known) => *known = found,
                None => {
                    strongest.insert(key, found);
                }
            }
        }
    }
    edges.extend(strongest.into_values());
}

fn accesses(engine: &Engine<'_>, edges: &mut Vec<GraphEdge>) {
    let environment = engine.environment();
    for (id, _) in environment.principals() {
        let from = Caller::of(environment, id);
        for row in engine.what_can(&WhatCan { from, max_hops: 0 }) {
            edges.push(GraphEdge {
                from: Node::of(&row.subject),
                to: Node::of_resource(environment, &row.resource),
                relation: Relation::Access,
                credentials: Requirement::of_credentials(row.credentials),
                actions: row.actions,
                level: row.access_level,
                outcome: row.outcome,
                condition: row.condition,
            });
        }
    }
}

fn requirement(edge: &GraphEdge) -> String {
    let mut parts = Vec::new();
    parts.extend(edge.credentials.as_ref().map(ToString::to_string));
    if !edge.condition.is_true() {
        parts.push(residual_text(&edge.condition));
    }
    parts.join("; ")
}

/// The graph as a picture, made to be looked at; [`graph_to_csv`] and [`graph_to_json`] have every edge on its own.
///
/// Edges of one kind between the same two nodes are drawn once, for the strongest access. What is inside a resource of
/// the input, such as the objects of a bucket, is drawn as that resource. Reading from `*` and the calls that become a
/// role (which are edges already) are left out; eight or more principals of an account that may do the same to a resource
/// stand together, and three or more nodes with the same neighbours share one.
#[must_use]
pub fn graph_to_diagram(engine: &Engine<'_>, selection: &GraphSelection) -> Diagram {
    let environment = engine.environment();
    let mut nodes: BTreeMap<Box<str>, Node> = BTreeMap::new();
    let mut drawn: BTreeMap<(Box<str>, Box<str>, EdgeKind), Vec<GraphEdge>> = BTreeMap::new();
    let mut left_out = BTreeSet::new();
    for mut edge in edges(engine, selection) {
        let kind = match edge.relation {
            Relation::Member => EdgeKind::Member,
            Relation::Assume => EdgeKind::Assume,
            Relation::Access => EdgeKind::Access,
        };
        if kind == EdgeKind::Access {
            if edge.actions.iter().all(|action| action.starts_with("sts:AssumeRole")) {
                continue;
            }
            if &*edge.to.name == "*" && edge.level <= Some(AccessLevel::Read) {
                left_out.insert(edge.from.name);
                continue;
            }
            edge.to = drawn_as(environment, edge.to);
            if &*edge.to.name == "*" {
                // `*` is a principal too, and both may be in one picture.
                edge.to.name = "any resource".into();
            }
        }
        nodes.entry(edge.from.name.clone()).or_insert_with(|| edge.from.clone());
        nodes.entry(edge.to.name.clone()).or_insert_with(|| edge.to.clone());
        drawn.entry((edge.from.name.clone(), edge.to.name.clone(), kind)).or_default().push(edge);
    }
    let mut clusters: BTreeMap<Option<AccountId>, Cluster> = BTreeMap::new();
    for node in nodes.into_values() {
        clusters.entry(node.account).or_insert_with(|| frame(node.account, environment)).nodes.push(DiagramNode {
            id: node.name.to_string(),
            label: picture_label(&node),
            kind: node.kind,
            tooltip: node.name.to_string(),
            highlighted: false,
        });
    }
    let title = match left_out.len() {
        0 => String::new(),
        1 => "not drawn: what 1 principal may list and read of any resource".to_owned(),
        count => format!("not drawn: what {count} principals may list and read of any resource"),
    };
    let edges = drawn.into_iter().map(|((_, _, kind), edges)| picture_edge(kind, &edges)).collect();
    fold_equals(gather_crowds(Diagram { title, clusters: clusters.into_values().collect(), edges }))
}

fn frame(account: Option<AccountId>, environment: &Environment) -> Cluster {
    let Some(account) = account else { return Cluster { id: "none".to_owned(), ..Cluster::default() } };
    let external = environment.account(account).is_none();
    let name = account_label(account, environment);
    let label = match (external, name == account.as_str()) {
        (true, _) => format!("external account\n{account}"),
        (false, true) => name,
        (false, false) => format!("{name}\n{account}"),
    };
    Cluster { id: account.to_string(), label, external, nodes: Vec::new() }
}

/// The resource of the input that a resource or pattern lies in, or itself.
fn drawn_as(environment: &Environment, node: Node) -> Node {
    let Ok(arn) = Arn::parse(&node.name) else { return node };
    match environment.governing_resource(&arn) {
        Some(resource) if resource.arn.as_str() != &*node.name => Node::of_resource(environment, resource.arn.as_str()),
        _ => node,
    }
}

/// A name without the middle of a long path: `role/…/Name`.
fn picture_label(node: &Node) -> String {
    /// From how many characters on a path is left out.
    const LONG: usize = 36;
    let label = &node.label;
    if label.len() <= LONG || !matches!(node.kind, NodeKind::Role | NodeKind::User | NodeKind::Group) {
        return two_lines(label.clone());
    }
    match (label.split_once('/'), label.rsplit_once('/')) {
        (Some((kind, path)), Some((_, name))) if path != name => format!("{kind}/…/\n{name}"),
        _ => two_lines(label.clone()),
    }
}

fn picture_edge(kind: EdgeKind, edges: &[GraphEdge]) -> DiagramEdge {
    /// How many requests a tooltip tells.
    const TOLD: usize = 8;
    let all = |test: fn(&GraphEdge) -> bool| edges.iter().all(test);
    let mut told: Vec<String> = Vec::new();
    for edge in edges {
        let actions = edge.actions.iter().take(6).map(AsRef::as_ref).collect::<Vec<&str>>().join(" ");
        let more = edge.actions.len().saturating_sub(6);
        let more = if more > 0 { format!(" +{more}") } else { String::new() };
        let requirement = requirement(edge);
        let condition = if requirement.is_empty() { String::new() } else { format!("\nif {requirement}") };
        let line = format!("{actions}{more}{condition}");
        if !line.is_empty() && !told.contains(&line) {
            told.push(line);
        }
    }
    if told.len() > TOLD {
        let more = told.len() - TOLD;
        told.truncate(TOLD);
        told.push(format!("and {more} more"));
    }
    let strongest = edges.iter().filter_map(|edge| edge.level).max();
    let label = match strongest {
        _ if all(|edge| edge.credentials == Some(Requirement::Mfa)) => "MFA",
        Some(AccessLevel::PermissionsManagement) => "permissions",
        Some(AccessLevel::Tagging | AccessLevel::Write) => "write",
        Some(AccessLevel::Read | AccessLevel::List) | None => "",
    };
    let (from, to) =
        edges.first().map(|edge| (edge.from.name.to_string(), edge.to.name.to_string())).unwrap_or_default();
    DiagramEdge {
        from,
        to,
        label: label.to_owned(),
        tooltip: told.join("\n"),
        kind,
        conditional: all(|edge| edge.outcome != Outcome::Allowed),
        unknown: all(|edge| edge.outcome == Outcome::Unknown),
        highlighted: false,
    }
}

/// The columns of the graph's edges in CSV.
pub const EDGE_COLUMNS: [&str; 9] =
    ["from", "from_account", "relation", "to", "to_account", "actions", "access_level", "decision", "condition"];

/// The graph as CSV: one line an edge, columns [`EDGE_COLUMNS`].
///
/// # Errors
/// When `out` fails.
pub fn graph_to_csv(
    engine: &Engine<'_>,
    selection: &GraphSelection,
    out: impl Write,
    options: CsvOptions,
) -> io::Result<()> {
    let id = |node: &Node| node.account.map(|account| account.to_string()).unwrap_or_default();
    let lines = edges(engine, selection).into_iter().map(|edge| {
        vec![
            edge.from.name.to_string(),
            id(&edge.from),
            edge.relation.as_str().to_owned(),
            edge.to.name.to_string(),
            id(&edge.to),
            edge.actions.join(" "),
            edge.level.map(|level| level.to_string()).unwrap_or_default(),
            edge.outcome.to_string(),
            requirement(&edge),
        ]
    });
    write_table(&EDGE_COLUMNS, lines, out, options)
}

/// The graph as JSON: `{"schema_version", "nodes": [{"id", "kind", "account"}], "edges": [{"from", "to", "relation", …}]}`.
#[must_use]
pub fn graph_to_json(engine: &Engine<'_>, selection: &GraphSelection) -> Value {
    let edges = edges(engine, selection);
    let nodes: BTreeSet<&Node> = edges.iter().flat_map(|edge| [&edge.from, &edge.to]).collect();
    let nodes: Vec<Value> = nodes
        .into_iter()
        .map(|node| json!({ "id": node.name, "kind": format!("{:?}", node.kind).to_lowercase(), "account": node.account.map(|account| account.to_string()) }))
        .collect();
    let edges: Vec<Value> = edges
        .iter()
        .map(|edge| {
            json!({
                "from": edge.from.name,
                "to": edge.to.name,
                "relation": edge.relation.as_str(),
                "actions": edge.actions,
                "access_level": edge.level.map(|level| level.to_string()),
                "decision": edge.outcome.as_str(),
                "needs_mfa": edge.credentials == Some(Requirement::Mfa),
                "condition": requirement(edge),
            })
        })
        .collect();
    json!({ "schema_version": SCHEMA_VERSION, "nodes": nodes, "edges": edges })
}
