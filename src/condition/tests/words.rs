//! Residuals in words and in JSON.

use super::*;

#[test]
fn e174_residuals_in_words() {
    for (operator, key, values, expected) in [
        ("IpAddress", "AWS:sourceip", &["203.0.113.9/24"][..], "aws:SourceIp in 203.0.113.0/24"),
        ("NotIpAddress", "aws:SourceIp", &["10.0.0.1/32"], "aws:SourceIp not in 10.0.0.1"),
        ("Bool", "aws:MultiFactorAuthPresent", &["True"], "aws:MultiFactorAuthPresent is true"),
        ("StringEquals", "aws:SourceVpce", &["vpce-2", "vpce-1"], "aws:SourceVpce is vpce-1 or vpce-2"),
        ("StringNotEquals", "aws:SourceVpce", &["vpce-1"], "aws:SourceVpce is not vpce-1"),
        ("StringNotEqualsIfExists", "aws:SourceVpce", &["vpce-1"], "aws:SourceVpce is not vpce-1"),
        ("StringNotEquals", "aws:SourceVpce", &["b", "a"], "aws:SourceVpce is neither a nor b"),
        ("Null", "aws:username", &["true"], "aws:username is absent"),
        ("Null", "aws:principaltag/team", &["false"], "aws:PrincipalTag/team is present"),
        ("StringLike", "aws:PrincipalTag/team", &["*"], "aws:PrincipalTag/team is present"),
        ("StringLike", "s3:prefix", &["home/*"], "s3:prefix like home/*"),
        ("StringLike", "s3:prefix", &["home/${aws:UserName}/*"], "s3:prefix like home/${aws:username}/*"),
        ("StringNotLike", "s3:prefix", &["home/*"], "s3:prefix not like home/*"),
        ("DateLessThan", "aws:CurrentTime", &["2026-01-01"], "aws:CurrentTime before 2026-01-01T00:00:00Z"),
        ("NumericLessThan", "aws:MultiFactorAuthAge", &["3600.0"], "aws:MultiFactorAuthAge below 3600"),
        ("ArnEquals", "aws:PrincipalArn", &["arn:aws:iam::1:role/a"], "aws:PrincipalArn is arn:aws:iam::1:role/a"),
        ("ForAnyValue:StringEquals", "aws:TagKeys", &["a"], "some value of aws:TagKeys is a"),
        ("ForAllValues:StringNotEquals", "aws:TagKeys", &["a"], "no value of aws:TagKeys is a"),
        ("ForAllValues:StringEquals", "aws:TagKeys", &["a"], "every value of aws:TagKeys is a"),
        ("ForAnyValue:StringNotEquals", "aws:TagKeys", &["a"], "some value of aws:TagKeys is not a"),
        ("ForAllValues:StringEquals", "aws:TagKeys", &[], "aws:TagKeys has no value"),
        ("StringEquals", "made:Up", &["a b"], "made:up is \"a b\""),
    ] {
        let residual = evaluate(&condition(operator, key, values), &Context::open());
        assert_eq!(residual.to_string(), expected, "{operator}");
    }
    let either = evaluate(&condition("BoolIfExists", "aws:SecureTransport", &["true"]), &Context::open());
    assert_eq!(either.to_string(), "aws:SecureTransport is true or aws:SecureTransport is absent");
}

#[test]
fn e174_residuals_in_json() {
    let open = |operator, key, values: &[&str]| evaluate(&condition(operator, key, values), &Context::open());
    let residual = open("StringNotEquals", "aws:sourcevpce", &["v"]).and(Residual::missing("m"));
    let test = serde_json::json!({"operator": "StringEquals", "key": "aws:SourceVpce", "values": ["v"]});
    assert_eq!(residual.to_json(), serde_json::json!({"all": [{"missing_input": "m"}, {"not": test}]}));
    assert_eq!(Residual::True.to_json(), serde_json::json!(true));
    let either = Residual::undocumented("u").or(Atom::OtherSide("o".into()).into());
    assert_eq!(either.to_json(), serde_json::json!({"any": [{"other_side": "o"}, {"undocumented": "u"}]}));
}
