use std::fs;
use std::io::Write;
use std::sync::atomic::{AtomicU32, Ordering};

use super::*;
use crate::diagnostic::Severity;
use crate::model::{Collected, PolicyId, TargetKind};

/// A folder that is gone after the test.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("iamreach-load-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn of(files: &[(&str, &str)]) -> Self {
        let folder = Self::new();
        files.iter().for_each(|(name, text)| folder.write(name, text.as_bytes()));
        folder
    }

    fn write(&self, name: &str, bytes: &[u8]) {
        let path = self.0.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    fn load(&self) -> Loaded {
        load(std::slice::from_ref(&self.0), &LoadOptions::default())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).unwrap();
    }
}

/// `severity code` of every diagnostic, sorted.
fn said(loaded: &Loaded) -> Vec<String> {
    let mut said: Vec<_> = loaded.diagnostics.iter().map(|one| format!("{} {}", one.severity, one.code)).collect();
    said.sort();
    said
}

fn message<'l>(loaded: &'l Loaded, code: &str) -> &'l Diagnostic {
    loaded.diagnostics.iter().find(|one| one.code == code).unwrap_or_else(|| panic!("{code}: {:?}", loaded.diagnostics))
}

/// Authorization details with the given users, groups, roles and policies.
fn details(users: &str, groups: &str, roles: &str, policies: &str) -> String {
    format!(
        r#"{{"UserDetailList":[{users}],"GroupDetailList":[{groups}],"RoleDetailList":[{roles}],"Policies":[{policies}]}}"#
    )
}

const ALLOW: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}"#;
const FOR_ALL: &str =
    r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole"}}"#;
const USER: &str = r#"{"UserName":"ada","UserId":"AIDA1","Arn":"arn:aws:iam::012345678901:user/x/ada"}"#;

fn policy_names(loaded: &Loaded, arn: &str) -> Vec<(String, bool)> {
    let environment = &loaded.environment;
    let id = environment.principal_by_arn(arn).unwrap_or_else(|| panic!("{arn}"));
    let name = |id: PolicyId| {
        let policy = environment.policy(id);
        (policy.name.to_string(), policy.document.is_some())
    };
    environment.identity_policies(id).map(name).collect()
}

// ---- files ---------------------------------------------------------------------------------------------------------

#[test]
fn files_that_are_not_there() {
    let folder = Folder::of(&[("empty/notes.txt", "x")]);
    for (path, code) in [("missing", "unreadable-file"), ("empty", "no-input")] {
        let loaded = load(&[folder.0.join(path)], &LoadOptions::default());
        assert_eq!(said(&loaded), [format!("error {code}")], "{path}");
    }
    assert_eq!(said(&load(&[], &LoadOptions::default())), ["error no-input"]);
}

#[test]
fn a_file_that_may_not_be_read() {
    let folder = Folder::of(&[("good.json", &details(USER, "", "", ""))]);
    std::os::unix::fs::symlink(folder.0.join("nowhere"), folder.0.join("dangling.json")).unwrap();
    let loaded = folder.load();
    assert_eq!(said(&loaded), ["error unreadable-file"]);
    assert_eq!(loaded.environment.principals().len(), 1);
}

#[test]
fn a_loop_of_links_ends() {
    let folder = Folder::of(&[("a/good.json", &details(USER, "", "", ""))]);
    std::os::unix::fs::symlink(&folder.0, folder.0.join("a/again")).unwrap();
    let loaded = folder.load();
    assert_eq!((said(&loaded).len(), loaded.files.len()), (0, 1));
}

#[test]
fn wrong_json_is_placed() {
    let check = |text: &[u8], code: &str, position: Option<(u32, u32)>| {
        let folder = Folder::new();
        folder.write("bad.json", text);
        folder.write("good.json", details(USER, "", "", "").as_bytes());
        let loaded = folder.load();
        let diagnostic = message(&loaded, code);
        assert_eq!(diagnostic.origin.as_ref().unwrap().position, position, "{code}");
        assert_eq!(loaded.environment.principals().len(), 1, "the rest still loads");
        assert_eq!(loaded.files.iter().map(|file| file.format.is_some()).collect::<Vec<_>>(), [false, true]);
    };
    check(b"{\"a\": [1, 2", "invalid-json", Some((1, 11)));
    check("{\n \"é\": x}".as_bytes(), "invalid-json", Some((2, 7)));
    check(b"", "invalid-json", Some((1, 1)));
    check(b"{\"a\": \"\xff\"}", "not-utf-8", None);
    check(b"\xff\xfe{\x00}\x00", "not-utf-8", None);
    check(b"\x1f\x8bnothing", "unreadable-file", None);
    check(b"{\"some\": \"thing else\"}", "unrecognised-json", None);
    check(b"[1, 2]", "unrecognised-json", None);
    check("[".repeat(1 << 20).as_bytes(), "invalid-json", Some((1, 1 << 20)));
    let closed = "[".repeat(1 << 20) + &"]".repeat(1 << 20);
    check(closed.as_bytes(), "unrecognised-json", None);
}

#[test]
fn deep_nesting_inside_an_entry_is_refused() {
    let deep = "[".repeat(100_000) + &"]".repeat(100_000);
    let policy = format!(r#"{{"PolicyName":"deep","PolicyDocument":{{"Statement":{deep}}}}}"#);
    let user = format!(r#"{{"UserName":"a","Arn":"arn:aws:iam::012345678901:user/a","UserPolicyList":[{policy}]}}"#);
    let loaded = Folder::of(&[("a.json", &details(&user, "", "", ""))]).load();
    assert_eq!(said(&loaded), ["error refused-policy"]);
}

#[test]
fn marks_line_ends_and_compression() {
    let text = details(USER, "", "", "");
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gzip.write_all(text.as_bytes()).unwrap();
    let folder = Folder::new();
    folder.write("a.json.gz", &gzip.finish().unwrap());
    folder.write("b.json", format!("\u{FEFF}{}", text.replace(',', ",\r\n")).as_bytes());
    folder.write(".hidden.json", b"x");
    folder.write("notes.txt", b"x");
    folder.write("named", text.as_bytes());
    let loaded = folder.load();
    assert_eq!(said(&loaded), ["info repeated-principal"]);
    assert_eq!(loaded.files.len(), 2);
    let named = load(&[folder.0.join("named")], &LoadOptions::default());
    assert_eq!((said(&named).len(), named.environment.principals().len()), (0, 1));
}

// ---- authorization details -----------------------------------------------------------------------------------------

#[test]
fn e187_only_the_default_version_is_in_force() {
    let version = |id: &str, flag: &str, action: &str| {
        let statement = format!(r#"{{"Effect":"Allow","Action":"{action}","Resource":"*"}}"#);
        format!(r#"{{"VersionId":"{id}",{flag}"Document":{{"Statement":{statement}}}}}"#)
    };
    let check = |named: &str, versions: &[String], expected: Option<&str>| {
        let versions = versions.join(",");
        let arn = "arn:aws:iam::012345678901:policy/p";
        let policy = format!(r#"{{"PolicyName":"p","Arn":"{arn}",{named}"PolicyVersionList":[{versions}]}}"#);
        let loaded = Folder::of(&[("a.json", &details("", "", "", &policy))]).load();
        let (_, policy) = loaded.environment.policies().next().unwrap();
        let text = policy.document.map(|id| loaded.environment.document(id).text.to_string());
        assert_eq!(text.is_some(), expected.is_some(), "{named}");
        assert!(text.unwrap_or_default().contains(expected.unwrap_or_default()));
    };
    let [on, off] = [r#""IsDefaultVersion":true,"#, r#""IsDefaultVersion":false,"#];
    check("", &[version("v2", on, "s3:B"), version("v1", off, "s3:A")], Some("s3:B"));
    check(r#""DefaultVersionId":"v1","#, &[version("v2", "", "s3:B"), version("v1", "", "s3:A")], Some("s3:A"));
    check(r#""DefaultVersionId":"v9","#, &[version("v2", "", "s3:B")], None);
    check("", &[version("v2", "", "s3:B")], Some("s3:B"));
}

#[test]
fn everything_a_user_has() {
    let user = r#"{"UserName":"ada","UserId":"AIDA1","Arn":"arn:aws:iam::012345678901:user/x/ada",
        "UserPolicyList":[{"PolicyName":"inline","PolicyDocument":POLICY}],"GroupList":["staff","ghosts"],
        "AttachedManagedPolicies":{"PolicyName":"Gone","PolicyArn":"arn:aws:iam::aws:policy/Gone"},
        "PermissionsBoundary":{"PermissionsBoundaryArn":"arn:aws:iam::aws:policy/Gone"},
        "Tags":[{"Key":"team","Value":"a"}]}"#;
    let group = r#"{"GroupName":"staff","Arn":"arn:aws:iam::012345678901:group/y/staff",
        "GroupPolicyList":[{"PolicyName":"g","PolicyDocument":POLICY}]}"#;
    let [user, group] = [user, group].map(|text| text.replace("POLICY", ALLOW));
    let loaded = Folder::of(&[("a.json", &details(&user, &group, "", ""))]).load();
    assert_eq!(said(&loaded), ["warning missing-group", "warning missing-policy-document"]);
    let arn = "arn:aws:iam::012345678901:user/x/ada";
    let expected = [("inline", true), ("Gone", false), ("ghosts", false), ("g", true)];
    assert_eq!(policy_names(&loaded, arn), expected.map(|(name, known)| (name.to_owned(), known)));
    let environment = &loaded.environment;
    let ada = environment.principal(environment.principal_by_arn(arn).unwrap());
    assert_eq!((ada.name.as_ref(), ada.unique_id.as_deref()), ("ada", Some("AIDA1")));
    assert_eq!(ada.tags, [("team".into(), "a".into())]);
    assert!(environment.policy(ada.boundary.unwrap()).document.is_none());
    assert_eq!(environment.account(ada.account).unwrap().details, Collected::Present(()));
    assert_eq!(environment.documents().len(), 1, "one text is stored once");
}

#[test]
fn documents_written_in_three_ways_are_the_same() {
    let encoded = percent_encoding::utf8_percent_encode(ALLOW, percent_encoding::NON_ALPHANUMERIC).to_string();
    let ways = [ALLOW.to_owned(), serde_json::to_string(ALLOW).unwrap(), format!("\"{encoded}\"")];
    let loaded = ways.map(|way| {
        let list = format!(r#"[{{"PolicyName":"p","PolicyDocument":{way}}}]"#);
        let user = format!(r#"{{"UserName":"a","Arn":"arn:aws:iam::012345678901:user/a","UserPolicyList":{list}}}"#);
        let folder = Folder::of(&[("a.json", &details(&user, "", "", ""))]);
        let loaded = folder.load();
        let (_, document) = loaded.environment.documents().next().unwrap();
        let source = loaded.environment.policies().next().unwrap().1.source.clone().unwrap();
        assert_eq!(&*document.text, ALLOW);
        assert_eq!(source.pointer, "/UserDetailList/0/UserPolicyList/0/PolicyDocument");
        (document.content.clone().unwrap(), statement_origin(&source, document, 0))
    });
    let [(json, in_json), (text, in_text), (percent, in_percent)] = loaded;
    assert!(json == text && text == percent);
    let start = r#"{"UserDetailList":[{"UserName":"a","Arn":"arn:aws:iam::012345678901:user/a","UserPolicyList":[{"PolicyName":"p","PolicyDocument":"#;
    let column = u32::try_from(start.len() + 1).unwrap();
    let inside = u32::try_from(ALLOW.find("{\"Effect").unwrap()).unwrap();
    assert_eq!((in_json.position, in_json.decoded), (Some((1, column + inside)), None));
    assert!(in_json.pointer.ends_with("/PolicyDocument/Statement/0"));
    for place in [in_text, in_percent] {
        assert_eq!((place.position, place.decoded), (Some((1, column)), Some((1, inside + 1))));
    }
}

#[test]
fn one_bad_entry_leaves_the_others() {
    let users = [
        USER,
        "7",
        r#"{"UserName":"b"}"#,
        r#"{"UserName":"c","Arn":"c"}"#,
        r#"{"UserName":"d","Arn":"arn:aws:iam::0123456789012:user/d"}"#,
    ];
    let loaded = Folder::of(&[("a.json", &details(&users.join(","), "", "", ""))]).load();
    let errors = ["malformed-account-id", "malformed-arn", "malformed-entry", "malformed-entry"];
    assert_eq!(said(&loaded), errors.map(|code| format!("error {code}")));
    assert_eq!(loaded.environment.principals().len(), 1);
    let account = loaded.environment.accounts().next().unwrap();
    assert!(matches!(&account.details, Collected::Unknown(reason) if reason.starts_with("4 entries")));
}

#[test]
fn pages_of_one_account() {
    let page = |user: &str, more: bool| {
        let text = details(&USER.replace("ada", user), "", "", "");
        text.replacen('{', &format!(r#"{{"IsTruncated":{more},"#), 1)
    };
    let whole = Folder::of(&[("1.json", &page("a", true)), ("2.json", &page("b", false))]).load();
    assert!(said(&whole).is_empty());
    assert_eq!(whole.environment.principals().len(), 2);
    assert_eq!(whole.environment.accounts().next().unwrap().details, Collected::Present(()));
    let cut = Folder::of(&[("1.json", &page("a", true))]).load();
    assert_eq!(said(&cut), ["warning truncated-page"]);
    assert!(matches!(cut.environment.accounts().next().unwrap().details, Collected::Unknown(_)));
}

#[test]
fn a_missing_list_is_unknown() {
    let loaded =
        Folder::of(&[("a.json", &format!(r#"{{"UserDetailList":[{USER}],"GroupDetailList":[],"Policies":[]}}"#))])
            .load();
    assert_eq!(said(&loaded), ["warning missing-list"]);
    let account = loaded.environment.accounts().next().unwrap();
    assert!(matches!(&account.details, Collected::Unknown(reason) if reason.contains("RoleDetailList")));
}

#[test]
fn duplicate_principals() {
    let role = |trust: &str, last: &str| {
        let last = format!(r#""RoleLastUsed":{{"Region":"{last}"}}"#);
        let arn = "arn:aws:iam::012345678901:role/r";
        format!(r#"{{"RoleName":"r","Arn":"{arn}","AssumeRolePolicyDocument":{trust},{last}}}"#)
    };
    let first = details("", "", &role(FOR_ALL, "a"), "");
    let as_text = details("", "", &role(&serde_json::to_string(FOR_ALL).unwrap(), "b"), "");
    let same = Folder::of(&[("1.json", &first), ("2.json", &as_text)]).load();
    assert_eq!(said(&same), ["info repeated-principal"]);
    let other = details("", "", &role(&FOR_ALL.replace("Allow", "Deny"), "a"), "");
    let different = Folder::of(&[("1.json", &first), ("2.json", &other)]).load();
    assert_eq!(said(&different), ["error duplicate-principal"]);
    let diagnostic = message(&different, "duplicate-principal");
    assert!(diagnostic.message.contains("1.json:1:"), "{}", diagnostic.message);
    assert!(diagnostic.origin.as_ref().unwrap().file.ends_with("2.json"));
    let environment = &different.environment;
    let (id, role) = environment.principals().next().unwrap();
    assert_eq!(environment.identity_policies(id).filter(|id| environment.policy(*id).document.is_none()).count(), 1);
    assert!(environment.policy(role.trust.unwrap()).document.is_none());
}

#[test]
fn a_refused_document_is_placed() {
    let policy = "{\n\"Statement\": [{\"Effect\": \"allow\", \"Action\": \"*\", \"Resource\": \"*\"}]}";
    let check = |document: &str, position: (u32, u32), decoded: Option<(u32, u32)>| {
        let list = format!("[{{\"PolicyName\": \"p\", \"PolicyDocument\":\n{document}}}]");
        let user = format!(r#"{{"UserName":"a","Arn":"arn:aws:iam::012345678901:user/a","UserPolicyList":{list}}}"#);
        let loaded = Folder::of(&[("a.json", &details(&user, "", "", ""))]).load();
        assert_eq!(said(&loaded), ["error refused-policy"]);
        let origin = loaded.diagnostics.into_iter().next().unwrap().origin.unwrap();
        assert_eq!((origin.position, origin.decoded), (Some(position), decoded));
    };
    check(policy, (3, 26), None);
    check(&serde_json::to_string(policy).unwrap(), (2, 1), Some((2, 26)));
    check("\"{ nonsense\"", (2, 1), Some((1, 3)));
}

// ---- other formats -------------------------------------------------------------------------------------------------

#[test]
fn e186_durations_come_from_list_roles() {
    let role = |name: &str, rest: &str| {
        format!(
            r#"{{"RoleName":"{name}","Arn":"arn:aws:iam::012345678901:role/{name}","AssumeRolePolicyDocument":{FOR_ALL}{rest}}}"#
        )
    };
    let duration = r#","MaxSessionDuration":7200"#;
    let folder = Folder::of(&[
        ("details.json", &details("", "", &role("known", ""), "")),
        ("list.json", &format!(r#"{{"Roles":[{}]}}"#, role("known", duration))),
        ("one.json", &format!(r#"{{"Role":{}}}"#, role("alone", duration))),
    ]);
    let loaded = folder.load();
    assert_eq!(said(&loaded), ["warning role-without-policies"]);
    assert!(loaded.environment.principals().all(|(_, role)| role.max_session_duration == Some(7200)));
    let alone = policy_names(&loaded, "arn:aws:iam::012345678901:role/alone");
    assert_eq!(alone, [("identity policies of alone were not collected".to_owned(), false)]);
    assert!(policy_names(&loaded, "arn:aws:iam::012345678901:role/known").is_empty());
}

#[test]
fn lists_of_resource_policies() {
    let list = format!(
        r#"[{{"Arn":"arn:aws:s3:::a/*","Policy":{FOR_ALL},"Account":"012345678901"}},
            {{"Resource":"arn:aws:s3:::b","Policy":null}},
            {{"Resource":"everything","Policy":null}},
            {{"Arn":"arn:aws:sqs:eu-west-1:012345678901:q","Policy":{}}}]"#,
        serde_json::to_string(FOR_ALL).unwrap()
    );
    let folder = Folder::of(&[("r.json", &list), ("s.json", &format!(r#"{{"ResourcePolicies":{list}}}"#))]);
    let loaded = folder.load();
    let expected = ["error malformed-arn", "error malformed-arn", "warning unknown-owner"];
    assert_eq!(said(&loaded), expected);
    let environment = &loaded.environment;
    let resource = |arn: &str| environment.resource(arn).unwrap();
    assert!(matches!(resource("arn:aws:s3:::a").policy, Collected::Present(_)));
    assert_eq!(resource("arn:aws:s3:::a").account.unwrap().as_str(), "012345678901");
    assert_eq!((&resource("arn:aws:s3:::b").policy, resource("arn:aws:s3:::b").account), (&Collected::Absent, None));
    assert!(matches!(resource("arn:aws:sqs:eu-west-1:012345678901:q").policy, Collected::Present(_)));

    let owner = AccountId::parse("111122223333");
    let owned = load(std::slice::from_ref(&folder.0), &LoadOptions { resource_account: owner });
    assert_eq!(owned.environment.resource("arn:aws:s3:::b").unwrap().account, owner);
}

#[test]
fn two_policies_of_one_resource() {
    let list = |policy: &str| format!(r#"[{{"Arn":"arn:aws:s3:::a","Policy":{policy},"Account":"012345678901"}}]"#);
    let loaded = Folder::of(&[("1.json", &list(FOR_ALL)), ("2.json", &list("null"))]).load();
    assert_eq!(said(&loaded), ["error duplicate-resource-policy"]);
    assert!(matches!(loaded.environment.resource("arn:aws:s3:::a").unwrap().policy, Collected::Unknown(_)));
}

#[test]
fn answers_of_services_in_the_layout() {
    let text = serde_json::to_string(FOR_ALL).unwrap();
    let key = format!(r#"{{"Policy":{text}}}"#);
    let queue = format!(r#"{{"Attributes":{{"QueueArn":"arn:aws:sqs:eu-west-1:012345678901:q","Policy":{text}}}}}"#);
    let topic = r#"{"Attributes":{"TopicArn":"arn:aws:sns:eu-west-1:012345678901:t"}}"#;
    let secret = r#"{"ARN":"arn:aws:secretsmanager:eu-west-1:012345678901:secret:s-Abc","Name":"s"}"#;
    let repository = format!(r#"{{"registryId":"012345678901","repositoryName":"a/b","policyText":{text}}}"#);
    let denied = r#"{"Error":{"Code":"AccessDenied","Message":"no"}}"#;
    let none = r#"{"Error":{"Code":"NoSuchBucketPolicy","Message":"none"}}"#;
    let identity = r#"{"UserId":"A","Account":"012345678901","Arn":"arn:aws-cn:iam::012345678901:user/a"}"#;
    let folder = Folder::of(&[
        ("012345678901/sts-get-caller-identity.json", identity),
        ("012345678901/s3-list-buckets.json", r#"{"Buckets":[{"Name":"b"},{"Name":"listed"}]}"#),
        ("012345678901/s3api-get-bucket-policy/b.json", &key),
        ("012345678901/s3-get-bucket-policy/n.json", none),
        ("012345678901/eu-west-1/kms-get-key-policy/k.json", &key),
        ("012345678901/eu-west-1/kms-get-key-policy/denied.json", denied),
        ("012345678901/eu-west-1/kms-get-key-policy/broken.json", "{"),
        ("012345678901/eu-west-1/sqs-get-queue-attributes/x.json", &queue),
        ("012345678901/eu-west-1/sqs-list-queues.json", denied),
        ("012345678901/eu-west-1/sns-get-topic-attributes/x.json", topic),
        ("012345678901/eu-west-1/lambda-get-policy/f.json", &key),
        ("012345678901/eu-west-1/secretsmanager-get-resource-policy/s.json", secret),
        ("012345678901/eu-west-1/ecr-get-repository-policy/a%2Fb.json", &repository),
        ("elsewhere.json", &key),
    ]);
    let loaded = folder.load();
    let expected =
        ["error invalid-json", "warning failed-call", "warning failed-call", "warning unplaced-resource-policy"];
    assert_eq!(said(&loaded), expected);
    let check = |arn: &str, expected: &str| {
        let resource = loaded.environment.resource(arn).unwrap_or_else(|| panic!("{arn}"));
        let policy = match &resource.policy {
            Collected::NotCollected => "not collected",
            Collected::Absent => "absent",
            Collected::Present(_) => "present",
            Collected::Unknown(_) => "unknown",
        };
        assert_eq!((policy, resource.account.unwrap().as_str()), (expected, "012345678901"), "{arn}");
    };
    check("arn:aws-cn:s3:::b", "present");
    check("arn:aws-cn:s3:::listed", "not collected");
    check("arn:aws-cn:s3:::n", "absent");
    check("arn:aws-cn:kms:eu-west-1:012345678901:key/k", "present");
    check("arn:aws-cn:kms:eu-west-1:012345678901:key/denied", "unknown");
    check("arn:aws-cn:kms:eu-west-1:012345678901:key/broken", "unknown");
    check("arn:aws:sqs:eu-west-1:012345678901:q", "present");
    check("arn:aws:sns:eu-west-1:012345678901:t", "absent");
    check("arn:aws-cn:lambda:eu-west-1:012345678901:function:f", "present");
    check("arn:aws:secretsmanager:eu-west-1:012345678901:secret:s-Abc", "absent");
    check("arn:aws-cn:ecr:eu-west-1:012345678901:repository/a/b", "present");
}

#[test]
fn tags_of_resources() {
    let text = r#"{"ResourceTagMappingList":[{"ResourceARN":"arn:aws:s3:::b","Tags":[{"Key":"k","Value":"v"}]}]}"#;
    let loaded = Folder::of(&[("012345678901/eu-west-1/resourcegroupstaggingapi-get-resources.json", text)]).load();
    assert!(said(&loaded).is_empty());
    let resource = loaded.environment.resource("arn:aws:s3:::b").unwrap();
    assert_eq!(resource.tags, Collected::Present(vec![("k".into(), "v".into())]));
    assert_eq!(resource.policy, Collected::NotCollected);
    assert!(resource.account.is_some());
}

#[test]
fn a_policy_document_alone() {
    let loaded = Folder::of(&[("a.json", ALLOW), ("b.json", r#"{"Statement":{"Principal":"*"}}"#)]).load();
    let info = "info unattached-policy-document";
    assert_eq!(said(&loaded), ["error refused-policy", info, info]);
}

// ---- the organization ----------------------------------------------------------------------------------------------

fn organization(loaded: &Loaded) -> &crate::model::Organization {
    loaded.environment.organization().present().unwrap_or_else(|| panic!("{:?}", loaded.diagnostics))
}

#[test]
fn e188_a_compact_organization() {
    let text = r#"{"Organization":{"Id":"o-a","MasterAccountId":"111122223333"},
        "Roots":[{"Id":"r-a","PolicyTypes":[{"Type":"SERVICE_CONTROL_POLICY","Status":"ENABLED"}]}],
        "OrganizationalUnits":[{"Id":"ou-a","Name":"Work","ParentId":"r-a"}],
        "Accounts":[{"Id":"012345678901","Name":"dev","ParentId":"ou-a"},{"Id":"12","ParentId":"ou-a"}],
        "Policies":[{"Id":"p-1","Name":"one","Type":"SERVICE_CONTROL_POLICY","Content":@@},
            {"PolicySummary":{"Id":"p-t","Name":"tags","Type":"TAG_POLICY"},"Content":"{}"}],
        "Attachments":[{"PolicyId":"p-1","TargetId":"ou-a"},{"PolicyId":"p-FullAWSAccess","TargetId":"r-a"},
            {"PolicyId":"p-RCPFullAWSAccess","TargetId":"r-a"}]}"#;
    let loaded = Folder::of(&[("organization.json", &text.replace("@@", ALLOW))]).load();
    assert_eq!(said(&loaded), ["error malformed-account-id"]);
    let organization = organization(&loaded);
    assert_eq!((&*organization.id, organization.complete), ("o-a", true));
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
fn an_organization_as_its_calls_print_it() {
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
    let organization = organization(&loaded);
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
fn no_organization_and_one_that_may_not_be_read() {
    let check = |code: &str, expected: fn(&Collected<crate::model::Organization>) -> bool| {
        let error = format!(r#"{{"Error":{{"Code":"{code}","Message":"m"}}}}"#);
        let loaded = Folder::of(&[("o/organizations-list-roots.json", &error)]).load();
        assert!(expected(loaded.environment.organization()), "{code}");
    };
    check("AWSOrganizationsNotInUseException", |one| matches!(one, Collected::Absent));
    check("AccessDeniedException", |one| matches!(one, Collected::Unknown(_)));
}

// ---- places --------------------------------------------------------------------------------------------------------

#[test]
fn values_are_located() {
    let text = "{\n  \"é\": [1, {\"a/b\": true, \"~\": 2}],\r\n \"é\": [ 3 ]}";
    let check = |pointer: &str, expected: Option<(u32, u32)>| assert_eq!(locate(text, pointer), expected, "{pointer}");
    check("", Some((1, 1)));
    check("/é/0", Some((3, 9)));
    check("/é/1", None);
    check("/nothing", None);
    let text = text.replacen("é", "x", 1);
    let check = |pointer: &str, expected: Option<(u32, u32)>| assert_eq!(locate(&text, pointer), expected, "{pointer}");
    check("/x/1/a~1b", Some((2, 20)));
    check("/x/1/~0", Some((2, 31)));
    check("/x/a", None);
    assert_eq!(locate("not json", "/a"), None);
}

#[test]
fn the_sample_loads() {
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/sample");
    let loaded = load(&[sample], &LoadOptions::default());
    // The bucket policy that names a group as a principal is one of the sample's scenarios (E23).
    assert_eq!(said(&loaded), ["warning unmatchable-principal"]);
    assert_eq!(loaded.diagnostics.iter().filter(|one| one.severity == Severity::Error).count(), 0);
    assert!(loaded.files.iter().all(|file| file.format.is_some()));
    let environment = &loaded.environment;
    assert_eq!((environment.accounts().count(), environment.principals().len()), (5, 65));
    assert!(environment.accounts().all(|account| account.details == Collected::Present(()) && account.name.is_some()));
    let organization = organization(&loaded);
    assert!(organization.complete && organization.targets.len() == 9);
    assert!(
        organization.targets.values().all(|target| {
            target.service_control.present().is_some() && target.resource_control.present().is_some()
        })
    );
    let again = load(&[Path::new(env!("CARGO_MANIFEST_DIR")).join("data/sample")], &LoadOptions::default());
    let names = |loaded: &Loaded| loaded.environment.policies().map(|(_, one)| one.name.clone()).collect::<Vec<_>>();
    assert_eq!(names(&loaded), names(&again));
    for (_, policy) in environment.policies() {
        let (Some(source), Some(document)) = (&policy.source, policy.document) else { continue };
        let origin = statement_origin(source, environment.document(document), 0);
        assert!(origin.position.is_some(), "{origin}");
    }
}
