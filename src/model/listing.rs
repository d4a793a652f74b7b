//! Listings that failed or are cut off: what they would have named may be there though nothing tells of it (E185).

use crate::arn::{AccountId, Arn};

/// A listing that did not come, or not to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailedListing {
    /// The call as `service-operation`.
    pub call: Box<str>,
    /// The account that was asked; unknown when the place of the file does not tell.
    pub account: Option<AccountId>,
    /// The region that was asked; `None` where the call is not for one region.
    pub region: Option<Box<str>>,
    /// Why it is not whole.
    pub reason: Box<str>,
}

/// What each listing names: the service of the ARNs, and how their last field begins.
const NAMES: [(&str, &str, &str); 7] = [
    ("ecr-describe-repositories", "ecr", "repository/"),
    ("kms-list-keys", "kms", "key/"),
    ("lambda-list-functions", "lambda", "function:"),
    ("s3control-list-access-points", "s3", "accesspoint/"),
    ("secretsmanager-list-secrets", "secretsmanager", "secret:"),
    ("sns-list-topics", "sns", ""),
    ("sqs-list-queues", "sqs", ""),
];
const BUCKETS: &str = "s3-list-buckets";
const VPC_ENDPOINTS: &str = "ec2-describe-vpc-endpoints";
/// Without it no region was asked for anything.
const REGIONS: &str = "ec2-describe-regions";

impl FailedListing {
    /// Whether a failed call of this name leaves something unnamed.
    #[must_use]
    pub fn is_one(call: &str) -> bool {
        [BUCKETS, VPC_ENDPOINTS, REGIONS].contains(&call) || NAMES.iter().any(|(listing, ..)| *listing == call)
    }

    /// Whether it might have named a resource, which is the one that carries the policy.
    #[must_use]
    pub fn may_name(&self, arn: &Arn) -> bool {
        if arn.service() == "s3" && arn.account().is_empty() {
            return *self.call == *BUCKETS;
        }
        let here = self.account.is_none_or(|account| arn.account_id() == Some(account))
            && self.region.as_deref().is_none_or(|region| region == arn.region());
        here && NAMES.iter().any(|(call, service, begins)| {
            (*self.call == **call || *self.call == *REGIONS)
                && *service == arn.service()
                && arn.resource().starts_with(begins)
        })
    }

    /// Whether it might have named a VPC endpoint.
    #[must_use]
    pub fn may_name_vpc_endpoints(&self) -> bool {
        [VPC_ENDPOINTS, REGIONS].contains(&&*self.call)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn e185_what_a_failed_listing_might_have_named() {
        let check = |call: &str, region: Option<&str>, arn: &str, expected: bool| {
            let account = AccountId::parse("012345678901");
            let listing =
                FailedListing { call: call.into(), account, region: region.map(Into::into), reason: "denied".into() };
            assert!(FailedListing::is_one(call), "{call}");
            assert_eq!(listing.may_name(&Arn::parse(arn).unwrap()), expected, "{call} {arn}");
        };
        let here = Some("eu-west-1");
        check("s3-list-buckets", None, "arn:aws:s3:::b", true);
        check("s3-list-buckets", None, "arn:aws:s3:eu-west-1:012345678901:accesspoint/p", false);
        check("s3control-list-access-points", here, "arn:aws:s3:eu-west-1:012345678901:accesspoint/p", true);
        check("s3control-list-access-points", here, "arn:aws:s3:::b", false);
        check("kms-list-keys", here, "arn:aws:kms:eu-west-1:012345678901:key/k", true);
        check("kms-list-keys", here, "arn:aws:kms:eu-west-1:012345678901:alias/k", false);
        check("kms-list-keys", here, "arn:aws:kms:eu-west-2:012345678901:key/k", false);
        check("kms-list-keys", here, "arn:aws:kms:eu-west-1:111122223333:key/k", false);
        check("sqs-list-queues", here, "arn:aws:sqs:eu-west-1:012345678901:q", true);
        check("ec2-describe-regions", None, "arn:aws:sqs:eu-west-2:012345678901:q", true);
        check("ec2-describe-regions", None, "arn:aws:s3:::b", false);
        check("ec2-describe-vpc-endpoints", here, "arn:aws:sqs:eu-west-1:012345678901:q", false);
        assert!(!FailedListing::is_one("iam-list-roles"));
    }
}
