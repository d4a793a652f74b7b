//! Who can reach what in an AWS organization.

pub mod diagnostic;
pub mod service_reference;
pub mod wildcard;
