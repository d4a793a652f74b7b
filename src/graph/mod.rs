//! The access graph: states of credentials, and who can get which from where.
//!
//! A node is a *state*, a principal together with the credentials in hand, because what comes next depends on them. Equal
//! principals share a set node, so that a role which trusts an account of a thousand administrators is one edge, not a
//! thousand. petgraph is private to this room.
//!
//! **Architecture invariant:** immutable once built; views borrow it. Every can-assume edge keeps its decision.

mod access_graph;
mod build;
mod carried;
mod choice;
mod classes;
mod concerned;
mod entry;
mod other_sessions;
mod rewrite;
mod search;
mod session_name;
mod speakers;
mod state;
mod unfold;
mod way;

pub use access_graph::{AccessGraph, AssumeEdge, Permission, StateId};
pub use carried::{Carried, Carrying};
pub use search::{Order, Search, Ways};
pub use state::State;
pub use unfold::{Link, Place, Unfolded};
pub use way::{Step, Way};

pub(crate) use classes::Classes;
pub(crate) use session_name::{as_id, with_name};
