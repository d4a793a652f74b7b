//! `iamreach::query::simulate_line` on any text that begins like JSON, and on requests built from any other input.

#![no_main]

use arbitrary::{Arbitrary, Unstructured};
use iamreach::query::{
    ContextMode, EvalDecision, PolicyText, SimulationRequest, SimulationResponse, simulate, simulate_line,
};
use iamreach_fuzz::Request;
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

const DENY: &str = r#"{"Statement": {"Effect": "Deny", "Action": "*", "Resource": "*"}}"#;
const DENY_EVERYONE: &str = r#"{"Statement": {"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*"}}"#;

fuzz_target!(|data: &[u8]| {
    if data.first().is_some_and(|first| b"{[\" \t\n".contains(first)) {
        check(&String::from_utf8_lossy(data));
    } else if let Ok(request) = Request::arbitrary_take_rest(Unstructured::new(data)) {
        check(&request.line());
    }
});

fn check(line: &str) {
    let answer = simulate_line(line);
    assert!(!answer.contains('\n'), "{answer}");
    let answer: Value = serde_json::from_str(&answer).expect("an answer is JSON");
    let request = SimulationRequest::from_json(line);
    let Some(request) = request.ok().filter(|_| answer.get("Error").is_none()) else {
        assert_eq!(answer["Error"]["Code"], "InvalidInput", "{answer}");
        assert!(answer["Error"]["Message"].as_str().is_some_and(|message| !message.is_empty()), "{answer}");
        return;
    };
    let results = answer["EvaluationResults"].as_array().expect("an answer is a list of results");
    let resources = request.resource_arns.as_ref().map_or(1, |list| list.len().max(1));
    assert_eq!(results.len(), request.action_names.len() * resources, "{answer}");
    for result in results {
        let decision = result["EvalDecision"].as_str().unwrap_or_default();
        assert!(["allowed", "explicitDeny", "implicitDeny", "conditional"].contains(&decision), "{result}");
        assert_eq!(decision == "conditional", result["ResidualCondition"].is_string(), "{result}");
    }
    let before = simulate(&request).expect("the same request is answered again");
    a_deny_denies(&request, &before, line);
    order_is_nothing(&request, &before);
    open_covers_strict(&request, line);
}

/// How much is allowed.
fn rank(decision: EvalDecision) -> u8 {
    match decision {
        EvalDecision::Allowed => 2,
        EvalDecision::Conditional => 1,
        _ => 0,
    }
}

/// A statement that denies everything never allows more, in whatever policy it stands (E115).
fn a_deny_denies(request: &SimulationRequest, before: &SimulationResponse, line: &str) {
    let (deny, everyone) = (PolicyText::new(DENY), PolicyText::new(DENY_EVERYONE));
    let lists: [fn(&mut SimulationRequest, PolicyText, PolicyText); 7] = [
        |request, deny, _| request.policy_input_list.get_or_insert_default().push(deny),
        |request, deny, _| request.permissions_boundary_policy_input_list.get_or_insert_default().push(deny),
        |request, deny, _| request.session_policy_input_list.get_or_insert_default().push(deny),
        |request, deny, _| request.service_control_policy_input_list.get_or_insert_default().push(vec![deny]),
        |request, _, deny| request.resource_control_policy_input_list.get_or_insert_default().push(vec![deny]),
        |request, _, deny| request.vpc_endpoint_policy_input_list.get_or_insert_default().push(deny),
        |request, _, deny| request.resource_policy = Some(request.resource_policy.take().unwrap_or(deny)),
    ];
    // The identity policies always, and one more by turns.
    let turn = 1 + line.len() % (lists.len() - 1);
    for (index, add) in lists.iter().enumerate().filter(|(index, _)| [0, turn].contains(index)) {
        let mut denied = request.clone();
        add(&mut denied, deny.clone(), everyone.clone());
        let after = simulate(&denied).expect("a policy more is no fault of the request");
        for (before, after) in before.evaluation_results.iter().zip(&after.evaluation_results) {
            assert!(
                rank(after.eval_decision) <= rank(before.eval_decision),
                "list {index}: {before:?}, then {after:?}"
            );
        }
    }
}

/// Policies of a list add up, in whatever order (E44).
fn order_is_nothing(request: &SimulationRequest, before: &SimulationResponse) {
    let mut turned = request.clone();
    for list in [
        &mut turned.policy_input_list,
        &mut turned.permissions_boundary_policy_input_list,
        &mut turned.session_policy_input_list,
        &mut turned.vpc_endpoint_policy_input_list,
    ] {
        list.iter_mut().for_each(|list| list.reverse());
    }
    for levels in [&mut turned.service_control_policy_input_list, &mut turned.resource_control_policy_input_list] {
        levels.iter_mut().for_each(|levels| levels.reverse());
    }
    let after = simulate(&turned).expect("another order is no fault of the request");
    for (before, after) in before.evaluation_results.iter().zip(&after.evaluation_results) {
        assert_eq!(before.eval_decision, after.eval_decision, "{before:?}, then {after:?}");
    }
}

/// What is decided whatever the keys are is decided so when those that are not given are absent. Left out are keys of
/// which the open mode knows more than that they may be absent: that they are in every such request.
fn open_covers_strict(request: &SimulationRequest, line: &str) {
    const ALWAYS_THERE: [&str; 14] = [
        "aws:currenttime",
        "aws:epochtime",
        "aws:requestedregion",
        "aws:useragent",
        "aws:viaawsservice",
        "aws:tokenissuetime",
        "aws:multifactorauthage",
        "aws:principalarn",
        "aws:userid",
        "aws:principaltype",
        "aws:principalaccount",
        "aws:principalservicename",
        "sts:rolesessionname",
        "sts:roleauthorizedbyidp",
    ];
    let folded = line.to_lowercase();
    if folded.contains("\\u") || folded.contains('%') || ALWAYS_THERE.iter().any(|key| folded.contains(key)) {
        return;
    }
    let answer = |mode| {
        let request = SimulationRequest { context_mode: Some(mode), ..request.clone() };
        simulate(&request).expect("another mode is no fault of the request").evaluation_results
    };
    for (open, strict) in answer(ContextMode::Open).iter().zip(&answer(ContextMode::Strict)) {
        let agree = match open.eval_decision {
            EvalDecision::Conditional => true,
            // Which denial it is may hang on the keys.
            decided => rank(decided) == rank(strict.eval_decision),
        };
        assert!(agree, "open {open:?}, strict {strict:?}");
    }
}
