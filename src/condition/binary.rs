//! `BinaryEquals`: bytes, written in base64 on both sides (E86).

use base64::Engine;
use base64::engine::general_purpose::STANDARD_PAD_INDIFFERENT as ENGINE;

/// The bytes; `None` if the text is not base64 in the standard alphabet (E91). Padding may be left out.
pub(super) fn parse(text: &str) -> Option<Vec<u8>> {
    ENGINE.decode(text.trim()).ok()
}

/// The bytes written again, so that equal bytes are equal text.
pub(super) fn canonical(text: &str) -> Option<String> {
    parse(text).map(|bytes| ENGINE.encode(bytes))
}

/// Whether both are the same bytes.
pub(super) fn equals(value: &str, pattern: &str) -> bool {
    parse(value).is_some_and(|value| parse(pattern).as_ref() == Some(&value))
}
