//! The sources of the library, and the paths that their code names.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

pub(crate) struct Source {
    /// `src/query/paths.rs`.
    pub(crate) name: String,
    pub(crate) text: String,
    /// Of its code, without comments, texts and test items.
    pub(crate) tokens: Vec<String>,
}

pub(crate) fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    collect(&root.join("src"), &mut files);
    files.sort();
    let mut all = Vec::new();
    let mut tests: BTreeSet<String> = BTreeSet::new();
    for path in files {
        let name = path.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/");
        let text = fs::read_to_string(&path).unwrap();
        let (tokens, test_modules) = without_tests(tokens(&without_comments_and_texts(&text)));
        let folder = module_folder(&name);
        tests.extend(test_modules.iter().map(|module| format!("{folder}{module}")));
        all.push(Source { name, text, tokens });
    }
    // A module that is compiled for tests only, with everything below it.
    all.retain(|source| {
        let stem = source.name.trim_end_matches(".rs");
        !tests.iter().any(|test| stem == test || stem.starts_with(&format!("{test}/")))
    });
    all
}

pub(crate) fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

/// The folder in which the modules that a file declares lie.
fn module_folder(name: &str) -> String {
    let (folder, file) = name.rsplit_once('/').unwrap_or(("", name));
    match file {
        "mod.rs" | "lib.rs" | "main.rs" => format!("{folder}/"),
        _ => format!("{folder}/{}/", file.trim_end_matches(".rs")),
    }
}

/// `src/query/simulate/mod.rs` is the module `query::simulate`.
pub(crate) fn module_path(name: &str) -> Vec<String> {
    let inside = name.trim_start_matches("src/").trim_end_matches(".rs");
    inside.split('/').filter(|part| !matches!(*part, "mod" | "lib" | "main")).map(str::to_owned).collect()
}

pub(crate) fn without_comments_and_texts(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let at = |index: usize| chars.get(index).copied().unwrap_or('\0');
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut code = String::new();
    let mut index = 0;
    while index < chars.len() {
        let (c, next) = (at(index), at(index + 1));
        let begins_word = index == 0 || !is_word(at(index - 1));
        if c == '/' && next == '/' {
            while index < chars.len() && at(index) != '\n' {
                index += 1;
            }
        } else if c == '/' && next == '*' {
            let mut depth = 0;
            while index < chars.len() {
                match (at(index), at(index + 1)) {
                    ('/', '*') => (depth, index) = (depth + 1, index + 2),
                    ('*', '/') => (depth, index) = (depth - 1, index + 2),
                    _ => index += 1,
                }
                if depth == 0 {
                    break;
                }
            }
        } else if let Some(end) = raw_text_end(&chars, index).filter(|_| begins_word) {
            code.push_str("\"\"");
            index = end;
        } else if c == '"' {
            index += 1;
            while index < chars.len() && at(index) != '"' {
                index += if at(index) == '\\' { 2 } else { 1 };
            }
            index += 1;
            code.push_str("\"\"");
        } else if c == '\'' && (next == '\\' || at(index + 2) == '\'') {
            // A character; a lifetime has no second quote there.
            index += if next == '\\' { 3 } else { 2 };
            while index < chars.len() && at(index) != '\'' {
                index += 1;
            }
            index += 1;
            code.push_str("\"\"");
        } else {
            code.push(c);
            index += 1;
        }
    }
    code
}

/// Where a raw text that begins here ends: `r"…"`, `r#"…"#`, `br"…"`, `cr"…"`.
fn raw_text_end(chars: &[char], start: usize) -> Option<usize> {
    let mut index = start;
    if matches!(chars.get(index), Some('b' | 'c')) {
        index += 1;
    }
    if chars.get(index) != Some(&'r') {
        return None;
    }
    index += 1;
    let hashes = chars[index..].iter().take_while(|c| **c == '#').count();
    index += hashes;
    if chars.get(index) != Some(&'"') {
        return None;
    }
    index += 1;
    while index < chars.len() {
        let closes =
            chars[index] == '"' && chars[index + 1..].iter().take(hashes).filter(|c| **c == '#').count() == hashes;
        if closes {
            return Some(index + 1 + hashes);
        }
        index += 1;
    }
    Some(chars.len())
}

/// Words, `::`, and single other characters.
pub(crate) fn tokens(code: &str) -> Vec<String> {
    let mut tokens: Vec<String> = Vec::new();
    let mut chars = code.chars().peekable();
    while let Some(c) = chars.next() {
        if c.is_whitespace() {
            continue;
        }
        let mut token = c.to_string();
        if c.is_alphanumeric() || c == '_' {
            while let Some(next) = chars.next_if(|next| next.is_alphanumeric() || *next == '_') {
                token.push(next);
            }
        } else if c == ':' && chars.next_if_eq(&':').is_some() {
            token.push(':');
        }
        tokens.push(token);
    }
    tokens
}

/// The tokens without items under `#[cfg(test)]`, and the modules among those that are files of their own.
pub(crate) fn without_tests(tokens: Vec<String>) -> (Vec<String>, Vec<String>) {
    const MARK: [&str; 7] = ["#", "[", "cfg", "(", "test", ")", "]"];
    let (mut kept, mut modules) = (Vec::new(), Vec::new());
    let mut index = 0;
    while index < tokens.len() {
        if tokens[index..].iter().map(String::as_str).take(MARK.len()).ne(MARK) {
            kept.push(tokens[index].clone());
            index += 1;
            continue;
        }
        index += MARK.len();
        let item = index;
        let is_use = tokens[item..].iter().take_while(|token| *token != ";").any(|token| token == "use")
            && !tokens[item..].iter().take_while(|token| *token != "use").any(|token| token == "{");
        let mut depth = 0;
        while index < tokens.len() {
            match tokens[index].as_str() {
                "{" | "(" | "[" => depth += 1,
                "}" | ")" | "]" => depth -= 1,
                _ => {}
            }
            let ends = tokens[index] == ";" || (tokens[index] == "}" && !is_use);
            index += 1;
            if depth == 0 && ends {
                break;
            }
        }
        let inside = &tokens[item..index];
        if let Some(at) = inside.iter().position(|token| token == "mod")
            && inside.get(at + 2).is_some_and(|token| token == ";")
        {
            modules.push(inside[at + 1].clone());
        }
    }
    (kept, modules)
}

/// Every path that begins with `crate`, `super`, `self` or the library's own name, from the crate's root: a list of
/// segments, the groups of `use` written out. Paths to what is below the library's name begin with that name.
pub(crate) fn paths(tokens: &[String], module: &[String]) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    // Modules written inside the file, with the depth of their braces.
    let mut inline: Vec<(String, usize)> = Vec::new();
    let mut depth = 0;
    for index in 0..tokens.len() {
        let is = |at: usize, token: &str| tokens.get(at).is_some_and(|there| there == token);
        match tokens[index].as_str() {
            "{" => {
                depth += 1;
                if index >= 2 && tokens[index - 2] == "mod" {
                    inline.push((tokens[index - 1].clone(), depth));
                }
            }
            "}" => {
                if inline.last().is_some_and(|(_, opened)| *opened == depth) {
                    inline.pop();
                }
                depth = depth.saturating_sub(1);
            }
            first @ ("crate" | "super" | "self" | "iamreach") => {
                let continued = index > 0
                    && tokens[index - 1] == "::"
                    && !(index > 1 && first == "iamreach" && is_free(&tokens[index - 2]));
                if continued || !is(index + 1, "::") {
                    continue;
                }
                let here: Vec<String> =
                    module.iter().cloned().chain(inline.iter().map(|(name, _)| name.clone())).collect();
                let mut at = index;
                let mut written = Vec::new();
                read_path(tokens, &mut at, &mut Vec::new(), &mut written);
                found.extend(written.iter().map(|path| absolute(path, &here)));
            }
            _ => {}
        }
    }
    found
}

/// Whether a `::` after this token begins a path rather than continuing one.
fn is_free(token: &str) -> bool {
    !token.chars().next().is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '>')
}

fn read_path(tokens: &[String], at: &mut usize, prefix: &mut Vec<String>, found: &mut Vec<Vec<String>>) {
    let before = prefix.len();
    loop {
        match tokens.get(*at).map(String::as_str) {
            Some("{") => {
                *at += 1;
                while *at < tokens.len() && tokens[*at] != "}" {
                    read_path(tokens, at, prefix, found);
                    while tokens.get(*at).is_some_and(|token| token != "," && token != "}") {
                        *at += 1;
                    }
                    if tokens.get(*at).is_some_and(|token| token == ",") {
                        *at += 1;
                    }
                }
                *at += 1;
                break;
            }
            Some(word) if word == "*" || word.chars().all(|c| c.is_alphanumeric() || c == '_') => {
                prefix.push(word.to_owned());
                *at += 1;
                if tokens.get(*at).is_some_and(|token| token == "::") {
                    *at += 1;
                    continue;
                }
                found.push(prefix.clone());
                break;
            }
            // `crate::f::<T>`: what stands between the brackets is met by itself.
            _ => {
                found.push(prefix.clone());
                break;
            }
        }
    }
    prefix.truncate(before);
}

fn absolute(path: &[String], here: &[String]) -> Vec<String> {
    let mut resolved: Vec<String> = here.to_vec();
    for (index, segment) in path.iter().enumerate() {
        match segment.as_str() {
            "crate" => resolved.clear(),
            "self" => {}
            "super" => {
                resolved.pop();
            }
            "iamreach" if index == 0 => resolved = vec![segment.clone()],
            other => resolved.push(other.to_owned()),
        }
    }
    resolved
}
