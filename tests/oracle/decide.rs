//! AWS's decision, step by step (section 4).

use crate::layers::{Say, Says, says};
use crate::principal::Grant;
use crate::readings::{
    Answer, BUCKET_POLICY_OF_FOREIGN_OBJECT, Decision, GRANT_ACROSS_ACCOUNTS, GRANT_TO_LIMITED_ROLE, Readings,
    STAR_FEDERATED_USER, over_all,
};
use crate::request::{Credentials, Kind, Request, is_role};
use crate::s3::{ObjectOwner, acl_grants, foreign_object};

/// The answer to a request, over all readings.
pub(crate) fn answer(request: &Request) -> Answer {
    over_all(false, |readings| decide(request, readings))
}

/// The answer that takes for open what the rules decide only where a decision must be taken.
pub(crate) fn answer_of_all_readings(request: &Request) -> Answer {
    over_all(true, |readings| decide(request, readings))
}

/// The decision under one reading.
pub(crate) fn decide(request: &Request, readings: &Readings) -> Decision {
    // Step 0 (E114a).
    if is_never_decided_by_policy(request) {
        return Decision::Allowed;
    }
    if is_never_possible(request) {
        return Decision::ImplicitDeny;
    }
    let says = says(request, readings);
    // Step 1 (E115, E116).
    if denies(request, &says) {
        return Decision::ExplicitDeny;
    }
    // Step 2 (E117, E100), and the endpoint (E108).
    let limits = says.scp.iter().chain(&says.endpoint).all(|say| say.allows);
    // Step 3.
    if limits && allows(request, &says, readings) { Decision::Allowed } else { Decision::ImplicitDeny }
}

/// E4: GetCallerIdentity works for whoever signs; GetSessionToken for users and root with their own credentials.
fn is_never_decided_by_policy(request: &Request) -> bool {
    match request.action.as_str() {
        "sts:getcalleridentity" => request.caller.account.is_some(),
        "sts:getsessiontoken" => {
            matches!(request.caller.kind, Kind::User(_) | Kind::Root) && has_long_term_key(request)
        }
        _ => false,
    }
}

/// E114a: what no Allow overrides.
fn is_never_possible(request: &Request) -> bool {
    let kind = &request.caller.kind;
    let action = request.action.as_str();
    // E161: a service is of no account, and so not of another.
    let from_elsewhere = !request.same_account() && !matches!(kind, Kind::Service(_));
    match request.service() {
        // E201: nobody calls PassRole; calls of other services ask for it.
        "iam" if action == "iam:passrole" => false,
        // E149: a session token without MFA does not call IAM, with or without it STS but for AssumeRole.
        "iam" if request.credentials == Credentials::SessionToken => true,
        "sts" if has_session_token(request) && !request.is_trust() => true,
        // E4, E148: federation and session tokens are for a user's or root's own credentials.
        "sts" if !has_long_term_key(request) && matches!(action, "sts:getfederationtoken" | "sts:getsessiontoken") => {
            true
        }
        // E35: an identity provider serves the roles of its own account.
        "sts" if request.provider_is_elsewhere() => true,
        // E148: a federated user's session calls neither IAM nor STS.
        "iam" if matches!(kind, Kind::FederatedUser(_)) => true,
        "sts" if matches!(kind, Kind::FederatedUser(_)) => true,
        // E150; and GetSessionToken, which no policy gives (E4), is nothing for other callers.
        "sts" if matches!(kind, Kind::RoleSession { .. }) => {
            matches!(action, "sts:getfederationtoken" | "sts:getsessiontoken")
        }
        // E139.
        "sts" if *kind == Kind::Root => action == "sts:assumerole",
        // E156: a signed API.
        "sts" if *kind == Kind::Anonymous => action == "sts:assumerole",
        // E129.
        "kms" if from_elsewhere => is_key(request) && !CROSS_ACCOUNT_KMS.contains(&action),
        // E192.
        "s3" => {
            from_elsewhere && matches!(action, "s3:getbucketpolicy" | "s3:putbucketpolicy" | "s3:deletebucketpolicy")
        }
        _ => false,
    }
}

/// Whether the credentials are, or may be, a user's or root's own: those that other calls of STS ask for (E148, E149).
fn has_long_term_key(request: &Request) -> bool {
    matches!(request.credentials, Credentials::Unsaid | Credentials::LongTermKey)
}

fn has_session_token(request: &Request) -> bool {
    matches!(request.credentials, Credentials::SessionToken | Credentials::MfaSession)
}

/// E129.
const CROSS_ACCOUNT_KMS: [&str; 20] = [
    "kms:encrypt",
    "kms:decrypt",
    "kms:reencryptfrom",
    "kms:reencryptto",
    "kms:generatedatakey",
    "kms:generatedatakeywithoutplaintext",
    "kms:generatedatakeypair",
    "kms:generatedatakeypairwithoutplaintext",
    "kms:sign",
    "kms:verify",
    "kms:generatemac",
    "kms:verifymac",
    "kms:derivesharedsecret",
    "kms:creategrant",
    "kms:describekey",
    "kms:getkeyrotationstatus",
    "kms:getpublickey",
    "kms:listgrants",
    "kms:retiregrant",
    "kms:revokegrant",
];

/// E115: a Deny of any kind, but for the owner's root that mends a bucket policy (E116) and for RetireGrant (E189).
fn denies(request: &Request, says: &Says) -> bool {
    let owner_root = request.caller.kind == Kind::Root && request.same_account();
    let mends = owner_root
        && matches!(request.action.as_str(), "s3:getbucketpolicy" | "s3:putbucketpolicy" | "s3:deletebucketpolicy");
    let resource = says.resource_denies && !mends && request.action != "kms:retiregrant";
    let others = [Some(says.identity), says.boundary, says.session, says.endpoint];
    let denying = |say: Say| say.denies;
    says.rcp_denies || says.scp.iter().copied().any(denying) || resource || others.into_iter().flatten().any(denying)
}

/// 4.4 to 4.8: whether somebody grants it, on every side that must.
fn allows(request: &Request, says: &Says, readings: &Readings) -> bool {
    // E20.
    if !request.same_partition() {
        return false;
    }
    if let Some(owner) = foreign_object(request) {
        return on_foreign_object(owner, request, says, readings);
    }
    by_the_resource_and_its_account(request, says, readings)
}

fn by_the_resource_and_its_account(request: &Request, says: &Says, readings: &Readings) -> bool {
    let named = |grant: Grant| says.grants.contains(&grant);
    match &request.caller.kind {
        // E161, E162, E143: the resource's side alone.
        Kind::Service(_) => named(Grant::Service) || named(Grant::Star) || says.key_grants.contains(&Grant::Service),
        Kind::Anonymous => named(Grant::Star),
        Kind::Provider(_) => named(Grant::Provider) || named(Grant::Star),
        _ if request.same_account() => in_one_account(request, says, readings),
        // E131: a grant of a key is enough for whom it names, in another account too.
        _ if by_key_grant(request, says, readings) && readings.holds_or(GRANT_ACROSS_ACCOUNTS, true) => true,
        // E157, E160: both sides, however the resource's names the caller.
        _ => principal_side(request, says, readings) && !(says.grants.is_empty() && says.key_grants.is_empty()),
    }
}

/// E131: a grant names its grantee as an Allow of the key's policy would. What a boundary or session policy means to a
/// role that is named so is not documented.
fn by_key_grant(request: &Request, says: &Says, readings: &Readings) -> bool {
    let named = |grant: Grant| says.key_grants.contains(&grant);
    let limited = boundary_ok(says) && session_ok(request, says, readings);
    named(Grant::Session)
        || named(Grant::User)
        || (named(Grant::Role) && (limited || readings.holds(GRANT_TO_LIMITED_ROLE)))
        || (named(Grant::UserOfFederated) && limited)
}

/// E177: the object's owner decides, and the bucket's side only denies; the bucket's owner may delete. Whether the
/// bucket's policy grants after all is documented both ways.
fn on_foreign_object(owner: ObjectOwner<'_>, request: &Request, says: &Says, readings: &Readings) -> bool {
    let by_lists = Says { grants: acl_grants(request), ..says.clone() };
    let own = match (owner, request.caller.account.as_deref()) {
        (ObjectOwner::Account(owner), Some(account)) => owner == account,
        _ => false,
    };
    let by_owner = match request.caller.account {
        Some(_) if own => in_one_account(request, &by_lists, readings),
        Some(_) => !by_lists.grants.is_empty() && principal_side(request, says, readings),
        None => by_lists.grants.contains(&Grant::Star),
    };
    let deletes = ["s3:deleteobject", "s3:deleteobjectversion"].contains(&request.action.as_str());
    by_owner
        || ((deletes && request.same_account() || readings.holds(BUCKET_POLICY_OF_FOREIGN_OBJECT))
            && by_the_resource_and_its_account(request, says, readings))
}

/// 4.8 (a): IBP, PB and SP of the caller; root has none but the task policy of AssumeRoot (T13).
fn principal_side(request: &Request, says: &Says, readings: &Readings) -> bool {
    let identity = request.caller.kind == Kind::Root || (says.identity.allows && boundary_ok(says));
    identity && session_ok(request, says, readings)
}

/// `PBok` of 4.4.
fn boundary_ok(says: &Says) -> bool {
    says.boundary.is_none_or(|say| say.allows)
}

/// `SPok` of 4.4 (E97).
fn session_ok(request: &Request, says: &Says, readings: &Readings) -> bool {
    match request.caller.kind {
        // T13: there is always a task policy.
        Kind::Root if request.credentials == Credentials::AssumeRoot => {
            says.session.map_or_else(|| readings.holds("the task policy allows"), |say| say.allows)
        }
        Kind::FederatedUser(_) => says.session.is_some_and(|say| say.allows),
        _ => says.session.is_none_or(|say| say.allows),
    }
}

/// E119, with 4.6 and 4.7 for keys and roles.
fn in_one_account(request: &Request, says: &Says, readings: &Readings) -> bool {
    let named = |grant: Grant| says.grants.contains(&grant);
    let limited = boundary_ok(says) && session_ok(request, says, readings);
    // T13: whatever names the account's root.
    if request.credentials == Credentials::AssumeRoot && !limited {
        return false;
    }
    // 1, T5, T6.
    if named(Grant::Session) {
        return true;
    }
    // 2, T1.
    if named(Grant::User) {
        return true;
    }
    // 3, T3, T9, T11; T15 for federated users whose session policy does not allow.
    if named(Grant::Star) {
        let undocumented =
            matches!(request.caller.kind, Kind::FederatedUser(_)) && !session_ok(request, says, readings);
        if !undocumented || readings.holds(STAR_FEDERATED_USER) {
            return true;
        }
    }
    // 4, T4.
    if named(Grant::Role) && limited {
        return true;
    }
    // 5, T7.
    if named(Grant::UserOfFederated) && limited {
        return true;
    }
    // E126: a grant of the key.
    if by_key_grant(request, says, readings) {
        return true;
    }
    // E125, E126, E135, E136: a key's or role's own policy must let the account decide.
    let delegated = !needs_own_policy(request) || named(Grant::Account) || says.key_grants.contains(&Grant::Account);
    // 7, T11, T13.
    if request.caller.kind == Kind::Root {
        return delegated && session_ok(request, says, readings);
    }
    // 6, T2, T8, T10.
    delegated && says.identity.allows && limited
}

/// E124, E135: keys and the trust of roles. Not what acts on no key (E134), nor aliases (E133), nor IAM's own actions on
/// roles.
fn needs_own_policy(request: &Request) -> bool {
    match request.service() {
        "kms" => is_key(request),
        "sts" => is_role(&request.resource),
        _ => false,
    }
}

fn is_key(request: &Request) -> bool {
    request.resource.contains(":key/")
}
