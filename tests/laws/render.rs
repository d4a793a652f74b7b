//! Statements as JSON, from the numbers that they are drawn as.

use serde_json::{Value, json};

use crate::organization::{ORGANIZATION, Organization, Who};
use crate::sketch::{Line, OUTSIDE, Place, Sketch};

const OFFICE: &str = "203.0.113.0/24";
const HOST: &str = "idp.example.com";

/// How many conditions [`condition`] knows.
pub(crate) const CONDITIONS: u8 = 19;

/// Those of them that are about the session.
const OF_SESSIONS: [u8; 3] = [4, 11, 17];

fn condition(number: u8) -> Value {
    match number {
        0 => json!({ "IpAddress": { "aws:SourceIp": OFFICE } }),
        1 => json!({ "Bool": { "aws:MultiFactorAuthPresent": "true" } }),
        2 => json!({ "StringEquals": { "aws:PrincipalTag/team": "red" } }),
        3 => json!({ "StringEquals": { "sts:ExternalId": "x-7" } }),
        4 => json!({ "StringEquals": { "sts:RoleSessionName": "ci" } }),
        5 => json!({ "StringEquals": { "aws:PrincipalOrgID": ORGANIZATION } }),
        6 => json!({ "NotIpAddress": { "aws:SourceIp": OFFICE } }),
        7 => json!({ "BoolIfExists": { "aws:MultiFactorAuthPresent": "true" } }),
        8 => json!({ "StringNotEquals": { "aws:PrincipalTag/team": "red" } }),
        9 => json!({ "StringEquals": { "aws:SourceVpce": "vpce-0a1" } }),
        10 => json!({ "StringEquals": { "aws:PrincipalOrgID": "o-elsewhere4k" } }),
        11 => json!({ "StringLike": { "sts:RoleSessionName": ["c*", "night-*"] } }),
        12 => json!({ "ArnLike": { "aws:PrincipalArn": "arn:aws:iam::*:role/p*" } }),
        13 => json!({ "NumericLessThan": { "aws:MultiFactorAuthAge": "3600" } }),
        14 => json!({ "StringEqualsIfExists": { "aws:SourceVpce": "vpce-0a1" } }),
        15 => json!({ "Bool": { "aws:MultiFactorAuthPresent": "false" } }),
        16 => json!({ "StringNotEquals": { "aws:PrincipalOrgID": ORGANIZATION } }),
        17 => json!({ "StringEquals": { "aws:SourceIdentity": "ada" } }),
        _ => json!({ "StringEquals": { "aws:PrincipalTag/team": ["blue", "green"] } }),
    }
}

impl Sketch {
    /// The statement that a line is in a place.
    pub(crate) fn statement(&self, organization: &Organization, place: Place, line: &Line, sid: String) -> Value {
        let denies = match place {
            Place::ServiceControl(_) | Place::ResourceControl(_) => true,
            Place::Bucket => line.is_denial(3),
            _ => line.is_denial(2),
        };
        let effect = if denies { "Deny" } else { "Allow" };
        let mut statement = json!({ "Sid": sid, "Effect": effect });
        match place {
            Place::Trust(_) => {
                let (principal, action) = self.trusted(organization, line);
                statement["Principal"] = principal;
                statement["Action"] = action;
            }
            Place::Bucket => {
                let element = if denies && line.action % 4 == 3 { "NotPrincipal" } else { "Principal" };
                statement[element] = self.named(organization, line.principal);
                statement["Action"] = json!(["s3:GetObject", "s3:*"][usize::from(line.action % 2)]);
                statement["Resource"] = self.objects(organization, line.resource);
            }
            Place::ResourceControl(_) => {
                statement["Principal"] = json!("*");
                statement["Action"] = json!(["sts:AssumeRole", "s3:GetObject", "sts:*"][usize::from(line.action % 3)]);
                statement["Resource"] = self.resource(organization, line.resource);
            }
            Place::Identity(_) | Place::Boundary(_) | Place::ServiceControl(_) => {
                let (element, action) = match line.action % 10 {
                    0 | 1 => ("Action", json!("sts:AssumeRole")),
                    2 | 3 => ("Action", json!("s3:GetObject")),
                    4 => ("Action", json!(["sts:AssumeRole", "s3:GetObject"])),
                    5 => ("Action", json!("*")),
                    6 => ("Action", json!("sts:*")),
                    7 => ("Action", json!("s3:Get*")),
                    8 => ("NotAction", json!("s3:*")),
                    _ => ("NotAction", json!(["iam:*", "sts:*"])),
                };
                statement[element] = action;
                statement["Resource"] = self.resource(organization, line.resource);
            }
        }
        let told = |number: &u8| self.knows_sessions || !OF_SESSIONS.contains(number);
        if let Some(number) = line.condition.filter(told) {
            statement["Condition"] = condition(number);
        }
        statement
    }

    /// Somebody of the accounts, one of them as a whole, everyone, or somebody outside.
    fn named(&self, organization: &Organization, number: u8) -> Value {
        let any = usize::from(number / 16);
        match number % 16 {
            0..=2 => json!({ "AWS": organization.id(any % self.accounts) }),
            3 => json!({ "AWS": "*" }),
            4 => json!({ "AWS": OUTSIDE }),
            5 if self.knows_sessions => match organization.principals.iter().find(|one| one.trust.is_some()) {
                Some(role) => {
                    let id = organization.id(role.account);
                    json!({ "AWS": format!("arn:aws:sts::{id}:assumed-role/{}/ci", role.name) })
                }
                None => json!({ "AWS": OUTSIDE }),
            },
            rest => json!({ "AWS": organization.arn(Who((usize::from(rest) + 11 * any) % self.members.len())) }),
        }
    }

    /// A trust policy's principal, and what it may call.
    fn trusted(&self, organization: &Organization, line: &Line) -> (Value, Value) {
        let first = organization.id(usize::from(line.resource) % self.accounts);
        match line.principal % 20 {
            17 => (json!({ "Service": "ec2.amazonaws.com" }), json!("sts:AssumeRole")),
            18 => {
                let provider = format!("arn:aws:iam::{first}:oidc-provider/{HOST}");
                (json!({ "Federated": provider }), json!("sts:AssumeRoleWithWebIdentity"))
            }
            19 => {
                let provider = format!("arn:aws:iam::{first}:saml-provider/corp");
                (json!({ "Federated": provider }), json!("sts:AssumeRoleWithSAML"))
            }
            _ => {
                let action = match line.action % 8 {
                    _ if !self.knows_sessions => json!("sts:AssumeRole"),
                    5 => json!(["sts:AssumeRole", "sts:TagSession"]),
                    6 => json!(["sts:AssumeRole", "sts:SetSourceIdentity"]),
                    7 => json!("sts:*"),
                    _ => json!("sts:AssumeRole"),
                };
                (self.named(organization, line.principal), action)
            }
        }
    }

    fn resource(&self, organization: &Organization, number: u8) -> Value {
        match number % 8 {
            0..=2 => json!("*"),
            3 => json!("arn:aws:iam::*:role/p*"),
            4 | 5 => json!(organization.arn(Who(usize::from(number / 8) % self.members.len()))),
            _ => self.objects(organization, number),
        }
    }

    fn objects(&self, organization: &Organization, number: u8) -> Value {
        let vault = &organization.vault;
        match number % 4 {
            3 => json!(format!("arn:aws:s3:::{}/vault/*", vault.bucket)),
            _ => json!(vault.treasure()),
        }
    }
}
