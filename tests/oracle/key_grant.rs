//! Grants of KMS keys (E130, E131, E189, E190).

use std::collections::BTreeSet;

use crate::json::Json;
use crate::principal::{Grant, names_principal};
use crate::readings::Readings;
use crate::request::Request;

/// A grant as `kms list-grants` prints it.
#[derive(Debug, Clone)]
pub(crate) struct KeyGrant {
    grantee: Option<String>,
    retiring: Option<String>,
    issuing_account: Option<String>,
    /// In lowercase, as actions are.
    operations: Vec<String>,
    equals: Option<Vec<(String, String)>>,
    subset: Option<Vec<(String, String)>>,
    source_arn: Option<String>,
}

/// The grants of a request.
pub(crate) fn read(request: &Json) -> Vec<KeyGrant> {
    let Some(Json::List(grants)) = request.get("KeyGrants") else { return Vec::new() };
    grants.iter().map(KeyGrant::read).collect()
}

impl KeyGrant {
    fn read(json: &Json) -> Self {
        let scalar = |value: &Json| value.scalar().map(str::to_owned);
        let text = |name: &str| json.get(name).and_then(scalar);
        let pairs = |name: &str| {
            let Some(Json::Object(pairs)) = json.get("Constraints").and_then(|constraints| constraints.get(name))
            else {
                return None;
            };
            let pair = |(key, value): &(String, Json)| Some((key.clone(), value.scalar()?.to_owned()));
            Some(pairs.iter().filter_map(pair).collect())
        };
        let operations = json.get("Operations").and_then(Json::scalars).unwrap_or_default();
        Self {
            grantee: text("GranteePrincipal"),
            retiring: text("RetiringPrincipal"),
            issuing_account: text("IssuingAccount"),
            operations: operations.iter().map(|operation| operation.to_lowercase()).collect(),
            equals: pairs("EncryptionContextEquals"),
            subset: pairs("EncryptionContextSubset"),
            source_arn: json.get("Constraints").and_then(|constraints| constraints.get("SourceArn")).and_then(scalar),
        }
    }

    /// Whoever it names.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        [&self.grantee, &self.retiring, &self.issuing_account].into_iter().flatten().map(String::as_str)
    }

    fn has(&self, operation: &str) -> bool {
        self.operations.iter().any(|one| one == operation)
    }

    /// E130, E190: exact and case-sensitive; those on the encryption context are nothing for DescribeKey and RetireGrant.
    fn constraints_hold(&self, request: &Request, operation: &str) -> bool {
        let sources = request.context.values("aws:SourceArn").unwrap_or_default();
        if self.source_arn.as_ref().is_some_and(|arn| !sources.contains(arn)) {
            return false;
        }
        if ["describekey", "retiregrant"].contains(&operation) {
            return true;
        }
        let given: BTreeSet<(&str, &str)> =
            request.encryption_context.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
        let wanted = |pairs: &'_ [(String, String)]| -> BTreeSet<(String, String)> { pairs.iter().cloned().collect() };
        let has = |pairs: &[(String, String)]| {
            wanted(pairs).iter().all(|(key, value)| given.contains(&(key.as_str(), value.as_str())))
        };
        self.equals.as_ref().is_none_or(|pairs| has(pairs) && wanted(pairs).len() == given.len())
            && self.subset.as_ref().is_none_or(|pairs| has(pairs))
    }
}

/// E130, E131: how grants name the caller for the action, as an Allow of the key's policy would.
pub(crate) fn grants(request: &Request, readings: &Readings) -> BTreeSet<Grant> {
    let Some(operation) = request.action.strip_prefix("kms:") else { return BTreeSet::new() };
    if operation == "retiregrant" {
        return retires(request, readings);
    }
    let gives = |grant: &&KeyGrant| grant.has(operation) && grant.constraints_hold(request, operation);
    let grantee = |grant: &KeyGrant| names_principal(grant.grantee.as_deref()?, request, readings);
    request.key_grants.iter().filter(gives).filter_map(grantee).collect()
}

/// E189: how a grant lets the caller retire it.
fn retires(request: &Request, readings: &Readings) -> BTreeSet<Grant> {
    let mut found = BTreeSet::new();
    for grant in &request.key_grants {
        let name =
            |value: &Option<String>| value.as_deref().and_then(|value| names_principal(value, request, readings));
        found.extend(name(&grant.retiring));
        found.extend(name(&grant.issuing_account));
        if grant.has("retiregrant") && grant.constraints_hold(request, "retiregrant") {
            found.extend(name(&grant.grantee));
        }
    }
    found
}
