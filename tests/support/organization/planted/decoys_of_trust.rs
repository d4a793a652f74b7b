//! Hops that fail by the role's trust policy.

use serde_json::json;

use super::kind::Kind;
use super::planter::{Hop, Planter};
use crate::organization::{ORGANIZATION, Who};

impl Planter {
    /// Joins a caller and a role by a hop whose trust policy is wrong in one thing.
    pub(super) fn false_trust(&mut self, kind: Kind, caller: Who, role: Who) {
        let (own, of_role) = (self.account_of(caller), self.account_of(role));
        let broken = !self.mended;
        let hop = match kind {
            Kind::TrustsSomebodyElse => {
                // Elsewhere, and without a policy for it, so that being named is of no use.
                let elsewhere = self.account_but(&[of_role]);
                let other = self.user_in(elsewhere);
                self.named_as(caller, role, self.node(other))
            }
            Kind::TrustsNamesakeElsewhere => {
                let elsewhere = self.account_but(&[own, of_role]);
                let other = self.namesake(caller, elsewhere);
                self.named_as(caller, role, self.node(other))
            }
            Kind::TrustsOtherPath => {
                let path = self.organization.get(caller).path.clone();
                let other = self.node(caller).replace(&path, "/of-old/");
                self.named_as(caller, role, other)
            }
            Kind::TrustsGroup => {
                let group = self.organization.group(own, &format!("trusted-{}", self.number));
                self.organization.at(caller).groups.push(group);
                let other = format!("arn:aws:iam::{}:group/trusted-{}", self.organization.id(own), self.number);
                self.named_as(caller, role, other)
            }
            Kind::TrustsDeleted => {
                let hop = self.named(caller, role);
                let kept = self.organization.unique_id(caller);
                let gone = format!("{}GONE{:013}", &kept[..4], self.number);
                Hop { principal: json!({ "AWS": if broken { gone } else { kept } }), ..hop }
            }
            Kind::TrustsOtherAccount => {
                let hop = self.by_account(caller, role);
                let elsewhere = self.account_but(&[own]);
                let other = self.whole(elsewhere);
                if broken { Hop { principal: other, ..hop } } else { hop }
            }
            Kind::TrustDenies => {
                let hop = self.plain(caller, role);
                if broken {
                    let denied = json!({ "AWS": self.node(caller) });
                    let statement = json!({ "Effect": "Deny", "Principal": denied, "Action": "sts:AssumeRole" });
                    self.organization.trust(role, statement);
                }
                hop
            }
            Kind::TrustsServiceAlone => {
                let hop = self.named(caller, role);
                self.by_service(role);
                if broken {
                    if let Some(statement) = hop.identity {
                        self.give(caller, statement, hop.holder);
                    }
                    return;
                }
                hop
            }
            Kind::TrustsRootAlone => {
                let root = json!({ "ArnEquals": { "aws:PrincipalArn": self.organization.root(own) } });
                let hop = self.by_account(caller, role);
                if broken { Hop { condition: root, ..hop } } else { hop }
            }
            Kind::OfOtherOrganization => {
                let asked = if broken { "o-elsewhere4k" } else { ORGANIZATION };
                let condition = json!({ "StringEquals": { "aws:PrincipalOrgID": asked } });
                Hop { condition, ..self.by_account(caller, role) }
            }
            Kind::OtherTag => {
                self.organization.at(caller).tags.push(("team".to_owned(), "red".to_owned()));
                let asked = if broken { "blue" } else { "red" };
                let condition = json!({ "StringEquals": { "aws:PrincipalTag/team": asked } });
                Hop { condition, ..self.plain(caller, role) }
            }
            Kind::MfaOfRole | Kind::MfaLost => {
                let hop = self.plain(caller, role);
                let asked = json!({ "Bool": { "aws:MultiFactorAuthPresent": "true" } });
                if broken { Hop { condition: asked, ..hop } } else { hop }
            }
            other => unreachable!("{other:?} is not about a trust policy"),
        };
        self.join(Hop { works: self.mended, ..hop });
    }

    /// A hop by name where the trust policy has another name, unless the decoy is mended.
    fn named_as(&mut self, caller: Who, role: Who, name: String) -> Hop {
        let hop = self.named(caller, role);
        if self.mended { hop } else { Hop { principal: json!({ "AWS": name }), ..hop } }
    }

    /// One of the same name and path in another account, who has no policy of its own.
    fn namesake(&mut self, of: Who, account: usize) -> Who {
        let (path, name) = (self.organization.get(of).path.clone(), self.organization.get(of).name.clone());
        if self.organization.is_user(of) {
            return self.organization.user(account, &path, &name);
        }
        let role = self.organization.role(account, &path, &name);
        self.by_service(role);
        role
    }
}
