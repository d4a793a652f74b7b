//! Policies of resources: lists of them, and single answers of the services as the AWS CLI prints them.

use crate::arn::{AccountId, Arn};
use crate::diagnostic::Diagnostic;
use crate::load::Input;
use crate::load::builder::Builder;
use crate::load::format::is_document;
use crate::load::inventory::checked;
use crate::load::node::{Fields, Node};
use crate::load::place::{arn_by_place, unplaced};
use crate::load::told::Finding;
use crate::model::{Collected, PolicyKind};
use crate::policy::DocumentKind;

/// A list of `{Arn | Resource, Policy, Account?, Region?}`, on its own or as `ResourcePolicies`.
pub(super) fn list(builder: &mut Builder, input: &Input) {
    let root = input.root();
    let items = match root.fields() {
        Ok(fields) => fields.list("ResourcePolicies"),
        Err(_) => root.items(),
    };
    for node in items {
        let result = node.fields().and_then(|fields| listed(builder, input, &fields));
        if let Err(diagnostic) = result {
            builder.report(diagnostic);
        }
    }
}

fn listed(builder: &mut Builder, input: &Input, fields: &Fields<'_>) -> Result<(), Diagnostic> {
    let arn = fields.arn(if fields.has("Arn") { "Arn" } else { "Resource" })?;
    let arn = checked(builder, fields, arn);
    let account = match fields.get("Account") {
        None => builder.folders.of(&input.path),
        Some(node) => {
            let account = node.text().and_then(|text| AccountId::parse(&text));
            if account.is_none() {
                let diagnostic = Diagnostic::error("malformed-account-id", format!("{} is no account id", node.raw));
                let hint = "an account id is a string of twelve digits";
                builder.report(diagnostic.with_hint(hint).at(node.origin()));
            }
            account
        }
    };
    if !fields.has("Policy") {
        return Err(fields.node.malformed("the entry has no `Policy`; `null` says that there is none"));
    }
    set(builder, arn, account, fields.get("Policy"), &fields.node);
    Ok(())
}

/// One resource's policy as `operation` printed it.
pub(super) fn answer(builder: &mut Builder, input: &Input, operation: &str) {
    let root = input.root();
    let alone = is_document(&root).then(|| root.clone());
    let fields = match root.fields() {
        Ok(fields) => fields,
        Err(_) if alone.is_some() => Fields::none(&root),
        Err(_) => return,
    };
    let inner = |key: &str| fields.get(key).and_then(|node| node.fields().ok());
    let (holder, key) = match operation {
        "sqs-get-queue-attributes" | "sns-get-topic-attributes" => (inner("Attributes"), "Policy"),
        "secretsmanager-get-resource-policy" => (Some(fields.clone()), "ResourcePolicy"),
        "ecr-get-repository-policy" => (Some(fields.clone()), "policyText"),
        "es-describe-elasticsearch-domain" | "opensearch-describe-domain" => (inner("DomainStatus"), "AccessPolicies"),
        _ => (Some(fields.clone()), "Policy"),
    };
    // An option of an OpenSearch domain stands inside `{Options, Status}` in some calls.
    let policy = alone.or_else(|| holder.as_ref()?.get(key));
    let policy = match policy.as_ref().and_then(|node| node.fields().ok()).and_then(|fields| fields.get("Options")) {
        Some(options) if operation.starts_with("es-") || operation.starts_with("opensearch-") => Some(options),
        _ => policy,
    };
    let account = fields.text("registryId").and_then(|id| AccountId::parse(&id));
    let account = account.or_else(|| builder.folders.of(&input.path));
    let by_content = holder.as_ref().and_then(|holder| arn_in(builder, holder));
    let by_place = || {
        let name = fields.text("repositoryName").or_else(|| input.layout.item.clone())?;
        arn_by_place(builder, input, operation, &name, account)
    };
    let by_statement = || policy.as_ref().and_then(|policy| arn_in_statements(operation, policy));
    let Some(arn) = by_content.or_else(by_place).or_else(by_statement) else {
        let message = "nothing tells which resource this policy is of";
        builder.report(unplaced("unplaced-resource-policy", message, &fields.node));
        if let Some(policy) = policy {
            builder.document(&policy, DocumentKind::Resource, "this policy");
        }
        return;
    };
    set(builder, arn, account, policy, &fields.node);
}

/// The resource's ARN where the answer itself gives it.
fn arn_in(builder: &mut Builder, holder: &Fields<'_>) -> Option<Arn> {
    let key = ["QueueArn", "TopicArn", "ARN"].into_iter().find(|key| holder.get(key).is_some())?;
    match holder.arn(key) {
        Ok(arn) => Some(checked(builder, holder, arn)),
        Err(diagnostic) => {
            builder.report(diagnostic);
            None
        }
    }
}

/// The one resource that a Lambda function's policy names.
fn arn_in_statements(operation: &str, policy: &Node<'_>) -> Option<Arn> {
    if operation != "lambda-get-policy" {
        return None;
    }
    let (text, _) = crate::load::documents::decode(policy.raw);
    let document: serde_json::Value = serde_json::from_str(&text).ok()?;
    let mut resources = document.get("Statement")?.as_array()?.iter().filter_map(|one| one.get("Resource")?.as_str());
    let first = resources.next()?;
    resources.all(|other| other == first).then(|| Arn::parse(first).ok()).flatten()
}

fn set(builder: &mut Builder, arn: Arn, account: Option<AccountId>, policy: Option<Node<'_>>, entry: &Node<'_>) {
    let policy = policy.filter(|node| node.text().is_none_or(|text| !text.trim().is_empty()));
    let origin = policy.as_ref().unwrap_or(entry).place();
    let policy = match policy {
        None => Collected::Absent,
        Some(node) => {
            let name = arn.as_str();
            let owner = format!("the policy of `{name}`");
            let (document, _) = builder.document(&node, DocumentKind::Resource, &owner);
            Collected::Present((builder.policy_at(&node, name, PolicyKind::ResourceBased, &owner), document))
        }
    };
    let diagnostic = builder.resources.set_policy(arn, account, Finding { value: policy, origin }, &builder.documents);
    builder.diagnostics.extend(diagnostic);
}
