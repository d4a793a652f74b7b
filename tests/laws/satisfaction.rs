//! What an answer requires is enough: a request that fulfils a step's condition is allowed, without a condition.

use std::cell::Cell;

use iamreach::action::ActionName;
use iamreach::condition::Residual;
use iamreach::evaluate::Outcome;
use iamreach::query::AccessRow;
use iamreach::request::{Caller, Credentials};
use proptest::prelude::*;

use crate::sketch::{Sketch, sketch};
use crate::solve::{Filling, fulfil, is_beyond_requests};
use crate::world::{World, call, reading};
use crate::{cases, over};

/// A step: who, with what, to what, and what the answer requires of it.
struct Step<'r> {
    caller: Caller,
    credentials: Credentials,
    action: ActionName,
    resource: &'r str,
    condition: &'r Residual,
}

fn steps<'r>(world: &'r World, row: &'r AccessRow) -> Vec<Step<'r>> {
    let mut caller = world.caller(&row.subject.name);
    let mut credentials = row.credentials;
    let mut steps = Vec::new();
    for hop in &row.path {
        let (resource, condition) = (&*hop.role, &hop.condition);
        steps.push(Step { caller, credentials, action: call(hop), resource, condition });
        (caller, credentials) = (world.caller(&hop.role), hop.credentials);
    }
    steps.push(Step { caller, credentials, action: reading(), resource: &world.treasure, condition: &row.condition });
    steps
}

/// The caller in the session that the id asked for ends with: that is how a question names a session (E8, E28).
fn as_session(world: &World, caller: Caller, context: &mut Filling) -> Caller {
    if !matches!(caller, Caller::RoleSession { .. }) {
        return caller;
    }
    let Some(at) = context.iter().position(|(key, _)| key == "aws:userid") else { return caller };
    let Some((_, name)) = context[at].1.first().and_then(|id| id.split_once(':')) else { return caller };
    let name = name.to_owned();
    context.remove(at);
    in_session(world, &caller, &name)
}

/// The tags of a role as the keys of its sessions' requests.
fn own_tags(world: &World, caller: &Caller) -> impl Iterator<Item = (String, Vec<String>)> {
    let tags = caller.principal().and_then(|id| world.loaded.environment.principal(id).tags.present().cloned());
    tags.into_iter()
        .flatten()
        .filter_map(|tag| Some((format!("aws:principaltag/{}", tag.key.to_lowercase()), vec![tag.value?.to_string()])))
}

/// A tag that a call passes, as the session has it.
fn as_tag((key, values): &(String, Vec<String>)) -> Option<(String, Vec<String>)> {
    Some((format!("aws:principaltag/{}", key.strip_prefix("aws:requesttag/")?), values.clone()))
}

/// A role's caller in the session of that name.
fn in_session(world: &World, caller: &Caller, name: &str) -> Caller {
    let Caller::RoleSession { account, role, .. } = caller else { return caller.clone() };
    let role = role.resource().trim_start_matches("role/");
    world.caller(&format!("arn:aws:sts::{account}:assumed-role/{role}/{name}"))
}

#[test]
fn e174_a_request_that_fulfils_the_condition_of_a_step_is_allowed() {
    let (tried, beyond, unsolved) = (Cell::new(0_u32), Cell::new(0_u32), Cell::new(0_u32));
    let more = |count: &Cell<u32>| count.set(count.get() + 1);
    over(6, &sketch(), |drawn: Sketch| {
        let world = World::of(&drawn.organization());
        let rows = world.who_can(&world.engine());
        for row in rows.iter().filter(|row| &*row.subject.name != "*") {
            // What a call gave the session which makes the next one: a name (E8), tags (E153), and what goes on from there.
            let (mut name, mut tags, mut staying): (Option<String>, Filling, Filling) = (None, Vec::new(), Vec::new());
            for (index, step) in steps(&world, row).into_iter().enumerate() {
                more(&tried);
                let strictly = fulfil(step.condition, false);
                let is_strict = strictly.is_some();
                let Some(mut context) = strictly.or_else(|| fulfil(step.condition, true)) else {
                    more(&unsolved);
                    continue;
                };
                if !is_strict {
                    more(&beyond);
                }
                let caller = match name.take() {
                    Some(name) => in_session(&world, &step.caller, &name),
                    None => as_session(&world, step.caller, &mut context),
                };
                let given = context.iter().find(|(key, _)| key == "sts:rolesessionname");
                name = given.and_then(|(_, values)| values.first().cloned());
                let passed: Filling = context.iter().filter_map(as_tag).collect();
                let transitive = context.iter().filter(|(key, _)| key == "sts:transitivetagkeys");
                let transitive: Vec<String> = transitive.flat_map(|(_, keys)| keys.clone()).collect();
                // What a session is asked to have and to hand on, the next one has.
                let handed: Vec<String> = context
                    .iter()
                    .filter(|(key, _)| key == "the session's transitive tags")
                    .flat_map(|(_, tags)| tags.iter().map(|tag| format!("aws:principaltag/{}", tag.to_lowercase())))
                    .collect();
                staying.extend(context.iter().filter(|(key, _)| handed.contains(key)).cloned());
                let is_one =
                    |(key, values): &&(String, Vec<String>)| key.ends_with(":sourceidentity") && !values.is_empty();
                let identity = context.iter().find(is_one);
                let identity = identity.map(|(_, values)| ("aws:sourceidentity".to_owned(), values.clone()));
                let own = |key: &String, context: &Filling| context.iter().any(|(known, _)| known == key);
                let more: Filling =
                    tags.drain(..).chain(staying.clone()).filter(|(key, _)| !own(key, &context)).collect();
                context.extend(more);
                // What nobody passes is the role's own (E153).
                let of_role: Filling =
                    own_tags(&world, &caller).filter(|(key, _)| index > 0 && !own(key, &context)).collect();
                context.extend(of_role);
                // The one tag that is drawn, and a source identity, where nothing gives one.
                for key in ["aws:principaltag/team", "aws:sourceidentity"].map(str::to_owned) {
                    if index > 0 && !own(&key, &context) {
                        context.push((key, Vec::new()));
                    }
                }
                let goes_on = |(key, _): &&(String, Vec<String>)| {
                    transitive.iter().any(|tag| key.strip_prefix("aws:principaltag/") == Some(&tag.to_lowercase()))
                };
                staying.extend(passed.iter().filter(goes_on).cloned().chain(identity));
                tags = passed;
                let engine = world.engine_given(context.clone());
                let target = engine.evaluator().target(&step.action, step.resource);
                let decision = engine.evaluator().decide(&caller, step.credentials, &target);
                let is_allowed = match decision.outcome() {
                    Outcome::Allowed => true,
                    Outcome::AllowedIf | Outcome::Unknown => !is_strict && is_beyond_requests(&decision.residual()),
                    _ => false,
                };
                prop_assert!(
                    is_allowed,
                    "{}: {} on {} is {} with {:?}, if {}, though {} is asked",
                    row.subject.name,
                    step.action,
                    step.resource,
                    decision.outcome(),
                    context,
                    decision.residual(),
                    step.condition
                );
            }
        }
        Ok(())
    });
    let (tried, beyond, unsolved, cases) = (tried.get(), beyond.get(), unsolved.get(), cases());
    println!("{tried} steps; {beyond} hang on more than a request as well, for {unsolved} no request was found");
    assert!(tried > 3 * cases && unsolved * 100 < tried, "of {tried} steps {unsolved} were not tried");
}
