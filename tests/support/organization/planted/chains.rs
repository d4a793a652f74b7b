//! Chains that lead to the treasure: each has a hop of its kind, and ordinary ones around it.

use serde_json::{Value, json};

use super::facts::Needs;
use super::kind::Kind;
use super::planter::{Holder, Hop, Planter};
use super::{MAX_HOPS, STAR, WILD};
use crate::organization::{ORGANIZATION, Who, admits, allow, when};

const OFFICE: &str = "203.0.113.0/24";
const ENDPOINT: &str = "vpce-0planted7endpoint";

impl Planter {
    /// Plants a chain of a kind.
    pub(super) fn chain(&mut self, kind: Kind) {
        let hops = if kind == Kind::Long { MAX_HOPS } else { 1 + self.random.below(4) };
        let before = match kind {
            // These are beginnings: of a user, or of nobody in the organization.
            Kind::ByGroup | Kind::WithMfa | Kind::ByService | Kind::ByOidc | Kind::BySaml | Kind::ThirdParty => 0,
            _ => self.random.below(hops),
        };
        let role = match kind {
            Kind::ByService | Kind::ByOidc | Kind::BySaml | Kind::ThirdParty => self.entered_from_outside(kind),
            _ => {
                let account = self.account();
                let start = match kind {
                    Kind::ByGroup | Kind::WithMfa => self.user_in(account),
                    Kind::ByWildcard if before == 0 => self.start_in(WILD),
                    _ => self.start_in(account),
                };
                let caller = match kind {
                    Kind::ByWildcard if before > 0 => self.up_to_wild(start, before),
                    _ => self.plain_hops(start, before),
                };
                self.special(kind, caller)
            }
        };
        let after = hops - before - 1;
        self.plain_end(role, after);
    }

    /// Ordinary hops, the last of them into the account of those who have a policy for every role.
    fn up_to_wild(&mut self, start: Who, hops: usize) -> Who {
        let from = self.plain_hops(start, hops - 1);
        let role = self.role_in(WILD);
        let hop = self.plain(from, role);
        self.join(hop);
        role
    }

    /// A hop from nobody's session of the organization.
    fn entered_from_outside(&mut self, kind: Kind) -> Who {
        let account = self.account();
        let role = self.role_in(account);
        let id = self.organization.id(account).to_owned();
        let (from, statement) = match kind {
            Kind::ByOidc => {
                let host = "token.actions.githubusercontent.com";
                let provider = format!("arn:aws:iam::{id}:oidc-provider/{host}");
                let asked = json!({
                    "StringEquals": { format!("{host}:aud"): "sts.amazonaws.com" },
                    "StringLike": { format!("{host}:sub"): "repo:plant/app:ref:refs/heads/*" },
                });
                let call = "sts:AssumeRoleWithWebIdentity";
                (provider.clone(), when(admits(json!({ "Federated": provider }), call), &asked))
            }
            Kind::BySaml => {
                let provider = format!("arn:aws:iam::{id}:saml-provider/plant");
                let asked = json!({ "StringEquals": { "SAML:aud": "https://signin.aws.amazon.com/saml" } });
                let call = "sts:AssumeRoleWithSAML";
                (provider.clone(), when(admits(json!({ "Federated": provider }), call), &asked))
            }
            Kind::ThirdParty => {
                let (outside, statement) = self.third_party();
                let asked = json!({ "StringEquals": { "sts:ExternalId": format!("plant-{}", self.number) } });
                (outside, when(statement, &asked))
            }
            _ => {
                self.by_service(role);
                return role;
            }
        };
        self.organization.trust(role, statement);
        let to = self.node(role);
        self.facts.hop(&from, &to, Needs { conditional: true, mfa: false });
        role
    }

    /// An account outside, and a statement that admits it.
    pub(super) fn third_party(&mut self) -> (String, Value) {
        let outside = format!("{:012}", 930_000_000_000_u64 + 7 * self.number as u64);
        let statement = admits(json!({ "AWS": format!("arn:aws:iam::{outside}:root") }), "sts:AssumeRole");
        (outside, statement)
    }

    /// The hop that a kind is about.
    fn special(&mut self, kind: Kind, caller: Who) -> Who {
        let own = self.account_of(caller);
        let account = match kind {
            Kind::Named | Kind::AccountTrust => own,
            Kind::CrossAccount | Kind::CrossAccountNamed => self.account_but(&[own]),
            Kind::StarOfOrganization => STAR,
            _ => self.account(),
        };
        let role = self.role_in(account);
        let hop = match kind {
            Kind::Named | Kind::CrossAccountNamed => self.named(caller, role),
            Kind::AccountTrust | Kind::CrossAccount => self.by_account(caller, role),
            Kind::ByGroup => Hop { holder: Holder::Group, ..self.by_account(caller, role) },
            Kind::ByManagedPolicy => Hop { holder: Holder::Managed, ..self.by_account(caller, role) },
            Kind::ByPathPattern => {
                let patterns = [
                    format!("arn:aws:iam::*:role{}*", self.organization.get(role).path),
                    format!(
                        "arn:aws:iam::{}:role/plant-?*/h{}/*-{}-*",
                        self.organization.id(account),
                        self.next,
                        self.number
                    ),
                ];
                let identity = Some(allow("sts:Assume*", self.random.pick(&patterns)));
                Hop { identity, ..self.by_account(caller, role) }
            }
            Kind::ByWildcard => {
                self.wild.push(caller);
                Hop { identity: Some(allow("sts:AssumeRole", "*")), ..self.by_account(caller, role) }
            }
            Kind::StarOfOrganization => {
                self.stars.push(role);
                let condition = json!({ "StringEquals": { "aws:PrincipalOrgID": ORGANIZATION } });
                let hop = self.by_account(caller, role);
                let exact = Some(allow("sts:AssumeRole", self.node(role)));
                Hop { principal: json!({ "AWS": "*" }), condition, identity: exact, ..hop }
            }
            Kind::WithMfa => {
                let asked = [
                    json!({ "Bool": { "aws:MultiFactorAuthPresent": "true" } }),
                    json!({ "NumericLessThan": { "aws:MultiFactorAuthAge": "3600" } }),
                ];
                let which = self.random.below(2);
                let needs = Needs { mfa: true, conditional: which == 1 };
                Hop { condition: asked[which].clone(), needs, ..self.plain(caller, role) }
            }
            Kind::WithSessionName => {
                let condition = json!({ "StringEquals": { "sts:RoleSessionName": format!("job-{}", self.number) } });
                conditional(self.plain(caller, role), condition)
            }
            Kind::StaticTag => {
                self.organization.at(caller).tags.push(("team".to_owned(), "red".to_owned()));
                let condition = json!({ "StringEquals": { "aws:PrincipalTag/team": "red" } });
                Hop { condition, ..self.plain(caller, role) }
            }
            Kind::AcrossNetworks => {
                let by_address = json!({ "IpAddress": { "aws:SourceIp": OFFICE } });
                let hop = self.plain(caller, role);
                self.join(conditional(hop, by_address));
                let account = self.account();
                let next = self.role_in(account);
                let through = json!({ "StringEquals": { "aws:SourceVpce": ENDPOINT } });
                let hop = self.plain(role, next);
                self.join(conditional(hop, through));
                return next;
            }
            _ => self.plain(caller, role),
        };
        self.join(hop);
        role
    }
}

/// The hop under a condition of the request.
pub(super) fn conditional(hop: Hop, condition: Value) -> Hop {
    Hop { condition, needs: Needs { conditional: true, ..hop.needs }, ..hop }
}
