//! Text in DOT: ids, labels, and labels with markup.

/// A DOT id: `escaped` between quotes.
pub(super) fn quoted(text: &str) -> String {
    format!("\"{}\"", escaped(text))
}

/// The inside of a quoted DOT string that shows as the text does.
///
/// A backslash would begin one of Graphviz's own escapes (`\N` is the node's name) and `&` an HTML entity, which Graphviz
/// resolves even in plain labels. Control characters cannot stand in SVG: a line feed becomes a new line, the others
/// their pictures.
pub(super) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '"' => escaped.push_str("\\\""),
            '\\' => escaped.push_str("\\\\"),
            '&' => escaped.push_str("&amp;"),
            '\n' => escaped.push_str("\\n"),
            c => escaped.push(drawable(c)),
        }
    }
    escaped
}

/// The text inside an HTML-like label.
pub(super) fn html(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            // Graphviz's own escapes (`\G`) work here too, even behind an entity, and nothing escapes them: a lookalike.
            '\\' => escaped.push('∖'),
            '\n' => escaped.push(' '),
            c => escaped.push(drawable(c)),
        }
    }
    escaped
}

/// The character, or one that can stand for it in SVG.
fn drawable(c: char) -> char {
    match c {
        '\u{0}'..='\u{1F}' => char::from_u32(0x2400 + u32::from(c)).unwrap_or('\u{FFFD}'),
        '\u{7F}' => '\u{2421}',
        // Those that turn the direction of what follows are taken out of sight too.
        '\u{80}'..='\u{9F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FFFE}' | '\u{FFFF}' => '\u{FFFD}',
        c => c,
    }
}
