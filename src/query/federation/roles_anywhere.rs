//! IAM Roles Anywhere: who holds a certificate that a trust anchor vouches for.
//!
//! IAM Roles Anywhere User Guide, "The IAM Roles Anywhere trust model": fields of the certificate are tags of the session,
//! already when the trust policy is asked (E195); the source is the trust anchor.

use super::{Claims, Entry};

/// Fields of certificates: what the tag begins with, and what it is of.
const FIELDS: [(&str, &str); 3] =
    [("x509subject/", "subject"), ("x509issuer/", "issuer"), ("x509san/", "subject alternative name")];

/// The attributes of a name that are tags, and as they are written.
const ATTRIBUTES: [(&str, &str); 11] = [
    ("cn", "CN"),
    ("o", "O"),
    ("ou", "OU"),
    ("c", "C"),
    ("st", "ST"),
    ("l", "L"),
    ("dns", "DNS"),
    ("uri", "URI"),
    ("name/cn", "Name/CN"),
    ("serialnumber", "serialNumber"),
    ("uid", "UID"),
];

/// Whose certificate passes.
pub(super) fn entry(claims: &mut Claims) -> Entry {
    let mut fields = Vec::new();
    for (prefix, of) in FIELDS {
        for (attribute, written) in ATTRIBUTES {
            if let Some(value) = claims.take_key(&format!("aws:principaltag/{prefix}{attribute}")) {
                fields.push(format!("{of} {written} {}", value.name()));
            }
        }
    }
    if let Some(name) = claims.take_key("sts:sourceidentity") {
        fields.push(format!("common name {}", name.name()));
    }
    let anchor = claims.take_key("aws:sourcearn");
    let account = claims.take_key("aws:sourceaccount");
    let certificate = match fields.as_slice() {
        [] => "any certificate".to_owned(),
        fields => format!("certificate with {}", fields.join(" and ")),
    };
    let anchor = match (anchor, account) {
        (Some(anchor), _) => {
            let name = anchor.exact().and_then(|arn| arn.rsplit_once(":trust-anchor/").map(|(_, id)| id.to_owned()));
            match name {
                Some(id) => format!("trust anchor {id}"),
                None => anchor.words("trust anchor", "trust anchors"),
            }
        }
        (None, Some(account)) => format!("any trust anchor of {}", account.words("account", "accounts")),
        (None, None) => "any trust anchor of the account".to_owned(),
    };
    Entry { who: format!("{certificate} of {anchor} (Roles Anywhere)"), open: None }
}
