//! The checks of an explained decision: their order, their effects, and what they come to (E5, E111-E113).

use iamreach::action::ActionName;
use iamreach::evaluate::{EvaluateOptions, Evaluator, Layer, Outcome};
use iamreach::policy::Effect;
use iamreach::query::{Engine, Explanation, LayerEffect, select_caller};
use serde_json::{Value, json};

use crate::input::*;

const OBJECT: &str = "arn:aws:s3:::data/x";

pub(crate) fn explained(input: &Input, who: &str) -> Explanation {
    explained_of(input, who, "s3:GetObject", OBJECT)
}

pub(crate) fn explained_of(input: &Input, who: &str, action: &str, resource: &str) -> Explanation {
    let loaded = input.load();
    let engine = Engine::new(Evaluator::new(&loaded.environment, EvaluateOptions::default()));
    let caller = select_caller(&loaded.environment, who).unwrap();
    engine.explain(&caller, &ActionName::parse(action).unwrap(), resource).swap_remove(0)
}

pub(crate) fn checks(explanation: &Explanation) -> Vec<(Layer, LayerEffect)> {
    explanation.layers.iter().map(|layer| (layer.layer, layer.effect)).collect()
}

/// Ann of one account under a boundary, and a bucket of the other, in one organization.
pub(crate) fn across(identity: Value, grant: Value, attached: &[Attached<'_>]) -> Input {
    let boundary = "arn:aws:iam::111111111111:policy/limit";
    let mut ann = user(A, "ann", identity);
    ann["PermissionsBoundary"] =
        json!({ "PermissionsBoundaryType": "PermissionsBoundaryPolicy", "PermissionsBoundaryArn": boundary });
    let details = json!({
        "UserDetailList": [ann], "GroupDetailList": [], "RoleDetailList": [],
        "Policies": [{
            "PolicyName": "limit", "Arn": boundary, "DefaultVersionId": "v1",
            "PolicyVersionList": [{ "Document": policy(reads()), "VersionId": "v1", "IsDefaultVersion": true }],
        }],
    });
    Input::new()
        .file(&format!("{A}/iam-get-account-authorization-details.json"), &details)
        .account(B, &[], &[])
        .bucket(B, "data", &policy(grant))
        .organization("999999999999", &[A, B], attached)
}

fn to_ann() -> Value {
    grants(&json!({ "AWS": "arn:aws:iam::111111111111:user/ann" }))
}

#[test]
fn e111_the_checks_stand_in_awss_order() {
    let allowed = explained(&across(reads(), to_ann(), &[]), "user/ann");
    let expected = [
        Layer::ResourceControl(0),
        Layer::ResourceControl(1),
        Layer::ServiceControl(0),
        Layer::ServiceControl(1),
        Layer::Resource,
        Layer::Identity,
        Layer::Boundary,
    ];
    assert_eq!(checks(&allowed), expected.map(|layer| (layer, LayerEffect::Allow)));
    assert_eq!(allowed.outcome, Outcome::Allowed);
}

#[test]
fn e5_e113_one_deny_decides_then_one_silence() {
    let scp = json!([{ "Effect": "Deny", "Action": "s3:*", "Resource": "*" }]);
    let rcp = json!([{ "Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*" }]);
    for (kind, target, statements, layer) in [
        ("SERVICE_CONTROL_POLICY", "r-a", scp.clone(), Layer::ServiceControl(0)),
        ("SERVICE_CONTROL_POLICY", A, scp, Layer::ServiceControl(1)),
        ("RESOURCE_CONTROL_POLICY", "r-a", rcp.clone(), Layer::ResourceControl(0)),
        ("RESOURCE_CONTROL_POLICY", B, rcp, Layer::ResourceControl(1)),
    ] {
        // Whatever the others say: they are told all the same.
        for identity in [reads(), nothing()] {
            let denied =
                explained(&across(identity.clone(), to_ann(), &[(kind, target, statements.clone())]), "user/ann");
            assert_eq!(denied.outcome, Outcome::ExplicitlyDenied);
            let effects: Vec<_> = checks(&denied).into_iter().filter(|check| check.1 != LayerEffect::Allow).collect();
            assert!(effects.contains(&(layer, LayerEffect::ExplicitDeny)), "{effects:?}");
            assert_eq!(effects.len(), if identity == reads() { 1 } else { 2 }, "{effects:?}");
            let by = denied.layers.iter().find(|one| one.layer == layer).unwrap();
            let denying = by.applied.iter().filter(|statement| statement.effect == Effect::Deny);
            assert_eq!(denying.count(), 1, "the statement is named");
        }
    }
    let silent = explained(&across(nothing(), to_ann(), &[]), "user/ann");
    assert_eq!(silent.outcome, Outcome::ImplicitlyDenied);
    let effects: Vec<_> = checks(&silent).into_iter().filter(|check| check.1 != LayerEffect::Allow).collect();
    assert_eq!(effects, [(Layer::Identity, LayerEffect::ImplicitDeny)]);
}

#[test]
fn e112_a_check_that_need_not_allow_has_no_impact() {
    // The bucket names the user of its own account: her identity policies need say nothing.
    let input = Input::new().account(A, &[user(A, "ann", nothing())], &[]).bucket(A, "data", &policy(to_ann()));
    let allowed = explained(&input, "user/ann");
    assert_eq!(allowed.outcome, Outcome::Allowed);
    let identity = (Layer::Identity, LayerEffect::NoImpact);
    assert!(checks(&allowed).contains(&identity), "{:?}", checks(&allowed));
    // Without that, they would have to.
    let input = Input::new().account(A, &[user(A, "ann", nothing())], &[]).bucket(A, "data", &policy(json!([])));
    let denied = explained(&input, "user/ann");
    assert_eq!(denied.outcome, Outcome::ImplicitlyDenied);
    assert!(checks(&denied).contains(&(Layer::Identity, LayerEffect::ImplicitDeny)), "{:?}", checks(&denied));
}

/// The resource's side of another account has to allow; where it is silent, that is what denies.
#[test]
fn e112_e113_a_silent_owner_of_another_account_is_what_denies() {
    let nobody = grants(&json!({ "AWS": "arn:aws:iam::111111111111:user/bob" }));
    let denied = explained(&across(reads(), nobody, &[]), "user/ann");
    assert!(checks(&denied).contains(&(Layer::Resource, LayerEffect::ImplicitDeny)));
}

/// What is missing is an Allow, whether or not something would deny as well.
#[test]
fn e112_a_conditional_deny_does_not_hide_that_nothing_allows() {
    let insecure = json!([{ "Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:::data/*",
                            "Condition": { "Bool": { "aws:SecureTransport": "false" } } }]);
    let found = explained(&across(reads(), insecure, &[]), "user/ann");
    let resource = found.layers.iter().find(|layer| layer.layer == Layer::Resource).unwrap();
    assert_eq!((found.outcome, resource.effect), (Outcome::ImplicitlyDenied, LayerEffect::ImplicitDeny));
    assert_eq!(found.because, "nothing in the resource policy of arn:aws:s3:::data allows it");
    assert_eq!(found.change.unwrap(), "the resource policy of arn:aws:s3:::data would have to allow it");
}

#[test]
fn e151_what_lacks_for_a_root_session_is_told() {
    let may = json!([{ "Effect": "Allow", "Action": "sts:AssumeRoot", "Resource": "*" }]);
    let asked = |management: &str, features: Value| {
        let features = json!({ "OrganizationId": "o-a", "EnabledFeatures": features });
        let input = Input::new()
            .account(A, &[user(A, "ann", may.clone())], &[])
            .account(B, &[], &[])
            .organization(management, &[A, B], &[])
            .file("iam-list-organizations-features.json", &features)
            .file(
                "organizations-list-delegated-administrators/iam.amazonaws.com.json",
                &json!({ "DelegatedAdministrators": [] }),
            );
        explained_of(&input, "user/ann", "sts:AssumeRoot", "arn:aws:iam::222222222222:root").because
    };
    let both = || json!(["RootSessions", "RootCredentialsManagement"]);
    assert!(asked(A, json!(["RootCredentialsManagement"])).contains("has not switched on root sessions"));
    assert!(asked("999999999999", both()).contains("only the management account and IAM's delegated administrators"));
    assert!(asked(B, both()).contains("not of the management account"));
}

/// What AWS's documents leave open of a grant is a condition, and no denial, in its layers too.
#[test]
fn e131_a_grant_beside_silent_layers_is_told_as_open() {
    let key = "arn:aws:kms:eu-west-1:222222222222:key/k1";
    let grant = json!({ "Grants": [{ "KeyId": key, "GrantId": "g1", "GranteePrincipal": "arn:aws:iam::111111111111:user/ann",
        "Operations": ["Decrypt"], "IssuingAccount": "arn:aws:iam::222222222222:root" }] });
    let own = json!([{ "Effect": "Allow", "Principal": { "AWS": "arn:aws:iam::222222222222:root" }, "Action": "kms:*",
                       "Resource": "*" }]);
    let input = Input::new()
        .account(A, &[user(A, "ann", nothing())], &[])
        .account(B, &[], &[])
        .file(&format!("{B}/eu-west-1/kms-get-key-policy/k1.json"), &json!({ "Policy": policy(own).to_string() }))
        .file(&format!("{B}/eu-west-1/kms-list-grants/k1.json"), &grant);
    let found = explained_of(&input, "user/ann", "kms:Decrypt", key);
    let identity = found.layers.iter().find(|layer| layer.layer == Layer::Identity).unwrap();
    assert_eq!((found.outcome, identity.effect), (Outcome::AllowedIf, LayerEffect::NoImpactIf));
}

/// All that stands in the way is named, not only what decides.
#[test]
fn e113_what_would_have_to_change_is_all_of_it() {
    let denies = json!([{ "Sid": "No", "Effect": "Deny", "Action": "s3:*", "Resource": "*" }]);
    let both = [("SERVICE_CONTROL_POLICY", A, denies.clone()), ("SERVICE_CONTROL_POLICY", "r-a", denies)];
    let change = explained(&across(nothing(), json!([]), &both), "user/ann").change.unwrap();
    let said = [
        "statement No of p-0",
        "statement No of p-1",
        "the resource policy of arn:aws:s3:::data",
        "the identity policies",
    ];
    assert!(said.iter().all(|part| change.contains(part)), "{change}");
    // Within one account there is another way.
    let ann = user(A, "ann", nothing());
    let alone = Input::new().account(A, &[ann], &[]).bucket(A, "data", &policy(json!([])));
    let change = explained(&alone, "user/ann").change.unwrap();
    assert!(change.ends_with("; or the resource policy would have to name the user"), "{change}");
}

/// What allows is named, also in a policy that denies under conditions.
#[test]
fn e113_the_allow_beside_a_conditional_deny_is_what_grants() {
    let both = json!([
        { "Sid": "In", "Effect": "Allow", "Principal": { "AWS": "arn:aws:iam::111111111111:user/ann" },
          "Action": "s3:GetObject", "Resource": "arn:aws:s3:::data/*" },
        { "Sid": "Secure", "Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:::data/*",
          "Condition": { "Bool": { "aws:SecureTransport": "false" } } },
    ]);
    let ann = user(A, "ann", nothing());
    let found = explained(&Input::new().account(A, &[ann], &[]).bucket(A, "data", &policy(both)), "user/ann");
    assert_eq!(found.outcome, Outcome::AllowedIf);
    assert!(found.because.starts_with("statement In of the resource policy allows it"), "{}", found.because);
}
