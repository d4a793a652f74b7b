//! Documents, actions and resources of statements (E43-E65).

use serde_json::{Value, json};

use crate::request::*;

#[test]
fn e44_statements_and_policies_add_up_and_deny_wins() {
    let statement = |effect, action| json!({"Effect": effect, "Action": action, "Resource": "*"});
    let two = |a, b| document(json!([statement("Allow", a), statement("Allow", b)]));
    check_all([
        (request().identity(document(statement("Allow", "s3:GetObject"))), ALLOWED),
        (request().identity(document(json!([statement("Allow", "s3:GetObject")]))), ALLOWED),
        (request().identity(two("s3:PutObject", "s3:GetObject")), ALLOWED),
        (request().identity(two("s3:PutObject", "s3:ListBucket")), IMPLICIT),
        (request().identity(json!([allow("s3:PutObject"), allow("s3:GetObject")])), ALLOWED),
        (
            request().identity(document(json!([statement("Deny", "s3:*"), statement("Allow", "s3:GetObject")]))),
            EXPLICIT,
        ),
        (request().identity(json!([full(), deny("s3:GetObject")])), EXPLICIT),
        (request().identity(json!([full(), deny("s3:PutObject")])), ALLOWED),
    ]);
}

#[test]
fn e45_scalars_order_and_duplicate_keys() {
    let both = of("Allow", json!({"Action": ["s3:GetObject"], "Resource": [OBJECT]}));
    check(request().identity(both), ALLOWED);
    check(request().identity(of("Allow", json!({"Action": "s3:GetObject", "Resource": OBJECT}))), ALLOWED);
    for text in [
        r#"{"Statement":{"Resource":"*","Action":"*","Effect":"Allow"},"Version":"2012-10-17"}"#,
        r#"{"Statement":[{"Action":["*"],"Resource":["*"],"Effect":"Allow"}]}"#,
    ] {
        check(request().identity(text), ALLOWED);
    }
    for text in [
        r#"{"Statement":{"Effect":"Allow","Action":"s3:PutObject","Action":"*","Resource":"*"}}"#,
        r#"{"Statement":{"Effect":"Deny","Effect":"Allow","Action":"*","Resource":"*"}}"#,
        r#"{"Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"Bool":{"a":"true","a":"false"}}}}"#,
    ] {
        check_open(request().identity(text), "PolicyInputList.1 was refused");
    }
}

#[test]
fn e46_element_names_and_effects_are_case_sensitive() {
    for statement in [
        json!({"effect": "Allow", "Action": "*", "Resource": "*"}),
        json!({"Effect": "Allow", "action": "*", "Resource": "*"}),
        json!({"Effect": "allow", "Action": "*", "Resource": "*"}),
        json!({"Effect": "ALLOW", "Action": "*", "Resource": "*"}),
    ] {
        check_open(request().identity(document(statement)), "PolicyInputList.1");
    }
}

#[test]
fn e49_what_is_not_understood_is_unknown_and_never_an_allowance() {
    let odd_operator = allow_if(json!({"StringMatches": {"aws:username": "ana"}}));
    check_open(request().identity(odd_operator.clone()), "StringMatches");
    check_open(request().identity(json!([full(), deny_if(json!({"StringMatches": {"a": "b"}}))])), "StringMatches");
    check_open(request().identity(full()).boundary(odd_operator.clone()), "StringMatches");
    check_open(request().identity(of("Allow", json!({"Colour": "blue"}))), "Colour");
    check_open(request().identity(json!([full(), of("Deny", json!({"Colour": "blue"}))])), "Colour");
    // The unknown is no more than it says: what it cannot concern is decided.
    check(request().identity(json!([full(), odd_operator.clone()])), ALLOWED);
    check(request().identity(json!([odd_operator, deny("*")])), EXPLICIT);
    check(request().identity(of("Allow", json!({"Colour": "blue", "Action": "ec2:*"}))), IMPLICIT);
    check(request().identity(allow_if(json!({"Odd": {"a": "b"}, "StringEquals": {"aws:username": "bob"}}))), IMPLICIT);
    for refused in [
        json!("not JSON"),
        json!("[]"),
        json!("null"),
        document(json!({"Action": "*", "Resource": "*"})),
        document(json!({"Effect": "Allow", "Resource": "*"})),
        document(json!({"Effect": "Allow", "Action": "*"})),
    ] {
        check_open(request().identity(refused.clone()), "was refused");
        check_open(request().identity(json!([full(), refused])), "was refused");
        check_open(request().identity(full()).boundary(refused.clone()), "was refused");
        check_open(request().identity(full()).scp(json!([[refused.clone()]])), "was refused");
        check_open(request().caller(SESSION).identity(full()).session(refused.clone()), "was refused");
        check(request().identity(json!([refused, deny("*")])), EXPLICIT);
    }
    check_open(request().identity(full()).policy("not JSON"), "was refused");
}

#[test]
fn e52_actions_compare_in_any_letter_case() {
    for action in ["s3:getobject", "S3:GETOBJECT", "S3:Get*", "s3:gET?bject"] {
        check(request().identity(allow(action)), ALLOWED);
        check(request().identity(json!([full(), deny(action)])), EXPLICIT);
    }
}

#[test]
fn e53_wildcards_of_actions() {
    for action in
        ["*", "*:*", "s3:*", "s3:*Object", "s3:G*t", "s3:Get?bject", "s3:???Object", "s3:GetObject*", "s?:Get*"]
    {
        check(request().identity(allow(action)), ALLOWED);
    }
    for action in ["s3:GetObject?", "s3:?GetObject", "s3:Get?Object", "s3:Put*", "ec2:*", "s?:Put*"] {
        check(request().identity(allow(action)), IMPLICIT);
    }
}

#[test]
fn e54_wildcards_anywhere_in_organization_policies() {
    for action in ["s3:*Object", "s3:G*Obj*", "s3:?etObject", "*"] {
        check(request().identity(full()).scp(json!([[full(), deny(action)]])), EXPLICIT);
        check(request().identity(full()).scp(json!([[allow(action)]])), ALLOWED);
    }
    check(request().identity(full()).scp(json!([[full(), deny("s3:*Bucket")]])), ALLOWED);
    let guard = of("Deny", json!({"Principal": "*", "Action": "s3:*Object"}));
    check(request().identity(full()).rcp(json!([[guard]])), EXPLICIT);
}

#[test]
fn e55_not_action_matches_all_the_rest() {
    let but = |effect, actions: Value| of(effect, json!({"NotAction": actions}));
    check_all([
        (request().identity(but("Allow", json!("iam:*"))), ALLOWED),
        (request().identity(but("Allow", json!(["iam:*", "S3:get*"]))), IMPLICIT),
        (request().identity(json!([full(), but("Deny", json!("iam:*"))])), EXPLICIT),
        (request().identity(json!([full(), but("Deny", json!("s3:GetObject"))])), ALLOWED),
        (request().identity(but("Allow", json!("s3:*"))).action("ec2:RunInstances").on("*"), ALLOWED),
    ]);
}

#[test]
fn e56_not_action_reaches_no_further_than_its_resource() {
    let policy = of("Allow", json!({"NotAction": "s3:DeleteBucket", "Resource": "arn:aws:s3:::*"}));
    check(request().identity(policy.clone()), ALLOWED);
    let instance = "arn:aws:ec2:eu-west-1:111111111111:instance/i-1";
    check(request().identity(policy).action("ec2:StopInstances").on(instance), IMPLICIT);
}

#[test]
fn e57_actions_that_do_not_exist_have_no_effect() {
    check(request().identity(allow("s3:FetchObject")), IMPLICIT);
    check(request().identity(json!([full(), deny("s3:FetchObject")])), ALLOWED);
    check(request().identity(of("Allow", json!({"Action": ["s3:FetchObject", "s3:GetObject"]}))), ALLOWED);
}

#[test]
fn e59_star_crosses_slashes() {
    let deep = "arn:aws:s3:::data/a/b/c.csv";
    for resource in ["*", "arn:aws:s3:::*", "arn:aws:s3:::data/*", "arn:aws:s3:::d*.csv", "arn:aws:s3:::data/?/b/*"] {
        check(request().on(deep).identity(allow_on(resource)), ALLOWED);
    }
    for resource in ["arn:aws:s3:::data", "arn:aws:s3:::data/?", "arn:aws:s3:::Data/*", "arn:aws:s3:::data/*.txt"] {
        check(request().on(deep).identity(allow_on(resource)), IMPLICIT);
    }
}

#[test]
fn e60_a_segments_last_star_runs_across_colons() {
    let function = "arn:aws:lambda:eu-west-1:999999999999:function:123456789012:f";
    let with = |on: &str, pattern: &str| request().action("lambda:GetFunction").on(on).identity(allow_on(pattern));
    check(with(function, "arn:aws:lambda:*:123456789012:*").with("ResourceAccount", HOME), ALLOWED);
    check(with(function, "arn:aws:lambda:*").with("ResourceAccount", HOME), ALLOWED);
    check(with(function, "arn:aws:lambda:*:function:123456789012:f").with("ResourceAccount", HOME), ALLOWED);
    check(with(function, "arn:aws:lambda:eu*1:function:*").with("ResourceAccount", HOME), IMPLICIT);
    let coded = "arn:aws:codestar::111111111111:project/p";
    let by_service = request().action("codestar:DescribeProject").on(coded);
    check(by_service.clone().identity(allow_on("arn:aws:*code*::111111111111:*")), ALLOWED);
    check(by_service.identity(allow_on("arn:aws:*build*::111111111111:*")), IMPLICIT);
}

#[test]
fn e61_patterns_whose_two_readings_differ() {
    let function = "arn:aws:lambda:eu-west-1:111111111111:function:f";
    let with = |policies: Value| request().action("lambda:GetFunction").on(function).identity(policies);
    let ambiguous = "arn:aws:lambda:e*11:function:f";
    let blocked = of("Deny", json!({"Resource": ambiguous}));
    check(with(allow_on(ambiguous)), IMPLICIT);
    check(with(json!([full(), blocked.clone()])), ALLOWED);
    check_open(with(allow_on(ambiguous)).open(), "pattern-ambiguous");
    check_open(with(json!([full(), blocked])).open(), "pattern-ambiguous");
    let attached = result(&with(allow_on(ambiguous)))["Reasons"].to_string();
    assert!(attached.contains("pattern-ambiguous") && attached.contains(ALLOWED), "{attached}");
}

#[test]
fn e62_incomplete_arns_are_padded() {
    for resource in ["arn:aws:s3", "arn:aws:s3::", "arn:aws"] {
        check(request().identity(allow_on(resource)), ALLOWED);
    }
    check(request().identity(allow_on("arn:aws:sqs")), IMPLICIT);
    // Not in session policies: such a session does not come to be, and what it might do is not known.
    let session = |resource: &str| request().caller(ROLE).identity(full()).session(allow_on(resource));
    check(session("*"), ALLOWED);
    check(session("arn:aws:s3:::data/*"), ALLOWED);
    check_open(session("arn:aws:s3"), "no complete ARN");
}

#[test]
fn e63_not_resource_matches_all_the_rest() {
    let but = |effect, resource: Value| of(effect, json!({"NotResource": resource}));
    check_all([
        (request().identity(but("Allow", json!("arn:aws:s3:::private/*"))), ALLOWED),
        (request().identity(but("Allow", json!(["arn:aws:sqs:*", "arn:aws:s3:::data/*"]))), IMPLICIT),
        (request().identity(json!([full(), but("Deny", json!("arn:aws:s3:::private/*"))])), EXPLICIT),
        (request().identity(json!([full(), but("Deny", json!("arn:aws:s3:::data/*"))])), ALLOWED),
        (
            request().identity(but("Allow", json!("arn:aws:s3:::private/*"))).action("sqs:SendMessage").on(QUEUE),
            ALLOWED,
        ),
    ]);
}

#[test]
fn e65_star_in_a_resource_policy_is_the_resource() {
    check(decrypt(USER).policy(grant(aws(USER))), ALLOWED);
    check(request().action("sqs:SendMessage").on(QUEUE).policy(grant(aws(USER))), ALLOWED);
    let other = of("Allow", json!({"Principal": aws(USER), "Resource": "arn:aws:sqs:eu-west-1:111111111111:other"}));
    check(request().action("sqs:SendMessage").on(QUEUE).policy(other), IMPLICIT);
}

#[test]
fn e47_ids_of_documents_and_statements_mean_nothing() {
    let mut policy = grant(aws(USER));
    policy["Id"] = json!("Policy 1");
    for sid in ["", "A", "with spaces: and / marks"] {
        policy["Statement"]["Sid"] = json!(sid);
        check(request().policy(policy.clone()), ALLOWED);
        let mut own = full();
        own["Statement"]["Sid"] = json!(sid);
        check(request().identity(own), ALLOWED);
    }
    // Two statements under one name are two statements.
    let statement = |effect| json!({"Sid": "Same", "Effect": effect, "Action": "*", "Resource": "*"});
    check(request().identity(document(json!([statement("Allow"), statement("Deny")]))), EXPLICIT);
}

#[test]
fn e64_resources_compare_by_letter_case() {
    for resource in [
        "arn:aws:s3:::Data/report.csv",
        "arn:aws:s3:::data/Report.csv",
        "arn:aws:s3:::data/R*",
        "arn:aws:S3:::data/*",
        "arn:AWS:s3:::data/*",
        "ARN:aws:s3:::data/*",
    ] {
        check(request().identity(allow_on(resource)), IMPLICIT);
        check(request().identity(json!([full(), of("Deny", json!({"Resource": resource}))])), ALLOWED);
    }
    let queue = |resource: &str| request().action("sqs:SendMessage").on(QUEUE).identity(allow_on(resource));
    check(queue("arn:aws:sqs:eu-west-1:111111111111:q"), ALLOWED);
    check(queue("arn:aws:sqs:EU-WEST-1:111111111111:q"), IMPLICIT);
}
