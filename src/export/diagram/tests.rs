//! What is drawn together says the same as what was drawn apart.

use proptest::prelude::*;

use super::crowd::gather_crowds;
use super::fold::fold_equals;
use super::wide::gather_resources;
use super::words::picture_name;
use super::*;
use crate::arn::AccountId;
use crate::model::{Account, EnvironmentParts, Resource};

fn node(id: &str) -> DiagramNode {
    DiagramNode::one(id.to_owned(), format!("role/{id}"), NodeKind::Role)
}

fn edge(from: &str, to: &str, kind: EdgeKind) -> DiagramEdge {
    DiagramEdge {
        from: from.to_owned(),
        to: to.to_owned(),
        label: String::new(),
        tooltip: format!("of {from}"),
        kind,
        strength: Strength::Read,
        conditional: false,
        unknown: false,
        highlighted: false,
    }
}

fn diagram(nodes: Vec<DiagramNode>, edges: Vec<DiagramEdge>) -> Diagram {
    let cluster = Cluster { id: "x".to_owned(), label: "x".to_owned(), nodes, ..Cluster::default() };
    Diagram { clusters: vec![cluster], edges, ..Diagram::default() }
}

fn labels(diagram: &Diagram) -> Vec<&str> {
    diagram.clusters.iter().flat_map(|cluster| &cluster.nodes).map(|node| node.label.as_str()).collect()
}

#[test]
fn equal_nodes_share_one() {
    let mut edges: Vec<DiagramEdge> =
        ["a", "b", "c", "d"].iter().map(|from| edge(from, "goal", EdgeKind::Assume)).collect();
    edges[3].conditional = true;
    let folded = fold_equals(diagram(["a", "b", "c", "d", "goal"].map(node).to_vec(), edges.clone()));
    assert_eq!(labels(&folded), ["3 roles\na\nb\nc", "role/d", "role/goal"]);
    let told: Vec<(&str, &str)> = folded.edges.iter().map(|edge| (edge.from.as_str(), edge.tooltip.as_str())).collect();
    assert_eq!(told, [("a", "of a\nof b\nof c"), ("d", "of d")]);
    // What the picture is about stands alone.
    let mut nodes = ["a", "b", "c", "d", "goal"].map(node).to_vec();
    nodes[0].highlighted = true;
    assert_eq!(labels(&fold_equals(diagram(nodes, edges))), ["role/a", "2 roles\nb\nc", "role/d", "role/goal"]);
}

#[test]
fn many_principals_with_the_same_access_are_a_crowd() {
    let names = ["a", "b", "c", "d", "e", "f"];
    let mut edges: Vec<DiagramEdge> = names.iter().map(|from| edge(from, "goal", EdgeKind::Access)).collect();
    edges.push(edge("a", "b", EdgeKind::Assume));
    let nodes = || names.iter().chain(&["goal"]).map(|name| node(name)).collect::<Vec<_>>();
    let crowd = gather_crowds(diagram(nodes(), edges.clone()));
    assert_eq!(labels(&crowd), ["role/a", "role/b", "role/goal", "6 roles"], "who has another edge keeps a node");
    assert_eq!(crowd.edges.len(), 2);
    edges[0].strength = Strength::Write;
    assert_eq!(gather_crowds(diagram(nodes(), edges)).edges.len(), 7, "five are no crowd");
    // Few, with several resources in common.
    let edges: Vec<DiagramEdge> = ["a", "b", "c"]
        .iter()
        .flat_map(|from| ["d", "e"].map(|to| edge(from, to, EdgeKind::Access)))
        .chain([edge("a", "f", EdgeKind::Access)])
        .collect();
    let few = gather_crowds(diagram(["a", "b", "c", "d", "e", "f"].map(node).to_vec(), edges));
    assert_eq!(labels(&few), ["role/a", "role/d", "role/e", "role/f", "3 roles\na\nb\nc"]);
}

/// A crowd of one account is in its frame, one of several in none, whatever the frame of what it acts on.
#[test]
fn a_crowd_is_where_its_principals_are() {
    let frame = |id: &str, names: &[&str]| Cluster {
        id: id.to_owned(),
        label: id.to_owned(),
        nodes: names.iter().map(|name| node(name)).collect(),
        ..Cluster::default()
    };
    let clusters = vec![frame("1", &["a", "b", "c"]), frame("2", &["d", "e", "f", "goal"])];
    let edges = ["a", "b", "c", "d", "e", "f"].iter().map(|from| edge(from, "goal", EdgeKind::Access)).collect();
    let crowd = gather_crowds(Diagram { clusters, edges, ..Diagram::default() });
    let frames: Vec<&str> = crowd.clusters.iter().map(|cluster| cluster.label.as_str()).collect();
    assert_eq!(frames, ["2", ""]);
    assert_eq!(labels(&crowd), ["role/goal", "6 roles\nof 2 accounts"]);
}

#[test]
fn access_to_most_of_an_account_is_one_line() {
    const ACCOUNT: &str = "222233334444";
    let account = AccountId::parse(ACCOUNT).unwrap();
    let arn = |name: &str| format!("arn:aws:s3:::{name}");
    let buckets = ["b1", "b2", "b3", "b4", "b5", "b6"].map(arn);
    let resource = |arn: &String| Resource { account: Some(account), ..Resource::new(Arn::parse(arn).unwrap()) };
    let environment = Environment::new(EnvironmentParts {
        accounts: vec![Account::new(account)],
        resources: buckets.iter().map(resource).collect(),
        ..EnvironmentParts::default()
    });
    // Nobody reaches the last: it is not drawn, and counts all the same.
    let reach = |count: usize| {
        let bucket = |id: &String| DiagramNode::one(id.clone(), id.clone(), NodeKind::Storage);
        let nodes = [node("admin")].into_iter().chain(buckets.iter().take(5).map(bucket)).collect();
        let edges = buckets.iter().take(count).map(|to| edge("admin", to, EdgeKind::Access)).collect();
        let mut diagram = diagram(nodes, edges);
        diagram.clusters[0].id = ACCOUNT.to_owned();
        gather_resources(diagram, &environment)
    };
    assert_eq!(labels(&reach(5)), ["role/admin", "5 of 6 resources\nnot s3:b6"]);
    assert_eq!(reach(5).edges.len(), 1);
    assert_eq!(reach(4).edges.len(), 4, "four of six are not most");
}

#[test]
fn names_lose_what_says_little() {
    let cases = [
        ("role/auditor", "role/auditor"),
        ("role/service-role/report-builder", "role/service-\nrole/report-builder"),
        ("role/a/very/long/path/that/says/nothing/Name", "role/…/Name"),
        (
            "role/aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_Dev_2e4f6a8c0b1d3579",
            "role/AWSReservedSSO_\nDev_…",
        ),
        ("role/AWSReservedSSO_Dev_notrandom", "role/AWSReservedSSO_\nDev_notrandom"),
        ("role/aws-service-role/macie.amazonaws.com/AWSServiceRoleForAmazonMacie", "role/AWSServiceRoleForAmazonMacie"),
        ("kms:key/5c1f0a9e-3d84-4b6e-9f27-8a1d2e6b7c40", "kms:key/5c1f0a9e…"),
        ("kms:key/*", "kms:key/*"),
        ("saml-provider/AWSSSO_9d3b7c1f5e2a8046_DO_NOT_DELETE", "saml-provider/AWSSSO_…"),
        ("s3:ünï/ćódę/ÿ-ÿ-ÿ-ÿ-ÿ-ÿ-ÿ-ÿ-ÿ-ÿ", "s3:ünï/ćódę/\nÿ-ÿ-ÿ-ÿ-ÿ-ÿ-ÿ-ÿ-ÿ-ÿ"),
        ("", ""),
    ];
    for (name, short) in cases {
        assert_eq!(picture_name(name), short, "{name}");
    }
}

/// What a node stands for.
fn members(diagram: &Diagram, id: &str) -> Vec<String> {
    let mut nodes = diagram.clusters.iter().flat_map(|cluster| &cluster.nodes);
    nodes.find(|node| node.id == id).unwrap().tooltip.lines().map(str::to_owned).collect()
}

proptest! {
    /// Whatever is drawn together: a line of the small picture holds for everything that its two ends stand for, and no
    /// line of the large one is lost.
    #[test]
    fn small_pictures_say_the_same(
        // Most lead to a few nodes: otherwise nothing would be equal.
        lines in prop::collection::btree_map(
            (0_usize..14, prop_oneof![1 => 0_usize..14, 6 => 7_usize..10], prop::bool::weighted(0.3)),
            (any::<bool>(), prop::bool::weighted(0.2)),
            1..40,
        ),
    ) {
        let name = |at: usize| format!("n{at:02}");
        let mut edges = Vec::new();
        for ((from, to, assumes), (writes, conditional)) in lines {
            let kind = if assumes { EdgeKind::Assume } else { EdgeKind::Access };
            let strength = if writes { Strength::Write } else { Strength::Read };
            edges.push(DiagramEdge { strength, conditional, ..edge(&name(from), &name(to), kind) });
        }
        let frame = |at: usize| Cluster {
            id: at.to_string(),
            label: at.to_string(),
            nodes: (at * 7..at * 7 + 7).map(|at| node(&name(at))).collect(),
            ..Cluster::default()
        };
        let large = Diagram { clusters: vec![frame(0), frame(1)], edges, ..Diagram::default() };
        let small = fold_equals(gather_crowds(large.clone()));
        let mut said: Vec<_> = Vec::new();
        for edge in &small.edges {
            for from in members(&small, &edge.from) {
                for to in members(&small, &edge.to) {
                    said.push((from.clone(), to, edge.kind, edge.strength, edge.conditional));
                }
            }
        }
        said.sort();
        let mut meant: Vec<_> = large
            .edges
            .iter()
            .map(|edge| (edge.from.clone(), edge.to.clone(), edge.kind, edge.strength, edge.conditional))
            .collect();
        meant.sort();
        prop_assert_eq!(said, meant);
    }
}
