//! Chains of roles, inside an account and from one to another: a link of an account is entered from the link before it,
//! and enters the one behind it.
//!
//! Every chain has [`LENGTH`] links. Odd ones lie in other accounts than those before them, all of a chain ask for the
//! same, and which that is goes round by the chain's number.

use serde_json::{Value, json};

use super::accounts::Place;
use super::customer_managed::objects;
use super::names;
use super::people::{named, user_name};
use crate::organization::{ORGANIZATION, Organization, Random, admits, allow, when};

const LENGTH: usize = 5;

/// What a chain asks of who enters a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asks {
    Nothing,
    /// A session tag, which stays with the session.
    Project,
    SourceIdentity,
    ExternalId,
    /// A principal of the organization, whoever it is.
    Organization,
}

fn asks(number: usize) -> Asks {
    let all = [Asks::Nothing, Asks::Project, Asks::SourceIdentity, Asks::ExternalId, Asks::Organization];
    all[number / LENGTH % all.len()]
}

/// How many accounts further the link behind a link is.
fn step(number: usize) -> usize {
    if number.is_multiple_of(2) { 1 + number / LENGTH } else { 0 }
}

/// Adds the links of an account with these numbers.
pub(super) fn add(organization: &mut Organization, place: &Place, count: usize, users: usize, random: &mut Random) {
    let size = place.all.len();
    for number in 0..count {
        let role = organization.role(place.account, "/", &names::link(number));
        let first = number.is_multiple_of(LENGTH);
        let last = (number + 1).is_multiple_of(LENGTH) || number + 1 == count;
        if first {
            let named_user = |number: usize| {
                let (path, name) = user_name(number % users);
                place.iam(&format!("user{path}{name}"))
            };
            let callers = json!({ "AWS": [named_user(number), named_user(number + 11), named_user(number + 23)] });
            organization.trust(role, entered(callers, number));
        } else {
            let back = size - step(number - 1) % size;
            let caller = format!("arn:aws:iam::{}:role/{}", place.elsewhere(back).0, names::link(number - 1));
            organization.trust(role, entered(json!({ "AWS": caller }), number));
        }
        organization.at(role).session_seconds = 3_600 * (1 + u32::try_from(number % 4).unwrap());
        organization.at(role).tags = vec![("team".to_owned(), names::team(number).to_owned())];
        if !last {
            let next = &place.elsewhere(step(number)).0;
            let next = format!("arn:aws:iam::{next}:role/{}", names::link(number + 1));
            let calls = json!(["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"]);
            organization.grant(role, named(allow(calls, next), "NextHandover"));
        }
        if last || number % 3 == 1 {
            let bucket = place.bucket(random.below(place.buckets));
            let read = allow(json!(["s3:GetObject", "s3:PutObject"]), objects(&bucket));
            organization.grant(role, named(read, "HandedOver"));
            let key = place.key(random.below(place.keys));
            organization.grant(role, named(allow(json!(["kms:Decrypt", "kms:GenerateDataKey"]), key), "HandedOverKey"));
        }
        if asks(number) == Asks::Project && last {
            let project = json!({ "StringEquals": { "aws:PrincipalTag/project": "atlas" } });
            let secret = place.secret(random.below(place.secrets)).1;
            organization
                .grant(role, named(when(allow("secretsmanager:GetSecretValue", secret), &project), "ProjectSecret"));
        }
    }
}

fn entered(callers: Value, number: usize) -> Value {
    let assume = |more: &str| json!(["sts:AssumeRole", more]);
    match asks(number) {
        Asks::Nothing => admits(callers, "sts:AssumeRole"),
        Asks::Project => {
            let tags = json!({ "StringEquals": { "aws:RequestTag/project": ["atlas", "borealis"] } });
            when(admits(callers, assume("sts:TagSession")), &tags)
        }
        Asks::SourceIdentity => {
            let set = json!({ "StringLike": { "sts:SourceIdentity": "*.*" } });
            when(admits(callers, assume("sts:SetSourceIdentity")), &set)
        }
        Asks::ExternalId => {
            let id = json!({ "StringEquals": { "sts:ExternalId": format!("handover-{}", names::suffix(number)) } });
            when(admits(callers, "sts:AssumeRole"), &id)
        }
        Asks::Organization => {
            let of = json!({
                "StringEquals": { "aws:PrincipalOrgID": ORGANIZATION },
                "ArnLike": { "aws:PrincipalArn": callers["AWS"].clone() },
            });
            when(admits(json!({ "AWS": "*" }), "sts:AssumeRole"), &of)
        }
    }
}
