//! Exact bytes, once for each form: how lists, absent cells and nasty texts are written.

use std::fs;
use std::path::Path;

use iamreach::export::formats::{Format, FormatOptions};

use crate::expected::WHOLE;
use crate::files::place;
use crate::small::Small;
use crate::{Came, Check};

pub(crate) const CHECKS: &[Check] =
    &[("lines are written as they were", lines), ("files of a small graph are written as they were", whole_files)];

fn whole_files(out: &Path) -> Came {
    let out = out.with_extension("small");
    let options = FormatOptions { snapshot: "it's now", ..FormatOptions::default() };
    for (form, file, expected) in WHOLE {
        let place = out.join(form);
        Format::find(form).unwrap().write(&Small, &place, &options).unwrap();
        let expected = expected.replace('␟', "\u{1F}").replace('␍', "\r");
        assert_eq!(read(&place.join(file)), expected, "{form}: {file}");
    }
    fs::remove_dir_all(&out).unwrap();
    Came::Passed
}

/// A line of each form, with what is special in it.
const LINES: &[(&str, &str, &str)] = &[
    ("neo4j", "nodes.csv", "\"08 =cmd|' /C calc'!A0\""),
    ("neo4j", "relationships.csv", "\"s3:GetObject\u{1F}it's \"\"quoted\"\", twice \"\"\"\"\u{1F}s3:PutObject\""),
    ("neo4j", "indexes.cypher", "DROP INDEX iamreach_principal IF EXISTS;"),
    ("cypher", "neo4j.cypher", r"'it\'s "),
    ("cypher", "falkordb.cypher", "{key: '5af3971a51206d00f69c1bd20db79398', id: '00 plain'"),
    ("ladybug", "nodes.csv", "\"IamReach\u{1F}AWSPrincipal\u{1F}AWSRole\""),
    ("ladybug", "load.cypher", "string_split(labels, '\u{1F}')"),
    ("csv", "nodes.csv", "'=cmd|' /C calc'!A0"),
    ("csv", "edges.csv", "s3:GetObject =cmd"),
    ("graphml", "graph", "CR&#13;and CRLF&#13;&#10;"),
    ("json", "graph", r#""title":"two\nlines""#),
    ("cytoscape", "graph", r#""label":"two\nlines""#),
    ("opengraph", "graph.json", r#""kinds":["IamReach_AWSRole","IamReach_AWSPrincipal"]"#),
];

fn lines(out: &Path) -> Came {
    for (form, file, part) in LINES {
        let format = Format::find(form).unwrap_or_else(|| panic!("no form {form}"));
        let place = place(out, format);
        let path = if place.is_dir() { place.join(file) } else { place };
        let text = read(&path);
        assert!(text.contains(part), "{form}: {file} lacks `{part}`");
    }
    Came::Passed
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
