//! For programs: the same, every field structured. The README describes the fields.

use serde_json::{Value, json};

use crate::condition::Residual;
use crate::evaluate::Comparison;
use crate::export::json::{assumptions, condition};
use crate::export::text::{policy_kind_text, policy_name, statement_sid};
use crate::load::{StatementText, StatementTexts, TextForm};
use crate::model::{Environment, TargetKind};
use crate::policy::{Effect, StatementPart};
use crate::query::{
    ConditionTest, ExplainedLayer, ExplainedStatement, Explanation, Hinge, Level, SubjectKind, check_type,
    overall_effect, policy_type,
};
use crate::request::Credentials;

use super::{EXPLANATION_SCHEMA_VERSION, controller_words, statement_text};

/// `{"schema_version", "explanations": […]}`. Statements are read again from their files.
#[must_use]
pub fn explanations_to_json(explanations: &[Explanation], env: &Environment) -> Value {
    let mut writer = Writer { env, texts: StatementTexts::default() };
    let explanations: Vec<Value> = explanations.iter().map(|explanation| writer.explanation(explanation)).collect();
    json!({ "schema_version": EXPLANATION_SCHEMA_VERSION, "explanations": explanations })
}

struct Writer<'a> {
    env: &'a Environment,
    texts: StatementTexts,
}

impl Writer<'_> {
    fn explanation(&mut self, explanation: &Explanation) -> Value {
        let layers: Vec<Value> = explanation.layers.iter().map(|layer| self.layer(layer)).collect();
        let settled = explanation
            .settled
            .map(|limit| json!({ "allowed": limit.allows(), "rules": limit.rules(), "text": limit.words() }));
        let (mut controllers, mut undocumented) = (Vec::new(), Vec::new());
        for hinge in &explanation.hinges {
            match hinge {
                Hinge::Key { key, controller } => {
                    let words = controller_words(*controller);
                    controllers.push(json!({ "key": key, "controller": controller.name(), "text": words }));
                }
                Hinge::Undocumented(point) => {
                    undocumented.push(json!({ "code": point.code, "rule": point.rule, "meaning": point.meaning }));
                }
                Hinge::OtherSide(_) | Hinge::MissingInput(_) => {}
            }
        }
        let step = explanation.step.as_ref().map(|step| {
            let requires = step.requires.as_ref().map(condition);
            json!({ "number": step.number, "of": step.of, "becomes": step.becomes, "requires": requires })
        });
        json!({
            "step": step,
            "principal": explanation.subject.name,
            "principal_kind": explanation.subject.kind.as_str(),
            "account_id": explanation.subject.account.map(|account| account.to_string()),
            "credentials": credentials(explanation),
            "action": explanation.action,
            "resource": explanation.resource,
            "resource_account": explanation.resource_account.map(|account| account.to_string()),
            "decision": explanation.outcome.as_str(),
            "overall_effect": overall_effect(explanation.outcome),
            "because": explanation.because,
            "settled": settled,
            "condition": condition(&explanation.decision.residual()),
            "controllers": controllers,
            "undocumented": undocumented,
            "layers": layers,
            "not_asked": explanation.not_asked.iter().map(|(policies, why)| json!({ "policies": policies, "why": why }))
                .collect::<Vec<_>>(),
            "assumes": assumptions(&explanation.decision.assumptions),
            "reasons": explanation.decision.reasons(),
            "change": explanation.change,
        })
    }

    fn layer(&mut self, layer: &ExplainedLayer) -> Value {
        let statements: Vec<Value> = layer.applied.iter().map(|each| self.statement(each, layer)).collect();
        let nearest = layer.nearest.as_ref().map(|nearest| self.statement(nearest, layer));
        json!({
            "name": layer.name,
            "level": layer.level.as_ref().map(level),
            "check_type": check_type(layer.layer),
            "check_effect": layer.effect.check_effect(),
            "listed_by_aws": layer.listed_by_aws,
            "effect": layer.effect.as_str(),
            "why": layer.why,
            "asks": layer.asks.as_ref().map(|(action, resource)| json!({ "action": action, "resource": resource })),
            "allow": condition(&layer.allow),
            "deny": condition(&layer.deny),
            "statements": statements,
            "nearest": nearest,
        })
    }

    fn statement(&mut self, explained: &ExplainedStatement, layer: &ExplainedLayer) -> Value {
        let statement = explained.statement;
        let policy = statement.policy.map(|policy| self.env.policy(policy));
        let text = statement_text(&mut self.texts, statement, self.env);
        let when = match &explained.comparison {
            Comparison::Applies(when) => condition(when),
            _ => condition(&Residual::False),
        };
        let content = self.env.document(statement.document).content.as_ref().ok();
        let written = content.zip(usize::try_from(statement.index).ok());
        let written = written.and_then(|(document, index)| document.statements.get(index));
        let parts: Vec<Value> = match (&text, written) {
            (Some(text), Some(written)) => {
                let part = |part: &StatementPart| part_json(written.name_of(part.element), *part, text);
                explained.parts.iter().filter_map(part).collect()
            }
            _ => Vec::new(),
        };
        json!({
            "effect": if explained.effect == Effect::Allow { "Allow" } else { "Deny" },
            "policy": policy_name(statement, self.env),
            "policy_arn": policy.and_then(|policy| policy.arn.as_ref()).map(|arn| arn.as_str()),
            "policy_kind": policy.map(|policy| policy_kind_text(policy.kind)),
            "policy_type": policy_type(layer.layer),
            "group": explained.group,
            "sid": statement_sid(statement, self.env),
            "index": statement.index,
            "decides": explained.decides,
            "when": when,
            "source": text.as_ref().and_then(source),
            "text": text.as_ref().map(StatementText::text),
            "parts": parts,
            "conditions": explained.tests.iter().map(test).collect::<Vec<_>>(),
            "failed_element": explained.failed.as_ref().map(|failed| failed.element),
            "why": explained.failed.as_ref().map(|failed| &failed.why),
        })
    }
}

fn level(level: &Level) -> Value {
    let kind = match level.kind {
        TargetKind::Root => "root",
        TargetKind::OrganizationalUnit => "organizational-unit",
        TargetKind::Account => "account",
    };
    json!({ "id": level.id, "name": level.name, "kind": kind })
}

/// Where a statement stands: line and column of the file, and for text within text those of the decoded text.
fn source(text: &StatementText) -> Option<Value> {
    let origin = text.origin.as_ref()?;
    let form = match text.form {
        TextForm::File => "json",
        TextForm::JsonString => "json-string",
        TextForm::PercentEncoded => "percent-encoded",
        TextForm::Translated => "translated",
        _ => "unreadable",
    };
    Some(json!({
        "file": *origin.file,
        "line": origin.position.map(|(line, _)| line),
        "column": origin.position.map(|(_, column)| column),
        "pointer": origin.pointer,
        "form": form,
        "decoded_line": origin.decoded.map(|(line, _)| line),
        "decoded_column": origin.decoded.map(|(_, column)| column),
    }))
}

/// A part with its text, and its place in the text that holds the statement: the file, or the decoded text.
fn part_json(element: &str, part: StatementPart, text: &StatementText) -> Option<Value> {
    let range = text.part(part)?;
    let (line, column) = text.position(range.start);
    Some(json!({ "element": element, "text": text.whole().get(range)?, "line": line, "column": column }))
}

fn test(test: &ConditionTest) -> Value {
    json!({
        "test": test.written,
        "holds": test.holds,
        "key": test.key,
        "controller": test.controller.name(),
        "says": test.says,
    })
}

fn credentials(explanation: &Explanation) -> &'static str {
    match explanation.credentials {
        Credentials::LongTermKey => "long-term-key",
        Credentials::MfaSession => "mfa-session",
        Credentials::Root => "root",
        Credentials::RoleSession(_) => "role-session",
        Credentials::FederatedUser => "federated-user",
        Credentials::Unsigned => match explanation.subject.kind {
            SubjectKind::Service => "service",
            SubjectKind::FederatedProvider => "provider-token",
            _ => "unsigned",
        },
        _ => "unspecified",
    }
}
