//! Trust policies of roles (E135-E156).

use serde_json::{Value, json};

use crate::request::*;

#[test]
fn e135_the_trust_policy_must_allow() {
    check_all([
        (assume(USER).identity(full()), IMPLICIT),
        (assume(USER).identity(full()).policy(trust(aws(BOB), "sts:AssumeRole")), IMPLICIT),
        (assume(USER).identity(full()).policy(trust(aws(USER), "sts:TagSession")), IMPLICIT),
        (assume(USER).identity(full()).policy(trust(aws(HOME), "sts:*")), ALLOWED),
    ]);
}

#[test]
fn e136_a_user_named_or_its_account() {
    let by_name = || assume(USER).policy(trust(aws(USER), "sts:AssumeRole"));
    let by_account = || assume(USER).policy(trust(aws(HOME), "sts:AssumeRole"));
    check_all([
        (by_name(), ALLOWED),
        (by_name().boundary(elsewhere()), ALLOWED),
        (by_name().identity(deny("sts:*")), EXPLICIT),
        (by_account(), IMPLICIT),
        (by_account().identity(allow("sts:AssumeRole")), ALLOWED),
        (by_account().identity(allow_on(TARGET)), ALLOWED),
        (by_account().identity(allow_on(OTHER_ROLE)), IMPLICIT),
        (by_account().identity(full()).boundary(elsewhere()), IMPLICIT),
    ]);
}

#[test]
fn e137_a_role_that_assumes_a_role() {
    let with = |principal: Value| assume(SESSION).policy(trust(principal, "sts:AssumeRole"));
    check_all([
        (with(aws(ROLE)), ALLOWED),
        (with(aws(ROLE)).boundary(elsewhere()), IMPLICIT),
        (with(aws(ROLE)).session(elsewhere()), IMPLICIT),
        (with(aws(SESSION)).boundary(elsewhere()).session(elsewhere()), ALLOWED),
        (with(aws("*")).boundary(elsewhere()).session(elsewhere()), ALLOWED),
        (with(aws(HOME)), IMPLICIT),
        (with(aws(HOME)).identity(full()), ALLOWED),
    ]);
}

#[test]
fn e138_a_role_of_another_account() {
    for (caller, principal) in
        [(USER, aws(USER)), (USER, aws(HOME)), (USER, aws("*")), (SESSION, aws(ROLE)), (SESSION, aws(SESSION))]
    {
        let base = || assume(caller).abroad().policy(trust(principal.clone(), "sts:AssumeRole"));
        check_all([
            (base(), IMPLICIT),
            (base().identity(full()), ALLOWED),
            (base().identity(full()).boundary(elsewhere()), IMPLICIT),
            (base().identity(full()).scp(json!([[elsewhere()]])), IMPLICIT),
            (base().identity(full()).rcp(json!([[refuse("*")]])), EXPLICIT),
            (base().identity(full()).policy(trust(aws(BOB), "sts:AssumeRole")), IMPLICIT),
        ]);
    }
    let limited = assume(SESSION).abroad().policy(trust(aws(SESSION), "sts:AssumeRole")).identity(full());
    check(limited.session(elsewhere()), IMPLICIT);
}

#[test]
fn e139_root_assumes_no_role() {
    for principal in [aws(HOME), aws("*")] {
        check(assume(HOME_ROOT).policy(trust(principal.clone(), "sts:AssumeRole")), IMPLICIT);
        check(assume(HOME_ROOT).abroad().policy(trust(principal, "sts:AssumeRole")), IMPLICIT);
    }
}

#[test]
fn e142_tags_and_source_identity_are_permissions_of_their_own() {
    let some = trust(aws(USER), json!(["sts:AssumeRole", "sts:TagSession"]));
    let with = |action: &str| assume(USER).action(action).policy(some.clone());
    check_all([
        (with("sts:AssumeRole"), ALLOWED),
        (with("sts:TagSession"), ALLOWED),
        (with("sts:SetSourceIdentity"), IMPLICIT),
        (with("sts:SetContext"), IMPLICIT),
        (with("sts:SetSourceIdentity").identity(full()), IMPLICIT),
        (with("sts:TagSession").abroad(), IMPLICIT),
        (with("sts:TagSession").abroad().identity(allow("sts:AssumeRole")), IMPLICIT),
        (with("sts:TagSession").abroad().identity(allow("sts:TagSession")), ALLOWED),
    ]);
    let web = trust(json!({"Federated": OIDC}), json!(["sts:AssumeRoleWithWebIdentity", "sts:TagSession"]));
    check(assume(OIDC).action("sts:TagSession").policy(web.clone()), ALLOWED);
    check(assume(OIDC).action("sts:SetSourceIdentity").policy(web), IMPLICIT);
}

#[test]
fn e143_identity_providers_need_the_trust_policy_alone() {
    for (provider, action) in [
        (SAML, "sts:AssumeRoleWithSAML"),
        (OIDC, "sts:AssumeRoleWithWebIdentity"),
        ("accounts.google.com", "sts:AssumeRoleWithWebIdentity"),
    ] {
        let base = || assume(provider).action(action).policy(trust(json!({"Federated": provider}), action));
        check_all([
            (base(), ALLOWED),
            (base().scp(json!([[deny("*")]])), ALLOWED),
            (base().rcp(json!([[refuse("*")]])), EXPLICIT),
            (base().policy(trust(json!({"Federated": provider}), "sts:AssumeRole")), IMPLICIT),
            (base().policy(trust(json!({"Federated": "www.amazon.com"}), action)), IMPLICIT),
            (base().policy(trust(aws(HOME), action)), IMPLICIT),
            (assume(provider).action(action).identity(full()), IMPLICIT),
        ]);
    }
}

#[test]
fn e144_claims_of_identity_providers() {
    let condition =
        json!({"StringEquals": {"idp.example.com:aud": "sts"}, "StringLike": {"idp.example.com:sub": "repo:a/*"}});
    let action = "sts:AssumeRoleWithWebIdentity";
    let base = || assume(OIDC).action(action).policy(trust_if(json!({"Federated": OIDC}), action, condition.clone()));
    let sub = "idp.example.com:sub";
    check_all([
        (base(), IMPLICIT),
        (base().key("idp.example.com:aud", "sts").key(sub, "repo:a/b"), ALLOWED),
        (base().key("idp.example.com:aud", "sts").key(sub, "repo:b/a"), IMPLICIT),
        (base().key("idp.example.com:aud", "other").key(sub, "repo:a/b"), IMPLICIT),
    ]);
    check_open(base().key("idp.example.com:aud", "sts").open(), sub);
    let action = "sts:AssumeRoleWithSAML";
    let audience = json!({"StringEquals": {"saml:aud": "https://signin.aws.amazon.com/saml"}});
    let base = assume(SAML).action(action).policy(trust_if(json!({"Federated": SAML}), action, audience));
    check(base.clone(), IMPLICIT);
    check(base.clone().key("saml:aud", "https://signin.aws.amazon.com/saml"), ALLOWED);
    check_open(base.open(), "saml:aud");
}

#[test]
fn e145_services_need_the_trust_policy_alone() {
    let base = || assume("ec2.amazonaws.com").policy(trust(json!({"Service": "ec2.amazonaws.com"}), "sts:AssumeRole"));
    check_all([
        (base(), ALLOWED),
        (base().scp(json!([[deny("*")]])), ALLOWED),
        (base().rcp(json!([[refuse("*")]])), EXPLICIT),
        (base().caller("lambda.amazonaws.com"), IMPLICIT),
        (base().policy(trust(aws(HOME), "sts:AssumeRole")), IMPLICIT),
        (base().caller(USER).identity(full()), IMPLICIT),
    ]);
}

#[test]
fn e155_external_ids() {
    let asked = json!({"StringEquals": {"sts:ExternalId": "42"}});
    let base = || assume(USER).abroad().identity(full()).policy(trust_if(aws(HOME), "sts:AssumeRole", asked.clone()));
    check_all([
        (base(), IMPLICIT),
        (base().key("sts:ExternalId", "42"), ALLOWED),
        (base().key("sts:ExternalId", "43"), IMPLICIT),
    ]);
    check_open(base().open(), "sts:ExternalId");
    let free = assume(USER).abroad().identity(full()).policy(trust(aws(HOME), "sts:AssumeRole"));
    check(free.clone().key("sts:ExternalId", "43"), ALLOWED);
    check(free.open(), ALLOWED);
}

#[test]
fn e156_star_in_trust_policies() {
    for star in [json!("*"), aws("*")] {
        let base = || assume(USER).policy(trust(star.clone(), "sts:AssumeRole"));
        check_all([
            (base(), ALLOWED),
            (base().abroad(), IMPLICIT),
            (base().abroad().identity(full()), ALLOWED),
            (base().caller(ANONYMOUS), IMPLICIT),
        ]);
    }
}

#[test]
fn e140_a_role_does_not_trust_itself() {
    let itself = |policy: Value| assume(TARGET).identity(full()).policy(policy);
    check_all([
        (itself(trust(aws(BOB), "sts:AssumeRole")), IMPLICIT),
        (itself(trust(json!({"Service": "ec2.amazonaws.com"}), "sts:AssumeRole")), IMPLICIT),
        (itself(trust(aws(TARGET), "sts:AssumeRole")), ALLOWED),
        (itself(trust(aws(HOME), "sts:AssumeRole")), ALLOWED),
        (itself(trust(aws(HOME), "sts:AssumeRole")).identity(elsewhere()), IMPLICIT),
    ]);
}

#[test]
fn e154_who_sets_a_source_identity_needs_leave() {
    let set = |policy: Value| assume(USER).action("sts:SetSourceIdentity").abroad().identity(full()).policy(policy);
    check(set(trust(aws(HOME), "sts:AssumeRole")), IMPLICIT);
    check(set(trust(aws(HOME), json!(["sts:AssumeRole", "sts:SetSourceIdentity"]))), ALLOWED);
    let own = || assume(USER).action("sts:SetSourceIdentity").abroad().policy(trust(aws(HOME), "sts:*"));
    check(own().identity(allow("sts:AssumeRole")), IMPLICIT);
    check(own().identity(allow("sts:SetSourceIdentity")), ALLOWED);
    // The call that sets it carries it under the key of STS, later ones under that of all services.
    let asked = json!({"StringEquals": {"sts:SourceIdentity": "ana"}});
    let trusted = assume(USER).action("sts:SetSourceIdentity").policy(trust_if(aws(USER), "sts:*", asked));
    check_all([
        (trusted.clone(), IMPLICIT),
        (trusted.clone().key("sts:SourceIdentity", "ana"), ALLOWED),
        (trusted.clone().key("sts:SourceIdentity", "bob"), IMPLICIT),
    ]);
    check_open(trusted.open(), "sts:SourceIdentity");
    let later = request().caller(SESSION).identity(allow_if(json!({"StringEquals": {"aws:SourceIdentity": "ana"}})));
    check(later.clone(), IMPLICIT);
    check(later.clone().key("aws:SourceIdentity", "ana"), ALLOWED);
    check_open(later.open(), "aws:SourceIdentity");
}

#[test]
fn e193_shared_identity_providers_are_evaluated_as_written() {
    let github = "arn:aws:iam::111111111111:oidc-provider/token.actions.githubusercontent.com";
    let (aud, sub) = ("token.actions.githubusercontent.com:aud", "token.actions.githubusercontent.com:sub");
    let action = "sts:AssumeRoleWithWebIdentity";
    let base = |condition: Value| {
        assume(github).action(action).policy(trust_if(json!({"Federated": github}), action, condition))
    };
    // AWS would not take such a policy anew; a role that has it is open to every repository.
    let any = base(json!({"StringEquals": {aud: "sts.amazonaws.com"}})).key(aud, "sts.amazonaws.com");
    check(any.clone(), ALLOWED);
    check(any.key(sub, "repo:somebody/else:ref:refs/heads/main"), ALLOWED);
    let ours = json!({"StringEquals": {aud: "sts.amazonaws.com"}, "StringLike": {sub: "repo:ours/*"}});
    let ours = base(ours).key(aud, "sts.amazonaws.com");
    check(ours.clone().key(sub, "repo:ours/app:ref:refs/heads/main"), ALLOWED);
    check(ours.key(sub, "repo:somebody/else:ref:refs/heads/main"), IMPLICIT);
}

#[test]
fn e201_a_role_is_passed_within_its_account() {
    let pass = || request().action("iam:PassRole").on(TARGET);
    check_all([
        (pass().identity(full()), ALLOWED),
        (pass().identity(allow_on(TARGET)), ALLOWED),
        (pass().identity(allow_on(OTHER_ROLE)), IMPLICIT),
        (pass().identity(elsewhere()), IMPLICIT),
        (pass().abroad().identity(full()), IMPLICIT),
        (pass().abroad().identity(full()).policy(trust(aws(HOME), "sts:AssumeRole")), IMPLICIT),
        (pass().policy(trust(aws(USER), "sts:AssumeRole")), IMPLICIT),
    ]);
    let to = |service: &str| {
        let policy = allow_if(json!({"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}}));
        pass().identity(policy).key("iam:PassedToService", service)
    };
    check(to("ec2.amazonaws.com"), ALLOWED);
    check(to("lambda.amazonaws.com"), IMPLICIT);
}
