//! Arguments that several commands share.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use iamreach::graph::Order;
use iamreach::query::{ReachOptions, SubjectKind};

/// What to read, and how to take what is missing.
#[derive(Debug, Args)]
#[command(next_help_heading = "Input")]
pub(crate) struct InputArguments {
    /// A file or folder to read; repeat for several
    #[arg(long, value_name = "PATH", env = "IAMREACH_DATA", num_args = 1, value_delimiter = None)]
    pub(crate) data: Vec<PathBuf>,

    /// The account that owns resources of which no file tells the owner, such as buckets
    #[arg(long, value_name = "ID")]
    pub(crate) resource_account: Option<String>,

    /// What to take for granted: `organization=unknown` and `resource-policies=unknown` (what was not collected is unknown
    /// instead of absent), `mfa=yes` or `mfa=no` (all users have MFA, or none)
    #[arg(long, value_name = "WHAT=HOW", value_delimiter = ',')]
    pub(crate) assume: Vec<String>,

    /// Exit with 5 when the input has faults
    #[arg(long)]
    pub(crate) strict: bool,
}

/// What the request says.
#[derive(Debug, Args)]
#[command(next_help_heading = "Request")]
pub(crate) struct RequestArguments {
    /// A condition key of the request, such as `aws:SourceIp=203.0.113.7`; repeat for several
    #[arg(long, value_name = "KEY=VALUE")]
    pub(crate) context: Vec<String>,

    /// A session policy that every role session asked about was given; repeat for several
    #[arg(long, value_name = "FILE")]
    pub(crate) session_policy: Vec<PathBuf>,
}

/// How paths are followed.
#[derive(Debug, Args)]
#[command(next_help_heading = "Paths")]
pub(crate) struct PathArguments {
    /// How many roles a path may enter
    #[arg(long, value_name = "N", default_value_t = 8)]
    pub(crate) max_hops: u32,

    /// What makes one path better than another; a path that requires all that another does, and more, is not shown
    #[arg(long, value_enum, default_value_t = By::Requirements)]
    pub(crate) by: By,

    /// All calls of a path come from one place: conditions on the network at several hops have to agree
    #[arg(long)]
    pub(crate) same_network: bool,
}

impl PathArguments {
    /// The same for the engine.
    pub(crate) fn options(&self) -> ReachOptions {
        let order = match self.by {
            By::Requirements => Order::Requirements,
            By::Hops => Order::Hops,
        };
        ReachOptions { order, same_network: self.same_network, mfa: None }
    }
}

/// What makes one path better than another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum By {
    /// Fewer unmet requirements, then fewer hops
    Requirements,
    /// Fewer hops, then fewer unmet requirements
    Hops,
}

/// How the answer is written.
#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub(crate) struct OutputArguments {
    /// The form of the answer
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub(crate) format: Format,

    /// Write to a file instead of stdout
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,

    /// Whole ARNs in tables, whatever the width
    #[arg(long)]
    pub(crate) wide: bool,

    /// A line for each of several equal principals
    #[arg(long)]
    pub(crate) expand: bool,

    /// Begin CSV with a byte order mark, for Excel
    #[arg(long)]
    pub(crate) bom: bool,
}

/// The forms of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For the terminal
    Table,
    /// For spreadsheets; the columns are in the README
    Csv,
    /// For programs
    Json,
    /// For Graphviz
    Dot,
    /// A picture that Graphviz draws
    Svg,
}

/// Which rows of the answer to show.
#[derive(Debug, Args)]
#[command(next_help_heading = "Filter")]
pub(crate) struct FilterArguments {
    /// Only subjects of this kind; repeat for several
    #[arg(long, value_name = "KIND", value_parser = kind)]
    pub(crate) kind: Vec<SubjectKind>,

    /// Only subjects of this account, by id or name; repeat for several
    #[arg(long, value_name = "ACCOUNT")]
    pub(crate) account: Vec<String>,

    /// Only subjects outside the input
    #[arg(long)]
    pub(crate) only_external: bool,

    /// Leave out subjects whose ARN or name matches; repeat for several
    #[arg(long, value_name = "GLOB")]
    pub(crate) exclude: Vec<String>,

    /// Leave out the expected subjects a file names, one ARN, name or glob a line: what remains is the answer
    #[arg(long, value_name = "FILE")]
    pub(crate) except: Option<PathBuf>,

    /// Show service-linked roles too
    #[arg(long)]
    pub(crate) service_linked: bool,
}

fn kind(text: &str) -> Result<SubjectKind, String> {
    SubjectKind::ALL.iter().copied().find(|kind| kind.as_str() == text).ok_or_else(|| {
        let kinds: Vec<&str> = SubjectKind::ALL.iter().map(|kind| kind.as_str()).collect();
        format!("expected one of {}", kinds.join(", "))
    })
}
