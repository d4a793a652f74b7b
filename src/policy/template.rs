//! Text that may hold policy variables (E66-E71).

use std::fmt;

/// A piece of a value.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Part {
    /// Text as written, in which wildcards count where the element has them.
    Text(Box<str>),
    /// Text in which nothing is special: `${*}`, `${?}`, `${$}` (E69).
    Literal(Box<str>),
    /// `${key}` or `${key, 'default'}` (E66, E68). The key is in lowercase, its tag part included.
    Variable {
        /// The condition key whose value stands here.
        key: Box<str>,
        /// What stands here when the key is absent.
        default: Option<Box<str>>,
    },
}

/// A value of a policy: parts in order, and the text they were read from.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Template {
    written: Box<str>,
    parts: Vec<Part>,
}

impl Template {
    /// Text without variables, whatever it holds: what Version 2008 makes of every value (E43).
    #[must_use]
    pub fn plain(text: &str) -> Self {
        Self { written: text.into(), parts: vec![Part::Text(text.into())] }
    }

    /// Reads a value in which `${…}` is a variable (E66). A `${` that is never closed, and a `${}` that names no key, are
    /// ordinary text.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let mut parts = Vec::new();
        let mut pending = String::new();
        let mut rest = text;
        while let Some(at) = rest.find("${") {
            let (before, from) = rest.split_at(at);
            let Some(end) = from.find('}') else { break };
            pending.push_str(before);
            let inner = from.get(2..end).unwrap_or_default();
            rest = from.get(end + 1..).unwrap_or_default();
            if inner.is_empty() {
                pending.push_str("${}");
                continue;
            }
            if !pending.is_empty() {
                parts.push(Part::Text(std::mem::take(&mut pending).into()));
            }
            parts.push(read_variable(inner));
        }
        pending.push_str(rest);
        if !pending.is_empty() || parts.is_empty() {
            parts.push(Part::Text(pending.into()));
        }
        Self { written: text.into(), parts }
    }

    /// The value as written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.written
    }

    /// The parts in order; never empty.
    #[must_use]
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// The text itself, when no variable or escape stands in it.
    #[must_use]
    pub fn as_plain(&self) -> Option<&str> {
        match self.parts.as_slice() {
            [Part::Text(text)] => Some(text),
            _ => None,
        }
    }

    /// The value with `*` for every variable: it matches whatever the value can match.
    #[must_use]
    pub fn widened(&self) -> String {
        let widen = |part: &Part| match part {
            Part::Text(text) | Part::Literal(text) => text.to_string(),
            Part::Variable { .. } => "*".to_owned(),
        };
        self.parts.iter().map(widen).collect()
    }

    /// The keys of the variables, in order.
    pub fn variables(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().filter_map(|part| match part {
            Part::Variable { key, .. } => Some(&**key),
            Part::Text(_) | Part::Literal(_) => None,
        })
    }
}

impl fmt::Display for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written)
    }
}

fn read_variable(inner: &str) -> Part {
    if matches!(inner, "*" | "?" | "$") {
        return Part::Literal(inner.into());
    }
    let (key, default) = match inner.split_once(',') {
        None => (inner, None),
        Some((key, rest)) => {
            let rest = rest.trim();
            let quoted = rest.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\''));
            (key, Some(quoted.unwrap_or(rest).into()))
        }
    };
    Part::Variable { key: key.trim().to_lowercase().into(), default }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variable(key: &str, default: Option<&str>) -> Part {
        Part::Variable { key: key.into(), default: default.map(Into::into) }
    }

    #[test]
    fn e66_variables_are_found() {
        let template = Template::parse("arn:aws:s3:::home/${aws:UserName}/*");
        assert_eq!(
            template.parts(),
            [Part::Text("arn:aws:s3:::home/".into()), variable("aws:username", None), Part::Text("/*".into())]
        );
        assert_eq!(Template::parse("a${}b").as_plain(), Some("a${}b"));
    }

    #[test]
    fn e68_defaults() {
        let template = Template::parse("${aws:PrincipalTag/team, 'company-wide'}");
        assert_eq!(template.parts(), [variable("aws:principaltag/team", Some("company-wide"))]);
    }

    #[test]
    fn e69_escapes() {
        assert_eq!(Template::parse("${*}").parts(), [Part::Literal("*".into())]);
        assert_eq!(Template::parse("${?}${$}").parts(), [Part::Literal("?".into()), Part::Literal("$".into())]);
    }

    #[test]
    fn e43_the_legacy_version_has_no_variables() {
        assert_eq!(Template::plain("${aws:username}").as_plain(), Some("${aws:username}"));
        assert_eq!(Template::parse("${unclosed").as_plain(), Some("${unclosed"));
    }
}
