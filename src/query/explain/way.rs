//! The shortest way to an access, explained step by step: each role that is entered, then the request itself.

use crate::action::ActionName;
use crate::arn::Arn;
use crate::condition::Residual;
use crate::evaluate::Target;
use crate::graph::State;
use crate::query::answer::Hop;
use crate::query::engine::Engine;
use crate::query::paths::{Goal, Paths};
use crate::request::{Caller, Credentials};

use super::{Explanation, Step};

impl Engine<'_> {
    /// The request of a caller by the shortest way over roles, as [`Engine::paths`] finds it: an explanation for every role
    /// entered, in order, then one for the request. Of a way without roles the request alone; empty where there is no way.
    #[must_use]
    pub fn explain_path(
        &self,
        caller: &Caller,
        action: &ActionName,
        resource: &str,
        max_hops: u32,
    ) -> Vec<Explanation> {
        let goal = Goal::Can { action: action.clone(), resource: resource.to_owned() };
        let question = Paths { max_hops, ..Paths::between(caller.clone(), goal) };
        let Some(row) = self.paths(&question).into_iter().next() else { return Vec::new() };
        let starts = self.starts_of(caller).into_iter();
        let mut with = starts.filter(|start| start.credentials == row.credentials);
        let Some(mut state) = with.next() else { return Vec::new() };
        let of = row.path.len() + 1;
        let mut explanations = Vec::with_capacity(of);
        for (number, hop) in (1..).zip(&row.path) {
            let Some(target) = self.hop_target(hop) else { return Vec::new() };
            let explanation = self.explain_state(&state, &target);
            let requires = on_this_way(&explanation, &hop.condition);
            let step = Step { number, of, becomes: Some(hop.role.clone()), requires };
            explanations.push(Explanation { step: Some(step), ..explanation });
            let Some(next) = self.entered(&state, hop) else { return Vec::new() };
            state = next;
        }
        let target = self.evaluator().target(action, resource);
        let explanation = self.explain_state(&state, &target);
        let requires = on_this_way(&explanation, &row.condition);
        let step = (of > 1).then_some(Step { number: of, of, becomes: None, requires });
        explanations.push(Explanation { step, ..explanation });
        explanations
    }

    fn hop_target(&self, hop: &Hop) -> Option<Target> {
        Some(self.evaluator().target(&ActionName::parse(&hop.action).ok()?, &hop.role))
    }

    /// The state that a hop leaves behind.
    fn entered(&self, from: &State, hop: &Hop) -> Option<State> {
        let credentials = hop.credentials;
        if let Some(role) = self.environment().principal_by_arn(&hop.role) {
            return Some(State { caller: Caller::of(self.environment(), role), credentials });
        }
        let arn = Arn::parse(&hop.role).ok()?;
        let account = arn.account_id()?;
        let caller = match (credentials, &from.caller) {
            (Credentials::AssumedRoot, _) => Caller::Root(account),
            (_, Caller::User { arn: user, .. }) => Caller::FederatedUser { account, arn, user: Some(user.clone()) },
            _ => return None,
        };
        Some(State { caller, credentials })
    }
}

fn on_this_way(explanation: &Explanation, condition: &Residual) -> Option<Residual> {
    (explanation.decision.residual() != *condition).then(|| condition.clone())
}
