//! The evaluator over an environment: finds the layers that concern a request and decides it.

use std::borrow::Cow;
use std::cell::LazyCell;
use std::collections::BTreeSet;
use std::ops::Deref;

use crate::action::ActionName;
use crate::arn::{AccountId, Arn};
use crate::condition::{self, OwnedPiece, Resolved};
use crate::evaluate::authorize::{Layers, Levels, Ownership, PrincipalSide};
use crate::evaluate::compiled::Compiled;
use crate::evaluate::keys;
use crate::evaluate::principal_match::match_principal;
use crate::evaluate::recorder::{Recorder, Silent};
use crate::evaluate::statement::Comparer;
use crate::evaluate::target::ResourceRules;
use crate::evaluate::{Assumption, Decision, Target};
use crate::model::{Collected, Environment, Organization, PolicyId, Target as OrganizationTarget, governing_arn};
use crate::policy::{Effect, ResourceElement, Template};
use crate::request::{Caller, Context, Credentials, KeyState};

/// How to decide what the input leaves open.
#[derive(Debug, Clone, Default)]
pub struct EvaluateOptions {
    /// An organization that was not collected is unknown instead of absent.
    pub organization_unknown: bool,
    /// A resource policy that was not collected is unknown instead of absent.
    pub resource_policies_unknown: bool,
    /// Context keys the question fixes.
    pub context: Vec<(String, Vec<String>)>,
    /// Session policies passed with the sessions asked about (E96).
    pub session: Option<Vec<PolicyId>>,
    /// The account that owns buckets of which nothing tells the owner (E183).
    pub resource_account: Option<AccountId>,
}

/// Decides requests over one environment. Documents are compiled when first met and shared by all requests.
#[derive(Debug)]
pub struct Evaluator<'e> {
    environment: &'e Environment,
    compiled: Compiled<'e>,
    options: EvaluateOptions,
    /// The account that a resource without an owner is assumed to be of: the only one whose principals were collected.
    only_account: Option<AccountId>,
}

impl<'e> Evaluator<'e> {
    /// An evaluator over `environment`.
    #[must_use]
    pub fn new(environment: &'e Environment, options: EvaluateOptions) -> Self {
        let mut with_principals = environment
            .accounts()
            .filter(|account| account.details != Collected::NotCollected)
            .map(|account| account.id);
        let only_account = with_principals.next().filter(|_| with_principals.next().is_none());
        Self { environment, compiled: Compiled::new(environment), options, only_account }
    }

    /// The environment.
    #[must_use]
    pub fn environment(&self) -> &'e Environment {
        self.environment
    }

    /// The session policies passed with the sessions asked about.
    pub(crate) fn session_policies(&self) -> &[PolicyId] {
        self.options.session.as_deref().unwrap_or_default()
    }

    /// An action on a resource, with what the environment knows of the resource (E175, E183).
    #[must_use]
    pub fn target(&self, action: &ActionName, resource: &str) -> Target {
        let mut target = Target::new(action.clone(), resource);
        let Some(arn) = target.arn.clone() else { return target };
        if arn.service() == "iam" {
            if let Some(role) = self.environment.principal_by_arn(arn.as_str()) {
                let trust = self.environment.principal(role).trust;
                target.policy = trust.map_or(Collected::Absent, Collected::Present);
            }
            return target;
        }
        target.governing = governing_arn(&arn).into();
        if let Some(resource) = self.environment.governing_resource(&arn) {
            target.account = target.account.or(resource.account);
            target = target.governed_by(resource.policy.clone());
            target.tags = resource.tags.clone();
        }
        let unknown = self.options.resource_policies_unknown && target.takes_policy;
        if unknown && target.policy == Collected::NotCollected {
            target.policy = Collected::Unknown(format!("the policy of {} was not collected", target.governing));
        }
        if target.account.is_none() && arn.service() == "s3" {
            target.account = self.options.resource_account;
        }
        if target.account.is_none() && arn.service() == "s3" && self.only_account.is_some() {
            target.account = self.only_account;
            target.account_assumed = true;
        }
        target
    }

    /// Decides a request of a caller.
    pub fn decide(&self, caller: &Caller, credentials: Credentials, target: &Target) -> Decision {
        self.decide_recorded(caller, credentials, target, &mut Silent)
    }

    /// Decides a request and tells `recorder` what was seen on the way. The decision is the same.
    pub fn decide_recorded(
        &self,
        caller: &Caller,
        credentials: Credentials,
        target: &Target,
        recorder: &mut impl Recorder,
    ) -> Decision {
        let layers = self.layers(caller, credentials, target);
        let ownership = self.ownership(caller, target);
        // Most requests meet no statement with a condition: the context is put together when one does.
        let context = LazyCell::new(|| {
            let mut context = Context::open();
            for (key, values) in &self.options.context {
                context.set(key, KeyState::Known(values.clone()));
            }
            keys::fill(&mut context, self.environment, caller, credentials, target);
            context
        });
        let target = &*self.with_service_resource(caller, target);
        let mut decision = self.compare(caller, credentials, target, &context, &layers, &ownership, recorder);
        decision.rest_on(self.assumptions(caller, target));
        decision
    }

    /// Decides a request whose context and layers are all given, as a simulation does. Nothing is added from the
    /// environment but the documents.
    #[expect(
        clippy::too_many_arguments,
        reason = "these are the parts of a request; a struct of them would only rename them"
    )]
    pub fn decide_given(
        &self,
        caller: &Caller,
        credentials: Credentials,
        target: &Target,
        context: &Context,
        layers: &Layers,
        ownership: &Ownership,
        recorder: &mut impl Recorder,
    ) -> Decision {
        self.compare(caller, credentials, target, &context, layers, ownership, recorder)
    }

    #[expect(clippy::too_many_arguments, reason = "as above")]
    fn compare(
        &self,
        caller: &Caller,
        credentials: Credentials,
        target: &Target,
        context: &dyn Deref<Target = Context>,
        layers: &Layers,
        ownership: &Ownership,
        recorder: &mut impl Recorder,
    ) -> Decision {
        let has_boundary = layers.boundary.is_some();
        let (environment, compiled) = (self.environment, &self.compiled);
        Comparer { environment, compiled, target, context, caller, has_boundary }.authorize(
            credentials,
            layers,
            ownership,
            recorder,
        )
    }

    /// The numbers of actions at which some document that has a say in the caller's requests on the resource may change its
    /// mind: between two neighbours of them, actions of one service are decided alike.
    pub(crate) fn action_ends(&self, caller: &Caller, resource: &str) -> BTreeSet<u32> {
        let Ok(any) = ActionName::parse("any:Any") else { return BTreeSet::new() };
        let target = self.target(&any, resource);
        let mut policies: Vec<PolicyId> = caller.principal().map_or_else(Vec::new, |id| {
            let boundary = self.environment.principal(id).boundary;
            self.environment.identity_policies(id).chain(boundary).collect()
        });
        policies.extend(target.policy.present());
        policies.extend(self.options.session.iter().flatten());
        if let Collected::Present(organization) = self.environment.organization() {
            for account in [caller.account(), target.account].into_iter().flatten() {
                let levels = organization.levels(account).map(|(levels, _)| levels).unwrap_or_default();
                let attached = levels.into_iter().flat_map(|level| [&level.service_control, &level.resource_control]);
                policies.extend(attached.filter_map(Collected::present).flatten());
            }
        }
        let documents: BTreeSet<_> =
            policies.iter().filter_map(|policy| self.environment.policy(*policy).document).collect();
        let statements = documents.iter().filter_map(|document| self.compiled.statements(*document)).flatten();
        statements.flat_map(|(_, _, compiled)| compiled.actions.boundaries().collect::<Vec<_>>()).collect()
    }

    /// The resources and patterns that the Allow statements of a caller's identity policies name, and those of resource
    /// policies that name the caller, variables filled in with what is known of the caller and widened to `*` where
    /// nothing is.
    pub(crate) fn resources_named(&self, caller: &Caller, credentials: Credentials) -> BTreeSet<String> {
        let Ok(any) = ActionName::parse("any:Any") else { return BTreeSet::new() };
        let mut context = Context::open();
        keys::fill(&mut context, self.environment, caller, credentials, &self.target(&any, "*"));
        let mut named = BTreeSet::new();
        for resource in self.environment.resources() {
            let policy = resource.policy.present().and_then(|policy| self.environment.policy(*policy).document);
            let document = policy.map(|id| &self.environment.document(id).content);
            let Some(Ok(document)) = document else { continue };
            for statement in document.statements.iter().filter(|statement| statement.effect == Effect::Allow) {
                let (Some(element), Some(ResourceElement::Resource(templates))) =
                    (&statement.principal, &statement.resources)
                else {
                    continue;
                };
                if match_principal(element, statement.effect, caller, false).is_empty() {
                    continue;
                }
                let texts = templates.iter().filter_map(|template| filled(template, &context));
                // What the policy governs, not what it was attached to under a wider name (E65).
                named.extend(
                    texts.filter(|text| Arn::parse(text).is_ok_and(|arn| governing_arn(&arn) == resource.arn.as_str())),
                );
            }
        }
        for policy in caller.principal().into_iter().flat_map(|id| self.environment.identity_policies(id)) {
            let document = self.environment.policy(policy).document.map(|id| &self.environment.document(id).content);
            let Some(Ok(document)) = document else {
                // What is missing or refused may name anything.
                named.insert("*".to_owned());
                continue;
            };
            for statement in document.statements.iter().filter(|statement| statement.effect == Effect::Allow) {
                match &statement.resources {
                    Some(ResourceElement::Resource(templates)) => {
                        named.extend(templates.iter().filter_map(|template| filled(template, &context)));
                    }
                    _ => {
                        named.insert("*".to_owned());
                    }
                }
            }
        }
        named
    }

    /// The ARN that AWS is known to authorise some resource-less actions against (E58).
    fn with_service_resource<'t>(&self, caller: &Caller, target: &'t Target) -> Cow<'t, Target> {
        if let (true, Some(account)) = (target.names_no_resource(), caller.account()) {
            let name = match target.action.folded() {
                "s3:listallmybuckets" => "arn:aws:s3:::*".to_owned(),
                "iam:listusers" => format!("arn:aws:iam::{account}:user/"),
                "iam:listroles" => format!("arn:aws:iam::{account}:role/"),
                "iam:listgroups" => format!("arn:aws:iam::{account}:group/"),
                "iam:listpolicies" => format!("arn:aws:iam::{account}:policy/"),
                _ => return Cow::Borrowed(target),
            };
            return Cow::Owned(Target { resource: name.into(), ..target.clone() });
        }
        Cow::Borrowed(target)
    }

    fn ownership(&self, caller: &Caller, target: &Target) -> Ownership {
        let Some(account) = caller.account() else {
            // Services, providers and unsigned callers stand outside every account; the resource's side decides.
            return Ownership::Cross;
        };
        match target.account {
            Some(owner) if owner == account => Ownership::Same,
            Some(_) => Ownership::Cross,
            None if target.arn.as_ref().is_some_and(|arn| arn.service() == "s3") => {
                Ownership::Unknown(format!("the account that owns {} is not known", target.governing))
            }
            None => Ownership::Same,
        }
    }

    fn assumptions(&self, caller: &Caller, target: &Target) -> Vec<Assumption> {
        let mut assumptions = Vec::new();
        if *self.environment.organization() == Collected::NotCollected && !self.options.organization_unknown {
            let caller = caller.account().filter(|account| self.environment.account(*account).is_some());
            let owner = target.account.filter(|_| target.supports_rcp && !target.names_no_resource());
            assumptions.extend([caller, owner].into_iter().flatten().map(Assumption::NoOrganization));
        }
        // Of a key or a role no policy is ever assumed (E124, E135).
        let may_lack = target.takes_policy && target.rules == ResourceRules::Ordinary;
        if may_lack && target.policy == Collected::NotCollected && !self.options.resource_policies_unknown {
            assumptions.push(Assumption::NoResourcePolicy(target.governing.clone()));
        }
        if target.account_assumed {
            assumptions.push(Assumption::ResourceOwner(target.governing.clone()));
        }
        let through_endpoint = self.options.context.iter().any(|(key, _)| key.eq_ignore_ascii_case("aws:SourceVpce"));
        if through_endpoint {
            assumptions.push(Assumption::NoVpcEndpointPolicy);
        }
        assumptions
    }

    fn layers(&self, caller: &Caller, credentials: Credentials, target: &Target) -> Layers {
        let mut layers = Layers {
            service_control: self.service_control(caller),
            resource_control: self.resource_control(caller, target),
            ..Layers::default()
        };
        match caller {
            Caller::User { id: Some(id), .. } | Caller::RoleSession { id: Some(id), .. } => {
                layers.identity = self.environment.identity_policies(*id).collect();
                layers.boundary = self.environment.principal(*id).boundary.map(|boundary| vec![boundary]);
                if matches!(credentials, Credentials::RoleSession(_)) {
                    layers.session.clone_from(&self.options.session);
                }
            }
            Caller::FederatedUser { user: Some(user), .. } => match self.environment.principal_by_arn(user.as_str()) {
                Some(id) => {
                    layers.identity = self.environment.identity_policies(id).collect();
                    layers.boundary = self.environment.principal(id).boundary.map(|boundary| vec![boundary]);
                    layers.session.clone_from(&self.options.session);
                }
                None => layers.principal_side = PrincipalSide::NotCollected(format!("the policies of {user} allow it")),
            },
            Caller::Root(_) => {}
            Caller::User { arn, .. } | Caller::RoleSession { role: arn, .. } | Caller::FederatedUser { arn, .. } => {
                layers.principal_side = PrincipalSide::NotCollected(format!("the policies of {arn} allow it"));
            }
            Caller::ExternalAccount(Some(account)) => {
                layers.principal_side = PrincipalSide::NotCollected(format!("account {account} allows it"));
            }
            Caller::ExternalAccount(None) => {
                layers.principal_side = PrincipalSide::NotCollected("the caller's own account allows it".to_owned());
            }
            Caller::Anonymous | Caller::Service(_) | Caller::FederatedProvider(_) | Caller::CanonicalUser(_) => {
                layers.principal_side = PrincipalSide::None;
            }
        }
        layers
    }

    /// E98-E100, E102: the SCPs of the caller's account, level by level.
    fn service_control(&self, caller: &Caller) -> Levels {
        let Some(account) = caller.account() else { return Levels::NotApplicable };
        if caller.is_service_linked() || self.environment.account(account).is_none() {
            return Levels::NotApplicable;
        }
        self.organization_levels(
            account,
            "service control policies",
            |organization| organization.service_control_enabled,
            |target| &target.service_control,
        )
    }

    /// E103, E104, E106: the RCPs of the account that owns the resource.
    fn resource_control(&self, caller: &Caller, target: &Target) -> Levels {
        let exempt = caller.is_service_linked()
            || target.action.is("kms:RetireGrant")
            || target.names_no_resource()
            || target.is_service_linked_role();
        if exempt {
            return Levels::NotApplicable;
        }
        let Some(account) = target.account else { return self.resource_control_of_anyone(target) };
        // An account that only a resource's ARN speaks of may be a member of an organization not listed whole.
        let may_be_member = matches!(self.environment.organization(), Collected::Present(ours) if !ours.complete);
        if self.environment.account(account).is_none() && !may_be_member {
            return Levels::NotApplicable;
        }
        self.organization_levels(
            account,
            "resource control policies",
            |organization| organization.resource_control_enabled,
            |target| &target.resource_control,
        )
    }

    /// The RCPs of a bucket whose owner is not known: none, or those of some account.
    fn resource_control_of_anyone(&self, target: &Target) -> Levels {
        let owned = target.supports_rcp && target.arn.as_ref().is_some_and(|arn| arn.service() == "s3");
        let Collected::Present(organization) = self.environment.organization() else { return Levels::NotApplicable };
        let limits = |level: &OrganizationTarget| match &level.resource_control {
            Collected::Present(policies) => !policies.is_empty(),
            Collected::Unknown(_) => true,
            Collected::Absent | Collected::NotCollected => false,
        };
        let limited = organization.resource_control_enabled != Some(false) && organization.targets.values().any(limits);
        if owned && limited {
            return Levels::Missing(format!("the account that owns {} is not known", target.governing));
        }
        Levels::NotApplicable
    }

    fn organization_levels(
        &self,
        account: AccountId,
        what: &str,
        enabled: impl Fn(&Organization) -> Option<bool>,
        attached: impl Fn(&OrganizationTarget) -> &Collected<Vec<PolicyId>>,
    ) -> Levels {
        let organization = match self.environment.organization() {
            Collected::Present(organization) => organization,
            Collected::Absent => return Levels::NotApplicable,
            Collected::NotCollected if self.options.organization_unknown => {
                return Levels::Missing(format!("the organization of {account} was not collected"));
            }
            Collected::NotCollected => return Levels::NotApplicable,
            Collected::Unknown(reason) => return Levels::Missing(reason.clone()),
        };
        if organization.management_account == Some(account) || enabled(organization) == Some(false) {
            return Levels::NotApplicable;
        }
        let Some((levels, whole)) = organization.levels(account) else {
            if organization.complete {
                return Levels::NotApplicable;
            }
            return Levels::Missing(format!("whether {account} is in the organization was not collected"));
        };
        if !whole {
            return Levels::Missing(format!("the place of {account} in the organization was not collected"));
        }
        let level = |target: &&OrganizationTarget| match attached(target) {
            Collected::Present(policies) => Ok(policies.clone()),
            Collected::Absent => Ok(Vec::new()),
            Collected::NotCollected => Err(format!("the {what} attached to {} were not collected", target.id)),
            Collected::Unknown(reason) => Err(reason.clone()),
        };
        Levels::Known(levels.iter().map(level).collect())
    }
}

/// A resource template's text; `None` when a variable has no value, so that it names nothing (E71).
fn filled(template: &Template, context: &Context) -> Option<String> {
    match condition::resolve(template, context) {
        Resolved::Unresolved => None,
        Resolved::Unknown(_) => Some(template.widened()),
        Resolved::Pieces(pieces) => {
            let text = |piece: OwnedPiece| match piece {
                OwnedPiece::Pattern(text) | OwnedPiece::Literal(text) => text,
            };
            Some(pieces.into_iter().map(text).collect())
        }
    }
}

impl Target {
    /// The trust of a service-linked role is out of reach of RCPs (E103).
    fn is_service_linked_role(&self) -> bool {
        self.arn
            .as_ref()
            .is_some_and(|arn: &Arn| arn.service() == "iam" && arn.resource().starts_with("role/aws-service-role/"))
    }
}
