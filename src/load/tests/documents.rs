//! Policy documents on their own, in the places of the answers that hold them.

use super::*;

const POLICY: &str = r#"{"Version":"2012-10-17","Statement":{"Effect":"Deny","Principal":"*","Action":"*"}}"#;

/// Where a call's answer stands below the folder of a region or an account, and the resource it is of.
const PLACES: [(&str, &str); 9] = [
    ("s3-get-bucket-policy/bk.json", "arn:aws:s3:::bk"),
    ("s3api-get-bucket-policy/bk2.JSON", "arn:aws:s3:::bk2"),
    ("eu-west-1/kms-get-key-policy/k.json", "arn:aws:kms:eu-west-1:012345678901:key/k"),
    (
        "eu-west-1/sqs-get-queue-attributes/https%3A%2F%2Fsqs.eu-west-1.amazonaws.com%2F012345678901%2Fq.json",
        "arn:aws:sqs:eu-west-1:012345678901:q",
    ),
    (
        "eu-west-1/sns-get-topic-attributes/arn%3Aaws%3Asns%3Aeu-west-1%3A012345678901%3At.json",
        "arn:aws:sns:eu-west-1:012345678901:t",
    ),
    ("eu-west-1/lambda-get-policy/f.Json", "arn:aws:lambda:eu-west-1:012345678901:function:f"),
    ("eu-west-1/ecr-get-repository-policy/a%2Fr.json", "arn:aws:ecr:eu-west-1:012345678901:repository/a/r"),
    ("eu-west-1/s3control-get-access-point-policy/p.json", "arn:aws:s3:eu-west-1:012345678901:accesspoint/p"),
    (
        "eu-west-1/glacier-get-vault-access-policy/arn%3Aaws%3Aglacier%3Aeu-west-1%3A012345678901%3Avaults%2Fv.json",
        "arn:aws:glacier:eu-west-1:012345678901:vaults/v",
    ),
];

#[test]
fn e183_a_document_alone_is_of_the_resource_its_place_names() {
    let as_string = serde_json::to_string(POLICY).unwrap();
    for text in [POLICY, &as_string] {
        let folder = Folder::new();
        for (place, _) in PLACES {
            folder.write(&format!("012345678901/{place}"), text.as_bytes());
        }
        let loaded = folder.load();
        assert_eq!(said(&loaded), [""; 0]);
        for (_, arn) in PLACES {
            let policy = &loaded.environment.resource(arn).unwrap_or_else(|| panic!("{arn}")).policy;
            let Collected::Present(policy) = policy else { panic!("{arn}: {policy:?}") };
            assert!(loaded.environment.policy(*policy).document.is_some(), "{arn}");
        }
    }
    // Elsewhere nothing tells, and a string may be anything.
    let loaded = Folder::of(&[("a/p.json", POLICY), ("a/s.json", &as_string)]).load();
    assert_eq!(said(&loaded), ["info unattached-policy-document", "info unrecognised-json"]);
}

#[test]
fn e185_what_is_none_of_the_answers_of_its_call_is_unknown() {
    let folder = Folder::of(&[
        ("012345678901/s3-get-bucket-policy/bk.json", "[1]"),
        ("012345678901/s3-get-bucket-policy/bk2.json", "null"),
    ]);
    let loaded = folder.load();
    assert_eq!(said(&loaded), ["info unrecognised-json"; 2]);
    for arn in ["arn:aws:s3:::bk", "arn:aws:s3:::bk2"] {
        assert_eq!(word(&loaded.environment.resource(arn).unwrap().policy), "unknown", "{arn}");
    }
}

#[test]
fn e188_a_document_alone_of_a_policy_of_the_organization() {
    let describe = r#"{"Organization":{"Id":"o-a","MasterAccountId":"111122223333"}}"#;
    let list = r#"{"Policies":[{"Id":"p-1","Name":"one","Type":"SERVICE_CONTROL_POLICY"}]}"#;
    let files = [
        ("o/organizations-describe-organization.json", describe),
        ("o/organizations-list-policies-for-target/012345678901.SERVICE_CONTROL_POLICY.json", list),
        ("o/organizations-describe-policy/p-1.json", ALLOW),
        ("o/organizations-describe-policy/p-2.json", ALLOW),
    ];
    let loaded = Folder::of(&files).load();
    assert_eq!(said(&loaded), ["info unattached-policy-document"]);
    let attached = organization_of(&loaded).targets["012345678901"].service_control.present().unwrap();
    let [policy] = attached.as_slice() else { panic!("{attached:?}") };
    let policy = loaded.environment.policy(*policy);
    assert_eq!((&*policy.name, policy.kind, policy.document.is_some()), ("one", PolicyKind::ServiceControl, true));

    let whole = r#"{"Policy":{"PolicySummary":{"Id":"p-1","Name":"one","Type":"SERVICE_CONTROL_POLICY"},
        "Content":"{\"Version\":\"2012-10-17\",\"Statement\":[]}"}}"#;
    let folder = Folder::of(&files);
    folder.write("p/organizations-describe-policy/p-1.json", whole.as_bytes());
    let loaded = folder.load();
    assert_eq!(said(&loaded), ["error duplicate-policy", "info unattached-policy-document"]);
    let attached = organization_of(&loaded).targets["012345678901"].service_control.present().unwrap();
    assert!(loaded.environment.policy(attached[0]).document.is_none());
}
