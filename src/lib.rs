//! Who can reach what in an AWS organization.

pub mod action;
pub mod arn;
pub mod arn_pattern;
pub mod diagnostic;
pub mod policy;
pub mod service_reference;
pub mod wildcard;
