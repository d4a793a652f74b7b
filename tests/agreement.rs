//! `who-can`, `what-can`, `path` and `explain` say the same: over all pairs of principal and resource of the sample, and
//! over a part of a real account where the corpus is beside the repository.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test target")]
#![expect(clippy::print_stdout, reason = "what is skipped is said")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use iamreach::action::ActionName;
use iamreach::arn::Arn;
use iamreach::condition::{Atom, Residual};
use iamreach::evaluate::{EvaluateOptions, Evaluator, Outcome};
use iamreach::graph::Carried;
use iamreach::load::{LoadOptions, Loaded, load};
use iamreach::model::{Environment, objects_of};
use iamreach::query::{
    AccessRow, Engine, Explanation, Goal, Paths, Subject, SubjectKind, WhatCan, WhoCan, select_actions,
};
use iamreach::request::{Caller, Credentials};
use iamreach::service_reference::ServiceReference;

fn sample() -> Loaded {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/sample");
    load(&[folder], &LoadOptions::default())
}

fn engine(environment: &Environment) -> Engine<'_> {
    Engine::new(Evaluator::new(environment, EvaluateOptions::default()))
}

fn callers(environment: &Environment) -> Vec<Caller> {
    let roots = environment.accounts().map(|account| Caller::Root(account.id));
    environment.principals().map(|(id, _)| Caller::of(environment, id)).chain(roots).collect()
}

fn is_shown(outcome: Outcome) -> bool {
    matches!(outcome, Outcome::Allowed | Outcome::AllowedIf | Outcome::Unknown)
}

/// The actions of a resource's own service that can act on it, at most so many, evenly spread.
fn spread(resource: &str, most: usize) -> Vec<ActionName> {
    let service = Arn::parse(resource).map_or("*".to_owned(), |arn| arn.service().to_owned());
    let all = select_actions(&format!("{service}:*"), resource).unwrap_or_default();
    let step = all.len().div_ceil(most).max(1);
    all.into_iter().step_by(step).collect()
}

/// What an answer says of one request: with the credentials at hand, and after signing in with MFA.
#[derive(Debug, Default, PartialEq, Eq, Clone)]
struct Said {
    plain: Option<(Outcome, Residual)>,
    mfa: Option<(Outcome, Residual)>,
}

impl Said {
    fn by(rows: &[&AccessRow]) -> Result<Self, String> {
        let mut said = Self::default();
        for row in rows {
            let slot = if row.needs_mfa() { &mut said.mfa } else { &mut said.plain };
            if slot.replace((row.outcome, row.condition.clone())).is_some() {
                return Err("two rows for one request".to_owned());
            }
        }
        Ok(said)
    }

    fn by_explain(engine: &Engine<'_>, caller: &Caller, action: &ActionName, resource: &str) -> Self {
        let explanations = engine.explain(caller, action, resource);
        let mut said = Self::default();
        for explanation in explanations.iter().filter(|explanation| is_shown(explanation.outcome)) {
            let residual = explanation.decision.residual();
            if explanation.credentials == Credentials::MfaSession {
                // MFA is a requirement of its own.
                said.mfa = Some((explanation.outcome.max(Outcome::AllowedIf), residual));
            } else {
                said.plain = Some((explanation.outcome, residual));
            }
        }
        said
    }

    /// Whether MFA makes the answer better than it is without.
    fn gains_by_mfa(&self) -> bool {
        match (&self.plain, &self.mfa) {
            (None, Some(_)) => true,
            (Some((plain, _)), Some((mfa, _))) => mfa < plain,
            _ => false,
        }
    }

    /// Whether another answer agrees with this one, `explain`'s. It may leave out what MFA does not improve.
    fn agrees(&self, other: &Self) -> bool {
        self.plain == other.plain
            && match &other.mfa {
                Some(_) => other.mfa == self.mfa || other.mfa == other.plain,
                None => !self.gains_by_mfa(),
            }
    }
}

/// Whether a row of `what-can` covers an action: by name, or as one of `service:*` of its access level.
fn covers(row: &AccessRow, action: &ActionName) -> bool {
    let reference = ServiceReference::embedded();
    let listed = reference.action_id(action.service(), action.name()).and_then(|id| reference.action(id));
    let whole = format!("{}:*", action.service());
    row.actions.iter().any(|name| name.eq_ignore_ascii_case(action.as_str()))
        || (row.actions.iter().any(|name| **name == *whole)
            && listed.is_some_and(|listed| Some(listed.access_level()) == row.access_level))
}

/// Compares the three on every pair; returns how many requests were compared and how many were allowed.
fn compare(
    engine: &Engine<'_>,
    callers: &[Caller],
    resources: &[String],
    most: usize,
    inventory: bool,
) -> (usize, usize) {
    let environment = engine.environment();
    let mut complaints = Vec::new();
    let (mut compared, mut allowed) = (0, 0);
    let reach: BTreeMap<Subject, Vec<AccessRow>> = callers
        .iter()
        .map(|caller| {
            let rows = engine.what_can(&WhatCan { from: caller.clone(), max_hops: 0 });
            (Subject::of(environment, caller), rows)
        })
        .collect();
    for resource in resources {
        for action in spread(resource, most) {
            let question = WhoCan { actions: vec![action.clone()], resources: vec![resource.clone()], max_hops: 0 };
            let who = engine.who_can(&question);
            let known: BTreeSet<Subject> = callers.iter().map(|caller| Subject::of(environment, caller)).collect();
            for row in who.iter().filter(|row| !row.subject.kind.is_external()) {
                if inventory && !known.contains(&row.subject) {
                    complaints.push(format!("who-can names {}, who is nobody of the input", row.subject.name));
                }
            }
            for caller in callers {
                let subject = Subject::of(environment, caller);
                let explained = Said::by_explain(engine, caller, &action, resource);
                compared += 1;
                allowed += usize::from(explained.plain.is_some() || explained.mfa.is_some());
                let mut hold = |question: &str, rows: Vec<&AccessRow>| match Said::by(&rows) {
                    Ok(said) if explained.agrees(&said) => {}
                    other => complaints.push(format!(
                        "{} {action} {resource}\n  explain {explained:?}\n  {question} {other:?}",
                        subject.name
                    )),
                };
                hold("who-can", who.iter().filter(|row| row.subject == subject).collect());
                let on_resource: Vec<_> = reach[&subject].iter().filter(|row| *row.resource == **resource).collect();
                // Without an inventory, `what-can` asks only about what the principal's own policies name.
                if inventory || !on_resource.is_empty() {
                    hold("what-can", on_resource.into_iter().filter(|row| covers(row, &action)).collect());
                }
            }
        }
    }
    complaints.truncate(10);
    assert!(complaints.is_empty(), "\n{}", complaints.join("\n"));
    (compared, allowed)
}

#[test]
fn the_three_agree_on_the_sample() {
    let loaded = sample();
    let environment = &loaded.environment;
    let mut resources = Vec::new();
    for resource in environment.resources() {
        resources.push(resource.arn.to_string());
        resources.extend(objects_of(&resource.arn));
    }
    let (compared, allowed) = compare(&engine(environment), &callers(environment), &resources, 16, true);
    assert!(compared > 20_000, "{compared}");
    assert!(allowed > 1_000, "{allowed}");
}

fn corpus(name: &str) -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    let path = std::env::var_os("IAMREACH_CORPUS").map_or_else(beside, PathBuf::from).join(name);
    let there = path.is_file();
    if !there {
        println!("skipped: there is no {}", path.display());
    }
    there.then_some(path)
}

#[test]
fn the_three_agree_on_a_real_account() {
    let Some(path) = corpus("gaad/cloudsplaining-example.json") else { return };
    let loaded = load(&[path], &LoadOptions::default());
    let environment = &loaded.environment;
    let engine = engine(environment);
    let all = callers(environment);
    let some: Vec<Caller> = all.iter().step_by(all.len().div_ceil(40)).cloned().collect();
    let mut resources = BTreeSet::new();
    for caller in some.iter().step_by(4) {
        let rows = engine.what_can(&WhatCan { from: caller.clone(), max_hops: 0 });
        resources.extend(rows.into_iter().map(|row| row.resource.into_string()).filter(|arn| Arn::parse(arn).is_ok()));
    }
    let all: Vec<String> = resources.into_iter().collect();
    let resources: Vec<String> = all.iter().step_by(all.len().div_ceil(12).max(1)).cloned().collect();
    let (compared, allowed) = compare(&engine, &some, &resources, 8, false);
    println!("{compared} requests compared, {allowed} allowed");
    assert!(allowed > 0);
    let goals = resources.iter().filter_map(|resource| Some((spread(resource, 1).pop()?, resource.clone())));
    paths_agree(&engine, goals.take(3));
}

// ---------------------------------------------------------------- paths

fn caller_of(environment: &Environment, subject: &Subject) -> Option<Caller> {
    Some(match subject.kind {
        SubjectKind::User | SubjectKind::Role => Caller::of(environment, environment.principal_by_arn(&subject.name)?),
        SubjectKind::Root => Caller::Root(subject.account?),
        SubjectKind::Service => Caller::Service(subject.name.clone()),
        SubjectKind::FederatedProvider => Caller::FederatedProvider(subject.name.clone()),
        SubjectKind::ExternalAccount => Caller::ExternalAccount(subject.account),
        _ => return None,
    })
}

/// That every step of a row, and the request at its end, are allowed by `explain` as well.
fn holds_hop_by_hop(engine: &Engine<'_>, row: &AccessRow, action: &ActionName, resource: &str) -> Result<(), String> {
    let environment = engine.environment();
    // Users and roles of other accounts are met in policies only.
    let Some(mut holder) = caller_of(environment, &row.subject) else { return Ok(()) };
    let allowed = |caller: &Caller, action: &ActionName, resource: &str, stated: Outcome, later: bool| {
        let explanations = engine.explain(caller, action, resource);
        // What a call asks of its session, the calls before have given it.
        let given = |explanation: &Explanation| {
            let carried = |key: &str| Carried::of_key(key).is_some() || key == "sts:rolesessionname";
            let rest = explanation.decision.residual().substitute(&|atom, _| match atom {
                Atom::Test { key, .. } if carried(key) => Some(true),
                _ => None,
            });
            is_shown(explanation.outcome) && Outcome::when(&rest) <= stated
        };
        let best = explanations.iter().map(|explanation| explanation.outcome).min();
        match best {
            Some(best) if is_shown(best) && best <= stated => Ok(()),
            Some(_) if later && explanations.iter().any(given) => Ok(()),
            other => Err(format!("{caller:?} {action} {resource}: explain says {other:?}, the path {stated}")),
        }
    };
    for (index, hop) in row.path.iter().enumerate() {
        allowed(&holder, &ActionName::parse(&hop.action).unwrap(), &hop.role, hop.outcome, index > 0)?;
        let id = environment.principal_by_arn(&hop.role).ok_or("a role that is not there")?;
        holder = Caller::of(environment, id);
    }
    allowed(&holder, action, resource, row.outcome, !row.path.is_empty())
}

fn paths_agree(engine: &Engine<'_>, goals: impl Iterator<Item = (ActionName, String)>) {
    let environment = engine.environment();
    let mut complaints = Vec::new();
    for (action, resource) in goals {
        let question = WhoCan { actions: vec![action.clone()], resources: vec![resource.clone()], max_hops: 8 };
        let rows = engine.who_can(&question);
        let mut starts: BTreeMap<Subject, Option<(Outcome, usize)>> =
            callers(environment).iter().map(|caller| (Subject::of(environment, caller), None)).collect();
        for row in &rows {
            if let Err(why) = holds_hop_by_hop(engine, row, &action, &resource) {
                complaints.push(format!("who-can, {}: {why}", row.subject.name));
            }
            let best = starts.entry(row.subject.clone()).or_default();
            let this = Some((row.outcome, row.path.len()));
            *best = if best.is_none() { this } else { this.min(*best) };
        }
        for (subject, best) in starts {
            let Some(from) = caller_of(environment, &subject) else { continue };
            for all in [None, Some(4)] {
                let goal = Goal::Can { action: action.clone(), resource: resource.clone() };
                let found = engine.paths(&Paths { all, ..Paths::between(from.clone(), goal) });
                let shortest = found.first().map(|row| (row.outcome, row.path.len()));
                // What outsiders do in their own name who-can tells of those alone whom the resource's side names.
                let hops = |best: Option<(Outcome, usize)>| best.map(|(_, hops)| hops);
                let unnamed = subject.kind.is_external() && hops(best) > Some(0) && hops(shortest) == Some(0);
                if shortest != best && !unnamed {
                    complaints.push(format!(
                        "{} {action} {resource}: who-can says {best:?}, path (of {all:?}) {shortest:?}",
                        subject.name
                    ));
                }
                for row in &found {
                    if let Err(why) = holds_hop_by_hop(engine, row, &action, &resource) {
                        complaints.push(format!("path, {}: {why}", row.subject.name));
                    }
                }
            }
        }
    }
    complaints.sort();
    complaints.dedup();
    complaints.truncate(20);
    assert!(complaints.is_empty(), "\n{}", complaints.join("\n"));
}

#[test]
fn paths_and_who_can_agree_on_the_sample() {
    let loaded = sample();
    let engine = engine(&loaded.environment);
    let goals = [
        ("s3:GetObject", "arn:aws:s3:::alder-customer-data/exports/2026/customers.csv"),
        ("s3:GetObject", "arn:aws:s3:::alder-customer-data/restricted/2026/contracts.pdf"),
        ("s3:PutObject", "arn:aws:s3:::alder-release-artifacts/build.zip"),
        ("kms:Decrypt", "arn:aws:kms:eu-west-1:222233334444:key/e7b2d6c4-91f0-4a35-8c7e-0d5f3b2a6e18"),
        ("sns:Publish", "arn:aws:sns:eu-west-1:222233334444:alder-events"),
        ("ecr:BatchGetImage", "arn:aws:ecr:eu-west-1:444455556666:repository/alder/pipeline"),
        ("sqs:SendMessage", "arn:aws:sqs:eu-west-1:222233334444:alder-ingest"),
        ("iam:CreateUser", "arn:aws:iam::222233334444:user/new"),
    ];
    let goals = goals.iter().map(|(action, resource)| (ActionName::parse(action).unwrap(), (*resource).to_owned()));
    paths_agree(&engine, goals);
}

#[test]
fn what_can_and_path_agree_on_roles() {
    let loaded = sample();
    let environment = &loaded.environment;
    let engine = engine(environment);
    let everyone = callers(environment);
    for from in &everyone {
        let rows = engine.what_can(&WhatCan { from: from.clone(), max_hops: 8 });
        // A row that becomes a role names the role as its resource, and the call as its action.
        let becomes: BTreeSet<&str> = rows
            .iter()
            .filter(|row| {
                row.access_level.is_none() && row.actions.iter().any(|name| name.starts_with("sts:AssumeRole"))
            })
            .map(|row| &*row.resource)
            .collect();
        for to in everyone.iter().filter(|to| *to != from) {
            let goal = Goal::Become(to.clone());
            let found = engine.paths(&Paths::between(from.clone(), goal));
            let name = Subject::of(environment, to).name;
            assert_eq!(becomes.contains(&*name), !found.is_empty(), "{from:?} to {name}");
        }
    }
}
