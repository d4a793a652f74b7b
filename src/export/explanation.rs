//! An explained decision as text and as JSON.

use std::fmt::Write;

use serde_json::{Value, json};

use crate::evaluate::{Comparison, StatementRef};
use crate::export::json::{SCHEMA_VERSION, condition};
use crate::export::text::{policy_kind_text, policy_name, printable, residual_text, statement_sid};
use crate::load::statement_origin;
use crate::model::Environment;
use crate::policy::Effect;
use crate::query::{ExplainedLayer, ExplainedStatement, Explanation};
use crate::request::Credentials;

/// For people: the question, every layer with the text and place of its statements, the decision, and for a denial what
/// would have to change.
#[must_use]
pub fn explanations_to_text(explanations: &[Explanation], env: &Environment) -> String {
    let mut text = String::new();
    for (index, explanation) in explanations.iter().enumerate() {
        if index > 0 {
            text.push('\n');
        }
        one(&mut text, explanation, env);
    }
    text
}

fn one(text: &mut String, explanation: &Explanation, env: &Environment) {
    // Writing to a String cannot fail.
    let mut line = |line: &str| {
        let _ = writeln!(text, "{line}");
    };
    let with = match explanation.credentials {
        Credentials::LongTermKey => " with its long-term key",
        Credentials::MfaSession => " signed in with MFA",
        Credentials::RoleSession(_) => ", any session of it",
        _ => "",
    };
    line(&format!("{}{with}", printable(&explanation.subject.name)));
    line(&format!("  {} on {}", printable(&explanation.action), printable(&explanation.resource)));
    if let Some(account) = explanation.resource_account.filter(|account| Some(*account) != explanation.subject.account)
    {
        line(&format!("  a resource of account {account}: both sides have to allow"));
    }
    line("");
    for layer in &explanation.layers {
        line(&format!("  {:<14} {}", layer.effect.as_str(), layer.name));
        for statement in &layer.applied {
            statement_lines(&mut line, statement, env);
        }
        if let Some(nearest) = &layer.nearest {
            line(&format!(
                "                 nearest: {}, but {}",
                name(nearest.statement, env),
                why(&nearest.comparison)
            ));
        }
    }
    line("");
    let residual = explanation.decision.residual();
    line(&format!("  decision: {}", explanation.outcome));
    if !residual.is_true() && !residual.is_false() {
        line(&format!("  if: {}", printable(&residual_text(&residual))));
    }
    for assumption in &explanation.decision.assumptions {
        line(&format!("  assumed: {}", printable(&assumption.to_string())));
    }
    if let Some(change) = &explanation.change {
        line(&format!("  to change it: {}", printable(change)));
    }
}

fn statement_lines(line: &mut impl FnMut(&str), statement: &ExplainedStatement, env: &Environment) {
    let effect = if statement.effect == Effect::Allow { "Allow" } else { "Deny" };
    line(&format!("                 {effect} by {}", name(statement.statement, env)));
    if let Some(place) = place(statement.statement, env) {
        line(&format!("                   at {}", printable(&place)));
    }
    if let Some(text) = statement_json(statement.statement, env) {
        line(&format!("                   {}", printable(&text)));
    }
    if let Comparison::Applies(when) = &statement.comparison
        && !when.is_true()
    {
        line(&format!("                   if {}", printable(&residual_text(when))));
    }
}

fn why(comparison: &Comparison) -> &'static str {
    match comparison {
        Comparison::Applies(_) => "it applies only if its condition holds",
        Comparison::OtherAction => "it names other actions",
        Comparison::OtherResource => "it names other resources",
        Comparison::OtherPrincipal => "it names other principals",
        Comparison::ConditionFails => "its condition fails",
    }
}

/// `statement Sid of Policy (inline)`.
fn name(statement: StatementRef, env: &Environment) -> String {
    let which = statement_sid(statement, env).map_or_else(|| statement.index.to_string(), str::to_owned);
    let kind = statement.policy.map(|policy| policy_kind_text(env.policy(policy).kind)).unwrap_or("given");
    format!("statement {which} of {} ({kind})", policy_name(statement, env))
}

fn place(statement: StatementRef, env: &Environment) -> Option<String> {
    let policy = env.policy(statement.policy?);
    let source = policy.source.as_ref()?;
    Some(statement_origin(source, env.document(statement.document), statement.index as usize).to_string())
}

/// The statement's own text, on one line.
fn statement_json(statement: StatementRef, env: &Environment) -> Option<String> {
    let document: Value = serde_json::from_str(&env.document(statement.document).text).ok()?;
    let statements = document.get("Statement")?;
    let found = match statements {
        Value::Array(list) => list.get(statement.index as usize)?,
        one => one,
    };
    serde_json::to_string(found).ok()
}

/// For programs: `{"schema_version", "explanations": [{"principal", "credentials", "action", "resource", "decision",
/// "condition", "layers": […], "assumes", "change"}]}`.
#[must_use]
pub fn explanations_to_json(explanations: &[Explanation], env: &Environment) -> Value {
    let explanations: Vec<Value> = explanations
        .iter()
        .map(|explanation| {
            let layers: Vec<Value> = explanation.layers.iter().map(|layer| layer_json(layer, env)).collect();
            let assumes: Vec<String> = explanation.decision.assumptions.iter().map(ToString::to_string).collect();
            json!({
                "principal": explanation.subject.name,
                "credentials": credentials(explanation.credentials),
                "action": explanation.action,
                "resource": explanation.resource,
                "resource_account": explanation.resource_account.map(|account| account.to_string()),
                "decision": explanation.outcome.as_str(),
                "condition": condition(&explanation.decision.residual()),
                "layers": layers,
                "assumes": assumes,
                "reasons": explanation.decision.reasons(),
                "change": explanation.change,
            })
        })
        .collect();
    json!({ "schema_version": SCHEMA_VERSION, "explanations": explanations })
}

fn credentials(credentials: Credentials) -> &'static str {
    match credentials {
        Credentials::LongTermKey => "long-term-key",
        Credentials::MfaSession => "mfa-session",
        Credentials::Root => "root",
        Credentials::RoleSession(_) => "role-session",
        Credentials::FederatedUser => "federated-user",
        Credentials::Unsigned => "unsigned",
        _ => "unspecified",
    }
}

fn layer_json(layer: &ExplainedLayer, env: &Environment) -> Value {
    let statement = |statement: &ExplainedStatement| {
        json!({
            "effect": if statement.effect == Effect::Allow { "Allow" } else { "Deny" },
            "policy": policy_name(statement.statement, env),
            "policy_kind": statement.statement.policy.map(|policy| policy_kind_text(env.policy(policy).kind)),
            "sid": statement_sid(statement.statement, env),
            "index": statement.statement.index,
            "place": place(statement.statement, env),
            "text": statement_json(statement.statement, env),
            "when": match &statement.comparison {
                Comparison::Applies(when) => condition(when),
                other => json!({ "not": why(other) }),
            },
        })
    };
    json!({
        "name": layer.name,
        "effect": layer.effect.as_str(),
        "allow": condition(&layer.allow),
        "deny": condition(&layer.deny),
        "statements": layer.applied.iter().map(statement).collect::<Vec<_>>(),
        "nearest": layer.nearest.as_ref().map(statement),
    })
}
