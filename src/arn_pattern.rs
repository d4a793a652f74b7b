//! Patterns over resource ARNs (E59-E62).
//!
//! AWS documents that a wildcard stays inside its ARN field unless it ends the field, while its engine is widely believed
//! to glob over the whole text. Both readings are kept where they can differ, and the caller is told when they do (E61).
#![deny(clippy::indexing_slicing)]

use crate::wildcard::{Token, Wildcard};

/// A piece of a resource pattern: text of the policy, where wildcards count, or text a variable brought in (E70).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Piece<'a> {
    /// Text in which `*` and `?` are wildcards.
    Pattern(&'a str),
    /// Text in which nothing is special.
    Literal(&'a str),
}

/// What a pattern says of one resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Match {
    /// Both readings match.
    Yes,
    /// Neither does.
    No,
    /// The two readings of E60 and E61 differ (`pattern-ambiguous`).
    Ambiguous,
}

/// A pattern over resource ARNs, compared by letter case (E64).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ArnPattern {
    /// Wildcards bound to their fields as E60 documents.
    by_field: Wildcard,
    /// Wildcards that run across everything, when that is another pattern.
    whole: Option<Wildcard>,
}

impl ArnPattern {
    /// Reads a pattern as policies write it; fewer than six fields are padded with `*` fields (E62).
    #[must_use]
    pub fn parse(text: &str) -> Self {
        Self::of_pieces(&[Piece::Pattern(text)])
    }

    /// Builds the pattern of resolved pieces.
    #[must_use]
    pub fn of_pieces(pieces: &[Piece<'_>]) -> Self {
        let mut by_field = Wildcard::default();
        let mut whole = Wildcard::default();
        let mut colons = 0;
        for (index, piece) in pieces.iter().enumerate() {
            match piece {
                Piece::Literal(text) => {
                    colons += text.matches(':').count();
                    by_field.push_literal(text);
                    whole.push_literal(text);
                }
                Piece::Pattern(text) => {
                    whole.push_pattern(text);
                    let ends_here = |rest: &str| rest.starts_with(':') || rest.is_empty() && index + 1 == pieces.len();
                    push_by_field(&mut by_field, text, &mut colons, ends_here);
                }
            }
        }
        if !whole.matches_everything() {
            for _ in colons..5 {
                for pattern in [&mut by_field, &mut whole] {
                    pattern.push_literal(":");
                    pattern.push_token(Token::AnyRun);
                }
            }
        }
        let whole = (whole != by_field).then_some(whole);
        Self { by_field, whole }
    }

    /// Whether a resource's ARN matches.
    #[must_use]
    pub fn matches(&self, resource: &str) -> Match {
        let documented = self.by_field.matches(resource);
        match &self.whole {
            Some(whole) if whole.matches(resource) != documented => Match::Ambiguous,
            _ if documented => Match::Yes,
            _ => Match::No,
        }
    }

    /// Whether every resource that matches a pattern matches this one. It may miss that, as [`Wildcard::covers`] does.
    #[must_use]
    pub fn covers(&self, other: &Wildcard) -> Match {
        let documented = self.by_field.covers(other);
        match &self.whole {
            Some(whole) if whole.covers(other) != documented => Match::Ambiguous,
            _ if documented => Match::Yes,
            _ => Match::No,
        }
    }

    /// Whether every resource matches.
    #[must_use]
    pub fn matches_everything(&self) -> bool {
        self.by_field.matches_everything()
    }

    /// The pattern over the whole text, wildcards free.
    #[must_use]
    pub fn whole(&self) -> &Wildcard {
        self.whole.as_ref().unwrap_or(&self.by_field)
    }
}

fn push_by_field(pattern: &mut Wildcard, text: &str, colons: &mut usize, ends_field: impl Fn(&str) -> bool) {
    let mut rest = text;
    while let Some(at) = rest.find(['*', '?', ':']) {
        let (before, after) = rest.split_at(at);
        let (special, after) = after.split_at(1);
        pattern.push_literal(before);
        match special {
            ":" => {
                *colons += 1;
                pattern.push_literal(":");
            }
            "*" if *colons >= 5 || ends_field(after) => pattern.push_token(Token::AnyRun),
            "*" => pattern.push_token(Token::AnyRunInField),
            _ if *colons >= 5 => pattern.push_token(Token::AnyOne),
            _ => pattern.push_token(Token::AnyOneInField),
        }
        rest = after;
    }
    pattern.push_literal(rest);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(pattern: &str, resource: &str, expected: Match) {
        assert_eq!(ArnPattern::parse(pattern).matches(resource), expected, "`{pattern}` on `{resource}`");
    }

    #[test]
    fn e59_wildcards_cross_slashes() {
        check("arn:aws:s3:::bucket/*", "arn:aws:s3:::bucket/a/b:c", Match::Yes);
        check("arn:aws:s3:::b?cket/*/c", "arn:aws:s3:::bucket/a/b/c", Match::Yes);
        check("*", "anything at all", Match::Yes);
        check("arn:aws:s3:::bucket", "arn:aws:s3:::bucket/key", Match::No);
    }

    #[test]
    fn e60_a_star_that_ends_a_field_runs_across_colons() {
        let other = "arn:aws:lambda:r:999999999999:function:123456789012:f";
        check("arn:aws:lambda:*:123456789012:*", other, Match::Yes);
        check("arn:aws:*code*::111122223333:*", "arn:aws:codebuild::111122223333:project/x", Match::Yes);
    }

    #[test]
    fn e61_the_two_readings_may_differ() {
        check("arn:aws:s*x:::b", "arn:aws:s3:y:x:::b", Match::Ambiguous);
        check("arn:aws:s?:::b", "arn:aws:s::::b", Match::Ambiguous);
    }

    #[test]
    fn e62_short_patterns_are_padded() {
        check("arn:aws:s3", "arn:aws:s3:::bucket", Match::Yes);
        check("arn:aws:s3", "arn:aws:sns:r:1:t", Match::No);
    }

    #[test]
    fn e70_text_of_a_variable_is_literal() {
        let pattern =
            ArnPattern::of_pieces(&[Piece::Pattern("arn:aws:s3:::home/"), Piece::Literal("*"), Piece::Pattern("/*")]);
        assert_eq!(pattern.matches("arn:aws:s3:::home/*/x"), Match::Yes);
        assert_eq!(pattern.matches("arn:aws:s3:::home/alice/x"), Match::No);
    }
}
