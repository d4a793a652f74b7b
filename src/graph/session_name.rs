//! Tests of a session's id as tests of its name (E8): the id is the role's, a colon, and the name.

use crate::condition::{self, Atom, Residual};
use crate::graph::rewrite::replace_tests;
use crate::request::{Context, KeyState};

/// The tests that a request of the session itself puts to its name, as tests of its id: so that they mean the calling
/// session wherever they stand.
pub(crate) fn as_id(condition: &Residual) -> Residual {
    replace_tests(condition, |operator, key, values| {
        let by_text = matches!(operator, "StringEquals" | "StringLike");
        (key == "sts:rolesessionname" && by_text).then(|| {
            let values = values.iter().map(|name| format!("*:{name}").into()).collect();
            Atom::Test { operator: "StringLike".into(), key: "aws:userid".into(), values }.into()
        })
    })
}

/// What is left of the tests of a session's id once its name is known.
pub(crate) fn with_name(condition: &Residual, role: Option<&str>, name: &str) -> Residual {
    let mut context = Context::open();
    context.set("sts:RoleSessionName", KeyState::value(name));
    replace_tests(condition, |operator, key, values| {
        let (operator, values) = of_id(operator, values, role).filter(|_| key == "aws:userid")?;
        let key = "sts:rolesessionname".into();
        condition::decide(&Atom::Test { operator: operator.into(), key, values }, &context)
    })
}

/// The operator and the values by which a test of a session's id tests its name, for a role whose own id is `role`; no
/// values if no name can pass. `None` if it cannot be told.
pub(super) fn of_id(operator: &str, values: &[Box<str>], role: Option<&str>) -> Option<(String, Vec<Box<str>>)> {
    if !matches!(operator, "StringEquals" | "StringLike" | "StringEqualsIgnoreCase") {
        return None;
    }
    let like = operator == "StringLike";
    let mut names: Vec<Box<str>> = Vec::new();
    for value in values {
        if value.contains("${") {
            return None;
        }
        match (value.split_once(':'), role) {
            (Some(("*", name)), _) if like => names.push(name.into()),
            (Some((id, name)), Some(role)) if !(like && id.contains(['*', '?'])) => {
                let same =
                    if operator == "StringEqualsIgnoreCase" { id.eq_ignore_ascii_case(role) } else { id == role };
                if same {
                    names.push(name.into());
                }
            }
            (Some((id, name)), Some(role)) => {
                if crate::wildcard::Wildcard::parse(id).matches(role) {
                    names.push(name.into());
                }
            }
            // A pattern whose wildcard crosses the colon: what is behind it is the name's end, or all of it.
            (None, Some(role)) if like => {
                let (before, behind) = value.split_once('*')?;
                if before.contains('?') || behind.contains(['*', '?']) {
                    return None;
                }
                if role.starts_with(before) {
                    names.push(format!("*{behind}").into());
                }
            }
            (None, Some(_)) => {}
            _ => return None,
        }
    }
    let wild = names.iter().any(|name| name.contains(['*', '?']));
    let operator = if like && !wild { "StringEquals" } else { operator };
    names.sort();
    names.dedup();
    Some((operator.to_owned(), names))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(operator: &str, value: &str, role: Option<&str>) -> Option<Vec<String>> {
        let (_, names) = of_id(operator, &[value.into()], role)?;
        Some(names.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn e8_the_name_is_what_stands_behind_the_roles_id() {
        let role = Some("AROAEXAMPLE");
        for (operator, value, name) in [
            ("StringEquals", "AROAEXAMPLE:nightly", Some(vec!["nightly"])),
            ("StringEquals", "AROAOTHER:nightly", Some(vec![])),
            ("StringEquals", "AROAEXAMPLE", Some(vec![])),
            ("StringLike", "AROAEXAMPLE:*", Some(vec!["*"])),
            ("StringLike", "*:nightly", Some(vec!["nightly"])),
            ("StringLike", "AROA*:nightly", Some(vec!["nightly"])),
            ("StringLike", "AROAO*:nightly", Some(vec![])),
            ("StringLike", "*nightly", Some(vec!["*nightly"])),
            ("StringLike", "AROAOTHER*", Some(vec![])),
            ("StringEqualsIgnoreCase", "aroaexample:nightly", Some(vec!["nightly"])),
            ("NumericEquals", "1", None),
        ] {
            let expected: Option<Vec<String>> = name.map(|names| names.into_iter().map(str::to_owned).collect());
            assert_eq!(names(operator, value, role), expected, "{operator} {value}");
        }
        assert_eq!(names("StringLike", "*:nightly", None), Some(vec!["nightly".to_owned()]));
        assert_eq!(names("StringEquals", "AROAEXAMPLE:nightly", None), None);
    }
}
