//! GitHub Actions, on GitHub and on servers of one's own.
//!
//! Subjects and claims: GitHub Docs, "OpenID Connect reference". A subject is `repo:OWNER/REPO:` with `ref:`, `environment:`
//! or `pull_request` behind it, or what an owner made of it out of other claims. Which claims are keys of a trust policy:
//! IAM User Guide, "Available keys for AWS OIDC federation".

use super::field::Field;
use super::subject::Subject;
use super::tenancy::Issuer;
use super::{Claims, Entry};

/// Claims that are keys of their own, beside being parts of a subject that was customized.
const CLAIMS: [&str; 12] = [
    "repository",
    "repository_id",
    "repository_owner",
    "repository_owner_id",
    "enterprise",
    "enterprise_id",
    "ref",
    "environment",
    "job_workflow_ref",
    "workflow",
    "actor",
    "actor_id",
];

/// Who runs a workflow whose token passes.
pub(super) fn entry(issuer: &Issuer<'_>, claims: &mut Claims) -> Entry {
    let sub = claims.take("sub");
    let mut said = Said::new(issuer);
    let mut unread = String::new();
    if let Some(sub) = &sub {
        match Subject::read(sub, &["pull_request"]) {
            Some(subject) => said.subject(subject),
            None => unread = said.repository_alone(sub),
        }
    }
    for claim in CLAIMS {
        if let Some(value) = claims.take(claim) {
            said.claim(claim, &value);
        }
    }
    let why = match &sub {
        None => "no condition on sub".to_owned(),
        Some(sub) => format!("sub {} fixes no owner", sub.name()),
    };
    let audience = issuer.audience(claims);
    said.entry(&why, &format!("{unread}{audience}"))
}

/// What was found out so far.
struct Said<'a> {
    issuer: &'a Issuer<'a>,
    who: Option<String>,
    /// Whether who it is are those of one owner.
    owned: bool,
    /// Owners who may be anybody, as a pattern describes them.
    strangers: Option<String>,
    more: Vec<String>,
}

impl<'a> Said<'a> {
    fn new(issuer: &'a Issuer<'a>) -> Self {
        Self { issuer, who: None, owned: false, strangers: None, more: Vec::new() }
    }

    fn subject(&mut self, mut subject: Subject) {
        let (mut place, mut named) = (false, false);
        for name in ["repo", "repository"] {
            if let Some(path) = subject.take(name) {
                named = true;
                // A run behind the name of the repository takes in what follows, too.
                place |= path.ends_open() && subject.goes_on;
                self.repository(&path);
            }
        }
        let pull_requests = subject.take("pull_request").is_some();
        if pull_requests {
            self.more.push("pull requests".to_owned());
        }
        let before = self.more.len();
        for claim in CLAIMS.into_iter().filter(|claim| *claim != "repository") {
            if let Some(value) = subject.take(claim) {
                self.claim(claim, &value);
            }
        }
        let says_more = self.more.len() > before || pull_requests;
        if named && !says_more && (subject.goes_on || place) {
            self.more.insert(0, "any branch, tag, environment or pull request".to_owned());
        }
        let rest = subject.rest();
        if let Some(rest) = rest.strip_prefix(", ") {
            self.more.push(rest.to_owned());
        }
    }

    /// A subject of which no more than the repository can be read; gives what is left, to be said as it is.
    fn repository_alone(&mut self, sub: &Field) -> String {
        let behind = sub.strip_prefix("repo:");
        if let Some((path, _)) = behind.as_ref().and_then(|behind| behind.split_once(':')) {
            self.repository(&path);
        }
        format!(", sub {}", sub.name())
    }

    fn repository(&mut self, path: &Field) {
        if path.is_any() {
            return;
        }
        match path.split_once('/') {
            Some((owner, name)) if owner.exact().is_some() => {
                let owner = owner.name();
                let who = match name.exact() {
                    Some(_) => format!("{owner}/{}", name.name()),
                    None => name.words(&format!("repository of {owner}"), &format!("repositories of {owner}")),
                };
                self.who(who, true);
            }
            Some((owner, name)) => {
                let owners = owner.words("owner", "owners");
                let who = match name.exact() {
                    Some(_) => format!("repository {} of {owners}", name.name()),
                    None => name.words(&format!("repository of {owners}"), &format!("repositories of {owners}")),
                };
                self.who(who, false);
                self.strangers.get_or_insert(owners);
            }
            // Without a slash a run takes in the rest of the owner's name, and the repository.
            None => {
                let owners = path.words("owner", "owners");
                self.who(format!("any repository of {owners}"), false);
                self.strangers.get_or_insert(owners);
            }
        }
    }

    fn who(&mut self, who: String, owned: bool) {
        if self.who.is_none() || owned && !self.owned {
            self.who = Some(who);
        } else {
            self.more.push(who);
        }
        self.owned |= owned;
    }

    fn claim(&mut self, claim: &str, value: &Field) {
        let owned = value.exact().is_some();
        match claim {
            "repository" => self.repository(value),
            "repository_id" => self.who(value.words("the repository with the id", "repositories with ids"), owned),
            "repository_owner" => {
                self.who(
                    format!("any repository of {}", if owned { value.name() } else { value.words("owner", "owners") }),
                    owned,
                );
            }
            "repository_owner_id" => {
                self.who(
                    format!("any repository of {}", value.words("the owner with the id", "owners with ids")),
                    owned,
                );
            }
            "enterprise" | "enterprise_id" => {
                let (one, many) = match claim {
                    "enterprise" => ("the enterprise", "enterprises"),
                    _ => ("the enterprise with the id", "enterprises with ids"),
                };
                self.who(format!("any repository of {}", value.words(one, many)), owned);
            }
            "ref" => self.more.push(reference(value)),
            "environment" => self.more.push(value.words("environment", "environments")),
            "job_workflow_ref" => self.more.push(value.words("reusable workflow", "reusable workflows")),
            "workflow" => self.more.push(value.words("workflow", "workflows")),
            _ => self.more.push(format!("started by {}", value.words("user", "users"))),
        }
    }

    fn entry(self, why: &str, more: &str) -> Entry {
        let issuer = self.issuer;
        let path = issuer.name.split_once("githubusercontent.com/").map(|(_, enterprise)| enterprise);
        let own = match (issuer.tenancy.everyone, path) {
            (Some(everyone), _) => everyone.to_owned(),
            (None, Some(enterprise)) => format!("any repository of the enterprise {enterprise}"),
            (None, None) => format!("any repository on {}", issuer.host()),
        };
        let place = match (issuer.tenancy.everyone, path) {
            (Some(_), _) => String::new(),
            (None, Some(enterprise)) if self.who.is_some() => format!(" of the enterprise {enterprise}"),
            (None, None) if self.who.is_some() => format!(" on {}", issuer.host()),
            _ => String::new(),
        };
        let open = match (self.owned, self.strangers) {
            (true, _) => None,
            (false, Some(owners)) => issuer.tenancy.everyone.map(|_| format!("{why}: {owners}, whoever they are")),
            (false, None) => issuer.open(why),
        };
        let mut who = format!("GitHub Actions of {}{place}", self.who.unwrap_or(own));
        for part in self.more {
            who.push_str(", ");
            who.push_str(&part);
        }
        Entry { who: format!("{who}{more}"), open }
    }
}

/// A Git reference in words.
fn reference(value: &Field) -> String {
    if value.is_any() {
        return "any branch or tag".to_owned();
    }
    if let Some(name) = value.strip_prefix("refs/heads/") {
        return name.words("branch", "branches");
    }
    if let Some(name) = value.strip_prefix("refs/tags/") {
        return name.words("tag", "tags");
    }
    value.words("ref", "refs")
}
