//! The scanner and the judge on planted sources, so that they cannot always agree.

use crate::evidence::Evidence;
use crate::judge::judge;
use crate::rules::{differences, listed, not_modelled};

const LIST: &str =
    "# a remark\nE1 decision one\n\nE2 input two\nE2a decision three\nE3 informational four\nT1 decision five\n";
const CITING: &str = "/// E1, E2a, T1.\nfn f() {}\n/* E2 */";
const TESTS: &str = "#[test]\nfn e1_one() {}\n#[test] fn e2_e2a_two() {}\nmod t1_five { #[test] fn shown() {} }";
const HEAD: &str = "//! # Not modelled\n//!\n//! | rule | why | instead |\n//! |---|---|---|\n";

/// Files by name, the rows of the table, and the beginning of the one complaint; empty when there is none.
type Case = (&'static str, &'static [(&'static str, &'static str)], &'static str, &'static str);

const CODE: (&str, &str) = ("src/a.rs", CITING);
const SHOWN: (&str, &str) = ("tests/b.rs", TESTS);

const CASES: [Case; 32] = [
    ("all is well", &[CODE, SHOWN], "", ""),
    ("not modelled", &[("src/a.rs", "// E1 E2"), ("tests/b.rs", "#[test]\nfn e1_e2_() {}")], "E2a T1", ""),
    ("no test", &[CODE, ("tests/b.rs", "#[test] fn e1_e2_() {} #[test] fn t1_() {}")], "", "E2a (three): no test"),
    ("no comment", &[("src/a.rs", "// E1, E2, E2a"), SHOWN], "", "T1 (five): no comment"),
    (
        "nothing at all",
        &[("src/a.rs", "// E1 E2 E2a"), ("tests/b.rs", "#[test] fn e1_e2_e2a() {}")],
        "",
        "T1 (five): neither",
    ),
    ("tested and not modelled", &[CODE, SHOWN], "E2a", "E2a (three): it has a test, and"),
    ("informational and not modelled", &[CODE, SHOWN], "E3", "E3 (four): it is informational"),
    ("a row about no rule", &[CODE, SHOWN], "E9", "`E9` of the table"),
    ("a row about a word", &[CODE, SHOWN], "some", "`some` of the table"),
    (
        "a test of no rule",
        &[CODE, SHOWN, ("src/c.rs", "#[test] fn e9_nine() {}")],
        "",
        "E9 is no rule, and src::c::e9_nine",
    ),
    ("a second id of no rule", &[CODE, SHOWN, ("src/c.rs", "#[test] fn e1_t9_() {}")], "", "T9 is no rule, and src::c"),
    (
        "a module of no rule",
        &[CODE, SHOWN, ("src/c.rs", "mod e9 { #[test] fn f() {} }")],
        "",
        "E9 is no rule, and src::c",
    ),
    ("a comment about no rule", &[CODE, SHOWN, ("src/c.rs", "// E9")], "", "E9 is no rule, and src/c.rs"),
    ("a letter too many", &[CODE, SHOWN, ("src/c.rs", "// E1b")], "", "E1b is no rule, and src/c.rs"),
    (
        "a function that is no test",
        &[CODE, ("tests/b.rs", "fn e1_one() {} #[test] fn e2_e2a_t1() {}")],
        "",
        "E1 (one): no test",
    ),
    (
        "a test in a comment",
        &[CODE, ("tests/b.rs", "// #[test] fn e1_one() {}\n#[test] fn e2_e2a_t1() {}")],
        "",
        "E1 (one): no test",
    ),
    (
        "a test in a text",
        &[CODE, ("tests/b.rs", "const A: &str = \"#[test] fn e1() {}\"; #[test] fn e2_e2a_t1() {}")],
        "",
        "E1 (one)",
    ),
    (
        "a test in a raw text",
        &[CODE, ("tests/b.rs", "f(r#\" \" #[test] fn e1() {}\"#); #[test] fn e2_e2a_t1() {}")],
        "",
        "E1 (one)",
    ),
    (
        "an id inside a name",
        &[CODE, ("tests/b.rs", "#[test] fn the_e1() {} #[test] fn e2_e2a_t1() {}")],
        "",
        "E1 (one): no test",
    ),
    (
        "after a module",
        &[CODE, ("tests/b.rs", "mod e1 { fn f() {} } #[test] fn e2_e2a_t1() {}")],
        "",
        "E1 (one): no test",
    ),
    ("a comment in a text", &[("src/a.rs", "f(\"// E1\"); // E2 E2a T1"), SHOWN], "", "E1 (one): no comment"),
    ("a comment behind a quote", &[("src/a.rs", "f('\"'); // E1 E2 E2a T1"), SHOWN], "", ""),
    ("a comment behind a lifetime", &[("src/a.rs", "fn f<'a>() {} // E1 E2 E2a T1 'x"), SHOWN], "", ""),
    (
        "a comment in a test module",
        &[("src/a.rs", "// E2 E2a T1\nmod tests { // E1\n}"), SHOWN],
        "",
        "E1 (one): no comment",
    ),
    ("after a test module", &[("src/a.rs", "// E2 E2a T1\nmod tests { fn f() {} } // E1"), SHOWN], "", ""),
    (
        "a comment in a file of tests",
        &[("src/a.rs", "// E2 E2a T1"), ("src/a/tests.rs", "// E1"), SHOWN],
        "",
        "E1 (one): no",
    ),
    ("a comment of a test target", &[("src/a.rs", "// E2 E2a T1"), ("tests/c.rs", "// E1"), SHOWN], "", "E1 (one): no"),
    (
        "a comment of the crate docs",
        &[("src/a.rs", "// E2 E2a T1"), ("src/lib.rs", "// E1"), SHOWN],
        "",
        "E1 (one): no",
    ),
    ("a range", &[("src/a.rs", "/// E1-E2a and T1"), SHOWN], "", ""),
    ("a range of a header", &[("src/a.rs", "//! E1-E2\n// E2a T1 E2"), SHOWN], "", "E1 (one): no comment"),
    ("an id in a longer word", &[("src/a.rs", "// SE1 E1x2 _E1 E2 E2a T1"), SHOWN], "", "E1 (one): no comment"),
    (
        "a row twice",
        &[("src/a.rs", "// E1 E2"), ("tests/b.rs", "#[test] fn e1_e2() {}")],
        "E2a T1 T1",
        "T1 stands twice",
    ),
];

/// Each planted case, and what was wrong with what came of it.
pub(crate) fn check() -> Vec<(&'static str, Result<(), String>)> {
    let cases = CASES.into_iter().map(|(what, files, table, wanted)| (what, complaint(files, table, wanted)));
    cases.chain([("lists", lists()), ("tables", tables()), ("the specification", specification())]).collect()
}

fn complaint(files: &[(&str, &str)], table: &str, wanted: &str) -> Result<(), String> {
    let listed = listed(LIST)?;
    let mut evidence = Evidence::default();
    files.iter().for_each(|(name, text)| evidence.read(name, text, &listed));
    let rows: Vec<String> = table.split_whitespace().map(|id| format!("//! | {id} | so | thus |\n")).collect();
    let complaints = judge(&listed, &evidence, &not_modelled(&format!("{HEAD}{}", rows.concat()))?).complaints;
    let as_wanted = match complaints.as_slice() {
        [] => wanted.is_empty(),
        [one] => !wanted.is_empty() && one.starts_with(wanted),
        _ => false,
    };
    if as_wanted { Ok(()) } else { Err(format!("wanted `{wanted}`, got {complaints:?}")) }
}

fn lists() -> Result<(), String> {
    let wrong = [
        "",
        "E1 decision",
        "E1 some title",
        "E1 decision a\nE1 input b",
        "F1 decision a",
        "E decision a",
        "E1ab input a",
    ];
    match wrong.into_iter().find(|text| listed(text).is_ok()) {
        Some(text) => Err(format!("`{text}` is taken for a list")),
        None => Ok(()),
    }
}

fn tables() -> Result<(), String> {
    let row = "//! | E1 | so | thus |\n";
    let counted = |docs: &str| not_modelled(docs).map(|rows| rows.len());
    let expected = [
        (format!("//! # Other\n{row}"), None),
        (format!("{HEAD}//! | E1 | so |\n"), None),
        (format!("{HEAD}{row}"), Some(1)),
        (format!("{HEAD}{row}//!\n//! # Next\n{row}"), Some(1)),
        (format!("{HEAD}{row}\nfn f() {{}}\n{row}"), Some(1)),
    ];
    for (docs, expected) in expected {
        if counted(&docs).ok() != expected {
            return Err(format!("{docs} gives {:?}", counted(&docs)));
        }
    }
    let empty = format!("{HEAD}//! | T1 | so | |\n");
    let judgement = judge(&listed("T1 decision one")?, &Evidence::default(), &not_modelled(&empty)?);
    if judgement.complaints.len() == 1 { Ok(()) } else { Err("a row without an answer is let pass".to_owned()) }
}

fn specification() -> Result<(), String> {
    let same = "- **E1** one **V**\n- **E2** **E2a** two\n| **E3** | **T1** |";
    let listed = listed(LIST)?;
    let wrong = [
        (same.to_owned(), 0),
        (format!("{same} **E4**"), 1),
        (same.replace("**E2a** ", ""), 1),
        (same.replace("E3", "E30"), 2),
    ];
    for (text, expected) in wrong {
        let found = differences(&listed, &text);
        if found.len() != expected {
            return Err(format!("{text} gives {found:?}"));
        }
    }
    Ok(())
}
