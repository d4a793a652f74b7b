//! `ec2 describe-vpc-endpoints`: VPC endpoints and their policies (E26, E108).

use std::collections::BTreeMap;

use crate::arn::AccountId;
use crate::diagnostic::Diagnostic;
use crate::load::Input;
use crate::load::builder::Builder;
use crate::load::documents::Documents;
use crate::load::inventory::each;
use crate::load::node::Fields;
use crate::load::told::{Finding, Told};
use crate::model::{Collected, DocumentId, PolicyId, PolicyKind, VpcEndpoint};
use crate::policy::DocumentKind;

/// The endpoints so far.
#[derive(Debug, Default)]
pub(super) struct VpcEndpoints(BTreeMap<Box<str>, Entry>);

#[derive(Debug)]
struct Entry {
    endpoint: VpcEndpoint,
    policy: Collected<(PolicyId, DocumentId)>,
    told: Told,
}

/// Reads one file.
pub(super) fn read(builder: &mut Builder, input: &Input) {
    let account = builder.folders.of(&input.path);
    each(builder, input, "VpcEndpoints", |builder, fields| endpoint(builder, account, fields));
}

fn endpoint(builder: &mut Builder, account: Option<AccountId>, fields: &Fields<'_>) -> Result<(), Diagnostic> {
    let Some(id) = fields.text("VpcEndpointId") else {
        return Err(fields.node.malformed("the VPC endpoint has no `VpcEndpointId`"));
    };
    // Those that lead to a network or a resource of somebody else have no service.
    let service = ["ServiceName", "ServiceNetworkArn", "ResourceConfigurationArn"];
    let service = service.into_iter().find_map(|key| fields.text(key)).unwrap_or_default();
    let kind = fields.text("VpcEndpointType");
    let endpoint = VpcEndpoint {
        id: id.as_str().into(),
        account: fields.text("OwnerId").and_then(|id| AccountId::parse(&id)).or(account),
        vpc: fields.text("VpcId").map(Into::into),
        service: service.into(),
        gateway: kind.as_deref() == Some("Gateway"),
        policy: Collected::NotCollected,
    };
    let finding = policy(builder, &id, kind.is_some(), fields);
    let (vpc_endpoints, documents) = (&mut builder.vpc_endpoints, &builder.documents);
    let diagnostic = vpc_endpoints.set(endpoint, finding, documents);
    builder.diagnostics.extend(diagnostic);
    Ok(())
}

fn policy(builder: &mut Builder, id: &str, has_type: bool, fields: &Fields<'_>) -> Finding<(PolicyId, DocumentId)> {
    let owner = format!("the policy of `{id}`");
    let node = fields.get("PolicyDocument");
    let node = node.filter(|node| node.text().is_none_or(|text| !text.trim().is_empty()));
    let origin = node.as_ref().unwrap_or(&fields.node).place();
    let value = match node {
        None => Collected::Absent,
        Some(node) if has_type => {
            let (document, _) = builder.document(&node, DocumentKind::VpcEndpoint, &owner);
            Collected::Present((builder.policy_at(&node, id, PolicyKind::VpcEndpoint, &owner), document))
        }
        // An account means its root user in one kind of endpoint and all its principals in the others (E26).
        Some(_) => {
            let message = format!("`{id}` has no `VpcEndpointType`: whom its policy means is unknown");
            builder.report(fields.node.malformed(message.clone()));
            Collected::Unknown(message)
        }
    };
    Finding { value, origin }
}

impl VpcEndpoints {
    /// Notes an endpoint. Of two files that disagree none is believed.
    fn set(
        &mut self,
        endpoint: VpcEndpoint,
        finding: Finding<(PolicyId, DocumentId)>,
        documents: &Documents,
    ) -> Option<Diagnostic> {
        let id = endpoint.id.clone();
        let entry = self.0.entry(id.clone()).or_insert_with(|| Entry {
            endpoint: endpoint.clone(),
            policy: Collected::NotCollected,
            told: Told::default(),
        });
        let agrees = entry.endpoint == endpoint;
        let origin = finding.origin.clone();
        let same = |a: &(PolicyId, DocumentId), b: &(PolicyId, DocumentId)| agrees && documents.same(a.1, b.1);
        let elsewhere = entry.told.merge(&mut entry.policy, finding, same)?;
        let message = format!("`{id}` is different in {elsewhere}: its policy is unknown");
        Some(Diagnostic::error("duplicate-vpc-endpoint", message).at(origin))
    }

    pub(super) fn finish(self) -> Vec<VpcEndpoint> {
        let policy = |entry: Entry| VpcEndpoint { policy: entry.policy.map(|(id, _)| id), ..entry.endpoint };
        self.0.into_values().map(policy).collect()
    }
}
