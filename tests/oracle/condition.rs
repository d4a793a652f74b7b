//! The Condition element (E74-E92c): one operator on one key at a time.

use std::cmp::Ordering;

use crate::context::{Context, is_multivalued};
use crate::document::Condition;
use crate::readings::{ARN_PATTERN_SHORT, Readings};
use crate::value::{bytes, compare_dates, compare_numbers, in_range};
use crate::variable::resolve;
use crate::wildcard::{Symbol, glob, is_arn, padded, six_fields};

/// E74: all operators and keys must hold.
pub(crate) fn all_hold(conditions: &[Condition], variables: bool, context: &Context, readings: &Readings) -> bool {
    conditions.iter().all(|condition| holds(condition, variables, context, readings))
}

/// Whether a test of one key holds, its values written as a policy of 2012-10-17 writes them.
pub(crate) fn atom_holds(
    operator: &str,
    key: &str,
    values: Vec<String>,
    context: &Context,
    readings: &Readings,
) -> bool {
    holds(&Condition { operator: operator.to_owned(), key: key.to_owned(), values }, true, context, readings)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Qualifier {
    None,
    ForAllValues,
    ForAnyValue,
}

/// An operator without its negation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Family {
    Equals,
    EqualsIgnoreCase,
    Like,
    Numeric(Comparison),
    Date(Comparison),
    Bool,
    Binary,
    Address,
    Arn,
    Null,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Comparison {
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Comparison {
    fn holds(self, order: Ordering) -> bool {
        match self {
            Self::Equal => order.is_eq(),
            Self::Less => order.is_lt(),
            Self::LessOrEqual => order.is_le(),
            Self::Greater => order.is_gt(),
            Self::GreaterOrEqual => order.is_ge(),
        }
    }
}

/// The family of an operator, and whether it is negated (E80-E88).
fn family(name: &str) -> Option<(Family, bool)> {
    let comparison = |name: &str| {
        Some(match name {
            "Equals" => (Comparison::Equal, false),
            "NotEquals" => (Comparison::Equal, true),
            "LessThan" => (Comparison::Less, false),
            "LessThanEquals" => (Comparison::LessOrEqual, false),
            "GreaterThan" => (Comparison::Greater, false),
            "GreaterThanEquals" => (Comparison::GreaterOrEqual, false),
            _ => return None,
        })
    };
    if let Some(rest) = name.strip_prefix("Numeric") {
        return comparison(rest).map(|(comparison, negated)| (Family::Numeric(comparison), negated));
    }
    if let Some(rest) = name.strip_prefix("Date") {
        return comparison(rest).map(|(comparison, negated)| (Family::Date(comparison), negated));
    }
    Some(match name {
        "StringEquals" => (Family::Equals, false),
        "StringNotEquals" => (Family::Equals, true),
        "StringEqualsIgnoreCase" => (Family::EqualsIgnoreCase, false),
        "StringNotEqualsIgnoreCase" => (Family::EqualsIgnoreCase, true),
        "StringLike" => (Family::Like, false),
        "StringNotLike" => (Family::Like, true),
        "Bool" => (Family::Bool, false),
        "BinaryEquals" => (Family::Binary, false),
        "IpAddress" => (Family::Address, false),
        "NotIpAddress" => (Family::Address, true),
        "ArnEquals" | "ArnLike" => (Family::Arn, false),
        "ArnNotEquals" | "ArnNotLike" => (Family::Arn, true),
        "Null" => (Family::Null, false),
        _ => return None,
    })
}

#[derive(Debug, Clone, Copy)]
struct Operator {
    qualifier: Qualifier,
    family: Family,
    negated: bool,
    if_exists: bool,
}

impl Operator {
    /// Nothing for a name that is not known. There is no NullIfExists (E77).
    fn read(written: &str) -> Option<Self> {
        let (qualifier, name) = match written.split_once(':') {
            Some(("ForAllValues", name)) => (Qualifier::ForAllValues, name),
            Some(("ForAnyValue", name)) => (Qualifier::ForAnyValue, name),
            _ => (Qualifier::None, written),
        };
        let (name, if_exists) = name.strip_suffix("IfExists").map_or((name, false), |name| (name, true));
        let (family, negated) = family(name)?;
        (family != Family::Null || !if_exists).then_some(Self { qualifier, family, negated, if_exists })
    }
}

fn holds(condition: &Condition, variables: bool, context: &Context, readings: &Readings) -> bool {
    let Some(Operator { qualifier, family, negated, if_exists }) = Operator::read(&condition.operator) else {
        // E49.
        return readings.holds(&format!("unknown condition {condition:?}"));
    };
    let present = context.values(&condition.key);
    if family == Family::Null {
        return null(qualifier, &condition.values, present.is_some());
    }
    // E92: a multivalued key that holds nothing but an empty text is empty, to a set operator.
    let empty = |values: &[String]| {
        qualifier != Qualifier::None && is_multivalued(&condition.key) && matches!(values, [value] if value.is_empty())
    };
    let Some(values) = present.filter(|values| !empty(values)) else {
        return absent(qualifier, if_exists, negated);
    };
    // E92c: an empty list of values.
    if condition.values.is_empty() {
        return match qualifier {
            Qualifier::None => negated && !if_exists,
            Qualifier::ForAllValues | Qualifier::ForAnyValue => false,
        };
    }
    // E66: variables in String*, Arn* and Bool only.
    let takes_variables =
        matches!(family, Family::Equals | Family::EqualsIgnoreCase | Family::Like | Family::Arn | Family::Bool)
            && variables;
    // E72: a value with a variable that has no value matches nothing.
    let resolve = |value: &String| resolve(value, takes_variables, context, readings).map(|resolved| resolved.symbols);
    let wanted: Vec<Vec<Symbol>> = condition.values.iter().filter_map(resolve).collect();
    let matches_some = |value: &String| wanted.iter().any(|wanted| matches(family, value, wanted, readings));
    match (qualifier, negated) {
        // E92.
        (Qualifier::ForAllValues, false) => values.iter().all(matches_some),
        (Qualifier::ForAllValues, true) => !values.iter().any(matches_some),
        (Qualifier::ForAnyValue, false) => values.iter().any(matches_some),
        (Qualifier::ForAnyValue, true) => values.iter().any(|value| !matches_some(value)),
        // E74; several values of the key: E92a.
        (Qualifier::None, false) => values.iter().any(matches_some),
        (Qualifier::None, true) => !values.iter().any(matches_some),
    }
}

/// E76, E77, E92: what holds when the key is absent.
fn absent(qualifier: Qualifier, if_exists: bool, negated: bool) -> bool {
    match qualifier {
        _ if if_exists => true,
        Qualifier::None => negated,
        Qualifier::ForAllValues => true,
        Qualifier::ForAnyValue => false,
    }
}

/// E78, E92c.
fn null(qualifier: Qualifier, values: &[String], present: bool) -> bool {
    match qualifier {
        Qualifier::ForAllValues => true,
        Qualifier::ForAnyValue => false,
        Qualifier::None => values.iter().any(|value| match value.as_str() {
            "true" => !present,
            "false" => present,
            _ => false,
        }),
    }
}

/// Whether one value of the request matches one of the policy, the operator taken without its negation. What cannot be
/// read does not match (E91).
fn matches(family: Family, value: &str, wanted: &[Symbol], readings: &Readings) -> bool {
    let text: String = wanted.iter().map(|symbol| symbol.text).collect();
    match family {
        Family::Equals => value == text,
        Family::EqualsIgnoreCase => value.eq_ignore_ascii_case(&text),
        Family::Like => glob(wanted, value),
        Family::Numeric(comparison) => compare_numbers(value, &text).is_some_and(|order| comparison.holds(order)),
        Family::Date(comparison) => compare_dates(value, &text).is_some_and(|order| comparison.holds(order)),
        Family::Bool => truth(value).is_some_and(|value| truth(&text) == Some(value)),
        Family::Binary => bytes(value).is_some_and(|value| bytes(&text) == Some(value)),
        Family::Address => in_range(value, &text).unwrap_or(false),
        Family::Arn => arn(value, wanted, readings),
        Family::Null => false,
    }
}

/// E85.
fn truth(text: &str) -> Option<bool> {
    [true, false].into_iter().find(|truth| text.eq_ignore_ascii_case(&truth.to_string()))
}

/// E88, E89.
fn arn(value: &str, wanted: &[Symbol], readings: &Readings) -> bool {
    if matches!(wanted, [star] if star.text == '*' && !star.literal) {
        return is_arn(value);
    }
    let (whole, short) = padded(wanted);
    six_fields(&whole, value) && (!short || readings.holds(ARN_PATTERN_SHORT))
}
