//! Finding the files and reading them as text.

use std::collections::BTreeSet;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use flate2::read::MultiGzDecoder;

use crate::diagnostic::{Diagnostic, Origin};

/// No input grows beyond this when decompressed.
const DECOMPRESSED_LIMIT: u64 = 4 << 30;

/// The name by which a file is shown.
pub(super) fn shown(path: &Path) -> Arc<str> {
    path.to_string_lossy().into()
}

/// The files the paths stand for, sorted by path, each once; folders are searched recursively for `.json`, `.csv`,
/// and either with `.gz`.
pub(super) fn find(paths: &[PathBuf], diagnostics: &mut Vec<Diagnostic>) -> Vec<PathBuf> {
    let mut search = Search { found: Vec::new(), folders: BTreeSet::new(), diagnostics };
    for path in paths {
        match fs::metadata(path) {
            Err(error) => search.unreadable(path, &error),
            Ok(metadata) if metadata.is_dir() => {
                let before = search.found.len();
                search.folders.clear();
                let complaints = search.diagnostics.len();
                search.folder(path);
                if search.found.len() == before && search.diagnostics.len() == complaints {
                    let diagnostic =
                        Diagnostic::error("no-input", "the folder holds no `.json`, `.json.gz` or `.csv` file")
                            .with_hint("data/collect/collect.sh writes such a folder")
                            .at(Origin::file(&shown(path)));
                    search.diagnostics.push(diagnostic);
                }
            }
            Ok(_) => search.found.push(path.clone()),
        }
    }
    let mut found = search.found;
    found.sort();
    let mut seen = BTreeSet::new();
    found.retain(|path| seen.insert(fs::canonicalize(path).unwrap_or_else(|_| path.clone())));
    found
}

struct Search<'d> {
    found: Vec<PathBuf>,
    /// Folders already entered, by their real path: a loop of symbolic links ends here.
    folders: BTreeSet<PathBuf>,
    diagnostics: &'d mut Vec<Diagnostic>,
}

impl Search<'_> {
    fn unreadable(&mut self, path: &Path, error: &std::io::Error) {
        self.diagnostics.push(unreadable(&shown(path), error));
    }

    fn folder(&mut self, folder: &Path) {
        let mut waiting = vec![folder.to_path_buf()];
        while let Some(folder) = waiting.pop() {
            let real = fs::canonicalize(&folder).unwrap_or_else(|_| folder.clone());
            if !self.folders.insert(real) {
                continue;
            }
            let entries = match fs::read_dir(&folder) {
                Ok(entries) => entries,
                Err(error) => {
                    self.unreadable(&folder, &error);
                    continue;
                }
            };
            let mut children: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
            // The last is taken first, so that names come in order and the choice among links to one folder is fixed.
            children.sort_by(|a, b| b.cmp(a));
            for child in children {
                let name = child.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
                if name.starts_with('.') {
                    continue;
                }
                match fs::metadata(&child) {
                    Ok(metadata) if metadata.is_dir() => waiting.push(child),
                    Ok(metadata) if metadata.is_file() && is_input(&name) => self.found.push(child),
                    Err(error) if is_input(&name) => self.unreadable(&child, &error),
                    _ => {}
                }
            }
        }
    }
}

fn is_input(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let name = name.strip_suffix(".gz").unwrap_or(&name);
    name.ends_with(".json") || name.ends_with(".csv")
}

/// Whether a file is CSV by its name.
pub(super) fn is_csv(path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy().to_ascii_lowercase()).unwrap_or_default();
    name.strip_suffix(".gz").unwrap_or(&name).ends_with(".csv")
}

fn unreadable(file: &Arc<str>, error: &std::io::Error) -> Diagnostic {
    Diagnostic::error("unreadable-file", format!("cannot be read: {error}")).at(Origin::file(file))
}

/// The text of a file: decompressed, without a byte order mark.
pub(super) fn read(path: &Path) -> Result<String, Diagnostic> {
    let file = shown(path);
    let bytes = fs::read(path).map_err(|error| unreadable(&file, &error))?;
    let bytes = if bytes.starts_with(&[0x1F, 0x8B]) { decompress(&bytes, &file)? } else { bytes };
    let mut text = String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let diagnostic = Diagnostic::error("not-utf-8", format!("byte {at} begins no UTF-8 character"));
        let wide = [[0xFF, 0xFE], [0xFE, 0xFF]].iter().any(|mark| error.as_bytes().starts_with(mark));
        let hint =
            if wide { "this is UTF-16, as PowerShell's `>` writes it: save it as UTF-8" } else { "save it as UTF-8" };
        diagnostic.with_hint(hint).at(Origin::file(&file))
    })?;
    if text.starts_with('\u{FEFF}') {
        text.drain(..'\u{FEFF}'.len_utf8());
    }
    Ok(text)
}

fn decompress(bytes: &[u8], file: &Arc<str>) -> Result<Vec<u8>, Diagnostic> {
    let mut text = Vec::new();
    let read = MultiGzDecoder::new(bytes).take(DECOMPRESSED_LIMIT + 1).read_to_end(&mut text);
    read.map_err(|error| {
        Diagnostic::error("unreadable-file", format!("cannot be decompressed: {error}")).at(Origin::file(file))
    })?;
    if u64::try_from(text.len()).is_ok_and(|length| length > DECOMPRESSED_LIMIT) {
        let message = "holds more than 4 GiB when decompressed";
        return Err(Diagnostic::error("unreadable-file", message).at(Origin::file(file)));
    }
    Ok(text)
}
