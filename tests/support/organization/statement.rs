//! Statements and documents as JSON.

use serde_json::{Map, Value, json};

/// A document of statements.
pub(crate) fn document(statements: &[Value]) -> Value {
    json!({ "Version": "2012-10-17", "Statement": statements })
}

pub(crate) fn allow(action: impl Into<Value>, resource: impl Into<Value>) -> Value {
    json!({ "Effect": "Allow", "Action": action.into(), "Resource": resource.into() })
}

pub(crate) fn deny(action: impl Into<Value>, resource: impl Into<Value>) -> Value {
    json!({ "Effect": "Deny", "Action": action.into(), "Resource": resource.into() })
}

/// A statement of a trust policy.
pub(crate) fn admits(principal: Value, action: impl Into<Value>) -> Value {
    json!({ "Effect": "Allow", "Principal": principal, "Action": action.into() })
}

/// The statement under further conditions.
pub(crate) fn when(mut statement: Value, condition: &Value) -> Value {
    let fields = statement.as_object_mut().unwrap();
    let block = fields.entry("Condition").or_insert_with(|| Value::Object(Map::new())).as_object_mut().unwrap();
    for (operator, keys) in condition.as_object().unwrap() {
        let tests = block.entry(operator.clone()).or_insert_with(|| Value::Object(Map::new()));
        tests.as_object_mut().unwrap().extend(keys.as_object().unwrap().clone());
    }
    if block.is_empty() {
        fields.remove("Condition");
    }
    statement
}
