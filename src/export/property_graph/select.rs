//! A part of a property graph.

use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::io;

use crate::arn::AccountId;
use crate::export::property_graph::names::{Naming, Relationship};
use crate::export::property_graph::record::{Cell, EdgeRecord, NODE_COLUMNS, NodeRecord, PropertyGraph};

/// What of the graph to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Part {
    /// Who is a member of which group.
    Members,
    /// The sessions, and the calls that open them.
    Assumes,
    /// The sessions, and what they can do to resources.
    Accesses,
}

/// The edges of a graph that are of some parts, and begin or end in some accounts, with their nodes.
pub struct Selected<'g> {
    graph: &'g dyn PropertyGraph,
    relations: BTreeSet<&'static str>,
    accounts: BTreeSet<String>,
    inside: OnceCell<BTreeSet<String>>,
    touched: OnceCell<BTreeSet<String>>,
}

impl<'g> Selected<'g> {
    /// A part of a graph that is written with these names; all where a list is empty.
    #[must_use]
    pub fn new(graph: &'g dyn PropertyGraph, naming: Naming, parts: &[Part], accounts: &[AccountId]) -> Self {
        use Relationship::{Access, Assume, Holds, InSet, Member, Owns};
        let all = [Part::Members, Part::Assumes, Part::Accesses];
        let mut wanted: Vec<Relationship> = Vec::new();
        for part in if parts.is_empty() { &all[..] } else { parts } {
            wanted.extend(match part {
                Part::Members => &[Member][..],
                Part::Assumes => &[Holds, InSet, Assume],
                Part::Accesses => &[Holds, InSet, Access],
            });
        }
        wanted.extend(parts.is_empty().then_some(Owns));
        Self {
            graph,
            relations: wanted.into_iter().map(|relationship| naming.relationship(relationship)).collect(),
            accounts: accounts.iter().map(ToString::to_string).collect(),
            inside: OnceCell::new(),
            touched: OnceCell::new(),
        }
    }

    /// The ids of the nodes in the accounts.
    fn inside(&self) -> io::Result<&BTreeSet<String>> {
        if let Some(inside) = self.inside.get() {
            return Ok(inside);
        }
        let place = NODE_COLUMNS.iter().position(|column| column.name == "account_id");
        let mut inside = BTreeSet::new();
        self.graph.nodes(&mut |node| {
            if let Some(Cell::Text(account)) = place.and_then(|place| node.cells.get(place))
                && self.accounts.contains(&**account)
            {
                inside.insert(node.id.to_string());
            }
            Ok(())
        })?;
        Ok(self.inside.get_or_init(|| inside))
    }

    /// The ids of the nodes that edges touch.
    fn touched(&self) -> io::Result<&BTreeSet<String>> {
        if let Some(touched) = self.touched.get() {
            return Ok(touched);
        }
        let mut touched = BTreeSet::new();
        self.edges(&mut |edge| {
            for end in [&edge.source, &edge.target] {
                if !touched.contains(&**end) {
                    touched.insert(end.to_string());
                }
            }
            Ok(())
        })?;
        Ok(self.touched.get_or_init(|| touched))
    }
}

impl PropertyGraph for Selected<'_> {
    fn labels(&self) -> &[&'static str] {
        self.graph.labels()
    }

    fn relations(&self) -> &[&'static str] {
        self.graph.relations()
    }

    fn nodes(&self, each: &mut dyn FnMut(&NodeRecord<'_>) -> io::Result<()>) -> io::Result<()> {
        let touched = self.touched()?;
        self.graph.nodes(&mut |node| if touched.contains(&*node.id) { each(node) } else { Ok(()) })
    }

    fn edges(&self, each: &mut dyn FnMut(&EdgeRecord<'_>) -> io::Result<()>) -> io::Result<()> {
        let inside = self.inside()?;
        self.graph.edges(&mut |edge| {
            let of_account =
                self.accounts.is_empty() || inside.contains(&*edge.source) || inside.contains(&*edge.target);
            if of_account && self.relations.contains(edge.relation) { each(edge) } else { Ok(()) }
        })
    }
}
