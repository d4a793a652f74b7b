//! The place of a statement, found again in its file when it is shown.

use std::path::Path;
use std::sync::Arc;

use crate::diagnostic::Origin;
use crate::load::files;
use crate::load::locate::{locate, value_at};
use crate::model::{Source, StoredDocument, TextEncoding};

/// Where the statement `index` (from 0) of a document stands, by reading its file again. When the file can no longer be
/// read, or no longer holds the document, the place has no line and column.
#[must_use]
pub fn statement_origin(source: &Source, document: &StoredDocument, index: usize) -> Origin {
    let is_list = value_at(&document.text, "/Statement").is_some_and(|statement| statement.starts_with('['));
    let inside = if is_list { format!("/Statement/{index}") } else { "/Statement".to_owned() };
    let text = files::read(Path::new(&*source.file)).unwrap_or_default();
    let mut origin =
        Origin { file: Arc::clone(&source.file), pointer: source.pointer.clone(), position: None, decoded: None };
    if source.encoding == TextEncoding::Json {
        origin.pointer.push_str(&inside);
        origin.position = locate(&text, &origin.pointer);
    } else {
        origin.position = locate(&text, &origin.pointer);
    }
    if matches!(source.encoding, TextEncoding::Text | TextEncoding::PercentEncoded) {
        origin.decoded = locate(&document.text, &inside);
    }
    origin
}
