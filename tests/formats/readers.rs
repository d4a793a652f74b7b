//! Other programs read back what was written.

use std::path::{Path, PathBuf};
use std::process::Command;

use iamreach::export::property_graph::PropertyGraph;

use crate::graph::{NASTY, Nasty};
use crate::{Came, Check};

pub(crate) const CHECKS: &[Check] = &[
    ("NetworkX reads GraphML", networkx),
    ("Python reads JSON, Cytoscape's and OpenGraph's", json),
    ("pyarrow reads Parquet", pyarrow),
    ("LibreOffice opens the tables and keeps every cell", libreoffice),
];

/// Runs Python on the folder; the script ends with an error where something is not as it should be.
fn python(out: &Path, package: &str, script: &str) -> Came {
    let python = std::env::var("IAMREACH_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let has = Command::new(&python).args(["-c", &format!("import {package}")]).output();
    if !has.is_ok_and(|ran| ran.status.success()) {
        return Came::Skipped(format!("Python has no {package}"));
    }
    let names = serde_json::to_string(&NASTY).unwrap();
    let ran = Command::new(&python).arg("-c").arg(script).arg(out).arg(names).output().unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    Came::Passed
}

fn networkx(out: &Path) -> Came {
    python(
        out,
        "networkx",
        r#"
import json, sys, networkx
graph = networkx.read_graphml(sys.argv[1] + "/graphml/graph")
kept = lambda text: "".join(c if c in "\t\n\r" or c >= " " else "\ufffd" for c in text)
titles = {data.get("title", "") for _, data in graph.nodes(data=True)}
missing = [name for name in json.loads(sys.argv[2]) if kept(name) not in titles]
assert not missing, missing
assert graph.number_of_edges() == 60, graph
"#,
    )
}

fn json(out: &Path) -> Came {
    python(
        out,
        "json",
        r#"
import json, re, sys
names = set(json.loads(sys.argv[2]))
graph = json.load(open(sys.argv[1] + "/json/graph", encoding="utf-8"))
assert names <= {node.get("title", "") for node in graph["nodes"]}
assert len(graph["edges"]) == 60 and all(edge["source"] and edge["relation"] for edge in graph["edges"])
elements = json.load(open(sys.argv[1] + "/cytoscape/graph", encoding="utf-8"))["elements"]
ids = {node["data"]["id"] for node in elements["nodes"]}
assert all(edge["data"]["source"] in ids and edge["data"]["target"] in ids for edge in elements["edges"])
payload = json.load(open(sys.argv[1] + "/opengraph/graph.json", encoding="utf-8"))
schema = json.load(open(sys.argv[1] + "/opengraph/schema.json", encoding="utf-8"))
kinds = {kind["name"] for kind in schema["node_kinds"]}
relations = {kind["name"] for kind in schema["relationship_kinds"]}
prefix = schema["schema"]["namespace"] + "_"
for node in payload["graph"]["nodes"]:
    assert 1 <= len(node["kinds"]) <= 3 and set(node["kinds"]) <= kinds, node
    for name, value in node["properties"].items():
        assert name == name.lower() and name != "objectid" and not name.startswith("tag_"), name
        assert not isinstance(value, dict) and value is not None
for edge in payload["graph"]["edges"]:
    assert edge["kind"] in relations and re.fullmatch("[A-Za-z0-9_]+", edge["kind"]), edge
    assert edge["start"]["match_by"] == "id" and edge["end"]["match_by"] == "id"
assert all(name.startswith(prefix) for name in kinds | relations)
"#,
    )
}

fn pyarrow(out: &Path) -> Came {
    python(
        out,
        "pyarrow.parquet",
        r#"
import json, sys
import pyarrow.parquet as parquet
nodes = parquet.read_table(sys.argv[1] + "/parquet/nodes.parquet").to_pylist()
edges = parquet.read_table(sys.argv[1] + "/parquet/edges.parquet").to_pylist()
assert set(json.loads(sys.argv[2])) <= {node["title"] for node in nodes}
assert nodes[0]["labels"] == ["IamReach", "AWSPrincipal", "AWSRole"], nodes[0]
assert len(edges) == 60 and edges[5]["actions"] is None and edges[4]["actions"] == ["s3:GetObject"]
assert edges[1]["conditional"] is True and edges[1]["max_session_seconds"] == 3600
"#,
    )
}

fn libreoffice(out: &Path) -> Came {
    if !Command::new("libreoffice").arg("--version").output().is_ok_and(|ran| ran.status.success()) {
        return Came::Skipped("LibreOffice is missing".to_owned());
    }
    let aside = out.join("libreoffice");
    let to = |filter: &str, read_as: &[&str], from: PathBuf, folder: &str| {
        let profile = format!("-env:UserInstallation=file://{}", aside.join("profile").display());
        let place = aside.join(folder);
        let ran = Command::new("libreoffice")
            .args([&profile, "--headless"])
            .args(read_as)
            .args(["--convert-to", filter, "--outdir"])
            .arg(&place)
            .arg(&from)
            .output()
            .unwrap();
        assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
        place
    };
    // Comma, quotes and UTF-8, as its dialog offers for such a file.
    let table = to("xlsx", &["--infilter=Text - txt - csv (StarCalc):44,34,76"], out.join("csv/nodes.csv"), "table")
        .join("nodes.xlsx");
    // Comma, quotes, UTF-8, every cell as it is stored.
    let back =
        to("csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false", &[], table, "back").join("nodes.csv");
    let cells = |path: PathBuf| -> Vec<Vec<String>> {
        let mut reader = csv::Reader::from_path(path).unwrap();
        reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
    };
    let (written, read) = (cells(out.join("csv/nodes.csv")), cells(back));
    let mut count = 0;
    Nasty { edges: 0 }
        .nodes(&mut |_| {
            count += 1;
            Ok(())
        })
        .unwrap();
    assert_eq!((written.len(), read.len()), (count, count), "a row for each node");
    // A cell holds no more than 32,767 characters, line ends are its own, and blanks around an unquoted text go.
    let lines = |text: &str| text.replace("\r\n", "\n").replace('\r', "\n").trim().to_owned();
    for (written, read) in written.iter().zip(&read).filter(|(row, _)| row.iter().all(|cell| cell.len() < 32_000)) {
        for (cell, back) in written.iter().zip(read) {
            let back = back.to_lowercase() == *cell || lines(back) == lines(cell);
            assert!(back, "{cell:?} in {written:?} came back as {read:?}");
        }
    }
    Came::Passed
}
