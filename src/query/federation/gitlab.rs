//! GitLab CI/CD, on GitLab.com and on servers of one's own.
//!
//! Subjects: GitLab Docs, "OpenID Connect (OIDC) authentication using ID tokens":
//! `project_path:GROUP/PROJECT:ref_type:TYPE:ref:NAME`.

use super::subject::Subject;
use super::tenancy::Issuer;
use super::{Claims, Entry};

/// Whose job has a token that passes.
pub(super) fn entry(issuer: &Issuer<'_>, claims: &mut Claims) -> Entry {
    let sub = claims.take("sub");
    let subject = sub.as_ref().and_then(|sub| Subject::read(sub, &[]));
    let on = if issuer.name == "gitlab.com" { String::new() } else { format!(" on {}", issuer.host()) };
    let mut who = format!("GitLab CI of any project{on}");
    let mut owned = false;
    match (subject, &sub) {
        (Some(mut subject), _) => {
            let path = subject.take("project_path");
            let goes_on =
                subject.goes_on && path.as_ref().is_none_or(|path| path.exact().is_some() || path.ends_open());
            if let Some(path) = path.filter(|path| !path.is_any()) {
                let group = path.split_once('/');
                owned = group.as_ref().is_some_and(|(group, _)| group.exact().is_some());
                who = match (path.exact(), group) {
                    (Some(_), _) => format!("GitLab CI of {}{on}", path.name()),
                    (None, Some((group, project))) if project.is_any() && owned => {
                        format!("GitLab CI of any project of the group {}{on}", group.name())
                    }
                    _ => format!("GitLab CI of {}{on}", path.words("project", "projects")),
                };
            }
            let (kind, name) = (subject.take("ref_type"), subject.take("ref"));
            let kind_name = kind.as_ref().and_then(super::field::Field::exact);
            let (one, many) = match kind_name.as_deref() {
                Some("branch") => ("branch", "branches"),
                Some("tag") => ("tag", "tags"),
                _ => ("branch or tag", "branches or tags"),
            };
            match (kind, name) {
                (_, Some(name)) => who = format!("{who}, {}", name.words(one, many)),
                (Some(_), None) => who = format!("{who}, any {one}"),
                (None, None) if goes_on => who.push_str(", any branch or tag"),
                (None, None) => {}
            }
            who.push_str(&subject.rest());
        }
        (None, Some(sub)) => who = format!("{who}, sub {}", sub.name()),
        (None, None) => {}
    }
    for (claim, one, many) in [("project_path", "project", "projects"), ("namespace_path", "group", "groups")] {
        if let Some(value) = claims.take(claim) {
            owned |= value.exact().is_some();
            who = format!("{who}, {}", value.words(one, many));
        }
    }
    let why = match &sub {
        None => "no condition on sub".to_owned(),
        Some(sub) => format!("sub {} fixes no group", sub.name()),
    };
    let open = if owned { None } else { issuer.open(&why) };
    Entry { who: format!("{who}{}", issuer.audience(claims)), open }
}
