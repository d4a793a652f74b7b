//! Conditions on keys whose values are given, and on the same keys when less is known of them.

#![no_main]

use std::collections::BTreeMap;

use arbitrary::Arbitrary;
use iamreach::condition::{Atom, Residual, decide, evaluate};
use iamreach::policy::{self, DocumentKind, Operator, SetQualifier, Template};
use iamreach::query::simulate_line;
use iamreach::request::{Context, KeyState};
use iamreach::service_reference::ServiceReference;
use iamreach_fuzz::{Condition, Given, Hidden};
use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};

/// An input.
#[derive(Debug, Arbitrary)]
struct Case<'a> {
    /// Whether the policy's language version is the old one, without variables.
    legacy: bool,
    /// Whether keys that no state is given for are unknown, when less is known.
    open: bool,
    conditions: Vec<Condition<'a>>,
    states: Vec<Given<'a>>,
}

/// The most conditions of a case: what they come to together is asked for every choice among undocumented points.
const CONDITIONS: usize = 4;

/// The points that a condition can leave open, and the one of a key that is there or not.
const POINTS: [&str; 2] = ["variable-empty", "arn-pattern-short"];
const PRESENCE: &str = "mfa-context-undocumented";

fuzz_target!(|case: Case<'_>| {
    let conditions: Vec<_> = case.conditions.iter().take(CONDITIONS).collect();
    let parsed: Vec<_> = conditions.iter().map(|condition| parse(condition, case.legacy, None)).collect();
    let keys = Keys::of(&case, &parsed);

    let decided: Vec<Residual> = parsed.iter().map(|condition| evaluate(condition, &keys.full)).collect();
    for (condition, residual) in parsed.iter().zip(&decided) {
        let tested = residual.atoms().into_iter().find(|atom| matches!(atom, Atom::Test { .. }));
        assert_eq!(tested, None, "{condition:?} of {:?}", keys.full);
        assert_eq!(*residual, evaluate(condition, &keys.full_and_open), "{condition:?} of {:?}", keys.full);
    }
    for (input, condition) in conditions.iter().zip(&parsed) {
        check_absent(condition, &keys);
        check_opposite(input, condition, case.legacy, &keys);
    }
    check_residuals(&parsed, &decided, &keys);
    if let (Some(condition), Some(residual)) = (conditions.first(), decided.first()) {
        check_simulation(condition, residual, case.legacy, &keys);
    }
});

/// The policy of one condition.
fn document(condition: &Condition<'_>, legacy: bool, instead: Option<Operator>) -> Value {
    let test = json!({condition.written(instead): {condition.key.text(): condition.values_json()}});
    let version = if legacy { "2008-10-17" } else { "2012-10-17" };
    let statement = json!({"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": test});
    json!({"Version": version, "Statement": statement})
}

/// The condition as the library reads it.
fn parse(condition: &Condition<'_>, legacy: bool, instead: Option<Operator>) -> policy::Condition {
    let text = document(condition, legacy, instead).to_string();
    let (document, _) = policy::parse(&text, DocumentKind::Identity).expect("the document is well-formed");
    let statement = document.statements.into_iter().next().expect("the document has a statement");
    statement.conditions.into_iter().next().expect("the statement has a condition")
}

/// The keys of a case.
struct Keys {
    /// Every key given, those that are not mentioned absent.
    full: Context,
    /// The same, those that are not mentioned unknown.
    full_and_open: Context,
    /// Less of it.
    partial: Context,
    /// Whether the key that [`PRESENCE`] is about is there.
    present: bool,
}

impl Keys {
    fn of(case: &Case<'_>, conditions: &[policy::Condition]) -> Self {
        let mut mentioned: BTreeMap<String, ()> = BTreeMap::new();
        for condition in conditions {
            mentioned.insert(condition.key.to_lowercase(), ());
            let variables = condition.values.iter().flat_map(Template::variables);
            mentioned.extend(variables.map(|key| (key.to_owned(), ())));
        }
        let partial = if case.open { Context::open() } else { Context::strict() };
        let mut keys = Self { full: Context::strict(), full_and_open: Context::open(), partial, present: false };
        let mut told = false;
        for (index, key) in mentioned.into_keys().enumerate() {
            let given = case.states.get(index);
            let mut values: Vec<String> =
                given.iter().flat_map(|given| &given.values).map(|value| value.text()).collect();
            let known = ServiceReference::embedded().condition_key(&key);
            if known.is_some_and(|known| !known.is_multivalued()) {
                values.truncate(1);
            }
            let whole = if values.is_empty() { KeyState::Absent } else { KeyState::Known(values.clone()) };
            let hidden = given.map(|given| given.hidden);
            let part = match hidden {
                None if case.open => KeyState::Unknown,
                None | Some(Hidden::Nothing) => whole.clone(),
                Some(Hidden::Everything) => KeyState::Unknown,
                Some(Hidden::Values) if values.is_empty() => KeyState::Unknown,
                Some(Hidden::Values) => KeyState::Present,
                Some(Hidden::Presence) if told => KeyState::Unknown,
                Some(Hidden::Presence) => {
                    (told, keys.present) = (true, !values.is_empty());
                    KeyState::AbsentOr(
                        if values.is_empty() { vec!["false".to_owned()] } else { values.clone() },
                        PRESENCE,
                    )
                }
                Some(Hidden::AllButABeginning) => match ["o-", "a", "arn:"]
                    .into_iter()
                    .find(|beginning| !values.iter().any(|value| value.starts_with(beginning)))
                {
                    Some(beginning) => KeyState::NotBeginningWith(std::iter::once(beginning.to_owned()).collect()),
                    None => KeyState::Unknown,
                },
            };
            keys.full.set(&key, whole.clone());
            keys.full_and_open.set(&key, whole);
            keys.partial.set(&key, part);
        }
        keys
    }

    /// Every choice among the points that AWS's documents leave open.
    fn choices(&self) -> impl Iterator<Item = impl Fn(&str) -> bool> {
        let present = self.present;
        (0..1 << POINTS.len()).map(move |choice: u32| {
            move |code: &str| match POINTS.iter().position(|point| *point == code) {
                Some(place) => choice >> place & 1 == 1,
                None => code == PRESENCE && present,
            }
        })
    }
}

/// Whether a formula holds when everything is given.
fn holds(residual: &Residual, full: &Context, choice: &impl Fn(&str) -> bool) -> bool {
    let of_atom = |atom: &Atom| match atom {
        Atom::Undocumented(code) => choice(code),
        Atom::Test { .. } => {
            let decided = decide(atom, full).expect("a test can be decided");
            let open = decided.atoms().into_iter().find(|atom| matches!(atom, Atom::Test { .. }));
            assert_eq!(open, None, "{atom:?} of {full:?}");
            holds(&decided, full, choice)
        }
        // Any answer will do, if it is the same wherever it is asked for.
        _ => false,
    };
    match residual {
        Residual::True => true,
        Residual::False => false,
        Residual::Atom(atom) => of_atom(atom),
        Residual::NotAtom(atom) => !of_atom(atom),
        Residual::All(parts) => parts.iter().all(|part| holds(part, full, choice)),
        Residual::Any(parts) => parts.iter().any(|part| holds(part, full, choice)),
    }
}

/// The column of the tables for a key that is absent (E76, E77, E92).
fn check_absent(condition: &policy::Condition, keys: &Keys) {
    let Some(operator) = condition.operator.filter(|operator| *operator != Operator::Null) else { return };
    let mut without = keys.full.clone();
    without.set(&condition.key, KeyState::Absent);
    let expected = match condition.qualifier {
        _ if condition.if_exists => true,
        None => operator.is_negated(),
        Some(qualifier) => qualifier == SetQualifier::ForAllValues,
    };
    assert_eq!(evaluate(condition, &without), expected.into(), "{condition:?} of {without:?}");
}

/// An operator and its negation are opposites for a key that is there (E74, E92); of lists of values, what all do and what
/// one does are.
fn check_opposite(input: &Condition<'_>, condition: &policy::Condition, legacy: bool, keys: &Keys) {
    let Some(negated) = input.known_operator().and_then(negation) else { return };
    let turned = match input.qualifier {
        _ if input.values.is_empty() && (input.qualifier.is_some() || input.if_exists) => return, // E92c
        None => None,
        Some(all) => Some(!all),
    };
    let KeyState::Known(values) = keys.full.get(&condition.key.to_lowercase()) else { return };
    if input.qualifier.is_some() && matches!(values.as_slice(), [only] if only.is_empty()) {
        return;
    }
    let opposite = Condition { qualifier: turned, ..input.clone() };
    let opposite = parse(&opposite, legacy, Some(negated));
    let (one, other) = (evaluate(condition, &keys.full), evaluate(&opposite, &keys.full));
    for choice in keys.choices() {
        let (one, other) = (holds(&one, &keys.full, &choice), holds(&other, &keys.full, &choice));
        assert_ne!(one, other, "{condition:?} and {opposite:?} of {:?}", keys.full);
    }
}

fn negation(operator: Operator) -> Option<Operator> {
    use Operator as Op;
    Some(match operator {
        Op::StringEquals => Op::StringNotEquals,
        Op::StringEqualsIgnoreCase => Op::StringNotEqualsIgnoreCase,
        Op::StringLike => Op::StringNotLike,
        Op::NumericEquals => Op::NumericNotEquals,
        Op::DateEquals => Op::DateNotEquals,
        Op::IpAddress => Op::NotIpAddress,
        Op::ArnEquals => Op::ArnNotEquals,
        Op::ArnLike => Op::ArnNotLike,
        _ => return None,
    })
}

/// What is left of conditions when less is known holds exactly when they do (E174), however it is joined.
fn check_residuals(conditions: &[policy::Condition], decided: &[Residual], keys: &Keys) {
    let left: Vec<Residual> = conditions.iter().map(|condition| evaluate(condition, &keys.partial)).collect();
    let turned = || left.iter().enumerate().map(|(index, part)| if index % 2 == 0 { part.clone() } else { part.not() });
    let (all, any) = (Residual::all(left.iter().cloned()), Residual::any(left.iter().cloned()));
    let (all_turned, any_turned) = (Residual::all(turned()), Residual::any(turned()));
    let pairs = Residual::any(left.chunks(2).map(|pair| Residual::all(pair.iter().cloned())));
    for choice in keys.choices() {
        let truth: Vec<bool> = decided.iter().map(|residual| holds(residual, &keys.full, &choice)).collect();
        let of = |residual: &Residual| holds(residual, &keys.full, &choice);
        let place = || format!("{conditions:?} of {:?} known as {:?}", keys.full, keys.partial);
        for (residual, expected) in left.iter().zip(&truth) {
            assert_eq!(of(residual), *expected, "{residual} for {}", place());
            assert_eq!(of(&residual.not()), !expected, "not {residual} for {}", place());
        }
        let turn = |(index, truth): (usize, &bool)| *truth == (index % 2 == 0);
        assert_eq!(of(&all), truth.iter().all(|truth| *truth), "{all} for {}", place());
        assert_eq!(of(&any), truth.iter().any(|truth| *truth), "{any} for {}", place());
        assert_eq!(of(&all_turned), truth.iter().enumerate().all(turn), "{all_turned} for {}", place());
        assert_eq!(of(&any_turned), truth.iter().enumerate().any(turn), "{any_turned} for {}", place());
        let expected = truth.chunks(2).any(|pair| pair.iter().all(|truth| *truth));
        assert_eq!(of(&pairs), expected, "{pairs} for {}", place());
    }
}

/// `simulate` says of a request that gives every key what the condition says of it, in both modes.
fn check_simulation(condition: &Condition<'_>, residual: &Residual, legacy: bool, keys: &Keys) {
    let entries = keys.full.keys().map(|(key, state)| {
        let values: &[String] = if let KeyState::Known(values) = state { values } else { &[] };
        json!({"ContextKeyName": key, "ContextKeyValues": values})
    });
    let entries: Value = entries.collect();
    let expected = match residual {
        Residual::True => "allowed",
        Residual::False => "implicitDeny",
        _ => "conditional",
    };
    for mode in ["strict", "open"] {
        let request = json!({
            "ActionNames": ["s3:ListAllMyBuckets"], "PolicyInputList": [document(condition, legacy, None)],
            "ContextEntries": entries, "ContextMode": mode,
        });
        let answer: Value = serde_json::from_str(&simulate_line(&request.to_string())).expect("an answer is JSON");
        assert_eq!(answer["EvaluationResults"][0]["EvalDecision"], expected, "{mode}: {request} gives {answer}");
    }
}
