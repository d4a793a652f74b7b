//! Everybody else: users and roles with policies that do not lead to the treasure, and hops between them.
//!
//! A hop to somebody who does get there would make its caller get there too; so hops are noted here as well.

use std::collections::BTreeSet;

use serde_json::json;

use super::facts::Needs;
use super::planter::{Hop, Planter};
use super::{LISTED, STAR, WILD};
use crate::organization::{Who, admits, allow, deny};

impl Planter {
    /// Fills every account.
    pub(super) fn noise(&mut self) {
        self.number = 0;
        let planted = self.organization.principals.len();
        let mut silent: BTreeSet<Who> = BTreeSet::new();
        let mut others: Vec<Who> = Vec::new();
        for account in 0..self.size.accounts {
            let there = self.organization.principals.iter().filter(|one| one.account == account).count();
            for _ in there..self.size.principals {
                let who = if self.random.percent(40) { self.user_in(account) } else { self.role_in(account) };
                others.push(who);
                self.policies_of(who, planted);
                if self.random.percent(10) {
                    self.bound(who, json!(["s3:*", "ec2:*", "cloudwatch:*"]));
                    silent.insert(who);
                }
                if self.random.percent(6) {
                    self.organization.at(who).tags.push(("team".to_owned(), "blue".to_owned()));
                }
            }
        }
        // Those with a boundary call nobody, whatever their policies say (E95).
        let callers: Vec<Who> = others.iter().copied().filter(|who| !silent.contains(who)).collect();
        let roles: Vec<Who> = others.into_iter().filter(|who| !self.organization.is_user(*who)).collect();
        for role in roles {
            self.trust_of(role, &callers);
        }
    }

    /// One or two policies that do not matter here.
    fn policies_of(&mut self, who: Who, planted: usize) {
        let account = self.account_of(who);
        let (id, vault) = (self.organization.id(account).to_owned(), self.organization.vault.clone());
        let logs = format!("arn:aws:s3:::plant-logs-{id}/*");
        let bucket = format!("arn:aws:s3:::{}", vault.bucket);
        for _ in 0..=self.random.below(2) {
            let statement = match self.random.below(11) {
                0 => allow(json!(["ec2:Describe*", "cloudwatch:*"]), "*"),
                1 => allow("s3:GetObject", logs.clone()),
                2 => allow(json!(["s3:ListBucket", "s3:GetBucketLocation"]), bucket.clone()),
                3 => allow("s3:GetObject", format!("{bucket}/public/*")),
                4 => allow(json!(["s3:PutObject", "s3:GetObjectTagging"]), format!("{bucket}/*")),
                5 => deny("s3:*", format!("{bucket}/*")),
                6 => allow("kms:Decrypt", vault.key.as_deref()),
                7 => allow("iam:PassRole", "*"),
                // Elsewhere such a policy is of no use, for the bucket's policy does not have its holder.
                8 if account != vault.account => allow("s3:*", "*"),
                9 if account != vault.account => {
                    json!({ "Effect": "Allow", "NotAction": ["iam:*", "sts:*", "organizations:*"], "Resource": "*" })
                }
                _ => match self.not_trusting(account, planted) {
                    Some(role) => allow("sts:AssumeRole", role),
                    None => allow("sqs:SendMessage", "*"),
                },
            };
            let holder = self.random.pick(&[super::planter::Holder::Inline, super::planter::Holder::Managed]);
            self.give(who, statement, holder);
        }
    }

    /// A planted role that does not trust the account, so that a policy for it is of no use there.
    fn not_trusting(&mut self, account: usize, planted: usize) -> Option<String> {
        let who = Who(self.random.below(planted));
        let opened = self.opened.iter().any(|(role, to, _)| *role == who && *to == account);
        let fits = !self.organization.is_user(who) && !opened && !self.stars.contains(&who);
        fits.then(|| self.node(who))
    }

    /// Somebody or something that may enter a role of no use.
    fn trust_of(&mut self, role: Who, callers: &[Who]) {
        let account = self.account_of(role);
        let chance = self.random.below(100);
        if chance < 60 {
            return self.by_service(role);
        }
        if chance < 65 {
            let outside = format!("{:012}", 940_000_000_000_u64 + self.random.below(5) as u64);
            self.organization.trust(role, admits(json!({ "AWS": outside }), "sts:AssumeRole"));
            let role = self.node(role);
            return self.facts.hop(&outside, &role, Needs { conditional: true, mfa: false });
        }
        let neighbours: Vec<Who> = callers.iter().copied().filter(|one| self.account_of(*one) == account).collect();
        let near = chance < 85 && !neighbours.is_empty();
        let caller = self.random.pick(if near { &neighbours } else { callers });
        if caller == role {
            return self.by_service(role);
        }
        let hop = self.plain(caller, role);
        let listed = self.account_of(caller) == LISTED;
        let limited = listed && self.organization.allow_lists.contains_key(self.organization.id(LISTED));
        // E136: without a policy of the caller's own, and with one: both are ways in.
        self.join(Hop { works: self.mended || !limited, ..hop });
    }

    /// Notes what follows from roles that are open to many: to everyone of the organization, or to those with a policy for
    /// every role.
    pub(super) fn open_doors(&mut self) {
        let everyone: Vec<Who> = (0..self.organization.principals.len()).map(Who).collect();
        let mut open: Vec<(Who, Who)> = Vec::new();
        for star in &self.stars {
            // E156: in the role's own account nothing else is needed, whatever boundary there is (T3, T9).
            let within = everyone.iter().filter(|who| self.account_of(**who) == STAR);
            open.extend(within.chain(&self.wild).map(|who| (*who, *star)));
        }
        for (role, account, freely) in &self.opened {
            assert!(*freely || *account != WILD, "a condition would have to be looked at");
            if *account == WILD {
                open.extend(self.wild.iter().map(|who| (*who, *role)));
            }
        }
        for (from, to) in open.into_iter().filter(|(from, to)| from != to) {
            let (from, to) = (self.node(from), self.node(to));
            self.facts.hop(&from, &to, Needs::default());
        }
    }
}
