//! Issuers of which nothing more is known; the form of a subject may tell what kind they are.

use super::field::Field;
use super::tenancy::Issuer;
use super::{Claims, Entry};
use super::{github, gitlab, kubernetes, pipelines};

/// Whose token passes.
pub(super) fn entry(issuer: &Issuer<'_>, claims: &mut Claims) -> Entry {
    if issuer.tenancy.required.is_none()
        && let Some(describe) = by_form(claims)
    {
        return describe(issuer, claims);
    }
    let sub = claims.take("sub");
    let mut who = match &sub {
        Some(sub) => format!("{} of {}", sub.words("subject", "subjects"), issuer.name),
        None => format!("any subject of {}", issuer.name),
    };
    // Where the audience is what tells customers apart, it is told, whatever it is.
    let told = match issuer.tenancy.required {
        Some("sub") | None => sub,
        Some("aud") => {
            let audiences = claims.take_audiences();
            if !audiences.is_empty() {
                let names: Vec<String> = audiences.iter().map(Field::name).collect();
                who = format!("{who}, audience {}", names.join(" or "));
            }
            audiences.into_iter().min_by_key(Field::fixed_length)
        }
        Some(key) => {
            let value = claims.take_key(&key.to_lowercase());
            if let Some(value) = &value {
                who = format!("{who}, {key} {}", value.name());
            }
            value
        }
    };
    let claim = issuer.tenancy.required.unwrap_or("sub");
    let open = match &told {
        None => issuer.open(&format!("no condition on {claim}")),
        Some(value) if value.fixed_length() == 0 => issuer.open(&format!("{claim} {} fixes nobody", value.name())),
        Some(_) => None,
    };
    Entry { who: format!("{who}{}", issuer.audience(claims)), open }
}

/// Who describes subjects of this form.
fn by_form(claims: &Claims) -> Option<fn(&Issuer<'_>, &mut Claims) -> Entry> {
    let sub = claims.look("sub")?;
    let begins = |text: &str| sub.strip_prefix(text).is_some();
    if begins("system:serviceaccount:") {
        Some(kubernetes::entry)
    } else if begins("project_path:") {
        Some(gitlab::entry)
    } else if begins("repo:") {
        Some(github::entry)
    } else if begins("organization:") && sub.to_string().contains(":workspace:") {
        Some(pipelines::terraform)
    } else {
        None
    }
}
