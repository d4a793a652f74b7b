//! Answers as a picture.

use std::collections::BTreeMap;

use crate::arn::{AccountId, Arn};
use crate::evaluate::Outcome;
use crate::export::diagram::frame::{Place, framed, service_in};
use crate::export::diagram::words::{Step, list, picture_name};
use crate::export::diagram::{Diagram, DiagramEdge, DiagramNode, EdgeKind, NodeKind};
use crate::export::text::{arn_account, short_name, subject_id, subject_name};
use crate::model::Environment;
use crate::query::{AccessRow, Hop, Requirement, Subject, SubjectKind};

/// Answers as a picture: each principal, role and resource once, in its account; hops that several answers share once. A
/// single answer's path is highlighted.
///
/// A shared hop is conditional if that of some answer is, and its label says under what condition.
#[must_use]
pub fn rows_to_diagram(rows: &[AccessRow], env: &Environment) -> Diagram {
    let highlighted = rows.len() == 1;
    let same_actions = rows.windows(2).all(|pair| matches!(pair, [a, b] if a.actions == b.actions));
    let mut drawing = Drawing { env, highlighted, nodes: BTreeMap::new(), edges: BTreeMap::new() };
    for row in rows {
        let mut from = drawing.subject(&row.subject, row.path.first());
        // What credentials it takes belongs to the first request of the subject.
        let mut credentials = Requirement::of_credentials(row.credentials);
        let mut entrants = row.entrants.as_ref().map(|who| list(&who.words, 2));
        for hop in &row.path {
            let role = drawing.role(&hop.role);
            let who = entrants.take();
            let mut step = Step::of_hop(hop, credentials.take());
            step.who = who;
            if row.subject.kind == SubjectKind::IdentityCenterUser {
                step.label.clear(); // There is no other way in for people.
            }
            drawing.step(from, role.clone(), EdgeKind::Assume, step);
            from = role;
        }
        let resource = drawing.resource(&row.resource);
        // The row's outcome is the whole path's; the last request is unknown only if it says so itself.
        let unknown = row.outcome == Outcome::Unknown
            && (row.path.is_empty() || row.condition.without_missing_input().is_false());
        let label = match row.actions.as_slice() {
            _ if same_actions => String::new(),
            [] | [_] | [_, _] => list(&row.actions, 2),
            many => format!("{} actions", many.len()),
        };
        let step = Step {
            label,
            what: row.actions.join(", "),
            condition: row.condition.clone(),
            credentials,
            who: None,
            strength: row.access_level.into(),
            unknown,
        };
        drawing.step(from, resource, EdgeKind::Access, step);
    }
    drawing.finish(title(rows, same_actions))
}

fn title(rows: &[AccessRow], same_actions: bool) -> String {
    let Some(first) = rows.first() else { return "nobody".to_owned() };
    let same_resource = rows.iter().all(|row| row.resource == first.resource);
    let same_subject = rows.iter().all(|row| row.subject == first.subject);
    let subject = subject_name(&first.subject);
    let actions = if same_actions { list(&first.actions, 3) } else { "access".to_owned() };
    let resource = short_name(&first.resource);
    match (same_subject, same_resource) {
        (true, true) => format!("{subject}: {actions} on {resource}"),
        (true, false) => format!("{subject}: {actions}"),
        (false, true) => format!("{actions} on {resource}"),
        (false, false) => actions,
    }
}

struct Drawing<'e> {
    env: &'e Environment,
    highlighted: bool,
    nodes: BTreeMap<String, (Place, DiagramNode)>,
    edges: BTreeMap<(String, String, EdgeKind), Vec<Step>>,
}

impl Drawing<'_> {
    fn subject(&mut self, subject: &Subject, first: Option<&Hop>) -> String {
        let kind = subject.kind.into();
        if let (NodeKind::Service, Some(hop)) = (kind, first) {
            let account = arn_account(&hop.role);
            return self.node(service_in(&subject_id(subject), account), subject_name(subject), kind, account);
        }
        // The account of a provider is in its ARN only.
        let account = subject.account.or_else(|| arn_account(&subject.name));
        let label = match subject.kind {
            // Its frame has the id already.
            SubjectKind::ExternalAccount if subject.account.is_some() => "whole account".to_owned(),
            _ => subject_name(subject),
        };
        self.node(subject_id(subject), label, kind, account)
    }

    fn role(&mut self, arn: &str) -> String {
        self.node(arn.to_owned(), short_name(arn), NodeKind::Role, arn_account(arn))
    }

    fn resource(&mut self, arn: &str) -> String {
        let collected = Arn::parse(arn).ok().and_then(|arn| self.env.governing_resource(&arn)?.account);
        let account = collected.or_else(|| arn_account(arn));
        self.node(arn.to_owned(), short_name(arn), NodeKind::of_resource(arn), account)
    }

    fn node(&mut self, id: String, label: String, kind: NodeKind, account: Option<AccountId>) -> String {
        let place = Place::of(account, kind, self.env);
        let node = DiagramNode::one(id.clone(), picture_name(&label), kind);
        let node = DiagramNode { highlighted: self.highlighted, ..node };
        self.nodes.entry(id.clone()).or_insert((place, node));
        id
    }

    fn step(&mut self, from: String, to: String, kind: EdgeKind, step: Step) {
        self.edges.entry((from, to, kind)).or_default().push(step);
    }

    fn finish(self, title: String) -> Diagram {
        let highlighted = self.highlighted;
        let edges = self.edges.into_iter().map(|((from, to, kind), steps)| edge(from, to, kind, &steps, highlighted));
        let edges = edges.collect();
        Diagram { title, notes: Vec::new(), clusters: framed(self.nodes.into_values(), self.env), edges }
    }
}

fn edge(from: String, to: String, kind: EdgeKind, steps: &[Step], highlighted: bool) -> DiagramEdge {
    let unknown = steps.iter().all(|step| step.unknown);
    let conditional = steps.iter().any(Step::is_conditional);
    // The label tells a requirement where there is one, the tooltip every one.
    let told = steps.iter().min_by_key(|step| (step.unknown, !step.is_conditional()));
    let mut tooltips: Vec<String> = Vec::new();
    for tooltip in steps.iter().map(Step::tooltip) {
        if !tooltips.contains(&tooltip) {
            tooltips.push(tooltip);
        }
    }
    let label = told.map(Step::label).unwrap_or_default();
    let strength = steps.iter().map(|step| step.strength).max().unwrap_or_default();
    DiagramEdge { from, to, label, tooltip: tooltips.join("\nor\n"), kind, strength, conditional, unknown, highlighted }
}
