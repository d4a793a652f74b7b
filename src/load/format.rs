//! Which output a file is: by its top-level keys, then, where they do not tell, by its place.

use crate::load::bucket_settings;
use crate::load::credentials;
use crate::load::documents::decode;
use crate::load::identity_center::{self, Answer};
use crate::load::layout::Layout;
use crate::load::node::{Fields, Node};
use crate::load::resources::Part;
use crate::policy::RawEntries;

/// What a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Format {
    CallerIdentity,
    AuthorizationDetails,
    Roles,
    CredentialReport,
    /// A listing of credentials, or one user's password.
    Credentials(CredentialCall),
    Organization,
    OrganizationTree,
    Buckets,
    Functions,
    TaggedResources,
    ResourcePolicies,
    /// One resource's policy as a call printed it; which call, by its `service-operation`.
    ResourcePolicy(&'static str),
    KeyGrants,
    BucketAcl,
    /// One setting of a bucket; also an account's Block Public Access.
    BucketSetting(Part),
    AccessPoints,
    AccessPoint,
    VpcEndpoints,
    IdentityCenter(Answer),
    Error,
    PolicyDocument,
    /// The document alone of a policy of the organization, in the place of the answer that holds it.
    OrganizationDocument,
    /// Recognised, and of no use yet.
    Unused(&'static str),
}

/// A call of IAM that tells of credentials.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum CredentialCall {
    MfaDevices,
    VirtualMfaDevices,
    AccessKeys,
    LoginProfile,
}

impl Format {
    /// The format in human words.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::CallerIdentity => "sts get-caller-identity",
            Self::AuthorizationDetails => "iam get-account-authorization-details",
            Self::Roles => "iam list-roles or get-role",
            Self::CredentialReport => "iam get-credential-report",
            Self::Credentials(CredentialCall::MfaDevices) => "iam list-mfa-devices",
            Self::Credentials(CredentialCall::VirtualMfaDevices) => "iam list-virtual-mfa-devices",
            Self::Credentials(CredentialCall::AccessKeys) => "iam list-access-keys",
            Self::Credentials(CredentialCall::LoginProfile) => "iam get-login-profile",
            Self::Organization => "organization",
            Self::OrganizationTree => "organization tree",
            Self::Buckets => "s3api list-buckets",
            Self::Functions => "lambda list-functions",
            Self::TaggedResources => "resourcegroupstaggingapi get-resources",
            Self::ResourcePolicies => "list of resource policies",
            Self::ResourcePolicy(operation) => {
                CALLS.iter().find(|(call, _)| *call == operation).map_or("resource policy", |(_, name)| *name)
            }
            Self::KeyGrants => "kms list-grants",
            Self::BucketAcl => "s3api get-bucket-acl",
            Self::BucketSetting(Part::ObjectOwnership) => "s3api get-bucket-ownership-controls",
            Self::BucketSetting(Part::Encryption) => "s3api get-bucket-encryption",
            Self::BucketSetting(Part::AttributeBasedControl) => "s3api get-bucket-abac",
            Self::BucketSetting(_) => "s3api or s3control get-public-access-block",
            Self::AccessPoints => "s3control list-access-points",
            Self::AccessPoint => "s3control get-access-point",
            Self::VpcEndpoints => "ec2 describe-vpc-endpoints",
            Self::IdentityCenter(answer) => answer.name(),
            Self::Error => "failed call",
            Self::PolicyDocument => "policy document",
            Self::OrganizationDocument => "organizations describe-policy",
            Self::Unused(name) => name,
        }
    }
}

/// The calls that give one resource's policy, and how they are written on the command line.
const CALLS: &[(&str, &str)] = &[
    ("s3-get-bucket-policy", "s3api get-bucket-policy"),
    ("kms-get-key-policy", "kms get-key-policy"),
    ("sqs-get-queue-attributes", "sqs get-queue-attributes"),
    ("sns-get-topic-attributes", "sns get-topic-attributes"),
    ("lambda-get-policy", "lambda get-policy"),
    ("secretsmanager-get-resource-policy", "secretsmanager get-resource-policy"),
    ("ecr-get-repository-policy", "ecr get-repository-policy"),
    ("es-describe-elasticsearch-domain", "es describe-elasticsearch-domain"),
    ("opensearch-describe-domain", "opensearch describe-domain"),
    ("s3control-get-access-point-policy", "s3control get-access-point-policy"),
];

/// The call that gives the policy of the resource of a name; empty for one of a service that is not known here, which the
/// resource's ARN tells.
pub(super) fn policy_call(operation: &str, name: &str) -> Option<&'static str> {
    let known = CALLS.iter().map(|(call, _)| *call).find(|call| *call == operation);
    let by_arn = || name.starts_with("arn:") && operation.ends_with("-policy") && !operation.starts_with("iam-");
    known.or_else(|| by_arn().then_some(""))
}

/// The calls that tell of credentials, by the key of their answers.
const CREDENTIALS: [(&str, CredentialCall); 4] = [
    ("MFADevices", CredentialCall::MfaDevices),
    ("VirtualMFADevices", CredentialCall::VirtualMfaDevices),
    ("AccessKeyMetadata", CredentialCall::AccessKeys),
    ("LoginProfile", CredentialCall::LoginProfile),
];

/// Outputs that are recognised by one key and not used.
const UNUSED: &[(&str, &str)] = &[
    ("SummaryMap", "iam get-account-summary"),
    ("ServicesLastAccessed", "iam get-service-last-accessed-details"),
    ("JobId", "iam generate-service-last-accessed-details"),
    ("Vpcs", "ec2 describe-vpcs"),
    ("Reservations", "ec2 describe-instances"),
    ("Regions", "ec2 describe-regions"),
    ("User", "iam get-user"),
    ("Users", "iam list-users"),
    ("Group", "iam get-group"),
    ("Groups", "iam list-groups"),
    ("PolicyVersion", "iam get-policy-version"),
    ("InstanceProfiles", "iam list-instance-profiles"),
    ("SAMLProviderList", "iam list-saml-providers"),
    ("OpenIDConnectProviderList", "iam list-open-id-connect-providers"),
    ("PolicyNames", "iam or kms policy names"),
    ("AttachedPolicies", "iam attached policies"),
    ("AccountAliases", "iam list-account-aliases"),
    ("EvaluationResults", "iam policy simulation"),
    ("EnabledServicePrincipals", "organizations list-aws-service-access-for-organization"),
    ("Account", "organizations describe-account"),
    ("Keys", "kms list-keys"),
    ("QueueUrls", "sqs list-queues"),
    ("Topics", "sns list-topics"),
    ("SecretList", "secretsmanager list-secrets"),
    ("repositories", "ecr describe-repositories"),
    ("analyzers", "accessanalyzer list-analyzers"),
    ("AccountIds", "sso-admin list-accounts-for-provisioned-permission-set"),
    ("findings", "accessanalyzer list-findings"),
];

/// The keys of `organization.json`, each of which is also an answer of AWS Organizations on its own.
const ORGANIZATION: [&str; 7] = [
    "Organization",
    "Roots",
    "OrganizationalUnits",
    "Accounts",
    "Attachments",
    "DelegatedAdministrators",
    "EnabledFeatures",
];

/// What a file holds; `None` when it is none of ours.
pub(super) fn detect(root: &Node<'_>, layout: &Layout) -> Option<Format> {
    if is_document(root) {
        return document(root, layout);
    }
    if root.raw.starts_with('[') {
        let mut entries = root.items().into_iter().filter_map(|node| node.fields().ok());
        return entries.any(|entry| is_resource_policy(&entry)).then_some(Format::ResourcePolicies);
    }
    let fields = root.fields().ok()?;
    let has = |key| fields.has(key);
    if ["UserDetailList", "GroupDetailList", "RoleDetailList"].into_iter().any(has) {
        return Some(Format::AuthorizationDetails);
    }
    if has("UserId") && has("Account") && has("Arn") {
        return Some(Format::CallerIdentity);
    }
    if fields.get("Error").is_some_and(|error| error.is_object()) {
        return Some(Format::Error);
    }
    if has("Roles") || has("Role") {
        return Some(Format::Roles);
    }
    if has("Children") && has("PolicyTypes") {
        return Some(Format::OrganizationTree);
    }
    if has("ResourcePolicies") {
        return Some(Format::ResourcePolicies);
    }
    if ORGANIZATION.into_iter().any(has) {
        return Some(Format::Organization);
    }
    if has("Grants") {
        return Some(grants(&fields, layout));
    }
    if let Some((_, call)) = CREDENTIALS.iter().find(|(key, _)| has(key)) {
        return Some(Format::Credentials(*call));
    }
    if has("ReportFormat") || layout.operation == credentials::REPORT_CALL {
        return Some(Format::CredentialReport);
    }
    if has("NetworkOrigin") && has("Name") {
        return Some(Format::AccessPoint);
    }
    if let Some(answer) = identity_center::detect(&fields, layout) {
        return Some(Format::IdentityCenter(answer));
    }
    if let Some((_, part)) = bucket_settings::KEYS.iter().find(|(key, _)| has(key)) {
        return Some(Format::BucketSetting(*part));
    }
    policies(&fields, layout)
        .or_else(|| inventory(&fields))
        .or_else(|| resource_policy(&fields, layout))
        .or_else(|| UNUSED.iter().find(|(key, _)| has(key)).map(|(_, name)| Format::Unused(name)))
}

/// Whether a value is a policy document, as an object or as its text.
pub(super) fn is_document(node: &Node<'_>) -> bool {
    let has_statement = |text: &str| {
        serde_json::from_str(text).is_ok_and(|RawEntries(entries)| entries.iter().any(|(key, _)| key == "Statement"))
    };
    if node.is_object() { has_statement(node.raw) } else { node.text().is_some() && has_statement(&decode(node.raw).0) }
}

/// A document alone is what `--query Policy` leaves of an answer: its place tells whose it is.
fn document(root: &Node<'_>, layout: &Layout) -> Option<Format> {
    let by_place = layout.item.as_deref().and_then(|name| match layout.operation.as_str() {
        "organizations-describe-policy" => Some(Format::OrganizationDocument),
        operation => policy_call(operation, name).map(Format::ResourcePolicy),
    });
    by_place.or_else(|| root.is_object().then_some(Format::PolicyDocument))
}

/// `Grants` stand on keys, and in the access control lists of buckets and of objects.
fn grants(fields: &Fields<'_>, layout: &Layout) -> Format {
    let first = fields.list("Grants").into_iter().next().and_then(|node| node.fields().ok());
    let of_s3 = fields.has("Owner") || first.is_some_and(|first| first.has("Grantee"));
    if !of_s3 && !layout.operation.starts_with("s3-") {
        Format::KeyGrants
    } else if layout.operation.contains("-object-") {
        Format::Unused("s3api get-object-acl")
    } else {
        Format::BucketAcl
    }
}

/// `Policies` and `Policy` stand in answers of IAM, of Organizations and of services.
fn policies(fields: &Fields<'_>, layout: &Layout) -> Option<Format> {
    if let Some(list) = fields.get("Policies") {
        let first = list.items().into_iter().next().and_then(|node| node.fields().ok());
        return match first {
            Some(first) if first.has("PolicyVersionList") => Some(Format::AuthorizationDetails),
            Some(first) if first.has("PolicySummary") || is_organization_policy(&first) => Some(Format::Organization),
            Some(first) if first.has("DefaultVersionId") => Some(Format::Unused("iam list-policies")),
            None if layout.operation.starts_with("organizations-") => Some(Format::Organization),
            _ => None,
        };
    }
    let policy = fields.get("Policy")?.fields().ok()?;
    if policy.has("PolicySummary") {
        return Some(Format::Organization);
    }
    policy.has("DefaultVersionId").then_some(Format::Unused("iam get-policy"))
}

fn is_organization_policy(fields: &Fields<'_>) -> bool {
    fields.text("Id").is_some_and(|id| id.starts_with("p-")) || fields.text("Type").is_some()
}

fn is_resource_policy(fields: &Fields<'_>) -> bool {
    (fields.has("Arn") || fields.has("Resource")) && fields.has("Policy")
}

fn inventory(fields: &Fields<'_>) -> Option<Format> {
    if fields.has("Buckets") {
        Some(Format::Buckets)
    } else if fields.has("Functions") {
        Some(Format::Functions)
    } else if fields.has("AccessPointList") {
        Some(Format::AccessPoints)
    } else if fields.has("VpcEndpoints") {
        Some(Format::VpcEndpoints)
    } else if fields.has("ResourceTagMappingList") {
        Some(Format::TaggedResources)
    } else {
        None
    }
}

fn resource_policy(fields: &Fields<'_>, layout: &Layout) -> Option<Format> {
    let attribute = |key| fields.get("Attributes").and_then(|node| node.fields().ok()).is_some_and(|all| all.has(key));
    let by_content = if attribute("QueueArn") {
        Some("sqs-get-queue-attributes")
    } else if attribute("TopicArn") {
        Some("sns-get-topic-attributes")
    } else if fields.has("repositoryName") && fields.has("policyText") {
        Some("ecr-get-repository-policy")
    } else if fields.has("DomainStatus") {
        Some("es-describe-elasticsearch-domain")
    } else if fields.text("ARN").is_some_and(|arn| arn.contains(":secretsmanager:"))
        && fields.keys().all(|key| ["ARN", "Name", "ResourcePolicy", "ResponseMetadata"].contains(&key))
    {
        Some("secretsmanager-get-resource-policy")
    } else if fields.has("Policy") && fields.has("RevisionId") {
        Some("lambda-get-policy")
    } else {
        None
    };
    let by_place =
        || CALLS.iter().map(|(call, _)| *call).find(|call| *call == layout.operation && layout.item.is_some());
    // A policy whose resource nothing tells is still recognised, so that it can be named.
    let bare = || (fields.has("Policy") && fields.keys().count() <= 2).then_some("");
    by_content.or_else(by_place).or_else(bare).map(Format::ResourcePolicy)
}
