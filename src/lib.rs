//! Who can reach what in an AWS organization.

pub mod action;
pub mod arn;
pub mod arn_pattern;
pub mod condition;
pub mod diagnostic;
pub mod evaluate;
pub mod load;
pub mod model;
pub mod policy;
pub mod query;
pub mod request;
pub mod service_reference;
pub mod wildcard;
