//! What holds of every explanation: the effects of the checks add up to the decision (E113), both forms say where each
//! statement stands, a way is the one that `path` finds, and what settles a request is named (E114a).

use iamreach::action::ActionName;
use iamreach::arn::{AccountId, Arn};
use iamreach::evaluate::{EvaluateOptions, Evaluator, HardLimit, Outcome, Reasons};
use iamreach::export::{ExplanationOptions, explanations_to_json, explanations_to_text};
use iamreach::load::{LoadOptions, Loaded, load};
use iamreach::query::{Engine, Explanation, Goal, LayerEffect, Paths, overall_effect, select_caller};
use iamreach::request::{Caller, Credentials, Entrance};
use serde_json::Value;

use crate::{OBJECT, root};

const FEDERATED: &str = "arn:aws:sts::222233334444:federated-user/build";

fn sample() -> Loaded {
    load(&[root().join("data/sample")], &LoadOptions::default())
}

fn callers(loaded: &Loaded) -> Vec<Caller> {
    let environment = &loaded.environment;
    let roots = environment.accounts().map(|account| Caller::Root(account.id));
    let outside = [Caller::Anonymous, Caller::Service("lambda.amazonaws.com".into()), Caller::ExternalAccount(None)];
    environment.principals().map(|(id, _)| Caller::of(environment, id)).chain(roots).chain(outside).collect()
}

/// Every explanation of a few actions on every resource and role of the sample, for everyone, in a request of which this is
/// known.
fn each(context: &[(&str, &str)], mut check: impl FnMut(&Explanation)) {
    let loaded = sample();
    let environment = &loaded.environment;
    let context = context.iter().map(|(key, value)| ((*key).to_owned(), vec![(*value).to_owned()])).collect();
    let engine = Engine::new(Evaluator::new(environment, EvaluateOptions { context, ..EvaluateOptions::default() }));
    let mut questions: Vec<(&str, String)> = Vec::new();
    for resource in environment.resources() {
        let actions: &[&str] = match resource.arn.service() {
            "s3" => &["s3:GetObject", "s3:PutObject", "s3:GetBucketPolicy"],
            "kms" => &["kms:Decrypt", "kms:PutKeyPolicy", "kms:CreateGrant", "kms:RetireGrant"],
            "secretsmanager" => &["secretsmanager:GetSecretValue"],
            "sns" => &["sns:Publish"],
            "sqs" => &["sqs:SendMessage"],
            "ecr" => &["ecr:BatchGetImage"],
            _ => &["lambda:InvokeFunction", "lambda:InvokeFunctionUrl"],
        };
        for action in actions {
            let object = match action.ends_with("Object") {
                true if resource.access_point.is_some() => "/object/exports/x",
                true => "/exports/x",
                false => "",
            };
            questions.push((action, format!("{}{object}", resource.arn)));
        }
    }
    for (_, principal) in environment.principals().filter(|(_, principal)| principal.trust.is_some()) {
        questions.push(("sts:AssumeRole", principal.arn.to_string()));
    }
    for account in environment.accounts() {
        questions.push(("sts:AssumeRoot", format!("arn:aws:iam::{}:root", account.id)));
    }
    let on_nothing = ["sts:GetCallerIdentity", "iam:ListUsers", "s3:ListAllMyBuckets", "kms:Decrypt", "kms:ListKeys"];
    questions.extend(on_nothing.map(|action| (action, "*".to_owned())));
    for caller in callers(&loaded) {
        for (action, resource) in &questions {
            engine.explain(&caller, &ActionName::parse(action).unwrap(), resource).iter().for_each(&mut check);
        }
    }
}

#[test]
fn e113_the_effects_of_the_checks_add_up_to_the_decision() {
    let mut asked = 0;
    let mut check = |explanation: &Explanation| {
        asked += 1;
        let what = format!("{} {} {}", explanation.subject.name, explanation.action, explanation.resource);
        let layers: Vec<_> = explanation.layers.iter().map(|layer| (&layer.name, layer.effect)).collect();
        let what = format!("{what}: {} with {layers:#?}", explanation.outcome);
        let effects: Vec<Option<&str>> = explanation.layers.iter().map(|layer| layer.effect.check_effect()).collect();
        if explanation.settled.is_some() {
            assert!(effects.is_empty(), "{what}");
            return;
        }
        let has = |effect: &str| effects.contains(&Some(effect));
        let denied = matches!(explanation.outcome, Outcome::ExplicitlyDenied | Outcome::ImplicitlyDenied);
        if has("EXPLICIT_DENY") {
            assert_eq!(explanation.outcome, Outcome::ExplicitlyDenied, "{what}");
        } else if has("IMPLICIT_DENY") {
            // Two that deny under conditions may leave nothing between them.
            assert!(denied, "{what}");
        } else if effects.contains(&None) {
            // What allows under conditions may have another beside it that allows without.
            let denies = explanation.layers.iter().any(|layer| layer.effect == LayerEffect::DenyIf);
            assert!(!denies || explanation.outcome != Outcome::Allowed, "{what}");
        } else {
            assert_eq!(overall_effect(explanation.outcome), Some("ALLOW"), "{what}");
        }
        let order: Vec<_> = explanation.layers.iter().map(|layer| layer.layer).collect();
        assert!(order.is_sorted(), "E111: {what}");
        for layer in explanation.layers.iter().filter(|layer| layer.effect.as_str() == "IMPLICIT_DENY") {
            assert!(layer.why.is_some() || layer.nearest.is_some(), "{what}: nothing is said of {}", layer.name);
        }
        assert_eq!(explanation.change.is_none(), explanation.outcome.is_allowed(), "{what}");
    };
    each(&[], &mut check);
    each(&[("aws:SourceVpce", "vpce-0a1de7c0ffee12345")], &mut check);
    each(&[("aws:MultiFactorAuthPresent", "true"), ("aws:SourceIp", "203.0.113.7")], &mut check);
    assert!(asked > 20_000, "{asked}");
}

#[test]
fn both_forms_say_where_each_deciding_statement_stands() {
    let loaded = sample();
    let engine = Engine::new(Evaluator::new(&loaded.environment, EvaluateOptions::default()));
    let action = ActionName::parse("s3:GetObject").unwrap();
    for caller in callers(&loaded) {
        let explanations = engine.explain(&caller, &action, OBJECT);
        let text = explanations_to_text(&explanations, &loaded.environment, ExplanationOptions::default());
        let json = explanations_to_json(&explanations, &loaded.environment);
        let mut shown = 0;
        for explanation in json["explanations"].as_array().unwrap() {
            let layers = explanation["layers"].as_array().unwrap().iter();
            let statements =
                layers.flat_map(|layer| layer["statements"].as_array().unwrap().iter().chain([&layer["nearest"]]));
            for statement in statements.filter(|statement| statement["decides"] == true) {
                shown += usize::from(statement["source"] != Value::Null);
                let source = &statement["source"];
                assert!(source == &Value::Null || source["line"].as_u64().is_some(), "{statement}");
                let whole = statement["text"].as_str().unwrap();
                assert!(serde_json::from_str::<Value>(whole).is_ok(), "{whole}");
                let parts = statement["parts"].as_array().unwrap();
                assert!(parts.iter().all(|part| whole.contains(part["text"].as_str().unwrap())), "{statement}");
                assert!(!parts.is_empty() || statement["why"].is_string(), "{statement}");
            }
        }
        assert_eq!(text.matches("--> ").count(), shown, "{text}");
        assert_eq!(text.lines().any(|line| line.contains("^^^")), shown > 0, "{text}");
    }
}

#[test]
fn a_way_is_told_step_by_step_as_path_finds_it() {
    let loaded = sample();
    let environment = &loaded.environment;
    let engine = Engine::new(Evaluator::new(environment, EvaluateOptions::default()));
    let action = ActionName::parse("s3:GetObject").unwrap();
    let (mut ways, mut steps) = (0, 0);
    for caller in callers(&loaded) {
        let goal = Goal::Can { action: action.clone(), resource: OBJECT.to_owned() };
        let row = engine.paths(&Paths::between(caller.clone(), goal)).into_iter().next();
        let explained = engine.explain_path(&caller, &action, OBJECT, 8);
        let Some(row) = row else {
            assert!(explained.is_empty(), "{caller:?}");
            continue;
        };
        let (last, hops) = explained.split_last().unwrap();
        // What a later call asks of its session, an earlier one gives it: then a step requires another thing on this way.
        let requires = |explanation: &Explanation| {
            let on_this_way = explanation.step.as_ref().and_then(|step| step.requires.clone());
            on_this_way.unwrap_or_else(|| explanation.decision.residual())
        };
        assert_eq!(requires(last), row.condition, "{caller:?}");
        assert_eq!(last.step.is_some(), !row.path.is_empty());
        let told: Vec<_> =
            hops.iter().map(|hop| (hop.resource.clone(), requires(hop), Outcome::when(&requires(hop)))).collect();
        let found: Vec<_> = row.path.iter().map(|hop| (hop.role.clone(), hop.condition.clone(), hop.outcome)).collect();
        assert_eq!(told, found, "{caller:?}");
        ways += 1;
        steps += hops.len();
    }
    assert!(ways > 30 && steps > 20, "{ways} ways, {steps} steps");
}

/// A recorder's reasons for a request of the sample.
fn reasons(caller: &Caller, credentials: Credentials, action: &str, resource: &str) -> (Outcome, Reasons) {
    let loaded = sample();
    let evaluator = Evaluator::new(&loaded.environment, EvaluateOptions::default());
    let target = evaluator.target(&ActionName::parse(action).unwrap(), resource);
    let mut reasons = Reasons::default();
    let decision = evaluator.decide_recorded(caller, credentials, &target, &mut reasons);
    assert_eq!(decision, evaluator.decide(caller, credentials, &target), "a recorder changes nothing");
    (decision.outcome(), reasons)
}

#[test]
fn e114a_what_settles_a_request_is_named() {
    let loaded = sample();
    let select = |name: &str| select_caller(&loaded.environment, name).unwrap();
    let (user, role, root) = (select("astrid.holm"), select("deploy-production"), select("alder-production:root"));
    let account = AccountId::parse("222233334444").unwrap();
    let arn = Arn::parse("arn:aws:sts::222233334444:federated-user/f").unwrap();
    let federated = Caller::FederatedUser { account, arn, user: None };
    let provider = Caller::FederatedProvider("arn:aws:iam::222233334444:saml-provider/AlderCorpIdP".into());
    let (key, mfa) = (Credentials::LongTermKey, Credentials::MfaSession);
    let session = Credentials::RoleSession(Entrance::Unspecified);
    let of_federated = Credentials::FederatedUser;
    let unsigned = Credentials::Unsigned;
    let analyst = "arn:aws:iam::222233334444:role/corp-saml-analyst";
    let outside = "arn:aws:kms:eu-west-1:444455556666:key/00000000-0000-0000-0000-000000000000";
    let china = "arn:aws-cn:s3:::bucket/key";
    for (caller, credentials, action, resource, limit) in [
        (&user, key, "sts:GetCallerIdentity", "*", HardLimit::CallerIdentity),
        (&user, key, "sts:GetSessionToken", "*", HardLimit::SessionToken),
        (&root, Credentials::Root, "sts:GetSessionToken", "*", HardLimit::SessionToken),
        (&role, session, "sts:GetSessionToken", "*", HardLimit::SessionTokenBySession),
        (&user, mfa, "sts:GetSessionToken", "*", HardLimit::SessionTokenBySession),
        (&role, session, "sts:GetFederationToken", FEDERATED, HardLimit::FederationByRole),
        (&root, Credentials::Root, "sts:AssumeRole", analyst, HardLimit::AssumeRoleByRoot),
        (&Caller::Anonymous, unsigned, "sts:AssumeRole", analyst, HardLimit::AssumeRoleUnsigned),
        (&provider, unsigned, "sts:AssumeRole", analyst, HardLimit::AssumeRoleByProvider),
        (&user, key, "sts:AssumeRoleWithSAML", analyst, HardLimit::FederatedCallWithoutProvider),
        (&provider, unsigned, "sts:AssumeRoleWithWebIdentity", analyst, HardLimit::ProviderDoesNotFit),
        (&user, mfa, "sts:GetFederationToken", FEDERATED, HardLimit::StsBySessionToken),
        (&federated, of_federated, "sts:AssumeRole", analyst, HardLimit::StsByFederatedUser),
        (&federated, of_federated, "iam:ListUsers", "*", HardLimit::IamByFederatedUser),
        (&user, key, "s3:GetBucketPolicy", "arn:aws:s3:::alder-release-artifacts", HardLimit::BucketPolicyFromOutside),
        (&user, key, "kms:PutKeyPolicy", outside, HardLimit::KmsFromOutside),
        (&user, key, "s3:GetObject", china, HardLimit::OtherPartition),
    ] {
        let (outcome, reasons) = reasons(caller, credentials, action, resource);
        assert_eq!(reasons.settled, Some(limit), "{action} {resource}");
        let expected = if limit.allows() { Outcome::Allowed } else { Outcome::ImplicitlyDenied };
        assert_eq!(outcome, expected, "{limit:?}");
        assert!(reasons.compared.is_empty() && reasons.verdicts.is_empty(), "{limit:?}: no policy is asked");
    }
}
