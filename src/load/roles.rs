//! `iam list-roles` and `iam get-role`: the session durations, which are only there (E186), and roles that no
//! authorization details hold.

use crate::diagnostic::Diagnostic;
use crate::load::Input;
use crate::load::authorization_details::{max_session_duration, trust};
use crate::load::builder::Builder;
use crate::load::managed_policies::malformed_account;
use crate::load::node::Node;
use crate::model::{PolicyKind, Principal, PrincipalKind};

/// Reads one file.
pub(super) fn read(builder: &mut Builder, input: &Input) {
    let Ok(fields) = input.root().fields() else { return };
    let mut alone = 0;
    for node in fields.list("Roles").into_iter().chain(fields.get("Role")) {
        match role(builder, &node) {
            Ok(true) => alone += 1,
            Ok(false) => {}
            Err(diagnostic) => builder.report(diagnostic),
        }
    }
    if alone > 0 {
        let message = format!("{alone} role(s) are in no authorization details: their identity policies are unknown");
        let hint = "aws iam get-account-authorization-details gives them";
        let diagnostic = Diagnostic::warning("role-without-policies", message).with_hint(hint);
        builder.report(diagnostic.at(fields.node.origin()));
    }
    if fields.is_cut() {
        builder.report(cut_off(&fields.node));
    }
}

/// Says that a listing goes on where the file ends.
pub(super) fn cut_off(node: &Node<'_>) -> Diagnostic {
    let message = "the listing is cut off: what comes after is not known";
    Diagnostic::warning("truncated-listing", message).at(node.origin())
}

/// Merges a role; says whether it is in no authorization details.
fn role(builder: &mut Builder, node: &Node<'_>) -> Result<bool, Diagnostic> {
    let fields = node.fields()?;
    let arn = fields.arn("Arn")?;
    let account = arn.account_id().ok_or_else(|| malformed_account(&fields, &arn))?;
    let duration = max_session_duration(&fields);
    if let Some(principal) = builder.principal_mut(arn.as_str()) {
        principal.max_session_duration = principal.max_session_duration.or(duration);
        return Ok(false);
    }
    let name = arn.resource().rsplit('/').next().unwrap_or_default();
    let unknown = format!("the identity policies of {name}");
    let unknown = builder.unknown_policy(node, &unknown, PolicyKind::Inline);
    let boundary = fields.get("PermissionsBoundary").and_then(|node| node.fields().ok()).map(|boundary| {
        let arn = boundary.text("PermissionsBoundaryArn").unwrap_or_default();
        builder.unknown_policy(&boundary.node, &arn, PolicyKind::CustomerManaged)
    });
    let trust = trust(builder, &fields, name, PrincipalKind::Role);
    builder.add_principal(Principal {
        account,
        kind: PrincipalKind::Role,
        name: name.into(),
        unique_id: fields.text("RoleId").map(Into::into),
        tags: fields.tags("Tags"),
        groups: Vec::new(),
        policies: vec![unknown],
        boundary,
        trust,
        max_session_duration: duration,
        arn,
    });
    Ok(true)
}
