//! `export` of graphs: where they go, what is in them, and what goes with which form.

use std::collections::BTreeSet;
use std::fs;

use serde_json::Value;

use crate::*;

fn graph(more: &[&str]) -> Value {
    let ran = ask(&[&["export", "json"], more].concat());
    assert_eq!(ran.code, 0, "{more:?}: {}", ran.err);
    serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{more:?}: {error}"))
}

/// The values of a field of the nodes or the edges.
fn all<'g>(graph: &'g Value, list: &str, field: &str) -> Vec<&'g str> {
    graph[list].as_array().unwrap().iter().filter_map(|one| one[field].as_str()).collect()
}

#[test]
fn a_graph_says_where_it_goes() {
    let place = folder("graph-there", &[("a-file", b"kept")]);
    let refused = |arguments: &[&str], message: &str| {
        let ran = ask(arguments);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{arguments:?}");
        assert!(ran.err.contains(message), "{arguments:?}: {}", ran.err);
    };
    let file = format!("{place}/a-file");
    refused(&["export", "neo4j"], "neo4j needs a place to be written to");
    refused(&["export", "csv", "-o", &file], "is a file, and csv is several");
    refused(&["export", "graphml", "-o", &place], "is a folder, and graphml is one file");
    refused(&["export", "json", "--focus", "tomas.vega"], "--focus is for dot, svg and png");
    refused(&["export", "dot", "--flat"], "--flat is not for dot");
    refused(&["export", "neptun"], "possible values");
    assert_eq!(fs::read(&file).unwrap(), b"kept");

    let new = format!("{place}/made/by/it");
    let ran = ask(&["export", "csv", "-o", &new]);
    assert_eq!((ran.code, ran.out.as_str()), (0, ""));
    for name in ["nodes.csv", "edges.csv"] {
        assert!(ran.err.contains(&format!("{name}: ")), "{}", ran.err);
        assert!(fs::metadata(format!("{new}/{name}")).unwrap().len() > 1000);
    }
    // Nothing that was written aside is left.
    assert_eq!(fs::read_dir(&new).unwrap().count(), 2);
    let file = format!("{place}/graph.json");
    assert_eq!(ask(&["export", "json", "-o", &file]).code, 0);
    assert_eq!(fs::read_to_string(&file).unwrap(), ask(&["export", "json"]).out, "a file instead of standard output");
}

#[test]
fn names_sets_and_resources_as_asked() {
    let plain = graph(&["--names", "plain"]);
    let types = all(&plain, "edges", "relation");
    assert!(types.contains(&"CAN_ASSUME") && types.contains(&"OWNS") && !types.contains(&"STS_ASSUMEROLE_ALLOW"));
    assert!(all(&plain, "nodes", "kind").contains(&"access-set"));

    let flat = graph(&["--flat"]);
    assert!(!all(&flat, "nodes", "kind").contains(&"access-set"));
    assert!(!all(&flat, "edges", "relation").contains(&"IN_SET"));

    let named = graph(&["--resource", EXPORT, "--without-patterns"]);
    let resources: Vec<&Value> =
        named["nodes"].as_array().unwrap().iter().filter(|node| node["kind"] == "resource").collect();
    assert!(resources.iter().any(|node| node["name"] == EXPORT && node["pattern"] == false));
    assert!(!resources.iter().any(|node| node["name"] == "*"));

    let assumes = graph(&["--only", "assume", "--account", "alder-security"]);
    let types = all(&assumes, "edges", "relation");
    assert!(types.contains(&"STS_ASSUMEROLE_ALLOW") && !types.contains(&"CAN_ACCESS"), "{types:?}");
    let ids: BTreeSet<&str> = all(&assumes, "nodes", "id").into_iter().collect();
    let ends = all(&assumes, "edges", "source").into_iter().chain(all(&assumes, "edges", "target"));
    assert!(ends.into_iter().all(|end| ids.contains(end)));
}

/// What an edge tells of its requirements: of MFA, of an external id, of how long a session lasts.
#[test]
fn edges_tell_what_they_require() {
    let graph = graph(&[]);
    let edges = graph["edges"].as_array().unwrap();
    let of = |relation: &str, test: &dyn Fn(&Value) -> bool| {
        edges.iter().find(|edge| edge["relation"] == relation && test(edge)).unwrap_or_else(|| panic!("{relation}"))
    };
    let holds =
        of("HOLDS", &|edge| edge["source"] == "arn:aws:iam::333344445555:user/dana.kowal" && edge["needs_mfa"] == true);
    assert_eq!(
        (&holds["conditional"], &holds["condition"], &holds["needs"]),
        (&true.into(), &"needs MFA".into(), &"caller".into())
    );

    let beacon = of("STS_ASSUMEROLE_ALLOW", &|edge| {
        edge["target"].as_str().unwrap().contains("partner-beacon")
            && edge["source"] == "external-account:999988887777#any"
    });
    assert_eq!(beacon["external_ids"], serde_json::json!(["beacon-7f3c9e52a1"]));
    assert_eq!(beacon["controllers"], serde_json::json!(["sts:ExternalId: caller"]));
    assert!(beacon["statements"][0].as_str().unwrap().contains("(trust) at "), "{}", beacon["statements"]);
    assert!(beacon["condition_json"].as_str().unwrap().contains("sts:externalid"));

    let chained = of("STS_ASSUMEROLE_ALLOW", &|edge| {
        edge["target"].as_str().unwrap().contains("deploy-production#")
            && edge["source"].as_str().unwrap().contains("release-manager#")
    });
    assert_eq!(chained["max_session_seconds"], 3600, "E146");
}
