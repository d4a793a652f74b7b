//! A decision in a line, and what would have to change.

use std::collections::BTreeSet;

use crate::evaluate::{Decision, Layer, Outcome, ResourceRules, Target};
use crate::graph::State;
use crate::model::PolicyKind;
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
                Some((layer, statement)) => {
                    format!("{} in the {} denies it", self.named_in_layer(statement), layer.name)
                }
                None => match self.apart(LayerEffect::ExplicitDeny) {
                    Some(layer) => format!("it needs the {}, which is denied", layer.name),
                    None if self.layers.iter().any(|layer| layer.lacks_allow) => {
                        "one or another of the Deny statements applies to every such request".to_owned()
                    }
                    None => "the conditions under which it is denied leave nothing of those under which it is allowed"
                        .to_owned(),
                },
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

    /// The layer of that effect that is a request of its own, if one is.
    fn apart(&self, effect: LayerEffect) -> Option<&ExplainedLayer> {
        self.layers.iter().filter(|layer| layer.layer.is_apart()).find(|layer| layer.effect == effect)
    }

    fn lacking(&self) -> String {
        let lacking = self.layers.iter().filter(|layer| layer.effect == LayerEffect::ImplicitDeny);
        let (told, silent): (Vec<_>, Vec<_>) = lacking.partition(|layer| layer.restricted || layer.lacking.is_some());
        let told = told.iter().map(|layer| match layer.lacking {
            Some(lacking) => lacking.to_owned(),
            None => format!("Block Public Access takes away what the {} allows", layer.name),
        });
        let silent: Vec<&str> = silent.iter().map(|layer| layer.name.as_str()).collect();
        let silence = match silent.as_slice() {
            [] if told.len() > 0 => None,
            [] => Some("the conditions under which the layers allow exclude each other".to_owned()),
            [one] if self.apart(LayerEffect::ImplicitDeny).is_some() => {
                Some(format!("it needs the {one}, which is not allowed"))
            }
            [one] => Some(format!("nothing in the {one} allows it")),
            [others @ .., last] => {
                let others: Vec<String> = others.iter().map(|name| format!("the {name}")).collect();
                Some(format!("nothing in {} or in the {last} allows it", others.join(", in ")))
            }
        };
        told.chain(silence).collect::<Vec<_>>().join("; ")
    }

    /// The statements that grant, at most two.
    fn granting(&self) -> Option<String> {
        let of = |layer: &ExplainedLayer| {
            let granting = layer.applied.iter().filter(|one| one.decides && one.effect == Effect::Allow);
            granting.map(|statement| self.named(layer, statement)).collect::<Vec<_>>()
        };
        let mut statements: Vec<String> =
            self.layers.iter().filter(|layer| layer.layer.grants()).flat_map(of).collect();
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

    /// `statement Sid of Policy`.
    fn named(&self, layer: &ExplainedLayer, statement: &ExplainedStatement) -> String {
        let which = which(self.engine.environment(), statement.statement);
        match self.kind(statement) {
            Some(PolicyKind::Trust) => format!("{which} of the trust policy"),
            Some(PolicyKind::ResourceBased) if layer.layer == Layer::AccessPoint => {
                format!("{which} of the access point's policy")
            }
            Some(PolicyKind::ResourceBased) => format!("{which} of the resource policy"),
            _ => self.engine.statement_name(statement.statement),
        }
    }

    /// The same beside the name of its layer, which names the policy of a resource or role.
    fn named_in_layer(&self, statement: &ExplainedStatement) -> String {
        match self.kind(statement) {
            Some(PolicyKind::Trust | PolicyKind::ResourceBased) => {
                which(self.engine.environment(), statement.statement)
            }
            _ => self.engine.statement_name(statement.statement),
        }
    }

    fn kind(&self, statement: &ExplainedStatement) -> Option<PolicyKind> {
        statement.statement.policy.map(|policy| self.engine.environment().policy(policy).kind)
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
        let mut needed = self.to_be_spared();
        let denied = !needed.is_empty();
        let lacking: Vec<&ExplainedLayer> = self.layers.iter().filter(|layer| layer.lacks_allow).collect();
        needed.extend(lacking.iter().map(|layer| self.needs(layer)));
        let other_way = if denied { None } else { self.other_way(&lacking) };
        Some(match needed.as_slice() {
            [] if self.outcome == Outcome::ExplicitlyDenied => {
                "a Deny statement above would have to spare this request".to_owned()
            }
            [] => "the conditions above would have to leave something in common".to_owned(),
            needed => needed.join("; and ") + &other_way.unwrap_or_default(),
        })
    }

    /// What denies, each once.
    fn to_be_spared(&self) -> Vec<String> {
        let mut spared = Vec::new();
        let certain = self.layers.iter().any(|layer| layer.effect == LayerEffect::ExplicitDeny);
        let together = self.outcome == Outcome::ExplicitlyDenied && !certain;
        let denying = |layer: &&ExplainedLayer| together || layer.effect == LayerEffect::ExplicitDeny;
        for layer in self.layers.iter().filter(denying) {
            let decides = |one: &&ExplainedStatement| one.decides && one.effect == Effect::Deny;
            let denying = layer.applied.iter().filter(decides);
            spared.extend(denying.map(|one| format!("{} would have to spare this request", self.named(layer, one))));
        }
        if let Some(layer) = self.apart(LayerEffect::ExplicitDeny) {
            spared.push(format!("{} would have to be spared", asked(layer)));
        }
        let mut seen = BTreeSet::new();
        spared.retain(|text| seen.insert(text.clone()));
        spared
    }

    /// Within one account the resource's policy can let a user or role in by itself, past its boundary too if it names the
    /// user or the session (T1, T4, T5).
    fn other_way(&self, lacking: &[&ExplainedLayer]) -> Option<String> {
        let of_caller = |layer: &&ExplainedLayer| {
            matches!(layer.layer, Layer::Identity | Layer::Boundary | Layer::Session) && layer.lacking.is_none()
        };
        let same = self.target.account().is_some() && self.target.account() == self.state.caller.account();
        if lacking.is_empty() || !lacking.iter().all(of_caller) || !same || !self.target.takes_policy {
            return None;
        }
        let limited = lacking.iter().any(|layer| layer.layer != Layer::Identity);
        let whom = match self.state.caller {
            Caller::User { .. } => "the user",
            Caller::RoleSession { .. } if limited => "the role's session",
            Caller::RoleSession { .. } => "the role",
            _ => return None,
        };
        let policy = match self.target.rules {
            ResourceRules::RoleTrust => "trust policy",
            ResourceRules::KmsKey => "key policy",
            ResourceRules::Ordinary | ResourceRules::RootSession => "resource policy",
        };
        Some(format!("; or the {policy} would have to name {whom}"))
    }

    fn needs(&self, layer: &ExplainedLayer) -> String {
        if self.apart(LayerEffect::ImplicitDeny).is_some_and(|apart| apart.layer == layer.layer) {
            return format!("{} would have to be allowed", asked(layer));
        }
        if let Some(lacking) = layer.lacking {
            return format!("no policy helps: {lacking}");
        }
        if layer.restricted {
            return format!(
                "the {} would have to allow it without being public, or Block Public Access would have to be off",
                layer.name
            );
        }
        let near = layer.nearest.as_ref().map(|near| format!(" ({} comes nearest)", self.named_in_layer(near)));
        format!("the {} would have to allow it{}", layer.name, near.unwrap_or_default())
    }
}

/// What a layer that is a request of its own asks.
fn asked(layer: &ExplainedLayer) -> String {
    match &layer.asks {
        Some((action, resource)) => format!("{action} on {resource}"),
        None => format!("the {}", layer.name),
    }
}
