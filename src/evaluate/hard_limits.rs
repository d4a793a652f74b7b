//! What the credentials or the call settle before any policy is asked (E114a).

use crate::arn::Arn;
use crate::evaluate::authorize::Ownership;
use crate::evaluate::statement::Comparer;
use crate::evaluate::target::ResourceRules;
use crate::request::{ANY_PROVIDER, Caller, Credentials, KeyState};

impl Comparer<'_, '_> {
    /// What the credentials or the call settle before any policy (E114a): allowed, refused, or nothing.
    pub(crate) fn bypass(&self, credentials: Credentials, ownership: &Ownership) -> Option<bool> {
        let action = &self.target.action;
        let signed = !matches!(credentials, Credentials::Unsigned);
        match (action.service(), action.name()) {
            ("sts", "getcalleridentity") if signed => Some(true), // E4
            ("sts", "getsessiontoken") => match credentials {
                Credentials::LongTermKey | Credentials::Root => Some(true), // E4, E13, E149
                Credentials::Unspecified => None,
                _ => Some(false), // E149, E150
            },
            ("sts", "getfederationtoken") if matches!(credentials, Credentials::RoleSession(_)) => Some(false), // E150
            ("sts", "assumerole" | "assumeroot") if matches!(self.caller, Caller::Root(_)) => Some(false), // E139, E151
            // E151: IAM principals only.
            ("sts", "assumeroot") if !matches!(self.caller, Caller::User { .. } | Caller::RoleSession { .. }) => {
                (!matches!(self.caller, Caller::ExternalAccount(_))).then_some(false)
            }
            ("sts", "assumerole") if !signed && !matches!(self.caller, Caller::Service(_)) => Some(false), // E156
            // E143: the federated calls are made with a provider's token, not with AWS credentials.
            ("sts", "assumerolewithsaml" | "assumerolewithwebidentity")
                if !matches!(self.caller, Caller::FederatedProvider(_)) =>
            {
                Some(false)
            }
            // E35, E38: a provider's word opens roles, and nothing else.
            (service, name)
                if matches!(self.caller, Caller::FederatedProvider(_))
                    && !(service == "sts" && name != "assumerole" && belongs_to_entering(name)) =>
            {
                Some(false)
            }
            ("sts", name @ ("assumerolewithsaml" | "assumerolewithwebidentity")) if !self.provider_fits(name) => {
                Some(false)
            }
            // E149; what a console sign-in can do beyond it is not asked here.
            ("sts", name)
                if matches!(credentials, Credentials::MfaSession | Credentials::SessionToken)
                    && !belongs_to_assume_role(name) =>
            {
                Some(false)
            }
            ("sts", name) if credentials == Credentials::FederatedUser && name != "getcalleridentity" => Some(false), // E148
            ("iam", _) if credentials == Credentials::FederatedUser => Some(false), // E148
            ("iam", _) if credentials == Credentials::SessionToken => Some(false),  // E149
            _ if *ownership == Ownership::Cross && self.is_bucket_policy_call() => Some(false), // E192
            ("kms", name) if *ownership == Ownership::Cross && self.target.rules == ResourceRules::KmsKey => {
                (!works_cross_account(name)).then_some(false) // E129
            }
            _ if self.crosses_partitions() => Some(false), // E20
            _ => None,
        }
    }

    pub(crate) fn is_bucket_policy_call(&self) -> bool {
        let action = &self.target.action;
        action.service() == "s3"
            && matches!(action.name(), "getbucketpolicy" | "putbucketpolicy" | "deletebucketpolicy")
    }

    /// Whether the provider is of the kind the call takes, and one of the role's own account (E35, E143). Claims that IAM
    /// asks new policies for are not asked for here (E193).
    fn provider_fits(&self, call: &str) -> bool {
        let Caller::FederatedProvider(provider) = self.caller else { return true };
        if &**provider == ANY_PROVIDER {
            return true;
        }
        let arn = Arn::parse(provider).ok();
        let is_saml = arn.as_ref().is_some_and(|arn| arn.resource().starts_with("saml-provider/"));
        let own = arn.is_none_or(|arn| arn.account_id() == self.target.account);
        own && is_saml == (call == "assumerolewithsaml")
    }

    fn crosses_partitions(&self) -> bool {
        let partition = match self.caller {
            Caller::User { arn, .. } | Caller::FederatedUser { arn, .. } | Caller::RoleSession { role: arn, .. } => {
                arn.partition()
            }
            Caller::Root(_) => match self.context.get("aws:principalarn") {
                KeyState::Known(values) => match values.first().and_then(|arn| arn.split(':').nth(1)) {
                    Some(partition) => partition,
                    None => return false,
                },
                _ => return false,
            },
            _ => return false,
        };
        self.target
            .arn
            .as_ref()
            .is_some_and(|arn| !arn.partition().contains(['*', '?']) && arn.partition() != partition)
    }
}

/// AssumeRole, and the permissions one call of it may need besides (E142).
fn belongs_to_assume_role(name: &str) -> bool {
    name == "assumerole" || is_beside(name)
}

/// Every call that enters a role, and the permissions it may need besides (E142, E143).
fn belongs_to_entering(name: &str) -> bool {
    belongs_to_assume_role(name) || matches!(name, "assumerolewithsaml" | "assumerolewithwebidentity")
}

fn is_beside(name: &str) -> bool {
    matches!(name, "tagsession" | "setsourceidentity" | "setcontext")
}

/// The KMS operations that work on a key of another account (E129).
fn works_cross_account(name: &str) -> bool {
    matches!(
        name,
        "decrypt"
            | "encrypt"
            | "derivesharedsecret"
            | "generatedatakey"
            | "generatedatakeywithoutplaintext"
            | "generatedatakeypair"
            | "generatedatakeypairwithoutplaintext"
            | "generatemac"
            | "reencryptfrom"
            | "reencryptto"
            | "sign"
            | "verify"
            | "verifymac"
            | "creategrant"
            | "describekey"
            | "getkeyrotationstatus"
            | "getpublickey"
            | "listgrants"
            | "retiregrant"
            | "revokegrant"
    )
}
