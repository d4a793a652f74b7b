//! A request to `simulate`, read for the rules: who calls, what, on which resource, with which keys and policies.

use std::collections::BTreeMap;

use crate::context::{Context, INTERNAL, INTERNAL_ARN};
use crate::document::{Document, Grammar};
use crate::json::Json;
use crate::key_grant::{self, KeyGrant};
use crate::s3::Bucket;

#[derive(Debug, Clone)]
pub(crate) struct Request {
    /// In lowercase (E52).
    pub(crate) action: String,
    pub(crate) resource: String,
    /// Nothing where it is not known.
    pub(crate) resource_account: Option<String>,
    pub(crate) caller: Caller,
    pub(crate) context: Context,
    pub(crate) identity: Vec<Document>,
    /// A list that is not given, or is empty, does not limit.
    pub(crate) boundary: Vec<Document>,
    pub(crate) session: Vec<Document>,
    pub(crate) endpoint: Vec<Document>,
    /// Level by level, root first.
    pub(crate) scp: Vec<Vec<Document>>,
    pub(crate) rcp: Vec<Vec<Document>>,
    pub(crate) resource_policy: Option<Document>,
    pub(crate) credentials: Credentials,
    /// Of the key (E130).
    pub(crate) key_grants: Vec<KeyGrant>,
    /// `kms:EncryptionContext:KEY`, the key in its own letter case (E190).
    pub(crate) encryption_context: Vec<(String, String)>,
    pub(crate) bucket: Bucket,
    /// Accounts by their canonical ids (E36).
    pub(crate) canonical_users: BTreeMap<String, String>,
}

/// The credentials of a user or root, where they are said (E166).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Credentials {
    Unsaid,
    LongTermKey,
    /// GetSessionToken without MFA.
    SessionToken,
    MfaSession,
    /// E16: the session policies are the task policy.
    AssumeRoot,
}

impl Credentials {
    fn read(text: Option<&str>) -> Self {
        match text {
            Some("longTermKey") => Self::LongTermKey,
            Some("sessionToken") => Self::SessionToken,
            Some("mfaSession") => Self::MfaSession,
            Some("assumeRoot") => Self::AssumeRoot,
            _ => Self::Unsaid,
        }
    }
}

/// Who calls (E6-E12).
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    pub(crate) kind: Kind,
    /// The caller's account; nothing for those that have none.
    pub(crate) account: Option<String>,
    /// The partition of the caller's ARN.
    pub(crate) partition: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kind {
    Root,
    /// A user; nothing for one whose ARN is not known, and so is none that a policy names.
    User(Option<String>),
    /// A session of a role: the role's ARN, and the session's ARN, or nothing where its name is not said.
    RoleSession {
        role: String,
        session: Option<String>,
    },
    /// GetFederationToken. Which user federated is not said.
    FederatedUser(String),
    Anonymous,
    Service(String),
    /// A caller of AssumeRoleWithSAML or AssumeRoleWithWebIdentity.
    Provider(String),
}

impl Request {
    pub(crate) fn read(text: &str) -> Self {
        let json: Json = serde_json::from_str(text).unwrap();
        let text = |name: &str| json.get(name).and_then(Json::scalar).map(str::to_owned);
        let first = |name: &str| json.get(name).and_then(|list| list.scalars()?.first().cloned());
        let resource = first("ResourceArns").unwrap_or_else(|| "*".to_owned());
        let owner = text("ResourceOwner").map(|owner| field(&owner, 4).map_or(owner.clone(), str::to_owned));
        let resource_account = text("ResourceAccount")
            .or(owner)
            .or_else(|| field(&resource, 4).filter(|account| !account.is_empty()).map(str::to_owned));
        let fallback = text("PrincipalAccount").or_else(|| resource_account.clone());
        let caller = Caller::read(text("CallerArn").as_deref(), fallback);
        let action = first("ActionNames").unwrap_or_default().to_lowercase();
        let levels = |name: &str, grammar| {
            let Some(Json::List(levels)) = json.get(name) else { return Vec::new() };
            levels
                .iter()
                .enumerate()
                .map(|(at, level)| list(Some(level), grammar, &format!("{name}.{}", at + 1)))
                .collect()
        };
        let identity = |name: &str| list(json.get(name), Grammar::Identity, name);
        let grammar = if is_trust(&action, &resource) { Grammar::Trust } else { Grammar::Resource };
        let role = first_entry(&json, "aws:principalarn");
        let caller = caller.placed(role);
        // A resource whose owner nobody says is taken to be the caller's.
        let resource_account = resource_account.or_else(|| caller.account.clone().filter(|_| resource != "*"));
        let credentials = Credentials::read(text("CallerCredentials").as_deref());
        let canonical_users = match json.get("CanonicalUsers") {
            Some(Json::Object(ids)) => {
                ids.iter().filter_map(|(id, account)| Some((id.clone(), account.scalar()?.to_owned()))).collect()
            }
            _ => BTreeMap::new(),
        };
        let mut context = context(&caller, resource_account.as_deref());
        of_credentials(&mut context, credentials);
        give(&mut context, json.get("ContextEntries"));
        Self {
            context,
            credentials,
            key_grants: key_grant::read(&json),
            encryption_context: encryption_context(json.get("ContextEntries")),
            bucket: Bucket::read(&json),
            canonical_users,
            identity: identity("PolicyInputList"),
            boundary: identity("PermissionsBoundaryPolicyInputList"),
            session: list(json.get("SessionPolicyInputList"), Grammar::Session, "SessionPolicyInputList"),
            endpoint: list(json.get("VpcEndpointPolicyInputList"), Grammar::Resource, "VpcEndpointPolicyInputList"),
            scp: levels("ServiceControlPolicyInputList", Grammar::Identity),
            rcp: levels("ResourceControlPolicyInputList", Grammar::ResourceControl),
            resource_policy: json.get("ResourcePolicy").map(|policy| Document::read(policy, grammar, "ResourcePolicy")),
            action,
            resource,
            resource_account,
            caller,
        }
    }

    /// The service prefix of the action.
    pub(crate) fn service(&self) -> &str {
        self.action.split_once(':').map_or("", |(service, _)| service)
    }

    /// Whether the resource is a role whose credentials are asked for: its policy is a trust policy.
    pub(crate) fn is_trust(&self) -> bool {
        is_trust(&self.action, &self.resource)
    }

    /// Whether caller and resource belong to one account. An account that is not known is the caller's; accounts of two
    /// partitions are never one (E20).
    pub(crate) fn same_account(&self) -> bool {
        let Some(account) = &self.caller.account else { return false };
        self.same_partition() && self.resource_account.as_ref().is_none_or(|owner| owner == account)
    }

    /// E35: whether the caller's identity provider is one of another account than the role's.
    pub(crate) fn provider_is_elsewhere(&self) -> bool {
        let Kind::Provider(provider) = &self.caller.kind else { return false };
        field(provider, 4).is_some_and(|account| self.resource_account.as_deref().is_some_and(|owner| owner != account))
    }

    /// E20: whether the caller and the resource are of one partition.
    pub(crate) fn same_partition(&self) -> bool {
        match (&self.caller.partition, field(&self.resource, 1)) {
            (Some(of_caller), Some(of_resource)) => of_caller == of_resource,
            _ => true,
        }
    }
}

impl Caller {
    fn read(arn: Option<&str>, fallback: Option<String>) -> Self {
        let Some(arn) = arn else { return Self { kind: Kind::User(None), account: fallback, partition: None } };
        let whole = arn.to_owned();
        let alone = |kind| Self { kind, account: None, partition: None };
        let Some(name) = field(arn, 5) else {
            return alone(match arn {
                "*" | "anonymous" => Kind::Anonymous,
                // E35: the built-in providers are named like hosts that are no services of AWS.
                "cognito-identity.amazonaws.com" | "www.amazon.com" | "graph.facebook.com" | "accounts.google.com" => {
                    Kind::Provider(whole)
                }
                _ => Kind::Service(whole),
            });
        };
        let account = field(arn, 4).map(str::to_owned);
        let partition = field(arn, 1).map(str::to_owned);
        let path: Vec<&str> = name.split('/').collect();
        let kind = match path.as_slice() {
            ["root"] => Kind::Root,
            ["user", ..] => Kind::User(Some(whole)),
            ["role", ..] => Kind::RoleSession { role: whole, session: None },
            ["assumed-role", role, _] => {
                // E19: a session's ARN has no path; the role is taken to have none unless aws:PrincipalArn is given.
                let of = format!("arn:{}:iam::{}:role/{role}", field(arn, 1).unwrap(), field(arn, 4).unwrap());
                Kind::RoleSession { role: of, session: Some(whole) }
            }
            ["federated-user", _] => Kind::FederatedUser(whole),
            _ => return alone(Kind::Provider(whole)),
        };
        Self { kind, account, partition }
    }

    /// The caller with the role's path that `aws:PrincipalArn` says (E8).
    fn placed(mut self, principal_arn: Option<String>) -> Self {
        if let (Kind::RoleSession { role, .. }, Some(arn)) = (&mut self.kind, principal_arn) {
            *role = arn;
        }
        self
    }

    /// E14: a session of a service-linked role.
    pub(crate) fn is_service_linked(&self) -> bool {
        matches!(&self.kind, Kind::RoleSession { role, .. } if is_service_linked(role))
    }
}

/// A field of an ARN, counted from 0; the sixth is all the rest.
pub(crate) fn field(arn: &str, index: usize) -> Option<&str> {
    let fields: Vec<&str> = arn.splitn(6, ':').collect();
    if fields.len() == 6 { fields.get(index).copied() } else { None }
}

fn is_trust(action: &str, resource: &str) -> bool {
    action.starts_with("sts:") && is_role(resource)
}

/// Whether an ARN is one of a role.
pub(crate) fn is_role(arn: &str) -> bool {
    field(arn, 2) == Some("iam") && field(arn, 5).is_some_and(|name| name.starts_with("role/"))
}

/// E14.
pub(crate) fn is_service_linked(role: &str) -> bool {
    field(role, 5).is_some_and(|name| name.starts_with("role/aws-service-role/"))
}

fn list(json: Option<&Json>, grammar: Grammar, name: &str) -> Vec<Document> {
    let Some(Json::List(items)) = json else { return Vec::new() };
    items.iter().enumerate().map(|(at, item)| Document::read(item, grammar, &format!("{name}.{}", at + 1))).collect()
}

fn first_entry(json: &Json, key: &str) -> Option<String> {
    let Some(Json::List(entries)) = json.get("ContextEntries") else { return None };
    let named = |entry: &&Json| {
        entry.get("ContextKeyName").and_then(Json::scalar).is_some_and(|name| name.eq_ignore_ascii_case(key))
    };
    entries.iter().find(named)?.get("ContextKeyValues")?.scalars()?.first().cloned()
}

/// What the caller and the resource fix (E6-E12, section 5); no other key is present.
fn context(caller: &Caller, resource_account: Option<&str>) -> Context {
    let mut context = Context::default();
    let mut set = |key: &str, value: &str| context.set(key, vec![value.to_owned()]);
    if let Some(account) = &caller.account {
        set("aws:PrincipalAccount", account);
        set("aws:PrincipalIsAWSService", "false");
    }
    let name = |arn: &str| arn.rsplit('/').next().unwrap_or_default().to_owned();
    match &caller.kind {
        Kind::Root => {
            let account = caller.account.clone().unwrap_or_default();
            set(
                "aws:PrincipalArn",
                &format!("arn:{}:iam::{account}:root", caller.partition.as_deref().unwrap_or("aws")),
            );
            set("aws:PrincipalType", "Account");
            set("aws:userid", &account);
        }
        Kind::User(arn) => {
            set("aws:PrincipalType", "User");
            if let Some(arn) = arn {
                set("aws:PrincipalArn", arn);
                set("aws:username", &name(arn));
            }
        }
        Kind::RoleSession { role, .. } => {
            set("aws:PrincipalArn", role);
            set("aws:PrincipalType", "AssumedRole");
        }
        Kind::FederatedUser(arn) => {
            set("aws:PrincipalArn", arn);
            set("aws:PrincipalType", "FederatedUser");
            set("aws:userid", &format!("{}:{}", caller.account.clone().unwrap_or_default(), name(arn)));
        }
        Kind::Anonymous => {
            set("aws:PrincipalAccount", "anonymous");
            set("aws:PrincipalType", "Anonymous");
            set("aws:userid", "anonymous");
        }
        Kind::Service(service) => {
            set("aws:PrincipalArn", INTERNAL_ARN);
            set("aws:PrincipalType", INTERNAL);
            set("aws:userid", INTERNAL);
            set("aws:PrincipalAccount", INTERNAL);
            set("aws:PrincipalIsAWSService", "true");
            set("aws:PrincipalServiceName", service);
            set("aws:PrincipalServiceNamesList", service);
        }
        // Section 5: the provider of an OIDC caller is there when the trust policy is evaluated.
        // E142: what else the call needs is evaluated in the same context.
        Kind::Provider(provider) if !provider.contains(":saml-provider/") => set("aws:FederatedProvider", provider),
        Kind::Provider(_) => {}
    }
    if let Some(account) = resource_account {
        set("aws:ResourceAccount", account);
    }
    context
}

/// E166; E16 for AssumeRoot.
fn of_credentials(context: &mut Context, credentials: Credentials) {
    let mut set = |key: &str, value: &str| context.set(key, vec![value.to_owned()]);
    match credentials {
        Credentials::SessionToken => set("aws:MultiFactorAuthPresent", "false"),
        Credentials::MfaSession => set("aws:MultiFactorAuthPresent", "true"),
        Credentials::AssumeRoot => set("aws:AssumedRoot", "true"),
        Credentials::Unsaid | Credentials::LongTermKey => {}
    }
}

/// What the request gives wins.
fn give(context: &mut Context, given: Option<&Json>) {
    for (name, values) in given_keys(given) {
        context.set(&name, values);
    }
}

fn given_keys(given: Option<&Json>) -> Vec<(String, Vec<String>)> {
    let Some(Json::List(entries)) = given else { return Vec::new() };
    let entry = |entry: &Json| {
        let name = entry.get("ContextKeyName").and_then(Json::scalar).unwrap();
        (name.to_owned(), entry.get("ContextKeyValues").and_then(Json::scalars).unwrap())
    };
    entries.iter().map(entry).collect()
}

fn encryption_context(given: Option<&Json>) -> Vec<(String, String)> {
    let pair = |(name, values): (String, Vec<String>)| {
        let (start, key) = name.split_at_checked("kms:EncryptionContext:".len())?;
        let value = values.first()?.clone();
        start.eq_ignore_ascii_case("kms:EncryptionContext:").then(|| (key.to_owned(), value))
    };
    given_keys(given).into_iter().filter_map(pair).collect()
}
