//! A graph whose texts hold what breaks files: quotes, separators, line ends, formulas, control characters.

use std::borrow::Cow;
use std::io;

use iamreach::export::property_graph::{
    Cell, ColumnKind, EDGE_COLUMNS, EdgeRecord, NODE_COLUMNS, NodeRecord, PropertyGraph,
};

/// Texts that have to come back from every format as they are, unless it cannot hold them.
pub(crate) const NASTY: [&str; 24] = [
    "plain",
    "it's \"quoted\", twice \"\"",
    r"ends with a backslash \",
    r#"\" and \' and \\u0027 and \u0027 and \n"#,
    "two\nlines",
    "CR\rand CRLF\r\n",
    "\ttab first, space last ",
    " space first",
    "=cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "-2+3",
    "012345678901",
    "1e5",
    "a|b;c,d\u{1E}e",
    "emoji 🌲👩‍👩‍👧, accents é e\u{301}",
    "\u{202E}right to left\u{202C} עברית العربية",
    "bell \u{7}, escape \u{1B}, delete \u{7F}, next line \u{85}",
    "\u{2028}separators\u{2029} \u{FEFF}mark",
    "<b>&amp;</b> ]]> <!-- -->",
    "{\"json\": [\"a\\\"b\", null]}",
    "$parameter {0} %s `tick` // # --",
    "true",
    "NULL",
    "",
];

/// As many characters as the longest field of some readers, and a few.
pub(crate) fn long() -> String {
    "long ".repeat(14_000)
}

/// One node and one edge for each nasty text, more edges where `edges` says so.
pub(crate) struct Nasty {
    pub(crate) edges: usize,
}

/// The nasty texts with the long one.
pub(crate) fn texts() -> Vec<String> {
    NASTY.iter().map(|text| (*text).to_owned()).chain([long()]).collect()
}

const LABELS: [&str; 5] = ["IamReach", "AWSPrincipal", "AWSRole", "AWSResource", "Session"];
const RELATIONS: [&str; 2] = ["HOLDS", "CAN_ACCESS"];

impl Nasty {
    /// An id that is as nasty as the name, but no longer than those of real graphs.
    pub(crate) fn id(number: usize, text: &str) -> String {
        let start: String = text.chars().take(1000).collect();
        format!("{number:02} {start}")
    }
}

impl PropertyGraph for Nasty {
    fn labels(&self) -> &[&'static str] {
        &LABELS
    }

    fn relations(&self) -> &[&'static str] {
        &RELATIONS
    }

    fn nodes(&self, each: &mut dyn FnMut(&NodeRecord<'_>) -> io::Result<()>) -> io::Result<()> {
        for (number, text) in texts().iter().enumerate() {
            let labels = match number % 3 {
                0 => vec!["IamReach", "AWSPrincipal", "AWSRole"],
                1 => vec!["IamReach", "Session"],
                _ => vec!["IamReach", "AWSResource"],
            };
            let cells = NODE_COLUMNS
                .iter()
                .enumerate()
                .map(|(place, column)| match (column.name, column.kind) {
                    ("name" | "title", _) => Cell::Text(Cow::Borrowed(text.as_str())),
                    ("kind", _) => Cell::Text(Cow::Borrowed("role")),
                    (_, ColumnKind::Boolean) if place % 2 == 1 => Cell::Boolean(number.is_multiple_of(2)),
                    (_, ColumnKind::Integer) if number % 2 == 1 => Cell::Integer(number as i64 - 3),
                    _ => Cell::Absent,
                })
                .collect();
            each(&NodeRecord { id: Self::id(number, text).into(), labels, cells })?;
        }
        Ok(())
    }

    fn edges(&self, each: &mut dyn FnMut(&EdgeRecord<'_>) -> io::Result<()>) -> io::Result<()> {
        let texts = texts();
        for number in 0..self.edges {
            let from = number % texts.len();
            let to = (number + 1 + number / texts.len()) % texts.len();
            let (Some(source), Some(target)) = (texts.get(from), texts.get(to)) else { continue };
            let cells = EDGE_COLUMNS
                .iter()
                .map(|column| match (column.name, column.kind) {
                    ("actions", _) if number == 5 => Cell::Absent,
                    ("actions", _) => {
                        let list: Vec<Cow<'_, str>> =
                            vec!["s3:GetObject".into(), source.as_str().into(), "s3:PutObject".into()];
                        Cell::List(if number == 4 { vec!["s3:GetObject".into()] } else { list })
                    }
                    ("condition", _) => Cell::Text(source.as_str().into()),
                    ("conditional", _) => Cell::Boolean(number % 2 == 1),
                    ("max_session_seconds", _) if number % 2 == 1 => Cell::Integer(3600),
                    _ => Cell::Absent,
                })
                .collect();
            each(&EdgeRecord {
                id: Self::id(number, source).into(),
                source: Self::id(from, source).into(),
                target: Self::id(to, target).into(),
                relation: if number.is_multiple_of(2) { "HOLDS" } else { "CAN_ACCESS" },
                cells,
            })?;
        }
        Ok(())
    }
}
