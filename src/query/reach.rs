//! What the questions make of ways: rows, and which of them are worth showing.

use std::collections::{BTreeMap, BTreeSet};

use crate::condition::{Atom, Residual};
use crate::evaluate::{Assumption, Outcome, StatementRef, Target, missing_input};
use crate::graph::{Carried, Carrying, Order, Search, State, StateId, Step, Way, as_id};
use crate::model::Collected;
use crate::query::answer::{AccessRow, Hop, Needs, Requirement, Subject};
use crate::query::engine::{Direct, Engine, shown_action};
use crate::query::federation::who_enters;
use crate::query::reach_graph::CallTerms;
use crate::request::{Caller, Credentials, Entrance};

/// How paths are followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ReachOptions {
    /// Which paths come first, and are kept where there are too many.
    pub order: Order,
    /// Every call of a path comes from one place, so that what is required of the network at one hop has to agree with the
    /// others. Otherwise a caller may move between calls.
    pub same_network: bool,
    /// Whether users have MFA: all of them, or none. Otherwise it is as the input says, and possible where it says nothing.
    pub mfa: Option<bool>,
}

impl<'e> Engine<'e> {
    /// A search over the graph that is built for these options.
    pub(crate) fn search<'a>(&'a self, max_hops: u32, within: Option<&'a [bool]>) -> Search<'a, 'e> {
        let ReachOptions { order, same_network, .. } = self.options;
        let carrying = Carrying { same_network };
        Search::new(self.graph(), self.evaluator(), (carrying, order), max_hops, within)
    }

    /// When a request that was decided is allowed, in words that mean its caller's session wherever they stand.
    pub(crate) fn goal(&self, direct: &Direct, target: &Target) -> Residual {
        let residual = direct.decision.residual();
        // Where a session is asked for, the key for its name means that one.
        if target.asks_for_session() { residual } else { as_id(&residual) }
    }

    /// Whether a session can carry what its request asks of it: tags that nobody may pass, for one, it cannot have.
    /// The graph is needed only where it asks anything.
    pub(crate) fn may_carry(
        &self,
        state: &State,
        direct: &Direct,
        target: &Target,
        search: Option<&Search<'_, '_>>,
    ) -> bool {
        let goal = self.goal(direct, target);
        let carried = |atom: &Atom| matches!(atom, Atom::Test { key, .. } if Carried::of_key(key).is_some());
        let asks = state.caller.principal().is_some() && goal.atoms().into_iter().any(carried);
        if !asks {
            return true;
        }
        match search {
            Some(search) => search.can_be_opened(state, &goal),
            None => {
                let search = self.search(0, None);
                let can = search.can_be_opened(state, &goal);
                self.keep_in_mind(&search);
                can
            }
        }
    }

    /// The row of a state that makes a request by itself.
    pub(crate) fn direct_row(&self, start: &State, direct: &Direct, target: &Target) -> AccessRow {
        self.row(start, Vec::new(), direct.decision.residual(), direct, target)
    }

    /// The row of a state that gets somewhere by a way and then makes a request.
    pub(crate) fn way_row(&self, start: &State, way: &Way<'_>, last: &Direct, target: &Target) -> AccessRow {
        self.row(start, self.hops(start, way), way.request.clone(), last, target)
    }

    /// A row whose end is a role's credentials: the last hop is the request itself.
    pub(crate) fn become_row(&self, start: &State, way: &Way<'_>) -> Option<AccessRow> {
        let mut path = self.hops(start, way);
        let mut row = self.bare_row(start, &path, &Residual::True, &[]);
        let last = path.pop()?;
        row.actions = vec![last.action];
        row.resource = last.role;
        row.condition = last.condition;
        row.statements = last.statements;
        row.path = path;
        Some(row)
    }

    fn row(&self, start: &State, path: Vec<Hop>, condition: Residual, last: &Direct, target: &Target) -> AccessRow {
        let (action, access_level) = shown_action(target);
        let row = self.bare_row(start, &path, &condition, &last.decision.assumptions);
        AccessRow {
            actions: vec![action],
            access_level,
            resource: target.resource().into(),
            path,
            condition,
            statements: last.statements.clone(),
            ..row
        }
    }

    /// A row with all that follows from the hops and the last request together.
    fn bare_row(&self, start: &State, path: &[Hop], last: &Residual, assumptions: &[Assumption]) -> AccessRow {
        let mut assumptions = assumptions.to_vec();
        assumptions.extend(path.iter().flat_map(|hop| hop.assumptions.iter().cloned()));
        assumptions.sort();
        assumptions.dedup();
        let conditions = || path.iter().map(|hop| &hop.condition).chain([last]);
        let undecided = conditions().filter(|condition| Outcome::when(condition) == Outcome::Unknown);
        let mut reasons: Vec<String> = undecided.flat_map(missing_input).collect();
        reasons.sort();
        reasons.dedup();
        let weakest = conditions().map(Outcome::when).max().unwrap_or(Outcome::Allowed);
        let more = Requirement::of_credentials(start.credentials).is_some();
        AccessRow {
            subject: Subject::of(self.environment(), &start.caller),
            actions: Vec::new(),
            access_level: None,
            resource: Box::default(),
            outcome: if more { weakest.max(Outcome::AllowedIf) } else { weakest },
            credentials: start.credentials,
            path: Vec::new(),
            entrants: path
                .first()
                .filter(|_| vouches(&start.caller))
                .map(|hop| who_enters(&start.caller, &hop.condition))
                .filter(|entrants| !entrants.words.is_empty()),
            max_duration: path.last().and_then(|hop| hop.max_duration),
            condition: Residual::True,
            assumptions,
            reasons,
            statements: Vec::new(),
        }
    }

    /// Drops every row that requires all that another of the same subject, actions and resource requires, and more; of rows
    /// that require the same the shortest stays. With [`Order::Hops`] a shorter way stays beside a longer one that requires
    /// less.
    pub(crate) fn undominated(&self, rows: Vec<AccessRow>) -> Vec<AccessRow> {
        type Key = (Subject, Box<str>, Vec<Box<str>>);
        let mut groups: BTreeMap<Key, Vec<(BTreeSet<Requirement>, AccessRow)>> = BTreeMap::new();
        for row in rows {
            let key = (row.subject.clone(), row.resource.clone(), row.actions.clone());
            groups.entry(key).or_default().push((row.requirements(), row));
        }
        let mut kept = Vec::new();
        for (_, mut group) in groups {
            group.sort_by(|a, b| self.compare((&a.0, &a.1), (&b.0, &b.1)));
            let mut best: Vec<(BTreeSet<Requirement>, AccessRow)> = Vec::new();
            for (required, row) in group {
                // Credentials with MFA are temporary ones.
                let mfa = required.contains(&Requirement::Mfa);
                let has = |needed: &Requirement| {
                    required.contains(needed) || mfa && *needed == Requirement::TemporaryCredentials
                };
                let is_worse = |(of_other, other): &(BTreeSet<Requirement>, AccessRow)| {
                    let decided = |needed: &&Requirement| needed.needs() != Needs::Undecided;
                    let hangs_on_more = || hangs_on_more(&row, other) && of_other.iter().filter(decided).all(has);
                    (of_other.iter().all(has) || hangs_on_more())
                        && (self.options.order == Order::Requirements || other.path.len() <= row.path.len())
                };
                if !best.iter().any(is_worse) {
                    best.push((required, row));
                }
            }
            kept.extend(best.into_iter().map(|(_, row)| row));
        }
        kept
    }

    /// Which of two rows comes first.
    fn compare(
        &self,
        (of_a, a): (&BTreeSet<Requirement>, &AccessRow),
        (of_b, b): (&BTreeSet<Requirement>, &AccessRow),
    ) -> std::cmp::Ordering {
        let undecided = |row: &AccessRow| row.outcome == Outcome::Unknown;
        let (required, hops) = (of_a.len().cmp(&of_b.len()), a.path.len().cmp(&b.path.len()));
        let by_order = match self.options.order {
            Order::Requirements => required.then(hops),
            Order::Hops => hops.then(required),
        };
        let names = |row: &AccessRow| row.path.iter().map(|hop| hop.role.clone()).collect::<Vec<_>>();
        undecided(a)
            .cmp(&undecided(b))
            .then(by_order)
            .then_with(|| names(a).cmp(&names(b)))
            .then_with(|| of_a.cmp(of_b))
            .then_with(|| a.credentials.cmp(&b.credentials))
    }

    /// The rows in the order in which a walker would choose.
    pub(crate) fn by_choice(&self, rows: Vec<AccessRow>) -> Vec<AccessRow> {
        let mut rows: Vec<_> = rows.into_iter().map(|row| (row.requirements(), row)).collect();
        rows.sort_by(|a, b| self.compare((&a.0, &a.1), (&b.0, &b.1)));
        rows.into_iter().map(|(_, row)| row).collect()
    }

    /// The hops of a way as an answer shows them.
    fn hops(&self, start: &State, way: &Way<'_>) -> Vec<Hop> {
        let graph = self.graph();
        way.hops
            .iter()
            .enumerate()
            .map(|(number, step)| {
                let (statements, assumptions) = grounds(step);
                let entered = graph.state(step.entered);
                Hop {
                    role: Subject::of(self.environment(), &entered.caller).name,
                    action: step.edge.action.into(),
                    credentials: entered.credentials,
                    max_duration: self.max_duration(entered),
                    console: number == 0 && self.by_console(start, step),
                    outcome: Outcome::when(&step.condition),
                    condition: step.condition.clone(),
                    assumptions,
                    statements,
                }
            })
            .collect()
    }

    /// What a call is and requires, as an edge of the whole graph.
    pub(super) fn call_terms(&self, step: &Step<'_>) -> CallTerms {
        let (statements, assumptions) = grounds(step);
        let max_duration = self.max_duration(self.graph().state(step.entered));
        CallTerms { action: step.edge.action, condition: step.condition.clone(), max_duration, statements, assumptions }
    }

    /// E146: an hour for a session out of another role's.
    fn max_duration(&self, entered: &State) -> Option<u32> {
        if entered.credentials == Credentials::AssumedRoot {
            return Some(900); // E151
        }
        let role = self.environment().principal(entered.caller.principal()?);
        let longest = role.max_session_duration.present().copied();
        match entered.credentials {
            Credentials::RoleSession(Entrance::Chained) => Some(3600),
            Credentials::RoleSession(Entrance::Service) => None,
            _ => longest,
        }
    }

    /// E147: by whoever can sign in at the console, into a role that asks for nothing which the console cannot give.
    fn by_console(&self, start: &State, step: &Step<'_>) -> bool {
        let signs_in = match &start.caller {
            Caller::User { id: Some(user), .. } => {
                self.environment().principal(*user).credentials.console == Collected::Present(true)
            }
            Caller::RoleSession { id: Some(role), .. } => self.environment().principal(*role).is_identity_center(),
            _ => false,
        };
        let asks = |atom: &Atom| matches!(atom, Atom::Test { key, .. } if NOT_BY_CONSOLE.contains(&&**key));
        signs_in
            && step.edge.action == "sts:AssumeRole"
            && !(step.tags || step.source_identity)
            && !step.condition.atoms().into_iter().any(asks)
    }
}

/// The statements that allow a call and what it rests on, with those for what it passes on.
fn grounds(step: &Step<'_>) -> (Vec<StatementRef>, Vec<Assumption>) {
    let (mut statements, mut assumptions) = (step.edge.statements.clone(), step.edge.assumptions.clone());
    let beside = [(step.tags, &step.edge.tag_session), (step.source_identity, &step.edge.set_source_identity)];
    for permission in beside.iter().filter(|(needed, _)| *needed).filter_map(|(_, permission)| permission.as_ref()) {
        assumptions.extend(permission.assumptions.iter().cloned());
        statements.extend(permission.statements.iter().copied());
    }
    assumptions.sort();
    assumptions.dedup();
    statements.sort();
    statements.dedup();
    (statements, assumptions)
}

/// Whether a caller stands for others, of whom only some may come in.
fn vouches(caller: &Caller) -> bool {
    match caller {
        Caller::FederatedProvider(_) => true,
        Caller::Service(name) => matches!(&**name, "pods.eks.amazonaws.com" | "rolesanywhere.amazonaws.com"),
        _ => false,
    }
}

/// Keys that the console does not send, or sends as it likes.
const NOT_BY_CONSOLE: [&str; 2] = ["sts:externalid", "sts:rolesessionname"];

/// Whether an undecided row hangs on all the missing input that another undecided one hangs on, over no fewer roles.
fn hangs_on_more(row: &AccessRow, other: &AccessRow) -> bool {
    row.outcome == Outcome::Unknown
        && other.outcome == Outcome::Unknown
        && other.path.len() <= row.path.len()
        && other.reasons.iter().all(|reason| row.reasons.contains(reason))
}

/// The state that a way leads to; of a way without hops, where it begins.
pub(crate) fn end_of(way: &Way<'_>, start: StateId) -> StateId {
    way.hops.last().map_or(start, |step| step.entered)
}
