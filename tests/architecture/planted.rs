//! The scanner and the rules themselves, on planted sources.

use crate::scanner::{sources, tokens, without_comments_and_texts, without_tests};
use crate::violations;

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
