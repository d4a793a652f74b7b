//! What a call and its credentials settle before any policy is asked (E114a).

use crate::arn::Arn;
use crate::evaluate::authorize::Ownership;
use crate::evaluate::statement::Comparer;
use crate::evaluate::target::ResourceRules;
use crate::request::{ANY_PROVIDER, Caller, Credentials, KeyState};

/// A rule that settles a request whatever the policies say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum HardLimit {
    /// E4: `sts:GetCallerIdentity` works for whoever signs.
    CallerIdentity,
    /// E4, E149: `sts:GetSessionToken` works for a user or root with a long-term key.
    SessionToken,
    /// E149, E150: only long-term keys get a session token.
    SessionTokenBySession,
    /// E150: a role's session cannot federate users.
    FederationByRole,
    /// E148: nor can AssumeRoot's session, which has no long-term key.
    FederationByRootSession,
    /// E139: root users cannot assume roles.
    AssumeRoleByRoot,
    /// E151: AssumeRoot is for users and roles.
    AssumeRootByOthers,
    /// E156: assuming a role is a signed call.
    AssumeRoleUnsigned,
    /// E143: whom an identity provider vouches for has its own two calls.
    AssumeRoleByProvider,
    /// E143: those two calls are made with a provider's token.
    FederatedCallWithoutProvider,
    /// E35, E143: the provider is of another kind, or of another account than the role.
    ProviderDoesNotFit,
    /// E149: a GetSessionToken session can do little with STS.
    StsBySessionToken,
    /// E148: a federated user's session can do little with STS.
    StsByFederatedUser,
    /// E148: a federated user's session cannot call IAM.
    IamByFederatedUser,
    /// E149: a GetSessionToken session without MFA cannot call IAM.
    IamBySessionToken,
    /// E35, E38: a provider's word opens roles and nothing else.
    OtherCallByProvider,
    /// E192: a bucket's policy is its owner's to read and write.
    BucketPolicyFromOutside,
    /// E129: this KMS operation works only within the key's account.
    KmsFromOutside,
    /// E20: nothing crosses partitions.
    OtherPartition,
}

impl HardLimit {
    /// Whether the request is allowed by it; if not, it is refused.
    #[must_use]
    pub fn allows(self) -> bool {
        matches!(self, Self::CallerIdentity | Self::SessionToken)
    }

    /// The rules it stands for.
    #[must_use]
    pub fn rules(self) -> &'static str {
        match self {
            Self::CallerIdentity => "E4",
            Self::SessionToken => "E4, E149",
            Self::SessionTokenBySession => "E149, E150",
            Self::FederationByRole => "E150",
            Self::FederationByRootSession => "E148",
            Self::AssumeRoleByRoot => "E139",
            Self::AssumeRootByOthers => "E151",
            Self::AssumeRoleUnsigned => "E156",
            Self::AssumeRoleByProvider | Self::FederatedCallWithoutProvider => "E143",
            Self::ProviderDoesNotFit => "E35, E143",
            Self::StsBySessionToken | Self::IamBySessionToken => "E149",
            Self::OtherCallByProvider => "E35, E38",
            Self::StsByFederatedUser | Self::IamByFederatedUser => "E148",
            Self::BucketPolicyFromOutside => "E192",
            Self::KmsFromOutside => "E129",
            Self::OtherPartition => "E20",
        }
    }

    /// The rule in words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::CallerIdentity => "every signed caller may ask who it is, and no policy can forbid it",
            Self::SessionToken => {
                "a user or root user with a long-term key gets a session token without any permission, and no policy can \
                 forbid it"
            }
            Self::SessionTokenBySession => "only a long-term key gets a session token; temporary credentials do not",
            Self::FederationByRole => {
                "a role's session cannot call GetFederationToken; only a user's long-term key can"
            }
            Self::FederationByRootSession => {
                "an AssumeRoot session cannot call GetFederationToken; only a long-term key can"
            }
            Self::AssumeRoleByRoot => "a root user cannot assume a role",
            Self::AssumeRootByOthers => "only a user or a role can call AssumeRoot",
            Self::AssumeRoleUnsigned => "an unsigned request cannot assume a role",
            Self::AssumeRoleByProvider => {
                "who comes with an identity provider's token assumes a role by AssumeRoleWithSAML or \
                 AssumeRoleWithWebIdentity, not by AssumeRole"
            }
            Self::FederatedCallWithoutProvider => {
                "this call is made with an identity provider's token, not with AWS credentials"
            }
            Self::ProviderDoesNotFit => {
                "the identity provider has to be of the kind that the call is for, and of the role's own account"
            }
            Self::StsBySessionToken => {
                "a GetSessionToken session can call nothing of STS but AssumeRole and GetCallerIdentity"
            }
            Self::StsByFederatedUser => "a federated user's session can call nothing of STS but GetCallerIdentity",
            Self::IamBySessionToken => "a GetSessionToken session without MFA cannot call IAM",
            Self::OtherCallByProvider => "an identity provider's token opens a role, and is good for nothing else",
            Self::IamByFederatedUser => "a federated user's session cannot call IAM",
            Self::BucketPolicyFromOutside => "only the account that owns a bucket can read, write or delete its policy",
            Self::KmsFromOutside => "this KMS operation does not work on a key of another account",
            Self::OtherPartition => {
                "the caller and the resource are in different partitions of AWS, and nothing crosses them"
            }
        }
    }
}

impl Comparer<'_, '_> {
    /// What the credentials or the call settle before any policy (E114a).
    pub(super) fn hard_limit(&self, credentials: Credentials, ownership: &Ownership) -> Option<HardLimit> {
        use HardLimit as Limit;
        let action = &self.target.action;
        let signed = !matches!(credentials, Credentials::Unsigned);
        let provider = matches!(self.caller, Caller::FederatedProvider(_));
        // A service is of no account: the resource's side alone decides (E161).
        let from_outside = *ownership == Ownership::Cross && !matches!(self.caller, Caller::Service(_));
        let by_token = matches!(credentials, Credentials::MfaSession | Credentials::SessionToken);
        match (action.service(), action.name()) {
            ("sts", "getcalleridentity") if signed => Some(Limit::CallerIdentity),
            ("sts", "getsessiontoken") => match credentials {
                Credentials::LongTermKey | Credentials::Root => Some(Limit::SessionToken), // E13
                Credentials::Unspecified => None,
                _ => Some(Limit::SessionTokenBySession),
            },
            ("sts", "getfederationtoken") if matches!(credentials, Credentials::RoleSession(_)) => {
                Some(Limit::FederationByRole)
            }
            ("sts", "getfederationtoken") if credentials == Credentials::AssumedRoot => {
                Some(Limit::FederationByRootSession)
            }
            ("sts", "assumerole") if matches!(self.caller, Caller::Root(_)) => Some(Limit::AssumeRoleByRoot),
            ("sts", "assumeroot") if !may_assume_root(self.caller) => Some(Limit::AssumeRootByOthers),
            ("sts", "assumerole") if provider => Some(Limit::AssumeRoleByProvider),
            ("sts", "assumerole") if !signed && !matches!(self.caller, Caller::Service(_)) => {
                Some(Limit::AssumeRoleUnsigned)
            }
            ("sts", "assumerolewithsaml" | "assumerolewithwebidentity") if !provider => {
                Some(Limit::FederatedCallWithoutProvider)
            }
            ("sts", name @ ("assumerolewithsaml" | "assumerolewithwebidentity")) if !self.provider_fits(name) => {
                Some(Limit::ProviderDoesNotFit)
            }
            ("sts", name) if provider && is_beside(name) && !self.provider_is_own() => Some(Limit::ProviderDoesNotFit),
            (service, name) if provider && !(service == "sts" && belongs_to_entering(name)) => {
                Some(Limit::OtherCallByProvider)
            }
            // What a console sign-in can do beyond it is not asked here.
            ("sts", name) if by_token && !belongs_to_assume_role(name) => Some(Limit::StsBySessionToken),
            ("sts", name) if credentials == Credentials::FederatedUser && name != "getcalleridentity" => {
                Some(Limit::StsByFederatedUser)
            }
            // Nobody calls PassRole: other services' calls ask for it.
            ("iam", "passrole") => None,
            ("iam", _) if credentials == Credentials::FederatedUser => Some(Limit::IamByFederatedUser),
            ("iam", _) if credentials == Credentials::SessionToken => Some(Limit::IamBySessionToken),
            _ if from_outside && self.target.is_bucket_policy_call() => Some(Limit::BucketPolicyFromOutside),
            ("kms", name) if from_outside && self.target.rules == ResourceRules::KmsKey => {
                (!works_cross_account(name)).then_some(Limit::KmsFromOutside)
            }
            _ => None,
        }
    }

    /// Whether the provider is of the kind the call takes, and one of the role's own account (E35, E143). Claims that IAM
    /// asks new policies for are not asked for here (E193).
    fn provider_fits(&self, call: &str) -> bool {
        let Caller::FederatedProvider(provider) = self.caller else { return true };
        let saml = Arn::parse(provider).is_ok_and(|arn| arn.resource().starts_with("saml-provider/"));
        self.provider_is_own() && (&**provider == ANY_PROVIDER || saml == (call == "assumerolewithsaml"))
    }

    fn provider_is_own(&self) -> bool {
        let Caller::FederatedProvider(provider) = self.caller else { return true };
        Arn::parse(provider).map_or(true, |arn| arn.account_id() == self.target.account)
    }

    /// E20: nothing is granted across partitions; a Deny is one all the same.
    pub(super) fn crosses_partitions(&self) -> bool {
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
pub(super) fn works_cross_account(name: &str) -> bool {
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

/// E151: IAM principals only. Who an outsider is, its own account has to say.
fn may_assume_root(caller: &Caller) -> bool {
    matches!(caller, Caller::User { .. } | Caller::RoleSession { .. } | Caller::ExternalAccount(_))
}
