//! A picture before it is drawn: nodes in clusters and edges between them, whatever they come from.

use std::collections::BTreeMap;

use crate::arn::{AccountId, Arn};
use crate::condition::{Atom, Residual};
use crate::evaluate::Outcome;
use crate::export::text::{account_label, arn_account, short_name, subject_id, subject_name};
use crate::model::Environment;
use crate::query::{AccessRow, Hop, Requirement, Subject, SubjectKind};

/// A picture. Clusters, nodes and edges are drawn in the order they stand in.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Diagram {
    /// The line above the picture; empty for none.
    pub title: String,
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
    /// An account as a whole, or another set of principals.
    Account,
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
    /// Whether it holds only under a condition.
    pub conditional: bool,
    /// Whether it could not be decided.
    pub unknown: bool,
    /// Whether it is on the path the picture is about.
    pub highlighted: bool,
}

/// Answers as a picture: each principal, role and resource once, in its account; hops that several answers share once. A
/// single answer's path is highlighted.
///
/// A shared hop is conditional if that of some answer is, and its label says under what condition.
#[must_use]
pub fn rows_to_diagram(rows: &[AccessRow], env: &Environment) -> Diagram {
    let highlighted = rows.len() == 1;
    let same_actions = rows.windows(2).all(|pair| matches!(pair, [a, b] if a.actions == b.actions));
    let mut drawing = Drawing { env, highlighted, nodes: BTreeMap::new(), edges: BTreeMap::new() };
    for row in rows {
        let mut from = drawing.subject(&row.subject);
        // What credentials it takes belongs to the first request of the subject.
        let mut credentials = Requirement::of_credentials(row.credentials);
        let mut entrants = row.entrants.as_ref().map(|who| list(&who.words, 2));
        for hop in &row.path {
            let role = drawing.role(&hop.role);
            let who = entrants.take();
            let mut step = Step::of_hop(hop, credentials.take());
            step.who = who;
            if row.subject.kind == SubjectKind::IdentityCenterUser {
                step.label.clear(); // There is no other way in for people.
            }
            drawing.step(from, role.clone(), EdgeKind::Assume, step);
            from = role;
        }
        let resource = drawing.resource(&row.resource);
        // The row's outcome is the whole path's; the last request is unknown only if it says so itself.
        let unknown = row.outcome == Outcome::Unknown
            && (row.path.is_empty() || row.condition.without_missing_input().is_false());
        let label = if same_actions { String::new() } else { list(&row.actions, 2) };
        let step = Step {
            label,
            what: row.actions.join(", "),
            condition: row.condition.clone(),
            credentials,
            who: None,
            unknown,
        };
        drawing.step(from, resource, EdgeKind::Access, step);
    }
    Diagram { title: title(rows, same_actions), ..drawing.finish() }
}

fn title(rows: &[AccessRow], same_actions: bool) -> String {
    let Some(first) = rows.first() else { return "nobody".to_owned() };
    let same_resource = rows.iter().all(|row| row.resource == first.resource);
    let same_subject = rows.iter().all(|row| row.subject == first.subject);
    let subject = subject_name(&first.subject);
    let actions = if same_actions { list(&first.actions, 3) } else { "access".to_owned() };
    let resource = short_name(&first.resource);
    match (same_subject, same_resource) {
        (true, true) => format!("{subject}: {actions} on {resource}"),
        (true, false) => format!("{subject}: {actions}"),
        (false, true) => format!("{actions} on {resource}"),
        (false, false) => actions,
    }
}

fn list(items: &[Box<str>], shown: usize) -> String {
    let mut text = items.iter().take(shown).map(AsRef::as_ref).collect::<Vec<&str>>().join(", ");
    if items.len() > shown {
        text.push_str(&format!(" +{}", items.len() - shown));
    }
    text
}

/// One answer's reason for an edge.
struct Step {
    label: String,
    what: String,
    condition: Residual,
    credentials: Option<Requirement>,
    /// Whom an identity provider lets in, in words.
    who: Option<String>,
    unknown: bool,
}

impl Step {
    fn of_hop(hop: &Hop, credentials: Option<Requirement>) -> Self {
        let label = match hop.action.as_ref() {
            "sts:AssumeRole" => "",
            "sts:AssumeRoleWithSAML" => "SAML",
            "sts:AssumeRoleWithWebIdentity" => "web identity",
            other => other,
        };
        Self {
            label: label.to_owned(),
            what: hop.action.to_string(),
            condition: hop.condition.clone(),
            credentials,
            who: None,
            unknown: hop.outcome == Outcome::Unknown,
        }
    }

    fn is_conditional(&self) -> bool {
        self.credentials.is_some() || !self.condition.is_true()
    }

    /// The label with a word for each thing required.
    fn label(&self) -> String {
        let mut words: Vec<String> = Vec::new();
        words.extend(self.credentials.as_ref().map(|needed| match needed {
            Requirement::Mfa => "MFA".to_owned(),
            other => other.to_string(),
        }));
        if let Some(who) = &self.who {
            return who.clone();
        }
        for atom in self.condition.atoms() {
            let word = match atom {
                Atom::Test { key, values, .. } => word_of(key, values),
                Atom::OtherSide(text) => text.to_string(),
                Atom::Undocumented(_) | Atom::MissingInput(_) => "?".to_owned(),
            };
            if !words.contains(&word) {
                words.push(word);
            }
        }
        if words.len() > 2 {
            words.truncate(2);
            words.push("…".to_owned());
        }
        if !self.label.is_empty() {
            words.insert(0, self.label.clone());
        }
        words.join(" · ")
    }

    fn tooltip(&self) -> String {
        let credentials = self.credentials.as_ref().map(|needed| format!("\n{needed}")).unwrap_or_default();
        let condition = if self.condition.is_true() { String::new() } else { format!("\nif {}", self.condition) };
        format!("{}{credentials}{condition}", self.what)
    }
}

/// A test in few words: the key, with its value where there is a short one.
fn word_of(key: &str, values: &[Box<str>]) -> String {
    let word = key_word(key);
    match values {
        [value] if value.chars().count() <= 32 && !matches!(&**value, "true" | "false") => format!("{word} {value}"),
        _ => word,
    }
}

/// A condition key in a word: its name without the prefix, as AWS writes the common ones.
fn key_word(key: &str) -> String {
    let name = key.split_once(':').map_or(key, |(_, name)| name);
    let known = match name {
        "multifactorauthpresent" => "MFA",
        "multifactorauthage" => "MFA age",
        "externalid" => "ExternalId",
        "sourceip" => "SourceIp",
        "sourcevpc" => "SourceVpc",
        "sourcevpce" => "SourceVpce",
        "sourcearn" => "SourceArn",
        "sourceaccount" => "SourceAccount",
        "securetransport" => "TLS",
        "rolesessionname" => "session name",
        "currenttime" => "time",
        "requestedregion" => "region",
        "viaservice" => "ViaService",
        "principalorgid" => "organization",
        "sourceidentity" => "source identity",
        "userid" => "session",
        name => match name.split_once('/') {
            Some(("requesttag" | "principaltag", tag)) => return format!("session tag {tag}"),
            Some(("resourcetag", tag)) => return format!("tag {tag} of the resource"),
            _ => name.split('/').next_back().unwrap_or(name),
        },
    };
    known.to_owned()
}

/// The name of a role of AWS's own without the path that AWS gives it, which is as long as it says little.
fn without_aws_path(name: String) -> String {
    let own = ["role/aws-reserved/", "role/aws-service-role/"].iter().any(|path| name.starts_with(path));
    match name.rsplit_once('/') {
        Some((_, last)) if own => format!("role/{last}"),
        _ => name,
    }
}

/// A long name broken after the `/` nearest to its middle, so that one name does not widen the whole picture.
pub(super) fn two_lines(name: String) -> String {
    /// What a node holds on a line before it looks long.
    const LONG: usize = 28;
    if name.len() <= LONG {
        return name;
    }
    let middle = name.len() / 2;
    match name.match_indices('/').map(|(at, _)| at + 1).min_by_key(|at| at.abs_diff(middle)) {
        Some(at) if at < name.len() => {
            let (first, second) = name.split_at(at);
            format!("{first}\n{second}")
        }
        _ => name,
    }
}

/// Where a node is drawn; the order of the clusters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Account(AccountId),
    External(AccountId),
    /// Services, everyone, resources of an unknown account.
    Outside,
}

struct Drawing<'e> {
    env: &'e Environment,
    highlighted: bool,
    nodes: BTreeMap<String, (Place, DiagramNode)>,
    edges: BTreeMap<(String, String, EdgeKind), Vec<Step>>,
}

impl Drawing<'_> {
    fn subject(&mut self, subject: &Subject) -> String {
        let place = self.place(subject.account);
        let label = match subject.kind {
            // Its frame has the id already.
            SubjectKind::ExternalAccount if subject.account.is_some() => "whole account".to_owned(),
            _ => subject_name(subject),
        };
        self.node(subject_id(subject), label, subject.kind.into(), place)
    }

    fn role(&mut self, arn: &str) -> String {
        let place = self.place(arn_account(arn));
        self.node(arn.to_owned(), short_name(arn), NodeKind::Role, place)
    }

    fn resource(&mut self, arn: &str) -> String {
        let collected = Arn::parse(arn).ok().and_then(|arn| self.env.governing_resource(&arn)?.account);
        let place = self.place(collected.or_else(|| arn_account(arn)));
        self.node(arn.to_owned(), short_name(arn), NodeKind::of_resource(arn), place)
    }

    fn place(&self, account: Option<AccountId>) -> Place {
        match account {
            Some(id) if self.env.account(id).is_some() => Place::Account(id),
            Some(id) => Place::External(id),
            None => Place::Outside,
        }
    }

    fn node(&mut self, id: String, label: String, kind: NodeKind, place: Place) -> String {
        let highlighted = self.highlighted;
        let node = DiagramNode {
            label: two_lines(without_aws_path(label)),
            kind,
            tooltip: id.clone(),
            highlighted,
            id: id.clone(),
        };
        self.nodes.entry(id.clone()).or_insert((place, node));
        id
    }

    fn step(&mut self, from: String, to: String, kind: EdgeKind, step: Step) {
        self.edges.entry((from, to, kind)).or_default().push(step);
    }

    fn finish(self) -> Diagram {
        let mut clusters: BTreeMap<Place, Cluster> = BTreeMap::new();
        for (place, node) in self.nodes.into_values() {
            let cluster = clusters.entry(place).or_insert_with(|| match place {
                Place::Account(id) => {
                    let name = account_label(id, self.env);
                    let label = if name == id.as_str() { name } else { format!("{name}\n{id}") };
                    Cluster { id: id.to_string(), label, ..Cluster::default() }
                }
                Place::External(id) => {
                    let label = format!("external account\n{id}");
                    Cluster { id: id.to_string(), label, external: true, ..Cluster::default() }
                }
                Place::Outside => Cluster::default(),
            });
            cluster.nodes.push(node);
        }
        let highlighted = self.highlighted;
        let edges = self.edges.into_iter().map(|((from, to, kind), steps)| edge(from, to, kind, &steps, highlighted));
        Diagram { title: String::new(), clusters: clusters.into_values().collect(), edges: edges.collect() }
    }
}

fn edge(from: String, to: String, kind: EdgeKind, steps: &[Step], highlighted: bool) -> DiagramEdge {
    let unknown = steps.iter().all(|step| step.unknown);
    let conditional = steps.iter().any(Step::is_conditional);
    // The label tells a requirement where there is one, the tooltip every one.
    let told = steps.iter().min_by_key(|step| (step.unknown, !step.is_conditional()));
    let mut tooltips: Vec<String> = Vec::new();
    for tooltip in steps.iter().map(Step::tooltip) {
        if !tooltips.contains(&tooltip) {
            tooltips.push(tooltip);
        }
    }
    let label = told.map(Step::label).unwrap_or_default();
    DiagramEdge { from, to, label, tooltip: tooltips.join("\nor\n"), kind, conditional, unknown, highlighted }
}
