//! The layers of a decision: their names, effects and statements.

use crate::arn::{AccountId, Arn};
use crate::evaluate::{
    Compared, Comparison, ElementCheck, Layer, LayerRole, Outcome, Reasons, ResourceRules, Target, Verdict,
    missing_input,
};
use crate::graph::State;
use crate::model::{Collected, TargetKind};
use crate::policy::{Effect, Element};
use crate::query::answer::Subject;
use crate::query::engine::Engine;
use crate::request::Caller;

use super::nearest::nearest;
use super::words::Asked;
use super::{ExplainedLayer, ExplainedStatement, LayerEffect, Level, written};

/// One decision, about to be told.
pub(super) struct Explainer<'a, 'e> {
    pub(super) engine: &'a Engine<'e>,
    pub(super) state: &'a State,
    pub(super) target: &'a Target,
    pub(super) subject: &'a Subject,
    pub(super) reasons: &'a Reasons,
    pub(super) outcome: Outcome,
}

impl Explainer<'_, '_> {
    /// The layers, in AWS's order (E111).
    pub(super) fn all(&self) -> Vec<ExplainedLayer> {
        self.reasons.verdicts.iter().map(|(layer, verdict)| self.layer(*layer, verdict)).collect()
    }

    fn layer(&self, layer: Layer, verdict: &Verdict) -> ExplainedLayer {
        let role = &self.reasons.role_of(layer);
        let effect = LayerEffect::of(verdict, role);
        let compared = || self.reasons.compared.iter().filter(move |one| one.layer == layer);
        let applied: Vec<_> = compared()
            .filter(|one| matches!(one.comparison, Comparison::Applies(_)))
            .map(|one| self.statement(one, effect))
            .collect();
        let lacks_allow = role.allows(verdict).is_false() && role.needed.is_true();
        let nearest = ((lacks_allow || self.lacks(layer, effect)) && !role.restricted).then(|| {
            let compared = compared().filter(|one| effect != LayerEffect::NoImpact || self.is_close(one));
            nearest(compared, &self.asked(), self.engine.environment())
        });
        let nearest = nearest.flatten().map(|one| self.statement(one, effect));
        let level = self.level(layer);
        let asks = self.reasons.asked.iter().find(|(of, ..)| *of == layer);
        ExplainedLayer {
            layer,
            name: self.name(layer, level.as_ref()),
            level,
            effect,
            listed_by_aws: layer != Layer::Resource || !role.needed.is_false(),
            why: self.why(layer, verdict, role, effect, &applied, nearest.is_some()),
            asks: asks.map(|(_, action, resource)| (action.clone(), resource.clone())),
            restricted: role.restricted,
            lacking: role.lacking,
            lacks_allow,
            allow: role.given.clone().filter(|_| role.restricted).unwrap_or_else(|| verdict.allow.clone()),
            deny: verdict.deny.clone(),
            applied,
            nearest,
        }
    }

    /// Whether an Allow of the layer would have made a difference.
    fn lacks(&self, layer: Layer, effect: LayerEffect) -> bool {
        let resource_might = layer == Layer::Resource && self.outcome == Outcome::ImplicitlyDenied;
        match effect {
            LayerEffect::ImplicitDeny | LayerEffect::NoImpactIf => true,
            LayerEffect::NoImpact => resource_might,
            _ => false,
        }
    }

    /// Whether a statement speaks of the very request, and fails at whom it names or at its conditions.
    fn is_close(&self, one: &Compared) -> bool {
        let of_request = |check: &&ElementCheck| matches!(check.part.element, Element::Action | Element::Resource);
        one.checks.iter().filter(of_request).all(|check| !check.when.is_false())
    }

    fn asked(&self) -> Asked<'_> {
        let environment = self.engine.environment();
        let id = self.state.caller.principal();
        let groups = id.map(|id| environment.principal(id).groups.iter()).into_iter().flatten();
        let groups = groups.map(|group| environment.group(*group).arn.as_str()).collect();
        Asked { caller: &self.subject.name, groups, target: self.target }
    }

    fn statement(&self, one: &Compared, layer: LayerEffect) -> ExplainedStatement {
        let written = written(self.engine.environment(), one.statement);
        let applies = matches!(one.comparison, Comparison::Applies(_));
        let failed = written.filter(|_| !applies).and_then(|written| self.asked().failure(written, &one.checks));
        let parts = match &failed {
            Some(failed) => failed.parts.clone(),
            None => one.checks.iter().map(|check| check.part).filter(|part| part.entry.is_some()).collect(),
        };
        ExplainedStatement {
            statement: one.statement,
            group: self.group_of(one),
            effect: one.effect,
            comparison: one.comparison.clone(),
            decides: self.decides(one, layer),
            parts,
            tests: written.map(|written| self.asked().tests(written, &one.checks)).unwrap_or_default(),
            failed,
        }
    }

    /// The group that gives the caller an identity policy it has not itself (E94).
    fn group_of(&self, one: &Compared) -> Option<Box<str>> {
        let environment = self.engine.environment();
        let policy = one.statement.policy.filter(|_| one.layer == Layer::Identity)?;
        let principal = environment.principal(self.state.caller.principal()?);
        if principal.policies.contains(&policy) {
            return None;
        }
        let mut groups = principal.groups.iter().map(|group| environment.group(*group));
        groups.find(|group| group.policies.contains(&policy)).map(|group| group.name.clone())
    }

    /// Whether the decision is a statement's doing: of a denial the Deny, or what comes nearest to the Allow that lacks; of
    /// an allowance what grants, and what sets its conditions.
    fn decides(&self, one: &Compared, layer: LayerEffect) -> bool {
        let Comparison::Applies(when) = &one.comparison else {
            return self.outcome == Outcome::ImplicitlyDenied && layer == LayerEffect::ImplicitDeny;
        };
        let grants = one.effect == Effect::Allow
            && one.layer.grants()
            && matches!(layer, LayerEffect::Allow | LayerEffect::AllowIf | LayerEffect::DenyIf);
        match self.outcome {
            Outcome::ExplicitlyDenied if layer == LayerEffect::ExplicitDeny => {
                let certain = |other: &&Compared| {
                    other.layer == one.layer
                        && other.effect == Effect::Deny
                        && matches!(&other.comparison, Comparison::Applies(when) if when.is_true())
                };
                // Several may deny together what none denies alone.
                let together = || !self.reasons.compared.iter().any(|other| certain(&other));
                one.effect == Effect::Deny && (when.is_true() || together())
            }
            // Denied by conditions that leave nothing of what is allowed.
            Outcome::ExplicitlyDenied => {
                let certain = self.reasons.verdicts.iter().any(|(_, verdict)| verdict.deny.is_true());
                !certain && one.effect == Effect::Deny
            }
            Outcome::ImplicitlyDenied => false,
            Outcome::Allowed => grants,
            Outcome::AllowedIf | Outcome::Unknown => grants || !when.is_true(),
        }
    }

    /// What the statements do not show.
    fn why(
        &self,
        layer: Layer,
        verdict: &Verdict,
        role: &LayerRole,
        effect: LayerEffect,
        applied: &[ExplainedStatement],
        has_nearest: bool,
    ) -> Option<String> {
        if effect == LayerEffect::Unknown {
            // What a statement hangs on is told with it.
            let told: Vec<String> = applied
                .iter()
                .flat_map(|statement| match &statement.comparison {
                    Comparison::Applies(when) => missing_input(when),
                    _ => Vec::new(),
                })
                .collect();
            let mut missing = missing_input(&verdict.allow.clone().or(verdict.deny.clone()));
            missing.retain(|reason| !told.contains(reason));
            if !missing.is_empty() || !told.is_empty() {
                return (!missing.is_empty()).then(|| missing.join("; "));
            }
        }
        if !role.needed.is_false() && !role.needed.is_true() && !missing_input(&role.needed).is_empty() {
            return Some(missing_input(&role.needed).join("; "));
        }
        if layer.is_apart() {
            return Some(self.why_of_its_own(layer, effect));
        }
        let denies = applied.iter().any(|statement| statement.effect == Effect::Deny);
        if denies && verdict.deny.is_false() {
            return Some(
                "the root user of the account that owns a bucket gets at its policy even against a Deny".to_owned(),
            );
        }
        if let Some(lacking) = role.lacking {
            return Some(lacking.to_owned());
        }
        if role.restricted && effect != LayerEffect::ExplicitDeny {
            return Some(
                "Block Public Access is on: what a public policy gives to other accounts, and a list to the public, counts \
                 for nothing"
                    .to_owned(),
            );
        }
        match effect {
            LayerEffect::Allow if matches!(layer, Layer::ResourceControl(_)) => {
                Some("RCPFullAWSAccess allows, and no statement denies".to_owned())
            }
            LayerEffect::AllowIf if applied.is_empty() => {
                Some(format!("hangs on what was not collected: {}", verdict.allow))
            }
            LayerEffect::NoImpact => Some(self.why_no_impact(layer, verdict).to_owned()),
            LayerEffect::NoImpactIf => {
                let nothing = if has_nearest { "does not allow".to_owned() } else { self.why_nothing_is_near(layer) };
                Some(format!("{nothing}; it need not if {}", role.needed.not()))
            }
            LayerEffect::ImplicitDeny => {
                let nothing = (!has_nearest).then(|| self.why_nothing_is_near(layer));
                let rule = match layer {
                    Layer::Resource => Some(self.why_the_owner_has_to_allow().to_owned()),
                    Layer::ServiceControl(_) => {
                        Some("every level from the root to the account has to allow".to_owned())
                    }
                    _ => None,
                };
                match (rule, nothing) {
                    (Some(rule), Some(nothing)) => Some(format!("{rule}; {nothing}")),
                    (rule, nothing) => rule.or(nothing),
                }
            }
            _ => None,
        }
    }

    /// Of what is decided apart and not told here: what is asked, and how to have it told.
    fn why_of_its_own(&self, layer: Layer, effect: LayerEffect) -> String {
        match self.reasons.asked.iter().find(|(of, ..)| *of == layer) {
            Some((_, action, resource)) => {
                let how = match effect {
                    LayerEffect::ImplicitDeny => "is not allowed",
                    LayerEffect::ExplicitDeny => "is denied",
                    LayerEffect::Allow => "is allowed",
                    _ => "is allowed under conditions",
                };
                format!("{action} on {resource} {how}; `iamreach explain` for that request tells why")
            }
            None if matches!(self.state.caller, Caller::Anonymous) => "KMS takes no unsigned requests".to_owned(),
            None => "the key that AWS manages for S3 serves the bucket's own account, and no other".to_owned(),
        }
    }

    fn why_no_impact(&self, layer: Layer, verdict: &Verdict) -> &'static str {
        match layer {
            Layer::Identity if matches!(self.state.caller, Caller::Root(_)) => {
                "a root user has no identity policies and needs none"
            }
            Layer::Resource if !verdict.allow.is_false() => {
                "it names the account as a whole, which lets the account's own policies allow and gives nothing by itself"
            }
            Layer::Resource => "no statement allows the caller, and within one account none has to",
            _ if self.target.rules == ResourceRules::RoleTrust => {
                "does not allow, and need not: the trust policy lets the caller in by itself"
            }
            _ => "does not allow, and need not: the resource policy lets the caller in by itself",
        }
    }

    /// E124, E125, E135, E157.
    fn why_the_owner_has_to_allow(&self) -> &'static str {
        let cross = self.target.account() != self.state.caller.account();
        match self.target.rules {
            ResourceRules::RoleTrust => "a role's trust policy has to allow, whatever else does",
            ResourceRules::KmsKey if !cross => {
                "a key's policy has to allow the caller, or to name the account, which lets identity policies allow; it does \
                 neither"
            }
            _ if self.state.caller.account().is_none() => "only the resource's own policy can allow this caller",
            _ => "the resource is of another account, and its policy has to allow as well",
        }
    }

    fn why_nothing_is_near(&self, layer: Layer) -> String {
        let any = self.reasons.compared.iter().any(|one| one.layer == layer);
        let service = self.target.action().service();
        match (layer, self.target.policy()) {
            (Layer::Session, _) if !any && matches!(self.state.caller, Caller::FederatedUser { .. }) => {
                "no session policy was passed, and without one a federated user has no identity permissions".to_owned()
            }
            (Layer::Resource, Collected::Absent) if !any => "the resource has no policy".to_owned(),
            (Layer::Resource, Collected::NotCollected) if !any => {
                "no policy of the resource was collected, so it is taken to have none".to_owned()
            }
            _ if !any => "no policy is attached".to_owned(),
            _ => format!("no Allow statement speaks of `{service}` or of a like action"),
        }
    }

    fn level(&self, layer: Layer) -> Option<Level> {
        let (number, account): (u32, Option<AccountId>) = match layer {
            Layer::ResourceControl(number) => (number, self.target.account()),
            Layer::ServiceControl(number) => (number, self.state.caller.account()),
            Layer::TargetServiceControl(number) => (number, self.target.account()),
            _ => return None,
        };
        let Collected::Present(organization) = self.engine.environment().organization() else { return None };
        let (levels, _) = organization.levels(account?)?;
        let target = levels.get(usize::try_from(number).ok()?)?;
        Some(Level { id: target.id.clone(), name: target.name.clone(), kind: target.kind })
    }

    /// The bucket of an access point, if that is what is asked (E182).
    fn bucket_behind(&self) -> Option<&str> {
        let arn = Arn::parse(&self.target.governing).ok()?;
        let resource = self.engine.environment().governing_resource(&arn)?;
        resource.access_point.as_ref().map(|point| &*point.bucket)
    }

    fn name(&self, layer: Layer, level: Option<&Level>) -> String {
        let at = level.map_or_else(String::new, |level| {
            let kind = match level.kind {
                TargetKind::Root => "root",
                TargetKind::OrganizationalUnit => "organizational unit",
                TargetKind::Account => "account",
            };
            match &level.name {
                Some(name) => format!(" at {kind} {name} ({})", level.id),
                None => format!(" at {kind} {}", level.id),
            }
        });
        let governing = &self.target.governing;
        match layer {
            Layer::ResourceControl(_) => format!("resource control policies{at}"),
            Layer::ServiceControl(_) => format!("service control policies{at}"),
            Layer::TargetServiceControl(_) => format!("service control policies of the account asked for{at}"),
            Layer::VpcEndpoint => "VPC endpoint policy".to_owned(),
            Layer::Resource if self.target.rules == ResourceRules::RootSession => {
                format!("central management of the root access of {governing}")
            }
            Layer::Resource if self.target.names_no_resource() => "policy of the key".to_owned(),
            Layer::Resource if governing.contains(":role/") => format!("trust policy of {governing}"),
            Layer::Resource if let Some(bucket) = self.bucket_behind() => {
                format!("resource policy of {bucket}, the bucket behind the access point")
            }
            Layer::Resource if self.target.is_access_point() => {
                "resource policy of the bucket behind the access point".to_owned()
            }
            Layer::Resource => format!("resource policy of {governing}"),
            Layer::Identity => "identity policies".to_owned(),
            Layer::Boundary => {
                let environment = self.engine.environment();
                let boundary = self.state.caller.principal().and_then(|id| environment.principal(id).boundary);
                match boundary.filter(|policy| !environment.policy(*policy).is_nameless()) {
                    Some(policy) => format!("permissions boundary {}", environment.policy(policy).name),
                    None => "permissions boundary".to_owned(),
                }
            }
            Layer::Session => "session policies".to_owned(),
            Layer::AccessPoint => format!("policy of the access point {governing}"),
            Layer::NetworkOrigin => "network origin of the access point".to_owned(),
            Layer::EncryptionKey => "use of the key that encrypts the objects".to_owned(),
            Layer::Invocation => "invocation of the function behind the URL".to_owned(),
            Layer::SessionTags => "tags passed to the session (sts:TagSession)".to_owned(),
            Layer::SourceIdentity => "source identity of the session (sts:SetSourceIdentity)".to_owned(),
        }
    }
}
