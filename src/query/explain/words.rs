//! Why a statement does or does not match, in words.

use crate::condition::{Controller, controller};
use crate::evaluate::{ElementCheck, Target};
use crate::policy::{Element, Statement, StatementPart};
use crate::query::engine::shown_action;
use crate::request::KeyState;

use super::likeness::Likeness;

/// A condition of a statement, held against the request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConditionTest {
    /// The condition as written: `StringEquals aws:PrincipalOrgID o-1`.
    pub written: String,
    /// Whether it holds; `None` where that depends on the request, or is not known.
    pub holds: Option<bool>,
    /// The key as written.
    pub key: String,
    /// Who decides the key's value (E172).
    pub controller: Controller,
    /// What the request says: `aws:PrincipalOrgID is o-2`; of variables in the values too.
    pub says: String,
}

/// The element at which a statement fails.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailedElement {
    /// Its name as the statement has it: `Action`, `NotAction`, `Resource`, `NotResource`, `Principal`, `NotPrincipal`,
    /// `Condition`.
    pub element: &'static str,
    /// The entries to look at: the one that takes the request out, or up to three that all fail, or of more the one most
    /// like the request.
    pub parts: Vec<StatementPart>,
    /// How it fails, in words.
    pub why: String,
}

/// Up to so many entries are listed; of more only the closest is named.
const FEW: usize = 3;

/// The request, as the words name it.
pub(super) struct Asked<'a> {
    pub(super) caller: &'a str,
    /// The groups the caller is in, by ARN.
    pub(super) groups: Vec<&'a str>,
    pub(super) target: &'a Target,
}

impl Asked<'_> {
    /// The tests of a statement's conditions.
    pub(super) fn tests(&self, written: &Statement, checks: &[ElementCheck]) -> Vec<ConditionTest> {
        let of_conditions = checks.iter().filter(|check| check.part.element == Element::Condition);
        let test = |check: &ElementCheck| {
            let condition = written.conditions.get(check.part.entry?)?;
            Some(ConditionTest {
                written: condition.to_string(),
                holds: settled(check),
                key: condition.key.to_string(),
                controller: controller(&condition.key),
                says: says(&check.keys),
            })
        };
        of_conditions.filter_map(test).collect()
    }

    /// The first element at which a statement fails; `None` if each may hold by itself.
    pub(super) fn failure(&self, written: &Statement, checks: &[ElementCheck]) -> Option<FailedElement> {
        let mut failing = checks.iter().filter(|check| check.when.is_false());
        let first = failing.next()?;
        let element = first.part.element;
        let part = StatementPart { element, entry: first.part.entry.or_else(|| self.closest(written, element)) };
        let mut why = match element {
            Element::Action => self.action(written, part),
            Element::Resource => self.resource(written, part, first),
            Element::Principal => self.principal(written, part),
            Element::Condition => condition(written, first),
        };
        let more = failing.filter(|check| check.part.element != element).map(|check| check.part.element);
        let more: Vec<&str> = more.map(|element| written.name_of(element)).collect();
        if let Some((last, others)) = more.split_last() {
            let others: String = others.iter().map(|name| format!("{name}, ")).collect();
            why.push_str(&format!("; its {others}{last} would not match either"));
        }
        let few = element != Element::Condition && first.part.entry.is_none();
        let entries = written.entries_of(element).len();
        let parts = match entries {
            1..=FEW if few => (0..entries).map(|entry| StatementPart { element, entry: Some(entry) }).collect(),
            _ => vec![part],
        };
        Some(FailedElement { element: written.name_of(element), parts, why })
    }

    /// The entry most like the request.
    fn closest(&self, written: &Statement, element: Element) -> Option<usize> {
        let likeness = Likeness::to(self, element);
        let entries = written.entries_of(element);
        // Of equals the first.
        (0..entries.len()).rev().max_by_key(|index| entries.get(*index).map(|entry| likeness.of(entry)))
    }

    fn action(&self, written: &Statement, part: StatementPart) -> String {
        let action = shown_action(self.target).0;
        match (written.name_of(Element::Action), entry(written, part)) {
            ("NotAction", Some(entry)) => format!("its NotAction lists `{entry}`, which takes `{action}` out"),
            (name, _) => entries(
                written,
                part,
                name,
                &|list| format!("its {name} is {list}, the request is `{action}`"),
                &|count, closest| {
                    format!("none of its {count} Actions matches the request's `{action}`; the closest is `{closest}`")
                },
            ),
        }
    }

    fn resource(&self, written: &Statement, part: StatementPart, check: &ElementCheck) -> String {
        let resource = self.target.resource();
        let mut why = match (written.name_of(Element::Resource), entry(written, part)) {
            ("NotResource", Some(entry)) => format!("its NotResource lists `{entry}`, which takes `{resource}` out"),
            (name, _) => entries(
                written,
                part,
                name,
                &|list| format!("its {name} {list} does not match `{resource}`"),
                &|count, closest| {
                    format!("none of its {count} Resources matches `{resource}`; the closest is `{closest}`")
                },
            ),
        };
        if !check.keys.is_empty() {
            why.push_str(&format!(", for {}", says(&check.keys)));
        }
        why
    }

    fn principal(&self, written: &Statement, part: StatementPart) -> String {
        let caller = self.caller;
        let entry = entry(written, part);
        let mut why = match (written.name_of(Element::Principal), &entry) {
            ("NotPrincipal", Some(entry)) => format!("its NotPrincipal lists `{entry}`, which spares the caller"),
            (name, _) => entries(
                written,
                part,
                name,
                &|list| format!("its {name} names {list}, the caller is `{caller}`"),
                &|count, closest| {
                    format!("none of its {count} Principals is the caller `{caller}`; the closest is `{closest}`")
                },
            ),
        };
        if entry.is_some_and(|entry| entry.contains(":group/")) {
            why.push_str("; a group is never a principal");
        }
        why
    }
}

fn condition(written: &Statement, check: &ElementCheck) -> String {
    let condition = check.part.entry.and_then(|index| written.conditions.get(index));
    let text = condition.map(ToString::to_string).unwrap_or_default();
    let Some(((_, state), variables)) = check.keys.split_first() else {
        return format!("its Condition `{text}` fails");
    };
    let mut why = format!("its Condition `{text}` fails: the key {}", state_words(state));
    if !variables.is_empty() {
        why.push_str(&format!(", {}", says(variables)));
    }
    why
}

fn settled(check: &ElementCheck) -> Option<bool> {
    match (check.when.is_true(), check.when.is_false()) {
        (true, _) => Some(true),
        (_, true) => Some(false),
        _ => None,
    }
}

fn entry(written: &Statement, part: StatementPart) -> Option<String> {
    written.entries_of(part.element).into_iter().nth(part.entry?)
}

/// Words about the entries of an element that all fail: up to [`FEW`] are listed, of more the closest is named.
fn entries(
    written: &Statement,
    part: StatementPart,
    name: &str,
    few: &dyn Fn(&str) -> String,
    many: &dyn Fn(usize, &str) -> String,
) -> String {
    let entries = written.entries_of(part.element);
    match entries.as_slice() {
        [] => format!("its {name} lists nothing"),
        [one] => few(&format!("`{one}`")),
        [one, other] => few(&format!("`{one}` or `{other}`")),
        [one, other, third] => few(&format!("`{one}`, `{other}` or `{third}`")),
        more => many(more.len(), entry(written, part).as_deref().unwrap_or_default()),
    }
}

/// `aws:SourceVpce is absent`, of several keys joined by commas.
fn says(keys: &[(Box<str>, KeyState)]) -> String {
    keys.iter().map(|(key, state)| format!("{key} {}", state_words(state))).collect::<Vec<_>>().join(", ")
}

fn state_words(state: &KeyState) -> String {
    let list = |values: &[String]| values.iter().map(|value| format!("`{value}`")).collect::<Vec<_>>().join(", ");
    match state {
        KeyState::Absent => "is absent".to_owned(),
        KeyState::Known(values) if values.is_empty() => "is empty".to_owned(),
        KeyState::Known(values) => format!("is {}", list(values)),
        KeyState::Unknown => "is not known".to_owned(),
        KeyState::Present => "is there, its value not known".to_owned(),
        KeyState::AbsentOr(values, _) => format!("is absent or {}", list(values)),
        KeyState::NotBeginningWith(texts) => format!("does not begin with {}", list(texts)),
    }
}
