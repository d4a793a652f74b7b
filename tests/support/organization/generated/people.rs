//! Groups and users of an account.

use serde_json::json;

use super::accounts::{OFFICES, Place};
use super::aws_managed::ByAws;
use super::customer_managed::{Own, objects};
use super::names::{self, TEAMS};
use crate::organization::{Organization, Random, Who, allow, deny, when};

/// The user of a number in every account: the first ones are people, every eighth is a machine.
pub(super) fn user_name(number: usize) -> (&'static str, String) {
    match number % 8 {
        7 => ("/machines/", format!("{}-bot", names::application(number / 8))),
        3 => ("/staff/", names::person(number)),
        _ => ("/", names::person(number)),
    }
}

/// Adds so many users, and the groups they are in.
pub(super) fn add(
    organization: &mut Organization,
    place: &Place,
    by_aws: &ByAws,
    own: &Own,
    count: usize,
    random: &mut Random,
) {
    let account = place.account;
    let everyone = organization.group(account, "everyone");
    organization.groups[everyone].attached = vec![own.self_service, by_aws.number(ByAws::CHANGE_PASSWORD)];
    let special: Vec<usize> = [
        ("administrators", ByAws::ADMINISTRATOR),
        ("developers", ByAws::POWER_USER),
        ("readers", ByAws::READ_ONLY),
        ("auditors", ByAws::SECURITY_AUDIT),
        ("billing", ByAws::BILLING),
    ]
    .into_iter()
    .map(|(name, policy)| {
        let group = organization.group(account, name);
        organization.groups[group].attached = vec![by_aws.number(policy)];
        group
    })
    .collect();
    // Developers do not read what is the finance people's.
    let no_finance = deny("s3:GetObject", objects(&place.bucket(5)));
    organization.groups[special[1]].inline.push(named(no_finance, "NotTheInvoices"));
    let teams: Vec<usize> = TEAMS
        .iter()
        .map(|team| {
            let group = organization.group(account, &format!("team-{team}"));
            let one = organization.groups.last_mut().unwrap();
            one.attached = vec![own.any(random), own.any(random)];
            one.attached.dedup();
            let shared = format!("arn:aws:s3:::{}/teams/{team}/*", place.bucket(random.below(place.buckets)));
            one.inline.push(named(allow(json!(["s3:GetObject", "s3:PutObject"]), shared), "TeamFolder"));
            group
        })
        .collect();

    for number in 0..count {
        let (path, name) = user_name(number);
        let who = organization.user(account, path, &name);
        let team = random.below(TEAMS.len());
        let is_machine = path == "/machines/";
        if !is_machine && random.percent(70) {
            organization.at(who).groups.push(everyone);
        }
        organization.at(who).groups.push(teams[team]);
        match random.below(40) {
            0 => organization.at(who).groups.push(special[0]),
            1..8 if !is_machine => organization.at(who).groups.push(special[1]),
            8..14 => organization.at(who).groups.push(special[2]),
            14 | 15 => organization.at(who).groups.push(special[3 + random.below(2)]),
            _ => {}
        }
        if random.percent(25) {
            let policy = own.any(random);
            organization.at(who).attached.push(policy);
        }
        if random.percent(12) {
            organization.at(who).boundary = Some(own.boundaries[0]);
        }
        let mut tags = vec![("team".to_owned(), TEAMS[team].to_owned())];
        if random.percent(40) {
            tags.push(("project".to_owned(), random.pick(&["atlas", "borealis", "cirrus"]).to_owned()));
        }
        organization.at(who).tags = tags;
        if random.percent(15) {
            inline(organization, place, who, random);
        }
    }
}

/// A policy that one user alone has.
fn inline(organization: &mut Organization, place: &Place, who: Who, random: &mut Random) {
    let number = random.below(1_000);
    let (sid, statement) = match random.below(6) {
        0 => ("EnterHandover", allow("sts:AssumeRole", place.iam("role/*-handover-0"))),
        1 => {
            let office = json!({ "IpAddress": { "aws:SourceIp": OFFICES[0] } });
            ("QueueFromOffice", when(allow("sqs:*", place.queue(number)), &office))
        }
        2 => {
            let with = json!({ "Bool": { "aws:MultiFactorAuthPresent": "true" } });
            ("SecretWithMfa", when(allow("secretsmanager:GetSecretValue", place.secret(number).1), &with))
        }
        3 => ("Decrypt", allow(json!(["kms:Decrypt", "kms:Encrypt"]), place.key(number))),
        4 => ("NoDeletion", deny(json!(["s3:Delete*", "sqs:DeleteQueue"]), "*")),
        _ => ("Objects", allow("s3:GetObject*", objects(&place.bucket(number)))),
    };
    organization.grant(who, named(statement, sid));
}

/// The statement with a Sid, by which its inline policy is named too.
pub(super) fn named(mut statement: serde_json::Value, sid: &str) -> serde_json::Value {
    statement["Sid"] = json!(sid);
    statement
}
