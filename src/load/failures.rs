//! Answers that are errors, and files that could not be read: what they would have said is unknown (E185).

use std::path::Path;

use crate::diagnostic::{Diagnostic, Origin};
use crate::load::builder::Builder;
use crate::load::format::Format;
use crate::load::layout::Layout;
use crate::load::organization::Draft;
use crate::load::resource_policies::arn_by_place;
use crate::load::resources::Finding;
use crate::load::{Input, files};
use crate::model::Collected;

/// Errors that say "there is none", which is an answer (E185).
const ABSENT: [&str; 5] = [
    "NoSuchBucketPolicy",
    "ResourceNotFoundException",
    "RepositoryPolicyNotFoundException",
    "PolicyNotFound",
    "PolicyNotFoundException",
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
    let absent = ABSENT.contains(&code.as_str());
    let call = if input.layout.operation.is_empty() { "the call" } else { &input.layout.operation };
    let reason = format!("{call} failed: {code}: {message}");
    let origin = fields.node.origin();
    attribute(builder, organization, input, &reason, absent, &origin);
    if !absent {
        let message = format!("{reason}; what it would have told is unknown");
        builder.report(Diagnostic::warning("failed-call", message).at(origin));
    }
}

/// A file whose place tells what it would have held.
pub(super) fn unread_file(builder: &mut Builder, organization: &mut Draft, path: &Path, message: &str) {
    let file = files::shown(path);
    let origin = Origin::file(&file);
    let reason = format!("`{file}` could not be used: {message}");
    let layout = Layout::of(path);
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    if path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("organization.json")) {
        organization.failed("", None, &reason);
    }
    let input = Input { file, path, text: String::new(), pointer: "", format: Format::Error, layout };
    attribute(builder, organization, &input, &reason, false, &origin);
    // It may have been one page of several: what the others gave is then not all.
    if input.layout.operation == DETAILS
        && let Some(account) = builder.folders.of(&input.path)
        && let details @ Collected::Present(()) = &mut builder.account(account).details
    {
        *details = Collected::Unknown(reason);
    }
}

/// Makes unknown what the file would have told.
fn attribute(
    builder: &mut Builder,
    organization: &mut Draft,
    input: &Input,
    reason: &str,
    absent: bool,
    origin: &Origin,
) {
    let operation = input.layout.operation.as_str();
    let account = builder.folders.of(&input.path);
    if operation.starts_with("organizations-") {
        organization.failed(operation, input.layout.item.as_deref(), reason);
    } else if operation == DETAILS {
        if let Some(account) = account {
            let details = &mut builder.account(account).details;
            if *details == Collected::NotCollected {
                *details = Collected::Unknown(reason.to_owned());
            }
        }
    } else if let Some(name) = &input.layout.item
        && operation.contains("-get-")
        && let Some(arn) = arn_by_place(builder, input, operation, name, account)
        && !operation.starts_with("iam-")
    {
        let policy = if absent { Collected::Absent } else { Collected::Unknown(reason.to_owned()) };
        let finding = Finding { policy, origin: origin.clone() };
        let diagnostic = builder.resources.set_policy(arn, account, finding, &builder.documents);
        builder.diagnostics.extend(diagnostic);
    }
}
