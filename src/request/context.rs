//! The condition keys of a request: each known, absent, or unknown (E1, E2, E174).

use std::cell::Cell;
use std::collections::BTreeMap;

/// What is known of one condition key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyState {
    /// Not in the request.
    Absent,
    /// In the request with these values (one, unless the key is multivalued).
    Known(Vec<String>),
    /// May be absent or have any value.
    Unknown,
    /// In the request, with a value that is not known.
    Present,
    /// Absent or these values, nothing else; AWS's documents do not say which (E167). The text is the reason's code.
    AbsentOr(Vec<String>, &'static str),
    /// Absent or any value, but none that begins with one of these texts: what an outsider is not.
    NotBeginningWith(Vec<String>),
}

impl KeyState {
    /// A single known value.
    #[must_use]
    pub fn value(text: impl Into<String>) -> Self {
        Self::Known(vec![text.into()])
    }
}

/// Facts of the caller that a decision was found to look at; what it does not look at it cannot depend on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Dependence {
    /// How the credentials in hand came to be.
    pub credentials: bool,
    /// Which principal of its account it is.
    pub principal: bool,
}

impl Dependence {
    /// Either.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self { credentials: self.credentials || other.credentials, principal: self.principal || other.principal }
    }
}

/// The context of a request: states of keys, and what holds for every key not mentioned.
#[derive(Debug, Clone)]
pub struct Context {
    keys: BTreeMap<String, KeyState>,
    /// Prefixes, such as `aws:principaltag/`, below which no key is in the request but those set.
    families: Vec<String>,
    /// Whether the claims of web identity providers are settled: only those of this one may be in the request (E144).
    claims: Option<Option<String>>,
    /// Whether it is a session's request, in which no claim is but those that a session keeps (E144).
    of_session: bool,
    others: KeyState,
    /// What a look at a key, in lowercase, is a look at; once given, looks are counted.
    watch: Option<fn(&str) -> Dependence>,
    looked_at: Cell<Dependence>,
}

impl Context {
    /// Nothing is in the request but what is set: AWS's own reading of a simulation.
    #[must_use]
    pub fn strict() -> Self {
        Self::with(KeyState::Absent)
    }

    /// What is not set is unknown.
    #[must_use]
    pub fn open() -> Self {
        Self::with(KeyState::Unknown)
    }

    fn with(others: KeyState) -> Self {
        let (keys, families, looked_at) = (BTreeMap::new(), Vec::new(), Cell::default());
        Self { keys, families, claims: None, of_session: false, others, watch: None, looked_at }
    }

    /// Counts looks at keys from here on, by what each is a look at.
    pub fn watch(&mut self, what: fn(&str) -> Dependence) {
        self.watch = Some(what);
    }

    /// What was looked at since.
    #[must_use]
    pub fn looked_at(&self) -> Dependence {
        self.looked_at.get()
    }

    /// Sets a key. Letter case of keys does not matter (E75).
    pub fn set(&mut self, key: &str, state: KeyState) {
        self.keys.insert(key.to_lowercase(), state);
    }

    /// Sets a key that is not set yet.
    pub fn set_default(&mut self, key: &str, state: KeyState) {
        self.keys.entry(key.to_lowercase()).or_insert(state);
    }

    /// Fixes that no key begins with `prefix` but those set from here on.
    pub fn fix_family(&mut self, prefix: &str) {
        let prefix = prefix.to_lowercase();
        self.keys.retain(|key, _| !key.starts_with(&prefix));
        self.families.push(prefix);
    }

    /// Fixes that no key begins with `prefix` but those that are set, before or after.
    pub fn close_family(&mut self, prefix: &str) {
        self.families.push(prefix.to_lowercase());
    }

    /// Fixes that no claim of a web identity provider is in the request, but those of `provider` if one is given.
    pub fn fix_claims(&mut self, provider: Option<&str>) {
        self.keys.retain(|key, _| !is_claim(key) || is_claim_of(key, provider));
        self.claims = Some(provider.map(str::to_lowercase));
    }

    /// Fixes that no claim of an identity provider is in the request but those that a session keeps (E144).
    pub fn keep_claims_of_sessions(&mut self) {
        self.keys.retain(|key, _| !is_said_once(key));
        self.of_session = true;
    }

    /// The state of a key, given in lowercase.
    #[must_use]
    pub fn get(&self, key: &str) -> &KeyState {
        if let Some(what) = self.watch {
            self.looked_at.set(self.looked_at.get().or(what(key)));
        }
        if let Some(state) = self.keys.get(key) {
            return state;
        }
        if self.families.iter().any(|prefix| key.starts_with(prefix.as_str())) {
            return &KeyState::Absent;
        }
        if self.of_session && is_said_once(key) {
            return &KeyState::Absent;
        }
        match &self.claims {
            Some(provider) if is_claim(key) && !is_claim_of(key, provider.as_deref()) => &KeyState::Absent,
            _ => &self.others,
        }
    }

    /// Whether the key, given in lowercase, has been set.
    #[must_use]
    pub fn is_set(&self, key: &str) -> bool {
        self.keys.contains_key(key)
    }

    /// The keys that are set, in order.
    pub fn keys(&self) -> impl Iterator<Item = (&str, &KeyState)> {
        self.keys.iter().map(|(key, state)| (key.as_str(), state))
    }
}

/// The claims of a SAML assertion that a session keeps (E144).
pub(crate) const KEPT_OF_SAML: [&str; 3] = ["saml:namequalifier", "saml:sub", "saml:sub_type"];

/// Whether a key, in lowercase, is a claim that is there when a session is opened, and not in it (E144).
fn is_said_once(key: &str) -> bool {
    let claim = key.rsplit_once(':').map(|(_, claim)| claim);
    key.starts_with("saml:") && !KEPT_OF_SAML.contains(&key)
        || is_claim(key) && !matches!(claim, Some("amr" | "aud" | "sub"))
}

/// Whether a key, in lowercase, is a claim of a web identity provider: what stands before its name is a host.
pub(crate) fn is_claim(key: &str) -> bool {
    key.split_once(':').is_some_and(|(provider, _)| provider.contains('.'))
}

fn is_claim_of(key: &str, provider: Option<&str>) -> bool {
    provider.is_some_and(|provider| key.rsplit_once(':').is_some_and(|(of, _)| of.eq_ignore_ascii_case(provider)))
}
