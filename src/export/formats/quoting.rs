//! Text inside Cypher statements.

/// A string literal that every dialect of Cypher reads back as `text`, on one line whatever the text holds.
///
/// Other control characters stand as they are: FalkorDB does not know `\uXXXX`. A NUL, which it does not keep either,
/// becomes U+FFFD.
pub(super) fn quoted(text: &str) -> String {
    let mut literal = String::with_capacity(text.len() + 2);
    push_quoted(&mut literal, text);
    literal
}

/// The same at the end of `out`.
pub(super) fn push_quoted(out: &mut String, text: &str) {
    out.push('\'');
    for c in text.chars() {
        match c {
            '\'' => out.push_str("\\'"),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\0' => out.push('\u{FFFD}'),
            c => out.push(c),
        }
    }
    out.push('\'');
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn a_literal_ends_where_the_text_does() {
        let cases = [
            ("", "''"),
            ("plain", "'plain'"),
            ("it's", r"'it\'s'"),
            (r"ends with \", r"'ends with \\'"),
            (r"\' OR 1=1 //", r"'\\\' OR 1=1 //'"),
            ("\"double\" `tick`", "'\"double\" `tick`'"),
            ("a\nb\r\nc\td", r"'a\nb\r\nc\td'"),
            ("\u{0}\u{1}\u{1F}\u{7F}\u{85}\u{2028}", "'\u{FFFD}\u{1}\u{1F}\u{7F}\u{85}\u{2028}'"),
            ("\u{202E}עברית 🌲", "'\u{202E}עברית 🌲'"),
            (r"\u0027", r"'\\u0027'"),
        ];
        for (text, literal) in cases {
            assert_eq!(quoted(text), literal);
        }
    }
}
