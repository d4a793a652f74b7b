//! What the environment fixes of a request's condition keys (section 5 of the rules; 1.2 and 4.10 by credentials).
//!
//! `identity` says what follows from who calls, `credentials` from what is in hand, `request` from what is asked for. What
//! none of them settles stays unknown.

mod credentials;
mod identity;
mod request;

pub(super) use request::THROUGH_AN_ENDPOINT;

use crate::action::ActionName;
use crate::evaluate::Target;
use crate::model::{Collected, Environment, Principal, Tag};
use crate::policy::Effect;
use crate::request::{Caller, Context, Credentials, Dependence, KeyState};

/// Adds what caller, credentials and resource fix; keys already set by the question win over what is merely unknown here,
/// never over what is fixed.
pub(crate) fn fill(
    context: &mut Context,
    environment: &Environment,
    caller: &Caller,
    credentials: Credentials,
    target: &Target,
) {
    let mut keys = Keys { context, environment, caller, target };
    keys.identity();
    keys.tags();
    keys.organization();
    keys.credentials(credentials);
    keys.resource();
    keys.service();
    keys.network();
    context.watch(depends_on);
}

/// What of the caller a look at a key, in lowercase, is a look at: everything that this room sets by credentials or by
/// principal.
fn depends_on(key: &str) -> Dependence {
    Dependence { credentials: credentials::tell_apart(key), principal: identity::tells_apart(key) }
}

struct Keys<'a> {
    context: &'a mut Context,
    environment: &'a Environment,
    caller: &'a Caller,
    target: &'a Target,
}

impl Keys<'_> {
    fn value(&mut self, key: &str, value: impl Into<String>) {
        self.context.set(key, KeyState::value(value));
    }

    fn absent(&mut self, keys: &[&str]) {
        for key in keys {
            self.context.set(key, KeyState::Absent);
        }
    }

    /// In the request for certain; what the question gives stands.
    fn present(&mut self, keys: &[&str]) {
        for key in keys {
            self.context.set_default(key, KeyState::Present);
        }
    }

    /// The tags below a prefix, and no others, where the input tells them. Of a tag without a value that is known what the
    /// question gives stands.
    fn tags_of(&mut self, prefix: &str, tags: &Collected<Vec<Tag>>) {
        let tags = match tags {
            Collected::Present(tags) => tags.as_slice(),
            Collected::Absent => &[],
            Collected::NotCollected | Collected::Unknown(_) => return,
        };
        let state = |tag: &Tag| {
            let key = format!("{prefix}{}", tag.key).to_lowercase();
            let state = match &tag.value {
                Some(value) => KeyState::value(&**value),
                None if self.context.is_set(&key) => self.context.get(&key).clone(),
                None => KeyState::Unknown,
            };
            (key, state)
        };
        let states: Vec<(String, KeyState)> = tags.iter().map(state).collect();
        self.context.fix_family(prefix);
        for (key, state) in states {
            self.context.set(&key, state);
        }
    }

    /// No key of the family is in the request, but those that the question or the environment sets.
    fn absent_family(&mut self, prefix: &str) {
        self.context.close_family(prefix);
    }
}

/// Whether a role's trust policy lets anyone add something to the session by a call of its own: tags, which override the
/// role's own, or a source identity (E142, E153, E154).
pub(crate) fn trust_allows(environment: &Environment, principal: &Principal, action: &str) -> bool {
    let Some(trust) = principal.trust else { return false };
    let document = environment.policy(trust).document.map(|id| &environment.document(id).content);
    let Some(Ok(document)) = document else { return true };
    let Ok(action) = ActionName::parse(action) else { return true };
    document.statements.iter().any(|statement| statement.effect == Effect::Allow && statement.actions.matches(&action))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::load::{LoadOptions, load};
    use crate::request::Entrance;

    /// Whatever differs between two contexts of one request is found to tell them apart.
    fn check(contexts: &[Context], depends: fn(Dependence) -> bool) -> usize {
        const SAMPLES: [&str; 4] = ["saml:sub", "saml:aud", "idp.example:sub", "aws:principaltag/team"];
        let set = contexts.iter().flat_map(Context::keys).map(|(key, _)| key.to_owned());
        let keys: BTreeSet<String> = set.chain(SAMPLES.map(str::to_owned)).collect();
        let differ = |key: &&String| contexts.iter().any(|context| context.get(key) != contexts[0].get(key));
        let differing: Vec<&String> = keys.iter().filter(differ).collect();
        for key in &differing {
            assert!(depends(depends_on(key)), "{key}");
        }
        differing.len()
    }

    #[test]
    fn e144_e166_what_depends_on_credentials_and_on_the_principal_is_known() {
        let loaded = load(&["data/sample".into()], &LoadOptions::default());
        let environment = &loaded.environment;
        let action = ActionName::parse("s3:GetObject").unwrap();
        let target = Target::new(action, "arn:aws:s3:::alder-customer-data/x");
        let filled = |caller: &Caller, credentials| {
            let mut context = Context::open();
            fill(&mut context, environment, caller, credentials, &target);
            context
        };
        let roles: Vec<Caller> = environment
            .principals()
            .map(|(id, _)| Caller::of(environment, id))
            .filter(|caller| matches!(caller, Caller::RoleSession { .. }) && !caller.is_service_linked())
            .collect();
        let entrances = [
            Entrance::Unspecified,
            Entrance::User,
            Entrance::Chained,
            Entrance::Saml,
            Entrance::WebIdentity,
            Entrance::Service,
        ];
        for role in &roles {
            let contexts = entrances.map(|entrance| filled(role, Credentials::RoleSession(entrance)));
            assert!(check(&contexts, |depends| depends.credentials) > 10);
        }
        let mut differing = 0;
        for account in environment.accounts() {
            let own = roles.iter().filter(|role| role.account() == Some(account.id));
            let contexts: Vec<Context> =
                own.map(|role| filled(role, Credentials::RoleSession(Entrance::Saml))).collect();
            differing += check(&contexts, |depends| depends.principal);
        }
        assert!(differing > 4);
    }
}
