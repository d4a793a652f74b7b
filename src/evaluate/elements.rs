//! How a statement compares with a request element by element: what an explanation needs and no decision does.
//!
//! Each element is asked of the code that decides, so that what is said here cannot differ from what was decided.

use crate::condition::{self, Residual};
use crate::evaluate::compiled::{CompiledStatement, ResourceEntry, ResourceSet};
use crate::evaluate::principal_match::match_principal;
use crate::evaluate::recorder::Layer;
use crate::evaluate::statement::Comparer;
use crate::policy::{
    ActionElement, Condition, Element, PrincipalElement, PrincipalValue, Statement, StatementPart, Template,
};
use crate::request::KeyState;

/// What one element of a statement, or one of its conditions, makes of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ElementCheck {
    /// The element and the entry of it that matches the request: of a `Not…` element the one that takes the request out. No
    /// entry where none matches; of conditions, which all have to hold, always one.
    pub part: StatementPart,
    /// When the element lets the statement apply.
    pub when: Residual,
    /// The condition keys that the element asks for, each as written, with what the request says.
    pub keys: Vec<(Box<str>, KeyState)>,
}

impl Comparer<'_, '_> {
    /// Every element of a statement, in the order of [`Element`].
    pub(super) fn element_checks(
        &self,
        layer: Layer,
        written: &Statement,
        compiled: &CompiledStatement,
    ) -> Vec<ElementCheck> {
        let mut checks = vec![self.action_check(written, compiled)];
        checks.extend(compiled.resources.as_ref().map(|set| self.resource_check(layer, set)));
        checks.extend(written.principal.as_ref().map(|element| self.principal_check(layer, written, element)));
        checks.extend((0..).zip(&written.conditions).map(|(index, each)| self.condition_check(index, each)));
        checks
    }

    fn action_check(&self, written: &Statement, compiled: &CompiledStatement) -> ElementCheck {
        let (ActionElement::Action(patterns) | ActionElement::NotAction(patterns)) = &written.actions;
        let entry = patterns.iter().position(|pattern| pattern.matches(&self.target.action));
        let when = compiled.actions.contains(&self.target.action, self.target.action_id).into();
        ElementCheck { part: StatementPart { element: Element::Action, entry }, when, keys: Vec::new() }
    }

    fn resource_check(&self, layer: Layer, set: &ResourceSet) -> ElementCheck {
        let one = |entry: &ResourceEntry| {
            self.resources(layer, &ResourceSet { entries: vec![entry.clone()], negated: false })
        };
        let entry = best_match(set.entries.iter().map(one));
        let variables = set.entries.iter().filter_map(|entry| match entry {
            ResourceEntry::Variable(template) => Some(template),
            ResourceEntry::Fixed(_) => None,
        });
        let mut keys = Vec::new();
        variables.for_each(|template| self.add_variables(template, &mut keys));
        let part = StatementPart { element: Element::Resource, entry };
        ElementCheck { part, when: self.resources(layer, set), keys }
    }

    fn principal_check(&self, layer: Layer, written: &Statement, element: &PrincipalElement) -> ElementCheck {
        let (PrincipalElement::Principal(values) | PrincipalElement::NotPrincipal(values)) = element;
        let one = |value: &PrincipalValue| {
            let grants = if layer == Layer::VpcEndpoint {
                self.at_the_endpoint(value, written.effect)
            } else {
                let alone = PrincipalElement::Principal(vec![value.clone()]);
                match_principal(self.about(), &alone, written.effect, self.caller, self.has_boundary)
            };
            Residual::any(grants.into_iter().map(|(_, when)| when))
        };
        let entry = best_match(values.iter().map(one));
        let when = Residual::any(self.named(layer, written).into_iter().map(|(_, when)| when));
        ElementCheck { part: StatementPart { element: Element::Principal, entry }, when, keys: Vec::new() }
    }

    fn condition_check(&self, index: usize, written: &Condition) -> ElementCheck {
        let mut keys = vec![(written.key.clone(), self.context.get(&written.key.to_lowercase()).clone())];
        written.values.iter().for_each(|template| self.add_variables(template, &mut keys));
        let part = StatementPart { element: Element::Condition, entry: Some(index) };
        ElementCheck { part, when: condition::evaluate(written, self.context), keys }
    }

    fn add_variables(&self, template: &Template, keys: &mut Vec<(Box<str>, KeyState)>) {
        let text = template.as_str();
        for key in template.variables() {
            // The template has the key in lowercase; it is shown as it was written.
            let at = text.to_ascii_lowercase().find(key);
            let written = at.and_then(|at| text.get(at..at + key.len())).unwrap_or(key);
            if !keys.iter().any(|(known, _)| known.eq_ignore_ascii_case(written)) {
                keys.push((written.into(), self.context.get(key).clone()));
            }
        }
    }
}

/// The first entry that matches whatever else the request says, else the first that may.
fn best_match(entries: impl Iterator<Item = Residual>) -> Option<usize> {
    let mut may = None;
    for (index, when) in entries.enumerate() {
        if when.is_true() {
            return Some(index);
        }
        if !when.is_false() {
            may = may.or(Some(index));
        }
    }
    may
}
