//! The rules of evaluation, one test for each rule id, decided by `simulate`.
//!
//! What is expected comes from AWS's documents and not from the code: each case is a request and its decision.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use iamreach::query::simulate_line;
use serde_json::{Value, json};

const ALLOWED: &str = "allowed";
const EXPLICIT: &str = "explicitDeny";
const IMPLICIT: &str = "implicitDeny";
const CONDITIONAL: &str = "conditional";

const HOME: &str = "111111111111";
const AWAY: &str = "222222222222";
const HOME_ROOT: &str = "arn:aws:iam::111111111111:root";
const USER: &str = "arn:aws:iam::111111111111:user/ana";
const BOB: &str = "arn:aws:iam::111111111111:user/bob";
const ROLE: &str = "arn:aws:iam::111111111111:role/reader";
const OTHER_ROLE: &str = "arn:aws:iam::111111111111:role/writer";
const SESSION: &str = "arn:aws:sts::111111111111:assumed-role/reader/ci";
const OTHER_SESSION: &str = "arn:aws:sts::111111111111:assumed-role/reader/cd";
const FEDERATED: &str = "arn:aws:sts::111111111111:federated-user/visitor";
const LINKED: &str = "arn:aws:iam::111111111111:role/aws-service-role/x.amazonaws.com/Linked";
const ANONYMOUS: &str = "anonymous";
const SERVICE: &str = "logs.amazonaws.com";

const OBJECT: &str = "arn:aws:s3:::data/report.csv";
const KEY: &str = "arn:aws:kms:eu-west-1:111111111111:key/k1";
const TARGET: &str = "arn:aws:iam::111111111111:role/target";
const QUEUE: &str = "arn:aws:sqs:eu-west-1:111111111111:q";
const OIDC: &str = "arn:aws:iam::111111111111:oidc-provider/idp.example.com";
const SAML: &str = "arn:aws:iam::111111111111:saml-provider/idp";

/// A request under construction: `ana` reads an object of her own account.
#[derive(Clone)]
struct Request(Value);

fn request() -> Request {
    Request(json!({
        "ActionNames": ["s3:GetObject"], "ResourceArns": [OBJECT], "CallerArn": USER, "ResourceAccount": HOME
    }))
}

/// `caller` uses a key.
fn decrypt(caller: &str) -> Request {
    request().caller(caller).action("kms:Decrypt").on(KEY)
}

/// `caller` assumes a role.
fn assume(caller: &str) -> Request {
    request().caller(caller).action("sts:AssumeRole").on(TARGET)
}

impl Request {
    fn with(mut self, field: &str, value: impl Into<Value>) -> Self {
        self.0[field] = value.into();
        self
    }
    fn caller(self, arn: &str) -> Self {
        self.with("CallerArn", arn)
    }
    fn action(self, name: &str) -> Self {
        self.with("ActionNames", json!([name]))
    }
    fn on(self, resource: &str) -> Self {
        self.with("ResourceArns", json!([resource]))
    }
    /// The resource belongs to another account than the caller's.
    fn abroad(self) -> Self {
        let resource = self.0["ResourceArns"][0].as_str().unwrap().replace(HOME, AWAY);
        self.on(&resource).with("ResourceAccount", AWAY)
    }
    fn identity(self, policies: impl Into<Value>) -> Self {
        self.with("PolicyInputList", list(policies))
    }
    fn boundary(self, policy: impl Into<Value>) -> Self {
        self.with("PermissionsBoundaryPolicyInputList", list(policy))
    }
    fn session(self, policies: impl Into<Value>) -> Self {
        self.with("SessionPolicyInputList", list(policies))
    }
    fn endpoint(self, policy: impl Into<Value>) -> Self {
        self.with("VpcEndpointPolicyInputList", list(policy))
    }
    fn scp(self, levels: Value) -> Self {
        self.with("ServiceControlPolicyInputList", levels)
    }
    fn rcp(self, levels: Value) -> Self {
        self.with("ResourceControlPolicyInputList", levels)
    }
    fn policy(self, policy: impl Into<Value>) -> Self {
        self.with("ResourcePolicy", policy)
    }
    fn key(mut self, name: &str, values: impl Into<Value>) -> Self {
        let entry = json!({"ContextKeyName": name, "ContextKeyValues": list(values)});
        match self.0.get_mut("ContextEntries").and_then(Value::as_array_mut) {
            Some(entries) => entries.push(entry),
            None => self.0["ContextEntries"] = json!([entry]),
        }
        self
    }
    fn open(self) -> Self {
        self.with("ContextMode", "open")
    }
}

fn list(value: impl Into<Value>) -> Value {
    match value.into() {
        Value::Array(values) => Value::Array(values),
        value => json!([value]),
    }
}

fn document(statement: impl Into<Value>) -> Value {
    json!({"Version": "2012-10-17", "Statement": statement.into()})
}

/// A statement of an identity or organization policy on every resource, with `fields` over that.
fn of(effect: &str, fields: Value) -> Value {
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

fn allow(action: &str) -> Value {
    of("Allow", json!({"Action": action}))
}

fn deny(action: &str) -> Value {
    of("Deny", json!({"Action": action}))
}

fn allow_on(resource: impl Into<Value>) -> Value {
    of("Allow", json!({"Resource": resource.into()}))
}

fn allow_if(condition: Value) -> Value {
    of("Allow", json!({"Condition": condition}))
}

fn deny_if(condition: Value) -> Value {
    of("Deny", json!({"Condition": condition}))
}

/// A policy of a resource that allows `principal` everything on it.
fn grant(principal: impl Into<Value>) -> Value {
    of("Allow", json!({"Principal": principal.into()}))
}

fn grant_if(principal: impl Into<Value>, condition: Value) -> Value {
    of("Allow", json!({"Principal": principal.into(), "Condition": condition}))
}

fn refuse(principal: impl Into<Value>) -> Value {
    of("Deny", json!({"Principal": principal.into()}))
}

fn aws(arn: impl Into<Value>) -> Value {
    json!({"AWS": arn.into()})
}

/// A trust policy for `action`.
fn trust(principal: impl Into<Value>, action: impl Into<Value>) -> Value {
    document(json!({"Effect": "Allow", "Principal": principal.into(), "Action": action.into()}))
}

fn trust_if(principal: Value, action: &str, condition: Value) -> Value {
    document(json!({"Effect": "Allow", "Principal": principal, "Action": action, "Condition": condition}))
}

fn full() -> Value {
    allow("*")
}

/// A policy that allows something else.
fn elsewhere() -> Value {
    allow("ec2:DescribeVpcs")
}

fn result(request: &Request) -> Value {
    let answer: Value = serde_json::from_str(&simulate_line(&request.0.to_string())).unwrap();
    assert_eq!(answer["Error"], Value::Null, "{}", request.0);
    answer["EvaluationResults"][0].clone()
}

#[track_caller]
fn check(request: Request, expected: &str) {
    let result = result(&request);
    assert_eq!(result["EvalDecision"], expected, "\nrequest {}\nanswer {result}", request.0);
}

/// The answer is conditional, and its condition or reasons hold `word`.
#[track_caller]
fn check_open(request: Request, word: &str) {
    let result = result(&request);
    assert_eq!(result["EvalDecision"], CONDITIONAL, "\nrequest {}\nanswer {result}", request.0);
    let why = format!("{} {}", result["ResidualCondition"], result["Reasons"]).to_lowercase();
    assert!(why.contains(&word.to_lowercase()), "`{word}` is not in {why}\nrequest {}", request.0);
}

#[track_caller]
fn check_all(cases: impl IntoIterator<Item = (Request, &'static str)>) {
    for (request, expected) in cases {
        check(request, expected);
    }
}

// Principals

#[test]
fn e22_principal_forms_are_ored() {
    let cases = [
        (json!("*"), ALLOWED),
        (aws("*"), ALLOWED),
        (aws(USER), ALLOWED),
        (aws(json!([BOB, USER])), ALLOWED),
        (aws(BOB), IMPLICIT),
        (json!({"Service": SERVICE, "AWS": USER}), ALLOWED),
        (json!({"Service": [SERVICE], "AWS": [BOB]}), IMPLICIT),
    ];
    for (principal, expected) in cases {
        check(request().policy(grant(principal)), expected);
    }
    for principal in [json!({"Service": SERVICE, "AWS": BOB}), json!({"AWS": [BOB], "Service": [SERVICE]})] {
        check(request().caller(SERVICE).policy(grant(principal)), ALLOWED);
    }
}

#[test]
fn e23_a_group_is_never_a_principal() {
    let group = aws("arn:aws:iam::111111111111:group/ana");
    check(request().policy(grant(group.clone())), IMPLICIT);
    check(request().identity(full()).policy(refuse(group)), ALLOWED);
}

#[test]
fn e24_wildcards_in_a_principal_match_nothing() {
    for arn in [
        "arn:aws:iam::111111111111:user/*",
        "arn:aws:iam::111111111111:user/an?",
        "arn:aws:iam::*:user/ana",
        "arn:aws:iam::111111111111:*",
    ] {
        check(request().policy(grant(aws(arn))), IMPLICIT);
        check(request().identity(full()).policy(refuse(aws(arn))), ALLOWED);
    }
}

#[test]
fn e26_account_and_root_arn_are_one_value_and_delegate() {
    for account in [HOME, HOME_ROOT] {
        let granted = grant(aws(account));
        check_all([
            (request().policy(granted.clone()), IMPLICIT),
            (request().policy(granted.clone()).identity(full()), ALLOWED),
            (request().policy(granted.clone()).abroad(), IMPLICIT),
            (request().policy(granted.clone()).abroad().identity(full()), ALLOWED),
            (request().policy(granted.clone()).caller(HOME_ROOT), ALLOWED),
            (request().policy(granted.clone()).caller(HOME_ROOT).abroad(), ALLOWED),
            (request().policy(granted.clone()).caller(ANONYMOUS), IMPLICIT),
            (request().policy(refuse(aws(account))).identity(full()), EXPLICIT),
        ]);
        // A gateway endpoint's policy means the root user alone, an interface endpoint's the account;
        // which of them it is, a request does not say.
        let through = |action, resource, caller| {
            request().caller(caller).action(action).on(resource).identity(full()).endpoint(granted.clone())
        };
        let item = "arn:aws:dynamodb:eu-west-1:111111111111:table/t";
        check_open(through("s3:GetObject", OBJECT, USER), "gateway-endpoint");
        check_open(through("dynamodb:GetItem", item, USER), "gateway-endpoint");
        check(through("s3:GetObject", OBJECT, HOME_ROOT), ALLOWED);
        check(through("sqs:SendMessage", QUEUE, USER), ALLOWED);
    }
    check(request().policy(grant(aws(AWAY))).identity(elsewhere()), IMPLICIT);
}

#[test]
fn e27_principal_arn_of_root_is_the_root_user() {
    for mode in [Request::open, |request| request] {
        let with = |caller| {
            let policy = grant_if("*", json!({"ArnEquals": {"aws:PrincipalArn": HOME_ROOT}}));
            mode(request().caller(caller).policy(policy).abroad().identity(full()))
        };
        check_all([(with(HOME_ROOT), ALLOWED), (with(USER), IMPLICIT), (with(SESSION), IMPLICIT)]);
    }
}

#[test]
fn e28_a_role_arn_matches_each_session_and_a_session_arn_one() {
    check_all([
        (request().caller(SESSION).policy(grant(aws(ROLE))), ALLOWED),
        (request().caller(OTHER_SESSION).policy(grant(aws(ROLE))), ALLOWED),
        (request().caller(SESSION).policy(grant(aws(SESSION))), ALLOWED),
        (request().caller(OTHER_SESSION).policy(grant(aws(SESSION))), IMPLICIT),
        (request().caller(SESSION).policy(grant(aws(OTHER_ROLE))), IMPLICIT),
        (request().caller(OTHER_SESSION).identity(full()).policy(refuse(aws(SESSION))), ALLOWED),
        (request().caller(OTHER_SESSION).identity(full()).policy(refuse(aws(ROLE))), EXPLICIT),
    ]);
}

#[test]
fn e33_star_matches_service_principals() {
    for star in [json!("*"), aws("*")] {
        check(request().caller(SERVICE).policy(grant(star.clone())), ALLOWED);
        check(request().caller(SERVICE).policy(refuse(star)), EXPLICIT);
    }
    check(request().caller(SERVICE).policy(grant(json!({"Service": "sns.amazonaws.com"}))), IMPLICIT);
    check(request().caller(SERVICE).policy(grant(aws(HOME))), IMPLICIT);
}

fn not_principal(effect: &str, principal: Value) -> Value {
    of(effect, json!({"NotPrincipal": principal}))
}

#[test]
fn e39_not_principal_has_no_place_beside_identities() {
    // A statement of an identity policy or SCP that holds it is one whose effect is not known (E49).
    let odd = not_principal("Allow", aws(BOB));
    check_open(request().identity(odd.clone()), "NotPrincipal");
    check_open(request().identity(full()).scp(json!([[odd]])), "NotPrincipal");
    check_open(request().identity(json!([full(), not_principal("Deny", aws(BOB))])), "NotPrincipal");
}

#[test]
fn e40_not_principal_denies_whoever_is_not_listed() {
    let with = |caller, listed| request().caller(caller).identity(full()).policy(not_principal("Deny", listed));
    check_all([
        (with(USER, aws(BOB)), EXPLICIT),
        (with(USER, aws(json!([USER, HOME]))), ALLOWED),
        (with(USER, aws(json!([USER, HOME_ROOT]))), ALLOWED),
        (with(USER, aws(USER)), EXPLICIT),
        (with(USER, aws(HOME)), EXPLICIT),
        (with(SESSION, aws(json!([HOME, ROLE, SESSION]))), ALLOWED),
        (with(SESSION, aws(json!([HOME, ROLE]))), EXPLICIT),
        (with(SESSION, aws(json!([HOME, SESSION]))), EXPLICIT),
        (with(SESSION, aws(json!([HOME, ROLE, OTHER_SESSION]))), EXPLICIT),
        (with(SESSION, aws(BOB)).open(), EXPLICIT),
    ]);
    check_open(with(USER, aws(USER)).open(), "not-principal");
    let everybody = document(json!([
        {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"},
        {"Effect": "Deny", "NotPrincipal": {"Service": SERVICE, "AWS": HOME}, "Action": "*", "Resource": "*"},
    ]));
    check_all([
        (request().caller(SERVICE).policy(everybody.clone()), ALLOWED),
        (request().caller("sns.amazonaws.com").policy(everybody.clone()), EXPLICIT),
        (request().caller(ANONYMOUS).policy(everybody), EXPLICIT),
    ]);
}

#[test]
fn e41_with_a_boundary_not_principal_always_denies() {
    let spared = |caller, listed| {
        request().caller(caller).identity(full()).boundary(full()).policy(not_principal("Deny", listed))
    };
    check(spared(USER, aws(json!([HOME, USER]))), EXPLICIT);
    check(spared(SESSION, aws(json!([HOME, ROLE, SESSION]))), EXPLICIT);
    check(spared(USER, aws(json!([HOME, USER]))).open(), EXPLICIT);
}

#[test]
fn e42_allowed_not_principal_matches_everyone_else() {
    let policy = not_principal("Allow", aws(json!([BOB, HOME])));
    check_all([
        (request().caller(ANONYMOUS).policy(policy.clone()), ALLOWED),
        (request().caller("arn:aws:iam::222222222222:user/x").identity(full()).policy(policy.clone()), ALLOWED),
        (request().caller(BOB).policy(policy), IMPLICIT),
    ]);
}

// Documents

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

// Actions

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

// Resources

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

// Variables

fn home_of(variable: &str) -> Value {
    allow_on(format!("arn:aws:s3:::data/{variable}/*"))
}

fn object(name: &str) -> Request {
    request().on(&format!("arn:aws:s3:::data/{name}"))
}

#[test]
fn e66_where_variables_are_read() {
    for variable in ["${aws:username}", "${AWS:UserName}"] {
        check(object("ana/x").identity(home_of(variable)), ALLOWED);
        check(object("bob/x").identity(home_of(variable)), IMPLICIT);
        for operator in ["StringEquals", "StringLike", "StringEqualsIgnoreCase"] {
            let policy = allow_if(json!({operator: {"s3:prefix": variable}}));
            check(request().identity(policy.clone()).key("s3:prefix", "ana"), ALLOWED);
            check(request().identity(policy).key("s3:prefix", "bob"), IMPLICIT);
        }
        let policy = allow_if(json!({"ArnLike": {"aws:SourceArn": format!("arn:aws:sns:*:*:{variable}")}}));
        check(request().identity(policy).key("aws:SourceArn", "arn:aws:sns:eu-west-1:1:ana"), ALLOWED);
    }
    // Before 2012-10-17 a variable is text.
    for version in [json!("2008-10-17"), Value::Null] {
        let mut old = home_of("${aws:username}");
        old["Version"] = version.clone();
        if version.is_null() {
            old.as_object_mut().unwrap().remove("Version");
        }
        check(object("ana/x").identity(old.clone()), IMPLICIT);
        check(object("${aws:username}/x").identity(old), ALLOWED);
        let mut old = allow_if(json!({"StringEquals": {"s3:prefix": "${aws:username}"}}));
        old["Version"] = json!("2008-10-17");
        check(request().identity(old.clone()).key("s3:prefix", "ana"), IMPLICIT);
        check(request().identity(old).key("s3:prefix", "${aws:username}"), ALLOWED);
    }
    // Not in actions, not in principals, not for numbers, dates, addresses.
    check(request().identity(allow("s3:${aws:PrincipalTag/a}")).key("aws:PrincipalTag/a", "GetObject"), IMPLICIT);
    check(request().policy(grant(aws("arn:aws:iam::111111111111:user/${aws:username}"))), IMPLICIT);
    for (operator, key, value) in [
        ("NumericEquals", "s3:max-keys", "5"),
        ("DateEquals", "aws:CurrentTime", "2026-01-01T00:00:00Z"),
        ("IpAddress", "aws:SourceIp", "192.0.2.1"),
    ] {
        let policy = allow_if(json!({operator: {key: "${aws:PrincipalTag/v}"}}));
        check(request().identity(policy).key(key, value).key("aws:PrincipalTag/v", value), IMPLICIT);
    }
    let policy = allow_if(json!({"Bool": {"aws:SecureTransport": "${aws:PrincipalTag/v}"}}));
    let secure = request().identity(policy).key("aws:SecureTransport", "true");
    check(secure.clone().key("aws:PrincipalTag/v", "true"), ALLOWED);
    check(secure.key("aws:PrincipalTag/v", "false"), IMPLICIT);
}

#[test]
fn e67_multivalued_keys_are_no_variables() {
    check(object("team/x").identity(home_of("${aws:TagKeys}")).key("aws:TagKeys", "team"), IMPLICIT);
    let policy = allow_if(json!({"StringEquals": {"s3:prefix": "${aws:PrincipalOrgPaths}"}}));
    check(request().identity(policy).key("s3:prefix", "o/r/").key("aws:PrincipalOrgPaths", "o/r/"), IMPLICIT);
}

#[test]
fn e68_defaults_of_variables() {
    let policy = home_of("${aws:PrincipalTag/team, 'common'}");
    check_all([
        (object("common/x").identity(policy.clone()), ALLOWED),
        (object("red/x").identity(policy.clone()), IMPLICIT),
        (object("red/x").identity(policy.clone()).key("aws:PrincipalTag/team", "red"), ALLOWED),
        (object("common/x").identity(policy.clone()).key("aws:PrincipalTag/team", "red"), IMPLICIT),
    ]);
    check_open(object("common/x").identity(policy).open(), "aws:PrincipalTag/team");
    let policy = allow_if(json!({"StringEquals": {"s3:prefix": "${aws:PrincipalTag/team, 'common'}"}}));
    check(request().identity(policy).key("s3:prefix", "common"), ALLOWED);
}

#[test]
fn e69_escapes() {
    for (escape, literal) in [("${*}", "*"), ("${?}", "?"), ("${$}", "$")] {
        let policy = home_of(escape);
        check(object(&format!("{literal}/x")).identity(policy.clone()), ALLOWED);
        check(object("a/x").identity(policy), IMPLICIT);
        let policy = allow_if(json!({"StringLike": {"s3:prefix": format!("a{escape}")}}));
        check(request().identity(policy.clone()).key("s3:prefix", format!("a{literal}")), ALLOWED);
        check(request().identity(policy).key("s3:prefix", "ab"), IMPLICIT);
    }
}

#[test]
fn e70_wildcards_from_a_variable_are_text() {
    for (value, object_name) in [("*", "any/x"), ("an?", "any/x"), ("*", "a/b/x")] {
        let policy = home_of("${aws:PrincipalTag/dir}");
        check(object(object_name).identity(policy).key("aws:PrincipalTag/dir", value), IMPLICIT);
    }
    check(object("*/x").identity(home_of("${aws:PrincipalTag/dir}")).key("aws:PrincipalTag/dir", "*"), ALLOWED);
    let policy = allow_if(json!({"StringLike": {"s3:prefix": "${aws:PrincipalTag/dir}"}}));
    check(request().identity(policy.clone()).key("aws:PrincipalTag/dir", "*").key("s3:prefix", "a"), IMPLICIT);
    check(request().identity(policy).key("aws:PrincipalTag/dir", "*").key("s3:prefix", "*"), ALLOWED);
}

#[test]
fn e71_unresolved_variables_in_resources() {
    let unresolved = "arn:aws:s3:::data/${aws:PrincipalTag/dir}*";
    let but = |effect| of(effect, json!({"NotResource": unresolved}));
    check_all([
        (request().identity(allow_on(unresolved)), IMPLICIT),
        (request().identity(allow_on(json!([unresolved, OBJECT]))), ALLOWED),
        (request().identity(but("Allow")), ALLOWED),
        (request().identity(json!([full(), but("Deny")])), EXPLICIT),
        (request().identity(allow_on(unresolved)).key("aws:PrincipalTag/dir", "rep"), ALLOWED),
    ]);
    check_open(request().identity(allow_on(unresolved)).open(), "aws:PrincipalTag/dir");
    check_open(request().identity(allow_on(unresolved)).key("aws:PrincipalTag/dir", ""), "aws:PrincipalTag/dir");
}

#[test]
fn e72_unresolved_variables_in_conditions() {
    let with = |operator: &str, values: Value| {
        request().identity(allow_if(json!({operator: {"s3:prefix": values}}))).key("s3:prefix", "x")
    };
    let unresolved = json!("${aws:PrincipalTag/dir}");
    for operator in ["StringEquals", "StringLike", "StringEqualsIgnoreCase", "ArnEquals", "ArnLike"] {
        check(with(operator, unresolved.clone()), IMPLICIT);
    }
    for operator in ["StringNotEquals", "StringNotLike", "StringNotEqualsIgnoreCase", "ArnNotEquals", "ArnNotLike"] {
        check(with(operator, unresolved.clone()), ALLOWED);
    }
    check(with("StringEquals", json!([unresolved, "x"])), ALLOWED);
    check(with("StringNotEquals", json!([unresolved, "x"])), IMPLICIT);
    check_open(with("StringEquals", unresolved.clone()).open(), "aws:PrincipalTag/dir");
    check_open(with("StringNotEquals", unresolved).open(), "aws:PrincipalTag/dir");
}

#[test]
fn e72a_if_exists_asks_for_the_key_alone() {
    let policy = |operator: &str| allow_if(json!({operator: {"s3:prefix": "${aws:PrincipalTag/dir}"}}));
    check_all([
        (request().identity(policy("StringEqualsIfExists")).key("s3:prefix", "x"), IMPLICIT),
        (request().identity(policy("StringNotEqualsIfExists")).key("s3:prefix", "x"), ALLOWED),
        (request().identity(policy("StringEqualsIfExists")), ALLOWED),
        (request().identity(policy("StringNotEqualsIfExists")), ALLOWED),
    ]);
}

// Conditions

#[test]
fn e74_operators_and_keys_are_anded_values_ored() {
    let policy = allow_if(json!({
        "StringEquals": {"s3:prefix": ["a", "b"], "s3:delimiter": "/"},
        "Bool": {"aws:SecureTransport": "true"},
    }));
    let with = |prefix: &str, delimiter: &str, secure: &str| {
        let keys = request().key("s3:prefix", prefix).key("s3:delimiter", delimiter);
        keys.key("aws:SecureTransport", secure).identity(policy.clone())
    };
    check_all([
        (with("a", "/", "true"), ALLOWED),
        (with("b", "/", "true"), ALLOWED),
        (with("c", "/", "true"), IMPLICIT),
        (with("a", "-", "true"), IMPLICIT),
        (with("a", "/", "false"), IMPLICIT),
    ]);
    let neither = request().identity(allow_if(json!({"StringNotEquals": {"s3:prefix": ["a", "b"]}})));
    check_all([
        (neither.clone().key("s3:prefix", "a"), IMPLICIT),
        (neither.clone().key("s3:prefix", "b"), IMPLICIT),
        (neither.key("s3:prefix", "c"), ALLOWED),
    ]);
}

#[test]
fn e75_key_names_compare_in_any_letter_case() {
    for (written, given) in [
        ("aws:SourceVpc", "AWS:SOURCEVPC"),
        ("AWS:sourcevpc", "aws:SourceVpc"),
        ("aws:PrincipalTag/Team", "aws:principaltag/team"),
        ("aws:ResourceTag/team", "aws:ResourceTag/TEAM"),
    ] {
        let policy = allow_if(json!({"StringEquals": {written: "v"}}));
        check(request().identity(policy.clone()).key(given, "v"), ALLOWED);
        check(request().identity(policy).key(given, "V"), IMPLICIT);
    }
    let twice = |a: &str, b: &str| allow_if(json!({"StringEquals": {"aws:SourceVpc": a, "aws:sourceVPC": b}}));
    check(request().identity(twice("v", "v")).key("aws:SourceVpc", "v"), ALLOWED);
    check(request().identity(twice("v", "w")).key("aws:SourceVpc", "v"), IMPLICIT);
}

/// A rule, its operator, three values and the negated operator.
type Operator = (&'static str, &'static str, &'static str, &'static str, &'static str, Option<&'static str>);

/// Each operator: the policy's value, a value of the request for which the positive form holds and one for which it
/// does not, and the negated form.
const OPERATORS: [Operator; 18] = [
    ("e80", "StringEquals", "a*b?", "a*b?", "axby", Some("StringNotEquals")),
    ("e81", "StringEqualsIgnoreCase", "aB", "Ab", "abc", Some("StringNotEqualsIgnoreCase")),
    ("e82", "StringLike", "a*:?/c", "a:b/:x/c", "A:b/:x/c", Some("StringNotLike")),
    ("e83", "NumericEquals", "10", "10.0", "11", Some("NumericNotEquals")),
    ("e83", "NumericLessThan", "10", "9.5", "10", None),
    ("e83", "NumericLessThanEquals", "10", "10", "10.5", None),
    ("e83", "NumericGreaterThan", "9", "10", "9", None),
    ("e83", "NumericGreaterThanEquals", "-1.5", "-1.5", "-2", None),
    ("e84", "DateEquals", "2026-01-01T00:00:00Z", "2026-01-01T01:00:00+01:00", "2026-01-02", Some("DateNotEquals")),
    ("e84", "DateLessThan", "2026-01-01", "2025-12-31T23:59:59Z", "2026-01-01T00:00:00Z", None),
    ("e84", "DateLessThanEquals", "2026-01-01T00:00:00Z", "1767225600", "1767225601", None),
    ("e84", "DateGreaterThan", "1767225600", "2026-01-01T00:00:01Z", "2026-01-01T00:00:00Z", None),
    ("e84", "DateGreaterThanEquals", "2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z", "2025-12-31", None),
    ("e85", "Bool", "True", "true", "false", None),
    ("e86", "BinaryEquals", "QmluYXJ5", "QmluYXJ5", "b3RoZXI=", None),
    ("e87", "IpAddress", "203.0.113.5/24", "203.0.113.200", "203.0.114.5", Some("NotIpAddress")),
    (
        "e88",
        "ArnEquals",
        "arn:aws:sns:*:111111111111:t?:*",
        "arn:aws:sns:eu-west-1:111111111111:t1:x:y",
        "arn:aws:sns:eu-west-1:222222222222:t1:x",
        Some("ArnNotEquals"),
    ),
    (
        "e88",
        "ArnLike",
        "arn:aws:iam::*:role/*/x",
        "arn:aws:iam::111111111111:role/a/b/x",
        "arn:aws:iam::111111111111:Role/a/x",
        Some("ArnNotLike"),
    ),
];

const SOME_KEY: &str = "example:Key";

fn if_operator(operator: &str, value: impl Into<Value>) -> Request {
    let mut conditions = json!({});
    conditions[operator][SOME_KEY] = value.into();
    request().identity(allow_if(conditions))
}

/// What holds of the operators that belong to a rule: true, false and missing, as they are, negated, with `IfExists`,
/// and in a statement that denies.
#[track_caller]
fn check_operators(rule: &str) {
    for (_, operator, value, yes, no, negated) in OPERATORS.into_iter().filter(|row| row.0 == rule) {
        let forms = [(operator, true)].into_iter().chain(negated.map(|negated| (negated, false)));
        for (operator, positive) in forms {
            let decision = |holds: bool| if holds { ALLOWED } else { IMPLICIT };
            for open in [false, true] {
                let mode = |request: Request| if open { request.open() } else { request };
                let with = |operator: &str| mode(if_operator(operator, value));
                check(with(operator).key(SOME_KEY, yes), decision(positive));
                check(with(operator).key(SOME_KEY, no), decision(!positive));
                check(with(operator).key(SOME_KEY, json!([])), decision(!positive));
                let if_exists = format!("{operator}IfExists");
                check(with(&if_exists).key(SOME_KEY, yes), decision(positive));
                check(with(&if_exists).key(SOME_KEY, no), decision(!positive));
                check(with(&if_exists).key(SOME_KEY, json!([])), ALLOWED);
                let mut conditions = json!({});
                conditions[operator][SOME_KEY] = json!(value);
                let blocked = mode(request().identity(json!([full(), deny_if(conditions)])));
                let blocks = |holds: bool| if holds { EXPLICIT } else { ALLOWED };
                check(blocked.clone().key(SOME_KEY, yes), blocks(positive));
                check(blocked.key(SOME_KEY, no), blocks(!positive));
            }
            check(if_operator(operator, value), decision(!positive));
            check(if_operator(&format!("{operator}IfExists"), value), ALLOWED);
            check_open(if_operator(operator, value).open(), SOME_KEY);
            check_open(if_operator(&format!("{operator}IfExists"), value).open(), SOME_KEY);
        }
    }
}

#[test]
fn e76_a_missing_key_fails_positive_and_passes_negated_operators() {
    for (_, operator, value, _, _, negated) in OPERATORS {
        check(if_operator(operator, value), IMPLICIT);
        let Some(negated) = negated else { continue };
        check(if_operator(negated, value), ALLOWED);
        let mut conditions = json!({});
        conditions[negated][SOME_KEY] = json!(value);
        check(request().identity(json!([full(), deny_if(conditions)])), EXPLICIT);
    }
}

#[test]
fn e77_if_exists_holds_without_the_key_also_when_denying() {
    for (_, operator, value, yes, no, _) in OPERATORS {
        let mut conditions = json!({});
        conditions[format!("{operator}IfExists")][SOME_KEY] = json!(value);
        let blocked = request().identity(json!([full(), deny_if(conditions)]));
        check(blocked.clone(), EXPLICIT);
        check(blocked.clone().key(SOME_KEY, yes), EXPLICIT);
        check(blocked.clone().key(SOME_KEY, no), ALLOWED);
        check_open(blocked.open(), SOME_KEY);
    }
}

#[test]
fn e78_null_asks_whether_the_key_is_there() {
    for (value, there, absent) in
        [(json!("true"), IMPLICIT, ALLOWED), (json!("false"), ALLOWED, IMPLICIT), (json!(true), IMPLICIT, ALLOWED)]
    {
        check(if_operator("Null", value.clone()), absent);
        check(if_operator("Null", value.clone()).key(SOME_KEY, json!([])), absent);
        check(if_operator("Null", value.clone()).key(SOME_KEY, "x"), there);
        check_open(if_operator("Null", value).open(), SOME_KEY);
    }
    check(if_operator("Null", "${aws:PrincipalTag/v}").key("aws:PrincipalTag/v", "false").key(SOME_KEY, "x"), IMPLICIT);
}

#[test]
fn e79_values_compare_by_their_text() {
    check(if_operator("Bool", true).key(SOME_KEY, "true"), ALLOWED);
    check(if_operator("Bool", "true").key(SOME_KEY, true), ALLOWED);
    check(if_operator("Bool", false).key(SOME_KEY, "true"), IMPLICIT);
    check(if_operator("NumericEquals", 5).key(SOME_KEY, "5"), ALLOWED);
    check(if_operator("NumericLessThan", json!([5, "7"])).key(SOME_KEY, 6), ALLOWED);
    check(if_operator("StringEquals", 5).key(SOME_KEY, "5"), ALLOWED);
    check(if_operator("StringEquals", true).key(SOME_KEY, "true"), ALLOWED);
}

#[test]
fn e80_string_equals() {
    check_operators("e80");
    check(if_operator("StringEquals", "a").key(SOME_KEY, "A"), IMPLICIT);
}

#[test]
fn e81_string_equals_ignore_case() {
    check_operators("e81");
    check(if_operator("StringEqualsIgnoreCase", "a*").key(SOME_KEY, "ab"), IMPLICIT);
}

#[test]
fn e82_string_like() {
    check_operators("e82");
    check(if_operator("StringLike", "*").key(SOME_KEY, ""), ALLOWED);
    check(if_operator("StringLike", "?").key(SOME_KEY, ""), IMPLICIT);
}

#[test]
fn e83_numeric() {
    check_operators("e83");
}

#[test]
fn e84_date() {
    check_operators("e84");
}

#[test]
fn e85_bool() {
    check_operators("e85");
    for (operator, values, expected) in [
        ("ForAllValues:Bool", json!(["true", "true"]), ALLOWED),
        ("ForAllValues:Bool", json!(["true", "false"]), IMPLICIT),
        ("ForAnyValue:Bool", json!(["true", "false"]), ALLOWED),
        ("ForAnyValue:Bool", json!(["false"]), IMPLICIT),
    ] {
        check(if_operator(operator, "true").key(SOME_KEY, values), expected);
    }
}

#[test]
fn e86_binary_equals() {
    check_operators("e86");
}

#[test]
fn e87_ip_address() {
    check_operators("e87");
    for (range, address, expected) in [
        ("203.0.113.5", "203.0.113.5", ALLOWED),
        ("203.0.113.5", "203.0.113.6", IMPLICIT),
        ("0.0.0.0/0", "198.51.100.1", ALLOWED),
        ("0.0.0.0/0", "2001:db8::1", IMPLICIT),
        ("2001:db8::/32", "2001:db8:1::1", ALLOWED),
        ("2001:DB8:0:0::1", "2001:db8::1", ALLOWED),
        ("2001:db8::1", "2001:db8::2", IMPLICIT),
        ("::/0", "198.51.100.1", IMPLICIT),
    ] {
        check(if_operator("IpAddress", range).key(SOME_KEY, address), expected);
        let other = if expected == ALLOWED { IMPLICIT } else { ALLOWED };
        check(if_operator("NotIpAddress", range).key(SOME_KEY, address), other);
    }
}

#[test]
fn e88_arn_operators() {
    check_operators("e88");
    // Both names are one operator.
    for (_, operator, value, yes, no, _) in OPERATORS.into_iter().filter(|row| row.0 == "e88") {
        let twin = if operator == "ArnLike" { "ArnEquals" } else { "ArnLike" };
        check(if_operator(twin, value).key(SOME_KEY, yes), ALLOWED);
        check(if_operator(twin, value).key(SOME_KEY, no), IMPLICIT);
    }
}

#[test]
fn e89_arn_patterns_go_field_by_field() {
    for (pattern, arn, expected) in [
        ("arn:aws:iam::*:role/x", "arn:aws:iam::111111111111:role/x", ALLOWED),
        ("arn:aws:sns:e*1:111111111111:t", "arn:aws:sns:eu:1:111111111111:t", IMPLICIT),
        ("arn:*:*:*:*:*", "arn:aws:sns:eu-west-1:111111111111:a:b:c", ALLOWED),
        ("*", "arn:aws:sns:eu-west-1:111111111111:t", ALLOWED),
        ("arn:aws:sns:eu-west-1", "arn:aws:sns:eu-west-1:111111111111:t", CONDITIONAL),
        ("arn:aws:sqs", "arn:aws:sns:eu-west-1:111111111111:t", IMPLICIT),
    ] {
        check(if_operator("ArnLike", pattern).key(SOME_KEY, arn), expected);
    }
    check_open(
        if_operator("ArnLike", "arn:aws:sns").key(SOME_KEY, "arn:aws:sns:eu-west-1:111111111111:t"),
        "arn-pattern-short",
    );
    check(if_operator("ArnLike", "*"), IMPLICIT);
    check(if_operator("ArnNotLike", "*").key(SOME_KEY, "arn:aws:sns:eu-west-1:111111111111:t"), IMPLICIT);
}

#[test]
fn e90_string_operators_on_arns_compare_text() {
    let arn = "arn:aws:sns:eu-west-1:111111111111:t";
    check(if_operator("StringLike", "arn:aws:sns:*:t").key(SOME_KEY, arn), ALLOWED);
    check(if_operator("StringLike", "arn*t").key(SOME_KEY, arn), ALLOWED);
    check(if_operator("StringEquals", "arn:aws:sns:*:*:t").key(SOME_KEY, arn), IMPLICIT);
    let policy = allow_if(json!({"StringLike": {"aws:PrincipalArn": "arn:aws:iam::*ana"}}));
    check(request().identity(policy), ALLOWED);
}

#[test]
fn e91_values_that_cannot_be_read() {
    let good = [
        ("NumericEquals", "NumericNotEquals", "1"),
        ("DateEquals", "DateNotEquals", "2026-01-01T00:00:00Z"),
        ("IpAddress", "NotIpAddress", "192.0.2.1"),
        ("ArnLike", "ArnNotLike", "arn:aws:sns:eu-west-1:1:t"),
    ];
    for (positive, negated, good) in good {
        check(if_operator(positive, good).key(SOME_KEY, "nonsense"), IMPLICIT);
        check(if_operator(negated, good).key(SOME_KEY, "nonsense"), ALLOWED);
        if positive != "ArnLike" {
            check(if_operator(positive, "nonsense").key(SOME_KEY, good), IMPLICIT);
            check(if_operator(negated, "nonsense").key(SOME_KEY, good), ALLOWED);
        }
    }
    check(if_operator("NumericLessThan", "nonsense").key(SOME_KEY, "1"), IMPLICIT);
    check(if_operator("DateGreaterThan", "2026-01-01").key(SOME_KEY, "nonsense"), IMPLICIT);
}

#[test]
fn e92_set_operators() {
    let policy = json!(["a", "b"]);
    for (operator, absent, cases) in [
        (
            "ForAllValues:StringEquals",
            true,
            [(json!(["a", "b"]), true), (json!(["a", "c"]), false), (json!(["c"]), false)],
        ),
        (
            "ForAllValues:StringNotEquals",
            true,
            [(json!(["c", "d"]), true), (json!(["a", "c"]), false), (json!(["b"]), false)],
        ),
        (
            "ForAnyValue:StringEquals",
            false,
            [(json!(["a", "c"]), true), (json!(["c", "d"]), false), (json!(["b"]), true)],
        ),
        (
            "ForAnyValue:StringNotEquals",
            false,
            [(json!(["a", "c"]), true), (json!(["a", "b"]), false), (json!(["c"]), true)],
        ),
    ] {
        let decision = |holds: bool| if holds { ALLOWED } else { IMPLICIT };
        for (values, holds) in cases {
            check(if_operator(operator, policy.clone()).key(SOME_KEY, values.clone()), decision(holds));
            let if_exists = format!("{operator}IfExists");
            check(if_operator(&if_exists, policy.clone()).key(SOME_KEY, values), decision(holds));
        }
        check(if_operator(operator, policy.clone()), decision(absent));
        check(if_operator(operator, policy.clone()).key(SOME_KEY, json!([])), decision(absent));
        check(if_operator(&format!("{operator}IfExists"), policy.clone()), ALLOWED);
        check_open(if_operator(operator, policy.clone()).open(), SOME_KEY);
        // A multivalued key that holds nothing but an empty string is empty.
        let policy = allow_if(json!({operator: {"aws:TagKeys": ["a", "b"]}}));
        check(request().identity(policy).key("aws:TagKeys", ""), decision(absent));
    }
    // The definitions are followed where AWS's own table contradicts them.
    let paths = allow_if(json!({"ForAllValues:StringNotLike": {"aws:ResourceOrgPaths": "o-a/r-b/ou-1/*"}}));
    check(request().identity(paths.clone()).key("aws:ResourceOrgPaths", "o-a/r-b/ou-1/"), IMPLICIT);
    check(request().identity(paths), ALLOWED);
    check(if_operator("StringLike", json!(["", "a/*"])).key(SOME_KEY, ""), ALLOWED);
}

#[test]
fn e92a_multivalued_keys_without_a_set_operator() {
    let with = |operator: &str, values: Value| {
        request().identity(allow_if(json!({operator: {"aws:TagKeys": ["a", "b"]}}))).key("aws:TagKeys", values)
    };
    check_all([
        (with("StringEquals", json!(["a", "c"])), ALLOWED),
        (with("StringEquals", json!(["c", "d"])), IMPLICIT),
        (with("StringNotEquals", json!(["a", "c"])), IMPLICIT),
        (with("StringNotEquals", json!(["c", "d"])), ALLOWED),
    ]);
}

#[test]
fn e92b_set_operators_on_single_values() {
    let with = |operator: &str| request().identity(allow_if(json!({operator: {"aws:SourceVpc": "v"}})));
    check_all([
        (with("ForAllValues:StringEquals"), ALLOWED),
        (with("ForAllValues:StringEquals").key("aws:SourceVpc", "v"), ALLOWED),
        (with("ForAllValues:StringEquals").key("aws:SourceVpc", "w"), IMPLICIT),
        (with("ForAnyValue:StringEquals"), IMPLICIT),
        (with("ForAnyValue:StringEquals").key("aws:SourceVpc", "v"), ALLOWED),
    ]);
}

#[test]
fn e92c_empty_lists() {
    for (operator, present, absent) in [
        ("StringEquals", IMPLICIT, IMPLICIT),
        ("StringNotEquals", ALLOWED, ALLOWED),
        ("StringEqualsIfExists", IMPLICIT, ALLOWED),
        ("ForAllValues:StringEquals", IMPLICIT, ALLOWED),
        ("ForAnyValue:StringEquals", IMPLICIT, IMPLICIT),
        ("ForAnyValue:StringNotEquals", IMPLICIT, IMPLICIT),
    ] {
        check(if_operator(operator, json!([])).key(SOME_KEY, "a"), present);
        check(if_operator(operator, json!([])), absent);
    }
    for value in ["true", "false"] {
        check(if_operator("ForAllValues:Null", value), ALLOWED);
        check(if_operator("ForAllValues:Null", value).key(SOME_KEY, "a"), ALLOWED);
        check(if_operator("ForAnyValue:Null", value), IMPLICIT);
        check(if_operator("ForAnyValue:Null", value).key(SOME_KEY, "a"), IMPLICIT);
    }
    for inert in [json!({"Action": []}), json!({"Resource": []})] {
        check(request().identity(of("Allow", inert.clone())), IMPLICIT);
        check(request().identity(json!([full(), of("Deny", inert)])), ALLOWED);
    }
    for principal in [json!({}), aws(json!([]))] {
        check(request().policy(grant(principal.clone())), IMPLICIT);
        check(request().identity(full()).policy(refuse(principal)), ALLOWED);
    }
    check(request().identity(allow_if(json!({}))), ALLOWED);
}

// Kinds of policies

#[test]
fn e95_a_boundary_limits_and_never_grants() {
    check_all([
        (request().boundary(full()), IMPLICIT),
        (request().identity(full()).boundary(full()), ALLOWED),
        (request().identity(full()).boundary(elsewhere()), IMPLICIT),
        (request().identity(full()).boundary(json!([deny("s3:*")])), EXPLICIT),
        (request().caller(SESSION).identity(full()).boundary(elsewhere()), IMPLICIT),
        (request().caller(HOME_ROOT).boundary(elsewhere()), ALLOWED),
    ]);
}

#[test]
fn e96_session_policies_add_up_and_limit() {
    let with = |policies: Value| request().caller(SESSION).identity(full()).session(policies);
    check_all([
        (with(full()), ALLOWED),
        (with(elsewhere()), IMPLICIT),
        (with(json!([elsewhere(), allow("s3:GetObject")])), ALLOWED),
        (with(json!([full(), deny("s3:*")])), EXPLICIT),
        (request().caller(SESSION).session(full()), IMPLICIT),
    ]);
}

#[test]
fn e97_without_a_session_policy() {
    check(request().caller(SESSION).identity(full()), ALLOWED);
    check(request().caller(FEDERATED).identity(full()), IMPLICIT);
    check(request().caller(FEDERATED).identity(full()).session(full()), ALLOWED);
    check(request().caller(FEDERATED).identity(full()).session(elsewhere()), IMPLICIT);
}

#[test]
fn e98_whom_service_control_policies_concern() {
    let blocked = json!([[full(), deny("s3:*")]]);
    for caller in [USER, SESSION, HOME_ROOT] {
        check(request().caller(caller).identity(full()).scp(blocked.clone()), EXPLICIT);
        check(request().caller(caller).identity(full()).scp(json!([[elsewhere()]])), IMPLICIT);
    }
    check(request().caller(LINKED).identity(full()).scp(blocked.clone()), ALLOWED);
    for caller in [SERVICE, ANONYMOUS] {
        check(request().caller(caller).policy(grant("*")).scp(blocked.clone()), ALLOWED);
    }
}

#[test]
fn e99_service_control_policies_do_not_touch_resources() {
    // The levels are those of the caller's account; an unsigned caller has none, whosever the resource is.
    check(request().caller(ANONYMOUS).policy(grant("*")).scp(json!([[deny("*")]])), ALLOWED);
    let abroad = request().abroad().identity(full()).policy(grant(aws(HOME)));
    check(abroad.clone().scp(json!([[full(), deny("s3:*")]])), EXPLICIT);
    check(abroad.scp(json!([[full()]])), ALLOWED);
}

#[test]
fn e100_every_level_must_allow() {
    for (levels, expected) in [
        (json!([[full()], [full()], [full()]]), ALLOWED),
        (json!([[full()], [elsewhere()], [full()]]), IMPLICIT),
        (json!([[full()], [], [full()]]), IMPLICIT),
        (json!([[elsewhere()], [full()]]), IMPLICIT),
        (json!([[full()], [elsewhere()]]), IMPLICIT),
        (json!([[full()], [elsewhere(), allow("s3:*")]]), ALLOWED),
        (json!([[full(), deny("s3:*")], [full()]]), EXPLICIT),
        (json!([[full()], [full(), deny("s3:*")]]), EXPLICIT),
        (json!([[elsewhere()], [deny("s3:*")]]), EXPLICIT),
    ] {
        check(request().identity(full()).scp(levels), expected);
    }
    check(request().scp(json!([[full()]])), IMPLICIT);
}

#[test]
fn e101_the_whole_language_in_service_control_policies() {
    let vpc = || json!({"StringEquals": {"aws:SourceVpc": "v"}});
    let with = |policy: Value| request().identity(full()).scp(json!([[policy]]));
    check_all([
        (with(of("Allow", json!({"NotAction": "iam:*"}))), ALLOWED),
        (with(of("Allow", json!({"NotAction": "s3:*"}))), IMPLICIT),
        (with(allow_on(OBJECT)), ALLOWED),
        (with(allow_on("arn:aws:s3:::other/*")), IMPLICIT),
        (with(of("Allow", json!({"NotResource": OBJECT}))), IMPLICIT),
        (with(allow_if(vpc())), IMPLICIT),
        (with(allow_if(vpc())).key("aws:SourceVpc", "v"), ALLOWED),
    ]);
    check_open(with(allow_if(vpc())).open(), "aws:SourceVpc");
    check_open(with(grant("*")), "Principal");
    let limits = |policy: Value| request().identity(full()).scp(json!([[full(), policy]]));
    check(limits(deny_if(vpc())).key("aws:SourceVpc", "v"), EXPLICIT);
    check(limits(of("Deny", json!({"NotResource": OBJECT}))), ALLOWED);
    check(limits(of("Deny", json!({"NotAction": "iam:*"}))), EXPLICIT);
}

#[test]
fn e103_whom_resource_control_policies_concern() {
    let guard = json!([[refuse("*")]]);
    for caller in [USER, SESSION, HOME_ROOT, ANONYMOUS, SERVICE] {
        check(request().caller(caller).identity(full()).policy(grant("*")).rcp(guard.clone()), EXPLICIT);
    }
    check(request().abroad().identity(full()).policy(grant(aws(HOME))).rcp(guard.clone()), EXPLICIT);
    check(request().caller(LINKED).identity(full()).rcp(guard.clone()), ALLOWED);
    let key = decrypt(USER).action("kms:RetireGrant").policy(grant(aws(USER)));
    assert_ne!(result(&key.rcp(guard.clone()))["EvalDecision"], EXPLICIT);
    check(decrypt(USER).policy(grant(aws(USER))).rcp(guard.clone()), EXPLICIT);
    // Actions that are authorised on no resource.
    check(request().action("kms:ListKeys").on("*").identity(full()).rcp(guard.clone()), ALLOWED);
    check(request().action("s3:ListAllMyBuckets").on("*").identity(full()).rcp(guard.clone()), ALLOWED);
    // The trust of roles, but not of service-linked ones.
    check(assume(USER).policy(trust(aws(USER), "sts:AssumeRole")).rcp(guard.clone()), EXPLICIT);
    let linked = assume("x.amazonaws.com").on(LINKED);
    check(linked.policy(trust(json!({"Service": "x.amazonaws.com"}), "sts:AssumeRole")).rcp(guard), ALLOWED);
}

#[test]
fn e104_services_of_resource_control_policies() {
    let guard = json!([[refuse("*")]]);
    for (action, resource) in [
        ("s3:GetObject", OBJECT),
        ("sqs:SendMessage", QUEUE),
        ("dynamodb:GetItem", "arn:aws:dynamodb:eu-west-1:111111111111:table/t"),
        ("secretsmanager:GetSecretValue", "arn:aws:secretsmanager:eu-west-1:111111111111:secret:s"),
        ("es:ESHttpGet", "arn:aws:es:eu-west-1:111111111111:domain/d"),
        ("logs:GetLogEvents", "arn:aws:logs:eu-west-1:111111111111:log-group:g:log-stream:s"),
        ("ecr:BatchGetImage", "arn:aws:ecr:eu-west-1:111111111111:repository/r"),
    ] {
        check(request().action(action).on(resource).identity(full()).rcp(guard.clone()), EXPLICIT);
    }
    for (action, resource) in [
        ("lambda:InvokeFunction", "arn:aws:lambda:eu-west-1:111111111111:function:f"),
        ("ec2:StopInstances", "arn:aws:ec2:eu-west-1:111111111111:instance/i-1"),
        ("sns:Publish", "arn:aws:sns:eu-west-1:111111111111:t"),
    ] {
        let limited = request().action(action).on(resource).identity(full()).rcp(guard.clone());
        check(limited.clone(), CONDITIONAL);
        check(limited.identity(elsewhere()), IMPLICIT);
    }
}

#[test]
fn e105_resource_control_policies_deny_at_any_level() {
    let guard = |action: &str| of("Deny", json!({"Principal": "*", "Action": action}));
    for (levels, expected) in [
        (json!([[], [], []]), ALLOWED),
        (json!([[guard("s3:*")], [], []]), EXPLICIT),
        (json!([[], [guard("s3:*")], []]), EXPLICIT),
        (json!([[], [], [guard("s3:*")]]), EXPLICIT),
        (json!([[guard("sqs:*")], [guard("s3:PutObject")]]), ALLOWED),
    ] {
        check(request().identity(full()).rcp(levels.clone()), expected);
        check(request().abroad().identity(full()).policy(grant(aws(USER))).rcp(levels), expected);
    }
}

// The decision

#[test]
fn e115_a_deny_of_any_kind_decides() {
    let base = || request().identity(full()).policy(grant(aws(USER)));
    let both = |effect: Value| document(json!([grant(aws(USER))["Statement"], effect["Statement"]]));
    for abroad in [false, true] {
        let place = |request: Request| if abroad { request.abroad() } else { request };
        check_all([
            (place(base()), ALLOWED),
            (place(base().identity(json!([full(), deny("s3:*")]))), EXPLICIT),
            (place(base().boundary(document(json!([full()["Statement"], deny("s3:*")["Statement"]])))), EXPLICIT),
            (place(base().scp(json!([[full(), deny("s3:*")]]))), EXPLICIT),
            (place(base().rcp(json!([[refuse("*")]]))), EXPLICIT),
            (place(base().policy(both(refuse("*")))), EXPLICIT),
            (place(base().policy(both(refuse(aws(HOME))))), EXPLICIT),
            (place(base().endpoint(document(json!([grant("*")["Statement"], refuse("*")["Statement"]])))), EXPLICIT),
            (place(base().endpoint(grant("*"))), ALLOWED),
        ]);
        let session = request().caller(SESSION).identity(full()).policy(grant(aws(SESSION)));
        check(place(session.clone().session(json!([full(), deny("s3:*")]))), EXPLICIT);
        check(place(session.policy(both(refuse(aws(ROLE))))), EXPLICIT);
    }
    let conditional = json!([full(), deny_if(json!({"StringEquals": {"aws:SourceVpc": "v"}}))]);
    check(request().identity(conditional.clone()), ALLOWED);
    check(request().identity(conditional.clone()).key("aws:SourceVpc", "v"), EXPLICIT);
    check_open(request().identity(conditional).open(), "aws:SourceVpc");
}

#[test]
fn e117_organization_limits_of_both_accounts() {
    let abroad = || request().abroad().identity(full()).policy(grant(aws(USER)));
    check_all([
        (abroad().scp(json!([[full()]])).rcp(json!([[]])), ALLOWED),
        (abroad().scp(json!([[elsewhere()]])), IMPLICIT),
        (abroad().rcp(json!([[refuse("*")]])), EXPLICIT),
        (request().identity(full()).scp(json!([[full()]])).rcp(json!([[refuse("*")]])), EXPLICIT),
        (request().identity(full()).scp(json!([[elsewhere()]])).rcp(json!([[]])), IMPLICIT),
    ]);
}

#[test]
fn e118_grants_do_not_get_round_a_service_control_policy() {
    for (caller, named) in [(USER, USER), (SESSION, SESSION), (SESSION, ROLE), (HOME_ROOT, HOME)] {
        for identity in [json!([]), full()] {
            let granted = request().caller(caller).identity(identity).policy(grant(aws(named)));
            check(granted.clone().scp(json!([[elsewhere()]])), IMPLICIT);
            check(granted.clone().scp(json!([[full(), deny("s3:*")]])), EXPLICIT);
            check(granted.scp(json!([[full()]])), ALLOWED);
        }
    }
    check(request().policy(grant("*")).scp(json!([[elsewhere()]])), IMPLICIT);
}

#[test]
fn e119_what_allows_in_one_account() {
    check_all([
        (request().caller(SESSION).policy(grant(aws(SESSION))), ALLOWED),
        (request().policy(grant(aws(USER))), ALLOWED),
        (request().policy(grant("*")), ALLOWED),
        (request().caller(SESSION).policy(grant("*")), ALLOWED),
        (request().caller(SESSION).policy(grant(aws(ROLE))).boundary(full()).session(full()), ALLOWED),
        (request().identity(full()), ALLOWED),
        (request().identity(full()).boundary(full()), ALLOWED),
        (request().caller(HOME_ROOT), ALLOWED),
        (request(), IMPLICIT),
        (request().policy(grant(aws(USER))).endpoint(grant(aws(BOB))), IMPLICIT),
        (request().identity(full()).endpoint(grant("*")), ALLOWED),
        (request().caller(HOME_ROOT).endpoint(of("Allow", json!({"Principal": "*", "Action": "s3:Put*"}))), IMPLICIT),
    ]);
}

#[test]
fn e120_an_account_grant_alone_gives_nothing() {
    for caller in [USER, SESSION, FEDERATED] {
        check(request().caller(caller).policy(grant(aws(HOME))), IMPLICIT);
        check(request().caller(caller).policy(grant(aws(HOME_ROOT))).identity(elsewhere()), IMPLICIT);
    }
    check(request().policy(grant(aws(HOME))).identity(full()), ALLOWED);
}

#[test]
fn e121_identity_and_resource_policies_are_a_union() {
    check_all([
        (request().identity(full()).policy(grant(aws(BOB))), ALLOWED),
        (request().identity(elsewhere()).policy(grant(aws(USER))), ALLOWED),
        (request().identity(elsewhere()).policy(grant(aws(BOB))), IMPLICIT),
    ]);
}

/// A row of the truth table: the decisions when identity policies alone do not allow, when the boundary does not, and
/// when the session policy does not.
#[track_caller]
fn row(caller: &str, policy: Value, identity: &str, boundary: &str, session: Option<&str>) {
    let base = || request().caller(caller).policy(policy.clone());
    check(base().identity(elsewhere()), identity);
    check(base(), identity);
    check(base().identity(full()).boundary(elsewhere()), boundary);
    check(base().identity(elsewhere()).boundary(elsewhere()), boundary);
    if let Some(session) = session {
        check(base().identity(full()).session(elsewhere()), session);
        check(base().identity(full()).boundary(full()).session(elsewhere()), session);
    }
    // A deny in any of them wins.
    check(base().identity(json!([full(), deny("s3:*")])), EXPLICIT);
    check(base().identity(full()).boundary(deny("s3:*")), EXPLICIT);
    if session.is_some() {
        check(base().identity(full()).session(deny("s3:*")), EXPLICIT);
    }
}

#[test]
fn t1_a_named_user_is_not_limited() {
    row(USER, grant(aws(USER)), ALLOWED, ALLOWED, None);
}

#[test]
fn t2_a_user_of_a_named_account_is_limited() {
    row(USER, grant(aws(HOME)), IMPLICIT, IMPLICIT, None);
    row(USER, grant(aws(HOME_ROOT)), IMPLICIT, IMPLICIT, None);
}

#[test]
fn t3_star_does_not_limit_a_user() {
    row(USER, grant("*"), ALLOWED, ALLOWED, None);
    row(USER, grant(aws("*")), ALLOWED, ALLOWED, None);
}

#[test]
fn t4_a_named_role_is_limited_by_its_boundary() {
    row(SESSION, grant(aws(ROLE)), ALLOWED, IMPLICIT, Some(IMPLICIT));
    row(ROLE, grant(aws(ROLE)), ALLOWED, IMPLICIT, Some(IMPLICIT));
}

#[test]
fn t5_a_named_session_is_not_limited() {
    row(SESSION, grant(aws(SESSION)), ALLOWED, ALLOWED, Some(ALLOWED));
}

#[test]
fn t6_a_named_federated_user_is_not_limited() {
    row(FEDERATED, grant(aws(FEDERATED)), ALLOWED, ALLOWED, Some(ALLOWED));
    check(request().caller(FEDERATED).policy(grant(aws(FEDERATED))).identity(full()), ALLOWED);
}

#[test]
fn t7_the_federated_session_of_a_named_user_is_limited() {
    // Without a session policy, or with one that does not allow, whoever it was that federated.
    let named = || request().caller(FEDERATED).policy(grant(aws(USER)));
    check(named(), IMPLICIT);
    check(named().identity(full()), IMPLICIT);
    check(named().identity(full()).session(elsewhere()), IMPLICIT);
    check(named().identity(full()).session(full()).boundary(elsewhere()), IMPLICIT);
}

#[test]
fn t8_a_session_of_a_named_account_is_limited() {
    row(SESSION, grant(aws(HOME)), IMPLICIT, IMPLICIT, Some(IMPLICIT));
}

#[test]
fn t9_star_does_not_limit_a_session() {
    row(SESSION, grant("*"), ALLOWED, ALLOWED, Some(ALLOWED));
    let narrowed = grant_if("*", json!({"ArnEquals": {"aws:PrincipalArn": ROLE}}));
    row(SESSION, narrowed, ALLOWED, ALLOWED, Some(ALLOWED));
    let other = grant_if("*", json!({"ArnEquals": {"aws:PrincipalArn": OTHER_ROLE}}));
    check(request().caller(SESSION).policy(other), IMPLICIT);
}

#[test]
fn t10_an_account_narrowed_to_a_role_still_delegates() {
    let narrowed = grant_if(aws(HOME), json!({"ArnEquals": {"aws:PrincipalArn": ROLE}}));
    row(SESSION, narrowed, IMPLICIT, IMPLICIT, Some(IMPLICIT));
}

#[test]
fn t11_root_needs_nothing_beside() {
    for principal in [aws(HOME), aws(HOME_ROOT), json!("*")] {
        check(request().caller(HOME_ROOT).policy(grant(principal)), ALLOWED);
    }
    check(request().caller(HOME_ROOT).policy(refuse("*")), EXPLICIT);
}

#[test]
fn t12_a_session_token_is_its_user() {
    let with = |identity: Value, boundary: Value| {
        let token =
            request().key("aws:MultiFactorAuthPresent", "true").key("aws:TokenIssueTime", "2026-01-01T00:00:00Z");
        token.policy(grant(aws(USER))).identity(identity).boundary(boundary)
    };
    check(with(elsewhere(), full()), ALLOWED);
    check(with(full(), elsewhere()), ALLOWED);
    check(with(json!([deny("s3:*")]), full()), EXPLICIT);
}

#[test]
fn t14_a_silent_resource_policy_gives_nothing() {
    for policy in [grant(aws(BOB)), grant(aws(AWAY))] {
        row(USER, policy.clone(), IMPLICIT, IMPLICIT, None);
        row(SESSION, policy.clone(), IMPLICIT, IMPLICIT, Some(IMPLICIT));
        row(FEDERATED, policy, IMPLICIT, IMPLICIT, Some(IMPLICIT));
    }
}

#[test]
fn t15_star_and_federated_users() {
    let star = || request().caller(FEDERATED).policy(grant("*"));
    check(star().identity(elsewhere()).session(full()), ALLOWED);
    check(star().identity(full()).session(full()).boundary(elsewhere()), ALLOWED);
    check_open(star().identity(full()).session(elsewhere()), "undocumented-star-federated");
    check_open(star(), "undocumented-star-federated");
}

#[test]
fn e123_across_accounts_nothing_is_spared() {
    for (caller, principal) in [
        (USER, aws(USER)),
        (USER, json!("*")),
        (SESSION, aws(SESSION)),
        (SESSION, aws(ROLE)),
        (SESSION, json!("*")),
        (FEDERATED, aws(FEDERATED)),
    ] {
        let base = || request().caller(caller).policy(grant(principal.clone())).abroad();
        check(base(), IMPLICIT);
        check(base().identity(elsewhere()).session(full()), IMPLICIT);
        if caller == USER {
            check(base().identity(full()), ALLOWED);
        } else {
            check(base().identity(full()).session(full()), ALLOWED);
            check(base().identity(full()).session(elsewhere()), IMPLICIT);
        }
        check(base().identity(full()).session(full()).boundary(elsewhere()), IMPLICIT);
    }
}

// Keys

#[test]
fn e124_without_its_policy_nobody_has_a_key() {
    for caller in [USER, SESSION, HOME_ROOT] {
        check(decrypt(caller).identity(full()), IMPLICIT);
        check(decrypt(caller).identity(full()).policy(grant(aws(BOB))), IMPLICIT);
    }
}

#[test]
fn e125_the_account_statement_delegates_to_identity_policies() {
    check_all([
        (decrypt(USER).identity(full()).policy(grant(aws(HOME))), ALLOWED),
        (decrypt(USER).identity(full()).policy(grant(aws(HOME_ROOT))), ALLOWED),
        (decrypt(USER).policy(grant(aws(HOME))), IMPLICIT),
        (decrypt(USER).identity(full()).policy(grant(aws(AWAY))), IMPLICIT),
        (decrypt(USER).identity(json!([full(), deny("kms:*")])).policy(grant(aws(USER))), EXPLICIT),
    ]);
}

#[test]
fn e126_who_has_a_key_in_its_own_account() {
    check_all([
        (decrypt(USER).policy(grant(aws(USER))), ALLOWED),
        (decrypt(USER).policy(grant(aws(USER))).boundary(elsewhere()), ALLOWED),
        (decrypt(USER).policy(grant("*")).boundary(elsewhere()), ALLOWED),
        (decrypt(SESSION).policy(grant(aws(SESSION))).session(elsewhere()), ALLOWED),
        (decrypt(SESSION).policy(grant(aws(ROLE))), ALLOWED),
        (decrypt(SESSION).policy(grant(aws(ROLE))).session(elsewhere()), IMPLICIT),
        (decrypt(SESSION).policy(grant(aws(ROLE))).boundary(elsewhere()), IMPLICIT),
        (decrypt(USER).policy(grant(aws(HOME))).identity(full()).boundary(elsewhere()), IMPLICIT),
        (decrypt(SESSION).policy(grant(aws(HOME))).identity(full()).session(elsewhere()), IMPLICIT),
        (decrypt(HOME_ROOT).policy(grant(aws(HOME))), ALLOWED),
        (decrypt(USER).policy(refuse(aws(USER))).identity(full()), EXPLICIT),
        (decrypt(USER).policy(grant(aws(USER))).scp(json!([[elsewhere()]])), IMPLICIT),
    ]);
}

#[test]
fn e127_delegation_goes_action_by_action() {
    let delegated = |fields: Value| {
        let mut policy = grant(aws(HOME));
        for (name, value) in fields.as_object().unwrap() {
            policy["Statement"][name] = value.clone();
        }
        decrypt(USER).identity(full()).policy(policy)
    };
    check_all([
        (delegated(json!({"Action": "kms:Decrypt"})), ALLOWED),
        (delegated(json!({"Action": ["kms:Encrypt", "kms:Describe*"]})), IMPLICIT),
    ]);
    let via = json!({"Condition": {"StringEquals": {"kms:ViaService": "s3.eu-west-1.amazonaws.com"}}});
    check(delegated(via.clone()), IMPLICIT);
    check(delegated(via.clone()).key("kms:ViaService", "s3.eu-west-1.amazonaws.com"), ALLOWED);
    check_open(delegated(via).open(), "kms:ViaService");
}

#[test]
fn e128_a_key_of_another_account() {
    let abroad = |caller: &str, principal: Value| decrypt(caller).abroad().policy(grant(principal));
    for (caller, principal) in
        [(USER, aws(HOME)), (USER, aws(USER)), (SESSION, aws(ROLE)), (SESSION, aws(SESSION)), (USER, json!("*"))]
    {
        check(abroad(caller, principal.clone()).identity(full()), ALLOWED);
        check(abroad(caller, principal), IMPLICIT);
    }
    check(abroad(USER, aws(BOB)).identity(full()), IMPLICIT);
    check(abroad(USER, aws(AWAY)).identity(full()), IMPLICIT);
    check(abroad(USER, aws(HOME)).identity(allow_on(KEY)), IMPLICIT);
    check(abroad(USER, aws(HOME)).identity(allow_on(KEY.replace(HOME, AWAY))), ALLOWED);
}

#[test]
fn e129_operations_that_work_across_accounts() {
    let abroad = |action: &str| decrypt(USER).action(action).abroad().identity(full()).policy(grant(aws(HOME)));
    for action in [
        "kms:Encrypt",
        "kms:Decrypt",
        "kms:GenerateDataKey",
        "kms:GenerateDataKeyPairWithoutPlaintext",
        "kms:ReEncryptFrom",
        "kms:ReEncryptTo",
        "kms:Sign",
        "kms:Verify",
        "kms:GenerateMac",
        "kms:VerifyMac",
        "kms:DeriveSharedSecret",
        "kms:CreateGrant",
        "kms:DescribeKey",
        "kms:GetKeyRotationStatus",
        "kms:GetPublicKey",
        "kms:ListGrants",
        "kms:RevokeGrant",
    ] {
        check(abroad(action), ALLOWED);
    }
    for action in
        ["kms:PutKeyPolicy", "kms:ScheduleKeyDeletion", "kms:GetKeyPolicy", "kms:TagResource", "kms:DisableKey"]
    {
        check(abroad(action), IMPLICIT);
        check(decrypt(USER).action(action).identity(full()).policy(grant(aws(HOME))), ALLOWED);
    }
}

#[test]
fn e134_actions_on_no_key_need_no_key_policy() {
    for action in ["kms:ListKeys", "kms:ListAliases", "kms:CreateKey"] {
        check(request().action(action).on("*").identity(full()), ALLOWED);
        check(request().action(action).on("*"), IMPLICIT);
    }
}

// Roles

#[test]
fn e135_the_trust_policy_must_allow() {
    check_all([
        (assume(USER).identity(full()), IMPLICIT),
        (assume(USER).identity(full()).policy(trust(aws(BOB), "sts:AssumeRole")), IMPLICIT),
        (assume(USER).identity(full()).policy(trust(aws(USER), "sts:TagSession")), IMPLICIT),
        (assume(USER).identity(full()).policy(trust(aws(HOME), "sts:*")), ALLOWED),
    ]);
}

#[test]
fn e136_a_user_named_or_its_account() {
    let by_name = || assume(USER).policy(trust(aws(USER), "sts:AssumeRole"));
    let by_account = || assume(USER).policy(trust(aws(HOME), "sts:AssumeRole"));
    check_all([
        (by_name(), ALLOWED),
        (by_name().boundary(elsewhere()), ALLOWED),
        (by_name().identity(deny("sts:*")), EXPLICIT),
        (by_account(), IMPLICIT),
        (by_account().identity(allow("sts:AssumeRole")), ALLOWED),
        (by_account().identity(allow_on(TARGET)), ALLOWED),
        (by_account().identity(allow_on(OTHER_ROLE)), IMPLICIT),
        (by_account().identity(full()).boundary(elsewhere()), IMPLICIT),
    ]);
}

#[test]
fn e137_a_role_that_assumes_a_role() {
    let with = |principal: Value| assume(SESSION).policy(trust(principal, "sts:AssumeRole"));
    check_all([
        (with(aws(ROLE)), ALLOWED),
        (with(aws(ROLE)).boundary(elsewhere()), IMPLICIT),
        (with(aws(ROLE)).session(elsewhere()), IMPLICIT),
        (with(aws(SESSION)).boundary(elsewhere()).session(elsewhere()), ALLOWED),
        (with(aws("*")).boundary(elsewhere()).session(elsewhere()), ALLOWED),
        (with(aws(HOME)), IMPLICIT),
        (with(aws(HOME)).identity(full()), ALLOWED),
    ]);
}

#[test]
fn e138_a_role_of_another_account() {
    for (caller, principal) in
        [(USER, aws(USER)), (USER, aws(HOME)), (USER, aws("*")), (SESSION, aws(ROLE)), (SESSION, aws(SESSION))]
    {
        let base = || assume(caller).abroad().policy(trust(principal.clone(), "sts:AssumeRole"));
        check_all([
            (base(), IMPLICIT),
            (base().identity(full()), ALLOWED),
            (base().identity(full()).boundary(elsewhere()), IMPLICIT),
            (base().identity(full()).scp(json!([[elsewhere()]])), IMPLICIT),
            (base().identity(full()).rcp(json!([[refuse("*")]])), EXPLICIT),
            (base().identity(full()).policy(trust(aws(BOB), "sts:AssumeRole")), IMPLICIT),
        ]);
    }
    let limited = assume(SESSION).abroad().policy(trust(aws(SESSION), "sts:AssumeRole")).identity(full());
    check(limited.session(elsewhere()), IMPLICIT);
}

#[test]
fn e139_root_assumes_no_role() {
    for principal in [aws(HOME), aws("*")] {
        check(assume(HOME_ROOT).policy(trust(principal.clone(), "sts:AssumeRole")), IMPLICIT);
        check(assume(HOME_ROOT).abroad().policy(trust(principal, "sts:AssumeRole")), IMPLICIT);
    }
}

#[test]
fn e142_tags_and_source_identity_are_permissions_of_their_own() {
    let some = trust(aws(USER), json!(["sts:AssumeRole", "sts:TagSession"]));
    let with = |action: &str| assume(USER).action(action).policy(some.clone());
    check_all([
        (with("sts:AssumeRole"), ALLOWED),
        (with("sts:TagSession"), ALLOWED),
        (with("sts:SetSourceIdentity"), IMPLICIT),
        (with("sts:SetContext"), IMPLICIT),
        (with("sts:SetSourceIdentity").identity(full()), IMPLICIT),
        (with("sts:TagSession").abroad(), IMPLICIT),
        (with("sts:TagSession").abroad().identity(allow("sts:AssumeRole")), IMPLICIT),
        (with("sts:TagSession").abroad().identity(allow("sts:TagSession")), ALLOWED),
    ]);
    let web = trust(json!({"Federated": OIDC}), json!(["sts:AssumeRoleWithWebIdentity", "sts:TagSession"]));
    check(assume(OIDC).action("sts:TagSession").policy(web.clone()), ALLOWED);
    check(assume(OIDC).action("sts:SetSourceIdentity").policy(web), IMPLICIT);
}

#[test]
fn e143_identity_providers_need_the_trust_policy_alone() {
    for (provider, action) in [
        (SAML, "sts:AssumeRoleWithSAML"),
        (OIDC, "sts:AssumeRoleWithWebIdentity"),
        ("accounts.google.com", "sts:AssumeRoleWithWebIdentity"),
    ] {
        let base = || assume(provider).action(action).policy(trust(json!({"Federated": provider}), action));
        check_all([
            (base(), ALLOWED),
            (base().scp(json!([[deny("*")]])), ALLOWED),
            (base().rcp(json!([[refuse("*")]])), EXPLICIT),
            (base().policy(trust(json!({"Federated": provider}), "sts:AssumeRole")), IMPLICIT),
            (base().policy(trust(json!({"Federated": "www.amazon.com"}), action)), IMPLICIT),
            (base().policy(trust(aws(HOME), action)), IMPLICIT),
            (assume(provider).action(action).identity(full()), IMPLICIT),
        ]);
    }
}

#[test]
fn e144_claims_of_identity_providers() {
    let condition =
        json!({"StringEquals": {"idp.example.com:aud": "sts"}, "StringLike": {"idp.example.com:sub": "repo:a/*"}});
    let action = "sts:AssumeRoleWithWebIdentity";
    let base = || assume(OIDC).action(action).policy(trust_if(json!({"Federated": OIDC}), action, condition.clone()));
    let sub = "idp.example.com:sub";
    check_all([
        (base(), IMPLICIT),
        (base().key("idp.example.com:aud", "sts").key(sub, "repo:a/b"), ALLOWED),
        (base().key("idp.example.com:aud", "sts").key(sub, "repo:b/a"), IMPLICIT),
        (base().key("idp.example.com:aud", "other").key(sub, "repo:a/b"), IMPLICIT),
    ]);
    check_open(base().key("idp.example.com:aud", "sts").open(), sub);
    let action = "sts:AssumeRoleWithSAML";
    let audience = json!({"StringEquals": {"saml:aud": "https://signin.aws.amazon.com/saml"}});
    let base = assume(SAML).action(action).policy(trust_if(json!({"Federated": SAML}), action, audience));
    check(base.clone(), IMPLICIT);
    check(base.clone().key("saml:aud", "https://signin.aws.amazon.com/saml"), ALLOWED);
    check_open(base.open(), "saml:aud");
}

#[test]
fn e145_services_need_the_trust_policy_alone() {
    let base = || assume("ec2.amazonaws.com").policy(trust(json!({"Service": "ec2.amazonaws.com"}), "sts:AssumeRole"));
    check_all([
        (base(), ALLOWED),
        (base().scp(json!([[deny("*")]])), ALLOWED),
        (base().rcp(json!([[refuse("*")]])), EXPLICIT),
        (base().caller("lambda.amazonaws.com"), IMPLICIT),
        (base().policy(trust(aws(HOME), "sts:AssumeRole")), IMPLICIT),
        (base().caller(USER).identity(full()), IMPLICIT),
    ]);
}

#[test]
fn e155_external_ids() {
    let asked = json!({"StringEquals": {"sts:ExternalId": "42"}});
    let base = || assume(USER).abroad().identity(full()).policy(trust_if(aws(HOME), "sts:AssumeRole", asked.clone()));
    check_all([
        (base(), IMPLICIT),
        (base().key("sts:ExternalId", "42"), ALLOWED),
        (base().key("sts:ExternalId", "43"), IMPLICIT),
    ]);
    check_open(base().open(), "sts:ExternalId");
    let free = assume(USER).abroad().identity(full()).policy(trust(aws(HOME), "sts:AssumeRole"));
    check(free.clone().key("sts:ExternalId", "43"), ALLOWED);
    check(free.open(), ALLOWED);
}

#[test]
fn e156_star_in_trust_policies() {
    for star in [json!("*"), aws("*")] {
        let base = || assume(USER).policy(trust(star.clone(), "sts:AssumeRole"));
        check_all([
            (base(), ALLOWED),
            (base().abroad(), IMPLICIT),
            (base().abroad().identity(full()), ALLOWED),
            (base().caller(ANONYMOUS), IMPLICIT),
        ]);
    }
}

// Across accounts

#[test]
fn e157_both_sides_must_allow() {
    let abroad = || request().abroad();
    for principal in [aws(HOME), aws(HOME_ROOT), aws(USER), json!("*")] {
        check_all([
            (abroad().policy(grant(principal.clone())), IMPLICIT),
            (abroad().policy(grant(principal.clone())).identity(full()), ALLOWED),
            (abroad().policy(grant(principal.clone())).identity(full()).boundary(elsewhere()), IMPLICIT),
            (abroad().policy(grant(principal.clone())).identity(full()).scp(json!([[elsewhere()]])), IMPLICIT),
            (abroad().policy(grant(principal)).identity(full()).endpoint(grant(aws(BOB))), IMPLICIT),
        ]);
    }
    check_all([
        (abroad().identity(full()), IMPLICIT),
        (abroad().identity(full()).policy(grant(aws(AWAY))), IMPLICIT),
        (abroad().caller(HOME_ROOT).policy(grant(aws(HOME))), ALLOWED),
        (abroad().caller(HOME_ROOT), IMPLICIT),
        (abroad().caller(HOME_ROOT).policy(grant(aws(HOME))).scp(json!([[elsewhere()]])), IMPLICIT),
    ]);
}

#[test]
fn e158_the_identity_policy_names_the_resource() {
    let abroad = || request().abroad().policy(grant(aws(HOME)));
    check(abroad().identity(allow_on(OBJECT)), ALLOWED);
    check(abroad().identity(allow_on("arn:aws:s3:::other/*")), IMPLICIT);
    let queue = || request().action("sqs:SendMessage").on(QUEUE).abroad().policy(grant(aws(HOME)));
    check(queue().identity(allow_on("arn:aws:sqs:*:222222222222:q")), ALLOWED);
    check(queue().identity(allow_on("arn:aws:sqs:*:111111111111:q")), IMPLICIT);
}

#[test]
fn e159_a_role_named_by_another_account_needs_its_own_policy() {
    check(request().abroad().caller(SESSION).policy(grant(aws(ROLE))), IMPLICIT);
    check(request().abroad().caller(SESSION).policy(grant(aws(ROLE))).identity(full()), ALLOWED);
    check(request().caller(SESSION).policy(grant(aws(ROLE))), ALLOWED);
}

#[test]
fn e160_resources_without_policies_are_out_of_reach() {
    for (action, resource) in [
        ("ec2:StopInstances", "arn:aws:ec2:eu-west-1:111111111111:instance/i-1"),
        ("iam:GetRole", TARGET),
        ("rds:DeleteDBInstance", "arn:aws:rds:eu-west-1:111111111111:db:d"),
    ] {
        let base = request().action(action).on(resource).identity(full());
        check(base.clone(), ALLOWED);
        check(base.clone().abroad(), IMPLICIT);
        check(base.caller(HOME_ROOT).abroad(), IMPLICIT);
    }
}

#[test]
fn e161_services_have_the_resource_side_alone() {
    let base = || request().caller(SERVICE).policy(grant(json!({"Service": SERVICE})));
    check_all([
        (base(), ALLOWED),
        (base().identity(elsewhere()).scp(json!([[deny("*")]])), ALLOWED),
        (base().rcp(json!([[refuse("*")]])), EXPLICIT),
        (request().caller(SERVICE).identity(full()), IMPLICIT),
    ]);
    let only = grant_if(json!({"Service": SERVICE}), json!({"StringEquals": {"aws:SourceAccount": HOME}}));
    check(base().policy(only.clone()), IMPLICIT);
    check(base().policy(only.clone()).key("aws:SourceAccount", HOME), ALLOWED);
    check(base().policy(only.clone()).key("aws:SourceAccount", AWAY), IMPLICIT);
    check_open(base().policy(only).open(), "aws:SourceAccount");
}

#[test]
fn e162_unsigned_callers_have_the_resource_side_alone() {
    let base = |policy: Value| request().caller(ANONYMOUS).policy(policy);
    check_all([
        (base(grant("*")), ALLOWED),
        (base(grant(aws("*"))), ALLOWED),
        (base(grant(aws(HOME))), IMPLICIT),
        (base(grant("*")).rcp(json!([[refuse("*")]])), EXPLICIT),
        (base(grant("*")).scp(json!([[deny("*")]])), ALLOWED),
        (request().caller(ANONYMOUS).identity(full()), IMPLICIT),
        (base(grant_if("*", json!({"StringEquals": {"aws:PrincipalOrgID": "o-a"}}))).open(), IMPLICIT),
        (base(grant_if("*", json!({"StringEquals": {"aws:PrincipalAccount": HOME}}))).open(), IMPLICIT),
    ]);
}

// Keys of confused deputies and of MFA

#[test]
fn e164_source_keys_are_those_of_services() {
    for (operator, key, value) in [
        ("StringEquals", "aws:SourceAccount", HOME),
        ("ArnLike", "aws:SourceArn", "arn:aws:sns:*:*:t"),
        ("StringEquals", "aws:SourceOrgID", "o-a"),
    ] {
        let mut condition = json!({});
        condition[operator][key] = json!(value);
        for caller in [USER, SESSION, HOME_ROOT] {
            let direct = request().caller(caller).identity(full()).abroad().policy(grant_if("*", condition.clone()));
            check(direct.clone(), IMPLICIT);
            check(direct.open(), IMPLICIT);
        }
        check_open(request().caller(SERVICE).policy(grant_if("*", condition)).open(), key);
    }
}

#[test]
fn e165_a_guard_of_services_spares_what_names_no_account() {
    let guard = of(
        "Deny",
        json!({"Principal": "*", "Action": "s3:*", "Condition": {
            "StringNotEqualsIfExists": {"aws:SourceOrgID": "o-a"},
            "Null": {"aws:SourceAccount": "false"},
            "Bool": {"aws:PrincipalIsAWSService": "true"},
        }}),
    );
    let service = || request().caller(SERVICE).policy(grant(json!({"Service": SERVICE}))).rcp(json!([[guard.clone()]]));
    check_all([
        (service(), ALLOWED),
        (service().key("aws:SourceAccount", AWAY), EXPLICIT),
        (service().key("aws:SourceAccount", AWAY).key("aws:SourceOrgID", "o-b"), EXPLICIT),
        (service().key("aws:SourceAccount", AWAY).key("aws:SourceOrgID", "o-a"), ALLOWED),
        (request().identity(full()).rcp(json!([[guard.clone()]])), ALLOWED),
        (request().identity(full()).rcp(json!([[guard.clone()]])).open(), ALLOWED),
    ]);
    check_open(service().key("aws:SourceOrgID", "o-b").open(), "aws:SourceAccount");
}

const MFA: &str = "aws:MultiFactorAuthPresent";

#[test]
fn e166_mfa_of_credentials() {
    let with = |present: Option<&str>, policies: Value| {
        let request = request().identity(policies);
        match present {
            Some(value) => request.key(MFA, value),
            None => request.key(MFA, json!([])),
        }
    };
    let required = allow_if(json!({"Bool": {MFA: "true"}}));
    check_all([
        (with(Some("true"), required.clone()), ALLOWED),
        (with(Some("false"), required.clone()), IMPLICIT),
        (with(None, required.clone()), IMPLICIT),
    ]);
    // Whether a user's credentials hold it is for the request to say.
    check(request().identity(required.clone()), IMPLICIT);
    check_open(request().identity(required.clone()).open(), MFA);
    // Federated users' never do, nor do those of callers of identity providers.
    check(request().caller(FEDERATED).identity(required.clone()).session(full()).open(), IMPLICIT);
    // In the trust policy it is that of the request.
    let trusted = assume(USER).policy(trust_if(aws(USER), "sts:AssumeRole", json!({"Bool": {MFA: "true"}})));
    check(trusted.clone(), IMPLICIT);
    check(trusted.clone().key(MFA, "true"), ALLOWED);
    check_open(trusted.open(), MFA);
    let recent = allow_if(json!({"NumericLessThan": {"aws:MultiFactorAuthAge": "3600"}}));
    check(request().identity(recent.clone()), IMPLICIT);
    check(request().identity(recent.clone()).key("aws:MultiFactorAuthAge", "60"), ALLOWED);
    check(request().identity(recent).key("aws:MultiFactorAuthAge", "7200"), IMPLICIT);
}

#[test]
fn e167_mfa_of_role_sessions_is_never_true() {
    let with = |policies: Value| request().caller(SESSION).identity(policies).open();
    check(with(allow_if(json!({"Bool": {MFA: "true"}}))), IMPLICIT);
    check(with(json!([full(), deny_if(json!({"BoolIfExists": {MFA: "false"}}))])), EXPLICIT);
    check_open(with(allow_if(json!({"BoolIfExists": {MFA: "true"}}))), "mfa-context-undocumented");
    check_open(with(json!([full(), deny_if(json!({"Bool": {MFA: "false"}}))])), "mfa-context-undocumented");
    check_open(with(allow_if(json!({"Null": {MFA: "false"}}))), "mfa-context-undocumented");
    check(with(allow_if(json!({"NumericLessThan": {"aws:MultiFactorAuthAge": "3600"}}))), IMPLICIT);
}

#[test]
fn e168_what_conditions_on_mfa_do() {
    // The statement, and the decisions with the key true, false and absent.
    for (statement, yes, no, absent) in [
        (deny_if(json!({"Bool": {MFA: "false"}})), ALLOWED, EXPLICIT, ALLOWED),
        (deny_if(json!({"BoolIfExists": {MFA: "false"}})), ALLOWED, EXPLICIT, EXPLICIT),
        (deny_if(json!({"Null": {MFA: "true"}})), ALLOWED, ALLOWED, EXPLICIT),
        (allow_if(json!({"Bool": {MFA: "true"}})), ALLOWED, IMPLICIT, IMPLICIT),
        (allow_if(json!({"BoolIfExists": {MFA: "true"}})), ALLOWED, IMPLICIT, ALLOWED),
        (allow_if(json!({"Null": {MFA: "false"}})), ALLOWED, ALLOWED, IMPLICIT),
    ] {
        let denies = statement["Statement"]["Effect"] == "Deny";
        let policies = if denies { json!([full(), statement]) } else { statement };
        let base = request().identity(policies);
        check(base.clone().key(MFA, "true"), yes);
        check(base.clone().key(MFA, "false"), no);
        check(base, absent);
    }
}
