//! Resources, their owners, their policies and their tags.

use super::*;

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
    assert!(loaded.environment.principals().all(|(_, role)| role.max_session_duration == Collected::Present(7200)));
    let alone = policy_names(&loaded, "arn:aws:iam::012345678901:role/alone");
    assert_eq!(alone, [("the identity policies of alone".to_owned(), false)]);
    assert!(policy_names(&loaded, "arn:aws:iam::012345678901:role/known").is_empty());
}

#[test]
fn e186_two_files_that_tell_different_things_of_a_role() {
    let arn = "arn:aws:iam::012345678901:role/r";
    let role = |trust: &str, rest: &str| {
        format!(r#"{{"RoleName":"r","Arn":"{arn}","AssumeRolePolicyDocument":{trust}{rest}}}"#)
    };
    let spaced = FOR_ALL.replace(',', " ,\n");
    let encoded = format!("\"{}\"", FOR_ALL.replace('{', "%7B").replace('"', "%22"));
    let bounded = |policy: &str| {
        format!(r#","PermissionsBoundary":{{"PermissionsBoundaryArn":"arn:aws:iam::012345678901:policy/{policy}"}}"#)
    };
    let tagged = |key: &str| format!(r#","Tags":[{{"Key":"{key}","Value":"v"}},{{"Key":"a","Value":"v"}}]"#);
    let check = |first: String, second: String, expected: &[&str], unknown: [bool; 3]| {
        let one = format!(r#"{{"Role":{second}}}"#);
        let policies = r#"{"Arn":"arn:aws:iam::012345678901:policy/b","DefaultVersionId":"v1","PolicyVersionList":
            [{"VersionId":"v1","Document":{"Statement":[]}}]}"#;
        let loaded = Folder::of(&[("a.json", &details("", "", &first, policies)), ("b.json", &one)]).load();
        assert_eq!(said(&loaded), expected, "{first} {second}");
        let environment = &loaded.environment;
        let principal = environment.principal(environment.principal_by_arn(arn).unwrap());
        let nameless = |policy: Option<PolicyId>| policy.is_some_and(|id| environment.policy(id).is_nameless());
        let found =
            [nameless(principal.trust), nameless(principal.boundary), matches!(principal.tags, Collected::Unknown(_))];
        assert_eq!(found, unknown, "{first} {second}");
    };
    let (same, other) = ([false; 3], [true, false, false]);
    check(role(FOR_ALL, ""), role(&spaced, ""), &[], same);
    check(role(FOR_ALL, ""), role(&encoded, ""), &[], same);
    check(role(FOR_ALL, &bounded("b")), role(FOR_ALL, &bounded("b")), &[], same);
    check(
        role(FOR_ALL, &tagged("k")),
        role(FOR_ALL, r#","Tags":[{"Key":"a","Value":"v"},{"Key":"k","Value":"v"}]"#),
        &[],
        same,
    );
    let differs = ["error duplicate-principal"];
    check(role(FOR_ALL, ""), role(&FOR_ALL.replace("Allow", "Deny"), ""), &differs, other);
    check(role(FOR_ALL, &bounded("b")), role(FOR_ALL, ""), &differs, [false, true, false]);
    check(role(FOR_ALL, ""), role(FOR_ALL, &bounded("b")), &differs, [false, true, false]);
    check(role(FOR_ALL, &bounded("b")), role(FOR_ALL, &bounded("c")), &differs, [false, true, false]);
    check(role(FOR_ALL, &tagged("k")), role(FOR_ALL, &tagged("K")), &differs, [false, false, true]);
    check(role(FOR_ALL, &tagged("k")), role(FOR_ALL, ""), &differs, [false, false, true]);
    // A listing tells neither boundary nor tags, so that it contradicts none.
    let list = format!(r#"{{"Roles":[{}]}}"#, role(FOR_ALL, ""));
    let full = role(FOR_ALL, &tagged("k"));
    let loaded = Folder::of(&[("a.json", &details("", "", &full, "")), ("b.json", &list)]).load();
    assert_eq!(said(&loaded), [""; 0]);
    // And what a listing leaves out another answer tells.
    let loaded = Folder::of(&[("a.json", &list), ("b.json", &format!(r#"{{"Role":{full}}}"#))]).load();
    assert_eq!(said(&loaded), ["warning role-without-policies"]);
    let environment = &loaded.environment;
    let principal = environment.principal(environment.principal_by_arn(arn).unwrap());
    assert_eq!((&principal.tags, principal.boundary), (&tags(&[("a", Some("v")), ("k", Some("v"))]), None));
}

#[test]
fn e75_tags_that_cannot_be_read_or_are_one_key() {
    let list = |tags: &str| {
        format!(
            r#"{{"ResourceTagMappingList":[{{"ResourceARN":"arn:aws:sqs:eu-west-1:012345678901:q","Tags":{tags}}}]}}"#
        )
    };
    let check = |text: &str, expected: Collected<Vec<Tag>>, diagnostics: &[&str]| {
        let loaded = Folder::of(&[("t.json", &list(text))]).load();
        assert_eq!(said(&loaded), diagnostics, "{text}");
        let found = &loaded.environment.resource("arn:aws:sqs:eu-west-1:012345678901:q").unwrap().tags;
        assert!(*found == expected || word(found) == "unknown" && word(&expected) == "unknown", "{text}: {found:?}");
        loaded.diagnostics.iter().map(|one| one.message.clone()).collect::<Vec<_>>()
    };
    let (malformed, twice) = (["error malformed-entry"], ["warning ambiguous-tag"]);
    check(r#"[{"Key":"k","Value":""}]"#, tags(&[("k", Some(""))]), &[]);
    check(r#"[{"Key":"k","Value":"v"},{"Key":"k","Value":"v"}]"#, tags(&[("k", Some("v"))]), &[]);
    check(r#"[{"Key":"k","Value":7},{"Key":"l","Value":"v"}]"#, tags(&[("k", None), ("l", Some("v"))]), &malformed);
    check(r#"[{"Key":"k"}]"#, tags(&[("k", None)]), &malformed);
    for text in [r#"[{"Value":"v"}]"#, r#"["k"]"#, r#"{"k":"v"}"#] {
        check(text, Collected::Unknown(String::new()), &malformed);
    }
    for text in
        [r#"[{"Key":"k","Value":"a"},{"Key":"K","Value":"b"}]"#, r#"[{"Key":"K","Value":"b"},{"Key":"k","Value":"a"}]"#]
    {
        let said = check(text, tags(&[("K", None)]), &twice);
        assert!(said[0].contains("`K` and `k`"), "{said:?}");
    }
    check(r#"[{"Key":"k","Value":"a"},{"Key":"k","Value":"b"}]"#, tags(&[("k", None)]), &twice);
    // Two files.
    let files = [("1.json", list(r#"[{"Key":"k","Value":"a"}]"#)), ("2.json", list(r#"[{"Key":"k","Value":"b"}]"#))];
    let loaded = Folder::of(&files.each_ref().map(|(name, text)| (*name, text.as_str()))).load();
    assert_eq!(said(&loaded), ["error duplicate-resource-setting"]);
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
    let owned =
        load(std::slice::from_ref(&folder.0), &LoadOptions { resource_account: owner, ..LoadOptions::default() });
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
fn e184_e185_answers_of_services_in_the_layout() {
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
        assert_eq!((word(&resource.policy), resource.account.unwrap().as_str()), (expected, "012345678901"), "{arn}");
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
fn e185_no_policy_is_an_answer_and_no_access_is_none() {
    let check = |code: &str, expected: &Collected<PolicyId>| {
        let error = format!(r#"{{"Error":{{"Code":"{code}","Message":"m"}}}}"#);
        let loaded = Folder::of(&[("012345678901/s3-get-bucket-policy/b.json", &error)]).load();
        let policy = &loaded.environment.resource("arn:aws:s3:::b").unwrap().policy;
        assert_eq!(std::mem::discriminant(policy), std::mem::discriminant(expected), "{code}: {policy:?}");
    };
    for code in
        ["NoSuchBucketPolicy", "ResourceNotFoundException", "RepositoryPolicyNotFoundException", "PolicyNotFound"]
    {
        check(code, &Collected::Absent);
    }
    for code in
        ["AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "ThrottlingException", "NoSuchBucket"]
    {
        check(code, &Collected::Unknown(String::new()));
    }
}

#[test]
fn e184_each_service_has_its_place_for_the_policy() {
    let text = serde_json::to_string(FOR_ALL).unwrap();
    let domain = format!(r#"{{"DomainStatus":{{"DomainName":"d","AccessPolicies":{text}}}}}"#);
    let option = format!(r#"{{"DomainStatus":{{"DomainName":"e","AccessPolicies":{{"Options":{text}}}}}}}"#);
    let function = format!(r#"{{"Policy":{text},"RevisionId":"1"}}"#);
    let folder = Folder::of(&[
        ("012345678901/eu-west-1/opensearch-describe-domain/d.json", &domain),
        ("012345678901/eu-west-1/es-describe-elasticsearch-domain/e.json", &option),
        ("012345678901/eu-west-1/lambda-get-policy/f:prod.json", &function),
        ("012345678901/eu-west-1/lambda-get-policy/f.json", r#"{"Error":{"Code":"ResourceNotFoundException"}}"#),
    ]);
    let loaded = folder.load();
    assert!(said(&loaded).is_empty(), "{:?}", loaded.diagnostics);
    let policy = |arn: &str| &loaded.environment.resource(arn).unwrap_or_else(|| panic!("{arn}")).policy;
    assert!(matches!(policy("arn:aws:es:eu-west-1:012345678901:domain/d"), Collected::Present(_)));
    assert!(matches!(policy("arn:aws:es:eu-west-1:012345678901:domain/e"), Collected::Present(_)));
    // An alias has a policy of its own.
    assert!(matches!(policy("arn:aws:lambda:eu-west-1:012345678901:function:f:prod"), Collected::Present(_)));
    assert_eq!(policy("arn:aws:lambda:eu-west-1:012345678901:function:f"), &Collected::Absent);
}

#[test]
fn tags_of_resources() {
    let text = r#"{"ResourceTagMappingList":[{"ResourceARN":"arn:aws:s3:::b","Tags":[{"Key":"k","Value":"v"}]}]}"#;
    let loaded = Folder::of(&[("012345678901/eu-west-1/resourcegroupstaggingapi-get-resources.json", text)]).load();
    assert!(said(&loaded).is_empty());
    let resource = loaded.environment.resource("arn:aws:s3:::b").unwrap();
    assert_eq!(resource.tags, tags(&[("k", Some("v"))]));
    assert_eq!(resource.policy, Collected::NotCollected);
    assert!(resource.account.is_some());
}

#[test]
fn a_policy_document_alone() {
    let loaded = Folder::of(&[("a.json", ALLOW), ("b.json", r#"{"Statement":{"Principal":"*"}}"#)]).load();
    let info = "info unattached-policy-document";
    assert_eq!(said(&loaded), ["error refused-policy", info, info]);
}

#[test]
fn e185_what_a_listing_that_failed_might_have_named() {
    use crate::arn::Arn;
    let denied = r#"{"Error":{"Code":"AccessDenied","Message":"no"}}"#;
    let tags = r#"{"ResourceTagMappingList":[{"ResourceARN":"arn:aws:s3:::b","Tags":[]},
        {"ResourceARN":"arn:aws:kms:eu-west-1:012345678901:key/k","Tags":[]}]}"#;
    let place = "012345678901/eu-west-1";
    let check = |name: &str, text: &str, bucket: &str, key: &str, unlisted: [bool; 3]| {
        let folder = Folder::of(&[(&format!("{place}/resourcegroupstaggingapi-get-resources.json"), tags)]);
        folder.write(name, text.as_bytes());
        let environment = folder.load().environment;
        let known = |arn: &str| environment.resource(arn).unwrap();
        let (found, on_key) = (known("arn:aws:s3:::b"), known("arn:aws:kms:eu-west-1:012345678901:key/k"));
        assert_eq!(
            (word(&found.policy), word(&found.bucket.acl), word(&found.bucket.encryption)),
            (bucket, bucket, bucket)
        );
        assert_eq!((word(&on_key.policy), word(&on_key.grants)), (key, key), "{name}");
        let may_be = |arn: &str| environment.unlisted(&Arn::parse(arn).unwrap()).is_some();
        let key = may_be("arn:aws:kms:eu-west-1:012345678901:key/other");
        let found = [may_be("arn:aws:s3:::other/k"), key, environment.unlisted_vpc_endpoints().is_some()];
        assert_eq!(found, unlisted, "{name}");
    };
    let (asked, open) = ("unknown", "not collected");
    check("012345678901/s3-list-buckets.json", denied, asked, open, [true, false, false]);
    check("012345678901/s3-list-buckets.json", "{", asked, open, [true, false, false]);
    let cut = r#"{"Buckets":[],"ContinuationToken":"t"}"#;
    check("012345678901/s3-list-buckets.json", cut, asked, open, [true, false, false]);
    check("111122223333/s3-list-buckets.json", denied, open, open, [true, false, false]);
    check(&format!("{place}/kms-list-keys.json"), denied, open, asked, [false, true, false]);
    check("012345678901/eu-west-2/kms-list-keys.json", denied, open, open, [false, false, false]);
    check(&format!("{place}/ec2-describe-vpc-endpoints.json"), denied, open, open, [false, false, true]);
    check("012345678901/ec2-describe-regions.json", denied, open, asked, [false, true, true]);
}
