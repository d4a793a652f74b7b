//! A statement's own text as it stands in its file, and the places of its parts in it.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use crate::diagnostic::Origin;
use crate::load::files;
use crate::load::locate::{locate, offset_of, position, value_at};
use crate::model::{Source, StoredDocument, TextEncoding};
use crate::policy::{Element, RawEntries, StatementPart, raw_items};

/// How the text of a [`StatementText`] relates to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TextForm {
    /// It is the file's own.
    File,
    /// It is what a JSON string of the file holds.
    JsonString,
    /// It is what a percent-encoded JSON string of the file holds.
    PercentEncoded,
    /// It is what something else in the file comes to, written as a policy.
    Translated,
    /// No file holds it, or the file can no longer be read.
    NoFile,
}

/// The text that holds a statement.
#[derive(Debug, Clone)]
pub struct StatementText {
    /// Where the statement stands in its file; `None` where no file holds it.
    pub origin: Option<Origin>,
    /// What the text is.
    pub form: TextForm,
    whole: Arc<str>,
    range: Range<usize>,
}

/// Where the statement `index` (from 0) of a document stands, by reading its file again. When the file can no longer be
/// read, or no longer holds the document, the place has no line and column.
#[must_use]
pub fn statement_origin(source: &Source, document: &StoredDocument, index: usize) -> Origin {
    let text = StatementTexts::default().of(Some(source), document, index);
    text.and_then(|text| text.origin).unwrap_or_else(|| place(source))
}

fn place(source: &Source) -> Origin {
    Origin { pointer: source.pointer.clone(), ..Origin::file(&source.file) }
}

/// Texts of statements, each file read once.
#[derive(Debug, Default)]
pub struct StatementTexts {
    files: BTreeMap<Arc<str>, Option<Arc<str>>>,
}

impl StatementTexts {
    /// The text of the statement `index` (from 0) of a document; `None` when the document has no such statement.
    pub fn of(&mut self, source: Option<&Source>, document: &StoredDocument, index: usize) -> Option<StatementText> {
        let is_list = value_at(&document.text, "/Statement")?.starts_with('[');
        let inside = if is_list { format!("/Statement/{index}") } else { "/Statement".to_owned() };
        let of_document = |form| {
            let range = range_at(&document.text, &inside)?;
            Some(StatementText { origin: None, form, whole: Arc::clone(&document.text), range })
        };
        let Some(source) = source else { return of_document(TextForm::NoFile) };
        let mut origin = place(source);
        let file = self.file(&source.file);
        if source.encoding == TextEncoding::Json {
            origin.pointer.push_str(&inside);
            let found = file.and_then(|file| range_at(&file, &origin.pointer).map(|range| (file, range)));
            let Some((whole, range)) = found else {
                return Some(StatementText { origin: Some(origin), ..of_document(TextForm::NoFile)? });
            };
            origin.position = Some(position(&whole, range.start));
            return Some(StatementText { origin: Some(origin), form: TextForm::File, whole, range });
        }
        let Some(file) = file else {
            return Some(StatementText { origin: Some(origin), ..of_document(TextForm::NoFile)? });
        };
        origin.position = locate(&file, &origin.pointer);
        let form = if source.encoding == TextEncoding::Text {
            TextForm::JsonString
        } else if source.encoding == TextEncoding::PercentEncoded {
            TextForm::PercentEncoded
        } else {
            TextForm::Translated
        };
        let text = of_document(form)?;
        if form != TextForm::Translated {
            origin.decoded = Some(text.start());
        }
        Some(StatementText { origin: Some(origin), ..text })
    }

    fn file(&mut self, name: &Arc<str>) -> Option<Arc<str>> {
        let read = || files::read(Path::new(&**name)).ok().map(Arc::from);
        self.files.entry(Arc::clone(name)).or_insert_with(read).clone()
    }
}

impl StatementText {
    /// The statement itself.
    #[must_use]
    pub fn text(&self) -> &str {
        self.whole.get(self.range.clone()).unwrap_or_default()
    }

    /// The text that the statement stands in, and that ranges and lines are counted in.
    #[must_use]
    pub fn whole(&self) -> &str {
        &self.whole
    }

    /// The statement's bytes in [`Self::whole`].
    #[must_use]
    pub fn range(&self) -> Range<usize> {
        self.range.clone()
    }

    /// Line and column, from 1, at which the statement begins in [`Self::whole`].
    #[must_use]
    pub fn start(&self) -> (u32, u32) {
        position(&self.whole, self.range.start)
    }

    /// Line and column, from 1, of a byte of [`Self::whole`].
    #[must_use]
    pub fn position(&self, offset: usize) -> (u32, u32) {
        position(&self.whole, offset)
    }

    /// The bytes of a part in [`Self::whole`], quotation marks included; of a condition, those of its values. `None` when
    /// the text has no such part.
    #[must_use]
    pub fn part(&self, part: StatementPart) -> Option<Range<usize>> {
        self.nested(part)?.last().cloned()
    }

    /// The values that lead to a part, the part itself last: the element, in conditions the operator too, the entry.
    #[must_use]
    pub fn nested(&self, part: StatementPart) -> Option<Vec<Range<usize>>> {
        let names: &[&str] = match part.element {
            Element::Action => &["Action", "NotAction"],
            Element::Resource => &["Resource", "NotResource"],
            Element::Principal => &["Principal", "NotPrincipal"],
            Element::Condition => &["Condition"],
        };
        let element = entries(self.text())?.into_iter().rev().find(|(key, _)| names.contains(&key.as_str()))?.1;
        let mut path = vec![element];
        if let Some(entry) = part.entry {
            match part.element {
                Element::Action | Element::Resource => path.push(items(element).get(entry).copied()?),
                Element::Principal => path.push(principals(element).get(entry).copied()?),
                Element::Condition => path.extend(conditions(element).get(entry)?),
            }
        }
        path.dedup();
        Some(path.into_iter().map(|value| self.range_of(value)).collect())
    }

    /// Where the values of Sid and Effect begin: what a statement is known by.
    #[must_use]
    pub fn heads(&self) -> Vec<usize> {
        let all = entries(self.text()).unwrap_or_default().into_iter();
        let heads = all.filter(|(key, _)| matches!(key.as_str(), "Sid" | "Effect"));
        heads.map(|(_, value)| self.range_of(value).start).collect()
    }

    fn range_of(&self, value: &str) -> Range<usize> {
        let start = offset_of(&self.whole, value);
        start..start + value.len()
    }
}

fn range_at(text: &str, pointer: &str) -> Option<Range<usize>> {
    let value = value_at(text, pointer)?;
    let start = offset_of(text, value);
    Some(start..start + value.len())
}

fn entries(object: &str) -> Option<Vec<(String, &str)>> {
    serde_json::from_str(object).ok().map(|RawEntries(entries)| entries)
}

/// The items of a list; another value is its own only item (E45).
fn items(value: &str) -> Vec<&str> {
    if value.starts_with('[') { raw_items(value).unwrap_or_default() } else { vec![value] }
}

/// The values of a principal element in the order in which a document keeps them: kinds that are not known are left out.
fn principals(element: &str) -> Vec<&str> {
    let Some(kinds) = element.starts_with('{').then(|| entries(element)).flatten() else { return vec![element] };
    let known = |(kind, _): &(String, &str)| matches!(kind.as_str(), "AWS" | "Service" | "Federated" | "CanonicalUser");
    kinds.into_iter().filter(known).flat_map(|(_, values)| items(values)).collect()
}

/// Operator's object and values of each condition, in the order in which a document keeps them.
fn conditions(element: &str) -> Vec<[&str; 2]> {
    let operators = entries(element).unwrap_or_default().into_iter().map(|(_, keys)| keys);
    operators
        .flat_map(|keys| entries(keys).unwrap_or_default().into_iter().map(move |(_, values)| [keys, values]))
        .collect()
}
