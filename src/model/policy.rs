//! Policies and the documents they hold.

use std::sync::Arc;

use crate::arn::Arn;
use crate::policy::{Document, DocumentKind, Refusal};

/// The number of a distinct document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DocumentId(pub(crate) u32);

/// The number of a policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PolicyId(pub(crate) u32);

impl DocumentId {
    /// The document at this place of [`EnvironmentParts::documents`](super::EnvironmentParts::documents).
    #[must_use]
    pub const fn new(number: u32) -> Self {
        Self(number)
    }
}

impl PolicyId {
    /// The policy at this place of [`EnvironmentParts::policies`](super::EnvironmentParts::policies).
    #[must_use]
    pub const fn new(number: u32) -> Self {
        Self(number)
    }
}

/// A document's content, stored once however many policies hold it.
#[derive(Debug, Clone)]
pub struct StoredDocument {
    /// Which grammar it was read with.
    pub kind: DocumentKind,
    /// The text it was read from, decoded.
    pub text: Arc<str>,
    /// The document, or why it was refused: then all it might allow or deny is unknown (E49).
    pub content: Result<Document, Refusal>,
}

/// Where a policy comes from, in AWS's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum PolicyKind {
    /// Managed by AWS.
    AwsManaged,
    /// Managed by the customer.
    CustomerManaged,
    /// Embedded in a user, group or role.
    Inline,
    /// A role's trust policy.
    Trust,
    /// Attached to a resource.
    ResourceBased,
    /// Passed with a session.
    Session,
    /// Service control policy.
    ServiceControl,
    /// Resource control policy.
    ResourceControl,
    /// Of a VPC endpoint.
    VpcEndpoint,
    /// A grant of an S3 access control list, written as the statement it comes to (E109).
    Acl,
    /// A grant on a KMS key, written as the statements it comes to (E130, E131).
    KeyGrant,
}

/// How a document's text stands in its file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TextEncoding {
    /// As JSON of the file itself.
    Json,
    /// As a JSON string that holds JSON.
    Text,
    /// As a JSON string that holds percent-encoded JSON.
    PercentEncoded,
    /// As data that is no policy document: an entry of an access control list or a grant, of which the document is the
    /// translation.
    Translated,
}

/// Where a document stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The file.
    pub file: Arc<str>,
    /// JSON pointer of the document in the file.
    pub pointer: String,
    /// How it is written there.
    pub encoding: TextEncoding,
}

/// A policy: a name, what it is, and its document.
#[derive(Debug, Clone)]
pub struct Policy {
    /// The policy's name (for a resource policy, the resource's ARN; for a trust policy, the role's name).
    pub name: Box<str>,
    /// Its ARN, for managed policies.
    pub arn: Option<Arn>,
    /// What it is.
    pub kind: PolicyKind,
    /// Its document in force (E187); `None` when the input names the policy without giving its document: unknown.
    pub document: Option<DocumentId>,
    /// Where the document, or the mention of the policy, stands; `None` for the one AWS attaches by itself
    /// (`RCPFullAWSAccess`).
    pub source: Option<Source>,
}

impl Policy {
    /// Whether it stands for whatever there may be: nothing gives its document, and nothing names it.
    #[must_use]
    pub fn is_nameless(&self) -> bool {
        self.arn.is_none() && self.document.is_none()
    }
}
