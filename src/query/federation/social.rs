//! Providers for consumers: Google, Facebook, Login with Amazon.
//!
//! IAM User Guide, "Available keys for AWS OIDC federation". Of Google, `aud` is the application or service account that
//! the token was issued to (`azp`), and `oaud` the audience that whoever asks for a token may choose.

use super::field::Field;
use super::tenancy::Issuer;
use super::{Claims, Entry};

/// Google: users of applications, and service accounts.
pub(super) fn google(issuer: &Issuer<'_>, claims: &mut Claims) -> Entry {
    let application = claims.take_audiences();
    let user = claims.take("sub");
    let email = claims.take("email");
    let chosen = claims.take("oaud");
    // A service account's id is a number, a client's ends in a domain.
    let number =
        |field: &Field| field.exact().is_some_and(|id| !id.is_empty() && id.chars().all(|c| c.is_ascii_digit()));
    let accounts = !application.is_empty() && application.iter().all(number);
    let names = application.iter().map(Field::name).collect::<Vec<_>>().join(" or ");
    let mut who = match (&user, &email) {
        (Some(user), _) => user.words("Google account", "Google accounts"),
        (None, Some(email)) => email.words("Google account", "Google accounts"),
        (None, None) if accounts => format!("Google service account {names}"),
        (None, None) => "anyone with a Google account".to_owned(),
    };
    if let (Some(_), Some(email)) = (&user, &email) {
        who = format!("{who}, {}", email.words("email", "emails"));
    }
    if !(application.is_empty() || accounts && user.is_none() && email.is_none()) {
        who = format!("{who}, in application {names}");
    }
    if let Some(chosen) = chosen {
        who = format!("{who}, {}", chosen.words("audience", "audiences"));
    }
    let fixed = accounts || [&user, &email].into_iter().flatten().any(|field| field.exact().is_some());
    let open = if fixed { None } else { by_application(issuer, &application, "aud") };
    Entry { who, open }
}

/// Facebook: users of an application.
pub(super) fn facebook(issuer: &Issuer<'_>, claims: &mut Claims) -> Entry {
    consumers(issuer, claims, ("Facebook", "app_id", "id"))
}

/// Login with Amazon: users of an application.
pub(super) fn amazon(issuer: &Issuer<'_>, claims: &mut Claims) -> Entry {
    consumers(issuer, claims, ("Amazon", "app_id", "user_id"))
}

fn consumers(issuer: &Issuer<'_>, claims: &mut Claims, (vendor, application, user): (&str, &str, &str)) -> Entry {
    let (app, user) = (claims.take(application), claims.take(user));
    let mut who = match &user {
        Some(user) => user.words(&format!("{vendor} account"), &format!("{vendor} accounts")),
        None => issuer.tenancy.everyone.unwrap_or_default().to_owned(),
    };
    if let Some(app) = &app {
        who = format!("{who}, in {}", app.words("application", "applications"));
    }
    let fixed = user.as_ref().is_some_and(|user| user.exact().is_some());
    let open = if fixed { None } else { by_application(issuer, app.as_slice(), application) };
    Entry { who, open }
}

/// Whoever signs in may be anybody, in whichever application.
fn by_application(issuer: &Issuer<'_>, applications: &[Field], claim: &str) -> Option<String> {
    let fixed = !applications.is_empty() && applications.iter().all(|field| field.exact().is_some());
    if !fixed {
        return issuer.open(&format!("no condition on {claim} that fixes the application"));
    }
    issuer.open("no condition on the user").map(|open| format!("{open} who signs in to the application"))
}
