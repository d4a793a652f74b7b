//! Names and sentences that the formats share.

use crate::arn::{AccountId, Arn};
use crate::condition::{Atom, Residual};
use crate::evaluate::{StatementRef, missing_input};
use crate::model::{Environment, PolicyKind};
use crate::query::{AccessRow, Requirement, Subject, SubjectKind};
use crate::request::{ANY_PROVIDER, ANY_SERVICE};

/// The part of an ARN that tells it from its neighbours: `role/x/y` for IAM and STS, `s3:bucket/key` for the others.
/// A text that is no ARN stays as it is.
#[must_use]
pub fn short_name(arn: &str) -> String {
    match Arn::parse(arn) {
        Ok(arn) if matches!(arn.service(), "iam" | "sts") => arn.resource().to_owned(),
        Ok(arn) => format!("{}:{}", arn.service(), arn.resource()),
        Err(_) => arn.to_owned(),
    }
}

/// [`short_name`] behind the label of its account: `alder-production:role/x/y`.
#[must_use]
pub fn labelled_name(label: &str, arn: &str) -> String {
    format!("{label}:{}", short_name(arn))
}

/// What a reader calls an account: its name where the input has it, else its id.
#[must_use]
pub fn account_label(account: AccountId, env: &Environment) -> String {
    env.account(account).and_then(|account| account.name.as_deref()).map_or_else(|| account.to_string(), str::to_owned)
}

/// The subject in short: its short name, or words where the name is no name.
#[must_use]
pub fn subject_name(subject: &Subject) -> String {
    match subject.kind {
        SubjectKind::Anonymous => "anyone, unsigned".to_owned(),
        SubjectKind::Service if &*subject.name == ANY_SERVICE => "some AWS service".to_owned(),
        SubjectKind::FederatedProvider if &*subject.name == ANY_PROVIDER => "some identity provider".to_owned(),
        SubjectKind::ExternalAccount => {
            subject.account.map_or_else(|| "any other account".to_owned(), |account| account.to_string())
        }
        _ => short_name(&subject.name),
    }
}

/// A name of the subject that no other has: several kinds of subjects stand for many, and all of these are named `*`.
#[must_use]
pub fn subject_id(subject: &Subject) -> String {
    let one_of_many = &*subject.name == "*" && subject.kind != SubjectKind::Anonymous;
    if one_of_many { subject_name(subject) } else { subject.name.to_string() }
}

/// A condition in words. Missing input is named once, behind `undecided:`, followed by what would be required besides if
/// it turned out well.
#[must_use]
pub fn residual_text(residual: &Residual) -> String {
    let missing = missing_input(residual);
    if missing.is_empty() {
        return residual.to_string();
    }
    let besides = residual.substitute(&|atom, _| matches!(atom, Atom::MissingInput(_)).then_some(true));
    let undecided = format!("undecided: {}", missing.join(", "));
    if besides.is_true() { undecided } else { format!("{undecided}; besides {besides}") }
}

/// All that the answer requires, in the order of the way: MFA, each hop's condition behind its role, then the last
/// request's condition. Joined by `; `, empty when nothing is required.
///
/// A role is named `role/Name`, with its account's id before it where that is not the subject's account.
#[must_use]
pub fn requirement_text(row: &AccessRow) -> String {
    requirements(row, None)
}

/// The same for people: whom an identity provider has to vouch for is said in words.
#[must_use]
pub fn requirement_words(row: &AccessRow) -> String {
    requirements(row, entrants_text(row).as_deref())
}

/// Who may come in through the identity provider that the row is about: the alternatives joined by ` or `, and why they may
/// be others than one's own.
#[must_use]
pub fn entrants_text(row: &AccessRow) -> Option<String> {
    let entrants = row.entrants.as_ref()?;
    let words: Vec<&str> = entrants.words.iter().map(AsRef::as_ref).collect();
    let open = entrants.open.as_ref().map(|open| format!(" ({open})")).unwrap_or_default();
    Some(format!("{}{open}", words.join(" or ")))
}

fn requirements(row: &AccessRow, of_first: Option<&str>) -> String {
    let mut parts = Vec::new();
    parts.extend(Requirement::of_credentials(row.credentials).map(|needed| needed.to_string()));
    parts.extend(of_first.map(|who| format!("for {who}")));
    let told = of_first.map_or(0, |_| 1);
    for hop in row.path.iter().skip(told).filter(|hop| !hop.condition.is_true()) {
        let account = arn_account(&hop.role).filter(|account| Some(*account) != row.subject.account);
        let role = account.map_or_else(|| short_name(&hop.role), |id| labelled_name(id.as_str(), &hop.role));
        parts.push(format!("to assume {role}: {}", residual_text(&hop.condition)));
    }
    if !row.condition.is_true() {
        parts.push(residual_text(&row.condition));
    }
    parts.join("; ")
}

/// The way in full: the subject, then every role entered, joined by ` -> `.
#[must_use]
pub fn path_text(row: &AccessRow) -> String {
    let mut names = vec![row.subject.name.as_ref()];
    names.extend(row.path.iter().map(|hop| hop.role.as_ref()));
    names.join(" -> ")
}

/// The roles entered, in short names and joined by ` -> `; `direct` when there are none. A role of another account than
/// the one before it carries its account's label.
#[must_use]
pub fn via_text(row: &AccessRow, env: &Environment) -> String {
    if row.path.is_empty() {
        return "direct".to_owned();
    }
    let mut here = row.subject.account;
    let mut names = Vec::with_capacity(row.path.len());
    for hop in &row.path {
        let account = arn_account(&hop.role);
        names.push(match account {
            Some(id) if account != here => labelled_name(&account_label(id, env), &hop.role),
            _ => short_name(&hop.role),
        });
        here = account;
    }
    names.join(" -> ")
}

/// The kind of a policy in kebab-case.
#[must_use]
pub fn policy_kind_text(kind: PolicyKind) -> &'static str {
    match kind {
        PolicyKind::AwsManaged => "aws-managed",
        PolicyKind::CustomerManaged => "customer-managed",
        PolicyKind::Inline => "inline",
        PolicyKind::Trust => "trust",
        PolicyKind::ResourceBased => "resource-based",
        PolicyKind::Session => "session",
        PolicyKind::ServiceControl => "service-control",
        PolicyKind::ResourceControl => "resource-control",
        PolicyKind::VpcEndpoint => "vpc-endpoint",
        PolicyKind::Acl => "acl",
        PolicyKind::KeyGrant => "key-grant",
    }
}

/// The policy's name, or `request` for a document that came with the question.
#[must_use]
pub fn policy_name(statement: StatementRef, env: &Environment) -> &str {
    statement.policy.map_or("request", |id| &env.policy(id).name)
}

/// The statement's own id, where its document has one there.
#[must_use]
pub fn statement_sid(statement: StatementRef, env: &Environment) -> Option<&str> {
    let document = env.document(statement.document).content.as_ref().ok()?;
    document.statements.get(usize::try_from(statement.index).ok()?)?.sid.as_deref()
}

/// A statement in one word: `policy#Sid (policy kind)`, the index from 0 standing in for a missing Sid.
#[must_use]
pub fn statement_text(statement: StatementRef, env: &Environment) -> String {
    let name = policy_name(statement, env);
    let place = statement_sid(statement, env).map_or_else(|| statement.index.to_string(), str::to_owned);
    match statement.policy {
        Some(id) => format!("{name}#{place} ({})", policy_kind_text(env.policy(id).kind)),
        None => format!("{name}#{place}"),
    }
}

/// The text with everything that would steer a terminal or turn its direction written as `\u{…}`.
#[must_use]
pub fn printable(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_control() || matches!(c, '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}') {
            shown.extend(c.escape_default());
        } else {
            shown.push(c);
        }
    }
    shown
}

/// The account of an ARN.
pub(super) fn arn_account(arn: &str) -> Option<AccountId> {
    Arn::parse(arn).ok()?.account_id()
}
