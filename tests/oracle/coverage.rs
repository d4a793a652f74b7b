//! The generated requests are of every kind: a generator that always denies would prove nothing.

use std::collections::BTreeMap;

use proptest::strategy::{Strategy, ValueTree};

use crate::agreement::runner;
use crate::decide::answer;
use crate::generate::case;
use crate::layers::{Say, says};
use crate::readings::{Answer, Readings};
use crate::request::Request;
use crate::s3::{acl_grants, foreign_object, refuses_public};

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
        for grant in acl_grants(&request) {
            saw(format!("list {grant:?}"));
        }
        for grant in says.key_grants {
            saw(format!("key grant {grant:?}"));
        }
        for grant in says.grants {
            saw(format!("grant {grant:?}"));
        }
        if foreign_object(&request).is_some() {
            saw(format!("object of another {answer:?}"));
        }
        let restricted = request.resource_policy.as_ref().and_then(|document| document.policy.as_ref());
        if restricted.is_some_and(|policy| refuses_public(policy, &request)) {
            saw(format!("restricted {answer:?}"));
        }
        saw(format!("{:?} {answer:?}", request.credentials));
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
            often(&format!("{caller} {answer:?}"), if answer == Answer::Denied { 1 } else { 5 });
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
    for grant in ["Session", "User", "Role", "Account", "Service"] {
        often(&format!("key grant {grant}"), 10);
    }
    for (what, least) in [("list Account", 10), ("list Star", 50)] {
        often(what, least);
    }
    for answer in [Answer::Allowed, Answer::ExplicitDeny, Answer::ImplicitDeny, Answer::Conditional] {
        often(&format!("object of another {answer:?}"), 3);
    }
    for (what, least) in [("restricted ImplicitDeny", 10), ("restricted ExplicitDeny", 3)] {
        often(what, least);
    }
    for credentials in ["LongTermKey", "SessionToken", "MfaSession", "AssumeRoot"] {
        for answer in [Answer::Allowed, Answer::ExplicitDeny, Answer::ImplicitDeny] {
            often(&format!("{credentials} {answer:?}"), 20);
        }
    }
}
