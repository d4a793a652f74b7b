//! The list of rules, the table of those that are not modelled, and the ids of the specification.

use std::collections::BTreeSet;

/// What a rule can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Class {
    /// It can change an answer.
    Decision,
    /// It changes what is loaded.
    Input,
    /// Nothing that is computed could differ.
    Informational,
}

impl Class {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Decision => "decision",
            Self::Input => "input",
            Self::Informational => "informational",
        }
    }
}

/// One rule of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Rule {
    pub(crate) id: String,
    pub(crate) class: Class,
    pub(crate) title: String,
}

/// One row of the table of what is not modelled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) id: String,
    pub(crate) reason: String,
    pub(crate) answer: String,
}

/// Whether a word is written like an id: `E92a`, `T5`.
pub(crate) fn is_id(word: &str) -> bool {
    let Some(rest) = word.strip_prefix(['E', 'T']) else { return false };
    let digits = rest.trim_end_matches(|c: char| c.is_ascii_lowercase());
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) && rest.len() - digits.len() <= 1
}

/// The rules of `rules.txt`.
pub(crate) fn listed(text: &str) -> Result<Vec<Rule>, String> {
    let mut rules: Vec<Rule> = Vec::new();
    for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let mut words = line.split_whitespace();
        let (id, class) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        let title = words.collect::<Vec<_>>().join(" ");
        let class = match class {
            "decision" => Class::Decision,
            "input" => Class::Input,
            "informational" => Class::Informational,
            other => return Err(format!("rules.txt: `{other}` of `{id}` is no class")),
        };
        if !is_id(id) || title.is_empty() || rules.iter().any(|rule| rule.id == id) {
            return Err(format!("rules.txt: `{line}` has no id, the id of another line, or no title"));
        }
        rules.push(Rule { id: id.to_owned(), class, title });
    }
    if rules.is_empty() { Err("rules.txt: there are no rules".to_owned()) } else { Ok(rules) }
}

/// The rows of the table below the heading `# Not modelled` of the crate docs.
pub(crate) fn not_modelled(docs: &str) -> Result<Vec<Row>, String> {
    let docs = docs.lines().map_while(|line| line.strip_prefix("//!")).map(str::trim);
    let mut section = docs.skip_while(|line| *line != "# Not modelled");
    if section.next().is_none() {
        return Err("src/lib.rs: there is no section `# Not modelled`".to_owned());
    }
    let lines = section.take_while(|line| !line.starts_with("# ")).filter(|line| line.starts_with('|'));
    let cells = |line: &str| line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect::<Vec<_>>();
    let mut rows = Vec::new();
    for cells in lines.map(cells).skip(2) {
        match <[String; 3]>::try_from(cells) {
            Ok([id, reason, answer]) => rows.push(Row { id, reason, answer }),
            Err(cells) => return Err(format!("src/lib.rs: a row of three cells is wanted: {}", cells.join(" | "))),
        }
    }
    Ok(rows)
}

/// In what the list differs from the ids that the specification sets in bold.
pub(crate) fn differences(listed: &[Rule], specification: &str) -> Vec<String> {
    let there: BTreeSet<&str> = specification.split("**").filter(|word| is_id(word)).collect();
    let here: BTreeSet<&str> = listed.iter().map(|rule| rule.id.as_str()).collect();
    let missing = there.difference(&here).map(|id| format!("{id} is a rule of the specification and not listed"));
    let invented = here.difference(&there).map(|id| format!("{id} is listed and no rule of the specification"));
    missing.chain(invented).collect()
}
