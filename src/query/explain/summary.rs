//! A decision in a line, and what would have to change.

use crate::evaluate::{Decision, Layer, Outcome, ResourceRules, Target};
use crate::graph::State;
use crate::policy::Effect;
use crate::query::engine::Engine;
use crate::request::Caller;

use super::{ExplainedLayer, ExplainedStatement, LayerEffect, which};

pub(super) struct Summary<'a, 'e> {
    pub(super) engine: &'a Engine<'e>,
    pub(super) state: &'a State,
    pub(super) target: &'a Target,
    pub(super) layers: &'a [ExplainedLayer],
    pub(super) outcome: Outcome,
}

impl Summary<'_, '_> {
    /// What the outcome is due to.
    pub(super) fn because(&self, decision: &Decision) -> String {
        match self.outcome {
            Outcome::ExplicitlyDenied => match self.denying() {
                Some((layer, statement)) if layer.layer == Layer::Resource => {
                    format!("{} in the {} denies it", which(self.engine.environment(), statement.statement), layer.name)
                }
                Some((layer, statement)) => format!("{} in the {} denies it", self.named(layer, statement), layer.name),
                None => "the conditions under which it is denied leave nothing of those under which it is allowed"
                    .to_owned(),
            },
            Outcome::ImplicitlyDenied => self.lacking(),
            Outcome::Unknown => format!("it hangs on what is missing: {}", decision.reasons().join("; ")),
            Outcome::Allowed | Outcome::AllowedIf => {
                let when = if self.outcome == Outcome::AllowedIf { ", under the conditions below" } else { "" };
                self.granting()
                    .map_or_else(|| format!("nothing that has to allow is missing{when}"), |by| format!("{by}{when}"))
            }
        }
    }

    fn denying(&self) -> Option<(&ExplainedLayer, &ExplainedStatement)> {
        let mut denying = self.layers.iter().filter(|layer| layer.effect == LayerEffect::ExplicitDeny);
        denying.find_map(|layer| Some((layer, layer.applied.iter().find(|statement| statement.decides)?)))
    }

    fn lacking(&self) -> String {
        let lacking: Vec<&str> = self
            .layers
            .iter()
            .filter(|layer| layer.effect == LayerEffect::ImplicitDeny)
            .map(|layer| layer.name.as_str())
            .collect();
        match lacking.as_slice() {
            [] if matches!(self.state.caller, Caller::Root(_)) => "root users cannot make this call".to_owned(),
            [] => "the conditions under which the layers allow exclude each other".to_owned(),
            [one] => format!("nothing in the {one} allows it"),
            [others @ .., last] => {
                let others: Vec<String> = others.iter().map(|name| format!("the {name}")).collect();
                format!("nothing in {} or in the {last} allows it", others.join(", in "))
            }
        }
    }

    /// The statements that grant, at most two.
    fn granting(&self) -> Option<String> {
        let layers = self.layers.iter().filter(|layer| matches!(layer.layer, Layer::Resource | Layer::Identity));
        let mut statements: Vec<String> = layers
            .flat_map(|layer| layer.applied.iter().map(move |statement| (layer, statement)))
            .filter(|(_, statement)| statement.decides && statement.effect == Effect::Allow)
            .map(|(layer, statement)| self.named(layer, statement))
            .collect();
        statements.dedup();
        if statements.is_empty() {
            let own =
                matches!(self.state.caller, Caller::Root(_)) && self.target.account() == self.state.caller.account();
            return own.then(|| "the root user of the account that owns the resource needs no Allow".to_owned());
        }
        let more = statements.len().saturating_sub(2);
        statements.truncate(2);
        let verb = if statements.len() == 1 && more == 0 { "allows it" } else { "allow it" };
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        Some(format!("{}{more} {verb}", statements.join(" and ")))
    }

    /// `statement Sid of Policy`; the policy of a resource is named in its layer.
    fn named(&self, layer: &ExplainedLayer, statement: &ExplainedStatement) -> String {
        let environment = self.engine.environment();
        if layer.layer == Layer::Resource {
            let kind = if self.target.rules == ResourceRules::RoleTrust { "trust" } else { "resource" };
            return format!("{} of the {kind} policy", which(environment, statement.statement));
        }
        self.engine.statement_name(statement.statement)
    }

    /// The nearest thing that would have to change for the request to be allowed.
    pub(super) fn change(&self) -> Option<String> {
        if self.outcome == Outcome::Unknown {
            return Some("collect what is named as missing, then ask again".to_owned());
        }
        if self.layers.is_empty() && self.state.caller.account().is_none() {
            return Some(
                "the resource's own policy would have to allow this caller, which no account speaks for".to_owned(),
            );
        }
        if let Some((layer, statement)) = self.denying() {
            return Some(format!("{} would have to spare this request", self.named(layer, statement)));
        }
        let lacking = self.layers.iter().filter(|layer| layer.effect == LayerEffect::ImplicitDeny);
        let needed: Vec<String> = lacking.map(|layer| self.needs(layer)).collect();
        Some(match (needed.as_slice(), self.outcome) {
            ([], Outcome::ExplicitlyDenied) => "a Deny statement above would have to spare this request".to_owned(),
            ([], _) if matches!(self.state.caller, Caller::Root(_)) => "root users cannot make this call".to_owned(),
            ([], _) => "the conditions above would have to leave something in common".to_owned(),
            (needed, _) => needed.join("; and "),
        })
    }

    fn needs(&self, layer: &ExplainedLayer) -> String {
        let near = layer.nearest.as_ref().map(|near| {
            let name = match layer.layer {
                Layer::Resource => which(self.engine.environment(), near.statement),
                _ => self.named(layer, near),
            };
            format!(" ({name} comes nearest)")
        });
        format!("the {} would have to allow it{}", layer.name, near.unwrap_or_default())
    }
}
