//! SAML providers, Identity Center's among them.
//!
//! IAM User Guide, "Available keys for SAML-based AWS STS federation" and "Configure SAML assertions". A SAML provider is
//! one's own identity provider: to be vouched for by it is to be one's own.

use super::{Claims, Entry};

/// Where assertions are to be sent, which is what `saml:aud` holds: AWS's sign-in pages.
const SIGN_IN: &str = "/saml";

/// Keys that say who it is or what an identity provider calls it, with their words.
const KEYS: [(&str, &str, &str); 11] = [
    ("sub", "subject", "subjects"),
    ("sub_type", "subject type", "subject types"),
    ("iss", "issuer", "issuers"),
    ("namequalifier", "name qualifier", "name qualifiers"),
    ("cn", "common name", "common names"),
    ("mail", "mail address", "mail addresses"),
    ("uid", "user id", "user ids"),
    ("edupersonaffiliation", "affiliation", "affiliations"),
    ("edupersonprimaryaffiliation", "primary affiliation", "primary affiliations"),
    ("edupersonorgdn", "organization", "organizations"),
    ("edupersonprincipalname", "principal name", "principal names"),
];

/// Whose assertion passes.
pub(super) fn entry(provider: Option<&str>, claims: &mut Claims) -> Entry {
    let mut who = match provider {
        // Identity Center names its providers by itself, and assigns people to its roles.
        Some(name) if name.starts_with("AWSSSO_") && name.ends_with("_DO_NOT_DELETE") => {
            "whoever IAM Identity Center assigns the role to".to_owned()
        }
        Some(name) => format!("anyone whom the SAML provider {name} vouches for"),
        None => "anyone whom a SAML provider of the account vouches for".to_owned(),
    };
    for (key, one, many) in KEYS {
        if let Some(value) = claims.take(key) {
            who = format!("{who}, {}", value.words(one, many));
        }
    }
    let audiences = claims.take_audiences();
    let usual = |text: String| text.starts_with("https://") && text.contains("signin.") && text.contains(SIGN_IN);
    if !audiences.iter().all(|audience| audience.exact().is_some_and(usual)) {
        let names: Vec<String> = audiences.iter().map(super::field::Field::name).collect();
        who = format!("{who}, audience {}", names.join(" or "));
    }
    Entry { who, open: None }
}
