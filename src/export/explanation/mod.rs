//! An explained decision, for people and for programs.

mod excerpt;
mod json;
mod text;

#[cfg(test)]
mod tests;

pub use json::explanations_to_json;
pub use text::{ExplanationOptions, explanations_to_lines, explanations_to_text};

use crate::condition::Controller;
use crate::evaluate::StatementRef;
use crate::load::{StatementText, StatementTexts};
use crate::model::Environment;

/// The version of the shape of an explanation as JSON: raised when a field changes its meaning or goes, not when one is
/// added.
pub const EXPLANATION_SCHEMA_VERSION: u32 = 3;

fn statement_text(texts: &mut StatementTexts, statement: StatementRef, env: &Environment) -> Option<StatementText> {
    let source = statement.policy.and_then(|policy| env.policy(policy).source.as_ref());
    texts.of(source, env.document(statement.document), usize::try_from(statement.index).ok()?)
}

/// Who decides a key, as a sentence about it.
fn controller_words(controller: Controller) -> &'static str {
    match controller {
        Controller::Caller => "whoever makes the request chooses it; it does not limit who that is",
        Controller::Network => "it follows from where the request comes from",
        Controller::Time => "it follows from when the request is made",
        Controller::Resource => "it belongs to the resource, and its owner sets it",
        Controller::Identity => "it belongs to the caller's identity, session or sign-in",
        Controller::Service => "an AWS service sets it when it calls for someone",
    }
}
