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
use crate::world::{World, begins_with, call, entrance, reading};
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
    let mut credentials = begins_with(&caller, row.needs_mfa);
    let mut steps = Vec::new();
    for hop in &row.path {
        let entered = Credentials::RoleSession(entrance(&caller, &hop.action));
        let (resource, condition) = (&*hop.role, &hop.condition);
        steps.push(Step { caller, credentials, action: call(hop), resource, condition });
        (caller, credentials) = (world.caller(&hop.role), entered);
    }
    steps.push(Step { caller, credentials, action: reading(), resource: &world.treasure, condition: &row.condition });
    steps
}

/// The caller in the session that the id asked for ends with: that is how a question names a session (E8, E28).
fn as_session(world: &World, caller: Caller, context: &mut Filling) -> Caller {
    let Caller::RoleSession { account, role, .. } = &caller else { return caller };
    let Some(at) = context.iter().position(|(key, _)| key == "aws:userid") else { return caller };
    let Some((_, name)) = context[at].1.first().and_then(|id| id.split_once(':')) else { return caller };
    let name = name.to_owned();
    context.remove(at);
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
            for step in steps(&world, row) {
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
                let caller = as_session(&world, step.caller, &mut context);
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
