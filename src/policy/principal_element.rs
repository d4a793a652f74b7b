//! The values of `Principal` and `NotPrincipal` (E21-E38).

use std::fmt;

use crate::arn::{AccountId, Arn};

/// One value of a principal element. The values of an element are alternatives, whatever their kind (E22).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum PrincipalValue {
    /// `"*"` or `{"AWS": "*"}` (E32).
    Everyone,
    /// An account id or its `:root` ARN: the account, not only its root user (E26), whom a condition means by it (E27).
    Account(AccountId),
    /// A user's ARN: the user, and the sessions it federated (E29).
    User(Arn),
    /// A role's ARN: every session of it (E28).
    Role(Arn),
    /// One session of a role (E28). The ARN has no path (E19).
    RoleSession {
        /// The session's ARN.
        arn: Arn,
        /// The role's name.
        role: Box<str>,
        /// The session's name.
        session: Box<str>,
    },
    /// A GetFederationToken session.
    FederatedUser(Arn),
    /// An AWS service, by exactly this name, Regional or not (E37).
    Service(Box<str>),
    /// An identity provider: its ARN or a built-in name (E35).
    Federated(Box<str>),
    /// An S3 canonical user id (E36).
    CanonicalUser(Box<str>),
    /// The unique id of a user or role, left behind by a deletion or written so (E17, E30).
    UniqueId(Box<str>),
    /// A CloudFront origin access identity (E36a).
    OriginAccessIdentity(Box<str>),
    /// A group, a partial wildcard or anything else that matches nobody (E23, E24, E25).
    Nobody(Box<str>),
}

impl PrincipalValue {
    /// Reads a value under the map key `AWS`, or the bare `"*"`.
    #[must_use]
    pub fn parse_aws(text: &str) -> Self {
        if text == "*" {
            return Self::Everyone;
        }
        if let Some(account) = AccountId::parse(text) {
            return Self::Account(account);
        }
        if ["AROA", "AIDA"].iter().any(|prefix| text.starts_with(prefix)) && !text.contains(':') {
            return Self::UniqueId(text.into());
        }
        let Ok(arn) = Arn::parse(text) else { return Self::Nobody(text.into()) };
        if arn.account() == "cloudfront" {
            return Self::OriginAccessIdentity(text.into());
        }
        if text.contains(['*', '?']) {
            return Self::Nobody(text.into());
        }
        let Some(account) = arn.account_id() else { return Self::Nobody(text.into()) };
        match (arn.service(), arn.resource(), arn.typed_resource()) {
            ("iam", "root", _) => Self::Account(account),
            ("iam", _, Some(("user", _))) => Self::User(arn),
            ("iam", _, Some(("role", _))) => Self::Role(arn),
            ("sts", _, Some(("federated-user", _))) => Self::FederatedUser(arn),
            ("sts", _, Some(("assumed-role", rest))) => match rest.split_once('/') {
                Some((role, session)) => {
                    let (role, session) = (role.into(), session.into());
                    Self::RoleSession { arn, role, session }
                }
                None => Self::Nobody(text.into()),
            },
            _ => Self::Nobody(text.into()),
        }
    }

    /// Reads a value under the map key `Service`; `*` is not allowed there (E25).
    #[must_use]
    pub fn parse_service(text: &str) -> Self {
        if text.contains('*') { Self::Nobody(text.into()) } else { Self::Service(text.into()) }
    }
}

impl fmt::Display for PrincipalValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Everyone => f.write_str("*"),
            Self::Account(account) => write!(f, "{account}"),
            Self::User(arn) | Self::Role(arn) | Self::FederatedUser(arn) | Self::RoleSession { arn, .. } => {
                write!(f, "{arn}")
            }
            Self::Service(text)
            | Self::Federated(text)
            | Self::CanonicalUser(text)
            | Self::UniqueId(text)
            | Self::OriginAccessIdentity(text)
            | Self::Nobody(text) => f.write_str(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn e22_forms_of_aws_principals() {
        let parse = PrincipalValue::parse_aws;
        assert_eq!(parse("*"), PrincipalValue::Everyone);
        let account = AccountId::parse("012345678901").unwrap();
        assert_eq!(parse("012345678901"), PrincipalValue::Account(account));
        assert_eq!(parse("arn:aws:iam::012345678901:root"), PrincipalValue::Account(account));
        assert!(matches!(parse("arn:aws:iam::012345678901:user/a/b"), PrincipalValue::User(_)));
        assert!(matches!(parse("arn:aws:iam::012345678901:role/b"), PrincipalValue::Role(_)));
        let session = parse("arn:aws:sts::012345678901:assumed-role/r/s");
        assert!(
            matches!(session, PrincipalValue::RoleSession { role, session, .. } if &*role == "r" && &*session == "s")
        );
        assert!(matches!(parse("AROA123456789EXAMPLE"), PrincipalValue::UniqueId(_)));
    }

    #[test]
    fn e23_e24_groups_and_partial_wildcards_match_nobody() {
        for text in ["arn:aws:iam::012345678901:group/g", "arn:aws:iam::012345678901:user/*", "1234", "arn:aws:s3:::b"]
        {
            assert!(matches!(PrincipalValue::parse_aws(text), PrincipalValue::Nobody(_)), "{text}");
        }
    }

    #[test]
    fn e25_a_service_is_never_a_wildcard() {
        assert!(matches!(PrincipalValue::parse_service("*"), PrincipalValue::Nobody(_)));
    }

    #[test]
    fn e36a_origin_access_identities() {
        let value = PrincipalValue::parse_aws("arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1");
        assert!(matches!(value, PrincipalValue::OriginAccessIdentity(_)));
    }
}
