//! A graph of a few records, whose files are compared as a whole.

use std::io;

use iamreach::export::property_graph::{
    Cell, Column, EDGE_COLUMNS, EdgeRecord, NODE_COLUMNS, NodeRecord, PropertyGraph,
};

/// A role, its session, a set, and what the set can do: quotes, backslashes, line ends and separators are in the names.
pub(crate) struct Small;

const ROLE: &str = "arn:aws:iam::111122223333:role/it's \"A\" \\";
const SESSION: &str = "arn:aws:iam::111122223333:role/it's \"A\" \\#role-session";
const OBJECTS: &str = "arn:aws:s3:::b;c|d,\r\ne/*";

fn text(text: &str) -> Cell<'_> {
    Cell::Text(text.into())
}

fn cells<'a>(columns: &[Column], given: Vec<(&str, Cell<'a>)>) -> Vec<Cell<'a>> {
    let mut cells = vec![Cell::Absent; columns.len()];
    for (name, cell) in given {
        cells[columns.iter().position(|column| column.name == name).unwrap()] = cell;
    }
    cells
}

impl PropertyGraph for Small {
    fn labels(&self) -> &[&'static str] {
        &["IamReach", "AWSPrincipal", "AWSRole", "Session", "AccessSet", "AWSResource"]
    }

    fn relations(&self) -> &[&'static str] {
        &["HOLDS", "IN_SET", "CAN_ACCESS"]
    }

    fn nodes(&self, each: &mut dyn FnMut(&NodeRecord<'_>) -> io::Result<()>) -> io::Result<()> {
        let mut node = |id: &str, labels: &[&'static str], given: Vec<(&str, Cell<'_>)>| {
            let labels = [&["IamReach"], labels].concat();
            each(&NodeRecord { id: id.into(), labels, cells: cells(&NODE_COLUMNS, given) })
        };
        node("access-set:1", &["AccessSet"], vec![("title", text("")), ("members", Cell::Integer(2))])?;
        let of_role = vec![("kind", text("role")), ("name", text(ROLE)), ("external", Cell::Boolean(true))];
        node(ROLE, &["AWSPrincipal", "AWSRole"], of_role)?;
        node(SESSION, &["Session"], vec![("kind", text("session")), ("principal", text(ROLE))])?;
        node(OBJECTS, &["AWSResource"], vec![("name", text(OBJECTS)), ("pattern", Cell::Boolean(true))])
    }

    fn edges(&self, each: &mut dyn FnMut(&EdgeRecord<'_>) -> io::Result<()>) -> io::Result<()> {
        let mut edge = |id: &str, source: &str, relation, target: &str, given: Vec<(&str, Cell<'_>)>| {
            let cells = cells(&EDGE_COLUMNS, given);
            each(&EdgeRecord { id: id.into(), source: source.into(), target: target.into(), relation, cells })
        };
        let takes = vec![("conditional", Cell::Boolean(true)), ("condition", text("k is 'v', \"w\";\nand more"))];
        edge("1", ROLE, "HOLDS", SESSION, takes)?;
        edge("2", SESSION, "IN_SET", "access-set:1", vec![("conditional", Cell::Boolean(false))])?;
        let does = vec![
            ("actions", Cell::List(vec!["s3:GetObject".into(), "s3:PutObject".into()])),
            ("conditional", Cell::Boolean(false)),
            ("max_session_seconds", Cell::Integer(3600)),
            ("statements", Cell::List(vec!["a;b".into(), "it's \\".into()])),
        ];
        edge("3", "access-set:1", "CAN_ACCESS", OBJECTS, does)
    }
}
