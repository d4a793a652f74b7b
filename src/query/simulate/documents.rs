//! The documents of one request as an environment of their own.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::arn::AccountId;
use crate::evaluate::Levels;
use crate::model::{DocumentId, Environment, EnvironmentParts, Policy, PolicyId, PolicyKind, StoredDocument};
use crate::policy::{self, AclOf, DocumentKind, Translation};

use super::request::{PolicyText, SimulationRequest};

/// Every list of a request, numbered as the environment numbers the policies.
pub(super) struct Documents {
    pub(super) environment: Environment,
    pub(super) identity: Vec<PolicyId>,
    pub(super) boundary: Option<Vec<PolicyId>>,
    pub(super) session: Option<Vec<PolicyId>>,
    pub(super) vpc_endpoint: Levels,
    pub(super) service_control: Levels,
    pub(super) resource_control: Levels,
    /// `ResourcePolicy`, read as the policy of a resource.
    pub(super) resource: Option<PolicyId>,
    /// `ResourcePolicy`, read as a role's trust policy.
    pub(super) trust: Option<PolicyId>,
    /// `KeyGrants`, a policy each.
    pub(super) key_grants: Vec<PolicyId>,
    /// `BucketAcl` and `ObjectAcl`, a policy a grant.
    pub(super) acl: Vec<PolicyId>,
}

/// Reads every document; one that is refused is kept as refused (E49).
pub(super) fn read(request: &SimulationRequest, canonical_users: BTreeMap<Box<str>, AccountId>) -> Documents {
    let mut parts = EnvironmentParts { canonical_users, ..EnvironmentParts::default() };
    let mut list = |name: &str, texts: &Option<Vec<PolicyText>>, kind, policy_kind| {
        let texts = texts.as_deref().unwrap_or_default();
        let ids: Vec<PolicyId> =
            (1..).zip(texts).map(|(n, text)| add(&mut parts, format!("{name}.{n}"), text, kind, policy_kind)).collect();
        (!ids.is_empty()).then_some(ids)
    };
    let (identity_kind, endpoint_kind) = (DocumentKind::Identity, DocumentKind::VpcEndpoint);
    let identity = list("PolicyInputList", &request.policy_input_list, identity_kind, PolicyKind::CustomerManaged);
    let boundary = &request.permissions_boundary_policy_input_list;
    let boundary = list("PermissionsBoundaryPolicyInputList", boundary, identity_kind, PolicyKind::CustomerManaged);
    let session = &request.session_policy_input_list;
    let session = list("SessionPolicyInputList", session, DocumentKind::Session, PolicyKind::Session);
    let endpoint = &request.vpc_endpoint_policy_input_list;
    let endpoint = list("VpcEndpointPolicyInputList", endpoint, endpoint_kind, PolicyKind::VpcEndpoint);
    let mut levels = |name: &str, levels: &Option<Vec<Vec<PolicyText>>>, kind, policy_kind| {
        let Some(levels) = levels.as_deref().filter(|levels| !levels.is_empty()) else { return Levels::NotApplicable };
        let known = (1..).zip(levels).map(|(level, texts): (u32, _)| {
            let numbered = (1..).zip(texts);
            Ok(numbered
                .map(|(n, text): (u32, _)| add(&mut parts, format!("{name}.{level}.{n}"), text, kind, policy_kind))
                .collect())
        });
        Levels::Known(known.collect())
    };
    let service_control = levels(
        "ServiceControlPolicyInputList",
        &request.service_control_policy_input_list,
        DocumentKind::ServiceControl,
        PolicyKind::ServiceControl,
    );
    let resource_control = levels(
        "ResourceControlPolicyInputList",
        &request.resource_control_policy_input_list,
        DocumentKind::ResourceControl,
        PolicyKind::ResourceControl,
    );
    let mut of_resource = |kind, policy_kind| {
        let text = request.resource_policy.as_ref()?;
        Some(add(&mut parts, "ResourcePolicy".to_owned(), text, kind, policy_kind))
    };
    let resource = of_resource(DocumentKind::Resource, PolicyKind::ResourceBased);
    let trust = of_resource(DocumentKind::Trust, PolicyKind::Trust);
    let grants = request.key_grants.as_deref().unwrap_or_default();
    let key_grants = (1..)
        .zip(grants)
        .map(|(n, grant): (u32, _)| {
            translated(&mut parts, format!("KeyGrants.{n}"), grant.translate(), PolicyKind::KeyGrant)
        })
        .collect();
    let lists = [("BucketAcl", &request.bucket_acl, AclOf::Bucket), ("ObjectAcl", &request.object_acl, AclOf::Object)];
    let mut acl = Vec::new();
    for (name, list, of) in lists {
        for (n, grant) in (1..).zip(list.iter().flat_map(|list| list.translate(of))) {
            let n: u32 = n;
            acl.push(translated(&mut parts, format!("{name}.{n}"), grant, PolicyKind::Acl));
        }
    }
    Documents {
        key_grants,
        acl,
        identity: identity.unwrap_or_default(),
        boundary,
        session,
        vpc_endpoint: endpoint.map_or(Levels::NotApplicable, |policies| Levels::Known(vec![Ok(policies)])),
        service_control,
        resource_control,
        resource,
        trust,
        environment: Environment::new(parts),
    }
}

fn translated(parts: &mut EnvironmentParts, name: String, translation: Translation, kind: PolicyKind) -> PolicyId {
    let Translation { text, content } = translation;
    store(parts, name, StoredDocument { kind: DocumentKind::Resource, text: text.into(), content }, kind)
}

fn add(
    parts: &mut EnvironmentParts,
    name: String,
    text: &PolicyText,
    kind: DocumentKind,
    policy_kind: PolicyKind,
) -> PolicyId {
    let content = policy::parse(text.as_str(), kind).map(|(document, _)| document);
    store(parts, name, StoredDocument { kind, text: Arc::from(text.as_str()), content }, policy_kind)
}

fn store(parts: &mut EnvironmentParts, name: String, document: StoredDocument, kind: PolicyKind) -> PolicyId {
    let number = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
    let id = PolicyId(number(parts.policies.len()));
    let stored = Some(DocumentId(number(parts.documents.len())));
    parts.documents.push(document);
    parts.policies.push(Policy { name: name.into(), arn: None, kind, document: stored, source: None });
    id
}

impl Documents {
    /// Why documents were refused, in words, each under the words the evaluator has for it.
    pub(super) fn refusals(&self) -> Vec<(String, String)> {
        let refused = self.environment.policies().filter_map(|(_, policy)| {
            let refusal = self.environment.document(policy.document?).content.as_ref().err()?;
            let mut text = format!("{} was refused: {}", policy.name, refusal.message);
            if !refusal.pointer.is_empty() {
                text.push_str(&format!(" at {}", refusal.pointer));
            }
            if let Some((line, column)) = refusal.position {
                text.push_str(&format!(" at line {line} column {column}"));
            }
            Some((format!("policy {} was refused", policy.name), text))
        });
        refused.collect()
    }
}
