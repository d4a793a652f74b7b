//! S3: access control lists, Block Public Access, canonical users (E36, E109, E175-E181, E192).

use serde_json::{Value, json};

use crate::request::*;

const ALL_USERS: &str = "http://acs.amazonaws.com/groups/global/AllUsers";
const AUTHENTICATED: &str = "http://acs.amazonaws.com/groups/global/AuthenticatedUsers";
const LOG_DELIVERY: &str = "http://acs.amazonaws.com/groups/s3/LogDelivery";
/// The canonical user of the account that owns the bucket, of another, and of nobody known.
const OWNER: &str = "0000000000000000000000000000000000000000000000000000000000000001";
const OTHER: &str = "0000000000000000000000000000000000000000000000000000000000000002";
const STRANGER: &str = "0000000000000000000000000000000000000000000000000000000000000003";
const THEIR_USER: &str = "arn:aws:iam::222222222222:user/zoe";
const THEIR_ROOT: &str = "arn:aws:iam::222222222222:root";
const BUCKET: &str = "arn:aws:s3:::data";

fn grantee(to: &str) -> Value {
    if to.starts_with("http") {
        json!({"Type": "Group", "URI": to})
    } else {
        json!({"Type": "CanonicalUser", "ID": to})
    }
}

fn list_of(grants: &[(&str, &str)]) -> Value {
    let grants: Vec<Value> =
        grants.iter().map(|(to, permission)| json!({"Grantee": grantee(to), "Permission": permission})).collect();
    json!({"Owner": {"ID": OWNER}, "Grants": grants})
}

fn with_accounts(request: Request) -> Request {
    request.with("CanonicalUsers", json!({OWNER: HOME, OTHER: AWAY}))
}

/// A request to the object of the first account, whose list grants this.
fn object(caller: &str, grants: &[(&str, &str)]) -> Request {
    with_accounts(request().caller(caller)).with("ObjectAcl", list_of(grants))
}

/// A request to list the bucket, whose list grants this.
fn bucket(caller: &str, grants: &[(&str, &str)]) -> Request {
    with_accounts(request().caller(caller)).action("s3:ListBucket").on(BUCKET).with("BucketAcl", list_of(grants))
}

#[test]
fn e36_a_canonical_user_is_its_account() {
    let named = |id: &str| grant(json!({"CanonicalUser": id}));
    let theirs = |caller: &str| with_accounts(request().caller(caller)).identity(full());
    check_all([
        (theirs(THEIR_USER).policy(named(OTHER)), ALLOWED),
        (theirs(THEIR_USER).policy(named(STRANGER)), IMPLICIT),
        (theirs(THEIR_USER).identity(elsewhere()).policy(named(OTHER)), IMPLICIT),
        (theirs(THEIR_ROOT).policy(named(OTHER)), ALLOWED),
        // Within the account it delegates, as the account does.
        (with_accounts(request()).policy(named(OWNER)), IMPLICIT),
        (with_accounts(request()).identity(full()).policy(named(OWNER)), ALLOWED),
    ]);
}

#[test]
fn e109_lists_grant_to_other_accounts_and_to_groups() {
    let read = |to: &'static str| [(to, "READ")];
    check_all([
        (object(THEIR_USER, &read(OTHER)).identity(full()), ALLOWED),
        (object(THEIR_USER, &read(OTHER)).identity(elsewhere()), IMPLICIT),
        (object(THEIR_ROOT, &read(OTHER)), ALLOWED),
        (object(THEIR_USER, &read(STRANGER)).identity(full()), IMPLICIT),
        // The owner's own grant adds nothing for its users, and its root needs none.
        (object(USER, &[(OWNER, "FULL_CONTROL")]), IMPLICIT),
        (object(HOME_ROOT, &[]), ALLOWED),
        // Groups count as everyone, for signed callers too.
        (object(ANONYMOUS, &read(ALL_USERS)), ALLOWED),
        (object(USER, &read(ALL_USERS)), ALLOWED),
        (object(ANONYMOUS, &read(AUTHENTICATED)), IMPLICIT),
        (object(USER, &read(AUTHENTICATED)), ALLOWED),
        (object(THEIR_USER, &read(AUTHENTICATED)).identity(full()), ALLOWED),
        (object(THEIR_USER, &read(AUTHENTICATED)).identity(elsewhere()), IMPLICIT),
        (object(SERVICE, &read(AUTHENTICATED)), IMPLICIT),
        (object(ANONYMOUS, &read(LOG_DELIVERY)), IMPLICIT),
        // A list never takes, and a Deny still wins.
        (object(ANONYMOUS, &read(ALL_USERS)).policy(refuse("*")), EXPLICIT),
        (object(USER, &read(ALL_USERS)).identity(deny("s3:*")), EXPLICIT),
    ]);
}

#[test]
fn e178_lists_count_unless_the_bucket_owner_owns_everything() {
    let owned = |how: &str| object(ANONYMOUS, &[(ALL_USERS, "READ")]).with("ObjectOwnership", how);
    check_all([
        (owned("BucketOwnerEnforced"), IMPLICIT),
        (owned("BucketOwnerPreferred"), ALLOWED),
        (owned("ObjectWriter"), ALLOWED),
        // A bucket without the setting is of the old kind.
        (object(ANONYMOUS, &[(ALL_USERS, "READ")]), ALLOWED),
    ]);
}

#[test]
fn e179_what_each_permission_lets_do() {
    let on_bucket = |permission: &'static str, action: &str| {
        let on = if action == "s3:PutObject" || action == "s3:DeleteObjectVersion" { OBJECT } else { BUCKET };
        bucket(ANONYMOUS, &[(ALL_USERS, permission)]).action(action).on(on)
    };
    let on_object =
        |permission: &'static str, action: &str| object(ANONYMOUS, &[(ALL_USERS, permission)]).action(action);
    check_all([
        (on_bucket("READ", "s3:ListBucket"), ALLOWED),
        (on_bucket("READ", "s3:ListBucketVersions"), ALLOWED),
        (on_bucket("READ", "s3:ListBucketMultipartUploads"), ALLOWED),
        (on_bucket("READ", "s3:GetBucketAcl"), IMPLICIT),
        (on_bucket("READ", "s3:PutObject"), IMPLICIT),
        (on_bucket("WRITE", "s3:PutObject"), ALLOWED),
        (on_bucket("WRITE", "s3:DeleteObjectVersion"), IMPLICIT),
        (on_bucket("WRITE", "s3:ListBucket"), IMPLICIT),
        (on_bucket("READ_ACP", "s3:GetBucketAcl"), ALLOWED),
        (on_bucket("READ_ACP", "s3:PutBucketAcl"), IMPLICIT),
        (on_bucket("WRITE_ACP", "s3:PutBucketAcl"), ALLOWED),
        (on_bucket("FULL_CONTROL", "s3:PutBucketAcl"), ALLOWED),
        (on_bucket("FULL_CONTROL", "s3:DeleteBucket"), IMPLICIT),
        (on_object("READ", "s3:GetObject"), ALLOWED),
        (on_object("READ", "s3:GetObjectVersion"), ALLOWED),
        (on_object("READ", "s3:GetObjectAcl"), IMPLICIT),
        (on_object("READ_ACP", "s3:GetObjectVersionAcl"), ALLOWED),
        (on_object("WRITE_ACP", "s3:PutObjectAcl"), ALLOWED),
        (on_object("FULL_CONTROL", "s3:PutObjectVersionAcl"), ALLOWED),
        (on_object("FULL_CONTROL", "s3:DeleteObject"), IMPLICIT),
    ]);
}

#[test]
fn e49_a_list_in_unknown_words_is_unknown() {
    check_open(object(ANONYMOUS, &[(ALL_USERS, "ADMIN")]), "Permission");
    check_open(object(ANONYMOUS, &[("http://acs.amazonaws.com/groups/global/Friends", "READ")]), "Grantee");
}

fn block(request: Request, setting: &str) -> Request {
    let mut block = json!({});
    block[setting] = json!(true);
    request.with("PublicAccessBlock", block)
}

#[test]
fn e180_what_block_public_access_takes_away() {
    let listed = |caller: &str, to: &'static str| object(caller, &[(to, "READ")]).identity(full());
    let public = |caller: &str| with_accounts(request().caller(caller)).identity(full()).policy(grant("*"));
    let two = json!([grant("*")["Statement"], grant(aws(THEIR_ROOT))["Statement"]]);
    let narrow = grant(aws(THEIR_ROOT));
    check_all([
        // Public grants of lists do not count; others do.
        (block(object(ANONYMOUS, &[(ALL_USERS, "READ")]), "IgnorePublicAcls"), IMPLICIT),
        (block(listed(THEIR_USER, AUTHENTICATED), "IgnorePublicAcls"), IMPLICIT),
        (block(listed(THEIR_USER, OTHER), "IgnorePublicAcls"), ALLOWED),
        (block(listed(USER, ALL_USERS), "IgnorePublicAcls"), ALLOWED),
        (block(public(ANONYMOUS), "IgnorePublicAcls"), ALLOWED),
        // A public policy lets in the own account and services only.
        (block(request().caller(ANONYMOUS).policy(grant("*")), "RestrictPublicBuckets"), IMPLICIT),
        (block(public(THEIR_USER), "RestrictPublicBuckets"), IMPLICIT),
        (block(public(USER).identity(elsewhere()), "RestrictPublicBuckets"), ALLOWED),
        (block(request().caller(SERVICE).policy(grant("*")), "RestrictPublicBuckets"), ALLOWED),
        // Also by the statement that is not public; a policy without a public one is left alone.
        (block(public(THEIR_USER).policy(document(two)), "RestrictPublicBuckets"), IMPLICIT),
        (block(public(THEIR_USER).policy(narrow), "RestrictPublicBuckets"), ALLOWED),
        // What a list grants is not what the policy grants.
        (block(listed(THEIR_USER, OTHER).policy(grant("*")), "RestrictPublicBuckets"), ALLOWED),
        // The other two refuse what is written, not what is asked.
        (block(object(ANONYMOUS, &[(ALL_USERS, "READ")]), "BlockPublicAcls"), ALLOWED),
        (block(public(ANONYMOUS), "BlockPublicPolicy"), ALLOWED),
    ]);
}

#[test]
fn e181_policies_that_are_public() {
    let asked = |condition: Value, key: &str, value: &str| {
        let policy = grant_if("*", condition);
        block(request().caller(THEIR_USER).identity(full()).policy(policy).key(key, value), "RestrictPublicBuckets")
    };
    let one = |operator: &str, key: &str, values: Value| {
        let mut condition = json!({});
        condition[operator][key] = values;
        condition
    };
    let range = |ranges: Value| asked(one("IpAddress", "aws:SourceIp", ranges), "aws:SourceIp", "203.0.113.5");
    let point = |operator: &str, arn: &str| {
        asked(
            one(operator, "s3:DataAccessPointArn", json!(arn)),
            "s3:DataAccessPointArn",
            "arn:aws:s3:eu-west-1:222222222222:accesspoint/p",
        )
    };
    check_all([
        (asked(one("StringEquals", "aws:SourceVpce", json!("vpce-1")), "aws:SourceVpce", "vpce-1"), ALLOWED),
        (asked(one("StringLike", "aws:SourceVpce", json!("vpce-*")), "aws:SourceVpce", "vpce-1"), IMPLICIT),
        (asked(one("StringEqualsIfExists", "aws:SourceVpce", json!("vpce-1")), "aws:SourceVpce", "vpce-1"), IMPLICIT),
        (asked(one("StringNotEquals", "aws:SourceVpce", json!("vpce-2")), "aws:SourceVpce", "vpce-1"), IMPLICIT),
        (asked(one("StringEquals", "aws:UserAgent", json!("me")), "aws:UserAgent", "me"), IMPLICIT),
        (asked(one("StringEquals", "aws:PrincipalOrgID", json!("o-1")), "aws:PrincipalOrgID", "o-1"), ALLOWED),
        (range(json!("203.0.113.0/24")), ALLOWED),
        (range(json!("203.0.0.0/8")), ALLOWED),
        (range(json!("192.0.0.0/4")), IMPLICIT),
        (range(json!(["203.0.113.0/24", "0.0.0.0/0"])), IMPLICIT),
        (range(json!(["203.0.113.0/24", "10.0.0.0/8"])), ALLOWED),
        (point("StringLike", "arn:aws:s3:eu-west-1:222222222222:accesspoint/*"), ALLOWED),
        (point("StringLike", "arn:aws:s3:*:*:accesspoint/p"), IMPLICIT),
        // Whatever a public statement is about, the policy is public as a whole.
        (
            block(
                request().caller(THEIR_USER).identity(full()).policy(document(json!([
                    grant(aws(THEIR_ROOT))["Statement"],
                    of("Allow", json!({"Principal": "*", "Action": "s3:GetBucketLocation"}))["Statement"],
                ]))),
                "RestrictPublicBuckets",
            ),
            IMPLICIT,
        ),
        // A provider that anyone can sign in to is the public (what it vouches for calls no S3 by itself).
        (
            block(
                request().caller(THEIR_USER).identity(full()).policy(document(json!([
                    grant(aws(THEIR_ROOT))["Statement"],
                    grant(json!({"Federated": "www.facebook.com"}))["Statement"],
                ]))),
                "RestrictPublicBuckets",
            ),
            IMPLICIT,
        ),
    ]);
}

#[test]
fn e176_user_context_and_bucket_context() {
    check_all([
        // In one account user and bucket policies are considered together.
        (request().identity(full()), ALLOWED),
        (request().policy(grant(aws(USER))), ALLOWED),
        // Across accounts both contexts have to allow; root has no user context.
        (request().caller(THEIR_USER).identity(full()), IMPLICIT),
        (request().caller(THEIR_USER).identity(full()).policy(grant(aws(AWAY))), ALLOWED),
        (request().caller(THEIR_ROOT).policy(grant(aws(AWAY))), ALLOWED),
    ]);
}

#[test]
fn e192_policies_of_buckets_are_their_owners_business() {
    for action in ["s3:GetBucketPolicy", "s3:PutBucketPolicy", "s3:DeleteBucketPolicy"] {
        let theirs = request().caller(THEIR_USER).identity(full()).action(action).on(BUCKET);
        check(theirs.policy(grant("*")), IMPLICIT);
        check(request().identity(full()).action(action).on(BUCKET), ALLOWED);
        // A service is of no account (E161).
        let service = request().caller(SERVICE).action(action).on(BUCKET);
        check(service.policy(grant(json!({ "Service": SERVICE }))), ALLOWED);
    }
}
