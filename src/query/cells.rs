//! The actions that can act on a resource, in runs that are decided alike.

use crate::arn::Arn;
use crate::evaluate::Evaluator;
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

    /// Runs of them in which no document that has a say in the caller's requests changes its mind.
    pub(super) fn cells(&self, evaluator: &Evaluator<'_>, caller: &Caller) -> Vec<Vec<ActionId>> {
        self.cells_among(evaluator, caller, |_| true)
    }

    /// The same, of those that are wanted.
    pub(super) fn cells_among(
        &self,
        evaluator: &Evaluator<'_>,
        caller: &Caller,
        wanted: impl Fn(ActionId) -> bool,
    ) -> Vec<Vec<ActionId>> {
        let ends = evaluator.action_ends(caller, self.resource);
        let mut cells = Vec::new();
        for (service, actions) in &self.services {
            // Rules of these services look at single actions (E4, E58, E129, E148, E192, E197).
            let singly = matches!(service.prefix(), "kms" | "lambda" | "sts" | "s3")
                || service.prefix() == "iam" && self.resource == "*";
            let mut cell: Vec<ActionId> = Vec::new();
            for id in actions.iter().copied().filter(|id| wanted(*id)) {
                let last = cell.last().map(|last| last.get());
                let ended = |last: u32| singly || ends.range(last + 1..=id.get()).next().is_some();
                if last.is_some_and(ended) {
                    cells.push(std::mem::take(&mut cell));
                }
                cell.push(id);
            }
            if !cell.is_empty() {
                cells.push(cell);
            }
        }
        cells
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
