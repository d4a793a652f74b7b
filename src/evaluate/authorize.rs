//! AWS's order of decision (section 4 of the rules): the only file that knows it.
//!
//! Every layer gives a [`Verdict`]; what must allow is joined into one formula, what denies into another. The formulas are
//! decided together at the end, so that an unknown in one place never hides what another place settles.

use crate::condition::{Atom, Residual};
use crate::evaluate::hard_limit::HardLimit;
use crate::evaluate::recorder::{Layer, Recorder, Silent, Verdict};
use crate::evaluate::resource_side::ResourceSide;
use crate::evaluate::statement::{Comparer, wants_reasons};
use crate::evaluate::target::ResourceRules;
use crate::evaluate::{Decision, Target};
use crate::model::{Collected, PolicyId};
use crate::request::{Caller, Credentials};

/// Policies that only limit, one list a level, root first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Levels {
    /// They do not apply: nothing is limited.
    #[default]
    NotApplicable,
    /// These levels, each of which must allow (E100); an error says why a level is not known.
    Known(Vec<Result<Vec<PolicyId>, String>>),
    /// Not known, with the reason.
    Missing(String),
}

/// What stands on the caller's side.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum PrincipalSide {
    /// Policies that are known (those of a user, role or federated user; none for root).
    #[default]
    Known,
    /// The caller has no policies of its own: services, identity providers, unsigned requests (E143, E145, E161, E162).
    None,
    /// Policies of an account that was not collected, in words.
    NotCollected(String),
}

/// Whether caller and resource are of one account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ownership {
    /// One account.
    Same,
    /// Two (E157).
    Cross,
    /// Not known, with the reason.
    Unknown(String),
}

/// Everything that has a say in one request, beside the resource's own policy. Identity policies grant, all else limits
/// (E93); organization policies are of the caller's account and of the resource's (E117).
#[derive(Debug, Clone, Default)]
pub struct Layers {
    /// Identity policies (E94).
    pub identity: Vec<PolicyId>,
    /// The permissions boundary (E95); a simulation may give several documents, which add up.
    pub boundary: Option<Vec<PolicyId>>,
    /// Session policies, which add up (E96); `None` when none was passed.
    pub session: Option<Vec<PolicyId>>,
    /// SCPs of the caller's account.
    pub service_control: Levels,
    /// RCPs of the resource's account.
    pub resource_control: Levels,
    /// SCPs of the resource's account, for the one call that they limit too (E151).
    pub resource_service_control: Levels,
    /// The VPC endpoint's policy, when the request goes through one that was given: a single level.
    pub vpc_endpoint: Levels,
    /// Whether that is a gateway endpoint, in whose policy an account means its root user alone (E26); `None` if nothing
    /// tells.
    pub gateway_endpoint: Option<bool>,
    /// What is known of the caller's side.
    pub principal_side: PrincipalSide,
}

impl Comparer<'_, '_> {
    /// Decides one request.
    pub(crate) fn authorize(
        &self,
        credentials: Credentials,
        layers: &Layers,
        ownership: &Ownership,
        recorder: &mut impl Recorder,
    ) -> Decision {
        if let Some(limit) = self.hard_limit(credentials, ownership) {
            recorder.settled(limit);
            return Decision { allow: limit.allows().into(), deny: Residual::False, assumptions: Vec::new() };
        }
        // E20: nothing is granted across partitions, but what denies there denies.
        if self.crosses_partitions() && !self.weigh(credentials, layers, ownership, &mut Silent).deny.is_true() {
            recorder.settled(HardLimit::OtherPartition);
            return Decision { allow: Residual::False, deny: Residual::False, assumptions: Vec::new() };
        }
        self.weigh(credentials, layers, ownership, recorder)
    }

    /// Every layer in AWS's order, and what they come to together.
    fn weigh(
        &self,
        credentials: Credentials,
        layers: &Layers,
        ownership: &Ownership,
        recorder: &mut impl Recorder,
    ) -> Decision {
        let resource_control = self.levels(&layers.resource_control, Layer::ResourceControl, recorder);
        let service_control = self.levels(&layers.service_control, Layer::ServiceControl, recorder);
        let of_resource = self.levels(&layers.resource_service_control, Layer::TargetServiceControl, recorder);
        let endpoint = self.levels(&layers.vpc_endpoint, |_| Layer::VpcEndpoint, recorder);
        let mut side = self.resource_side(recorder);
        if matches!(self.caller, Caller::Root(_)) && *ownership == Ownership::Same && self.is_bucket_policy_call() {
            side.policy.deny = Residual::False; // E116: a bucket's owner can always get at its policy.
            recorder.verdict(Layer::Resource, &side.all().verdict());
        }
        let mut optional = |layer: Layer, policies: Option<&[PolicyId]>| match policies {
            None => Verdict::UNLIMITED,
            Some(policies) => self.recorded(layer, policies.iter().copied(), recorder),
        };
        let mut identity = match layers.principal_side {
            PrincipalSide::Known => optional(Layer::Identity, Some(&layers.identity)),
            PrincipalSide::None | PrincipalSide::NotCollected(_) => Verdict::SILENT,
        };
        if let Some(way) = self.by_way_of {
            identity = self.also_by_way_of(way, identity, &layers.identity);
        }
        let boundary = optional(Layer::Boundary, layers.boundary.as_deref());
        let session = optional(Layer::Session, layers.session.as_deref());

        let by_session = match (self.caller, &layers.session) {
            // E97: without session policies a federated user has no identity permissions.
            (Caller::FederatedUser { .. }, None) => Residual::False,
            // E151: such a session is never without its task policy.
            (_, None) if credentials == Credentials::AssumedRoot => {
                Residual::missing("the task policy of the AssumeRoot session was not given")
            }
            _ => session.allow.clone(),
        };
        let within = boundary.allow.clone().and(by_session.clone());
        let own = identity.allow.clone().and(within.clone());
        let same = || match &layers.principal_side {
            PrincipalSide::NotCollected(reason) => self.same_account_not_collected(&side, reason),
            _ => self.same_account(credentials, &side, &own, &within, &by_session),
        };
        let cross = || {
            let theirs = self.principal_side(credentials, &own, &by_session, &layers.principal_side);
            self.cross_account(&side, &theirs, &within)
        };
        let granted = match ownership {
            _ if self.target.rules == ResourceRules::RootSession => self.root_session(&own, &layers.principal_side),
            Ownership::Same => same(),
            Ownership::Cross => cross(),
            Ownership::Unknown(reason) => {
                let (same, cross) = (same(), cross());
                let owner = Residual::missing(reason.as_str());
                if same == cross { same } else { owner.clone().and(same).or(owner.not().and(cross)) }
            }
        };
        let granted = match self.target.bucket.object_owner {
            None => granted,
            Some(owner) => {
                let lists = ResourceSide { lists: side.lists.clone(), ..ResourceSide::NOTHING };
                let by_owner = if owner.0.is_some() && owner.0 == self.caller.account() {
                    self.same_account(credentials, &lists, &own, &within, &by_session)
                } else {
                    let theirs = self.principal_side(credentials, &own, &by_session, &layers.principal_side);
                    self.cross_account(&lists, &theirs, &within)
                };
                by_owner.or(self.by_bucket_of_another(granted, ownership))
            }
        };
        if wants_reasons(recorder) {
            self.record_roles(&side, layers, ownership, recorder);
        }
        let limits =
            [&resource_control, &service_control, &of_resource, &endpoint].map(|verdict| verdict.allow.clone());
        let allow = Residual::all(limits).and(granted); // E118
        // E115: whichever policy denies.
        let mut deny = Residual::any(
            [resource_control, service_control, of_resource, endpoint, identity, boundary, session]
                .map(|verdict| verdict.deny),
        );
        deny = deny.or(side.all().deny);
        Decision { allow, deny, assumptions: Vec::new() }
    }

    /// E182: identity policies that name the access point alone may or may not do for the bucket behind it.
    fn also_by_way_of(&self, way: &str, identity: Verdict, policies: &[PolicyId]) -> Verdict {
        let target = Target { resource: way.into(), ..self.target.clone() };
        let by_point = Comparer { target: &target, by_way_of: None, ..*self };
        let allow = by_point.policies(Layer::Identity, policies.iter().copied(), &mut Silent).allow;
        let in_doubt = allow.and(Residual::undocumented("identity-policy-names-the-access-point"));
        Verdict { allow: identity.allow.or(in_doubt), deny: identity.deny }
    }

    fn recorded(
        &self,
        layer: Layer,
        policies: impl IntoIterator<Item = PolicyId>,
        recorder: &mut impl Recorder,
    ) -> Verdict {
        let verdict = self.policies(layer, policies, recorder);
        recorder.verdict(layer, &verdict);
        verdict
    }

    /// E100, E105: every level must allow, any level's Deny applies.
    fn levels(&self, levels: &Levels, layer: fn(u32) -> Layer, recorder: &mut impl Recorder) -> Verdict {
        match levels {
            Levels::NotApplicable => Verdict::UNLIMITED,
            Levels::Missing(reason) => {
                let verdict = Verdict::missing(reason);
                recorder.verdict(layer(0), &verdict);
                verdict
            }
            Levels::Known(levels) => {
                let mut joined = Verdict::UNLIMITED;
                for (number, level) in (0..).zip(levels) {
                    let layer = layer(number);
                    let mut verdict = match level {
                        Ok(policies) => self.policies(layer, policies.iter().copied(), recorder),
                        Err(reason) => Verdict::missing(reason),
                    };
                    if matches!(layer, Layer::ResourceControl(_)) {
                        verdict.allow = Residual::True; // E105: RCPFullAWSAccess cannot be detached.
                        if !self.target.supports_rcp && !verdict.deny.is_false() {
                            // E104: the list of services grows.
                            verdict.deny = verdict.deny.and(Residual::undocumented("service-not-listed-for-rcps"));
                        }
                    }
                    recorder.verdict(layer, &verdict);
                    joined = Verdict { allow: joined.allow.and(verdict.allow), deny: joined.deny.or(verdict.deny) };
                }
                joined
            }
        }
    }

    /// E119, E121, E126, E135-E137; the truth table's T11 and T14.
    fn same_account(
        &self,
        credentials: Credentials,
        side: &ResourceSide,
        own: &Residual,
        within: &Residual,
        by_session: &Residual,
    ) -> Residual {
        let root = matches!(self.caller, Caller::Root(_));
        let policy = side.policy.clone().or(side.lists.clone());
        // T15: AWS promises "no other permissions" for users and roles only; a boundary does not limit either.
        let to_federated = policy
            .everyone_to_federated
            .clone()
            .and(by_session.clone().or(Residual::undocumented("undocumented-star-federated")));
        let named = policy.direct.clone().or(policy.limited.clone().and(within.clone())).or(to_federated);
        let grants = &side.key_grants;
        let by_grant = self.by_key_grant(side, within);
        let delegated = policy.account.clone().or(grants.account.clone());
        let by_identity = match self.target.rules {
            ResourceRules::Ordinary if root => Residual::True, // E119.7
            ResourceRules::Ordinary => own.clone(),
            // E125-E127, E136: the account statement delegates, and the delegation is as wide as the statement.
            // No root user assumes a role (E139); what it may do beside, the account's statement covers (T11).
            ResourceRules::KmsKey | ResourceRules::RoleTrust if root => delegated,
            ResourceRules::KmsKey | ResourceRules::RoleTrust => delegated.and(own.clone()),
            ResourceRules::RootSession => Residual::False,
        };
        let granted = named.or(by_grant).or(by_identity);
        // T13, E119.7: an AssumeRoot session does what its task policy allows, and nothing else.
        if credentials == Credentials::AssumedRoot { granted.and(by_session.clone()) } else { granted }
    }

    /// E119, E126, E135, of a caller whose own policies were not collected: they may allow or deny whatever the resource's
    /// side leaves to them, and limit whatever it grants.
    fn same_account_not_collected(&self, side: &ResourceSide, reason: &str) -> Residual {
        let left_to_them = match self.target.rules {
            ResourceRules::Ordinary => Residual::True,
            ResourceRules::KmsKey | ResourceRules::RoleTrust | ResourceRules::RootSession => side.all().any(),
        };
        left_to_them.and(Atom::OtherSide(reason.into()).into())
    }

    /// E138, E157: both sides must allow, however the resource's side names the caller (E123, E128, E158, E159).
    fn cross_account(&self, side: &ResourceSide, theirs: &Residual, within: &Residual) -> Residual {
        // E131: "a grant or IAM policy in your account" suggests that a grantee of another account needs no policy.
        let alone = self.by_key_grant(side, within).and(Residual::undocumented("key-grant-across-accounts"));
        self.given_across(side).and(theirs.clone()).or(alone)
    }

    /// E177: what the bucket's side grants on an object that is not its owner's. Whether it counts is documented both ways,
    /// but the bucket's owner may always delete.
    fn by_bucket_of_another(&self, granted: Residual, ownership: &Ownership) -> Residual {
        let deletes = matches!(self.target.action.name(), "deleteobject" | "deleteobjectversion");
        if deletes && *ownership == Ownership::Same {
            return granted;
        }
        granted.and(Residual::undocumented("bucket-policy-on-an-object-of-another"))
    }

    /// What the caller's own side has to say to a resource of another account.
    fn principal_side(
        &self,
        credentials: Credentials,
        own: &Residual,
        by_session: &Residual,
        principal_side: &PrincipalSide,
    ) -> Residual {
        match principal_side {
            PrincipalSide::None => Residual::True,
            PrincipalSide::NotCollected(reason) => Atom::OtherSide(reason.as_str().into()).into(),
            PrincipalSide::Known if credentials == Credentials::AssumedRoot => by_session.clone(),
            PrincipalSide::Known if matches!(self.caller, Caller::Root(_)) => Residual::True,
            PrincipalSide::Known => own.clone(),
        }
    }

    /// E131: what grants on a key give whom they name, by themselves. Whether boundary and session policies limit what a
    /// role is granted so is not documented.
    fn by_key_grant(&self, side: &ResourceSide, within: &Residual) -> Residual {
        let grants = &side.key_grants;
        let limits = match self.caller {
            Caller::RoleSession { .. } => within.clone().or(Residual::undocumented("key-grant-beside-limits")),
            _ => within.clone(),
        };
        grants.direct.clone().or(grants.everyone_to_federated.clone()).or(grants.limited.clone().and(limits))
    }

    /// E151: identity policies of the management account or of IAM's delegated administrators, on a member account.
    fn root_session(&self, own: &Residual, principal_side: &PrincipalSide) -> Residual {
        let theirs = match principal_side {
            PrincipalSide::NotCollected(reason) => Atom::OtherSide(reason.as_str().into()).into(),
            _ => own.clone(),
        };
        let organization = match self.environment.organization() {
            Collected::Present(organization) => organization,
            Collected::Absent => return Residual::False,
            Collected::NotCollected => return theirs.and(Residual::missing("the organization was not collected")),
            Collected::Unknown(reason) => return theirs.and(Residual::missing(reason.as_str())),
        };
        let member = match self.target.account {
            Some(account) if organization.management_account == Some(account) => Residual::False,
            Some(account) if organization.contains(account) => Residual::True,
            Some(account) if !organization.complete => {
                Residual::missing(format!("whether {account} is in the organization was not collected"))
            }
            _ => Residual::False,
        };
        let told = |told: &Collected<bool>, missing: &str| match told {
            Collected::Present(is) => Residual::from(*is),
            Collected::Absent => Residual::False,
            Collected::NotCollected => Residual::missing(missing),
            Collected::Unknown(reason) => Residual::missing(reason.as_str()),
        };
        let caller = self.caller.account();
        let may_ask = match &organization.iam_administrators {
            _ if caller.is_some() && organization.management_account == caller => Residual::True,
            Collected::Present(accounts) => caller.is_some_and(|caller| accounts.contains(&caller)).into(),
            Collected::Absent => Residual::False,
            Collected::NotCollected => Residual::missing("the delegated administrators of IAM were not collected"),
            Collected::Unknown(reason) => Residual::missing(reason.as_str()),
        };
        let enabled = told(&organization.root_sessions, "whether root access is managed centrally was not collected");
        member.and(theirs).and(may_ask).and(enabled)
    }
}
