//! Inputs over which a question is not answered yet as its rule says. A case that comes out right fails here: it then moves
//! to the test of its rule.

use serde_json::json;

use crate::input::*;

/// Nobody in an account outside the input has the ARN or the account of one within (section 5, E7): no row is due.
#[test]
fn outsiders_are_told_apart_by_account() {
    for (key, value) in
        [("aws:PrincipalArn", "arn:aws:iam::111111111111:user/ann"), ("aws:PrincipalAccount", "111111111111")]
    {
        let mut everyone = grants(&json!({ "AWS": "*" }));
        everyone[0]["Condition"]["StringEquals"][key] = json!(value);
        let input = Input::new().account(A, &[user(A, "ann", nothing())], &[]).bucket(A, "data", &policy(everyone));
        let rows = direct(&input.load(), "s3:GetObject", "arn:aws:s3:::data/x");
        assert!(rows.iter().any(|(name, _)| name == "*"), "now right: {key}");
    }
}
