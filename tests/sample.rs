//! The tables of `data/sample/README.md`, held against the answers: who can, who cannot though it looks so, and why.
//!
//! A table is complete: whoever it does not name must not be in the answer. Services and identity providers that enter one
//! of its roles are rows of it too.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test target")]

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::LazyLock;

use iamreach::action::ActionName;
use iamreach::arn::{AccountId, Arn};
use iamreach::evaluate::{EvaluateOptions, Evaluator, Outcome};
use iamreach::export::{CsvOptions, write_rows};
use iamreach::load::{LoadOptions, Loaded, load};
use iamreach::query::{Engine, Goal, LayerEffect, Paths, WhatCan, WhoCan, select_caller};
use iamreach::request::{Caller, SessionName};

const M: &str = "arn:aws:s3:::alder-customer-data/exports/2026/customers.csv";
const RESTRICTED: &str = "arn:aws:s3:::alder-customer-data/restricted/2026/contracts.pdf";
const DELEGATING: &str = "arn:aws:kms:eu-west-1:222233334444:key/5c1f0a9e-3d84-4b6e-9f27-8a1d2e6b7c40";
const ESCROW: &str = "arn:aws:kms:eu-west-1:222233334444:key/e7b2d6c4-91f0-4a35-8c7e-0d5f3b2a6e18";
const LEDGER: &str = "arn:aws:secretsmanager:eu-west-1:222233334444:secret:alder/ledger-db-Qm4x2Z";
const PRICING: &str = "arn:aws:secretsmanager:eu-west-1:222233334444:secret:alder/pricing-api-Tz81Kd";
const EVENTS: &str = "arn:aws:sns:eu-west-1:222233334444:alder-events";
const INGEST: &str = "arn:aws:sqs:eu-west-1:222233334444:alder-ingest";
const ARTIFACT: &str = "arn:aws:s3:::alder-release-artifacts/web/1.4.2.tar.gz";
const PIPELINE: &str = "arn:aws:ecr:eu-west-1:444455556666:repository/alder/pipeline";

const ACCOUNTS: [(&str, &str); 5] = [
    ("111122223333", "mgmt"),
    ("222233334444", "prod"),
    ("333344445555", "sec"),
    ("444455556666", "shared"),
    ("012345678901", "dev"),
];

static SAMPLE: LazyLock<Loaded> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/sample");
    load(&[folder], &LoadOptions::default())
});

fn engine() -> Engine<'static> {
    Engine::new(Evaluator::new(&SAMPLE.environment, EvaluateOptions::default()))
}

fn action(text: &str) -> ActionName {
    ActionName::parse(text).unwrap()
}

/// `prod:user/astrid.holm` for an ARN of the sample.
fn short(name: &str) -> String {
    let name =
        name.replace("aws-reserved/sso.amazonaws.com/eu-west-1/", "").replace("OrganizationAccountAccessRole", "OAAR");
    let name = name.replace("_9d3b7c1f5e2a8046_DO_NOT_DELETE", "");
    for (id, alias) in ACCOUNTS {
        if let Some(rest) = name.strip_prefix(&format!("arn:aws:iam::{id}:")) {
            return format!("{alias}:{rest}");
        }
    }
    name
}

fn caller(name: &str) -> Caller {
    let (alias, rest) = name.split_once(':').unwrap();
    let id = ACCOUNTS.iter().find(|(_, known)| *known == alias).unwrap().0;
    let name = format!("{id}:{}", rest.replace("OAAR", "OrganizationAccountAccessRole"));
    select_caller(&SAMPLE.environment, &name).unwrap()
}

fn everyone() -> Vec<Caller> {
    let environment = &SAMPLE.environment;
    let roots = environment.accounts().map(|account| Caller::Root(account.id));
    environment.principals().map(|(id, _)| Caller::of(environment, id)).chain(roots).collect()
}

/// Who, with which outcome, over how many roles, and what the condition says.
type Row = (&'static str, &'static str, usize, &'static str);

/// The whole answer, and nothing but it.
fn check(asked: &str, resource: &str, table: &[&[Row]]) {
    let question = WhoCan { actions: vec![action(asked)], resources: vec![resource.to_owned()], max_hops: 8 };
    let rows = engine().who_can(&question);
    let mut bytes = Vec::new();
    write_rows(&rows, &SAMPLE.environment, &mut bytes, CsvOptions::default()).unwrap();
    let mut reader = csv::Reader::from_reader(bytes.as_slice());
    let header = reader.headers().unwrap().clone();
    let mut answered: Vec<(String, String, usize, String)> = reader
        .records()
        .map(|record| {
            let record = record.unwrap();
            let of = |name: &str| record[header.iter().position(|column| column == name).unwrap()].to_owned();
            (short(&of("principal")), of("decision"), of("hops").parse().unwrap(), of("condition"))
        })
        .collect();
    let mut complaints = Vec::new();
    for (who, decision, hops, condition) in table.iter().copied().flatten() {
        let found = answered.iter().position(|row| {
            let says = if condition.is_empty() { row.3.is_empty() } else { row.3.contains(condition) };
            row.0 == *who && row.1 == *decision && row.2 == *hops && says
        });
        match found {
            Some(at) => {
                answered.swap_remove(at);
            }
            None => complaints.push(format!("not answered: {who} | {decision} | {hops} | {condition}")),
        }
    }
    answered.sort();
    complaints
        .extend(answered.iter().map(|row| format!("not expected: {} | {} | {} | {}", row.0, row.1, row.2, row.3)));
    assert!(complaints.is_empty(), "{asked} on {resource}\n{}", complaints.join("\n"));
}

/// That a direct request is denied in this way, by this layer.
fn denied(who: &str, asked: &str, resource: &str, outcome: Outcome, layer: &str) {
    let explanations = engine().explain(&caller(who), &action(asked), resource);
    assert!(!explanations.is_empty(), "{who} has no explanation");
    for explanation in &explanations {
        assert_eq!(explanation.outcome, outcome, "{who} {asked} {resource}");
        let effect =
            if outcome == Outcome::ExplicitlyDenied { LayerEffect::ExplicitDeny } else { LayerEffect::ImplicitDeny };
        let denying = |of: &&iamreach::query::ExplainedLayer| {
            of.name.starts_with(layer)
                && (of.effect == effect || (outcome == Outcome::ImplicitlyDenied && of.allow.is_false()))
        };
        let layers: Vec<_> = explanation.layers.iter().map(|layer| (&layer.name, layer.effect)).collect();
        assert!(
            explanation.layers.iter().any(|layer| denying(&layer)),
            "{who}: {layer} is not what denies: {layers:?}"
        );
        assert!(explanation.change.is_some(), "{who}: nothing is said about what would have to change");
    }
}

fn implicitly(who: &str, resource: &str, layer: &str) {
    denied(who, "s3:GetObject", resource, Outcome::ImplicitlyDenied, layer);
}

fn explicitly(who: &str, resource: &str, layer: &str) {
    denied(who, "s3:GetObject", resource, Outcome::ExplicitlyDenied, layer);
}

fn paths_to(who: &str, goal: Goal, max_paths: usize) -> Vec<iamreach::query::AccessRow> {
    engine().paths(&Paths { from: caller(who), goal, max_hops: 8, max_paths })
}

const ADMINISTRATORS: &[Row] = &[
    ("prod:user/astrid.holm", "allowed", 0, ""),
    ("prod:role/OAAR", "allowed", 0, ""),
    ("prod:role/AWSReservedSSO_AdministratorAccess_7b9d1f3a5c2e4068", "allowed", 0, ""),
    ("prod:saml-provider/AWSSSO", "allowed-if", 1, "saml:aud is https://signin.aws.amazon.com/saml"),
];

const PROD_ROOT: &[Row] = &[("prod:root", "allowed", 0, "")];

/// Management, through the role that Organizations sets up.
const MANAGEMENT: &[Row] = &[
    ("mgmt:user/hanna.alder", "allowed", 1, ""),
    ("mgmt:role/AWSReservedSSO_AdministratorAccess_4c6e8a0b2d1f3957", "allowed", 1, ""),
    ("mgmt:saml-provider/AWSSSO", "allowed-if", 2, "saml:aud is https://signin.aws.amazon.com/saml"),
];

const MACIE: &[Row] = &[
    ("prod:role/aws-service-role/macie.amazonaws.com/AWSServiceRoleForAmazonMacie", "allowed", 0, ""),
    ("macie.amazonaws.com", "allowed", 1, ""),
];

/// Who becomes deploy-production.
const CHAIN: &[Row] = &[
    ("dev:user/jonas.weber", "allowed", 3, ""),
    ("dev:user/kai.lund", "allowed", 3, ""),
    ("dev:user/ada.petrov", "allowed", 3, ""),
    ("dev:role/OAAR", "allowed", 3, ""),
    ("dev:role/AWSReservedSSO_Developer_2e4f6a8c0b1d3579", "allowed", 3, ""),
    ("dev:role/release-request", "allowed", 2, ""),
    ("shared:role/release-manager", "allowed", 1, ""),
    ("shared:role/github-release", "allowed", 2, ""),
    (
        "shared:oidc-provider/token.actions.githubusercontent.com",
        "allowed-if",
        3,
        "token.actions.githubusercontent.com:aud is sts.amazonaws.com and \
         token.actions.githubusercontent.com:sub is repo:alder-analytics/pipeline:ref:refs/heads/main",
    ),
    ("dev:saml-provider/AWSSSO", "allowed-if", 4, "saml:aud is https://signin.aws.amazon.com/saml"),
];

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
        ("prod:saml-provider/AWSSSO", "allowed-if", 2, "saml:aud is"),
        ("mgmt:user/hanna.alder", "allowed", 2, ""),
        ("mgmt:role/AWSReservedSSO_AdministratorAccess_4c6e8a0b2d1f3957", "allowed", 2, ""),
        ("mgmt:saml-provider/AWSSSO", "allowed-if", 3, "saml:aud is"),
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
        ("dev:saml-provider/AWSSSO", "allowed-if", 3, FROM),
        ("mgmt:user/hanna.alder", "allowed-if", 1, FROM),
        ("mgmt:role/AWSReservedSSO_AdministratorAccess_4c6e8a0b2d1f3957", "allowed-if", 1, FROM),
        ("mgmt:saml-provider/AWSSSO", "allowed-if", 2, FROM),
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

// ---------------------------------------------------------------- not, though it looks so

#[test]
fn t14_boundary_limits_what_a_group_gives() {
    implicitly("prod:user/priya.nair", M, "permissions boundary");
}

#[test]
fn t4_boundary_limits_a_named_role() {
    implicitly("prod:role/export-reader-legacy", M, "permissions boundary");
}

#[test]
fn e28_another_session_of_a_named_one() {
    let of = |name: &str| {
        let Caller::RoleSession { id, account, role, unique_id, .. } = caller("prod:role/nightly-export") else {
            panic!()
        };
        let session = SessionName::Known(name.into());
        let session = Caller::RoleSession { id, account, role, unique_id, session };
        let explanations = engine().explain(&session, &action("s3:GetObject"), M);
        explanations.iter().map(|explanation| explanation.outcome).collect::<Vec<_>>()
    };
    assert_eq!(of("weekly"), [Outcome::ImplicitlyDenied]);
    assert_eq!(of("nightly"), [Outcome::Allowed]);
}

#[test]
fn e115_a_group_that_denies() {
    explicitly("prod:user/external/emil.sorg", M, "identity policies");
}

#[test]
fn e23_a_group_is_no_principal() {
    implicitly("prod:user/mia.chen", M, "resource policy");
    implicitly("prod:user/otto.falk", M, "resource policy");
}

#[test]
fn e120_an_account_trusted_and_no_policy_of_its_own() {
    let steward = "arn:aws:iam::222233334444:role/data-steward";
    denied("prod:user/rosa.lind", "sts:AssumeRole", steward, Outcome::ImplicitlyDenied, "identity policies");
    let reach = engine().what_can(&WhatCan { from: caller("prod:user/rosa.lind"), max_hops: 8 });
    let roles: Vec<_> = reach.iter().filter(|row| !row.path.is_empty()).map(|row| &row.path[0].role).collect();
    assert!(roles.is_empty(), "{roles:?}");
}

#[test]
fn e100_a_service_control_policy_that_denies() {
    let development = AccountId::parse("012345678901").unwrap();
    let mut asked = 0;
    for caller in everyone().iter().filter(|caller| caller.account() == Some(development)) {
        let name = short(&iamreach::query::Subject::of(&SAMPLE.environment, caller).name);
        if name == "dev:role/sampling-job" {
            continue;
        }
        explicitly(&name, M, "service control policies at organizational unit");
        asked += 1;
    }
    assert_eq!(asked, 8);
}

#[test]
fn e118_a_service_control_policy_that_does_not_allow() {
    implicitly("sec:role/forensics", M, "service control policies at account");
    implicitly("sec:user/omar.haddad", M, "service control policies at account");
}

#[test]
fn e105_a_resource_control_policy_that_denies_an_outsider() {
    let role = Arn::parse("arn:aws:iam::888877776666:role/quill-ingest").unwrap();
    let account = AccountId::parse("888877776666").unwrap();
    let session = SessionName::Unspecified;
    let quill = Caller::RoleSession { id: None, account, role, unique_id: None, session };
    let explanations = engine().explain(&quill, &action("s3:GetObject"), M);
    let denying = explanations[0].layers.iter().find(|layer| layer.effect == LayerEffect::ExplicitDeny).unwrap();
    assert_eq!(explanations[0].outcome, Outcome::ExplicitlyDenied);
    assert!(denying.name.starts_with("resource control policies at organizational unit"), "{}", denying.name);
}

#[test]
fn e159_the_callers_side_has_to_allow_too() {
    implicitly("shared:role/artifact-mirror", M, "identity policies");
}

#[test]
fn e157_the_buckets_side_has_to_allow_too() {
    for who in ["shared:user/automation/ci-legacy", "shared:role/OAAR", "mgmt:user/hanna.alder"] {
        implicitly(who, M, "resource policy");
    }
}

#[test]
fn e167_sessions_of_a_role_carry_no_mfa() {
    let breakglass = "arn:aws:iam::222233334444:role/breakglass";
    for who in ["sec:role/incident-responder", "sec:role/OAAR"] {
        denied(who, "sts:AssumeRole", breakglass, Outcome::ImplicitlyDenied, "trust policy");
        assert!(paths_to(who, Goal::Become(caller("prod:role/breakglass")), 20).is_empty(), "{who}");
    }
}

#[test]
fn e139_root_cannot_assume_a_role() {
    for who in ["mgmt:root", "sec:root"] {
        let goal = Goal::Can { action: action("s3:GetObject"), resource: M.to_owned() };
        assert!(paths_to(who, goal, 20).is_empty(), "{who}");
    }
}

#[test]
fn e119_an_audit_that_reads_no_objects() {
    assert_eq!(paths_to("sec:role/security-auditor", Goal::Become(caller("prod:role/auditor")), 1).len(), 1);
    implicitly("prod:role/auditor", M, "identity policies");
}

#[test]
fn e155_a_third_party_without_an_external_id() {
    let ask = |resource: &str| {
        let question =
            WhoCan { actions: vec![action("s3:GetObject")], resources: vec![resource.to_owned()], max_hops: 8 };
        engine().who_can(&question).into_iter().find(|row| &*row.subject.name == "888877776666")
    };
    let row = ask("arn:aws:s3:::alder-team-space/shared/notes.txt").unwrap();
    assert_eq!(row.outcome, Outcome::AllowedIf);
    assert_eq!(row.path.iter().map(|hop| short(&hop.role)).collect::<Vec<_>>(), ["prod:role/partner-quill"]);
    assert!(!row.path[0].condition.to_string().contains("ExternalId"));
    assert!(ask(M).is_none());
}

#[test]
fn e94_a_policy_attached_to_nobody() {
    let environment = &SAMPLE.environment;
    let legacy = environment.policies().find(|(_, policy)| &*policy.name == "LegacyExportWrite").unwrap().0;
    for (id, principal) in environment.principals() {
        assert!(environment.identity_policies(id).all(|policy| policy != legacy), "{}", principal.arn);
    }
}

#[test]
fn e140_a_role_that_only_it_may_enter() {
    let renewer = caller("prod:role/session-renewer");
    for from in everyone() {
        let question = Paths { from: from.clone(), goal: Goal::Become(renewer.clone()), max_hops: 8, max_paths: 1 };
        assert!(from == renewer || engine().paths(&question).is_empty(), "{from:?}");
    }
}

// ---------------------------------------------------------------- the ways

#[test]
fn e138_the_three_hop_chain() {
    let goal = Goal::Can { action: action("s3:GetObject"), resource: M.to_owned() };
    let rows = paths_to("dev:user/jonas.weber", goal, 1);
    let way: Vec<_> = rows[0].path.iter().map(|hop| short(&hop.role)).collect();
    assert_eq!(way, ["dev:role/release-request", "shared:role/release-manager", "prod:role/deploy-production"]);
}

#[test]
fn e136_two_ways_of_one_user() {
    let goal = Goal::Can { action: action("s3:GetObject"), resource: M.to_owned() };
    let rows = paths_to("dev:user/kai.lund", goal, 20);
    let by_sampling = rows.iter().find(|row| row.path.len() == 1).unwrap();
    assert_eq!(short(&by_sampling.path[0].role), "dev:role/sampling-job");
    assert_eq!(by_sampling.condition.to_string(), "aws:SourceIp in 203.0.113.0/24");
    assert!(rows.iter().any(|row| row.outcome == Outcome::Allowed && row.path.len() == 3));
}

#[test]
fn e145_services_enter_the_roles_made_for_them() {
    let enters = |service: &str, role: &str| {
        let goal = Goal::Become(caller(role));
        engine().paths(&Paths { from: Caller::Service(service.into()), goal, max_hops: 1, max_paths: 1 }).len() == 1
    };
    assert!(enters("ec2.amazonaws.com", "prod:role/export-web"));
    assert!(enters("lambda.amazonaws.com", "prod:role/service-role/report-builder"));
    assert!(enters("codebuild.amazonaws.com", "shared:role/artifact-replicator"));
    for etl in ["billing", "catalog", "churn", "geo", "ledger", "usage"] {
        assert!(enters("ecs-tasks.amazonaws.com", &format!("prod:role/etl-{etl}")), "{etl}");
    }
    assert!(!enters("lambda.amazonaws.com", "prod:role/export-web"));
}
