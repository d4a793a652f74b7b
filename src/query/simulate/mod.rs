//! AWS's policy simulator, offline: a request that brings its own policies, and its answer in AWS's shape.
//!
//! Nothing is looked up: what the request does not give is absent (a policy), or absent or unknown as its mode says (a
//! condition key). Keys that caller and resource fix are derived in both modes, unless given.

mod caller;
mod documents;
mod federator;
mod layers;
mod request;
mod resource_side;
mod response;
mod result;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use crate::action::ActionName;
use crate::arn::{AccountId, Arn};
use crate::condition::{Atom, Residual};
use crate::evaluate::{
    BucketSide, Decision, EvaluateOptions, Evaluator, Full, Layers, Levels, Outcome, Ownership, PrincipalSide, Reasons,
    ResourceRules, Silent, Target, fill_keys,
};
use crate::model::Collected;
use crate::query::selector::unknown_action;
use crate::request::{Caller, Context, Credentials, KeyState};

use caller::Named;
use documents::Documents;
use federator::by_federator;
use resource_side::{encryption_context_names, object_owner};

pub use request::{
    ContextEntry, ContextKeyType, ContextMode, ContextValue, PolicyText, SimulationError, SimulationRequest,
};
pub use resource_side::{
    AclEntry, AclGrantEntry, AclGrantee, AclOwner, CallerCredentials, KeyGrantConstraints, KeyGrantEntry,
    ObjectOwnershipName, PublicAccessBlockEntry,
};
pub use response::{
    EvalDecision, EvaluationResult, MatchedStatement, OrganizationsDecisionDetail, PermissionsBoundaryDecisionDetail,
    Position, SimulationResponse,
};

/// Answers one request given as JSON with one line of JSON, without the line's end: AWS's `EvaluationResults`, or
/// `{"Error": {"Code", "Message"}}` with the place of the fault for a request that cannot be read.
#[must_use]
pub fn simulate_line(line: &str) -> String {
    let answered = SimulationRequest::from_json(line).and_then(|request| simulate(&request));
    let answer = match &answered {
        Ok(response) => serde_json::to_string(response),
        Err(error) => {
            let body = serde_json::json!({"Error": {"Code": "InvalidInput", "Message": error.to_string()}});
            serde_json::to_string(&body)
        }
    };
    answer.unwrap_or_else(|error| format!("{{\"Error\":{{\"Code\":\"InternalFailure\",\"Message\":\"{error}\"}}}}"))
}

/// Simulates a request: one result for each action on each resource, actions first.
///
/// # Errors
/// When a field holds what is no action, resource, account or caller.
pub fn simulate(request: &SimulationRequest) -> Result<SimulationResponse, SimulationError> {
    if request.action_names.is_empty() {
        return Err(SimulationError::invalid("/ActionNames", "at least one action is needed"));
    }
    let named = caller::read(request)?;
    let given = given_keys(request)?;
    let owner = owner(request)?;
    let documents = documents::read(request, canonical_users(request)?);
    let resources = request.resource_arns.as_deref().filter(|list| !list.is_empty());
    let everything = ["*".to_owned()];
    let resources = resources.unwrap_or(&everything);
    for (index, resource) in resources.iter().enumerate() {
        if resource != "*" && Arn::parse(resource).is_err() {
            let message = format!("`{resource}` is neither an ARN nor `*`");
            return Err(SimulationError::invalid(format!("/ResourceArns/{index}"), message));
        }
    }
    let simulation = Simulation { request, named, given, owner, documents: &documents };
    let evaluator = Evaluator::new(&documents.environment, EvaluateOptions::default());
    let mut evaluation_results = Vec::new();
    for (index, action) in request.action_names.iter().enumerate() {
        let parsed = ActionName::parse(action).map_err(|_| {
            let message = format!("`{action}` is not an action: expected `service:Name` without wildcards");
            SimulationError::invalid(format!("/ActionNames/{index}"), message)
        })?;
        for resource in resources {
            evaluation_results.push(simulation.decide(&evaluator, &parsed, resource));
        }
    }
    Ok(SimulationResponse { evaluation_results })
}

/// The keys a request gives. A key without values is absent (E78).
fn given_keys(request: &SimulationRequest) -> Result<Vec<(&str, KeyState)>, SimulationError> {
    let mut given: Vec<(&str, KeyState)> = Vec::new();
    for (index, entry) in request.context_entries.iter().flatten().enumerate() {
        let name = entry.context_key_name.as_str();
        if given.iter().any(|(earlier, _)| earlier.eq_ignore_ascii_case(name)) {
            let message = format!("the context key `{name}` is given twice");
            return Err(SimulationError::invalid(format!("/ContextEntries/{index}"), message));
        }
        let values: Vec<String> = entry.context_key_values.iter().map(|value| value.0.clone()).collect();
        given.push((name, if values.is_empty() { KeyState::Absent } else { KeyState::Known(values) }));
    }
    Ok(given)
}

/// Whose accounts the canonical user ids of a request are.
fn canonical_users(request: &SimulationRequest) -> Result<BTreeMap<Box<str>, AccountId>, SimulationError> {
    let read = |(id, text): (&String, &String)| match AccountId::parse(text) {
        Some(account) => Ok((id.as_str().into(), account)),
        None => {
            let message = format!("`{text}` is not a 12-digit account id");
            Err(SimulationError::invalid(format!("/CanonicalUsers/{id}"), message))
        }
    };
    request.canonical_users.iter().flatten().map(read).collect()
}

/// The owner of the resources as the request says it: `ResourceAccount` before `ResourceOwner`.
fn owner(request: &SimulationRequest) -> Result<Option<AccountId>, SimulationError> {
    if let Some(text) = request.resource_account.as_deref() {
        let message = || format!("`{text}` is not a 12-digit account id");
        return match AccountId::parse(text) {
            Some(account) => Ok(Some(account)),
            None => Err(SimulationError::invalid("/ResourceAccount", message())),
        };
    }
    let Some(text) = request.resource_owner.as_deref() else { return Ok(None) };
    let of_root = || Arn::parse(text).ok().filter(|arn| arn.resource() == "root").and_then(|arn| arn.account_id());
    match AccountId::parse(text).or_else(of_root) {
        Some(account) => Ok(Some(account)),
        None => {
            let message = format!("`{text}` is neither a 12-digit account id nor the ARN of an account's root user");
            Err(SimulationError::invalid("/ResourceOwner", message))
        }
    }
}

/// What AWS's documents leave open, where the rules still settle a point decision.
fn settled(code: &str) -> Option<(bool, &'static str)> {
    match code {
        "pattern-ambiguous" => Some((false, "wildcards of a resource pattern are kept to their fields (E60, E61)")),
        "not-principal-lists-only-some-identifiers" => {
            Some((true, "NotPrincipal lists only some of the caller's identifiers and so does not spare it (E40)"))
        }
        "star-names-services" => Some((true, "`*` is taken to name AWS services (E33)")),
        "key-grant-across-accounts" => {
            Some((true, "a grantee of another account is taken to need no identity policy (E131)"))
        }
        "star-names-federated-callers" => Some((true, "`*` is taken to name callers of identity providers (E34)")),
        _ => None,
    }
}

/// One request, read.
struct Simulation<'r> {
    request: &'r SimulationRequest,
    named: Named,
    given: Vec<(&'r str, KeyState)>,
    owner: Option<AccountId>,
    documents: &'r Documents,
}

/// A request's context, and every key that is given or fixed, in lowercase.
struct Keys {
    context: Context,
    settled: Context,
}

impl Simulation<'_> {
    fn decide(&self, evaluator: &Evaluator<'_>, action: &ActionName, resource: &str) -> EvaluationResult {
        let mut reasons: Vec<String> = unlisted(action).into_iter().collect();
        let target = Target::new(action.clone(), resource);
        let owner = self.owner.or(target.account());
        let (caller, credentials) = match &self.named {
            Named::Caller(caller, credentials) => (caller.clone(), *credentials),
            // Somebody of the account of whom nothing else is known: no principal a policy names.
            Named::Nobody(account) => (Caller::ExternalAccount(account.or(owner)), Credentials::LongTermKey),
        };
        let mut target = target;
        if let Some(owner) = self.owner {
            target = target.owned_by(owner);
        } else if let (Some(account), None, true) = (caller.account(), owner, resource != "*") {
            target = target.owned_by(account);
            reasons.push(format!("{resource} is taken to belong to the caller's account {account}"));
        }
        let target = self.governed(target, &mut reasons);
        let keys = self.keys(&caller, credentials, &target);
        let layers = self.layers(&caller, credentials, &target, &mut reasons);
        let ownership = match (caller.account(), owner) {
            (None, _) if matches!(caller, Caller::ExternalAccount(None)) => Ownership::Same,
            (None, _) => Ownership::Cross,
            (Some(account), Some(owner)) if account != owner => Ownership::Cross,
            (Some(_), _) => Ownership::Same,
        };
        let mut record = Full::default();
        let decision =
            evaluator.decide_given(&caller, credentials, &target, &keys.context, &layers, &ownership, &mut record);
        let decide = |caller: &Caller| {
            let context = &keys.context;
            evaluator.decide_given(caller, credentials, &target, context, &layers, &ownership, &mut Silent)
        };
        let decision = by_federator(&self.documents.environment, &caller, decide).unwrap_or(decision);
        let decision = self.to_the_point(&decision, &mut reasons);
        if decision.outcome() == Outcome::ImplicitlyDenied {
            let mut why = Reasons::default();
            let context = &keys.context;
            evaluator.decide_given(&caller, credentials, &target, context, &layers, &ownership, &mut why);
            reasons.extend(layers::silent_layers(self, &target, &why));
        }
        self.result(&target, &decision, &record, &keys, reasons)
    }

    /// The resource's policy: a role's is its trust policy, which governs only the calls that give its credentials.
    fn governed(&self, target: Target, reasons: &mut Vec<String>) -> Target {
        let rules = target.rules;
        let is_role =
            target.arn.as_ref().is_some_and(|arn| arn.service() == "iam" && arn.resource().starts_with("role/"));
        let policy = match (rules, is_role) {
            (ResourceRules::RoleTrust, _) => self.documents.trust,
            (_, true) => None,
            _ => self.documents.resource,
        };
        match (policy, rules) {
            (Some(_), _) | (None, ResourceRules::Ordinary | ResourceRules::RootSession) => {}
            (None, ResourceRules::KmsKey) => {
                reasons.push("no key policy is given: without one nobody has access to a key (E124)".to_owned());
            }
            (None, ResourceRules::RoleTrust) => {
                reasons.push("no trust policy is given: without one nobody assumes a role (E135)".to_owned());
            }
        }
        let mut target = target.governed_by(policy.map_or(Collected::Absent, Collected::Present));
        if rules == ResourceRules::KmsKey {
            target.grants = Collected::Present(self.documents.key_grants.clone());
        }
        if target.is_s3() {
            let block = self.request.public_access_block.unwrap_or_default();
            let enforced = self.request.object_ownership == Some(ObjectOwnershipName::BucketOwnerEnforced);
            let acl = if enforced { Vec::new() } else { self.documents.acl.clone() };
            let block = [block.ignore_public_acls, block.restrict_public_buckets];
            target.bucket = BucketSide::given(&self.documents.environment, acl, block, &target);
            target.bucket.object_owner =
                if enforced { None } else { object_owner(self.request, &self.documents.environment, &target) };
        }
        target
    }

    fn keys(&self, caller: &Caller, credentials: Credentials, target: &Target) -> Keys {
        // Whether a user holds temporary credentials, with MFA or not, is for the request to say.
        let credentials = match credentials {
            Credentials::LongTermKey | Credentials::Root if self.request.caller_credentials.is_none() => {
                Credentials::Unspecified
            }
            other => other,
        };
        let mut settled = Context::open();
        fill_keys(&mut settled, &self.documents.environment, caller, credentials, target);
        if let (Caller::Root(account), Some(arn)) = (caller, self.request.caller_arn.as_deref()) {
            settled.set("aws:PrincipalArn", KeyState::value(arn));
            settled.set("aws:userid", KeyState::value(account.as_str()));
        }
        if matches!(self.named, Named::Nobody(_)) {
            settled.set("aws:PrincipalType", KeyState::value("User"));
        }
        for (key, state) in &self.given {
            settled.set(key, state.clone());
        }
        let context = match self.request.context_mode.unwrap_or_default() {
            ContextMode::Open => settled.clone(),
            ContextMode::Strict => {
                let mut strict = Context::strict();
                for (key, state) in settled.keys().filter(|(_, state)| matches!(state, KeyState::Known(_))) {
                    strict.set(key, state.clone());
                }
                // E190: the names of an encryption context are those of the pairs that are given.
                let names = encryption_context_names(&self.given);
                let missing = matches!(strict.get("kms:encryptioncontextkeys"), KeyState::Absent);
                if missing && !names.is_empty() {
                    strict.set("kms:EncryptionContextKeys", KeyState::Known(names));
                }
                strict
            }
        };
        Keys { context, settled }
    }

    /// Which of the lists have a say (E94-E98, E103, E161, E162).
    fn layers(&self, caller: &Caller, credentials: Credentials, target: &Target, reasons: &mut Vec<String>) -> Layers {
        let documents = self.documents;
        let mut layers = Layers { vpc_endpoint: documents.vpc_endpoint.clone(), ..Layers::default() };
        let outside = matches!(
            caller,
            Caller::Anonymous | Caller::Service(_) | Caller::FederatedProvider(_) | Caller::CanonicalUser(_)
        );
        let own = !documents.identity.is_empty() || documents.boundary.is_some() || documents.session.is_some();
        if outside {
            layers.principal_side = PrincipalSide::None;
        }
        if credentials == Credentials::AssumedRoot {
            layers.session.clone_from(&documents.session);
        } else if outside || matches!(caller, Caller::Root(_)) {
            if own {
                reasons.push("identity, boundary and session policies do not concern this caller".to_owned());
            }
        } else {
            layers.identity.clone_from(&documents.identity);
            layers.boundary.clone_from(&documents.boundary);
            let of_session = matches!(caller, Caller::RoleSession { .. } | Caller::FederatedUser { .. });
            if of_session {
                layers.session.clone_from(&documents.session);
            } else if documents.session.is_some() {
                reasons.push("a user has no session policies (E96)".to_owned());
            }
        }
        if !outside && !caller.is_service_linked() {
            layers.service_control = documents.service_control.clone();
        } else if documents.service_control != Levels::NotApplicable {
            reasons.push("service control policies do not concern this caller (E98)".to_owned());
        }
        // E103: actions that AWS authorises on no resource are out of reach.
        let without_resource = target.names_no_resource()
            && target.known_action().is_some_and(|action| action.resource_types().next().is_none());
        let of_service_linked = target.arn.as_ref().is_some_and(|arn| {
            target.rules == ResourceRules::RoleTrust && arn.resource().starts_with("role/aws-service-role/")
        });
        let exempt =
            caller.is_service_linked() || target.action.is("kms:RetireGrant") || without_resource || of_service_linked;
        if !exempt {
            layers.resource_control = documents.resource_control.clone();
        } else if documents.resource_control != Levels::NotApplicable {
            reasons.push("resource control policies do not concern this request (E103)".to_owned());
        }
        layers
    }

    /// The decision with what the rules settle settled, and a reason for each place where that made the difference.
    fn to_the_point(&self, decision: &Decision, reasons: &mut Vec<String>) -> Decision {
        // E58: the request's own resource text decides.
        let by_text = |code: &str| (code == "resource-of-the-action-undocumented").then_some(false);
        if self.request.context_mode.unwrap_or_default() == ContextMode::Open {
            return decided(decision, &by_text);
        }
        let point = decided(decision, &|code| by_text(code).or_else(|| settled(code).map(|(holds, _)| holds)));
        for code in codes(decision) {
            let Some((_, why)) = settled(code) else { continue };
            let other = decided(decision, &|other| {
                by_text(other).or_else(|| settled(other).map(|(holds, _)| holds != (other == code)))
            });
            if other.outcome() != point.outcome() {
                reasons.push(format!("{code}: {why}; read the other way, the decision is {}", word(other.outcome())));
            }
        }
        point
    }
}

/// A remark on an action that the service reference does not list.
fn unlisted(action: &ActionName) -> Option<String> {
    let near = unknown_action(action)?;
    let hint = if near.is_empty() { String::new() } else { format!("; did you mean {}?", near.join(", ")) };
    Some(format!("`{action}` is not in the service reference, and is decided as written{hint}"))
}

fn word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Allowed => "allowed",
        Outcome::ExplicitlyDenied => "explicitDeny",
        Outcome::ImplicitlyDenied => "implicitDeny",
        Outcome::AllowedIf | Outcome::Unknown => "conditional",
    }
}

/// The codes of what AWS's documents leave open, each once, in order.
fn codes(decision: &Decision) -> Vec<&'static str> {
    let atoms = decision.allow.atoms().into_iter().chain(decision.deny.atoms());
    let mut codes: Vec<&'static str> = atoms
        .filter_map(|atom| match atom {
            Atom::Undocumented(code) => Some(*code),
            _ => None,
        })
        .collect();
    codes.sort_unstable();
    codes.dedup();
    codes
}

/// The decision if undocumented points are as `holds` says.
fn decided(decision: &Decision, holds: &impl Fn(&str) -> Option<bool>) -> Decision {
    let decide = |residual: &Residual| {
        residual.substitute(&|atom, negated| match atom {
            Atom::Undocumented(code) => holds(code).map(|holds| holds != negated),
            _ => None,
        })
    };
    Decision { allow: decide(&decision.allow), deny: decide(&decision.deny), assumptions: Vec::new() }
}
