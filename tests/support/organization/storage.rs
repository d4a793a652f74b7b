//! The bucket with the treasure, the key it is encrypted with, and what every account says of S3.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::random::mixed;
use super::{Folder, Organization, admits, document};

pub(super) const REGION: &str = "eu-west-1";
/// What the collection script writes as it is.
const IN_FILE_NAMES: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');
pub(crate) const KEY: &str = "6f1d2c3b-4a59-4867-9e0d-1c2b3a495867";

/// The bucket and its key.
#[derive(Debug, Clone)]
pub(crate) struct Vault {
    pub(crate) account: usize,
    pub(crate) bucket: String,
    pub(crate) object: String,
    /// The ARN of the key of the bucket's objects; `None` where they have keys of S3's own.
    pub(crate) key: Option<String>,
    /// The statements of the bucket's policy.
    pub(crate) policy: Vec<Value>,
    /// Statements of the key's policy beside the one that leaves it to IAM.
    pub(crate) key_policy: Vec<Value>,
    /// Whether Block Public Access restricts public policies, on the bucket.
    pub(crate) restricts_public: bool,
}

impl Vault {
    pub(super) fn new(account: usize, id: &str) -> Self {
        Self {
            account,
            bucket: "planted-treasure".to_owned(),
            object: "vault/2026/crown.csv".to_owned(),
            key: Some(format!("arn:aws:kms:{REGION}:{id}:key/{KEY}")),
            policy: Vec::new(),
            key_policy: Vec::new(),
            restricts_public: true,
        }
    }

    /// The ARN of the treasure.
    pub(crate) fn treasure(&self) -> String {
        format!("arn:aws:s3:::{}/{}", self.bucket, self.object)
    }
}

/// A bucket before it is written.
#[derive(Debug, Clone)]
pub(crate) struct Bucket {
    pub(crate) name: String,
    /// The statements of its policy; `None` where it has none.
    pub(crate) policy: Option<Vec<Value>>,
    /// The ARN of its default key; `None` where S3's own keys do.
    pub(crate) key: Option<String>,
    /// Whether Block Public Access is on, on the bucket.
    pub(crate) restricts_public: bool,
}

impl Bucket {
    fn write(&self, folder: &Folder, id: &str) {
        let file =
            |call: &str, content: Value| folder.file(&format!("{id}/{call}/{}.json", encoded(&self.name)), &content);
        let encryption = match &self.key {
            Some(key) => json!({ "SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key }),
            None => json!({ "SSEAlgorithm": "AES256" }),
        };
        let rule = json!({ "ApplyServerSideEncryptionByDefault": encryption, "BucketKeyEnabled": false });
        file("s3-get-bucket-encryption", json!({ "ServerSideEncryptionConfiguration": { "Rules": [rule] } }));
        file("s3-get-bucket-abac", json!({ "AbacStatus": { "Status": "Disabled" } }));
        let enforced = json!([{ "ObjectOwnership": "BucketOwnerEnforced" }]);
        file("s3-get-bucket-ownership-controls", json!({ "OwnershipControls": { "Rules": enforced } }));
        let owner = canonical_user(id);
        let grant = json!({ "Grantee": { "ID": owner, "Type": "CanonicalUser" }, "Permission": "FULL_CONTROL" });
        file("s3-get-bucket-acl", json!({ "Owner": { "ID": owner }, "Grants": [grant] }));
        file("s3-get-public-access-block", public_access_block(self.restricts_public));
        let policy = self.policy.as_ref().map(|statements| document(statements).to_string());
        file("s3-get-bucket-policy", json!({ "Policy": policy }));
    }
}

/// What an account says of S3.
pub(super) fn write_buckets(folder: &Folder, id: &str, buckets: &[Bucket]) {
    let listed: Vec<Value> = buckets
        .iter()
        .map(|bucket| json!({ "Name": bucket.name, "CreationDate": "2025-02-03T04:05:06+00:00" }))
        .collect();
    folder.file(
        &format!("{id}/s3-list-buckets.json"),
        &json!({ "Buckets": listed, "Owner": { "ID": canonical_user(id) } }),
    );
    folder.file(&format!("{id}/s3control-get-public-access-block.json"), &public_access_block(false));
    buckets.iter().for_each(|bucket| bucket.write(folder, id));
}

/// A key's policy, which leaves the key to IAM beside what the statements say, and its grants.
pub(super) fn write_key(folder: &Folder, id: &str, key: &str, statements: &[Value], grants: &[Value]) {
    let mut to_iam = admits(json!({ "AWS": format!("arn:aws:iam::{id}:root") }), "kms:*");
    to_iam["Resource"] = json!("*");
    let statements: Vec<Value> = std::iter::once(to_iam).chain(statements.iter().cloned()).collect();
    let policy = json!({ "Policy": document(&statements).to_string(), "PolicyName": "default" });
    folder.file(&format!("{id}/{REGION}/kms-get-key-policy/{key}.json"), &policy);
    folder.file(&format!("{id}/{REGION}/kms-list-grants/{key}.json"), &json!({ "Grants": grants }));
}

/// A name as it stands in the name of a file; of one that is too long for that, the beginning and a number of its own.
pub(super) fn encoded(name: &str) -> String {
    let encoded = utf8_percent_encode(name, IN_FILE_NAMES).to_string();
    if encoded.len() <= 240 {
        return encoded;
    }
    let sum = name.bytes().fold(0, |sum, byte| mixed(sum ^ u64::from(byte)));
    format!("{}~{}", &encoded[..210], sum)
}

fn canonical_user(id: &str) -> String {
    format!("{id:0>64}")
}

impl Organization {
    pub(super) fn write_storage(&self, folder: &Folder, account: usize) {
        let id = self.id(account);
        let vault = &self.vault;
        let is_here = vault.account == account;
        let log_delivery = |bucket: &str| {
            json!({
                "Effect": "Allow", "Principal": { "Service": "delivery.logs.amazonaws.com" },
                "Action": "s3:PutObject", "Resource": format!("arn:aws:s3:::{bucket}/*"),
            })
        };
        let mut buckets = Vec::new();
        if self.keeps_logs {
            let name = format!("plant-logs-{id}");
            let policy = Some(vec![log_delivery(&name)]);
            buckets.push(Bucket { name, policy, key: None, restricts_public: true });
        }
        if is_here {
            let name = vault.bucket.clone();
            let policy = if vault.policy.is_empty() { vec![log_delivery(&name)] } else { vault.policy.clone() };
            let (key, restricts_public) = (vault.key.clone(), vault.restricts_public);
            buckets.push(Bucket { name, policy: Some(policy), key, restricts_public });
        }
        write_buckets(folder, id, &buckets);
        if is_here && vault.key.is_some() {
            write_key(folder, id, KEY, &vault.key_policy, &[]);
        }
    }
}

fn public_access_block(restricts: bool) -> Value {
    json!({ "PublicAccessBlockConfiguration": {
        "BlockPublicAcls": restricts, "IgnorePublicAcls": restricts, "BlockPublicPolicy": restricts,
        "RestrictPublicBuckets": restricts,
    } })
}
