//! Bitbucket Pipelines, CircleCI, Buildkite and HCP Terraform.
//!
//! The issuers of Bitbucket and CircleCI name the workspace or organization and vouch for nobody else's; those of
//! Buildkite and HCP Terraform are everybody's. Subjects: the vendors' pages on OpenID Connect with AWS.

use super::field::Field;
use super::subject::Subject;
use super::tenancy::Issuer;
use super::{Claims, Entry};

/// Bitbucket: `{REPOSITORY}:{STEP}`, or `{REPOSITORY}:{ENVIRONMENT}:{STEP}`, of UUIDs.
pub(super) fn bitbucket(issuer: &Issuer<'_>, claims: &mut Claims) -> Entry {
    let workspace = issuer.name.split('/').nth(3).unwrap_or(issuer.name);
    let sub = claims.take("sub");
    let mut who = format!("Bitbucket Pipelines of any repository of the workspace {workspace}");
    if let Some(sub) = &sub {
        let fields = sub.split(':');
        let (repository, behind) = fields.split_first().map_or((sub.clone(), [].as_slice()), |(a, b)| (a.clone(), b));
        // `{REPOSITORY}*` is that repository as well: a UUID ends with its brace.
        let text = repository.to_string();
        let whole = text.strip_suffix('*').filter(|text| text.ends_with('}') && !text.contains(['*', '?']));
        let repository = whole.map_or(repository, Field::of);
        if !repository.is_any() {
            let name = repository.words("repository", "repositories");
            who = format!("Bitbucket Pipelines of {name} of the workspace {workspace}");
        }
        match behind {
            [environment, step] if !environment.is_any() => {
                who = format!("{who}, {}", environment.words("deployment environment", "deployment environments"));
                if !step.is_any() {
                    who = format!("{who}, {}", step.words("step", "steps"));
                }
            }
            [.., step] if !step.is_any() => who = format!("{who}, {}", step.words("step", "steps")),
            _ => {}
        }
    }
    Entry { who: format!("{who}{}", issuer.audience(claims)), open: None }
}

/// CircleCI: `org/ID/project/ID/user/ID`, and `/vcs-origin/PLACE/vcs-ref/REF` behind it in tokens of the second version.
pub(super) fn circleci(issuer: &Issuer<'_>, claims: &mut Claims) -> Entry {
    let sub = claims.take("sub");
    let mut more = Vec::new();
    let mut project = claims.take("oidc.circleci.com/project-id");
    match sub.as_ref().map(|sub| (sub, circleci_subject(sub))) {
        Some((_, Some(parts))) => {
            for (name, value) in parts.iter().filter(|(name, value)| *name != "org" && !value.is_any()) {
                more.push(match *name {
                    "project" => value.words("project", "projects"),
                    "user" => value.words("user", "users"),
                    "vcs-origin" => value.words("repository", "repositories"),
                    _ => {
                        let branch = value.strip_prefix("refs/heads/");
                        branch.map_or_else(|| value.words("ref", "refs"), |name| name.words("branch", "branches"))
                    }
                });
                project = project.filter(|project| *name != "project" || project != value);
            }
        }
        Some((sub, None)) => more.push(format!("sub {}", sub.name())),
        None => {}
    }
    more.extend(project.map(|project| project.words("project", "projects")));
    if more.is_empty() {
        more.push("any project".to_owned());
    }
    let who = format!("CircleCI, organization {}, {}{}", issuer.last(), more.join(", "), issuer.audience(claims));
    Entry { who, open: None }
}

/// The parts of a subject of CircleCI that it names; nothing where it is of another form.
fn circleci_subject(sub: &Field) -> Option<Vec<(&'static str, Field)>> {
    let mut rest = sub.clone();
    let mut parts = Vec::new();
    for name in ["org", "project", "user", "vcs-origin", "vcs-ref"] {
        let behind = rest.strip_prefix(&format!("{name}/"))?;
        // An origin has slashes of its own, and a reference is the end.
        let next = match name {
            "vcs-ref" => None,
            "vcs-origin" => origin_and_rest(&behind),
            _ => behind.split_once('/'),
        };
        let Some((value, more)) = next else {
            parts.push((name, behind));
            return Some(parts);
        };
        parts.push((name, value));
        if more.is_any() {
            return Some(parts);
        }
        rest = more;
    }
    None
}

fn origin_and_rest(behind: &Field) -> Option<(Field, Field)> {
    let fields = behind.split('/');
    let at = fields.iter().position(|field| field.is("vcs-ref"))?;
    let mut rest = behind.clone();
    for _ in 0..at {
        rest = rest.split_once('/')?.1;
    }
    Some((behind.cut_before(&rest, '/')?, rest))
}

/// Buildkite: `organization:ORG:pipeline:NAME:ref:REF:commit:SHA:step:KEY`.
pub(super) fn buildkite(issuer: &Issuer<'_>, claims: &mut Claims) -> Entry {
    let nouns = [
        ("pipeline", "pipeline", "pipelines"),
        ("ref", "ref", "refs"),
        ("commit", "commit", "commits"),
        ("step", "step", "steps"),
    ];
    organizations(issuer, claims, "Buildkite", &nouns)
}

/// HCP Terraform: `organization:ORG:project:NAME:workspace:NAME:run_phase:PHASE`.
pub(super) fn terraform(issuer: &Issuer<'_>, claims: &mut Claims) -> Entry {
    let vendor = if issuer.tenancy.everyone.is_some() {
        "HCP Terraform".to_owned()
    } else {
        format!("Terraform Enterprise on {}", issuer.host())
    };
    let nouns = [
        ("project", "project", "projects"),
        ("workspace", "workspace", "workspaces"),
        ("run_phase", "run phase", "run phases"),
        ("stack", "stack", "stacks"),
    ];
    organizations(issuer, claims, &vendor, &nouns)
}

/// Subjects that begin with an organization; what is any in them is not said, other than the first thing below it.
fn organizations(
    issuer: &Issuer<'_>,
    claims: &mut Claims,
    vendor: &str,
    nouns: &[(&'static str, &'static str, &'static str)],
) -> Entry {
    let sub = claims.take("sub");
    let mut organization = None;
    let mut more = String::new();
    match (sub.as_ref().map(|sub| Subject::read(sub, &[])), &sub) {
        (Some(Some(mut subject)), _) => {
            organization = subject.take("organization").filter(|organization| !organization.is_any());
            for (name, one, many) in nouns {
                if let Some(value) = subject.take(name).filter(|value| !value.is_any()) {
                    let branch = if *name == "ref" { value.strip_prefix("refs/heads/") } else { None };
                    let words = branch.map_or_else(|| value.words(one, many), |name| name.words("branch", "branches"));
                    more = format!("{more}, {words}");
                }
            }
            more.push_str(&subject.rest());
        }
        (_, Some(sub)) => {
            let behind = sub.strip_prefix("organization:").and_then(|behind| behind.split_once(':'));
            organization = behind.map(|(organization, _)| organization).filter(|one| !one.is_any());
            more = format!(", sub {}", sub.name());
        }
        _ => {}
    }
    let owned = organization.as_ref().is_some_and(|organization| organization.exact().is_some());
    let name =
        organization.map_or_else(|| "any organization".to_owned(), |one| one.words("organization", "organizations"));
    if more.is_empty() && owned {
        more = nouns.first().map(|(_, one, _)| format!(", any {one}")).unwrap_or_default();
    }
    let why = match &sub {
        None => "no condition on sub".to_owned(),
        Some(sub) => format!("sub {} fixes no organization", sub.name()),
    };
    let open = if owned { None } else { issuer.open(&why) };
    Entry { who: format!("{vendor}, {name}{more}{}", issuer.audience(claims)), open }
}
