//! A picture before it is drawn: nodes in clusters and edges between them, whatever they come from.
//!
//! [`graph_to_diagram`] pictures the whole graph, [`focus_to_diagram`] one principal or resource with what leads there,
//! [`rows_to_diagram`] answers. [`collapsed`] makes a picture small enough to be looked at: it only ever draws together
//! what says the same, so a line of the small picture holds for everything that its two ends stand for.

mod answers;
mod crowd;
mod focus;
mod fold;
mod frame;
mod graph;
mod wide;
mod words;

use crate::arn::Arn;
use crate::model::Environment;
use crate::query::SubjectKind;
use crate::service_reference::AccessLevel;

pub use answers::rows_to_diagram;
pub use focus::{Focus, Surroundings, focus_to_diagram};
pub use graph::{PictureOptions, graph_to_diagram};

/// The picture with equal nodes drawn once: those of one kind that have the same edges to the same neighbours.
#[must_use]
pub fn collapsed(diagram: Diagram) -> Diagram {
    fold::fold_equals(diagram)
}

/// The picture of a whole graph with equal things drawn once: what nearly everything of an account is to a principal, then
/// principals that may do the same to a resource, then equal nodes. A crowd hides the last step of some paths, so this is
/// not for pictures of paths.
fn overview(diagram: Diagram, environment: &Environment) -> Diagram {
    let mut diagram = crowd::gather_crowds(wide::gather_resources(diagram, environment));
    if diagram.clusters.iter().flat_map(|cluster| &cluster.nodes).any(|node| node.kind == NodeKind::Crowd) {
        diagram.notes.push(
            "dashed boxes of principals stand for what these can do alike; who can do something else too is drawn apart \
             as well"
                .to_owned(),
        );
    }
    fold::fold_equals(diagram)
}

/// A picture. Clusters, nodes and edges are drawn in the order they stand in.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Diagram {
    /// The line above the picture; empty for none.
    pub title: String,
    /// What has to be known to read it rightly, such as what is not drawn; a line each, in small letters.
    pub notes: Vec<String>,
    /// The nodes.
    pub clusters: Vec<Cluster>,
    /// The edges, between ids of nodes.
    pub edges: Vec<DiagramEdge>,
}

/// Nodes with a frame around them: an account.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cluster {
    /// What tells it from the others, an account id for example.
    pub id: String,
    /// The words in the frame; a cluster without any gets no frame.
    pub label: String,
    /// Whether it is none of the input's own accounts.
    pub external: bool,
    /// What is inside.
    pub nodes: Vec<DiagramNode>,
}

/// A node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiagramNode {
    /// Unique in the picture: an ARN where there is one.
    pub id: String,
    /// The words inside; may have several lines.
    pub label: String,
    /// What it is, which gives it shape and colour.
    pub kind: NodeKind,
    /// What the pointer shows.
    pub tooltip: String,
    /// Whether it is on the path the picture is about.
    pub highlighted: bool,
    /// How many things it stands for: one, unless equal ones share it.
    pub stands_for: usize,
}

impl DiagramNode {
    /// A node for one thing, called by its own name.
    #[must_use]
    pub fn one(id: String, label: String, kind: NodeKind) -> Self {
        Self { tooltip: id.clone(), id, label, kind, highlighted: false, stands_for: 1 }
    }
}

/// What a node is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum NodeKind {
    /// An IAM user.
    User,
    /// An IAM role.
    Role,
    /// An account's root user.
    Root,
    /// An IAM group.
    Group,
    /// Several principals, of whatever kinds.
    Crowd,
    /// An account that is not among the input, or someone in it.
    External,
    /// An AWS service.
    Service,
    /// An identity provider.
    Provider,
    /// Everyone, signed or not.
    Everyone,
    /// Data at rest: a bucket and its objects, a table, a file system.
    Storage,
    /// An encryption key.
    Key,
    /// A secret or parameter.
    Secret,
    /// A queue, topic, bus or stream.
    Queue,
    /// A function or another thing that computes.
    Compute,
    /// Any other resource.
    Resource,
    /// Several resources, of whatever kinds.
    Resources,
}

impl NodeKind {
    /// The kind of a resource, by its ARN's service.
    #[must_use]
    pub fn of_resource(arn: &str) -> Self {
        let Ok(arn) = Arn::parse(arn) else { return Self::Resource };
        match (arn.service(), arn.typed_resource()) {
            ("iam", Some(("user", _))) => Self::User,
            ("iam", Some(("role", _))) | ("sts", _) => Self::Role,
            ("iam", Some(("group", _))) => Self::Group,
            ("iam", _) if arn.resource() == "root" => Self::Root,
            ("s3" | "dynamodb" | "rds" | "elasticfilesystem" | "redshift" | "glacier" | "backup", _) => Self::Storage,
            ("kms", _) => Self::Key,
            ("secretsmanager" | "ssm", _) => Self::Secret,
            ("sqs" | "sns" | "events" | "kinesis" | "firehose", _) => Self::Queue,
            ("lambda" | "ec2" | "ecs" | "eks" | "states" | "codebuild", _) => Self::Compute,
            _ => Self::Resource,
        }
    }
}

impl From<SubjectKind> for NodeKind {
    fn from(kind: SubjectKind) -> Self {
        match kind {
            SubjectKind::User | SubjectKind::FederatedUser | SubjectKind::IdentityCenterUser => Self::User,
            SubjectKind::Role => Self::Role,
            SubjectKind::Root => Self::Root,
            SubjectKind::Service => Self::Service,
            SubjectKind::FederatedProvider => Self::Provider,
            SubjectKind::Anonymous => Self::Everyone,
            SubjectKind::ExternalAccount
            | SubjectKind::ExternalUser
            | SubjectKind::ExternalRole
            | SubjectKind::CanonicalUser => Self::External,
        }
    }
}

/// What an edge says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum EdgeKind {
    /// Can become.
    Assume,
    /// Can act on.
    Access,
    /// Is a member of.
    Member,
    /// Holds: an account its resources.
    Owns,
}

/// The most that access lets one do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Strength {
    /// List, read, or something whose level is not known.
    #[default]
    Read,
    /// Create, change, delete or tag.
    Write,
    /// Grant or change permissions.
    Permissions,
}

impl From<Option<AccessLevel>> for Strength {
    fn from(level: Option<AccessLevel>) -> Self {
        match level {
            Some(AccessLevel::PermissionsManagement) => Self::Permissions,
            Some(AccessLevel::Write | AccessLevel::Tagging) => Self::Write,
            Some(AccessLevel::List | AccessLevel::Read) | None => Self::Read,
        }
    }
}

/// An edge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiagramEdge {
    /// A node's id.
    pub from: String,
    /// A node's id.
    pub to: String,
    /// A word or two; empty for none.
    pub label: String,
    /// What the pointer shows: actions and the condition.
    pub tooltip: String,
    /// What it says.
    pub kind: EdgeKind,
    /// Of access, how much it gives.
    pub strength: Strength,
    /// Whether it holds only under a condition.
    pub conditional: bool,
    /// Whether it could not be decided.
    pub unknown: bool,
    /// Whether it is on the path the picture is about.
    pub highlighted: bool,
}

#[cfg(test)]
mod tests;
