//! Requests to `simulate` that try every rule: strategies of proptest over small alphabets.
//!
//! What is drawn are numbers and lists of numbers, the simplest choice at 0; a request is written from them. So a failing
//! case shrinks in steps that keep it a request.

mod alphabet;
mod beside_policies;
mod policy;

use std::fmt;

use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

pub(crate) use alphabet::FREE_KEYS;
use alphabet::{AWAY, CALLERS, HOME, KEYS, TARGETS, Target};
use beside_policies::{Beside, beside};
use policy::{Document, Role, Setting, condition, conditions_on, document, documents};

/// What a request is written from; shown as the request.
#[derive(Clone)]
pub(crate) struct Case {
    target: u8,
    action: u8,
    resource: u8,
    caller: u8,
    /// Whose the resource is, and how that is said.
    owner: u8,
    identity: Option<Vec<Document>>,
    boundary: Option<Vec<Document>>,
    session: Option<Vec<Document>>,
    endpoint: Option<Vec<Document>>,
    scp: Vec<Vec<Document>>,
    rcp: Vec<Vec<Document>>,
    resource_policy: Option<Document>,
    keys: Vec<(u8, u8, u8)>,
    beside: Beside,
}

impl fmt::Debug for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.request())
    }
}

/// A list of documents, seldom.
fn seldom(most: usize) -> impl Strategy<Value = Option<Vec<Document>>> {
    prop_oneof![3 => Just(None), 1 => documents(most).prop_map(Some)]
}

pub(crate) fn case() -> impl Strategy<Value = Case> {
    let who = (any::<u8>(), any::<u8>(), any::<u8>(), any::<u8>(), 0..20u8);
    let identity = prop_oneof![1 => Just(None), 8 => documents(2).prop_map(Some)];
    let resource = prop_oneof![1 => Just(None), 4 => document().prop_map(Some)];
    let levels = || prop_oneof![4 => Just(Vec::new()), 1 => vec(documents(2), 1..=2)];
    let keys = vec((0..8u8, any::<u8>(), any::<u8>()), KEYS.len());
    let lists = (identity, seldom(1), seldom(2), seldom(1), levels(), levels(), resource);
    (who, lists, keys, beside()).prop_map(|((target, action, resource, caller, owner), lists, keys, beside)| {
        let (identity, boundary, session, endpoint, scp, rcp, resource_policy) = lists;
        Case {
            target,
            action,
            resource,
            caller,
            owner,
            identity,
            boundary,
            session,
            endpoint,
            scp,
            rcp,
            resource_policy,
            keys,
            beside,
        }
    })
}

/// A request whose policies have many conditions on one or two keys, and others that give these keys other values.
pub(crate) fn few_keys() -> impl Strategy<Value = (Value, Vec<Value>)> {
    let free = 0..FREE_KEYS.len() as u8;
    let statement = (any::<bool>(), any::<bool>(), vec(condition(), 1..=3));
    let values = vec((0..8u8, any::<u8>(), any::<u8>()), KEYS.len());
    (vec(free, 1..=2), vec(statement, 1..=4), vec(values, 5)).prop_map(|(keys, statements, fillings)| {
        let (action, resource, caller) = ("s3:GetObject", "arn:aws:s3:::data/ana/report.csv", CALLERS[0]);
        let setting =
            Setting { action, resource, principals: false, control: false, trust: false, provider: false, caller };
        let all = json!({"Effect": "Allow", "Action": "*", "Resource": "*"});
        let (mut identity, mut boundary) = (Vec::new(), vec![all]);
        for (denies, limits, conditions) in &statements {
            let effect = if *denies { "Deny" } else { "Allow" };
            let condition = conditions_on(&keys, conditions, setting);
            let list = if *denies && *limits { &mut boundary } else { &mut identity };
            list.push(json!({"Effect": effect, "Action": "*", "Resource": "*", "Condition": condition}));
        }
        let document = |statements: Vec<Value>| json!([{"Version": "2012-10-17", "Statement": statements}]);
        let request = json!({
            "ActionNames": [action], "ResourceArns": [resource], "CallerArn": caller, "ResourceAccount": HOME,
            "PolicyInputList": document(identity), "PermissionsBoundaryPolicyInputList": document(boundary),
        });
        let given = fillings.iter().map(|keys| {
            let mut filled = request.clone();
            filled["ContextEntries"] = Value::Array(entries(keys, caller));
            filled
        });
        (request.clone(), given.collect())
    })
}

/// One of a list.
fn pick<'a, T: ?Sized>(list: &[&'a T], number: u8) -> &'a T {
    list[usize::from(number) % list.len()]
}

impl Case {
    /// The request as JSON.
    pub(crate) fn request(&self) -> Value {
        let mut request = self.of_policies();
        self.beside.add(request.as_object_mut().unwrap());
        request
    }

    /// The same, of policies alone.
    pub(crate) fn of_policies(&self) -> Value {
        let target = &TARGETS[usize::from(self.target) % TARGETS.len()];
        let action = pick(target.actions, self.action);
        let resource = pick(target.resources, self.resource);
        let abroad = self.owner >= 14 && resource != "*" && !resource.contains(HOME);
        let owner = if abroad { AWAY } else { HOME };
        let resource = resource.replace("OWNER", owner);
        let caller = pick(target.provider.unwrap_or(&CALLERS), self.caller);
        let mut request = json!({"ActionNames": [action], "ResourceArns": [resource]});
        let fields = request.as_object_mut().unwrap();
        if caller.is_empty() {
            fields.insert("PrincipalAccount".to_owned(), json!(HOME));
        } else {
            fields.insert("CallerArn".to_owned(), json!(caller));
        }
        // The owner is said but where the ARN says it too.
        match self.owner % 5 {
            0 => fields.insert("ResourceOwner".to_owned(), json!(format!("arn:aws:iam::{owner}:root"))),
            1 if resource.contains(owner) || owner == HOME => None,
            _ => fields.insert("ResourceAccount".to_owned(), json!(owner)),
        };
        if resource == "*" {
            fields.remove("ResourceOwner");
        }
        let setting = Setting {
            action,
            resource: &resource,
            principals: false,
            control: false,
            trust: false,
            provider: target.provider.is_some(),
            caller,
        };
        // E96: nobody else has session policies.
        let has_session = [":assumed-role/", ":role/", ":federated-user/"].iter().any(|kind| caller.contains(kind));
        self.policies(fields, setting, target, has_session);
        let entries = entries(&self.keys, caller);
        if !entries.is_empty() {
            fields.insert("ContextEntries".to_owned(), Value::Array(entries));
        }
        request
    }

    fn policies(&self, fields: &mut Map<String, Value>, setting: Setting<'_>, target: &Target, has_session: bool) {
        let list = |documents: &[Document], role: Role, setting: Setting<'_>| -> Value {
            documents.iter().map(|document| document.render(role, setting)).collect()
        };
        let named = Setting { principals: true, ..setting };
        let control = Setting { control: true, principals: true, ..setting };
        let mut insert = |name: &str, value: Option<Value>| value.map(|value| fields.insert(name.to_owned(), value));
        insert("PolicyInputList", self.identity.as_ref().map(|documents| list(documents, Role::Grants, setting)));
        insert(
            "PermissionsBoundaryPolicyInputList",
            self.boundary.as_ref().map(|documents| list(documents, Role::Limits, setting)),
        );
        insert(
            "SessionPolicyInputList",
            self.session.as_ref().filter(|_| has_session).map(|documents| list(documents, Role::Limits, setting)),
        );
        let endpoint = self.endpoint.as_ref().filter(|_| target.endpoint);
        let anyone = Setting { provider: false, ..named };
        insert("VpcEndpointPolicyInputList", endpoint.map(|documents| list(documents, Role::Limits, anyone)));
        let levels = |levels: &[Vec<Document>], setting: Setting<'_>| -> Option<Value> {
            let levels: Vec<Value> = levels.iter().map(|level| list(level, Role::Limits, setting)).collect();
            (!levels.is_empty()).then(|| json!(levels))
        };
        insert("ServiceControlPolicyInputList", levels(&self.scp, setting));
        insert("ResourceControlPolicyInputList", levels(&self.rcp, control));
        let policy = self.resource_policy.as_ref().filter(|_| target.resource_policy);
        let of_resource = Setting { trust: target.trust, ..named };
        insert("ResourcePolicy", policy.map(|document| document.render(Role::Grants, of_resource)));
    }
}

/// Keys of the request. Of those that the caller fixes, its unique id alone.
fn entries(keys: &[(u8, u8, u8)], caller: &str) -> Vec<Value> {
    let mut entries = Vec::new();
    for ((name, kind, many, fixed), (count, first, second)) in KEYS.iter().zip(keys) {
        let given = kind.given();
        let values: Vec<&str> = match count {
            0..=3 => continue,
            4 if *first < 32 => Vec::new(),
            7 if *many => vec![pick(given, *first), pick(given, *second)],
            _ => vec![pick(given, *first)],
        };
        let values = match (*name, *fixed) {
            ("aws:userid", _) if caller.contains(":user/") => vec!["AIDAEXAMPLE"],
            ("aws:userid", _) if caller.contains(":assumed-role/reader/ci") => vec!["AROAEXAMPLE:ci"],
            ("aws:PrincipalArn", _) if caller.contains(":assumed-role/") && *first < 64 => {
                vec!["arn:aws:iam::111111111111:role/team/reader"]
            }
            (_, true) => continue,
            _ => values,
        };
        entries.push(json!({"ContextKeyName": name, "ContextKeyValues": values}));
    }
    entries
}
