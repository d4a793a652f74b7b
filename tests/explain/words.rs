//! What is said of one statement, on small inputs: which is nearest, which of its elements fails and how, and of a
//! condition who controls it.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use iamreach::action::ActionName;
use iamreach::evaluate::{EvaluateOptions, Evaluator, Outcome};
use iamreach::export::{ExplanationOptions, explanations_to_json, explanations_to_text};
use iamreach::load::{LoadOptions, load};
use iamreach::query::{Engine, Explanation, Hinge, select_caller};
use serde_json::{Value, json};

const HOME: &str = "111111111111";

/// A folder of an input, removed in the end.
struct Input(PathBuf);

impl Drop for Input {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

impl Input {
    /// User `ana` of one account and bucket `data` of another, with these statements.
    fn new(identity: Value, bucket: Value) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("iamreach-explain-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let document = |statements: Value| json!({ "Version": "2012-10-17", "Statement": statements });
        let policies = match identity {
            Value::Null => json!([]),
            statements => json!([{ "PolicyName": "own", "PolicyDocument": document(statements) }]),
        };
        let user = json!({
            "UserName": "ana", "UserId": "AIDAANA", "Arn": format!("arn:aws:iam::{HOME}:user/ana"),
            "UserPolicyList": policies, "Tags": [{ "Key": "team", "Value": "blue" }],
        });
        let role = json!({
            "RoleName": "job", "RoleId": "AROAJOB", "Arn": format!("arn:aws:iam::{HOME}:role/job"),
            "RolePolicyList": user["UserPolicyList"],
            "AssumeRolePolicyDocument": document(json!([{
                "Effect": "Allow", "Principal": { "Service": "ec2.amazonaws.com" }, "Action": "sts:AssumeRole",
            }])),
        });
        let details =
            json!({ "UserDetailList": [user], "GroupDetailList": [], "RoleDetailList": [role], "Policies": [] });
        std::fs::write(folder.join("details.json"), details.to_string()).unwrap();
        let resources = json!([{
            "Arn": "arn:aws:s3:::data", "Account": "222222222222",
            "Policy": if bucket.is_null() { Value::Null } else { document(bucket) },
        }]);
        std::fs::write(folder.join("resource-policies.json"), resources.to_string()).unwrap();
        Self(folder)
    }

    /// The explanation of `ana` reading an object.
    fn explain(&self) -> Explanation {
        self.told("ana", "s3:GetObject", "arn:aws:s3:::data/2026/a.csv").explanation
    }

    /// The first explanation of a principal's request, in every form.
    fn told(&self, who: &str, action: &str, resource: &str) -> Told {
        let loaded = load(std::slice::from_ref(&self.0), &LoadOptions::default());
        let engine = Engine::new(Evaluator::new(&loaded.environment, EvaluateOptions::default()));
        let caller = select_caller(&loaded.environment, who).unwrap();
        let mut explanations = engine.explain(&caller, &ActionName::parse(action).unwrap(), resource);
        explanations.truncate(1);
        let options = ExplanationOptions { width: 500, ..ExplanationOptions::default() };
        Told {
            text: explanations_to_text(&explanations, &loaded.environment, options),
            json: explanations_to_json(&explanations, &loaded.environment),
            explanation: explanations.swap_remove(0),
        }
    }
}

struct Told {
    explanation: Explanation,
    text: String,
    json: Value,
}

fn allow(fields: Value) -> Value {
    let mut statement = json!({ "Effect": "Allow" });
    statement.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    if statement.get("NotAction").is_none() && statement.get("Action").is_none() {
        statement["Action"] = json!("s3:GetObject");
    }
    if statement.get("NotResource").is_none() && statement.get("Resource").is_none() {
        statement["Resource"] = json!("*");
    }
    statement
}

/// What is said of the nearest statement: its number, the element that fails and how.
fn nearest(explanation: &Explanation, layer: &str) -> (u32, &'static str, String) {
    let layer = explanation.layers.iter().find(|of| of.name.starts_with(layer)).unwrap();
    let near = layer.nearest.as_ref().unwrap_or_else(|| panic!("nothing is near: {:?}", layer.why));
    let failed = near.failed.as_ref().unwrap();
    (near.statement.index, failed.element, failed.why.clone())
}

#[test]
fn the_element_that_fails_is_told_in_words() {
    let condition = |condition: Value| allow(json!({ "Condition": condition }));
    for (statement, element, why) in [
        (allow(json!({ "Action": "s3:Put*" })), "Action", "its Action is `s3:Put*`, the request is `s3:GetObject`"),
        (
            allow(json!({ "Action": ["s3:Put*", "s3:List*"] })),
            "Action",
            "its Action is `s3:Put*` or `s3:List*`, the request is `s3:GetObject`",
        ),
        (
            allow(json!({ "Action": ["s3:Put*", "s3:List*", "s3:GetBucket*", "ec2:*"] })),
            "Action",
            "none of its 4 Actions matches the request's `s3:GetObject`; the closest is `s3:GetBucket*`",
        ),
        (
            allow(json!({ "NotAction": ["iam:*", "s3:*"] })),
            "NotAction",
            "its NotAction lists `s3:*`, which takes `s3:GetObject` out",
        ),
        (
            allow(json!({ "Resource": "arn:aws:s3:::data/2025/*" })),
            "Resource",
            "its Resource `arn:aws:s3:::data/2025/*` does not match `arn:aws:s3:::data/2026/a.csv`",
        ),
        (
            allow(json!({ "NotResource": "arn:aws:s3:::data/*" })),
            "NotResource",
            "its NotResource lists `arn:aws:s3:::data/*`, which takes `arn:aws:s3:::data/2026/a.csv` out",
        ),
        (
            allow(json!({ "Resource": "arn:aws:s3:::data/${aws:PrincipalTag/Team}/*" })),
            "Resource",
            "its Resource `arn:aws:s3:::data/${aws:PrincipalTag/Team}/*` does not match `arn:aws:s3:::data/2026/a.csv`, \
             for aws:PrincipalTag/Team is `blue`",
        ),
        (
            condition(json!({ "StringEquals": { "aws:PrincipalTag/team": "red" } })),
            "Condition",
            "its Condition `StringEquals aws:PrincipalTag/team red` fails: the key is `blue`",
        ),
        (
            condition(json!({ "Bool": { "aws:MultiFactorAuthPresent": "true" } })),
            "Condition",
            "its Condition `Bool aws:MultiFactorAuthPresent true` fails: the key is absent",
        ),
        (
            condition(json!({ "StringEquals": { "aws:username": "${aws:PrincipalTag/none}" } })),
            "Condition",
            "its Condition `StringEquals aws:username ${aws:PrincipalTag/none}` fails: the key is `ana`, \
             aws:PrincipalTag/none is absent",
        ),
        (
            allow(json!({ "Action": "s3:PutObject", "Resource": "arn:aws:s3:::other" })),
            "Action",
            "its Action is `s3:PutObject`, the request is `s3:GetObject`; its Resource would not match either",
        ),
    ] {
        let input = Input::new(json!([statement]), json!([]));
        let explanation = input.explain();
        assert_eq!(nearest(&explanation, "identity"), (0, element, why.to_owned()), "{statement}");
    }
}

#[test]
fn the_principal_that_fails_is_told_in_words() {
    let caller = "the caller is `arn:aws:iam::111111111111:user/ana`";
    for (principal, why) in [
        (json!({ "AWS": "333333333333" }), format!("its Principal names `333333333333`, {caller}")),
        (
            json!({ "AWS": "arn:aws:iam::111111111111:group/readers" }),
            format!(
                "its Principal names `arn:aws:iam::111111111111:group/readers`, {caller}; a group is never a principal"
            ),
        ),
        (
            json!({ "AWS": ["333333333333", "arn:aws:iam::111111111111:user/bob"], "Service": ["a.b", "c.d"] }),
            "none of its 4 Principals is the caller `arn:aws:iam::111111111111:user/ana`; the closest is \
             `arn:aws:iam::111111111111:user/bob`"
                .to_owned(),
        ),
    ] {
        let input = Input::new(json!([allow(json!({}))]), json!([allow(json!({ "Principal": principal }))]));
        assert_eq!(nearest(&input.explain(), "resource policy"), (0, "Principal", why), "{principal}");
    }
}

/// Which of several statements is the nearest; `None` where none has to do with the request.
fn check_nearest(statements: Value, expected: Option<u32>) {
    let input = Input::new(statements.clone(), json!([]));
    let explanation = input.explain();
    let layer = explanation.layers.iter().find(|layer| layer.name == "identity policies").unwrap();
    let index = layer.nearest.as_ref().map(|near| near.statement.index);
    assert_eq!(index, expected, "{statements}");
    assert_eq!(layer.why.is_some(), expected.is_none(), "{statements}");
}

#[test]
fn the_nearest_statement_passes_the_most_and_is_most_alike() {
    let action = |action: Value| allow(json!({ "Action": action }));
    let resource = |resource: &str| allow(json!({ "Resource": resource }));
    let mfa = json!({ "Bool": { "aws:MultiFactorAuthPresent": "true" } });
    // Fails at one element before fails at two; the action's statement before the resource's; then likeness.
    let far = allow(json!({ "Action": "s3:PutObject", "Resource": "arn:aws:s3:::other/*" }));
    check_nearest(json!([far, action(json!("s3:PutObject"))]), Some(1));
    check_nearest(json!([action(json!("s3:PutObject")), resource("arn:aws:s3:::other/*")]), Some(1));
    check_nearest(json!([resource("arn:aws:s3:::other/*"), resource("arn:aws:s3:::data/2025/*")]), Some(1));
    check_nearest(json!([action(json!("s3:PutBucketPolicy")), action(json!("s3:GetObjectAcl"))]), Some(1));
    let with_mfa = allow(json!({ "Condition": mfa }));
    check_nearest(json!([far, with_mfa]), Some(1));
    check_nearest(json!([allow(json!({ "Resource": "x", "Condition": mfa })), with_mfa]), Some(1));
    // Of equals the first.
    check_nearest(json!([action(json!("s3:PutObject")), action(json!("s3:PutObject"))]), Some(0));
    // A Deny comes near to nothing, and what speaks of other services neither, unless its action is much alike.
    check_nearest(json!([{ "Effect": "Deny", "Action": "s3:PutObject", "Resource": "*" }]), None);
    check_nearest(json!([action(json!(["ec2:*", "iam:*"]))]), None);
    check_nearest(json!([action(json!("s4:GetObject"))]), Some(0));
    check_nearest(Value::Null, None);
}

#[test]
fn conditions_that_exclude_each_other_leave_no_element_that_fails() {
    let vpce = |operator: &str| json!({ operator: { "aws:SourceVpce": "vpce-1" } });
    let both = json!({ "StringEquals": vpce("x")["x"], "StringNotEquals": vpce("x")["x"] });
    let explanation = Input::new(json!([allow(json!({ "Condition": both }))]), json!([])).explain();
    let layer = explanation.layers.iter().find(|layer| layer.name == "identity policies").unwrap();
    assert_eq!(layer.nearest.as_ref().unwrap().failed, None);
    assert_eq!(explanation.outcome, Outcome::ImplicitlyDenied);
}

// ---------------------------------------------------------------- conditions

#[test]
fn e172_who_controls_each_key_of_a_condition() {
    let condition = json!({
        "StringEquals": { "aws:SourceVpce": "vpce-1", "aws:ResourceTag/team": "blue", "s3:prefix": "a" },
        "DateLessThan": { "aws:CurrentTime": "2030-01-01T00:00:00Z" },
    });
    let readers = allow(json!({ "Principal": { "AWS": HOME }, "Condition": condition }));
    let explanation = Input::new(json!([allow(json!({}))]), json!([readers])).explain();
    assert_eq!(explanation.outcome, Outcome::AllowedIf);
    let mut told: Vec<(String, &str)> = explanation
        .hinges
        .iter()
        .map(|hinge| match hinge {
            Hinge::Key { key, controller } => (key.clone(), controller.name()),
            other => panic!("{other:?}"),
        })
        .collect();
    told.sort();
    let expected = [
        ("aws:CurrentTime".to_owned(), "time"),
        ("aws:ResourceTag/team".to_owned(), "resource"),
        ("aws:SourceVpce".to_owned(), "network"),
        ("s3:prefix".to_owned(), "caller"),
    ];
    assert_eq!(told, expected);
}

#[test]
fn a_point_that_aws_leaves_open_is_told_with_its_meaning() {
    // E167: whether the key is absent or `false` in a session of a role.
    let condition = json!({ "BoolIfExists": { "aws:MultiFactorAuthPresent": "true" } });
    let reader = allow(json!({ "Principal": { "AWS": HOME } }));
    let input = Input::new(json!([allow(json!({ "Condition": condition }))]), json!([reader]));
    let told = input.told("job", "s3:GetObject", "arn:aws:s3:::data/2026/a.csv");
    let open = &told.json["explanations"][0]["undocumented"][0];
    assert_eq!(told.explanation.outcome, Outcome::AllowedIf);
    assert_eq!((&open["code"], &open["rule"]), (&json!("mfa-context-undocumented"), &json!("E167")));
    let meaning = "AWS's documents leave open whether `aws:MultiFactorAuthPresent` is absent or `false`";
    assert!(told.text.contains(meaning), "{}", told.text);
    let test =
        "`BoolIfExists aws:MultiFactorAuthPresent true` is undecided: aws:MultiFactorAuthPresent is absent or `false`";
    assert!(told.text.contains(test), "{}", told.text);
}

#[test]
fn missing_input_is_named_above_and_where_it_is_missing() {
    let input = Input::new(json!([allow(json!({}))]), json!([allow(json!({ "Principal": "*", "Grantor": "x" }))]));
    let told = input.told("ana", "s3:GetObject", "arn:aws:s3:::data/2026/a.csv");
    assert_eq!(told.explanation.outcome, Outcome::Unknown);
    assert_eq!(told.text.matches("the element `Grantor`").count(), 2, "the line and the layer: {}", told.text);
}

#[test]
fn e116_a_deny_that_does_not_bind_the_owner_s_root_user() {
    let deny = json!({ "Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*" });
    let input = Input::new(Value::Null, json!([deny]));
    let told = |action: &str| input.told("222222222222:root", action, "arn:aws:s3:::data");
    let of_policy = told("s3:GetBucketPolicy");
    assert_eq!(of_policy.explanation.outcome, Outcome::Allowed);
    let words = "the root user of the account that owns a bucket gets at its policy even against a Deny";
    assert!(of_policy.text.contains(words) && of_policy.text.contains("Deny by statement 0"), "{}", of_policy.text);
    assert_eq!(told("s3:GetBucketTagging").explanation.outcome, Outcome::ExplicitlyDenied);
}

#[test]
fn e120_a_policy_that_names_the_account_gives_nothing_by_itself() {
    let names = json!([allow(json!({ "Principal": { "AWS": "222222222222" } }))]);
    let root = Input::new(Value::Null, names).told("222222222222:root", "s3:GetObject", "arn:aws:s3:::data/2026/a.csv");
    let layer = root.explanation.layers.iter().find(|layer| layer.name.starts_with("resource policy")).unwrap();
    assert_eq!((layer.effect.as_str(), layer.listed_by_aws, layer.applied.len()), ("NO_IMPACT", false, 1));
    assert!(layer.why.as_deref().unwrap().starts_with("it names the account as a whole"));
}
