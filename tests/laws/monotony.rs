//! An Allow more in an identity policy takes nothing away, and a Deny more anywhere gives nothing.

use iamreach::evaluate::Outcome;
use proptest::prelude::*;
use serde_json::json;

use crate::organization::{Organization, admits, allow};
use crate::over;
use crate::sketch::{Line, Sketch, line, sketch};
use crate::world::{Best, World};

/// Whether everyone who gets there in one answer does in another, no worse.
fn within(fewer: &Best, more: &Best) -> Result<(), String> {
    let other = |kind, name| more.of_subject(kind, name);
    match fewer.iter().find(|(kind, name, outcome)| other(*kind, name).is_none_or(|other| other > *outcome)) {
        None => Ok(()),
        Some((kind, name, outcome)) => {
            Err(format!("{kind} {name} is {outcome} in the smaller, {:?} in the larger", other(kind, name)))
        }
    }
}

#[test]
fn e121_an_allow_more_in_an_identity_policy_takes_no_reach_away() {
    let strategy = (sketch(), 0..15usize, line());
    over(4, &strategy, |(drawn, member, line): (Sketch, usize, Line)| {
        let (before, more) = (drawn.organization(), drawn.with_allow(member, &line));
        let within = within(&World::of(&before).best(), &World::of(&more.organization()).best());
        prop_assert!(within.is_ok(), "{}\nwith {:?}", within.unwrap_err(), more);
        Ok(())
    });
}

#[test]
fn e115_a_deny_more_gives_no_reach() {
    let strategy = (sketch(), 0..6u8, 0..15usize, line());
    over(5, &strategy, |(drawn, place, number, line): (Sketch, u8, usize, Line)| {
        let (before, less) = (drawn.organization(), drawn.with_deny(place, number, &line));
        let within = within(&World::of(&less.organization()).best(), &World::of(&before).best());
        prop_assert!(within.is_ok(), "{}\nwith {:?}", within.unwrap_err(), less);
        Ok(())
    });
}

/// The exception: an Allow in a bucket's policy that makes it public takes away what the policy gave other accounts, where
/// Block Public Access restricts public policies.
#[test]
fn e180_an_allow_more_in_a_bucket_policy_may_take_reach_away() {
    let best = |public: bool, restricts: bool| {
        let mut organization = Organization::of_accounts(3);
        organization.vault.key = None;
        organization.vault.restricts_public = restricts;
        let treasure = organization.vault.treasure();
        let reader = organization.user(2, "/", "reader");
        organization.grant(reader, allow("s3:GetObject", treasure.as_str()));
        let arn = organization.arn(reader);
        let on = |principal: serde_json::Value| {
            let mut statement = admits(principal, "s3:GetObject");
            statement["Resource"] = json!(treasure);
            statement
        };
        organization.vault.policy = vec![on(json!({ "AWS": arn }))];
        organization.vault.policy.extend(public.then(|| on(json!("*"))));
        World::of(&organization).best().named(&arn)
    };
    assert_eq!(best(false, true), Some(Outcome::Allowed));
    assert_eq!(best(true, true), None);
    assert_eq!(best(true, false), Some(Outcome::Allowed));
}
