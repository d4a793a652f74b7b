//! The whole graph holds the answers: a plain search through it finds whom `who-can` finds.

use std::collections::{BTreeMap, BTreeSet};

use iamreach::action::ActionName;
use iamreach::evaluate::Outcome;
use iamreach::export::property_graph::{
    Cell, EDGE_COLUMNS, GraphModel, NODE_COLUMNS, Naming, Part, PropertyGraph, Selected,
};
use iamreach::query::{Engine, ReachGraph, Resources, SubjectKind, WhoCan, is_beside_the_resource, select_actions};

use crate::walk::who_reaches;
use crate::{SAMPLE, engine};

/// Every so many of a resource's actions are asked about.
const EVERY: usize = 2;

/// Resources that the input has under another name, as a part of one of its own, or as principals.
fn asked_for() -> Vec<String> {
    let long = format!("arn:aws:s3:::alder-customer-data/exports/{}", "long/".repeat(800));
    let more = [
        "arn:aws:kms:eu-west-1:222233334444:alias/alder-customer-data",
        "arn:aws:s3:eu-west-1:222233334444:accesspoint/archive-readers/object/2026/report.csv",
        "arn:aws:s3:::alder-customer-data/exports/2026/customers.csv",
        "arn:aws:lambda:eu-west-1:222233334444:function:report-builder:7",
        "arn:aws:lambda:eu-west-1:222233334444:function:report-builder:live",
        "arn:aws:iam::222233334444:user/tomas.vega",
        "arn:aws:iam::222233334444:role/data-steward",
        // Longer than an id may be.
        &long,
    ];
    more.map(str::to_owned).into()
}

fn with_those_asked_for() -> Resources {
    Resources { more: asked_for().into_iter().collect(), ..Resources::default() }
}

/// The best outcome of everyone who can do it.
fn expected(engine: &Engine<'_>, action: &ActionName, resource: &str) -> BTreeMap<(SubjectKind, String), Outcome> {
    let question = WhoCan { actions: vec![action.clone()], resources: vec![resource.to_owned()], max_hops: 20 };
    let mut best: BTreeMap<(SubjectKind, String), Outcome> = BTreeMap::new();
    for row in engine.who_can(&question) {
        let outcome = best.entry((row.subject.kind, row.subject.name.to_string())).or_insert(row.outcome);
        *outcome = row.outcome.min(*outcome);
    }
    best
}

#[test]
fn a_search_through_the_whole_graph_finds_whom_who_can_finds() {
    let engine = engine();
    let environment = &SAMPLE.environment;
    let graph = engine.reach_graph(&with_those_asked_for(), |_, _| ());
    let mut asked = 0;
    for (number, resource) in graph.resources.iter().enumerate() {
        let service = resource.split(':').nth(2).filter(|service| !service.contains('*')).unwrap_or("*");
        let Ok(actions) = select_actions(&format!("{service}:*"), resource) else { continue };
        let fitting = actions.into_iter().filter(|action| !is_beside_the_resource(action, resource));
        let every = if asked_for().contains(&resource.to_string()) { 1 } else { EVERY };
        for action in fitting.skip(number % every).step_by(every) {
            let name = action.to_string();
            let found = who_reaches(environment, &graph, &name, resource);
            assert_eq!(found, expected(&engine, &action, resource), "{name} on {resource}");
            asked += 1;
        }
    }
    assert!(asked > 1000, "{asked} questions");
}

/// An edge by its target.
type Into = (String, &'static str, Vec<String>, bool);

/// A graph as a database holds it.
#[derive(Default)]
struct Database {
    /// Id to kind, name and labels.
    nodes: BTreeMap<String, (String, String, Vec<&'static str>)>,
    /// Target to source, type, actions and whether there is a condition.
    into: BTreeMap<String, Vec<Into>>,
    ids: BTreeSet<String>,
}

fn text(cells: &[Cell<'_>], columns: &[iamreach::export::property_graph::Column], name: &str) -> String {
    match &cells[columns.iter().position(|column| column.name == name).unwrap()] {
        Cell::Text(text) => text.to_string(),
        Cell::List(texts) => texts.join(" "),
        Cell::Boolean(value) => value.to_string(),
        Cell::Integer(value) => value.to_string(),
        Cell::Absent => String::new(),
    }
}

impl Database {
    fn of(graph: &dyn PropertyGraph) -> Self {
        let mut database = Self::default();
        let mut last = String::new();
        graph
            .nodes(&mut |node| {
                assert!(*node.id > *last, "{} after {last}", node.id);
                last = node.id.to_string();
                assert_eq!(node.cells.len(), NODE_COLUMNS.len());
                assert_eq!(node.labels[0], graph.labels()[0]);
                assert!(node.labels.iter().all(|label| graph.labels().contains(label)), "{:?}", node.labels);
                let of = |name| text(&node.cells, &NODE_COLUMNS, name);
                database.nodes.insert(node.id.to_string(), (of("kind"), of("name"), node.labels.clone()));
                Ok(())
            })
            .unwrap();
        graph
            .edges(&mut |edge| {
                assert!(database.ids.insert(edge.id.to_string()), "{} -> {} twice", edge.source, edge.target);
                assert!(database.nodes.contains_key(&*edge.source), "{}", edge.source);
                assert!(database.nodes.contains_key(&*edge.target), "{}", edge.target);
                assert!(graph.relations().contains(&edge.relation), "{}", edge.relation);
                assert_eq!(edge.cells.len(), EDGE_COLUMNS.len());
                let of = |name| text(&edge.cells, &EDGE_COLUMNS, name);
                let actions = of("actions").split(' ').map(str::to_owned).collect();
                let conditional = of("conditional") == "true";
                assert_eq!(conditional, !of("condition").is_empty(), "{}", edge.id);
                let into = database.into.entry(edge.target.to_string()).or_default();
                into.push((edge.source.to_string(), edge.relation, actions, conditional));
                Ok(())
            })
            .unwrap();
        database
    }

    /// The principals, by kind and name, that a plain path leads from to the resource.
    fn who_reaches(&self, names: &[&str], action: &str, resource: &str, only: bool) -> BTreeSet<(String, String)> {
        let [access, principal, of_resource, on_the_way @ ..] = names else { panic!() };
        let service = format!("{}:*", action.split(':').next().unwrap());
        let is = |id: &String, label: &str| self.nodes[id].2.contains(&label);
        let target = |id: &&String| self.nodes[*id].1 == resource && is(id, of_resource);
        let target = self.nodes.keys().find(target).unwrap_or_else(|| panic!("{resource}"));
        let into = |id: &String| self.into.get(id).into_iter().flatten().filter(|edge| !(only && edge.3));
        let does = |actions: &[String]| actions.iter().any(|one| one.eq_ignore_ascii_case(action) || *one == service);
        let first = into(target).filter(|edge| edge.1 == *access && does(&edge.2));
        let mut open: Vec<&String> = first.map(|edge| &edge.0).collect();
        let (mut seen, mut found) = (BTreeSet::new(), BTreeSet::new());
        while let Some(id) = open.pop() {
            if seen.insert(id) {
                if is(id, principal) {
                    found.insert((self.nodes[id].0.clone(), self.nodes[id].1.clone()));
                }
                open.extend(into(id).filter(|edge| on_the_way.contains(&edge.1)).map(|edge| &edge.0));
            }
        }
        found
    }
}

const FAMILIAR: [&str; 6] = ["CAN_ACCESS", "AWSPrincipal", "AWSResource", "HOLDS", "IN_SET", "STS_ASSUMEROLE_ALLOW"];
const PLAIN: [&str; 6] = ["CAN_ACCESS", "Principal", "Resource", "HOLDS", "IN_SET", "CAN_ASSUME"];

#[test]
fn a_plain_path_through_the_records_is_an_answer() {
    let engine = engine();
    let graph = engine.reach_graph(&with_those_asked_for(), |_, _| ());
    let model = |naming, flat| GraphModel::new(&SAMPLE.environment, &graph, naming, flat);
    let factored = Database::of(&model(Naming::Cartography, false));
    let flat = Database::of(&model(Naming::Plain, true));
    assert!(flat.ids.len() > factored.ids.len(), "{} and {} edges", flat.ids.len(), factored.ids.len());
    let mut found = 0;
    for (number, resource) in
        graph.resources.iter().enumerate().filter(|(_, resource)| resource.starts_with("arn:aws:"))
    {
        let service = resource.split(':').nth(2).unwrap();
        let actions = select_actions(&format!("{service}:*"), resource).unwrap_or_default();
        for action in actions.into_iter().skip(number % 8).step_by(8) {
            let name = action.to_string();
            let expected = expected(&engine, &action, resource);
            for only in [false, true] {
                let wanted = |outcome: &Outcome| !only || *outcome == Outcome::Allowed;
                let wanted: BTreeSet<(String, String)> = expected
                    .iter()
                    .filter(|(_, outcome)| wanted(outcome))
                    .map(|((kind, name), _)| (kind.to_string(), name.clone()))
                    .collect();
                assert_eq!(factored.who_reaches(&FAMILIAR, &name, resource, only), wanted, "{name} on {resource}");
                assert_eq!(flat.who_reaches(&PLAIN, &name, resource, only), wanted, "{name} on {resource}, flat");
                found += wanted.len();
            }
        }
    }
    assert!(found > 1000, "{found} answers");
}

#[test]
fn what_is_asked_for_is_in_the_graph_under_its_name() {
    let graph = engine().reach_graph(&with_those_asked_for(), |_, _| ());
    let database = Database::of(&GraphModel::new(&SAMPLE.environment, &graph, Naming::default(), false));
    for resource in asked_for() {
        let of_name = database.nodes.iter().filter(|(_, node)| node.1 == resource && node.2.contains(&"AWSResource"));
        let [(id, _)] = of_name.collect::<Vec<_>>()[..] else { panic!("{resource}") };
        let is_principal = resource.contains(":iam:");
        let whole = if is_principal { format!("resource:{resource}") } else { resource };
        assert_eq!(*id == whole, whole.len() <= 1_024, "{id}");
        assert!(id.len() <= 1_024 && whole.starts_with(id.split('…').next().unwrap()), "{id}");
        assert!(database.into.get(id).is_some_and(|edges| edges.iter().any(|edge| edge.1 == "CAN_ACCESS")), "{id}");
    }
}

#[test]
fn the_same_input_has_the_same_ids_and_another_has_others() {
    let build = |resources: &Resources| engine().reach_graph(resources, |_, _| ());
    let snapshot =
        |graph: &ReachGraph| GraphModel::new(&SAMPLE.environment, graph, Naming::default(), false).snapshot().unwrap();
    let (one, again) = (build(&Resources::default()), build(&Resources::default()));
    assert_eq!(one, again);
    assert_eq!(snapshot(&one), snapshot(&again));
    let fewer = build(&Resources { without_patterns: true, ..Resources::default() });
    assert_ne!(snapshot(&one), snapshot(&fewer));
    // What is the same in both keeps its id.
    let database = |graph| Database::of(&GraphModel::new(&SAMPLE.environment, graph, Naming::default(), false));
    let (one, fewer) = (database(&one), database(&fewer));
    let calls = |database: &Database| database.into.values().flatten().filter(|edge| edge.1 == FAMILIAR[5]).count();
    assert!(calls(&one) > 50 && calls(&fewer) > 50);
    assert!(one.ids.intersection(&fewer.ids).count() > 200, "{}", one.ids.intersection(&fewer.ids).count());
}

#[test]
fn a_part_of_the_graph_has_the_edges_of_its_kinds_and_accounts() {
    let graph = engine().reach_graph(&Resources::default(), |_, _| ());
    let model = GraphModel::new(&SAMPLE.environment, &graph, Naming::default(), false);
    let dev = iamreach::arn::AccountId::parse("012345678901").unwrap();
    let assumes = Database::of(&Selected::new(&model, Naming::default(), &[Part::Assumes], &[dev]));
    let types: BTreeSet<&str> = assumes.into.values().flatten().map(|edge| edge.1).collect();
    assert!(types.contains("STS_ASSUMEROLE_ALLOW") && !types.contains("CAN_ACCESS") && !types.contains("RESOURCE"));
    for (target, edges) in &assumes.into {
        for (source, ..) in edges {
            let inside = |id: &String| id.contains("012345678901") || id.starts_with("access-set:");
            assert!(inside(target) || inside(source), "{source} -> {target}");
        }
    }
    let everything = Database::of(&Selected::new(&model, Naming::default(), &[], &[]));
    assert_eq!(everything.ids, Database::of(&model).ids);
}
