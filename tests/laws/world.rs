//! A loaded organization and the questions of the laws.

use std::collections::BTreeMap;

use iamreach::action::ActionName;
use iamreach::evaluate::{EvaluateOptions, Evaluator, Outcome, StatementRef};
use iamreach::load::Loaded;
use iamreach::query::{AccessRow, Engine, Goal, Hop, Paths, SubjectKind, WhoCan, select_caller};
use iamreach::request::{Caller, Credentials, Entrance};

use crate::organization::{Folder, Organization};

/// How many roles a path may enter.
pub(crate) const MAX_HOPS: u32 = 4;

pub(crate) struct World {
    pub(crate) loaded: Loaded,
    pub(crate) treasure: String,
    _folder: Folder,
}

/// A way: the credentials that it begins with, and the calls with the roles that they enter.
pub(crate) type Way = (Credentials, Vec<(String, String)>);

impl World {
    pub(crate) fn of(organization: &Organization) -> Self {
        let folder = organization.write();
        Self { loaded: folder.load(), treasure: organization.vault.treasure(), _folder: folder }
    }

    pub(crate) fn engine(&self) -> Engine<'_> {
        self.engine_given(Vec::new())
    }

    /// One that is told condition keys.
    pub(crate) fn engine_given(&self, context: Vec<(String, Vec<String>)>) -> Engine<'_> {
        Engine::new(Evaluator::new(&self.loaded.environment, EvaluateOptions { context, ..EvaluateOptions::default() }))
    }

    pub(crate) fn who_can(&self, engine: &Engine<'_>) -> Vec<AccessRow> {
        engine.who_can(&WhoCan { actions: vec![reading()], resources: vec![self.treasure.clone()], max_hops: MAX_HOPS })
    }

    pub(crate) fn paths(&self, engine: &Engine<'_>, from: &Caller, all: Option<usize>) -> Vec<AccessRow> {
        let goal = Goal::Can { action: reading(), resource: self.treasure.clone() };
        engine.paths(&Paths { max_hops: MAX_HOPS, all, ..Paths::between(from.clone(), goal) })
    }

    pub(crate) fn caller(&self, name: &str) -> Caller {
        select_caller(&self.loaded.environment, name).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// The Sid of a statement; each has one of its own.
    pub(crate) fn sid(&self, statement: StatementRef) -> Option<String> {
        let document = self.loaded.environment.document(statement.document).content.as_ref().ok()?;
        document.statements[statement.index as usize].sid.as_deref().map(str::to_owned)
    }

    /// The answer, by subject.
    pub(crate) fn best(&self) -> Best {
        Best::of(&self.who_can(&self.engine()))
    }
}

/// The best outcome of everyone in an answer.
#[derive(Debug)]
pub(crate) struct Best(BTreeMap<(SubjectKind, String), Outcome>);

impl Best {
    pub(crate) fn of(rows: &[AccessRow]) -> Self {
        let mut best: BTreeMap<(SubjectKind, String), Outcome> = BTreeMap::new();
        for row in rows {
            let subject = (row.subject.kind, row.subject.name.to_string());
            let outcome = best.entry(subject).or_insert(row.outcome);
            *outcome = (*outcome).min(row.outcome);
        }
        Self(best)
    }

    /// The outcome that is told under a name.
    pub(crate) fn named(&self, name: &str) -> Option<Outcome> {
        self.0.iter().filter(|((_, of), _)| of == name).map(|(_, outcome)| *outcome).min()
    }

    /// The best outcome that is told of somebody: by name, or of an outsider, as one of all outsiders. Who is named alone
    /// has no row for what everyone can.
    pub(crate) fn of_subject(&self, kind: SubjectKind, name: &str) -> Option<Outcome> {
        let together = matches!(kind, SubjectKind::ExternalAccount).then_some("*");
        let names = [Some(name), together].into_iter().flatten();
        names.filter_map(|name| self.0.get(&(kind, name.to_owned()))).copied().min()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (SubjectKind, &str, Outcome)> {
        self.0.iter().map(|((kind, name), outcome)| (*kind, name.as_str(), *outcome))
    }
}

pub(crate) fn reading() -> ActionName {
    ActionName::parse("s3:GetObject").unwrap()
}

pub(crate) fn call(hop: &Hop) -> ActionName {
    ActionName::parse(&hop.action).unwrap()
}

pub(crate) fn way(row: &AccessRow) -> Way {
    let hops = row.path.iter().map(|hop| (hop.action.to_string(), hop.role.to_string()));
    (row.credentials, hops.collect())
}

pub(crate) fn is_shown(outcome: Outcome) -> bool {
    outcome.is_allowed() || outcome == Outcome::Unknown
}

/// The credentials with which somebody begins.
pub(crate) fn begins_with(caller: &Caller, needs_mfa: bool) -> Credentials {
    match caller {
        Caller::Root(_) => Credentials::Root,
        Caller::User { id: Some(_), .. } if needs_mfa => Credentials::MfaSession,
        Caller::User { id: Some(_), .. } => Credentials::LongTermKey,
        Caller::RoleSession { id: Some(_), .. } => Credentials::RoleSession(Entrance::Unspecified),
        Caller::Anonymous | Caller::Service(_) | Caller::FederatedProvider(_) => Credentials::Unsigned,
        _ => Credentials::Unspecified,
    }
}

/// How a role is entered.
pub(crate) fn entrance(from: &Caller, action: &str) -> Entrance {
    match (from, action) {
        (_, "sts:AssumeRoleWithSAML") => Entrance::Saml,
        (_, "sts:AssumeRoleWithWebIdentity") => Entrance::WebIdentity,
        (Caller::Service(_), _) => Entrance::Service,
        (Caller::RoleSession { id: Some(_), .. }, _) => Entrance::Chained,
        _ => Entrance::User,
    }
}
