//! Which tags and which source identity a call may pass or hand on, as far as anything speaks of them.

use std::collections::BTreeSet;

use crate::condition::{Atom, Residual};
use crate::evaluate::session_can_be_given;
use crate::graph::carried::TRANSITIVE_TAGS;
use crate::graph::entry::Entry;
use crate::graph::rewrite::{
    NEW_SOURCE_IDENTITY, PRINCIPAL_TAG, REQUEST_TAG, SOURCE_IDENTITY, TAG_KEYS, TRANSITIVE_KEYS,
};
use crate::graph::state::State;
use crate::model::Environment;
use crate::request::Caller;

/// How many tags are tried one by one; of more all are passed, or none.
pub(super) const TAGS_APART: usize = 4;

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

    pub(super) fn anything(self) -> bool {
        self.source_identity || self.tags
    }
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

pub(super) const OF_PODS: [&str; 6] = [
    "eks-cluster-arn",
    "eks-cluster-name",
    "kubernetes-namespace",
    "kubernetes-pod-name",
    "kubernetes-pod-uid",
    "kubernetes-service-account",
];

/// Where a tag or the source identity of the new session comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Comes {
    /// It has none but what the role itself has.
    Own,
    /// The call passes it.
    Passed,
    /// It goes on from the calling session.
    Inherited,
}

/// What the way on and a call speak of.
#[derive(Debug, PartialEq, Eq, Default)]
pub(super) struct Concerned {
    /// Tags, by their keys in lowercase.
    pub(super) tags: BTreeSet<Box<str>>,
    /// Whether it matters that some tag is passed, whichever.
    pub(super) others: bool,
    pub(super) source_identity: bool,
}

pub(super) struct Choice<'c> {
    pub(super) tags: Vec<(&'c str, Comes)>,
    /// Whether tags are passed or go on of which nothing here speaks by name.
    pub(super) others: bool,
    pub(super) source_identity: Comes,
}

impl Choice<'_> {
    pub(super) fn of_tag(&self, key: &str) -> Comes {
        self.tags.iter().find(|(tag, _)| *tag == key).map_or(Comes::Own, |(_, comes)| *comes)
    }

    pub(super) fn tags(&self, wanted: Comes) -> impl Iterator<Item = &str> {
        self.tags.iter().filter(move |(_, comes)| *comes == wanted).map(|(key, _)| *key)
    }

    pub(super) fn has_tags(&self) -> bool {
        self.others || self.tags.iter().any(|(_, comes)| *comes != Comes::Own)
    }
}

impl Entry<'_, '_> {
    /// What the way on and the call speak of.
    pub(super) fn concerned(&self, carried: &Residual) -> Concerned {
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
                let plain = |value: &str| !value.contains(['*', '?', '$']) && &**operator != "Null";
                by_key.extend(values.iter().filter(|tag| plain(tag)).map(|tag| tag.to_lowercase().into()));
                concerned.others |= !values.iter().all(|value| plain(value));
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

    pub(super) fn choices<'c>(&self, concerned: &'c Concerned) -> Vec<Choice<'c>> {
        let tags = &concerned.tags;
        let mut of_tags: Vec<Vec<(&str, Comes)>> = vec![Vec::new()];
        if tags.len() > TAGS_APART {
            let all = [Comes::Own, Comes::Passed, Comes::Inherited].map(|comes| {
                let may = |tag: &str| self.ways_of_tag(tag).contains(&comes);
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
}
