//! What stands on the resource's side: its policy, an access control list, grants on a key (E109, E119, E130).

use crate::condition::Residual;
use crate::evaluate::bucket::grants_to_everyone;
use crate::evaluate::recorder::{Layer, Recorder};
use crate::evaluate::statement::{Comparer, Grants};
use crate::evaluate::target::ResourceRules;
use crate::model::Collected;
use crate::request::Caller;

/// What the resource's side gives and takes, by where it stands; what follows differs (E131, E180).
#[derive(Clone)]
pub(crate) struct ResourceSide {
    /// The resource's own policy.
    pub(crate) policy: Grants,
    /// An access control list.
    pub(crate) lists: Grants,
    /// Whether the list grants something to the public that counts for nothing, or may not.
    pub(crate) ignored: bool,
    /// Grants on a key.
    pub(crate) key_grants: Grants,
}

impl Comparer<'_, '_> {
    /// Compares everything on the resource's side with the request. AWS reports all of it as resource-based policies.
    pub(crate) fn resource_side(&self, recorder: &mut impl Recorder) -> ResourceSide {
        let policy = self.own_policy(recorder);
        let (lists, ignored) = self.lists(recorder);
        let side = ResourceSide { policy, lists, ignored, key_grants: self.key_grants(recorder) };
        let has_any = [self.target.policy.present().is_some(), self.target.bucket.acl.present().is_some()]
            .into_iter()
            .any(|present| present)
            || self.target.grants.present().is_some_and(|grants| !grants.is_empty())
            || side.all().any() != Residual::False;
        if has_any {
            recorder.verdict(Layer::Resource, &side.all().verdict());
        }
        side
    }

    fn own_policy(&self, recorder: &mut impl Recorder) -> Grants {
        // E189: neither a key's policy nor anything but its grants decides who may retire one.
        if self.target.action.is("kms:RetireGrant") {
            return Grants::NONE;
        }
        match &self.target.policy {
            Collected::Present(policy) => self.resource_policy(*policy, recorder),
            Collected::Unknown(reason) => Grants::missing(reason),
            // E124: every key has a policy, and every role a trust policy; not knowing it is not "none".
            Collected::NotCollected if self.target.rules == ResourceRules::KmsKey => {
                Grants::missing(&format!("the key policy of {} was not collected", self.target.governing))
            }
            Collected::NotCollected if self.target.rules == ResourceRules::RoleTrust => {
                Grants::missing(&format!("the trust policy of {} was not collected", self.target.governing))
            }
            Collected::NotCollected | Collected::Absent => Grants::NONE,
        }
    }

    /// E109, E178-E180: what lists grant, less what is public where that counts for nothing; and whether there is such.
    fn lists(&self, recorder: &mut impl Recorder) -> (Grants, bool) {
        let side = &self.target.bucket;
        let counts = match &side.acl_in_doubt {
            None => Residual::True,
            Some(reason) => Residual::missing(reason.as_str()),
        };
        let mut ignored = false;
        let lists = match &side.acl {
            Collected::Present(policies) => policies.iter().fold(Grants::NONE, |sum, policy| {
                let grants = self.resource_policy(*policy, recorder);
                let is_ignored = match grants_to_everyone(self.environment, *policy) {
                    true => side.ignore_public_acls.holds(),
                    false => Residual::False,
                };
                ignored |= !is_ignored.is_false() && !grants.any().is_false();
                sum.or(grants.when(&counts.clone().and(is_ignored.not())))
            }),
            // A list only grants.
            Collected::Unknown(reason) => {
                Grants { direct: Residual::missing(reason.as_str()).and(counts), ..Grants::NONE }
            }
            Collected::NotCollected | Collected::Absent => Grants::NONE,
        };
        (lists, ignored)
    }

    /// E130, E131, E189.
    fn key_grants(&self, recorder: &mut impl Recorder) -> Grants {
        match &self.target.grants {
            Collected::Present(policies) => {
                policies.iter().fold(Grants::NONE, |sum, policy| sum.or(self.resource_policy(*policy, recorder)))
            }
            // A grant only grants.
            Collected::Unknown(reason) => Grants { direct: Residual::missing(reason.as_str()), ..Grants::NONE },
            Collected::NotCollected | Collected::Absent => Grants::NONE,
        }
    }

    /// E180: what the resource's side gives to a caller of another account, or of none.
    pub(crate) fn given_across(&self, side: &ResourceSide) -> Residual {
        self.by_policy_across(side).or(side.lists.any()).or(side.key_grants.any())
    }

    /// The same, of its policy alone.
    pub(crate) fn by_policy_across(&self, side: &ResourceSide) -> Residual {
        side.policy.any().and(self.spared_by_public_restriction())
    }

    /// E180: when a public policy lets this caller in nevertheless.
    fn spared_by_public_restriction(&self) -> Residual {
        let side = &self.target.bucket;
        let spared = matches!(self.caller, Caller::Service(_))
            || self.caller.account().is_some_and(|account| side.spared.contains(&account));
        if !side.public_policy || spared {
            return Residual::True;
        }
        side.restrict_public_buckets.holds().not()
    }
}

impl ResourceSide {
    /// Nothing stands there.
    pub(super) const NONE: Self =
        Self { policy: Grants::NONE, lists: Grants::NONE, ignored: false, key_grants: Grants::NONE };

    /// All of it as one.
    pub(crate) fn all(&self) -> Grants {
        self.policy.clone().or(self.lists.clone()).or(self.key_grants.clone())
    }
}
