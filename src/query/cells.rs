//! The actions that can act on a resource, those together that are decided alike.

use std::collections::{BTreeSet, HashMap};

use crate::action::ActionName;
use crate::arn::{AccountId, Arn};
use crate::evaluate::{ActionRules, Evaluator};
use crate::model::DocumentId;
use crate::query::selector::acts_on;
use crate::request::Caller;
use crate::service_reference::{ActionId, Service, ServiceReference};

/// The actions that can act on a resource, by service.
#[derive(Debug)]
pub(super) struct Acting<'r> {
    resource: &'r str,
    services: Vec<(Service<'static>, Vec<ActionId>)>,
}

impl<'r> Acting<'r> {
    /// Those of a resource of the input, or of a pattern that policies name.
    pub(super) fn on(resource: &'r str) -> Self {
        let reference = ServiceReference::embedded();
        let service = Arn::parse(resource).ok().map(|arn| arn.service().to_owned());
        let services: Vec<_> = match service.as_deref() {
            Some(service) if !service.contains(['*', '?']) => reference.service(service).into_iter().collect(),
            _ => reference.services().collect(),
        };
        let acting = |service: &Service<'static>| -> Vec<ActionId> {
            service.actions().map(ActionId::new).filter(|id| acts_on(*id, resource)).collect()
        };
        let services = services.into_iter().map(|service| (service, acting(&service)));
        Self { resource, services: services.filter(|(_, actions)| !actions.is_empty()).collect() }
    }

    /// All of them, in order.
    pub(super) fn actions(&self) -> impl Iterator<Item = ActionId> {
        self.services.iter().flat_map(|(_, actions)| actions.iter().copied())
    }

    /// One action of each service.
    pub(super) fn one_of_each_service(&self) -> impl Iterator<Item = ActionId> {
        self.services.iter().filter_map(|(_, actions)| actions.first().copied())
    }

    /// The names of some of them, a service's whole set written `service:*`; sorted.
    pub(super) fn names(&self, ids: &[ActionId]) -> Vec<Box<str>> {
        let reference = ServiceReference::embedded();
        let mut names: Vec<Box<str>> = Vec::new();
        for (service, actions) in &self.services {
            let of_service = ids.iter().filter(|id| service.actions().contains(&id.get()));
            if actions.len() > 1 && of_service.clone().count() == actions.len() {
                names.push(format!("{}:*", service.prefix()).into());
                continue;
            }
            names.extend(of_service.filter_map(|id| {
                let action = reference.action(*id)?;
                Some(format!("{}:{}", action.service(), action.name()).into())
            }));
        }
        names.sort();
        names
    }
}

/// Parts the actions on a resource into cells that are decided alike: by rules of single actions, and by what the documents
/// with a say name. What was read of a document is kept for other callers.
pub(super) struct Cells<'c, 'e> {
    evaluator: &'c Evaluator<'e>,
    acting: &'c Acting<'c>,
    actions: Vec<ActionId>,
    /// Which cell each action is in before any document attached to a caller is read, by the caller's account.
    around: HashMap<Option<AccountId>, Vec<u32>>,
    /// By document: of each statement that names some of the actions and not all, which.
    named: HashMap<DocumentId, Vec<Box<[bool]>>>,
}

impl<'c, 'e> Cells<'c, 'e> {
    pub(super) fn new(evaluator: &'c Evaluator<'e>, acting: &'c Acting<'c>) -> Self {
        let (around, named) = (HashMap::new(), HashMap::new());
        Self { evaluator, acting, actions: acting.actions().collect(), around, named }
    }

    /// The cells of a caller's requests for those actions that are wanted, given by their place in order: each sorted, in the
    /// order of what they begin with.
    pub(super) fn of(&mut self, caller: &Caller, wanted: impl Fn(usize) -> bool) -> Vec<Vec<ActionId>> {
        let mut parts = self.around(caller.account()).to_vec();
        if let Some(principal) = caller.principal() {
            for document in self.evaluator.documents_of(principal) {
                self.part(document, &mut parts);
            }
        }
        let mut place: HashMap<u32, usize> = HashMap::new();
        let mut cells: Vec<Vec<ActionId>> = Vec::new();
        let actions = self.actions.iter().zip(parts).enumerate();
        for (_, (id, part)) in actions.filter(|(at, _)| wanted(*at)) {
            let next = cells.len();
            let cell = *place.entry(part).or_insert(next);
            if cell == next {
                cells.push(Vec::new());
            }
            cells.get_mut(cell).into_iter().for_each(|cell| cell.push(*id));
        }
        cells
    }

    fn around(&mut self, account: Option<AccountId>) -> &[u32] {
        if !self.around.contains_key(&account) {
            let mut parts = self.by_rules();
            for document in self.evaluator.documents_around(account, self.acting.resource) {
                self.part(document, &mut parts);
            }
            self.around.insert(account, parts);
        }
        self.around.get(&account).map_or(&[], Vec::as_slice)
    }

    /// The parts by service and by rules of single actions.
    fn by_rules(&self) -> Vec<u32> {
        let mut numbers: HashMap<(usize, ActionRules), u32> = HashMap::new();
        let mut parts = Vec::with_capacity(self.actions.len());
        for (service, (_, actions)) in self.acting.services.iter().enumerate() {
            for id in actions {
                let rules = action_name(*id).map_or(ActionRules::Single(*id), |action| {
                    self.evaluator.action_rules(*id, &action, self.acting.resource)
                });
                let next = u32::try_from(numbers.len()).unwrap_or(u32::MAX);
                parts.push(*numbers.entry((service, rules)).or_insert(next));
            }
        }
        parts
    }

    /// Parts what a document's statements tell apart.
    fn part(&mut self, document: DocumentId, parts: &mut [u32]) {
        let (evaluator, actions) = (self.evaluator, &self.actions);
        let named = self.named.entry(document).or_insert_with(|| {
            let mut named = BTreeSet::new();
            for set in evaluator.action_sets(document) {
                let flags: Box<[bool]> = actions.iter().map(|id| set.contains_id(*id)).collect();
                if flags.contains(&true) && flags.contains(&false) {
                    named.insert(flags);
                }
            }
            named.into_iter().collect()
        });
        for flags in named {
            let mut numbers: HashMap<(u32, bool), u32> = HashMap::new();
            for (part, named) in parts.iter_mut().zip(flags) {
                let next = u32::try_from(numbers.len()).unwrap_or(u32::MAX);
                *part = *numbers.entry((*part, *named)).or_insert(next);
            }
        }
    }
}

/// The name of an action that the reference lists.
pub(super) fn action_name(id: ActionId) -> Option<ActionName> {
    let action = ServiceReference::embedded().action(id)?;
    ActionName::parse(&format!("{}:{}", action.service(), action.name())).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluate::EvaluateOptions;
    use crate::graph::State;
    use crate::load::{LoadOptions, load};
    use crate::model::objects_of;
    use crate::query::Engine;

    /// Of every caller on every resource: what is together in a cell is decided alike, assumptions and all.
    #[test]
    fn e53_e55_e129_e148_e192_e197_e199_actions_of_a_cell_are_decided_alike() {
        let loaded = load(&["data/sample".into()], &LoadOptions::default());
        let engine = Engine::new(Evaluator::new(&loaded.environment, EvaluateOptions::default()));
        let evaluator = engine.evaluator();
        let states: Vec<&State> = engine.graph().states().map(|(_, state)| state).collect();
        let mut resources = vec!["*".to_owned()];
        for resource in loaded.environment.resources() {
            resources.push(resource.arn.to_string());
            resources.extend(objects_of(&resource.arn));
        }
        let (mut cells_met, mut actions_met) = (0, 0);
        for resource in &resources {
            let acting = Acting::on(resource);
            let mut cells = Cells::new(evaluator, &acting);
            // Of actions without a resource there are thousands, and few services with rules for single ones.
            let concerned = |id: &ActionId| {
                resource != "*" || action_name(*id).is_some_and(|name| matches!(name.service(), "s3" | "iam" | "kms"))
            };
            for state in states.iter().filter(|state| state.caller.makes_requests()) {
                for cell in cells.of(&state.caller, |_| true) {
                    let mut known = None;
                    for action in cell.iter().filter(|id| concerned(id)).filter_map(|id| action_name(*id)) {
                        let target = evaluator.target(&action, resource);
                        let decision = evaluator.decide(&state.caller, state.credentials, &target);
                        cells_met += usize::from(known.is_none());
                        actions_met += 1;
                        let first = known.get_or_insert_with(|| (action.clone(), decision.clone()));
                        assert_eq!(first.1, decision, "{state:?}: {:?} and {action:?} on {resource}", first.0);
                    }
                }
            }
        }
        assert!(cells_met > 1_000 && actions_met > 4 * cells_met, "{cells_met} cells, {actions_met} actions");
    }
}
