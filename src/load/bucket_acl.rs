//! `s3api get-bucket-acl`: what a bucket's access control list grants, each grant a policy of its own (E109, E179).

use crate::diagnostic::Diagnostic;
use crate::load::Input;
use crate::load::builder::Builder;
use crate::load::canonical_users::owner;
use crate::load::node::{Fields, Node};
use crate::load::place::placed;
use crate::load::resources::Listed;
use crate::load::told::Finding;
use crate::model::{Collected, PolicyKind};
use crate::policy::{AclGrant, AclOf};

const GRANT: [&str; 2] = ["Grantee", "Permission"];
const GRANTEE: [&str; 5] = ["Type", "ID", "URI", "EmailAddress", "DisplayName"];

/// Reads one file.
pub(super) fn read(builder: &mut Builder, input: &Input) {
    let Ok(fields) = input.root().fields() else { return };
    let Some((arn, account)) = placed(builder, input) else { return };
    let owner = owner(&fields);
    // The folder may be of the account that asked; the one that lists the bucket owns it (E36).
    if let (Some(owner), Some(account)) = (&owner, builder.resources.listed_by(&arn)) {
        builder.canonical_users.note(owner, account, fields.node.place());
    }
    let name = arn.as_str().to_owned();
    let entries = fields.list("Grants");
    let list = entries.iter().map(|node| grant(builder, node, &name, owner.as_deref())).collect();
    let finding = Finding { value: Collected::Present(list), origin: fields.node.place() };
    let diagnostic = builder.resources.set_acl(arn, account, finding, &builder.documents);
    builder.diagnostics.extend(diagnostic);
}

/// One grant. What of it is not understood makes it unknown, never less (E49).
fn grant(builder: &mut Builder, node: &Node<'_>, bucket: &str, owner: Option<&str>) -> Listed {
    match parts(node, owner) {
        Ok((grant, strange)) => {
            let grant = AclGrant {
                grantee_type: &grant.grantee_type,
                grantee: &grant.grantee,
                permission: &grant.permission,
                to_owner: owner == Some(grant.grantee.as_str()),
            };
            let translation = grant.translate(AclOf::Bucket);
            builder.translated_policy(node, bucket, PolicyKind::Acl, translation, strange.as_deref())
        }
        Err(diagnostic) => {
            builder.report(diagnostic);
            (builder.unknown_policy(node, bucket, PolicyKind::Acl), None)
        }
    }
}

struct Parts {
    grantee_type: String,
    grantee: String,
    permission: String,
}

/// What a grant says, and what of it is not known.
fn parts(node: &Node<'_>, owner: Option<&str>) -> Result<(Parts, Option<String>), Diagnostic> {
    let fields = node.fields()?;
    let Some(permission) = fields.text("Permission") else {
        return Err(node.malformed("the grant has no `Permission`"));
    };
    let grantee = fields.get("Grantee").ok_or_else(|| node.malformed("the grant has no `Grantee`"))?.fields()?;
    let (grantee_type, key) = kind(&grantee);
    let Some(name) = grantee.text(key) else {
        return Err(grantee.node.malformed(format!("the grantee has no `{key}`")));
    };
    let unknown_key =
        |fields: &Fields<'_>, known: &[&str]| fields.keys().find(|key| !known.contains(key)).map(str::to_owned);
    let mut strange = unknown_key(&fields, &GRANT).or_else(|| unknown_key(&grantee, &GRANTEE));
    if owner.is_none() && matches!(permission.as_str(), "WRITE" | "FULL_CONTROL") {
        // The owner may delete what others may not.
        strange = strange.or(Some("Owner".to_owned()));
    }
    Ok((Parts { grantee_type, grantee: name, permission }, strange))
}

/// What kind of grantee it is, and the key that tells which.
fn kind(grantee: &Fields<'_>) -> (String, &'static str) {
    let by_key = || if grantee.get("URI").is_some() { "Group" } else { "CanonicalUser" }.to_owned();
    let kind = grantee.text("Type").unwrap_or_else(by_key);
    let key = match kind.as_str() {
        "Group" => "URI",
        "AmazonCustomerByEmail" => "EmailAddress",
        _ => "ID",
    };
    (kind, key)
}
