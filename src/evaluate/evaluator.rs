//! The evaluator over an environment: finds what concerns a request and decides it.

use std::borrow::Cow;
use std::cell::{Cell, LazyCell};
use std::ops::Deref;

use crate::action::ActionName;
use crate::arn::{AccountId, Arn};
use crate::condition::{self, Atom, Residual};
use crate::evaluate::authorize::{Layers, Ownership, PrincipalSide};
use crate::evaluate::bucket::BucketSide;
use crate::evaluate::compiled::Compiled;
use crate::evaluate::keys;
use crate::evaluate::recorder::{Layer, LayerRole, Recorder, Silent, Verdict};
use crate::evaluate::statement::Comparer;
use crate::evaluate::{Decision, Target};
use crate::model::{Collected, Environment, PolicyId, Resource, governing_arn};
use crate::request::{Caller, Context, Credentials, KeyState, SessionName};
use crate::wildcard::Wildcard;

/// What goes with one request beyond caller and target.
#[derive(Default)]
pub(super) struct Circumstances<'a> {
    /// Keys that the way of the request fixes.
    pub(super) keys: Vec<(&'static str, KeyState)>,
    /// For the bucket behind an access point: the resource by which the request was made (E182).
    pub(super) by_way_of: Option<&'a str>,
    /// The only VPC that it may come from.
    pub(super) only_vpc: Option<&'a str>,
    /// A service makes it in the caller's name: it comes through no endpoint that the question names (E163).
    pub(super) forwarded: bool,
}

/// A request about to be compared with the documents.
struct Request<'a> {
    caller: &'a Caller,
    target: &'a Target,
    by_way_of: Option<&'a str>,
}

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
    pub(super) environment: &'e Environment,
    pub(super) compiled: Compiled<'e>,
    pub(super) options: EvaluateOptions,
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

    /// The values that the question gives a key.
    pub(crate) fn given(&self, key: &str) -> Option<&[String]> {
        let given = self.options.context.iter().find(|(name, _)| name.eq_ignore_ascii_case(key))?;
        Some(&given.1)
    }

    /// An action on a resource, with what the environment knows of the resource (E175, E183).
    #[must_use]
    pub fn target(&self, action: &ActionName, resource: &str) -> Target {
        self.target_of(action, resource, None)
    }

    /// The same of a resource whose owner something else tells.
    pub(super) fn target_of(&self, action: &ActionName, resource: &str, owner: Option<AccountId>) -> Target {
        let mut target = Target::new(action.clone(), resource);
        target.account = owner.or(target.account);
        let is_pattern = resource.contains(['*', '?']) && !target.names_no_resource();
        target.pattern = is_pattern.then(|| Wildcard::parse(resource));
        let Some(arn) = target.arn.clone() else { return target };
        if arn.service() == "iam" {
            if let Some(id) = self.environment.principal_by_arn(arn.as_str()) {
                let principal = self.environment.principal(id);
                target.policy = principal.trust.map_or(Collected::Absent, Collected::Present);
                target.tags = principal.tags.clone();
            }
            return target;
        }
        target.governing = governing_arn(&arn).into();
        let resource = self.environment.governing_resource(&arn);
        if let Some(resource) = resource {
            target.account = target.account.or(resource.account);
            target = target.governed_by(resource.policy.clone());
            target.tags = resource.tags.clone();
            target.grants.clone_from(&resource.grants);
        }
        // E185: what a listing that failed would have named may be there, with a policy of its own.
        if let (None, Some(reason)) = (resource, self.governing_unlisted(&arn)) {
            target = target.governed_by(Collected::Unknown(reason.to_owned()));
        }
        let unknown = self.options.resource_policies_unknown && target.takes_policy;
        if unknown && target.policy == Collected::NotCollected {
            target.policy = Collected::Unknown(format!("the policy of {} was not collected", target.governing));
        }
        if target.is_s3() {
            self.complete_bucket(&mut target, resource);
        }
        target
    }

    fn governing_unlisted(&self, arn: &Arn) -> Option<&'e str> {
        Arn::parse(&governing_arn(arn)).ok().and_then(|arn| self.environment.unlisted(&arn))
    }

    /// Everything on the resource's side that grants: its policy, lists, grants on a key; behind an access point the
    /// bucket's too.
    pub(crate) fn resource_policies(&self, target: &Target) -> Vec<Collected<PolicyId>> {
        let several = |policies: &Collected<Vec<PolicyId>>| match policies {
            Collected::Present(policies) => policies.iter().copied().map(Collected::Present).collect(),
            Collected::Unknown(reason) => vec![Collected::Unknown(reason.clone())],
            Collected::Absent | Collected::NotCollected => Vec::new(),
        };
        let mut policies = vec![target.policy.clone()];
        policies.extend(several(&target.bucket.acl));
        policies.extend(several(&target.grants));
        if let Some(bucket) = self.behind_access_point(target) {
            policies.extend(self.resource_policies(&bucket));
        }
        policies
    }

    fn complete_bucket(&self, target: &mut Target, resource: Option<&Resource>) {
        if target.account.is_none() {
            target.account = self.options.resource_account;
        }
        if target.account.is_none() && self.only_account.is_some() {
            target.account = self.only_account;
            target.account_assumed = true;
        }
        if target.is_access_point() {
            if let Some(point) = resource.and_then(|resource| resource.access_point.as_ref()) {
                target.bucket = BucketSide::of_access_point(self.environment, point, target);
            }
            return;
        }
        target.bucket = BucketSide::of_bucket(self.environment, resource, target);
        // E198: tags of buckets count only where the bucket has attribute-based control switched on.
        let switched_on = resource.map(|resource| &resource.bucket.attribute_based_control);
        target.tags = match switched_on {
            Some(Collected::Present(true)) => target.tags.clone(),
            Some(Collected::Present(false) | Collected::Absent) => Collected::Absent,
            _ => Collected::NotCollected,
        };
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
        if target.is_access_point() && target.action.service() == "s3" {
            return self.decide_through_access_point(caller, credentials, target, recorder);
        }
        let decision = self.decide_one(caller, credentials, target, &Circumstances::default(), recorder);
        self.with_dependent_requests(caller, credentials, target, decision, recorder)
    }

    /// Decides one request by itself, in circumstances that fix some of its keys.
    pub(super) fn decide_one(
        &self,
        caller: &Caller,
        credentials: Credentials,
        target: &Target,
        circumstances: &Circumstances<'_>,
        recorder: &mut impl Recorder,
    ) -> Decision {
        let caller = &*self.with_session_name(caller, target);
        let layers = self.layers(caller, credentials, target, circumstances.forwarded);
        let ownership = self.ownership(caller, target);
        let asked_for = Cell::new(false);
        // Most requests meet no statement with a condition: the context is put together when one does.
        let context = LazyCell::new(|| {
            asked_for.set(true);
            let mut context = Context::open();
            for (key, values) in self.options.context.iter().filter(|(key, _)| may_hold(target, key)) {
                context.set(key, KeyState::Known(values.clone()));
            }
            for (key, state) in &circumstances.keys {
                context.set(key, state.clone());
            }
            keys::fill(&mut context, self.environment, caller, credentials, target);
            context
        });
        let target = &*self.with_service_resource(caller, target);
        let request = Request { caller, target, by_way_of: circumstances.by_way_of };
        let comparer = self.comparer(&request, &context, &layers);
        let mut decision = comparer.authorize(credentials, &layers, &ownership, recorder);
        if !circumstances.forwarded {
            decision = self.past_demanded_endpoints(&comparer, decision, recorder);
        }
        decision = decision.of_requests_there_are();
        if target.names_no_resource() && target.works_on_a_key() {
            let allow = Residual::missing("no key is named, and each has a policy of its own");
            recorder.verdict(Layer::Resource, &Verdict { allow: allow.clone(), deny: Residual::False });
            recorder.role(Layer::Resource, LayerRole::limit(Residual::True));
            decision.allow = decision.allow.and(allow);
        }
        if let Some(vpc) = circumstances.only_vpc {
            let allow = comes_from(vpc, &context);
            recorder.verdict(Layer::NetworkOrigin, &Verdict { allow: allow.clone(), deny: Residual::False });
            let lacking = Some("the access point is reached from its own VPC alone");
            recorder.role(Layer::NetworkOrigin, LayerRole { lacking, ..LayerRole::limit(Residual::True) });
            decision.allow = decision.allow.and(allow);
        }
        if asked_for.get() {
            recorder.depends(context.looked_at());
        }
        decision.rest_on(self.assumptions(caller, target, circumstances.forwarded));
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
        let request = Request { caller, target, by_way_of: None };
        self.comparer(&request, &context, layers).authorize(credentials, layers, ownership, recorder)
    }

    fn comparer<'a>(
        &'a self,
        request: &Request<'a>,
        context: &'a dyn Deref<Target = Context>,
        layers: &Layers,
    ) -> Comparer<'a, 'e> {
        Comparer {
            environment: self.environment,
            compiled: &self.compiled,
            target: request.target,
            context,
            caller: request.caller,
            has_boundary: self.has_boundary(layers),
            gateway_endpoint: layers.gateway_endpoint,
            by_way_of: request.by_way_of,
        }
    }

    /// Whether the caller's entity has a permissions boundary; `None` if nothing tells.
    fn has_boundary(&self, layers: &Layers) -> Option<bool> {
        let told = !matches!(layers.principal_side, PrincipalSide::NotCollected(_));
        let Some(boundary) = &layers.boundary else { return told.then_some(false) };
        let nameless = boundary.iter().any(|policy| self.environment.policy(*policy).is_nameless());
        (!nameless).then_some(true)
    }

    /// The ARN that AWS is known to authorise some resource-less actions against (E58).
    fn with_service_resource<'t>(&self, caller: &Caller, target: &'t Target) -> Cow<'t, Target> {
        if let (true, Some(account)) = (target.names_no_resource(), caller.account()) {
            let partition = caller.partition(self.environment);
            let name = match target.action.folded() {
                "s3:listallmybuckets" => format!("arn:{partition}:s3:::*"),
                "iam:listusers" => format!("arn:{partition}:iam::{account}:user/"),
                "iam:listroles" => format!("arn:{partition}:iam::{account}:role/"),
                "iam:listgroups" => format!("arn:{partition}:iam::{account}:group/"),
                "iam:listpolicies" => format!("arn:{partition}:iam::{account}:policy/"),
                _ => return Cow::Borrowed(target),
            };
            return Cow::Owned(Target { resource: name.into(), ..target.clone() });
        }
        Cow::Borrowed(target)
    }

    /// The caller under the name that the question gives its session. Where a session is asked for, the name is that one's.
    fn with_session_name<'c>(&self, caller: &'c Caller, target: &Target) -> Cow<'c, Caller> {
        let given = self.given("sts:RoleSessionName").filter(|_| !target.asks_for_session());
        match (caller, given) {
            (Caller::RoleSession { session: SessionName::Unspecified, .. }, Some([name])) => {
                let mut named = caller.clone();
                if let Caller::RoleSession { session, .. } = &mut named {
                    *session = SessionName::Known(name.as_str().into());
                }
                Cow::Owned(named)
            }
            _ => Cow::Borrowed(caller),
        }
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
}

/// Whether a request may hold a key that the question gives: those of STS are in requests to STS alone (E173). What the
/// question gives for the hops of a way is not for the request at its end.
fn may_hold(target: &Target, key: &str) -> bool {
    let of_sts = key.get(..4).is_some_and(|prefix| prefix.eq_ignore_ascii_case("sts:"));
    !of_sts || target.action.service() == "sts"
}

/// When a request comes from a VPC.
fn comes_from(vpc: &str, context: &Context) -> Residual {
    let atom = Atom::Test { operator: "StringEquals".into(), key: "aws:sourcevpc".into(), values: vec![vpc.into()] };
    condition::decide(&atom, context).unwrap_or_else(|| atom.into())
}
