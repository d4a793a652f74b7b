//! What an organization is drawn from: numbers and lists of numbers, the simplest choice at 0, so that a failing case
//! shrinks in steps that keep it an organization. Every statement has a Sid of its own by its place.

use std::collections::BTreeSet;
use std::fmt;

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::organization::{Control, Organization, Who};
use crate::render::CONDITIONS;

/// An account of which nothing is collected.
pub(crate) const OUTSIDE: &str = "999988887777";

/// A statement.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    /// Of ten, how many times such a one denies is up to the place.
    pub(crate) effect: u8,
    pub(crate) principal: u8,
    pub(crate) action: u8,
    pub(crate) resource: u8,
    pub(crate) condition: Option<u8>,
}

#[derive(Debug, Clone)]
pub(crate) struct Member {
    account: u8,
    is_role: bool,
    trust: Vec<Line>,
    identity: Vec<Line>,
    boundary: Option<Vec<Line>>,
    tag: u8,
}

/// An organization to be.
#[derive(Clone)]
pub(crate) struct Sketch {
    pub(crate) accounts: usize,
    pub(crate) members: Vec<Member>,
    /// Denials of control policies: of which kind, and where.
    controls: Vec<(u8, u8, Line)>,
    bucket: Vec<Line>,
    restricts_public: bool,
    /// Whether statements may be about the name, the source identity and the tags of a session.
    pub(crate) knows_sessions: bool,
    /// Statements that are left away, by Sid.
    without: BTreeSet<String>,
    /// A statement beside.
    beside: Option<(Place, Line)>,
}

/// Where a statement stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Trust(usize),
    Identity(usize),
    Boundary(usize),
    ServiceControl(usize),
    ResourceControl(usize),
    Bucket,
}

impl fmt::Debug for Sketch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let organization = self.organization();
        for (number, principal) in organization.principals.iter().enumerate() {
            write!(f, "\n{}", organization.arn(Who(number)))?;
            if let Some(trust) = &principal.trust {
                write!(f, "\n  trust {}", json!(trust))?;
            }
            write!(f, "\n  identity {}", json!(principal.inline))?;
            if let Some(boundary) = principal.boundary {
                write!(f, "\n  boundary {}", json!(organization.managed[boundary].statements))?;
            }
            if !principal.tags.is_empty() {
                write!(f, "\n  tags {:?}", principal.tags)?;
            }
        }
        for ((kind, target), statements) in &organization.controls {
            write!(f, "\n{kind:?} control of {target} {}", json!(statements))?;
        }
        let vault = &organization.vault;
        let owner = organization.id(vault.account);
        write!(f, "\nbucket of {owner}, restricts public {}: {}", vault.restricts_public, json!(vault.policy))
    }
}

pub(crate) fn line() -> impl Strategy<Value = Line> {
    let condition = option::weighted(0.3, 0..CONDITIONS);
    (0..20u8, 0..64u8, 0..32u8, 0..64u8, condition).prop_map(|(effect, principal, action, resource, condition)| Line {
        effect,
        principal,
        action,
        resource,
        condition,
    })
}

fn member() -> impl Strategy<Value = Member> {
    let boundary = option::weighted(0.1, vec(line(), 1..=2));
    (0..3u8, prop::bool::weighted(0.8), vec(line(), 1..=3), vec(line(), 1..=4), boundary, 0..4u8).prop_map(
        |(account, is_role, trust, identity, boundary, tag)| Member {
            account,
            is_role,
            trust,
            identity,
            boundary,
            tag,
        },
    )
}

pub(crate) fn sketch() -> impl Strategy<Value = Sketch> {
    let control = (0..2u8, 0..4u8, line());
    let controls = prop_oneof![3 => Just(Vec::new()), 1 => vec(control, 1..=2)];
    (2..=3usize, vec(member(), 6..=15), controls, vec(line(), 0..=4), any::<bool>()).prop_map(
        |(accounts, members, controls, bucket, restricts_public)| Sketch {
            accounts,
            members,
            controls,
            bucket,
            restricts_public,
            knows_sessions: true,
            without: BTreeSet::new(),
            beside: None,
        },
    )
}

impl Line {
    pub(crate) fn is_denial(&self, times: u8) -> bool {
        self.effect >= 20 - times
    }
}

impl Sketch {
    /// The same where no two sessions of a role that was entered alike differ.
    pub(crate) fn without_sessions(&self) -> Self {
        Self { knows_sessions: false, ..self.clone() }
    }

    /// The same without some statements.
    pub(crate) fn without(&self, sids: &BTreeSet<String>) -> Self {
        Self { without: self.without.union(sids).cloned().collect(), ..self.clone() }
    }

    /// The same with an Allow more in somebody's identity policies.
    pub(crate) fn with_allow(&self, member: usize, line: &Line) -> Self {
        let place = Place::Identity(member % self.members.len());
        Self { beside: Some((place, Line { effect: 0, ..line.clone() })), ..self.clone() }
    }

    /// The same with a Deny more in some place.
    pub(crate) fn with_deny(&self, place: u8, number: usize, line: &Line) -> Self {
        let (member, account) = (number % self.members.len(), number % self.accounts);
        let place = match place % 6 {
            0 => Place::Identity(member),
            1 if self.members[member].is_role => Place::Trust(member),
            2 if self.members[member].boundary.is_some() => Place::Boundary(member),
            3 => Place::ServiceControl(account),
            4 => Place::ResourceControl(account),
            _ => Place::Bucket,
        };
        Self { beside: Some((place, Line { effect: 19, ..line.clone() })), ..self.clone() }
    }

    /// Whether the bucket's policy may be public with these statements and not without, so that what it gives to others counts
    /// again (E180).
    pub(crate) fn may_turn_private_without(&self, sids: &BTreeSet<String>) -> bool {
        self.restricts_public && (0..self.bucket.len()).any(|number| sids.contains(&Place::Bucket.sid(number)))
    }
    /// The Sids of a role's trust policy.
    pub(crate) fn trust_of(&self, role: &str) -> BTreeSet<String> {
        let organization = self.organization();
        let is_it = |number: &usize| organization.arn(Who(*number)) == role;
        let number = (0..self.members.len()).find(is_it).unwrap();
        (0..self.members[number].trust.len()).map(|line| Place::Trust(number).sid(line)).collect()
    }

    /// The organization.
    pub(crate) fn organization(&self) -> Organization {
        let mut organization = Organization::of_accounts(self.accounts);
        organization.vault.key = None;
        organization.keeps_logs = false;
        organization.vault.restricts_public = self.restricts_public;
        for (number, member) in self.members.iter().enumerate() {
            let (account, name) = (usize::from(member.account) % self.accounts, format!("p{number}"));
            let who = match member.is_role {
                true => organization.role(account, "/", &name),
                false => organization.user(account, "/", &name),
            };
            if member.tag < 2 {
                let value = if member.tag == 0 { "red" } else { "blue" };
                organization.at(who).tags.push(("team".to_owned(), value.to_owned()));
            }
        }
        for (number, member) in self.members.iter().enumerate() {
            let who = Who(number);
            if member.is_role {
                let mut trust = self.at(&organization, Place::Trust(number), &member.trust);
                if trust.is_empty() {
                    // IAM takes no empty one; this admits somebody who is gone (E30).
                    trust.push(json!({ "Effect": "Allow", "Principal": { "AWS": "AIDAGONE0000000000000" },
                                       "Action": "sts:AssumeRole" }));
                }
                organization.at(who).trust = Some(trust);
            }
            let inline = self.at(&organization, Place::Identity(number), &member.identity);
            organization.at(who).inline = inline;
            if let Some(lines) = &member.boundary {
                let statements = self.at(&organization, Place::Boundary(number), lines);
                let account = organization.get(who).account;
                // A boundary without a statement is none that IAM takes.
                if !statements.is_empty() {
                    let boundary = organization.managed(account, &format!("boundary-{number}"), statements);
                    organization.at(who).boundary = Some(boundary);
                }
            }
        }
        self.limit(&mut organization);
        organization.vault.policy = self.at(&organization, Place::Bucket, &self.bucket);
        organization
    }

    fn limit(&self, organization: &mut Organization) {
        let controls = (0..).zip(&self.controls).map(|(number, (kind, target, line))| {
            let account = usize::from(*target) % self.accounts;
            (
                format!("c{number}"),
                if *kind == 0 { Place::ServiceControl(account) } else { Place::ResourceControl(account) },
                line,
            )
        });
        let beside = self.beside.iter().map(|(place, line)| ("beside".to_owned(), *place, line));
        let all: Vec<(String, Place, &Line)> = controls.chain(beside).collect();
        for (sid, place, line) in all.into_iter().filter(|(sid, ..)| !self.without.contains(sid)) {
            let (kind, account) = match place {
                Place::ServiceControl(account) => (Control::Service, account),
                Place::ResourceControl(account) => (Control::Resource, account),
                _ => continue,
            };
            let statement = self.statement(organization, place, line, sid);
            let target = organization.id(account).to_owned();
            organization.control(kind, &target, statement);
        }
    }

    /// The statements of a place, those left away and the one beside considered.
    fn at(&self, organization: &Organization, place: Place, lines: &[Line]) -> Vec<Value> {
        let beside = self.beside.iter().filter(|(of, _)| *of == place).map(|(_, line)| ("beside".to_owned(), line));
        let named = (0..).zip(lines).map(|(number, line)| (place.sid(number), line));
        let kept = named.chain(beside).filter(|(sid, _)| !self.without.contains(sid));
        kept.map(|(sid, line)| self.statement(organization, place, line, sid)).collect()
    }
}

impl Place {
    fn sid(self, number: usize) -> String {
        match self {
            Self::Trust(member) => format!("t{member}x{number}"),
            Self::Identity(member) => format!("i{member}x{number}"),
            Self::Boundary(member) => format!("l{member}x{number}"),
            Self::ServiceControl(account) => format!("s{account}x{number}"),
            Self::ResourceControl(account) => format!("r{account}x{number}"),
            Self::Bucket => format!("b{number}"),
        }
    }
}
