//! Chains and decoys in which it matters with which session a role was entered: its name, source identity and tags.

use serde_json::{Value, json};

use super::chains::conditional;
use super::facts::Needs;
use super::kind::Kind;
use super::planter::{Ending, Hop, Planter};
use crate::organization::{Who, allow, when};

/// A request that has to hold something, whoever makes it.
const ASKED: Needs = Needs { mfa: false, conditional: true };

impl Planter {
    pub(super) fn of_sessions(&mut self, kind: Kind) {
        let account = self.account();
        let start = self.user_in(account);
        match kind {
            Kind::SourceIdentity | Kind::SourceIdentityNeverSet | Kind::SourceIdentityOther => {
                self.source_identity(kind, start);
            }
            Kind::SessionTag | Kind::TagNotPassed | Kind::TagOtherValue | Kind::TagOtherKey => {
                self.session_tag(kind, start);
            }
            Kind::TransitiveTag | Kind::TagLeftBehind => self.transitive_tag(kind, start),
            Kind::SourceIdentityStopped | Kind::TransitiveTagStopped => self.stopped(kind, start),
            Kind::SessionNameFixed => self.session_name(start),
            _ => self.self_trust(start),
        }
        if Kind::DECOYS.contains(&kind) {
            let start = self.node(start);
            self.decoy(kind, start);
        }
    }

    /// Whether what makes this kind fail is to be there.
    fn is_broken(&self, kind: Kind) -> bool {
        !self.mended && Kind::DECOYS.contains(&kind)
    }

    /// A hop by name that has other calls beside (E142).
    fn with(&mut self, caller: Who, role: Who, beside: &str) -> Hop {
        let actions = json!(["sts:AssumeRole", beside]);
        let hop = self.named(caller, role);
        let identity = hop.identity.clone().map(|mut statement| {
            statement["Action"] = actions.clone();
            statement
        });
        Hop { action: actions, identity, ..hop }
    }

    fn source_identity(&mut self, kind: Kind, start: Who) {
        let broken = self.is_broken(kind);
        let account = self.account();
        let first = self.role_in(account);
        if kind == Kind::SourceIdentityNeverSet && broken {
            let hop = self.named(start, first);
            self.join(hop);
        } else {
            let hop = self.with(start, first, "sts:SetSourceIdentity");
            self.join(conditional(hop, json!({ "StringEquals": { "sts:SourceIdentity": "ada" } })));
        }
        let asked = if kind == Kind::SourceIdentityOther && broken { "bela" } else { "ada" };
        let account = self.account();
        let second = self.role_in(account);
        let hop = self.with(first, second, "sts:SetSourceIdentity");
        let hop = conditional(hop, json!({ "StringEquals": { "aws:SourceIdentity": asked } }));
        self.join(Hop { works: !broken, ..hop });
        if kind == Kind::SourceIdentityOther && broken {
            let first = self.node(first);
            self.unjudged.insert(first);
        }
        // A further role would have to take the source identity along (E142).
        self.plain_end(second, 0);
    }

    fn session_tag(&mut self, kind: Kind, start: Who) {
        let broken = self.is_broken(kind);
        // The grant is the role's own, in the treasure's account.
        let vault = self.organization.vault.account;
        let role = self.role_in(vault);
        let hop = self.with(start, role, "sts:TagSession");
        let hop = match kind {
            Kind::TagNotPassed if broken => self.named(start, role),
            Kind::TagOtherKey => {
                let keys = if broken { json!(["team"]) } else { json!(["team", "project"]) };
                conditional(hop, json!({ "ForAllValues:StringEquals": { "aws:TagKeys": keys } }))
            }
            _ => {
                let value = if broken { "moss" } else { "crown" };
                conditional(hop, json!({ "StringEquals": { "aws:RequestTag/project": value } }))
            }
        };
        self.join(hop);
        let tagged = json!({ "StringEquals": { "aws:PrincipalTag/project": "crown" } });
        let treasure = self.organization.vault.treasure();
        self.organization.grant(role, when(allow("s3:GetObject", treasure), &tagged));
        let key = json!(self.organization.vault.key);
        self.organization.grant(role, allow("kms:Decrypt", key));
        let role = self.node(role);
        if !broken {
            self.facts.reads(&role, true);
        } else if kind != Kind::TagNotPassed {
            self.unjudged.insert(role);
        }
    }

    fn transitive_tag(&mut self, kind: Kind, start: Who) {
        let broken = self.is_broken(kind);
        let roles: Vec<Who> = (0..3)
            .map(|_| {
                let account = self.account();
                self.role_in(account)
            })
            .collect();
        let passed = json!({ "StringEquals": { "aws:RequestTag/project": "crown" } });
        let hop = self.with(start, roles[0], "sts:TagSession");
        self.join(conditional(hop, passed.clone()));
        // Without the call beside, no tag comes along, transitive or not, and none is added.
        let hop = if broken {
            self.named(roles[0], roles[1])
        } else {
            let hop = self.with(roles[0], roles[1], "sts:TagSession");
            conditional(hop, passed)
        };
        self.join(hop);
        let asked = json!({ "StringEquals": { "aws:PrincipalTag/project": "crown" } });
        let hop = self.with(roles[1], roles[2], "sts:TagSession");
        self.join(Hop { works: !broken, ..conditional(hop, asked) });
        self.plain_end(roles[2], 0);
    }

    /// A role whose sessions all have what goes on with them, and one that does not take it along (E142).
    fn stopped(&mut self, kind: Kind, start: Who) {
        let (beside, asked) = match kind {
            Kind::SourceIdentityStopped => {
                ("sts:SetSourceIdentity", json!({ "StringEquals": { "sts:SourceIdentity": "ada" } }))
            }
            _ => {
                let transitive = json!({ "sts:TransitiveTagKeys": "project" });
                let tagged = json!({ "aws:RequestTag/project": "crown" });
                ("sts:TagSession", json!({ "StringEquals": tagged, "ForAnyValue:StringEquals": transitive }))
            }
        };
        let broken = self.is_broken(kind);
        let account = self.account();
        let first = self.role_in(account);
        let hop = self.with(start, first, beside);
        self.join(conditional(hop, asked));
        let account = self.account();
        let second = self.role_in(account);
        let hop = if broken { self.named(first, second) } else { self.with(first, second, beside) };
        self.join(Hop { works: !broken, ..hop });
        if broken {
            let first = self.node(first);
            self.unjudged.insert(first);
        }
        self.plain_end(second, 0);
    }

    /// A role whose sessions have a fixed name, and one that asks for a session of it by name.
    fn named_sessions(&mut self, start: Who, name: &str, asked: &str) -> (Who, Hop) {
        let account = self.account();
        let first = self.role_in(account);
        let hop = self.named(start, first);
        let hop = conditional(hop, named(name));
        self.join(Hop { to: Some(self.session(first, name)), ..hop });
        let account = self.account();
        let second = self.role_in(account);
        let (id, role) = (self.organization.id(self.account_of(first)), &self.organization.get(first).name);
        let session = format!("arn:aws:sts::{id}:assumed-role/{role}/{asked}");
        let hop = Hop { principal: json!({ "AWS": session }), needs: ASKED, ..self.named(first, second) };
        (first, Hop { from: Some(self.session(first, asked)), ..hop })
    }

    fn session(&self, role: Who, name: &str) -> String {
        format!("{}#{name}", self.node(role))
    }

    /// Writes the hop that asks for a session by name; of one that nobody entered, the name may be that one.
    fn asked_by_name(&mut self, first: Who, hop: Hop, can_be: bool) {
        let (from, to, last) = (self.node(first), self.node(hop.role), hop.role);
        self.join(hop);
        if can_be {
            self.facts.hop(&from, &to, ASKED);
        } else {
            self.unjudged.insert(from);
        }
        let ending: Ending = self.ending(last);
        self.end(ending);
    }

    fn session_name(&mut self, start: Who) {
        let asked = if self.mended { "daily" } else { "nightly" };
        let (first, hop) = self.named_sessions(start, "daily", asked);
        self.asked_by_name(first, hop, self.mended);
    }

    fn self_trust(&mut self, start: Who) {
        let (first, hop) = self.named_sessions(start, "in", "out");
        if self.mended {
            let round = self.named(first, first);
            let (from, to) = (Some(self.session(first, "in")), Some(self.session(first, "out")));
            self.join(Hop { from, to, ..conditional(round, named("out")) });
            let (any, out) = (self.node(first), self.session(first, "out"));
            self.facts.hop(&any, &out, ASKED);
        }
        self.asked_by_name(first, hop, self.mended);
    }
}

fn named(session: &str) -> Value {
    json!({ "StringEquals": { "sts:RoleSessionName": session } })
}
