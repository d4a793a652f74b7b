//! VPC endpoints.

use super::*;
use crate::model::VpcEndpoint;

const PLACE: &str = "012345678901/eu-west-1/ec2-describe-vpc-endpoints.json";
const POLICY: &str = r#"{"Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}"#;

fn entry(kind: &str, policy: &str) -> String {
    let policy = serde_json::to_string(policy).unwrap();
    format!(
        r#"{{"VpcEndpoints":[{{"VpcEndpointId":"vpce-1",{kind}"VpcId":"vpc-1",
            "ServiceName":"com.amazonaws.eu-west-1.s3","State":"available","PolicyDocument":{policy}}}]}}"#
    )
}

fn of(loaded: &Loaded) -> &VpcEndpoint {
    loaded.environment.vpc_endpoint("vpce-1").unwrap_or_else(|| panic!("{:?}", loaded.diagnostics))
}

#[test]
fn e26_e108_endpoints_and_their_policies() {
    let check = |text: &str, codes: &[&str], gateway: bool, policy: &str| {
        let loaded = Folder::of(&[(PLACE, text)]).load();
        assert_eq!(said(&loaded), codes, "{text}");
        assert_eq!((of(&loaded).gateway, word(&of(&loaded).policy)), (gateway, policy), "{text}");
        assert_eq!(of(&loaded).account.unwrap().as_str(), "012345678901");
        assert_eq!((of(&loaded).vpc.as_deref(), &*of(&loaded).service), (Some("vpc-1"), "com.amazonaws.eu-west-1.s3"));
    };
    check(&entry(r#""VpcEndpointType":"Gateway","#, POLICY), &[], true, "present");
    check(&entry(r#""VpcEndpointType":"Interface","OwnerId":"012345678901","#, POLICY), &[], false, "present");
    check(&entry(r#""VpcEndpointType":"Interface","#, ""), &[], false, "absent");
    check(&entry("", POLICY), &["error malformed-entry"], false, "unknown");
    // A refused document is kept, and all it might say is unknown.
    check(&entry(r#""VpcEndpointType":"Gateway","#, "{}"), &["error refused-policy"], true, "present");
}

#[test]
fn e108_faults_of_one_endpoint_leave_the_others() {
    let good = entry(r#""VpcEndpointType":"Gateway","#, POLICY);
    let text = good.replacen("[{", r#"[7,{"VpcEndpointType":"Gateway"},{"#, 1);
    let loaded = Folder::of(&[(PLACE, &text)]).load();
    assert_eq!(said(&loaded), ["error malformed-entry"; 2]);
    assert_eq!(word(&of(&loaded).policy), "present");
}

#[test]
fn e108_two_files_about_an_endpoint() {
    let check = |other: &str, codes: &[&str], policy: &str| {
        let text = entry(r#""VpcEndpointType":"Gateway","#, POLICY);
        let folder = Folder::of(&[(PLACE, &*text), ("012345678901/again/ec2-describe-vpc-endpoints.json", other)]);
        let loaded = folder.load();
        assert_eq!((said(&loaded), word(&of(&loaded).policy)), (codes.iter().map(|&one| one.into()).collect(), policy));
    };
    let gateway = r#""VpcEndpointType":"Gateway","#;
    check(&entry(gateway, &POLICY.replace(':', ": ")), &[], "present");
    check(&entry(gateway, &POLICY.replace("Allow", "Deny")), &["error duplicate-vpc-endpoint"], "unknown");
    check(&entry(r#""VpcEndpointType":"Interface","#, POLICY), &["error duplicate-vpc-endpoint"], "unknown");
}
