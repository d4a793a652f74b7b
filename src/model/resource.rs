//! Resources the input tells of.

use crate::arn::{AccountId, Arn};
use crate::model::{Collected, PolicyId};

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
    pub tags: Collected<Vec<(Box<str>, Box<str>)>>,
}
