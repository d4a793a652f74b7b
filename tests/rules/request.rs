//! A request under construction, statements to put into it, and the checks of its decision.

use iamreach::query::simulate_line;
use serde_json::{Value, json};

pub(crate) const ALLOWED: &str = "allowed";
pub(crate) const EXPLICIT: &str = "explicitDeny";
pub(crate) const IMPLICIT: &str = "implicitDeny";
pub(crate) const CONDITIONAL: &str = "conditional";

pub(crate) const HOME: &str = "111111111111";
pub(crate) const AWAY: &str = "222222222222";
pub(crate) const HOME_ROOT: &str = "arn:aws:iam::111111111111:root";
pub(crate) const USER: &str = "arn:aws:iam::111111111111:user/ana";
pub(crate) const BOB: &str = "arn:aws:iam::111111111111:user/bob";
pub(crate) const ROLE: &str = "arn:aws:iam::111111111111:role/reader";
pub(crate) const OTHER_ROLE: &str = "arn:aws:iam::111111111111:role/writer";
pub(crate) const SESSION: &str = "arn:aws:sts::111111111111:assumed-role/reader/ci";
pub(crate) const OTHER_SESSION: &str = "arn:aws:sts::111111111111:assumed-role/reader/cd";
pub(crate) const FEDERATED: &str = "arn:aws:sts::111111111111:federated-user/visitor";
pub(crate) const LINKED: &str = "arn:aws:iam::111111111111:role/aws-service-role/x.amazonaws.com/Linked";
pub(crate) const ANONYMOUS: &str = "anonymous";
pub(crate) const SERVICE: &str = "logs.amazonaws.com";

pub(crate) const OBJECT: &str = "arn:aws:s3:::data/report.csv";
pub(crate) const KEY: &str = "arn:aws:kms:eu-west-1:111111111111:key/k1";
pub(crate) const TARGET: &str = "arn:aws:iam::111111111111:role/target";
pub(crate) const QUEUE: &str = "arn:aws:sqs:eu-west-1:111111111111:q";
pub(crate) const OIDC: &str = "arn:aws:iam::111111111111:oidc-provider/idp.example.com";
pub(crate) const SAML: &str = "arn:aws:iam::111111111111:saml-provider/idp";

/// A request under construction: `ana` reads an object of her own account.
#[derive(Clone)]
pub(crate) struct Request(pub(crate) Value);

pub(crate) fn request() -> Request {
    Request(json!({
        "ActionNames": ["s3:GetObject"], "ResourceArns": [OBJECT], "CallerArn": USER, "ResourceAccount": HOME
    }))
}

/// `caller` uses a key.
pub(crate) fn decrypt(caller: &str) -> Request {
    request().caller(caller).action("kms:Decrypt").on(KEY)
}

/// `caller` assumes a role.
pub(crate) fn assume(caller: &str) -> Request {
    request().caller(caller).action("sts:AssumeRole").on(TARGET)
}

impl Request {
    pub(crate) fn with(mut self, field: &str, value: impl Into<Value>) -> Self {
        self.0[field] = value.into();
        self
    }
    pub(crate) fn caller(self, arn: &str) -> Self {
        self.with("CallerArn", arn)
    }
    pub(crate) fn action(self, name: &str) -> Self {
        self.with("ActionNames", json!([name]))
    }
    pub(crate) fn on(self, resource: &str) -> Self {
        self.with("ResourceArns", json!([resource]))
    }
    /// The resource belongs to another account than the caller's.
    pub(crate) fn abroad(self) -> Self {
        let resource = self.0["ResourceArns"][0].as_str().unwrap().replace(HOME, AWAY);
        self.on(&resource).with("ResourceAccount", AWAY)
    }
    pub(crate) fn identity(self, policies: impl Into<Value>) -> Self {
        self.with("PolicyInputList", list(policies))
    }
    pub(crate) fn boundary(self, policy: impl Into<Value>) -> Self {
        self.with("PermissionsBoundaryPolicyInputList", list(policy))
    }
    pub(crate) fn session(self, policies: impl Into<Value>) -> Self {
        self.with("SessionPolicyInputList", list(policies))
    }
    pub(crate) fn endpoint(self, policy: impl Into<Value>) -> Self {
        self.with("VpcEndpointPolicyInputList", list(policy))
    }
    pub(crate) fn scp(self, levels: Value) -> Self {
        self.with("ServiceControlPolicyInputList", levels)
    }
    pub(crate) fn rcp(self, levels: Value) -> Self {
        self.with("ResourceControlPolicyInputList", levels)
    }
    pub(crate) fn policy(self, policy: impl Into<Value>) -> Self {
        self.with("ResourcePolicy", policy)
    }
    pub(crate) fn key(mut self, name: &str, values: impl Into<Value>) -> Self {
        let entry = json!({"ContextKeyName": name, "ContextKeyValues": list(values)});
        match self.0.get_mut("ContextEntries").and_then(Value::as_array_mut) {
            Some(entries) => entries.push(entry),
            None => self.0["ContextEntries"] = json!([entry]),
        }
        self
    }
    pub(crate) fn open(self) -> Self {
        self.with("ContextMode", "open")
    }
}

pub(crate) fn list(value: impl Into<Value>) -> Value {
    match value.into() {
        Value::Array(values) => Value::Array(values),
        value => json!([value]),
    }
}

pub(crate) fn document(statement: impl Into<Value>) -> Value {
    json!({"Version": "2012-10-17", "Statement": statement.into()})
}

/// A statement of an identity or organization policy on every resource, with `fields` over that.
pub(crate) fn of(effect: &str, fields: Value) -> Value {
    let mut statement = json!({"Effect": effect});
    for (name, value) in fields.as_object().unwrap() {
        statement[name] = value.clone();
    }
    for (name, other) in [("Action", "NotAction"), ("Resource", "NotResource")] {
        if statement.get(name).is_none() && statement.get(other).is_none() {
            statement[name] = json!("*");
        }
    }
    document(statement)
}

pub(crate) fn allow(action: &str) -> Value {
    of("Allow", json!({"Action": action}))
}

pub(crate) fn deny(action: &str) -> Value {
    of("Deny", json!({"Action": action}))
}

pub(crate) fn allow_on(resource: impl Into<Value>) -> Value {
    of("Allow", json!({"Resource": resource.into()}))
}

pub(crate) fn allow_if(condition: Value) -> Value {
    of("Allow", json!({"Condition": condition}))
}

pub(crate) fn deny_if(condition: Value) -> Value {
    of("Deny", json!({"Condition": condition}))
}

/// A policy of a resource that allows `principal` everything on it.
pub(crate) fn grant(principal: impl Into<Value>) -> Value {
    of("Allow", json!({"Principal": principal.into()}))
}

pub(crate) fn grant_if(principal: impl Into<Value>, condition: Value) -> Value {
    of("Allow", json!({"Principal": principal.into(), "Condition": condition}))
}

pub(crate) fn refuse(principal: impl Into<Value>) -> Value {
    of("Deny", json!({"Principal": principal.into()}))
}

pub(crate) fn aws(arn: impl Into<Value>) -> Value {
    json!({"AWS": arn.into()})
}

/// A trust policy for `action`.
pub(crate) fn trust(principal: impl Into<Value>, action: impl Into<Value>) -> Value {
    document(json!({"Effect": "Allow", "Principal": principal.into(), "Action": action.into()}))
}

pub(crate) fn trust_if(principal: Value, action: &str, condition: Value) -> Value {
    document(json!({"Effect": "Allow", "Principal": principal, "Action": action, "Condition": condition}))
}

pub(crate) fn full() -> Value {
    allow("*")
}

/// A policy that allows something else.
pub(crate) fn elsewhere() -> Value {
    allow("ec2:DescribeVpcs")
}

/// The results of a request, one for each action on each resource.
pub(crate) fn results(request: &Request) -> Vec<Value> {
    let answer: Value = serde_json::from_str(&simulate_line(&request.0.to_string())).unwrap();
    assert_eq!(answer["Error"], Value::Null, "{}", request.0);
    answer["EvaluationResults"].as_array().unwrap().clone()
}

/// The only result of a request.
pub(crate) fn result(request: &Request) -> Value {
    let results = results(request);
    assert_eq!(results.len(), 1);
    results[0].clone()
}

#[track_caller]
pub(crate) fn check(request: Request, expected: &str) {
    let result = result(&request);
    assert_eq!(result["EvalDecision"], expected, "\nrequest {}\nanswer {result}", request.0);
}

/// The answer is conditional, and its condition or reasons hold `word`.
#[track_caller]
pub(crate) fn check_open(request: Request, word: &str) {
    let result = result(&request);
    assert_eq!(result["EvalDecision"], CONDITIONAL, "\nrequest {}\nanswer {result}", request.0);
    let why = format!("{} {}", result["ResidualCondition"], result["Reasons"]).to_lowercase();
    assert!(why.contains(&word.to_lowercase()), "`{word}` is not in {why}\nrequest {}", request.0);
}

#[track_caller]
pub(crate) fn check_all(cases: impl IntoIterator<Item = (Request, &'static str)>) {
    for (request, expected) in cases {
        check(request, expected);
    }
}
