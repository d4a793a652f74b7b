//! The `*` and `?` patterns of policy documents.
//!
//! One small type serves actions (E53), resources (E59, E60), `StringLike` (E82) and ARN operators (E88). What differs
//! between them is which characters a wildcard may run across, and that text which arrived through a policy variable is
//! literal (E70); both are properties of the tokens, so the matcher itself knows nothing of policies.
//!
//! **Architecture invariant:** nothing here knows what an ARN or an action is.

mod sets;
#[cfg(test)]
mod tests;

use std::fmt;

/// What one piece of a pattern matches.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Token {
    /// This very text.
    Literal(Box<str>),
    /// Any run of characters, the empty one included.
    AnyRun,
    /// Exactly one character.
    AnyOne,
    /// Any run of characters that holds no `:`.
    AnyRunInField,
    /// Exactly one character other than `:`.
    AnyOneInField,
}

/// A compiled pattern. Cloning copies its tokens.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Wildcard {
    tokens: Vec<Token>,
}

impl Wildcard {
    /// Reads `text` with `*` as any run and `?` as any one character.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let mut pattern = Self::default();
        pattern.push_pattern(text);
        pattern
    }

    /// The pattern that matches `text` alone, whatever characters it holds.
    #[must_use]
    pub fn literal(text: &str) -> Self {
        let mut pattern = Self::default();
        pattern.push_literal(text);
        pattern
    }

    /// Appends text in which `*` and `?` are wildcards.
    pub fn push_pattern(&mut self, text: &str) {
        let mut rest = text;
        while let Some(at) = rest.find(['*', '?']) {
            let (before, after) = rest.split_at(at);
            self.push_literal(before);
            self.push_token(if after.starts_with('*') { Token::AnyRun } else { Token::AnyOne });
            rest = after.get(1..).unwrap_or_default();
        }
        self.push_literal(rest);
    }

    /// Appends text in which no character is special (E70).
    pub fn push_literal(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        if let Some(Token::Literal(last)) = self.tokens.last_mut() {
            let mut joined = String::from(std::mem::take(last));
            joined.push_str(text);
            *last = joined.into_boxed_str();
        } else {
            self.tokens.push(Token::Literal(text.into()));
        }
    }

    /// Appends one token; a run directly after a run of the same kind adds nothing and is dropped.
    pub fn push_token(&mut self, token: Token) {
        match token {
            Token::Literal(text) => self.push_literal(&text),
            Token::AnyRun | Token::AnyRunInField if self.tokens.last() == Some(&token) => {}
            other => self.tokens.push(other),
        }
    }

    /// The pieces of the pattern, in order.
    #[must_use]
    pub fn tokens(&self) -> &[Token] {
        &self.tokens
    }

    /// How many characters and wildcards it has, in bytes: what questions about it cost.
    #[must_use]
    pub fn length(&self) -> usize {
        let length = |token: &Token| match token {
            Token::Literal(text) => text.len(),
            _ => 1,
        };
        self.tokens.iter().map(length).sum()
    }

    /// The text this pattern matches, when it can match only one.
    #[must_use]
    pub fn as_literal(&self) -> Option<&str> {
        match self.tokens.as_slice() {
            [] => Some(""),
            [Token::Literal(text)] => Some(text),
            _ => None,
        }
    }

    /// Whether the pattern matches every text.
    #[must_use]
    pub fn matches_everything(&self) -> bool {
        matches!(self.tokens.as_slice(), [Token::AnyRun])
    }

    /// The literal text every match begins with.
    #[must_use]
    pub fn literal_prefix(&self) -> &str {
        match self.tokens.first() {
            Some(Token::Literal(text)) => text,
            _ => "",
        }
    }

    /// Whether the whole of `text` matches.
    ///
    /// Patterns of free wildcards, nearly all there are, take the usual walk that remembers only the last run. A wildcard
    /// bound to its field can force an earlier run to grow instead, so those patterns ask [`Self::meets`], which keeps
    /// every possibility.
    #[must_use]
    pub fn matches(&self, text: &str) -> bool {
        if self.tokens.iter().any(|token| matches!(token, Token::AnyRunInField | Token::AnyOneInField)) {
            self.meets(&Self::literal(text))
        } else {
            match_free(&self.tokens, text)
        }
    }
}

fn match_free(tokens: &[Token], text: &str) -> bool {
    // Where to resume when the tokens after a run do not fit: (the token after the run, the position to retry).
    let mut retry: Option<(usize, usize)> = None;
    let (mut token, mut at) = (0, 0);
    loop {
        let rest = text.get(at..).unwrap_or_default();
        let advanced = match tokens.get(token) {
            None if rest.is_empty() => return true,
            None => None,
            Some(Token::Literal(literal)) => rest.starts_with(&**literal).then_some(literal.len()),
            Some(Token::AnyOne | Token::AnyOneInField) => rest.chars().next().map(char::len_utf8),
            Some(Token::AnyRun | Token::AnyRunInField) => {
                if token + 1 == tokens.len() {
                    return true;
                }
                retry = Some((token + 1, at));
                Some(0)
            }
        };
        if let Some(length) = advanced {
            token += 1;
            at += length;
            continue;
        }
        let Some((resume, from)) = retry else { return false };
        let Some(skipped) = text.get(from..).and_then(|rest| rest.chars().next()) else { return false };
        retry = Some((resume, from + skipped.len_utf8()));
        (token, at) = (resume, from + skipped.len_utf8());
    }
}

impl fmt::Display for Wildcard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for token in &self.tokens {
            match token {
                Token::Literal(text) => f.write_str(text)?,
                Token::AnyRun | Token::AnyRunInField => f.write_str("*")?,
                Token::AnyOne | Token::AnyOneInField => f.write_str("?")?,
            }
        }
        Ok(())
    }
}
