//! What is known of the accounts: principals, groups, policies, resources, the organization, its people.
//!
//! **Architecture invariant:** immutable once built, and no decision is taken here. Entities refer to each other by
//! number; principals are numbered by account, so that the principals of an account are a range.

mod environment;
mod held_credentials;
mod identity_center;
mod listing;
mod organization;
mod people;
mod policy;
mod principal;
mod resource;
mod tag;

pub use environment::{Account, Environment, EnvironmentParts, governing_arn, objects_of};
pub use held_credentials::HeldCredentials;
pub use identity_center::{
    Assignee, IdentityCenter, IdentityGroup, IdentityUser, Instance, Listed, PermissionSet, UserStatus,
};
pub use listing::FailedListing;
pub use organization::{Organization, Target, TargetKind};
pub use people::Entrant;
pub use policy::{DocumentId, Policy, PolicyId, PolicyKind, Source, StoredDocument, TextEncoding};
pub use principal::{Group, GroupId, Principal, PrincipalId, PrincipalKind};
pub use resource::{
    AccessPoint, BucketSettings, Encryption, ObjectOwnership, PublicAccessBlock, Resource, VpcEndpoint,
};
pub use tag::Tag;

/// What a collection says of something it may or may not have asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Collected<T> {
    /// Never asked: decided as absent, and the answer names the assumption.
    #[default]
    NotCollected,
    /// Asked, and there is none.
    Absent,
    /// Asked and given.
    Present(T),
    /// Asked, but the answer could not be used (an AccessDenied, a refused file): unknown, with the reason (E185).
    Unknown(String),
}

impl<T> Collected<T> {
    /// The value, if it was given.
    pub fn present(&self) -> Option<&T> {
        match self {
            Self::Present(value) => Some(value),
            _ => None,
        }
    }

    /// The same of something that follows from the value.
    pub fn map<U>(self, of: impl FnOnce(T) -> U) -> Collected<U> {
        match self {
            Self::Present(value) => Collected::Present(of(value)),
            Self::NotCollected => Collected::NotCollected,
            Self::Absent => Collected::Absent,
            Self::Unknown(reason) => Collected::Unknown(reason),
        }
    }
}
