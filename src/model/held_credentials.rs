//! What a user, or the root user of an account, can prove who it is with.

use crate::model::Collected;

/// What a user, or the root user of an account, has to sign in and to sign requests with (E186).
///
/// Each part is told by the credential report or by a listing of its own. Files of different times may disagree: then a
/// credential that one of them shows is there, so that no way in is hidden, and a diagnostic says so. A part that was
/// collected and that no file tells of this user is unknown.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HeldCredentials {
    /// Whether it has an MFA device in force, of whatever kind: without one it can never fulfil a condition on MFA (E166).
    pub mfa: Collected<bool>,
    /// Whether it can sign in to the console with a password.
    pub console: Collected<bool>,
    /// Whether it has an active long-term access key.
    pub access_key: Collected<bool>,
}
