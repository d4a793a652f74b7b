//! `get-account-authorization-details`: users, groups, roles and policies.

use super::*;

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
fn e186_everything_a_user_has() {
    let user = r#"{"UserName":"ada","UserId":"AIDA1","Arn":"arn:aws:iam::012345678901:user/x/ada",
        "UserPolicyList":[{"PolicyName":"inline","PolicyDocument":POLICY}],"GroupList":["staff","ghosts"],
        "AttachedManagedPolicies":{"PolicyName":"Gone","PolicyArn":"arn:aws:iam::aws:policy/Gone"},
        "PermissionsBoundary":{"PermissionsBoundaryArn":"arn:aws:iam::aws:policy/Gone"},
        "Tags":[{"Key":"team","Value":"a"}]}"#;
    let group = r#"{"GroupName":"staff","Arn":"arn:aws:iam::012345678901:group/y/staff",
        "GroupPolicyList":[{"PolicyName":"g","PolicyDocument":POLICY}]}"#;
    let other = r#"{"Arn":"arn:aws:iam::aws:policy/Other","PolicyVersionList":[{"Document":POLICY}]}"#;
    let [user, group, other] = [user, group, other].map(|text| text.replace("POLICY", ALLOW));
    let loaded = Folder::of(&[("a.json", &details(&user, &group, "", &other))]).load();
    assert_eq!(said(&loaded), ["warning missing-group", "warning missing-policy-document"]);
    let arn = "arn:aws:iam::012345678901:user/x/ada";
    let expected = [("inline", true), ("Gone", false), ("ghosts", false), ("g", true)];
    assert_eq!(policy_names(&loaded, arn), expected.map(|(name, known)| (name.to_owned(), known)));
    let environment = &loaded.environment;
    let ada = environment.principal(environment.principal_by_arn(arn).unwrap());
    assert_eq!((ada.name.as_ref(), ada.unique_id.as_deref()), ("ada", Some("AIDA1")));
    assert_eq!(ada.tags, tags(&[("team", Some("a"))]));
    assert!(environment.policy(ada.boundary.unwrap()).document.is_none());
    assert_eq!(environment.account(ada.account).unwrap().details, Collected::Present(()));
    assert_eq!(environment.documents().len(), 1, "one text is stored once");
}

#[test]
fn e186_documents_written_in_three_ways_are_the_same() {
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
fn e186_lists_of_two_files_in_another_order_are_the_same() {
    let text = |turned: bool| {
        let list = |key: &str, one: &str, other: &str| match turned {
            true => format!(r#","{key}":[{other},{one}]"#),
            false => format!(r#","{key}":[{one},{other}]"#),
        };
        let named = |name: &str| format!(r#"{{"PolicyName":"{name}","PolicyDocument":{ALLOW}}}"#);
        let managed = |name: &str| format!(r#"{{"PolicyArn":"arn:aws:iam::aws:policy/{name}","PolicyName":"{name}"}}"#);
        let tags = list("Tags", r#"{"Key":"a","Value":"b"}"#, r#"{"Key":"b","Value":"a"}"#);
        let attached = list("AttachedManagedPolicies", &managed("p"), &managed("q"));
        let user = format!(
            r#"{{"UserName":"u","Arn":"arn:aws:iam::012345678901:user/u"{tags}{attached}{}{}}}"#,
            list("GroupList", r#""g""#, r#""h""#),
            list("UserPolicyList", &named("p"), &named("q")),
        );
        let group = |name: &str| {
            let inline = list("GroupPolicyList", &named("p"), &named("q"));
            format!(r#"{{"GroupName":"{name}","Arn":"arn:aws:iam::012345678901:group/{name}"{inline}}}"#)
        };
        let empty = if turned { r#","Tags":[],"AttachedManagedPolicies":null"# } else { "" };
        let inline = list("RolePolicyList", &named("p"), &named("q"));
        let role = format!(
            r#"{{"RoleName":"r","Arn":"arn:aws:iam::012345678901:role/r","AssumeRolePolicyDocument":{FOR_ALL}{inline}{empty}}}"#
        );
        details(&user, &format!("{},{}", group("g"), group("h")), &role, "")
    };
    let loaded = Folder::of(&[("1.json", &text(false)), ("2.json", &text(true))]).load();
    let said: Vec<String> = said(&loaded).into_iter().filter(|one| one.ends_with("-principal")).collect();
    assert_eq!(said, ["info repeated-principal"; 4]);
    // Tags that differ are unknown, whichever file comes first.
    let of =
        |value: &str| text(false).replace(r#"{"Key":"a","Value":"b"}"#, &format!(r#"{{"Key":"a","Value":"{value}"}}"#));
    let loaded = Folder::of(&[("1.json", &of("b")), ("2.json", &of("c"))]).load();
    let user = loaded.environment.principals().find(|(_, one)| &*one.name == "u").unwrap().1;
    assert_eq!(word(&user.tags), "unknown");
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

#[test]
fn a_filtered_answer_is_not_whole() {
    let user = USER.replace('}', r#","GroupList":["staff"]}"#);
    let loaded = Folder::of(&[("a.json", &details(&user, "", "", ""))]).load();
    let account = loaded.environment.accounts().next().unwrap();
    assert!(matches!(&account.details, Collected::Unknown(reason) if reason.contains("GroupDetailList empty")));
}

#[test]
fn details_that_cannot_be_read_are_unknown() {
    let name = "012345678901/iam-get-account-authorization-details.json";
    let denied = r#"{"Error":{"Code":"AccessDenied","Message":"no"}}"#;
    for text in [denied, "{\"UserDetailList\": ["] {
        let loaded = Folder::of(&[(name, text)]).load();
        let account = loaded.environment.accounts().next().unwrap();
        assert!(matches!(account.details, Collected::Unknown(_)), "{text}");
    }
}

#[test]
fn e193_a_shared_provider_without_its_claim() {
    let check = |provider: &str, statement: &str, expected: Option<&str>| {
        let provider = match provider.split_once(':') {
            Some(_) => provider.to_owned(),
            None => format!("arn:aws:iam::012345678901:oidc-provider/{provider}"),
        };
        let principal = format!(r#""Principal":{{"Federated":"{provider}"}}"#);
        let action = if statement.contains("Action") { "" } else { r#","Action":"sts:AssumeRoleWithWebIdentity""# };
        let effect = if statement.contains("Effect") { "" } else { r#","Effect":"Allow""# };
        let policy = format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Deny","Principal":"*","Action":"sts:TagSession"}},
                {{{principal}{action}{effect}{statement}}}]}}"#
        );
        let arn = "arn:aws:iam::012345678901:role/r";
        let role = format!(r#"{{"RoleName":"r","Arn":"{arn}","AssumeRolePolicyDocument":{policy}}}"#);
        let loaded = Folder::of(&[("a.json", &details("", "", &role, ""))]).load();
        let warnings: Vec<_> =
            loaded.diagnostics.iter().filter(|one| one.code == "federated-trust-without-claim").collect();
        assert_eq!(warnings.len(), usize::from(expected.is_some()), "{provider} {statement}");
        if let (Some(warning), Some(claim)) = (warnings.first(), expected) {
            assert!(warning.message.ends_with(&format!("`{claim}`")), "{}", warning.message);
            let origin = warning.origin.as_ref().unwrap();
            assert!(origin.pointer.ends_with("/AssumeRolePolicyDocument/Statement/1") && origin.position.is_some());
        }
        let (_, role) = loaded.environment.principals().next().unwrap();
        let trust = loaded.environment.policy(role.trust.unwrap()).document.unwrap();
        let content = loaded.environment.document(trust).content.as_ref().unwrap();
        assert_eq!(content.statements[1].unknown_element, None, "evaluated as written");
    };
    let github = "token.actions.githubusercontent.com";
    let sub = format!("{github}:sub");
    let condition = |operator: &str, key: &str| format!(r#","Condition":{{"{operator}":{{"{key}":"x"}}}}"#);
    check(github, "", Some(&sub));
    check(github, &condition("StringEquals", &format!("{github}:aud")), Some(&sub));
    check(github, &condition("StringEquals", &sub), None);
    check(github, &condition("ForAnyValue:StringLike", &sub.to_uppercase()), None);
    check(github, r#","Action":"sts:TagSession""#, None);
    check(github, r#","Action":"sts:*""#, Some(&sub));
    check(github, r#","Effect":"Deny""#, None);
    check("gitlab.com", "", Some("gitlab.com:sub"));
    check("app.terraform.io", "", Some("app.terraform.io:sub"));
    check("gitlab.example.com", "", None);
    check("token.actions.githubusercontent.com/alder", "", None);
    check("api.pulumi.com/oidc", "", Some("api.pulumi.com/oidc:aud"));
    let sentinel = "sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d";
    check(sentinel, "", Some("sts:RoleSessionName"));
    check(sentinel, &condition("StringLike", "sts:RoleSessionName"), None);
    check("arn:aws:iam::012345678901:saml-provider/gitlab.com", "", None);
}

#[test]
fn e193_a_built_in_provider_without_its_claim() {
    let policy = r#"{"Statement":{"Effect":"Allow","Principal":{"Federated":"cognito-identity.amazonaws.com"},
        "Action":"sts:AssumeRoleWithWebIdentity"}}"#;
    let role = format!(r#"{{"Arn":"arn:aws:iam::012345678901:role/r","AssumeRolePolicyDocument":{policy}}}"#);
    let loaded = Folder::of(&[("a.json", &format!(r#"{{"Role":{role}}}"#))]).load();
    let origin = message(&loaded, "federated-trust-without-claim").origin.as_ref().unwrap();
    assert_eq!(origin.pointer, "/Role/AssumeRolePolicyDocument/Statement");
}
