//! Who can: the complete tables.

use crate::*;

#[test]
fn the_customer_export() {
    const DIRECT: &[Row] = &[
        ("prod:user/lucas.ferrer", "allowed", 0, ""),
        ("prod:user/nora.quist", "allowed", 0, ""),
        ("prod:user/yusuf.demir", "allowed", 0, ""),
        ("prod:user/wren.okafor", "allowed-if", 0, "needs MFA"),
        ("prod:user/sol.arnaud", "allowed-if", 0, "aws:SourceIp in 203.0.113.0/24"),
        ("prod:user/gita.rao", "allowed-if", 0, "aws:SourceVpce is absent or aws:SourceVpce is vpce-0a1de7c0ffee12345"),
        ("prod:role/export-web", "allowed", 0, ""),
        ("prod:role/nightly-export", "allowed-if", 0, "sts:RoleSessionName is nightly"),
        ("prod:role/service-role/report-builder", "allowed-if", 0, "aws:SourceVpce is vpce-0a1de7c0ffee12345"),
        ("prod:role/data-steward", "allowed", 0, ""),
        ("prod:role/breakglass", "allowed", 0, ""),
        ("prod:role/deploy-production", "allowed", 0, ""),
        ("prod:role/partner-beacon", "allowed", 0, ""),
        ("prod:role/steward-review", "allowed", 0, ""),
        ("prod:role/corp-saml-analyst", "allowed", 0, ""),
        ("prod:role/etl-billing", "allowed", 0, ""),
        ("prod:role/etl-catalog", "allowed", 0, ""),
        ("prod:role/etl-churn", "allowed", 0, ""),
        ("prod:role/etl-geo", "allowed", 0, ""),
        ("prod:role/etl-ledger", "allowed", 0, ""),
        ("prod:role/etl-usage", "allowed", 0, ""),
        ("prod:role/session-renewer", "allowed", 0, ""),
        ("shared:role/artifact-replicator", "allowed", 0, ""),
        ("dev:role/sampling-job", "allowed-if", 0, "aws:SourceIp in 203.0.113.0/24"),
    ];
    const BY_ROLE: &[Row] = &[
        ("prod:user/ops/ivo.brandt", "allowed-if", 1, "sts:RoleSessionName is nightly"),
        ("prod:user/tomas.vega", "allowed", 1, ""),
        (
            "prod:role/AWSReservedSSO_DataAnalyst_1a2b3c4d5e6f7081",
            "allowed-if",
            1,
            "to assume role/steward-review: the calling session's name is linnea.berg@alder.example",
        ),
        ("linnea.berg@alder.example", "allowed", 2, ""),
        ("sec:user/dana.kowal", "allowed-if", 1, "needs MFA"),
        ("sec:user/omar.haddad", "allowed-if", 1, "needs MFA"),
        ("prod:saml-provider/AlderCorpIdP", "allowed-if", 1, "saml:aud is https://signin.aws.amazon.com/saml"),
        ("999988887777", "allowed-if", 1, "sts:ExternalId is beacon-7f3c9e52a1 and account 999988887777 allows it"),
        ("ec2.amazonaws.com", "allowed", 1, ""),
        ("lambda.amazonaws.com", "allowed-if", 1, "aws:SourceVpce is vpce-0a1de7c0ffee12345"),
        ("ecs-tasks.amazonaws.com", "allowed", 1, ""),
        ("codebuild.amazonaws.com", "allowed", 1, ""),
    ];
    check("s3:GetObject", M, &[PROD_ROOT, ADMINISTRATORS, DIRECT, MACIE, BY_ROLE, MANAGEMENT, CHAIN]);
}

#[test]
fn e103_a_resource_control_policy_leaves_the_steward() {
    const BY_STEWARD: &[Row] = &[
        ("prod:role/data-steward", "allowed", 0, ""),
        ("prod:user/tomas.vega", "allowed", 1, ""),
        ("prod:user/astrid.holm", "allowed", 1, ""),
        ("prod:role/OAAR", "allowed", 1, ""),
        ("prod:role/AWSReservedSSO_AdministratorAccess_7b9d1f3a5c2e4068", "allowed", 1, ""),
        ("bruno.keller@alder.example", "allowed", 2, ""),
        ("hanna.alder@alder.example", "allowed", 2, ""),
        ("signe.lind@alder.example", "allowed", 2, ""),
        ("mgmt:user/hanna.alder", "allowed", 2, ""),
        ("mgmt:role/AWSReservedSSO_AdministratorAccess_4c6e8a0b2d1f3957", "allowed", 2, ""),
    ];
    check("s3:GetObject", RESTRICTED, &[BY_STEWARD, MACIE]);
    for who in ["prod:root", "prod:user/astrid.holm", "prod:user/yusuf.demir", "prod:role/OAAR"] {
        explicitly(who, RESTRICTED, "resource control policies at account");
    }
}

#[test]
fn e125_a_key_that_delegates_to_iam() {
    const OTHERS: &[Row] = &[
        ("prod:role/data-steward", "allowed", 0, ""),
        ("shared:role/artifact-replicator", "allowed", 0, ""),
        ("codebuild.amazonaws.com", "allowed", 1, ""),
        ("prod:user/tomas.vega", "allowed", 1, ""),
    ];
    check("kms:Decrypt", DELEGATING, &[PROD_ROOT, ADMINISTRATORS, OTHERS, MANAGEMENT]);
    for who in ["prod:user/lucas.ferrer", "prod:user/yusuf.demir"] {
        denied(who, "kms:Decrypt", DELEGATING, Outcome::ImplicitlyDenied, "identity policies");
    }
}

#[test]
fn e124_a_key_that_does_not_delegate() {
    check(
        "kms:Decrypt",
        ESCROW,
        &[&[("prod:role/key-custodian", "allowed", 0, ""), ("prod:user/tomas.vega", "allowed", 1, "")]],
    );
    for who in ["prod:user/astrid.holm", "prod:role/OAAR", "prod:root"] {
        denied(who, "kms:Decrypt", ESCROW, Outcome::ImplicitlyDenied, "resource policy");
    }
}

#[test]
fn e126_who_administers_the_key() {
    check("kms:PutKeyPolicy", ESCROW, &[&[("prod:user/astrid.holm", "allowed", 0, "")]]);
}

#[test]
fn e115_a_secret_that_denies_everybody_else() {
    check(
        "secretsmanager:GetSecretValue",
        LEDGER,
        &[&[("prod:role/ledger-service", "allowed", 0, ""), ("ecs-tasks.amazonaws.com", "allowed", 1, "")]],
    );
    for who in ["prod:root", "prod:user/astrid.holm", "prod:role/pricing-service"] {
        denied(who, "secretsmanager:GetSecretValue", LEDGER, Outcome::ExplicitlyDenied, "resource policy");
    }
}

#[test]
fn e72_tags_that_agree() {
    const OTHERS: &[Row] = &[
        ("prod:user/yusuf.demir", "allowed", 0, ""),
        ("prod:role/pricing-service", "allowed", 0, ""),
        ("ecs-tasks.amazonaws.com", "allowed", 1, ""),
    ];
    check("secretsmanager:GetSecretValue", PRICING, &[PROD_ROOT, ADMINISTRATORS, OTHERS, MANAGEMENT]);
    for who in ["prod:role/ledger-service", "prod:role/untagged-service"] {
        let layer = "identity policies";
        denied(who, "secretsmanager:GetSecretValue", PRICING, Outcome::ImplicitlyDenied, layer);
    }
}

#[test]
fn e71_a_principal_tag_in_a_resource() {
    const OTHERS: &[Row] = &[
        ("prod:user/yusuf.demir", "allowed", 0, ""),
        ("prod:role/pricing-service", "allowed", 0, ""),
        ("ecs-tasks.amazonaws.com", "allowed", 1, ""),
    ];
    let object = "arn:aws:s3:::alder-team-space/pricing/model.csv";
    check("s3:GetObject", object, &[PROD_ROOT, ADMINISTRATORS, OTHERS, MACIE, MANAGEMENT]);
    implicitly("prod:role/ledger-service", object, "identity policies");
}

#[test]
fn e66_a_user_name_in_a_resource() {
    const OTHERS: &[Row] = &[("prod:user/yusuf.demir", "allowed", 0, ""), ("prod:user/mia.chen", "allowed", 0, "")];
    let object = "arn:aws:s3:::alder-finance-ledger/mia.chen/march.csv";
    check("s3:GetObject", object, &[PROD_ROOT, ADMINISTRATORS, OTHERS, MACIE, MANAGEMENT]);
    implicitly("prod:user/otto.falk", object, "identity policies");
}

#[test]
fn e164_a_service_for_one_topic() {
    const OTHERS: &[Row] = &[
        ("prod:user/yusuf.demir", "allowed", 0, ""),
        ("sns.amazonaws.com", "allowed-if", 0, "aws:SourceArn is arn:aws:sns:eu-west-1:222233334444:alder-events"),
    ];
    check("sqs:SendMessage", INGEST, &[PROD_ROOT, ADMINISTRATORS, OTHERS, MANAGEMENT]);
}

#[test]
fn e26_a_repository_that_trusts_an_account() {
    const OTHERS: &[Row] = &[
        ("shared:root", "allowed", 0, ""),
        ("shared:role/OAAR", "allowed", 0, ""),
        ("prod:user/yusuf.demir", "allowed", 0, ""),
        ("prod:role/deploy-production", "allowed", 0, ""),
    ];
    check("ecr:BatchGetImage", PIPELINE, &[PROD_ROOT, ADMINISTRATORS, OTHERS, MANAGEMENT, CHAIN]);
}

#[test]
fn e115_a_deny_to_all_but_one_vpc_endpoint() {
    const FROM: &str = "aws:SourceVpce is vpce-0b1d5e7a9c3f20468";
    const DIRECT: &[Row] = &[
        ("shared:root", "allowed-if", 0, FROM),
        ("shared:role/OAAR", "allowed-if", 0, FROM),
        ("shared:role/release-manager", "allowed-if", 0, FROM),
        ("shared:role/artifact-mirror", "allowed-if", 0, FROM),
    ];
    const BY_A_ROLE: &[Row] = &[
        ("codebuild.amazonaws.com", "allowed-if", 1, FROM),
        ("shared:role/github-release", "allowed-if", 1, FROM),
        ("shared:oidc-provider/token.actions.githubusercontent.com", "allowed-if", 2, FROM),
        ("dev:role/release-request", "allowed-if", 1, FROM),
        ("dev:user/jonas.weber", "allowed-if", 2, FROM),
        ("dev:user/kai.lund", "allowed-if", 2, FROM),
        ("dev:user/ada.petrov", "allowed-if", 2, FROM),
        ("dev:role/OAAR", "allowed-if", 2, FROM),
        ("dev:role/AWSReservedSSO_Developer_2e4f6a8c0b1d3579", "allowed-if", 2, FROM),
        ("ada.petrov@alder.example", "allowed-if", 3, FROM),
        ("jonas.weber@alder.example", "allowed-if", 3, FROM),
        ("mei.tanaka@alder.example", "allowed-if", 3, FROM),
        ("mgmt:user/hanna.alder", "allowed-if", 1, FROM),
        ("mgmt:role/AWSReservedSSO_AdministratorAccess_4c6e8a0b2d1f3957", "allowed-if", 1, FROM),
        ("hanna.alder@alder.example", "allowed-if", 2, FROM),
        ("signe.lind@alder.example", "allowed-if", 2, FROM),
    ];
    check("s3:PutObject", ARTIFACT, &[DIRECT, BY_A_ROLE]);
}

/// What `*` limited by `aws:PrincipalOrgID` gives: every principal of production by itself, and of the other accounts those
/// named.
fn open_to_the_organization(asked: &str, resource: &str, elsewhere: &[&str]) {
    let wanted: BTreeSet<String> = everyone()
        .iter()
        .map(|caller| short(&iamreach::query::Subject::of(&SAMPLE.environment, caller).name))
        .filter(|name| name.starts_with("prod:"))
        .chain(elsewhere.iter().map(|name| (*name).to_owned()))
        .collect();
    let question = WhoCan { actions: vec![action(asked)], resources: vec![resource.to_owned()], max_hops: 0 };
    let rows = engine().who_can(&question);
    let (outside, inside): (Vec<_>, Vec<_>) = rows.iter().partition(|row| row.subject.kind.is_external());
    let answered: BTreeSet<String> = inside.iter().map(|row| short(&row.subject.name)).collect();
    assert_eq!(answered, wanted, "{asked} on {resource}");
    assert!(inside.iter().all(|row| row.outcome == Outcome::Allowed));
    // Nobody outside without belonging to the organization.
    for row in outside {
        assert_eq!(row.outcome, Outcome::AllowedIf, "{}", row.subject.name);
        let condition = row.condition.to_string();
        assert!(condition.contains("aws:PrincipalOrgID is o-alder4n9x2"), "{}: {condition}", row.subject.name);
    }
}

const OPEN_ELSEWHERE: [&str; 8] = [
    "dev:user/ada.petrov",
    "dev:role/OAAR",
    "mgmt:user/hanna.alder",
    "mgmt:role/AWSReservedSSO_AdministratorAccess_4c6e8a0b2d1f3957",
    "shared:role/OAAR",
    "dev:root",
    "mgmt:root",
    "shared:root",
];

#[test]
fn t9_a_topic_open_to_the_organization() {
    let more = ["dev:user/jonas.weber", "dev:user/kai.lund", "dev:role/AWSReservedSSO_Developer_2e4f6a8c0b1d3579"];
    open_to_the_organization("sns:Publish", EVENTS, &[&OPEN_ELSEWHERE[..], &more].concat());
    for who in ["sec:role/forensics", "sec:user/omar.haddad", "sec:root"] {
        denied(who, "sns:Publish", EVENTS, Outcome::ImplicitlyDenied, "service control policies at account");
    }
}

#[test]
fn t3_a_bucket_open_to_the_organization() {
    let more =
        ["dev:role/dev-box", "shared:user/automation/ci-legacy", "dev:role/AWSReservedSSO_Developer_2e4f6a8c0b1d3579"];
    let object = "arn:aws:s3:::alder-brand-assets/logo.svg";
    open_to_the_organization("s3:GetObject", object, &[&OPEN_ELSEWHERE[..], &more].concat());
}
