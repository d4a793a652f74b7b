//! Chains that stop at one hop, or are too long: what is around the hop that fails, and what the caller's side does to it.

use serde_json::{Value, json};

use super::facts::Needs;
use super::kind::Kind;
use super::planter::{Holder, Hop, Planter};
use super::{LISTED, MAX_HOPS};
use crate::organization::{Control, ORGANIZATION, Who, allow, deny, when};

impl Planter {
    /// Plants a decoy.
    pub(super) fn false_chain(&mut self, kind: Kind) {
        match kind {
            Kind::TooLong => self.too_long(),
            Kind::OutsideOrganization => self.outside_organization(),
            Kind::ResourceControlOfTreasure
            | Kind::BucketNamesAnother
            | Kind::BucketDeniesOthers
            | Kind::BoundaryOfLast
            | Kind::NotActionOfRead
            | Kind::NearMissOfObject
            | Kind::KeyLacks => self.false_ending(kind),
            _ => {
                let (start, caller) = self.up_to_caller(kind);
                let role = self.false_hop(kind, caller);
                let after = self.random.below(2);
                self.plain_end(role, after);
                let start = self.node(start);
                self.decoy(kind, start);
            }
        }
    }

    fn too_long(&mut self) {
        let account = self.account();
        let start = self.start_in(account);
        let hops = if self.mended { MAX_HOPS } else { MAX_HOPS + 1 };
        self.plain_end(start, hops);
        let start = self.node(start);
        self.decoy(Kind::TooLong, start);
    }

    fn outside_organization(&mut self) {
        let account = self.account();
        let role = self.role_in(account);
        let (outside, statement) = self.third_party();
        let mut asked = json!({ "StringEquals": { "sts:ExternalId": format!("plant-{}", self.number) } });
        if !self.mended {
            asked["StringEquals"]["aws:PrincipalOrgID"] = json!(ORGANIZATION);
        }
        self.organization.trust(role, when(statement, &asked));
        if self.mended {
            let role = self.node(role);
            self.facts.hop(&outside, &role, Needs { conditional: true, mfa: false });
        }
        self.plain_end(role, 1);
        self.decoy(Kind::OutsideOrganization, outside);
    }

    /// Where a decoy begins, and the caller of the hop that fails.
    fn up_to_caller(&mut self, kind: Kind) -> (Who, Who) {
        let own = match kind {
            Kind::ServiceControlLacks => LISTED,
            // E98: the management account is not limited.
            Kind::ServiceControlDenies => self.account_but(&[0]),
            _ => self.account(),
        };
        let before = match kind {
            Kind::TrustsGroup | Kind::MfaOfRole => 0,
            Kind::MfaLost => 1 + self.random.below(2),
            _ => self.random.below(3),
        };
        if before == 0 {
            let start = match kind {
                Kind::TrustsGroup => self.user_in(own),
                Kind::MfaOfRole => {
                    let role = self.role_in(own);
                    self.by_service(role);
                    role
                }
                _ => self.start_in(own),
            };
            return (start, start);
        }
        let account = self.account();
        let start = if kind == Kind::MfaLost { self.user_in(account) } else { self.start_in(account) };
        let from = self.plain_hops(start, before - 1);
        let caller = self.role_in(own);
        let hop = self.plain(from, caller);
        self.join(hop);
        (start, caller)
    }

    /// The hop that fails, and the role behind it.
    fn false_hop(&mut self, kind: Kind, caller: Who) -> Who {
        let own = self.account_of(caller);
        let account = match kind {
            Kind::NoPolicyInAccount => own,
            Kind::NoPolicyAcrossAccounts => self.account_but(&[own]),
            // E103: resources of the management account are not limited.
            Kind::ResourceControlOfRole => self.account_but(&[0]),
            _ => self.account(),
        };
        let role = self.role_in(account);
        let broken = !self.mended;
        let hop = match kind {
            Kind::NoPolicyAcrossAccounts => {
                let hop = self.named(caller, role);
                Hop { identity: hop.identity.clone().filter(|_| self.mended), ..hop }
            }
            Kind::NoPolicyInAccount => {
                let hop = self.by_account(caller, role);
                Hop { identity: hop.identity.clone().filter(|_| self.mended), ..hop }
            }
            Kind::IdentityDenies => {
                let arn = self.node(role);
                let denials = [deny("sts:AssumeRole", arn.clone()), deny("sts:*", "*"), deny("*", arn.clone())];
                let elsewhere = deny("sts:AssumeRole", format!("{arn}-of-old"));
                let denial = if broken { self.random.pick(&denials) } else { elsewhere };
                let holders = [Holder::Inline, Holder::Managed];
                let holder = self.random.pick(&holders);
                self.give(caller, denial, holder);
                self.plain(caller, role)
            }
            Kind::NotActionOfCall => {
                let but = if broken { json!(["sts:Assume*", "iam:*"]) } else { json!(["iam:*", "sts:Get*"]) };
                let identity = json!({ "Effect": "Allow", "NotAction": but, "Resource": self.node(role) });
                Hop { identity: Some(identity), ..self.by_account(caller, role) }
            }
            Kind::NearMissOfRole => {
                let identity = Some(allow("sts:AssumeRole", self.nearly(role)));
                Hop { identity, ..self.by_account(caller, role) }
            }
            Kind::BoundaryOfCaller => {
                let mut actions = vec!["s3:*", "kms:*", "ec2:*"];
                actions.extend(self.mended.then_some("sts:AssumeRole"));
                self.bound(caller, json!(actions));
                self.by_account(caller, role)
            }
            Kind::ServiceControlDenies => {
                let statement = deny("sts:AssumeRole", self.node(role));
                self.limit(Control::Service, own, statement);
                self.plain(caller, role)
            }
            Kind::ServiceControlLacks => {
                let mut listed = vec!["s3:*", "kms:*", "ec2:*", "logs:*", "iam:Get*"];
                listed.extend(self.mended.then_some("sts:*"));
                let target = self.organization.id(own).to_owned();
                self.organization.allow_lists.insert(target, vec![allow(json!(listed), "*")]);
                self.plain(caller, role)
            }
            Kind::ResourceControlOfRole => {
                let mut statement = deny("sts:AssumeRole", self.node(role));
                statement["Principal"] = json!("*");
                self.limit(Control::Resource, account, statement);
                self.plain(caller, role)
            }
            _ => {
                self.false_trust(kind, caller, role);
                return role;
            }
        };
        self.join(Hop { works: self.mended, ..hop });
        role
    }

    /// Attaches a denial somewhere between the root and an account, unless the decoy is mended.
    pub(super) fn limit(&mut self, kind: Control, account: usize, statement: Value) {
        let levels = self.organization.levels(account);
        let target = self.random.pick(&levels);
        if !self.mended {
            self.organization.control(kind, &target, statement);
        }
    }

    /// Sets a permissions boundary of these actions.
    pub(super) fn bound(&mut self, who: Who, actions: Value) {
        let (account, name) = (self.account_of(who), format!("boundary-{}-{}", self.number, who.0));
        let boundary = self.organization.managed(account, &name, vec![allow(actions, "*")]);
        self.organization.at(who).boundary = Some(boundary);
    }

    /// A pattern that the role's ARN just fails, or if mended just fits (E59-E64).
    fn nearly(&mut self, role: Who) -> String {
        let principal = self.organization.get(role).clone();
        let (id, path, name) = (self.organization.id(principal.account).to_owned(), principal.path, principal.name);
        let other = self.organization.id((principal.account + 1) % self.size.accounts).to_owned();
        let shorter = &name[..name.len() - 1];
        let pairs = [
            (format!("arn:aws:iam::{id}:role/{name}"), format!("arn:aws:iam::{id}:role{path}{name}")),
            (format!("arn:aws:iam::{id}:role{path}{name}?"), format!("arn:aws:iam::{id}:role{path}{shorter}?")),
            (
                format!("arn:aws:iam::{id}:role{path}{}", name.to_uppercase()),
                format!("arn:aws:iam::{id}:role/*/{name}"),
            ),
            (format!("arn:aws:iam::{other}:role{path}*"), format!("arn:aws:iam::{id}:role{path}*")),
            (format!("arn:aws:iam::{id}:role{path}{shorter}"), format!("arn:aws:iam::{id}:role{path}{shorter}*")),
            (format!("arn:aws:iam::{id}:user{path}{name}"), format!("arn:aws:iam::{id}:r?le{path}{name}")),
        ];
        let (near, right) = self.random.pick(&pairs);
        if self.mended { right } else { near }
    }
}
