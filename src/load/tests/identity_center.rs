//! IAM Identity Center: who may enter the roles it makes, by what its calls print (E15).

use super::*;
use crate::model::{IdentityCenter, Listed, UserStatus};

const ACCOUNT: &str = "012345678901";
const SET: &str = "arn:aws:sso:::permissionSet/ssoins-0123456789abcdef/ps-0123456789abcdef";
const OTHER_SET: &str = "arn:aws:sso:::permissionSet/ssoins-fedcba9876543210/ps-0000000000000001";
const ROLE: &str = "AWSReservedSSO_Reader_0123456789abcdef";
const PATH: &str = "/aws-reserved/sso.amazonaws.com/eu-west-1/";
const DENIED: &str = r#"{"Error":{"Code":"AccessDeniedException","Message":"no"}}"#;
const INSTANCES: &str = "o/sso-admin-list-instances.json";
const SETS: &str = "o/sso-admin-list-permission-sets/arn%3Aaws%3Asso%3A%3A%3Ainstance%2Fssoins-0123456789abcdef.json";
const USERS: &str = "o/identitystore-list-users/d-0.json";
const GROUPS: &str = "o/identitystore-list-groups/d-0.json";

fn role(path: &str, name: &str) -> String {
    let (path, name) = (path.to_owned(), name.to_owned());
    format!(
        r#"{{"RoleName":"{name}","RoleId":"AROA1","Path":"{path}","Arn":"arn:aws:iam::{ACCOUNT}:role{path}{name}",
            "AssumeRolePolicyDocument":{FOR_ALL}}}"#
    )
}

fn encoded(name: &str) -> String {
    format!("{}.json", name.replace(':', "%3A").replace('/', "%2F"))
}

fn describe(set: &str) -> String {
    format!("o/sso-admin-describe-permission-set/{}", encoded(set))
}

fn assignments_of(account: &str, set: &str) -> String {
    format!("o/sso-admin-list-account-assignments/{}", encoded(&format!("{account}.{set}")))
}

fn memberships_of(group: &str) -> String {
    format!("o/identitystore-list-group-memberships/{group}.json")
}

fn set(arn: &str, name: &str) -> String {
    format!(r#"{{"PermissionSet":{{"Name":"{name}","PermissionSetArn":"{arn}"}}}}"#)
}

/// Entries `USER:u-1` and `GROUP:g-1`, and what follows the list.
fn assigned(account: &str, set: &str, to: &[&str], rest: &str) -> String {
    let entry = |to: &&str| {
        let (kind, id) = to.split_once(':').unwrap();
        format!(
            r#"{{"AccountId":"{account}","PermissionSetArn":"{set}","PrincipalType":"{kind}","PrincipalId":"{id}"}}"#
        )
    };
    format!(r#"{{"AccountAssignments":[{}]{rest}}}"#, to.iter().map(entry).collect::<Vec<_>>().join(","))
}

fn members(group: &str, users: &[&str], rest: &str) -> String {
    let entry = |user: &&str| format!(r#"{{"GroupId":"{group}","MemberId":{{"UserId":"{user}"}}}}"#);
    format!(r#"{{"GroupMemberships":[{}]{rest}}}"#, users.iter().map(entry).collect::<Vec<_>>().join(","))
}

fn users(entries: &[(&str, &str, &str)], rest: &str) -> String {
    let entry = |(id, name, more): &(&str, &str, &str)| {
        format!(r#"{{"IdentityStoreId":"d-0","UserId":"{id}","UserName":"{name}"{more}}}"#)
    };
    format!(r#"{{"Users":[{}]{rest}}}"#, entries.iter().map(entry).collect::<Vec<_>>().join(","))
}

fn groups(entries: &[(&str, &str)]) -> String {
    let entry =
        |(id, name): &(&str, &str)| format!(r#"{{"IdentityStoreId":"d-0","GroupId":"{id}","DisplayName":"{name}"}}"#);
    format!(r#"{{"Groups":[{}]}}"#, entries.iter().map(entry).collect::<Vec<_>>().join(","))
}

/// Everything that `collect.sh` gathers of one permission set: ana by herself, and the group of ana and ben.
fn collected() -> Folder {
    let folder = Folder::of(&[
        ("iam.json", &details("", "", &role(PATH, ROLE), "")),
        (
            INSTANCES,
            r#"{"Instances":[{"InstanceArn":"arn:aws:sso:::instance/ssoins-0123456789abcdef","IdentityStoreId":"d-0",
                "OwnerAccountId":"111122223333"}]}"#,
        ),
        (SETS, &format!(r#"{{"PermissionSets":["{SET}"]}}"#)),
        (&describe(SET), &set(SET, "Reader")),
        (&assignments_of(ACCOUNT, SET), &assigned(ACCOUNT, SET, &["USER:u-1", "GROUP:g-1"], "")),
        (
            USERS,
            &users(
                &[
                    ("u-2", "ben@example.com", r#","DisplayName":"Ben","UserStatus":"DISABLED""#),
                    ("u-1", "ana@example.com", r#","UserStatus":"ENABLED""#),
                ],
                "",
            ),
        ),
        (GROUPS, &groups(&[("g-1", "Readers")])),
        (&memberships_of("g-1"), &members("g-1", &["u-2", "u-1"], "")),
    ]);
    assert!(said(&folder.load()).is_empty());
    folder
}

fn people<'l>(loaded: &'l Loaded, name: &str) -> Listed<String> {
    let environment: &'l Environment = &loaded.environment;
    let role = environment.role_by_name(AccountId::parse(ACCOUNT).unwrap(), name).unwrap();
    let people = environment.people_of(role).unwrap();
    let entrant = |entrant: &crate::model::Entrant<'_>| match entrant.group {
        Some(group) => format!("{} by {}", entrant.name(), group.name.as_deref().unwrap_or(&group.id)),
        None => entrant.name().to_owned(),
    };
    Listed { items: people.items.iter().map(entrant).collect(), all: people.all }
}

/// Writes files over what is [`collected`], and checks the diagnostics, the entrants and how much is known of them.
fn check(files: &[(&str, &str)], codes: &[&str], expected: (&[&str], &str)) {
    let folder = collected();
    files.iter().for_each(|(name, text)| folder.write(name, text.as_bytes()));
    let loaded = folder.load();
    assert_eq!(said(&loaded), codes, "{files:?}");
    let people = people(&loaded, ROLE);
    assert_eq!((people.items, word(&people.all)), (expected.0.iter().map(ToString::to_string).collect(), expected.1));
}

const WHOLE: (&[&str], &str) =
    (&["ana@example.com", "ana@example.com by Readers", "ben@example.com by Readers"], "present");

#[test]
fn e15_people_by_themselves_and_by_their_groups() {
    check(&[], &[], WHOLE);
    let loaded = collected().load();
    let center: &IdentityCenter = loaded.environment.identity_center();
    let instance = &center.instances.items[0];
    assert_eq!((instance.identity_store.as_deref(), instance.owner), (Some("d-0"), AccountId::parse("111122223333")));
    let ben = &center.users["u-2"];
    assert_eq!((ben.session_name(), ben.display_name.as_deref()), (Some("ben@example.com"), Some("Ben")));
    assert_eq!((ben.status, center.users["u-1"].status), (Some(UserStatus::Disabled), Some(UserStatus::Enabled)));
    let role = loaded.environment.role_by_name(AccountId::parse(ACCOUNT).unwrap(), ROLE).unwrap();
    let people = loaded.environment.people_of(role).unwrap();
    assert_eq!(people.items.iter().map(crate::model::Entrant::is_disabled).collect::<Vec<_>>(), [false, false, true]);
}

#[test]
fn e15_which_roles_are_of_identity_center() {
    let check = |path: &str, name: &str, expected: Option<&str>| {
        let folder = collected();
        folder.write("iam.json", details("", "", &role(path, name), "").as_bytes());
        let loaded = folder.load();
        let (id, found) = loaded.environment.principals().next().unwrap();
        assert_eq!(found.permission_set(), (expected == Some("present")).then_some("Reader"), "{path}{name}");
        assert_eq!(loaded.environment.people_of(id).map(|people| word(&people.all)), expected, "{path}{name}");
    };
    check(PATH, ROLE, Some("present"));
    check("/aws-reserved/sso.amazonaws.com/", ROLE, Some("present"));
    check("/", ROLE, None);
    check(PATH, "AWSReservedSSO_Reader", Some("unknown"));
    check(PATH, "AWSReservedSSO_Reader_0123456789abcdeg", Some("unknown"));
    check(PATH, "AWSReservedSSO__0123456789abcdef", Some("unknown"));
}

#[test]
fn e15_a_permission_sets_name_is_whole_in_the_roles_name() {
    let name = "N_".repeat(16);
    let role_name = format!("AWSReservedSSO_{name}_0123456789abcdef");
    assert_eq!((name.len(), role_name.len()), (32, 64));
    let folder = collected();
    folder.write("iam.json", details("", "", &role(PATH, &role_name), "").as_bytes());
    folder.write(&describe(SET), set(SET, &name).as_bytes());
    assert_eq!(people(&folder.load(), &role_name).items, WHOLE.0);
}

#[test]
fn e15_nothing_collected_and_parts_collected() {
    let iam = ("iam.json", details("", "", &role(PATH, ROLE), ""));
    let describe = (describe(SET), set(SET, "Reader"));
    let assignments = (assignments_of(ACCOUNT, SET), assigned(ACCOUNT, SET, &["USER:u-1", "GROUP:g-1"], ""));
    let check = |files: &[(&str, &str)], expected: (&[&str], &str)| {
        let folder = Folder::of(files);
        folder.write(iam.0, iam.1.as_bytes());
        let loaded = folder.load();
        assert!(said(&loaded).is_empty(), "{:?}", loaded.diagnostics);
        let people = people(&loaded, ROLE);
        assert_eq!(
            (people.items, word(&people.all)),
            (expected.0.iter().map(ToString::to_string).collect(), expected.1)
        );
    };
    check(&[], (&[], "not collected"));
    check(&[(&describe.0, &describe.1)], (&[], "not collected"));
    check(&[(&assignments.0, &assignments.1)], (&[], "not collected"));
    // Who is in the group is open; the person is known, by id.
    check(&[(&describe.0, &describe.1), (&assignments.0, &assignments.1)], (&["u-1"], "not collected"));
    // Another Region may have been asked.
    check(&[(INSTANCES, r#"{"Instances":[]}"#), (SETS, r#"{"PermissionSets":[]}"#)], (&[], "unknown"));
    // What one principal is assigned is some of it.
    let of_one = "o/sso-admin-list-account-assignments-for-principal/u-1.json";
    let of_one = (of_one, assigned(ACCOUNT, SET, &["USER:u-1"], ""));
    check(&[(&describe.0, &describe.1), (of_one.0, &of_one.1)], (&["u-1"], "not collected"));
    // A permission set that is assigned to nobody here.
    let nobody = (assignments_of(ACCOUNT, SET), r#"{"AccountAssignments":[]}"#);
    check(&[(&describe.0, &describe.1), (&nobody.0, nobody.1)], (&[], "present"));
}

#[test]
fn e185_failed_calls_leave_it_unknown() {
    let failed = ["warning failed-call"];
    check(&[(&assignments_of(ACCOUNT, SET), DENIED)], &failed, (&[], "unknown"));
    check(&[(&memberships_of("g-1"), DENIED)], &failed, (&["ana@example.com"], "unknown"));
    check(&[(&describe(SET), DENIED)], &failed, (&[], "unknown"));
    // Names are beside the point: who they are is known, by id.
    check(&[(USERS, DENIED)], &failed, (&["u-1", "u-1 by Readers", "u-2 by Readers"], "present"));
    check(
        &[(GROUPS, DENIED)],
        &failed,
        (&["ana@example.com", "ana@example.com by g-1", "ben@example.com by g-1"], "present"),
    );
    for call in [INSTANCES, SETS] {
        let folder = Folder::of(&[("iam.json", &details("", "", &role(PATH, ROLE), "")), (call, DENIED)]);
        assert_eq!(word(&people(&folder.load(), ROLE).all), "unknown", "{call}");
    }
    // Of which accounts it is assigned in nothing is known.
    let accounts = "o/sso-admin-list-accounts-for-provisioned-permission-set/";
    let accounts = format!("{accounts}{}", encoded(SET));
    let folder = Folder::of(&[("iam.json", &details("", "", &role(PATH, ROLE), "")), (&accounts, DENIED)]);
    folder.write(&describe(SET), set(SET, "Reader").as_bytes());
    assert_eq!(word(&people(&folder.load(), ROLE).all), "unknown");
    // A file that cannot be read is as good as a failed call.
    check(&[(&memberships_of("g-1"), "{")], &["error invalid-json"], (&["ana@example.com"], "unknown"));
    // What is gone has no members.
    let gone = r#"{"Error":{"Code":"ResourceNotFoundException","Message":"GROUP not found."}}"#;
    check(&[(&memberships_of("g-1"), gone)], &[], (&["ana@example.com"], "present"));
}

#[test]
fn e185_pages_and_contradictions() {
    let cut = r#","NextToken":"t""#;
    let file = assignments_of(ACCOUNT, SET);
    let second = format!("2/{file}");
    let first = assigned(ACCOUNT, SET, &["USER:u-1"], cut);
    let rest = assigned(ACCOUNT, SET, &["GROUP:g-1"], "");
    let truncated = ["warning truncated-listing"];
    check(&[(&file, &first), (&second, &rest)], &truncated, WHOLE);
    check(&[(&file, &first)], &truncated, (&["ana@example.com"], "unknown"));
    check(
        &[(&file, &first), (&second, DENIED)],
        &["warning failed-call", truncated[0]],
        (&["ana@example.com"], "unknown"),
    );
    // The same again is no contradiction, and a call that failed takes nothing from one that did not.
    check(&[(&second, &assigned(ACCOUNT, SET, &["GROUP:g-1", "USER:u-1"], ""))], &[], WHOLE);
    check(&[(&second, DENIED)], &["warning failed-call"], WHOLE);
    let disagree = ["error duplicate-identity-center-answer"];
    check(&[(&second, &rest)], &disagree, (WHOLE.0, "unknown"));
    let group = format!("2/{}", memberships_of("g-1"));
    check(&[(&group, &members("g-1", &["u-1"], ""))], &disagree, (WHOLE.0, "unknown"));
    check(&[("2/set.json", &set(SET, "Writer"))], &disagree, (&[], "unknown"));
    let half = members("g-1", &["u-2"], cut);
    check(
        &[(&memberships_of("g-1"), &half)],
        &truncated,
        (&["ana@example.com", "ben@example.com by Readers"], "unknown"),
    );
    // Two answers about one user: what they agree on stays.
    let again = users(&[("u-1", "ana@example.com", r#","UserStatus":"DISABLED""#), ("u-2", "bo@example.com", "")], "");
    let expected = ["ana@example.com", "ana@example.com by Readers", "u-2 by Readers"];
    check(&[("2/users.json", &again)], &["error duplicate-identity"; 2], (&expected, "present"));
    let again = groups(&[("g-1", "Writers")]);
    let expected = ["ana@example.com", "ana@example.com by g-1", "ben@example.com by g-1"];
    check(&[("2/groups.json", &again)], &["error duplicate-identity"], (&expected, "present"));
}

#[test]
fn e185_malformed_entries() {
    let file = assignments_of(ACCOUNT, SET);
    let malformed = ["error malformed-entry"];
    let unknown: (&[&str], &str) = (&[], "unknown");
    for text in
        ["USER", "7", "{}", r#"{"AccountId":"1","PermissionSetArn":"p","PrincipalType":"USER","PrincipalId":"u"}"#]
    {
        let text = if text == "USER" { r#""USER""# } else { text };
        check(&[(&file, &format!(r#"{{"AccountAssignments":[{text}]}}"#))], &malformed, unknown);
    }
    let application = assigned(ACCOUNT, SET, &["USER:u-1", "APPLICATION:a-1"], "");
    check(&[(&file, &application)], &malformed, (&["ana@example.com"], "unknown"));
    // An entry of which nothing tells the account takes nothing from a list that is whole.
    check(&[("some.json", r#"{"AccountAssignments":[{"PrincipalType":"USER"}]}"#)], &malformed, WHOLE);
    let of_another = assigned(ACCOUNT, OTHER_SET, &["USER:u-1"], "");
    check(&[(&file, &of_another)], &["error misplaced-entry"], unknown);
    let members = memberships_of("g-1");
    for text in [r#"{"GroupId":"g-1","MemberId":{"GroupId":"g-2"}}"#, r#"{"GroupId":"g-1"}"#, "[]"] {
        let text = format!(r#"{{"GroupMemberships":[{text}]}}"#);
        check(&[(&members, &text)], &malformed, (&["ana@example.com"], "unknown"));
    }
    check(&[(&describe(SET), r#"{"PermissionSet":{}}"#)], &malformed, unknown);
    check(&[("set.json", r#"{"PermissionSet":[]}"#)], &malformed, WHOLE);
    check(&[(SETS, r#"{"PermissionSets":[7]}"#)], &malformed, WHOLE);
    check(&[(INSTANCES, r#"{"Instances":[{"InstanceArn":7}]}"#)], &malformed, WHOLE);
    check(
        &[(GROUPS, r#"{"Groups":[{"GroupId":7}]}"#)],
        &malformed,
        (&["ana@example.com", "ana@example.com by g-1", "ben@example.com by g-1"], "present"),
    );
    let odd = users(&[("u-1", "ana@example.com", r#","UserStatus":"ASLEEP""#), ("u-2", "ben@example.com", "")], "");
    check(&[(USERS, &odd)], &["warning unknown-user-status"], WHOLE);
}

#[test]
fn e15_ids_that_no_listing_has() {
    let unlisted = ["warning unlisted-identity"];
    let file = assignments_of(ACCOUNT, SET);
    check(&[(&file, &assigned(ACCOUNT, SET, &["USER:u-9"], ""))], &unlisted, (&["u-9"], "present"));
    check(&[(&file, &assigned(ACCOUNT, SET, &["GROUP:g-9"], ""))], &unlisted, (&[], "unknown"));
    let member = members("g-1", &["u-1", "u-9"], "");
    let expected = ["ana@example.com", "ana@example.com by Readers", "u-9 by Readers"];
    check(&[(&memberships_of("g-1"), &member)], &unlisted, (&expected, "present"));
}

#[test]
fn e15_permission_sets_of_one_name() {
    let iam = |second: &str| details("", "", &format!("{},{second}", role(PATH, ROLE)), "");
    // Of another instance: the one that is assigned in the account is meant.
    check(&[(&describe(OTHER_SET), &set(OTHER_SET, "Reader"))], &[], WHOLE);
    let both = assigned(ACCOUNT, OTHER_SET, &["USER:u-2"], "");
    let files = [(describe(OTHER_SET), set(OTHER_SET, "Reader")), (assignments_of(ACCOUNT, OTHER_SET), both)];
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (&**name, &**text)).collect();
    check(&files, &[], (&[], "unknown"));
    // Two roles of one permission set: one of them is left over.
    let again = iam(&role(PATH, "AWSReservedSSO_Reader_fedcba9876543210"));
    check(&[("iam.json", &again)], &[], (WHOLE.0, "unknown"));
    let other = iam(&role(PATH, "AWSReservedSSO_Writer_fedcba9876543210"));
    check(&[("iam.json", &other)], &[], WHOLE);
    let folder = collected();
    folder.write("iam.json", other.as_bytes());
    let people = people(&folder.load(), "AWSReservedSSO_Writer_fedcba9876543210");
    assert_eq!(people.all, Collected::Unknown("no permission set is named `Writer`".into()));
}

#[test]
fn answers_of_the_identity_store_are_told_from_those_of_iam() {
    let check = |name: &str, text: &str, expected: &str| {
        let loaded = Folder::of(&[(name, text)]).load();
        assert_eq!(loaded.files[0].format, Some(expected), "{name} {text}");
    };
    check("u.json", &users(&[("u-1", "ana", "")], ""), "identitystore list-users");
    check("g.json", &groups(&[("g-1", "Readers")]), "identitystore list-groups");
    check("u.json", &format!(r#"{{"Users":[{USER}]}}"#), "iam list-users");
    let group = r#"{"Groups":[{"GroupName":"g","GroupId":"AGPA1","Arn":"arn:aws:iam::012345678901:group/g"}]}"#;
    check("g.json", group, "iam list-groups");
    check("o/identitystore-list-users/d-0.json", r#"{"Users":[]}"#, "identitystore list-users");
    check("o/identitystore-list-groups/d-0.json", r#"{"Groups":[]}"#, "identitystore list-groups");
    check("012345678901/iam-list-groups.json", r#"{"Groups":[]}"#, "iam list-groups");
    check("o/sso-admin-list-instances.json", r#"{"Instances":[]}"#, "sso-admin list-instances");
    let accounts = r#"{"AccountIds":["012345678901"]}"#;
    check("a.json", accounts, "sso-admin list-accounts-for-provisioned-permission-set");
}
