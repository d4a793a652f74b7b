//! What a test accepts: for each of its values the set of texts that the value matches.
//!
//! Two sets are compared by whether one lies within the other and whether they are apart. *No* means that it was not
//! found, not that it is not so.

use ipnet::IpNet;

use super::evaluate::split_qualifier;
use super::numeric::Decimal;
use super::operand::{Operand, Pattern};
use super::residual::{Atom, THE_RESOURCE};
use super::span::Span;
use super::variables::{Filled, OwnedPiece};
use super::work::Work;
use super::{arn, binary, boolean, date, ip, string};
use crate::policy::{Operator, SetQualifier};
use crate::request::is_claim;
use crate::service_reference::ServiceReference;
use crate::wildcard::{Token, Wildcard};

/// How a test looks at the values of its key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Manner {
    /// `Null` with `true`: there is none.
    Absent,
    /// Without set operator: some value matches (E92a).
    Plain,
    /// With one (E92).
    Set(SetQualifier),
}

/// A test read once, to be compared with others.
#[derive(Debug, Clone, Copy)]
pub(super) struct Test {
    pub(super) manner: Manner,
    pub(super) operator: Operator,
    /// Whether no request holds more than one value of the key, as far as this test goes.
    pub(super) single_valued: bool,
}

impl Test {
    /// Reads an atom; `None` if it is no test, or one by an operator that residuals do not use.
    pub(super) fn read(atom: &Atom) -> Option<Self> {
        let Atom::Test { operator, key, values } = atom else { return None };
        let (qualifier, name) = split_qualifier(operator);
        let operator = Operator::parse(name).filter(|operator| !operator.is_negated())?;
        let manner = match (operator, qualifier, values.as_slice()) {
            (Operator::Null, None, [only]) if &**only == "true" => Manner::Absent,
            (Operator::Null, ..) => return None,
            (_, None, _) => Manner::Plain,
            (_, Some(qualifier), _) => Manner::Set(qualifier),
        };
        // A key that the reference does not know may have several; and where a set operator asks for one of a service, its
        // author expects several, whatever the reference says.
        let by_reference =
            |key| ServiceReference::embedded().condition_key(key).is_some_and(|key| !key.is_multivalued());
        // A token has one issuer's one subject, for one audience (E144).
        let claim = is_claim(key) && (key.ends_with(":sub") || key.ends_with(":aud"));
        let known = &**key == THE_RESOURCE || claim || by_reference(key);
        let single_valued = known && (!matches!(manner, Manner::Set(_)) || key.starts_with("aws:"));
        Some(Self { manner, operator, single_valued })
    }
}

/// The set of texts that one value of a test matches.
#[derive(Debug, Clone)]
pub(super) enum Texts {
    /// None: the value can match nothing (E91).
    None,
    /// This text alone.
    One(Box<str>),
    /// Every text that is this in lowercase (E81).
    Folded(Box<str>),
    /// Every text that matches (E82, E88).
    Like(Wildcard),
    /// Every number in a range (E83).
    Numbers(Span),
    /// Every date in a range (E84).
    Moments(Span),
    /// Every way to write a truth value (E85).
    Truth(bool),
    /// Every way to write these bytes (E86).
    Bytes(Vec<u8>),
    /// Every address or range that lies in a range (E87).
    Addresses(IpNet),
    /// Not known, for a variable of the value is not. Equal values under one operator match the same texts, and all of
    /// these match the pattern, if there is one.
    Open(Operator, Vec<Filled>, Option<Wildcard>),
}

impl Texts {
    /// What a value matches under an operator that is not negated.
    pub(super) fn new(operator: Operator, value: Option<&Operand>) -> Self {
        match value {
            None => Self::None,
            Some(Operand::Ready(pattern)) => Self::of_ready(operator, pattern).unwrap_or(Self::None),
            Some(Operand::Open(parts)) => Self::Open(operator, parts.clone(), widened(operator, parts)),
        }
    }

    fn of_ready(operator: Operator, pattern: &Pattern) -> Option<Self> {
        use Operator as Op;
        let like = |pattern: Wildcard| match pattern.as_literal() {
            Some(text) => Self::One(text.into()),
            None => Self::Like(pattern),
        };
        Some(match operator {
            Op::StringEquals => Self::One(pattern.text().into()),
            Op::StringEqualsIgnoreCase => Self::Folded(string::folded(&pattern.text()).into()),
            Op::StringLike => like(pattern.wildcard()),
            // A short pattern is padded or matches nothing (E89).
            Op::ArnLike => match arn::padded(pattern) {
                Some(padded) => Self::Open(
                    operator,
                    vec![Filled::Piece(OwnedPiece::Pattern(pattern.text()))],
                    arn::accepted(&padded),
                ),
                None => like(arn::accepted(pattern)?),
            },
            Op::Bool => Self::Truth(boolean::parse(&pattern.text())?),
            Op::BinaryEquals => Self::Bytes(binary::parse(&pattern.text())?),
            Op::IpAddress => Self::Addresses(ip::parse(&pattern.text())?),
            Op::DateEquals
            | Op::DateLessThan
            | Op::DateLessThanEquals
            | Op::DateGreaterThan
            | Op::DateGreaterThanEquals => Self::Moments(Span::new(operator, date::parse(&pattern.text())?)),
            Op::NumericEquals
            | Op::NumericLessThan
            | Op::NumericLessThanEquals
            | Op::NumericGreaterThan
            | Op::NumericGreaterThanEquals => Self::Numbers(Span::new(operator, Decimal::parse(&pattern.text())?)),
            _ => return None,
        })
    }

    /// Whether the set holds a text; `None` if that is not known.
    pub(super) fn holds(&self, text: &str) -> Option<bool> {
        Some(match self {
            Self::None => false,
            Self::One(only) => &**only == text,
            Self::Folded(folded) => string::folded(text) == **folded,
            Self::Like(pattern) => pattern.matches(text),
            Self::Numbers(span) => Decimal::parse(text).is_some_and(|number| span.holds(&number)),
            Self::Moments(span) => date::parse(text).is_some_and(|moment| span.holds(&moment)),
            Self::Truth(truth) => boolean::parse(text) == Some(*truth),
            Self::Bytes(bytes) => binary::parse(text).as_ref() == Some(bytes),
            Self::Addresses(range) => ip::parse(text).is_some_and(|address| range.contains(&address)),
            Self::Open(_, _, Some(pattern)) if !pattern.matches(text) => false,
            Self::Open(..) => return None,
        })
    }

    /// Whether the other set lies within this one.
    pub(super) fn covers(&self, inner: &Self, work: &mut Work) -> bool {
        if !work.spend(self.cost(inner)) {
            return false;
        }
        match (self, inner) {
            (_, Self::None) => true,
            (Self::Like(pattern), _) if pattern.matches_everything() => true,
            (_, Self::One(text)) => self.holds(text) == Some(true),
            (Self::Folded(ours), Self::Folded(theirs)) => ours == theirs,
            (Self::Like(ours), Self::Like(theirs) | Self::Open(_, _, Some(theirs))) => ours.covers(theirs),
            (Self::Numbers(ours), Self::Numbers(theirs)) | (Self::Moments(ours), Self::Moments(theirs)) => {
                ours.covers(theirs)
            }
            (Self::Truth(ours), Self::Truth(theirs)) => ours == theirs,
            (Self::Bytes(ours), Self::Bytes(theirs)) => ours == theirs,
            (Self::Addresses(ours), Self::Addresses(theirs)) => ours.contains(theirs),
            (Self::Open(by, ours, _), Self::Open(also_by, theirs, _)) => by == also_by && ours == theirs,
            _ => false,
        }
    }

    /// Whether no text is in both sets.
    pub(super) fn is_apart_from(&self, other: &Self, work: &mut Work) -> bool {
        if !work.spend(self.cost(other)) {
            return false;
        }
        match (self, other) {
            (Self::None, _) | (_, Self::None) => true,
            (Self::One(text), other) | (other, Self::One(text)) => other.holds(text) == Some(false),
            (Self::Folded(ours), Self::Folded(theirs)) => ours != theirs,
            (Self::Folded(folded), Self::Like(pattern) | Self::Open(_, _, Some(pattern)))
            | (Self::Like(pattern) | Self::Open(_, _, Some(pattern)), Self::Folded(folded)) => {
                never_folds_to(pattern, folded)
            }
            (Self::Like(ours) | Self::Open(_, _, Some(ours)), Self::Like(theirs) | Self::Open(_, _, Some(theirs))) => {
                !ours.meets(theirs)
            }
            (Self::Numbers(ours), Self::Numbers(theirs)) | (Self::Moments(ours), Self::Moments(theirs)) => {
                ours.is_apart_from(theirs)
            }
            (Self::Truth(ours), Self::Truth(theirs)) => ours != theirs,
            (Self::Bytes(ours), Self::Bytes(theirs)) => ours != theirs,
            (Self::Addresses(ours), Self::Addresses(theirs)) => !ours.contains(theirs) && !theirs.contains(ours),
            _ => false,
        }
    }

    fn cost(&self, other: &Self) -> usize {
        let length = |texts: &Self| match texts {
            Self::Like(pattern) | Self::Open(_, _, Some(pattern)) => pattern.length(),
            Self::One(text) => text.len(),
            _ => 0,
        };
        match length(self).saturating_mul(length(other)) {
            0 => 1,
            product => 48 + product / 16,
        }
    }
}

/// A pattern for all that a value with an open variable can match; `None` where none can be given.
fn widened(operator: Operator, parts: &[Filled]) -> Option<Wildcard> {
    let literal = match operator {
        Operator::StringEquals => true,
        Operator::StringLike | Operator::ArnLike => false,
        _ => return None,
    };
    let mut pattern = Wildcard::default();
    let mut colons = 0;
    for part in parts {
        match part {
            Filled::Piece(OwnedPiece::Pattern(text)) if !literal => {
                colons += text.matches(':').count();
                pattern.push_pattern(text);
            }
            Filled::Piece(OwnedPiece::Pattern(text) | OwnedPiece::Literal(text)) => {
                colons += text.matches(':').count();
                pattern.push_literal(text);
            }
            Filled::Open { .. } => pattern.push_token(Token::AnyRun),
        }
    }
    // It may turn out to be short, and then be padded (E89).
    if operator == Operator::ArnLike && colons < arn::FIELDS - 1 {
        pattern.push_token(Token::AnyRun);
    }
    Some(pattern)
}

/// Whether no text that matches the pattern is `folded` in lowercase.
///
/// Asked only of ASCII, which nothing longer than one character becomes in lowercase: so a text that matches does in
/// lowercase, too.
fn never_folds_to(pattern: &Wildcard, folded: &str) -> bool {
    let mut lowercase = Wildcard::default();
    for token in pattern.tokens() {
        lowercase.push_token(match token {
            Token::Literal(text) if !text.is_ascii() => return false,
            Token::Literal(text) => Token::Literal(text.to_ascii_lowercase().into()),
            token => token.clone(),
        });
    }
    folded.is_ascii() && !lowercase.matches(folded)
}
