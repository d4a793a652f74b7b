//! Ways through roles, and what a session of one is (E140-E154).

use iamreach::evaluate::{EvaluateOptions, Outcome};
use iamreach::query::select_resources;
use iamreach::request::{Credentials, Entrance};
use serde_json::{Value, json};

use crate::input::*;

#[test]
fn e143_a_role_entered_by_federation_goes_on_like_its_equals() {
    let provider = "arn:aws:iam::111111111111:saml-provider/corp";
    let saml =
        json!([{ "Effect": "Allow", "Principal": { "Federated": provider }, "Action": "sts:AssumeRoleWithSAML" }]);
    let may_assume = json!([{ "Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*" }]);
    let reads = json!([{ "Effect": "Allow", "Action": "s3:GetObject", "Resource": "*" }]);
    // Two roles that hold one managed policy; only the second is entered with a provider's token.
    let managed = "arn:aws:iam::111111111111:policy/chain";
    let mut alpha = role(A, "alpha", trusts(A), nothing());
    let mut beta = role(A, "beta", saml, nothing());
    for role in [&mut alpha, &mut beta] {
        role["RolePolicyList"] = json!([]);
        role["AttachedManagedPolicies"] = json!([{ "PolicyName": "chain", "PolicyArn": managed }]);
    }
    let target = role(A, "target", trusts(A), reads);
    let details = json!({
        "UserDetailList": [], "GroupDetailList": [], "RoleDetailList": [alpha, beta, target],
        "Policies": [{
            "PolicyName": "chain", "PolicyId": "ANPACHAIN", "Arn": managed, "Path": "/", "DefaultVersionId": "v1",
            "AttachmentCount": 2, "PermissionsBoundaryUsageCount": 0, "IsAttachable": true,
            "PolicyVersionList": [{ "Document": policy(may_assume), "VersionId": "v1", "IsDefaultVersion": true }],
        }],
    });
    let input = Input::new().file(&format!("{A}/iam-get-account-authorization-details.json"), &details).bucket(
        A,
        "data",
        &policy(json!([])),
    );
    let rows = who_can(&input.load(), EvaluateOptions::default(), "s3:GetObject", "arn:aws:s3:::data/x", 5);
    let rows = of(&rows, "saml-provider/corp");
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].path.iter().map(|hop| &*hop.role).collect::<Vec<_>>().len(), 2);
}

#[test]
fn shortest_path_of_one_that_has_an_edge_of_its_own_and_a_set() {
    // The user is named by `a-near` alone, and belongs to those who may enter `z-goal`.
    let reads = json!([{ "Effect": "Allow", "Action": "s3:GetObject", "Resource": "*" }]);
    let may_assume = json!([{ "Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*" }]);
    let named = trusts("arn:aws:iam::111111111111:user/ann");
    let roles = [role(A, "a-near", named, may_assume.clone()), role(A, "z-goal", trusts(A), reads)];
    let input = Input::new().account(A, &[user(A, "ann", may_assume)], &roles).bucket(A, "data", &policy(json!([])));
    let loaded = input.load();
    for max_hops in [1, 5] {
        let rows = who_can(&loaded, EvaluateOptions::default(), "s3:GetObject", "arn:aws:s3:::data/x", max_hops);
        let rows = of(&rows, "user/ann");
        assert_eq!(rows.len(), 1);
        assert_eq!(rows[0].path.len(), 1, "max hops {max_hops}");
    }
}

#[test]
fn e49_a_trust_policy_that_was_refused_may_name_anyone() {
    let refused = json!([{ "Principal": "*" }]);
    let reads = json!([{ "Effect": "Allow", "Action": "s3:GetObject", "Resource": "*" }]);
    let input = Input::new().account(A, &[], &[role(A, "reader", refused, reads)]);
    let rows = who_can(&input.load(), EvaluateOptions::default(), "s3:GetObject", "arn:aws:s3:::data/x", 3);
    let outside: Vec<_> = rows.iter().filter(|row| row.subject.kind.is_external()).map(|row| row.outcome).collect();
    assert_eq!(outside, [Outcome::Unknown]);
}

#[test]
fn e141_an_assumed_role_leaves_the_callers_policies_behind() {
    // Ann may read nothing by herself; what denies her says nothing of the session she enters.
    let ann = json!([{ "Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*" },
                     { "Effect": "Deny", "Action": "s3:*", "Resource": "*" }]);
    let input = Input::new().account(A, &[user(A, "ann", ann)], &[role(A, "reader", trusts(A), reads())]).bucket(
        A,
        "data",
        &policy(json!([])),
    );
    let rows = who_can(&input.load(), EvaluateOptions::default(), "s3:GetObject", "arn:aws:s3:::data/x", 5);
    let found: Vec<_> = of(&rows, "user/ann").iter().map(|row| (row.outcome, row.path.len())).collect();
    assert_eq!(found, [(Outcome::Allowed, 1)]);
    // And what she alone is allowed does not come along.
    let ann = json!([{ "Effect": "Allow", "Action": ["sts:AssumeRole", "s3:*"], "Resource": "*" }]);
    let input = Input::new().account(A, &[user(A, "ann", ann)], &[role(A, "idle", trusts(A), nothing())]).bucket(
        A,
        "data",
        &policy(json!([])),
    );
    let rows = who_can(&input.load(), EvaluateOptions::default(), "s3:GetObject", "arn:aws:s3:::data/x", 5);
    assert_eq!(of(&rows, "user/ann").iter().map(|row| row.path.len()).collect::<Vec<_>>(), [0]);
    assert_eq!(of(&rows, "role/idle").len(), 0);
}

#[test]
fn e153_tags_of_a_role_are_fixed_unless_tags_may_be_passed() {
    let tagged = |value: &str| {
        json!([{ "Effect": "Allow", "Action": "s3:GetObject", "Resource": "*",
                 "Condition": { "StringEquals": { "aws:PrincipalTag/team": value } } }])
    };
    let ask = |actions: Value, value: &str| {
        let trust = json!([{ "Effect": "Allow", "Principal": { "AWS": A }, "Action": actions }]);
        let mut reader = role(A, "reader", trust, tagged(value));
        reader["Tags"] = json!([{ "Key": "Team", "Value": "red" }]);
        let input = Input::new().account(A, &[], &[reader]).bucket(A, "data", &policy(json!([])));
        let rows = direct(&input.load(), "s3:GetObject", "arn:aws:s3:::data/x").into_iter();
        rows.filter(|(name, _)| name.ends_with("role/reader")).map(|(_, outcome)| outcome).collect::<Vec<_>>()
    };
    let assume = || json!("sts:AssumeRole");
    assert_eq!(ask(assume(), "red"), [Outcome::Allowed]);
    assert_eq!(ask(assume(), "blue"), []);
    // Session tags take the place of the role's own.
    for actions in [json!(["sts:AssumeRole", "sts:TagSession"]), json!("sts:*")] {
        assert_eq!(ask(actions.clone(), "red"), [Outcome::AllowedIf]);
        assert_eq!(ask(actions, "blue"), [Outcome::AllowedIf]);
    }
}

#[test]
fn e154_sessions_may_have_a_source_identity_and_users_none() {
    let named = json!([{ "Effect": "Allow", "Action": "s3:GetObject", "Resource": "*",
                         "Condition": { "StringEquals": { "aws:SourceIdentity": "ann" } } }]);
    let mut may_set = trusts(A);
    may_set[0]["Action"] = json!(["sts:AssumeRole", "sts:SetSourceIdentity"]);
    let input = Input::new()
        .account(
            A,
            &[user(A, "ann", named.clone())],
            &[role(A, "plain", trusts(A), named.clone()), role(A, "reader", may_set, named)],
        )
        .bucket(A, "data", &policy(json!([])));
    let rows = who_can(&input.load(), EvaluateOptions::default(), "s3:GetObject", "arn:aws:s3:::data/x", 0);
    assert!(of(&rows, "user/ann").is_empty());
    // E142: who enters may set one, or bring one along, only where the trust policy says so.
    assert!(of(&rows, "role/plain").is_empty());
    let session = of(&rows, "role/reader");
    assert_eq!(session.iter().map(|row| row.outcome).collect::<Vec<_>>(), [Outcome::AllowedIf]);
    assert!(session[0].condition.to_string().contains("aws:SourceIdentity"), "{}", session[0].condition);
}

#[test]
fn e140_a_role_goes_round_to_itself_only_if_it_says_so() {
    let may_assume = json!([{ "Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*" }]);
    let enters = |trust: Value| {
        let input = Input::new().account(A, &[], &[role(A, "round", trust, may_assume.clone())]);
        let loaded = input.load();
        let (round, session) = (named(&loaded, "role/round"), Credentials::RoleSession(Entrance::Unspecified));
        outcome(&loaded, &round, session, "sts:AssumeRole", "arn:aws:iam::111111111111:role/round")
    };
    assert_eq!(enters(trusts("arn:aws:iam::222222222222:root")), Outcome::ImplicitlyDenied);
    assert_eq!(enters(trusts("arn:aws:iam::111111111111:role/round")), Outcome::Allowed);
    assert_eq!(enters(trusts(A)), Outcome::Allowed);
}

/// E28: the question may name the session.
#[test]
fn e28_the_question_may_name_the_session_that_calls() {
    let named = "arn:aws:sts::111111111111:assumed-role/job/nightly";
    let input = Input::new().account(A, &[], &[role(A, "job", trusts(A), nothing())]).bucket(
        A,
        "data",
        &policy(grants(&json!({ "AWS": named }))),
    );
    let loaded = input.load();
    let asked = |name: Option<&str>| {
        let context = name.map(|name| ("sts:RoleSessionName".to_owned(), vec![name.to_owned()])).into_iter().collect();
        let options = EvaluateOptions { context, ..EvaluateOptions::default() };
        let rows = who_can(&loaded, options, "s3:GetObject", "arn:aws:s3:::data/x", 0);
        of(&rows, "role/job").iter().map(|row| row.outcome).collect::<Vec<_>>()
    };
    assert_eq!(asked(None), [Outcome::AllowedIf]);
    assert_eq!(asked(Some("nightly")), [Outcome::Allowed]);
    assert_eq!(asked(Some("daily")), []);
}

/// E173: what the question gives for the way is in no request but those to STS.
#[test]
fn e173_keys_of_sts_are_in_requests_to_sts_alone() {
    let asked = |bucket: Value, reads: Value, key: &str, value: &str| {
        let input =
            Input::new().account(A, &[], &[role(A, "job", trusts(A), reads)]).bucket(A, "data", &policy(bucket));
        let options =
            EvaluateOptions { context: vec![(key.to_owned(), vec![value.to_owned()])], ..EvaluateOptions::default() };
        let rows = who_can(&input.load(), options, "s3:GetObject", "arn:aws:s3:::data/x", 0);
        of(&rows, "role/job").iter().map(|row| row.outcome).collect::<Vec<_>>()
    };
    let mut with_external_id = reads();
    with_external_id[0]["Condition"] = json!({ "StringEquals": { "sts:ExternalId": "x-7" } });
    assert_eq!(asked(json!([]), with_external_id, "sts:ExternalId", "x-7"), []);
    // The session is called so, and the request to S3 says nothing of it.
    let mut bucket = grants(&json!({ "AWS": "arn:aws:sts::111111111111:assumed-role/job/ci" }));
    bucket.as_array_mut().unwrap().push(json!({
        "Effect": "Deny", "Principal": { "AWS": A }, "Action": "s3:*", "Resource": "arn:aws:s3:::data/*",
        "Condition": { "StringLike": { "sts:RoleSessionName": "c*" } },
    }));
    assert_eq!(asked(bucket, nothing(), "STS:RoleSessionName", "ci"), [Outcome::Allowed]);
}

#[test]
fn e135_a_pattern_over_roles_stands_for_those_of_the_input() {
    let input = Input::new().account(
        A,
        &[user(A, "ann", nothing())],
        &[role(A, "r1", trusts("arn:aws:iam::111111111111:user/ann"), nothing()), role(A, "r2", trusts(B), nothing())],
    );
    let loaded = input.load();
    let found = select_resources(&loaded.environment, "arn:aws:iam::111111111111:role/r*");
    assert_eq!(found, ["arn:aws:iam::111111111111:role/r1", "arn:aws:iam::111111111111:role/r2"]);
}
