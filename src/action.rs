//! Action names and the patterns policies write for them (E52-E54).

use std::fmt;

use thiserror::Error;

use crate::wildcard::Wildcard;

/// Why a text does not name an action.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{text}` is not an action: expected `service:Name`")]
pub struct ActionError {
    /// The text as given.
    pub text: String,
}

/// One action, `service:Name`. Compared without regard to letter case (E52), shown as given.
#[derive(Debug, Clone)]
pub struct ActionName {
    text: Box<str>,
    folded: Box<str>,
    colon: usize,
}

impl ActionName {
    /// Reads `service:Name`.
    ///
    /// # Errors
    /// When there is no service, no name, or a wildcard.
    pub fn parse(text: &str) -> Result<Self, ActionError> {
        let error = || ActionError { text: text.to_owned() };
        let colon = text.find(':').ok_or_else(error)?;
        if colon == 0 || colon + 1 == text.len() || text.contains(['*', '?', ' ']) {
            return Err(error());
        }
        Ok(Self { text: text.into(), folded: text.to_ascii_lowercase().into(), colon })
    }

    /// The action as given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The action in lowercase.
    #[must_use]
    pub fn folded(&self) -> &str {
        &self.folded
    }

    /// The service prefix in lowercase.
    #[must_use]
    pub fn service(&self) -> &str {
        self.folded.get(..self.colon).unwrap_or_default()
    }

    /// The name without the service, in lowercase.
    #[must_use]
    pub fn name(&self) -> &str {
        self.folded.get(self.colon + 1..).unwrap_or_default()
    }

    /// Whether this is `service:name`, both in any case.
    #[must_use]
    pub fn is(&self, service_and_name: &str) -> bool {
        self.folded.eq_ignore_ascii_case(service_and_name)
    }
}

impl PartialEq for ActionName {
    fn eq(&self, other: &Self) -> bool {
        self.folded == other.folded
    }
}
impl Eq for ActionName {}
impl PartialOrd for ActionName {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for ActionName {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.folded.cmp(&other.folded)
    }
}
impl std::hash::Hash for ActionName {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.folded.hash(state);
    }
}
impl fmt::Display for ActionName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// A pattern over actions: `*`, or `service:Name` where wildcards may stand (E53), in organization policies too (E54).
/// Where one stands in the service it is matched as text: `s3*` matches what begins so, the colon no exception (E53).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ActionPattern {
    text: Box<str>,
    /// Over the lowercase text.
    pattern: Wildcard,
}

impl ActionPattern {
    /// Reads a pattern. `*:*` is read as `*`; text with neither colon nor wildcard matches no action (E57).
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let folded = text.to_ascii_lowercase();
        let pattern = Wildcard::parse(if folded == "*:*" { "*" } else { &folded });
        Self { text: text.into(), pattern }
    }

    /// The pattern as written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether every action matches.
    #[must_use]
    pub fn matches_everything(&self) -> bool {
        self.pattern.matches_everything()
    }

    /// The pattern over the lowercase `service:name`.
    #[must_use]
    pub fn wildcard(&self) -> &Wildcard {
        &self.pattern
    }

    /// The service in lowercase, when no wildcard stands in it.
    #[must_use]
    pub fn service(&self) -> Option<&str> {
        self.pattern.literal_prefix().split_once(':').map(|(service, _)| service)
    }

    /// Whether the service part holds a wildcard, which IAM itself would have refused (E53).
    #[must_use]
    pub fn has_wildcard_service(&self) -> bool {
        self.service().is_none() && &*self.text != "*" && self.text.contains(['*', '?'])
    }

    /// Whether the text has neither the form of an action nor a wildcard, so that it matches nothing (E57).
    #[must_use]
    pub fn is_no_action(&self) -> bool {
        !self.text.contains([':', '*', '?'])
    }

    /// Whether `action` matches.
    #[must_use]
    pub fn matches(&self, action: &ActionName) -> bool {
        self.pattern.matches(action.folded())
    }
}

impl fmt::Display for ActionPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn e52_case_does_not_matter() {
        let action = ActionName::parse("S3:getobject").unwrap();
        assert_eq!(action, ActionName::parse("s3:GetObject").unwrap());
        assert!(ActionPattern::parse("s3:Get*").matches(&action));
        assert!(!ActionPattern::parse("s3:Put*").matches(&action));
    }

    #[test]
    fn e53_wildcards_in_actions() {
        let action = ActionName::parse("ec2:RunInstances").unwrap();
        for pattern in ["*", "*:*", "ec2:*", "ec2:Run?nstances", "ec*:Run*"] {
            assert!(ActionPattern::parse(pattern).matches(&action), "{pattern}");
        }
        for pattern in ["", "ec2", "ec2:run", "s3:*"] {
            assert!(!ActionPattern::parse(pattern).matches(&action), "{pattern}");
        }
        assert!(ActionPattern::parse("ec*:Run*").has_wildcard_service());
        // Matched as text, which the colon is part of.
        for pattern in ["ec2*", "*Instances", "ec2?RunInstances"] {
            let pattern = ActionPattern::parse(pattern);
            assert!(pattern.matches(&action) && pattern.has_wildcard_service(), "{pattern}");
        }
    }

    #[test]
    fn e57_text_without_colon_and_wildcard_is_no_action() {
        for text in ["ec2", "RunInstances", ""] {
            let pattern = ActionPattern::parse(text);
            assert!(pattern.is_no_action() && !pattern.has_wildcard_service(), "{text}");
        }
        assert!(!ActionPattern::parse("ec2:RunInstances").is_no_action());
    }

    #[test]
    fn what_is_not_an_action() {
        for text in ["", "s3", ":GetObject", "s3:", "s3:Get*"] {
            assert!(ActionName::parse(text).is_err(), "{text}");
        }
    }
}
