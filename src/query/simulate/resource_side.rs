//! What a request may bring beside policies: credentials, grants on a key, access control lists, Block Public Access, in
//! the shapes in which the AWS CLI prints them.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::evaluate::{ObjectOwner, Target};
use crate::model::Environment;
use crate::policy::{AclGrant, AclOf, KeyGrant, Translation};
use crate::request::KeyState;

use super::request::SimulationRequest;

/// With which credentials a user or a root user calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum CallerCredentials {
    /// A user's access key.
    LongTermKey,
    /// Temporary credentials without MFA (E149).
    SessionToken,
    /// Temporary credentials with MFA (E149).
    MfaSession,
    /// AssumeRoot's: a root user limited to the task policy in `SessionPolicyInputList` (E151).
    AssumeRoot,
}

/// A grant on a key.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
#[expect(missing_docs, reason = "the names are AWS's and say all there is")]
pub struct KeyGrantEntry {
    pub grant_id: String,
    pub grantee_principal: String,
    pub retiring_principal: Option<String>,
    pub issuing_account: Option<String>,
    pub operations: Vec<String>,
    pub constraints: KeyGrantConstraints,
}

/// The constraints of a grant.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default, deny_unknown_fields)]
#[expect(missing_docs, reason = "the names are AWS's and say all there is")]
pub struct KeyGrantConstraints {
    pub encryption_context_equals: BTreeMap<String, String>,
    pub encryption_context_subset: BTreeMap<String, String>,
    pub source_arn: Option<String>,
}

impl KeyGrantEntry {
    pub(super) fn translate(&self) -> Translation {
        let pairs = |pairs: &BTreeMap<String, String>| {
            pairs.iter().map(|(key, value)| (key.clone(), value.clone())).collect::<Vec<_>>()
        };
        let grant = KeyGrant {
            id: self.grant_id.clone(),
            grantee: self.grantee_principal.clone(),
            retiring: self.retiring_principal.clone(),
            issuing_account: self.issuing_account.clone(),
            operations: self.operations.clone(),
            context_equals: pairs(&self.constraints.encryption_context_equals),
            context_subset: pairs(&self.constraints.encryption_context_subset),
            source_arn: self.constraints.source_arn.clone(),
        };
        grant.translate()
    }
}

/// An access control list.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
#[expect(missing_docs, reason = "the names are AWS's and say all there is")]
pub struct AclEntry {
    pub owner: AclOwner,
    pub grants: Vec<AclGrantEntry>,
}

/// The owner of a bucket or object.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default)]
pub struct AclOwner {
    /// The canonical user id.
    #[serde(rename = "ID")]
    pub id: String,
}

/// A grant of an access control list.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
#[expect(missing_docs, reason = "the names are AWS's and say all there is")]
pub struct AclGrantEntry {
    pub grantee: AclGrantee,
    pub permission: String,
}

/// Whom a grant is to.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "the names are AWS's and say all there is")]
pub struct AclGrantee {
    #[serde(rename = "Type")]
    pub kind: String,
    #[serde(rename = "ID")]
    pub id: Option<String>,
    #[serde(rename = "URI")]
    pub uri: Option<String>,
    #[serde(rename = "EmailAddress")]
    pub email_address: Option<String>,
}

impl AclEntry {
    pub(super) fn translate(&self, of: AclOf) -> impl Iterator<Item = Translation> {
        self.grants.iter().map(move |grant| {
            let AclGrantee { kind, id, uri, email_address } = &grant.grantee;
            let grantee = id.as_deref().or(uri.as_deref()).or(email_address.as_deref()).unwrap_or_default();
            let to_owner = !grantee.is_empty() && grantee == self.owner.id;
            AclGrant { grantee_type: kind, grantee, permission: &grant.permission, to_owner }.translate(of)
        })
    }
}

/// Whose the object is, if its list names another owner than the bucket's (E177).
pub(super) fn object_owner(
    request: &SimulationRequest,
    environment: &Environment,
    target: &Target,
) -> Option<ObjectOwner> {
    let id = |list: &'_ Option<AclEntry>| list.as_ref().map(|list| list.owner.id.clone()).filter(|id| !id.is_empty());
    let of_object = id(&request.object_acl).filter(|_| target.is_existing_object())?;
    let account = environment.account_of_canonical_user(&of_object);
    let is_another = match (account, target.account()) {
        (Some(of_object), Some(of_bucket)) => of_object != of_bucket,
        _ => id(&request.bucket_acl).is_some_and(|of_bucket| of_bucket != of_object),
    };
    is_another.then_some(ObjectOwner(account))
}

/// The names in the encryption context of a request, in their own letter case (E190).
pub(super) fn encryption_context_names(given: &[(&str, KeyState)]) -> Vec<String> {
    let prefix = "kms:EncryptionContext:";
    let given = given.iter().filter(|(_, state)| matches!(state, KeyState::Known(_)));
    let names = given.filter_map(|(key, _)| key.split_at_checked(prefix.len()));
    names.filter(|(start, _)| start.eq_ignore_ascii_case(prefix)).map(|(_, name)| name.to_owned()).collect()
}

/// Who owns the objects of a bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[expect(missing_docs, reason = "the names are AWS's and say all there is")]
pub enum ObjectOwnershipName {
    BucketOwnerEnforced,
    BucketOwnerPreferred,
    ObjectWriter,
}

/// The four settings of Block Public Access.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default, deny_unknown_fields)]
#[expect(missing_docs, reason = "the names are AWS's and say all there is")]
pub struct PublicAccessBlockEntry {
    pub block_public_acls: bool,
    pub ignore_public_acls: bool,
    pub block_public_policy: bool,
    pub restrict_public_buckets: bool,
}
