//! What rules of single actions make of an action, beside what policies say of it.

use crate::action::ActionName;
use crate::evaluate::Evaluator;
use crate::evaluate::assumption::GRANTED_ON_KEYS;
use crate::evaluate::dependent::needed_of_key;
use crate::evaluate::hard_limit::works_cross_account;
use crate::evaluate::target::ResourceRules;
use crate::policy::AclOf;
use crate::service_reference::ActionId;

/// What tells actions of one service on one resource apart, whatever policies say: those with equal rules are decided alike
/// by documents that name all of them or none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum ActionRules {
    /// Nothing.
    Ordinary,
    /// What is asked of an action on S3: whether it deletes an object, is for objects that are there, goes through access
    /// points, is about the bucket's policy, what lists can grant it, and what of the key it needs (E116, E177, E179, E182, E192,
    /// E199).
    S3([bool; 6], Option<&'static str>),
    /// What is asked of an action on a key: whether it is one on a key at all, on what key's policy or a grant decides
    /// (E124-E134, E189).
    Kms([bool; 6]),
    /// A rule speaks of this one alone.
    Single(ActionId),
}

impl Evaluator<'_> {
    /// The rules of an action on a resource.
    pub(crate) fn action_rules(&self, id: ActionId, action: &ActionName, resource: &str) -> ActionRules {
        let single = match action.service() {
            "s3" => resource == "*" && action.name() == "listallmybuckets",
            "lambda" => action.name() == "invokefunctionurl", // E197
            "sts" => true,                                    // E4, E13, E135-E143
            // E58, E148.
            "iam" => matches!(action.name(), "passrole" | "listusers" | "listroles" | "listgroups" | "listpolicies"),
            "kms" => false,
            _ => return ActionRules::Ordinary,
        };
        if single {
            return ActionRules::Single(id);
        }
        let (name, folded) = (action.name(), action.folded());
        match action.service() {
            "s3" => {
                let target = self.target(action, resource);
                let flags = [
                    target.deletes_object(),
                    target.is_existing_object(),
                    target.goes_through_access_points(),
                    target.is_bucket_policy_call(),
                    AclOf::Bucket.can_grant(folded),
                    AclOf::Object.can_grant(folded),
                ];
                ActionRules::S3(flags, needed_of_key(name))
            }
            "kms" => {
                let target = self.target(action, resource);
                ActionRules::Kms([
                    target.rules == ResourceRules::KmsKey,
                    target.takes_policy,
                    target.works_on_a_key(),
                    action.is("kms:RetireGrant"),
                    works_cross_account(name),
                    GRANTED_ON_KEYS.contains(&name),
                ])
            }
            _ => ActionRules::Ordinary,
        }
    }
}
