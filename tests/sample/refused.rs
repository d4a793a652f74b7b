//! Not, though it looks so.

use crate::*;

#[test]
fn t14_boundary_limits_what_a_group_gives() {
    implicitly("prod:user/priya.nair", M, "permissions boundary");
}

#[test]
fn t4_boundary_limits_a_named_role() {
    implicitly("prod:role/export-reader-legacy", M, "permissions boundary");
}

#[test]
fn e28_another_session_of_a_named_one() {
    let of = |name: &str| {
        let Caller::RoleSession { id, account, role, unique_id, .. } = caller("prod:role/nightly-export") else {
            panic!()
        };
        let session = SessionName::Known(name.into());
        let session = Caller::RoleSession { id, account, role, unique_id, session };
        let explanations = engine().explain(&session, &action("s3:GetObject"), M);
        explanations.iter().map(|explanation| explanation.outcome).collect::<Vec<_>>()
    };
    assert_eq!(of("weekly"), [Outcome::ImplicitlyDenied]);
    assert_eq!(of("nightly"), [Outcome::Allowed]);
}

#[test]
fn e115_a_group_that_denies() {
    explicitly("prod:user/external/emil.sorg", M, "identity policies");
}

#[test]
fn e23_a_group_is_no_principal() {
    implicitly("prod:user/mia.chen", M, "resource policy");
    implicitly("prod:user/otto.falk", M, "resource policy");
}

#[test]
fn e120_an_account_trusted_and_no_policy_of_its_own() {
    let steward = "arn:aws:iam::222233334444:role/data-steward";
    denied("prod:user/rosa.lind", "sts:AssumeRole", steward, Outcome::ImplicitlyDenied, "identity policies");
    let reach = engine().what_can(&WhatCan { from: caller("prod:user/rosa.lind"), max_hops: 8 });
    let roles: Vec<_> = reach.iter().filter(|row| !row.path.is_empty()).map(|row| &row.path[0].role).collect();
    assert!(roles.is_empty(), "{roles:?}");
}

#[test]
fn e100_a_service_control_policy_that_denies() {
    let development = AccountId::parse("012345678901").unwrap();
    let mut asked = 0;
    for caller in everyone().iter().filter(|caller| caller.account() == Some(development)) {
        let name = short(&iamreach::query::Subject::of(&SAMPLE.environment, caller).name);
        if name == "dev:role/sampling-job" {
            continue;
        }
        explicitly(&name, M, "service control policies at organizational unit");
        asked += 1;
    }
    assert_eq!(asked, 9);
}

#[test]
fn e118_a_service_control_policy_that_does_not_allow() {
    implicitly("sec:role/forensics", M, "service control policies at account");
    implicitly("sec:user/omar.haddad", M, "service control policies at account");
}

#[test]
fn e105_a_resource_control_policy_that_denies_an_outsider() {
    let role = Arn::parse("arn:aws:iam::888877776666:role/quill-ingest").unwrap();
    let account = AccountId::parse("888877776666").unwrap();
    let session = SessionName::Unspecified;
    let quill = Caller::RoleSession { id: None, account, role, unique_id: None, session };
    let explanations = engine().explain(&quill, &action("s3:GetObject"), M);
    let denying = explanations[0].layers.iter().find(|layer| layer.effect == LayerEffect::ExplicitDeny).unwrap();
    assert_eq!(explanations[0].outcome, Outcome::ExplicitlyDenied);
    assert!(denying.name.starts_with("resource control policies at organizational unit"), "{}", denying.name);
}

#[test]
fn e159_the_callers_side_has_to_allow_too() {
    implicitly("shared:role/artifact-mirror", M, "identity policies");
}

#[test]
fn e157_the_buckets_side_has_to_allow_too() {
    for who in ["shared:user/automation/ci-legacy", "shared:role/OAAR", "mgmt:user/hanna.alder"] {
        implicitly(who, M, "resource policy");
    }
}

#[test]
fn e167_sessions_of_a_role_carry_no_mfa() {
    let breakglass = "arn:aws:iam::222233334444:role/breakglass";
    for who in ["sec:role/incident-responder", "sec:role/OAAR"] {
        denied(who, "sts:AssumeRole", breakglass, Outcome::ImplicitlyDenied, "trust policy");
        assert!(paths_to(who, Goal::Become(caller("prod:role/breakglass")), Some(20)).is_empty(), "{who}");
    }
}

#[test]
fn e139_root_cannot_assume_a_role() {
    for who in ["mgmt:root", "sec:root"] {
        let goal = Goal::Can { action: action("s3:GetObject"), resource: M.to_owned() };
        assert!(paths_to(who, goal, Some(20)).is_empty(), "{who}");
    }
}

#[test]
fn e119_an_audit_that_reads_no_objects() {
    assert_eq!(paths_to("sec:role/security-auditor", Goal::Become(caller("prod:role/auditor")), None).len(), 1);
    implicitly("prod:role/auditor", M, "identity policies");
}

#[test]
fn e155_a_third_party_without_an_external_id() {
    let ask = |resource: &str| {
        let question =
            WhoCan { actions: vec![action("s3:GetObject")], resources: vec![resource.to_owned()], max_hops: 8 };
        engine().who_can(&question).into_iter().find(|row| &*row.subject.name == "888877776666")
    };
    let row = ask("arn:aws:s3:::alder-team-space/shared/notes.txt").unwrap();
    assert_eq!(row.outcome, Outcome::AllowedIf);
    assert_eq!(row.path.iter().map(|hop| short(&hop.role)).collect::<Vec<_>>(), ["prod:role/partner-quill"]);
    assert!(!row.path[0].condition.to_string().contains("ExternalId"));
    assert!(ask(M).is_none());
}

#[test]
fn e94_a_policy_attached_to_nobody() {
    let environment = &SAMPLE.environment;
    let legacy = environment.policies().find(|(_, policy)| &*policy.name == "LegacyExportWrite").unwrap().0;
    for (id, principal) in environment.principals() {
        assert!(environment.identity_policies(id).all(|policy| policy != legacy), "{}", principal.arn);
    }
}

#[test]
fn e140_a_role_that_only_it_may_enter() {
    let renewer = caller("prod:role/session-renewer");
    for from in everyone() {
        let question = Paths::between(from.clone(), Goal::Become(renewer.clone()));
        assert!(from == renewer || engine().paths(&question).is_empty(), "{from:?}");
    }
}
