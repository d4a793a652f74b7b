//! Principals and sessions that are decided together, where one of them fares otherwise: by how its session came to be, by
//! what its trust policy lets in, by its name at the endpoint (E26, E33, E108, E144, E154).

use iamreach::evaluate::{EvaluateOptions, Outcome};
use serde_json::{Value, json};

use crate::input::*;

const TARGET: &str = "arn:aws:iam::111111111111:role/target";
const PROVIDER: &str = "arn:aws:iam::111111111111:oidc-provider/idp.example";

fn becomes() -> Value {
    json!([{ "Effect": "Allow", "Action": "sts:AssumeRole", "Resource": TARGET }])
}

fn trusts_if(principal: Value, condition: Value) -> Value {
    json!([{ "Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole", "Condition": condition }])
}

/// How somebody reads an object: the outcome, and all that the way requires.
fn reading(input: &Input, who: &str, options: EvaluateOptions) -> Vec<(Outcome, String)> {
    let rows = who_can(&input.load(), options, "s3:GetObject", "arn:aws:s3:::data/x", 4);
    let told = |row: &&iamreach::query::AccessRow| {
        let hops = row.path.iter().map(|hop| hop.condition.to_string());
        (row.outcome, hops.chain([row.condition.to_string()]).collect::<Vec<_>>().join("; "))
    };
    of(&rows, who).iter().map(told).collect()
}

#[test]
fn e144_a_web_identity_session_keeps_its_claims() {
    let ci = |own: Value| {
        let web = json!([{ "Effect": "Allow", "Principal": { "Federated": PROVIDER },
                           "Action": "sts:AssumeRoleWithWebIdentity" }]);
        role(A, "ci", web, own)
    };
    let through = |condition: Value| {
        let trust = trusts_if(json!({ "AWS": "arn:aws:iam::111111111111:role/ci" }), condition);
        let input = Input::new().account(A, &[], &[ci(nothing()), role(A, "target", trust, reads())]);
        reading(&input.bucket(A, "data", &policy(json!([]))), PROVIDER, EvaluateOptions::default())
    };
    for (key, value) in [("idp.example:sub", "repo:o/r"), ("aws:FederatedProvider", PROVIDER)] {
        let found = through(json!({ "StringEquals": { key: value } }));
        assert!(matches!(found.as_slice(), [(Outcome::AllowedIf, when)] if when.contains(value)), "{found:?}");
    }
    // What SAML says is not in it.
    assert_eq!(through(json!({ "StringEquals": { "saml:sub": "x" } })), []);
    // A Deny on a claim stays, too.
    let own = json!([
        { "Effect": "Allow", "Action": "s3:GetObject", "Resource": "*" },
        { "Effect": "Deny", "Action": "s3:*", "Resource": "*",
          "Condition": { "StringLike": { "idp.example:sub": "repo:o/fork:*" } } },
    ]);
    let input = Input::new().account(A, &[], &[ci(own)]).bucket(A, "data", &policy(json!([])));
    let found = reading(&input, PROVIDER, EvaluateOptions::default());
    assert!(matches!(found.as_slice(), [(Outcome::AllowedIf, when)] if when.contains("repo:o/fork:*")), "{found:?}");
}

#[test]
fn e154_only_a_role_whose_trust_lets_one_be_set_has_a_source_identity() {
    let outside =
        |calls: Value| json!([{ "Effect": "Allow", "Principal": { "AWS": "333333333333" }, "Action": calls }]);
    let both = || json!(["sts:AssumeRole", "sts:SetSourceIdentity"]);
    let plain = || outside(json!("sts:AssumeRole"));
    let settable = || outside(both());
    for [one, two] in [[plain(), settable()], [settable(), plain()]] {
        // Whoever has one takes it along (E142).
        let mut trust = trusts_if(json!({ "AWS": A }), json!({ "StringEquals": { "aws:SourceIdentity": "bob" } }));
        trust[0]["Action"] = both();
        let mut becomes = becomes();
        becomes[0]["Action"] = both();
        let attached = json!([{ "PolicyName": "become", "PolicyArn": "arn:aws:iam::111111111111:policy/become" }]);
        let with = |name: &str, trust: &Value| {
            let mut role = role(A, name, trust.clone(), nothing());
            role["RolePolicyList"] = json!([]);
            role["AttachedManagedPolicies"] = attached.clone();
            role
        };
        let details = json!({
            "UserDetailList": [], "GroupDetailList": [],
            "RoleDetailList": [with("one", &one), with("two", &two), role(A, "target", trust, reads())],
            "Policies": [{ "PolicyName": "become", "Arn": "arn:aws:iam::111111111111:policy/become",
                           "DefaultVersionId": "v1", "PolicyVersionList":
                           [{ "Document": policy(becomes), "VersionId": "v1", "IsDefaultVersion": true }] }],
        });
        let input = Input::new().file(&format!("{A}/iam-get-account-authorization-details.json"), &details);
        let input = input.bucket(A, "data", &policy(json!([])));
        for (name, trust) in [("role/one", &one), ("role/two", &two)] {
            let expected = if *trust == settable() { 1 } else { 0 };
            assert_eq!(reading(&input, name, EvaluateOptions::default()).len(), expected, "{name} {trust}");
        }
    }
}

#[test]
fn e108_an_endpoint_policy_that_names_one_of_two_alike() {
    for named in ["one", "two"] {
        let only = json!([{ "Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*",
            "Condition": { "ArnEquals": { "aws:PrincipalArn": format!("arn:aws:iam::111111111111:user/{named}") } } }]);
        let by_name = json!([{ "Effect": "Allow", "Action": "*", "Resource": "*",
            "Principal": { "AWS": format!("arn:aws:iam::111111111111:user/{named}") } }]);
        for statements in [only, by_name] {
            let endpoint = json!({ "VpcEndpoints": [{
                "VpcEndpointId": "vpce-1", "VpcEndpointType": "Interface", "VpcId": "vpc-1", "OwnerId": A,
                "ServiceName": "com.amazonaws.eu-west-1.sts", "PolicyDocument": policy(statements).to_string(),
            }] });
            let users = ["one", "two"].map(|name| user(A, name, becomes()));
            let input = Input::new()
                .account(A, &users, &[role(A, "target", trusts(A), nothing())])
                .file(&format!("{A}/eu-west-1/ec2-describe-vpc-endpoints.json"), &endpoint);
            let context = vec![("aws:SourceVpce".to_owned(), vec!["vpce-1".to_owned()])];
            let options = EvaluateOptions { context, ..EvaluateOptions::default() };
            let rows = who_can(&input.load(), options, "sts:AssumeRole", TARGET, 2);
            for name in ["one", "two"] {
                assert_eq!(of(&rows, &format!("user/{name}")).is_empty(), name != named, "{name}, for {named}");
            }
        }
    }
}

#[test]
fn e33_a_service_that_everyone_includes_enters_the_role() {
    let ours = json!({ "StringEquals": { "aws:SourceAccount": A } });
    let open = trusts_if(json!({ "AWS": "*" }), ours);
    let input = Input::new().account(A, &[], &[role(A, "job", open, reads())]).bucket(A, "data", &policy(json!([])));
    let rows = who_can(&input.load(), EvaluateOptions::default(), "s3:GetObject", "arn:aws:s3:::data/x", 2);
    let services: Vec<_> = rows.iter().filter(|row| row.subject.kind.as_str() == "service").collect();
    assert_eq!(services.len(), 1);
    assert_eq!((services[0].outcome, services[0].path.len()), (Outcome::AllowedIf, 1));
}

/// Whoever trusts some service elsewhere does not change who can use a queue, and hops add to what is direct.
#[test]
fn e33_direct_answers_are_those_of_no_hop() {
    let queue = "arn:aws:sqs:eu-west-1:111111111111:q";
    let open = json!([{ "Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": queue }]);
    let ec2 =
        json!([{ "Effect": "Allow", "Principal": { "Service": "ec2.amazonaws.com" }, "Action": "sts:AssumeRole" }]);
    let with = |roles: &[Value]| {
        let attributes = json!({ "Attributes": { "QueueArn": queue, "Policy": policy(open.clone()).to_string() } });
        Input::new()
            .account(A, &[], roles)
            .file(&format!("{A}/eu-west-1/sqs-get-queue-attributes/q.json"), &attributes)
            .load()
    };
    let rows = |loaded: &iamreach::load::Loaded, hops: u32| {
        let rows = who_can(loaded, EvaluateOptions::default(), "sqs:SendMessage", queue, hops);
        let rows = rows.into_iter().filter(|row| row.path.is_empty() && row.subject.kind.is_external());
        rows.map(|row| (row.subject.kind.as_str(), row.subject.name, row.outcome)).collect::<Vec<_>>()
    };
    let (none, some) = (with(&[]), with(&[role(A, "job", ec2.clone(), nothing())]));
    assert_eq!(rows(&none, 0), rows(&none, 3));
    assert_eq!(rows(&some, 0), rows(&some, 3));
    assert_eq!(rows(&none, 3), rows(&some, 3));
    assert!(rows(&none, 0).contains(&("service", "*".into(), Outcome::AllowedIf)));
    // A role that everyone may assume is entered by the services there are, too.
    let everyone = role(A, "all", trusts("*"), nothing());
    let loaded = with(&[role(A, "job", ec2, nothing()), everyone]);
    let rows = who_can(&loaded, EvaluateOptions::default(), "sts:AssumeRole", "arn:aws:iam::111111111111:role/all", 0);
    assert!(rows.iter().any(|row| row.subject.kind.as_str() == "service" && row.outcome == Outcome::AllowedIf));
}
