//! The generated requests are of every kind: a generator that always denies would prove nothing.

use std::collections::BTreeMap;

use proptest::strategy::{Strategy, ValueTree};

use crate::agreement::runner;
use crate::decide::answer;
use crate::generate::case;
use crate::layers::{Say, says};
use crate::readings::{Answer, Readings};
use crate::request::Request;

const CASES: u32 = 10_000;

/// How often each thing happens in a sample.
fn count() -> BTreeMap<String, u32> {
    let mut runner = runner(1, 1_000);
    let mut counts = BTreeMap::new();
    for _ in 0..CASES {
        let request = case().new_tree(&mut runner).unwrap().current().request();
        let request = Request::read(&request.to_string());
        let mut saw = |what: String| *counts.entry(what).or_default() += 1;
        let answer = answer(&request);
        saw(format!("{answer:?}"));
        saw(format!("{} {answer:?}", if request.same_account() { "same" } else { "cross" }));
        let kind = format!("{:?}", request.caller.kind);
        let kind = kind.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default().to_owned();
        saw(format!("{kind} {answer:?}"));
        let says = says(&request, &Readings::default());
        let scp = says
            .scp
            .iter()
            .copied()
            .reduce(|one, other| Say { denies: one.denies || other.denies, allows: one.allows && other.allows });
        for (layer, say) in [
            ("identity", (!request.identity.is_empty()).then_some(says.identity)),
            ("boundary", says.boundary),
            ("session", says.session),
            ("endpoint", says.endpoint),
            ("scp", scp),
        ] {
            let Some(say) = say else { continue };
            saw(format!(
                "{layer} {}",
                if say.denies {
                    "denies"
                } else if say.allows {
                    "allows"
                } else {
                    "silent"
                }
            ));
        }
        if says.rcp_denies {
            saw("rcp denies".to_owned());
        }
        if request.resource_policy.is_some() {
            let silent = says.grants.is_empty() && !says.resource_denies;
            saw(format!(
                "resource {}",
                if says.resource_denies {
                    "denies"
                } else if silent {
                    "silent"
                } else {
                    "allows"
                }
            ));
        }
        for grant in says.grants {
            saw(format!("grant {grant:?}"));
        }
    }
    counts
}

#[test]
fn every_outcome_and_every_layer_speaks() {
    let counts = count();
    let often = |what: &str, least: u32| {
        let found = counts.get(what).copied().unwrap_or_default();
        assert!(found >= least, "`{what}` {found} times of {CASES}, not {least}: {counts:#?}");
    };
    for answer in Answer::ALL {
        often(&format!("{answer:?}"), 200);
        often(&format!("same {answer:?}"), 100);
        often(&format!("cross {answer:?}"), 50);
        for caller in ["User", "RoleSession"] {
            often(&format!("{caller} {answer:?}"), 50);
        }
        for caller in ["Root", "FederatedUser", "Anonymous", "Service", "Provider"] {
            often(&format!("{caller} {answer:?}"), 3);
        }
    }
    for (what, least) in [("Allowed", 2_000), ("ExplicitDeny", 2_000), ("same Allowed", 1_500), ("cross Allowed", 500)]
    {
        often(what, least);
    }
    for layer in ["identity", "boundary", "session", "endpoint", "scp", "resource"] {
        for say in ["allows", "denies", "silent"] {
            often(&format!("{layer} {say}"), 40);
        }
    }
    often("rcp denies", 300);
    for grant in ["Session", "User", "Role", "Account", "Star", "Service", "Provider"] {
        often(&format!("grant {grant}"), 80);
    }
}
