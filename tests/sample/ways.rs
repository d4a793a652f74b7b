//! The ways over roles.

use crate::*;

#[test]
fn e138_the_three_hop_chain() {
    let goal = Goal::Can { action: action("s3:GetObject"), resource: M.to_owned() };
    let rows = paths_to("dev:user/jonas.weber", goal, None);
    let way: Vec<_> = rows[0].path.iter().map(|hop| short(&hop.role)).collect();
    assert_eq!(way, ["dev:role/release-request", "shared:role/release-manager", "prod:role/deploy-production"]);
}

#[test]
fn e136_two_ways_of_one_user() {
    let goal = Goal::Can { action: action("s3:GetObject"), resource: M.to_owned() };
    let rows = paths_to("dev:user/kai.lund", goal, Some(20));
    let by_sampling = rows.iter().find(|row| row.path.len() == 1).unwrap();
    assert_eq!(short(&by_sampling.path[0].role), "dev:role/sampling-job");
    assert_eq!(by_sampling.condition.to_string(), "aws:SourceIp in 203.0.113.0/24");
    assert!(rows.iter().any(|row| row.outcome == Outcome::Allowed && row.path.len() == 3));
}

#[test]
fn e145_services_enter_the_roles_made_for_them() {
    let enters = |service: &str, role: &str| {
        let goal = Goal::Become(caller(role));
        engine().paths(&Paths { max_hops: 1, ..Paths::between(Caller::Service(service.into()), goal) }).len() == 1
    };
    assert!(enters("ec2.amazonaws.com", "prod:role/export-web"));
    assert!(enters("lambda.amazonaws.com", "prod:role/service-role/report-builder"));
    assert!(enters("codebuild.amazonaws.com", "shared:role/artifact-replicator"));
    for etl in ["billing", "catalog", "churn", "geo", "ledger", "usage"] {
        assert!(enters("ecs-tasks.amazonaws.com", &format!("prod:role/etl-{etl}")), "{etl}");
    }
    assert!(!enters("lambda.amazonaws.com", "prod:role/export-web"));
}
