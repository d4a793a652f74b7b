//! Entering a role: what the call has to pass, and its caller to carry, so that the session carries what comes after.

use std::collections::BTreeSet;

use crate::condition::{self, Atom, Residual};
use crate::evaluate::{Evaluator, session_can_be_given};
use crate::graph::access_graph::AssumeEdge;
use crate::graph::carried::{Apart, Carrying, TRANSITIVE_TAGS};
use crate::graph::session_name;
use crate::graph::state::State;
use crate::model::{Collected, Environment, PrincipalId};
use crate::request::{Caller, Context, KeyState};

const PRINCIPAL_TAG: &str = "aws:principaltag/";
const REQUEST_TAG: &str = "aws:requesttag/";
const TAG_KEYS: &str = "aws:tagkeys";
const TRANSITIVE_KEYS: &str = "sts:transitivetagkeys";
const SOURCE_IDENTITY: &str = "aws:sourceidentity";
const NEW_SOURCE_IDENTITY: &str = "sts:sourceidentity";
const SESSION_NAME: &str = "sts:rolesessionname";

/// How many tags are tried one by one; of more all are passed, or none.
const TAGS_APART: usize = 4;

/// What a state may hand on to the sessions that it opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct HandsOn {
    pub(super) source_identity: bool,
    pub(super) tags: bool,
    /// Ways begin here: with a session that hands on nothing but what the way asks of it.
    pub(super) begins: bool,
}

impl HandsOn {
    /// What sessions of a role may have been given that they hand on; nobody else hands on anything.
    pub(super) fn of(environment: &Environment, state: &State) -> Self {
        let Caller::RoleSession { id: Some(role), .. } = state.caller else { return Self::default() };
        let given = |call| session_can_be_given(environment, environment.principal(role), call);
        let (source_identity, tags) = (given("sts:SetSourceIdentity"), given("sts:TagSession"));
        Self { source_identity, tags, begins: state.begins() && (source_identity || tags) }
    }

    pub(super) fn or(self, other: Self) -> Self {
        Self {
            source_identity: self.source_identity || other.source_identity,
            tags: self.tags || other.tags,
            begins: self.begins || other.begins,
        }
    }

    fn anything(self) -> bool {
        self.source_identity || self.tags
    }
}

/// A call that opens a session of a role.
pub(super) struct Entry<'a, 'e> {
    pub(super) evaluator: &'a Evaluator<'e>,
    pub(super) carrying: Carrying,
    pub(super) edge: &'a AssumeEdge,
    /// The role that is entered; none where it is the session of a federated user or of a root user.
    pub(super) role: Option<PrincipalId>,
    /// What the calling session may hand on.
    pub(super) caller: HandsOn,
    /// How the sessions are named that this caller opens, where it does not choose that.
    pub(super) names: Names<'a>,
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

/// Where a tag or the source identity of the new session comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Comes {
    /// It has none but what the role itself has.
    Own,
    /// The call passes it.
    Passed,
    /// It goes on from the calling session.
    Inherited,
}

struct Choice<'c> {
    tags: Vec<(&'c str, Comes)>,
    /// Whether tags go on of which nothing here speaks.
    others_go_on: bool,
    source_identity: Comes,
}

impl Choice<'_> {
    fn of_tag(&self, key: &str) -> Comes {
        self.tags.iter().find(|(tag, _)| *tag == key).map_or(Comes::Own, |(_, comes)| *comes)
    }

    fn tags(&self, wanted: Comes) -> impl Iterator<Item = &str> {
        self.tags.iter().filter(move |(_, comes)| *comes == wanted).map(|(key, _)| *key)
    }

    fn has_tags(&self) -> bool {
        self.others_go_on || self.tags.iter().any(|(_, comes)| *comes != Comes::Own)
    }
}

impl Entry<'_, '_> {
    /// The ways to open a session that carries `carried`; none if nothing can.
    pub(super) fn ways(&self, carried: &Residual) -> Vec<Passage> {
        if self.role.is_none() {
            let mut ways = Vec::new();
            self.add(&self.edge.condition.clone().and(carried.clone()), (false, false), &mut ways);
            return ways;
        }
        let plain = self.names == Names::Freely && !self.caller.anything();
        if plain && carried.is_true() && self.edge.condition.is_true() {
            let request = Residual::True;
            return vec![Passage { request, carried: Residual::True, tags: false, source_identity: false }];
        }
        let (tags, source_identity) = self.concerned(carried);
        let mut ways: Vec<Passage> = Vec::new();
        if carried.is_true()
            && tags.is_empty()
            && !source_identity
            && !self.caller.anything()
            && self.names == Names::Freely
        {
            self.add(&self.edge.condition, (false, false), &mut ways);
            return ways;
        }
        for choice in self.choices(&tags, source_identity) {
            let (condition, possible) = self.as_named(self.under(&choice, carried));
            if possible.may_hold() {
                self.add(&condition, (choice.has_tags(), choice.source_identity != Comes::Own), &mut ways);
            }
        }
        ways
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

    /// The tags that the way on or the call speaks of, and whether either speaks of the source identity.
    fn concerned(&self, carried: &Residual) -> (BTreeSet<Box<str>>, bool) {
        let mut tags = BTreeSet::new();
        let mut source_identity = false;
        let later = carried.atoms().into_iter().map(|atom| (atom, PRINCIPAL_TAG, SOURCE_IDENTITY));
        let now = self.edge.condition.atoms().into_iter().map(|atom| (atom, REQUEST_TAG, NEW_SOURCE_IDENTITY));
        for (atom, tag, identity) in later.chain(now) {
            let Atom::Test { key, .. } = atom else { continue };
            tags.extend(key.strip_prefix(tag).map(Box::from));
            source_identity |= &**key == identity;
        }
        (tags, source_identity)
    }

    fn choices<'c>(&self, tags: &'c BTreeSet<Box<str>>, source_identity: bool) -> Vec<Choice<'c>> {
        let tagged = self.edge.tag_session.is_some();
        let of_tag: &[Comes] = match (tagged, tagged && self.caller.tags) {
            (_, true) => &[Comes::Own, Comes::Passed, Comes::Inherited],
            (true, _) => &[Comes::Own, Comes::Passed],
            _ => &[Comes::Own],
        };
        let mut of_tags: Vec<Vec<(&str, Comes)>> = vec![Vec::new()];
        if tags.len() > TAGS_APART {
            of_tags = of_tag.iter().map(|comes| tags.iter().map(|tag| (&**tag, *comes)).collect()).collect();
        } else {
            for tag in tags {
                let with = |before: &Vec<(&'c str, Comes)>, comes: &Comes| {
                    let mut choice = before.clone();
                    choice.push((&**tag, *comes));
                    choice
                };
                of_tags =
                    of_tags.iter().flat_map(|before| of_tag.iter().map(move |comes| with(before, comes))).collect();
            }
        }
        let settable = self.edge.set_source_identity.is_some();
        let mut identities = vec![Comes::Own];
        if settable && self.caller.source_identity {
            identities.push(Comes::Inherited);
        }
        if settable && source_identity {
            identities.push(Comes::Passed);
        }
        let others: &[bool] = if tagged && self.caller.tags && !self.caller.begins { &[false, true] } else { &[false] };
        let mut choices = Vec::new();
        for tags in of_tags {
            for others_go_on in others {
                for source_identity in &identities {
                    let (tags, others_go_on, source_identity) = (tags.clone(), *others_go_on, *source_identity);
                    choices.push(Choice { tags, others_go_on, source_identity });
                }
            }
        }
        choices
    }

    /// What has to hold of the call and of its caller's session if tags and source identity come so.
    fn under(&self, choice: &Choice<'_>, carried: &Residual) -> Residual {
        let mut parts = vec![self.call(choice, &self.edge.condition), self.session(choice, carried)];
        if choice.has_tags() {
            parts.extend(self.edge.tag_session.as_ref().map(|beside| self.call(choice, &beside.condition)));
        }
        if choice.source_identity != Comes::Own {
            parts.extend(self.edge.set_source_identity.as_ref().map(|beside| self.call(choice, &beside.condition)));
        }
        let is = |key: &str, present: bool| Residual::test("Null", key, if present { "false" } else { "true" });
        parts.extend(choice.tags(Comes::Passed).map(|tag| is(&format!("{REQUEST_TAG}{tag}"), true)));
        // E142: what a session has to hand on goes into every call that opens another.
        parts.extend(choice.tags(Comes::Inherited).map(goes_on));
        if self.caller.tags && !self.caller.begins {
            // A tag that goes on cannot be passed anew (E153).
            parts.extend(choice.tags(Comes::Passed).map(|tag| goes_on(tag).not()));
            if !choice.others_go_on && choice.tags(Comes::Inherited).next().is_none() {
                parts.push(is(TRANSITIVE_TAGS, false));
            }
        }
        match choice.source_identity {
            Comes::Own => {}
            Comes::Passed => parts.push(is(NEW_SOURCE_IDENTITY, true)),
            Comes::Inherited => parts.push(is(SOURCE_IDENTITY, true)),
        }
        if choice.source_identity != Comes::Inherited && self.caller.source_identity && !self.caller.begins {
            parts.push(is(SOURCE_IDENTITY, false));
        }
        // What is required to be absent stands as `Null` with `true`.
        Residual::all(parts.into_iter().map(|part| settle_null(&part)))
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
                TAG_KEYS if choice.others_go_on => None,
                TAG_KEYS => {
                    let tags = choice.tags.iter().filter(|(_, comes)| *comes != Comes::Own);
                    // A tag's key keeps its letter case and whoever passes it chooses it (E153).
                    let spelt = |tag: &str| {
                        let named = values.iter().find(|value| value.eq_ignore_ascii_case(tag));
                        named.map_or_else(|| tag.to_owned(), ToString::to_string)
                    };
                    let keys: Vec<String> = tags.map(|(tag, _)| spelt(tag)).collect();
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
                return None; // A test of several variables at once; it stays as what the request requires.
            }
            if let Some(tag) = key.strip_prefix(PRINCIPAL_TAG) {
                return match choice.of_tag(tag) {
                    Comes::Own => {
                        let tags = match &role.tags {
                            Collected::Present(tags) => tags.as_slice(),
                            Collected::Absent => &[],
                            Collected::NotCollected | Collected::Unknown(_) => return None,
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
                    match named.map_or(Comes::Own, |tag| choice.of_tag(tag)) {
                        Comes::Inherited => None,
                        _ if choice.tags(Comes::Passed).next().is_some() => {
                            self.as_given(operator, TRANSITIVE_KEYS, values)
                        }
                        _ if choice.others_go_on || choice.tags(Comes::Inherited).next().is_some() => None,
                        _ => self.decided(operator, key, values, &KeyState::Absent),
                    }
                }
                SOURCE_IDENTITY => match choice.source_identity {
                    Comes::Own => self.decided(operator, key, values, &KeyState::Absent),
                    Comes::Passed => self.as_given(operator, NEW_SOURCE_IDENTITY, values),
                    Comes::Inherited => None,
                },
                "aws:userid" => {
                    let (operator, values) = session_name::of_id(operator, values, role.unique_id.as_deref())?;
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

/// That a tag of the session goes on to those that it opens.
fn goes_on(tag: &str) -> Residual {
    Residual::test("ForAnyValue:StringEquals", TRANSITIVE_TAGS, tag)
}

fn atom(operator: &str, key: &str, values: &[Box<str>]) -> Atom {
    Atom::Test { operator: operator.into(), key: key.into(), values: values.to_vec() }
}

fn test(operator: &str, key: &str, values: &[Box<str>]) -> Residual {
    atom(operator, key, values).into()
}

/// `Null` with `false` as the opposite of `Null` with `true`, in which form residuals have it.
fn settle_null(part: &Residual) -> Residual {
    replace_tests(part, |operator, key, values| {
        let present = operator == "Null" && matches!(values, [only] if &**only == "false");
        present.then(|| Residual::test("Null", key, "true").not())
    })
}

/// The formula with its tests replaced, whichever way they stand.
pub(super) fn replace_tests(
    condition: &Residual,
    other: impl Fn(&str, &str, &[Box<str>]) -> Option<Residual>,
) -> Residual {
    condition.replace(&|atom, negated| {
        let Atom::Test { operator, key, values } = atom else { return None };
        let new = other(operator, key, values)?;
        Some(if negated { new.not() } else { new })
    })
}
