//! What requests and policies are made of: few names, so that they meet often, and near misses of them.

pub(crate) const HOME: &str = "111111111111";
pub(crate) const AWAY: &str = "222222222222";

/// Callers, most of them of one account. What is more likely stands more often; what is simplest stands first.
pub(crate) const CALLERS: [&str; 23] = [
    "arn:aws:iam::111111111111:user/ana",
    "arn:aws:iam::111111111111:user/ana",
    "arn:aws:iam::111111111111:user/ana",
    "arn:aws:iam::111111111111:user/bob",
    "arn:aws:iam::111111111111:user/team/ana",
    "arn:aws:sts::111111111111:assumed-role/reader/ci",
    "arn:aws:sts::111111111111:assumed-role/reader/ci",
    "arn:aws:sts::111111111111:assumed-role/reader/ci",
    "arn:aws:sts::111111111111:assumed-role/reader/cd",
    "arn:aws:iam::111111111111:role/reader",
    "arn:aws:iam::111111111111:role/reader",
    "arn:aws:iam::111111111111:role/team/reader",
    "arn:aws:iam::111111111111:root",
    "arn:aws:iam::111111111111:root",
    "arn:aws:sts::111111111111:federated-user/ana",
    "arn:aws:sts::111111111111:federated-user/ana",
    "arn:aws:sts::111111111111:federated-user/visitor",
    "anonymous",
    "*",
    "logs.amazonaws.com",
    "logs.amazonaws.com",
    "arn:aws:iam::111111111111:role/aws-service-role/logs.amazonaws.com/Linked",
    "",
];

/// What is done on what; `OWNER` is the account that has it.
pub(crate) struct Target {
    pub(crate) actions: &'static [&'static str],
    pub(crate) resources: &'static [&'static str],
    /// Whether the resource is a role that the action is about to assume.
    pub(crate) trust: bool,
    /// Whether the caller is one of an identity provider.
    pub(crate) provider: Option<&'static [&'static str]>,
    /// Whether there can be a policy of the resource, and of an endpoint.
    pub(crate) resource_policy: bool,
    pub(crate) endpoint: bool,
}

const fn target(actions: &'static [&'static str], resources: &'static [&'static str]) -> Target {
    Target { actions, resources, trust: false, provider: None, resource_policy: true, endpoint: true }
}

const fn role(actions: &'static [&'static str]) -> Target {
    let resources = &[
        "arn:aws:iam::OWNER:role/target",
        "arn:aws:iam::OWNER:role/target",
        "arn:aws:iam::OWNER:role/team/reader",
        "arn:aws:iam::OWNER:role/aws-service-role/logs.amazonaws.com/Linked",
    ];
    Target { actions, resources, trust: true, provider: None, resource_policy: true, endpoint: true }
}

const fn bare(actions: &'static [&'static str], resources: &'static [&'static str]) -> Target {
    Target { actions, resources, trust: false, provider: None, resource_policy: false, endpoint: false }
}

pub(crate) const OIDC: &str = "arn:aws:iam::111111111111:oidc-provider/idp.example.com";
pub(crate) const SAML: &str = "arn:aws:iam::111111111111:saml-provider/idp";

pub(crate) const TARGETS: [Target; 24] = [
    target(
        &["s3:GetObject", "s3:PutObject"],
        &["arn:aws:s3:::data/ana/report.csv", "arn:aws:s3:::data/ana/report.csv", "arn:aws:s3:::data/report:csv"],
    ),
    target(&["s3:GetObject"], &["arn:aws:s3:::data/ana/report.csv", "arn:aws:s3:::data/*/report.csv"]),
    target(&["s3:GetObject"], &["arn:aws:s3:::data/ana/report.csv"]),
    target(
        &["s3:ListBucket", "s3:GetBucketPolicy", "s3:PutBucketPolicy", "s3:DeleteBucketPolicy"],
        &["arn:aws:s3:::data"],
    ),
    target(&["sqs:SendMessage", "sqs:ReceiveMessage"], &["arn:aws:sqs:eu-west-1:OWNER:ana"]),
    target(&["sqs:SendMessage"], &["arn:aws:sqs:eu-west-1:OWNER:ana"]),
    target(&["kms:Decrypt", "kms:Decrypt", "kms:ReEncryptFrom"], &["arn:aws:kms:eu-west-1:OWNER:key/k1"]),
    target(
        &["kms:DescribeKey", "kms:PutKeyPolicy", "kms:CreateGrant", "kms:RetireGrant"],
        &["arn:aws:kms:eu-west-1:OWNER:key/k1"],
    ),
    target(&["kms:Decrypt"], &["arn:aws:kms:eu-west-1:OWNER:key/k1"]),
    role(&["sts:AssumeRole"]),
    role(&["sts:AssumeRole"]),
    role(&["sts:TagSession", "sts:SetSourceIdentity", "sts:SetContext"]),
    Target {
        provider: Some(&[OIDC, OIDC, "accounts.google.com"]),
        ..role(&["sts:AssumeRoleWithWebIdentity", "sts:AssumeRoleWithWebIdentity", "sts:TagSession"])
    },
    Target {
        provider: Some(&[SAML]),
        ..role(&["sts:AssumeRoleWithSAML", "sts:AssumeRoleWithSAML", "sts:SetSourceIdentity"])
    },
    bare(&["s3:ListAllMyBuckets", "kms:ListKeys", "sqs:ListQueues", "ec2:DescribeVpcs"], &["*"]),
    bare(&["sts:GetCallerIdentity", "sts:GetSessionToken"], &["*"]),
    bare(&["ec2:StopInstances"], &["arn:aws:ec2:eu-west-1:OWNER:instance/ana"]),
    bare(&["iam:GetRole", "iam:PassRole"], &["arn:aws:iam::OWNER:role/target"]),
    target(
        &["lambda:InvokeFunction"],
        &["arn:aws:lambda:eu-west-1:OWNER:function:ana", "arn:aws:lambda:eu-west-1:OWNER:function:111111111111:ana"],
    ),
    target(&["dynamodb:GetItem"], &["arn:aws:dynamodb:eu-west-1:OWNER:table/ana"]),
    bare(&["sts:GetFederationToken"], &["arn:aws:sts::111111111111:federated-user/ana"]),
    target(&["secretsmanager:GetSecretValue"], &["arn:aws:secretsmanager:eu-west-1:OWNER:secret:ana"]),
    target(&["sns:Publish"], &["arn:aws:sns:eu-west-1:OWNER:ana"]),
    bare(&["kms:UpdateAlias"], &["arn:aws:kms:eu-west-1:111111111111:alias/ana"]),
];

/// Principals of resource policies: the key of the map, and the value.
pub(crate) const PRINCIPALS: [(&str, &str); 44] = [
    ("*", "*"),
    ("*", "*"),
    ("AWS", "*"),
    ("AWS", "111111111111"),
    ("AWS", "111111111111"),
    ("AWS", "111111111111"),
    ("AWS", "arn:aws:iam::111111111111:root"),
    ("AWS", "arn:aws:iam::111111111111:root"),
    ("AWS", "222222222222"),
    ("AWS", "arn:aws:iam::111111111111:user/ana"),
    ("AWS", "arn:aws:iam::111111111111:user/ana"),
    ("AWS", "arn:aws:iam::111111111111:user/ana"),
    ("AWS", "arn:aws:iam::111111111111:user/ana"),
    ("AWS", "arn:aws:iam::111111111111:user/bob"),
    ("AWS", "arn:aws:iam::111111111111:user/team/ana"),
    ("AWS", "arn:aws:iam::222222222222:user/ana"),
    ("AWS", "arn:aws:iam::111111111111:role/reader"),
    ("AWS", "arn:aws:iam::111111111111:role/reader"),
    ("AWS", "arn:aws:iam::111111111111:role/reader"),
    ("AWS", "arn:aws:iam::111111111111:role/team/reader"),
    ("AWS", "arn:aws:iam::111111111111:role/writer"),
    ("AWS", "arn:aws:sts::111111111111:assumed-role/reader/ci"),
    ("AWS", "arn:aws:sts::111111111111:assumed-role/reader/ci"),
    ("AWS", "arn:aws:sts::111111111111:assumed-role/reader/ci"),
    ("AWS", "arn:aws:sts::111111111111:assumed-role/reader/cd"),
    ("AWS", "arn:aws:sts::111111111111:assumed-role/writer/ci"),
    ("AWS", "arn:aws:sts::111111111111:federated-user/ana"),
    ("AWS", "arn:aws:sts::111111111111:federated-user/ana"),
    ("AWS", "arn:aws:sts::111111111111:federated-user/visitor"),
    ("AWS", "arn:aws:iam::111111111111:role/aws-service-role/logs.amazonaws.com/Linked"),
    ("Service", "logs.amazonaws.com"),
    ("Service", "logs.amazonaws.com"),
    ("Service", "logs.eu-west-1.amazonaws.com"),
    ("Service", "*"),
    ("AWS", "arn:aws:iam::111111111111:group/ana"),
    ("AWS", "arn:aws:iam::111111111111:user/*"),
    ("AWS", "arn:aws:iam::*:user/ana"),
    ("AWS", "arn:aws:sts::111111111111:assumed-role/reader/*"),
    ("AWS", "AIDAEXAMPLE"),
    ("AWS", "AROAEXAMPLE"),
    ("AWS", "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1"),
    ("CanonicalUser", "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"),
    ("Federated", "accounts.google.com"),
    ("Federated", OIDC),
];

/// Principals of trust policies for callers of identity providers.
pub(crate) const PROVIDERS: [(&str, &str); 9] = [
    ("Federated", OIDC),
    ("Federated", SAML),
    ("Federated", OIDC),
    ("Federated", SAML),
    ("Federated", "accounts.google.com"),
    ("Federated", "arn:aws:iam::222222222222:oidc-provider/idp.example.com"),
    ("*", "*"),
    ("AWS", "*"),
    ("AWS", "111111111111"),
];

/// What kind of values a key has: which operators ask for it, and with what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Values {
    Text,
    Number,
    Date,
    Bool,
    Bytes,
    Address,
    Arn,
}

/// Keys: the name, the kind of values, whether there may be several, and whether the caller or the resource fixes it.
pub(crate) const KEYS: [(&str, Values, bool, bool); 25] = [
    ("aws:PrincipalTag/team", Values::Text, false, false),
    ("aws:SourceVpc", Values::Text, false, false),
    ("aws:TagKeys", Values::Text, true, false),
    ("s3:prefix", Values::Text, false, false),
    ("aws:ResourceTag/Team", Values::Text, false, false),
    ("sts:ExternalId", Values::Text, false, false),
    ("aws:PrincipalOrgPaths", Values::Text, true, false),
    ("example:Key", Values::Text, true, false),
    ("aws:MultiFactorAuthPresent", Values::Bool, false, false),
    ("aws:SecureTransport", Values::Bool, false, false),
    ("aws:MultiFactorAuthAge", Values::Number, false, false),
    ("aws:CurrentTime", Values::Date, false, false),
    ("aws:SourceIp", Values::Address, false, false),
    ("aws:SourceArn", Values::Arn, false, false),
    ("example:Bytes", Values::Bytes, false, false),
    ("sts:RoleSessionName", Values::Text, false, false),
    ("aws:PrincipalArn", Values::Arn, false, true),
    ("aws:username", Values::Text, false, true),
    ("aws:PrincipalAccount", Values::Text, false, true),
    ("aws:PrincipalType", Values::Text, false, true),
    ("aws:userid", Values::Text, false, true),
    ("aws:PrincipalIsAWSService", Values::Bool, false, true),
    ("aws:ResourceAccount", Values::Text, false, true),
    ("aws:PrincipalServiceName", Values::Text, false, true),
    ("aws:FederatedProvider", Values::Text, false, true),
];

/// Those that the request gives and nothing fixes, in the order of `KEYS`.
pub(crate) const FREE_KEYS: [&str; 16] = {
    let mut names = [""; 16];
    let mut at = 0;
    while at < names.len() {
        names[at] = KEYS[at].0;
        at += 1;
    }
    names
};

impl Values {
    /// The operators that go with the kind.
    pub(crate) fn operators(self) -> &'static [&'static str] {
        match self {
            Self::Text => &[
                "StringEquals",
                "StringLike",
                "StringNotEquals",
                "StringNotLike",
                "StringEqualsIgnoreCase",
                "StringNotEqualsIgnoreCase",
                "Null",
                "ArnLike",
            ],
            Self::Number => &[
                "NumericLessThan",
                "NumericEquals",
                "NumericNotEquals",
                "NumericLessThanEquals",
                "NumericGreaterThan",
                "NumericGreaterThanEquals",
                "StringEquals",
                "Null",
            ],
            Self::Date => &[
                "DateLessThan",
                "DateEquals",
                "DateNotEquals",
                "DateLessThanEquals",
                "DateGreaterThan",
                "DateGreaterThanEquals",
                "StringLike",
                "Null",
            ],
            Self::Bool => &["Bool", "Bool", "Bool", "Bool", "Null", "StringEquals", "StringNotEquals", "Bool"],
            Self::Bytes => &["BinaryEquals", "StringEquals", "Null", "BinaryEquals"],
            Self::Address => &["IpAddress", "NotIpAddress", "IpAddress", "Null"],
            Self::Arn => &[
                "ArnLike",
                "ArnNotLike",
                "ArnEquals",
                "ArnNotEquals",
                "StringLike",
                "StringEquals",
                "StringNotLike",
                "Null",
            ],
        }
    }

    /// What policies compare the key with.
    pub(crate) fn written(self) -> &'static [&'static str] {
        match self {
            Self::Text => &[
                "ana",
                "ana",
                "a*",
                "*",
                "bob",
                "Ana",
                "an?",
                "",
                "111111111111",
                "${aws:username}",
                "${aws:PrincipalTag/team}",
                "${aws:PrincipalTag/team, 'ana'}",
                "${AWS:principaltag/TEAM}*",
                "${*}",
                "a${?}a",
                "${$}",
                "${aws:TagKeys}",
                "${aws:SourceVpc}",
                "${aws:PrincipalAccount}",
                "o-a/r-b/*",
                "User",
                "AssumedRole",
                "logs.amazonaws.com",
                "?*a",
            ],
            Self::Number => &[
                "5",
                "5.0",
                "05",
                "-1",
                "10.5",
                "nonsense",
                "9007199254740993",
                "0.1",
                "-0",
                "${aws:PrincipalTag/team}",
            ],
            Self::Date => &[
                "2026-01-01T00:00:00Z",
                "2026-01-01",
                "1767225600",
                "2026-01-01T01:00:00+01:00",
                "2026-01-01T00:00:00.500Z",
                "2026-01",
                "2026-02-30",
                "2025-12-31T23:59Z",
                "nonsense",
                "2026-01-02T00:00:00-00:30",
            ],
            Self::Bool => &["true", "false", "True", "FALSE", "nonsense", "${aws:SecureTransport}"],
            Self::Bytes => &["QUJD", "QUI=", "QQ==", "b3RoZXI="],
            Self::Address => &[
                "10.0.0.0/8",
                "10.1.2.3",
                "10.1.2.3/16",
                "2001:db8::/32",
                "2001:DB8:0::1",
                "::/0",
                "0.0.0.0/0",
                "10.0.0.0/33",
                "nonsense",
                "10.1.2.2/31",
                "2001:db8::1/127",
            ],
            Self::Arn => &[
                "arn:aws:sns:eu-west-1:111111111111:ana",
                "arn:aws:sns:*:111111111111:*",
                "arn:aws:iam::111111111111:user/ana",
                "arn:aws:iam::111111111111:role/reader",
                "*",
                "arn:aws:iam::*:*",
                "arn:aws:iam::111111111111:*/${aws:username}",
                "arn:aws:sns",
                "arn:aws:sns:e*1:111111111111:ana",
                "arn:aws:sns:e*:ana",
                "arn:aws:sns:eu-west-1:111111111111:${aws:PrincipalTag/team}",
                "arn:aws:s?s:*:*:ana:?",
                "arn:aws:iam::111111111111:root",
                "${aws:PrincipalArn}",
                "arn:*",
                "arn:aws:iam::111111111111:role/team/*",
            ],
        }
    }

    /// What requests hold.
    pub(crate) fn given(self) -> &'static [&'static str] {
        match self {
            Self::Text => {
                &["ana", "ana", "bob", "ANA", "a*", "*", "", "anna", "a?a", "$", "o-a/r-b/ou-1/", "111111111111"]
            }
            Self::Number => &["5", "5.00", "-1", "11", "nonsense", "9007199254740992", "0", "0.10"],
            Self::Date => &[
                "2026-01-01T00:00:00Z",
                "1767225600",
                "2025-12-31T23:59:59Z",
                "2026-01-01T00:00:01Z",
                "2026-01-01T00:00:00.5Z",
                "2026-01-01",
                "nonsense",
                "2026-01-02T00:30:00Z",
            ],
            Self::Bool => &["true", "false", "true", "TRUE", "nonsense"],
            Self::Bytes => &["QUJD", "QUI=", "QQ=="],
            Self::Address => &["10.1.2.3", "10.200.0.1", "192.0.2.1", "2001:db8::1", "2001:db9::1", "nonsense"],
            Self::Arn => &[
                "arn:aws:sns:eu-west-1:111111111111:ana",
                "arn:aws:sns:eu-west-1:111111111111:ana:b",
                "arn:aws:sqs:eu-west-1:111111111111:ana",
                "arn:aws:sns:eu:west-1:111111111111:ana",
                "nonsense",
                "arn:aws:iam::111111111111:role/reader",
            ],
        }
    }
}
