//! The part of the reference file that belongs to one service, read when the
//! service is first asked about.

use super::AccessLevel;
use super::condition_key::KeyRow;

/// What a section holds. Lists inside a row stay text until they are asked for.
#[derive(Debug, Default)]
pub(super) struct Section {
    pub(super) keys: Vec<KeyRow>,
    pub(super) types: Vec<TypeRow>,
    pub(super) actions: Vec<ActionRow>,
}

/// A resource type line.
#[derive(Debug)]
pub(super) struct TypeRow {
    pub(super) name: &'static str,
    pub(super) arn_formats: &'static str,
    pub(super) condition_keys: &'static str,
}

/// An action line.
#[derive(Debug)]
pub(super) struct ActionRow {
    pub(super) name: &'static str,
    pub(super) level: AccessLevel,
    pub(super) resource_types: &'static str,
    pub(super) condition_keys: &'static str,
    pub(super) dependent_actions: &'static str,
}

impl Section {
    /// Reads the lines of a section, whose format `data/service-reference/README.md`
    /// gives. A line that is not of that format is passed over: the file is
    /// part of the program, and a test reads all of it.
    pub(super) fn read(text: &'static str) -> Self {
        let mut section = Self::default();
        for line in text.lines() {
            let mut fields = line.split('\t');
            let mut field = || fields.next().unwrap_or_default();
            match field() {
                "K" => section.keys.extend(KeyRow::read(field(), field())),
                "T" => section.types.push(TypeRow { name: field(), arn_formats: field(), condition_keys: field() }),
                letter => {
                    if let Some(level) = AccessLevel::from_letter(letter) {
                        section.actions.push(ActionRow {
                            name: field(),
                            level,
                            resource_types: field(),
                            condition_keys: field(),
                            dependent_actions: field(),
                        });
                    }
                }
            }
        }
        section
    }

    /// The names of the keys in a list of numbers like `0-3,7`.
    pub(super) fn key_names<'a>(&'a self, list: &'a str) -> impl Iterator<Item = &'a str> + use<'a> {
        list.split(',')
            .filter_map(|run| {
                let (first, last) = run.split_once('-').unwrap_or((run, run));
                let first = first.parse::<usize>().ok()?;
                self.keys.get(first..=last.parse().ok()?)
            })
            .flatten()
            .map(|row| row.name)
    }
}
