//! How one principal gets to another, or to a resource.

use std::collections::{BTreeMap, BTreeSet};

use crate::action::ActionName;
use crate::condition::Residual;
use crate::evaluate::Target;
use crate::graph::{AssumeEdge, Search, State, StateId, Way, with_name};
use crate::model::PrincipalId;
use crate::query::answer::{AccessRow, Requirement};
use crate::query::engine::{Direct, Engine, is_shown};
use crate::query::reach::end_of;
use crate::request::{Caller, Credentials, SessionName};

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
    pub from: Vec<Caller>,
    /// Where they lead.
    pub goal: Goal,
    /// How many roles a path may enter.
    pub max_hops: u32,
    /// How many paths to give from each beginning; `None` gives the best only: those of which none requires all that another
    /// does, and more.
    pub all: Option<usize>,
    /// Principals that every path has to enter.
    pub through: Vec<PrincipalId>,
    /// Principals that no path may enter.
    pub avoid: Vec<PrincipalId>,
}

impl Paths {
    /// The best paths from one beginning, of up to eight roles.
    #[must_use]
    pub fn between(from: Caller, goal: Goal) -> Self {
        Self { from: vec![from], goal, max_hops: 8, all: None, through: Vec::new(), avoid: Vec::new() }
    }
}

impl Engine<'_> {
    /// The paths from each beginning, in the order in which a walker would choose.
    #[must_use]
    pub fn paths(&self, question: &Paths) -> Vec<AccessRow> {
        let goals = self.goals(&question.goal);
        let within = self.without(&question.avoid);
        let search = self.search(question.max_hops, Some(&within));
        let one_by_one = question.all.is_some() || !question.through.is_empty();
        let ways = search.to(&goals.conditions);
        let mut rows = Vec::new();
        for caller in &question.from {
            let mut of_caller = Vec::new();
            for start in self.starts_of(caller) {
                // A session asked about by its name keeps it (E28).
                let start = State { caller: caller.clone(), credentials: start.credentials };
                of_caller.extend(self.own_row(&start, question, &goals));
                let Some(from) = self.graph().find(&start).or_else(|| self.stand_in(&start)) else { continue };
                let mut found = ways.from(from);
                if one_by_one {
                    // The best may enter a role twice, to carry something else the second time.
                    let others = Enumeration::of(&search, &goals, question, from);
                    let new: Vec<Way<'_>> = others.into_iter().filter(|way| !found.contains(way)).collect();
                    found.retain(|way| self.enters_all(way, &question.through));
                    found.extend(new);
                }
                let found = found.into_iter().filter_map(|way| self.as_named(caller, way));
                of_caller.extend(found.filter_map(|way| self.path_row(&start, from, &way, &goals)));
            }
            let of_caller = match question.all {
                None => self.by_choice(self.undominated(of_caller)),
                Some(most) => {
                    let mut rows = self.by_choice(with_the_least_credentials(of_caller));
                    rows.truncate(most);
                    rows
                }
            };
            rows.extend(of_caller);
        }
        self.keep_in_mind(&search);
        rows
    }

    fn enters_all(&self, way: &Way<'_>, roles: &[PrincipalId]) -> bool {
        let entered = |role: &PrincipalId| {
            way.hops.iter().any(|hop| self.graph().state(hop.entered).caller.principal() == Some(*role))
        };
        roles.iter().all(entered)
    }

    /// The states that a path may pass.
    fn without(&self, avoided: &[PrincipalId]) -> Vec<bool> {
        let mut within = vec![true; self.graph().size().0];
        let avoided = self
            .graph()
            .states()
            .filter(|(_, state)| state.caller.principal().is_some_and(|principal| avoided.contains(&principal)));
        for (id, _) in avoided {
            if let Some(flag) = within.get_mut(id.0 as usize) {
                *flag = false;
            }
        }
        within
    }

    /// The way with what it requires of the calling session's name settled, where that is known; `None` if it is another.
    pub(super) fn as_named<'g>(&self, caller: &Caller, mut way: Way<'g>) -> Option<Way<'g>> {
        if let (Caller::RoleSession { session: SessionName::Known(name), unique_id, .. }, Some(first)) =
            (caller, way.hops.first_mut())
        {
            first.condition = with_name(&first.condition, unique_id.as_deref(), name);
            return (!first.condition.is_false()).then_some(way);
        }
        Some(way)
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

    /// The row of a caller that makes the request by itself.
    fn own_row(&self, start: &State, question: &Paths, goals: &Goals) -> Option<AccessRow> {
        let asks = question.through.is_empty() && start.caller.makes_requests();
        let target = goals.target.as_ref().filter(|_| asks)?;
        let direct = self.decide(start, target);
        let shown = is_shown(direct.outcome) && self.may_carry(start, &direct, target, None);
        shown.then(|| self.direct_row(start, &direct, target))
    }

    fn goals(&self, goal: &Goal) -> Goals {
        let mut goals = Goals { conditions: BTreeMap::new(), ends: BTreeMap::new(), target: None };
        match goal {
            Goal::Become(caller) => {
                let states = self.graph().states().filter(|(_, state)| state.caller == *caller);
                goals.conditions.extend(states.map(|(id, _)| (id, Residual::True)));
            }
            Goal::Can { action, resource } => {
                let target = self.evaluator().target(action, resource);
                for (id, state) in self.graph().states().filter(|(_, state)| state.caller.makes_requests()) {
                    let direct = self.decide(state, &target);
                    if is_shown(direct.outcome) {
                        goals.conditions.insert(id, self.goal(&direct, &target));
                        goals.ends.insert(id, direct);
                    }
                }
                goals.target = Some(target);
            }
        }
        goals
    }

    fn path_row(&self, start: &State, from: StateId, way: &Way<'_>, goals: &Goals) -> Option<AccessRow> {
        match &goals.target {
            Some(target) => {
                let direct = goals.ends.get(&end_of(way, from))?;
                (!way.hops.is_empty()).then(|| self.way_row(start, way, direct, target))
            }
            // Who already is the goal needs no path to it.
            None => self.become_row(start, way),
        }
    }
}

struct Goals {
    /// When the goal is had in a state.
    conditions: BTreeMap<StateId, Residual>,
    /// The decision there, where a request is asked about.
    ends: BTreeMap<StateId, Direct>,
    target: Option<Target>,
}

/// A way that a user has with its key needs no second telling with other credentials.
fn with_the_least_credentials(rows: Vec<AccessRow>) -> Vec<AccessRow> {
    let way = |row: &AccessRow| (row.path.clone(), row.condition.clone(), row.actions.clone());
    let mut rows = rows;
    rows.sort_by_key(|row| Requirement::of_credentials(row.credentials));
    let mut told = Vec::new();
    rows.retain(|row| {
        let new = !told.contains(&way(row));
        if new {
            told.push(way(row));
        }
        new
    });
    rows
}

/// How many beginnings of paths an enumeration looks at before it settles for what it has.
const MAX_TRIED: usize = 100_000;

/// A depth-first enumeration of all paths that enter no role twice, bounded in length and number.
struct Enumeration<'s, 'a, 'e> {
    search: &'s Search<'a, 'e>,
    goals: &'s Goals,
    question: &'s Paths,
    from: StateId,
    tried: usize,
    found: Vec<Way<'a>>,
}

impl<'s, 'a, 'e> Enumeration<'s, 'a, 'e> {
    fn of(search: &'s Search<'a, 'e>, goals: &'s Goals, question: &'s Paths, from: StateId) -> Vec<Way<'a>> {
        let mut run = Self { search, goals, question, from, tried: 0, found: Vec::new() };
        run.extend(from, &mut Vec::new(), &mut BTreeSet::new());
        run.found
    }

    fn extend(&mut self, at: StateId, path: &mut Vec<(StateId, &'a AssumeEdge)>, visited: &mut BTreeSet<Caller>) {
        self.tried += 1;
        if self.tried > MAX_TRIED {
            self.search.leave_aside();
            return;
        }
        let caller = self.search.graph().state(at).caller.clone();
        if !visited.insert(caller.clone()) {
            return;
        }
        if let Some(condition) = self.goals.conditions.get(&at).filter(|_| !path.is_empty() && self.passed(visited)) {
            self.found.extend(self.search.along(path, self.from, condition));
        }
        if path.len() < self.question.max_hops as usize {
            for (entered, edge) in self.search.graph().assumes(at) {
                let into = &self.search.graph().state(entered).caller;
                let avoided = into.principal().is_some_and(|role| self.question.avoid.contains(&role));
                if !avoided && !visited.contains(into) {
                    path.push((entered, edge));
                    self.extend(entered, path, visited);
                    path.pop();
                }
            }
        }
        visited.remove(&caller);
    }

    fn passed(&self, visited: &BTreeSet<Caller>) -> bool {
        let passed = |wanted: &PrincipalId| visited.iter().any(|caller| caller.principal() == Some(*wanted));
        self.question.through.iter().all(passed)
    }
}
