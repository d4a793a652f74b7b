//! Chains whose last role does not read the treasure.

use serde_json::json;

use super::kind::Kind;
use super::planter::{Ending, Planter};
use crate::organization::{Control, Who, allow};

impl Planter {
    /// Plants a decoy whose hops are all possible, and whose end is not.
    pub(super) fn false_ending(&mut self, kind: Kind) {
        let account = self.account();
        let start = self.start_in(account);
        let before = self.random.below(2);
        let from = self.plain_hops(start, before);
        let vault = self.organization.vault.account;
        let at = match kind {
            Kind::NotActionOfRead => vault,
            Kind::BucketNamesAnother => self.account_but(&[vault]),
            _ => self.account(),
        };
        let last = self.role_in(at);
        let hop = self.plain(from, last);
        self.join(hop);
        let ending = self.spoilt(kind, last);
        self.end(Ending { works: self.mended, ..ending });
        let start = self.node(start);
        self.decoy(kind, start);
    }

    /// An ending that is wrong in one thing, unless the decoy is mended.
    fn spoilt(&mut self, kind: Kind, last: Who) -> Ending {
        let ending = self.ending(last);
        let (arn, treasure) = (self.node(last), self.organization.vault.treasure());
        let (vault, key) = (self.organization.vault.account, self.organization.vault.key.clone());
        let this_one = json!({ "ArnEquals": { "aws:PrincipalArn": arn } });
        match kind {
            Kind::ResourceControlOfTreasure => {
                let statement = json!({
                    "Effect": "Deny", "Principal": "*", "Action": "s3:GetObject", "Resource": treasure,
                    "Condition": this_one,
                });
                self.limit(Control::Resource, vault, statement);
                ending
            }
            Kind::BucketNamesAnother => {
                // A role beside it that is named, and has no policy of its own for it.
                let beside = self.role_in(self.account_of(last));
                self.by_service(beside);
                let named = json!({ "AWS": self.node(beside) });
                Ending { bucket: if self.mended { ending.bucket } else { Some(named) }, ..ending }
            }
            Kind::BucketDeniesOthers => {
                let elsewhere = self.account_but(&[self.account_of(last)]);
                let spared =
                    json!({ "AWS": format!("arn:aws:iam::{}:role/breakglass", self.organization.id(elsewhere)) });
                if !self.mended {
                    self.organization.vault.policy.push(json!({
                        "Effect": "Deny", "NotPrincipal": spared, "Action": "s3:*", "Resource": treasure,
                        "Condition": this_one,
                    }));
                }
                ending
            }
            Kind::BoundaryOfLast => {
                let mut actions = vec!["kms:*", "sts:*", "s3:List*"];
                actions.extend(self.mended.then_some("s3:GetObject"));
                self.bound(last, json!(actions));
                ending
            }
            Kind::NotActionOfRead => {
                let but = if self.mended { json!(["s3:Put*"]) } else { json!(["s3:Get*", "iam:*"]) };
                let identity = json!({ "Effect": "Allow", "NotAction": but, "Resource": [treasure, key] });
                Ending { identity: Some(identity), bucket: None, key: None, ..ending }
            }
            Kind::NearMissOfObject => {
                let bucket = &self.organization.vault.bucket;
                let of = |rest: &str| format!("arn:aws:s3:::{bucket}{rest}");
                let pairs = [
                    (of("/Vault/*"), of("/vault/*")),
                    (of("/vault/2025/*"), of("/vault/202?/*")),
                    (of("/vault/2026/crown.csv?"), of("/vault/2026/crown.cs?")),
                    (of(""), of("*")),
                    (of("-logs/*"), of("/*")),
                ];
                let (near, right) = self.random.pick(&pairs);
                let resource = if self.mended { right } else { near };
                let identity = allow(json!(["s3:GetObject", "kms:Decrypt"]), json!([resource, key]));
                // In the treasure's own account nobody else may let it in.
                let is_own = self.account_of(last) == vault;
                let (bucket, key) = if is_own { (None, None) } else { (ending.bucket, ending.key) };
                Ending { identity: Some(identity), bucket, key, ..ending }
            }
            Kind::KeyLacks => {
                if self.mended {
                    return ending;
                }
                // By name: the key's policy does not have it. By its own policy: that is about the bucket alone.
                let identity = match &ending.bucket {
                    Some(_) => ending.identity,
                    None => Some(allow("s3:GetObject", treasure)),
                };
                Ending { identity, key: None, ..ending }
            }
            other => unreachable!("{other:?} is not about the end"),
        }
    }
}
