//! The standard questions that are written beside a database's files.

/// A text with the labels and relationship types under the names that the graph has.
///
/// Whole words are replaced, in comments too. `names` are pairs: as in `text`, as in the graph.
pub(super) fn renamed(text: &str, names: &[(&str, &str)]) -> String {
    let mut renamed = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(is_word) {
        let (before, word_on) = rest.split_at(start);
        let (word, after) = word_on.split_at(word_on.find(|c| !is_word(c)).unwrap_or(word_on.len()));
        renamed.push_str(before);
        renamed.push_str(names.iter().find(|(written, _)| *written == word).map_or(word, |(_, name)| name));
        rest = after;
    }
    renamed.push_str(rest);
    renamed
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

#[cfg(test)]
mod tests {
    use super::renamed;

    #[test]
    fn whole_words_are_renamed() {
        let names = [("HOLDS", "HAS_SESSION"), ("CAN_ACCESS", "HOLDS")];
        let text = "-[:HOLDS|CAN_ACCESS*0..]-> // HOLDS_MORE, A_HOLDS, «HOLDS»";
        assert_eq!(renamed(text, &names), "-[:HAS_SESSION|HOLDS*0..]-> // HOLDS_MORE, A_HOLDS, «HAS_SESSION»");
        assert_eq!(renamed(text, &[]), text);
        assert_eq!(renamed("", &names), "");
    }
}
