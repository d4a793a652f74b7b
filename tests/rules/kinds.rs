//! The kinds of policies that limit one principal (E93-E97).

use serde_json::{Value, json};

use crate::request::*;

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
