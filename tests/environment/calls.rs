//! Calls that need more than one permission, or that only some may make: roles entered by services, function URLs,
//! AssumeRoot (E142, E151, E191, E194-E197).

use iamreach::evaluate::{EvaluateOptions, Outcome};
use serde_json::{Value, json};

use crate::input::*;

/// How a service gets at an object through a role that trusts it for these actions, under this condition.
fn enters(service: &str, actions: Value, condition: Value) -> Vec<Outcome> {
    let trust = json!([{ "Effect": "Allow", "Principal": { "Service": service }, "Action": actions,
                         "Condition": condition }]);
    let input =
        Input::new().account(A, &[], &[role(A, "reader", trust, reads())]).bucket(A, "data", &policy(json!([])));
    let rows = who_can(&input.load(), EvaluateOptions::default(), "s3:GetObject", "arn:aws:s3:::data/x", 2);
    of(&rows, service).iter().map(|row| row.outcome).collect()
}

#[test]
fn e194_pods_need_to_tag_their_sessions() {
    let pods = "pods.eks.amazonaws.com";
    assert_eq!(enters(pods, json!(["sts:AssumeRole", "sts:TagSession"]), json!({})), [Outcome::Allowed]);
    assert_eq!(enters(pods, json!("sts:AssumeRole"), json!({})), []);
    // The tags are the association's to set: a condition on them stays open.
    let namespace = json!({ "StringEquals": { "aws:RequestTag/kubernetes-namespace": "web" } });
    assert_eq!(enters(pods, json!(["sts:AssumeRole", "sts:TagSession"]), namespace), [Outcome::AllowedIf]);
    assert_eq!(enters("ec2.amazonaws.com", json!("sts:AssumeRole"), json!({})), [Outcome::Allowed]);
}

#[test]
fn e195_certificates_need_an_identity_and_tags() {
    let anywhere = "rolesanywhere.amazonaws.com";
    let all = || json!(["sts:AssumeRole", "sts:SetSourceIdentity", "sts:TagSession"]);
    assert_eq!(enters(anywhere, all(), json!({})), [Outcome::Allowed]);
    assert_eq!(enters(anywhere, json!(["sts:AssumeRole", "sts:TagSession"]), json!({})), []);
    // The certificate's fields are tags already when the role is assumed.
    let subject = json!({ "StringEquals": { "aws:PrincipalTag/x509Subject/CN": "build" } });
    assert_eq!(enters(anywhere, all(), subject.clone()), [Outcome::AllowedIf]);
    assert_eq!(enters("ec2.amazonaws.com", all(), subject), []);
    let anchor =
        json!({ "ArnEquals": { "aws:SourceArn": "arn:aws:rolesanywhere:eu-west-1:111111111111:trust-anchor/t" } });
    assert_eq!(enters(anywhere, all(), anchor), [Outcome::AllowedIf]);
}

#[test]
fn e196_people_of_identity_center_come_with_a_context() {
    let access = "account-access.amazonaws.com";
    assert_eq!(enters(access, json!(["sts:AssumeRole", "sts:SetContext"]), json!({})), [Outcome::Allowed]);
    assert_eq!(enters(access, json!("sts:AssumeRole"), json!({})), []);
}

#[test]
fn e197_a_function_url_invokes_the_function() {
    let function = "arn:aws:lambda:eu-west-1:111111111111:function:f";
    let asked = |statements: Value| {
        let input = Input::new().account(A, &[user(A, "ann", statements)], &[]).file(
            &format!("{A}/eu-west-1/lambda-get-policy/f.json"),
            &json!({ "Error": { "Code": "ResourceNotFoundException", "Message": "none" } }),
        );
        let rows = who_can(&input.load(), EvaluateOptions::default(), "lambda:InvokeFunctionUrl", function, 0);
        of(&rows, "user/ann").iter().map(|row| (row.outcome, row.condition.to_string())).collect::<Vec<_>>()
    };
    let may = |actions: Value| json!([{ "Effect": "Allow", "Action": actions, "Resource": "*" }]);
    let both = asked(may(json!(["lambda:InvokeFunctionUrl", "lambda:InvokeFunction"])));
    assert_eq!(both[0].0, Outcome::Allowed);
    // Only a URL from before October 2025 does without.
    let one = asked(may(json!("lambda:InvokeFunctionUrl")));
    assert_eq!(one[0].0, Outcome::AllowedIf);
    assert!(one[0].1.contains("function-url-older-than-october-2025"), "{}", one[0].1);
    let not_by_url = json!([
        { "Effect": "Allow", "Action": "lambda:*", "Resource": "*" },
        { "Effect": "Deny", "Action": "lambda:InvokeFunction", "Resource": "*",
          "Condition": { "Bool": { "lambda:InvokedViaFunctionUrl": "true" } } },
    ]);
    assert_eq!(asked(not_by_url)[0].0, Outcome::AllowedIf);
}

#[test]
fn e191_an_open_bucket_is_open_to_whoever_leaves_the_signature_out() {
    let denies = json!([{ "Effect": "Deny", "Action": "s3:*", "Resource": "*" }]);
    let input = Input::new().account(A, &[user(A, "ann", denies)], &[]).bucket(A, "data", &policy(grants(&json!("*"))));
    let found = direct(&input.load(), "s3:GetObject", "arn:aws:s3:::data/x");
    assert!(found.iter().all(|(name, _)| !name.ends_with("user/ann")), "{found:?}");
    assert!(found.contains(&("*".to_owned(), Outcome::Allowed)), "{found:?}");
}

/// Who of the organization may ask for the root user of a member account.
fn asks_for_root(details: &[(&str, Value)], scp: Value) -> Vec<(String, Outcome)> {
    const C: &str = "333333333333";
    let may = || json!([{ "Effect": "Allow", "Action": "sts:AssumeRoot", "Resource": "*" }]);
    let input = Input::new()
        .account(A, &[user(A, "ann", may())], &[])
        .account(B, &[user(B, "zoe", may())], &[])
        .account(C, &[user(C, "kim", may())], &[])
        .organization(A, &[B, C], &[("SERVICE_CONTROL_POLICY", B, scp)]);
    let input = details.iter().fold(input, |input, (path, content)| input.file(path, content));
    let mut found = direct(&input.load(), "sts:AssumeRoot", "arn:aws:iam::222222222222:root");
    found.retain(|(name, _)| name.contains(":user/"));
    found.into_iter().map(|(name, outcome)| (name.rsplit('/').next().unwrap().to_owned(), outcome)).collect()
}

#[test]
fn e151_who_asks_for_the_root_user_of_a_member() {
    let features = |features: Value| {
        ("iam-list-organizations-features.json", json!({ "OrganizationId": "o-a", "EnabledFeatures": features }))
    };
    let administrators = |ids: &[&str]| {
        let list: Vec<Value> = ids.iter().map(|id| json!({ "Id": id, "Status": "ACTIVE" })).collect();
        (
            "organizations-list-delegated-administrators/iam.amazonaws.com.json",
            json!({ "DelegatedAdministrators": list }),
        )
    };
    let nothing_denied = || json!([{ "Effect": "Allow", "Action": "*", "Resource": "*" }]);
    let found = |details: &[(&str, Value)]| asks_for_root(details, nothing_denied());
    let on = || features(json!(["RootCredentialsManagement", "RootSessions"]));
    let row = |name: &str, outcome: Outcome| (name.to_owned(), outcome);
    assert_eq!(found(&[on(), administrators(&[])]), [row("ann", Outcome::Allowed)]);
    assert_eq!(
        found(&[on(), administrators(&["333333333333"])]),
        [row("ann", Outcome::Allowed), row("kim", Outcome::Allowed)]
    );
    assert_eq!(found(&[features(json!(["RootCredentialsManagement"])), administrators(&[])]), []);
    assert_eq!(found(&[administrators(&[])]), [row("ann", Outcome::Unknown)]);
    let untold = [row("ann", Outcome::Allowed), row("zoe", Outcome::Unknown), row("kim", Outcome::Unknown)];
    assert_eq!(found(&[on()]), untold);
    // The account that is asked for has SCPs that count too.
    let denied = json!([{ "Effect": "Deny", "Action": "sts:AssumeRoot", "Resource": "*" }]);
    assert_eq!(asks_for_root(&[on(), administrators(&[])], denied), []);
}
