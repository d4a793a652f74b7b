//! A resource pattern with a variable that is not known, against the resource that is asked for: which values would match.

use crate::arn_pattern::{ArnPattern, Match, Piece};
use crate::condition::{self, Residual};
use crate::evaluate::statement::Comparer;
use crate::policy::{Part, Template};
use crate::request::KeyState;

impl Comparer<'_, '_> {
    /// What the only unknown variable of a resource pattern has to be, where the text before it is fixed.
    pub(super) fn solved(&self, template: &Template) -> Option<Residual> {
        let unknown = |key: &str| !matches!(self.context.get(key), KeyState::Known(_));
        let mut before = String::new();
        let mut parts = template.parts().iter();
        let key = loop {
            match parts.next()? {
                Part::Text(text) if text.contains(['*', '?']) => return None,
                Part::Text(text) | Part::Literal(text) => before.push_str(text),
                Part::Variable { key, default: None } if unknown(key) => break key,
                Part::Variable { .. } => return None,
            }
        };
        let behind: Vec<Piece<'_>> = parts
            .map(|part| match part {
                Part::Text(text) => Some(Piece::Pattern(text)),
                Part::Literal(text) => Some(Piece::Literal(text)),
                Part::Variable { .. } => None,
            })
            .collect::<Option<_>>()?;
        // A question about a pattern is about many texts.
        let asked = self.target.pattern.is_none().then_some(&*self.target.resource)?;
        let rest = asked.strip_prefix(before.as_str())?;
        let matched = |value: &str| {
            let pieces = [Piece::Literal(&before), Piece::Literal(value)];
            ArnPattern::of_pieces(&pieces.into_iter().chain(behind.iter().copied()).collect::<Vec<_>>()).matches(asked)
        };
        let values = condition::heads(rest, |tail| matched(rest.strip_suffix(tail).unwrap_or_default()) != Match::No);
        // Where it is open whether a wildcard crosses fields, no value settles the match (E61).
        let certain = values.iter().all(|value| matched(value) == Match::Yes);
        if certain { condition::one_of(key, values, false) } else { None }
    }
}
