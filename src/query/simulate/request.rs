//! The request as it is written: AWS's `SimulateCustomPolicy`, extended.

use std::collections::BTreeMap;

use serde::de::{Error as _, Unexpected};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use thiserror::Error;

pub(super) use super::resource_side::{
    AclEntry, CallerCredentials, KeyGrantEntry, ObjectOwnershipName, PublicAccessBlockEntry,
};

/// A policy document: its JSON text, as AWS's API takes it (URL-encoded or not), or the object itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyText(Box<str>);

impl PolicyText {
    /// A document of this text.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let encoded = text.trim_start().as_bytes().first() == Some(&b'%');
        let decoded = encoded.then(|| percent_encoding::percent_decode_str(text).decode_utf8().ok()).flatten();
        Self(decoded.map_or_else(|| text.into(), |decoded| decoded.into()))
    }

    /// The text, decoded.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<'de> Deserialize<'de> for PolicyText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // The raw text is kept, so that what JSON readers pass over (a duplicate key) is still seen.
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        match serde_json::from_str::<String>(raw.get()) {
            Ok(text) => Ok(Self::new(&text)),
            Err(_) => Ok(Self(raw.get().into())),
        }
    }
}

/// Whether context keys that are not given are absent or unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ContextMode {
    /// Absent.
    #[default]
    Strict,
    /// Unknown: the answer may be conditional.
    Open,
}

/// A condition key and its values.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct ContextEntry {
    /// The key; letter case does not matter (E75).
    pub context_key_name: String,
    /// AWS's type of the key. The operator decides how values are compared, so this is only checked for its spelling.
    #[serde(default)]
    pub context_key_type: Option<ContextKeyType>,
    /// The values; none at all is the same as an absent key (E78).
    pub context_key_values: Vec<ContextValue>,
}

/// A value as JSON has it: numbers and booleans are compared by their text (E79).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContextValue(pub String);

impl<'de> Deserialize<'de> for ContextValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // Numbers are kept as they are written.
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        let found = match raw.get().as_bytes().first() {
            Some(b'"') => return serde_json::from_str(raw.get()).map(Self).map_err(D::Error::custom),
            Some(b'n') => Unexpected::Unit,
            Some(b'[') => Unexpected::Seq,
            Some(b'{') => Unexpected::Map,
            _ => return Ok(Self(raw.get().to_owned())),
        };
        Err(D::Error::invalid_type(found, &"a string"))
    }
}

/// AWS's types of context keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "the names are AWS's and say all there is")]
pub enum ContextKeyType {
    String,
    StringList,
    Numeric,
    NumericList,
    Boolean,
    BooleanList,
    Ip,
    IpList,
    Binary,
    BinaryList,
    Date,
    DateList,
}

/// A request: AWS's `SimulateCustomPolicy`, extended by the policies and accounts that AWS's simulator does not take.
///
/// Lists of documents add up. A boundary, session or endpoint list that is not given, or is empty, does not limit; one that
/// holds documents must allow. The two organization lists are lists of levels, root first: each level must allow, and an
/// empty level allows nothing (an RCP level always holds `RCPFullAWSAccess`, E105).
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct SimulationRequest {
    /// Identity policies (E94). The root user, services and unsigned callers have none: theirs are passed over.
    #[serde(default)]
    pub policy_input_list: Option<Vec<PolicyText>>,
    /// The permissions boundary (E95).
    #[serde(default)]
    pub permissions_boundary_policy_input_list: Option<Vec<PolicyText>>,
    /// The actions, `service:Name`.
    pub action_names: Vec<String>,
    /// The resources; `*` when not given.
    #[serde(default)]
    pub resource_arns: Option<Vec<String>>,
    /// The policy of the resources; of a role, its trust policy.
    #[serde(default)]
    pub resource_policy: Option<PolicyText>,
    /// The account that owns the resources: an id or the ARN of its root user.
    #[serde(default)]
    pub resource_owner: Option<String>,
    /// Who calls: the ARN of a user, of a role (a session of it, its name not said), of a role session, of a federated
    /// user, of a root user or of an identity provider; the name of a service; `*` or `anonymous` for an unsigned
    /// request. Not given: a user of `PrincipalAccount`, else of the resource's account, whose ARN is not known and so
    /// is none that a policy names.
    #[serde(default)]
    pub caller_arn: Option<String>,
    /// Condition keys of the request.
    #[serde(default)]
    pub context_entries: Option<Vec<ContextEntry>>,
    /// Session policies (E96).
    #[serde(default)]
    pub session_policy_input_list: Option<Vec<PolicyText>>,
    /// The policy of the VPC endpoint the request goes through (E108).
    #[serde(default)]
    pub vpc_endpoint_policy_input_list: Option<Vec<PolicyText>>,
    /// SCPs of the caller's account, level by level (E100).
    #[serde(default)]
    pub service_control_policy_input_list: Option<Vec<Vec<PolicyText>>>,
    /// RCPs of the resource's account, level by level (E105).
    #[serde(default)]
    pub resource_control_policy_input_list: Option<Vec<Vec<PolicyText>>>,
    /// The account that owns the resources; wins over `ResourceOwner` and over the resource's ARN.
    #[serde(default)]
    pub resource_account: Option<String>,
    /// The caller's account, for callers whose ARN is not given.
    #[serde(default)]
    pub principal_account: Option<String>,
    /// What holds for context keys that are not given.
    #[serde(default)]
    pub context_mode: Option<ContextMode>,
    /// With which credentials a user or a root user calls. Not given: with its own, and what conditions ask of them (MFA,
    /// when they were issued) is for `ContextEntries` to say.
    #[serde(default)]
    pub caller_credentials: Option<CallerCredentials>,
    /// The grants on the key that is asked for, as `kms list-grants` prints them (E130).
    #[serde(default)]
    pub key_grants: Option<Vec<KeyGrantEntry>>,
    /// The access control list of the bucket, as `s3api get-bucket-acl` prints it (E109, E179).
    #[serde(default)]
    pub bucket_acl: Option<AclEntry>,
    /// The access control list of the object, as `s3api get-object-acl` prints it.
    #[serde(default)]
    pub object_acl: Option<AclEntry>,
    /// `BucketOwnerEnforced`, under which lists do not count, `BucketOwnerPreferred` or `ObjectWriter` (E178).
    #[serde(default)]
    pub object_ownership: Option<ObjectOwnershipName>,
    /// Block Public Access as it is in force (E180).
    #[serde(default)]
    pub public_access_block: Option<PublicAccessBlockEntry>,
    /// Whose account a canonical user id is (E36).
    #[serde(default)]
    pub canonical_users: Option<BTreeMap<String, String>>,
}

/// The names a request may hold, for near misses.
const FIELDS: [&str; 25] = [
    "CallerCredentials",
    "KeyGrants",
    "BucketAcl",
    "ObjectAcl",
    "ObjectOwnership",
    "PublicAccessBlock",
    "CanonicalUsers",
    "PolicyInputList",
    "PermissionsBoundaryPolicyInputList",
    "ActionNames",
    "ResourceArns",
    "ResourcePolicy",
    "ResourceOwner",
    "CallerArn",
    "ContextEntries",
    "SessionPolicyInputList",
    "VpcEndpointPolicyInputList",
    "ServiceControlPolicyInputList",
    "ResourceControlPolicyInputList",
    "ResourceAccount",
    "PrincipalAccount",
    "ContextMode",
    "ContextKeyName",
    "ContextKeyType",
    "ContextKeyValues",
];

/// Why a request cannot be simulated.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SimulationError {
    /// The text is no request.
    #[error("{message} at line {line} column {column}")]
    Malformed {
        /// What is wrong.
        message: String,
        /// The line within the request's text, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
    },
    /// A field holds what cannot be.
    #[error("{message} at {pointer}")]
    Invalid {
        /// The field, as a JSON pointer.
        pointer: String,
        /// What is wrong.
        message: String,
    },
}

impl SimulationError {
    pub(super) fn invalid(pointer: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Invalid { pointer: pointer.into(), message: message.into() }
    }
}

impl SimulationRequest {
    /// Reads a request from its JSON text.
    ///
    /// # Errors
    /// When the text is not JSON, or a field is unknown, missing or of another type.
    pub fn from_json(text: &str) -> Result<Self, SimulationError> {
        serde_json::from_str(text).map_err(|error| {
            let full = error.to_string();
            let at = full.rfind(" at line ").unwrap_or(full.len());
            let message = full.get(..at).unwrap_or(&full);
            let message = near_miss(message).unwrap_or_else(|| message.to_owned());
            SimulationError::Malformed { message, line: error.line(), column: error.column() }
        })
    }
}

/// The message for an unknown field, with the field that may have been meant.
fn near_miss(message: &str) -> Option<String> {
    let written = message.strip_prefix("unknown field `")?.split('`').next()?;
    let alike = |field: &&str| strsim::normalized_damerau_levenshtein(&written.to_lowercase(), &field.to_lowercase());
    let best = FIELDS.iter().max_by(|a, b| alike(a).total_cmp(&alike(b)))?;
    let hint = if alike(best) >= 0.6 { format!("; did you mean `{best}`?") } else { String::new() };
    Some(format!("unknown field `{written}`{hint}"))
}
