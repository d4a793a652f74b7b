//! What is asked for: an action on a resource, with what the environment knows of both.

use crate::action::ActionName;
use crate::arn::{AccountId, Arn};
use crate::evaluate::bucket::BucketSide;
use crate::model::{Collected, PolicyId, Tag};
use crate::service_reference::{Action, ActionId, ServiceReference};
use crate::wildcard::Wildcard;

/// Which rules decide beyond the ordinary ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum ResourceRules {
    /// E119; also calls on an alias itself (E133) and on no key (E134).
    Ordinary,
    /// A KMS key, also by an alias: its policy has to allow or to delegate (E124-E129).
    KmsKey,
    /// A role, asked for its credentials: its trust policy has to allow (E135-E143).
    RoleTrust,
    /// An account's root user, asked for its credentials by AssumeRoot: no policy of its own, and only some may ask (E151).
    RootSession,
}

/// An action on a resource.
#[derive(Debug, Clone)]
pub struct Target {
    pub(crate) action: ActionName,
    pub(crate) action_id: Option<ActionId>,
    /// The resource's text: an ARN, or `*` for actions without one.
    pub(crate) resource: Box<str>,
    pub(crate) arn: Option<Arn>,
    /// Where the resource is asked for as a pattern: which texts it stands for.
    pub(crate) pattern: Option<Wildcard>,
    /// The account that owns the resource, when it is known.
    pub(crate) account: Option<AccountId>,
    /// Whether the owner is only assumed.
    pub(crate) account_assumed: bool,
    pub(crate) rules: ResourceRules,
    /// The policy that governs the resource.
    pub(crate) policy: Collected<PolicyId>,
    /// The resource that carries it.
    pub(crate) governing: Box<str>,
    /// Whether the resource's service knows resource policies at all (E160).
    pub(crate) takes_policy: bool,
    /// Whether RCPs apply to the service (E104).
    pub(crate) supports_rcp: bool,
    /// The resource's tags.
    pub(crate) tags: Collected<Vec<Tag>>,
    /// The grants on a key, each a policy of its own (E130).
    pub(crate) grants: Collected<Vec<PolicyId>>,
    /// What a bucket or an access point has beside its policy.
    pub(crate) bucket: BucketSide,
}

impl Target {
    /// An action on a resource of which nothing else is known.
    #[must_use]
    pub fn new(action: ActionName, resource: &str) -> Self {
        let reference = ServiceReference::embedded();
        let service = reference.service(action.service());
        let arn = Arn::parse(resource).ok();
        let rules = match &arn {
            Some(arn) if arn.service() == "kms" && means_a_key(&action, arn) => ResourceRules::KmsKey,
            Some(arn) if is_trust_call(&action) && arn.service() == "iam" && arn.resource().starts_with("role/") => {
                ResourceRules::RoleTrust
            }
            Some(arn) if action.is("sts:AssumeRoot") && arn.service() == "iam" && arn.resource() == "root" => {
                ResourceRules::RootSession
            }
            _ => ResourceRules::Ordinary,
        };
        // A role has a policy only for the calls that give its credentials; nothing else of IAM has one (E160, E201).
        let takes_policy = match &arn {
            None => false,
            Some(arn) if arn.service() == "iam" || action.service() == "iam" || action.service() == "sts" => {
                rules == ResourceRules::RoleTrust
            }
            Some(_) => service.is_none_or(|service| service.supports_resource_policy()),
        };
        Self {
            action_id: reference.action_id(action.service(), action.name()),
            account: arn.as_ref().and_then(Arn::account_id),
            account_assumed: false,
            rules,
            policy: Collected::NotCollected,
            governing: resource.into(),
            takes_policy,
            supports_rcp: service.is_some_and(|service| service.supports_rcp()),
            pattern: None,
            tags: Collected::NotCollected,
            grants: Collected::NotCollected,
            bucket: BucketSide::default(),
            resource: resource.into(),
            arn,
            action,
        }
    }

    /// The action.
    #[must_use]
    pub fn action(&self) -> &ActionName {
        &self.action
    }

    /// The resource as asked for.
    #[must_use]
    pub fn resource(&self) -> &str {
        &self.resource
    }

    /// The account that owns the resource, when it is known or assumed.
    #[must_use]
    pub fn account(&self) -> Option<AccountId> {
        self.account
    }

    /// What was collected as the policy that governs the resource.
    #[must_use]
    pub fn policy(&self) -> &Collected<PolicyId> {
        &self.policy
    }

    /// The same, owned by an account.
    #[must_use]
    pub fn owned_by(mut self, account: AccountId) -> Self {
        self.account = Some(account);
        self
    }

    /// The same, with what was collected as the policy that governs the resource.
    #[must_use]
    pub fn governed_by(mut self, policy: Collected<PolicyId>) -> Self {
        self.takes_policy |= policy != Collected::NotCollected;
        self.policy = policy;
        self
    }

    /// Whether the resource is one of S3: a bucket, an object, an access point.
    /// Whether a session of a role is asked for, so that the keys for its name and the like mean that one.
    pub(crate) fn asks_for_session(&self) -> bool {
        self.rules == ResourceRules::RoleTrust
    }

    pub(crate) fn is_s3(&self) -> bool {
        self.arn.as_ref().is_some_and(|arn| arn.service() == "s3")
    }

    /// Whether the resource is an S3 access point, or an object through one (E175).
    pub(crate) fn is_access_point(&self) -> bool {
        self.arn.as_ref().is_some_and(|arn| arn.service() == "s3" && arn.resource().starts_with("accesspoint/"))
    }

    /// Whether the action is on an object that is there, not on a bucket or on an upload (E177).
    pub(crate) fn is_existing_object(&self) -> bool {
        let uploads = matches!(self.action.name(), "putobject" | "abortmultipartupload" | "listmultipartuploadparts");
        let has_key = self.arn.as_ref().is_some_and(|arn| arn.resource().contains('/'));
        self.action.service() == "s3" && self.is_s3() && !self.is_access_point() && has_key && !uploads
    }

    /// Whether requests of the action may come through an access point; of an action that is not known, they may.
    pub(crate) fn goes_through_access_points(&self) -> bool {
        let action = self.known_action();
        action.is_none_or(|action| action.resource_types().any(|(name, _)| name.starts_with("accesspoint")))
    }

    /// Whether the action is one on a KMS key (E124, E134).
    pub(crate) fn works_on_a_key(&self) -> bool {
        let on_key = |action: Action<'_>| action.resource_types().any(|(name, required)| name == "key" && required);
        self.action.service() == "kms" && self.known_action().is_some_and(on_key)
    }

    /// Whether it is about a bucket's policy (E116, E192).
    pub(crate) fn is_bucket_policy_call(&self) -> bool {
        self.action.service() == "s3"
            && matches!(self.action.name(), "getbucketpolicy" | "putbucketpolicy" | "deletebucketpolicy")
    }

    /// Whether an object, or a version of one, is deleted.
    pub(crate) fn deletes_object(&self) -> bool {
        matches!(self.action.name(), "deleteobject" | "deleteobjectversion")
    }

    /// What the service reference says of the action.
    pub(crate) fn known_action(&self) -> Option<Action<'static>> {
        self.action_id.and_then(|id| ServiceReference::embedded().action(id))
    }

    /// Whether the action is asked for without a resource (E58).
    pub(crate) fn names_no_resource(&self) -> bool {
        &*self.resource == "*"
    }
}

/// Whether a call on that ARN is one on a key. Whatever is not about the alias itself goes to the key behind it, whose
/// policy is the key's (E133).
fn means_a_key(action: &ActionName, arn: &Arn) -> bool {
    let of_alias = matches!(action.name(), "createalias" | "updatealias" | "deletealias" | "listaliases");
    arn.resource().starts_with("key/") || !of_alias && arn.resource().starts_with("alias/")
}

fn is_trust_call(action: &ActionName) -> bool {
    action.service() == "sts"
        && matches!(
            action.name(),
            "assumerole"
                | "assumerolewithsaml"
                | "assumerolewithwebidentity"
                | "tagsession"
                | "setsourceidentity"
                | "setcontext"
        )
}
