//! `iam list-mfa-devices`, `list-virtual-mfa-devices`, `list-access-keys` and `get-login-profile`.
//!
//! Devices in hardware and passkeys are in `list-mfa-devices` only, so a user without a virtual device may still have one.

use std::collections::BTreeSet;

use crate::arn::{AccountId, Arn};
use crate::diagnostic::Diagnostic;
use crate::load::Input;
use crate::load::builder::Builder;
use crate::load::credentials::{Holder, Part};
use crate::load::format::CredentialCall;
use crate::load::node::{Fields, Node};
use crate::load::place::unplaced;
use crate::load::roles::cut_off;

/// Reads the answer of one call.
pub(in crate::load) fn read(builder: &mut Builder, input: &Input, call: CredentialCall) {
    match call {
        // Every device in it is in force.
        CredentialCall::MfaDevices => of_users(builder, input, "MFADevices", Part::Mfa, |_| Ok(true)),
        CredentialCall::AccessKeys => of_users(builder, input, "AccessKeyMetadata", Part::AccessKey, is_active),
        CredentialCall::VirtualMfaDevices => virtual_mfa_devices(builder, input),
        CredentialCall::LoginProfile => login_profile(builder, input),
    }
}

fn is_active(key: &Fields<'_>) -> Result<bool, Diagnostic> {
    match key.text("Status") {
        Some(status) => Ok(status == "Active"),
        None => Err(key.node.malformed("the access key has no `Status`: whether it is active is unknown")),
    }
}

fn login_profile(builder: &mut Builder, input: &Input) {
    let (Some(place), Ok(fields)) = (Place::of(builder, input), input.root().fields()) else { return };
    let Some(profile) = fields.get("LoginProfile") else { return };
    match profile.fields().and_then(|profile| place.holder(&profile)) {
        Ok(holder) => builder.credentials.claim(place.account, holder, Part::Console, true, || profile.place()),
        Err(diagnostic) => builder.report(diagnostic),
    }
}

/// Whether the failure of a call says that a user has no password; that there is no such user is none.
pub(in crate::load) fn has_no_password(operation: &str, code: &str, message: &str) -> bool {
    operation == "iam-get-login-profile" && code == "NoSuchEntity" && message.starts_with("Login Profile")
}

/// Those with a `User` are in force for that user, the others for nobody.
fn virtual_mfa_devices(builder: &mut Builder, input: &Input) {
    let Ok(fields) = input.root().fields() else { return };
    let account = builder.folders.of(&input.path);
    for node in fields.list("VirtualMFADevices") {
        match node.fields().and_then(|device| owner(&device)) {
            Ok(Some((account, holder))) => {
                builder.credentials.claim(account, holder, Part::Mfa, true, || node.place());
            }
            Ok(None) => {}
            Err(diagnostic) => {
                if let Some(account) = account {
                    builder.credentials.gap(
                        account,
                        Part::Mfa,
                        "an entry of the virtual MFA devices could not be read",
                    );
                }
                builder.report(diagnostic);
            }
        }
    }
    if fields.is_cut() {
        let diagnostic = cut_off(&fields.node);
        if let Some(account) = account {
            builder.credentials.gap(account, Part::Mfa, &diagnostic.message);
        }
        builder.report(diagnostic);
    }
}

/// Whose a virtual device is; nobody's when it is not assigned.
fn owner(device: &Fields<'_>) -> Result<Option<(AccountId, Holder)>, Diagnostic> {
    let Some(user) = device.get("User") else { return Ok(None) };
    let user = user.fields()?;
    let arn = user.arn("Arn")?;
    match holder(&arn) {
        Some(owner) => Ok(Some(owner)),
        None => Err(user.node.malformed(format!("`{arn}` is neither a user nor the root user of an account"))),
    }
}

/// The user, or root user, that an ARN names.
pub(super) fn holder(arn: &Arn) -> Option<(AccountId, Holder)> {
    let account = arn.account_id().filter(|_| arn.service() == "iam")?;
    if arn.resource() == "root" {
        return Some((account, Holder::Root));
    }
    let path = arn.resource().strip_prefix("user/")?;
    let name = path.rsplit('/').next().filter(|name| !name.is_empty())?;
    Some((account, Holder::User(name.into())))
}

/// What the place of a file tells of its entries.
struct Place {
    account: AccountId,
    user: Option<Box<str>>,
}

impl Place {
    /// A remark when nothing tells the account.
    fn of(builder: &mut Builder, input: &Input) -> Option<Self> {
        let Some(account) = builder.folders.of(&input.path) else {
            let message = "nothing tells of which account the users of this answer are";
            builder.report(unplaced("unplaced-answer", message, &input.root()));
            return None;
        };
        Some(Self { account, user: input.layout.item.as_deref().map(Into::into) })
    }

    /// The user whose entry this is.
    fn holder(&self, fields: &Fields<'_>) -> Result<Holder, Diagnostic> {
        let name = fields.text("UserName").map(Into::into).or_else(|| self.user.clone());
        name.map(Holder::User).ok_or_else(|| fields.node.malformed("the entry has no `UserName`"))
    }
}

/// Lists whose entries are users' own, of one user or of several. In the place of one user, a list without an entry in
/// force says that there is none.
fn of_users(
    builder: &mut Builder,
    input: &Input,
    key: &str,
    part: Part,
    is_in_force: impl Fn(&Fields<'_>) -> Result<bool, Diagnostic>,
) {
    let (Some(place), Ok(fields)) = (Place::of(builder, input), input.root().fields()) else { return };
    let mut fault = None;
    let mut has_one = BTreeSet::new();
    let entry = |node: &Node<'_>| {
        let fields = node.fields()?;
        Ok((place.holder(&fields)?, is_in_force(&fields)?))
    };
    for node in fields.list(key) {
        match entry(&node) {
            Ok((holder, true)) => {
                has_one.insert(holder.clone());
                builder.credentials.claim(place.account, holder, part, true, || node.place());
            }
            Ok((_, false)) => {}
            Err(diagnostic) => {
                fault.get_or_insert_with(|| format!("an entry of `{key}` could not be read"));
                builder.report(diagnostic);
            }
        }
    }
    if fields.is_cut() {
        let diagnostic = cut_off(&fields.node);
        fault.get_or_insert_with(|| diagnostic.message.clone());
        builder.report(diagnostic);
    }
    match (fault, place.user.map(Holder::User)) {
        (None, Some(user)) if !has_one.contains(&user) => {
            builder.credentials.claim(place.account, user, part, false, || fields.node.place());
        }
        (Some(reason), Some(user)) => builder.credentials.unreadable(place.account, user, part, reason),
        (Some(reason), None) => builder.credentials.gap(place.account, part, &reason),
        (None, _) => {}
    }
}
