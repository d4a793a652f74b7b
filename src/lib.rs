//! Who can reach what in an AWS organization.
