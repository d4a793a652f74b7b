//! The longest session a role gives.

use super::*;

const DETAILS: &str = "012345678901/iam-get-account-authorization-details.json";
const LIST: &str = "012345678901/iam-list-roles.json";
const ONE: &str = "012345678901/iam-get-role/app.json";

fn role(duration: &str) -> String {
    let duration = if duration.is_empty() { String::new() } else { format!(r#","MaxSessionDuration":{duration}"#) };
    format!(
        r#"{{"RoleName":"app","Arn":"arn:aws:iam::012345678901:role/app","AssumeRolePolicyDocument":{FOR_ALL}{duration}}}"#
    )
}

fn list(duration: &str) -> String {
    format!(r#"{{"Roles":[{}]}}"#, role(duration))
}

fn one(duration: &str) -> String {
    format!(r#"{{"Role":{}}}"#, role(duration))
}

/// What is known of the role from some files beside its details.
fn check(files: &[(&str, &str)], expected: &str, codes: &[&str]) {
    let all = details("", "", &role(""), "");
    let loaded = Folder::of(&[&[(DETAILS, &*all)], files].concat()).load();
    assert_eq!(said(&loaded), codes, "{files:?}");
    let (_, role) = loaded.environment.principals().next().unwrap();
    let known = match &role.max_session_duration {
        Collected::Present(seconds) => seconds.to_string(),
        other => word(other).to_owned(),
    };
    assert_eq!(known, expected, "{files:?}");
}

#[test]
fn e186_from_one_hour_to_twelve() {
    check(&[], "not collected", &[]);
    check(&[(LIST, &list(""))], "not collected", &[]);
    for seconds in ["3600", "7200", "43200"] {
        check(&[(LIST, &list(seconds))], seconds, &[]);
        check(&[(ONE, &one(seconds))], seconds, &[]);
    }
    for wrong in ["3599", "43201", "-1", "1e9", r#""3600""#, "[]", "99999999999"] {
        check(&[(LIST, &list(wrong))], "unknown", &["error malformed-entry"]);
    }
    check(&[(LIST, &list("null"))], "not collected", &[]);
}

#[test]
fn e186_of_two_files_the_longest() {
    let differ: &[&str] = &["warning duplicate-session-duration"];
    check(&[(LIST, &list("3600")), (ONE, &one("7200"))], "7200", differ);
    check(&[(LIST, &list("7200")), (ONE, &one("3600"))], "7200", differ);
    check(&[(LIST, &list("7200")), (ONE, &one("7200"))], "7200", &[]);
    check(&[(LIST, &list("")), (ONE, &one("7200"))], "7200", &[]);
    check(&[(LIST, &list("7200")), (ONE, &one(""))], "7200", &[]);
    check(&[(LIST, &list("7")), (ONE, &one("7200"))], "7200", &["error malformed-entry"]);
}

#[test]
fn e185_listings_that_failed_or_are_cut_off() {
    let denied = r#"{"Error":{"Code":"AccessDenied","Message":"no"}}"#;
    check(&[(LIST, denied)], "unknown", &["warning failed-call"]);
    check(&[(ONE, denied)], "unknown", &["warning failed-call"]);
    check(&[("012345678901/iam-get-role/other.json", denied)], "not collected", &["warning failed-call"]);
    check(&[("999999999999/iam-list-roles.json", denied)], "not collected", &["warning failed-call"]);
    check(&[(LIST, "{")], "unknown", &["error invalid-json"]);
    check(&[(LIST, denied), (ONE, &one("7200"))], "7200", &["warning failed-call"]);
    check(&[(LIST, r#"{"Roles":[],"IsTruncated":true}"#)], "unknown", &["warning truncated-listing"]);
}
