//! Policy documents: decoded, parsed once however often they occur, their faults placed.

use std::collections::HashMap;
use std::sync::Arc;

use percent_encoding::percent_decode_str;

use crate::diagnostic::{Diagnostic, Origin};
use crate::load::locate::{in_characters, locate, offset_of, value_at};
use crate::load::node::{Node, text_of};
use crate::model::{DocumentId, Source, StoredDocument, TextEncoding};
use crate::policy::{Document, DocumentKind, Refusal, Translation, parse};

/// The documents read so far.
#[derive(Debug, Default)]
pub(super) struct Documents {
    stored: Vec<StoredDocument>,
    known: HashMap<(DocumentKind, Arc<str>), DocumentId>,
    /// Those that no file has as a document, apart from those that are written the same.
    translated: HashMap<Arc<str>, DocumentId>,
}

impl Documents {
    /// Reads the document that `node` holds as JSON, as JSON text or as percent-encoded JSON text.
    pub(super) fn read(
        &mut self,
        node: &Node<'_>,
        kind: DocumentKind,
        owner: &str,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> (DocumentId, Source) {
        let (text, encoding) = decode(node.raw);
        let source = Source { file: Arc::clone(node.file), pointer: node.pointer.clone(), encoding };
        if let Some(id) = self.known.get(&(kind, Arc::clone(&text))) {
            return (*id, source);
        }
        let content = match parse(&text, kind) {
            Ok((document, notices)) => {
                let mut seen = Vec::new();
                for notice in notices {
                    if !seen.contains(&notice.code) {
                        seen.push(notice.code);
                        let place = place(node, &text, encoding, &notice.pointer, None);
                        let message = format!("{}, in {owner}", notice.message);
                        diagnostics.push(Diagnostic::warning(notice.code, message).at(place));
                    }
                }
                Ok(document)
            }
            Err(refusal) => {
                diagnostics.push(refused(node, &text, encoding, owner, &refusal));
                Err(refusal)
            }
        };
        (self.add(StoredDocument { kind, text, content }), source)
    }

    /// Keeps the document that an entry of something else comes to. `strange` is what of the entry is not understood: it
    /// makes every statement unknown (E49).
    pub(super) fn translated(
        &mut self,
        node: &Node<'_>,
        translation: Translation,
        strange: Option<&str>,
    ) -> (DocumentId, Source) {
        let Translation { text, mut content } = translation;
        for statement in content.iter_mut().flat_map(|document| &mut document.statements) {
            statement.unknown_element = statement.unknown_element.take().or(strange.map(Into::into));
        }
        let (kind, text): (_, Arc<str>) = (DocumentKind::Resource, text.into());
        let source =
            Source { file: Arc::clone(node.file), pointer: node.pointer.clone(), encoding: TextEncoding::Translated };
        // The text cannot tell all that an entry says: two may be written alike and mean different things.
        let known = self.translated.get(&text).copied();
        let known = known.filter(|id| self.stored.get(id.0 as usize).is_some_and(|stored| stored.content == content));
        let id = known.unwrap_or_else(|| self.store(StoredDocument { kind, text: Arc::clone(&text), content }));
        self.translated.insert(text, id);
        (id, source)
    }

    /// Reads a document that AWS itself defines and no file holds.
    pub(super) fn known_by_aws(&mut self, text: &str, kind: DocumentKind) -> DocumentId {
        if let Some(id) = self.known.get(&(kind, text.into())) {
            return *id;
        }
        let content = parse(text, kind).map(|(document, _)| document);
        self.add(StoredDocument { kind, text: text.into(), content })
    }

    fn add(&mut self, document: StoredDocument) -> DocumentId {
        let key = (document.kind, Arc::clone(&document.text));
        let id = self.store(document);
        self.known.insert(key, id);
        id
    }

    fn store(&mut self, document: StoredDocument) -> DocumentId {
        let id = DocumentId(u32::try_from(self.stored.len()).unwrap_or(u32::MAX));
        self.stored.push(document);
        id
    }

    /// A document that was not refused.
    pub(super) fn content(&self, id: DocumentId) -> Option<&Document> {
        self.stored.get(id.0 as usize)?.content.as_ref().ok()
    }

    /// A document's text.
    pub(super) fn text(&self, id: DocumentId) -> Option<&str> {
        self.stored.get(id.0 as usize).map(|document| &*document.text)
    }

    /// Whether two documents say the same, however they are written.
    pub(super) fn same(&self, a: DocumentId, b: DocumentId) -> bool {
        let content = |id: DocumentId| self.stored.get(id.0 as usize).map(|document| &document.content);
        a == b || matches!((content(a), content(b)), (Some(Ok(a)), Some(Ok(b))) if a == b)
    }

    pub(super) fn into_stored(self) -> Vec<StoredDocument> {
        self.stored
    }
}

/// The document's text and how it was written. What is not even text is kept as it stands: the parser refuses it.
pub(super) fn decode(raw: &str) -> (Arc<str>, TextEncoding) {
    let Some(text) = text_of(raw) else { return (raw.into(), TextEncoding::Json) };
    if !text.trim_start().starts_with('%') {
        return (text.into(), TextEncoding::Text);
    }
    match percent_decode_str(&text).decode_utf8() {
        Ok(decoded) => (decoded.into(), TextEncoding::PercentEncoded),
        Err(_) => (text.into(), TextEncoding::Text),
    }
}

/// Whether two texts are the same JSON, however it is laid out.
pub(super) fn same_json(a: &str, b: &str) -> bool {
    let read = |text: &str| serde_json::from_str::<serde_json::Value>(text).ok();
    a == b || read(a).is_some_and(|a| Some(a) == read(b))
}

/// Where the statement of a number (from 0) of the document at `node` stands.
pub(super) fn statement_place(node: &Node<'_>, index: usize) -> Origin {
    let (text, encoding) = decode(node.raw);
    let is_list = value_at(&text, "/Statement").is_some_and(|statement| statement.starts_with('['));
    let pointer = if is_list { format!("/Statement/{index}") } else { "/Statement".to_owned() };
    place(node, &text, encoding, &pointer, None)
}

fn refused(node: &Node<'_>, text: &str, encoding: TextEncoding, owner: &str, refusal: &Refusal) -> Diagnostic {
    let place = place(node, text, encoding, &refusal.pointer, refusal.position);
    let message = format!("{owner} is refused, what it allows or denies is unknown: {}", refusal.message);
    let diagnostic = Diagnostic::error("refused-policy", message).at(place);
    match &refusal.hint {
        Some(hint) => diagnostic.with_hint(hint.clone()),
        None => diagnostic,
    }
}

/// The place of a part of a document, given by a pointer into the document or by the position the JSON reader gave.
fn place(
    node: &Node<'_>,
    text: &str,
    encoding: TextEncoding,
    pointer: &str,
    position_in_text: Option<(u32, u32)>,
) -> Origin {
    let by_reader = position_in_text.map(|(line, column)| in_characters(text, line as usize, column as usize));
    let mut origin = node.origin();
    if encoding == TextEncoding::Json {
        if let Some(part) = value_at(node.raw, pointer) {
            origin.position = Some(node.whole.position(offset_of(node.whole, part)));
        }
        origin.pointer.push_str(pointer);
    } else {
        origin.decoded = by_reader.or_else(|| locate(text, pointer));
    }
    origin
}
