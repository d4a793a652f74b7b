//! IP addresses and ARNs.

use super::*;

#[test]
fn e87_ipv4_ranges() {
    let ranges = &["203.0.113.5/24", "198.51.100.7"];
    let inside = &["203.0.113.0", "203.0.113.200", "203.0.113.255", "198.51.100.7", "203.0.113.64/26"];
    let outside = &["203.0.114.1", "203.0.112.255", "198.51.100.8", "203.0.112.0/23", "x", ""];
    check_both("IpAddress", "NotIpAddress", ranges, inside, outside);
    check_both("IpAddress", "NotIpAddress", &["10.0.0.1/32"], &["10.0.0.1"], &["10.0.0.0", "10.0.0.2"]);
    check_both("IpAddress", "NotIpAddress", &["0.0.0.0/0"], &["1.2.3.4", "255.255.255.255"], &["::1"]);
}

#[test]
fn e87_ipv6_ranges() {
    let inside = &[
        "2001:db8::1",
        "2001:DB8::1",
        "2001:0db8:0000:0000:0000:0000:0000:0001",
        "2001:db8:0:0:ffff:ffff:ffff:ffff",
        "2001:db8::192.0.2.33",
        "2001:db8::/64",
    ];
    let outside = &["2001:db8:0:1::1", "2001:db9::1", "::1", "203.0.113.1"];
    // Bits after the mask do not count.
    for range in ["2001:db8::/64", "2001:db8::dead:beef/64", "2001:0DB8:0:0::/64"] {
        check_both("IpAddress", "NotIpAddress", &[range], inside, outside);
    }
    // Without a prefix, one address.
    let alone = &["2001:db8::1", "2001:db8:0::0:1", "2001:db8::1/128"];
    check_both("IpAddress", "NotIpAddress", &["2001:db8::1"], alone, &["2001:db8::", "2001:db8::2"]);
    check_both("IpAddress", "NotIpAddress", &["::/0"], &["::1", "::ffff:1.2.3.4"], &["1.2.3.4"]);
}

#[test]
fn e87_families_never_match_each_other() {
    check_both("IpAddress", "NotIpAddress", &["10.0.0.0/8"], &["10.1.2.3"], &["::ffff:10.1.2.3", "::10.1.2.3"]);
    check_both("IpAddress", "NotIpAddress", &["::ffff:10.0.0.0/104"], &["::ffff:10.1.2.3"], &["10.1.2.3"]);
}

#[test]
fn e87_e91_what_is_no_address() {
    for text in [
        "10.0.0.0/33",
        "10.0.0.0/-1",
        "10.0.0.0/",
        "10.0.0",
        "10.0.0.0.0",
        "10.0.0.256",
        "010.0.0.1",
        "10.0.0.0/255.0.0.0",
        "10.0.0.*",
        "::1/129",
        "1::2::3",
        "fe80::1%eth0",
        "[::1]",
        "localhost",
        "${aws:SourceIp}",
    ] {
        check_both("IpAddress", "NotIpAddress", &[text], &[], &["10.0.0.0", "::1", text]);
        check_both("IpAddress", "NotIpAddress", &["0.0.0.0/0", "::/0"], &["10.0.0.1"], &[text]);
    }
}

#[test]
fn e88_arns_field_by_field() {
    const ROLE: &str = "arn:aws:iam::111122223333:role/team/a";
    for (pattern, value, expected) in [
        (ROLE, ROLE, true),
        ("arn:*:iam::111122223333:role/team/a", ROLE, true),
        ("arn:aws:*:*:*:*", ROLE, true),
        ("arn:aws:i?m::*:role/*", ROLE, true),
        ("arn:aws:iam::11112222333?:role/team/?", ROLE, true),
        ("*:aws:iam::111122223333:role/team/a", ROLE, true),
        ("arn:aws:iam:?:111122223333:role/team/a", ROLE, false),
        ("arn:aws:iam::*:role/team", ROLE, false),
        ("arn:aws:IAM::*:role/team/a", ROLE, false),
        ("arn:aws:iam::111122223333:Role/team/a", ROLE, false),
        ("arn:aws-cn:iam::*:role/*", ROLE, false),
        ("arn:aws*:iam::*:role/*", "arn:aws-us-gov:iam::1:role/a", true),
        // In the first five fields no wildcard crosses a colon, in the sixth it does.
        ("arn:aws:*:role/team/a:*:*", ROLE, false),
        ("arn:aws:*iam*::111122223333:role/team/a", ROLE, true),
        ("arn:aws:iam:*:role/team/a:*", ROLE, false),
        ("arn:aws:logs:r:1:log-group:*", "arn:aws:logs:r:1:log-group:a:log-stream:b", true),
        ("arn:aws:logs:r:1:*:b", "arn:aws:logs:r:1:log-group:a:log-stream:b", true),
        ("arn:aws:lambda:r:1:function:f", "arn:aws:lambda:r:1:function:f:1", false),
        ("arn:aws:s3:::bucket/*", "arn:aws:s3:::bucket", false),
        // What is not an ARN matches nothing but a lone wildcard.
        ("*:*:*:*:*:*", "x:aws:iam::1:role/a", false),
        ("*:*:*:*:*:*", "arn:aws:iam::1", false),
        ("arn:aws:iam::*:role/*", "role/a", false),
        ("arn:aws:iam::*:role/*", "ARN:aws:iam::1:role/a", false),
        // E89, E91: a lone `*` is every ARN, and nothing that is none.
        ("*", "arn:aws:iam::1:role/a", true),
        ("**", "arn:aws:s3:::b", true),
        ("*", "role/a", false),
        ("**", "", false),
    ] {
        let (matching, failing): (&[&str], &[&str]) = if expected { (&[value], &[]) } else { (&[], &[value]) };
        for (operator, negated) in [("ArnLike", "ArnNotLike"), ("ArnEquals", "ArnNotEquals")] {
            check_both(operator, negated, &[pattern], matching, failing);
        }
        // The set of texts that contradictions are found by is the same.
        let accepted = open(&format!("ArnLike aws:PrincipalArn {pattern}"));
        let only = evaluate(&condition("StringEquals", "aws:PrincipalArn", &[value]), &Context::open());
        assert_eq!(accepted.and(only).is_false(), !expected, "{pattern} beside {value}");
    }
}

#[test]
fn e89_short_arn_patterns_are_undocumented() {
    let short = Residual::undocumented("arn-pattern-short");
    let known = |value: &str| with(Context::strict(), &[("k", &[value])]);
    for pattern in ["arn:aws:s3", "arn:*", "arn", "a*", "arn:aws:s3:::"] {
        let is_short = pattern.matches(':').count() < 5;
        let expected = if is_short { short.clone() } else { Residual::False };
        let like = condition("ArnLike", "k", &[pattern]);
        assert_eq!(evaluate(&like, &known("arn:aws:s3:::b")), expected, "{pattern}");
        let not_like = condition("ArnNotLike", "k", &[pattern]);
        assert_eq!(evaluate(&not_like, &known("arn:aws:s3:::b")), expected.not(), "{pattern}");
    }
    let like = condition("ArnLike", "k", &["arn:aws:s3"]);
    assert_eq!(evaluate(&like, &known("arn:aws:sns:r:1:t")), Residual::False);
    assert_eq!(evaluate(&like, &Context::strict()), Residual::False);
    let beside = condition("ArnLike", "k", &["arn:aws:s3", "arn:aws:s3:::*"]);
    assert_eq!(evaluate(&beside, &known("arn:aws:s3:::b")), Residual::True);
}
