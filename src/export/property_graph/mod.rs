//! The graph as nodes and edges with labels, types and properties: what graph databases, spreadsheets and diagram programs
//! are given.
//!
//! A path of `HOLDS`, `IN_SET`, `STS_ASSUMEROLE_ALLOW` and a last `CAN_ACCESS` is an answer of `who-can`, and every answer
//! is such a path. Nothing is left to be checked along it: what calls pass on, and what sessions carry, is in which
//! sessions there are. What an edge requires besides stands on it.
//!
//! # Nodes
//!
//! Every node has the label `IamReach`, so that a graph of another tool in the same database is left alone.
//!
//! | label | what it is | id |
//! |---|---|---|
//! | `AWSAccount` | an account, of the input or met in it | its id |
//! | `AWSPrincipal`, with `AWSUser`, `AWSRole`, `AWSRootPrincipal`, `AWSServicePrincipal`, `AWSFederatedPrincipal`, `AWSSSOUser` | who can begin a way | its ARN or name |
//! | `AWSGroup` | a group | its ARN |
//! | `Session` | credentials of a principal that lead on alike, and what they carry | the principal's, `#`, the kind of credentials |
//! | `AccessSet` | sessions that share edges | a digest of its members |
//! | `AWSResource`, with `AWSS3Bucket`, `AWSS3Object`, `AWSKMSKey` … | a resource of the input, the objects of a bucket, or a pattern that policies name | its ARN; behind `resource:` where a principal has it |
//!
//! An id of more than 1,024 bytes is cut: its beginning, `…` and a digest of all of it. The name stays whole.
//!
//! # Relationships
//!
//! | type | from, to | meaning |
//! |---|---|---|
//! | `RESOURCE` | account to principal, group, resource | it owns it; no part of a way |
//! | `MEMBER_OF` | user to group | no part of a way: what the group's policies allow is among what the user can do |
//! | `HOLDS` | principal to session | a way can begin with it; conditional where that takes MFA, or a session given something |
//! | `IN_SET` | session to set | it has the edges of the set |
//! | `STS_ASSUMEROLE_ALLOW` | session or set to session | a call opens that session |
//! | `CAN_ACCESS` | session or set to resource | it can do the `actions`, of which `service:*` are all that the service has for such a resource |
//!
//! The properties are [`NODE_COLUMNS`] and [`EDGE_COLUMNS`]; their meaning stands there.

mod id;
mod model;
mod names;
mod record;
mod select;
mod terms;

pub(super) use id::digest;
pub use model::GraphModel;
pub use names::Naming;
pub use record::{Cell, Column, ColumnKind, EDGE_COLUMNS, EdgeRecord, NODE_COLUMNS, NodeRecord, PropertyGraph};
pub use select::{Part, Selected};
