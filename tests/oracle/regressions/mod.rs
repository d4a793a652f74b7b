//! Requests on which the library and the rules differed or might, made small; each named after its rule.

mod beside_policies;
mod policies;

use serde_json::{Value, json};

use crate::agreement::library;
use crate::decide::answer;
use crate::request::Request;

const HOME: &str = "111111111111";
const ROOT: &str = "arn:aws:iam::111111111111:root";
const ANA: &str = "arn:aws:iam::111111111111:user/ana";
const SESSION: &str = "arn:aws:sts::111111111111:assumed-role/reader/ci";
const FEDERATED: &str = "arn:aws:sts::111111111111:federated-user/visitor";
const OIDC: &str = "arn:aws:iam::111111111111:oidc-provider/idp.example.com";
const SERVICE: &str = "logs.amazonaws.com";
const OBJECT: &str = "arn:aws:s3:::data/ana/report.csv";
const KEY: &str = "arn:aws:kms:eu-west-1:111111111111:key/k1";
const TARGET: &str = "arn:aws:iam::111111111111:role/target";

/// `caller` reads an object of the account 111111111111, with `fields` over that.
fn request(caller: &str, fields: Value) -> Value {
    let mut request = json!({
        "ActionNames": ["s3:GetObject"], "ResourceArns": [OBJECT], "ResourceAccount": HOME, "CallerArn": caller
    });
    for (name, value) in fields.as_object().unwrap() {
        request[name] = value.clone();
    }
    if caller.is_empty() {
        request.as_object_mut().unwrap().remove("CallerArn");
        request["PrincipalAccount"] = json!(HOME);
    }
    request
}

/// A statement on everything, with `fields` over that.
fn statement(effect: &str, fields: Value) -> Value {
    let mut statement = json!({"Effect": effect, "Action": "*", "Resource": "*"});
    for (name, value) in fields.as_object().unwrap() {
        statement[name] = value.clone();
    }
    statement
}

fn document(statements: Value) -> Value {
    json!({"Version": "2012-10-17", "Statement": statements})
}

fn allow(fields: Value) -> Value {
    document(statement("Allow", fields))
}

fn deny(fields: Value) -> Value {
    document(statement("Deny", fields))
}

fn full() -> Value {
    allow(json!({}))
}

fn trust(principal: Value, action: &str) -> Value {
    document(json!({"Effect": "Allow", "Principal": principal, "Action": action}))
}

fn key(name: &str, value: &str) -> Value {
    json!([{"ContextKeyName": name, "ContextKeyValues": [value]}])
}

#[track_caller]
fn of_the_rules(request: &Value, expected: &str) {
    let answer = answer(&Request::read(&request.to_string()));
    assert!(answer.words().contains(&expected), "the rules say {answer:?}, not {expected}\n{request}");
}

#[track_caller]
fn agree(request: &Value, expected: &str) {
    of_the_rules(request, expected);
    let result = library(request).unwrap();
    assert_eq!(result["EvalDecision"], expected, "{result}\n{request}");
}
