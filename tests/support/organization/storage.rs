//! The bucket with the treasure, the key it is encrypted with, and what every account says of S3.

use serde_json::{Value, json};

use super::{Folder, Organization, admits, document};

const REGION: &str = "eu-west-1";
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

impl Organization {
    pub(super) fn write_storage(&self, folder: &Folder, account: usize) {
        let id = self.id(account);
        let own = format!("plant-logs-{id}");
        let is_here = self.vault.account == account;
        let logs = self.keeps_logs.then_some(own.as_str()).into_iter();
        let buckets = logs.chain(is_here.then_some(self.vault.bucket.as_str()));
        let buckets: Vec<&str> = buckets.collect();
        let listed: Vec<Value> =
            buckets.iter().map(|name| json!({ "Name": name, "CreationDate": "2025-02-03T04:05:06+00:00" })).collect();
        folder.file(&format!("{id}/s3-list-buckets.json"), &json!({ "Buckets": listed }));
        folder.file(&format!("{id}/s3control-get-public-access-block.json"), &public_access_block(false));
        for bucket in buckets {
            let file = |call: &str, content: Value| folder.file(&format!("{id}/{call}/{bucket}.json"), &content);
            let is_vault = bucket == self.vault.bucket;
            let key = self.vault.key.as_ref().filter(|_| is_vault);
            let encryption = match key {
                Some(key) => json!({ "SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key }),
                None => json!({ "SSEAlgorithm": "AES256" }),
            };
            let rule = json!({ "ApplyServerSideEncryptionByDefault": encryption, "BucketKeyEnabled": false });
            file("s3-get-bucket-encryption", json!({ "ServerSideEncryptionConfiguration": { "Rules": [rule] } }));
            file("s3-get-bucket-abac", json!({ "AbacStatus": { "Status": "Disabled" } }));
            let enforced = json!([{ "ObjectOwnership": "BucketOwnerEnforced" }]);
            file("s3-get-bucket-ownership-controls", json!({ "OwnershipControls": { "Rules": enforced } }));
            let owner = format!("{id:0>64}");
            let grant = json!({ "Grantee": { "ID": owner, "Type": "CanonicalUser" }, "Permission": "FULL_CONTROL" });
            file("s3-get-bucket-acl", json!({ "Owner": { "ID": owner }, "Grants": [grant] }));
            let restricted = !is_vault || self.vault.restricts_public;
            file("s3-get-public-access-block", public_access_block(restricted));
            let log_delivery = json!([{
                "Effect": "Allow", "Principal": { "Service": "delivery.logs.amazonaws.com" },
                "Action": "s3:PutObject", "Resource": format!("arn:aws:s3:::{bucket}/*"),
            }]);
            let policy = if is_vault && !self.vault.policy.is_empty() {
                &self.vault.policy
            } else {
                log_delivery.as_array().unwrap()
            };
            file("s3-get-bucket-policy", json!({ "Policy": document(policy).to_string() }));
        }
        if is_here && self.vault.key.is_some() {
            self.write_key(folder, id);
        }
    }

    fn write_key(&self, folder: &Folder, id: &str) {
        let mut to_iam = admits(json!({ "AWS": format!("arn:aws:iam::{id}:root") }), "kms:*");
        to_iam["Resource"] = json!("*");
        let statements: Vec<Value> = std::iter::once(to_iam).chain(self.vault.key_policy.iter().cloned()).collect();
        let policy = json!({ "Policy": document(&statements).to_string(), "PolicyName": "default" });
        folder.file(&format!("{id}/{REGION}/kms-get-key-policy/{KEY}.json"), &policy);
        folder.file(&format!("{id}/{REGION}/kms-list-grants/{KEY}.json"), &json!({ "Grants": [] }));
    }
}

fn public_access_block(restricts: bool) -> Value {
    json!({ "PublicAccessBlockConfiguration": {
        "BlockPublicAcls": restricts, "IgnorePublicAcls": restricts, "BlockPublicPolicy": restricts,
        "RestrictPublicBuckets": restricts,
    } })
}
