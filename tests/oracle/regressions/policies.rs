//! What policies say, to whom, of what, under which conditions.

use serde_json::{Value, json};

use super::*;

#[test]
fn e4_an_unnamed_user_gets_a_session_token() {
    let token = |caller| request(caller, json!({"ActionNames": ["sts:GetSessionToken"], "ResourceArns": ["*"]}));
    agree(&token(ANA), "allowed");
    agree(&token(""), "allowed");
}

#[test]
fn e11_keys_of_services_are_present() {
    for name in ["aws:PrincipalArn", "aws:userid", "aws:PrincipalType", "aws:PrincipalAccount"] {
        let with = |operator: &str, value: &str| {
            let policy = allow(json!({"Principal": {"Service": SERVICE}, "Condition": {operator: {name: value}}}));
            request(SERVICE, json!({"ResourcePolicy": policy}))
        };
        agree(&with("StringLike", "*"), "allowed");
        agree(&with("StringEqualsIfExists", "x"), "implicitDeny");
        agree(&with("Null", "true"), "implicitDeny");
        agree(&with("StringEquals", "x"), "implicitDeny");
        agree(&with("StringNotEquals", "x"), "allowed");
    }
}

#[test]
fn e20_nothing_is_granted_to_another_partition() {
    let elsewhere = "arn:aws-cn:iam::111111111111:user/ana";
    let with = |action: &str, resource: &str, policy: Value| {
        request(
            elsewhere,
            json!({"ActionNames": [action], "ResourceArns": [resource], "ResourceAccount": "222222222222",
                   "PolicyInputList": [full()], "ResourcePolicy": policy}),
        )
    };
    let key = "arn:aws:kms:eu-west-1:222222222222:key/k1";
    for principal in [json!("*"), json!({"AWS": HOME}), json!({"AWS": elsewhere})] {
        agree(&with("s3:GetObject", OBJECT, allow(json!({"Principal": principal}))), "implicitDeny");
        agree(&with("kms:Decrypt", key, allow(json!({"Principal": principal}))), "implicitDeny");
    }
}

#[test]
fn e20_a_deny_is_one_in_another_partition_too() {
    let policy = json!({"PolicyInputList": [deny(json!({}))]});
    agree(&request("arn:aws-cn:iam::111111111111:user/ana", policy), "explicitDeny");
}

#[test]
fn e26_gateway_endpoints_know_no_other_principal() {
    let with = |principal: Value| {
        let fields = json!({"PolicyInputList": [full()], "VpcEndpointPolicyInputList": [allow(json!({"Principal": principal}))]});
        request(ANA, fields)
    };
    agree(&with(json!("*")), "allowed");
    agree(&with(json!({"AWS": HOME})), "conditional");
    agree(&with(json!({"AWS": ANA})), "conditional");
}

#[test]
fn e28_the_session_that_calls_is_not_the_one_it_asks_for() {
    let mut policy = trust(json!({"AWS": SESSION}), "sts:AssumeRole");
    policy["Statement"]["Condition"] = json!({"StringEquals": {"sts:RoleSessionName": "x"}});
    let fields = json!({"ActionNames": ["sts:AssumeRole"], "ResourceArns": [TARGET], "ResourcePolicy": policy,
                        "ContextEntries": key("sts:RoleSessionName", "x")});
    agree(&request(SESSION, fields.clone()), "allowed");
    // The caller may be the session `ci` and ask for the name `x`.
    let role = "arn:aws:iam::111111111111:role/reader";
    let mut open = request(role, fields.clone());
    agree(&open, "conditional");
    open.as_object_mut().unwrap().remove("ContextEntries");
    open["ContextMode"] = json!("open");
    assert_eq!(library(&open).unwrap()["EvalDecision"], "conditional");
}

#[test]
fn e29_t7_the_user_that_federated() {
    let with = |fields: Value| {
        let mut fields = fields;
        fields["SessionPolicyInputList"] = json!([full()]);
        request(FEDERATED, fields)
    };
    let named = json!({"Principal": {"AWS": ANA}});
    agree(&with(json!({"ResourcePolicy": allow(named.clone())})), "conditional");
    agree(&with(json!({"PolicyInputList": [full()], "ResourcePolicy": deny(named)})), "conditional");
}

#[test]
fn e30_a_unique_id_that_is_given() {
    let with = |caller: &str, id: &str, fields: Value| {
        let mut fields = fields;
        fields["ContextEntries"] = key("aws:userid", id);
        request(caller, fields)
    };
    let granted = |id: &str| json!({"ResourcePolicy": allow(json!({"Principal": {"AWS": id}}))});
    let refused =
        |id: &str| json!({"PolicyInputList": [full()], "ResourcePolicy": deny(json!({"Principal": {"AWS": id}}))});
    agree(&with(SESSION, "AROAEXAMPLE:ci", granted("AROAEXAMPLE")), "allowed");
    agree(&with(SESSION, "AROAEXAMPLE:ci", refused("AROAEXAMPLE")), "explicitDeny");
    agree(&with(SESSION, "AROAEXAMPLE:ci", granted("AROAOTHER")), "implicitDeny");
    agree(&with(ANA, "AIDAEXAMPLE", granted("AIDAEXAMPLE")), "allowed");
    agree(&with(ANA, "AIDAEXAMPLE", refused("AIDAEXAMPLE")), "explicitDeny");
    agree(&with(ANA, "AIDAEXAMPLE", granted("AIDAOTHER")), "implicitDeny");
}

#[test]
fn e35_providers_of_other_accounts() {
    let role = TARGET.replace(HOME, "222222222222");
    let with = |action: &str| {
        let policy = trust(json!({"Federated": OIDC}), action);
        let fields = json!({"ActionNames": [action], "ResourceArns": [role], "ResourceAccount": "222222222222",
                            "ResourcePolicy": policy});
        request(OIDC, fields)
    };
    agree(&with("sts:AssumeRoleWithWebIdentity"), "implicitDeny");
    for action in ["sts:TagSession", "sts:SetSourceIdentity"] {
        agree(&with(action), "implicitDeny");
    }
}

#[test]
fn e40_one_identifier_listed_twice() {
    let with = |caller: &str, listed: Value| {
        let policy =
            document(json!({"Effect": "Deny", "NotPrincipal": {"AWS": listed}, "Action": "*", "Resource": "*"}));
        request(caller, json!({"PolicyInputList": [full()], "ResourcePolicy": policy}))
    };
    agree(&with(ANA, json!([HOME])), "explicitDeny");
    agree(&with(ANA, json!([HOME, ANA])), "allowed");
    agree(&with(ANA, json!([HOME, ROOT])), "explicitDeny");
    agree(&with(ANA, json!([HOME, HOME])), "explicitDeny");
    let role = "arn:aws:iam::111111111111:role/reader";
    agree(&with(SESSION, json!([HOME, role])), "explicitDeny");
    agree(&with(SESSION, json!([HOME, ROOT, role])), "explicitDeny");
}

#[test]
fn e40_a_session_whose_name_is_not_known() {
    let role = "arn:aws:iam::111111111111:role/reader";
    let other = "arn:aws:sts::111111111111:assumed-role/reader/cd";
    let with = |listed: Value| {
        let deny = json!({"Effect": "Deny", "NotPrincipal": {"AWS": listed}, "Action": "*", "Resource": "*"});
        request(role, json!({"PolicyInputList": [full()], "ResourcePolicy": document(deny)}))
    };
    agree(&with(json!(["*"])), "allowed");
    agree(&with(json!([HOME, role, SESSION])), "conditional");
    agree(&with(json!([HOME, role])), "explicitDeny");
    // Either of two sessions is spared.
    agree(&with(json!([HOME, role, SESSION, other])), "conditional");
    // Whoever it is, `*` lists it.
    agree(&with(json!(["*", role, SESSION])), "allowed");
}

#[test]
fn e40_identifiers_of_a_federated_user() {
    let policy =
        document(json!({"Effect": "Deny", "NotPrincipal": {"AWS": [HOME, FEDERATED]}, "Action": "*", "Resource": "*"}));
    let fields = json!({"PolicyInputList": [full()], "SessionPolicyInputList": [full()], "ResourcePolicy": policy});
    agree(&request(FEDERATED, fields), "explicitDeny");
}

#[test]
fn e40_a_user_whose_arn_is_not_known() {
    let policy = document(json!({"Effect": "Deny", "NotPrincipal": {"AWS": HOME}, "Action": "*", "Resource": "*"}));
    let fields = json!({"PolicyInputList": [full()], "ResourcePolicy": policy});
    agree(&request(ANA, fields.clone()), "explicitDeny");
    agree(&request("", fields), "explicitDeny");
}

#[test]
fn e49_two_conditions_with_one_unknown_operator() {
    let with = |name: &str, value: &str| {
        let on = |name: &str, value: &str| json!({"Condition": {"StringMatches": {name: value}}});
        let allowed = statement("Allow", on("aws:username", "ana"));
        let denied = statement("Deny", on(name, value));
        request(ANA, json!({"PolicyInputList": [document(json!([allowed, denied]))]}))
    };
    // What may hold of one key may not hold of another.
    agree(&with("aws:SourceVpc", "x"), "conditional");
    agree(&with("aws:username", "bob"), "conditional");
    agree(&with("aws:username", "ana"), "explicitDeny");
}

#[test]
fn e49_an_unknown_statement_that_names_somebody_else() {
    let with = |principal: &str| {
        let policy = allow(json!({"Principal": {"AWS": principal}, "Colour": "blue"}));
        request(ANA, json!({"ResourcePolicy": policy}))
    };
    agree(&with(ANA), "conditional");
    agree(&with(HOME), "implicitDeny");
    agree(&with("arn:aws:iam::111111111111:user/bob"), "implicitDeny");
}

#[test]
fn e71_an_empty_text_as_a_variable() {
    let with = |pattern: &str| {
        let policy = allow(json!({"Resource": pattern}));
        request(ANA, json!({"PolicyInputList": [policy], "ContextEntries": key("aws:PrincipalTag/team", "")}))
    };
    agree(&with("arn:aws:s3:::data/ana${aws:PrincipalTag/team}/*"), "conditional");
    // Whichever way it is read, the pattern matches, or does not.
    agree(&with("arn:aws:s3:::data/${aws:PrincipalTag/team, 'ana'}*"), "allowed");
    agree(&with("arn:aws:s3:::data/${aws:PrincipalTag/team}"), "implicitDeny");
}

#[test]
fn e89_a_lone_star_and_what_is_no_arn() {
    let policy = allow(json!({"Condition": {"ArnLike": {"aws:SourceArn": "*"}}}));
    let with =
        |value: &str| request(ANA, json!({"PolicyInputList": [policy], "ContextEntries": key("aws:SourceArn", value)}));
    agree(&with(OBJECT), "allowed");
    agree(&with("nonsense"), "implicitDeny");
}

#[test]
fn e92_an_empty_text_of_a_single_valued_key() {
    let with = |name: &str| {
        let policy = allow(json!({"Condition": {"ForAllValues:StringEquals": {name: "x"}}}));
        request(ANA, json!({"PolicyInputList": [policy], "ContextEntries": key(name, "")}))
    };
    agree(&with("aws:TagKeys"), "allowed");
    agree(&with("aws:SourceVpc"), "implicitDeny");
}

#[test]
fn e96_a_user_has_no_session_policies() {
    let with = |policy: Value| request(ANA, json!({"PolicyInputList": [full()], "SessionPolicyInputList": [policy]}));
    agree(&with(allow(json!({"Action": "ec2:*"}))), "allowed");
    agree(&with(deny(json!({}))), "allowed");
}

#[test]
fn e143_rcps_limit_callers_of_providers() {
    let action = "sts:AssumeRoleWithWebIdentity";
    let fields = json!({
        "ActionNames": [action], "ResourceArns": [TARGET], "ResourcePolicy": trust(json!({"Federated": OIDC}), action),
        "ResourceControlPolicyInputList": [[deny(json!({"Principal": "*"}))]],
    });
    agree(&request(OIDC, fields.clone()), "explicitDeny");
    // Whatever else is left open: an RCP's `*` is whoever calls.
    let mut open = request(OIDC, fields);
    open["ContextMode"] = json!("open");
    assert_eq!(library(&open).unwrap()["EvalDecision"], "explicitDeny");
}

#[test]
fn e144_the_provider_of_the_caller() {
    let action = "sts:AssumeRoleWithWebIdentity";
    let mut policy = trust(json!({"Federated": OIDC}), action);
    policy["Statement"]["Condition"] = json!({"StringEquals": {"aws:FederatedProvider": OIDC}});
    let fields = json!({"ActionNames": [action], "ResourceArns": [TARGET], "ResourcePolicy": policy});
    agree(&request(OIDC, fields), "allowed");
}

#[test]
fn e189_the_grant_decides_who_retires_it() {
    let with = |policies: Value| {
        let mut fields = policies;
        fields["ActionNames"] = json!(["kms:RetireGrant"]);
        fields["ResourceArns"] = json!([KEY]);
        request(ANA, fields)
    };
    let all = json!({"Principal": {"AWS": ANA}});
    agree(&with(json!({"ResourcePolicy": allow(all.clone())})), "implicitDeny");
    agree(&with(json!({"ResourcePolicy": deny(all)})), "implicitDeny");
    agree(&with(json!({"PolicyInputList": [deny(json!({}))]})), "explicitDeny");
}

#[test]
fn t11_root_tags_a_session() {
    for action in ["sts:TagSession", "sts:SetSourceIdentity"] {
        let with = |principal: Value| {
            let policy = trust(principal, action);
            request(ROOT, json!({"ActionNames": [action], "ResourceArns": [TARGET], "ResourcePolicy": policy}))
        };
        agree(&with(json!({"AWS": "*"})), "allowed");
        agree(&with(json!({"AWS": HOME})), "allowed");
    }
}

#[test]
fn e29_one_of_two_users_may_have_federated() {
    let bob = "arn:aws:iam::111111111111:user/bob";
    let with = |denied: &str| {
        let statements = json!([
            statement("Allow", json!({"Principal": {"AWS": bob}})),
            statement("Deny", json!({"Principal": {"AWS": denied}}))
        ]);
        let fields = json!({"SessionPolicyInputList": [full()], "ResourcePolicy": document(statements)});
        request(FEDERATED, fields)
    };
    agree(&with(ANA), "conditional");
    agree(&with(bob), "explicitDeny");
    // Nobody is both.
    let endpoint = allow(json!({"Principal": {"AWS": ANA}}));
    let fields = json!({"ActionNames": ["lambda:InvokeFunction"], "VpcEndpointPolicyInputList": [endpoint],
                        "ResourceArns": ["arn:aws:lambda:eu-west-1:111111111111:function:ana"],
                        "SessionPolicyInputList": [full()],
                        "ResourcePolicy": allow(json!({"Principal": {"AWS": bob}}))});
    agree(&request(FEDERATED, fields), "implicitDeny");
}
