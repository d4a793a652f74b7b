//! AWS Organizations: the compact file and the command line's answers.

use super::*;

#[test]
fn e188_a_compact_organization() {
    let text = r#"{"Organization":{"Id":"o-a","MasterAccountId":"111122223333"},
        "Roots":[{"Id":"r-a","PolicyTypes":[{"Type":"SERVICE_CONTROL_POLICY","Status":"ENABLED"}]}],
        "OrganizationalUnits":[{"Id":"ou-a","Name":"Work","ParentId":"r-a"}],
        "Accounts":[{"Id":"012345678901","Name":"dev","ParentId":"ou-a"},{"Id":"12","ParentId":"ou-a"}],
        "Policies":[{"Id":"p-1","Name":"one","Type":"SERVICE_CONTROL_POLICY","Content":@@},
            {"PolicySummary":{"Id":"p-t","Name":"tags","Type":"TAG_POLICY"},"Content":"{}"}],
        "Attachments":[{"PolicyId":"p-1","TargetId":"ou-a"},{"PolicyId":"p-FullAWSAccess","TargetId":"r-a"},
            {"PolicyId":"p-RCPFullAWSAccess","TargetId":"r-a"},{"PolicyId":"p-t","TargetId":"r-a"}]}"#;
    let loaded = Folder::of(&[("organization.json", &text.replace("@@", ALLOW))]).load();
    assert_eq!(said(&loaded), ["error malformed-account-id"]);
    let organization = organization_of(&loaded);
    assert_eq!((&*organization.id, organization.complete), ("o-a", false));
    assert_eq!(
        (organization.service_control_enabled, organization.resource_control_enabled),
        (Some(true), Some(false))
    );
    let account = AccountId::parse("012345678901").unwrap();
    assert_eq!(organization.path(account).unwrap(), "o-a/r-a/ou-a/");
    assert_eq!(loaded.environment.account(account).unwrap().name.as_deref(), Some("dev"));
    let names = |id: &str| {
        let target = &organization.targets[id];
        let ids = target.service_control.present().unwrap();
        ids.iter()
            .map(|id| loaded.environment.policy(*id))
            .map(|policy| {
                assert!(policy.document.is_some(), "{id}");
                policy.name.to_string()
            })
            .collect::<Vec<_>>()
    };
    assert_eq!((names("r-a"), names("ou-a")), (vec!["FullAWSAccess".to_owned()], vec!["one".to_owned()]));
    assert!(names("012345678901").is_empty());
    assert_eq!(organization.targets["r-a"].resource_control, Collected::Present(Vec::new()));
    assert_eq!(organization.targets["ou-a"].resource_control, Collected::NotCollected);
}

#[test]
fn e185_e188_an_organization_as_its_calls_print_it() {
    let denied = r#"{"Error":{"Code":"AccessDenied","Message":"no"}}"#;
    let list = r#"{"Policies":[{"Id":"p-gone","Name":"gone","Type":"SERVICE_CONTROL_POLICY"}]}"#;
    let folder = Folder::of(&[
        (
            "o/organizations-list-roots.json",
            r#"{"Roots":[{"Id":"r-a","Arn":"arn:aws:organizations::111122223333:root/o-a/r-a"}]}"#,
        ),
        ("o/organizations-list-accounts-for-parent/r-a.json", r#"{"Accounts":[{"Id":"111122223333","Name":"top"}]}"#),
        ("o/organizations-list-organizational-units-for-parent/r-a.json", denied),
        ("o/organizations-list-policies-for-target/r-a.SERVICE_CONTROL_POLICY.json", list),
        ("o/organizations-list-policies-for-target/r-a.RESOURCE_CONTROL_POLICY.json", denied),
    ]);
    let loaded = folder.load();
    let expected = ["warning failed-call", "warning failed-call", "warning missing-policy-document"];
    assert_eq!(said(&loaded), expected);
    assert!(message(&loaded, "missing-policy-document").origin.as_ref().unwrap().position.is_some());
    let organization = organization_of(&loaded);
    assert_eq!((&*organization.id, organization.complete), ("o-a", false));
    assert_eq!(organization.management_account.unwrap().as_str(), "111122223333");
    let root = &organization.targets["r-a"];
    assert_eq!((root.kind, organization.service_control_enabled), (TargetKind::Root, None));
    assert_eq!(root.service_control.present().unwrap().len(), 1);
    assert!(matches!(root.resource_control, Collected::Unknown(_)));
    let account = &organization.targets["111122223333"];
    assert_eq!((account.parent.as_deref(), &account.service_control), (Some("r-a"), &Collected::NotCollected));
}

#[test]
fn e185_e188_no_organization_and_one_that_may_not_be_read() {
    let check = |code: &str, expected: fn(&Collected<crate::model::Organization>) -> bool| {
        let error = format!(r#"{{"Error":{{"Code":"{code}","Message":"m"}}}}"#);
        let loaded = Folder::of(&[("o/organizations-list-roots.json", &error)]).load();
        assert!(expected(loaded.environment.organization()), "{code}");
    };
    check("AWSOrganizationsNotInUseException", |one| matches!(one, Collected::Absent));
    check("AccessDeniedException", |one| matches!(one, Collected::Unknown(_)));
}

#[test]
fn e188_pages_and_contradictions_of_attachments() {
    let page = |ids: &[&str], more: &str| {
        let policy =
            |id: &&str| format!(r#"{{"Id":"{id}","Name":"n","Type":"SERVICE_CONTROL_POLICY","Content":{ALLOW}}}"#);
        format!(r#"{{"Policies":[{}]{more}}}"#, ids.iter().map(policy).collect::<Vec<_>>().join(","))
    };
    let check = |first: &str, second: &str, codes: &[&str], attached: Option<usize>| {
        let place = "organizations-list-policies-for-target/r-a.SERVICE_CONTROL_POLICY.json";
        let root = r#"{"Roots":[{"Id":"r-a","Arn":"arn:aws:organizations::111122223333:root/o-a/r-a"}]}"#;
        let folder = Folder::of(&[("roots.json", root)]);
        folder.write(&format!("1/{place}"), first.as_bytes());
        folder.write(&format!("2/{place}"), second.as_bytes());
        let loaded = folder.load();
        assert_eq!(said(&loaded), codes);
        let list = organization_of(&loaded).targets["r-a"].service_control.present().map(Vec::len);
        assert_eq!(list, attached);
    };
    let cut = r#","NextToken":"x""#;
    let [one, two] = [page(&["p-1"], ""), page(&["p-2"], "")];
    check(&page(&["p-1"], cut), &two, &["warning truncated-listing"], Some(2));
    check(&page(&["p-1"], cut), &page(&["p-2"], cut), &["warning truncated-listing"; 2], None);
    check(&one, &one, &[], Some(1));
    check(&one, &two, &["error duplicate-attachments"], None);
}

#[test]
fn e107_other_types_of_policies_are_no_part_of_it() {
    let policies = ["DECLARATIVE_POLICY_EC2", "TAG_POLICY", "BACKUP_POLICY", "AISERVICES_OPT_OUT_POLICY"];
    let entries: Vec<String> = policies
        .iter()
        .map(|kind| format!(r#"{{"Id":"p-{kind}","Name":"n","Type":"{kind}","Content":"{{}}"}}"#))
        .collect();
    let attached: Vec<String> =
        policies.iter().map(|kind| format!(r#"{{"PolicyId":"p-{kind}","TargetId":"r-a"}}"#)).collect();
    let text = format!(
        r#"{{"Organization":{{"Id":"o-a","MasterAccountId":"111122223333"}},"Roots":[{{"Id":"r-a"}}],
            "OrganizationalUnits":[],"Accounts":[{{"Id":"012345678901","ParentId":"r-a"}}],
            "Policies":[{}],"Attachments":[{}]}}"#,
        entries.join(","),
        attached.join(",")
    );
    let loaded = Folder::of(&[("organization.json", &text)]).load();
    assert!(said(&loaded).is_empty(), "{:?}", loaded.diagnostics);
    let root = &organization_of(&loaded).targets["r-a"];
    let attached = [&root.service_control, &root.resource_control];
    assert!(attached.iter().all(|list| list.present().is_none_or(|list| list.is_empty())), "{attached:?}");
}

#[test]
fn e151_who_may_open_root_sessions() {
    let organization = r#"{"Organization":{"Id":"o-a","MasterAccountId":"111122223333"}}"#;
    let administrators = "o/organizations-list-delegated-administrators/iam.amazonaws.com.json";
    let features = "o/iam-list-organizations-features.json";
    let error = |code: &str| format!(r#"{{"Error":{{"Code":"{code}","Message":"m"}}}}"#);
    let list = |ids: &[&str], rest: &str| {
        let entries: Vec<String> = ids.iter().map(|id| format!(r#"{{"Id":"{id}","Status":"ACTIVE"}}"#)).collect();
        format!(r#"{{"DelegatedAdministrators":[{}]{rest}}}"#, entries.join(","))
    };
    let check = |files: &[(&str, &str)], codes: &[&str], expected: (&str, Option<&[&str]>, &Collected<bool>)| {
        let folder = Folder::of(&[("o/organizations-describe-organization.json", organization)]);
        files.iter().for_each(|(name, text)| folder.write(name, text.as_bytes()));
        let loaded = folder.load();
        assert_eq!(said(&loaded), codes, "{files:?}");
        let organization = organization_of(&loaded);
        assert_eq!(word(&organization.iam_administrators), expected.0, "{files:?}");
        let ids = organization.iam_administrators.present().map(|ids| ids.iter().map(AccountId::as_str).collect());
        assert_eq!(ids, expected.1.map(<[&str]>::to_vec), "{files:?}");
        match (&organization.root_sessions, expected.2) {
            (Collected::Unknown(_), Collected::Unknown(_)) => {}
            (found, expected) => assert_eq!(found, expected, "{files:?}"),
        }
    };
    let (open, unknown) = (Collected::NotCollected, Collected::Unknown(String::new()));
    let one = ["012345678901"];
    check(&[], &[], ("not collected", None, &open));
    check(&[(administrators, &list(&one, ""))], &[], ("present", Some(&one), &open));
    check(&[(administrators, &list(&[], ""))], &[], ("present", Some(&[]), &open));
    let of_others = "o/organizations-list-delegated-administrators/sso.amazonaws.com.json";
    check(&[(of_others, &list(&one, ""))], &[], ("not collected", None, &open));
    check(&[(administrators, &error("AccessDeniedException"))], &["warning failed-call"], ("unknown", None, &open));
    check(&[(administrators, &list(&["12"], ""))], &["error malformed-entry"], ("unknown", None, &open));
    let cut = list(&one, r#","NextToken":"t""#);
    let truncated = ["warning truncated-listing"];
    check(&[(administrators, &cut)], &truncated, ("unknown", None, &open));
    let second = format!("2/{administrators}");
    let both = ["012345678901", "444455556666"];
    let rest = list(&["444455556666"], "");
    check(&[(administrators, &cut), (&second, &rest)], &truncated, ("present", Some(&both), &open));
    let other = ["error duplicate-delegated-administrators"];
    check(&[(administrators, &list(&one, "")), (&second, &rest)], &other, ("unknown", None, &open));

    let listed = |names: &str| format!(r#"{{"OrganizationId":"o-a","EnabledFeatures":[{names}]}}"#);
    let sessions = listed(r#""RootCredentialsManagement","RootSessions""#);
    check(&[(features, &sessions)], &[], ("not collected", None, &Collected::Present(true)));
    let credentials = listed(r#""RootCredentialsManagement""#);
    check(&[(features, &credentials)], &[], ("not collected", None, &Collected::Present(false)));
    check(&[(features, &listed(""))], &[], ("not collected", None, &Collected::Present(false)));
    check(&[(features, &listed("7"))], &["error malformed-entry"], ("not collected", None, &unknown));
    for code in ["ServiceAccessNotEnabled", "OrganizationNotInAllFeaturesModeException"] {
        check(&[(features, &error(code))], &[], ("not collected", None, &Collected::Absent));
    }
    let failed = ["warning failed-call"];
    let member = error("AccountNotManagementOrDelegatedAdministrator");
    check(&[(features, &member)], &failed, ("not collected", None, &unknown));
    let foreign = sessions.replace("o-a", "o-b");
    check(&[(features, &foreign)], &["error second-organization"], ("not collected", None, &open));
    let again = format!("2/{features}");
    let differ = ["error duplicate-organizations-features"];
    check(&[(features, &sessions), (&again, &credentials)], &differ, ("not collected", None, &unknown));
}
