//! Who a `Principal` or `NotPrincipal` matches (E21-E42).

use serde_json::{Value, json};

use crate::request::*;

#[test]
fn e22_principal_forms_are_ored() {
    let cases = [
        (json!("*"), ALLOWED),
        (aws("*"), ALLOWED),
        (aws(USER), ALLOWED),
        (aws(json!([BOB, USER])), ALLOWED),
        (aws(BOB), IMPLICIT),
        (json!({"Service": SERVICE, "AWS": USER}), ALLOWED),
        (json!({"Service": [SERVICE], "AWS": [BOB]}), IMPLICIT),
    ];
    for (principal, expected) in cases {
        check(request().policy(grant(principal)), expected);
    }
    for principal in [json!({"Service": SERVICE, "AWS": BOB}), json!({"AWS": [BOB], "Service": [SERVICE]})] {
        check(request().caller(SERVICE).policy(grant(principal)), ALLOWED);
    }
}

#[test]
fn e23_a_group_is_never_a_principal() {
    let group = aws("arn:aws:iam::111111111111:group/ana");
    check(request().policy(grant(group.clone())), IMPLICIT);
    check(request().identity(full()).policy(refuse(group)), ALLOWED);
}

#[test]
fn e24_wildcards_in_a_principal_match_nothing() {
    for arn in [
        "arn:aws:iam::111111111111:user/*",
        "arn:aws:iam::111111111111:user/an?",
        "arn:aws:iam::*:user/ana",
        "arn:aws:iam::111111111111:*",
    ] {
        check(request().policy(grant(aws(arn))), IMPLICIT);
        check(request().identity(full()).policy(refuse(aws(arn))), ALLOWED);
    }
}

#[test]
fn e26_account_and_root_arn_are_one_value_and_delegate() {
    for account in [HOME, HOME_ROOT] {
        let granted = grant(aws(account));
        check_all([
            (request().policy(granted.clone()), IMPLICIT),
            (request().policy(granted.clone()).identity(full()), ALLOWED),
            (request().policy(granted.clone()).abroad(), IMPLICIT),
            (request().policy(granted.clone()).abroad().identity(full()), ALLOWED),
            (request().policy(granted.clone()).caller(HOME_ROOT), ALLOWED),
            (request().policy(granted.clone()).caller(HOME_ROOT).abroad(), ALLOWED),
            (request().policy(granted.clone()).caller(ANONYMOUS), IMPLICIT),
            (request().policy(refuse(aws(account))).identity(full()), EXPLICIT),
        ]);
        // A gateway endpoint's policy means the root user alone, an interface endpoint's the account;
        // which of them it is, a request does not say.
        let through = |action, resource, caller| {
            request().caller(caller).action(action).on(resource).identity(full()).endpoint(granted.clone())
        };
        let item = "arn:aws:dynamodb:eu-west-1:111111111111:table/t";
        check_open(through("s3:GetObject", OBJECT, USER), "gateway-endpoint");
        check_open(through("dynamodb:GetItem", item, USER), "gateway-endpoint");
        check(through("s3:GetObject", OBJECT, HOME_ROOT), ALLOWED);
        check(through("sqs:SendMessage", QUEUE, USER), ALLOWED);
    }
    check(request().policy(grant(aws(AWAY))).identity(elsewhere()), IMPLICIT);
}

#[test]
fn e27_principal_arn_of_root_is_the_root_user() {
    for mode in [Request::open, |request| request] {
        let with = |caller| {
            let policy = grant_if("*", json!({"ArnEquals": {"aws:PrincipalArn": HOME_ROOT}}));
            mode(request().caller(caller).policy(policy).abroad().identity(full()))
        };
        check_all([(with(HOME_ROOT), ALLOWED), (with(USER), IMPLICIT), (with(SESSION), IMPLICIT)]);
    }
}

#[test]
fn e28_a_role_arn_matches_each_session_and_a_session_arn_one() {
    check_all([
        (request().caller(SESSION).policy(grant(aws(ROLE))), ALLOWED),
        (request().caller(OTHER_SESSION).policy(grant(aws(ROLE))), ALLOWED),
        (request().caller(SESSION).policy(grant(aws(SESSION))), ALLOWED),
        (request().caller(OTHER_SESSION).policy(grant(aws(SESSION))), IMPLICIT),
        (request().caller(SESSION).policy(grant(aws(OTHER_ROLE))), IMPLICIT),
        (request().caller(OTHER_SESSION).identity(full()).policy(refuse(aws(SESSION))), ALLOWED),
        (request().caller(OTHER_SESSION).identity(full()).policy(refuse(aws(ROLE))), EXPLICIT),
    ]);
}

#[test]
fn e33_star_matches_service_principals() {
    for star in [json!("*"), aws("*")] {
        // For a point decision it does; whether an Allow means it is not documented.
        check(request().caller(SERVICE).policy(grant(star.clone())), ALLOWED);
        check_open(request().caller(SERVICE).policy(grant(star.clone())).open(), "star-names-services");
        check(request().caller(SERVICE).policy(refuse(star)), EXPLICIT);
    }
    check(request().caller(SERVICE).policy(grant(json!({"Service": "sns.amazonaws.com"}))), IMPLICIT);
    check(request().caller(SERVICE).policy(grant(aws(HOME))), IMPLICIT);
}

fn not_principal(effect: &str, principal: Value) -> Value {
    of(effect, json!({"NotPrincipal": principal}))
}

#[test]
fn e39_not_principal_has_no_place_beside_identities() {
    // A statement of an identity policy or SCP that holds it is one whose effect is not known (E49).
    let odd = not_principal("Allow", aws(BOB));
    check_open(request().identity(odd.clone()), "NotPrincipal");
    check_open(request().identity(full()).scp(json!([[odd]])), "NotPrincipal");
    check_open(request().identity(json!([full(), not_principal("Deny", aws(BOB))])), "NotPrincipal");
}

#[test]
fn e40_not_principal_denies_whoever_is_not_listed() {
    let with = |caller, listed| request().caller(caller).identity(full()).policy(not_principal("Deny", listed));
    check_all([
        (with(USER, aws(BOB)), EXPLICIT),
        (with(USER, aws(json!([USER, HOME]))), ALLOWED),
        (with(USER, aws(json!([USER, HOME_ROOT]))), ALLOWED),
        (with(USER, aws(USER)), EXPLICIT),
        (with(USER, aws(HOME)), EXPLICIT),
        (with(SESSION, aws(json!([HOME, ROLE, SESSION]))), ALLOWED),
        (with(SESSION, aws(json!([HOME, ROLE]))), EXPLICIT),
        (with(SESSION, aws(json!([HOME, SESSION]))), EXPLICIT),
        (with(SESSION, aws(json!([HOME, ROLE, OTHER_SESSION]))), EXPLICIT),
        (with(SESSION, aws(BOB)).open(), EXPLICIT),
    ]);
    check_open(with(USER, aws(USER)).open(), "not-principal");
    let everybody = document(json!([
        {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"},
        {"Effect": "Deny", "NotPrincipal": {"Service": SERVICE, "AWS": HOME}, "Action": "*", "Resource": "*"},
    ]));
    check_all([
        (request().caller(SERVICE).policy(everybody.clone()), ALLOWED),
        (request().caller("sns.amazonaws.com").policy(everybody.clone()), EXPLICIT),
        (request().caller(ANONYMOUS).policy(everybody), EXPLICIT),
    ]);
}

#[test]
fn e41_with_a_boundary_not_principal_always_denies() {
    let spared = |caller, listed| {
        request().caller(caller).identity(full()).boundary(full()).policy(not_principal("Deny", listed))
    };
    check(spared(USER, aws(json!([HOME, USER]))), EXPLICIT);
    check(spared(SESSION, aws(json!([HOME, ROLE, SESSION]))), EXPLICIT);
    check(spared(USER, aws(json!([HOME, USER]))).open(), EXPLICIT);
}

#[test]
fn e42_allowed_not_principal_matches_everyone_else() {
    // Whether identity providers are meant is as open as with `*` (E34).
    let saml = "sts:AssumeRoleWithSAML";
    let others = document(json!({"Effect": "Allow", "NotPrincipal": aws(BOB), "Action": saml}));
    check(assume(SAML).action(saml).policy(others.clone()), ALLOWED);
    check_open(assume(SAML).action(saml).policy(others).open(), "star-names-federated-callers");
    let policy = not_principal("Allow", aws(json!([BOB, HOME])));
    check_all([
        (request().caller(ANONYMOUS).policy(policy.clone()), ALLOWED),
        (request().caller("arn:aws:iam::222222222222:user/x").identity(full()).policy(policy.clone()), ALLOWED),
        (request().caller(BOB).policy(policy), IMPLICIT),
    ]);
}

#[test]
fn e31_conditions_mean_the_name_and_not_the_id() {
    // The role of the policy was deleted and another made under its name.
    let anew = request().caller(SESSION).key("aws:userid", "AROANEW:ci");
    check(anew.clone().policy(grant(aws("AROAOLD"))), IMPLICIT);
    check(anew.clone().policy(grant(aws("AROANEW"))), ALLOWED);
    check(anew.policy(grant_if("*", json!({"ArnEquals": {"aws:PrincipalArn": ROLE}}))), ALLOWED);
}

#[test]
fn e32_both_ways_to_write_everyone_are_one() {
    for caller in [USER, SESSION, FEDERATED, HOME_ROOT, ANONYMOUS, SERVICE, "arn:aws-cn:iam::111111111111:user/ana"] {
        for base in [request(), request().abroad(), request().identity(full()).session(full()), request().open()] {
            for policy in [grant, refuse] {
                let with = |everyone: Value| result(&base.clone().caller(caller).policy(policy(everyone)));
                assert_eq!(with(json!("*"))["EvalDecision"], with(aws("*"))["EvalDecision"], "{caller}");
            }
        }
    }
    // Signed callers within the partition only (E20).
    check(request().caller("arn:aws-cn:iam::111111111111:user/ana").policy(grant(aws("*"))), IMPLICIT);
}

#[test]
fn e34_everyone_and_the_callers_of_identity_providers() {
    for (provider, action) in [(OIDC, "sts:AssumeRoleWithWebIdentity"), (SAML, "sts:AssumeRoleWithSAML")] {
        for star in [json!("*"), aws("*")] {
            let trusted = assume(provider).action(action).policy(trust(star, action));
            check(trusted.clone(), ALLOWED);
            let reasons = result(&trusted)["Reasons"].to_string();
            assert!(reasons.contains("star-names-federated-callers"), "{reasons}");
            check_open(trusted.open(), "star-names-federated-callers");
        }
    }
}

#[test]
fn e35_identity_providers_are_those_of_the_roles_account() {
    let with = |provider: &str, action: &str| {
        assume(provider).action(action).policy(trust(json!({"Federated": provider}), action))
    };
    for (provider, action) in [(OIDC, "sts:AssumeRoleWithWebIdentity"), (SAML, "sts:AssumeRoleWithSAML")] {
        check(with(provider, action), ALLOWED);
        check(with(&provider.replace(HOME, AWAY), action), IMPLICIT);
    }
    for built_in in ["cognito-identity.amazonaws.com", "www.amazon.com", "graph.facebook.com", "accounts.google.com"] {
        check(with(built_in, "sts:AssumeRoleWithWebIdentity"), ALLOWED);
        check(with(built_in, "sts:AssumeRoleWithSAML"), IMPLICIT);
    }
    check(with(OIDC, "sts:AssumeRoleWithSAML"), IMPLICIT);
    check(with(SAML, "sts:AssumeRoleWithWebIdentity"), IMPLICIT);
}

#[test]
fn e36_a_canonical_user_of_no_known_account_is_somebody_outside() {
    let somebody = json!({"CanonicalUser": "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"});
    for caller in [USER, SESSION, HOME_ROOT] {
        check(request().abroad().caller(caller).identity(full()).policy(grant(somebody.clone())), IMPLICIT);
        check(request().caller(caller).identity(full()).policy(refuse(somebody.clone())), ALLOWED);
    }
    check(request().caller(ANONYMOUS).policy(grant(somebody)), IMPLICIT);
}

#[test]
fn e36a_origin_access_identities() {
    let identity = |id: &str| format!("arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity {id}");
    let bucket = |caller: &str| request().caller(caller).policy(grant(aws(identity("E1"))));
    check_all([
        (bucket(&identity("E1")), ALLOWED),
        (bucket(&identity("E2")), IMPLICIT),
        (bucket(USER), IMPLICIT),
        (bucket(ANONYMOUS), IMPLICIT),
        (bucket(&identity("E1")).rcp(json!([[refuse("*")]])), EXPLICIT),
    ]);
}

#[test]
fn e37_service_names_match_exactly() {
    let regional = "logs.af-south-1.amazonaws.com";
    for (caller, named, expected) in [
        (SERVICE, SERVICE, ALLOWED),
        (regional, regional, ALLOWED),
        (regional, SERVICE, IMPLICIT),
        (SERVICE, regional, IMPLICIT),
        ("logs.eu-west-1.amazonaws.com", regional, IMPLICIT),
    ] {
        check(request().caller(caller).policy(grant(json!({"Service": named}))), expected);
        check(assume(caller).policy(trust(json!({"Service": named}), "sts:AssumeRole")), expected);
    }
}
