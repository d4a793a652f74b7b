//! Which resource an answer is of, by the place of its file.

use crate::arn::{AccountId, Arn};
use crate::diagnostic::Diagnostic;
use crate::load::Input;
use crate::load::builder::Builder;
use crate::load::node::Node;

/// The calls that name an access point in one region.
const ACCESS_POINT_CALLS: [&str; 2] = ["s3control-get-access-point", "s3control-get-access-point-policy"];

/// The resource that the call of this file was made for, and its account; a remark when the place does not tell.
pub(super) fn placed(builder: &mut Builder, input: &Input) -> Option<(Arn, Option<AccountId>)> {
    let account = builder.folders.of(&input.path);
    let operation = input.layout.operation.as_str();
    let arn = input.layout.item.as_deref().and_then(|name| arn_by_place(builder, input, operation, name, account));
    if arn.is_none() {
        builder.report(unplaced("unplaced-answer", "nothing tells which resource this answer is of", &input.root()));
    }
    Some((arn?, account))
}

/// A remark on an answer that has to be left out.
pub(super) fn unplaced(code: &'static str, message: &str, node: &Node<'_>) -> Diagnostic {
    let hint = "name the file ACCOUNT/REGION/SERVICE-OPERATION/NAME.json, as data/collect/README.md describes";
    Diagnostic::warning(code, message).with_hint(hint).at(node.origin())
}

/// The ARN of the resource that a call was made for, by the file's place.
pub(super) fn arn_by_place(
    builder: &Builder,
    input: &Input,
    operation: &str,
    name: &str,
    account: Option<AccountId>,
) -> Option<Arn> {
    if name.starts_with("arn:") {
        return Arn::parse(name).ok();
    }
    let partition = builder.partition(account);
    let service = operation.split('-').next().unwrap_or_default();
    if service == "s3" {
        return Arn::parse(&format!("arn:{partition}:s3:::{name}")).ok();
    }
    if service == "sqs" {
        return arn_of_queue(name, partition, input.layout.region.as_deref());
    }
    let (service, resource) = match service {
        "kms" => ("kms", format!("key/{name}")),
        "lambda" => ("lambda", format!("function:{name}")),
        "ecr" => ("ecr", format!("repository/{name}")),
        "es" | "opensearch" => ("es", format!("domain/{name}")),
        "s3control" if ACCESS_POINT_CALLS.contains(&operation) => ("s3", format!("accesspoint/{name}")),
        _ => return None,
    };
    let (Some(region), Some(account)) = (&input.layout.region, account) else {
        return builder.resources.named(service, &resource, account);
    };
    Arn::parse(&format!("arn:{partition}:{service}:{region}:{account}:{resource}")).ok()
}

/// `https://sqs.eu-west-1.amazonaws.com/111122223333/name` to its ARN.
fn arn_of_queue(url: &str, partition: &str, region: Option<&str>) -> Option<Arn> {
    let (host, path) = url.split_once("://")?.1.split_once('/')?;
    let (account, name) = path.split_once('/')?;
    let account = AccountId::parse(account)?;
    let region = region.or_else(|| host.strip_prefix("sqs.")?.split('.').next())?;
    Arn::parse(&format!("arn:{partition}:sqs:{region}:{account}:{name}")).ok()
}
