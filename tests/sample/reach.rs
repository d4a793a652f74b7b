//! What credentials carry along a way, and what only a single call requires (E142, E146, E147, E153, E154, E166).

use iamreach::query::{Goal, Needs, ReachOptions};

use super::*;

const ATLAS: &str = "arn:aws:s3:::alder-finance-ledger/audit/atlas/q3.pdf";
const COBALT: &str = "arn:aws:s3:::alder-finance-ledger/audit/cobalt/q3.pdf";

const READERS: &[Row] = &[
    ("prod:user/yusuf.demir", "allowed", 0, ""),
    ("prod:role/audit-reader", "allowed", 0, ""),
    ("prod:role/audit-desk", "allowed-if", 0, "aws:SourceIp in 198.51.100.0/24"),
    ("dev:user/kai.lund", "allowed-if", 2, "to assume role/audit-intake: sts:SourceIdentity is kai.lund"),
    ("dev:role/audit-intake", "allowed-if", 1, "aws:SourceIdentity is kai.lund"),
    (
        "prod:user/mia.chen",
        "allowed-if",
        1,
        "to assume role/audit-desk: aws:SourceIp in 203.0.113.0/24; aws:SourceIp in 198.51.100.0/24",
    ),
];

#[test]
fn e153_e154_the_audit_files() {
    const BY_TAG: &[Row] = &[
        ("prod:user/otto.falk", "allowed-if", 1, "to assume role/audit-project: aws:RequestTag/project is atlas"),
        ("prod:role/audit-project", "allowed-if", 0, "aws:PrincipalTag/project is atlas"),
    ];
    check("s3:GetObject", ATLAS, &[PROD_ROOT, ADMINISTRATORS, MACIE, MANAGEMENT, READERS, BY_TAG]);
    // Nobody may pass that project, so no session has it.
    check("s3:GetObject", COBALT, &[PROD_ROOT, ADMINISTRATORS, MACIE, MANAGEMENT, READERS]);
}

fn ways(who: &str, options: ReachOptions) -> Vec<iamreach::query::AccessRow> {
    let engine = Engine::with_options(Evaluator::new(&SAMPLE.environment, EvaluateOptions::default()), options);
    let goal = Goal::Can { action: action("s3:GetObject"), resource: ATLAS.to_owned() };
    engine.paths(&Paths::between(caller(who), goal))
}

#[test]
fn e146_e154_jonas_carries_another_source_identity_than_the_reader_wants() {
    let into_intake = paths_to("dev:user/jonas.weber", Goal::Become(caller("dev:role/audit-intake")), None);
    assert_eq!(into_intake.len(), 1);
    assert_eq!(into_intake[0].condition.to_string(), "sts:SourceIdentity is jonas.weber");
    assert!(ways("dev:user/jonas.weber", ReachOptions::default()).is_empty());
    let of_kai = ways("dev:user/kai.lund", ReachOptions::default());
    assert_eq!(of_kai.iter().map(|row| (row.needs(), row.path.len())).collect::<Vec<_>>(), [(Needs::Caller, 2)]);
    // An hour, for the second role is entered out of the first (E146); the console sets no source identity (E147).
    assert_eq!(of_kai[0].max_duration, Some(3600));
    assert!(of_kai[0].path.iter().all(|hop| !hop.console));
}

#[test]
fn e174_mia_has_to_be_in_two_places() {
    let moving = ways("prod:user/mia.chen", ReachOptions::default());
    assert_eq!(moving.iter().map(|row| (row.needs(), row.path.len())).collect::<Vec<_>>(), [(Needs::Environment, 1)]);
    let staying = ReachOptions { same_network: true, ..ReachOptions::default() };
    assert!(ways("prod:user/mia.chen", staying).is_empty());
}

#[test]
fn e147_e166_with_mfa_given_and_without_and_at_the_console() {
    let become_breakglass = |mfa| {
        let options = ReachOptions { mfa, ..ReachOptions::default() };
        let engine = Engine::with_options(Evaluator::new(&SAMPLE.environment, EvaluateOptions::default()), options);
        let to = Goal::Become(caller("prod:role/breakglass"));
        engine.paths(&Paths::between(caller("sec:user/dana.kowal"), to)).len()
    };
    assert_eq!((become_breakglass(None), become_breakglass(Some(true)), become_breakglass(Some(false))), (1, 1, 0));
    let by_console =
        &paths_to("sec:user/dana.kowal", Goal::Can { action: action("s3:GetObject"), resource: M.to_owned() }, None);
    assert!(by_console[0].path[0].console && by_console[0].path[0].max_duration == Some(7200));
}

#[test]
fn e15_a_person_of_identity_center_gets_further_by_name() {
    let person = select_caller(&SAMPLE.environment, "linnea.berg@alder.example").unwrap();
    let goal = Goal::Can { action: action("s3:GetObject"), resource: M.to_owned() };
    let of = |from| engine().paths(&Paths::between(from, goal.clone()));
    let rows = of(person);
    assert_eq!(rows.iter().map(|row| (row.needs(), row.path.len())).collect::<Vec<_>>(), [(Needs::Nothing, 2)]);
    // A colleague with the same role has another name, and one who is disabled enters nothing.
    for other in ["noor.haidari@alder.example", "felix.strand@alder.example"] {
        assert!(of(select_caller(&SAMPLE.environment, other).unwrap()).is_empty(), "{other}");
    }
}

#[test]
fn e144_github_is_told_in_words() {
    let goal = Goal::Can { action: action("s3:GetObject"), resource: M.to_owned() };
    let github = select_caller(&SAMPLE.environment, "oidc-provider/token.actions.githubusercontent.com").unwrap();
    let rows = engine().paths(&Paths::between(github, goal));
    let words: Vec<_> = rows.iter().filter_map(|row| row.entrants.clone()).flat_map(|who| who.words).collect();
    assert_eq!(words, ["GitHub Actions of alder-analytics/pipeline, branch main".into()]);
    assert_eq!(rows[0].needs(), Needs::Identity);
}
