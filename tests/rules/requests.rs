//! What a request is, and what its answer holds (E1-E5, E114, E114a).

use serde_json::{Value, json};

use crate::request::*;

#[test]
fn e1_each_action_on_each_resource_is_decided_by_itself() {
    let other = "arn:aws:s3:::data/other.csv";
    let reads = of("Allow", json!({"Action": "s3:GetObject", "Resource": OBJECT}));
    let asked = request()
        .identity(reads)
        .with("ActionNames", json!(["s3:GetObject", "s3:PutObject"]))
        .with("ResourceArns", json!([OBJECT, other]));
    let decisions: Vec<(Value, Value, Value)> = results(&asked)
        .into_iter()
        .map(|one| (one["EvalActionName"].clone(), one["EvalResourceName"].clone(), one["EvalDecision"].clone()))
        .collect();
    let expected = [
        ("s3:GetObject", OBJECT, ALLOWED),
        ("s3:GetObject", other, IMPLICIT),
        ("s3:PutObject", OBJECT, IMPLICIT),
        ("s3:PutObject", other, IMPLICIT),
    ];
    assert_eq!(
        decisions,
        expected.map(|(action, resource, decision)| (json!(action), json!(resource), json!(decision)))
    );
}

#[test]
fn e2_caller_and_resource_make_the_context() {
    for (key, value) in [
        ("aws:PrincipalArn", USER),
        ("aws:PrincipalAccount", HOME),
        ("aws:PrincipalType", "User"),
        ("aws:username", "ana"),
        ("aws:ResourceAccount", HOME),
    ] {
        let mut condition = json!({});
        condition["StringEquals"][key] = json!(value);
        for mode in [Request::open, |request| request] {
            check(mode(request().identity(allow_if(condition.clone()))), ALLOWED);
            check(mode(request().abroad().caller(OTHER_SESSION).policy(grant_if("*", condition.clone()))), IMPLICIT);
        }
    }
    // What surrounds the request is for the request to say.
    let near = allow_if(json!({"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}));
    check(request().identity(near.clone()), IMPLICIT);
    check(request().identity(near.clone()).key("aws:SourceIp", "192.0.2.7"), ALLOWED);
    check_open(request().identity(near).open(), "aws:SourceIp");
}

#[test]
fn e3_unsigned_requests_are_anonymous() {
    for (action, resource) in
        [("s3:GetObject", OBJECT), ("sqs:SendMessage", QUEUE), ("sns:Publish", "arn:aws:sns:eu-west-1:111111111111:t")]
    {
        let unsigned = request().caller(ANONYMOUS).action(action).on(resource);
        check(unsigned.clone().policy(grant("*")), ALLOWED);
        check(unsigned.clone().policy(grant(aws(HOME))), IMPLICIT);
        check(unsigned, IMPLICIT);
    }
}

#[test]
fn e4_calls_that_no_policy_decides() {
    let who_am_i = |caller: &str| request().caller(caller).action("sts:GetCallerIdentity").on("*");
    for caller in [USER, SESSION, FEDERATED, HOME_ROOT] {
        check(who_am_i(caller), ALLOWED);
        check(who_am_i(caller).identity(deny("*")).session(deny("*")), ALLOWED);
        check(who_am_i(caller).scp(json!([[deny("*")]])), ALLOWED);
    }
    check(who_am_i(ANONYMOUS), IMPLICIT);
    let token = request().action("sts:GetSessionToken").on("*");
    check(token.clone(), ALLOWED);
    check(token.clone().identity(deny("*")), ALLOWED);
    check(token.scp(json!([[deny("*")]])), ALLOWED);
}

#[test]
fn e5_an_answer_names_its_statements_and_missing_keys() {
    let second = document(json!([
        {"Sid": "Elsewhere", "Effect": "Allow", "Action": "ec2:*", "Resource": "*"},
        {"Sid": "Here", "Effect": "Allow", "Action": "s3:*", "Resource": "*"},
        {"Effect": "Deny", "Action": "s3:*", "Resource": "*",
         "Condition": {"StringEquals": {"aws:SourceVpc": "vpc-1"}}},
    ]));
    let base = request().identity(json!([elsewhere(), second]));
    let matched = |answer: &Value| {
        let named = |one: &Value| {
            (one["SourcePolicyId"].clone(), one["StatementIndex"].clone(), one["Sid"].clone(), one["Effect"].clone())
        };
        answer["MatchedStatements"].as_array().unwrap().iter().map(named).collect::<Vec<_>>()
    };
    let here = (json!("PolicyInputList.2"), json!(1), json!("Here"), json!("Allow"));
    let stop = (json!("PolicyInputList.2"), json!(2), Value::Null, json!("Deny"));

    let allowed = result(&base);
    assert_eq!((&allowed["EvalDecision"], matched(&allowed)), (&json!(ALLOWED), vec![here.clone()]));
    assert_eq!(allowed["MissingContextValues"], json!(["aws:SourceVpc"]));
    let denied = result(&base.clone().key("aws:SourceVpc", "vpc-1"));
    assert_eq!((&denied["EvalDecision"], matched(&denied)), (&json!(EXPLICIT), vec![stop.clone()]));
    assert_eq!(denied["MissingContextValues"], json!([]));
    let open = result(&base.open());
    assert_eq!((&open["EvalDecision"], matched(&open)), (&json!(CONDITIONAL), vec![here, stop]));
    assert_eq!(open["MissingContextValues"], json!(["aws:SourceVpc"]));
    let silent = result(&request().identity(elsewhere()));
    assert_eq!((&silent["EvalDecision"], matched(&silent)), (&json!(IMPLICIT), vec![]));
}

#[test]
fn e114_the_words_of_aws() {
    let words = [(full(), "allowed"), (deny("*"), "explicitDeny"), (elsewhere(), "implicitDeny")];
    for (policy, word) in words {
        assert_eq!(result(&request().identity(policy))["EvalDecision"], word);
    }
}

#[test]
fn e114a_no_policy_lifts_the_limits_of_credentials_and_calls() {
    let all = |request: Request| request.identity(full()).session(full()).policy(grant("*"));
    let call = |caller: &str, action: &str| request().caller(caller).action(action).on("*");
    for action in ["iam:ListUsers", "iam:GetUser", "sts:AssumeRole", "sts:GetSessionToken", "sts:GetFederationToken"] {
        check(all(call(FEDERATED, action)), IMPLICIT);
    }
    check(all(call(FEDERATED, "ec2:DescribeVpcs")), ALLOWED);
    for action in ["sts:GetSessionToken", "sts:GetFederationToken"] {
        check(all(call(SESSION, action)), IMPLICIT);
    }
    check(assume(HOME_ROOT).policy(trust(aws(HOME), "sts:*")), IMPLICIT);
    check(decrypt(USER).action("kms:PutKeyPolicy").abroad().identity(full()).policy(grant(aws(HOME))), IMPLICIT);
    for action in ["s3:GetBucketPolicy", "s3:PutBucketPolicy", "s3:DeleteBucketPolicy"] {
        let bucket = request().action(action).on("arn:aws:s3:::data").identity(full()).policy(grant("*"));
        check(bucket.clone(), ALLOWED);
        check(bucket.abroad(), IMPLICIT);
    }
}
