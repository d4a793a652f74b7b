//! Amazon Resource Names and account ids (E17-E20).
#![deny(clippy::indexing_slicing)]

use std::fmt;
use std::hash::{Hash, Hasher};

use thiserror::Error;

/// A 12-digit AWS account id. Text, never a number: `012345678901` keeps its zero.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AccountId([u8; 12]);

impl AccountId {
    /// Reads exactly twelve digits.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits: [u8; 12] = text.as_bytes().try_into().ok()?;
        digits.iter().all(u8::is_ascii_digit).then_some(Self(digits))
    }

    /// The twelve digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Why a text is not an ARN.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{text}` is not an ARN: expected `arn:partition:service:region:account:resource`")]
pub struct ArnError {
    /// The text as given.
    pub text: String,
}

/// An Amazon Resource Name: one text and where its fields begin (E18). Cloning copies the text.
#[derive(Clone)]
pub struct Arn {
    text: Box<str>,
    /// The positions of the five colons that end the first five fields.
    colons: [u16; 5],
}

impl Arn {
    /// Reads `arn:partition:service:region:account:resource`; the resource may hold further colons.
    ///
    /// # Errors
    /// When the text does not begin with `arn:`, has fewer than six fields, or is longer than 65,535 bytes.
    pub fn parse(text: &str) -> Result<Self, ArnError> {
        let error = || ArnError { text: text.to_owned() };
        let mut colons = [0; 5];
        let mut found = text.match_indices(':').map(|(at, _)| at);
        for slot in &mut colons {
            *slot = found.next().and_then(|at| u16::try_from(at).ok()).ok_or_else(error)?;
        }
        if !text.starts_with("arn:") {
            return Err(error());
        }
        Ok(Self { text: text.into(), colons })
    }

    /// The whole ARN.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// `aws`, `aws-cn`, `aws-us-gov` …
    #[must_use]
    pub fn partition(&self) -> &str {
        self.field(0)
    }

    /// The service prefix.
    #[must_use]
    pub fn service(&self) -> &str {
        self.field(1)
    }

    /// The region, empty for global services.
    #[must_use]
    pub fn region(&self) -> &str {
        self.field(2)
    }

    /// The account field as written; empty for S3 buckets.
    #[must_use]
    pub fn account(&self) -> &str {
        self.field(3)
    }

    /// The account field as an account id, when it is one.
    #[must_use]
    pub fn account_id(&self) -> Option<AccountId> {
        AccountId::parse(self.account())
    }

    /// Everything after the fifth colon.
    #[must_use]
    pub fn resource(&self) -> &str {
        let [.., last] = self.colons;
        self.text.get(usize::from(last) + 1..).unwrap_or_default()
    }

    /// The resource as (type, rest) when it is written `type/rest`; `user/ops/ivo` gives `("user", "ops/ivo")`.
    #[must_use]
    pub fn typed_resource(&self) -> Option<(&str, &str)> {
        self.resource().split_once('/')
    }

    fn field(&self, index: usize) -> &str {
        let (Some(from), Some(to)) = (self.colons.get(index), self.colons.get(index + 1)) else { return "" };
        self.text.get(usize::from(*from) + 1..usize::from(*to)).unwrap_or_default()
    }
}

impl PartialEq for Arn {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}
impl Eq for Arn {}
impl PartialOrd for Arn {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Arn {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.text.cmp(&other.text)
    }
}
impl Hash for Arn {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}
impl fmt::Display for Arn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
impl fmt::Debug for Arn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn e18_fields_of_an_arn() {
        let arn = Arn::parse("arn:aws:lambda:eu-west-1:012345678901:function:etl:live").unwrap();
        assert_eq!((arn.partition(), arn.service(), arn.region()), ("aws", "lambda", "eu-west-1"));
        assert_eq!(arn.account_id().unwrap().to_string(), "012345678901");
        assert_eq!(arn.resource(), "function:etl:live");
        let user = Arn::parse("arn:aws:iam::111122223333:user/ops/ivo").unwrap();
        assert_eq!(user.typed_resource(), Some(("user", "ops/ivo")));
    }

    #[test]
    fn what_is_not_an_arn() {
        for text in ["", "arn", "arn:aws:s3::", "arn:aws:s3::x", "urn:a:b:c:d:e"] {
            assert!(Arn::parse(text).is_err(), "{text}");
        }
        assert_eq!(AccountId::parse("12345678901"), None);
        assert_eq!(AccountId::parse("12345678901a"), None);
    }
}
