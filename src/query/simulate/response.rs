//! The answer in AWS's `EvaluationResults` shape, extended by the residual condition and the reasons.

use std::ops::Range;

use serde::Serialize;
use serde_json::value::RawValue;

/// AWS's words (E114), and one of our own for what hangs on something the request does not say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum EvalDecision {
    /// Allowed.
    Allowed,
    /// Denied by a statement.
    ExplicitDeny,
    /// Not allowed by anything that would have to.
    ImplicitDeny,
    /// Allowed if the residual condition holds.
    Conditional,
}

/// A place in a document's text; lines and columns count from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The column, in characters.
    pub column: usize,
}

/// A statement that had a part in the decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct MatchedStatement {
    /// The list and the number in it, from 1: `PolicyInputList.1`; of an organization list, level and number.
    pub source_policy_id: String,
    /// What kind of policy it is.
    pub source_policy_type: &'static str,
    /// The statement's index, from 0.
    pub statement_index: u32,
    /// The statement's own id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sid: Option<String>,
    /// `Allow` or `Deny`.
    pub effect: &'static str,
    /// Where the statement begins in its document.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_position: Option<Position>,
    /// Just behind its end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_position: Option<Position>,
}

/// AWS's detail about the permissions boundary.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct PermissionsBoundaryDecisionDetail {
    /// Whether it allows the action.
    pub allowed_by_permissions_boundary: bool,
}

/// AWS's detail about the service control policies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct OrganizationsDecisionDetail {
    /// Whether every level of them allows the action.
    pub allowed_by_organizations: bool,
}

/// The answer for one action on one resource (E1, E5).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct EvaluationResult {
    /// The action as given.
    pub eval_action_name: String,
    /// The resource as given.
    pub eval_resource_name: String,
    /// The decision.
    pub eval_decision: EvalDecision,
    /// The statements that decided: of a denial the denying ones, of an allowance the allowing ones, of a conditional
    /// answer all that may apply; none of an implicit denial.
    pub matched_statements: Vec<MatchedStatement>,
    /// Whether the permissions boundary allows it by itself, where one is given and the request settles that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub permissions_boundary_decision_detail: Option<PermissionsBoundaryDecisionDetail>,
    /// Whether the service control policies allow it, where they are given and the request settles that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organizations_decision_detail: Option<OrganizationsDecisionDetail>,
    /// Condition keys that policies ask for and the request neither gives nor fixes.
    pub missing_context_values: Vec<String>,
    /// When a conditional request is allowed; where only missing or refused input decides, which.
    pub residual_condition: Option<String>,
    /// What the decision rests on, why it is open if it is, and which layers do not allow if it is an implicit denial.
    pub reasons: Vec<String>,
}

/// The answer to one request: one result for each action on each resource, in the request's order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct SimulationResponse {
    /// The results.
    pub evaluation_results: Vec<EvaluationResult>,
}

/// Where the statements stand in a document's text: where each begins, and just behind its end.
pub(super) fn statement_places(text: &str) -> Vec<Range<usize>> {
    #[derive(serde::Deserialize)]
    struct Outline<'a> {
        #[serde(borrow, rename = "Statement")]
        statement: &'a RawValue,
    }
    let Ok(outline) = serde_json::from_str::<Outline<'_>>(text) else { return Vec::new() };
    let whole = outline.statement;
    let statements = if whole.get().starts_with('[') {
        serde_json::from_str::<Vec<&RawValue>>(whole.get()).unwrap_or_default()
    } else {
        vec![whole]
    };
    let place = |statement: &RawValue| {
        let start = statement.get().as_ptr().addr().saturating_sub(text.as_ptr().addr());
        start..start + statement.get().len()
    };
    statements.into_iter().map(place).collect()
}

/// Line and column of an offset in a text; `None` when it is none of the text's.
pub(super) fn position(text: &str, offset: usize) -> Option<Position> {
    let before = text.get(..offset)?;
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    Some(Position { line: before.matches('\n').count() + 1, column: before.get(line_start..)?.chars().count() + 1 })
}
