//! Every hop there could be, tried one by one: the graph, which tries few, gives the same reach.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

use iamreach::action::ActionName;
use iamreach::evaluate::Evaluator;
use iamreach::query::Engine;
use iamreach::request::{Caller, Credentials, Entrance};
use proptest::prelude::*;

use crate::agreement::everyone;
use crate::sketch::{Sketch, sketch};
use crate::world::{Best, MAX_HOPS, World, begins_with, entrance, is_shown, reading};
use crate::{cases, over};

type State = (Caller, Credentials);

const ENTRANCES: [Entrance; 5] =
    [Entrance::User, Entrance::Chained, Entrance::Saml, Entrance::WebIdentity, Entrance::Service];

/// Whether a state is shown to be able to call something on a resource.
fn can(evaluator: &Evaluator<'_>, (caller, credentials): &State, action: &str, resource: &str) -> bool {
    let target = evaluator.target(&ActionName::parse(action).unwrap(), resource);
    is_shown(evaluator.decide(caller, *credentials, &target).outcome())
}

/// The states among these that get to the treasure by at most so many roles.
fn closure(world: &World, engine: &Engine<'_>, starts: &[State]) -> BTreeSet<State> {
    let environment = &world.loaded.environment;
    let roles = environment.principals().map(|(id, one)| (Caller::of(environment, id), one.arn.to_string()));
    let roles: Vec<(Caller, String)> = roles.filter(|(role, _)| matches!(role, Caller::RoleSession { .. })).collect();
    let sessions =
        roles.iter().flat_map(|(role, _)| ENTRANCES.map(|how| (role.clone(), Credentials::RoleSession(how))));
    let states: Vec<State> = starts.iter().cloned().chain(sessions).collect();
    let mut back: BTreeMap<State, Vec<&State>> = BTreeMap::new();
    for state in &states {
        let calls: &[&str] = match &state.0 {
            Caller::FederatedProvider(_) => &["sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity"],
            _ => &["sts:AssumeRole"],
        };
        for (role, arn) in &roles {
            for call in calls.iter().filter(|call| can(engine.evaluator(), state, call, arn)) {
                let entered = Credentials::RoleSession(entrance(&state.0, call));
                back.entry((role.clone(), entered)).or_default().push(state);
            }
        }
    }
    let reading = reading();
    let read = |state: &&State| can(engine.evaluator(), state, reading.as_str(), &world.treasure);
    let mut reached: BTreeSet<State> = states.iter().filter(read).cloned().collect();
    for _ in 0..MAX_HOPS {
        let next = reached.iter().flat_map(|state| back.get(state).into_iter().flatten());
        let next: Vec<State> = next.map(|state| (*state).clone()).collect();
        reached.extend(next);
    }
    reached
}

#[test]
fn who_can_finds_whom_trying_every_hop_finds() {
    let counts = Cell::new([0_u32; 2]);
    over(7, &sketch(), |drawn: Sketch| {
        let world = World::of(&drawn.without_sessions().organization());
        let engine = world.engine();
        let best = Best::of(&world.who_can(&engine));
        // Outsiders are told of together.
        let callers = everyone(&world).into_iter().map(|name| (world.caller(&name), name));
        let callers: Vec<(Caller, String)> =
            callers.filter(|(one, _)| !matches!(one, Caller::ExternalAccount(_) | Caller::Anonymous)).collect();
        let starts = |caller: &Caller| {
            let mut with = BTreeSet::from([false, true].map(|mfa| begins_with(caller, mfa)));
            if with.contains(&Credentials::LongTermKey) {
                with.insert(Credentials::SessionToken);
            }
            let caller = caller.clone();
            with.into_iter().map(move |credentials| (caller.clone(), credentials))
        };
        let states: Vec<State> = callers.iter().flat_map(|(caller, _)| starts(caller)).collect();
        let reached = closure(&world, &engine, &states);
        for (caller, name) in &callers {
            let tried = starts(caller).any(|state| reached.contains(&state));
            // Whom `*` stands for has the row of all.
            let together = matches!(caller, Caller::Service(_) | Caller::FederatedProvider(_));
            let listed = best.named(name).is_some() || together && tried && best.named("*").is_some();
            prop_assert_eq!(listed, tried, "{}", name);
            let [reach, not] = counts.get();
            counts.set(if tried { [reach + 1, not] } else { [reach, not + 1] });
        }
        Ok(())
    });
    let [reach, not] = counts.get();
    println!("{reach} get there by trying every hop, {not} do not");
    assert!(reach > 2 * cases() && not > 2 * cases(), "{reach}, {not}");
}
