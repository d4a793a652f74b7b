//! The points that AWS's documents leave open, by the code that an answer names.

/// A point that AWS's documents leave open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Undocumented {
    /// The code, as in [`Atom::Undocumented`](crate::condition::Atom::Undocumented).
    pub code: &'static str,
    /// The rule.
    pub rule: &'static str,
    /// What is open, as one would ask it.
    pub meaning: &'static str,
}

/// Every point, in the order of the table in the crate's documentation, which a test holds against this one.
pub const UNDOCUMENTED: &[Undocumented] = &[
    Undocumented {
        code: "account-principal-unless-gateway-endpoint",
        rule: "E26",
        meaning: "whether an endpoint policy that names an account means its principals",
    },
    Undocumented {
        code: "variable-before-the-resource-field",
        rule: "E66",
        meaning: "what a policy variable means in an ARN's first five fields",
    },
    Undocumented {
        code: "pattern-ambiguous",
        rule: "E61",
        meaning: "whether a wildcard in a resource pattern crosses from one ARN field into the next",
    },
    Undocumented {
        code: "resource-of-the-action-undocumented",
        rule: "E58",
        meaning: "which ARN of its service an action without a resource is checked against",
    },
    Undocumented {
        code: "star-names-federated-callers",
        rule: "E34",
        meaning: "whether `\"Principal\": \"*\"` in a trust policy admits identity providers",
    },
    Undocumented {
        code: "not-principal-lists-only-some-identifiers",
        rule: "E40",
        meaning: "whether a Deny with `NotPrincipal` spares a caller of whose identifiers (session, role or user, account) \
                  only some are listed",
    },
    Undocumented {
        code: "undocumented-star-federated",
        rule: "T15",
        meaning: "whether a resource policy's `\"Principal\": \"*\"` lifts a federated-user session above its own user's \
                  policies",
    },
    Undocumented {
        code: "service-not-listed-for-rcps",
        rule: "E104",
        meaning: "whether a resource control policy's Deny reaches a service that AWS does not list",
    },
    Undocumented {
        code: "mfa-context-undocumented",
        rule: "E167",
        meaning: "whether `aws:MultiFactorAuthPresent` is absent or `false` in a session of a role or a federated user",
    },
    Undocumented {
        code: "variable-empty",
        rule: "E71",
        meaning: "whether a policy variable whose key holds an empty text has a value",
    },
    Undocumented {
        code: "arn-pattern-short",
        rule: "E89",
        meaning: "whether an ARN operator matches a pattern of fewer than six fields as if the rest were `*`",
    },
    Undocumented {
        code: "star-names-services",
        rule: "E33",
        meaning: "whether an Allow for `*` admits AWS services that call by themselves",
    },
    Undocumented {
        code: "source-owner-of-direct-callers",
        rule: "E164",
        meaning: "whether `aws:SourceOwner` is absent or the caller's account where no service is in between",
    },
    Undocumented {
        code: "vpce-account-by-service",
        rule: "E108",
        meaning: "whether the service that is asked tells policies the account of the VPC endpoint",
    },
    Undocumented {
        code: "identity-policy-names-the-access-point",
        rule: "E182",
        meaning: "whether an identity policy that names an access point alone allows what is asked of the bucket behind it",
    },
    Undocumented {
        code: "key-grant-beside-limits",
        rule: "E131",
        meaning: "whether a permissions boundary or session policies limit what a grant on a key gives their role",
    },
    Undocumented {
        code: "key-grant-across-accounts",
        rule: "E131",
        meaning: "whether a grantee of another account needs an identity policy beside the grant",
    },
    Undocumented {
        code: "bucket-policy-on-an-object-of-another",
        rule: "E177",
        meaning: "whether a bucket's policy, or those of its account, grant anything on an object of another account",
    },
    Undocumented {
        code: "function-url-older-than-october-2025",
        rule: "E197",
        meaning: "whether the function's URL is of before October 2025 and so needs no `lambda:InvokeFunction`",
    },
];

/// The point of a code.
#[must_use]
pub fn undocumented(code: &str) -> Option<&'static Undocumented> {
    UNDOCUMENTED.iter().find(|point| point.code == code)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The crate's documentation shows this table, and nothing else, under its heading.
    #[test]
    fn the_documentation_shows_the_same_table() {
        let top = include_str!("../lib.rs");
        let section = top.split("//! # ").find(|section| section.starts_with("Codes an answer can name")).unwrap();
        let shown: Vec<&str> = section.lines().filter_map(|line| line.strip_prefix("//! | `")).collect();
        let rows = UNDOCUMENTED.iter().map(|point| format!("{}` | {} | {} |", point.code, point.rule, point.meaning));
        assert_eq!(shown, rows.collect::<Vec<_>>());
    }
}
