//! The structure of a condition: qualifiers, `IfExists`, missing keys, negation (E74-E78, E92-E92c).
//!
//! Where AWS's documents leave two readings, both are evaluated, and unless they agree the result hangs on an
//! [`Atom::Undocumented`]. Below that every question has one answer. Residuals speak of operators that are not negated, so
//! that a condition and its opposite meet: `StringNotEquals` is *not* `StringEquals`, for a missing key too.

use super::meaning::Texts;
use super::operand::{self, Operand};
use super::residual::{Atom, Residual};
use super::variables::{self, Empty};
use super::{arn, list, null, solve};
use crate::policy::{Condition, Operator, SetQualifier, Template};
use crate::request::{Context, KeyState};

/// Decides a condition: true, false, or what would still have to hold (E174).
#[must_use]
pub fn evaluate(condition: &Condition, context: &Context) -> Residual {
    match condition.operator {
        Some(operator) if operator != Operator::Null || !condition.if_exists => {
            let reading = Reading { context, fixed: Vec::new(), empty: Empty::Open, short_arns: None };
            Question { condition, operator, key: condition.key.to_lowercase() }.read(&reading)
        }
        _ => {
            Residual::missing(format!("the condition operator `{}` is not known, in `{condition}`", condition.written))
        }
    }
}

/// Decides the conditions of one statement, which all have to hold (E74).
#[must_use]
pub fn evaluate_all(conditions: &[Condition], context: &Context) -> Residual {
    let mut parts = Vec::with_capacity(conditions.len());
    for condition in conditions {
        match evaluate(condition, context) {
            Residual::False => return Residual::False,
            part => parts.push(part),
        }
    }
    Residual::all(parts)
}

/// Decides the test of an atom again, in a context that knows more; `None` for an atom that tests no key.
#[must_use]
pub fn decide(atom: &Atom, context: &Context) -> Option<Residual> {
    let Atom::Test { operator, key, values } = atom else { return None };
    let (qualifier, name) = split_qualifier(operator);
    let operator_known = Operator::parse(name);
    let condition = Condition {
        written: operator.clone(),
        operator: operator_known,
        qualifier,
        if_exists: false,
        key: key.clone(),
        values: values.iter().map(|value| operand::template(operator_known, value)).collect(),
    };
    Some(evaluate(&condition, context))
}

/// The qualifier and the operator of an atom's operator text.
pub(super) fn split_qualifier(written: &str) -> (Option<SetQualifier>, &str) {
    match written.split_once(':') {
        Some(("ForAllValues", name)) => (Some(SetQualifier::ForAllValues), name),
        Some(("ForAnyValue", name)) => (Some(SetQualifier::ForAnyValue), name),
        _ => (None, written),
    }
}

/// One reading of a request.
#[derive(Clone)]
struct Reading<'a> {
    context: &'a Context,
    /// Keys whose state this reading settles.
    fixed: Vec<(String, KeyState)>,
    empty: Empty,
    /// Whether ARN patterns of fewer than six fields are padded or match nothing, once that is settled (E89).
    short_arns: Option<bool>,
}

impl Reading<'_> {
    fn get(&self, key: &str) -> &KeyState {
        let fixed = self.fixed.iter().find(|(fixed, _)| fixed == key);
        fixed.map_or_else(|| self.context.get(key), |(_, state)| state)
    }

    fn with(&self, key: &str, state: KeyState) -> Self {
        let mut reading = self.clone();
        reading.fixed.push((key.to_owned(), state));
        reading
    }
}

/// A condition whose operator is known.
struct Question<'a> {
    condition: &'a Condition,
    operator: Operator,
    key: String,
}

impl Question<'_> {
    fn read(&self, reading: &Reading<'_>) -> Residual {
        let variables: Vec<&str> = match self.operator.takes_variables() {
            true => self.condition.values.iter().flat_map(Template::variables).collect(),
            false => Vec::new(),
        };
        for key in std::iter::once(self.key.as_str()).chain(variables.iter().copied()) {
            if let KeyState::AbsentOr(values, code) = reading.get(key) {
                let present = self.read(&reading.with(key, KeyState::Known(values.clone())));
                return either(code, present, self.read(&reading.with(key, KeyState::Absent)));
            }
        }
        if self.operator == Operator::Null {
            let condition = self.condition;
            return null::evaluate(condition.qualifier, &self.key, reading.get(&self.key), &condition.values);
        }
        if reading.empty == Empty::Open && variables.iter().any(|key| variables::is_empty_text(reading.get(key))) {
            let under = |empty| self.read(&Reading { empty, ..reading.clone() });
            return either("variable-empty", under(Empty::Text), under(Empty::Absent));
        }
        let mut operands: Vec<Operand> =
            self.condition.values.iter().filter_map(|value| self.operand(value, reading)).collect();
        if base(self.operator) == Operator::ArnLike {
            let short = |operand: &Operand| match operand {
                Operand::Ready(pattern) => arn::padded(pattern),
                Operand::Open(_) => None,
            };
            let padding: Vec<_> = operands.iter().map(short).collect();
            match reading.short_arns {
                _ if padding.iter().all(Option::is_none) => {}
                None => {
                    let under = |padded| self.read(&Reading { short_arns: Some(padded), ..reading.clone() });
                    return either("arn-pattern-short", under(true), under(false));
                }
                Some(pad) => {
                    let settle = |(operand, padding)| match padding {
                        None => Some(operand),
                        Some(padded) => pad.then_some(Operand::Ready(padded)),
                    };
                    operands = operands.into_iter().zip(padding).filter_map(settle).collect();
                }
            }
        }
        self.compare(reading.get(&self.key), &operands)
    }

    /// A value with its variables filled in; `None` if it matches nothing (E72), which leaves its neighbours as they are
    /// (E50).
    fn operand(&self, value: &Template, reading: &Reading<'_>) -> Option<Operand> {
        let plain;
        let value = if self.operator.takes_variables() {
            value
        } else {
            plain = Template::plain(value.as_str());
            &plain
        };
        variables::fill(value, |key| reading.get(key), reading.empty).map(Operand::new)
    }

    fn compare(&self, state: &KeyState, operands: &[Operand]) -> Residual {
        let Condition { qualifier, if_exists, .. } = *self.condition;
        let negated = self.operator.is_negated();
        let possible: Vec<Operand>;
        let operands = match state {
            // What begins so is not a value the key can have.
            KeyState::NotBeginningWith(prefixes) if compares_text(self.operator) => {
                let cannot = |operand: &Operand| prefixes.iter().any(|prefix| operand.begins_with(prefix));
                possible = operands.iter().filter(|operand| !cannot(operand)).cloned().collect();
                &possible
            }
            _ => operands,
        };
        let tests = Tests { operator: base(self.operator), key: &self.key, operands };
        // The column for a key that is missing (E76, E77, E92), however many values the key can have (E92b). Whether
        // variables have values is another matter (E72a).
        let missing = match qualifier {
            None => if_exists || negated,
            Some(SetQualifier::ForAllValues) => true,
            Some(SetQualifier::ForAnyValue) => if_exists,
        };
        let values = match state {
            KeyState::Absent => return missing.into(),
            KeyState::Known(values) if values.is_empty() => return missing.into(),
            // A null dataset (E92); plain operators compare the empty text as any other.
            KeyState::Known(values)
                if qualifier.is_some()
                    && variables::is_multivalued(&self.key)
                    && matches!(values.as_slice(), [only] if only.is_empty()) =>
            {
                return missing.into();
            }
            KeyState::Known(values) => Some(values.as_slice()),
            KeyState::Unknown | KeyState::Present | KeyState::AbsentOr(..) | KeyState::NotBeginningWith(_) => None,
        };
        // An empty list in the policy (E92c): a plain negated operator holds for every value, nothing else for any.
        let of_present = if self.condition.values.is_empty() {
            (qualifier.is_none() && negated && !if_exists).into()
        } else {
            match (qualifier, negated) {
                (None, false) => tests.some(None, values),
                (None, true) => tests.some(None, values).not(),
                (Some(SetQualifier::ForAnyValue), false) => tests.some(qualifier, values),
                (Some(SetQualifier::ForAllValues), true) => tests.some(Some(SetQualifier::ForAnyValue), values).not(),
                (Some(SetQualifier::ForAllValues), false) => tests.every(values),
                (Some(SetQualifier::ForAnyValue), true) => tests.every(values).not(),
            }
        };
        if values.is_some() {
            return of_present;
        }
        // A key that is there for certain has no absence to be told.
        if *state == KeyState::Present && qualifier.is_none() {
            return null::settle_presence(&of_present, &self.key);
        }
        // What `of_present` makes of a missing key by itself; where that differs, absence is one more way to hold.
        let by_itself = if self.condition.values.is_empty() {
            of_present.is_true()
        } else {
            match qualifier {
                None => negated,
                Some(SetQualifier::ForAllValues) => true,
                Some(SetQualifier::ForAnyValue) => false,
            }
        };
        // A list that is there for certain may still hold the empty text alone (E92).
        if missing && !by_itself {
            let absent = if qualifier.is_some() { has_no_value(&self.key) } else { null::is_absent(&self.key) };
            return absent.or(of_present);
        }
        of_present
    }
}

/// One key against values, under an operator that is not negated.
struct Tests<'a> {
    operator: Operator,
    key: &'a str,
    operands: &'a [Operand],
}

impl Tests<'_> {
    /// Some value of the key matches some of the policy. Without qualifier this is how several values of a key are read
    /// (E92a).
    fn some(&self, qualifier: Option<SetQualifier>, values: Option<&[String]>) -> Residual {
        let Some(values) = values else { return self.test(qualifier, self.operands.iter()) };
        if values.iter().any(|value| self.matches(value)) {
            return Residual::True;
        }
        let mut left = Vec::new();
        let mut found = Vec::new();
        for operand in self.operands.iter().filter(|operand| operand.is_open()) {
            match self.solved(operand, values) {
                Some(tests) => found.push(tests),
                None => left.push(operand),
            }
        }
        if !left.is_empty() {
            found.push(self.test(qualifier, left.into_iter()));
        }
        Residual::any(found)
    }

    /// What the variable of a value has to be for one of the key's values to match.
    fn solved(&self, operand: &Operand, values: &[String]) -> Option<Residual> {
        let Operand::Open(parts) = operand else { return None };
        values
            .iter()
            .map(|value| solve::solved(self.operator, parts, value))
            .collect::<Option<Vec<_>>>()
            .map(Residual::any)
    }

    /// Every value of the key matches some of the policy.
    fn every(&self, values: Option<&[String]>) -> Residual {
        let Some(values) = values else { return self.test(Some(SetQualifier::ForAllValues), self.operands.iter()) };
        if values.iter().all(|value| self.matches(value)) {
            Residual::True
        } else if self.operands.iter().any(Operand::is_open) {
            self.test(Some(SetQualifier::ForAllValues), self.operands.iter())
        } else {
            Residual::False
        }
    }

    fn matches(&self, value: &str) -> bool {
        self.operands.iter().any(|operand| match operand {
            Operand::Ready(pattern) => operand::matches(self.operator, value, pattern),
            Operand::Open(_) => false,
        })
    }

    /// The test as a residual, in one form for all ways to write it.
    fn test<'o>(&self, qualifier: Option<SetQualifier>, operands: impl Iterator<Item = &'o Operand>) -> Residual {
        let operands: Vec<&Operand> = operands.collect();
        let mut operator = self.operator;
        let matches_all =
            operator == Operator::StringLike && operands.iter().any(|operand| operand.matches_everything());
        if matches_all {
            return match qualifier {
                None => null::is_absent(self.key).not(),
                Some(SetQualifier::ForAnyValue) => has_no_value(self.key).not(),
                Some(SetQualifier::ForAllValues) => Residual::True,
            };
        }
        if operator == Operator::StringLike && !operands.iter().any(|operand| operand.has_wildcard()) {
            operator = Operator::StringEquals;
        }
        let mut values: Vec<(Box<str>, Texts)> = operands
            .iter()
            .filter_map(|operand| Some((operand.canonical(operator)?.into(), Texts::new(operator, Some(operand)))))
            .collect();
        values.sort_by(|(left, _), (right, _)| left.cmp(right));
        values.dedup_by(|(left, _), (right, _)| left == right);
        let (values, texts): (Vec<Box<str>>, Vec<Texts>) = values.into_iter().unzip();
        let stays = list::outermost(operator, texts);
        let values: Vec<Box<str>> =
            values.into_iter().zip(stays).filter_map(|(value, stays)| stays.then_some(value)).collect();
        let prefix = match (qualifier, values.is_empty()) {
            (None | Some(SetQualifier::ForAnyValue), true) => return Residual::False,
            (Some(SetQualifier::ForAllValues), true) => return has_no_value(self.key),
            (None, false) => "",
            (Some(SetQualifier::ForAnyValue), false) => "ForAnyValue:",
            (Some(SetQualifier::ForAllValues), false) => "ForAllValues:",
        };
        let operator = format!("{prefix}{}", operator.name()).into();
        Atom::Test { operator, key: self.key.into(), values }.into()
    }
}

/// The test that a key is missing or holds nothing but the empty text: no value is left that a list of none has to match.
fn has_no_value(key: &str) -> Residual {
    Atom::Test { operator: "ForAllValues:StringEquals".into(), key: key.into(), values: Vec::new() }.into()
}

/// The operator that a negated one negates, and one name for the two of E88.
fn base(operator: Operator) -> Operator {
    use Operator as Op;
    match operator {
        Op::StringNotEquals => Op::StringEquals,
        Op::StringNotEqualsIgnoreCase => Op::StringEqualsIgnoreCase,
        Op::StringNotLike => Op::StringLike,
        Op::NumericNotEquals => Op::NumericEquals,
        Op::DateNotEquals => Op::DateEquals,
        Op::NotIpAddress => Op::IpAddress,
        Op::ArnEquals | Op::ArnNotEquals | Op::ArnNotLike => Op::ArnLike,
        operator => operator,
    }
}

/// Whether a value that matches begins with what the value of the policy begins with.
fn compares_text(operator: Operator) -> bool {
    matches!(base(operator), Operator::StringEquals | Operator::StringLike | Operator::ArnLike)
}

/// Two readings of which the documents do not choose one.
fn either(code: &'static str, one: Residual, other: Residual) -> Residual {
    if one == other {
        return one;
    }
    let choice = Residual::undocumented(code);
    let other = choice.not().and(other);
    choice.and(one).or(other)
}
