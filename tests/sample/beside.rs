//! Beside the policies: lists, encryption, grants, access points, endpoints, root access.

use crate::*;

const REPORT: &str = "arn:aws:s3:::alder-market-reports/2026/q3.pdf";
const REPORTS_KEY: &str = "arn:aws:kms:eu-west-1:222233334444:key/9a4c7e21-6b0d-4f58-a3c9-2e71d8f0b564";
const ARCHIVED: &str = "2025/q3.pdf";
const THROUGH_POINT: &str = "arn:aws:s3:eu-west-1:222233334444:accesspoint/archive-readers/object/";

/// How the grant on the key is limited.
const OF_REPORTS: &str = "kms:EncryptionContext:aws:s3:arn is arn:aws:s3:::alder-market-reports";

#[test]
fn e109_an_access_control_list_for_an_account() {
    const OWNERS: &[Row] = &[
        ("shared:root", "allowed", 0, ""),
        ("shared:role/OAAR", "allowed", 0, ""),
        ("shared:user/automation/ci-legacy", "allowed", 0, ""),
    ];
    const READERS: &[Row] = &[("prod:user/yusuf.demir", "allowed", 0, "")];
    let bucket = "arn:aws:s3:::alder-build-logs";
    check("s3:ListBucket", bucket, &[OWNERS, READERS, PROD_ROOT, ADMINISTRATORS, MACIE, MANAGEMENT]);
    // READ of a bucket's list is its listing. Management comes in by the role of the account itself.
    let objects = format!("{bucket}/2026-11-02.log");
    const PEOPLE: &[Row] =
        &[("hanna.alder@alder.example", "allowed", 2, ""), ("signe.lind@alder.example", "allowed", 2, "")];
    check("s3:GetObject", &objects, &[OWNERS, MANAGEMENT, PEOPLE]);
    for who in ["prod:root", "prod:user/astrid.holm", "prod:user/yusuf.demir"] {
        implicitly(who, &objects, "resource policy");
    }
}

/// Whom the grant on the key names, asking KMS and asking S3, which names the bucket to KMS.
const GRANTED: &[Row] = &[
    ("prod:role/pricing-service", "allowed-if", 0, OF_REPORTS),
    ("ecs-tasks.amazonaws.com", "allowed-if", 1, OF_REPORTS),
];
const GRANTED_BY_S3: &[Row] =
    &[("prod:role/pricing-service", "allowed", 0, ""), ("ecs-tasks.amazonaws.com", "allowed", 1, "")];

#[test]
fn e199_objects_that_a_key_encrypts() {
    check("s3:GetObject", REPORT, &[PROD_ROOT, ADMINISTRATORS, MANAGEMENT, GRANTED_BY_S3]);
    for who in ["prod:user/yusuf.demir", MACIE[0].0] {
        implicitly(who, REPORT, "use of the key");
        denied(who, "kms:Decrypt", REPORTS_KEY, Outcome::ImplicitlyDenied, "identity policies");
    }
}

#[test]
fn e130_a_grant_on_the_key() {
    check("kms:Decrypt", REPORTS_KEY, &[PROD_ROOT, ADMINISTRATORS, MANAGEMENT, GRANTED]);
    const RETIRING: &[Row] =
        &[("prod:role/data-steward", "allowed", 0, ""), ("prod:user/tomas.vega", "allowed", 1, "")];
    check("kms:RetireGrant", REPORTS_KEY, &[PROD_ROOT, ADMINISTRATORS, MANAGEMENT, RETIRING]);
}

#[test]
fn e182_through_an_access_point() {
    const OTHERS: &[Row] =
        &[("prod:user/yusuf.demir", "allowed", 0, ""), ("shared:user/automation/ci-legacy", "allowed", 0, "")];
    let through = format!("{THROUGH_POINT}{ARCHIVED}");
    check("s3:GetObject", &through, &[PROD_ROOT, ADMINISTRATORS, MACIE, MANAGEMENT, OTHERS]);
    implicitly("shared:role/OAAR", &through, "policy of the access point");
    let explanations = engine().explain(
        &caller("shared:user/automation/ci-legacy"),
        &action("s3:GetObject"),
        &format!("arn:aws:s3:::alder-report-archive/{ARCHIVED}"),
    );
    let conditions: Vec<_> = explanations.iter().map(|one| one.decision.residual().to_string()).collect();
    assert_eq!(conditions, ["s3:DataAccessPointAccount is 222233334444"]);
}

#[test]
fn e108_the_policy_of_the_endpoint_that_is_named() {
    let outcome = |who: &str, asked: &str, resource: &str, endpoint: &str| {
        let context = vec![("aws:SourceVpce".to_owned(), vec![endpoint.to_owned()])];
        let options = EvaluateOptions { context, ..EvaluateOptions::default() };
        let engine = Engine::new(Evaluator::new(&SAMPLE.environment, options));
        let explanations = engine.explain(&caller(who), &action(asked), resource);
        explanations.iter().map(|one| one.outcome).collect::<Vec<_>>()
    };
    let ours = "vpce-0a1de7c0ffee12345";
    assert_eq!(outcome("prod:user/yusuf.demir", "s3:GetObject", M, ours), [Outcome::Allowed]);
    assert_eq!(outcome("prod:user/yusuf.demir", "s3:PutObject", M, ours), [Outcome::ImplicitlyDenied]);
    let mirror = ("shared:role/artifact-mirror", "s3:PutObject", ARTIFACT);
    assert_eq!(outcome(mirror.0, mirror.1, mirror.2, "vpce-0b1d5e7a9c3f20468"), [Outcome::Allowed]);
    assert_eq!(outcome(mirror.0, mirror.1, mirror.2, ours), [Outcome::ExplicitlyDenied]);
}

#[test]
fn e151_root_access_without_root_sessions() {
    let question = |target: &str| WhoCan {
        actions: vec![action("sts:AssumeRoot")],
        resources: vec![format!("arn:aws:iam::{target}:root")],
        max_hops: 8,
    };
    for (account, _) in ACCOUNTS {
        assert!(engine().who_can(&question(account)).is_empty(), "{account}");
    }
}
