//! ACLs, Object Ownership and Block Public Access of buckets and objects (E109, E177-E181).

use std::collections::BTreeSet;

use crate::document::{Condition, Policy, Principals, Statement};
use crate::json::Json;
use crate::principal::Grant;
use crate::request::{Kind, Request};
use crate::value::in_range;

/// What a request says of its bucket and object.
#[derive(Debug, Clone, Default)]
pub(crate) struct Bucket {
    pub(crate) bucket_acl: Option<Acl>,
    pub(crate) object_acl: Option<Acl>,
    /// E178: not said is ObjectWriter, ACLs active.
    pub(crate) ownership: Option<String>,
    /// E180: all false unless said.
    pub(crate) ignores_public_acls: bool,
    pub(crate) restricts_public_buckets: bool,
}

/// An ACL as `s3api get-bucket-acl` prints it.
#[derive(Debug, Clone)]
pub(crate) struct Acl {
    owner: Option<String>,
    grants: Vec<AclGrant>,
}

#[derive(Debug, Clone)]
struct AclGrant {
    /// A canonical id, or the URI of a group.
    grantee: String,
    permission: String,
}

impl Bucket {
    pub(crate) fn read(request: &Json) -> Self {
        let block = |name: &str| {
            let value = request.get("PublicAccessBlock").and_then(|block| block.get(name)).and_then(Json::scalar);
            value == Some("true")
        };
        Self {
            bucket_acl: request.get("BucketAcl").map(Acl::read),
            object_acl: request.get("ObjectAcl").map(Acl::read),
            ownership: request.get("ObjectOwnership").and_then(Json::scalar).map(str::to_owned),
            ignores_public_acls: block("IgnorePublicAcls"),
            restricts_public_buckets: block("RestrictPublicBuckets"),
        }
    }

    /// E178.
    fn has_acls(&self) -> bool {
        self.ownership.as_deref() != Some("BucketOwnerEnforced")
    }
}

impl Acl {
    fn read(json: &Json) -> Self {
        let text = |json: &Json, name: &str| json.get(name).and_then(Json::scalar).map(str::to_owned);
        let grant = |json: &Json| {
            let grantee = json.get("Grantee")?;
            let grantee = text(grantee, "ID").or_else(|| text(grantee, "URI"))?;
            Some(AclGrant { grantee, permission: text(json, "Permission")? })
        };
        let Some(Json::List(grants)) = json.get("Grants") else { return Self { owner: None, grants: Vec::new() } };
        let owner = json.get("Owner").and_then(|owner| text(owner, "ID"));
        Self { owner, grants: grants.iter().filter_map(grant).collect() }
    }
}

/// E179: the permission of a bucket's ACL, or of an object's, that stands for an action.
fn permissions(action: &str) -> (Option<&'static str>, Option<&'static str>) {
    match action {
        "s3:listbucket" | "s3:listbucketversions" | "s3:listbucketmultipartuploads" => (Some("READ"), None),
        "s3:putobject" => (Some("WRITE"), None),
        "s3:getbucketacl" => (Some("READ_ACP"), None),
        "s3:putbucketacl" => (Some("WRITE_ACP"), None),
        "s3:getobject" | "s3:getobjectversion" => (None, Some("READ")),
        "s3:getobjectacl" | "s3:getobjectversionacl" => (None, Some("READ_ACP")),
        "s3:putobjectacl" | "s3:putobjectversionacl" => (None, Some("WRITE_ACP")),
        _ => (None, None),
    }
}

/// How ACLs name the caller for the action.
pub(crate) fn acl_grants(request: &Request) -> BTreeSet<Grant> {
    let bucket = &request.bucket;
    if !bucket.has_acls() {
        return BTreeSet::new();
    }
    let (of_bucket, of_object) = permissions(&request.action);
    let by = |acl: &Option<Acl>, permission: Option<&str>, owner: Option<&str>| -> BTreeSet<Grant> {
        let (Some(acl), Some(permission)) = (acl, permission) else { return BTreeSet::new() };
        let gives = |grant: &&AclGrant| grant.permission == permission || grant.permission == "FULL_CONTROL";
        acl.grants.iter().filter(gives).filter_map(|grant| names(grant, owner, request)).collect()
    };
    let owner = request.resource_account.as_deref();
    let object_owner = match object_owner(request) {
        ObjectOwner::OfBucket => owner,
        ObjectOwner::Account(account) => Some(account),
        ObjectOwner::Somebody => None,
    };
    let mut found = by(&bucket.bucket_acl, of_bucket, owner);
    found.extend(by(&bucket.object_acl, of_object, object_owner));
    found
}

/// E109, E179: how one grant names the caller. What the owner's account is granted adds nothing.
fn names(grant: &AclGrant, owner: Option<&str>, request: &Request) -> Option<Grant> {
    let public = !request.bucket.ignores_public_acls;
    let account = request.caller.account.as_deref();
    match grant.grantee.as_str() {
        "http://acs.amazonaws.com/groups/global/AllUsers" => public.then_some(Grant::Star),
        "http://acs.amazonaws.com/groups/global/AuthenticatedUsers" => {
            (public && account.is_some()).then_some(Grant::Star)
        }
        id => {
            let named = request.canonical_users.get(id).map(String::as_str)?;
            (Some(named) == account && Some(named) != owner).then_some(Grant::Account)
        }
    }
}

/// Who owns an object (E177).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ObjectOwner<'a> {
    OfBucket,
    /// Another account than the bucket's.
    Account(&'a str),
    /// Another account, and which one is not known.
    Somebody,
}

fn object_owner(request: &Request) -> ObjectOwner<'_> {
    let owner = |acl: &Option<Acl>| acl.as_ref().and_then(|acl| acl.owner.clone());
    let Some(of_object) = owner(&request.bucket.object_acl).filter(|_| request.bucket.has_acls()) else {
        return ObjectOwner::OfBucket;
    };
    let account = request.canonical_users.get(&of_object).map(String::as_str);
    match (account, request.resource_account.as_deref()) {
        (Some(account), Some(of_bucket)) if account == of_bucket => return ObjectOwner::OfBucket,
        (Some(account), Some(_)) => return ObjectOwner::Account(account),
        _ => {}
    }
    match owner(&request.bucket.bucket_acl) {
        Some(of_bucket) if of_bucket != of_object => account.map_or(ObjectOwner::Somebody, ObjectOwner::Account),
        _ => ObjectOwner::OfBucket,
    }
}

/// E177: for an action on an object that is there, and not the bucket owner's, its owner.
pub(crate) fn foreign_object(request: &Request) -> Option<ObjectOwner<'_>> {
    const OF_UPLOADS: [&str; 3] = ["s3:putobject", "s3:abortmultipartupload", "s3:listmultipartuploadparts"];
    let on_object = request.service() == "s3" && request.resource.contains('/');
    let owner = object_owner(request);
    (on_object && !OF_UPLOADS.contains(&request.action.as_str()) && owner != ObjectOwner::OfBucket).then_some(owner)
}

/// E180: whether what the bucket's policy gives the caller is refused because the policy is public.
pub(crate) fn refuses_public(policy: &Policy, request: &Request) -> bool {
    request.bucket.restricts_public_buckets
        && !matches!(request.caller.kind, Kind::Service(_))
        && !request.same_account()
        && policy.statements.iter().any(|statement| is_public(statement, policy.variables))
}

/// E181: public unless it grants to fixed values alone.
fn is_public(statement: &Statement, variables: bool) -> bool {
    let fixed = statement.principal.as_ref().is_some_and(is_fixed);
    let narrowed = statement.conditions.iter().any(|condition| narrows(condition, variables));
    !statement.denies && !fixed && !narrowed
}

fn is_fixed(listed: &Principals) -> bool {
    !listed.negated && listed.values.iter().all(|(kind, value)| kind != "Federated" && !value.contains(['*', '?']))
}

/// Whether a condition keeps a statement to fixed values.
fn narrows(condition: &Condition, variables: bool) -> bool {
    let operator = condition.operator.strip_prefix("ForAnyValue:").unwrap_or(&condition.operator);
    let key = condition.key.to_lowercase();
    let by_text = ["StringEquals", "StringEqualsIgnoreCase", "StringLike", "ArnEquals", "ArnLike"].contains(&operator);
    let written_out = |value: &String| !(variables && value.contains("${"));
    if condition.values.is_empty() || !condition.values.iter().all(written_out) {
        return false;
    }
    // E80: what compares whole texts has no wildcards.
    let wild = ["StringLike", "ArnEquals", "ArnLike"].contains(&operator);
    let plain = |value: &String| !(wild && value.contains(['*', '?']));
    match key.as_str() {
        "aws:sourceip" => operator == "IpAddress" && condition.values.iter().all(|value| is_narrow(value)),
        "aws:userid" => by_text && condition.values.iter().all(|value| plain(value) || is_of_role(value)),
        "s3:dataaccesspointarn" => by_text && condition.values.iter().all(|value| plain(value) || has_account(value)),
        "aws:principalorgid"
        | "aws:principalorgpaths"
        | "aws:principalarn"
        | "aws:principalaccount"
        | "aws:sourcearn"
        | "aws:sourcevpc"
        | "aws:sourcevpce"
        | "aws:sourceowner"
        | "aws:sourceaccount"
        | "s3:dataaccesspointaccount" => by_text && condition.values.iter().all(plain),
        _ => false,
    }
}

/// A range, and not broader than /8, or /32 of IPv6.
fn is_narrow(range: &str) -> bool {
    let (base, length) = range.split_once('/').unwrap_or((range, if range.contains(':') { "128" } else { "32" }));
    let least = if base.contains(':') { 32 } else { 8 };
    in_range(base, range).is_some() && length.parse::<u32>().is_ok_and(|length| length >= least)
}

/// `AROLEID:*`.
fn is_of_role(value: &str) -> bool {
    value.strip_suffix(":*").is_some_and(|id| id.starts_with("AROA") && !id.contains(['*', '?']))
}

/// An access point's ARN with a fixed account.
fn has_account(arn: &str) -> bool {
    crate::request::field(arn, 4).is_some_and(|account| account.len() == 12 && !account.contains(['*', '?']))
}
