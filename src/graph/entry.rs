//! Entering a role: what the call has to pass, and its caller to carry, so that the session carries what comes after.

use std::collections::BTreeSet;

use crate::condition::{self, Atom, Residual};
use crate::evaluate::{Evaluator, session_can_be_given};
use crate::graph::access_graph::AssumeEdge;
use crate::graph::carried::{Apart, Carried, Carrying, TRANSITIVE_TAGS};
use crate::graph::session_name;
use crate::graph::state::State;
use crate::model::{Collected, Environment, PrincipalId};
use crate::request::{Caller, Context, KeyState, is_claim};
use crate::wildcard::Wildcard;

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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(super) struct HandsOn {
    pub(super) source_identity: bool,
    pub(super) tags: bool,
    /// Ways begin here: with a session that hands on nothing but what the way asks of it.
    pub(super) begins: bool,
}

impl HandsOn {
    /// What sessions of a role may have been given that they hand on; nobody else hands on anything.
    pub(super) fn of(environment: &Environment, state: &State) -> Self {
        let role = match state.caller {
            Caller::RoleSession { id: Some(role), .. } => role,
            // A role's session of an account that nothing is known of.
            Caller::RoleSession { id: None, .. } | Caller::ExternalAccount(_) => {
                return Self { source_identity: true, tags: true, begins: true };
            }
            _ => return Self::default(),
        };
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
    /// What this caller can pass.
    pub(super) passes: Passes,
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

/// What a caller can pass to the sessions that it opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Passes {
    Anything,
    /// The tags of EKS Pod Identity (E194).
    OfPods,
    /// As most services.
    Nothing,
}

const OF_PODS: [&str; 6] = [
    "eks-cluster-arn",
    "eks-cluster-name",
    "kubernetes-namespace",
    "kubernetes-pod-name",
    "kubernetes-pod-uid",
    "kubernetes-service-account",
];

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

/// How many ways to make one call are followed.
const WAYS_KEPT: usize = 16;

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

/// What the way on and a call speak of.
#[derive(Debug, PartialEq, Eq, Default)]
struct Concerned {
    /// Tags, by their keys in lowercase.
    tags: BTreeSet<Box<str>>,
    /// Whether it matters that some tag is passed, whichever.
    others: bool,
    source_identity: bool,
}

struct Choice<'c> {
    tags: Vec<(&'c str, Comes)>,
    /// Whether tags are passed or go on of which nothing here speaks by name.
    others: bool,
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
        self.others || self.tags.iter().any(|(_, comes)| *comes != Comes::Own)
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
        least(ways)
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

    /// What the way on and the call speak of.
    fn concerned(&self, carried: &Residual) -> Concerned {
        let mut concerned = Concerned::default();
        for atom in carried.atoms() {
            let Atom::Test { operator, key, values } = atom else { continue };
            concerned.tags.extend(key.strip_prefix(PRINCIPAL_TAG).map(Box::from));
            concerned.source_identity |= &**key == SOURCE_IDENTITY;
            if &**key == TRANSITIVE_TAGS && &**operator != "Null" {
                concerned.tags.extend(values.iter().map(|tag| tag.to_lowercase().into()));
            }
        }
        let beside = [&self.edge.tag_session, &self.edge.set_source_identity].into_iter().flatten();
        let conditions = std::iter::once(&self.edge.condition).chain(beside.map(|permission| &permission.condition));
        let mut by_key: BTreeSet<Box<str>> = BTreeSet::new();
        for atom in conditions.flat_map(Residual::atoms) {
            let Atom::Test { operator, key, values } = atom else { continue };
            concerned.tags.extend(key.strip_prefix(REQUEST_TAG).map(Box::from));
            concerned.source_identity |= &**key == NEW_SOURCE_IDENTITY;
            if matches!(&**key, TAG_KEYS | TRANSITIVE_KEYS) && !operator.starts_with("ForAllValues:") {
                let plain = |value: &&Box<str>| !value.contains(['*', '?', '$']) && &**operator != "Null";
                by_key.extend(values.iter().filter(plain).map(|tag| tag.to_lowercase().into()));
                concerned.others |= !values.iter().all(|value| plain(&value));
            }
        }
        // Tags that only their keys are asked of may have any value: where there are too many, some tag stands for them.
        if concerned.tags.len() + by_key.len() <= TAGS_APART {
            concerned.tags.extend(by_key);
        } else {
            concerned.others |= !by_key.is_empty();
        }
        concerned
    }

    /// From where a tag may come.
    fn ways_of_tag(&self, tag: &str) -> &'static [Comes] {
        let passes = match self.passes {
            Passes::Anything => true,
            Passes::Nothing => false,
            Passes::OfPods => OF_PODS.contains(&tag),
        };
        match (self.edge.tag_session.is_some(), passes, self.caller.tags) {
            (false, ..) | (_, false, false) => &[Comes::Own],
            // What the question says that the call passes, it passes.
            (_, true, _) if self.evaluator.given(&format!("{REQUEST_TAG}{tag}")).is_some() => &[Comes::Passed],
            (_, true, true) => &[Comes::Own, Comes::Passed, Comes::Inherited],
            (_, true, false) => &[Comes::Own, Comes::Passed],
            (_, false, true) => &[Comes::Own, Comes::Inherited],
        }
    }

    fn choices<'c>(&self, concerned: &'c Concerned) -> Vec<Choice<'c>> {
        let tags = &concerned.tags;
        let mut of_tags: Vec<Vec<(&str, Comes)>> = vec![Vec::new()];
        if tags.len() > TAGS_APART {
            let all = [Comes::Own, Comes::Passed, Comes::Inherited].map(|comes| {
                let may = |tag: &Box<str>| self.ways_of_tag(tag).contains(&comes);
                tags.iter().map(|tag| (&**tag, if may(tag) { comes } else { Comes::Own })).collect()
            });
            of_tags = all.into();
        } else {
            for tag in tags {
                let with = |before: &Vec<(&'c str, Comes)>, comes: &Comes| {
                    let mut choice = before.clone();
                    choice.push((&**tag, *comes));
                    choice
                };
                let ways = self.ways_of_tag(tag);
                of_tags = of_tags.iter().flat_map(|before| ways.iter().map(move |comes| with(before, comes))).collect();
            }
        }
        let settable = self.edge.set_source_identity.is_some();
        let mut identities = vec![Comes::Own];
        if settable && self.caller.source_identity {
            identities.push(Comes::Inherited);
        }
        if settable && concerned.source_identity && self.passes != Passes::Nothing {
            identities.push(Comes::Passed);
        }
        let tagged = self.edge.tag_session.is_some();
        let go_on = self.caller.tags && !self.caller.begins || concerned.others && self.passes == Passes::Anything;
        let others: &[bool] = if tagged && go_on { &[false, true] } else { &[false] };
        let mut choices = Vec::new();
        for tags in of_tags {
            for others in others {
                for source_identity in &identities {
                    let (tags, others, source_identity) = (tags.clone(), *others, *source_identity);
                    choices.push(Choice { tags, others, source_identity });
                }
            }
        }
        choices
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
        let asks = |part: &Residual| {
            part.atoms().into_iter().any(|atom| matches!(atom, Atom::Test { key, .. } if &**key == SOURCE_IDENTITY))
        };
        let hands_on = self.caller.source_identity && (!self.caller.begins || parts.iter().any(asks));
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
                key if is_said_once(key) => self.decided(operator, key, values, &KeyState::Absent),
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

/// The ways of which none requires all that another does, those first that require little; at most [`WAYS_KEPT`].
fn least(mut ways: Vec<Passage>) -> Vec<Passage> {
    ways.sort_by_key(|way| way.request.conjuncts().len() + way.carried.conjuncts().len());
    let mut kept: Vec<Passage> = Vec::new();
    for way in ways {
        let within =
            |part: &Residual, whole: &Residual| part.conjuncts().iter().all(|one| whole.conjuncts().contains(one));
        let more = |other: &Passage| within(&other.request, &way.request) && within(&other.carried, &way.carried);
        if kept.len() < WAYS_KEPT && !kept.iter().any(more) {
            kept.push(way);
        }
    }
    kept
}

/// A tag's key in the letter case in which one of the values asks for it.
fn spelt(tag: &str, values: &[Box<str>]) -> String {
    let fits = |value: &&Box<str>| Wildcard::parse(&value.to_lowercase()).matches(tag);
    let Some(value) = values.iter().find(fits) else { return tag.to_owned() };
    let head: String = value.chars().take_while(|c| !matches!(c, '*' | '?')).collect();
    format!("{head}{}", tag.chars().skip(head.chars().count()).collect::<String>())
}

/// The condition with what a call passes compared with what its caller's session has, where the one is fixed: then the other
/// is.
fn solved(condition: &Residual) -> Residual {
    let fixed: Vec<(&str, &[Box<str>])> = condition
        .conjuncts()
        .iter()
        .filter_map(|part| match part {
            Residual::Atom(atom) => match &**atom {
                Atom::Test { operator, key, values } if &**operator == "StringEquals" => Some((&**key, &**values)),
                _ => None,
            },
            _ => None,
        })
        .filter(|(_, values)| !values.iter().any(|value| value.contains("${")))
        .collect();
    replace_tests(condition, |operator, key, values| {
        let [value] = values else { return None };
        let variable = value.strip_prefix("${").and_then(|rest| rest.strip_suffix('}'))?;
        if !matches!(operator, "StringEquals" | "StringLike") || Carried::of_key(variable).is_none() {
            return None;
        }
        if key == variable {
            return Some(Residual::True);
        }
        let (_, values) = fixed.iter().find(|(fixed, _)| *fixed == key)?;
        Some(test("StringEquals", variable, values))
    })
}

/// Whether an identity provider's claim is there when a session is opened, and not in it (E144).
fn is_said_once(key: &str) -> bool {
    let kept = matches!(key, "saml:namequalifier" | "saml:sub" | "saml:sub_type");
    let claim = key.rsplit_once(':').map(|(_, claim)| claim);
    key.starts_with("saml:") && !kept || is_claim(key) && !matches!(claim, Some("amr" | "aud" | "sub"))
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
