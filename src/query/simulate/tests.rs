//! Requests in the shape of AWS's simulator, and what they are answered with.

use serde_json::{Value, json};

use super::*;

const USER: &str = "arn:aws:iam::111111111111:user/ops/ana";
const ROLE: &str = "arn:aws:iam::111111111111:role/app/reader";
const OBJECT: &str = "arn:aws:s3:::data/report.csv";
const KEY: &str = "arn:aws:kms:eu-west-1:111111111111:key/k1";
const TARGET_ROLE: &str = "arn:aws:iam::111111111111:role/target";

fn allow(action: &str) -> Value {
    json!({"Version": "2012-10-17", "Statement": [{"Sid": "A", "Effect": "Allow", "Action": action, "Resource": "*"}]})
}

fn deny(action: &str) -> Value {
    json!({"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": action, "Resource": "*"}})
}

fn names(effect: &str, principal: Value, action: &str) -> Value {
    json!({"Version": "2012-10-17", "Statement": [
        {"Effect": effect, "Principal": principal, "Action": action, "Resource": "*"}
    ]})
}

fn trusts(principal: Value) -> Value {
    json!({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}})
}

/// The first result for a reading of an object by a user, with `fields` over that.
fn result(fields: Value) -> Value {
    let mut request = json!({"ActionNames": ["s3:GetObject"], "ResourceArns": [OBJECT], "CallerArn": USER});
    for (name, value) in fields.as_object().unwrap() {
        request[name] = value.clone();
        if value.is_null() {
            request.as_object_mut().unwrap().remove(name);
        }
    }
    let answer: Value = serde_json::from_str(&simulate_line(&request.to_string())).unwrap();
    assert_eq!(answer["Error"], Value::Null, "{answer}");
    answer["EvaluationResults"][0].clone()
}

#[track_caller]
fn check(fields: Value, expected: &str) {
    let result = result(fields);
    assert_eq!(result["EvalDecision"], expected, "{result}");
}

#[track_caller]
fn check_error(line: &str, words: &[&str]) {
    let answer: Value = serde_json::from_str(&simulate_line(line)).unwrap();
    let message = answer["Error"]["Message"].as_str().unwrap_or_default();
    assert_eq!(answer["Error"]["Code"], "InvalidInput", "{answer}");
    for word in words {
        assert!(message.contains(word), "{word} in {message}");
    }
}

#[test]
fn identity_policies_as_text_object_or_url_encoded() {
    let text = allow("s3:Get*").to_string();
    let encoded = percent_encoding::utf8_percent_encode(&text, percent_encoding::NON_ALPHANUMERIC).to_string();
    for policy in [json!(text), allow("s3:Get*"), json!(encoded)] {
        check(json!({"PolicyInputList": [policy]}), "allowed");
    }
    check(json!({"PolicyInputList": [allow("s3:Put*")]}), "implicitDeny");
    check(json!({"PolicyInputList": [allow("*"), deny("s3:*")]}), "explicitDeny");
    check(json!({}), "implicitDeny");
}

#[test]
fn every_action_on_every_resource_in_order() {
    let request = SimulationRequest {
        policy_input_list: Some(vec![PolicyText::new(&allow("s3:GetObject").to_string())]),
        action_names: vec!["s3:GetObject".to_owned(), "nosuch:Thing".to_owned()],
        resource_arns: Some(vec![OBJECT.to_owned(), "*".to_owned()]),
        ..SimulationRequest::default()
    };
    let results = simulate(&request).unwrap().evaluation_results;
    let seen: Vec<_> = results.iter().map(|r| (&*r.eval_action_name, &*r.eval_resource_name)).collect();
    let expected = [("s3:GetObject", OBJECT), ("s3:GetObject", "*"), ("nosuch:Thing", OBJECT), ("nosuch:Thing", "*")];
    assert_eq!(seen, expected);
    let decisions: Vec<_> = results.iter().map(|r| r.eval_decision).collect();
    use EvalDecision::{Allowed, ImplicitDeny};
    assert_eq!(decisions, [Allowed, Allowed, ImplicitDeny, ImplicitDeny]);
}

#[test]
fn the_shape_is_aws_s() {
    let result = result(
        json!({"PolicyInputList": [allow("s3:Put*"), allow("s3:*").to_string()], "ResourceAccount": "111111111111"}),
    );
    let text = allow("s3:*").to_string();
    let start = text.find("[{").unwrap() + 2;
    assert_eq!(
        result,
        json!({
            "EvalActionName": "s3:GetObject", "EvalResourceName": OBJECT, "EvalDecision": "allowed",
            "MatchedStatements": [{
                "SourcePolicyId": "PolicyInputList.2", "SourcePolicyType": "IAM Policy", "StatementIndex": 0, "Sid": "A",
                "Effect": "Allow", "StartPosition": {"Line": 1, "Column": start},
                "EndPosition": {"Line": 1, "Column": text.find("}]").unwrap() + 2},
            }],
            "MissingContextValues": [], "ResidualCondition": null, "Reasons": [],
        })
    );
}

#[test]
fn lists_that_limit_must_allow_once_given_and_add_up() {
    for list in ["PermissionsBoundaryPolicyInputList", "SessionPolicyInputList"] {
        let with = |documents: Value| json!({"CallerArn": ROLE, "PolicyInputList": [allow("*")], list: documents});
        check(with(json!([])), "allowed");
        check(with(json!([allow("s3:Get*")])), "allowed");
        check(with(json!([allow("ec2:*"), allow("s3:Get*")])), "allowed");
        check(with(json!([allow("ec2:*")])), "implicitDeny");
        check(with(json!([allow("*"), deny("s3:*")])), "explicitDeny");
    }
    let endpoint = |principal: Value| names("Allow", principal, "s3:*");
    let with = |document: Value| json!({"PolicyInputList": [allow("*")], "VpcEndpointPolicyInputList": [document]});
    check(with(endpoint(json!("*"))), "allowed");
    check(with(endpoint(json!({"AWS": "arn:aws:iam::222222222222:user/x"}))), "implicitDeny");
}

#[test]
fn e100_every_level_of_scps_must_allow() {
    let with = |levels: Value| json!({"PolicyInputList": [allow("*")], "ServiceControlPolicyInputList": levels});
    check(with(json!([])), "allowed");
    check(with(json!([[allow("*")], [allow("ec2:*"), allow("s3:*")]])), "allowed");
    check(with(json!([[allow("*")], [allow("ec2:*")]])), "implicitDeny");
    check(with(json!([[allow("*")], []])), "implicitDeny");
    check(with(json!([[allow("*"), deny("s3:GetObject")], [allow("*")]])), "explicitDeny");
    let linked = "arn:aws:iam::111111111111:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX";
    let e98 = json!({"CallerArn": linked, "PolicyInputList": [allow("*")], "ServiceControlPolicyInputList": [[]]});
    check(e98, "allowed");
}

#[test]
fn e105_a_level_of_rcps_allows_by_itself() {
    let with = |levels: Value| json!({"PolicyInputList": [allow("*")], "ResourceControlPolicyInputList": levels});
    check(with(json!([[], []])), "allowed");
    check(with(json!([[names("Deny", json!("*"), "s3:*")]])), "explicitDeny");
    check(with(json!([[], [names("Deny", json!("*"), "sqs:*")]])), "allowed");
    // E104: the list of services grows.
    let unlisted = json!({
        "ActionNames": ["ec2:StopInstances"], "ResourceArns": ["arn:aws:ec2:eu-west-1:111111111111:instance/i-1"],
        "PolicyInputList": [allow("*")], "ResourceControlPolicyInputList": [[names("Deny", json!("*"), "ec2:*")]],
    });
    check(unlisted, "conditional");
}

#[test]
fn e157_cross_account_needs_both_sides() {
    let bucket = names("Allow", json!({"AWS": "111111111111"}), "s3:*");
    let with = |identity: Value, policy: Value, owner: Value| json!({"PolicyInputList": identity, "ResourcePolicy": policy, "ResourceOwner": owner});
    let other = json!("arn:aws:iam::222222222222:root");
    check(with(json!([allow("*")]), bucket.clone(), other.clone()), "allowed");
    check(with(json!([allow("*")]), Value::Null, other.clone()), "implicitDeny");
    check(with(json!([]), bucket, json!("222222222222")), "implicitDeny");
    let user = names("Allow", json!({"AWS": USER}), "s3:*");
    check(with(json!([]), user.clone(), other.clone()), "implicitDeny");
    check(with(json!([]), user.clone(), Value::Null), "allowed"); // T1
    let wins = json!({"ResourcePolicy": user, "ResourceOwner": other, "ResourceAccount": "111111111111"});
    check(wins, "allowed");
}

#[test]
fn e126_keys_are_delegated_by_their_policy() {
    let with = |policy: Value, identity: Value| json!({"ActionNames": ["kms:Decrypt"], "ResourceArns": [KEY], "ResourcePolicy": policy, "PolicyInputList": identity});
    let delegating = names("Allow", json!({"AWS": "arn:aws:iam::111111111111:root"}), "kms:*");
    check(with(delegating.clone(), json!([allow("kms:*")])), "allowed");
    check(with(delegating, json!([])), "implicitDeny");
    let silent = names("Allow", json!({"AWS": "arn:aws:iam::111111111111:user/other"}), "kms:*");
    check(with(silent, json!([allow("kms:*")])), "implicitDeny");
    check(with(Value::Null, json!([allow("kms:*")])), "implicitDeny");
    assert!(result(with(Value::Null, json!([])))["Reasons"][0].as_str().unwrap().contains("E124"));
}

#[test]
fn e135_a_role_s_resource_policy_is_its_trust() {
    let with = |caller: &str, policy: Value, identity: Value| {
        json!({"ActionNames": ["sts:AssumeRole"], "ResourceArns": [TARGET_ROLE], "CallerArn": caller,
               "ResourcePolicy": policy, "PolicyInputList": identity})
    };
    check(with(USER, trusts(json!({"AWS": USER})), json!([])), "allowed");
    check(with(USER, trusts(json!({"AWS": "111111111111"})), json!([])), "implicitDeny");
    check(with(USER, trusts(json!({"AWS": "111111111111"})), json!([allow("sts:*")])), "allowed");
    check(with(USER, Value::Null, json!([allow("sts:*")])), "implicitDeny");
    check(with("arn:aws:iam::222222222222:user/x", trusts(json!({"AWS": "222222222222"})), json!([])), "implicitDeny");
    check(with("ec2.amazonaws.com", trusts(json!({"Service": "ec2.amazonaws.com"})), json!([])), "allowed");
    check(with("anonymous", trusts(json!({"AWS": "*"})), json!([])), "implicitDeny");
    check(with("arn:aws:iam::111111111111:root", trusts(json!({"AWS": "111111111111"})), json!([])), "implicitDeny");
}

#[test]
fn e28_a_role_is_a_session_of_it_and_a_session_has_a_name() {
    let session = "arn:aws:sts::111111111111:assumed-role/reader/ci";
    let with = |caller: &str, principal: &str| json!({"CallerArn": caller, "ResourcePolicy": names("Allow", json!({"AWS": principal}), "s3:*")});
    check(with(ROLE, ROLE), "allowed");
    check(with(ROLE, session), "conditional");
    check(with(session, session), "allowed");
    check(with("arn:aws:sts::111111111111:assumed-role/reader/other", session), "implicitDeny");
    // E19: the path is not part of the session's ARN.
    check(with(session, "arn:aws:iam::111111111111:role/reader"), "allowed");
    let mut placed = with(session, ROLE);
    placed["ContextEntries"] = json!([{"ContextKeyName": "aws:PrincipalArn", "ContextKeyValues": [ROLE]}]);
    check(placed, "allowed");
}

#[test]
fn callers_of_other_kinds() {
    let with = |caller: Value, principal: Value| json!({"CallerArn": caller, "ResourcePolicy": names("Allow", principal, "s3:*"), "ResourceAccount": "111111111111"});
    for unsigned in ["*", "anonymous"] {
        check(with(json!(unsigned), json!("*")), "allowed");
        check(with(json!(unsigned), json!({"AWS": "111111111111"})), "implicitDeny");
    }
    check(with(json!("logs.amazonaws.com"), json!({"Service": "logs.amazonaws.com"})), "allowed");
    check(with(json!("arn:aws:iam::111111111111:root"), json!({"Service": "x.amazonaws.com"})), "allowed"); // E119.7
    let federated = "arn:aws:sts::111111111111:federated-user/bo";
    check(with(json!(federated), json!({"AWS": federated})), "allowed"); // T6
    check(with(json!(federated), json!({"AWS": "111111111111"})), "implicitDeny");
    check(json!({"CallerArn": federated, "PolicyInputList": [allow("*")]}), "implicitDeny"); // E97
    // Nobody named: somebody of the account, whom no policy names.
    check(with(Value::Null, json!("*")), "allowed");
    check(with(Value::Null, json!({"AWS": USER})), "implicitDeny");
    check(json!({"CallerArn": null, "PolicyInputList": [allow("*")], "ResourceArns": null}), "allowed");
    let abroad = json!({
        "CallerArn": null, "PrincipalAccount": "222222222222", "PolicyInputList": [allow("*")],
        "ResourceAccount": "111111111111",
    });
    check(abroad, "implicitDeny");
}

#[test]
fn e49_a_refused_document_is_never_an_allowance() {
    let refused = json!("{\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Allow\"}]}");
    for list in ["PolicyInputList", "PermissionsBoundaryPolicyInputList", "VpcEndpointPolicyInputList"] {
        let mut fields = json!({"PolicyInputList": [allow("*")]});
        fields[list] = json!([refused, allow("*")]);
        if list == "VpcEndpointPolicyInputList" {
            fields[list] = json!([refused, names("Allow", json!("*"), "*")]);
        }
        let result = result(fields);
        assert_eq!(result["EvalDecision"], "conditional", "{list} {result}");
        assert!(result["Reasons"].to_string().contains(&format!("{list}.1 was refused: ")), "{result}");
    }
    for list in ["ServiceControlPolicyInputList", "ResourceControlPolicyInputList"] {
        check(json!({"PolicyInputList": [allow("*")], list: [["not JSON"]]}), "conditional");
    }
    check(json!({"PolicyInputList": [allow("*")], "ResourcePolicy": "[]"}), "conditional");
    check(json!({"PolicyInputList": ["null", deny("*")]}), "explicitDeny");
    // A principal that is written as none can be concerns nobody knows whom.
    let bare = names("Deny", json!("arn:aws:iam::111111111111:user/ops/ana"), "s3:*");
    check(json!({"PolicyInputList": [allow("*")], "ResourcePolicy": bare}), "conditional");
}

#[test]
fn e61_strict_mode_reads_patterns_by_field_and_says_so() {
    let lambda = "arn:aws:lambda:eu-west-1:111111111111:function:f:alias";
    let policy = json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "*", "Resource": "arn:aws:lambda:e*1111:function:f:alias"}
    ]});
    let fields = json!({"ActionNames": ["lambda:GetFunction"], "ResourceArns": [lambda], "PolicyInputList": [policy]});
    let strict = result(fields.clone());
    assert_eq!(strict["EvalDecision"], "implicitDeny", "{strict}");
    assert!(strict["Reasons"].to_string().contains("pattern-ambiguous"), "{strict}");
    let mut open = fields;
    open["ContextMode"] = json!("open");
    check(open, "conditional");
}

#[test]
fn malformed_requests_get_an_answer_with_the_place() {
    check_error("", &["line 1 column 0"]);
    check_error("{\"ActionNames\": [", &["line 1 column"]);
    check_error("[]", &["line 1 column"]);
    check_error("{}", &["ActionNames"]);
    check_error("{\"ActionNames\": []}", &["/ActionNames"]);
    check_error(
        "{\"ActionNames\": [\"s3:GetObject\"], \"PolicyInputlist\": []}",
        &["unknown field `PolicyInputlist`", "did you mean `PolicyInputList`?", "column"],
    );
    check_error("{\"ActionNames\": [\"s3:Get*\"]}", &["`s3:Get*` is not an action", "/ActionNames/0"]);
    check_error("{\"ActionNames\": [\"s3:GetObject\"], \"ResourceArns\": [\"x\"]}", &["`x`", "/ResourceArns/0"]);
    for (field, value) in [
        ("CallerArn", "nobody"),
        ("CallerArn", "arn:aws:iam::111111111111:group/g"),
        ("CallerArn", "arn:aws:iam::111111111111:user/*"),
        ("ResourceAccount", "12"),
        ("ResourceOwner", "arn:aws:iam::111111111111:user/x"),
        ("PrincipalAccount", "x"),
    ] {
        let line = json!({"ActionNames": ["s3:GetObject"], field: value}).to_string();
        check_error(&line, &[&format!("`{value}`"), &format!("/{field}")]);
    }
    check_error("{\"ActionNames\": [\"a:b\"], \"ContextMode\": \"loose\"}", &["loose", "strict"]);
    check_error("{\"ActionNames\": [\"a:b\"], \"ServiceControlPolicyInputList\": [{}]}", &["sequence"]);
}

#[test]
fn e79_e83_numbers_of_requests_keep_the_text_they_are_written_with() {
    let decided = |operator: &str, policy: &str, given: &str| {
        let line = format!(
            r#"{{"ActionNames": ["s3:GetObject"], "CallerArn": "{USER}", "PolicyInputList": [{{"Version": "2012-10-17",
            "Statement": {{"Effect": "Allow", "Action": "*", "Resource": "*",
            "Condition": {{"{operator}": {{"x:k": {policy}}}}}}}}}],
            "ContextEntries": [{{"ContextKeyName": "x:k", "ContextKeyValues": [{given}]}}]}}"#
        );
        let answer: Value = serde_json::from_str(&simulate_line(&line)).unwrap();
        answer["EvaluationResults"][0]["EvalDecision"].as_str().unwrap_or_default().to_owned()
    };
    for number in ["18446744073709551616", "20000000000000000001", "1.20", "1.0", "-1", "true"] {
        let text = format!("\"{number}\"");
        for (policy, given) in [(number, text.as_str()), (&text, number), (number, number)] {
            assert_eq!(decided("StringEquals", policy, given), "allowed", "{policy} {given}");
        }
    }
    assert_eq!(decided("StringEquals", "1.0", "1"), "implicitDeny");
    assert_eq!(decided("NumericEquals", "1.0", "1"), "allowed");
    assert_eq!(decided("NumericEquals", "18446744073709551616", "18446744073709551617"), "implicitDeny");
    for (value, kind) in [("null", "null"), ("[1]", "sequence"), ("{}", "map")] {
        let line = r#"{"ActionNames": ["a:b"], "ContextEntries": [{"ContextKeyName": "k", "ContextKeyValues": [@]}]}"#;
        let line = line.replace('@', value);
        let answer: Value = serde_json::from_str(&simulate_line(&line)).unwrap();
        let message = answer["Error"]["Message"].as_str().unwrap();
        assert!(message.starts_with(&format!("invalid type: {kind}, expected a string")), "{message}");
    }
}

fn if_key(operator: &str, key: &str, value: &str) -> Value {
    json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {operator: {key: value}}}
    ]})
}

#[test]
fn keys_not_given_are_absent_or_unknown_as_the_mode_says() {
    let policy = if_key("StringEquals", "aws:SourceVpc", "vpc-1");
    let with = |mode: &str, entries: Value| json!({"PolicyInputList": [policy], "ContextMode": mode, "ContextEntries": entries, "ResourceAccount": "111111111111"});
    let entry = |value: &str| json!([{"ContextKeyName": "AWS:SourceVPC", "ContextKeyType": "string", "ContextKeyValues": [value]}]);
    let strict = result(with("strict", json!([])));
    assert_eq!(strict["EvalDecision"], "implicitDeny", "{strict}");
    assert_eq!(strict["MissingContextValues"], json!(["aws:SourceVpc"]));
    let open = result(with("open", json!([])));
    assert_eq!(open["EvalDecision"], "conditional", "{open}");
    assert!(open["ResidualCondition"].as_str().unwrap().contains("vpc-1"), "{open}");
    assert_eq!(open["MatchedStatements"][0]["StatementIndex"], 0);
    for mode in ["strict", "open"] {
        check(with(mode, entry("vpc-1")), "allowed");
        check(with(mode, entry("vpc-2")), "implicitDeny");
    }
    assert_eq!(result(with("open", entry("vpc-1")))["MissingContextValues"], json!([]));
}

#[test]
fn keys_that_caller_and_resource_fix_are_derived_unless_given() {
    let session = "arn:aws:sts::111111111111:assumed-role/reader/ci";
    let federated = "arn:aws:sts::111111111111:federated-user/bo";
    let cases = [
        (USER, "aws:PrincipalArn", USER),
        (USER, "aws:PrincipalAccount", "111111111111"),
        (USER, "aws:PrincipalType", "User"),
        (USER, "aws:username", "ana"),
        (USER, "aws:ResourceAccount", "111111111111"),
        (ROLE, "aws:PrincipalArn", ROLE),
        (ROLE, "aws:PrincipalType", "AssumedRole"),
        (session, "aws:PrincipalArn", "arn:aws:iam::111111111111:role/reader"),
    ];
    for mode in ["strict", "open"] {
        for (caller, key, value) in cases {
            let with = |value: &str, entries: Value| {
                json!({"CallerArn": caller, "PolicyInputList": [if_key("StringEquals", key, value)],
                       "ContextMode": mode, "ContextEntries": entries})
            };
            check(with(value, json!([])), "allowed");
            check(with("other", json!([])), "implicitDeny");
            if key != "aws:PrincipalArn" {
                check(with("other", json!([{"ContextKeyName": key, "ContextKeyValues": ["other"]}])), "allowed");
            }
        }
        let anybody = |caller: &str, key: &str, value: &str| {
            let mut policy = if_key("StringEquals", key, value);
            let named = match caller {
                "s3.amazonaws.com" => json!({"Service": caller}),
                caller if caller == federated => json!({"AWS": federated}),
                _ => json!("*"),
            };
            policy["Statement"][0]["Principal"] = named;
            json!({"CallerArn": caller, "ResourcePolicy": policy, "ContextMode": mode, "ResourceAccount": "111111111111"})
        };
        check(anybody("*", "aws:PrincipalAccount", "anonymous"), "allowed");
        check(anybody("arn:aws:iam::111111111111:root", "aws:PrincipalType", "Account"), "allowed");
        check(anybody(federated, "aws:userid", "111111111111:bo"), "allowed");
        check(anybody("s3.amazonaws.com", "aws:PrincipalServiceName", "s3.amazonaws.com"), "allowed");
        check(
            json!({"CallerArn": ROLE, "ContextMode": mode, "PolicyInputList": [if_key("StringLike", "aws:username", "*")]}),
            "implicitDeny",
        );
    }
}

#[test]
fn e71_variables_take_the_keys_of_the_request() {
    let policy = json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "*", "Resource": "arn:aws:s3:::data/${aws:username}/*"}
    ]});
    let with = |object: &str| json!({"PolicyInputList": [policy], "ResourceArns": [object]});
    check(with("arn:aws:s3:::data/ana/x"), "allowed");
    check(with("arn:aws:s3:::data/bo/x"), "implicitDeny");
}
