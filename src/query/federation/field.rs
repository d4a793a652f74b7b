//! A value that a claim is tested against, in pieces, and what its wildcards mean in words.

use std::fmt;

use crate::policy::{Operator, Part, Template};
use crate::wildcard::Wildcard;

/// One character of a value, or a wildcard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Piece {
    One(char),
    AnyOne,
    Run,
}

/// A value of a claim, or a part of one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Field {
    pieces: Vec<Piece>,
    any_case: bool,
}

impl Field {
    /// Reads the value of a text or ARN operator; the flag says whether a variable stands in it, which is read as any
    /// text. Nothing for other operators.
    pub(super) fn read(operator: Operator, value: &str) -> Option<(Self, bool)> {
        let wild = matches!(operator, Operator::StringLike | Operator::ArnLike | Operator::ArnEquals);
        let any_case = operator == Operator::StringEqualsIgnoreCase;
        if !wild && !any_case && operator != Operator::StringEquals {
            return None;
        }
        let template = Template::parse(value);
        let mut pieces = Vec::with_capacity(value.len());
        for part in template.parts() {
            match part {
                Part::Text(text) => pieces.extend(text.chars().map(|c| match c {
                    '*' if wild => Piece::Run,
                    '?' if wild => Piece::AnyOne,
                    c => Piece::One(c),
                })),
                Part::Literal(text) => pieces.extend(text.chars().map(Piece::One)),
                Part::Variable { .. } => pieces.push(Piece::Run),
            }
        }
        let varies = template.variables().next().is_some();
        Some((Self { pieces, any_case }, varies))
    }

    /// A value without wildcards.
    pub(super) fn of(text: &str) -> Self {
        Self { pieces: text.chars().map(Piece::One).collect(), any_case: false }
    }

    fn with(&self, pieces: &[Piece]) -> Self {
        Self { pieces: pieces.to_vec(), any_case: self.any_case }
    }

    /// The text, where it has no wildcard.
    pub(super) fn exact(&self) -> Option<String> {
        let text = |piece: &Piece| if let Piece::One(c) = piece { Some(*c) } else { None };
        self.pieces.iter().map(text).collect()
    }

    /// Whether it is compared in any letter case.
    pub(super) fn is_in_any_case(&self) -> bool {
        self.any_case
    }

    /// Whether it is this very text.
    pub(super) fn is(&self, text: &str) -> bool {
        self.exact().is_some_and(|own| own == text)
    }

    /// Whether it is any text at all.
    pub(super) fn is_any(&self) -> bool {
        !self.pieces.is_empty() && self.pieces.iter().all(|piece| *piece == Piece::Run)
    }

    /// Whether any text may follow in the end.
    pub(super) fn ends_open(&self) -> bool {
        self.pieces.last() == Some(&Piece::Run)
    }

    /// How many characters every text that matches begins with.
    pub(super) fn fixed_length(&self) -> usize {
        self.pieces.iter().take_while(|piece| matches!(piece, Piece::One(_))).count()
    }

    /// The parts between the separators; there is at least one.
    pub(super) fn split(&self, separator: char) -> Vec<Self> {
        self.pieces.split(|piece| *piece == Piece::One(separator)).map(|part| self.with(part)).collect()
    }

    /// What stands before the first separator, and behind it.
    pub(super) fn split_once(&self, separator: char) -> Option<(Self, Self)> {
        let at = self.pieces.iter().position(|piece| *piece == Piece::One(separator))?;
        Some((self.with(self.pieces.get(..at)?), self.with(self.pieces.get(at + 1..)?)))
    }

    /// What stands before an end of it, and before the separator in front of that.
    pub(super) fn cut_before(&self, end: &Self, separator: char) -> Option<Self> {
        let head = self.pieces.strip_suffix(end.pieces.as_slice())?;
        head.strip_suffix(&[Piece::One(separator)]).map(|head| self.with(head))
    }

    /// What stands behind a text that all values begin with.
    pub(super) fn strip_prefix(&self, text: &str) -> Option<Self> {
        let head: Vec<Piece> = text.chars().map(Piece::One).collect();
        self.pieces.strip_prefix(head.as_slice()).map(|rest| self.with(rest))
    }

    /// Whether every text that matches the other matches this, too.
    pub(super) fn covers(&self, other: &Self) -> bool {
        self == other || self.any_case == other.any_case && self.wildcard().covers(&other.wildcard())
    }

    /// Whether some text matches both, as far as that is seen.
    pub(super) fn meets(&self, other: &Self) -> bool {
        self.any_case || other.any_case || self.wildcard().meets(&other.wildcard())
    }

    fn wildcard(&self) -> Wildcard {
        let mut pattern = Wildcard::default();
        for piece in &self.pieces {
            match piece {
                Piece::One(c) => pattern.push_literal(c.encode_utf8(&mut [0; 4])),
                Piece::AnyOne => pattern.push_pattern("?"),
                Piece::Run => pattern.push_pattern("*"),
            }
        }
        pattern
    }

    /// The value behind what it is the name of: `branch main`, `any branch`, `branches that begin with v1`.
    pub(super) fn words(&self, one: &str, many: &str) -> String {
        if let Some(text) = self.exact() {
            return format!("{one} {}", shown(&text));
        }
        if self.is_any() {
            return format!("any {one}");
        }
        let (front, back) = (self.pieces.first() == Some(&Piece::Run), self.ends_open());
        let from = usize::from(front);
        let to = self.pieces.len().saturating_sub(usize::from(back));
        let inner = self.pieces.get(from..to).map(|inner| self.with(inner)).unwrap_or_default();
        let verb = if front && back {
            "contain"
        } else if front {
            "end with"
        } else {
            "begin with"
        };
        match inner.exact() {
            Some(text) if front || back => format!("{many} that {verb} {}", shown(&text)),
            _ => format!("{many} like {self}"),
        }
    }

    /// Its name without what it is the name of: `main`, or `like v1.?`.
    pub(super) fn name(&self) -> String {
        self.exact().map_or_else(|| format!("like {self}"), |text| shown(&text))
    }
}

/// A text, in quotes where it would not be seen.
fn shown(text: &str) -> String {
    if text.is_empty() || text.trim() != text { format!("{text:?}") } else { text.to_owned() }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for piece in &self.pieces {
            match piece {
                Piece::One(c) => write!(f, "{c}")?,
                Piece::AnyOne => f.write_str("?")?,
                Piece::Run => f.write_str("*")?,
            }
        }
        Ok(())
    }
}
