//! `Null`: whether a key is in the request (E78).

use super::boolean;
use super::residual::Residual;
use crate::policy::{SetQualifier, Template};
use crate::request::KeyState;

/// Decides `Null`. The key's state is one reading of it, never [`KeyState::AbsentOr`].
///
/// `ForAllValues:Null` is always true and `ForAnyValue:Null` never (E92c). A key with no values counts as absent. Values
/// hold no variables; one that is neither `true` nor `false` matches nothing (E91).
pub(super) fn evaluate(qualifier: Option<SetQualifier>, key: &str, state: &KeyState, values: &[Template]) -> Residual {
    match qualifier {
        Some(SetQualifier::ForAllValues) => return Residual::True,
        Some(SetQualifier::ForAnyValue) => return Residual::False,
        None => {}
    }
    let wants = |wanted: bool| values.iter().any(|value| boolean::parse(value.as_str()) == Some(wanted));
    let absent = match state {
        KeyState::Absent => Residual::True,
        KeyState::Known(values) => values.is_empty().into(),
        KeyState::Present => Residual::False,
        KeyState::Unknown | KeyState::AbsentOr(..) | KeyState::NotBeginningWith(_) => is_absent(key),
    };
    match (wants(true), wants(false)) {
        (true, true) => Residual::True,
        (true, false) => absent,
        (false, true) => absent.not(),
        (false, false) => Residual::False,
    }
}

/// What is left of a test when its key is in the request for certain.
pub(super) fn settle_presence(test: &Residual, key: &str) -> Residual {
    let absent = is_absent(key);
    test.substitute(&|atom, negated| (absent == Residual::from(atom.clone())).then_some(negated))
}

/// The test that a key is not in the request.
pub(super) fn is_absent(key: &str) -> Residual {
    Residual::test("Null", key, "true")
}
