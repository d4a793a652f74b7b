//! What a decision rests on that was not collected.

use std::fmt;

use crate::arn::AccountId;
use crate::evaluate::Target;
use crate::evaluate::bucket::Switch;
use crate::evaluate::evaluator::Evaluator;
use crate::evaluate::target::ResourceRules;
use crate::model::Collected;
use crate::policy::AclOf;
use crate::request::Caller;

/// What was never collected and is decided as absent, or as what AWS sets up by itself.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Assumption {
    /// No organization was collected: no SCP or RCP limits this account.
    NoOrganization(AccountId),
    /// The resource's policy was not collected: it has none.
    NoResourcePolicy(Box<str>),
    /// Nobody said whose the resource is: it is the caller's account's.
    ResourceOwner(Box<str>),
    /// The request does not go through a VPC endpoint whose policy limits it.
    NoVpcEndpointPolicy,
    /// No access control list of the bucket grants anything.
    NoAcl(Box<str>),
    /// No object of the bucket has an access control list, or an owner, of its own (E177).
    NoObjectAcl(Box<str>),
    /// Block Public Access is off for what the bucket's policy or list grants to the public.
    NoPublicAccessBlock(Box<str>),
    /// No grant on the key lets anyone use it.
    NoKeyGrants(Box<str>),
    /// The bucket's objects are not encrypted with a KMS key (E199).
    NoKeyEncryption(Box<str>),
    /// Objects are encrypted as the bucket's default says (E199).
    DefaultEncryption(Box<str>),
}

impl Assumption {
    /// Its stable code in kebab-case.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoOrganization(_) => "no-organization",
            Self::NoResourcePolicy(_) => "no-resource-policy",
            Self::ResourceOwner(_) => "resource-owner",
            Self::NoVpcEndpointPolicy => "no-vpc-endpoint-policy",
            Self::NoAcl(_) => "no-acl",
            Self::NoObjectAcl(_) => "no-object-acl",
            Self::NoPublicAccessBlock(_) => "no-public-access-block",
            Self::NoKeyGrants(_) => "no-key-grants",
            Self::NoKeyEncryption(_) => "no-key-encryption",
            Self::DefaultEncryption(_) => "default-encryption",
        }
    }

    /// The account or resource it is about.
    #[must_use]
    pub fn about(&self) -> Option<&str> {
        match self {
            Self::NoOrganization(account) => Some(account.as_str()),
            Self::NoVpcEndpointPolicy => None,
            Self::NoResourcePolicy(resource)
            | Self::ResourceOwner(resource)
            | Self::NoAcl(resource)
            | Self::NoObjectAcl(resource)
            | Self::NoPublicAccessBlock(resource)
            | Self::NoKeyGrants(resource)
            | Self::NoKeyEncryption(resource)
            | Self::DefaultEncryption(resource) => Some(resource),
        }
    }
}

impl fmt::Display for Assumption {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let about = self.about().unwrap_or_default();
        match self {
            Self::NoOrganization(_) => write!(f, "no organization policies on {about}"),
            Self::NoResourcePolicy(_) => write!(f, "no resource policy on {about}"),
            Self::ResourceOwner(_) => write!(f, "{about} belongs to the caller's account"),
            Self::NoVpcEndpointPolicy => f.write_str("no VPC endpoint policy"),
            Self::NoAcl(_) => write!(f, "no access control list on {about}"),
            Self::NoObjectAcl(_) => write!(f, "no access control lists or other owners on objects of {about}"),
            Self::NoPublicAccessBlock(_) => write!(f, "no Block Public Access on {about}"),
            Self::NoKeyGrants(_) => write!(f, "no grants on {about}"),
            Self::NoKeyEncryption(_) => write!(f, "no encryption of {about} with a KMS key"),
            Self::DefaultEncryption(_) => write!(f, "objects of {about} are encrypted with its default key"),
        }
    }
}

impl Evaluator<'_> {
    pub(super) fn assumptions(&self, caller: &Caller, target: &Target, forwarded: bool) -> Vec<Assumption> {
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
        assumptions.extend(self.of_bucket(caller, target));
        let grants = target.grants == Collected::NotCollected && target.rules == ResourceRules::KmsKey;
        if grants && GRANTED_ON_KEYS.contains(&target.action.name()) {
            assumptions.push(Assumption::NoKeyGrants(target.governing.clone()));
        }
        if !forwarded && self.assumes_no_endpoint_policy(caller, target) {
            assumptions.push(Assumption::NoVpcEndpointPolicy);
        }
        assumptions
    }

    /// E177-E180: lists of the bucket and of its objects, and Block Public Access where it would matter.
    fn of_bucket(&self, caller: &Caller, target: &Target) -> Vec<Assumption> {
        let bucket = || target.governing.clone();
        let side = &target.bucket;
        let mut assumptions = Vec::new();
        if !target.is_s3() || target.is_access_point() {
            return assumptions;
        }
        let action = target.action.folded();
        if AclOf::Bucket.can_grant(action) && side.acl == Collected::NotCollected {
            assumptions.push(Assumption::NoAcl(bucket()));
        }
        if AclOf::Object.can_grant(action) && side.acl != Collected::Absent {
            assumptions.push(Assumption::NoObjectAcl(bucket()));
        }
        let outside = caller.account().is_none_or(|account| !side.spared.contains(&account));
        let by_policy = side.public_policy && side.restrict_public_buckets == Switch::NotCollected;
        let by_list = side.public_acl && side.ignore_public_acls == Switch::NotCollected;
        if outside && !matches!(caller, Caller::Service(_)) && (by_policy || by_list) {
            assumptions.push(Assumption::NoPublicAccessBlock(bucket()));
        }
        assumptions
    }
}

/// What a grant on a key can let do (E130).
pub(super) const GRANTED_ON_KEYS: [&str; 17] = [
    "decrypt",
    "derivesharedsecret",
    "encrypt",
    "generatedatakey",
    "generatedatakeypair",
    "generatedatakeypairwithoutplaintext",
    "generatedatakeywithoutplaintext",
    "generatemac",
    "reencryptfrom",
    "reencryptto",
    "sign",
    "verify",
    "verifymac",
    "creategrant",
    "describekey",
    "getpublickey",
    "retiregrant",
];
