//! Who may come in through federation, in words.
//!
//! A trust policy names an identity provider, or a service that hands the role on, and its conditions say whom of all that
//! it vouches for. Each family of providers has a file that reads its claims; `tenancy.rs` is the table of the issuers that
//! are everybody's. Nothing is left out: what there are no words for stands behind them as the condition says it.

mod alternatives;
mod claims;
mod cognito;
mod field;
mod generic;
mod github;
mod gitlab;
mod kubernetes;
mod pipelines;
mod roles_anywhere;
mod saml;
mod social;
mod subject;
mod tenancy;

use std::collections::BTreeSet;

use crate::arn::Arn;
use crate::condition::{Atom, Residual};
use crate::request::{ANY_PROVIDER, ANY_SERVICE, Caller};

use alternatives::alternatives;
use claims::Claims;
use tenancy::Issuer;

/// Who may enter through a provider.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Entrants {
    /// The alternatives, each once, sorted: `GitHub Actions of alder-analytics/pipeline, branch main`. None if nobody may.
    pub words: Vec<Box<str>>,
    /// Why some of them may be others than one's own, if so: `no condition on sub: any repository on GitHub`.
    pub open: Option<Box<str>>,
}

/// What was found of one alternative.
struct Entry {
    who: String,
    open: Option<String>,
}

/// Who vouches for whoever enters.
enum Provider {
    /// A SAML provider by its name, where that is known.
    Saml(Option<Box<str>>),
    /// An issuer of tokens, without its scheme.
    Web(Box<str>),
    PodIdentity,
    RolesAnywhere,
    Service(Box<str>),
    /// Some provider, whichever.
    Any,
}

/// Who may enter through an identity provider or a federating service under a condition: what is left of the decision
/// about `AssumeRoleWithWebIdentity`, `AssumeRoleWithSAML` or, for a service, `AssumeRole` (E143-E145, E193, E195).
///
/// A condition that always holds admits all for whom the provider vouches, one that never does admits nobody. Of a caller
/// that is no provider and no service there are no words.
#[must_use]
pub fn who_enters(caller: &Caller, condition: &Residual) -> Entrants {
    let (mut words, mut open) = (BTreeSet::new(), BTreeSet::new());
    let Some(provider) = provider(caller) else { return Entrants::default() };
    let required = match &provider {
        Provider::Web(name) => Issuer::of(name).and_then(|issuer| issuer.tenancy.required),
        _ => None,
    };
    let splits = |key: &str| says_who(key) || required.is_some_and(|required| required.eq_ignore_ascii_case(key));
    for parts in alternatives(condition, &splits) {
        let found = match provider {
            Provider::Any => entry(&told_by(&parts), parts),
            _ => entry(&provider, parts),
        };
        if let Some(entry) = found {
            words.insert(entry.who.into_boxed_str());
            open.extend(entry.open);
        }
    }
    let open = if open.is_empty() { None } else { Some(open.into_iter().collect::<Vec<_>>().join("; ").into()) };
    Entrants { words: words.into_iter().collect(), open }
}

fn provider(caller: &Caller) -> Option<Provider> {
    match caller {
        Caller::FederatedProvider(name) if &**name == ANY_PROVIDER => Some(Provider::Any),
        Caller::FederatedProvider(name) => Some(by_name(name)),
        Caller::Service(name) => Some(match &**name {
            "pods.eks.amazonaws.com" => Provider::PodIdentity,
            "rolesanywhere.amazonaws.com" => Provider::RolesAnywhere,
            _ => Provider::Service(name.clone()),
        }),
        _ => None,
    }
}

/// The provider of an ARN, or one that AWS has built in.
fn by_name(name: &str) -> Provider {
    let arn = Arn::parse(name).ok();
    let resource = arn.as_ref().map(Arn::resource);
    match resource.and_then(|resource| resource.strip_prefix("saml-provider/")) {
        Some(saml) => Provider::Saml(Some(saml.into())),
        None => {
            Provider::Web(resource.and_then(|resource| resource.strip_prefix("oidc-provider/")).unwrap_or(name).into())
        }
    }
}

/// Which provider it has to be, by what is asked of its claims, where none is named.
fn told_by(parts: &[Residual]) -> Provider {
    let tests = parts.iter().filter_map(|part| match part {
        Residual::Atom(atom) => match &**atom {
            Atom::Test { operator, key, values } if !operator.starts_with("ForAllValues") && &**operator != "Null" => {
                Some((operator, key, values))
            }
            _ => None,
        },
        _ => None,
    });
    for (operator, key, values) in tests {
        match (key.split_once(':'), values.as_slice()) {
            (Some(("saml", _)), _) => return Provider::Saml(None),
            (Some((issuer, _)), _) if issuer.contains('.') => return Provider::Web(issuer.into()),
            (Some(("aws", "federatedprovider")), [only]) if &**operator == "StringEquals" => return by_name(only),
            _ => {}
        }
    }
    Provider::Any
}

/// Whether a key, in lowercase, says who it is, so that each of its values is somebody else. Audiences do not.
fn says_who(key: &str) -> bool {
    let Some((prefix, claim)) = key.split_once(':') else { return false };
    match prefix {
        "saml" => claim != "aud",
        "aws" => {
            matches!(claim, "sourcearn" | "sourceaccount" | "federatedprovider")
                || claim.starts_with("requesttag/")
                || claim.starts_with("principaltag/x509")
        }
        "sts" => claim == "sourceidentity",
        issuer => issuer.contains('.') && claim != "aud",
    }
}

/// What there is to say of one alternative; nothing where nobody can come in by it.
fn entry(provider: &Provider, parts: Vec<Residual>) -> Option<Entry> {
    let issuer = match provider {
        Provider::Web(name) => Issuer::of(name),
        _ => None,
    };
    let prefix = match (&issuer, provider) {
        (Some(issuer), _) => issuer.prefix(),
        (None, Provider::Saml(_)) => "saml:".to_owned(),
        (None, _) => String::new(),
    };
    let describe = |claims: &mut Claims| match (&issuer, provider) {
        (Some(issuer), _) => (issuer.tenancy.describe)(issuer, claims),
        (None, Provider::Saml(name)) => saml::entry(name.as_deref(), claims),
        (None, Provider::PodIdentity) => kubernetes::pod_identity(claims),
        (None, Provider::RolesAnywhere) => roles_anywhere::entry(claims),
        (None, Provider::Service(name)) if &**name == ANY_SERVICE => Entry::of("some AWS service"),
        (None, Provider::Service(name)) => Entry::of(&format!("the service {name}")),
        (None, Provider::Web(_) | Provider::Any) => Entry {
            who: "anyone whom some identity provider of the account vouches for".to_owned(),
            open: Some("no provider is named: any identity provider of the role's account".to_owned()),
        },
    };
    let mut claims = Claims::new(&prefix, parts);
    // No token is without a subject or an audience: such an alternative is told, and opens nothing.
    let impossible = issuer.is_some() && (claims.demands_absence("sub") || claims.demands_absence("aud"));
    let sub = claims.look("sub");
    let mut entry = describe(&mut claims);
    if impossible {
        entry.open = None;
    }
    if claims.in_any_case() {
        entry.who.push_str(" (in any letter case)");
    }
    let mut refused = Vec::new();
    for (field, test) in claims.take_refused_subjects() {
        match &sub {
            Some(sub) if field.covers(sub) => return None,
            Some(sub) if !field.meets(sub) => continue,
            _ => {}
        }
        let mut one = Claims::new(&prefix, vec![test.clone()]);
        let other = describe(&mut one);
        if one.rest().is_true() {
            refused.push(other.who);
        } else {
            claims.put_back_refused(&test);
        }
    }
    if !refused.is_empty() {
        entry.who = format!("{}; except for {}", entry.who, refused.join(" and "));
    }
    let rest = claims.rest();
    if !rest.is_true() {
        entry.who = format!("{}, if {rest}", entry.who);
    }
    Some(entry)
}

impl Entry {
    fn of(who: &str) -> Self {
        Self { who: who.to_owned(), open: None }
    }
}
