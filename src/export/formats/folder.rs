//! Files that are complete or not there: written aside under another name, and renamed together at the end.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// One file that an export wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrittenFile {
    /// Its path below the folder of the export, `/` between the parts; for a format of one file that file's name.
    pub path: String,
    /// What it is, in a few words.
    pub what: &'static str,
}

/// A folder that an export writes into. Nothing under a file's own name changes before [`Folder::finish`].
pub(super) struct Folder {
    root: PathBuf,
    files: Vec<Aside>,
}

struct Aside {
    /// Where the bytes are meanwhile; `None` where they go straight to their place.
    partial: Option<PathBuf>,
    target: PathBuf,
    written: WrittenFile,
}

impl Folder {
    /// Nothing is made before the first file.
    pub(super) fn new(root: &Path) -> Self {
        Self { root: root.to_owned(), files: Vec::new() }
    }

    /// Writes one file.
    pub(super) fn write(
        &mut self,
        path: &str,
        what: &'static str,
        fill: impl FnOnce(&mut OutFile) -> io::Result<()>,
    ) -> io::Result<()> {
        let mut out = self.create(path, what)?;
        fill(&mut out)?;
        out.flush()
    }

    /// Writes several files side by side, in the order of `files`.
    pub(super) fn write_several(
        &mut self,
        files: &[(String, &'static str)],
        fill: impl FnOnce(&mut [OutFile]) -> io::Result<()>,
    ) -> io::Result<()> {
        let mut outs = files.iter().map(|(path, what)| self.create(path, what)).collect::<io::Result<Vec<_>>>()?;
        fill(&mut outs)?;
        outs.iter_mut().try_for_each(OutFile::flush)
    }

    /// Gives every file its own name, and tells what was written.
    pub(super) fn finish(mut self) -> io::Result<Vec<WrittenFile>> {
        for file in &self.files {
            if let Some(partial) = &file.partial {
                fs::rename(partial, &file.target).map_err(|error| named(&file.target, error))?;
            }
        }
        Ok(std::mem::take(&mut self.files).into_iter().map(|file| file.written).collect())
    }

    fn create(&mut self, path: &str, what: &'static str) -> io::Result<OutFile> {
        let target = self.root.join(path);
        let parent = target.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        fs::create_dir_all(parent).map_err(|error| named(parent, error))?;
        let there = fs::metadata(&target).ok();
        if there.as_ref().is_some_and(fs::Metadata::is_dir) {
            return Err(named(&target, io::Error::new(io::ErrorKind::IsADirectory, "is a folder")));
        }
        // A device or a pipe is no file that another could take the place of.
        let special = there.as_ref().is_some_and(|there| !there.is_file());
        // What a link names is replaced, not the link.
        let target = if there.is_some() && !special { fs::canonicalize(&target).unwrap_or(target) } else { target };
        let partial = (!special).then(|| partial_name(&target));
        let place = partial.as_deref().unwrap_or(&target);
        let file = File::create(place).map_err(|error| named(place, error))?;
        let written = WrittenFile { path: path.to_owned(), what };
        self.files.push(Aside { partial, target: target.clone(), written });
        Ok(OutFile { out: BufWriter::with_capacity(1 << 16, file), path: target })
    }
}

impl Drop for Folder {
    /// Takes away what was not finished.
    fn drop(&mut self) {
        for partial in self.files.iter().filter_map(|file| file.partial.as_ref()) {
            // Nothing is left to tell an error to, and a file that is gone already is what is wanted.
            let _ = fs::remove_file(partial);
        }
    }
}

/// A buffered file whose errors say which one it is.
pub(super) struct OutFile {
    out: BufWriter<File>,
    path: PathBuf,
}

impl Write for OutFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.out.write(bytes).map_err(|error| named(&self.path, error))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush().map_err(|error| named(&self.path, error))
    }
}

fn partial_name(target: &Path) -> PathBuf {
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    target.with_file_name(format!(".{name}.partial"))
}

/// The error with the file's name before it; its kind stays.
fn named(path: &Path, error: io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}
