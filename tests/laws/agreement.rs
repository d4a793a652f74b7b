//! The questions agree: who-can, path and explain tell of the same reach (both directions).

use std::cell::Cell;
use std::collections::BTreeSet;

use iamreach::evaluate::Outcome;
use iamreach::query::{AccessRow, Engine, SubjectKind};
use iamreach::request::Caller;
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;
use serde_json::json;

use crate::organization::{Organization, admits, allow};
use crate::sketch::{OUTSIDE, Sketch, sketch};
use crate::world::{Best, MAX_HOPS, World, call, is_shown, reading};
use crate::{cases, over};

/// Everyone of whom a question may be asked: whoever is in the accounts, root users, and those outside that are drawn.
pub(crate) fn everyone(world: &World) -> Vec<String> {
    let environment = &world.loaded.environment;
    let mut names: Vec<String> = environment.principals().map(|(_, one)| one.arn.to_string()).collect();
    for account in environment.accounts().filter(|account| environment.is_collected(account.id)) {
        names.push(format!("arn:aws:iam::{}:root", account.id));
        names.push(format!("arn:aws:iam::{}:oidc-provider/idp.example.com", account.id));
        names.push(format!("arn:aws:iam::{}:saml-provider/corp", account.id));
    }
    names.extend([OUTSIDE, "ec2.amazonaws.com", "anonymous"].map(str::to_owned));
    names
}

/// Names under which several are meant: any account outside, any service, any provider.
fn is_anyone(name: &str) -> bool {
    name == "*"
}

#[test]
fn who_can_lists_whom_paths_lead_and_nobody_else() {
    // By how many roles they enter, three and more together.
    let found = [const { Cell::new(0_u32) }; 4];
    over(1, &sketch(), |drawn: Sketch| {
        let world = World::of(&drawn.organization());
        let engine = world.engine();
        let rows = world.who_can(&engine);
        let best = Best::of(&rows);
        let listed = best.iter().map(|(_, name, _)| name).filter(|name| !is_anyone(name)).map(str::to_owned);
        let names: BTreeSet<String> = everyone(&world).into_iter().chain(listed).collect();
        for name in names {
            let caller = world.caller(&name);
            let listed = match caller {
                Caller::ExternalAccount(_) => best.of_subject(SubjectKind::ExternalAccount, &name),
                _ => best.named(&name),
            };
            // Other outsiders that are named nowhere are among those who are meant together.
            if listed.is_none() && best.named("*").is_some() && caller.principal().is_none() {
                continue;
            }
            let shortest = world.paths(&engine, &caller, None);
            let several = world.paths(&engine, &caller, Some(40));
            prop_assert_eq!(shortest.first().map(|row| row.outcome), listed, "the shortest path of {}", &name);
            // Several paths are of those that visit no role twice; the shortest may be one that does.
            if !shortest.first().is_some_and(visits_twice) {
                prop_assert_eq!(several.first().map(|row| row.outcome), listed, "the first path of {}", &name);
            }
            let explained = engine.explain_path(&caller, &reading(), &world.treasure, MAX_HOPS);
            prop_assert_eq!(!explained.is_empty(), listed.is_some(), "the explained path of {}", &name);
            if let Some(row) = shortest.first() {
                let outcomes: Vec<Outcome> = explained.iter().map(|step| step.outcome).collect();
                prop_assert_eq!(outcomes.len(), row.path.len() + 1, "the steps of {}", &name);
                prop_assert!(outcomes.iter().all(|outcome| is_shown(*outcome)), "{}: {:?}", &name, outcomes);
            }
        }
        for row in rows.iter().filter(|row| !is_anyone(&row.subject.name)) {
            hop_by_hop(&world, &engine, row)?;
            let count = &found[row.path.len().min(3)];
            count.set(count.get() + 1);
        }
        Ok(())
    });
    let found = found.map(Cell::into_inner);
    println!("rows that enter no role, one, two, more: {found:?}");
    assert!(found[1] > cases() && found[2] > cases() / 4 && found[3] > cases() / 20, "{found:?}");
}

/// Whether a path enters a role that it was in before.
fn visits_twice(row: &AccessRow) -> bool {
    let mut seen = BTreeSet::from([&row.subject.name]);
    row.path.iter().any(|hop| !seen.insert(&hop.role))
}

/// An account outside that one role names may still enter another that is open to all (E156).
#[test]
fn e156_an_outsider_that_is_named_is_one_of_everyone() {
    let found = |is_named: bool| {
        let mut organization = Organization::of_accounts(2);
        let (named, open) = (organization.role(0, "/", "named"), organization.role(1, "/", "open"));
        let principal = if is_named { OUTSIDE } else { "210001010101" };
        organization.trust(named, admits(json!({ "AWS": principal }), "sts:AssumeRole"));
        organization.trust(open, admits(json!({ "AWS": "*" }), "sts:AssumeRole"));
        organization.vault.key = None;
        let reads = allow("s3:GetObject", organization.vault.treasure());
        organization.grant(open, reads);
        let world = World::of(&organization);
        let paths = world.paths(&world.engine(), &world.caller(OUTSIDE), None);
        paths.first().map(|row| row.path.len())
    };
    assert_eq!(found(false), Some(1));
    assert_eq!(found(true), Some(1));
}

/// An account outside that a Deny with `NotPrincipal` spares, where everyone is let in, gets to it and is listed.
#[test]
fn e40_an_outsider_that_is_spared_is_listed() {
    let mut organization = Organization::of_accounts(2);
    organization.vault.key = None;
    organization.vault.restricts_public = false;
    let treasure = organization.vault.treasure();
    organization.vault.policy = vec![
        json!({ "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": treasure }),
        json!({ "Effect": "Deny", "NotPrincipal": { "AWS": OUTSIDE }, "Action": "s3:*", "Resource": treasure }),
    ];
    let world = World::of(&organization);
    let engine = world.engine();
    let paths = world.paths(&engine, &world.caller(OUTSIDE), None);
    assert_eq!(paths.len(), 1);
    let best = Best::of(&world.who_can(&engine));
    let listed = best.of_subject(SubjectKind::ExternalAccount, OUTSIDE);
    assert_eq!(listed, paths.first().map(|row| row.outcome));
}

/// Every hop of a row, and the request in the end, is one that explain allows.
fn hop_by_hop(world: &World, engine: &Engine<'_>, row: &AccessRow) -> Result<(), TestCaseError> {
    let mut caller: Caller = world.caller(&row.subject.name);
    for hop in &row.path {
        let explained = engine.explain(&caller, &call(hop), &hop.role);
        prop_assert!(
            explained.iter().any(|one| is_shown(one.outcome)),
            "{}: explain denies the hop to {}",
            row.subject.name,
            hop.role
        );
        caller = world.caller(&hop.role);
    }
    let explained = engine.explain(&caller, &reading(), &world.treasure);
    prop_assert!(explained.iter().any(|one| is_shown(one.outcome)), "{}: explain denies the end", row.subject.name);
    Ok(())
}
