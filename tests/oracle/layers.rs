//! What each policy that concerns a request says of it (section 3).

use std::collections::BTreeSet;

use crate::condition::all_hold;
use crate::document::{Document, Listed, Policy, Principals, Statement};
use crate::key_grant;
use crate::principal::{Grant, Place, grants, not_principal_denies};
use crate::readings::{PATTERN_AMBIGUOUS, RCP_UNLISTED, Readings, STAR_NAMES_FEDERATED, STAR_NAMES_SERVICES};
use crate::request::{Credentials, Kind, Request, is_role, is_service_linked};
use crate::s3::{acl_grants, refuses_public};
use crate::variable::resolve_resource;
use crate::wildcard::{Symbol, by_field, glob, glob_text, padded};

/// What a list of documents says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Say {
    pub(crate) denies: bool,
    pub(crate) allows: bool,
}

/// What every kind of policy says; nothing where it does not limit.
#[derive(Debug, Clone, Default)]
pub(crate) struct Says {
    /// E105: RCPs only deny.
    pub(crate) rcp_denies: bool,
    /// Level by level.
    pub(crate) scp: Vec<Say>,
    pub(crate) endpoint: Option<Say>,
    pub(crate) resource_denies: bool,
    /// How matching Allow statements of the resource's policy name the caller (4.4).
    pub(crate) grants: BTreeSet<Grant>,
    /// How grants of the key name the caller (E131).
    pub(crate) key_grants: BTreeSet<Grant>,
    pub(crate) identity: Say,
    pub(crate) boundary: Option<Say>,
    pub(crate) session: Option<Say>,
}

/// All layers, in the order of E111.
pub(crate) fn says(request: &Request, readings: &Readings) -> Says {
    let kind = &request.caller.kind;
    let has_identity = has_identity(request);
    // E96: only sessions have session policies; T13: those of AssumeRoot are its task policy.
    let has_session = matches!(kind, Kind::RoleSession { .. } | Kind::FederatedUser(_))
        || request.credentials == Credentials::AssumeRoot;
    let list = |documents: &[Document]| say(documents, request, readings);
    let some = |documents: &[Document], applies: bool| (applies && !documents.is_empty()).then(|| list(documents));
    let (resource_denies, mut grants) = match &request.resource_policy {
        Some(document) => resource(document, request, readings),
        None => (false, BTreeSet::new()),
    };
    grants.extend(acl_grants(request));
    // E189: a grant alone lets retire it.
    if request.action == "kms:retiregrant" {
        grants.clear();
    }
    Says {
        key_grants: key_grant::grants(request, readings),
        rcp_denies: rcp_denies(request, readings),
        scp: if is_in_organization(request) {
            request.scp.iter().map(|level| list(level)).collect()
        } else {
            Vec::new()
        },
        endpoint: (!request.endpoint.is_empty()).then(|| endpoint(request, readings)),
        resource_denies,
        grants,
        identity: if has_identity { list(&request.identity) } else { Say::default() },
        boundary: some(&request.boundary, has_identity),
        session: some(&request.session, has_session),
    }
}

/// E94, E161, E162: root, services, unsigned callers and those of providers have no identity policies.
pub(crate) fn has_identity(request: &Request) -> bool {
    matches!(request.caller.kind, Kind::User(_) | Kind::RoleSession { .. } | Kind::FederatedUser(_))
}

/// E98: an organization limits the principals of its accounts, but not service-linked roles.
pub(crate) fn is_in_organization(request: &Request) -> bool {
    (has_identity(request) || request.caller.kind == Kind::Root) && !request.caller.is_service_linked()
}

/// Documents without principals: they add up (E44).
fn say(documents: &[Document], request: &Request, readings: &Readings) -> Say {
    let mut say = Say::default();
    for document in documents {
        let Some(policy) = &document.policy else {
            say.denies |= readings.holds(&format!("{} denies", document.place));
            say.allows |= readings.holds(&format!("{} allows", document.place));
            continue;
        };
        for (index, statement) in policy.statements.iter().enumerate() {
            if applies(statement, policy, &format!("{} statement {index}", document.place), request, readings) {
                say.denies |= statement.denies;
                say.allows |= !statement.denies;
            }
        }
    }
    say
}

/// The policy of the resource: whether it denies, and how it allows (E115, 4.4).
fn resource(document: &Document, request: &Request, readings: &Readings) -> (bool, BTreeSet<Grant>) {
    let Some(policy) = &document.policy else {
        // E49: it may name the caller in any way there is.
        let allows = readings.holds("ResourcePolicy allows").then(|| by_itself(request));
        return (readings.holds("ResourcePolicy denies"), allows.into_iter().collect());
    };
    let (mut denies, mut found) = (false, BTreeSet::new());
    for (index, statement) in policy.statements.iter().enumerate() {
        let Some(principals) = &statement.principal else { continue };
        let named = named(statement, principals, Place::Resource, request, readings);
        let place = format!("ResourcePolicy statement {index}");
        if named.is_empty() || !applies(statement, policy, &place, request, readings) {
            continue;
        }
        if statement.denies {
            denies = true;
        } else {
            found.extend(named);
        }
    }
    if refuses_public(policy, request) {
        found.clear();
    }
    (denies, found)
}

/// The way of naming the caller that gives the most.
fn by_itself(request: &Request) -> Grant {
    match &request.caller.kind {
        Kind::Service(_) => Grant::Service,
        Kind::Provider(_) => Grant::Provider,
        Kind::Root => Grant::Account,
        Kind::User(_) => Grant::User,
        Kind::RoleSession { .. } | Kind::FederatedUser(_) => Grant::Session,
        Kind::Anonymous => Grant::Star,
    }
}

/// E108.
fn endpoint(request: &Request, readings: &Readings) -> Say {
    let mut say = Say::default();
    for document in &request.endpoint {
        let Some(policy) = &document.policy else {
            say.denies |= readings.holds(&format!("{} denies", document.place));
            say.allows |= readings.holds(&format!("{} allows", document.place));
            continue;
        };
        for (index, statement) in policy.statements.iter().enumerate() {
            let Some(principals) = &statement.principal else { continue };
            let place = format!("{} statement {index}", document.place);
            if !named(statement, principals, Place::Endpoint, request, readings).is_empty()
                && applies(statement, policy, &place, request, readings)
            {
                say.denies |= statement.denies;
                say.allows |= !statement.denies;
            }
        }
    }
    say
}

/// How a statement's Principal or NotPrincipal means the caller; empty when it does not.
fn named(
    statement: &Statement,
    principals: &Principals,
    place: Place,
    request: &Request,
    readings: &Readings,
) -> BTreeSet<Grant> {
    // E49: written so that it cannot be read, it may mean anyone.
    if statement.names_unknown {
        return BTreeSet::from([by_itself(request)]);
    }
    let mut found = if !principals.negated {
        grants(principals, place, request, readings)
    } else if statement.denies {
        not_principal_denies(principals, place, request, readings).then_some(Grant::Star).into_iter().collect()
    } else {
        // E42: everyone who is not listed.
        let listed = grants(principals, place, request, readings);
        listed.is_empty().then_some(Grant::Star).into_iter().collect()
    };
    // E34. A Deny of all but some concerns them by E40.
    let of_provider = matches!(request.caller.kind, Kind::Provider(_)) && !(statement.denies && principals.negated);
    if of_provider && !readings.holds_or(STAR_NAMES_FEDERATED, true) {
        found.remove(&Grant::Star);
    }
    // E33.
    let of_service = matches!(request.caller.kind, Kind::Service(_)) && !statement.denies && !principals.negated;
    if of_service && !readings.holds_or(STAR_NAMES_SERVICES, true) {
        found.remove(&Grant::Star);
    }
    found
}

/// E103-E106.
fn rcp_denies(request: &Request, readings: &Readings) -> bool {
    if is_spared(request) {
        return false;
    }
    let listed = RCP_SERVICES.contains(&request.service());
    let denies = request.rcp.iter().any(|level| say(level, request, readings).denies);
    denies && (listed || readings.holds(RCP_UNLISTED))
}

/// E103: what RCPs do not limit.
pub(crate) fn is_spared(request: &Request) -> bool {
    request.caller.is_service_linked()
        || request.action == "kms:retiregrant"
        || has_no_resource(&request.action)
        || (request.service() == "sts" && is_role(&request.resource) && is_service_linked(&request.resource))
}

/// Actions of the requests at hand that are authorized on no resource (E58, E103, E134).
fn has_no_resource(action: &str) -> bool {
    const WITHOUT: [&str; 9] = [
        "s3:listallmybuckets",
        "kms:listkeys",
        "kms:listaliases",
        "kms:createkey",
        "sqs:listqueues",
        "ec2:describevpcs",
        "sts:getcalleridentity",
        "sts:getsessiontoken",
        "dynamodb:listtables",
    ];
    WITHOUT.contains(&action)
}

/// E104, by action prefix; `opensearch` is `es`.
const RCP_SERVICES: [&str; 63] = [
    "appstream",
    "dsql",
    "clouddirectory",
    "cloudfront",
    "cloudsearch",
    "logs",
    "networkmonitor",
    "cognito-identity",
    "cognito-idp",
    "comprehend",
    "comprehendmedical",
    "firehose",
    "dynamodb",
    "dax",
    "autoscaling",
    "ecr",
    "ecr-public",
    "gamelift",
    "inspector-scan",
    "kendra",
    "kinesisvideo",
    "memorydb",
    "aoss",
    "personalize",
    "polly",
    "s3",
    "swf",
    "sqs",
    "textract",
    "timestream-influxdb",
    "transcribe",
    "translate",
    "workspaces",
    "appconfig",
    "autoscaling-plans",
    "budgets",
    "servicediscovery",
    "cloudtrail-data",
    "codeartifact",
    "codebuild",
    "codecommit",
    "codepipeline",
    "compute-optimizer",
    "cost-optimization-hub",
    "events",
    "fms",
    "fis",
    "health",
    "rolesanywhere",
    "kms",
    "es",
    "opensearch",
    "pricing",
    "pca-connector-ad",
    "resource-groups",
    "secretsmanager",
    "sts",
    "signin",
    "support",
    "transfer",
    "notifications",
    "wafv2",
    "xray",
];

/// Whether a statement's action, resource and conditions are those of the request; what is not known of it may be so or
/// not (E49).
fn applies(statement: &Statement, policy: &Policy, place: &str, request: &Request, readings: &Readings) -> bool {
    action_matches(&statement.actions, &request.action)
        && statement
            .resources
            .as_ref()
            .is_none_or(|listed| resource_matches(listed, policy.variables, request, readings))
        && all_hold(&statement.conditions, policy.variables, &request.context, readings)
        && statement.unknown.as_ref().is_none_or(|what| readings.holds(&format!("{place} with {what}")))
}

/// E52-E55, E57.
fn action_matches(listed: &Listed, action: &str) -> bool {
    let matches = |pattern: &String| match pattern.to_lowercase().as_str() {
        "*" | "*:*" => true,
        pattern => pattern.contains(':') && glob_text(pattern, action),
    };
    // E92c: an empty Action is inert.
    listed.values.iter().any(matches) != listed.negated
}

/// E59-E65, E71.
fn resource_matches(listed: &Listed, variables: bool, request: &Request, readings: &Readings) -> bool {
    listed.values.iter().any(|value| means_resource(value, variables, request, readings)) != listed.negated
}

/// Whether one entry of Resource or NotResource matches the resource.
pub(crate) fn means_resource(value: &str, variables: bool, request: &Request, readings: &Readings) -> bool {
    value == "*"
        || resolve_resource(value, variables, &request.context, readings)
            .is_some_and(|pattern| pattern_matches(&pattern, &request.resource, readings))
}

/// E60 decides, E61 may differ; E62.
fn pattern_matches(pattern: &[Symbol], resource: &str, readings: &Readings) -> bool {
    let (whole, _) = padded(pattern);
    let (by_field, across) = (by_field(&whole, resource), glob(&whole, resource));
    if by_field == across { by_field } else { readings.holds_or(PATTERN_AMBIGUOUS, false) == across }
}
