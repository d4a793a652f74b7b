//! Identities of Cognito identity pools.
//!
//! Amazon Cognito Developer Guide, "Role trust and permissions": `aud` is the pool, `amr` holds `authenticated` and the
//! provider signed in at, or `unauthenticated`. Everybody can get an unauthenticated identity of a pool that gives them.

use super::field::Field;
use super::tenancy::Issuer;
use super::{Claims, Entry};

/// Whose identity passes.
pub(super) fn entry(issuer: &Issuer<'_>, claims: &mut Claims) -> Entry {
    let pools = claims.take_audiences();
    let sub = claims.take("sub");
    let (mut signed_in, mut guests) = (true, true);
    let mut by = Vec::new();
    for holds in [true, false] {
        while let Some(method) = claims.take_member("amr", holds) {
            let admits = |text: &str| method.covers(&Field::of(text)) == holds;
            signed_in &= admits("authenticated") || holds && !method.is("unauthenticated");
            guests &= admits("unauthenticated");
            if holds && !admits("authenticated") && !admits("unauthenticated") {
                by.push(format!("signed in by {}", method.name()));
            } else if !holds && admits("authenticated") && admits("unauthenticated") {
                by.push(format!("not signed in by {}", method.name()));
            }
        }
    }
    let pool = match pools.as_slice() {
        [] => "any identity pool".to_owned(),
        pools => format!("identity pool {}", pools.iter().map(Field::name).collect::<Vec<_>>().join(" or ")),
    };
    let kind = match (signed_in, guests) {
        (true, false) => "authenticated identities",
        (false, true) => "unauthenticated identities",
        (true, true) => "authenticated and unauthenticated identities",
        (false, false) => "no identities",
    };
    let mut who = format!("{kind} of {pool} (Cognito)");
    if let Some(sub) = &sub {
        who = format!("{who}, {}", sub.words("identity", "identities"));
    }
    for method in by {
        who = format!("{who}, {method}");
    }
    let fixed = |pool: &Field| pool.exact().is_some();
    let one = sub.as_ref().is_some_and(|sub| sub.exact().is_some());
    let open = if one {
        None
    } else if pools.is_empty() {
        issuer.open("no condition on aud")
    } else if !pools.iter().all(fixed) {
        issuer.open(&format!(
            "aud {} fixes no identity pool",
            pools.iter().map(Field::name).collect::<Vec<_>>().join(" or ")
        ))
    } else if guests && signed_in {
        Some("no condition on amr: anyone, without signing in, if the pool admits guests".to_owned())
    } else if guests {
        Some("unauthenticated identities: anyone, without signing in".to_owned())
    } else {
        None
    };
    Entry { who, open }
}
