//! Questions and their answers.

mod answer;
mod simulate;

pub use answer::{AccessRow, Hop, Subject, SubjectKind};
pub use simulate::{
    ContextEntry, ContextKeyType, ContextMode, ContextValue, EvalDecision, EvaluationResult, MatchedStatement,
    PolicyText, Position, SimulationError, SimulationRequest, SimulationResponse, simulate, simulate_line,
};
