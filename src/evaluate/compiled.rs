//! Documents made ready: action patterns as ranges of numbers, resource patterns parsed, once per distinct document.

use std::ops::Range;
use std::sync::OnceLock;

use crate::action::{ActionName, ActionPattern};
use crate::arn_pattern::ArnPattern;
use crate::model::{DocumentId, Environment};
use crate::policy::{ActionElement, Effect, ResourceElement, Statement, Template};
use crate::service_reference::{ActionId, ServiceReference};
use crate::wildcard::Token;

/// A set of actions: ranges of the reference's numbers, and the patterns themselves for actions it does not list.
#[derive(Debug, Clone)]
pub(crate) struct ActionSet {
    ranges: Vec<Range<u32>>,
    patterns: Vec<ActionPattern>,
    /// `NotAction`: everything but these (E55).
    negated: bool,
}

impl ActionSet {
    fn of(element: &ActionElement, reference: &ServiceReference) -> Self {
        let (patterns, negated) = match element {
            ActionElement::Action(patterns) => (patterns, false),
            ActionElement::NotAction(patterns) => (patterns, true),
        };
        let mut ranges = Vec::new();
        for pattern in patterns {
            push_ranges(pattern, reference, &mut ranges);
        }
        ranges.sort_by_key(|range| (range.start, range.end));
        let mut merged: Vec<Range<u32>> = Vec::with_capacity(ranges.len());
        for range in ranges {
            match merged.last_mut() {
                Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
                _ => merged.push(range),
            }
        }
        Self { ranges: merged, patterns: patterns.clone(), negated }
    }

    /// Whether the action is in the set.
    pub(crate) fn contains(&self, action: &ActionName, id: Option<ActionId>) -> bool {
        match id {
            Some(id) => self.contains_id(id),
            None => self.patterns.iter().any(|pattern| pattern.matches(action)) != self.negated,
        }
    }

    /// The same of an action that the reference lists.
    pub(crate) fn contains_id(&self, id: ActionId) -> bool {
        let after = self.ranges.partition_point(|range| range.start <= id.get());
        after.checked_sub(1).is_some_and(|at| self.ranges[at].end > id.get()) != self.negated
    }
}

fn push_ranges(pattern: &ActionPattern, reference: &ServiceReference, ranges: &mut Vec<Range<u32>>) {
    if pattern.matches_everything() {
        ranges.push(0..reference.action_count());
        return;
    }
    let scan = |all: Range<u32>, ranges: &mut Vec<Range<u32>>| {
        for number in all {
            let Some(action) = reference.action(ActionId::new(number)) else { continue };
            let text = format!("{}:{}", action.service(), action.name().to_ascii_lowercase());
            if pattern.wildcard().matches(&text) {
                ranges.push(number..number + 1);
            }
        }
    };
    match pattern.wildcard().tokens() {
        [Token::Literal(text)] => {
            let id = text.split_once(':').and_then(|(service, name)| reference.action_id(service, name));
            ranges.extend(id.map(|id| id.get()..id.get() + 1));
        }
        [Token::Literal(text), Token::AnyRun] if text.contains(':') => {
            let (service, prefix) = text.split_once(':').unwrap_or_default();
            ranges.push(reference.actions_starting_with(service, prefix));
        }
        _ => match pattern.service() {
            Some(service) => {
                if let Some(service) = reference.service(service) {
                    scan(service.actions(), ranges);
                }
            }
            None => scan(0..reference.action_count(), ranges),
        },
    }
}

/// One entry of a `Resource` list.
#[derive(Debug, Clone)]
pub(crate) enum ResourceEntry {
    /// Without variables.
    Fixed(ArnPattern),
    /// With variables: built for each request.
    Variable(Template),
}

/// `Resource` or `NotResource`.
#[derive(Debug, Clone)]
pub(crate) struct ResourceSet {
    pub(crate) entries: Vec<ResourceEntry>,
    pub(crate) negated: bool,
}

/// A statement made ready; what it has beyond these fields is read from the document.
#[derive(Debug, Clone)]
pub(crate) struct CompiledStatement {
    pub(crate) effect: Effect,
    pub(crate) actions: ActionSet,
    /// `None` where the statement names no resource: those the policy is attached to.
    pub(crate) resources: Option<ResourceSet>,
}

impl CompiledStatement {
    fn of(statement: &Statement, reference: &ServiceReference) -> Self {
        let entry = |template: &Template| match template.as_plain() {
            Some(text) => ResourceEntry::Fixed(ArnPattern::parse(text)),
            None => ResourceEntry::Variable(template.clone()),
        };
        let resources = statement.resources.as_ref().map(|element| {
            let (templates, negated) = match element {
                ResourceElement::Resource(templates) => (templates, false),
                ResourceElement::NotResource(templates) => (templates, true),
            };
            ResourceSet { entries: templates.iter().map(entry).collect(), negated }
        });
        Self { effect: statement.effect, actions: ActionSet::of(&statement.actions, reference), resources }
    }
}

/// The documents of an environment, each compiled when first asked for.
#[derive(Debug)]
pub(crate) struct Compiled<'e> {
    environment: &'e Environment,
    documents: Vec<OnceLock<Vec<CompiledStatement>>>,
}

impl<'e> Compiled<'e> {
    pub(crate) fn new(environment: &'e Environment) -> Self {
        Self { environment, documents: environment.documents().map(|_| OnceLock::new()).collect() }
    }

    /// The statements of a document with their compiled form; `None` when the document was refused.
    pub(crate) fn statements(
        &self,
        document: DocumentId,
    ) -> Option<impl Iterator<Item = (u32, &'e Statement, &CompiledStatement)>> {
        let written = self.environment.document(document).content.as_ref().ok()?;
        let compiled = self.documents[document.0 as usize].get_or_init(|| {
            let reference = ServiceReference::embedded();
            written.statements.iter().map(|statement| CompiledStatement::of(statement, reference)).collect()
        });
        Some(
            (0..).zip(&written.statements).zip(compiled).map(|((index, written), compiled)| (index, written, compiled)),
        )
    }
}
