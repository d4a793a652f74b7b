//! People of IAM Identity Center: who may enter which role.

use crate::*;

use iamreach::model::Collected;

/// The table of people: role, person, by which group, and whether the person is disabled.
const PEOPLE: &[(&str, &str, &str, bool)] = &[
    ("dev:role/AWSReservedSSO_Developer_2e4f6a8c0b1d3579", "ada.petrov", "Developers", false),
    ("dev:role/AWSReservedSSO_Developer_2e4f6a8c0b1d3579", "jonas.weber", "Developers", false),
    ("dev:role/AWSReservedSSO_Developer_2e4f6a8c0b1d3579", "mei.tanaka", "Developers", false),
    ("mgmt:role/AWSReservedSSO_AdministratorAccess_4c6e8a0b2d1f3957", "hanna.alder", "", false),
    ("mgmt:role/AWSReservedSSO_AdministratorAccess_4c6e8a0b2d1f3957", "hanna.alder", "Cloud Administrators", false),
    ("mgmt:role/AWSReservedSSO_AdministratorAccess_4c6e8a0b2d1f3957", "signe.lind", "Cloud Administrators", false),
    ("prod:role/AWSReservedSSO_AdministratorAccess_7b9d1f3a5c2e4068", "bruno.keller", "", false),
    ("prod:role/AWSReservedSSO_AdministratorAccess_7b9d1f3a5c2e4068", "hanna.alder", "Cloud Administrators", false),
    ("prod:role/AWSReservedSSO_AdministratorAccess_7b9d1f3a5c2e4068", "signe.lind", "Cloud Administrators", false),
    ("prod:role/AWSReservedSSO_DataAnalyst_1a2b3c4d5e6f7081", "felix.strand", "Data Analysts", true),
    ("prod:role/AWSReservedSSO_DataAnalyst_1a2b3c4d5e6f7081", "linnea.berg", "Data Analysts", false),
    ("prod:role/AWSReservedSSO_DataAnalyst_1a2b3c4d5e6f7081", "noor.haidari", "Data Analysts", false),
];

#[test]
fn e15_who_may_enter_the_roles_of_identity_center() {
    let environment = &SAMPLE.environment;
    let mut found = Vec::new();
    for (id, principal) in environment.principals() {
        let Some(people) = environment.people_of(id) else { continue };
        assert_eq!(people.all, Collected::Present(()), "{}", principal.arn);
        for entrant in &people.items {
            let name = entrant.name().strip_suffix("@alder.example").unwrap();
            let group = entrant.group.map_or("", |group| group.name.as_deref().unwrap());
            found.push((short(principal.arn.as_str()), name, group, entrant.is_disabled()));
        }
    }
    let mut expected: Vec<_> =
        PEOPLE.iter().map(|(role, name, group, disabled)| (role.to_string(), *name, *group, *disabled)).collect();
    expected.sort();
    found.sort();
    assert_eq!(found, expected);
}

#[test]
fn e15_the_session_that_a_trust_policy_names_is_a_persons() {
    let center = SAMPLE.environment.identity_center();
    let sessions = |name: &str| {
        center
            .users
            .values()
            .filter(|user| user.session_name() == Some(name))
            .map(|user| user.display_name.as_deref())
            .collect::<Vec<_>>()
    };
    assert_eq!(sessions("linnea.berg@alder.example"), [Some("Linnea Berg")]);
}
