//! What S3 tells of a bucket in a call each: Block Public Access, object ownership, encryption, whether tags count; and an
//! account's Block Public Access (E178, E180, E198, E199).
//!
//! What an answer leaves open is unknown. `null` in the place of a setting says that there is none.

use crate::arn::{AccountId, Arn};
use crate::diagnostic::Diagnostic;
use crate::load::Input;
use crate::load::builder::Builder;
use crate::load::node::{Fields, Node};
use crate::load::place::{placed, unplaced};
use crate::load::resources::Part;
use crate::load::told::{Finding, Missing};
use crate::model::{Collected, Encryption, ObjectOwnership, PublicAccessBlock};

/// Which setting an answer holds, by its one key.
pub(super) const KEYS: [(&str, Part); 4] = [
    ("PublicAccessBlockConfiguration", Part::PublicAccessBlock),
    ("OwnershipControls", Part::ObjectOwnership),
    ("ServerSideEncryptionConfiguration", Part::Encryption),
    ("AbacStatus", Part::AttributeBasedControl),
];

/// The call for an account's settings, whose answer looks like a bucket's.
pub(super) const OF_ACCOUNT: &str = "s3control-get-public-access-block";

/// Reads one file.
pub(super) fn read(builder: &mut Builder, input: &Input, part: Part) {
    let Ok(fields) = input.root().fields() else { return };
    if input.layout.operation == OF_ACCOUNT {
        return of_account(builder, input, &fields);
    }
    let Some((arn, account)) = placed(builder, input) else { return };
    set(builder, arn, account, part, &fields);
}

fn set(builder: &mut Builder, bucket: Arn, account: Option<AccountId>, part: Part, fields: &Fields<'_>) {
    let diagnostic = match part {
        Part::PublicAccessBlock => {
            let finding = block(builder, fields);
            builder.resources.set_block(bucket, account, finding)
        }
        Part::ObjectOwnership => {
            let finding = found(builder, fields, "OwnershipControls", ownership);
            builder.resources.set(bucket, account, part, finding, |bucket| &mut bucket.object_ownership)
        }
        Part::AttributeBasedControl => {
            let finding = found(builder, fields, "AbacStatus", attribute_based_control);
            builder.resources.set(bucket, account, part, finding, |bucket| &mut bucket.attribute_based_control)
        }
        _ => {
            let finding = found(builder, fields, "ServerSideEncryptionConfiguration", encryption);
            builder.resources.set_encryption(bucket, account, finding)
        }
    };
    builder.diagnostics.extend(diagnostic);
}

fn of_account(builder: &mut Builder, input: &Input, fields: &Fields<'_>) {
    let Some(account) = account_of(builder, input) else {
        let message = "nothing tells which account's Block Public Access this is";
        builder.report(unplaced("unplaced-answer", message, &fields.node));
        return;
    };
    let finding = block(builder, fields);
    builder.set_account_block(account, finding);
}

/// What a failed call would have told of the account.
pub(super) fn missing_of_account(builder: &mut Builder, input: &Input, missing: Missing) {
    if let Some(account) = account_of(builder, input) {
        builder.set_account_block(account, missing.finding());
    }
}

fn account_of(builder: &Builder, input: &Input) -> Option<AccountId> {
    let by_name = input.layout.item.as_deref().and_then(AccountId::parse);
    by_name.or_else(|| builder.folders.of(&input.path))
}

/// The Block Public Access settings of an answer.
pub(super) fn block(builder: &mut Builder, fields: &Fields<'_>) -> Finding<PublicAccessBlock> {
    found(builder, fields, "PublicAccessBlockConfiguration", |node| {
        let fields = node.fields()?;
        let is_on = |key: &str| match fields.get(key).map(|node| node.raw) {
            Some("true") => Ok(true),
            Some("false") => Ok(false),
            _ => Err(node.malformed(format!("`{key}` is neither true nor false"))),
        };
        Ok(PublicAccessBlock {
            block_public_acls: is_on("BlockPublicAcls")?,
            ignore_public_acls: is_on("IgnorePublicAcls")?,
            block_public_policy: is_on("BlockPublicPolicy")?,
            restrict_public_buckets: is_on("RestrictPublicBuckets")?,
        })
    })
}

/// What is found at a key: nothing for `null`, and unknown for what cannot be read.
fn found<T>(
    builder: &mut Builder,
    fields: &Fields<'_>,
    key: &str,
    read: impl FnOnce(&Node<'_>) -> Result<T, Diagnostic>,
) -> Finding<T> {
    let node = fields.get(key);
    let origin = node.as_ref().unwrap_or(&fields.node).place();
    let value = match node.map(|node| read(&node)) {
        None => Collected::Absent,
        Some(Ok(value)) => Collected::Present(value),
        Some(Err(diagnostic)) => {
            let reason = diagnostic.message.clone();
            builder.report(diagnostic);
            Collected::Unknown(reason)
        }
    };
    Finding { value, origin }
}

/// The one rule that a configuration has.
fn rule<'f>(node: &Node<'f>) -> Result<Fields<'f>, Diagnostic> {
    let rules = node.fields()?.list("Rules");
    match rules.as_slice() {
        [rule] => rule.fields(),
        rules => Err(node.malformed(format!("expected one rule, found {}", rules.len()))),
    }
}

fn ownership(node: &Node<'_>) -> Result<ObjectOwnership, Diagnostic> {
    let rule = rule(node)?;
    match rule.text("ObjectOwnership").as_deref() {
        Some("BucketOwnerEnforced") => Ok(ObjectOwnership::BucketOwnerEnforced),
        Some("BucketOwnerPreferred") => Ok(ObjectOwnership::BucketOwnerPreferred),
        Some("ObjectWriter") => Ok(ObjectOwnership::ObjectWriter),
        other => Err(rule.node.malformed(format!("the object ownership `{}` is not known", other.unwrap_or_default()))),
    }
}

/// Off unless it was turned on (E198), so that a bucket may have no status at all.
fn attribute_based_control(node: &Node<'_>) -> Result<bool, Diagnostic> {
    let fields = node.fields()?;
    match fields.get("Status").map(|status| status.text().unwrap_or_default()).as_deref() {
        Some("Enabled") => Ok(true),
        Some("Disabled") | None => Ok(false),
        Some(other) => Err(node.malformed(format!("the status `{other}` is not known"))),
    }
}

fn encryption(node: &Node<'_>) -> Result<Encryption, Diagnostic> {
    let rule = rule(node)?;
    let default = rule.get("ApplyServerSideEncryptionByDefault");
    let default = default.ok_or_else(|| rule.node.malformed("the rule has no default encryption"))?.fields()?;
    match default.text("SSEAlgorithm").as_deref() {
        Some("AES256") => Ok(Encryption::S3Managed),
        Some("aws:kms" | "aws:kms:dsse") => {
            let bucket_key = rule.get("BucketKeyEnabled").map(|_| rule.is_true("BucketKeyEnabled"));
            Ok(Encryption::Kms { key: default.text("KMSMasterKeyID").map(Into::into), bucket_key })
        }
        other => {
            let name = other.unwrap_or_default();
            Err(default.node.malformed(format!("the encryption `{name}` is not known")))
        }
    }
}
