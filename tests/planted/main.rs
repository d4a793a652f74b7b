//! Planted organizations: the library finds whoever gets to the treasure, and nobody else.
//!
//! `tests/support/organization` plants chains of roles and decoys, and knows the truth by construction. `IAMREACH_CASES`
//! sets how many small organizations are asked about beside the large one.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test target")]
#![expect(clippy::print_stdout, reason = "the counts are what one wants to see of it")]

mod judge;
#[allow(dead_code, unused_imports, reason = "the organizations here are planted, not generated")]
#[path = "../support/organization/mod.rs"]
mod organization;

use std::env;

use judge::{Judged, ask, judge};
use organization::planted::{Kind, Planted, Size, plant};

const SMALL: Size = Size { accounts: 8, principals: 40 };

/// How many small organizations are planted.
fn cases() -> u64 {
    env::var("IAMREACH_CASES").map_or(6, |text| text.parse().expect("a number"))
}

/// Asks and judges; nothing may be missed, invented or told wrongly.
fn check(planted: &Planted) -> Judged {
    let judged = judge(&ask(planted), planted);
    let complaints = judged.complaints(planted);
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
    judged
}

#[test]
fn twenty_accounts_of_two_hundred_principals() {
    let kinds = Kind::all_but(&[]);
    let planted = plant(Size { accounts: 20, principals: 200 }, 1, &kinds, false);
    let principals = planted.organization.principals.len();
    assert!(principals >= 4_000);
    for kind in &kinds {
        assert!(planted.kinds.get(kind).is_some_and(|count| *count > 1), "{kind:?} was not planted");
    }
    let judged = check(&planted);
    assert!(judged.right > 1_000 && judged.right < principals, "{}", judged.right);
    println!(
        "{principals} principals; {} get there: 0 missed, 0 invented; {} decoys of {} kinds do not",
        judged.right,
        planted.decoys.len(),
        kinds.iter().filter(|kind| Kind::DECOYS.contains(kind)).count(),
    );
}

#[test]
fn small_organizations_over_many_seeds() {
    let kinds = Kind::all_but(&[]);
    let (mut right, mut decoys) = (0, 0);
    for seed in 0..cases() {
        let planted = plant(SMALL, 100 + seed, &kinds, false);
        decoys += planted.decoys.len();
        right += check(&planted).right;
    }
    println!("{} organizations; {right} get there: 0 missed, 0 invented; {decoys} decoys do not", cases());
}

/// A decoy fails for its one reason: without it, the same decoy leads to the treasure.
#[test]
fn mended_decoys_lead_to_the_treasure() {
    for seed in 0..cases() {
        check(&plant(SMALL, 200 + seed, &Kind::all_but(&[]), true));
    }
}

/// Each kind by itself, so that a failure names it.
#[test]
fn every_kind_alone() {
    let size = Size { accounts: 7, principals: 12 };
    let mut failed = Vec::new();
    for kind in Kind::all_but(&[]) {
        for mended in [false, true] {
            let planted = plant(size, 7, &[kind], mended);
            let complaints = judge(&ask(&planted), &planted).complaints(&planted);
            failed.extend(complaints.into_iter().map(|complaint| format!("{kind:?}, mended {mended}: {complaint}")));
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

/// The same seed gives the same organization, another seed another.
#[test]
fn the_seed_decides() {
    let of = |seed| format!("{:?}", plant(SMALL, seed, &Kind::all_but(&[]), false));
    assert_eq!(of(5), of(5));
    assert_ne!(of(5), of(6));
}

/// What the judge would say, were the library or the truth another.
#[test]
fn a_judge_that_sees_what_is_wrong() {
    let planted = plant(SMALL, 3, &[Kind::CrossAccount, Kind::WithMfa, Kind::TrustsDeleted], false);
    let rows = ask(&planted);
    let count = |rows: &[iamreach::query::AccessRow], planted: &Planted| {
        let judged = judge(rows, planted);
        [judged.missed.len(), judged.invented.len(), judged.wrong.len()]
    };
    assert_eq!(count(&rows, &planted), [0, 0, 0]);
    let through = rows.iter().position(|row| row.path.len() > 1).unwrap();
    let mut fewer = rows.clone();
    let name = fewer.remove(through).subject.name;
    fewer.retain(|row| row.subject.name != name);
    assert_eq!(count(&fewer, &planted), [1, 0, 0]);
    let mut otherwise = rows.clone();
    otherwise[through].path.remove(0);
    assert!(count(&otherwise, &planted)[2] > 0);
    let mut more = rows.clone();
    more[through].subject.name = planted.decoys[0].start.as_str().into();
    assert_eq!(count(&more, &planted)[1], 1);
}
