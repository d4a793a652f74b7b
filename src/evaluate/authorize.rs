//! AWS's order of decision (section 4 of the rules): the only file that knows it.
//!
//! Every layer gives a [`Verdict`]; what must allow is joined into one formula, what denies into another. The formulas are
//! decided together at the end, so that an unknown in one place never hides what another place settles.

use crate::condition::{Atom, Residual};
use crate::evaluate::bucket::ObjectOwner;
use crate::evaluate::hard_limit::HardLimit;
use crate::evaluate::recorder::{Layer, Recorder, Silent, Verdict};
use crate::evaluate::resource_side::ResourceSide;
use crate::evaluate::statement::{Comparer, wants_reasons};
use crate::evaluate::target::ResourceRules;
use crate::evaluate::{Decision, Target};
use crate::model::PolicyId;
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

/// What layers of the caller's side allow.
#[derive(Debug, Clone)]
pub(super) struct Allowances {
    pub(super) identity: Residual,
    pub(super) boundary: Residual,
    pub(super) session: Residual,
}

impl Allowances {
    /// Everything.
    pub(super) const ALL: Self = Self { identity: Residual::True, boundary: Residual::True, session: Residual::True };

    /// What limits leave.
    fn within(&self) -> Residual {
        self.boundary.clone().and(self.session.clone())
    }

    /// What identity policies give within the limits.
    fn own(&self) -> Residual {
        self.identity.clone().and(self.within())
    }
}

/// What stands on both sides, beside what the caller's layers allow.
pub(super) struct Sides<'a> {
    pub(super) credentials: Credentials,
    pub(super) side: &'a ResourceSide,
    pub(super) principal_side: &'a PrincipalSide,
}

/// Whose the resource is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Owner {
    /// The caller's account.
    Same,
    /// Another.
    Other,
}

/// What holds for each owner there may be, together.
pub(super) fn by_ownership(ownership: &Ownership, holds: impl Fn(Owner) -> Residual) -> Residual {
    match ownership {
        Ownership::Same => holds(Owner::Same),
        Ownership::Cross => holds(Owner::Other),
        Ownership::Unknown(reason) => {
            let (same, cross) = (holds(Owner::Same), holds(Owner::Other));
            let owner = Residual::missing(reason.as_str());
            if same == cross { same } else { owner.clone().and(same).or(owner.not().and(cross)) }
        }
    }
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
        if matches!(self.caller, Caller::Root(_))
            && *ownership == Ownership::Same
            && self.target.is_bucket_policy_call()
        {
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
        let boundary = optional(Layer::Boundary, layers.boundary.as_deref());
        let session = optional(Layer::Session, layers.session.as_deref());
        if let Some(way) = self.by_way_of {
            identity = self.also_by_way_of(way, identity, &layers.identity);
            recorder.verdict(Layer::Identity, &identity);
        }

        let by_session = match (self.caller, &layers.session) {
            // E97: without session policies a federated user has no identity permissions.
            (Caller::FederatedUser { .. }, None) => Residual::False,
            // E151: such a session is never without its task policy.
            (_, None) if credentials == Credentials::AssumedRoot => {
                Residual::missing("the task policy of the AssumeRoot session was not given")
            }
            _ => session.allow.clone(),
        };
        let allowances =
            Allowances { identity: identity.allow.clone(), boundary: boundary.allow.clone(), session: by_session };
        let sides = Sides { credentials, side: &side, principal_side: &layers.principal_side };
        let granted = self.granted(&sides, ownership, &allowances);
        if wants_reasons(recorder) {
            self.record_roles(&sides, layers, ownership, recorder);
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
    pub(super) fn levels(&self, levels: &Levels, layer: fn(u32) -> Layer, recorder: &mut impl Recorder) -> Verdict {
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

    /// What both sides grant, when these layers of the caller's side allow.
    pub(super) fn granted(&self, sides: &Sides<'_>, ownership: &Ownership, allowances: &Allowances) -> Residual {
        if self.target.rules == ResourceRules::RootSession {
            return self.root_session(&allowances.own(), sides.principal_side);
        }
        by_ownership(ownership, |owner| {
            let granted = self.granted_by(owner, sides, allowances);
            match self.target.bucket.object_owner {
                Some(of_object) => self.on_object_of_another(of_object, granted, owner, sides, allowances),
                None => granted,
            }
        })
    }

    fn granted_by(&self, owner: Owner, sides: &Sides<'_>, allowances: &Allowances) -> Residual {
        match (owner, sides.principal_side) {
            (Owner::Other, _) => self.cross_account(sides, allowances),
            (Owner::Same, PrincipalSide::NotCollected(reason)) => self.same_account_not_collected(sides.side, reason),
            (Owner::Same, _) => self.same_account(sides, allowances),
        }
    }

    /// E177: the side of an object's owner grants: its list, or the policies of the owner's own principals. Whether what the
    /// bucket's side grants counts too is documented both ways, but the bucket's owner may always delete.
    fn on_object_of_another(
        &self,
        of_object: ObjectOwner,
        by_bucket: Residual,
        of_bucket: Owner,
        sides: &Sides<'_>,
        allowances: &Allowances,
    ) -> Residual {
        let lists = ResourceSide { lists: sides.side.lists.clone(), ..ResourceSide::NONE };
        let by_lists = Sides { side: &lists, ..*sides };
        let own = of_object.0.is_some() && of_object.0 == self.caller.account();
        let by_owner = self.granted_by(if own { Owner::Same } else { Owner::Other }, &by_lists, allowances);
        if self.target.deletes_object() && of_bucket == Owner::Same {
            return by_owner.or(by_bucket);
        }
        by_owner.or(by_bucket.and(Residual::undocumented("bucket-policy-on-an-object-of-another")))
    }

    /// E119, E121, E126, E135-E137; the truth table's T11 and T14.
    fn same_account(&self, sides: &Sides<'_>, allowances: &Allowances) -> Residual {
        let side = sides.side;
        let root = matches!(self.caller, Caller::Root(_));
        let delegated = side.policy.account.clone().or(side.lists.account.clone()).or(side.key_grants.account.clone());
        let by_identity = match self.target.rules {
            ResourceRules::Ordinary if root => Residual::True, // E119.7
            ResourceRules::Ordinary => allowances.own(),
            // E125-E127, E136: the account statement delegates, and the delegation is as wide as the statement.
            // No root user assumes a role (E139); what it may do beside, the account's statement covers (T11).
            ResourceRules::KmsKey | ResourceRules::RoleTrust if root => delegated,
            ResourceRules::KmsKey | ResourceRules::RoleTrust => delegated.and(allowances.own()),
            ResourceRules::RootSession => Residual::False,
        };
        let granted = self.given_within(side, allowances).or(by_identity);
        // T13, E119.7: an AssumeRoot session does what its task policy allows, and nothing else.
        if sides.credentials == Credentials::AssumedRoot { granted.and(allowances.session.clone()) } else { granted }
    }

    /// What the resource's side gives a principal of its account by itself, without the principal's own policies.
    pub(super) fn given_within(&self, side: &ResourceSide, allowances: &Allowances) -> Residual {
        let within = allowances.within();
        let policy = side.policy.clone().or(side.lists.clone());
        // T15: AWS promises "no other permissions" for users and roles only; a boundary does not limit either.
        let to_federated = allowances.session.clone().or(Residual::undocumented("undocumented-star-federated"));
        let to_federated = policy.everyone_to_federated.and(to_federated);
        let named = policy.direct.or(policy.limited.and(within.clone())).or(to_federated);
        named.or(self.by_key_grant(side, within))
    }

    /// E131: what grants on a key give whom they name, by themselves. Whether boundary and session policies limit what a
    /// role is granted so is not documented.
    fn by_key_grant(&self, side: &ResourceSide, within: Residual) -> Residual {
        let grants = side.key_grants.clone();
        let limits = match self.caller {
            Caller::RoleSession { .. } => within.or(Residual::undocumented("key-grant-beside-limits")),
            _ => within,
        };
        grants.direct.or(grants.everyone_to_federated).or(grants.limited.and(limits))
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
    fn cross_account(&self, sides: &Sides<'_>, allowances: &Allowances) -> Residual {
        let side = sides.side;
        let theirs: Residual = match sides.principal_side {
            PrincipalSide::None => Residual::True,
            PrincipalSide::NotCollected(reason) => Atom::OtherSide(reason.as_str().into()).into(),
            PrincipalSide::Known if sides.credentials == Credentials::AssumedRoot => allowances.session.clone(),
            PrincipalSide::Known if matches!(self.caller, Caller::Root(_)) => Residual::True,
            PrincipalSide::Known => allowances.own(),
        };
        // E131: "a grant or IAM policy in your account" suggests that a grantee of another account needs no policy.
        let by_grant = self.by_key_grant(side, allowances.within());
        let alone = by_grant.and(Residual::undocumented("key-grant-across-accounts"));
        self.given_across(side).and(theirs).or(alone)
    }
}
