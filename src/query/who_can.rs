//! Who can do something to a resource, directly or by becoming a role.

use std::collections::BTreeMap;

use crate::action::ActionName;
use crate::condition::Residual;
use crate::evaluate::Target;
use crate::graph::{State, StateId, Way};
use crate::model::{Collected, PrincipalId};
use crate::query::answer::AccessRow;
use crate::query::engine::{Direct, Engine, is_shown, merge_actions};
use crate::query::reach::end_of;
use crate::query::selector::is_beside_the_resource;
use crate::request::{Caller, Credentials};

/// The question.
#[derive(Debug, Clone)]
pub struct WhoCan {
    /// The actions.
    pub actions: Vec<ActionName>,
    /// The resources.
    pub resources: Vec<String>,
    /// How many roles a path may enter; 0 asks for direct access only.
    pub max_hops: u32,
}

impl Engine<'_> {
    /// Who can do any of the actions to any of the resources: one row for each subject, resource, set of actions and
    /// requirement. Of several ways of a subject those are given of which none requires all that another does, and more.
    #[must_use]
    pub fn who_can(&self, question: &WhoCan) -> Vec<AccessRow> {
        // Of several, only those that go together are asked about; a single request is decided whatever it is.
        let several = question.actions.len() > 1 || question.resources.len() > 1;
        let mut rows = Vec::new();
        for resource in &question.resources {
            for action in &question.actions {
                if several && is_beside_the_resource(action, resource) {
                    continue;
                }
                let target = self.evaluator().target(action, resource);
                rows.extend(self.who_can_one(&target, question.max_hops));
            }
        }
        merge_actions(rows)
    }

    fn who_can_one(&self, target: &Target, max_hops: u32) -> Vec<AccessRow> {
        let mut rows = Vec::new();
        let decided = self.direct(target, max_hops > 0);
        let outsiders = self.outsiders(target);
        for outsider in &outsiders {
            let direct = self.decide(outsider, target);
            let in_graph = max_hops > 0 && self.graph().find(outsider).is_some();
            if is_shown(direct.outcome) && !in_graph {
                rows.push(self.direct_row(outsider, &direct, target));
            }
        }
        if max_hops == 0 {
            let shown = |(state, direct): &&(State, Direct)| {
                is_shown(direct.outcome) && self.may_carry(state, direct, target, None)
            };
            for (state, direct) in decided.values().filter(shown) {
                rows.push(self.direct_row(state, direct, target));
            }
            return self.undominated(rows);
        }
        // An outsider that the resource's side does not name is among those it names together.
        let in_its_own_name = |key: &Key, state: &State| match key {
            Key::Outside(_) => true,
            Key::InGraph(_) => !state.begins() || state.caller.principal().is_some() || outsiders.contains(state),
        };
        let goals: BTreeMap<StateId, Residual> = decided
            .iter()
            .filter(|(key, (state, direct))| is_shown(direct.outcome) && in_its_own_name(key, state))
            .filter_map(|(key, (_, direct))| match key {
                Key::InGraph(id) => Some((*id, self.goal(direct, target))),
                Key::Outside(_) => None,
            })
            .collect();
        let search = self.search(max_hops, None);
        let ways = search.to(&goals);
        for (key, (state, direct)) in decided.iter().filter(|(_, (_, direct))| is_shown(direct.outcome)) {
            if in_its_own_name(key, state)
                && state.begins()
                && self.may_begin(state)
                && self.may_carry(state, direct, target, Some(&search))
            {
                rows.push(self.direct_row(state, direct, target));
            }
        }
        for (id, state) in self.graph().states().filter(|(_, state)| state.begins() && self.may_begin(state)) {
            for way in ways.from(id).iter().filter(|way| !self.is_of_known_people(state, way)) {
                if let Some((_, last)) = decided.get(&Key::InGraph(end_of(way, id))) {
                    rows.push(self.way_row(state, way, last, target));
                }
            }
        }
        self.keep_in_mind(&search);
        self.undominated(rows)
    }

    /// Whether a way begins at an identity provider with a role of which it is known who may enter: the people themselves
    /// have it (E15).
    fn is_of_known_people(&self, start: &State, way: &Way<'_>) -> bool {
        let first = way.hops.first().and_then(|hop| self.graph().state(hop.entered).caller.principal());
        let of_provider = first.filter(|_| matches!(start.caller, Caller::FederatedProvider(_)));
        of_provider.is_some_and(|role| self.people_are_known(role))
    }

    /// Whether it is known who may enter a role of IAM Identity Center.
    pub(super) fn people_are_known(&self, role: PrincipalId) -> bool {
        let people = self.environment().people_of(role);
        people.is_some_and(|people| matches!(people.all, Collected::Present(())))
    }

    /// The decision of every state there is, and of the root users.
    fn direct(&self, target: &Target, with_graph: bool) -> BTreeMap<Key, (State, Direct)> {
        let environment = self.environment();
        let mut decided = BTreeMap::new();
        for account in environment.accounts() {
            let state = State { caller: Caller::Root(account.id), credentials: Credentials::Root };
            let direct = self.decide(&state, target);
            decided.insert(Key::Outside(state.clone()), (state, direct));
        }
        if with_graph {
            // States come in the order of callers: sessions of one role are neighbours, and decided once if how they came
            // to be is never looked at.
            let mut last: Option<(State, Direct)> = None;
            for (id, state) in self.graph().states().filter(|(_, state)| state.caller.makes_requests()) {
                let direct = match last {
                    Some((ref known, ref direct)) if !direct.depends.credentials && are_alike(known, state, target) => {
                        direct.clone()
                    }
                    _ => self.decide(state, target),
                };
                decided.insert(Key::InGraph(id), (state.clone(), direct.clone()));
                last = Some((state.clone(), direct));
            }
        } else {
            for (id, _) in environment.principals() {
                for state in State::starts(environment, id).into_iter().filter(|state| self.may_begin(state)) {
                    let direct = self.decide(&state, target);
                    decided.insert(Key::Outside(state.clone()), (state, direct));
                }
            }
        }
        decided
    }
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    InGraph(StateId),
    Outside(State),
}

/// Whether two states differ in their credentials alone, and in a way that only condition keys can tell: calls of IAM and STS
/// look at the kind of credentials themselves (E114a).
pub(super) fn are_alike(one: &State, other: &State, target: &Target) -> bool {
    let by_role = |state: &State| matches!(state.credentials, Credentials::RoleSession(_));
    let by_user = |state: &State| {
        use Credentials::{LongTermKey, MfaSession, SessionToken};
        matches!(state.credentials, LongTermKey | MfaSession | SessionToken)
            && !matches!(target.action().service(), "iam" | "sts")
    };
    one.caller == other.caller && (by_role(one) && by_role(other) || by_user(one) && by_user(other))
}
