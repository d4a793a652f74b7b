//! How one principal gets to another, or to a resource.

use std::collections::{BTreeMap, BTreeSet};

use crate::action::ActionName;
use crate::evaluate::{Outcome, Target};
use crate::graph::{AssumeEdge, State, StateId};
use crate::query::answer::{AccessRow, Hop, Subject};
use crate::query::engine::{Direct, Engine, hops, is_shown, row, sort_rows};
use crate::request::{Caller, Credentials};

/// Where a path is to lead.
#[derive(Debug, Clone)]
pub enum Goal {
    /// To the credentials of a role.
    Become(Caller),
    /// To being able to do an action to a resource.
    Can {
        /// The action.
        action: ActionName,
        /// The resource.
        resource: String,
    },
}

/// The question.
#[derive(Debug, Clone)]
pub struct Paths {
    /// Where paths begin.
    pub from: Caller,
    /// Where they lead.
    pub goal: Goal,
    /// How many roles a path may enter.
    pub max_hops: u32,
    /// How many paths to give; 1 gives the shortest only.
    pub max_paths: usize,
}

impl Engine<'_> {
    /// The shortest path, or up to `max_paths` paths that visit no role twice: those without conditions first, then the
    /// shorter ones.
    #[must_use]
    pub fn paths(&self, question: &Paths) -> Vec<AccessRow> {
        let goals = self.goals(&question.goal);
        let starts = self.starts_of(&question.from);
        let graph = self.graph();
        let mut rows = Vec::new();
        for start in starts {
            // A session asked about by its name keeps it (E28).
            let start = State { caller: question.from.clone(), credentials: start.credentials };
            let found = graph.find(&start);
            // Of a stand-in only the ways count; the caller's own request is decided for itself.
            let own = found.is_some() || matches!(question.goal, Goal::Become(_));
            if found.is_none() {
                rows.extend(self.outside_row(&start, &question.goal));
            }
            let Some(from) = found.or_else(|| self.stand_in(&start)) else { continue };
            if question.max_paths == 1 {
                let outcomes = goals.inside.iter().map(|(id, end)| (*id, end.outcome())).collect();
                let walk = graph.walk_back(&outcomes, question.max_hops);
                let path = walk.reaches(from).map(|_| graph.path(&walk, from)).unwrap_or_default();
                if walk.reaches(from).is_some() && (own || !path.is_empty()) {
                    rows.extend(self.path_row(&start, from, &path, &goals));
                }
            } else {
                let mut search =
                    Search { engine: self, goals: &goals, question, start: &start, tried: 0, found: Vec::new() };
                search.extend(from, &mut Vec::new(), &mut BTreeSet::new());
                rows.extend(search.found.into_iter().filter(|row| own || !row.path.is_empty()));
            }
        }
        // A way that a user has with its key needs no second telling with MFA.
        let way = |row: &AccessRow| (row.path.clone(), row.condition.clone(), row.actions.clone());
        let with_key: Vec<_> = rows.iter().filter(|row| !row.needs_mfa).map(way).collect();
        rows.retain(|row| !row.needs_mfa || !with_key.contains(&way(row)));
        sort_rows(&mut rows);
        rows.sort_by_key(|row| (row.outcome, row.path.len()));
        rows.truncate(question.max_paths);
        rows
    }

    /// The states a caller begins in.
    pub(crate) fn starts_of(&self, caller: &Caller) -> Vec<State> {
        match caller.principal() {
            Some(id) => {
                let states = State::starts(self.environment(), id).into_iter();
                states.filter(|state| self.may_begin(state)).collect()
            }
            None => match caller {
                Caller::Root(_) => vec![State { caller: caller.clone(), credentials: Credentials::Root }],
                other => vec![State::of_outsider(other.clone())],
            },
        }
    }

    /// The state whose ways are those of a caller that has no state itself. For a role's session of a certain name, any
    /// session's. For an outsider whom no policy names, its account's, or that of any account: whatever somebody there can
    /// enter, it can.
    pub(crate) fn stand_in(&self, start: &State) -> Option<StateId> {
        if let Some(id) = start.caller.principal() {
            let mut any = State::starts(self.environment(), id).into_iter();
            return any.find_map(|state| self.graph().find(&state).filter(|_| state.credentials == start.credentials));
        }
        let account = start.caller.account().filter(|_| !matches!(start.caller, Caller::Root(_)))?;
        let of = |account| self.graph().find(&State::of_outsider(Caller::ExternalAccount(account)));
        of(Some(account)).or_else(|| of(None).filter(|_| self.environment().account(account).is_none()))
    }

    /// The row of one that can enter no role, a root user or an outsider: its own request, if that is not denied.
    fn outside_row(&self, start: &State, goal: &Goal) -> Option<AccessRow> {
        let Goal::Can { action, resource } = goal else { return None };
        let target = self.evaluator().target(action, resource);
        let direct = self.decide(start, &target);
        is_shown(direct.outcome).then(|| row(self.environment(), start, Vec::new(), &direct, &target))
    }

    fn goals(&self, goal: &Goal) -> Goals {
        let mut goals = Goals { inside: BTreeMap::new() };
        match goal {
            Goal::Become(caller) => {
                for (id, state) in self.graph().states() {
                    if state.caller == *caller {
                        goals.inside.insert(id, End::Become);
                    }
                }
            }
            Goal::Can { action, resource } => {
                let target = self.evaluator().target(action, resource);
                for (id, state) in self.graph().states() {
                    let direct = self.decide(state, &target);
                    if is_shown(direct.outcome) {
                        goals.inside.insert(id, End::Request(Box::new((direct, target.clone()))));
                    }
                }
            }
        }
        goals
    }

    fn path_row(
        &self,
        start: &State,
        from: StateId,
        path: &[(StateId, &AssumeEdge)],
        goals: &Goals,
    ) -> Option<AccessRow> {
        let end = path.last().map_or(from, |(entered, _)| *entered);
        match goals.inside.get(&end)? {
            End::Request(request) => {
                Some(row(self.environment(), start, hops(self.graph(), path), &request.0, &request.1))
            }
            // Who already is the goal needs no path to it.
            End::Become if path.is_empty() => None,
            End::Become => Some(self.become_row(start, hops(self.graph(), path))),
        }
    }

    /// A row whose end is a role's credentials: the last hop is the request itself.
    pub(crate) fn become_row(&self, start: &State, mut path: Vec<Hop>) -> AccessRow {
        let mut weakest = path.iter().map(|hop| hop.outcome).max().unwrap_or(Outcome::Allowed);
        let needs_mfa = start.credentials == Credentials::MfaSession;
        if needs_mfa {
            weakest = weakest.max(Outcome::AllowedIf);
        }
        let mut assumptions: Vec<_> = path.iter().flat_map(|hop| hop.assumptions.clone()).collect();
        assumptions.sort();
        assumptions.dedup();
        let mut reasons: Vec<String> = path
            .iter()
            .filter(|hop| hop.outcome == Outcome::Unknown)
            .flat_map(|hop| crate::evaluate::missing_input(&hop.condition))
            .collect();
        reasons.sort();
        reasons.dedup();
        let last = path.pop();
        AccessRow {
            subject: Subject::of(self.environment(), &start.caller),
            actions: last.iter().map(|hop| hop.action.clone()).collect(),
            access_level: None,
            resource: last.as_ref().map(|hop| hop.role.clone()).unwrap_or_default(),
            outcome: weakest,
            needs_mfa,
            path,
            condition: last.as_ref().map_or(crate::condition::Residual::True, |hop| hop.condition.clone()),
            assumptions,
            reasons,
            statements: last.map(|hop| hop.statements).unwrap_or_default(),
        }
    }
}

struct Goals {
    inside: BTreeMap<StateId, End>,
}

enum End {
    Become,
    Request(Box<(Direct, Target)>),
}

impl End {
    fn outcome(&self) -> Outcome {
        match self {
            Self::Become => Outcome::Allowed,
            Self::Request(request) => request.0.outcome,
        }
    }
}

/// A depth-first search for all paths, bounded in length and number.
struct Search<'a, 'e> {
    engine: &'a Engine<'e>,
    goals: &'a Goals,
    question: &'a Paths,
    start: &'a State,
    tried: usize,
    found: Vec<AccessRow>,
}

/// How many beginnings of paths a search looks at before it settles for what it has.
const MAX_TRIED: usize = 100_000;

impl<'a> Search<'a, '_> {
    fn extend(&mut self, at: StateId, path: &mut Vec<(StateId, &'a AssumeEdge)>, visited: &mut BTreeSet<Caller>) {
        self.tried += 1;
        if self.tried > MAX_TRIED {
            return;
        }
        if let Some(row) = self.engine.path_row(self.start, at, path, self.goals) {
            self.found.push(row);
        }
        if path.len() as u32 >= self.question.max_hops {
            return;
        }
        let graph = self.engine.graph();
        let caller = graph.state(at).caller.clone();
        if !visited.insert(caller.clone()) {
            return;
        }
        for (entered, edge) in graph.assumes(at) {
            if !visited.contains(&graph.state(entered).caller) {
                path.push((entered, edge));
                self.extend(entered, path, visited);
                path.pop();
            }
        }
        visited.remove(&caller);
    }
}
