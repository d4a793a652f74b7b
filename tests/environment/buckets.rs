//! Buckets and what stands around them: lists, Block Public Access, access points, encryption, endpoints (E26, E108, E109,
//! E163, E177-E182, E198, E199).

use iamreach::evaluate::{EvaluateOptions, Layer, Outcome};
use iamreach::query::{AccessRow, LayerEffect};
use serde_json::{Value, json};

use crate::explain::explained_of;
use crate::input::*;

const OBJECT: &str = "arn:aws:s3:::data/x";
const POINT: &str = "arn:aws:s3:eu-west-1:111111111111:accesspoint/p";
const THROUGH: &str = "arn:aws:s3:eu-west-1:111111111111:accesspoint/p/object/x";
const KEY: &str = "arn:aws:kms:eu-west-1:111111111111:key/k1";
const OWNER: &str = "0000000000000000000000000000000000000000000000000000000000000001";
const OTHER: &str = "0000000000000000000000000000000000000000000000000000000000000002";

/// Ann of the first account, who reads everything, its bucket, and these answers about it.
fn about_bucket(bucket_policy: Value, answers: &[(&str, Value)]) -> Input {
    let input = Input::new()
        .account(A, &[user(A, "ann", reads()), user(A, "bob", nothing())], &[])
        .account(B, &[user(B, "zoe", reads())], &[])
        .bucket(A, "data", &policy(bucket_policy));
    answers.iter().fold(input, |input, (path, content)| input.file(&format!("{A}/{path}"), content))
}

fn ownership(of: &str) -> (&'static str, Value) {
    (
        "s3-get-bucket-ownership-controls/data.json",
        json!({ "OwnershipControls": { "Rules": [{ "ObjectOwnership": of }] } }),
    )
}

fn block(on: bool) -> (&'static str, Value) {
    let settings = json!({ "BlockPublicAcls": on, "IgnorePublicAcls": on, "BlockPublicPolicy": on,
                           "RestrictPublicBuckets": on });
    ("s3-get-public-access-block/data.json", json!({ "PublicAccessBlockConfiguration": settings }))
}

fn acl(grants: &[(Value, &str)]) -> (&'static str, Value) {
    let grants: Vec<Value> =
        grants.iter().map(|(grantee, permission)| json!({ "Grantee": grantee, "Permission": permission })).collect();
    ("s3-get-bucket-acl/data.json", json!({ "Owner": { "ID": OWNER }, "Grants": grants }))
}

fn everyone() -> Value {
    json!({ "Type": "Group", "URI": "http://acs.amazonaws.com/groups/global/AllUsers" })
}

fn canonical(id: &str) -> Value {
    json!({ "Type": "CanonicalUser", "ID": id })
}

fn encrypted(key: Option<&str>) -> (&'static str, Value) {
    let mut by = json!({ "SSEAlgorithm": if key.is_some() { "aws:kms" } else { "AES256" } });
    if let Some(key) = key {
        by["KMSMasterKeyID"] = json!(key);
    }
    let rules = json!([{ "ApplyServerSideEncryptionByDefault": by, "BucketKeyEnabled": false }]);
    ("s3-get-bucket-encryption/data.json", json!({ "ServerSideEncryptionConfiguration": { "Rules": rules } }))
}

/// Everything about the bucket that leaves nothing to assume.
fn settled() -> Vec<(&'static str, Value)> {
    vec![ownership("BucketOwnerEnforced"), block(true), encrypted(None)]
}

fn rows(input: &Input, action: &str, resource: &str) -> Vec<AccessRow> {
    who_can(&input.load(), EvaluateOptions::default(), action, resource, 0)
}

fn outcomes(rows: &[AccessRow], subject: &str) -> Vec<Outcome> {
    of(rows, subject).iter().map(|row| row.outcome).collect()
}

fn assumptions(rows: &[AccessRow], subject: &str) -> Vec<&'static str> {
    let mut codes: Vec<_> =
        of(rows, subject).iter().flat_map(|row| &row.assumptions).map(|assumption| assumption.code()).collect();
    codes.retain(|code| *code != "no-organization");
    codes
}

#[test]
fn e109_e36_a_list_lets_in_whom_it_names() {
    let listed = [ownership("ObjectWriter"), block(false), acl(&[(everyone(), "READ"), (canonical(OTHER), "WRITE")])];
    let input = about_bucket(json!([]), &listed);
    let found = rows(&input, "s3:ListBucket", "arn:aws:s3:::data");
    assert!(found.iter().any(|row| &*row.subject.name == "*" && row.outcome == Outcome::Allowed));
    let found = rows(&input, "s3:PutObject", OBJECT);
    assert_eq!(outcomes(&found, OTHER), [Outcome::Allowed], "a canonical user of whom nothing else is known");
    // The other account says that the id is its own.
    let buckets = json!({ "Buckets": [], "Owner": { "ID": OTHER } });
    let writes = json!([{ "Effect": "Allow", "Action": "s3:PutObject", "Resource": "*" }]);
    let input = about_bucket(json!([]), &listed).file(&format!("{B}/s3-list-buckets.json"), &buckets).account(
        B,
        &[user(B, "zoe", writes), user(B, "yan", reads())],
        &[],
    );
    let found = rows(&input, "s3:PutObject", OBJECT);
    assert_eq!((outcomes(&found, OTHER), outcomes(&found, "user/zoe")), (vec![], vec![Outcome::Allowed]));
    assert_eq!((outcomes(&found, "user/yan"), outcomes(&found, "222222222222:root")), (vec![], vec![Outcome::Allowed]));
}

#[test]
fn e178_e180_where_lists_do_not_count() {
    let anyone = |answers: &[(&str, Value)]| {
        let found = rows(&about_bucket(json!([]), answers), "s3:ListBucket", "arn:aws:s3:::data");
        found.iter().find(|row| row.subject.kind.as_str() == "anonymous").map(|row| row.outcome)
    };
    let list = || acl(&[(everyone(), "READ")]);
    assert_eq!(anyone(&[ownership("ObjectWriter"), block(false), list()]), Some(Outcome::Allowed));
    assert_eq!(anyone(&[ownership("BucketOwnerEnforced"), block(false), list()]), None);
    assert_eq!(anyone(&[ownership("ObjectWriter"), block(true), list()]), None);
    // The account's block is as good as the bucket's.
    let of_account = ("s3control-get-public-access-block.json", block(true).1);
    assert_eq!(anyone(&[ownership("ObjectWriter"), block(false), of_account, list()]), None);
    // What was not told is unknown, what nobody asked for an assumption.
    assert_eq!(anyone(&[block(false), list()]), Some(Outcome::Unknown));
    let denied = json!({ "Error": { "Code": "AccessDenied", "Message": "no" } });
    let untold = ("s3-get-public-access-block/data.json", denied);
    assert_eq!(anyone(&[ownership("ObjectWriter"), untold, list()]), Some(Outcome::Unknown));
    let none = json!({ "Error": { "Code": "OwnershipControlsNotFoundError", "Message": "none" } });
    let old = ("s3-get-bucket-ownership-controls/data.json", none);
    assert_eq!(anyone(&[old, block(false), list()]), Some(Outcome::Allowed));
}

#[test]
fn e177_what_is_not_known_of_objects_is_an_assumption() {
    let assumed = |answers: &[(&str, Value)], who: &str| {
        let conditional = json!([{ "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject",
            "Resource": "arn:aws:s3:::data/*", "Condition": { "StringEquals": { "aws:SourceVpce": "vpce-1" } } }]);
        assumptions(&rows(&about_bucket(conditional, answers), "s3:GetObject", OBJECT), who)
    };
    // Bob's answer hangs on a condition: a list of the object could let him in without.
    assert_eq!(assumed(&settled(), "user/bob"), [] as [&str; 0]);
    let lists = [ownership("ObjectWriter"), block(false), encrypted(None), acl(&[])];
    assert_eq!(assumed(&lists, "user/bob"), ["no-object-acl"]);
    assert_eq!(assumed(&[], "user/bob"), ["no-object-acl", "no-key-encryption"]);
    // Ann is let in whatever lists say; nothing could be added.
    assert_eq!(assumed(&lists, "user/ann"), [] as [&str; 0]);
}

#[test]
fn e180_e181_a_public_policy_that_is_restricted() {
    let open = || grants(&json!("*"));
    let outside = |policy: Value, answers: &[(&str, Value)]| {
        let found = rows(&about_bucket(policy, answers), "s3:GetObject", OBJECT);
        (outcomes(&found, "user/zoe"), outcomes(&found, "user/ann"), assumptions(&found, "user/zoe"))
    };
    let quiet = [ownership("BucketOwnerEnforced"), encrypted(None)];
    let of_account = || ("s3control-get-public-access-block.json", block(false).1);
    let with = |block: (&'static str, Value)| [quiet.to_vec(), vec![of_account(), block]].concat();
    let allowed = vec![Outcome::Allowed];
    assert_eq!(outside(open(), &with(block(false))), (allowed.clone(), allowed.clone(), vec![]));
    assert_eq!(outside(open(), &with(block(true))), (vec![], allowed.clone(), vec![]));
    let assumed = vec!["no-public-access-block"];
    assert_eq!(outside(open(), &quiet), (allowed.clone(), allowed.clone(), assumed.clone()));
    // The bucket's settings say nothing of the account's.
    let half = [quiet.to_vec(), vec![block(false)]].concat();
    assert_eq!(outside(open(), &half), (allowed.clone(), allowed.clone(), assumed));
    // Not public: nothing is restricted, and nothing assumed.
    let narrow = || grants(&json!({ "AWS": "arn:aws:iam::222222222222:root" }));
    assert_eq!(outside(narrow(), &with(block(true))), (allowed.clone(), allowed.clone(), vec![]));
    assert_eq!(outside(narrow(), &quiet), (allowed.clone(), allowed, vec![]));
}

#[test]
fn e180_what_is_taken_away_is_explained() {
    let zoe = |input: &Input, resource: &str| explained_of(input, "user/zoe", "s3:GetObject", resource);
    let of_resource = |found: &iamreach::query::Explanation| {
        let layer = found.layers.iter().find(|one| one.layer == Layer::Resource).unwrap();
        (layer.effect, layer.restricted, layer.applied.len())
    };
    let open = about_bucket(grants(&json!("*")), &settled());
    let found = zoe(&open, OBJECT);
    assert_eq!(found.outcome, Outcome::ImplicitlyDenied);
    assert_eq!(of_resource(&found), (LayerEffect::ImplicitDeny, true, 1));
    let because = "Block Public Access takes away what the resource policy of arn:aws:s3:::data allows";
    assert_eq!(found.because, because);
    // The owner's own users are spared.
    let ann = explained_of(&open, "user/ann", "s3:GetObject", OBJECT);
    assert_eq!((ann.outcome, of_resource(&ann).1), (Outcome::Allowed, false));
    // Where nobody can tell whether it is on, that is what the layer hangs on.
    let denied = json!({ "Error": { "Code": "AccessDenied", "Message": "no" } });
    let untold = [ownership("BucketOwnerEnforced"), ("s3-get-public-access-block/data.json", denied), encrypted(None)];
    let found = zoe(&about_bucket(grants(&json!("*")), &untold), OBJECT);
    assert_eq!((found.outcome, of_resource(&found)), (Outcome::Unknown, (LayerEffect::Unknown, true, 1)));
    // A list's grant to everyone.
    let listed = acl(&[(everyone(), "READ")]);
    let found = |on| {
        let answers = [ownership("ObjectWriter"), block(on), listed.clone(), encrypted(None)];
        let lists = json!([{ "Effect": "Allow", "Action": "s3:ListBucket", "Resource": "*" }]);
        let input = about_bucket(json!([]), &answers).account(B, &[user(B, "zoe", lists)], &[]);
        explained_of(&input, "user/zoe", "s3:ListBucket", "arn:aws:s3:::data")
    };
    assert_eq!(of_resource(&found(false)), (LayerEffect::Allow, false, 1));
    assert_eq!(of_resource(&found(true)), (LayerEffect::ImplicitDeny, true, 1));
}

/// An access point to the bucket, with this policy, used from anywhere or from one VPC only.
fn with_point(bucket_policy: Value, point_policy: Value, vpc: Option<&str>) -> Input {
    let mut point = json!({ "Name": "p", "NetworkOrigin": if vpc.is_some() { "VPC" } else { "Internet" },
                            "Bucket": "data", "AccessPointArn": POINT, "BucketAccountId": A });
    if let Some(vpc) = vpc {
        point["VpcConfiguration"] = json!({ "VpcId": vpc });
    }
    let mut answers = settled();
    answers.pop();
    answers.push(encrypted(None));
    about_bucket(bucket_policy, &answers)
        .file(&format!("{A}/eu-west-1/s3control-list-access-points.json"), &json!({ "AccessPointList": [point] }))
        .file(
            &format!("{A}/eu-west-1/s3control-get-access-point-policy/p.json"),
            &json!({ "Policy": policy(point_policy).to_string() }),
        )
}

/// A bucket policy that leaves everything to the access points of the account.
fn delegated() -> Value {
    json!([{ "Effect": "Allow", "Principal": { "AWS": "*" }, "Action": "s3:GetObject",
        "Resource": "arn:aws:s3:::data/*", "Condition": { "StringEquals": { "s3:DataAccessPointAccount": A } } }])
}

fn at_point(principal: Value) -> Value {
    json!([{ "Effect": "Allow", "Principal": principal, "Action": "s3:GetObject",
             "Resource": format!("{POINT}/object/*") }])
}

#[test]
fn e182_an_access_point_and_its_bucket_both_have_to_allow() {
    let theirs = || json!({ "AWS": "arn:aws:iam::222222222222:root" });
    let get = |input: Input, who: &str| outcomes(&rows(&input, "s3:GetObject", THROUGH), who);
    assert_eq!(get(with_point(delegated(), at_point(theirs()), None), "user/zoe"), [Outcome::Allowed]);
    // Either side alone does not do for another account.
    assert_eq!(get(with_point(json!([]), at_point(theirs()), None), "user/zoe"), []);
    assert_eq!(get(with_point(delegated(), json!([]), None), "user/zoe"), []);
    // Nobody gets at the bucket itself by what is delegated to its access points.
    let direct = rows(&with_point(delegated(), at_point(theirs()), None), "s3:GetObject", OBJECT);
    assert_eq!(outcomes(&direct, "user/zoe"), [Outcome::AllowedIf]);
    // An identity policy that spans both needs neither.
    assert_eq!(get(with_point(json!([]), json!([]), None), "user/ann"), [Outcome::Allowed]);
    // A Deny of either wins.
    let denied = json!([{ "Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:::data/*" }]);
    assert_eq!(get(with_point(denied, json!([]), None), "user/ann"), []);
}

#[test]
fn e182_an_access_point_of_a_vpc_and_policies_that_name_it() {
    let of_vpc = with_point(json!([]), json!([]), Some("vpc-1"));
    let inside = rows(&of_vpc, "s3:GetObject", THROUGH);
    assert_eq!(outcomes(&inside, "user/ann"), [Outcome::AllowedIf]);
    assert!(of(&inside, "user/ann")[0].condition.to_string().contains("vpc-1"));
    let from = |key: &str, value: &str| {
        let context = vec![(key.to_owned(), vec![value.to_owned()])];
        let options = EvaluateOptions { context, ..EvaluateOptions::default() };
        outcomes(&who_can(&of_vpc.load(), options, "s3:GetObject", THROUGH, 0), "user/ann")
    };
    assert_eq!(from("aws:SourceVpc", "vpc-1"), [Outcome::Allowed]);
    assert_eq!(from("aws:SourceVpc", "vpc-2"), []);
    assert_eq!(from("aws:SourceIp", "203.0.113.7"), [], "not from the internet");
    let told = explained_of(&of_vpc, "user/ann", "s3:GetObject", THROUGH);
    let origin = told.layers.iter().find(|layer| layer.layer == Layer::NetworkOrigin).unwrap();
    assert_eq!(origin.effect, LayerEffect::AllowIf);
    // What an identity policy that names the access point alone does for the bucket is not documented.
    let own = json!([{ "Effect": "Allow", "Action": "s3:GetObject", "Resource": format!("{POINT}/object/*") }]);
    let input = with_point(json!([]), json!([]), None).account(A, &[user(A, "ann", own)], &[]);
    let found = rows(&input, "s3:GetObject", THROUGH);
    assert!(of(&found, "user/ann")[0].condition.to_string().contains("identity-policy-names-the-access-point"));
    // A bucket nobody told of: that is the layer which is not known.
    let lost = Input::new().account(A, &[user(A, "ann", reads())], &[]);
    assert_eq!(outcomes(&rows(&lost, "s3:GetObject", THROUGH), "user/ann"), [Outcome::Unknown]);
    let told = explained_of(&lost, "user/ann", "s3:GetObject", THROUGH);
    let bucket = told.layers.iter().find(|layer| layer.layer == Layer::Resource).unwrap();
    assert_eq!(
        (bucket.effect, &*bucket.name),
        (LayerEffect::Unknown, "resource policy of the bucket behind the access point")
    );
}

/// What is decided at the bucket is told too, and a statement that does the same at both once.
#[test]
fn e182_both_parts_are_explained() {
    let zoe = |statements: Value| {
        let input = with_point(delegated(), at_point(json!({ "AWS": B })), None);
        let found =
            explained_of(&input.account(B, &[user(B, "zoe", statements)], &[]), "user/zoe", "s3:GetObject", THROUGH);
        let effects = |layer: &Layer| {
            let layer = found.layers.iter().find(|one| one.layer == *layer).unwrap();
            (layer.effect, layer.applied.len(), layer.nearest.is_some())
        };
        (found.outcome, [Layer::Resource, Layer::Identity, Layer::AccessPoint].map(|layer| effects(&layer)))
    };
    let (allow, deny) = (LayerEffect::Allow, LayerEffect::ExplicitDeny);
    let open = (allow, 1, false);
    assert_eq!(zoe(reads()), (Outcome::Allowed, [open, open, open]));
    let one =
        |effect: &str, resource: &str| json!({ "Effect": effect, "Action": "s3:GetObject", "Resource": resource });
    // A Deny, and a missing Allow, that concern the bucket alone.
    let denied = json!([one("Allow", "*"), one("Deny", "arn:aws:s3:::data/*")]);
    assert_eq!(zoe(denied), (Outcome::ExplicitlyDenied, [open, (deny, 2, false), open]));
    let bucket = json!([one("Allow", "arn:aws:s3:::data/*")]);
    let (outcome, [_, identity, _]) = zoe(bucket);
    assert_eq!((outcome, identity.0), (Outcome::ImplicitlyDenied, LayerEffect::ImplicitDeny));
    assert!(identity.2);
}

fn key_policy(statements: Value) -> (String, Value) {
    (format!("{A}/eu-west-1/kms-get-key-policy/k1.json"), json!({ "Policy": policy(statements).to_string() }))
}

#[test]
fn e199_e163_reading_what_a_key_encrypts_needs_the_key() {
    let asked = |key: &str, statements: Value, action: &str| {
        let answers = [ownership("BucketOwnerEnforced"), block(true), encrypted(Some(key))];
        let (path, content) = key_policy(statements);
        let input = about_bucket(json!([]), &answers).file(&path, &content);
        let anyhow = json!([{ "Effect": "Allow", "Action": ["s3:*", "kms:*"], "Resource": "*" }]);
        let only_s3 = json!([{ "Effect": "Allow", "Action": "s3:*", "Resource": "*" }]);
        let input = input.account(A, &[user(A, "ann", anyhow), user(A, "bob", only_s3)], &[]);
        let found = rows(&input, action, OBJECT);
        (outcomes(&found, "user/ann"), outcomes(&found, "user/bob"))
    };
    let account =
        |action: &str| json!([{ "Effect": "Allow", "Principal": { "AWS": A }, "Action": action, "Resource": "*" }]);
    let allowed = || vec![Outcome::Allowed];
    assert_eq!(asked(KEY, account("kms:*"), "s3:GetObject"), (allowed(), vec![]));
    assert_eq!(asked("k1", account("kms:*"), "s3:GetObject"), (allowed(), vec![]));
    assert_eq!(asked(KEY, account("kms:Encrypt"), "s3:GetObject"), (vec![], vec![]));
    assert_eq!(asked(KEY, account("kms:GenerateDataKey"), "s3:PutObject"), (allowed(), vec![]));
    // Listing asks for no key.
    assert_eq!(asked(KEY, account("kms:Encrypt"), "s3:GetObjectTagging"), (allowed(), allowed()));
    // S3 asks for the caller, and says so.
    let by_service = |via: &str| {
        json!([{ "Effect": "Allow", "Principal": { "AWS": "*" }, "Action": "kms:Decrypt", "Resource": "*",
                 "Condition": { "StringEquals": { "kms:ViaService": via, "kms:CallerAccount": A } } }])
    };
    assert_eq!(asked(KEY, by_service("s3.eu-west-1.amazonaws.com"), "s3:GetObject"), (allowed(), allowed()));
    assert_eq!(asked(KEY, by_service("ec2.eu-west-1.amazonaws.com"), "s3:GetObject"), (vec![], vec![]));
    let called = json!([{ "Effect": "Allow", "Principal": { "AWS": "*" }, "Action": "kms:Decrypt", "Resource": "*",
        "Condition": { "Bool": { "aws:ViaAWSService": "true" },
                       "ForAnyValue:StringEquals": { "aws:CalledVia": "s3.amazonaws.com" },
                       "Null": { "aws:SourceVpce": "true" } } }]);
    assert_eq!(asked(KEY, called, "s3:GetObject"), (allowed(), allowed()));
    // Without a bucket key it is the object that S3 names.
    let for_object = |arn: &str| {
        json!([{ "Effect": "Allow", "Principal": { "AWS": "*" }, "Action": "kms:Decrypt", "Resource": "*",
                 "Condition": { "StringEquals": { "kms:EncryptionContext:aws:s3:arn": arn } } }])
    };
    assert_eq!(asked(KEY, for_object(OBJECT), "s3:GetObject"), (allowed(), allowed()));
    assert_eq!(asked(KEY, for_object("arn:aws:s3:::data"), "s3:GetObject"), (vec![], vec![]));
    // A key that nothing tells of is unknown, and so is one by an alias.
    let unknown = vec![Outcome::Unknown];
    assert_eq!(asked("arn:aws:kms:eu-west-1:111111111111:key/k2", account("kms:*"), "s3:GetObject").0, unknown);
    assert_eq!(asked("arn:aws:kms:eu-west-1:111111111111:alias/x", account("kms:*"), "s3:GetObject").0, unknown);
}

#[test]
fn e199_the_key_that_aws_manages_serves_its_own_account() {
    let (path, mut content) = encrypted(Some("x"));
    content["ServerSideEncryptionConfiguration"]["Rules"][0]["ApplyServerSideEncryptionByDefault"]
        .as_object_mut()
        .unwrap()
        .remove("KMSMasterKeyID");
    let answers = [ownership("BucketOwnerEnforced"), block(false), (path, content)];
    let found = rows(&about_bucket(grants(&json!("*")), &answers), "s3:GetObject", OBJECT);
    assert_eq!((outcomes(&found, "user/ann"), outcomes(&found, "user/zoe")), (vec![Outcome::Allowed], vec![]));
    assert!(found.iter().all(|row| row.subject.kind.as_str() != "anonymous"), "KMS takes no unsigned request");
}

#[test]
fn e198_tags_of_buckets_count_where_they_are_switched_on() {
    let tagged = json!([{ "Effect": "Allow", "Action": "s3:ListBucket", "Resource": "*",
                          "Condition": { "StringEquals": { "aws:ResourceTag/team": "red" } } }]);
    let tags = json!({ "ResourceTagMappingList": [{ "ResourceARN": "arn:aws:s3:::data",
                       "Tags": [{ "Key": "team", "Value": "red" }] }] });
    let asked = |answers: &[(&str, Value)]| {
        let input = about_bucket(json!([]), answers)
            .account(A, &[user(A, "ann", tagged.clone())], &[])
            .file(&format!("{A}/eu-west-1/resourcegroupstaggingapi-get-resources.json"), &tags);
        outcomes(&rows(&input, "s3:ListBucket", "arn:aws:s3:::data"), "user/ann")
    };
    let abac = |status: &str| ("s3-get-bucket-abac/data.json", json!({ "AbacStatus": { "Status": status } }));
    assert_eq!(asked(&[abac("Enabled")]), [Outcome::Allowed]);
    assert_eq!(asked(&[abac("Disabled")]), []);
    assert_eq!(asked(&[]), [Outcome::AllowedIf]);
}

#[test]
fn e108_e26_the_policy_of_the_endpoint_that_the_question_names() {
    let asked = |kind: &str, statements: Value, service: &str| {
        let endpoint = json!({ "VpcEndpointId": "vpce-1", "VpcEndpointType": kind, "VpcId": "vpc-1", "OwnerId": A,
            "ServiceName": format!("com.amazonaws.eu-west-1.{service}"), "State": "available",
            "PolicyDocument": policy(statements).to_string() });
        let input = about_bucket(json!([]), &settled())
            .file(&format!("{A}/eu-west-1/ec2-describe-vpc-endpoints.json"), &json!({ "VpcEndpoints": [endpoint] }));
        let context = vec![("aws:SourceVpce".to_owned(), vec!["vpce-1".to_owned()])];
        let options = EvaluateOptions { context, ..EvaluateOptions::default() };
        let found = who_can(&input.load(), options, "s3:GetObject", OBJECT, 0);
        (outcomes(&found, "user/ann"), assumptions(&found, "user/ann"))
    };
    let to = |principal: Value| json!([{ "Effect": "Allow", "Principal": principal, "Action": "*", "Resource": "*" }]);
    let (allowed, denied) = ((vec![Outcome::Allowed], vec![]), (vec![], vec![]));
    assert_eq!(asked("Gateway", to(json!("*")), "s3"), allowed);
    assert_eq!(asked("Gateway", json!([]), "s3"), denied);
    // An account in the policy of a gateway is its root user alone.
    assert_eq!(asked("Gateway", to(json!({ "AWS": A })), "s3"), denied);
    assert_eq!(asked("Interface", to(json!({ "AWS": A })), "s3"), allowed);
    // An endpoint of another service has no say; the answer names what it takes for granted.
    assert_eq!(asked("Interface", json!([]), "kms"), (vec![Outcome::Allowed], vec!["no-vpc-endpoint-policy"]));
}

#[test]
fn e185_what_a_failed_listing_would_have_named_is_unknown() {
    let denied = || json!({ "Error": { "Code": "AccessDenied", "Message": "no" } });
    let queue = "arn:aws:sqs:eu-west-1:111111111111:q";
    let may = json!([{ "Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "*" }]);
    let asked = |input: Input| outcomes(&rows(&input, "sqs:SendMessage", queue), "user/zoe");
    let input = || Input::new().account(A, &[], &[]).account(B, &[user(B, "zoe", may.clone())], &[]);
    // Nobody asked for queues: that there is no policy is an assumption. Asked and not told, there may be one.
    assert_eq!(asked(input()), []);
    assert_eq!(asked(input().file(&format!("{A}/eu-west-1/sqs-list-queues.json"), &denied())), [Outcome::Unknown]);
    // The same of the endpoint that a question names.
    let through = |input: Input| {
        let context = vec![("aws:SourceVpce".to_owned(), vec!["vpce-9".to_owned()])];
        let options = EvaluateOptions { context, ..EvaluateOptions::default() };
        let found = who_can(&input.load(), options, "s3:GetObject", OBJECT, 0);
        (outcomes(&found, "user/ann"), assumptions(&found, "user/ann"))
    };
    let bucket = || about_bucket(json!([]), &settled());
    assert_eq!(through(bucket()), (vec![Outcome::Allowed], vec!["no-vpc-endpoint-policy"]));
    let untold = bucket().file(&format!("{A}/eu-west-1/ec2-describe-vpc-endpoints.json"), &denied());
    assert_eq!(through(untold), (vec![Outcome::Unknown], vec![]));
}

/// What is delegated to access points concerns calls that go through them.
#[test]
fn e182_what_no_access_point_takes_is_not_asked_through_one() {
    let all = json!([{ "Effect": "Allow", "Principal": { "AWS": "*" }, "Action": "s3:*",
        "Resource": ["arn:aws:s3:::data", "arn:aws:s3:::data/*"],
        "Condition": { "StringEquals": { "s3:DataAccessPointAccount": A } } }]);
    let bob = |action: &str, resource: &str| {
        outcomes(&rows(&about_bucket(all.clone(), &settled()), action, resource), "user/bob")
    };
    assert_eq!(bob("s3:GetObject", OBJECT), [Outcome::AllowedIf]);
    assert_eq!(bob("s3:ListBucket", "arn:aws:s3:::data"), [Outcome::AllowedIf]);
    assert_eq!(bob("s3:PutBucketPolicy", "arn:aws:s3:::data"), []);
    assert_eq!(bob("s3:PutLifecycleConfiguration", "arn:aws:s3:::data"), []);
}

/// What demands an endpoint has to pass its policy; what demands none is as if there were none.
#[test]
fn e108_a_condition_that_demands_an_endpoint() {
    let through = |endpoint: &str| {
        json!([{ "Effect": "Allow", "Principal": { "AWS": B }, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::data/*",
                 "Condition": { "StringEquals": { "aws:SourceVpce": endpoint } } }])
    };
    let endpoints = |statements: Value| {
        json!({ "VpcEndpoints": [{
            "VpcEndpointId": "vpce-1", "VpcEndpointType": "Gateway", "VpcId": "vpc-1", "OwnerId": B,
            "ServiceName": "com.amazonaws.eu-west-1.s3", "PolicyDocument": policy(statements).to_string(),
        }] })
    };
    let zoe = |demanded: &str, statements: Value| {
        let input = about_bucket(through(demanded), &settled());
        let input = input.file(&format!("{B}/eu-west-1/ec2-describe-vpc-endpoints.json"), &endpoints(statements));
        let found = rows(&input, "s3:GetObject", OBJECT);
        of(&found, "user/zoe").iter().map(|row| row.condition.to_string()).collect::<Vec<_>>()
    };
    let everything = || json!([{ "Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*" }]);
    let elsewhere =
        || json!([{ "Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "arn:aws:s3:::logs/*" }]);
    assert_eq!(zoe("vpce-1", everything()), ["aws:SourceVpce is vpce-1"]);
    assert_eq!(zoe("vpce-1", elsewhere()), [] as [&str; 0]);
    assert_eq!(zoe("vpce-2", elsewhere()), ["aws:SourceVpce is vpce-2"]);
}

/// Of what is denied before the key is asked, the key is told as lacking too, and decides nothing.
#[test]
fn e199_a_key_that_would_deny_does_not_decide_what_is_denied_before() {
    let answers = [ownership("BucketOwnerEnforced"), block(true), encrypted(Some(KEY))];
    let denies = json!([{ "Effect": "Deny", "Principal": "*", "Action": "kms:*", "Resource": "*" }]);
    let (path, content) = key_policy(denies);
    let found =
        explained_of(&about_bucket(json!([]), &answers).file(&path, &content), "user/bob", "s3:GetObject", OBJECT);
    let key = found.layers.iter().find(|layer| layer.layer == Layer::EncryptionKey).unwrap();
    assert_eq!((found.outcome, key.effect), (Outcome::ImplicitlyDenied, LayerEffect::ImplicitDeny));
    let change = found.change.unwrap();
    assert!(change.contains("the identity policies") && change.contains("kms:Decrypt on"), "{change}");
}
