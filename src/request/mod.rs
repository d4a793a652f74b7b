//! A request before anything is decided: who calls, and what the condition keys say.

mod caller;
mod context;

pub use caller::{ANY_PROVIDER, ANY_SERVICE, Caller, Credentials, Entrance, SessionName};
pub use context::{Context, Dependence, KeyState};

pub(crate) use context::{KEPT_OF_SAML, is_claim};
