//! Residuals in words and in JSON.

use std::fmt::{self, Write};

use serde_json::{Value, json};

use super::evaluate::split_qualifier;
use super::residual::{Atom, Residual};
use crate::policy::{Operator, Part, SetQualifier, Template};
use crate::service_reference::ServiceReference;

impl Residual {
    /// The formula as JSON: `true`, `false`, `{"all": […]}`, `{"any": […]}`, `{"not": …}` of an atom, or an atom:
    /// `{"operator", "key", "values"}` of a test that is not negated, `{"other_side"}`, `{"undocumented"}`,
    /// `{"missing_input"}`. Keys are written as AWS does.
    #[must_use]
    pub fn to_json(&self) -> Value {
        match self {
            Self::True => Value::Bool(true),
            Self::False => Value::Bool(false),
            Self::Atom(atom) => atom_json(atom),
            Self::NotAtom(atom) => json!({ "not": atom_json(atom) }),
            Self::All(parts) => json!({ "all": parts.iter().map(Self::to_json).collect::<Vec<_>>() }),
            Self::Any(parts) => json!({ "any": parts.iter().map(Self::to_json).collect::<Vec<_>>() }),
        }
    }
}

fn atom_json(atom: &Atom) -> Value {
    match atom {
        Atom::Test { operator, key, values } => {
            json!({ "operator": operator, "key": key_as_written_by_aws(key), "values": values })
        }
        Atom::OtherSide(text) => json!({ "other_side": text }),
        Atom::Undocumented(code) => json!({ "undocumented": code }),
        Atom::MissingInput(text) => json!({ "missing_input": text }),
    }
}

impl fmt::Display for Atom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&atom_words(self, true))
    }
}

impl fmt::Display for Residual {
    /// Writes it as one would say it: `aws:SourceVpce is vpce-1 or vpce-2`. *Is not* and its like hold when the key is
    /// absent, too (E76).
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::True => f.write_str("always"),
            Self::False => f.write_str("never"),
            Self::Atom(atom) => f.write_str(&atom_words(atom, true)),
            Self::NotAtom(atom) => f.write_str(&atom_words(atom, false)),
            Self::All(parts) | Self::Any(parts) => {
                let word = if matches!(self, Self::All(_)) { " and " } else { " or " };
                for (index, part) in parts.iter().enumerate() {
                    if index > 0 {
                        f.write_str(word)?;
                    }
                    if part.is_compound() { write!(f, "({part})")? } else { write!(f, "{part}")? }
                }
                Ok(())
            }
        }
    }
}

impl Residual {
    /// Whether its words hold an *or* or an *and* of their own.
    fn is_compound(&self) -> bool {
        match self {
            Self::True | Self::False => false,
            Self::All(_) | Self::Any(_) => true,
            Self::Atom(atom) | Self::NotAtom(atom) => matches!(&**atom, Atom::Test { values, .. } if values.len() > 1),
        }
    }
}

/// A key as AWS spells it, as far as the service reference knows it; a part that is free stays as it is.
#[must_use]
pub fn key_as_written_by_aws(key: &str) -> String {
    let Some(known) = ServiceReference::embedded().condition_key(key) else { return key.to_owned() };
    let name = known.name();
    let free = name.split_once("${").and_then(|(head, rest)| Some((head, rest.split_once('}')?.1)));
    let Some((head, tail)) = free else { return name.to_owned() };
    let middle = key.len().checked_sub(tail.len()).and_then(|end| key.get(head.len()..end));
    middle.map_or_else(|| key.to_owned(), |middle| format!("{head}{middle}{tail}"))
}

fn atom_words(atom: &Atom, holds: bool) -> String {
    let (operator, key, values) = match atom {
        Atom::Test { operator, key, values } => (operator, key, values),
        Atom::OtherSide(text) | Atom::MissingInput(text) if holds => return text.to_string(),
        Atom::OtherSide(text) | Atom::MissingInput(text) => return format!("not ({text})"),
        Atom::Undocumented(code) if holds => return (*code).to_owned(),
        Atom::Undocumented(code) => return format!("not {code}"),
    };
    let (qualifier, name) = split_qualifier(operator);
    let key = key_as_written_by_aws(key);
    if name == "Resource" {
        // A variable in a resource pattern, of which the value is not known.
        let verb = if holds { "makes" } else { "does not make" };
        return format!("{key} {verb} {} the resource", list(values, "or"));
    }
    let Some(operator) = Operator::parse(name) else {
        let text = format!("{key} {operator} {}", list(values, "or"));
        return if holds { text } else { format!("not ({text})") };
    };
    // `*:name` is how an id of a role's session ends (E8).
    let names: Option<Vec<Box<str>>> = values.iter().map(|value| value.strip_prefix("*:").map(Into::into)).collect();
    let names = names.filter(|names| !names.iter().any(|name| name.contains(['*', '?', ':'])));
    if let (Operator::StringLike, None, "aws:userid", Some(names)) = (operator, qualifier, key.as_str(), &names)
        && !names.is_empty()
    {
        return format!("the calling session's name is {}{}", if holds { "" } else { "not " }, list(names, "or"));
    }
    if operator == Operator::Null {
        let absent = matches!(values.as_slice(), [only] if &**only == "true") == holds;
        return format!("{key} is {}", if absent { "absent" } else { "present" });
    }
    if values.is_empty() {
        return format!("{key} has {} value", if holds { "no" } else { "a" });
    }
    let (subject, affirmed) = match (qualifier, holds) {
        (None, holds) => (key, holds),
        (Some(SetQualifier::ForAnyValue), true) => (format!("some value of {key}"), true),
        (Some(SetQualifier::ForAnyValue), false) => (format!("no value of {key}"), true),
        (Some(SetQualifier::ForAllValues), true) => (format!("every value of {key}"), true),
        (Some(SetQualifier::ForAllValues), false) => (format!("some value of {key}"), false),
    };
    let mut text = subject;
    let wild = values.iter().any(|value| value.contains(['*', '?']));
    let verb = match operator {
        Operator::StringLike => "like",
        Operator::ArnLike if wild => "like",
        Operator::IpAddress => "in",
        Operator::NumericLessThan => "below",
        Operator::NumericLessThanEquals => "at most",
        Operator::NumericGreaterThan => "above",
        Operator::NumericGreaterThanEquals => "at least",
        Operator::DateLessThan => "before",
        Operator::DateLessThanEquals => "at or before",
        Operator::DateGreaterThan => "after",
        Operator::DateGreaterThanEquals => "at or after",
        _ => "is",
    };
    let _ = match (affirmed, values.len() > 1, verb) {
        (true, _, verb) => write!(text, " {verb} {}", list(values, "or")),
        (false, true, verb) => write!(text, " {verb} neither {}", list(values, "nor")),
        (false, false, "is") => write!(text, " is not {}", list(values, "or")),
        (false, false, verb) => write!(text, " not {verb} {}", list(values, "or")),
    };
    if operator == Operator::StringEqualsIgnoreCase {
        text.push_str(" in any letter case");
    }
    text
}

fn list(values: &[Box<str>], word: &str) -> String {
    let mut text = String::new();
    for (index, value) in values.iter().enumerate() {
        if index > 0 && index + 1 == values.len() {
            let _ = write!(text, " {word} ");
        } else if index > 0 {
            text.push_str(", ");
        }
        text.push_str(&shown(value));
    }
    text
}

/// A value with its variables' keys as AWS writes them, in quotes where it would run into the words.
fn shown(value: &str) -> String {
    if value.is_empty() || value.contains([' ', ',', '"']) && !value.contains("${") {
        return format!("{value:?}");
    }
    if !value.contains("${") {
        return value.to_owned();
    }
    let mut text = String::new();
    for part in Template::parse(value).parts() {
        let _ = match part {
            Part::Text(part) => write!(text, "{part}"),
            Part::Literal(part) => write!(text, "${{{part}}}"),
            Part::Variable { key, default: None } => write!(text, "${{{}}}", key_as_written_by_aws(key)),
            Part::Variable { key, default: Some(default) } => {
                write!(text, "${{{}, '{default}'}}", key_as_written_by_aws(key))
            }
        };
    }
    text
}
