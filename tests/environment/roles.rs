//! Ways through roles, and what a session of one is (E140-E154).

use iamreach::evaluate::{EvaluateOptions, Outcome};
use serde_json::json;

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
