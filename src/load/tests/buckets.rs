//! Access control lists and settings of buckets, and accounts' Block Public Access.

use super::*;
use crate::model::{Encryption, ObjectOwnership, PublicAccessBlock, Resource};

const ACCOUNT: &str = "012345678901";
const ALL_ON: &str = r#"{"PublicAccessBlockConfiguration":{"BlockPublicAcls":true,"IgnorePublicAcls":true,
    "BlockPublicPolicy":true,"RestrictPublicBuckets":true}}"#;

fn bucket(loaded: &Loaded) -> &Resource {
    loaded.environment.resource("arn:aws:s3:::b").unwrap_or_else(|| panic!("{:?}", loaded.diagnostics))
}

/// The answer of a call about the bucket `b`.
fn answer(call: &str, text: &str) -> Loaded {
    Folder::of(&[(&format!("{ACCOUNT}/s3-{call}/b.json"), text)]).load()
}

fn acl(owner: &str, grants: &[&str]) -> String {
    format!(r#"{{"Owner":{{"ID":"{owner}"}},"Grants":[{}]}}"#, grants.join(","))
}

const TO_OWNER: &str =
    r#"{"Grantee":{"ID":"o1","Type":"CanonicalUser","DisplayName":"o"},"Permission":"FULL_CONTROL"}"#;
const TO_ALL: &str =
    r#"{"Grantee":{"URI":"http://acs.amazonaws.com/groups/global/AllUsers","Type":"Group"},"Permission":"READ"}"#;

#[test]
fn e109_e179_each_grant_of_a_list_is_a_policy_of_its_own() {
    let loaded = answer("get-bucket-acl", &acl("o1", &[TO_OWNER, TO_ALL]));
    assert!(said(&loaded).is_empty());
    let environment = &loaded.environment;
    let texts: Vec<String> = bucket(&loaded)
        .bucket
        .acl
        .present()
        .unwrap()
        .iter()
        .map(|id| {
            let policy = environment.policy(*id);
            assert_eq!((policy.kind, &*policy.name), (PolicyKind::Acl, "arn:aws:s3:::b"));
            environment.document(policy.document.unwrap()).text.to_string()
        })
        .collect();
    assert!(texts[0].contains("s3:DeleteObjectVersion") && texts[0].contains(r#""CanonicalUser":"o1""#), "{texts:?}");
    assert!(texts[1].contains(r#""Principal":"*""#) && texts[1].contains("s3:ListBucketVersions"), "{texts:?}");
    assert_eq!(word(&bucket(&loaded).policy), "not collected");
    let nobody = answer("get-bucket-acl", &acl("o1", &[]));
    assert_eq!(bucket(&nobody).bucket.acl, Collected::Present(Vec::new()));
    let unplaced = Folder::of(&[("acl.json", &acl("o1", &[TO_OWNER]))]).load();
    assert_eq!(said(&unplaced), ["warning unplaced-answer"]);
    let object = Folder::of(&[(&format!("{ACCOUNT}/s3-get-object-acl/b.json"), &*acl("o1", &[TO_ALL]))]).load();
    assert!(object.environment.resource("arn:aws:s3:::b").is_none(), "an object's list is not its bucket's");
}

#[test]
fn e49_a_list_that_is_not_understood_is_unknown() {
    let check = |owner: &str, grant: &str, expected: &[&str]| {
        let loaded = answer("get-bucket-acl", &acl(owner, &[grant]));
        assert_eq!(said(&loaded), expected, "{grant}");
        let environment = &loaded.environment;
        let policy = environment.policy(bucket(&loaded).bucket.acl.present().unwrap()[0]);
        let document = policy.document.map(|id| environment.document(id).content.as_ref().unwrap());
        assert!(document.is_none_or(|one| one.statements[0].unknown_element.is_some()), "{grant}");
    };
    check("o1", &TO_ALL.replace("Permission", "Access"), &["error malformed-entry"]);
    check("o1", &TO_ALL.replace("URI", "ID"), &["error malformed-entry"]);
    check("o1", r#"{"Permission":"READ"}"#, &["error malformed-entry"]);
    check(
        "o1",
        &TO_ALL.replace(r#""Permission""#, r#""Until":"2030","Permission""#),
        &["warning unknown-grant-element"],
    );
    check("", TO_OWNER, &["warning unknown-grant-element"]);
    // These are written as statements that nobody understands.
    check("o1", &TO_ALL.replace("READ", "ADMIN"), &[]);
    check("o1", &TO_ALL.replace("AllUsers", "SomeUsers"), &[]);
    let mail = r#"{"Grantee":{"Type":"AmazonCustomerByEmail","EmailAddress":"a@b.example"},"Permission":"READ"}"#;
    check("o1", mail, &[]);
}

#[test]
fn e36_canonical_users_of_accounts() {
    let account = AccountId::parse(ACCOUNT);
    let list = |owner: &str| format!(r#"{{"Buckets":[{{"Name":"b"}}],"Owner":{{"ID":"{owner}"}}}}"#);
    let check = |files: &[(&str, &str)], codes: &[&str], id: &str, expected: Option<AccountId>| {
        let loaded = Folder::of(files).load();
        assert_eq!(said(&loaded), codes);
        assert_eq!(loaded.environment.account_of_canonical_user(id), expected, "{id}");
    };
    let (buckets, bucket_acl) =
        (format!("{ACCOUNT}/s3-list-buckets.json"), format!("{ACCOUNT}/s3-get-bucket-acl/b.json"));
    let other = "111122223333/s3-list-buckets.json";
    let ours = acl("o1", &[TO_OWNER]);
    check(&[(&buckets, &list("o1"))], &[], "o1", account);
    check(&[("list.json", &list("o1"))], &["warning unknown-owner"], "o1", None);
    // A bucket that its account does not list may be another's.
    check(&[(&bucket_acl, &ours)], &[], "o1", None);
    check(&[(&buckets, r#"{"Buckets":[{"Name":"b"}]}"#), (&bucket_acl, &ours)], &[], "o1", account);
    let twice = ["error duplicate-canonical-user"; 2];
    check(&[(&buckets, &list("o1")), (other, &list("o1"))], &twice, "o1", None);
    check(&[(&buckets, &list("o2")), (&bucket_acl, &ours)], &twice, "o1", None);
}

#[test]
fn e178_e180_e198_e199_settings_of_a_bucket() {
    let ownership = |text: &str| {
        let text = format!(r#"{{"OwnershipControls":{{"Rules":[{{"ObjectOwnership":"{text}"}}]}}}}"#);
        bucket(&answer("get-bucket-ownership-controls", &text)).bucket.object_ownership.clone()
    };
    assert_eq!(ownership("BucketOwnerEnforced"), Collected::Present(ObjectOwnership::BucketOwnerEnforced));
    assert_eq!(ownership("BucketOwnerPreferred"), Collected::Present(ObjectOwnership::BucketOwnerPreferred));
    assert_eq!(ownership("ObjectWriter"), Collected::Present(ObjectOwnership::ObjectWriter));
    assert_eq!(word(&ownership("Somebody")), "unknown");

    let block = |text: &str| bucket(&answer("get-public-access-block", text)).bucket.public_access_block.clone();
    let all = PublicAccessBlock {
        block_public_acls: true,
        ignore_public_acls: true,
        block_public_policy: true,
        restrict_public_buckets: true,
    };
    assert_eq!(block(ALL_ON), Collected::Present(all));
    let policies = ALL_ON.replacen("true", "false", 2);
    let no_acls = PublicAccessBlock { block_public_acls: false, ignore_public_acls: false, ..all };
    assert_eq!(block(&policies), Collected::Present(no_acls));
    assert_eq!(word(&block(&ALL_ON.replace("IgnorePublicAcls", "Ignore"))), "unknown");
    assert_eq!(word(&block(&ALL_ON.replacen("true", r#""true""#, 1))), "unknown");
    assert_eq!(block(r#"{"PublicAccessBlockConfiguration":null}"#), Collected::Absent);

    let encryption = |default: &str| {
        let rule = format!(r#"{{"ApplyServerSideEncryptionByDefault":{default},"BucketKeyEnabled":true}}"#);
        let text = format!(r#"{{"ServerSideEncryptionConfiguration":{{"Rules":[{rule}]}}}}"#);
        bucket(&answer("get-bucket-encryption", &text)).bucket.encryption.clone()
    };
    assert_eq!(encryption(r#"{"SSEAlgorithm":"AES256"}"#), Collected::Present(Encryption::S3Managed));
    let by_kms =
        |key: Option<&str>| Collected::Present(Encryption::Kms { key: key.map(Into::into), bucket_key: Some(true) });
    assert_eq!(encryption(r#"{"SSEAlgorithm":"aws:kms"}"#), by_kms(None));
    let named = encryption(r#"{"SSEAlgorithm":"aws:kms:dsse","KMSMasterKeyID":"alias/a"}"#);
    assert_eq!(named, by_kms(Some("alias/a")));
    assert_eq!(word(&encryption(r#"{"SSEAlgorithm":"aws:fsx"}"#)), "unknown");
    let none = answer("get-bucket-encryption", r#"{"ServerSideEncryptionConfiguration":{"Rules":[]}}"#);
    assert_eq!((word(&bucket(&none).bucket.encryption), said(&none).len()), ("unknown", 1));

    let tags = |status: &str| {
        let text = format!(r#"{{"AbacStatus":{{"Status":"{status}"}}}}"#);
        bucket(&answer("get-bucket-abac", &text)).bucket.attribute_based_control.clone()
    };
    assert_eq!((tags("Enabled"), tags("Disabled")), (Collected::Present(true), Collected::Present(false)));
    assert_eq!(word(&tags("Sometimes")), "unknown");
    let never = answer("get-bucket-abac", r#"{"AbacStatus":{}}"#);
    assert_eq!(bucket(&never).bucket.attribute_based_control, Collected::Present(false));
}

#[test]
fn e185_settings_that_are_not_there_or_may_not_be_read() {
    let check = |call: &str, code: &str, expected: &str, of: fn(&Resource) -> &'static str| {
        let error = |code: &str| format!(r#"{{"Error":{{"Code":"{code}","Message":"m"}}}}"#);
        let none = answer(call, &error(code));
        assert_eq!((said(&none).len(), of(bucket(&none)), word(&bucket(&none).policy)), (0, expected, "not collected"));
        let denied = answer(call, &error("AccessDenied"));
        assert_eq!((said(&denied).len(), of(bucket(&denied))), (1, "unknown"), "{call}");
        let broken = answer(call, "{");
        assert_eq!((said(&broken).len(), of(bucket(&broken))), (1, "unknown"), "{call}");
    };
    let block = "NoSuchPublicAccessBlockConfiguration";
    check("get-public-access-block", block, "absent", |one| word(&one.bucket.public_access_block));
    let ownership = "OwnershipControlsNotFoundError";
    check("get-bucket-ownership-controls", ownership, "absent", |one| word(&one.bucket.object_ownership));
    let encryption = "ServerSideEncryptionConfigurationNotFoundError";
    check("get-bucket-encryption", encryption, "present", |one| word(&one.bucket.encryption));
    for (call, of) in [
        ("get-bucket-acl", (|one| word(&one.bucket.acl)) as fn(&Resource) -> &'static str),
        ("get-bucket-abac", |one| word(&one.bucket.attribute_based_control)),
    ] {
        let denied = answer(call, r#"{"Error":{"Code":"NoSuchPublicAccessBlockConfiguration","Message":"m"}}"#);
        assert_eq!((said(&denied).len(), of(bucket(&denied))), (1, "unknown"), "{call}: an error of another call");
    }
}

#[test]
fn e180_block_public_access_of_an_account() {
    let check = |files: &[(&str, &str)], codes: &[&str], expected: &str| {
        let loaded = Folder::of(files).load();
        assert_eq!(said(&loaded), codes);
        let account = loaded.environment.account(AccountId::parse(ACCOUNT).unwrap());
        assert_eq!(account.map_or("no account", |account| word(&account.public_access_block)), expected);
    };
    let call = "s3control-get-public-access-block";
    let error = |code: &str| format!(r#"{{"Error":{{"Code":"{code}","Message":"m"}}}}"#);
    let (place, by_name) = (format!("{ACCOUNT}/{call}.json"), format!("{call}/{ACCOUNT}.json"));
    check(&[(&place, ALL_ON)], &[], "present");
    check(&[(&by_name, ALL_ON)], &[], "present");
    check(&[(&place, r#"{"PublicAccessBlockConfiguration":null}"#)], &[], "absent");
    check(&[(&place, &error("NoSuchPublicAccessBlockConfiguration"))], &[], "absent");
    check(&[(&place, &error("AccessDenied"))], &["warning failed-call"], "unknown");
    check(&[(&place, "{")], &["error invalid-json"], "unknown");
    check(&[(&format!("{call}.json"), ALL_ON)], &["warning unplaced-answer"], "no account");
    let other = ALL_ON.replacen("true", "false", 1);
    check(&[(&place, ALL_ON), (&by_name, ALL_ON)], &[], "present");
    check(&[(&place, ALL_ON), (&by_name, &other)], &["error duplicate-account-setting"], "unknown");
}

#[test]
fn two_settings_of_one_bucket() {
    let place = |folder: &str| format!("{folder}/{ACCOUNT}/s3-get-public-access-block/b.json");
    let other = ALL_ON.replacen("true", "false", 1);
    let check = |texts: &[&str], codes: &[&str], expected: &str| {
        let folder = Folder::new();
        texts.iter().zip(["1", "2", "3"]).for_each(|(text, name)| folder.write(&place(name), text.as_bytes()));
        let loaded = folder.load();
        assert_eq!(
            (said(&loaded), word(&bucket(&loaded).bucket.public_access_block)),
            (codes.iter().map(|code| (*code).to_owned()).collect(), expected)
        );
    };
    check(&[ALL_ON, ALL_ON], &[], "present");
    check(&[ALL_ON, &other], &["error duplicate-resource-setting"], "unknown");
    check(&[ALL_ON, &other, &other], &["error duplicate-resource-setting"], "unknown");
    check(&[ALL_ON, "{"], &["error invalid-json"], "present");
}
