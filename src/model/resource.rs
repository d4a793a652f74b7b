//! Resources the input tells of.

use crate::arn::{AccountId, Arn};
use crate::model::{Collected, PolicyId, Tag};

/// A resource.
#[derive(Debug, Clone)]
pub struct Resource {
    /// Its ARN.
    pub arn: Arn,
    /// The account that owns it; unknown for a bucket nobody listed (E183).
    pub account: Option<AccountId>,
    /// Its resource policy.
    pub policy: Collected<PolicyId>,
    /// Its tags.
    pub tags: Collected<Vec<Tag>>,
    /// The grants on a KMS key, each as a policy of its own (E130).
    pub grants: Collected<Vec<PolicyId>>,
    /// What an S3 bucket has beside its policy.
    pub bucket: BucketSettings,
    /// What an S3 access point leads to (E182).
    pub access_point: Option<AccessPoint>,
}

impl Resource {
    /// A resource of which only the ARN is known.
    #[must_use]
    pub fn new(arn: Arn) -> Self {
        Self {
            arn,
            account: None,
            policy: Collected::NotCollected,
            tags: Collected::NotCollected,
            grants: Collected::NotCollected,
            bucket: BucketSettings::default(),
            access_point: None,
        }
    }
}

/// What an S3 bucket has beside its policy.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BucketSettings {
    /// Its access control list, each grant as a policy of its own (E109, E179).
    pub acl: Collected<Vec<PolicyId>>,
    /// Who owns its objects, which says whether ACLs count; absent: the bucket has no such setting (E178).
    pub object_ownership: Collected<ObjectOwnership>,
    /// Its Block Public Access settings; absent: all four are off (E178, E180).
    pub public_access_block: Collected<PublicAccessBlock>,
    /// Whether its tags count for authorization (E198).
    pub attribute_based_control: Collected<bool>,
    /// How its objects are encrypted unless they say otherwise (E199).
    pub encryption: Collected<Encryption>,
}

/// Who owns the objects of a bucket (E178).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ObjectOwnership {
    /// `BucketOwnerEnforced`: ACLs do not count.
    BucketOwnerEnforced,
    /// `BucketOwnerPreferred`: ACLs count.
    BucketOwnerPreferred,
    /// `ObjectWriter`: ACLs count.
    ObjectWriter,
}

/// Block Public Access (E180). What is in force is, setting by setting, any of account, bucket and access point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct PublicAccessBlock {
    /// `BlockPublicAcls`: refuses to store public ACLs; decides no access.
    pub block_public_acls: bool,
    /// `IgnorePublicAcls`: what an ACL grants to everyone does not count.
    pub ignore_public_acls: bool,
    /// `BlockPublicPolicy`: refuses to store public policies; decides no access.
    pub block_public_policy: bool,
    /// `RestrictPublicBuckets`: a public policy lets in nobody from outside the account but AWS services.
    pub restrict_public_buckets: bool,
}

/// A bucket's default encryption (E199).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Encryption {
    /// With keys that S3 holds: no key of KMS is asked.
    S3Managed,
    /// With a KMS key.
    Kms {
        /// By ARN, id or alias as the setting writes it; `None` is the one AWS manages for S3.
        key: Option<Box<str>>,
        /// Whether S3 makes keys of it for the whole bucket, and so names the bucket to KMS instead of the object.
        bucket_key: Option<bool>,
    },
}

/// What an S3 access point leads to, and from where it may be used (E182).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessPoint {
    /// The bucket's name.
    pub bucket: Box<str>,
    /// The account that owns the bucket, where the listing says it.
    pub bucket_account: Option<AccountId>,
    /// The only VPC it may be used from; `None` for one of the internet.
    pub vpc: Option<Box<str>>,
    /// Its own Block Public Access settings.
    pub public_access_block: Collected<PublicAccessBlock>,
}

/// A VPC endpoint (E108).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VpcEndpoint {
    /// `vpce-…`.
    pub id: Box<str>,
    /// The account that owns it.
    pub account: Option<AccountId>,
    /// The VPC it stands in.
    pub vpc: Option<Box<str>>,
    /// The service's name as `com.amazonaws.REGION.NAME` or longer.
    pub service: Box<str>,
    /// Whether it is a gateway endpoint, in whose policy an account means its root user alone (E26).
    pub gateway: bool,
    /// Its policy; absent: it has none, so that it lets everything pass.
    pub policy: Collected<PolicyId>,
}
