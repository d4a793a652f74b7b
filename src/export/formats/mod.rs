//! The graph written for graph databases, spreadsheets and other programs: one file a format.
//!
//! Every writer is a function of a [`PropertyGraph`] and [`FormatOptions`]. It hands records on one by one, so memory does
//! not grow with the edges, and the same graph gives the same bytes. Files stand under their own names only when the
//! whole export is complete. With the feature `bolt` there is one more, which writes into a running database.

#[cfg(feature = "bolt")]
mod bolt;
mod cypher;
mod cytoscape;
mod database_csv;
mod folder;
mod graphml;
mod json;
mod ladybug;
mod load_csv;
mod neo4j;
mod neptune;
mod opengraph;
#[cfg(feature = "parquet")]
mod parquet;
mod quoting;
mod schema;
mod spreadsheet;
mod standard_queries;

use std::io;
use std::path::Path;

#[cfg(feature = "bolt")]
pub use bolt::{BoltConnection, BoltError, BoltServer, BoltWritten};
pub use folder::WrittenFile;
pub use spreadsheet::{edge_table_columns, node_table_columns};

use crate::export::csv::CsvOptions;
use crate::export::property_graph::PropertyGraph;
use folder::Folder;

/// What holds for a whole export.
#[derive(Debug, Clone, Copy, Default)]
pub struct FormatOptions<'a> {
    /// Names this state of the input. Nodes and edges of a database carry it as the property `snapshot`, and the load
    /// scripts end with taking away those that carry another: an edge left over would be an access that is no more.
    pub snapshot: &'a str,
    /// Names of labels and relationship types that are not Cartography's: as the standard questions say them, and as the
    /// records do.
    pub names: &'a [(&'a str, &'a str)],
    /// How tables for spreadsheets are written.
    pub csv: CsvOptions,
}

/// What an export is: one file, or a folder of several.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FormatShape {
    /// One file.
    File,
    /// A folder with several files, some of them perhaps in folders below.
    Folder,
}

/// A format that graphs are written in.
#[derive(Debug, Clone, Copy)]
pub struct Format {
    /// Its name on the command line.
    pub name: &'static str,
    /// What it is for, in one line.
    pub about: &'static str,
    /// One file or a folder.
    pub shape: FormatShape,
    write: WriteFormat,
}

/// Writes a graph below a folder; the text is the file's name, for a format of one file.
type WriteFormat = fn(&dyn PropertyGraph, &mut Folder, &str, &FormatOptions<'_>) -> io::Result<()>;

/// Every format, sorted by name.
pub const FORMATS: &[Format] = &[
    Format {
        name: "csv",
        about: "tables of nodes and edges, for spreadsheets",
        shape: FormatShape::Folder,
        write: spreadsheet::write,
    },
    Format {
        name: "cypher",
        about: "statements for a running Neo4j, Memgraph or FalkorDB, for small graphs",
        shape: FormatShape::Folder,
        write: cypher::write,
    },
    Format { name: "cytoscape", about: "JSON for Cytoscape", shape: FormatShape::File, write: cytoscape::write },
    Format {
        name: "graphml",
        about: "XML for Gephi, yEd and NetworkX",
        shape: FormatShape::File,
        write: graphml::write,
    },
    Format { name: "json", about: "JSON for programs", shape: FormatShape::File, write: json::write },
    Format {
        name: "ladybug",
        about: "tables and scripts for Ladybug: one file, no server",
        shape: FormatShape::Folder,
        write: ladybug::write,
    },
    Format {
        name: "neo4j",
        about: "CSV for neo4j-admin, and LOAD CSV scripts for a running Neo4j or Memgraph",
        shape: FormatShape::Folder,
        write: neo4j::write,
    },
    Format {
        name: "neptune",
        about: "CSV for Amazon Neptune's bulk loader, for openCypher and for Gremlin",
        shape: FormatShape::Folder,
        write: neptune::write,
    },
    Format {
        name: "opengraph",
        about: "OpenGraph JSON for BloodHound",
        shape: FormatShape::Folder,
        write: opengraph::write,
    },
    #[cfg(feature = "parquet")]
    Format {
        name: "parquet",
        about: "tables for Spark and DuckDB, with a job for Spark",
        shape: FormatShape::Folder,
        write: parquet::write,
    },
];

impl Format {
    /// The format of that name.
    #[must_use]
    pub fn find(name: &str) -> Option<&'static Self> {
        FORMATS.iter().find(|format| format.name == name)
    }

    /// Writes the graph to `path`, which is a file or a folder as [`Format::shape`] says, and lists what was written.
    ///
    /// Folders are made where they are missing. What stands at `path` stays as it is until everything is written; files
    /// of other names in a folder are not touched.
    ///
    /// # Errors
    /// When the graph's records or a file cannot be written; the file is named.
    pub fn write(
        &self,
        graph: &dyn PropertyGraph,
        path: &Path,
        options: &FormatOptions<'_>,
    ) -> io::Result<Vec<WrittenFile>> {
        let (root, file) = match (self.shape, path.file_name()) {
            (FormatShape::Folder, _) => (path, String::new()),
            (FormatShape::File, Some(name)) => (path.parent().unwrap_or(Path::new("")), name.to_string_lossy().into()),
            (FormatShape::File, None) => {
                let message = format!("{}: is no file's name", path.display());
                return Err(io::Error::new(io::ErrorKind::InvalidInput, message));
            }
        };
        let mut folder = Folder::new(root);
        (self.write)(graph, &mut folder, &file, options)?;
        folder.finish()
    }
}
