//! The test by which S3 calls a policy public (E181).

use crate::arn::Arn;
use crate::policy::{
    Condition, Document, Effect, Operator, PrincipalElement, PrincipalValue, SetQualifier, Statement, Template,
};

/// Whose policy is asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PolicyOf {
    /// A bucket's.
    Bucket,
    /// An access point's, which is public where only the access point itself narrows it.
    AccessPoint,
}

/// Whether some statement grants to more than fixed values; then the whole policy is public. Actions do not matter.
pub(crate) fn is_public(document: &Document, of: PolicyOf) -> bool {
    let allows = document.statements.iter().filter(|statement| statement.effect == Effect::Allow);
    allows.into_iter().any(|statement| is_wide(statement) && !statement.conditions.iter().any(|one| narrows(one, of)))
}

fn is_wide(statement: &Statement) -> bool {
    match &statement.principal {
        None => false,
        Some(PrincipalElement::NotPrincipal(_)) => true,
        Some(PrincipalElement::Principal(values)) => {
            values.iter().any(|value| match value {
                PrincipalValue::Everyone | PrincipalValue::Federated(_) => true,
                // Whoever these match, they are not fixed.
                PrincipalValue::Nobody(text) | PrincipalValue::Service(text) => text.contains(['*', '?']),
                _ => false,
            })
        }
    }
}

/// Whether a condition holds for fixed values of a key that counts only.
fn narrows(condition: &Condition, of: PolicyOf) -> bool {
    let Some(operator) = condition.operator else { return false };
    // With these a request without the key passes.
    if condition.if_exists || condition.qualifier == Some(SetQualifier::ForAllValues) {
        return false;
    }
    let texts: Option<Vec<&str>> = condition.values.iter().map(Template::as_plain).collect();
    let Some(texts) = texts.filter(|texts| !texts.is_empty()) else { return false };
    let compares = matches!(
        operator,
        Operator::StringEquals
            | Operator::StringEqualsIgnoreCase
            | Operator::StringLike
            | Operator::ArnEquals
            | Operator::ArnLike
    );
    let wild = matches!(operator, Operator::StringLike | Operator::ArnEquals | Operator::ArnLike);
    let fixed = |text: &str| !(wild && text.contains(['*', '?']));
    match condition.key.to_lowercase().as_str() {
        "aws:sourceip" => operator == Operator::IpAddress && texts.iter().all(|text| is_narrow_range(text)),
        "aws:userid" => compares && texts.iter().all(|text| fixed(text) || is_any_session_of_a_role(text)),
        "s3:dataaccesspointarn" => {
            of == PolicyOf::Bucket && compares && texts.iter().all(|text| fixed(text) || has_fixed_account(text))
        }
        "s3:dataaccesspointaccount" => of == PolicyOf::Bucket && compares && texts.iter().all(|text| fixed(text)),
        "aws:principalarn"
        | "aws:principalaccount"
        | "aws:principalorgid"
        | "aws:principalorgpaths"
        | "aws:sourcearn"
        | "aws:sourcevpc"
        | "aws:sourcevpce"
        | "aws:sourceowner"
        | "aws:sourceaccount" => compares && texts.iter().all(|text| fixed(text)),
        _ => false,
    }
}

/// `AROA…:*`: one role, whatever its sessions are called.
fn is_any_session_of_a_role(text: &str) -> bool {
    text.strip_suffix(":*").is_some_and(|id| id.starts_with("AROA") && !id.contains(['*', '?']))
}

/// An access point's ARN of one account; its name may be a pattern.
fn has_fixed_account(text: &str) -> bool {
    Arn::parse(text).is_ok_and(|arn| arn.account_id().is_some())
}

/// A range of at most a /8 (IPv6: /32), or one of private addresses, which nobody outside can have.
fn is_narrow_range(text: &str) -> bool {
    let text = text.trim();
    let Ok(range) = text.parse::<ipnet::IpNet>().or_else(|_| text.parse::<std::net::IpAddr>().map(ipnet::IpNet::from))
    else {
        return false;
    };
    match range.trunc() {
        ipnet::IpNet::V4(range) => {
            range.prefix_len() >= 8 || range.network().is_private() && range.broadcast().is_private()
        }
        ipnet::IpNet::V6(range) => range.prefix_len() >= 32,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::{DocumentKind, parse};

    fn check(principal: &str, condition: &str, of: PolicyOf, expected: bool) {
        let text = format!(
            r#"{{"Version": "2012-10-17", "Statement": {{"Effect": "Allow", "Principal": {principal},
                "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*", "Condition": {condition}}}}}"#
        );
        let (document, _) = parse(&text, DocumentKind::Resource).unwrap();
        assert_eq!(is_public(&document, of), expected, "{principal} {condition} {of:?}");
    }

    #[test]
    fn e181_principals() {
        let none = "{}";
        check(r#""*""#, none, PolicyOf::Bucket, true);
        check(r#"{"AWS": ["111122223333", "*"]}"#, none, PolicyOf::Bucket, true);
        check(r#"{"Federated": "www.facebook.com"}"#, none, PolicyOf::Bucket, true);
        check(r#"{"AWS": "111122223333"}"#, none, PolicyOf::Bucket, false);
        check(r#"{"AWS": ["111122223333", "arn:aws:iam::111122223333:user/*"]}"#, none, PolicyOf::Bucket, true);
        check(r#"{"Service": "logging.s3.amazonaws.com"}"#, none, PolicyOf::Bucket, false);
    }

    #[test]
    fn e181_conditions() {
        for (condition, public) in [
            (r#"{"StringEquals": {"aws:SourceVpce": "vpce-1"}}"#, false),
            (r#"{"StringLike": {"aws:SourceVpce": "vpce-*"}}"#, true),
            (r#"{"StringEquals": {"aws:SourceVpce": ["vpce-1", "${aws:PrincipalTag/v}"]}}"#, true),
            (r#"{"StringEqualsIfExists": {"aws:SourceVpce": "vpce-1"}}"#, true),
            (r#"{"StringNotEquals": {"aws:SourceVpce": "vpce-1"}}"#, true),
            (r#"{"StringEquals": {"aws:PrincipalOrgID": "o-1"}}"#, false),
            (r#"{"StringEquals": {"aws:UserAgent": "me"}}"#, true),
            (r#"{"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}"#, false),
            (r#"{"IpAddress": {"aws:SourceIp": ["203.0.113.0/24", "0.0.0.0/1"]}}"#, true),
            (r#"{"IpAddress": {"aws:SourceIp": "2001:db8::/32"}}"#, false),
            (r#"{"IpAddress": {"aws:SourceIp": "2000::/3"}}"#, true),
            (r#"{"StringLike": {"aws:userid": "AROAEXAMPLE:*"}}"#, false),
            (r#"{"StringLike": {"aws:userid": "*:me"}}"#, true),
            (r#"{"StringLike": {"s3:DataAccessPointArn": "arn:aws:s3:eu-west-1:111122223333:accesspoint/*"}}"#, false),
            (r#"{"StringLike": {"s3:DataAccessPointArn": "arn:aws:s3:*:*:accesspoint/x"}}"#, true),
            (r#"{"StringEquals": {"s3:DataAccessPointAccount": "111122223333"}}"#, false),
            (r#"{"StringEquals": {"s3:x-amz-server-side-encryption-aws-kms-key-id": "k"}}"#, true),
        ] {
            check(r#""*""#, condition, PolicyOf::Bucket, public);
        }
        let by_point = r#"{"StringEquals": {"s3:DataAccessPointAccount": "111122223333"}}"#;
        check(r#""*""#, by_point, PolicyOf::AccessPoint, true);
    }
}
