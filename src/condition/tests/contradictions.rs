//! What tests are seen to say about each other: one table a kind, as `implication.rs` lists them.

use super::*;

/// What two conditions come to together, in words; the other way round it is the same, and so it is for the opposites
/// under *or*.
fn check_together(cases: &[(&str, &str, &str)]) {
    for (left, right, expected) in cases {
        let (one, other) = (open(left), open(right));
        let together = one.clone().and(other.clone());
        assert_eq!(together.to_string(), *expected, "{left} and {right}");
        assert_eq!(other.clone().and(one.clone()), together, "{right} and {left}");
        assert_eq!(one.not().or(other.not()), together.not(), "the opposite of {left} and {right}");
    }
}

#[test]
fn e174_complements_meet() {
    for (left, right) in [
        ("StringEquals k a|b", "StringNotEquals k b|a"),
        ("StringLike k a*|b", "StringNotLike k b|a*"),
        ("StringEqualsIgnoreCase k A", "StringNotEqualsIgnoreCase k a"),
        ("NumericEquals k 1.0", "NumericNotEquals k 1"),
        ("DateEquals k 2026-01-01", "DateNotEquals k 1767225600"),
        ("IpAddress k 10.1.2.3/8", "NotIpAddress k 10.0.0.0/8"),
        ("ArnEquals k arn:aws:s3:::b", "ArnNotLike k arn:aws:s3:::b"),
        ("ForAnyValue:StringEquals k a", "ForAllValues:StringNotEqualsIfExists k a"),
        ("Null k true", "Null k false"),
    ] {
        assert_eq!(open(left).not(), open(right), "{left} {right}");
    }
    assert_eq!(open("ArnEquals k arn:aws:s3:::b"), open("ArnLike k arn:aws:s3:::b"));
    assert_eq!(open("StringLike k a"), open("StringEquals k a"));
    assert_eq!(open("StringLike k ${*}"), open("StringEquals k *"));
}

#[test]
fn e174_values_that_others_cover_go() {
    for (with, without) in [
        ("IpAddress k 10.0.0.0/8|10.1.0.0/16|11.0.0.1", "IpAddress k 10.0.0.0/8|11.0.0.1"),
        ("NotIpAddress k ::/0|2001:db8::1", "NotIpAddress k ::/0"),
        ("StringLike k a*|ab*|b", "StringLike k a*|b"),
        ("ArnLike k arn:aws:iam::*:role/*|arn:aws:iam::1:role/a", "ArnLike k arn:aws:iam::*:role/*"),
        ("NumericLessThan k 5|7", "NumericLessThan k 7"),
        ("DateGreaterThan k 2026-01-01|2027-01-01", "DateGreaterThan k 2026-01-01"),
        ("ForAllValues:StringLike k a*|ab", "ForAllValues:StringLike k a*"),
    ] {
        assert_eq!(open(with), open(without), "{with}");
    }
    // Two halves cover the whole, but a value may be a range that lies in neither.
    assert_ne!(open("IpAddress k 10.0.0.0/9|10.128.0.0/9"), open("IpAddress k 10.0.0.0/8"));
}

#[test]
fn e174_equality() {
    check_together(&[
        ("StringEquals aws:username a", "StringEquals aws:username b", "never"),
        ("StringEquals aws:username a|b", "StringEquals aws:username b|c", "aws:username is b"),
        ("StringEquals aws:username a|b", "StringNotEquals aws:username b", "aws:username is a"),
        ("StringEquals aws:username a", "StringNotEquals aws:username a|b", "never"),
        ("StringEquals aws:username a", "StringNotEquals aws:username b", "aws:username is a"),
        ("StringNotEquals aws:username a", "StringNotEquals aws:username b", "aws:username is neither a nor b"),
        ("StringEqualsIgnoreCase aws:username A", "StringEquals aws:username a|b", "aws:username is a"),
        ("StringEqualsIgnoreCase aws:username a", "StringEquals aws:username b", "never"),
        ("StringNotEqualsIgnoreCase aws:username A", "StringEquals aws:username a|b", "aws:username is b"),
        ("StringEqualsIgnoreCase aws:username A", "StringEqualsIgnoreCase aws:username b", "never"),
        ("Bool aws:SecureTransport true", "Bool aws:SecureTransport false", "never"),
        ("Bool aws:SecureTransport true", "StringEquals aws:SecureTransport TRUE", "aws:SecureTransport is TRUE"),
        ("NumericEquals aws:MultiFactorAuthAge 1", "NumericEquals aws:MultiFactorAuthAge 2", "never"),
        ("NumericEquals aws:MultiFactorAuthAge 1", "StringEquals aws:MultiFactorAuthAge 2", "never"),
        ("BinaryEquals aws:username YQ==", "BinaryEquals aws:username Yg==", "never"),
    ]);
}

#[test]
fn e174_patterns() {
    check_together(&[
        ("StringLike aws:username a*", "StringLike aws:username b*", "never"),
        ("StringLike aws:username a*", "StringLike aws:username ab*", "aws:username like ab*"),
        ("StringLike aws:username a*|b*", "StringLike aws:username ab*|c*", "aws:username like ab*"),
        ("StringLike aws:username ab*", "StringNotLike aws:username a*", "never"),
        ("StringLike aws:username a*|b*", "StringNotLike aws:username a*", "aws:username like b*"),
        ("StringEquals aws:username ab|b", "StringLike aws:username a*", "aws:username is ab"),
        ("StringEquals aws:username ab|b", "StringNotLike aws:username a*", "aws:username is b"),
        ("StringNotLike aws:username a*", "StringNotLike aws:username b*", "aws:username like neither a* nor b*"),
        (
            "ArnLike aws:PrincipalArn arn:aws:iam::*:role/a",
            "ArnLike aws:PrincipalArn arn:aws:iam::1:role/*",
            "aws:PrincipalArn like arn:aws:iam::*:role/a and aws:PrincipalArn like arn:aws:iam::1:role/*",
        ),
        ("ArnLike aws:PrincipalArn arn:aws:iam::*:role/*", "ArnLike aws:PrincipalArn arn:aws:iam::*:user/*", "never"),
        (
            "ArnLike aws:PrincipalArn arn:aws:iam::*:role/*",
            "ArnLike aws:PrincipalArn arn:aws:iam::1:role/a",
            "aws:PrincipalArn is arn:aws:iam::1:role/a",
        ),
        (
            "ArnLike aws:PrincipalArn arn:aws:iam::*:role/*",
            "StringEquals aws:PrincipalArn arn:aws:iam::1:role/a|arn:aws:iam::1:user/a",
            "aws:PrincipalArn is arn:aws:iam::1:role/a",
        ),
        // A wildcard of an ARN pattern stays in its field, one of text does not.
        (
            "ArnLike aws:PrincipalArn arn:aws:iam::*:role/*",
            "StringLike aws:PrincipalArn arn:aws:iam:*:role/*",
            "aws:PrincipalArn like arn:aws:iam::*:role/*",
        ),
        ("ArnLike aws:PrincipalArn arn:aws:iam:*:1:a", "StringEquals aws:PrincipalArn arn:aws:iam:x:y:1:a", "never"),
        ("StringEqualsIgnoreCase aws:username AB", "StringLike aws:username b*", "never"),
    ]);
}

#[test]
fn e174_address_ranges() {
    check_together(&[
        ("IpAddress aws:SourceIp 10.0.0.0/8", "IpAddress aws:SourceIp 10.1.0.0/16", "aws:SourceIp in 10.1.0.0/16"),
        ("IpAddress aws:SourceIp 10.0.0.0/8", "IpAddress aws:SourceIp 11.0.0.0/8", "never"),
        ("IpAddress aws:SourceIp 10.0.0.0/8", "IpAddress aws:SourceIp 2001:db8::/32", "never"),
        ("IpAddress aws:SourceIp 10.1.0.0/16", "NotIpAddress aws:SourceIp 10.0.0.0/8", "never"),
        ("IpAddress aws:SourceIp 10.0.0.0/8", "NotIpAddress aws:SourceIp 11.0.0.0/8", "aws:SourceIp in 10.0.0.0/8"),
        (
            "IpAddress aws:SourceIp 10.0.0.0/8",
            "NotIpAddress aws:SourceIp 10.1.0.0/16",
            "aws:SourceIp in 10.0.0.0/8 and aws:SourceIp not in 10.1.0.0/16",
        ),
        (
            "NotIpAddress aws:SourceIp 10.0.0.0/8",
            "NotIpAddress aws:SourceIp 10.1.0.0/16",
            "aws:SourceIp not in 10.0.0.0/8",
        ),
        ("IpAddress aws:SourceIp 10.0.0.0/8", "StringEquals aws:SourceIp 10.1.2.3|x", "aws:SourceIp is 10.1.2.3"),
    ]);
}

#[test]
fn e174_limits() {
    check_together(&[
        ("NumericLessThan aws:MultiFactorAuthAge 5", "NumericGreaterThan aws:MultiFactorAuthAge 7", "never"),
        ("NumericLessThan aws:MultiFactorAuthAge 5", "NumericGreaterThan aws:MultiFactorAuthAge 5", "never"),
        ("NumericLessThan aws:MultiFactorAuthAge 5", "NumericGreaterThanEquals aws:MultiFactorAuthAge 5", "never"),
        (
            "NumericLessThanEquals aws:MultiFactorAuthAge 5",
            "NumericGreaterThanEquals aws:MultiFactorAuthAge 5",
            "aws:MultiFactorAuthAge at least 5 and aws:MultiFactorAuthAge at most 5",
        ),
        (
            "NumericLessThan aws:MultiFactorAuthAge 5",
            "NumericLessThan aws:MultiFactorAuthAge 7",
            "aws:MultiFactorAuthAge below 5",
        ),
        (
            "NumericLessThan aws:MultiFactorAuthAge 5",
            "NumericEquals aws:MultiFactorAuthAge 3|6",
            "aws:MultiFactorAuthAge is 3",
        ),
        (
            "NumericLessThan aws:MultiFactorAuthAge 5",
            "NumericNotEquals aws:MultiFactorAuthAge 6",
            "aws:MultiFactorAuthAge below 5",
        ),
        ("DateLessThan aws:CurrentTime 2026-01-01", "DateGreaterThan aws:CurrentTime 2026-01-01", "never"),
        (
            "DateLessThan aws:CurrentTime 2026-01-01",
            "DateLessThan aws:CurrentTime 1767225599",
            "aws:CurrentTime before 2025-12-31T23:59:59Z",
        ),
        ("DateEquals aws:CurrentTime 2026-01-01", "DateLessThan aws:CurrentTime 2026-01-01", "never"),
    ]);
}

#[test]
fn e174_values_with_variables() {
    check_together(&[
        ("StringEquals s3:prefix ${aws:username}", "StringNotEquals s3:prefix ${AWS:UserName}", "never"),
        ("StringLike s3:prefix home/${aws:username}/*", "StringLike s3:prefix etc/*", "never"),
        (
            "StringLike s3:prefix home/${aws:username}/*",
            "StringLike s3:prefix home/*",
            "s3:prefix like home/${aws:username}/*",
        ),
        ("StringLike s3:prefix home/${aws:username}/*", "StringEquals s3:prefix home", "never"),
        (
            "StringEquals s3:prefix ${aws:username}",
            "StringEquals s3:prefix a",
            "s3:prefix is ${aws:username} and s3:prefix is a",
        ),
        (
            "ArnLike aws:PrincipalArn arn:aws:iam::1:user/${aws:username}",
            "ArnLike aws:PrincipalArn arn:aws:iam::1:role/*",
            "never",
        ),
    ]);
}

#[test]
fn e78_e174_null_beside_others() {
    check_together(&[
        ("Null aws:username true", "StringEquals aws:username a", "never"),
        ("Null aws:username true", "StringNotEquals aws:username a", "aws:username is absent"),
        ("Null aws:username false", "StringLike aws:username a*", "aws:username like a*"),
        ("Null aws:username true", "Null aws:username false", "never"),
        ("Null aws:username true", "IpAddress aws:username 10.0.0.0/8", "never"),
        ("Null aws:TagKeys true", "ForAllValues:StringEquals aws:TagKeys a", "aws:TagKeys is absent"),
        ("Null aws:TagKeys true", "ForAnyValue:StringEquals aws:TagKeys a", "never"),
        ("Null aws:TagKeys false", "ForAnyValue:StringEquals aws:TagKeys a", "some value of aws:TagKeys is a"),
        // The empty text alone is present, and no value.
        (
            "Null aws:TagKeys false",
            "ForAllValues:StringEquals aws:TagKeys",
            "aws:TagKeys has no value and aws:TagKeys is present",
        ),
        ("ForAllValues:StringEquals aws:TagKeys", "ForAnyValue:StringLike aws:TagKeys a*", "never"),
    ]);
}

#[test]
fn e92_e174_keys_of_several_values() {
    check_together(&[
        // Different values may pass different tests.
        ("StringEquals aws:TagKeys a", "StringEquals aws:TagKeys b", "aws:TagKeys is a and aws:TagKeys is b"),
        (
            "ForAnyValue:StringEquals aws:TagKeys a",
            "ForAnyValue:StringEquals aws:TagKeys b",
            "some value of aws:TagKeys is a and some value of aws:TagKeys is b",
        ),
        ("StringEquals made:up a", "StringEquals made:up b", "made:up is a and made:up is b"),
        ("Bool made:up true", "Bool made:up false", "made:up is false and made:up is true"),
        // But one that passes is enough for a wider test, and none may pass what all are not to.
        ("StringEquals aws:TagKeys a", "StringLike aws:TagKeys a*", "aws:TagKeys is a"),
        (
            "ForAnyValue:StringEquals aws:TagKeys a",
            "ForAnyValue:StringEquals aws:TagKeys a|b",
            "some value of aws:TagKeys is a",
        ),
        ("StringEquals aws:TagKeys a", "StringNotLike aws:TagKeys a*", "never"),
        ("StringEquals aws:TagKeys a|b", "StringNotEquals aws:TagKeys b", "aws:TagKeys is a and aws:TagKeys is not b"),
        (
            "ForAllValues:StringEquals aws:TagKeys a|b",
            "ForAllValues:StringEquals aws:TagKeys b|c",
            "every value of aws:TagKeys is b",
        ),
        (
            "ForAllValues:StringEquals aws:TagKeys a",
            "ForAllValues:StringEquals aws:TagKeys b",
            "aws:TagKeys has no value",
        ),
        (
            "ForAllValues:StringEquals aws:TagKeys a",
            "ForAllValues:StringLike aws:TagKeys a*",
            "every value of aws:TagKeys is a",
        ),
        ("ForAllValues:StringEquals aws:TagKeys a", "ForAnyValue:StringEquals aws:TagKeys b", "never"),
        (
            "ForAllValues:StringEquals aws:TagKeys a",
            "ForAnyValue:StringEquals aws:TagKeys a|b",
            "every value of aws:TagKeys is a and some value of aws:TagKeys is a",
        ),
        ("ForAllValues:StringEquals aws:TagKeys a", "StringEquals aws:TagKeys b", "never"),
        // The empty text alone passes the one as no value and the other as a value.
        (
            "ForAllValues:StringEquals aws:TagKeys a",
            "StringLike aws:TagKeys ?|",
            "every value of aws:TagKeys is a and (aws:TagKeys like \"\" or ?)",
        ),
    ]);
}

/// An Allow under a Deny: what the Deny takes is not allowed, however deep it stands.
#[test]
fn e174_contradictions_within_formulas() {
    let vpce = |id: &str| open(&format!("StringEquals aws:SourceVpce {id}"));
    let mfa = || open("Bool aws:MultiFactorAuthPresent true");
    let office = || open("IpAddress aws:SourceIp 203.0.113.0/24");
    let team = || open("StringEquals aws:PrincipalTag/team red");
    for (name, allow, deny, expected) in [
        ("by itself", vpce("vpce-1"), vpce("vpce-1"), "never"),
        ("one of several", vpce("vpce-1|vpce-2"), vpce("vpce-1"), "aws:SourceVpce is vpce-2"),
        (
            "in one branch",
            vpce("vpce-1").and(mfa()).or(team()),
            vpce("vpce-1"),
            "aws:PrincipalTag/team is red and aws:SourceVpce is not vpce-1",
        ),
        ("in every branch", vpce("vpce-1").and(mfa()).or(vpce("vpce-1").and(office())), vpce("vpce-1"), "never"),
        (
            "by meaning",
            open("IpAddress aws:SourceIp 203.0.113.7")
                .and(mfa())
                .or(open("IpAddress aws:SourceIp 203.0.113.8").and(team())),
            office(),
            "never",
        ),
        (
            "three levels down",
            team().and(mfa().or(vpce("vpce-1").and(office().or(open("Null aws:username true"))))),
            vpce("vpce-1"),
            "aws:MultiFactorAuthPresent is true and aws:PrincipalTag/team is red and aws:SourceVpce is not vpce-1",
        ),
        (
            "a whole branch",
            vpce("vpce-1").and(mfa()).or(team()),
            vpce("vpce-1").and(mfa()),
            "aws:PrincipalTag/team is red and (aws:MultiFactorAuthPresent is not true or aws:SourceVpce is not vpce-1)",
        ),
        ("several of them", vpce("vpce-1|vpce-2").and(mfa()), vpce("vpce-1").or(vpce("vpce-2")), "never"),
    ] {
        let left = allow.clone().and(deny.not());
        assert_eq!(left.to_string(), expected, "{name}");
        assert_eq!(allow.not().or(deny), left.not(), "{name}, the opposite");
    }
}

/// Of several Allows the wider one is enough, and of several limits the narrower.
#[test]
fn e174_formulas_that_follow_from_others_go() {
    let ip = |range: &str| open(&format!("IpAddress aws:SourceIp {range}"));
    let mfa = || open("Bool aws:MultiFactorAuthPresent true");
    let team = || open("StringEquals aws:PrincipalTag/team red");
    let (narrow, wide) = (ip("10.1.0.0/16"), ip("10.0.0.0/8"));
    assert_eq!(narrow.clone().or(wide.clone()), wide);
    assert_eq!(narrow.clone().and(mfa()).or(wide.clone()), wide);
    assert_eq!(narrow.clone().and(mfa()).or(wide.clone().and(mfa())), wide.clone().and(mfa()));
    assert_eq!(narrow.clone().and(mfa()).and(team()).or(wide.clone().and(mfa())), wide.clone().and(mfa()));
    assert_eq!(narrow.clone().or(mfa()).and(wide.clone().or(mfa())), narrow.clone().or(mfa()));
    // Where one branch fails the other holds, so its opposite need not be asked for.
    assert_eq!(wide.not().and(mfa()).or(wide.clone()), wide.clone().or(mfa()));
    assert_eq!(narrow.not().and(mfa()).or(wide.clone()), wide.or(mfa()));
}

#[test]
fn e92_a_key_that_a_set_operator_asks_for_may_have_several_values() {
    let amr = "cognito-identity.amazonaws.com:amr";
    let (like, equals) = (format!("ForAnyValue:StringLike {amr} a"), format!("ForAnyValue:StringEquals {amr} b"));
    // A key that AWS calls multivalued, and one of a service that the reference lists with one value.
    let both = |key: &str| format!("some value of {key} is a and some value of {key} is b");
    check_together(&[
        (&like, &equals, &both(amr)),
        ("ForAnyValue:StringEquals route53:VPCs a", "ForAnyValue:StringEquals route53:VPCs b", &both("route53:VPCs")),
        ("StringEquals s3:prefix a", "StringEquals s3:prefix b", "never"),
        ("ForAnyValue:StringEquals aws:PrincipalOrgID a", "StringEquals aws:PrincipalOrgID b", "never"),
    ]);
    let beside_plain = open("ForAnyValue:StringEquals route53:VPCs b|c").and(open("StringEquals route53:VPCs a"));
    assert!(!beside_plain.is_false() && beside_plain.to_string().contains('c'), "{beside_plain}");
}
