//! Keys of multi-factor authentication (E166-E170).

use serde_json::{Value, json};

use crate::request::*;

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

#[test]
fn e170_without_mfa_there_is_no_age() {
    const AGE: &str = "aws:MultiFactorAuthAge";
    let limit = |operator: &str| {
        let mut condition = json!({});
        condition[operator][AGE] = json!("3600");
        condition
    };
    let recent = |operator: &str| request().identity(allow_if(limit(operator)));
    let stale = |operator: &str| request().identity(json!([full(), deny_if(limit(operator))]));
    check_all([
        (recent("NumericLessThan"), IMPLICIT),
        (recent("NumericLessThan").key(AGE, "60"), ALLOWED),
        (recent("NumericLessThan").key(AGE, "3600"), IMPLICIT),
        (recent("NumericLessThanIfExists"), ALLOWED),
        (stale("NumericGreaterThan"), ALLOWED),
        (stale("NumericGreaterThan").key(AGE, "7200"), EXPLICIT),
        (stale("NumericGreaterThanIfExists"), EXPLICIT),
        (stale("NumericGreaterThanIfExists").key(AGE, "60"), ALLOWED),
        (request().identity(json!([full(), deny_if(json!({"Null": {AGE: "true"}}))])), EXPLICIT),
    ]);
    // Sessions of roles and of federated users never have one, whatever else is open.
    for caller in [SESSION, FEDERATED] {
        let base = |policies| request().caller(caller).identity(policies).session(full()).open();
        check(base(allow_if(limit("NumericLessThan"))), IMPLICIT);
        check(base(json!([full(), deny_if(limit("NumericGreaterThan"))])), ALLOWED);
        check(base(json!([full(), deny_if(limit("NumericGreaterThanIfExists"))])), EXPLICIT);
    }
}
