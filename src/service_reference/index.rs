//! The top of the reference file: which services there are and where their
//! sections lie.

use std::ops::Range;
use std::sync::OnceLock;

use super::section::Section;

/// The first line of a file of the format that this reader knows.
const MAGIC: &str = "iamreach service reference 1";

/// What the index says of one service, and its section once that is read.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) prefix: &'static str,
    pub(super) name: &'static str,
    pub(super) supports_rcp: bool,
    pub(super) supports_resource_policy: bool,
    pub(super) actions: Range<u32>,
    pub(super) text: Lazy,
}

impl Entry {
    /// The section of the service, read on the first call.
    pub(super) fn section(&self) -> &Section {
        self.text.get()
    }
}

/// The text of a section and, after the first use, what it says.
#[derive(Debug, Default)]
pub(super) struct Lazy {
    text: &'static str,
    section: OnceLock<Section>,
}

impl Lazy {
    fn new(text: &'static str) -> Self {
        Self { text, section: OnceLock::new() }
    }

    pub(super) fn get(&self) -> &Section {
        self.section.get_or_init(|| Section::read(self.text))
    }
}

/// Reads the index: the shared section, and the services in order.
///
/// The format is given in `data/service-reference/README.md`. What is not of
/// that format is passed over, as in [`Section::read`].
pub(super) fn read(file: &'static str) -> (Lazy, Vec<Entry>) {
    let mut shared = Lazy::default();
    let mut services = Vec::new();
    let Some((index, mut rest)) = file.split_once("\n\n") else {
        return (shared, services);
    };
    let mut lines = index.lines();
    if lines.next() != Some(MAGIC) {
        return (shared, services);
    }
    let mut take = |length: &str| {
        let length = length.parse::<usize>().ok()?;
        let (text, after) = rest.split_at_checked(length)?;
        rest = after;
        Some(Lazy::new(text))
    };
    let mut next_action = 0_u32;
    for line in lines {
        let mut fields = line.split('\t');
        let mut field = || fields.next().unwrap_or_default();
        match field() {
            "shared" => shared = take(field()).unwrap_or_default(),
            "service" => {
                let (prefix, name, flags) = (field(), field(), field());
                let first = next_action;
                next_action += field().parse::<u32>().unwrap_or_default();
                services.push(Entry {
                    prefix,
                    name,
                    supports_rcp: flags.contains('c'),
                    supports_resource_policy: flags.contains('b'),
                    actions: first..next_action,
                    text: take(field()).unwrap_or_default(),
                });
            }
            _ => {}
        }
    }
    (shared, services)
}
