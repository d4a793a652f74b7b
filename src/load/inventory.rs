//! What there is and whose it is: buckets, functions, tagged resources, and the caller whose account was asked.

use crate::arn::{AccountId, Arn};
use crate::diagnostic::Diagnostic;
use crate::load::Input;
use crate::load::builder::Builder;
use crate::load::canonical_users::owner;
use crate::load::managed_policies::malformed_account;
use crate::load::node::Fields;
use crate::load::roles::cut_off;
use crate::load::tags;
use crate::load::told::Finding;
use crate::model::FailedListing;

/// `sts get-caller-identity`.
pub(super) fn caller_identity(builder: &mut Builder, input: &Input) {
    let Ok(fields) = input.root().fields() else { return };
    let text = fields.text("Account").unwrap_or_default();
    let Some(account) = AccountId::parse(&text) else {
        let place = fields.get("Account").unwrap_or_else(|| fields.node.clone());
        let message = format!("`{text}` is no account id");
        let diagnostic = Diagnostic::error("malformed-account-id", message);
        builder.report(diagnostic.with_hint("an account id has twelve digits").at(place.origin()));
        return;
    };
    builder.folders.note(&input.path, account);
    builder.account(account);
    if let Ok(arn) = fields.arn("Arn") {
        builder.note_partition(account, &arn);
    }
}

/// `s3api list-buckets`: the buckets of the account that was asked (E183), and its canonical user (E36).
pub(super) fn buckets(builder: &mut Builder, input: &Input) {
    let account = builder.folders.of(&input.path);
    if let (Some(account), Ok(fields)) = (account, input.root().fields())
        && let Some(owner) = owner(&fields)
    {
        builder.canonical_users.note(&owner, account, fields.node.place());
    }
    let partition = builder.partition(account).to_owned();
    each(builder, input, "Buckets", |builder, fields| {
        let Some(name) = fields.text("Name") else { return Err(fields.node.malformed("the bucket has no `Name`")) };
        let arn = Arn::parse(&format!("arn:{partition}:s3:::{name}"));
        let arn =
            arn.map_err(|error| Diagnostic::error("malformed-arn", error.to_string()).at(fields.node.origin()))?;
        builder.resources.note_listed(arn, account);
        Ok(())
    });
}

/// `lambda list-functions`.
pub(super) fn functions(builder: &mut Builder, input: &Input) {
    let account = builder.folders.of(&input.path);
    each(builder, input, "Functions", |builder, fields| {
        let arn = checked(builder, fields, fields.arn("FunctionArn")?);
        builder.resources.note(arn, account);
        Ok(())
    });
}

/// `resourcegroupstaggingapi get-resources`.
pub(super) fn tagged_resources(builder: &mut Builder, input: &Input) {
    let account = builder.folders.of(&input.path);
    each(builder, input, "ResourceTagMappingList", |builder, fields| {
        let arn = checked(builder, fields, fields.arn("ResourceARN")?);
        let value = tags::read(fields, &format!("`{arn}`"), &mut builder.diagnostics);
        let finding = Finding { value, origin: fields.node.place() };
        let diagnostic = builder.resources.set_tags(arn, account, finding);
        builder.diagnostics.extend(diagnostic);
        Ok(())
    });
}

/// Calls `read` for each entry of the list at a key. What it says is wrong with one does not stop the others.
pub(super) fn each(
    builder: &mut Builder,
    input: &Input,
    key: &str,
    mut read: impl FnMut(&mut Builder, &Fields<'_>) -> Result<(), Diagnostic>,
) {
    let Ok(fields) = input.root().fields() else { return };
    for node in fields.list(key) {
        let result = node.fields().and_then(|fields| read(builder, &fields));
        if let Err(diagnostic) = result {
            builder.report(diagnostic);
        }
    }
    if ["NextToken", "NextMarker", "ContinuationToken"].into_iter().any(|key| fields.get(key).is_some())
        || fields.text("PaginationToken").is_some_and(|token| !token.is_empty())
    {
        let diagnostic = cut_off(&fields.node);
        if let Some(call) = listing(key) {
            builder.failed_listings.push(failed(builder, input, call, &diagnostic.message));
        }
        builder.report(diagnostic);
    }
}

/// The call that prints a list of resources under a key.
fn listing(key: &str) -> Option<&'static str> {
    Some(match key {
        "Buckets" => "s3-list-buckets",
        "Functions" => "lambda-list-functions",
        "AccessPointList" => "s3control-list-access-points",
        "VpcEndpoints" => "ec2-describe-vpc-endpoints",
        _ => return None,
    })
}

/// A listing of the account and region in whose folder a file is, that is not there or not whole.
pub(super) fn failed(builder: &Builder, input: &Input, call: &str, reason: &str) -> FailedListing {
    FailedListing {
        call: call.into(),
        account: builder.folders.of(&input.path),
        region: input.layout.region.as_deref().map(Into::into),
        reason: reason.into(),
    }
}

/// The same ARN; a remark when its account field is neither empty nor an account id.
pub(super) fn checked(builder: &mut Builder, fields: &Fields<'_>, arn: Arn) -> Arn {
    if !arn.account().is_empty() && arn.account_id().is_none() {
        builder.report(malformed_account(fields, &arn));
    }
    arn
}
