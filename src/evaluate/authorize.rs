//! AWS's order of decision (section 4 of the rules): the only file that knows it.
//!
//! Every layer gives a [`Verdict`]; what must allow is joined into one formula, what denies into another. The formulas are
//! decided together at the end, so that an unknown in one place never hides what another place settles.

use crate::arn::Arn;
use crate::condition::{Atom, Residual};
use crate::evaluate::Decision;
use crate::evaluate::hard_limit::HardLimit;
use crate::evaluate::recorder::{Layer, Recorder, Verdict};
use crate::evaluate::statement::{Comparer, Grants, wants_reasons};
use crate::evaluate::target::ResourceRules;
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
    /// The caller has no policies of its own: services, identity providers, unsigned requests (E143, E161, E162).
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

/// Everything that has a say in one request, beside the resource's own policy.
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
    /// The VPC endpoint's policy, when the request goes through one that was given.
    pub vpc_endpoint: Option<Vec<PolicyId>>,
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
        let resource_control = self.levels(&layers.resource_control, Layer::ResourceControl, recorder);
        let service_control = self.levels(&layers.service_control, Layer::ServiceControl, recorder);
        let mut optional = |layer: Layer, policies: Option<&[PolicyId]>| match policies {
            None => Verdict::UNLIMITED,
            Some(policies) => self.recorded(layer, policies.iter().copied(), recorder),
        };
        let endpoint = optional(Layer::VpcEndpoint, layers.vpc_endpoint.as_deref());
        let mut grants = self.grants(recorder);
        if matches!(self.caller, Caller::Root(_)) && *ownership == Ownership::Same && self.is_bucket_policy_call() {
            grants.deny = Residual::False; // E116: a bucket's owner can always get at its policy.
            recorder.verdict(Layer::Resource, &grants.verdict());
        }
        let mut optional = |layer: Layer, policies: Option<&[PolicyId]>| match policies {
            None => Verdict::UNLIMITED,
            Some(policies) => self.recorded(layer, policies.iter().copied(), recorder),
        };
        let identity = match layers.principal_side {
            PrincipalSide::Known => optional(Layer::Identity, Some(&layers.identity)),
            PrincipalSide::None | PrincipalSide::NotCollected(_) => Verdict::SILENT,
        };
        let boundary = optional(Layer::Boundary, layers.boundary.as_deref());
        let session = optional(Layer::Session, layers.session.as_deref());

        let by_session = match (self.caller, &layers.session) {
            // E97: without session policies a federated user has no identity permissions.
            (Caller::FederatedUser { .. }, None) => Residual::False,
            _ => session.allow.clone(),
        };
        let within = boundary.allow.clone().and(by_session.clone());
        let own = identity.allow.clone().and(within.clone());
        let same = || match &layers.principal_side {
            PrincipalSide::NotCollected(reason) => self.same_account_not_collected(&grants, reason),
            _ => self.same_account(&grants, &own, &within, &by_session),
        };
        let cross = || self.cross_account(&grants, &own, &layers.principal_side);
        let granted = match ownership {
            Ownership::Same => same(),
            Ownership::Cross => cross(),
            Ownership::Unknown(reason) => {
                let (same, cross) = (same(), cross());
                let owner = Residual::missing(reason.as_str());
                if same == cross { same } else { owner.clone().and(same).or(owner.not().and(cross)) }
            }
        };
        if wants_reasons(recorder) {
            self.record_roles(&grants, layers, ownership, recorder);
        }
        let limits = [&resource_control, &service_control, &endpoint].map(|verdict| verdict.allow.clone());
        let allow = Residual::all(limits).and(granted);
        let mut deny = Residual::any(
            [resource_control, service_control, endpoint, identity, boundary, session].map(|verdict| verdict.deny),
        );
        deny = deny.or(grants.deny);
        Decision { allow, deny, assumptions: Vec::new() }
    }

    /// What the credentials or the call settle before any policy (E114a).
    fn hard_limit(&self, credentials: Credentials, ownership: &Ownership) -> Option<HardLimit> {
        use HardLimit as Limit;
        let action = &self.target.action;
        let signed = !matches!(credentials, Credentials::Unsigned);
        match (action.service(), action.name()) {
            ("sts", "getcalleridentity") if signed => Some(Limit::CallerIdentity),
            ("sts", "getsessiontoken") => match credentials {
                Credentials::LongTermKey | Credentials::Root => Some(Limit::SessionToken),
                Credentials::Unspecified => None,
                _ => Some(Limit::SessionTokenBySession),
            },
            ("sts", "getfederationtoken") if matches!(credentials, Credentials::RoleSession(_)) => {
                Some(Limit::FederationByRole)
            }
            ("sts", "assumerole") if matches!(credentials, Credentials::Root) => Some(Limit::AssumeRoleByRoot),
            ("sts", "assumerole") if matches!(self.caller, Caller::FederatedProvider(_)) => {
                Some(Limit::AssumeRoleByProvider)
            }
            ("sts", "assumerole") if !signed && !matches!(self.caller, Caller::Service(_)) => {
                Some(Limit::AssumeRoleUnsigned)
            }
            ("sts", "assumerolewithsaml" | "assumerolewithwebidentity")
                if !matches!(self.caller, Caller::FederatedProvider(_)) =>
            {
                Some(Limit::FederatedCallWithoutProvider)
            }
            ("sts", name @ ("assumerolewithsaml" | "assumerolewithwebidentity")) if !self.provider_fits(name) => {
                Some(Limit::ProviderDoesNotFit)
            }
            // What a console sign-in can do beyond it is not asked here.
            ("sts", name) if credentials == Credentials::MfaSession && !belongs_to_assume_role(name) => {
                Some(Limit::StsBySessionToken)
            }
            ("sts", name) if credentials == Credentials::FederatedUser && name != "getcalleridentity" => {
                Some(Limit::StsByFederatedUser)
            }
            ("iam", _) if credentials == Credentials::FederatedUser => Some(Limit::IamByFederatedUser),
            _ if *ownership == Ownership::Cross && self.is_bucket_policy_call() => Some(Limit::BucketPolicyFromOutside),
            ("kms", name) if *ownership == Ownership::Cross && self.target.rules == ResourceRules::KmsKey => {
                (!works_cross_account(name)).then_some(Limit::KmsFromOutside)
            }
            _ if self.crosses_partitions() => Some(Limit::OtherPartition),
            _ => None,
        }
    }

    fn is_bucket_policy_call(&self) -> bool {
        let action = &self.target.action;
        action.service() == "s3"
            && matches!(action.name(), "getbucketpolicy" | "putbucketpolicy" | "deletebucketpolicy")
    }

    /// Whether the provider is of the kind the call takes, and one of the role's own account (E35, E143).
    fn provider_fits(&self, call: &str) -> bool {
        let Caller::FederatedProvider(provider) = self.caller else { return true };
        let arn = Arn::parse(provider).ok();
        let is_saml = arn.as_ref().is_some_and(|arn| arn.resource().starts_with("saml-provider/"));
        let own = arn.is_none_or(|arn| arn.account_id() == self.target.account);
        own && is_saml == (call == "assumerolewithsaml")
    }

    fn crosses_partitions(&self) -> bool {
        let partition = match self.caller {
            Caller::User { arn, .. } | Caller::FederatedUser { arn, .. } | Caller::RoleSession { role: arn, .. } => {
                arn.partition()
            }
            Caller::Root(account) => match self.environment.principals_of(*account).next() {
                Some((_, principal)) => principal.arn.partition(),
                None => return false,
            },
            _ => return false,
        };
        self.target
            .arn
            .as_ref()
            .is_some_and(|arn| !arn.partition().contains(['*', '?']) && arn.partition() != partition)
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

    fn grants(&self, recorder: &mut impl Recorder) -> Grants {
        let grants = match &self.target.policy {
            Collected::Present(policy) => self.resource_policy(*policy, recorder),
            Collected::Unknown(reason) => Grants::missing(reason),
            // E124: every key has a policy, and every role a trust policy; not knowing it is not "none".
            Collected::NotCollected if self.target.rules == ResourceRules::KmsKey => {
                Grants::missing(&format!("the key policy of {} was not collected", self.target.governing))
            }
            Collected::NotCollected if self.target.rules == ResourceRules::RoleTrust => {
                Grants::missing(&format!("the trust policy of {} was not collected", self.target.governing))
            }
            Collected::NotCollected | Collected::Absent => return Grants::NONE,
        };
        recorder.verdict(Layer::Resource, &grants.verdict());
        grants
    }

    /// E119, E126, E135-E137.
    fn same_account(&self, grants: &Grants, own: &Residual, within: &Residual, by_session: &Residual) -> Residual {
        let root = matches!(self.caller, Caller::Root(_));
        // T15: AWS promises "no other permissions" for users and roles only; a boundary does not limit either.
        let to_federated = grants
            .everyone_to_federated
            .clone()
            .and(by_session.clone().or(Residual::undocumented("undocumented-star-federated")));
        let named = grants.direct.clone().or(grants.limited.clone().and(within.clone())).or(to_federated);
        let by_identity = match self.target.rules {
            ResourceRules::Ordinary if root => Residual::True, // E119.7
            ResourceRules::Ordinary => own.clone(),
            // E125-E127, E136: the account statement delegates, and the delegation is as wide as the statement.
            ResourceRules::KmsKey if root => grants.account.clone(),
            ResourceRules::RoleTrust if root => Residual::False,
            ResourceRules::KmsKey | ResourceRules::RoleTrust => grants.account.clone().and(own.clone()),
        };
        named.or(by_identity)
    }

    /// E119, E126, E135, of a caller whose own policies were not collected: they may allow or deny whatever the resource's
    /// side leaves to them, and limit whatever it grants.
    fn same_account_not_collected(&self, grants: &Grants, reason: &str) -> Residual {
        let left_to_them = match self.target.rules {
            ResourceRules::Ordinary => Residual::True,
            ResourceRules::KmsKey | ResourceRules::RoleTrust => grants.any(),
        };
        left_to_them.and(Atom::OtherSide(reason.into()).into())
    }

    /// E157: both sides must allow, however the resource's side names the caller.
    fn cross_account(&self, grants: &Grants, own: &Residual, side: &PrincipalSide) -> Residual {
        let theirs = match side {
            PrincipalSide::None => Residual::True,
            PrincipalSide::NotCollected(reason) => Atom::OtherSide(reason.as_str().into()).into(),
            PrincipalSide::Known if matches!(self.caller, Caller::Root(_)) => Residual::True,
            PrincipalSide::Known => own.clone(),
        };
        grants.any().and(theirs)
    }
}

/// AssumeRole, and the permissions one call of it may need besides (E142).
fn belongs_to_assume_role(name: &str) -> bool {
    matches!(name, "assumerole" | "tagsession" | "setsourceidentity" | "setcontext")
}

/// The KMS operations that work on a key of another account (E129).
fn works_cross_account(name: &str) -> bool {
    matches!(
        name,
        "decrypt"
            | "encrypt"
            | "derivesharedsecret"
            | "generatedatakey"
            | "generatedatakeywithoutplaintext"
            | "generatedatakeypair"
            | "generatedatakeypairwithoutplaintext"
            | "generatemac"
            | "reencryptfrom"
            | "reencryptto"
            | "sign"
            | "verify"
            | "verifymac"
            | "creategrant"
            | "describekey"
            | "getkeyrotationstatus"
            | "getpublickey"
            | "listgrants"
            | "retiregrant"
            | "revokegrant"
    )
}
