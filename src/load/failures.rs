//! Answers that are errors, and files that could not be read: what they would have said is unknown (E185).

use std::path::Path;

use crate::diagnostic::{Diagnostic, Origin};
use crate::load::bucket_settings;
use crate::load::builder::Builder;
use crate::load::format::{Format, policy_call};
use crate::load::inventory;
use crate::load::layout::Layout;
use crate::load::locate::Text;
use crate::load::organization::{Draft, FEATURES_CALL, has_no_features};
use crate::load::place::arn_by_place;
use crate::load::resources::Part;
use crate::load::told::Missing;
use crate::load::{Input, credentials, files, session_duration};
use crate::model::{Collected, FailedListing};

/// Errors that say "there is none", which is an answer, and of what there is none (E185).
const ABSENT: [(&str, Part); 9] = [
    ("NoSuchBucketPolicy", Part::Policy),
    ("ResourceNotFoundException", Part::Policy),
    ("RepositoryPolicyNotFoundException", Part::Policy),
    ("PolicyNotFound", Part::Policy),
    ("PolicyNotFoundException", Part::Policy),
    ("NoSuchAccessPointPolicy", Part::Policy),
    ("NoSuchPublicAccessBlockConfiguration", Part::PublicAccessBlock),
    ("OwnershipControlsNotFoundError", Part::ObjectOwnership),
    ("ServerSideEncryptionConfigurationNotFoundError", Part::Encryption),
];

const DETAILS: &str = "iam-get-account-authorization-details";

/// An `{"Error": {"Code", "Message"}}`.
pub(super) fn failed_call(builder: &mut Builder, organization: &mut Draft, input: &Input) {
    let Ok(fields) = input.root().fields() else { return };
    let error = fields.get("Error").and_then(|node| node.fields().ok());
    let text = |key: &str| error.as_ref().and_then(|error| error.text(key)).unwrap_or_default();
    let (code, message) = (text("Code"), text("Message"));
    if code == "AWSOrganizationsNotInUseException" {
        organization.not_in_use();
        return;
    }
    let call = if input.layout.operation.is_empty() { "the call" } else { &input.layout.operation };
    let is_none = is_answer(input, &code) || credentials::has_no_password(&input.layout.operation, &code, &message);
    let reason = (!is_none).then(|| format!("{call} failed: {code}: {message}"));
    let missing = Missing { reason, origin: fields.node.origin() };
    attribute(builder, organization, input, &missing);
    if let Missing { reason: Some(reason), origin } = missing {
        let message = format!("{reason}; what it would have told is unknown");
        builder.report(Diagnostic::warning("failed-call", message).at(origin));
    }
}

/// Whether an error says that there is none of what was asked for (E185).
fn is_answer(input: &Input, code: &str) -> bool {
    let part = part(&input.layout.operation, input.layout.item.as_deref().unwrap_or_default());
    let none = ABSENT.iter().any(|(none, of)| *none == code && part.is_none_or(|part| part == *of));
    none || (input.layout.operation == FEATURES_CALL && has_no_features(code))
}

/// A file whose place tells what it would have held.
pub(super) fn unread_file(builder: &mut Builder, organization: &mut Draft, path: &Path, message: &str) {
    let file = files::shown(path);
    let origin = Origin::file(&file);
    let reason = format!("`{file}` could not be used: {message}");
    let layout = Layout::of(path);
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    if path.file_name().is_some_and(|name| name.to_string_lossy().to_lowercase().starts_with("organization.json")) {
        organization.failed("", None, &reason);
    }
    let input = Input { file, path, text: Text::default(), pointer: "", format: Format::Error, layout };
    attribute(builder, organization, &input, &Missing { reason: Some(reason.clone()), origin });
    // It may have been one page of several: what the others gave is then not all.
    if input.layout.operation == DETAILS
        && let Some(account) = builder.folders.of(&input.path)
        && let details @ Collected::Present(()) = &mut builder.account(account).details
    {
        *details = Collected::Unknown(reason);
    }
}

/// Makes unknown, or absent, what the file would have told.
fn attribute(builder: &mut Builder, organization: &mut Draft, input: &Input, missing: &Missing) {
    let (operation, item) = (input.layout.operation.as_str(), input.layout.item.as_deref());
    let account = builder.folders.of(&input.path);
    if let Some(reason) = missing.reason.as_ref().filter(|_| operation.starts_with("organizations-")) {
        organization.failed(operation, item, reason);
    }
    builder.identity_center.missing(operation, item, missing.reason.as_deref());
    organization.root_access_missing(operation, item, missing.clone());
    if let Some(reason) = missing.reason.as_ref().filter(|_| FailedListing::is_one(operation)) {
        let listing = inventory::failed(builder, input, operation, reason);
        builder.failed_listings.push(listing);
    }
    if let Some(account) = account {
        builder.credentials.missing(account, operation, item, missing.clone());
        if let Some(reason) = missing.reason.as_ref().filter(|_| session_duration::CALLS.contains(&operation)) {
            builder.session_durations.note(account, item, reason);
        }
    }
    if operation == DETAILS
        && let (Some(account), Some(reason)) = (account, &missing.reason)
    {
        let details = &mut builder.account(account).details;
        if *details == Collected::NotCollected {
            *details = Collected::Unknown(reason.clone());
        }
    } else if operation == bucket_settings::OF_ACCOUNT {
        bucket_settings::missing_of_account(builder, input, missing.clone());
    } else if let Some(name) = item
        && let Some(part) = part(operation, name)
        && let Some(arn) = arn_by_place(builder, input, operation, name, account)
    {
        if part == Part::AccessPoint {
            let diagnostic = builder.resources.set_block(arn.clone(), account, missing.clone().finding());
            builder.diagnostics.extend(diagnostic);
        }
        let diagnostic = builder.resources.set_missing(arn, account, part, missing.clone(), &builder.documents);
        builder.diagnostics.extend(diagnostic);
    }
}

/// What a call tells of the resource it is made for.
fn part(operation: &str, name: &str) -> Option<Part> {
    Some(match operation {
        "kms-list-grants" => Part::Grants,
        "s3-get-bucket-acl" => Part::Acl,
        "s3-get-bucket-ownership-controls" => Part::ObjectOwnership,
        "s3-get-public-access-block" | bucket_settings::OF_ACCOUNT => Part::PublicAccessBlock,
        "s3-get-bucket-encryption" => Part::Encryption,
        "s3-get-bucket-abac" => Part::AttributeBasedControl,
        "s3control-get-access-point" => Part::AccessPoint,
        _ => return policy_call(operation, name).map(|_| Part::Policy),
    })
}
