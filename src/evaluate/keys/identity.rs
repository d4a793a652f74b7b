//! Keys that follow from who calls (E6-E12, E98).

use super::{Keys, trust_allows};
use crate::model::{Collected, Organization};
use crate::request::{ANY_SERVICE, Caller, KeyState, SessionName};

/// Keys that only a service calling on behalf of a resource sends (E164, E165).
const SERVICE_KEYS: [&str; 6] = [
    "aws:sourcearn",
    "aws:sourceaccount",
    "aws:sourceorgid",
    "aws:sourceorgpaths",
    "aws:principalservicename",
    "aws:principalservicenameslist",
];

/// What stands in a service's own identity keys: a value of AWS's that no customer writes, and that only a pattern for
/// everything matches (E11).
const INTERNAL: &str = "\u{1}";

/// The same in the shape of an ARN.
const INTERNAL_ARN: &str = "arn:\u{1}:\u{1}:\u{1}:\u{1}:\u{1}";

/// Whether a key, in lowercase, may hold something else for another principal of the same kind and account.
pub(super) fn tells_apart(key: &str) -> bool {
    const KEYS: [&str; 5] =
        ["aws:principalarn", "aws:userid", "aws:username", "aws:sourceidentity", "identitystore:userid"];
    key.starts_with("aws:principaltag/") || KEYS.contains(&key)
}

impl Keys<'_> {
    /// E6-E12.
    pub(super) fn identity(&mut self) {
        let caller = self.caller;
        if let Some(account) = caller.account() {
            self.value("aws:PrincipalAccount", account.as_str());
        }
        let signed_by_iam = !matches!(
            caller,
            Caller::Service(_)
                | Caller::Anonymous
                | Caller::FederatedProvider(_)
                | Caller::IdentityCenterUser { .. }
                | Caller::CanonicalUser(_)
        );
        if signed_by_iam {
            self.value("aws:PrincipalIsAWSService", "false");
            self.absent(&SERVICE_KEYS);
            self.present(&["aws:PrincipalArn", "aws:userid", "aws:PrincipalType", "aws:PrincipalAccount"]);
            self.source_owner();
        }
        if !matches!(caller, Caller::User { .. } | Caller::ExternalAccount(_)) {
            self.absent(&["aws:username"]);
        }
        match caller {
            Caller::Root(account) => {
                self.value(
                    "aws:PrincipalArn",
                    format!("arn:{}:iam::{account}:root", caller.partition(self.environment)),
                );
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
                    "aws:SourceOwner",
                ]);
                self.absent(&SERVICE_KEYS);
                self.value("aws:PrincipalAccount", "anonymous");
                self.value("aws:userid", "anonymous");
                self.value("aws:PrincipalType", "Anonymous");
            }
            Caller::Service(name) => {
                self.value("aws:PrincipalIsAWSService", "true");
                self.value("aws:PrincipalArn", INTERNAL_ARN);
                for key in ["aws:userid", "aws:PrincipalType", "aws:PrincipalAccount"] {
                    self.value(key, INTERNAL);
                }
                self.present(&["aws:PrincipalServiceName", "aws:PrincipalServiceNamesList"]);
                if &**name != ANY_SERVICE {
                    self.value("aws:PrincipalServiceName", &**name);
                    self.value("aws:PrincipalServiceNamesList", &**name);
                }
                // A service is of no account.
                self.absent(&["aws:PrincipalOrgID", "aws:PrincipalOrgPaths"]);
            }
            Caller::FederatedProvider(_) | Caller::IdentityCenterUser { .. } => {
                self.absent(&["aws:PrincipalArn", "aws:userid", "aws:PrincipalType", "aws:PrincipalAccount"]);
                self.absent(&["aws:PrincipalOrgID", "aws:PrincipalOrgPaths", "aws:PrincipalIsAWSService"]);
                self.absent(&SERVICE_KEYS);
            }
            Caller::ExternalAccount(_) => self.not_of_the_input(),
            Caller::CanonicalUser(_) => {}
        }
    }

    /// Nobody outside has the account or the ARN of somebody within.
    fn not_of_the_input(&mut self) {
        let within: Vec<_> = self.environment.accounts().map(|account| account.id).collect();
        let others = within.into_iter().filter(|account| self.caller.account() != Some(*account));
        let others: Vec<_> = others.filter(|account| self.environment.is_collected(*account)).collect();
        if others.is_empty() {
            return;
        }
        if self.caller.account().is_none() {
            let ids = others.iter().map(|account| account.as_str().to_owned()).collect();
            self.not_beginning_with("aws:PrincipalAccount", ids);
        }
        let partition = self.caller.partition(self.environment);
        let arns = |service: &str| {
            others.iter().map(|account| format!("arn:{partition}:{service}::{account}:")).collect::<Vec<_>>()
        };
        self.not_beginning_with("aws:PrincipalArn", [arns("iam"), arns("sts")].concat());
    }

    /// Section 5: what SNS's default policy asks for is absent from a direct call, or the caller's own account.
    fn source_owner(&mut self) {
        let Some(account) = self.caller.account() else { return };
        let own = vec![account.as_str().to_owned()];
        if !self.context.is_set("aws:sourceowner") {
            self.context.set("aws:SourceOwner", KeyState::AbsentOr(own, "source-owner-of-direct-callers"));
        }
    }

    /// `aws:PrincipalTag/*`: a user's own tags; a role's, unless whoever enters may pass others (E153).
    pub(super) fn tags(&mut self) {
        let Some(id) = self.caller.principal() else {
            // E195: fields of a certificate are tags before the session is there.
            let certificate = matches!(self.caller, Caller::Service(name) if &**name == "rolesanywhere.amazonaws.com");
            let untagged = matches!(
                self.caller,
                Caller::Root(_) | Caller::Anonymous | Caller::Service(_) | Caller::FederatedProvider(_)
            );
            if untagged && !certificate {
                self.context.fix_family("aws:principaltag/");
            }
            return;
        };
        let principal = self.environment.principal(id);
        if trust_allows(self.environment, principal, "sts:TagSession") {
            return;
        }
        self.tags_of("aws:principaltag/", &principal.tags);
    }

    /// E98, section 5: the organizations of caller and resource.
    pub(super) fn organization(&mut self) {
        let (caller, target) = (self.caller, self.target);
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
        let Some(organization) = organization.filter(|organization| organization.complete) else { return };
        let of_outsider = target.account.is_some_and(|account| !organization.contains(account));
        for (side, outside) in [("Principal", outsider), ("Resource", of_outsider)] {
            if outside {
                self.not_beginning_with(&format!("aws:{side}OrgID"), vec![organization.id.to_string()]);
                self.not_beginning_with(&format!("aws:{side}OrgPaths"), vec![format!("{}/", organization.id)]);
            }
        }
    }

    /// Rules out values that begin with a text; what the question gives beside them stands.
    fn not_beginning_with(&mut self, key: &str, texts: Vec<String>) {
        let given = match self.context.get(&key.to_lowercase()) {
            KeyState::Known(values) => {
                !values.iter().any(|value| texts.iter().any(|text| value.starts_with(text.as_str())))
            }
            _ => false,
        };
        if !given {
            self.context.set(key, KeyState::NotBeginningWith(texts));
        }
    }
}
