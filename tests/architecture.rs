//! The import table of the rooms, and a few habits of the sources, checked by reading them.
//!
//! A room may name rooms of lower levels only; rooms of one level do not see each other. Every path token counts, inline
//! ones too, not only `use` lines. Tests may name whatever they like.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test target")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

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

// ---------------------------------------------------------------- the sources

struct Source {
    /// `src/query/paths.rs`.
    name: String,
    text: String,
    /// Of its code, without comments, texts and test items.
    tokens: Vec<String>,
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    collect(&root.join("src"), &mut files);
    files.sort();
    let mut all = Vec::new();
    let mut tests: BTreeSet<String> = BTreeSet::new();
    for path in files {
        let name = path.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/");
        let text = fs::read_to_string(&path).unwrap();
        let (tokens, test_modules) = without_tests(tokens(&without_comments_and_texts(&text)));
        let folder = module_folder(&name);
        tests.extend(test_modules.iter().map(|module| format!("{folder}{module}")));
        all.push(Source { name, text, tokens });
    }
    // A module that is compiled for tests only, with everything below it.
    all.retain(|source| {
        let stem = source.name.trim_end_matches(".rs");
        !tests.iter().any(|test| stem == test || stem.starts_with(&format!("{test}/")))
    });
    all
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

/// The folder in which the modules that a file declares lie.
fn module_folder(name: &str) -> String {
    let (folder, file) = name.rsplit_once('/').unwrap_or(("", name));
    match file {
        "mod.rs" | "lib.rs" | "main.rs" => format!("{folder}/"),
        _ => format!("{folder}/{}/", file.trim_end_matches(".rs")),
    }
}

/// `src/query/simulate/mod.rs` is the module `query::simulate`.
fn module_path(name: &str) -> Vec<String> {
    let inside = name.trim_start_matches("src/").trim_end_matches(".rs");
    inside.split('/').filter(|part| !matches!(*part, "mod" | "lib" | "main")).map(str::to_owned).collect()
}

// ---------------------------------------------------------------- the scanner

fn without_comments_and_texts(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let at = |index: usize| chars.get(index).copied().unwrap_or('\0');
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut code = String::new();
    let mut index = 0;
    while index < chars.len() {
        let (c, next) = (at(index), at(index + 1));
        let begins_word = index == 0 || !is_word(at(index - 1));
        if c == '/' && next == '/' {
            while index < chars.len() && at(index) != '\n' {
                index += 1;
            }
        } else if c == '/' && next == '*' {
            let mut depth = 0;
            while index < chars.len() {
                match (at(index), at(index + 1)) {
                    ('/', '*') => (depth, index) = (depth + 1, index + 2),
                    ('*', '/') => (depth, index) = (depth - 1, index + 2),
                    _ => index += 1,
                }
                if depth == 0 {
                    break;
                }
            }
        } else if let Some(end) = raw_text_end(&chars, index).filter(|_| begins_word) {
            code.push_str("\"\"");
            index = end;
        } else if c == '"' {
            index += 1;
            while index < chars.len() && at(index) != '"' {
                index += if at(index) == '\\' { 2 } else { 1 };
            }
            index += 1;
            code.push_str("\"\"");
        } else if c == '\'' && (next == '\\' || at(index + 2) == '\'') {
            // A character; a lifetime has no second quote there.
            index += if next == '\\' { 3 } else { 2 };
            while index < chars.len() && at(index) != '\'' {
                index += 1;
            }
            index += 1;
            code.push_str("\"\"");
        } else {
            code.push(c);
            index += 1;
        }
    }
    code
}

/// Where a raw text that begins here ends: `r"…"`, `r#"…"#`, `br"…"`, `cr"…"`.
fn raw_text_end(chars: &[char], start: usize) -> Option<usize> {
    let mut index = start;
    if matches!(chars.get(index), Some('b' | 'c')) {
        index += 1;
    }
    if chars.get(index) != Some(&'r') {
        return None;
    }
    index += 1;
    let hashes = chars[index..].iter().take_while(|c| **c == '#').count();
    index += hashes;
    if chars.get(index) != Some(&'"') {
        return None;
    }
    index += 1;
    while index < chars.len() {
        let closes =
            chars[index] == '"' && chars[index + 1..].iter().take(hashes).filter(|c| **c == '#').count() == hashes;
        if closes {
            return Some(index + 1 + hashes);
        }
        index += 1;
    }
    Some(chars.len())
}

/// Words, `::`, and single other characters.
fn tokens(code: &str) -> Vec<String> {
    let mut tokens: Vec<String> = Vec::new();
    let mut chars = code.chars().peekable();
    while let Some(c) = chars.next() {
        if c.is_whitespace() {
            continue;
        }
        let mut token = c.to_string();
        if c.is_alphanumeric() || c == '_' {
            while let Some(next) = chars.next_if(|next| next.is_alphanumeric() || *next == '_') {
                token.push(next);
            }
        } else if c == ':' && chars.next_if_eq(&':').is_some() {
            token.push(':');
        }
        tokens.push(token);
    }
    tokens
}

/// The tokens without items under `#[cfg(test)]`, and the modules among those that are files of their own.
fn without_tests(tokens: Vec<String>) -> (Vec<String>, Vec<String>) {
    const MARK: [&str; 7] = ["#", "[", "cfg", "(", "test", ")", "]"];
    let (mut kept, mut modules) = (Vec::new(), Vec::new());
    let mut index = 0;
    while index < tokens.len() {
        if tokens[index..].iter().map(String::as_str).take(MARK.len()).ne(MARK) {
            kept.push(tokens[index].clone());
            index += 1;
            continue;
        }
        index += MARK.len();
        let item = index;
        let is_use = tokens[item..].iter().take_while(|token| *token != ";").any(|token| token == "use")
            && !tokens[item..].iter().take_while(|token| *token != "use").any(|token| token == "{");
        let mut depth = 0;
        while index < tokens.len() {
            match tokens[index].as_str() {
                "{" | "(" | "[" => depth += 1,
                "}" | ")" | "]" => depth -= 1,
                _ => {}
            }
            let ends = tokens[index] == ";" || (tokens[index] == "}" && !is_use);
            index += 1;
            if depth == 0 && ends {
                break;
            }
        }
        let inside = &tokens[item..index];
        if let Some(at) = inside.iter().position(|token| token == "mod")
            && inside.get(at + 2).is_some_and(|token| token == ";")
        {
            modules.push(inside[at + 1].clone());
        }
    }
    (kept, modules)
}

/// Every path that begins with `crate`, `super`, `self` or the library's own name, from the crate's root: a list of
/// segments, the groups of `use` written out. Paths to what is below the library's name begin with that name.
fn paths(tokens: &[String], module: &[String]) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    // Modules written inside the file, with the depth of their braces.
    let mut inline: Vec<(String, usize)> = Vec::new();
    let mut depth = 0;
    for index in 0..tokens.len() {
        let is = |at: usize, token: &str| tokens.get(at).is_some_and(|there| there == token);
        match tokens[index].as_str() {
            "{" => {
                depth += 1;
                if index >= 2 && tokens[index - 2] == "mod" {
                    inline.push((tokens[index - 1].clone(), depth));
                }
            }
            "}" => {
                if inline.last().is_some_and(|(_, opened)| *opened == depth) {
                    inline.pop();
                }
                depth = depth.saturating_sub(1);
            }
            first @ ("crate" | "super" | "self" | "iamreach") => {
                let continued = index > 0
                    && tokens[index - 1] == "::"
                    && !(index > 1 && first == "iamreach" && is_free(&tokens[index - 2]));
                if continued || !is(index + 1, "::") {
                    continue;
                }
                let here: Vec<String> =
                    module.iter().cloned().chain(inline.iter().map(|(name, _)| name.clone())).collect();
                let mut at = index;
                let mut written = Vec::new();
                read_path(tokens, &mut at, &mut Vec::new(), &mut written);
                found.extend(written.iter().map(|path| absolute(path, &here)));
            }
            _ => {}
        }
    }
    found
}

/// Whether a `::` after this token begins a path rather than continuing one.
fn is_free(token: &str) -> bool {
    !token.chars().next().is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '>')
}

fn read_path(tokens: &[String], at: &mut usize, prefix: &mut Vec<String>, found: &mut Vec<Vec<String>>) {
    let before = prefix.len();
    loop {
        match tokens.get(*at).map(String::as_str) {
            Some("{") => {
                *at += 1;
                while *at < tokens.len() && tokens[*at] != "}" {
                    read_path(tokens, at, prefix, found);
                    while tokens.get(*at).is_some_and(|token| token != "," && token != "}") {
                        *at += 1;
                    }
                    if tokens.get(*at).is_some_and(|token| token == ",") {
                        *at += 1;
                    }
                }
                *at += 1;
                break;
            }
            Some(word) if word == "*" || word.chars().all(|c| c.is_alphanumeric() || c == '_') => {
                prefix.push(word.to_owned());
                *at += 1;
                if tokens.get(*at).is_some_and(|token| token == "::") {
                    *at += 1;
                    continue;
                }
                found.push(prefix.clone());
                break;
            }
            // `crate::f::<T>`: what stands between the brackets is met by itself.
            _ => {
                found.push(prefix.clone());
                break;
            }
        }
    }
    prefix.truncate(before);
}

fn absolute(path: &[String], here: &[String]) -> Vec<String> {
    let mut resolved: Vec<String> = here.to_vec();
    for (index, segment) in path.iter().enumerate() {
        match segment.as_str() {
            "crate" => resolved.clear(),
            "self" => {}
            "super" => {
                resolved.pop();
            }
            "iamreach" if index == 0 => resolved = vec![segment.clone()],
            other => resolved.push(other.to_owned()),
        }
    }
    resolved
}

// ---------------------------------------------------------------- the rules

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

// ---------------------------------------------------------------- the scanner itself, on planted sources

/// What is wrong with a text, were it this file.
fn planted(name: &str, text: &str) -> Vec<String> {
    let (tokens, _) = without_tests(tokens(&without_comments_and_texts(text)));
    violations(name, &tokens)
}

#[test]
fn planted_violations_are_found() {
    let cases = [
        ("a use line", "src/arn.rs", "use crate::policy::Document;"),
        ("an inline path", "src/arn.rs", "fn f() -> u32 { crate::policy::version() }"),
        ("a path in a type", "src/arn.rs", "struct S { inner: Vec<crate::model::Principal> }"),
        ("a path by super", "src/model/principal.rs", "use super::super::load::Loaded;"),
        ("an inline path by super", "src/query/simulate/mod.rs", "fn f() { super::super::export::json(); }"),
        ("super from an inline module", "src/arn.rs", "mod inner { use super::super::graph::State; }"),
        (
            "a grouped use",
            "src/policy/parse.rs",
            "use crate::{arn::Arn, wildcard::{self, Wildcard}, evaluate::{Target, Layer}};",
        ),
        ("a group within super", "src/policy/parse.rs", "use super::super::{diagnostic, query::{self}};"),
        ("a room of the same level", "src/load/mod.rs", "use crate::request::Caller;"),
        ("a room of the same level, lower down", "src/arn_pattern.rs", "use crate::action::ActionName;"),
        ("a renamed room", "src/graph/state.rs", "use crate::query as q;"),
        ("everything", "src/graph/state.rs", "use crate::*;"),
        ("a macro's path", "src/graph/state.rs", "macro_rules! m { () => { $crate::query::run() } }"),
        ("a path across lines", "src/graph/state.rs", "fn f() { crate\n    ::query\n    ::run() }"),
        ("a public re-export", "src/graph/mod.rs", "pub use crate::query::Engine;"),
        ("after a test item", "src/arn.rs", "#[cfg(test)]\nuse crate::load::{a, b};\nuse crate::query::Engine;"),
        ("after a test module", "src/arn.rs", "#[cfg(test)]\nmod tests { fn f() {} }\nuse crate::query::Engine;"),
        ("behind a lifetime", "src/arn.rs", "fn f<'a>(x: &'a str) -> &'a crate::query::Engine { x }"),
        ("a room of no table", "src/arn.rs", "use crate::utils::Thing;"),
        ("a new room", "src/utils.rs", "use crate::arn::Arn;"),
        ("the library's inside from the command line", "src/cli/main.rs", "use iamreach::utils::Thing;"),
        ("the same by its full name", "src/cli/main.rs", "fn f() { ::iamreach::internals::run() }"),
    ];
    for (what, name, text) in cases {
        assert!(!planted(name, text).is_empty(), "{what} was not found in {text}");
    }
}

#[test]
fn what_is_no_violation_is_not_reported() {
    let cases = [
        ("a lower room", "src/query/paths.rs", "use crate::graph::State; use crate::{arn::Arn, model::{self}};"),
        ("the room itself", "src/query/paths.rs", "use super::engine::Engine; use crate::query::answer::Hop;"),
        (
            "deeper in the room itself",
            "src/query/simulate/mod.rs",
            "use super::super::query::engine; use super::engine;",
        ),
        ("a line comment", "src/arn.rs", "// crate::query::Engine\nfn f() {}"),
        ("a documentation link", "src/arn.rs", "/// [`crate::query::Engine`]\nfn f() {}"),
        ("nested comments", "src/arn.rs", "/* a /* crate::query */ crate::load */ fn f() {}"),
        ("a text", "src/arn.rs", r#"const A: &str = "crate::query \" crate::load";"#),
        ("a raw text", "src/arn.rs", "const A: &str = r#\"crate::query \" crate::load\"#;"),
        ("a quote as a character", "src/arn.rs", "const A: char = '\"'; const B: &str = \"crate::query\";"),
        (
            "a test module",
            "src/arn.rs",
            "#[cfg(test)]\nmod tests { use crate::query::Engine; fn f() { crate::load::load() } }",
        ),
        ("a test import", "src/arn.rs", "#[cfg(test)]\nuse crate::query::{Engine, Hop};\nfn f() {}"),
        ("the top", "src/lib.rs", "pub use crate::query::Engine;"),
        ("the command line's own", "src/cli/path.rs", "use crate::exit_code::Exit; use iamreach::query::Paths;"),
        ("a receiver", "src/arn.rs", "fn f(&self) { self.query() }"),
    ];
    for (what, name, text) in cases {
        let complaints = planted(name, text);
        assert!(complaints.is_empty(), "{what}: {complaints:?}");
    }
}

#[test]
fn test_modules_in_files_of_their_own_are_known() {
    let (_, modules) = without_tests(tokens("fn f() {}\n#[cfg(test)]\nmod parse_tests;\n#[cfg(test)]\nmod tests { }"));
    assert_eq!(modules, ["parse_tests"]);
    assert!(sources().iter().all(|source| !source.name.ends_with("/tests.rs")));
}
