//! The whole graph as a picture.

use std::collections::{BTreeMap, BTreeSet};

use crate::arn::{AccountId, Arn};
use crate::evaluate::Outcome;
use crate::export::diagram::frame::{Place, framed, service_in};
use crate::export::diagram::words::picture_name;
use crate::export::diagram::{Diagram, DiagramEdge, DiagramNode, EdgeKind, NodeKind, Strength, overview};
use crate::export::graph::{GraphEdge, GraphSelection, Node, Relation, accesses, assumes, members, requirement};
use crate::export::text::{account_label, arn_account, subject_id};
use crate::model::Environment;
use crate::query::{Engine, Requirement, StartSet, Subject};
use crate::request::Caller;
use crate::service_reference::AccessLevel;

/// How a picture is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PictureOptions {
    /// A node for each of several equal principals and resources, instead of one for all.
    pub expand: bool,
    /// Service-linked roles too, which only their service can use.
    pub service_linked: bool,
}

/// The graph as a picture, made to be looked at; the [formats](crate::export::formats) of graphs have every edge on its own.
///
/// Edges of one kind between the same two nodes are drawn once, for the strongest access. What is inside a resource of the
/// input, such as the objects of a bucket, is drawn as that resource. Reading from `*`, the calls that become a role (which
/// are edges already), service-linked roles, and memberships that are not asked for are left out, and notes say so where
/// they would be missed. Equal things are drawn once.
#[must_use]
pub fn graph_to_diagram(engine: &Engine<'_>, selection: &GraphSelection, options: PictureOptions) -> Diagram {
    let environment = engine.environment();
    let wanted = |relation| selection.relations.contains(&relation);
    let all = selection.relations.is_empty();
    let mut edges = Vec::new();
    // Whose policies a group adds to is in what its members can do already.
    if wanted(Relation::Member) {
        members(environment, &mut edges);
    }
    if all || wanted(Relation::Assume) {
        assumes(engine, &mut edges);
    }
    if all || wanted(Relation::Access) {
        accesses(engine, everyone(engine), &mut edges);
    }
    let who = match selection.accounts.as_slice() {
        [] => format!("{} accounts", environment.accounts().count()),
        some => some.iter().map(|id| account_label(*id, environment)).collect::<Vec<_>>().join(", "),
    };
    let what = match selection.relations.as_slice() {
        [Relation::Assume] => "who can become whom",
        [Relation::Member] => "who is a member of which group",
        [Relation::Access] => "who can act on what",
        _ => "who can become whom, and act on what",
    };
    let inside = |node: &Node| node.account.is_some_and(|account| selection.accounts.contains(&account));
    edges.retain(|edge| selection.accounts.is_empty() || inside(&edge.from) || inside(&edge.to));
    let diagram = Diagram { title: format!("{who}: {what}"), ..picture(engine, edges, options) };
    if options.expand { diagram } else { overview(diagram, environment) }
}

/// Everyone of the input, and those outside it whom its policies name.
pub(super) fn everyone(engine: &Engine<'_>) -> Vec<Caller> {
    let environment = engine.environment();
    let own = environment.principals().map(|(id, _)| Caller::of(environment, id));
    own.chain(engine.callers(&StartSet::External, None)).collect()
}

/// The edges and their nodes as they are drawn, nothing collapsed.
pub(super) fn picture(engine: &Engine<'_>, mut edges: Vec<GraphEdge>, options: PictureOptions) -> Diagram {
    let environment = engine.environment();
    let mut notes = Vec::new();
    if !options.service_linked {
        notes.extend(without_service_linked(&mut edges));
    }
    without_known_people(engine, &mut edges);
    edges.sort();
    edges.dedup();
    let mut nodes: BTreeMap<Box<str>, Node> = BTreeMap::new();
    let mut drawn: BTreeMap<(Box<str>, Box<str>, EdgeKind), Vec<GraphEdge>> = BTreeMap::new();
    let mut left_out = BTreeSet::new();
    for mut edge in edges {
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
                edge.to = any_resource(edge.from.account);
            }
        }
        if edge.from.kind == NodeKind::Service {
            // What a service does for an account, it does in that account: it is drawn once in each.
            edge.from.account = edge.to.account;
            edge.from.name = service_in(&edge.from.name, edge.to.account).into();
        }
        // That of a provider is in its ARN only.
        edge.from.account = edge.from.account.or_else(|| arn_account(&edge.from.name));
        nodes.entry(edge.from.name.clone()).or_insert_with(|| edge.from.clone());
        nodes.entry(edge.to.name.clone()).or_insert_with(|| edge.to.clone());
        drawn.entry((edge.from.name.clone(), edge.to.name.clone(), kind)).or_default().push(edge);
    }
    let shown = nodes.into_values().map(|node| {
        let place = Place::of(node.account, node.kind, environment);
        (place, DiagramNode::one(node.name.to_string(), picture_name(&node.label), node.kind))
    });
    notes.extend(match left_out.len() {
        0 => None,
        1 => Some("what 1 principal may list and read of any resource".to_owned()),
        count => Some(format!("what {count} principals may list and read of any resource")),
    });
    let notes = if notes.is_empty() { Vec::new() } else { vec![format!("not drawn: {}", notes.join("; "))] };
    let edges = drawn.into_iter().map(|((_, _, kind), edges)| drawn_edge(kind, &edges)).collect();
    Diagram { title: String::new(), notes, clusters: framed(shown, environment), edges }
}

/// Takes out service-linked roles, and says how many.
fn without_service_linked(edges: &mut Vec<GraphEdge>) -> Option<String> {
    let linked = edges.iter().flat_map(|edge| [&edge.from, &edge.to]).filter(|node| node.service_linked);
    let linked: BTreeSet<Box<str>> = linked.map(|node| node.name.clone()).collect();
    edges.retain(|edge| !linked.contains(&edge.from.name) && !linked.contains(&edge.to.name));
    match linked.len() {
        0 => None,
        1 => Some("1 service-linked role".to_owned()),
        count => Some(format!("{count} service-linked roles")),
    }
}

/// Takes out identity providers that vouch only for people who are drawn themselves.
fn without_known_people(engine: &Engine<'_>, edges: &mut Vec<GraphEdge>) {
    let environment = engine.environment();
    let outsiders = engine.callers(&StartSet::External, None);
    let outsiders = outsiders.iter().filter(|caller| matches!(caller, Caller::FederatedProvider(_)));
    let unknown: BTreeSet<String> = outsiders.map(|caller| subject_id(&Subject::of(environment, caller))).collect();
    edges.retain(|edge| edge.from.kind != NodeKind::Provider || unknown.contains(&*edge.from.name));
}

/// What a policy means by `*`, drawn where the principal is. `*` is a principal too, and both may be in one picture.
fn any_resource(account: Option<AccountId>) -> Node {
    let name = account.map_or_else(|| "any resource".to_owned(), |account| format!("any resource in {account}"));
    let label = "any resource (*)".to_owned();
    Node { name: name.into(), kind: NodeKind::Resources, account, label, service_linked: false }
}

/// The resource of the input that a resource or pattern lies in, or itself.
fn drawn_as(environment: &Environment, node: Node) -> Node {
    let Ok(arn) = Arn::parse(&node.name) else { return node };
    match environment.governing_resource(&arn) {
        Some(resource) if resource.arn.as_str() != &*node.name => Node::of_resource(environment, resource.arn.as_str()),
        _ => node,
    }
}

fn drawn_edge(kind: EdgeKind, edges: &[GraphEdge]) -> DiagramEdge {
    let all = |test: fn(&GraphEdge) -> bool| edges.iter().all(test);
    let label = if all(|edge| edge.credentials == Some(Requirement::Mfa)) { "MFA" } else { "" };
    let (from, to) =
        edges.first().map(|edge| (edge.from.name.to_string(), edge.to.name.to_string())).unwrap_or_default();
    DiagramEdge {
        from,
        to,
        label: label.to_owned(),
        tooltip: told(edges),
        kind,
        strength: edges.iter().map(|edge| Strength::from(edge.level)).max().unwrap_or_default(),
        conditional: all(|edge| edge.outcome != Outcome::Allowed),
        unknown: all(|edge| edge.outcome == Outcome::Unknown),
        highlighted: false,
    }
}

/// The actions of edges with what they require.
fn told(edges: &[GraphEdge]) -> String {
    /// How many requests a tooltip tells.
    const TOLD: usize = 8;
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
    told.join("\n")
}
