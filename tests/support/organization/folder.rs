//! A folder of an input, written as the AWS CLI prints.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use iamreach::load::{LoadOptions, Loaded, load};
use serde::Serialize;
use serde_json::Value;
use serde_json::ser::{PrettyFormatter, Serializer};

#[derive(Debug)]
pub(crate) struct Folder {
    path: PathBuf,
    /// Whether it goes when this does.
    temporary: bool,
}

impl Drop for Folder {
    fn drop(&mut self) {
        if self.temporary {
            let _ = fs::remove_dir_all(&self.path);
        }
    }
}

impl Folder {
    /// One that is removed in the end.
    pub(crate) fn new() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("iamreach-organization-{}-{number}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self { path, temporary: true }
    }

    /// One that stays; it need not be there yet.
    pub(crate) fn at(path: &Path) -> Self {
        fs::create_dir_all(path).unwrap();
        Self { path: path.to_owned(), temporary: false }
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn file(&self, path: &str, content: &Value) {
        let path = self.path.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let mut out = BufWriter::new(File::create(path).unwrap());
        let formatter = PrettyFormatter::with_indent(b"    ");
        content.serialize(&mut Serializer::with_formatter(&mut out, formatter)).unwrap();
        writeln!(out).unwrap();
        out.flush().unwrap();
    }

    /// Reads it as the library reads any input.
    pub(crate) fn load(&self) -> Loaded {
        load(std::slice::from_ref(&self.path), &LoadOptions::default())
    }
}
