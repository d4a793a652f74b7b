//! Entering a role: what the call has to pass, and its caller to carry, so that the session carries what comes after.

use std::cell::Cell;

use crate::condition::{self, Residual};
use crate::evaluate::Evaluator;
use crate::graph::access_graph::AssumeEdge;
use crate::graph::carried::{Apart, Carried, Carrying, TRANSITIVE_TAGS};
use crate::graph::choice::{Choice, Comes, Concerned, HandsOn, Passes, TAGS_APART};
use crate::graph::rewrite::{
    NEW_SOURCE_IDENTITY, PRINCIPAL_TAG, REQUEST_TAG, SOURCE_IDENTITY, TAG_KEYS, TRANSITIVE_KEYS, asks, atom, goes_on,
    replace_tests, settle_null, solved, spelt, test,
};
use crate::graph::session_name;
use crate::model::{Collected, PrincipalId};
use crate::request::{Context, KeyState};

const SESSION_NAME: &str = "sts:rolesessionname";

/// How many ways to make one call are followed.
const WAYS_KEPT: usize = 16;

/// A call that opens a session of a role.
pub(super) struct Entry<'a, 'e> {
    pub(super) evaluator: &'a Evaluator<'e>,
    pub(super) carrying: Carrying,
    pub(super) edge: &'a AssumeEdge,
    /// The role that is entered; none where it is the session of a federated user or of a root user.
    pub(super) role: Option<PrincipalId>,
    /// What the calling session may hand on.
    pub(super) caller: HandsOn,
    /// What this caller can pass.
    pub(super) passes: Passes,
    /// How the sessions are named that this caller opens, where it does not choose that.
    pub(super) names: Names<'a>,
    /// Set when ways of making the call are left aside.
    pub(super) left_aside: &'a Cell<bool>,
}

/// How a caller names the sessions that it opens (E8).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Names<'a> {
    /// As it likes.
    Freely,
    /// Like a pattern.
    Like(&'static str),
    /// So.
    Always(&'a str),
}

/// One way to make the call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Passage {
    /// What the call itself requires.
    pub(super) request: Residual,
    /// What the session that makes it has to carry.
    pub(super) carried: Residual,
    /// Whether tags are passed or go on, so that `sts:TagSession` is needed.
    pub(super) tags: bool,
    /// Whether a source identity is set or goes on, so that `sts:SetSourceIdentity` is needed.
    pub(super) source_identity: bool,
}

impl Passage {
    /// The call that requires nothing and passes nothing.
    pub(super) fn plain() -> Self {
        Self { request: Residual::True, carried: Residual::True, tags: false, source_identity: false }
    }
}

impl Entry<'_, '_> {
    /// The ways to open a session that carries `carried`; none if nothing can.
    pub(super) fn ways(&self, carried: &Residual) -> Vec<Passage> {
        if self.role.is_none() {
            // What these sessions carry is not followed further back.
            let carried = replace_tests(carried, |operator, key, values| {
                let told = || format!("whether the session can have it that {}", test(operator, key, values));
                Carried::of_key(key).map(|_| Residual::missing(told()))
            });
            let mut ways = Vec::new();
            self.add(&self.edge.condition.clone().and(carried), (false, false), &mut ways);
            return ways;
        }
        if self.is_plain(carried) {
            return vec![Passage::plain()];
        }
        let plain = self.names == Names::Freely && !self.caller.anything();
        let concerned = self.concerned(carried);
        let mut ways: Vec<Passage> = Vec::new();
        if plain && carried.is_true() && concerned == Concerned::default() {
            self.add(&self.edge.condition, (false, false), &mut ways);
            return ways;
        }
        for choice in self.choices(&concerned) {
            let (condition, possible) = self.as_named(self.under(&choice, carried));
            if possible.may_hold() {
                self.add(&condition, (choice.has_tags(), choice.source_identity != Comes::Own), &mut ways);
            }
        }
        let (ways, all) = least(ways);
        if !all || concerned.tags.len() > TAGS_APART {
            self.left_aside.set(true);
        }
        ways
    }

    /// Whether nothing is required, carried or to be settled.
    pub(super) fn is_plain(&self, carried: &Residual) -> bool {
        let free = self.names == Names::Freely && !self.caller.anything();
        free && carried.is_true() && self.edge.condition.is_true()
    }

    fn add(&self, condition: &Residual, (tags, source_identity): (bool, bool), ways: &mut Vec<Passage>) {
        for Apart { request, carried } in self.carrying.apart(condition) {
            let way = Passage { request, carried, tags, source_identity };
            if !ways.contains(&way) {
                ways.push(way);
            }
        }
    }

    /// The condition where the name of the session is settled as far as its opener settles it; how that is is a fact, and no
    /// requirement. And what has to be possible besides.
    fn as_named(&self, condition: Residual) -> (Residual, Residual) {
        match self.names {
            Names::Freely => (condition.clone(), condition),
            Names::Like(pattern) => {
                let possible = condition.clone().and(Residual::test("StringLike", SESSION_NAME, pattern));
                (condition, possible)
            }
            Names::Always(name) => {
                let settled = replace_tests(&condition, |operator, key, values| {
                    let state = (key == SESSION_NAME).then(|| KeyState::value(name))?;
                    self.decided(operator, key, values, &state)
                });
                (settled.clone(), settled)
            }
        }
    }

    /// What has to hold of the call and of its caller's session if tags and source identity come so.
    fn under(&self, choice: &Choice<'_>, carried: &Residual) -> Residual {
        let mut parts = vec![self.call(choice, &self.edge.condition)];
        let session = self.session(choice, carried);
        if parts.iter().chain([&session]).any(Residual::is_false) {
            return Residual::False;
        }
        parts.push(session);
        if choice.has_tags() {
            parts.extend(self.edge.tag_session.as_ref().map(|beside| self.call(choice, &beside.condition)));
        }
        if choice.source_identity != Comes::Own {
            parts.extend(self.edge.set_source_identity.as_ref().map(|beside| self.call(choice, &beside.condition)));
        }
        let is = |key: &str, present: bool| Residual::test("Null", key, if present { "false" } else { "true" });
        let passed = |key: &str| if self.evaluator.given(key).is_some() { Residual::True } else { is(key, true) };
        parts.extend(choice.tags(Comes::Passed).map(|tag| passed(&format!("{REQUEST_TAG}{tag}"))));
        // E142: what a session has to hand on goes into every call that opens another.
        parts.extend(choice.tags(Comes::Inherited).map(goes_on));
        if self.caller.tags && !self.caller.begins {
            // A tag that goes on cannot be passed anew (E153).
            parts.extend(choice.tags(Comes::Passed).map(|tag| goes_on(tag).not()));
            if !choice.others && choice.tags(Comes::Inherited).next().is_none() {
                parts.push(is(TRANSITIVE_TAGS, false));
            }
        }
        match choice.source_identity {
            Comes::Own => {}
            Comes::Passed => parts.push(passed(NEW_SOURCE_IDENTITY)),
            Comes::Inherited => parts.push(is(SOURCE_IDENTITY, true)),
        }
        // A session that the way begins with has none unless the way asks for one.
        let asked = || choice.source_identity == Comes::Passed || parts.iter().any(|part| asks(part, SOURCE_IDENTITY));
        let hands_on = self.caller.source_identity && (!self.caller.begins || asked());
        if choice.source_identity != Comes::Inherited && hands_on {
            parts.push(is(SOURCE_IDENTITY, false));
        }
        // What is required to be absent stands as `Null` with `true`.
        solved(&Residual::all(parts.into_iter().map(|part| settle_null(&part))))
    }

    /// What the call requires, where it is settled which tags it passes and whether a source identity.
    fn call(&self, choice: &Choice<'_>, condition: &Residual) -> Residual {
        replace_tests(condition, |operator, key, values| {
            if let Some(tag) = key.strip_prefix(REQUEST_TAG) {
                return match choice.of_tag(tag) {
                    Comes::Own => self.decided(operator, key, values, &KeyState::Absent),
                    Comes::Passed => None,
                    Comes::Inherited => Some(test(operator, &format!("{PRINCIPAL_TAG}{tag}"), values)),
                };
            }
            match key {
                TAG_KEYS if choice.others => None,
                TAG_KEYS => {
                    let tags = choice.tags.iter().filter(|(_, comes)| *comes != Comes::Own);
                    // A tag's key keeps its letter case and whoever passes it chooses it (E153).
                    let keys: Vec<String> = tags.map(|(tag, _)| spelt(tag, values)).collect();
                    let state = if keys.is_empty() { KeyState::Absent } else { KeyState::Known(keys) };
                    self.decided(operator, key, values, &state)
                }
                TRANSITIVE_KEYS if choice.tags(Comes::Passed).next().is_none() => {
                    self.decided(operator, key, values, &KeyState::Absent)
                }
                NEW_SOURCE_IDENTITY => match choice.source_identity {
                    Comes::Own => self.decided(operator, key, values, &KeyState::Absent),
                    Comes::Passed => None,
                    Comes::Inherited => Some(test(operator, SOURCE_IDENTITY, values)),
                },
                _ => None,
            }
        })
    }

    /// What the new session has to carry, as what the call passes and what its caller's session carries.
    fn session(&self, choice: &Choice<'_>, carried: &Residual) -> Residual {
        let Some(role) = self.role.map(|role| self.evaluator.environment().principal(role)) else {
            return carried.clone();
        };
        replace_tests(carried, |operator, key, values| {
            if operator == "Resource" {
                // A test of several variables at once.
                return Some(Residual::missing(format!(
                    "whether the session's tags make {} the resource",
                    values.join(", ")
                )));
            }
            if let Some(tag) = key.strip_prefix(PRINCIPAL_TAG) {
                return match choice.of_tag(tag) {
                    Comes::Own => {
                        let tags = match &role.tags {
                            Collected::Present(tags) => tags.as_slice(),
                            Collected::Absent => &[],
                            Collected::NotCollected | Collected::Unknown(_) => {
                                return Some(Residual::missing(format!("the tags of {} were not collected", role.arn)));
                            }
                        };
                        let own = tags.iter().find(|own| own.key.eq_ignore_ascii_case(tag));
                        let state = own.map_or(KeyState::Absent, |own| match &own.value {
                            Some(value) => KeyState::value(&**value),
                            None => KeyState::Unknown,
                        });
                        self.decided(operator, key, values, &state)
                    }
                    Comes::Passed => self.as_given(operator, &format!("{REQUEST_TAG}{tag}"), values),
                    Comes::Inherited => None,
                };
            }
            match key {
                TRANSITIVE_TAGS => {
                    let named = values.first().filter(|_| operator != "Null");
                    match named.map(|tag| choice.of_tag(&tag.to_lowercase())) {
                        Some(Comes::Inherited) => None,
                        Some(Comes::Passed) => self.as_given(operator, TRANSITIVE_KEYS, values),
                        // A tag of the role's own is none that was passed (E153).
                        Some(Comes::Own) => self.decided(operator, key, values, &KeyState::Absent),
                        None if choice.tags(Comes::Passed).next().is_some() => {
                            self.as_given(operator, TRANSITIVE_KEYS, values)
                        }
                        _ if choice.others || choice.tags(Comes::Inherited).next().is_some() => None,
                        _ => self.decided(operator, key, values, &KeyState::Absent),
                    }
                }
                SOURCE_IDENTITY => match choice.source_identity {
                    Comes::Own => self.decided(operator, key, values, &KeyState::Absent),
                    Comes::Passed => self.as_given(operator, NEW_SOURCE_IDENTITY, values),
                    Comes::Inherited => None,
                },
                "aws:userid" => {
                    let name = session_name::of_id(operator, values, role.unique_id.as_deref());
                    let Some((operator, values)) = name else {
                        let test = test(operator, key, values);
                        return Some(Residual::missing(format!(
                            "whether a session of {} can have it that {test}",
                            role.arn
                        )));
                    };
                    if values.is_empty() {
                        return Some(Residual::False);
                    }
                    match self.evaluator.given(SESSION_NAME) {
                        Some(_) => self.as_given(&operator, SESSION_NAME, &values),
                        None => self.decided(&operator, SESSION_NAME, &values, &KeyState::Present),
                    }
                }
                _ => None,
            }
        })
    }

    /// The same test of a key of the call, decided where the question gives the key.
    fn as_given(&self, operator: &str, key: &str, values: &[Box<str>]) -> Option<Residual> {
        let test = test(operator, key, values);
        let Some(given) = self.evaluator.given(key) else { return Some(test) };
        self.decided(operator, key, values, &KeyState::Known(given.to_vec())).or(Some(test))
    }

    fn decided(&self, operator: &str, key: &str, values: &[Box<str>], state: &KeyState) -> Option<Residual> {
        let mut context = Context::open();
        context.set(key, state.clone());
        condition::decide(&atom(operator, key, values), &context)
    }
}

/// The ways of which none requires all that another does, those first that require little, at most [`WAYS_KEPT`]; and whether
/// these are all.
fn least(mut ways: Vec<Passage>) -> (Vec<Passage>, bool) {
    ways.sort_by_key(|way| way.request.conjuncts().len() + way.carried.conjuncts().len());
    let (mut kept, mut all): (Vec<Passage>, bool) = (Vec::new(), true);
    for way in ways {
        let within =
            |part: &Residual, whole: &Residual| part.conjuncts().iter().all(|one| whole.conjuncts().contains(one));
        let more = |other: &Passage| within(&other.request, &way.request) && within(&other.carried, &way.carried);
        if kept.iter().any(more) {
            continue;
        }
        all &= kept.len() < WAYS_KEPT;
        if all {
            kept.push(way);
        }
    }
    (kept, all)
}
