//! What stands on the disk while an export runs, when it fails, and when it is done again.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use iamreach::export::formats::{FORMATS, Format, FormatOptions, FormatShape};
use iamreach::export::property_graph::{EdgeRecord, NodeRecord, PropertyGraph};

use crate::graph::Nasty;
use crate::{Came, Check};

pub(crate) const CHECKS: &[Check] = &[
    ("the same graph gives the same bytes", same_bytes),
    ("what is listed is what is written", listed),
    ("an export that fails leaves what was there", failure_leaves_all),
    ("an error names the file", errors_name_the_file),
    ("nothing is put in the place of a folder or a device", special_targets),
];

pub(crate) const OPTIONS: FormatOptions<'static> = FormatOptions {
    snapshot: r"it's \ one",
    names: &[("STS_ASSUMEROLE_ALLOW", "CAN_ASSUME")],
    csv: iamreach::export::CsvOptions { bom: true },
};

/// Where a format of the nasty graph is below `out`.
pub(crate) fn place(out: &Path, format: &Format) -> PathBuf {
    match format.shape {
        FormatShape::File => out.join(format.name).join("graph"),
        FormatShape::Folder => out.join(format.name),
    }
}

/// Writes the nasty graph in every format.
pub(crate) fn write_all(out: &Path) {
    for format in FORMATS {
        format.write(&Nasty { edges: 60 }, &place(out, format), &OPTIONS).unwrap();
    }
}

/// Every file below a folder with its bytes.
fn read_all(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().to_str().unwrap().to_owned();
                files.insert(name, fs::read(&path).unwrap());
            }
        }
    }
    files
}

fn same_bytes(out: &Path) -> Came {
    let before = read_all(out);
    write_all(out);
    assert!(before == read_all(out), "two runs differ");
    Came::Passed
}

fn listed(out: &Path) -> Came {
    for format in FORMATS {
        let target = place(out, format);
        let listed = format.write(&Nasty { edges: 60 }, &target, &OPTIONS).unwrap();
        let mut listed: Vec<String> = listed.into_iter().map(|file| file.path).collect();
        listed.sort();
        let folder = if format.shape == FormatShape::File { target.parent().unwrap() } else { &target };
        let there: Vec<String> = read_all(folder).into_keys().collect();
        assert_eq!(listed, there, "{}", format.name);
    }
    Came::Passed
}

/// Fails behind some edges, as a full disk would.
struct Failing;

impl PropertyGraph for Failing {
    fn labels(&self) -> &[&'static str] {
        Nasty { edges: 0 }.labels()
    }

    fn relations(&self) -> &[&'static str] {
        Nasty { edges: 0 }.relations()
    }

    fn nodes(&self, each: &mut dyn FnMut(&NodeRecord<'_>) -> io::Result<()>) -> io::Result<()> {
        Nasty { edges: 0 }.nodes(each)
    }

    fn edges(&self, each: &mut dyn FnMut(&EdgeRecord<'_>) -> io::Result<()>) -> io::Result<()> {
        Nasty { edges: 7 }.edges(each)?;
        Err(io::Error::new(io::ErrorKind::StorageFull, "no space left"))
    }
}

fn failure_leaves_all(out: &Path) -> Came {
    for format in FORMATS {
        let before = read_all(&out.join(format.name));
        let error = format.write(&Failing, &place(out, format), &OPTIONS).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::StorageFull, "{}", format.name);
        assert!(before == read_all(&out.join(format.name)), "{} is not what it was", format.name);

        let fresh = out.with_extension("fresh");
        format.write(&Failing, &place(&fresh, format), &OPTIONS).unwrap_err();
        assert!(read_all(&fresh).is_empty(), "{} left a file", format.name);
        fs::remove_dir_all(&fresh).unwrap();
    }
    Came::Passed
}

fn errors_name_the_file(out: &Path) -> Came {
    let file = out.with_extension("file");
    fs::write(&file, "a file where a folder is wanted").unwrap();
    for format in FORMATS {
        let error = format.write(&Nasty { edges: 1 }, &place(&file, format), &OPTIONS).unwrap_err().to_string();
        assert!(error.contains(file.file_name().unwrap().to_str().unwrap()), "{}: {error}", format.name);
    }
    fs::remove_file(&file).unwrap();
    Came::Passed
}

fn special_targets(out: &Path) -> Came {
    for format in FORMATS.iter().filter(|format| format.shape == FormatShape::File) {
        let error = format.write(&Nasty { edges: 1 }, out, &OPTIONS).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::IsADirectory, "{}", format.name);
        format.write(&Nasty { edges: 1 }, Path::new("/dev/null"), &OPTIONS).unwrap();
        assert!(!Path::new("/dev/null").is_file());
    }
    Came::Passed
}
