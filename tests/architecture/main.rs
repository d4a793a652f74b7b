//! The import table of the rooms, and a few habits of the sources, checked by reading them.
//!
//! A room may name rooms of lower levels only; rooms of one level do not see each other. Every path token counts, inline
//! ones too, not only `use` lines. Tests may name whatever they like.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test target")]

mod planted;
mod scanner;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use scanner::{collect, module_path, paths, sources};

/// Every room of the library with its level.
const ROOMS: [(&str, u32); 15] = [
    ("wildcard", 0),
    ("diagnostic", 0),
    ("arn", 1),
    ("arn_pattern", 1),
    ("action", 1),
    ("policy", 2),
    ("service_reference", 2),
    ("model", 3),
    ("request", 4),
    ("load", 4),
    ("condition", 5),
    ("evaluate", 6),
    ("graph", 7),
    ("query", 8),
    ("export", 10),
];

/// Rooms of one level where one may see the other after all.
const EXCEPTIONS: [(&str, &str); 0] = [];

/// Crates that only one folder may name.
const PRIVATE_CRATES: [(&str, &str); 8] = [
    ("petgraph", "src/graph/"),
    ("clap", "src/cli/"),
    ("anyhow", "src/cli/"),
    ("anstream", "src/cli/"),
    ("anstyle", "src/cli/"),
    ("terminal_size", "src/cli/"),
    ("dot_writer", "src/export/"),
    ("comfy_table", "src/export/"),
];

/// Words that have no place in a finished source.
const FORBIDDEN: [&str; 5] = ["todo!", "unimplemented!", "dbg!", "TODO", "FIXME"];

fn level(room: &str) -> Option<u32> {
    ROOMS.iter().find(|(name, _)| *name == room).map(|(_, level)| *level)
}

/// What one file does against the table.
fn violations(name: &str, tokens: &[String]) -> Vec<String> {
    let module = module_path(name);
    let found = paths(tokens, if name.starts_with("src/cli/") { &module[1..] } else { &module });
    let room = module.first().map_or("", String::as_str);
    let complain = |path: &Vec<String>, why: &str| format!("{name}: `{}` {why}", path.join("::"));
    let mut complaints = Vec::new();
    for path in &found {
        let target = path.first().map_or("", String::as_str);
        if room == "cli" {
            let public = path.get(1).map_or("", String::as_str);
            if target == "iamreach" && level(public).is_none() {
                complaints.push(complain(path, "is no room of the library"));
            }
            continue;
        }
        // The top of the library holds no logic and may name every room.
        if room.is_empty() || target == room {
            continue;
        }
        match (level(room), level(target)) {
            (None, _) => complaints.push(format!("{name}: the room `{room}` is not in the table")),
            (_, None) => complaints.push(complain(path, "is no room of the table")),
            (Some(own), Some(other)) if other >= own && !EXCEPTIONS.contains(&(room, target)) => {
                complaints.push(complain(path, &format!("goes from level {own} to level {other}")));
            }
            _ => {}
        }
    }
    complaints.dedup();
    complaints
}

#[test]
fn rooms_import_downward_only() {
    let complaints: Vec<_> = sources().iter().flat_map(|source| violations(&source.name, &source.tokens)).collect();
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}

#[test]
fn the_table_names_the_rooms_there_are() {
    let built: BTreeSet<String> = sources()
        .iter()
        .filter_map(|source| module_path(&source.name).into_iter().next())
        .filter(|room| room != "cli")
        .collect();
    let table: BTreeSet<String> = ROOMS.iter().map(|(room, _)| (*room).to_owned()).collect();
    assert_eq!(built, table);
}

#[test]
fn the_scanner_sees_the_imports_there_are() {
    let seen = |name: &str, wanted: &str| {
        let all = sources();
        let source = all.iter().find(|source| source.name == name).unwrap();
        paths(&source.tokens, &module_path(name)).iter().any(|path| path.first().is_some_and(|room| room == wanted))
    };
    assert!(seen("src/query/who_can.rs", "graph"));
    assert!(seen("src/export/json.rs", "query"));
    assert!(seen("src/evaluate/statement.rs", "condition"));
    assert!(!seen("src/wildcard/mod.rs", "arn"));
}

#[test]
fn no_source_goes_around_the_module_tree() {
    for source in sources() {
        let text = source.tokens.join(" ");
        assert!(!text.contains("# [ path"), "{}: `#[path]` hides where a module is", source.name);
        assert!(!text.contains("extern crate"), "{}: `extern crate` gives a room another name", source.name);
        let includes = text.contains("include ! (");
        assert!(!includes, "{}: `include!` brings in code of another place", source.name);
    }
}

#[test]
fn every_file_says_what_it_holds() {
    let mut files = Vec::new();
    collect(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut files);
    for path in files {
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.starts_with("//! "), "{} does not open with `//!`", path.display());
    }
}

#[test]
fn no_file_is_unfinished() {
    let mut files = Vec::new();
    collect(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut files);
    for path in files {
        let text = fs::read_to_string(&path).unwrap();
        for word in FORBIDDEN {
            assert!(!text.contains(word), "{} says `{word}`", path.display());
        }
    }
}

#[test]
fn private_crates_stay_in_their_folder() {
    for source in sources() {
        for (name, folder) in PRIVATE_CRATES {
            let named = source.tokens.iter().any(|token| token == name);
            assert!(!named || source.name.starts_with(folder), "{} names {name}", source.name);
        }
    }
}

#[test]
fn the_library_has_one_top_without_logic() {
    let all = sources();
    let top = all.iter().find(|source| source.name == "src/lib.rs").unwrap();
    assert!(!top.tokens.iter().any(|token| token == "fn"), "src/lib.rs holds logic");
    assert!(top.text.starts_with("//! "));
}
