//! Service accounts of Kubernetes, EKS Pod Identity and IAM Roles Anywhere.

use super::*;

const CLUSTER: &str = "oidc.eks.us-west-1.amazonaws.com/id/EXAMPLED539D4633E53DE1B716D3041E";

fn sub(operator: &str, sub: &str) -> Value {
    let mut condition = json!({ "StringEquals": { format!("{CLUSTER}:aud"): "sts.amazonaws.com" } });
    condition[operator][format!("{CLUSTER}:sub")] = json!(sub);
    condition
}

#[test]
fn e144_service_accounts_of_a_cluster() {
    let provider = oidc(CLUSTER);
    let place = "EKS cluster EXAMPLED539D4633E53DE1B716D3041E (us-west-1)";
    for (subject, words) in [
        ("system:serviceaccount:kube-system:ebs", "service account ebs of namespace kube-system in"),
        (
            "system:serviceaccount:kube-system:efs-csi-*",
            "service accounts that begin with efs-csi- of namespace kube-system in",
        ),
        ("system:serviceaccount:apps:*", "any service account of namespace apps in"),
        ("system:serviceaccount:*:deployer", "service account deployer of any namespace in"),
        ("system:serviceaccount:*", "any service account in"),
        ("system:serviceaccount:team-?:app", "service account app of namespaces like team-? in"),
    ] {
        check(&[(&provider, sub("StringLike", subject), &[&format!("{words} {place}")], None)]);
    }
    let odd = "any subject of EKS cluster EXAMPLED539D4633E53DE1B716D3041E (us-west-1), sub like system:*";
    check(&[
        (&provider, json!({}), &[&format!("any service account of {place}")], None),
        (&provider, sub("StringLike", "system:*"), &[odd], None),
    ]);
}

#[test]
fn e144_a_cluster_is_known_by_its_subjects() {
    let issuer = "tokens.acme.example/clusters/1";
    let condition = json!({ "StringEquals": { format!("{issuer}:sub"): "system:serviceaccount:apps:web" } });
    let words = "service account web of namespace apps in the cluster of tokens.acme.example/clusters/1";
    check(&[(&oidc(issuer), condition, &[words], None)]);
}

#[test]
fn e145_pod_identity_tells_by_tags() {
    let pods = "pods.eks.amazonaws.com";
    let arn = "arn:aws:eks:eu-west-1:111111111111:cluster/prod";
    check(&[
        (
            pods,
            json!({}),
            &["any service account that has an EKS Pod Identity association, in any cluster of the role's account"],
            None,
        ),
        (
            pods,
            json!({ "StringEquals": {
                "aws:RequestTag/kubernetes-namespace": ["apps", "jobs"],
                "aws:RequestTag/kubernetes-service-account": "web",
                "aws:RequestTag/eks-cluster-name": "prod",
            }}),
            &[
                "service account web of namespace apps in EKS cluster prod (Pod Identity)",
                "service account web of namespace jobs in EKS cluster prod (Pod Identity)",
            ],
            None,
        ),
        (
            pods,
            json!({ "StringEquals": { "aws:RequestTag/eks-cluster-arn": arn, "aws:SourceAccount": A },
                    "ArnEquals": { "aws:SourceArn": arn } }),
            &[
                "any service account in EKS cluster prod (eu-west-1, account 111111111111) of account 111111111111 (Pod Identity)",
            ],
            None,
        ),
    ]);
}

#[test]
fn e195_certificates_of_a_trust_anchor() {
    let service = "rolesanywhere.amazonaws.com";
    let anchor = "arn:aws:rolesanywhere:eu-west-1:111111111111:trust-anchor/63c0a64e";
    check(&[
        (service, json!({}), &["any certificate of any trust anchor of the account (Roles Anywhere)"], None),
        (
            service,
            json!({ "StringEquals": { "aws:PrincipalTag/x509Subject/CN": ["alice", "bob"],
                                      "aws:PrincipalTag/x509Issuer/CN": "Own CA" },
                    "ArnEquals": { "aws:SourceArn": anchor } }),
            &[
                "certificate with subject CN alice and issuer CN Own CA of trust anchor 63c0a64e (Roles Anywhere)",
                "certificate with subject CN bob and issuer CN Own CA of trust anchor 63c0a64e (Roles Anywhere)",
            ],
            None,
        ),
        (
            service,
            json!({ "StringLike": { "aws:PrincipalTag/x509Subject/OU": "fleet-*" },
                    "StringEquals": { "aws:SourceAccount": A } }),
            &["certificate with subject OU like fleet-* of any trust anchor of account 111111111111 (Roles Anywhere)"],
            None,
        ),
    ]);
}

#[test]
fn e145_another_service_is_named() {
    check(&[
        ("lambda.amazonaws.com", json!({}), &["the service lambda.amazonaws.com"], None),
        (
            "lambda.amazonaws.com",
            json!({ "StringEquals": { "aws:SourceAccount": A } }),
            &["the service lambda.amazonaws.com, if aws:SourceAccount is 111111111111"],
            None,
        ),
    ]);
}
