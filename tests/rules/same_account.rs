//! Principal and resource in one account: what allows, and the truth table (E119-E123, T1-T15).

use serde_json::{Value, json};

use crate::request::*;

#[test]
fn e119_what_allows_in_one_account() {
    check_all([
        (request().caller(SESSION).policy(grant(aws(SESSION))), ALLOWED),
        (request().policy(grant(aws(USER))), ALLOWED),
        (request().policy(grant("*")), ALLOWED),
        (request().caller(SESSION).policy(grant("*")), ALLOWED),
        (request().caller(SESSION).policy(grant(aws(ROLE))).boundary(full()).session(full()), ALLOWED),
        (request().identity(full()), ALLOWED),
        (request().identity(full()).boundary(full()), ALLOWED),
        (request().caller(HOME_ROOT), ALLOWED),
        (request(), IMPLICIT),
        (request().policy(grant(aws(USER))).endpoint(grant(aws(BOB))), IMPLICIT),
        (request().identity(full()).endpoint(grant("*")), ALLOWED),
        (request().caller(HOME_ROOT).endpoint(of("Allow", json!({"Principal": "*", "Action": "s3:Put*"}))), IMPLICIT),
    ]);
}

#[test]
fn e120_an_account_grant_alone_gives_nothing() {
    for caller in [USER, SESSION, FEDERATED] {
        check(request().caller(caller).policy(grant(aws(HOME))), IMPLICIT);
        check(request().caller(caller).policy(grant(aws(HOME_ROOT))).identity(elsewhere()), IMPLICIT);
    }
    check(request().policy(grant(aws(HOME))).identity(full()), ALLOWED);
}

#[test]
fn e121_identity_and_resource_policies_are_a_union() {
    check_all([
        (request().identity(full()).policy(grant(aws(BOB))), ALLOWED),
        (request().identity(elsewhere()).policy(grant(aws(USER))), ALLOWED),
        (request().identity(elsewhere()).policy(grant(aws(BOB))), IMPLICIT),
    ]);
}

/// A row of the truth table: the decisions when identity policies alone do not allow, when the boundary does not, and
/// when the session policy does not.
#[track_caller]
fn row(caller: &str, policy: Value, identity: &str, boundary: &str, session: Option<&str>) {
    let base = || request().caller(caller).policy(policy.clone());
    check(base().identity(elsewhere()), identity);
    check(base(), identity);
    check(base().identity(full()).boundary(elsewhere()), boundary);
    check(base().identity(elsewhere()).boundary(elsewhere()), boundary);
    if let Some(session) = session {
        check(base().identity(full()).session(elsewhere()), session);
        check(base().identity(full()).boundary(full()).session(elsewhere()), session);
    }
    // A deny in any of them wins.
    check(base().identity(json!([full(), deny("s3:*")])), EXPLICIT);
    check(base().identity(full()).boundary(deny("s3:*")), EXPLICIT);
    if session.is_some() {
        check(base().identity(full()).session(deny("s3:*")), EXPLICIT);
    }
}

#[test]
fn t1_a_named_user_is_not_limited() {
    row(USER, grant(aws(USER)), ALLOWED, ALLOWED, None);
}

#[test]
fn t2_a_user_of_a_named_account_is_limited() {
    row(USER, grant(aws(HOME)), IMPLICIT, IMPLICIT, None);
    row(USER, grant(aws(HOME_ROOT)), IMPLICIT, IMPLICIT, None);
}

#[test]
fn t3_star_does_not_limit_a_user() {
    row(USER, grant("*"), ALLOWED, ALLOWED, None);
    row(USER, grant(aws("*")), ALLOWED, ALLOWED, None);
}

#[test]
fn t4_a_named_role_is_limited_by_its_boundary() {
    row(SESSION, grant(aws(ROLE)), ALLOWED, IMPLICIT, Some(IMPLICIT));
    row(ROLE, grant(aws(ROLE)), ALLOWED, IMPLICIT, Some(IMPLICIT));
}

#[test]
fn t5_e122_a_named_session_is_not_limited() {
    row(SESSION, grant(aws(SESSION)), ALLOWED, ALLOWED, Some(ALLOWED));
}

#[test]
fn t6_a_named_federated_user_is_not_limited() {
    row(FEDERATED, grant(aws(FEDERATED)), ALLOWED, ALLOWED, Some(ALLOWED));
    check(request().caller(FEDERATED).policy(grant(aws(FEDERATED))).identity(full()), ALLOWED);
}

#[test]
fn t7_the_federated_session_of_a_named_user_is_limited() {
    // Without a session policy, or with one that does not allow, whoever it was that federated.
    let named = || request().caller(FEDERATED).policy(grant(aws(USER)));
    check(named(), IMPLICIT);
    check(named().identity(full()), IMPLICIT);
    check(named().identity(full()).session(elsewhere()), IMPLICIT);
    check(named().identity(full()).session(full()).boundary(elsewhere()), IMPLICIT);
    // It may have been the one that is allowed or the one that is denied: two questions, not one.
    let either = document(json!([grant(aws(USER)), refuse(aws(BOB))]));
    check(request().caller(FEDERATED).policy(either).session(full()), CONDITIONAL);
}

#[test]
fn t8_a_session_of_a_named_account_is_limited() {
    row(SESSION, grant(aws(HOME)), IMPLICIT, IMPLICIT, Some(IMPLICIT));
}

#[test]
fn t9_star_does_not_limit_a_session() {
    row(SESSION, grant("*"), ALLOWED, ALLOWED, Some(ALLOWED));
    let narrowed = grant_if("*", json!({"ArnEquals": {"aws:PrincipalArn": ROLE}}));
    row(SESSION, narrowed, ALLOWED, ALLOWED, Some(ALLOWED));
    let other = grant_if("*", json!({"ArnEquals": {"aws:PrincipalArn": OTHER_ROLE}}));
    check(request().caller(SESSION).policy(other), IMPLICIT);
}

#[test]
fn t10_an_account_narrowed_to_a_role_still_delegates() {
    let narrowed = grant_if(aws(HOME), json!({"ArnEquals": {"aws:PrincipalArn": ROLE}}));
    row(SESSION, narrowed, IMPLICIT, IMPLICIT, Some(IMPLICIT));
}

#[test]
fn t11_root_needs_nothing_beside() {
    for principal in [aws(HOME), aws(HOME_ROOT), json!("*")] {
        check(request().caller(HOME_ROOT).policy(grant(principal)), ALLOWED);
    }
    check(request().caller(HOME_ROOT).policy(refuse("*")), EXPLICIT);
}

#[test]
fn t12_a_session_token_is_its_user() {
    let with = |identity: Value, boundary: Value| {
        let token =
            request().key("aws:MultiFactorAuthPresent", "true").key("aws:TokenIssueTime", "2026-01-01T00:00:00Z");
        token.policy(grant(aws(USER))).identity(identity).boundary(boundary)
    };
    check(with(elsewhere(), full()), ALLOWED);
    check(with(full(), elsewhere()), ALLOWED);
    check(with(json!([deny("s3:*")]), full()), EXPLICIT);
}

#[test]
fn t14_a_silent_resource_policy_gives_nothing() {
    for policy in [grant(aws(BOB)), grant(aws(AWAY))] {
        row(USER, policy.clone(), IMPLICIT, IMPLICIT, None);
        row(SESSION, policy.clone(), IMPLICIT, IMPLICIT, Some(IMPLICIT));
        row(FEDERATED, policy, IMPLICIT, IMPLICIT, Some(IMPLICIT));
    }
}

#[test]
fn t15_star_and_federated_users() {
    let star = || request().caller(FEDERATED).policy(grant("*"));
    check(star().identity(elsewhere()).session(full()), ALLOWED);
    check(star().identity(full()).session(full()).boundary(elsewhere()), ALLOWED);
    check_open(star().identity(full()).session(elsewhere()), "undocumented-star-federated");
    check_open(star(), "undocumented-star-federated");
}

#[test]
fn e123_across_accounts_nothing_is_spared() {
    for (caller, principal) in [
        (USER, aws(USER)),
        (USER, json!("*")),
        (SESSION, aws(SESSION)),
        (SESSION, aws(ROLE)),
        (SESSION, json!("*")),
        (FEDERATED, aws(FEDERATED)),
    ] {
        let base = || request().caller(caller).policy(grant(principal.clone())).abroad();
        check(base(), IMPLICIT);
        check(base().identity(elsewhere()).session(full()), IMPLICIT);
        if caller == USER {
            check(base().identity(full()), ALLOWED);
        } else {
            check(base().identity(full()).session(full()), ALLOWED);
            check(base().identity(full()).session(elsewhere()), IMPLICIT);
        }
        check(base().identity(full()).session(full()).boundary(elsewhere()), IMPLICIT);
    }
}
