//! `export bolt`: the server that the graph is written to. A build without the feature `bolt` knows the arguments and says
//! that it cannot do it.

use clap::Args;

use crate::exit_code::Failure;

pub(crate) use server::Server;

/// The form's name.
pub(crate) const NAME: &str = "bolt";

/// What it is, in the list of forms.
pub(crate) const ABOUT: &str = "straight into a running Neo4j 5; in builds with the feature `bolt`";

/// Which server, and who writes; of `bolt` only.
#[derive(Debug, Args)]
#[command(next_help_heading = "Servers (bolt)")]
pub(crate) struct BoltArguments {
    /// The server, as bolt://HOST:PORT; with bolt+s the connection is encrypted
    #[arg(long, value_name = "URI")]
    uri: Option<String>,
    /// Who writes [default: neo4j]
    #[arg(long, value_name = "NAME")]
    user: Option<String>,
    /// The environment variable that holds the password
    #[arg(long, value_name = "VARIABLE")]
    password_env: Option<String>,
    /// The database [default: neo4j]
    #[arg(long, value_name = "NAME")]
    database: Option<String>,
}

impl BoltArguments {
    /// An argument that was given, though the form is another.
    pub(crate) fn given(&self) -> Option<&'static str> {
        let flags = [
            (&self.uri, "--uri"),
            (&self.user, "--user"),
            (&self.password_env, "--password-env"),
            (&self.database, "--database"),
        ];
        flags.into_iter().find_map(|(given, name)| given.as_ref().map(|_| name))
    }

    /// The server, connected to.
    pub(crate) fn open(&self) -> Result<Server, Failure> {
        server::open(self)
    }
}

#[cfg(feature = "bolt")]
mod server {
    use std::env::{self, VarError};

    use iamreach::export::formats::{BoltConnection, BoltError, BoltServer, FormatOptions};
    use iamreach::export::property_graph::PropertyGraph;

    use super::BoltArguments;
    use crate::exit_code::Failure;
    use crate::output;

    /// Of a new Neo4j: its only user, and its only database.
    const DEFAULT: &str = "neo4j";

    /// A server that has let the user in.
    pub(crate) struct Server {
        connection: BoltConnection,
        uri: String,
    }

    pub(super) fn open(arguments: &BoltArguments) -> Result<Server, Failure> {
        let needed = |given: &Option<String>, what: &str| {
            given.clone().ok_or_else(|| Failure::usage(format!("bolt needs {what}")))
        };
        let uri = needed(&arguments.uri, "--uri bolt://HOST:PORT, the server to write to")?;
        let variable = needed(
            &arguments.password_env,
            "--password-env VARIABLE, the environment variable that holds the password",
        )?;
        let password = env::var(&variable).map_err(|error| {
            let problem = match error {
                VarError::NotPresent => "is not set",
                VarError::NotUnicode(_) => "is no UTF-8",
            };
            let hint = "--password-env names the variable that holds the password, and is not the password";
            Failure::Usage(format!("the environment variable `{variable}` {problem}"), Some(hint.to_owned()))
        })?;
        let server = BoltServer {
            uri: &uri,
            user: arguments.user.as_deref().unwrap_or(DEFAULT),
            password: &password,
            database: arguments.database.as_deref().unwrap_or(DEFAULT),
        };
        let connection = output::while_showing("connecting", || BoltConnection::open(&server)).map_err(failure)?;
        Ok(Server { connection, uri })
    }

    impl Server {
        /// Writes the graph, and says what was done.
        pub(crate) fn write(&self, graph: &dyn PropertyGraph, options: &FormatOptions<'_>) -> Result<(), Failure> {
            let mut progress = output::Progress::new("writing nodes and relationships");
            let written = self.connection.write(graph, options, &mut |done, of| progress.tell(done, of));
            drop(progress);
            let written = written.map_err(failure)?;
            output::note(&format!("{}: {} nodes and {} relationships", self.uri, written.nodes, written.edges));
            if written.stale_nodes + written.stale_edges > 0 {
                output::note(&format!(
                    "{} nodes and {} relationships of an earlier input are no more, and were deleted",
                    written.stale_nodes, written.stale_edges
                ));
            }
            Ok(())
        }
    }

    fn failure(error: BoltError) -> Failure {
        let hint = error.hint().map(str::to_owned);
        match error {
            BoltError::Address { .. } | BoltError::Credentials => Failure::Usage(error.to_string(), hint),
            _ => Failure::Input(error.to_string(), hint),
        }
    }
}

#[cfg(not(feature = "bolt"))]
mod server {
    use iamreach::export::formats::FormatOptions;
    use iamreach::export::property_graph::PropertyGraph;

    use super::BoltArguments;
    use crate::exit_code::Failure;

    /// There is none.
    pub(crate) enum Server {}

    pub(super) fn open(_: &BoltArguments) -> Result<Server, Failure> {
        let hint = "`cargo install --path . --features bolt` makes one that can; the forms neo4j and cypher are in every build";
        Err(Failure::Usage("this build cannot write into a running database".to_owned(), Some(hint.to_owned())))
    }

    impl Server {
        pub(crate) fn write(&self, _: &dyn PropertyGraph, _: &FormatOptions<'_>) -> Result<(), Failure> {
            match *self {}
        }
    }
}
