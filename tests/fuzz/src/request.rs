//! Simulation requests as structured input.

use arbitrary::Arbitrary;
use serde_json::{Map, Value as Json, json};

use crate::condition::{Condition, Given, Key, Value};
use crate::words::{ACTIONS, CALLERS, RESOURCES, choose};

/// A text that is mostly one of a table.
#[derive(Debug, Clone, Arbitrary)]
pub enum Word<'a> {
    /// One of the table.
    Listed(u8),
    /// Any text.
    Free(&'a str),
}

impl<'a> Word<'a> {
    fn of(&self, table: &[&'static str]) -> &'a str {
        match self {
            Self::Listed(number) => choose(table, *number),
            Self::Free(text) => text,
        }
    }
}

/// Patterns of actions.
const ACTION_PATTERNS: &[&str] =
    &["*", "s3:*", "s3:Get*", "kms:*", "sts:*", "sts:AssumeRole*", "iam:*", "*:*", "S3:GETOBJECT"];

/// Patterns of resources.
const RESOURCE_PATTERNS: &[&str] = &[
    "*",
    "arn:aws:s3:::*",
    "arn:aws:s3:::data/*",
    "arn:aws:s3:::data/${aws:username}/*",
    "arn:aws:*:*:*:*",
    "arn:aws:kms:*:111111111111:key/*",
    "arn:aws:iam::*:role/*",
    "arn:aws:lambda:e*1111:function:f:alias",
    "arn:aws:lambda:*:function:*",
    "arn:aws:s3:*",
    "arn:${aws:PrincipalTag/team}:s3:::data",
];

/// Principals.
const PRINCIPALS: &[&str] = &[
    "*",
    "111111111111",
    "222222222222",
    "arn:aws:iam::111111111111:root",
    "arn:aws:iam::111111111111:user/ops/ana",
    "arn:aws:iam::111111111111:role/app/reader",
    "arn:aws:iam::111111111111:role/reader",
    "arn:aws:sts::111111111111:assumed-role/reader/ci",
    "arn:aws:sts::111111111111:federated-user/bo",
    "arn:aws:iam::222222222222:role/y",
    "AIDA1",
    "AROA1EXAMPLE",
    "arn:aws:iam::111111111111:user/*",
    "ec2.amazonaws.com",
    "arn:aws:iam::111111111111:saml-provider/okta",
    "accounts.google.com",
    "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be",
];

/// The kinds of principals.
const PRINCIPAL_KINDS: &[&str] = &["AWS", "Service", "Federated", "CanonicalUser", "Aws"];

/// A statement.
#[derive(Debug, Clone, Arbitrary)]
pub struct Statement<'a> {
    /// Whether it denies.
    pub denies: bool,
    /// Whether its element is the one that begins with `Not`: of principals, actions and resources.
    pub not: [bool; 3],
    /// Kinds of principals and principals; none, and it is `"*"`.
    pub principals: Vec<(u8, Word<'a>)>,
    /// Actions; none, and it is `*`.
    pub actions: Vec<Word<'a>>,
    /// Resources; none, and it is `*`.
    pub resources: Vec<Word<'a>>,
    /// Conditions.
    pub conditions: Vec<Condition<'a>>,
}

impl Statement<'_> {
    fn json(&self, with_principal: bool, with_resource: bool) -> Json {
        let element = |not: bool, name: &str| if not { format!("Not{name}") } else { name.to_owned() };
        let list = |words: &[Word<'_>], tables: &[&[&'static str]]| match words {
            [] => json!("*"),
            words => (0..)
                .zip(words)
                .map(|(place, word)| word.of(tables.get(place % tables.len()).copied().unwrap_or_default()))
                .collect::<Vec<_>>()
                .into(),
        };
        let mut statement = Map::new();
        statement.insert("Effect".into(), json!(if self.denies { "Deny" } else { "Allow" }));
        statement.insert(element(self.not[1], "Action"), list(&self.actions, &[ACTION_PATTERNS, ACTIONS]));
        if with_resource {
            statement.insert(element(self.not[2], "Resource"), list(&self.resources, &[RESOURCE_PATTERNS, RESOURCES]));
        }
        if with_principal {
            let mut kinds: Map<String, Json> = Map::new();
            for (kind, principal) in &self.principals {
                let named = kinds.entry(choose(PRINCIPAL_KINDS, *kind)).or_insert_with(|| json!([]));
                if let Some(named) = named.as_array_mut() {
                    named.push(json!(principal.of(PRINCIPALS)));
                }
            }
            let principal = if kinds.is_empty() { json!("*") } else { kinds.into() };
            statement.insert(element(self.not[0], "Principal"), principal);
        }
        let mut conditions: Map<String, Json> = Map::new();
        for condition in &self.conditions {
            conditions.entry(condition.written(None)).or_insert_with(|| json!({}))[condition.key.text()] =
                condition.values_json();
        }
        if !conditions.is_empty() {
            statement.insert("Condition".into(), conditions.into());
        }
        statement.into()
    }
}

/// A policy.
#[derive(Debug, Clone, Arbitrary)]
pub struct Policy<'a> {
    /// Whether its language version is the old one, without variables.
    pub legacy: bool,
    /// Its statements.
    pub statements: Vec<Statement<'a>>,
}

impl Policy<'_> {
    fn json(&self, with_principal: bool, with_resource: bool) -> Json {
        let version = if self.legacy { "2008-10-17" } else { "2012-10-17" };
        let statements = self.statements.iter().map(|statement| statement.json(with_principal, with_resource));
        json!({"Version": version, "Statement": statements.collect::<Vec<_>>()})
    }
}

/// The credentials a request may name.
const CREDENTIALS: &[&str] = &["longTermKey", "sessionToken", "mfaSession", "assumeRoot"];

/// A request.
#[derive(Debug, Clone, Arbitrary)]
pub struct Request<'a> {
    /// Who calls.
    pub caller: Option<Word<'a>>,
    /// With what.
    pub credentials: Option<u8>,
    /// What is asked for.
    pub actions: (Word<'a>, Option<Word<'a>>),
    /// What it is asked of.
    pub resources: Option<(Word<'a>, Option<Word<'a>>)>,
    /// Identity policies.
    pub identity: Vec<Policy<'a>>,
    /// A permissions boundary.
    pub boundary: Option<Policy<'a>>,
    /// Session policies.
    pub session: Option<Vec<Policy<'a>>>,
    /// SCPs, level by level.
    pub service_control: Option<Vec<Vec<Policy<'a>>>>,
    /// RCPs, level by level.
    pub resource_control: Option<Vec<Vec<Policy<'a>>>>,
    /// The policy of a VPC endpoint.
    pub vpc_endpoint: Option<Policy<'a>>,
    /// The resource's policy.
    pub resource: Option<Policy<'a>>,
    /// Whether the resource is another account's.
    pub foreign_owner: Option<bool>,
    /// Keys of the request.
    pub context: Vec<(Key<'a>, Given<'a>)>,
    /// Whether keys that are not given are unknown.
    pub open: bool,
    /// Grants on a key: grantee and operation.
    pub grants: Vec<(Word<'a>, u8)>,
    /// Whether everybody is in the bucket's list, and the four switches of Block Public Access.
    pub public: Option<[bool; 4]>,
}

impl Request<'_> {
    /// The request as one line of JSON.
    #[must_use]
    pub fn line(&self) -> String {
        let mut request = Map::new();
        let mut put = |name: &str, value: Option<Json>| {
            if let Some(value) = value {
                request.insert(name.to_owned(), value);
            }
        };
        let several = |(first, second): &(Word<'_>, Option<Word<'_>>), table: &[&'static str]| {
            std::iter::once(first).chain(second).map(|word| json!(word.of(table))).collect::<Json>()
        };
        let of_role = self.is_of_role();
        let identity =
            |policies: &[Policy<'_>]| policies.iter().map(|policy| policy.json(false, true)).collect::<Json>();
        let levels = |levels: &[Vec<Policy<'_>>], with_principal| {
            let level = |policies: &Vec<Policy<'_>>| {
                policies.iter().map(|policy| policy.json(with_principal, true)).collect::<Json>()
            };
            levels.iter().map(level).collect::<Json>()
        };
        put("CallerArn", self.caller.as_ref().map(|caller| json!(caller.of(CALLERS))));
        put("CallerCredentials", self.credentials.map(|number| json!(choose(CREDENTIALS, number))));
        put("ActionNames", Some(several(&self.actions, ACTIONS)));
        put("ResourceArns", self.resources.as_ref().map(|resources| several(resources, RESOURCES)));
        put("PolicyInputList", Some(identity(&self.identity)));
        let boundary = self.boundary.as_ref().map(|boundary| json!([boundary.json(false, true)]));
        put("PermissionsBoundaryPolicyInputList", boundary);
        put("SessionPolicyInputList", self.session.as_deref().map(identity));
        put("ServiceControlPolicyInputList", self.service_control.as_deref().map(|list| levels(list, false)));
        put("ResourceControlPolicyInputList", self.resource_control.as_deref().map(|list| levels(list, true)));
        let endpoint = self.vpc_endpoint.as_ref().map(|policy| json!([policy.json(true, true)]));
        put("VpcEndpointPolicyInputList", endpoint);
        put("ResourcePolicy", self.resource.as_ref().map(|policy| policy.json(true, !of_role)));
        let owner = self.foreign_owner.map(|foreign| json!(if foreign { "222222222222" } else { "111111111111" }));
        put("ResourceAccount", owner);
        let mut entries: Vec<(&str, Json)> = Vec::new();
        for (key, given) in &self.context {
            if entries.iter().all(|(other, _)| !other.eq_ignore_ascii_case(key.text())) {
                let values: Json = given.values.iter().map(Value::json).collect();
                entries.push((key.text(), json!({"ContextKeyName": key.text(), "ContextKeyValues": values})));
            }
        }
        put("ContextEntries", Some(entries.into_iter().map(|(_, entry)| entry).collect()));
        put("ContextMode", Some(json!(if self.open { "open" } else { "strict" })));
        if !self.grants.is_empty() {
            let grants = self.grants.iter().map(|(grantee, operation)| {
                let operation = choose(&["Decrypt", "Encrypt", "CreateGrant", "RetireGrant", "Nothing"], *operation);
                json!({"GrantId": "g", "GranteePrincipal": grantee.of(PRINCIPALS), "Operations": [operation]})
            });
            put("KeyGrants", Some(grants.collect()));
        }
        if let Some([acl, ignore, restrict, enforced]) = self.public {
            let uri = "http://acs.amazonaws.com/groups/global/AllUsers";
            let everybody = json!([{"Grantee": {"Type": "Group", "URI": uri}, "Permission": "READ"}]);
            put("BucketAcl", acl.then(|| json!({"Owner": {"ID": "owner"}, "Grants": everybody})));
            put("PublicAccessBlock", Some(json!({"IgnorePublicAcls": ignore, "RestrictPublicBuckets": restrict})));
            put("ObjectOwnership", enforced.then(|| json!("BucketOwnerEnforced")));
        }
        Json::from(request).to_string()
    }

    /// Whether the resource is a role, whose policy names no resources.
    fn is_of_role(&self) -> bool {
        self.resources.as_ref().is_some_and(|(first, _)| first.of(RESOURCES).contains(":role/"))
    }
}
