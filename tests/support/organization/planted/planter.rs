//! The planter's tools: principals, ordinary hops between them, and what lets the last role read the treasure.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::facts::{Facts, Needs};
use super::kind::Kind;
use super::{Decoy, LISTED, STAR, Size, WILD};
use crate::organization::{Organization, Random, Who, admits, allow, when};

pub(super) struct Planter {
    pub(super) organization: Organization,
    pub(super) facts: Facts,
    pub(super) random: Random,
    pub(super) decoys: Vec<Decoy>,
    pub(super) unjudged: BTreeSet<String>,
    /// Whether what makes each decoy fail is left away.
    pub(super) mended: bool,
    /// The number of the plant at work, and of the next principal in it.
    pub(super) number: usize,
    pub(super) next: usize,
    pub(super) size: Size,
    /// The roles that everyone of the organization may enter.
    pub(super) stars: Vec<Who>,
    /// Those who have a policy for every role.
    pub(super) wild: Vec<Who>,
    /// Roles whose trust policy names an account as a whole, and whether without conditions.
    pub(super) opened: Vec<(Who, usize, bool)>,
    population: Vec<usize>,
}

/// By what an identity policy is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Holder {
    Inline,
    Managed,
    Group,
}

/// A hop before it is written.
#[derive(Debug, Clone)]
pub(super) struct Hop {
    pub(super) caller: Who,
    pub(super) role: Who,
    /// Whom the trust policy names.
    pub(super) principal: Value,
    /// What it lets them call.
    pub(super) action: Value,
    /// Under which conditions.
    pub(super) condition: Value,
    /// The statement of the caller's identity policy, if it needs one.
    pub(super) identity: Option<Value>,
    pub(super) holder: Holder,
    pub(super) needs: Needs,
    /// Whether the hop is possible.
    pub(super) works: bool,
    /// The node that is left and the one that is entered, where sessions of the roles matter.
    pub(super) from: Option<String>,
    pub(super) to: Option<String>,
}

/// What lets a role read the treasure, before it is written.
#[derive(Debug, Clone)]
pub(super) struct Ending {
    pub(super) role: Who,
    /// The role's own statement.
    pub(super) identity: Option<Value>,
    /// Whom the bucket's policy names.
    pub(super) bucket: Option<Value>,
    /// Whom the key's policy names.
    pub(super) key: Option<Value>,
    pub(super) works: bool,
}

impl Planter {
    pub(super) fn new(size: Size, seed: u64, mended: bool) -> Self {
        Self {
            organization: Organization::of_accounts(size.accounts),
            facts: Facts::default(),
            random: Random::new(seed),
            decoys: Vec::new(),
            unjudged: BTreeSet::new(),
            mended,
            number: 0,
            next: 0,
            size,
            stars: Vec::new(),
            wild: Vec::new(),
            opened: Vec::new(),
            population: vec![0; size.accounts],
        }
    }

    /// An account with room in it that nothing special holds for; not one of these.
    pub(super) fn account_but(&mut self, not: &[usize]) -> usize {
        let fits = |account: &usize| !not.contains(account) && ![STAR, WILD, LISTED].contains(account);
        let all: Vec<usize> = (0..self.size.accounts).filter(fits).collect();
        let roomy: Vec<usize> =
            all.iter().copied().filter(|account| self.population[*account] < self.size.principals).collect();
        self.random.pick(if roomy.is_empty() { &all } else { &roomy })
    }

    pub(super) fn account(&mut self) -> usize {
        self.account_but(&[])
    }

    /// The path of the next principal: no other has it, so that a pattern for it means this one.
    fn place(&mut self, account: usize) -> (String, usize) {
        self.population[account] += 1;
        self.next += 1;
        (format!("/plant-{}/h{}/", self.number, self.next), self.next)
    }

    pub(super) fn user_in(&mut self, account: usize) -> Who {
        let (path, next) = self.place(account);
        let name = self.random.pick(&["ada", "bela", "chloe", "dov", "enid", "femi"]);
        self.organization.user(account, &path, &format!("{name}-{}-{next}", self.number))
    }

    pub(super) fn role_in(&mut self, account: usize) -> Who {
        let (path, next) = self.place(account);
        let name = self.random.pick(&["deploy", "audit", "export", "batch", "report", "sync"]);
        self.organization.role(account, &path, &format!("{name}-{}-{next}", self.number))
    }

    /// A user, or a role that a service enters.
    pub(super) fn start_in(&mut self, account: usize) -> Who {
        if self.random.percent(70) {
            return self.user_in(account);
        }
        let role = self.role_in(account);
        self.by_service(role);
        role
    }

    pub(super) fn account_of(&self, who: Who) -> usize {
        self.organization.get(who).account
    }

    pub(super) fn node(&self, who: Who) -> String {
        self.organization.arn(who)
    }

    /// Lets a service enter a role (E145).
    pub(super) fn by_service(&mut self, role: Who) {
        let services = ["ec2", "lambda", "ecs-tasks", "glue", "states", "codebuild"];
        let service = format!("{}.amazonaws.com", self.random.pick(&services));
        self.organization.trust(role, admits(json!({ "Service": service }), "sts:AssumeRole"));
        let role = self.node(role);
        self.facts.hop(&service, &role, Needs::default());
    }

    /// The principal element that means an account.
    pub(super) fn whole(&mut self, account: usize) -> Value {
        let names = [self.organization.id(account).to_owned(), self.organization.root(account)];
        json!({ "AWS": self.random.pick(&names) })
    }

    fn hop(&mut self, caller: Who, role: Who, principal: Value, identity: Option<Value>) -> Hop {
        let holders = [Holder::Inline, Holder::Inline, Holder::Managed, Holder::Group];
        let holder = self.random.pick(if self.organization.is_user(caller) { &holders } else { &holders[..3] });
        let (action, condition) = (json!("sts:AssumeRole"), json!({}));
        let (needs, works, from, to) = (Needs::default(), true, None, None);
        Hop { caller, role, principal, action, condition, identity, holder, needs, works, from, to }
    }

    /// A statement that lets one assume a role, by its ARN or by a pattern.
    pub(super) fn may_assume(&mut self, role: Who) -> Value {
        let arn = self.node(role);
        let below = format!("arn:aws:iam::*:role{}*", self.organization.get(role).path);
        let resource = self.random.pick(&[arn.clone(), arn, below]);
        allow("sts:AssumeRole", resource)
    }

    /// A hop by the caller's name; across accounts with an identity policy.
    pub(super) fn named(&mut self, caller: Who, role: Who) -> Hop {
        let across = self.account_of(caller) != self.account_of(role);
        let identity = across.then(|| self.may_assume(role));
        let principal = json!({ "AWS": self.node(caller) });
        self.hop(caller, role, principal, identity)
    }

    /// A hop by the caller's account, with an identity policy.
    pub(super) fn by_account(&mut self, caller: Who, role: Who) -> Hop {
        let principal = self.whole(self.account_of(caller));
        let identity = Some(self.may_assume(role));
        self.hop(caller, role, principal, identity)
    }

    /// Either.
    pub(super) fn plain(&mut self, caller: Who, role: Who) -> Hop {
        // Where everyone of an account may be let in by a policy for every role, that is noted of it.
        if self.random.percent(50) { self.named(caller, role) } else { self.by_account(caller, role) }
    }

    /// Writes a hop, and notes it.
    pub(super) fn join(&mut self, hop: Hop) {
        let statement = when(admits(hop.principal.clone(), hop.action), &hop.condition);
        for account in 0..self.organization.accounts.len() {
            let named = hop.principal["AWS"].as_str().unwrap_or_default();
            if named == self.organization.id(account) || named == self.organization.root(account) {
                self.opened.push((hop.role, account, statement.get("Condition").is_none()));
            }
        }
        self.organization.trust(hop.role, statement);
        if let Some(statement) = hop.identity {
            self.give(hop.caller, statement, hop.holder);
        }
        if hop.works {
            let from = hop.from.unwrap_or_else(|| self.node(hop.caller));
            let to = hop.to.unwrap_or_else(|| self.node(hop.role));
            self.facts.hop(&from, &to, hop.needs);
        }
    }

    pub(super) fn give(&mut self, who: Who, statement: Value, holder: Holder) {
        let (account, name) = (self.account_of(who), format!("for-{}-{}", self.number, who.0));
        match holder {
            Holder::Inline => self.organization.grant(who, statement),
            Holder::Managed => {
                let name = format!("{name}-{}", self.organization.managed.len());
                let policy = self.organization.managed(account, &name, vec![statement]);
                self.organization.at(who).attached.push(policy);
            }
            Holder::Group => {
                let name = format!("{name}-{}", self.organization.groups.len());
                let group = self.organization.group(account, &name);
                self.organization.groups[group].inline.push(statement);
                self.organization.at(who).groups.push(group);
            }
        }
    }

    /// Lets somebody read the treasure: in its account by a policy of its own or by name, elsewhere by both.
    pub(super) fn ending(&mut self, role: Who) -> Ending {
        let vault = &self.organization.vault;
        let across = self.account_of(role) != vault.account;
        let by_name = across || self.random.percent(50);
        let identity = (across || !by_name).then(|| self.may_read());
        let named = by_name.then(|| json!({ "AWS": self.node(role) }));
        Ending { role, identity, bucket: named.clone(), key: named, works: true }
    }

    pub(super) fn may_read(&self) -> Value {
        let vault = &self.organization.vault;
        allow(json!(["s3:GetObject", "kms:Decrypt"]), json!([vault.treasure(), vault.key]))
    }

    pub(super) fn end(&mut self, ending: Ending) {
        let treasure = self.organization.vault.treasure();
        let on = |principal: Value, action: &str, resource: &str| {
            let mut statement = admits(principal, action);
            statement["Resource"] = json!(resource);
            statement
        };
        let vault = &mut self.organization.vault;
        vault.policy.extend(ending.bucket.map(|principal| on(principal, "s3:GetObject", &treasure)));
        vault.key_policy.extend(ending.key.map(|principal| on(principal, "kms:Decrypt", "*")));
        if let Some(statement) = ending.identity {
            self.organization.grant(ending.role, statement);
        }
        if ending.works {
            let role = self.node(ending.role);
            self.facts.reads(&role, false);
        }
    }

    /// Ordinary hops from somebody to a new role, so many, and the last role.
    pub(super) fn plain_hops(&mut self, from: Who, count: usize) -> Who {
        (0..count).fold(from, |at, _| {
            let account = self.account();
            let role = self.role_in(account);
            let hop = self.plain(at, role);
            self.join(hop);
            role
        })
    }

    /// Ordinary hops and an ordinary ending.
    pub(super) fn plain_end(&mut self, from: Who, hops: usize) {
        let last = self.plain_hops(from, hops);
        let ending = self.ending(last);
        self.end(ending);
    }

    pub(super) fn decoy(&mut self, kind: Kind, start: String) {
        self.decoys.push(Decoy { kind, start });
    }
}
