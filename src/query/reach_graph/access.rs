//! Who can do what to one resource by itself: decided once for all principals that nothing tells apart.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::arn::AccountId;
use crate::condition::Residual;
use crate::evaluate::{Assumption, Mention, StatementRef, Target};
use crate::graph::{Classes, State};
use crate::model::{DocumentId, PolicyId, PrincipalId};
use crate::query::cells::{Acting, Cells, action_name};
use crate::query::engine::{Direct, Engine, is_shown};
use crate::query::reach_graph::side::{Names, Side};
use crate::query::who_can::are_alike;
use crate::request::{Caller, Credentials};
use crate::service_reference::{ActionId, ServiceReference};
use crate::wildcard::Wildcard;

/// What some states can do to a resource, all alike.
#[derive(Debug)]
pub(super) struct Fact {
    /// The states, by number, sorted.
    pub(super) holders: Vec<u32>,
    /// The actions, sorted.
    pub(super) actions: Vec<ActionId>,
    /// When it is allowed, in the words of a request that the state's session makes.
    pub(super) goal: Residual,
    pub(super) statements: Vec<StatementRef>,
    pub(super) assumptions: Vec<Assumption>,
}

/// Decides the accesses of an environment, resource by resource.
pub(super) struct Accesses<'a, 'e> {
    engine: &'a Engine<'e>,
    /// Every state that was met, by number.
    pub(super) states: Vec<State>,
    numbers: BTreeMap<State, u32>,
    names: Names<'e>,
    /// By account: principals with equal policies.
    classes: BTreeMap<AccountId, Vec<Vec<PrincipalId>>>,
    /// By principal.
    of_principal: BTreeMap<PrincipalId, Vec<u32>>,
    /// The sessions of no principal of the input that somebody can open.
    opened: Vec<u32>,
    roots: Vec<u32>,
    /// What the statements of each document are about.
    mentions: BTreeMap<DocumentId, Option<Vec<Mention<'a>>>>,
}

/// Principals that may be allowed something, and what.
struct Candidates {
    members: Vec<PrincipalId>,
    /// Of the resource's actions, in order, those that may be allowed.
    actions: Vec<bool>,
}

/// What makes two decisions one fact.
type Terms = (Residual, Vec<StatementRef>, Vec<Assumption>);

impl<'a, 'e> Accesses<'a, 'e> {
    pub(super) fn of(engine: &'a Engine<'e>) -> Self {
        let environment = engine.environment();
        let mut accesses = Self {
            engine,
            states: Vec::new(),
            numbers: BTreeMap::new(),
            names: Names::of(engine.evaluator()),
            classes: BTreeMap::new(),
            of_principal: BTreeMap::new(),
            opened: Vec::new(),
            roots: Vec::new(),
            mentions: BTreeMap::new(),
        };
        for (_, state) in engine.graph().states().filter(|(_, state)| state.caller.makes_requests()) {
            let number = accesses.number(state.clone());
            match state.caller.principal() {
                Some(id) => accesses.of_principal.entry(id).or_default().push(number),
                None if !state.begins() => accesses.opened.push(number),
                None => {}
            }
        }
        for account in environment.accounts() {
            let root = accesses.number(State { caller: Caller::Root(account.id), credentials: Credentials::Root });
            accesses.roots.push(root);
        }
        let mut members: BTreeMap<u32, Vec<PrincipalId>> = BTreeMap::new();
        for (id, class) in Classes::of(environment).of {
            members.entry(class).or_default().push(id);
        }
        for members in members.into_values() {
            let account = members.first().map(|id| environment.principal(*id).account);
            if let Some(account) = account {
                accesses.classes.entry(account).or_default().push(members);
            }
        }
        for (id, _) in environment.documents() {
            accesses.mentions.insert(id, engine.evaluator().mentions_of(id));
        }
        accesses
    }

    fn number(&mut self, state: State) -> u32 {
        if let Some(number) = self.numbers.get(&state) {
            return *number;
        }
        let number = u32::try_from(self.states.len()).unwrap_or(u32::MAX);
        self.states.push(state.clone());
        self.numbers.insert(state, number);
        number
    }

    /// The outsiders that a resource's side speaks of, numbered.
    pub(super) fn outsiders(&mut self, resource: &str, acting: &Acting<'_>) -> Vec<u32> {
        let engine = self.engine;
        let mut outsiders: BTreeSet<State> = BTreeSet::new();
        for action in acting.one_of_each_service().filter_map(action_name) {
            outsiders.extend(engine.outsiders(&engine.evaluator().target(&action, resource)));
        }
        outsiders.into_iter().map(|state| self.number(state)).collect()
    }

    /// The facts about a resource, in a fixed order.
    pub(super) fn to(&self, resource: &str, acting: &Acting<'_>, outsiders: &[u32]) -> Vec<Fact> {
        let engine = self.engine;
        let side = self.names.side_of(engine.evaluator(), resource);
        let candidates = self.candidates(resource, &side, acting);
        let mut deciding = Deciding {
            accesses: self,
            resource,
            cells: Cells::new(engine.evaluator(), acting),
            targets: HashMap::new(),
            holders: Vec::new(),
            found: BTreeMap::new(),
        };
        for Candidates { members, actions } in candidates {
            let wanted = |at: usize| actions.get(at) == Some(&true);
            let (named, alike): (Vec<_>, Vec<_>) = members.into_iter().partition(|id| side.named.contains(id));
            for members in named.iter().map(std::slice::from_ref).chain([&alike[..]]) {
                deciding.decide(members, wanted);
            }
        }
        let single = outsiders.iter().chain(&self.opened).copied();
        for number in single.chain(self.roots_for(resource, &side)) {
            deciding.decide_one(number);
        }
        deciding.facts()
    }

    fn roots_for(&self, resource: &str, side: &Side) -> Vec<u32> {
        let owner = self.owner(resource);
        let may =
            |account| owner.is_none_or(|owner| owner == account) || side.everyone || side.accounts.contains(&account);
        let of = |number: &u32| self.states.get(*number as usize).and_then(|state| state.caller.account());
        self.roots.iter().copied().filter(|root| of(root).is_some_and(may)).collect()
    }

    fn owner(&self, resource: &str) -> Option<AccountId> {
        let any = crate::action::ActionName::parse("any:Any").ok()?;
        self.engine.evaluator().target(&any, resource).account()
    }

    /// The classes that may be allowed something: by their own policies, or by the resource's side. Across accounts it takes
    /// both, unless the resource names them or everyone.
    fn candidates(&self, resource: &str, side: &Side, acting: &Acting<'_>) -> Vec<Candidates> {
        let environment = self.engine.environment();
        let owner = self.owner(resource);
        let actions: Vec<ActionId> = acting.actions().collect();
        let asked = (resource != "*").then(|| Wildcard::parse(resource));
        let may = |document: Option<DocumentId>, on: Option<&Wildcard>| -> Vec<bool> {
            let Some(Some(mentions)) = document.and_then(|document| self.mentions.get(&document)) else {
                return vec![true; actions.len()];
            };
            let met = |mention: &&Mention<'_>| mention.allows && on.is_none_or(|on| mention.on(on));
            let met: Vec<_> = mentions.iter().filter(met).collect();
            if met.is_empty() {
                return Vec::new();
            }
            actions.iter().map(|action| met.iter().any(|mention| mention.of(*action))).collect()
        };
        // Some calls of STS need no permission (E4).
        let of_sts =
            |action: &ActionId| ServiceReference::embedded().action(*action).is_some_and(|of| of.service() == "sts");
        let always: Vec<bool> = actions.iter().map(|action| resource == "*" && of_sts(action)).collect();
        let mut by_side = always.clone();
        for document in &side.documents {
            add(&mut by_side, &may(*document, None));
        }
        let mut of_document: HashMap<Option<DocumentId>, Vec<bool>> = HashMap::new();
        let mut candidates = Vec::new();
        let owner_or_named = |account: &AccountId, class: &[PrincipalId]| {
            owner.is_none_or(|owner| owner == *account)
                || side.everyone
                || side.accounts.contains(account)
                || class.iter().any(|id| side.named.contains(id))
        };
        for (account, classes) in &self.classes {
            let same = owner.is_none_or(|owner| owner == *account);
            let concerned = side.everyone || side.accounts.contains(account);
            let classes = classes.iter().filter(|class| owner_or_named(account, class));
            for class in self.alike(resource, &actions, classes) {
                let mut by_identity = always.clone();
                for policy in class.first().into_iter().flat_map(|first| environment.identity_policies(*first)) {
                    let document = environment.policy(policy).document;
                    let flags = of_document.entry(document).or_insert_with(|| may(document, asked.as_ref()));
                    add(&mut by_identity, flags);
                }
                let (named, others): (Vec<PrincipalId>, Vec<PrincipalId>) =
                    class.into_iter().partition(|id| side.named.contains(id));
                let mut by_both = by_identity.clone();
                add(&mut by_both, &by_side);
                // Naming an account lets in whom the account's own policies let (E26).
                let of_others = if side.everyone { by_both.clone() } else { by_identity };
                let others = if same || concerned { others } else { Vec::new() };
                for (members, actions) in [(named, by_both), (others, of_others)] {
                    if !members.is_empty() && actions.contains(&true) {
                        candidates.push(Candidates { members, actions });
                    }
                }
            }
        }
        candidates
    }

    /// The classes of an account, those together that the same of their policies may concern: what a policy says of other
    /// resources decides nothing here.
    fn alike<'c>(
        &self,
        resource: &str,
        actions: &[ActionId],
        classes: impl Iterator<Item = &'c Vec<PrincipalId>>,
    ) -> Vec<Vec<PrincipalId>> {
        let environment = self.engine.environment();
        let asked = Wildcard::parse(resource);
        // A request may need others to be allowed as well: on what is behind an access point, which may be any bucket
        // (E182), and on the key that encrypts objects (E199).
        let anything = resource == "*" || resource.contains(":accesspoint/");
        let reference = ServiceReference::embedded();
        let on_keys: Vec<ActionId> =
            ["decrypt", "generatedatakey"].iter().filter_map(|name| reference.action_id("kms", name)).collect();
        let of_s3 = resource.starts_with("arn:") && resource.split(':').nth(2) == Some("s3");
        let concerns = |document: Option<DocumentId>| {
            let Some(Some(mentions)) = document.and_then(|document| self.mentions.get(&document)) else { return true };
            anything
                || mentions.iter().any(|mention| {
                    of_s3 && on_keys.iter().any(|action| mention.of(*action))
                        || mention.on(&asked) && actions.iter().any(|action| mention.of(*action))
                })
        };
        let mut known: HashMap<PolicyId, bool> = HashMap::new();
        let mut together: BTreeMap<_, Vec<PrincipalId>> = BTreeMap::new();
        for class in classes {
            let Some(first) = class.first() else { continue };
            let principal = environment.principal(*first);
            let mut policies: Vec<PolicyId> = environment.identity_policies(*first).collect();
            policies.retain(|policy| {
                *known.entry(*policy).or_insert_with(|| concerns(environment.policy(*policy).document))
            });
            policies.sort();
            let key = (principal.kind, principal.is_service_linked(), policies, principal.boundary);
            together.entry(key).or_default().extend(class);
        }
        together.into_values().collect()
    }
}

fn add(flags: &mut [bool], others: &[bool]) {
    for (flag, other) in flags.iter_mut().zip(others) {
        *flag |= other;
    }
}

/// The decisions about one resource.
struct Deciding<'d, 'a, 'e> {
    accesses: &'d Accesses<'a, 'e>,
    resource: &'d str,
    cells: Cells<'d, 'e>,
    targets: HashMap<ActionId, OnceCell<Target>>,
    /// States that are decided alike, by number.
    holders: Vec<Vec<u32>>,
    found: BTreeMap<Terms, BTreeMap<u32, Vec<ActionId>>>,
}

impl Deciding<'_, '_, '_> {
    fn state(&self, number: u32) -> Option<&State> {
        self.accesses.states.get(number as usize)
    }

    /// Decides for principals that only their names and the like tell apart.
    fn decide(&mut self, members: &[PrincipalId], wanted: impl Fn(usize) -> bool) {
        let accesses = self.accesses;
        let states: Vec<&[u32]> =
            members.iter().filter_map(|id| accesses.of_principal.get(id)).map(Vec::as_slice).collect();
        let Some(first) = members.first() else { return };
        let caller = Caller::of(accesses.engine.environment(), *first);
        let with = |credentials: Credentials| -> Vec<u32> {
            let of = |number: &&u32| self.state(**number).is_some_and(|state| state.credentials == credentials);
            states.iter().copied().flatten().filter(of).copied().collect()
        };
        let all: BTreeSet<Credentials> = states
            .iter()
            .copied()
            .flatten()
            .filter_map(|number| self.state(*number))
            .map(|state| state.credentials)
            .collect();
        let by_credentials: Vec<(Credentials, Vec<u32>)> = all.into_iter().map(|each| (each, with(each))).collect();
        let mut last: Option<(Vec<u32>, u32)> = None;
        for cell in self.cells.of(&caller, wanted) {
            let mut known: Option<(State, Direct, Vec<u32>)> = None;
            let mut alike: Vec<(Direct, Vec<u32>)> = Vec::new();
            let mut apart = Vec::new();
            for (credentials, numbers) in &by_credentials {
                let state = State { caller: caller.clone(), credentials: *credentials };
                let Some(target) = self.target(&cell) else { continue };
                if let Some((before, direct, numbers_so_far)) = &mut known
                    && !direct.depends.credentials
                    && are_alike(before, &state, target)
                {
                    numbers_so_far.extend(numbers);
                    continue;
                }
                let direct = accesses.engine.decide(&state, target);
                alike.extend(known.take().map(|(_, direct, numbers)| (direct, numbers)));
                if direct.depends.principal && members.len() > 1 {
                    apart.extend(numbers.iter().copied());
                } else {
                    known = Some((state, direct, numbers.clone()));
                }
            }
            alike.extend(known.map(|(_, direct, numbers)| (direct, numbers)));
            for (direct, mut numbers) in alike {
                numbers.sort_unstable();
                let holder = match &last {
                    Some((same, holder)) if *same == numbers => *holder,
                    _ => self.holder(numbers.clone()),
                };
                last = Some((numbers, holder));
                self.add(&direct, holder, &cell);
            }
            for number in apart {
                self.decide_cell(number, &cell);
            }
        }
    }

    fn decide_one(&mut self, number: u32) {
        let Some(caller) = self.state(number).map(|state| state.caller.clone()) else { return };
        for cell in self.cells.of(&caller, |_| true) {
            self.decide_cell(number, &cell);
        }
    }

    fn decide_cell(&mut self, number: u32, cell: &[ActionId]) {
        let engine = self.accesses.engine;
        let Some(state) = self.state(number).cloned() else { return };
        let Some(target) = self.target(cell) else { return };
        let direct = engine.decide(&state, target);
        if is_shown(direct.outcome) {
            let holder = self.holder(vec![number]);
            self.add(&direct, holder, cell);
        }
    }

    /// The question that stands for a cell's.
    fn target(&mut self, cell: &[ActionId]) -> Option<&Target> {
        let first = *cell.first()?;
        let action = action_name(first)?;
        let known = self.targets.entry(first).or_default();
        Some(known.get_or_init(|| self.accesses.engine.evaluator().target(&action, self.resource)))
    }

    fn holder(&mut self, numbers: Vec<u32>) -> u32 {
        let number = u32::try_from(self.holders.len()).unwrap_or(u32::MAX);
        self.holders.push(numbers);
        number
    }

    fn add(&mut self, direct: &Direct, holder: u32, cell: &[ActionId]) {
        let Some(target) = cell.first().and_then(|id| self.targets.get(id)).and_then(OnceCell::get) else { return };
        // The calls that open a role's session are edges of their own.
        if !is_shown(direct.outcome) || target.asks_for_session() {
            return;
        }
        let goal = self.accesses.engine.goal(direct, target);
        let terms = (goal, direct.statements.clone(), direct.decision.assumptions.clone());
        self.found.entry(terms).or_default().entry(holder).or_default().extend(cell);
    }

    fn facts(self) -> Vec<Fact> {
        let mut facts = Vec::new();
        for ((goal, statements, assumptions), by_holder) in self.found {
            let mut by_actions: BTreeMap<Vec<ActionId>, Vec<u32>> = BTreeMap::new();
            let mut of_state: BTreeMap<u32, BTreeSet<ActionId>> = BTreeMap::new();
            let mut times: BTreeMap<u32, u32> = BTreeMap::new();
            for number in by_holder.keys().filter_map(|holder| self.holders.get(*holder as usize)).flatten() {
                *times.entry(*number).or_default() += 1;
            }
            for (holder, mut actions) in by_holder {
                actions.sort_unstable();
                let numbers = self.holders.get(holder as usize).into_iter().flatten();
                let (once, several): (Vec<u32>, Vec<u32>) =
                    numbers.copied().partition(|number| times.get(number) == Some(&1));
                for number in several {
                    of_state.entry(number).or_default().extend(actions.iter().copied());
                }
                by_actions.entry(actions).or_default().extend(once);
            }
            for (number, actions) in of_state {
                by_actions.entry(actions.into_iter().collect()).or_default().push(number);
            }
            for (actions, mut holders) in by_actions.into_iter().filter(|(_, holders)| !holders.is_empty()) {
                holders.sort_unstable();
                let (goal, statements, assumptions) = (goal.clone(), statements.clone(), assumptions.clone());
                facts.push(Fact { holders, actions, goal, statements, assumptions });
            }
        }
        facts
    }
}
