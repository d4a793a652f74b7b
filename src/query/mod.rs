//! Questions and their answers.

mod answer;
mod cells;
mod engine;
mod explain;
mod federation;
mod outsiders;
mod paths;
mod reach;
mod reach_graph;
mod selector;
mod simulate;
mod starts;
mod what_can;
mod who_can;

pub use answer::{AccessRow, Hop, Needs, Requirement, Subject, SubjectKind};
pub use engine::Engine;
pub use explain::{
    ConditionTest, ExplainedLayer, ExplainedStatement, Explanation, FailedElement, Hinge, LayerEffect, Level,
    check_type, overall_effect, policy_type,
};
pub use federation::{Entrants, who_enters};
pub use paths::{Goal, Paths};
pub use reach::ReachOptions;
pub use reach_graph::{Access, AccessTerms, Call, CallTerms, ReachGraph, Resources, Session, Source};
pub use selector::{
    SelectorError, find_account, is_beside_the_resource, near_resources, select_account, select_action, select_actions,
    select_caller, select_resources, short, unknown_action,
};
pub use simulate::{
    AclEntry, AclGrantEntry, AclGrantee, AclOwner, CallerCredentials, ContextEntry, ContextKeyType, ContextMode,
    ContextValue, EvalDecision, EvaluationResult, KeyGrantConstraints, KeyGrantEntry, MatchedStatement,
    ObjectOwnershipName, OrganizationsDecisionDetail, PermissionsBoundaryDecisionDetail, PolicyText, Position,
    PublicAccessBlockEntry, SimulationError, SimulationRequest, SimulationResponse, simulate, simulate_line,
};
pub use starts::StartSet;
pub use what_can::WhatCan;
pub use who_can::WhoCan;
