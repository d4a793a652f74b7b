//! What a call and its credentials settle before any policy is asked (E114a).

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
    /// E139: root users cannot assume roles.
    AssumeRoleByRoot,
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
            Self::AssumeRoleByRoot => "E139",
            Self::AssumeRoleUnsigned => "E156",
            Self::AssumeRoleByProvider | Self::FederatedCallWithoutProvider => "E143",
            Self::ProviderDoesNotFit => "E35, E143",
            Self::StsBySessionToken => "E149",
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
            Self::AssumeRoleByRoot => "a root user cannot assume a role",
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
            Self::IamByFederatedUser => "a federated user's session cannot call IAM",
            Self::BucketPolicyFromOutside => "only the account that owns a bucket can read, write or delete its policy",
            Self::KmsFromOutside => "this KMS operation does not work on a key of another account",
            Self::OtherPartition => {
                "the caller and the resource are in different partitions of AWS, and nothing crosses them"
            }
        }
    }
}
