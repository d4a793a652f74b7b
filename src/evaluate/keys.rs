//! What the environment fixes of a request's condition keys (section 5 of the rules; 1.2 and 4.10 by credentials).

use crate::evaluate::Target;
use crate::model::{Collected, Environment, Organization, Principal};
use crate::policy::Effect;
use crate::request::{ANY_SERVICE, Caller, Context, Credentials, Entrance, KeyState, SessionName};

/// Keys that only a service calling on behalf of a resource sends (E164, E165).
const SERVICE_KEYS: [&str; 6] = [
    "aws:sourcearn",
    "aws:sourceaccount",
    "aws:sourceorgid",
    "aws:sourceorgpaths",
    "aws:principalservicename",
    "aws:principalservicenameslist",
];

/// Adds what caller, credentials and resource fix; keys already set by the question win over what is merely unknown here,
/// never over what is fixed.
pub(crate) fn fill(
    context: &mut Context,
    environment: &Environment,
    caller: &Caller,
    credentials: Credentials,
    target: &Target,
) {
    let mut keys = Keys { context, environment };
    keys.identity(caller);
    keys.tags(caller);
    keys.organization(caller, target);
    keys.credentials(credentials);
    keys.resource(target);
}

struct Keys<'a> {
    context: &'a mut Context,
    environment: &'a Environment,
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

    /// E6-E12.
    fn identity(&mut self, caller: &Caller) {
        if let Some(account) = caller.account() {
            self.value("aws:PrincipalAccount", account.as_str());
        }
        let signed_by_iam = !matches!(
            caller,
            Caller::Service(_) | Caller::Anonymous | Caller::FederatedProvider(_) | Caller::CanonicalUser(_)
        );
        if signed_by_iam {
            self.value("aws:PrincipalIsAWSService", "false");
            self.absent(&SERVICE_KEYS);
        }
        if !matches!(caller, Caller::User { .. } | Caller::ExternalAccount(_)) {
            self.absent(&["aws:username"]);
        }
        match caller {
            Caller::Root(account) => {
                self.value("aws:PrincipalArn", format!("arn:{}:iam::{account}:root", self.partition(caller)));
                self.value("aws:userid", account.as_str());
                self.value("aws:PrincipalType", "Account");
            }
            Caller::User { arn, unique_id, .. } => {
                self.value("aws:PrincipalArn", arn.as_str());
                self.value("aws:username", arn.resource().rsplit('/').next().unwrap_or_default());
                self.value("aws:PrincipalType", "User");
                if let Some(id) = unique_id {
                    self.value("aws:userid", &**id);
                }
            }
            Caller::RoleSession { role, unique_id, session, .. } => {
                self.value("aws:PrincipalArn", role.as_str());
                self.value("aws:PrincipalType", "AssumedRole");
                if let (Some(id), SessionName::Known(session)) = (unique_id, session) {
                    self.value("aws:userid", format!("{id}:{session}"));
                }
            }
            Caller::FederatedUser { arn, account, .. } => {
                self.value("aws:PrincipalArn", arn.as_str());
                self.value("aws:PrincipalType", "FederatedUser");
                let name = arn.resource().rsplit('/').next().unwrap_or_default();
                self.value("aws:userid", format!("{account}:{name}"));
            }
            Caller::Anonymous => {
                self.absent(&[
                    "aws:PrincipalArn",
                    "aws:PrincipalOrgID",
                    "aws:PrincipalOrgPaths",
                    "aws:PrincipalIsAWSService",
                ]);
                self.absent(&SERVICE_KEYS);
                self.value("aws:PrincipalAccount", "anonymous");
                self.value("aws:userid", "anonymous");
                self.value("aws:PrincipalType", "Anonymous");
            }
            Caller::Service(name) => {
                self.value("aws:PrincipalIsAWSService", "true");
                if &**name != ANY_SERVICE {
                    self.value("aws:PrincipalServiceName", &**name);
                }
                // A service is of no account.
                self.absent(&["aws:PrincipalOrgID", "aws:PrincipalOrgPaths"]);
            }
            Caller::FederatedProvider(_) => {
                self.absent(&["aws:PrincipalArn", "aws:userid", "aws:PrincipalType", "aws:PrincipalAccount"]);
                self.absent(&["aws:PrincipalOrgID", "aws:PrincipalOrgPaths"]);
            }
            Caller::ExternalAccount(_) | Caller::CanonicalUser(_) => {}
        }
    }

    fn partition(&self, caller: &Caller) -> String {
        let first = caller.account().and_then(|account| self.environment.principals_of(account).next());
        first.map_or("aws", |(_, principal)| principal.arn.partition()).to_owned()
    }

    /// `aws:PrincipalTag/*`: a user's own tags; a role's, unless whoever enters may pass others (E153).
    fn tags(&mut self, caller: &Caller) {
        let Some(id) = caller.principal() else {
            if matches!(caller, Caller::Root(_) | Caller::Anonymous | Caller::Service(_)) {
                self.context.fix_family("aws:principaltag/");
            }
            return;
        };
        let principal = self.environment.principal(id);
        if may_be_tagged(self.environment, principal) {
            return;
        }
        self.context.fix_family("aws:principaltag/");
        for (key, value) in &principal.tags {
            self.value(&format!("aws:PrincipalTag/{key}"), &**value);
        }
    }

    fn organization(&mut self, caller: &Caller, target: &Target) {
        let organization = match self.environment.organization() {
            Collected::Present(organization) => Some(organization),
            _ => None,
        };
        let no_organization = *self.environment.organization() == Collected::Absent;
        let mut place = |id_key: &str, paths_key: &str, account| {
            let Some(account) = account else { return };
            let ours: Option<&Organization> = organization.filter(|organization| organization.contains(account));
            let known = self.environment.account(account).is_some();
            match ours {
                Some(organization) => {
                    self.context.set(id_key, KeyState::value(&*organization.id));
                    match organization.path(account) {
                        Some(path) => self.context.set(paths_key, KeyState::value(path)),
                        None => self.context.set_default(paths_key, KeyState::Unknown),
                    }
                }
                None if no_organization && known => {
                    self.context.set(id_key, KeyState::Absent);
                    self.context.set(paths_key, KeyState::Absent);
                }
                // An outsider may be in an organization, but not in ours.
                None => {}
            }
        };
        place("aws:PrincipalOrgID", "aws:PrincipalOrgPaths", caller.account());
        place("aws:ResourceOrgID", "aws:ResourceOrgPaths", target.account);
        let outsider = match caller {
            Caller::ExternalAccount(None) => true,
            _ => caller.account().is_some_and(|account| organization.is_some_and(|ours| !ours.contains(account))),
        };
        if let Some(organization) = organization.filter(|organization| outsider && organization.complete) {
            self.not_beginning_with("aws:PrincipalOrgID", organization.id.to_string());
            self.not_beginning_with("aws:PrincipalOrgPaths", format!("{}/", organization.id));
        }
    }

    /// Rules out values that begin with a text; what the question gives beside them stands.
    fn not_beginning_with(&mut self, key: &str, text: String) {
        let given = match self.context.get(&key.to_lowercase()) {
            KeyState::Known(values) => !values.iter().any(|value| value.starts_with(&text)),
            _ => false,
        };
        if !given {
            self.context.set(key, KeyState::NotBeginningWith(text));
        }
    }

    /// E167: absent or `false`; the question may say `false`, never `true`.
    fn mfa_undocumented(&mut self) {
        const PRESENT: &str = "aws:MultiFactorAuthPresent";
        let no = KeyState::value("false");
        if *self.context.get(&PRESENT.to_lowercase()) != no {
            self.context.set(PRESENT, KeyState::AbsentOr(vec!["false".to_owned()], "mfa-context-undocumented"));
        }
    }

    /// E154, E166-E170.
    fn credentials(&mut self, credentials: Credentials) {
        const PRESENT: &str = "aws:MultiFactorAuthPresent";
        const AGE: &str = "aws:MultiFactorAuthAge";
        match credentials {
            Credentials::MfaSession => self.value(PRESENT, "true"),
            Credentials::LongTermKey | Credentials::Unsigned => self.absent(&[PRESENT, AGE, "aws:TokenIssueTime"]),
            Credentials::RoleSession(Entrance::Saml | Entrance::WebIdentity) => self.absent(&[PRESENT, AGE]),
            Credentials::RoleSession(_) | Credentials::FederatedUser => {
                self.mfa_undocumented();
                self.absent(&[AGE]);
            }
            Credentials::Root | Credentials::Unspecified => {}
        }
        let session = matches!(credentials, Credentials::RoleSession(_) | Credentials::Unspecified);
        if !session {
            self.absent(&[
                "aws:FederatedProvider",
                "ec2:RoleDelivery",
                "ec2:SourceInstanceArn",
                "lambda:SourceFunctionArn",
            ]);
            self.absent(&["aws:Ec2InstanceSourceVpc", "aws:Ec2InstanceSourcePrivateIPv4", "aws:AssumedRoot"]);
        }
        if matches!(credentials, Credentials::LongTermKey | Credentials::MfaSession) {
            self.absent(&["aws:SourceIdentity"]);
        }
    }

    fn resource(&mut self, target: &Target) {
        if let Some(account) = target.account {
            self.value("aws:ResourceAccount", account.as_str());
        }
        // E198: tags of buckets count only where the bucket has attribute-based control switched on.
        let of_bucket = target.arn.as_ref().is_some_and(|arn| arn.service() == "s3");
        if let (Collected::Present(tags), false) = (&target.tags, of_bucket) {
            self.context.fix_family("aws:resourcetag/");
            for (key, value) in tags {
                self.value(&format!("aws:ResourceTag/{key}"), &**value);
            }
        }
    }
}

/// Whether a role's trust policy lets anyone pass session tags, which override the role's own.
fn may_be_tagged(environment: &Environment, principal: &Principal) -> bool {
    let Some(trust) = principal.trust else { return false };
    let document = environment.policy(trust).document.map(|id| &environment.document(id).content);
    let Some(Ok(document)) = document else { return true };
    let Ok(tag_session) = crate::action::ActionName::parse("sts:TagSession") else { return true };
    document
        .statements
        .iter()
        .any(|statement| statement.effect == Effect::Allow && statement.actions.matches(&tag_session))
}
