//! Why a graph did not get into a database.

use std::io;

use neo4rs::{Error, Neo4jClientErrorKind, Neo4jErrorKind};

/// A graph could not be written to a server.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BoltError {
    /// An address that says who connects, and perhaps the password. It is not repeated.
    #[error("the server's address holds a user or a password")]
    Credentials,
    /// Not an address of a Bolt server.
    #[error("`{uri}` is not the address of a Bolt server")]
    Address {
        /// What was given.
        uri: String,
    },
    /// Nothing that speaks Bolt is there.
    #[error("no Bolt server answers at `{uri}`: {detail}")]
    Away {
        /// The server's address.
        uri: String,
        /// What happened.
        detail: String,
    },
    /// The server does not let the user in, or not do this.
    #[error("`{uri}` refuses the user `{user}`: {detail}")]
    Refused {
        /// The server's address.
        uri: String,
        /// The user's name.
        user: String,
        /// The server's words.
        detail: String,
    },
    /// The server has no such database.
    #[error("`{uri}` has no database `{database}`")]
    Database {
        /// The server's address.
        uri: String,
        /// The database's name.
        database: String,
    },
    /// The connection broke while the graph was written.
    #[error("the connection to `{uri}` broke: {detail}")]
    Lost {
        /// The server's address.
        uri: String,
        /// What happened.
        detail: String,
    },
    /// The server did not carry out a statement.
    #[error("`{uri}` does not take the graph: {code}: {detail}")]
    Statement {
        /// The server's address.
        uri: String,
        /// The server's code of the error.
        code: String,
        /// The server's words.
        detail: String,
    },
    /// Fewer nodes or relationships are there than were written.
    #[error("`{uri}` has {found} of {wanted} nodes or relationships that were written")]
    Lacking {
        /// The server's address.
        uri: String,
        /// How many are there.
        found: usize,
        /// How many were written.
        wanted: usize,
    },
    /// The graph's records could not be had.
    #[error(transparent)]
    Records(io::Error),
}

impl BoltError {
    /// What helps.
    #[must_use]
    pub const fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Credentials => Some("leave out what stands before the `@`: the address is `bolt://HOST:PORT`"),
            Self::Address { .. } => {
                Some("an address is `bolt://HOST:PORT`, or begins with `bolt+s://`, `neo4j://` or `neo4j+s://`")
            }
            Self::Away { .. } => {
                Some("is the server running, and is this its port for Bolt (7687) and not for HTTP (7474)?")
            }
            Self::Refused { .. } | Self::Records(_) => None,
            Self::Database { .. } => {
                Some("a database of Neo4j is made with `CREATE DATABASE`; a new server has `neo4j`")
            }
            Self::Lost { .. } => Some("part of the graph may be there; the same command again completes it"),
            Self::Statement { .. } => {
                Some("the statements are for Neo4j 5; what was written before stays, and the same command completes it")
            }
            Self::Lacking { .. } => {
                Some("something else changed the database meanwhile; the same command completes it")
            }
        }
    }
}

/// What the closures of records handed back.
impl From<io::Error> for BoltError {
    fn from(error: io::Error) -> Self {
        error.downcast().unwrap_or_else(Self::Records)
    }
}

/// Whether this can be an address. The driver takes more, and stumbles over some of it.
pub(super) fn check_address(uri: &str) -> Result<(), BoltError> {
    let schemes = ["bolt://", "bolt+s://", "neo4j://", "neo4j+s://"];
    if uri.contains('@') {
        return Err(BoltError::Credentials);
    }
    let place = schemes.iter().find_map(|scheme| uri.strip_prefix(scheme)).map(|place| place.trim_end_matches('/'));
    let (host, port) = match place {
        Some(place) => match place.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => (host, port),
            _ => (place, "7687"),
        },
        None => ("", ""),
    };
    let named = !host.is_empty() && !host.contains(|c: char| "/?#\\".contains(c) || c.is_whitespace());
    if named && port.parse::<u16>().is_ok() { Ok(()) } else { Err(BoltError::Address { uri: uri.to_owned() }) }
}

/// The driver's error in the caller's words; `opening` when nothing was written yet.
pub(super) fn explained(error: Error, uri: &str, user: &str, database: &str, opening: bool) -> BoltError {
    let uri = uri.to_owned();
    let refused = |uri, detail: String| BoltError::Refused { uri, user: user.to_owned(), detail: sentence(&detail) };
    match error {
        Error::AuthenticationError(detail) => refused(uri, detail),
        Error::Neo4j(error) => match error.kind() {
            Neo4jErrorKind::Client(Neo4jClientErrorKind::Security(_)) => refused(uri, error.message().to_owned()),
            Neo4jErrorKind::Client(Neo4jClientErrorKind::FatalDiscovery) => {
                BoltError::Database { uri, database: database.to_owned() }
            }
            _ => BoltError::Statement { uri, code: error.code().to_owned(), detail: sentence(error.message()) },
        },
        Error::UrlParseError(_) | Error::InvalidDnsName(_) | Error::UnsupportedScheme(_) => BoltError::Address { uri },
        Error::IOError { detail } if opening => BoltError::Away { uri, detail: detail.to_string() },
        Error::IOError { detail } => BoltError::Lost { uri, detail: detail.to_string() },
        other if opening => BoltError::Away { uri, detail: sentence(&other.to_string()) },
        other => BoltError::Lost { uri, detail: sentence(&other.to_string()) },
    }
}

/// The server's words as part of a sentence, on one line.
fn sentence(words: &str) -> String {
    let words: Vec<&str> =
        words.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty()).collect();
    words.join(" ").trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        let good = [
            "bolt://localhost",
            "bolt://127.0.0.1:7687",
            "bolt://[::1]:7687",
            "bolt://[::1]",
            "bolt+s://graph.example:7687",
            "neo4j://graph.example/",
            "neo4j+s://graph.example",
        ];
        for uri in good {
            assert!(check_address(uri).is_ok(), "{uri}");
        }
        let bad = [
            "",
            "localhost:7687",
            "bolt:localhost",
            "bolt://",
            "bolt://:7687",
            "bolt:///path",
            "bolt://host:",
            "bolt://host:http",
            "bolt://host:70000",
            "bolt://host/path",
            "bolt://ho st",
            "bolt+ssc://host",
            "http://localhost:7474",
        ];
        for uri in bad {
            assert!(matches!(check_address(uri), Err(BoltError::Address { .. })), "{uri}");
        }
    }

    #[test]
    fn a_password_in_an_address_is_not_repeated() {
        for uri in ["bolt://neo4j:hunter2@localhost:7687", "neo4j:hunter2@localhost"] {
            let error = check_address(uri).unwrap_err();
            assert!(matches!(error, BoltError::Credentials), "{error}");
            assert!(!format!("{error}{error:?}{:?}", error.hint()).contains("hunter2"));
        }
    }

    #[test]
    fn words_of_a_server_are_one_line() {
        assert_eq!(sentence(" Access denied.\r\n\n Change\u{1b}[31m it. "), "Access denied. Change [31m it");
    }

    #[test]
    fn an_error_comes_back_through_the_records() {
        let error = BoltError::Lost { uri: "bolt://localhost".to_owned(), detail: "broken pipe".to_owned() };
        assert!(matches!(BoltError::from(io::Error::other(error)), BoltError::Lost { .. }));
        assert!(matches!(BoltError::from(io::Error::other("disk")), BoltError::Records(_)));
    }
}
