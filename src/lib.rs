//! Who can reach what in an AWS organization.

pub mod service_reference;
