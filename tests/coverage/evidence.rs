//! What the sources say of rules: comments that cite them, tests that are named after them.

use std::collections::{BTreeMap, BTreeSet};

use crate::rules::{Rule, is_id};

/// Ids with the files that cite them and the tests that show them.
#[derive(Debug, Default)]
pub(crate) struct Evidence {
    /// The files of `src/` in whose comments the id stands; tests and the crate docs, which implement nothing, left out.
    pub(crate) cited: BTreeMap<String, BTreeSet<String>>,
    /// The tests whose name, or a module's around them, begins with the id.
    pub(crate) tests: BTreeMap<String, Vec<String>>,
}

enum Piece {
    /// A line of a comment, and whether it belongs to the header of a file or module.
    Comment { text: String, header: bool },
    /// A word or another character of the code.
    Token(String),
}

impl Evidence {
    /// Reads the file of a name such as `src/load/mod.rs`.
    pub(crate) fn read(&mut self, name: &str, text: &str, listed: &[Rule]) {
        let file: Vec<&str> = name.trim_end_matches(".rs").split('/').collect();
        let tests_only = file.iter().any(|part| *part == "tests" || part.ends_with("_tests"));
        let implements = name.starts_with("src/") && name != "src/lib.rs" && !tests_only;
        let pieces = pieces(text);
        let mut modules: Vec<(&str, usize)> = Vec::new();
        let mut depth = 0;
        let mut before: [&str; 4] = [""; 4];
        let mut is_test = false;
        for piece in &pieces {
            let token = match piece {
                Piece::Token(token) => token.as_str(),
                Piece::Comment { text, header } => {
                    if implements && modules.iter().all(|(module, _)| *module != "tests") {
                        for id in cited(text, *header, listed) {
                            self.cited.entry(id).or_default().insert(name.to_owned());
                        }
                    }
                    continue;
                }
            };
            match (before, token) {
                ([_, _, "mod", module], "{") => modules.push((module, depth)),
                (["#", "[", "test", "]"], _) => is_test = true,
                _ => {}
            }
            if before[3] == "fn" && is_test {
                is_test = false;
                let around = file.iter().copied().chain(modules.iter().map(|(module, _)| *module));
                let full = around.clone().chain([token]).collect::<Vec<_>>().join("::");
                for id in around.chain([token]).flat_map(named_after).collect::<BTreeSet<_>>() {
                    self.tests.entry(id).or_default().push(full.clone());
                }
            }
            match token {
                "{" => depth += 1,
                "}" => {
                    depth = usize::saturating_sub(depth, 1);
                    modules.retain(|(_, opened)| *opened < depth);
                }
                _ => {}
            }
            before.rotate_left(1);
            before[3] = token;
        }
    }
}

/// The ids a name begins with: `e98_e100_levels` begins with E98 and E100.
fn named_after(name: &str) -> Vec<String> {
    let id = |part: &str| {
        let (first, rest) = part.split_at_checked(1)?;
        Some(format!("{}{rest}", first.to_ascii_uppercase())).filter(|id| is_id(id) && !first.contains(['E', 'T']))
    };
    name.split('_').map_while(id).collect()
}

/// The ids that a line of a comment cites. A range such as `E6-E12` stands for every rule in it, except in a header: what a
/// file is about is not yet what it does.
fn cited(line: &str, header: bool, listed: &[Rule]) -> BTreeSet<String> {
    let place = |id: &str| listed.iter().position(|rule| rule.id == id);
    let mut found = BTreeSet::new();
    for phrase in line.split(|c: char| !c.is_alphanumeric() && c != '_' && c != '-') {
        let ends: Vec<&str> = phrase.split('-').collect();
        match ends.as_slice() {
            [first, last] if is_id(first) && is_id(last) => {
                if let (Some(first), Some(last), false) = (place(first), place(last), header) {
                    found.extend(listed.iter().take(last + 1).skip(first).map(|rule| rule.id.clone()));
                }
            }
            words => found.extend(words.iter().filter(|word| is_id(word)).map(|word| (*word).to_owned())),
        }
    }
    found
}

/// Comments and code of a source, texts emptied.
fn pieces(text: &str) -> Vec<Piece> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        if rest.starts_with("//") {
            let end = rest.find('\n').unwrap_or(rest.len());
            let (line, after) = rest.split_at(end);
            pieces.push(Piece::Comment { text: line.to_owned(), header: line.starts_with("//!") });
            rest = after;
        } else if rest.starts_with("/*") {
            let (comment, after) = rest.split_at(block_end(rest));
            let header = comment.starts_with("/*!");
            pieces.extend(comment.lines().map(|line| Piece::Comment { text: line.to_owned(), header }));
            rest = after;
        } else if let Some(end) = text_end(rest) {
            pieces.push(Piece::Token("\"\"".to_owned()));
            rest = rest.get(end..).unwrap_or_default();
        } else if is_word(first) {
            let end = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
            let (word, after) = rest.split_at(end);
            pieces.push(Piece::Token(word.to_owned()));
            rest = after;
        } else {
            let (one, after) = rest.split_at(first.len_utf8());
            if !first.is_whitespace() {
                pieces.push(Piece::Token(one.to_owned()));
            }
            rest = after;
        }
    }
    pieces
}

/// The length of the block comment that begins here; they nest.
fn block_end(text: &str) -> usize {
    let mut depth = 0;
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let length = if rest.starts_with("/*") {
            depth += 1;
            2
        } else if rest.starts_with("*/") {
            depth -= 1;
            2
        } else {
            rest.chars().next().map_or(1, char::len_utf8)
        };
        at += length;
        if depth == 0 {
            return at;
        }
    }
    text.len()
}

/// The length of the text, raw text or character that begins here.
fn text_end(text: &str) -> Option<usize> {
    let raw = text.trim_start_matches(['b', 'c']).strip_prefix('r').filter(|_| !text.starts_with("bb"));
    let hashes = raw.map_or(0, |raw| raw.len() - raw.trim_start_matches('#').len());
    if let Some(opened) = raw.and_then(|raw| raw.get(hashes..)?.strip_prefix('"')) {
        let closing = format!("\"{}", "#".repeat(hashes));
        let before = text.len() - opened.len();
        return Some(opened.find(&closing).map_or(text.len(), |at| before + at + closing.len()));
    }
    let quoted = text.strip_prefix(['b', 'c']).unwrap_or(text);
    let before = text.len() - quoted.len();
    let inside = quoted.strip_prefix('"');
    if let Some(inside) = inside {
        return Some(before + 1 + closed(inside, '"'));
    }
    // A character; a lifetime has no second quote there.
    let inside = quoted.strip_prefix('\'')?;
    let mut chars = inside.chars();
    let is_character = chars.next() == Some('\\') || chars.next() == Some('\'');
    is_character.then(|| before + 1 + closed(inside, '\''))
}

/// How far it is to the quote that closes, and over it.
fn closed(inside: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in inside.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == quote => return at + c.len_utf8(),
            _ => {}
        }
    }
    inside.len()
}
