//! What a bucket or an access point has beside its policy: access control lists and Block Public Access (E175-E182).
//!
//! The contexts of S3's own documentation are those of `authorize`: the user context is the caller's side, the bucket
//! context the resource's.

use crate::arn::AccountId;
use crate::condition::Residual;
use crate::evaluate::Target;
use crate::evaluate::public_policy::{PolicyOf, is_public};
use crate::model::{AccessPoint, Collected, Environment, ObjectOwnership, PolicyId, PublicAccessBlock, Resource};
use crate::policy::{PrincipalElement, PrincipalValue};

/// Whether a setting is on.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) enum Switch {
    /// It is not.
    #[default]
    Off,
    /// It is.
    On,
    /// Nobody asked: it is taken to be off, and the answer says so where that matters.
    NotCollected,
    /// Asked, and not told, with the reason.
    Unknown(String),
}

impl Switch {
    /// E180: in force is whatever any of the places says; what is not told anywhere may be on.
    pub(crate) fn any(places: impl IntoIterator<Item = Self>) -> Self {
        places.into_iter().fold(Self::Off, |sum, place| match (sum, place) {
            (Self::On, _) | (_, Self::On) => Self::On,
            (Self::Unknown(reason), _) | (_, Self::Unknown(reason)) => Self::Unknown(reason),
            (Self::NotCollected, _) | (_, Self::NotCollected) => Self::NotCollected,
            (Self::Off, Self::Off) => Self::Off,
        })
    }

    fn of(settings: &Collected<PublicAccessBlock>, which: fn(&PublicAccessBlock) -> bool) -> Self {
        match settings {
            Collected::Present(settings) if which(settings) => Self::On,
            Collected::Present(_) | Collected::Absent => Self::Off,
            Collected::NotCollected => Self::NotCollected,
            Collected::Unknown(reason) => Self::Unknown(reason.clone()),
        }
    }

    /// When it is on.
    pub(crate) fn holds(&self) -> Residual {
        match self {
            Self::Off | Self::NotCollected => Residual::False,
            Self::On => Residual::True,
            Self::Unknown(reason) => Residual::missing(reason.as_str()),
        }
    }
}

/// What a bucket or an access point has beside its policy, in the bucket context (E176). Everything is off, and nothing
/// granted, for other resources.
#[derive(Debug, Clone, Default)]
pub(crate) struct BucketSide {
    /// The grants of the bucket's access control list, each a policy of its own; absent where lists do not count (E178).
    pub(crate) acl: Collected<Vec<PolicyId>>,
    /// Why it is not known whether the list counts, if it is not.
    pub(crate) acl_in_doubt: Option<String>,
    /// Whether what lists grant to the public counts for nothing (E180).
    pub(crate) ignore_public_acls: Switch,
    /// Whether a public policy lets in nobody from outside but services (E180).
    pub(crate) restrict_public_buckets: Switch,
    /// Whether the list grants anything to the public (E179).
    pub(crate) public_acl: bool,
    /// Whether the policy is public (E181).
    pub(crate) public_policy: bool,
    /// Accounts whose users the restriction spares: those that own the bucket and the access point.
    pub(crate) spared: Vec<AccountId>,
    /// Whose the object is, if it is not the bucket owner's (E177).
    pub(crate) object_owner: Option<ObjectOwner>,
}

/// The owner of an object in somebody else's bucket: its account, if that is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ObjectOwner(pub(crate) Option<AccountId>);

impl BucketSide {
    /// The side of a bucket, from what was collected of it.
    pub(crate) fn of_bucket(environment: &Environment, bucket: Option<&Resource>, target: &Target) -> Self {
        let nothing = crate::model::BucketSettings::default();
        let settings = bucket.map_or(&nothing, |bucket| &bucket.bucket);
        let places = [&settings.public_access_block, &of_account(environment, target.account)];
        let (acl, acl_in_doubt) = match (&settings.object_ownership, &settings.acl) {
            (Collected::Present(ObjectOwnership::BucketOwnerEnforced), _) => (Collected::Absent, None),
            (Collected::Unknown(reason), acl) => (acl.clone(), Some(reason.clone())),
            (Collected::NotCollected, acl @ (Collected::Present(_) | Collected::Unknown(_))) => {
                (acl.clone(), Some(format!("the object ownership of {} was not collected", target.governing)))
            }
            (_, acl) => (acl.clone(), None),
        };
        let public_acl =
            acl.present().is_some_and(|acl| acl.iter().any(|policy| grants_to_everyone(environment, *policy)));
        Self {
            acl,
            public_acl,
            acl_in_doubt,
            ignore_public_acls: Switch::any(places.map(|place| Switch::of(place, |block| block.ignore_public_acls))),
            restrict_public_buckets: Switch::any(
                places.map(|place| Switch::of(place, |block| block.restrict_public_buckets)),
            ),
            public_policy: target_is_public(environment, target, PolicyOf::Bucket),
            spared: target.account.into_iter().collect(),
            object_owner: None,
        }
    }

    /// The side of a bucket as a request gives it: the grants of its lists, and whether public lists are ignored and public
    /// policies restricted.
    pub(crate) fn given(environment: &Environment, acl: Vec<PolicyId>, block: [bool; 2], target: &Target) -> Self {
        let [ignore_public_acls, restrict_public_buckets] = block.map(|on| if on { Switch::On } else { Switch::Off });
        Self {
            public_acl: acl.iter().any(|policy| grants_to_everyone(environment, *policy)),
            acl: Collected::Present(acl),
            acl_in_doubt: None,
            ignore_public_acls,
            restrict_public_buckets,
            public_policy: target_is_public(environment, target, PolicyOf::Bucket),
            spared: target.account.into_iter().collect(),
            object_owner: None,
        }
    }

    /// The side of an access point. Lists are the bucket's.
    pub(crate) fn of_access_point(environment: &Environment, point: &AccessPoint, target: &Target) -> Self {
        let places = [&point.public_access_block, &of_account(environment, target.account)];
        Self {
            acl: Collected::Absent,
            restrict_public_buckets: Switch::any(
                places.map(|place| Switch::of(place, |block| block.restrict_public_buckets)),
            ),
            // E181: what only a VPC reaches is not public.
            public_policy: point.vpc.is_none() && target_is_public(environment, target, PolicyOf::AccessPoint),
            spared: target.account.into_iter().chain(point.bucket_account).collect(),
            ..Self::default()
        }
    }
}

fn of_account(environment: &Environment, account: Option<AccountId>) -> Collected<PublicAccessBlock> {
    let account = account.and_then(|account| environment.account(account));
    account.map_or(Collected::NotCollected, |account| account.public_access_block.clone())
}

/// Whether a grant of a list is to everyone, signed or not (E179).
pub(crate) fn grants_to_everyone(environment: &Environment, policy: PolicyId) -> bool {
    let document = environment.policy(policy).document;
    let content = document.and_then(|document| environment.document(document).content.as_ref().ok());
    content.is_some_and(|document| {
        document.statements.iter().any(|statement| match &statement.principal {
            Some(PrincipalElement::Principal(values)) => values.contains(&PrincipalValue::Everyone),
            _ => false,
        })
    })
}

fn target_is_public(environment: &Environment, target: &Target, of: PolicyOf) -> bool {
    let document = target.policy.present().and_then(|policy| environment.policy(*policy).document);
    let content = document.and_then(|document| environment.document(document).content.as_ref().ok());
    content.is_some_and(|document| is_public(document, of))
}
