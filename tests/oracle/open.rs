//! What the library answers when keys are left open, against the oracle on contexts that fill them in (E174).
//!
//! The residual condition is taken from the evaluator itself, its atoms are judged by the oracle's own operators, and
//! the result must be the oracle's decision, context by context and reading by reading.

use std::sync::Arc;

use iamreach::action::ActionName;
use iamreach::arn::{AccountId, Arn};
use iamreach::condition::{Atom, Residual};
use iamreach::evaluate::{EvaluateOptions, Evaluator, Layers, Levels, Ownership, PrincipalSide, Silent, Target};
use iamreach::model::{
    Collected, DocumentId, Environment, EnvironmentParts, Policy, PolicyId, PolicyKind, StoredDocument,
};
use iamreach::policy::{DocumentKind, parse};
use iamreach::query::PolicyText;
use iamreach::request::{Caller, Context, Credentials, Entrance, KeyState, SessionName};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestCaseError;
use serde_json::{Value, json};

use crate::agreement::{in_parts, library, runner, setting};
use crate::condition::atom_holds;
use crate::decide::{answer_of_all_readings, decide};
use crate::generate::{Case, FREE_KEYS, case, few_keys};
use crate::layers::{has_identity, is_in_organization, is_spared, means_resource};
use crate::readings::{Answer, CODES, Decision, Readings};
use crate::request::{self, Kind, Request};

/// A request, which keys of it are left open, requests that give other values for them, and how to read what is not
/// documented.
#[derive(Debug, Clone)]
struct Opened {
    request: Value,
    left_open: u32,
    fillings: Vec<Value>,
    readings: u16,
}

/// Requests of every kind.
fn opened_of(of: fn(&Case) -> Value) -> impl Strategy<Value = Opened> {
    // Most keys are left open.
    let left_open = (any::<u32>(), any::<u32>()).prop_map(|(one, other)| one | other);
    let request = |of: fn(&Case) -> Value| case().prop_map(move |case| of(&case));
    (request(of), left_open, vec(request(Case::of_policies), 3), any::<u16>())
        .prop_map(|(request, left_open, fillings, readings)| Opened { request, left_open, fillings, readings })
}

fn opened() -> impl Strategy<Value = Opened> {
    opened_of(Case::request)
}

fn opened_of_policies() -> impl Strategy<Value = Opened> {
    opened_of(Case::of_policies)
}

/// Conditions on few keys, all left open: what is simplified most.
fn crowded() -> impl Strategy<Value = Opened> {
    (few_keys(), any::<u16>()).prop_map(|((request, fillings), readings)| Opened {
        request,
        left_open: u32::MAX,
        fillings,
        readings,
    })
}

impl Opened {
    fn is_left_open(&self, key: usize) -> bool {
        self.left_open >> key & 1 == 1 && !self.is_settled(key)
    }

    /// Whether the credentials settle the key: all but the age of MFA that there was (E166).
    fn is_settled(&self, key: usize) -> bool {
        let credentials = self.request["CallerCredentials"].as_str();
        match FREE_KEYS[key] {
            "aws:MultiFactorAuthPresent" => credentials.is_some(),
            "aws:MultiFactorAuthAge" => credentials.is_some_and(|credentials| credentials != "mfaSession"),
            _ => false,
        }
    }

    /// The request with its own values, and with those of the others for the keys that are left open.
    fn filled(&self) -> Vec<Value> {
        let own = &self.request;
        let of = |request: &Value, key: &str| -> Option<Value> {
            let entries = request["ContextEntries"].as_array()?;
            entries.iter().find(|entry| entry["ContextKeyName"] == key).cloned()
        };
        let fill = |other: &Value| {
            let chosen = FREE_KEYS
                .iter()
                .enumerate()
                .filter_map(|(at, key)| of(if self.is_left_open(at) { other } else { own }, key));
            let mut filled = own.clone();
            filled["ContextEntries"] = fixed(own).into_iter().chain(chosen).collect();
            filled
        };
        std::iter::once(own).chain(&self.fillings).map(fill).collect()
    }
}

/// The keys of a request that its caller fixes.
fn fixed(request: &Value) -> Vec<Value> {
    let entries = request["ContextEntries"].as_array().into_iter().flatten();
    let is_fixed = |entry: &&Value| !FREE_KEYS.iter().any(|key| entry["ContextKeyName"] == *key);
    entries.filter(is_fixed).cloned().collect()
}

/// What the library is asked beside `simulate`: the documents of a request as an environment.
struct Asked {
    environment: Environment,
    layers: Layers,
    resource_policy: Option<PolicyId>,
}

#[derive(Default)]
struct Numbered(EnvironmentParts);

impl Numbered {
    fn add(&mut self, document: &Value, kind: DocumentKind, policy: PolicyKind) -> PolicyId {
        let text = document.as_str().map_or_else(|| document.to_string(), str::to_owned);
        let text = PolicyText::new(&text);
        let number = u32::try_from(self.0.documents.len()).unwrap();
        let content = parse(text.as_str(), kind).map(|(document, _)| document);
        self.0.documents.push(StoredDocument { kind, text: Arc::from(text.as_str()), content });
        let (name, document) = (format!("policy {number}").into(), Some(DocumentId::new(number)));
        self.0.policies.push(Policy { name, arn: None, kind: policy, document, source: None });
        PolicyId::new(number)
    }

    fn list(&mut self, list: &Value, kind: DocumentKind, policy: PolicyKind) -> Vec<PolicyId> {
        list.as_array().into_iter().flatten().map(|document| self.add(document, kind, policy)).collect()
    }

    fn levels(&mut self, levels: &Value, kind: DocumentKind, policy: PolicyKind) -> Levels {
        match levels.as_array() {
            Some(levels) if !levels.is_empty() => {
                Levels::Known(levels.iter().map(|level| Ok(self.list(level, kind, policy))).collect())
            }
            _ => Levels::NotApplicable,
        }
    }
}

impl Asked {
    fn read(request: &Value, read: &Request) -> Self {
        let mut parts = Numbered::default();
        let identity = (DocumentKind::Identity, PolicyKind::CustomerManaged);
        let some = |list: Vec<PolicyId>| (!list.is_empty()).then_some(list);
        let mut layers = Layers::default();
        if has_identity(read) {
            layers.identity = parts.list(&request["PolicyInputList"], identity.0, identity.1);
            layers.boundary = some(parts.list(&request["PermissionsBoundaryPolicyInputList"], identity.0, identity.1));
            layers.session =
                some(parts.list(&request["SessionPolicyInputList"], DocumentKind::Session, PolicyKind::Session));
        }
        if read.caller.account.is_none() {
            layers.principal_side = PrincipalSide::None;
        }
        let endpoint = &request["VpcEndpointPolicyInputList"];
        let endpoint = some(parts.list(endpoint, DocumentKind::VpcEndpoint, PolicyKind::VpcEndpoint));
        layers.vpc_endpoint = endpoint.map_or(Levels::NotApplicable, |policies| Levels::Known(vec![Ok(policies)]));
        if is_in_organization(read) {
            let scp = &request["ServiceControlPolicyInputList"];
            layers.service_control = parts.levels(scp, DocumentKind::ServiceControl, PolicyKind::ServiceControl);
        }
        if !is_spared(read) {
            let rcp = &request["ResourceControlPolicyInputList"];
            layers.resource_control = parts.levels(rcp, DocumentKind::ResourceControl, PolicyKind::ResourceControl);
        }
        let (kind, policy) = if read.is_trust() {
            (DocumentKind::Trust, PolicyKind::Trust)
        } else {
            (DocumentKind::Resource, PolicyKind::ResourceBased)
        };
        let resource_policy = request.get("ResourcePolicy").map(|document| parts.add(document, kind, policy));
        Self { environment: Environment::new(parts.0), layers, resource_policy }
    }

    /// When the request is allowed, the keys that are left open being unknown.
    fn residual(&self, request: &Value, read: &Request, left_open: impl Fn(usize) -> bool) -> Residual {
        let mut context = Context::strict();
        for (key, values) in read.context.keys() {
            context.set(key, KeyState::Known(values.to_vec()));
        }
        for (at, key) in FREE_KEYS.iter().enumerate().filter(|(at, _)| left_open(*at)) {
            let _ = at;
            context.set(key, KeyState::Unknown);
        }
        let account = |account: &Option<String>| account.as_deref().and_then(AccountId::parse);
        let action = ActionName::parse(request["ActionNames"][0].as_str().unwrap()).unwrap();
        let mut target = Target::new(action, &read.resource);
        if let Some(owner) = account(&read.resource_account) {
            target = target.owned_by(owner);
        }
        target = target.governed_by(self.resource_policy.map_or(Collected::Absent, Collected::Present));
        let (caller, credentials) = caller(read);
        let ownership = if read.same_account() { Ownership::Same } else { Ownership::Cross };
        let evaluator = Evaluator::new(&self.environment, EvaluateOptions::default());
        let decision =
            evaluator.decide_given(&caller, credentials, &target, &context, &self.layers, &ownership, &mut Silent);
        decision.residual()
    }
}

fn caller(read: &Request) -> (Caller, Credentials) {
    let account = || read.caller.account.as_deref().and_then(AccountId::parse).unwrap();
    let arn = |text: &str| Arn::parse(text).unwrap();
    match &read.caller.kind {
        Kind::Root => (Caller::Root(account()), Credentials::Root),
        Kind::User(None) => (Caller::ExternalAccount(Some(account())), Credentials::LongTermKey),
        Kind::User(Some(user)) => {
            let id = read.context.values("aws:userid").and_then(|values| values.first());
            let unique_id = id.map(|id| id.as_str().into());
            let user = Caller::User { id: None, account: account(), arn: arn(user), unique_id };
            (user, Credentials::LongTermKey)
        }
        Kind::RoleSession { role, session } => {
            let id = read.context.values("aws:userid").and_then(|values| values.first());
            let unique_id = id.and_then(|id| id.split_once(':')).map(|(id, _)| id.into());
            let name = session.as_ref().and_then(|session| session.rsplit('/').next());
            let session = name.map_or(SessionName::Unspecified, |name| SessionName::Known(name.into()));
            let caller = Caller::RoleSession { id: None, account: account(), role: arn(role), unique_id, session };
            (caller, Credentials::RoleSession(Entrance::Unspecified))
        }
        Kind::FederatedUser(user) => {
            (Caller::FederatedUser { account: account(), arn: arn(user), user: None }, Credentials::FederatedUser)
        }
        Kind::Anonymous => (Caller::Anonymous, Credentials::Unsigned),
        Kind::Service(name) => (Caller::Service(name.as_str().into()), Credentials::Unsigned),
        Kind::Provider(name) => (Caller::FederatedProvider(name.as_str().into()), Credentials::Unsigned),
    }
}

fn is_unnamed_session(read: &Request) -> bool {
    matches!(read.caller.kind, Kind::RoleSession { session: None, .. })
}

/// Whether a residual holds in a context under a reading; nothing where it hangs on missing input.
fn holds(residual: &Residual, read: &Request, readings: &Readings) -> Option<bool> {
    let of_atom = |atom: &Atom| match atom {
        // Which session of a role calls, where that is not said, goes by this key too.
        Atom::Test { key, .. } if &**key == "sts:rolesessionname" && is_unnamed_session(read) => None,
        // A pattern of resources with a variable that is left open.
        Atom::Test { operator, values, .. } if &**operator == "Resource" => {
            Some(values.iter().any(|value| means_resource(value, true, read, readings)))
        }
        Atom::Test { operator, key, values } => {
            let values = values.iter().map(|value| value.to_string()).collect();
            Some(atom_holds(operator, key, values, &read.context, readings))
        }
        Atom::Undocumented("resource-of-the-action-undocumented") => Some(false),
        Atom::Undocumented(code) => Some(readings.holds(code)),
        _ => None,
    };
    let all = |parts: &[Residual], wanted: bool| {
        let parts: Option<Vec<bool>> = parts.iter().map(|part| holds(part, read, readings)).collect();
        parts.map(|parts| if wanted { parts.into_iter().all(|part| part) } else { parts.into_iter().any(|part| part) })
    };
    match residual {
        Residual::True => Some(true),
        Residual::False => Some(false),
        Residual::Atom(atom) => of_atom(atom),
        Residual::NotAtom(atom) => of_atom(atom).map(|holds| !holds),
        Residual::All(parts) => all(parts, true),
        Residual::Any(parts) => all(parts, false),
    }
}

/// The residual is true in a context exactly when the oracle allows the request there. Gives whether it was open, and how
/// often it held.
fn residual_is_exact(opened: &Opened) -> Result<(bool, Vec<bool>), String> {
    let read = Request::read(&opened.request.to_string());
    let asked = Asked::read(&opened.request, &read);
    let residual = asked.residual(&opened.request, &read, |key| opened.is_left_open(key));
    let points: Vec<(String, usize, usize)> = CODES
        .iter()
        .enumerate()
        .map(|(at, code)| ((*code).to_owned(), usize::from(opened.readings >> at & 1), 2))
        .collect();
    let is_open = !residual.is_true() && !residual.is_false();
    let mut held = Vec::new();
    for filled in opened.filled() {
        let read = Request::read(&filled.to_string());
        let Some(holds) = holds(&residual, &read, &Readings::of(&points)) else { break };
        let decision = decide(&read, &Readings::of(&points));
        if holds != (decision == Decision::Allowed) {
            return Err(format!("the rules say {decision:?}, the residual {holds}: {residual:?}\n{filled}"));
        }
        held.push(holds);
    }
    Ok((is_open, held))
}

/// What `simulate` says in open mode holds of every context that fills it in.
fn open_mode_is_sound(opened: &Opened) -> Result<(), String> {
    let mut request = opened.request.clone();
    let is_known = |at: &usize| !opened.is_left_open(*at) && !opened.is_settled(*at);
    let known = FREE_KEYS.iter().enumerate().filter(|(at, _)| is_known(at)).map(|(_, key)| {
        let entries = request["ContextEntries"].as_array();
        let given = entries.into_iter().flatten().find(|entry| entry["ContextKeyName"] == *key);
        given.cloned().unwrap_or_else(|| json!({"ContextKeyName": key, "ContextKeyValues": []}))
    });
    let entries: Value = fixed(&request).into_iter().chain(known).collect();
    request["ContextEntries"] = entries;
    request["ContextMode"] = json!("open");
    let result = library(&request)?;
    for filled in opened.filled() {
        let read = Request::read(&filled.to_string());
        if !is_possible(&read) || lacks_an_id(&read, &filled) {
            continue;
        }
        let answer = answer_of_all_readings(&read);
        let fits = match result["EvalDecision"].as_str() {
            Some("allowed") => answer == Answer::Allowed,
            Some("conditional") => true,
            _ => !matches!(answer, Answer::Allowed | Answer::Conditional),
        };
        if !fits {
            return Err(format!("the rules say {answer:?}, open mode {result}\n{request}\n{filled}"));
        }
    }
    Ok(())
}

/// Whether such a request can come about: section 5 and E166 say which keys which callers have.
fn is_possible(read: &Request) -> bool {
    let has = |key: &str| read.context.values(key).is_some();
    let kind = &read.caller.kind;
    let tagged = matches!(kind, Kind::User(_) | Kind::RoleSession { .. } | Kind::FederatedUser(_));
    let present = read.context.values("aws:multifactorauthpresent").unwrap_or_default();
    let without_mfa = !has("aws:multifactorauthage") && present.iter().all(|value| value.eq_ignore_ascii_case("false"));
    (tagged || !has("aws:principaltag/team"))
        && (matches!(kind, Kind::User(_)) || without_mfa)
        && (read.credentials != request::Credentials::MfaSession || has("aws:multifactorauthage"))
        && (tagged || read.credentials != request::Credentials::Unsaid || !has("aws:multifactorauthpresent"))
        && (matches!(kind, Kind::Service(_)) || !has("aws:sourcearn"))
        && (read.caller.account.is_some() || !has("aws:principalorgpaths"))
        && has("aws:currenttime")
        && (!read.is_trust() || has("sts:rolesessionname"))
        && (read.service() == "sts" || !has("sts:externalid") && !has("sts:rolesessionname"))
}

/// Whether a policy asks for an id that every user and role session has and that the request leaves out.
fn lacks_an_id(read: &Request, request: &Value) -> bool {
    let has_one = matches!(read.caller.kind, Kind::User(_) | Kind::RoleSession { .. });
    let text = request.to_string().to_lowercase();
    let asks = |key: &str| text.contains(key) && read.context.values(key).is_none();
    has_one && ["aws:userid", "aws:principalarn", "aws:principaltype"].into_iter().any(asks)
}

fn check<S: Strategy<Value = Opened>>(strategy: fn() -> S, test: fn(&Opened) -> Result<(), String>, part: u32) {
    let cases = setting("IAMREACH_CASES", 100_000) / 10;
    in_parts(cases, part, strategy, move |case: Opened| test(&case).map_err(TestCaseError::fail));
}

#[test]
fn e174_residuals_hold_exactly_where_the_request_is_allowed() {
    check(opened_of_policies, |opened| residual_is_exact(opened).map(|_| ()), 200);
}

#[test]
fn e174_residuals_of_many_conditions_on_few_keys() {
    check(crowded, |opened| residual_is_exact(opened).map(|_| ()), 400);
}

#[test]
fn e174_open_mode_holds_of_every_context() {
    check(opened, open_mode_is_sound, 300);
    check(crowded, open_mode_is_sound, 500);
}

/// How many residuals of a sample are open, and how often those hold and do not.
fn sample<S: Strategy<Value = Opened>>(strategy: S) -> [usize; 3] {
    let mut runner = runner(1, 1_001);
    let mut counts = [0; 3];
    for _ in 0..3_000 {
        let case = strategy.new_tree(&mut runner).unwrap().current();
        let (is_open, held) = residual_is_exact(&case).unwrap();
        if is_open {
            let yes = held.iter().filter(|held| **held).count();
            counts = [counts[0] + 1, counts[1] + yes, counts[2] + held.len() - yes];
        }
    }
    counts
}

#[test]
fn residuals_are_open_often_and_hold_sometimes() {
    let (some, many) = (sample(opened_of_policies()), sample(crowded()));
    assert!(some.into_iter().all(|count| count > 200), "open, held, did not: {some:?}");
    assert!(many.into_iter().all(|count| count > 1_000), "open, held, did not: {many:?}");
}
