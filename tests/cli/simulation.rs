//! `simulate` as a command: lines, exit codes, reasons.

use serde_json::{Value, json};

use crate::*;

#[test]
fn simulate_answers_every_line() {
    let input = "nonsense\n{\"PolicyInputList\": [], \"ActionNames\": [\"s3:GetObject\"]}\n{\"ActionNames\": 3}\n";
    let ran = run_with(&["simulate"], input);
    let lines: Vec<&str> = ran.out.lines().collect();
    assert_eq!((ran.code, lines.len()), (4, 3), "{}", ran.out);
    assert!(lines[0].starts_with("{\"Error\"") && lines[2].starts_with("{\"Error\""), "{}", ran.out);
    assert!(lines[1].contains("\"implicitDeny\""), "{}", lines[1]);
    assert_eq!(run_with(&["simulate"], "{\"PolicyInputList\": [], \"ActionNames\": [\"s3:GetObject\"]}").code, 0);
}

fn allow(action: &str) -> Value {
    json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action, "Resource": "*"}]})
}

/// The only result of a request about an object.
fn simulated(fields: &Value) -> Value {
    let mut request = json!({
        "ActionNames": ["s3:GetObject"], "ResourceArns": ["arn:aws:s3:::b/k"], "PolicyInputList": [allow("*")],
        "CallerArn": ANA, "ResourceAccount": "111111111111",
    });
    for (name, value) in fields.as_object().unwrap() {
        request[name] = value.clone();
    }
    let ran = run_with(&["simulate"], &request.to_string());
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    serde_json::from_str::<Value>(&ran.out).unwrap()["EvaluationResults"][0].clone()
}

#[track_caller]
fn reasons(fields: &Value, decision: &str, expected: &[&str]) {
    let result = simulated(fields);
    assert_eq!(result["EvalDecision"], decision, "{result}");
    assert_eq!(result["Reasons"], json!(expected), "{result}");
}

#[test]
fn e49_a_refused_document_is_told_once_and_plainly() {
    let json = "PolicyInputList.1 was refused: not valid JSON: EOF while parsing a string at line 1 column 5";
    reasons(&json!({"PolicyInputList": ["{\"bad"]}), "conditional", &[json]);
    let misspelt = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Alow", "Action": "*", "Resource": "*"}]});
    let effect = "PolicyInputList.1 was refused: Effect must be `Allow` or `Deny`, found `Alow` at /Statement/0/Effect";
    reasons(&json!({"PolicyInputList": [misspelt]}), "conditional", &[effect]);
    let principal = "ResourcePolicy was refused: the statement lacks Principal at /Statement/0";
    reasons(&json!({"ResourcePolicy": allow("*")}), "conditional", &[principal]);
    let condition = simulated(&json!({"PolicyInputList": ["{\"bad"]}))["ResidualCondition"].clone();
    assert_eq!(condition, "not known: PolicyInputList.1 was refused");
}

#[test]
fn an_unknown_action_gets_a_remark_with_its_near_misses() {
    let result = simulated(&json!({"ActionNames": ["s3:GetObjct"]}));
    assert_eq!(result["EvalDecision"], "allowed");
    let remark = result["Reasons"][0].as_str().unwrap();
    assert!(remark.starts_with("`s3:GetObjct` is not in the service reference"), "{remark}");
    assert!(remark.contains("did you mean s3:GetObject"), "{remark}");
}

#[test]
fn an_implicit_denial_names_the_layers_that_do_not_allow() {
    let denied = |fields: Value, why: &[&str]| reasons(&fields, "implicitDeny", why);
    let other = allow("ec2:*");
    denied(json!({"PolicyInputList": [other]}), &["the identity policies do not allow it"]);
    denied(json!({"PolicyInputList": []}), &["no identity policy is given"]);
    denied(json!({"PermissionsBoundaryPolicyInputList": [other]}), &["the permissions boundary does not allow it"]);
    denied(
        json!({"ServiceControlPolicyInputList": [[allow("*")], [other]]}),
        &["the service control policies of level 2 do not allow it"],
    );
    let of_endpoint = json!({"Version": "2012-10-17", "Statement": []});
    denied(json!({"VpcEndpointPolicyInputList": [of_endpoint]}), &["the VPC endpoint policy does not allow it"]);
    let session = json!({
        "CallerArn": "arn:aws:sts::111111111111:assumed-role/reader/ci", "SessionPolicyInputList": [other],
    });
    denied(session, &["the session policies do not allow it"]);
    denied(json!({"ResourceAccount": "222222222222"}), &["no resource policy is given that allows it"]);
}

#[test]
fn the_boundary_and_the_organization_have_aws_s_details() {
    let detail = |fields: Value, name: &str| simulated(&fields)[name].clone();
    let boundary = |policy: Value| {
        let fields = json!({"PermissionsBoundaryPolicyInputList": [policy]});
        detail(fields, "PermissionsBoundaryDecisionDetail")
    };
    assert_eq!(boundary(allow("*")), json!({"AllowedByPermissionsBoundary": true}));
    assert_eq!(boundary(allow("ec2:*")), json!({"AllowedByPermissionsBoundary": false}));
    let organization =
        |levels: Value| detail(json!({"ServiceControlPolicyInputList": levels}), "OrganizationsDecisionDetail");
    assert_eq!(organization(json!([[allow("*")]])), json!({"AllowedByOrganizations": true}));
    assert_eq!(organization(json!([[]])), json!({"AllowedByOrganizations": false}));
    assert_eq!(simulated(&json!({}))["OrganizationsDecisionDetail"], Value::Null);
}
