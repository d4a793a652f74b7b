//! What the users, the root users and the roles of the sample have, beside what they may.

use std::collections::BTreeMap;

use iamreach::diagnostic::Severity;
use iamreach::model::{Collected, HeldCredentials, PrincipalKind};

use crate::*;

/// MFA device, password, active access key.
fn words(held: &HeldCredentials) -> String {
    let named = [(&held.mfa, "MFA"), (&held.console, "password"), (&held.access_key, "key")];
    let there = named.into_iter().filter_map(|(part, name)| {
        assert!(matches!(part, Collected::Present(_)), "{name}: {part:?}");
        (*part == Collected::Present(true)).then_some(name)
    });
    there.collect::<Vec<_>>().join(", ")
}

#[test]
fn e186_credentials_of_users_and_root_users() {
    let environment = &SAMPLE.environment;
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (_, user) in environment.principals().filter(|(_, principal)| principal.kind == PrincipalKind::User) {
        found.entry(words(&user.credentials)).or_default().push(short(user.arn.as_str()));
    }
    let expected = [
        ("MFA, password", "mgmt:user/hanna.alder prod:user/mia.chen"),
        (
            "MFA, password, key",
            "dev:user/ada.petrov prod:user/astrid.holm prod:user/tomas.vega prod:user/wren.okafor \
             sec:user/dana.kowal sec:user/omar.haddad",
        ),
        ("key", "mgmt:user/automation/invoice-export prod:user/ops/ivo.brandt shared:user/automation/ci-legacy"),
        ("password", "prod:user/external/emil.sorg prod:user/otto.falk prod:user/priya.nair prod:user/rosa.lind"),
        (
            "password, key",
            "dev:user/jonas.weber dev:user/kai.lund prod:user/gita.rao prod:user/lucas.ferrer prod:user/nora.quist \
             prod:user/sol.arnaud prod:user/yusuf.demir",
        ),
    ];
    let found: Vec<(String, String)> = found
        .into_iter()
        .map(|(words, mut names)| {
            names.sort();
            (words, names.join(" "))
        })
        .collect();
    assert_eq!(found, expected.map(|(words, names)| (words.to_owned(), names.to_owned())));
    assert!(environment.accounts().all(|account| words(&account.root) == "MFA, password"));
    let of_credentials = |code: &str| code.contains("credential") || code == "user-without-details";
    let said: Vec<_> = SAMPLE.diagnostics.iter().filter(|one| of_credentials(one.code)).collect();
    assert!(said.is_empty(), "{said:?}");
    assert!(SAMPLE.diagnostics.iter().all(|one| one.severity < Severity::Error));
}

#[test]
fn e186_longest_sessions() {
    let roles = SAMPLE.environment.principals().filter(|(_, principal)| principal.kind == PrincipalKind::Role);
    let mut longer: BTreeMap<u32, Vec<String>> = BTreeMap::new();
    for (_, role) in roles {
        let Collected::Present(seconds) = role.max_session_duration else { panic!("{}", role.arn) };
        longer.entry(seconds).or_default().push(short(role.arn.as_str()).replace("AWSReservedSSO_", ""));
    }
    let count = |seconds| longer.get(&seconds).map_or(0, Vec::len);
    assert_eq!((count(3600), longer.values().map(Vec::len).sum::<usize>()), (33, 47));
    assert!(longer[&3600].contains(&"prod:role/deploy-production".to_owned()));
    assert_eq!(
        longer[&7200].join(" "),
        "prod:role/audit-desk prod:role/breakglass prod:role/data-steward sec:role/incident-responder shared:role/release-manager"
    );
}
