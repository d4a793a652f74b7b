//! The `*` and `?` patterns of policy documents.
//!
//! One small type serves actions (E53), resources (E59, E60), `StringLike` (E82) and ARN operators (E88). What differs
//! between them is which characters a wildcard may run across, and that text which arrived through a policy variable is
//! literal (E70); both are properties of the tokens, so the matcher itself knows nothing of policies.
//!
//! **Architecture invariant:** nothing here knows what an ARN or an action is.

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

    /// Whether some text matches both patterns. Quadratic in the patterns' lengths at worst.
    #[must_use]
    pub fn meets(&self, other: &Self) -> bool {
        let (left, right) = (Atom::list(self), Atom::list(other));
        let width = right.len() + 1;
        let mut seen = vec![false; (left.len() + 1) * width];
        let mut open = vec![(0, 0)];
        while let Some((i, j)) = open.pop() {
            if i == left.len() && j == right.len() {
                return true;
            }
            match seen.get_mut(i * width + j) {
                Some(seen) if !*seen => *seen = true,
                _ => continue,
            }
            let (a, b) = (left.get(i), right.get(j));
            if a.is_some_and(|a| a.is_run()) {
                open.push((i + 1, j));
            }
            if b.is_some_and(|b| b.is_run()) {
                open.push((i, j + 1));
            }
            if let (Some(a), Some(b)) = (a, b)
                && a.shares_character(*b)
            {
                open.push((i + usize::from(!a.is_run()), j + usize::from(!b.is_run())));
            }
        }
        false
    }
}

/// A pattern as single-character steps, for the questions about sets of texts.
#[derive(Clone, Copy)]
enum Atom {
    One(char),
    AnyOne,
    AnyOneInField,
    Run,
    RunInField,
}

impl Atom {
    fn list(pattern: &Wildcard) -> Vec<Self> {
        let mut atoms = Vec::new();
        for token in &pattern.tokens {
            match token {
                Token::Literal(text) => atoms.extend(text.chars().map(Self::One)),
                Token::AnyRun => atoms.push(Self::Run),
                Token::AnyOne => atoms.push(Self::AnyOne),
                Token::AnyRunInField => atoms.push(Self::RunInField),
                Token::AnyOneInField => atoms.push(Self::AnyOneInField),
            }
        }
        atoms
    }

    fn is_run(self) -> bool {
        matches!(self, Self::Run | Self::RunInField)
    }

    fn shares_character(self, other: Self) -> bool {
        match (self, other) {
            (Self::One(a), Self::One(b)) => a == b,
            (Self::One(c), Self::AnyOneInField | Self::RunInField)
            | (Self::AnyOneInField | Self::RunInField, Self::One(c)) => c != ':',
            _ => true,
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(pattern: &str, text: &str, expected: bool) {
        assert_eq!(Wildcard::parse(pattern).matches(text), expected, "`{pattern}` on `{text}`");
    }

    #[test]
    fn wildcards_match_whole_text() {
        for (pattern, text, expected) in [
            ("", "", true),
            ("", "a", false),
            ("*", "", true),
            ("a*c", "abc", true),
            ("a*c", "ac", true),
            ("a*c", "abcd", false),
            ("a?c", "abc", true),
            ("a?c", "ac", false),
            ("*ab*ab", "abab", true),
            ("*ab*ab", "ab", false),
            ("?", "é", true),
            ("a**b", "axyb", true),
        ] {
            check(pattern, text, expected);
        }
    }

    #[test]
    fn e70_literal_text_holds_no_wildcards() {
        let mut pattern = Wildcard::parse("home/");
        pattern.push_literal("*");
        pattern.push_pattern("/*");
        assert!(pattern.matches("home/*/file"));
        assert!(!pattern.matches("home/alice/file"));
    }

    /// The definition, by recursion over every split.
    fn slow(tokens: &[Token], text: &[char]) -> bool {
        let Some((first, rest)) = tokens.split_first() else { return text.is_empty() };
        let run = |stop: fn(char) -> bool| {
            let limit = text.iter().position(|c| stop(*c)).unwrap_or(text.len());
            (0..=limit).any(|n| slow(rest, &text[n..]))
        };
        match first {
            Token::Literal(literal) => {
                let literal: Vec<char> = literal.chars().collect();
                text.starts_with(&literal) && slow(rest, &text[literal.len()..])
            }
            Token::AnyRun => run(|_| false),
            Token::AnyRunInField => run(|c| c == ':'),
            Token::AnyOne => !text.is_empty() && slow(rest, &text[1..]),
            Token::AnyOneInField => text.first().is_some_and(|c| *c != ':') && slow(rest, &text[1..]),
        }
    }

    fn pattern() -> impl Strategy<Value = Wildcard> {
        proptest::collection::vec(
            prop_oneof![
                "[ab:]{1,2}".prop_map(|text| Token::Literal(text.into())),
                Just(Token::AnyRun),
                Just(Token::AnyOne),
                Just(Token::AnyRunInField),
                Just(Token::AnyOneInField),
            ],
            0..6,
        )
        .prop_map(|tokens| {
            let mut pattern = Wildcard::default();
            tokens.into_iter().for_each(|token| pattern.push_token(token));
            pattern
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4000))]
        #[test]
        fn the_matcher_agrees_with_the_definition(pattern in pattern(), text in "[ab:]{0,7}") {
            let characters: Vec<char> = text.chars().collect();
            prop_assert_eq!(pattern.matches(&text), slow(pattern.tokens(), &characters));
        }

        #[test]
        fn meets_is_true_for_a_common_text(left in pattern(), right in pattern(), text in "[ab:]{0,7}") {
            if left.matches(&text) && right.matches(&text) {
                prop_assert!(left.meets(&right));
                prop_assert!(right.meets(&left));
            }
        }

        #[test]
        fn meets_invents_no_common_text(left in pattern(), literal in "[ab:]{0,5}") {
            prop_assert_eq!(left.meets(&Wildcard::literal(&literal)), left.matches(&literal));
        }
    }
}
