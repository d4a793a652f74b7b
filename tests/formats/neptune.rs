//! What Amazon Neptune's loader asks of its files, on the nasty graph.

use std::collections::BTreeSet;
use std::path::Path;

use crate::{Came, Check};

pub(crate) const CHECKS: &[Check] = &[("Neptune's files keep the loader's rules", rules)];

/// A file of nodes with its columns of the system, and one of edges.
const FORMS: [(&str, &[&str], &str, &[&str]); 2] = [
    (
        "opencypher/nodes.csv",
        &[":ID", ":LABEL"],
        "opencypher/relationships.csv",
        &[":ID", ":START_ID", ":END_ID", ":TYPE"],
    ),
    ("gremlin/vertices.csv", &["~id", "~label"], "gremlin/edges.csv", &["~id", "~from", "~to", "~label"]),
];

fn rules(out: &Path) -> Came {
    for (nodes, of_nodes, edges, of_edges) in FORMS {
        let gremlin = nodes.starts_with("gremlin");
        let nodes = table(&out.join("neptune").join(nodes), of_nodes, if gremlin { "(single)" } else { "" });
        let edges = table(&out.join("neptune").join(edges), of_edges, "");
        let ids: BTreeSet<&String> = nodes.iter().map(|row| &row[0]).collect();
        assert_eq!((ids.len(), edges.len()), (25, 60));
        assert!(nodes.iter().all(|row| row[1].split(';').all(is_word)), "labels");
        for edge in &edges {
            assert!(ids.contains(&edge[1]) && ids.contains(&edge[2]), "{edge:?}");
            assert!(is_word(&edge[3]), "{edge:?}");
        }
    }
    Came::Passed
}

/// The rows, whose first cells are different.
fn table(path: &Path, system: &[&str], cardinality: &str) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_path(path).unwrap();
    let mut rows: Vec<Vec<String>> =
        reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect();
    let header = rows.remove(0);
    let (first, properties) = header.split_at(system.len());
    assert_eq!(first, system, "{}", path.display());
    let mut names = BTreeSet::new();
    let mut kinds = Vec::new();
    for property in properties {
        let (name, kind) = property.split_once(':').unwrap();
        assert!(is_word(name) && names.insert(name), "{property}");
        // No array: the loader makes a set of one, and takes none on edges.
        kinds.push(kind.strip_suffix(cardinality).unwrap());
    }
    let mut ids = BTreeSet::new();
    for row in &rows {
        assert!(!row[0].is_empty() && ids.insert(row[0].clone()), "{row:?}");
        for (cell, kind) in row[system.len()..].iter().zip(&kinds).filter(|(cell, _)| !cell.is_empty()) {
            let fits = match *kind {
                "String" => true,
                "Bool" => ["true", "false"].contains(&cell.as_str()),
                "Long" => cell.parse::<i64>().is_ok(),
                _ => false,
            };
            assert!(fits, "{cell:?} as {kind}");
        }
    }
    rows
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}
