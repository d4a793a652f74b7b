//! What can be planted: ways that lead to the treasure, and decoys that fail for one reason each.

/// A kind of plant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    // Ways, by what is special about one hop.
    /// Within an account, by a trust policy that names the caller, and nothing else (E136, E137).
    Named,
    /// Within an account that the trust policy names as a whole (E26).
    AccountTrust,
    /// From another account that the trust policy names as a whole (E138).
    CrossAccount,
    /// From another account by a trust policy that names the caller (E138, E159).
    CrossAccountNamed,
    /// By the policy of a group (E94).
    ByGroup,
    /// By a managed policy (E94).
    ByManagedPolicy,
    /// By an identity policy for all roles below a path (E59).
    ByPathPattern,
    /// By an identity policy for every role there is.
    ByWildcard,
    /// By a trust policy for everyone of the organization (E156).
    StarOfOrganization,
    /// By MFA given to the first call (E166).
    WithMfa,
    /// By a service (E145).
    ByService,
    /// By an OIDC provider's token (E143, E144).
    ByOidc,
    /// By a SAML assertion (E143, E144).
    BySaml,
    /// From an account outside, with an external id (E155).
    ThirdParty,
    /// Under a session name that the trust policy asks for (E173).
    WithSessionName,
    /// From an address at one hop and through an endpoint at the next: requirements of different requests (E174).
    AcrossNetworks,
    /// By a tag of the caller's own (E153).
    StaticTag,
    /// By six roles.
    Long,
    /// A source identity set at the first hop and required later (E154).
    SourceIdentity,
    /// A session tag that the grant at the end asks for (E153).
    SessionTag,
    /// A transitive tag that is asked for two hops later (E153).
    TransitiveTag,

    // Decoys, by the one reason for which they fail.
    /// The trust policy names somebody else.
    TrustsSomebodyElse,
    /// The trust policy names one of the same name in another account.
    TrustsNamesakeElsewhere,
    /// The trust policy names one of the same name below another path (E30).
    TrustsOtherPath,
    /// The trust policy names another account.
    TrustsOtherAccount,
    /// The trust policy names a group (E23).
    TrustsGroup,
    /// The trust policy names the unique id of one that is gone (E30).
    TrustsDeleted,
    /// The trust policy denies the caller.
    TrustDenies,
    /// The trust policy admits the account's root user alone, who cannot assume roles (E27, E139).
    TrustsRootAlone,
    /// The trust policy admits a service alone.
    TrustsServiceAlone,
    /// The trust policy asks for another organization.
    OfOtherOrganization,
    /// The trust policy asks an outsider for the organization (E98).
    OutsideOrganization,
    /// The trust policy asks for another value of the caller's tag (E153).
    OtherTag,
    /// The trust policy asks a role's session for MFA (E167).
    MfaOfRole,
    /// The trust policy asks for MFA that was used, but before another role (E167).
    MfaLost,
    /// The caller of another account has no identity policy for it (E138).
    NoPolicyAcrossAccounts,
    /// The caller of a trusted account has no identity policy for it (E120, E136).
    NoPolicyInAccount,
    /// An identity policy denies.
    IdentityDenies,
    /// The identity policy allows everything but this call (E55).
    NotActionOfCall,
    /// The identity policy names a role that is called nearly so.
    NearMissOfRole,
    /// The caller's permissions boundary (E95).
    BoundaryOfCaller,
    /// A service control policy denies (E98).
    ServiceControlDenies,
    /// The service control policies of the caller's account are a list without STS (E100).
    ServiceControlLacks,
    /// A resource control policy of the role's account denies (E103).
    ResourceControlOfRole,
    /// The way is longer than asked for.
    TooLong,
    /// A resource control policy of the treasure's account denies.
    ResourceControlOfTreasure,
    /// The bucket's policy names another role.
    BucketNamesAnother,
    /// The bucket's policy denies everyone who is not on a list (E40).
    BucketDeniesOthers,
    /// The last role's permissions boundary (E95).
    BoundaryOfLast,
    /// The last role's policy allows everything but reading (E55).
    NotActionOfRead,
    /// The last role's policy names an object that is called nearly so.
    NearMissOfObject,
    /// The last role may not decrypt (E199).
    KeyLacks,
    /// A source identity is asked for that no hop may set (E142, E154).
    SourceIdentityNeverSet,
    /// A source identity is asked for, and an earlier hop set another (E154).
    SourceIdentityOther,
    /// A source identity was set, and the next role does not take one along (E142).
    SourceIdentityStopped,
    /// A session tag is asked for, and none may be passed (E142).
    TagNotPassed,
    /// A session tag is asked for, and another value may be passed.
    TagOtherValue,
    /// A session tag is asked for, and other tags may be passed.
    TagOtherKey,
    /// A tag is asked for two hops later, and does not go on (E153).
    TagLeftBehind,
    /// A transitive tag was passed, and the next role does not take tags along (E142).
    TransitiveTagStopped,
    /// A session name is asked for, and the role's sessions have another (E28).
    SessionNameFixed,
    /// Another session of the same role is asked for, and the role does not trust itself (E140).
    NoSelfTrust,
}

impl Kind {
    /// The ways.
    pub(crate) const WAYS: [Self; 21] = [
        Self::Named,
        Self::AccountTrust,
        Self::CrossAccount,
        Self::CrossAccountNamed,
        Self::ByGroup,
        Self::ByManagedPolicy,
        Self::ByPathPattern,
        Self::ByWildcard,
        Self::StarOfOrganization,
        Self::WithMfa,
        Self::ByService,
        Self::ByOidc,
        Self::BySaml,
        Self::ThirdParty,
        Self::WithSessionName,
        Self::AcrossNetworks,
        Self::StaticTag,
        Self::Long,
        Self::SourceIdentity,
        Self::SessionTag,
        Self::TransitiveTag,
    ];

    /// The decoys.
    pub(crate) const DECOYS: [Self; 41] = [
        Self::TrustsSomebodyElse,
        Self::TrustsNamesakeElsewhere,
        Self::TrustsOtherPath,
        Self::TrustsOtherAccount,
        Self::TrustsGroup,
        Self::TrustsDeleted,
        Self::TrustDenies,
        Self::TrustsRootAlone,
        Self::TrustsServiceAlone,
        Self::OfOtherOrganization,
        Self::OutsideOrganization,
        Self::OtherTag,
        Self::MfaOfRole,
        Self::MfaLost,
        Self::NoPolicyAcrossAccounts,
        Self::NoPolicyInAccount,
        Self::IdentityDenies,
        Self::NotActionOfCall,
        Self::NearMissOfRole,
        Self::BoundaryOfCaller,
        Self::ServiceControlDenies,
        Self::ServiceControlLacks,
        Self::ResourceControlOfRole,
        Self::TooLong,
        Self::ResourceControlOfTreasure,
        Self::BucketNamesAnother,
        Self::BucketDeniesOthers,
        Self::BoundaryOfLast,
        Self::NotActionOfRead,
        Self::NearMissOfObject,
        Self::KeyLacks,
        Self::SourceIdentityNeverSet,
        Self::SourceIdentityOther,
        Self::SourceIdentityStopped,
        Self::TagNotPassed,
        Self::TagOtherValue,
        Self::TagOtherKey,
        Self::TagLeftBehind,
        Self::TransitiveTagStopped,
        Self::SessionNameFixed,
        Self::NoSelfTrust,
    ];

    /// Ways and decoys, less some.
    pub(crate) fn all_but(left_out: &[Self]) -> Vec<Self> {
        let all = Self::WAYS.iter().chain(&Self::DECOYS);
        all.copied().filter(|kind| !left_out.contains(kind)).collect()
    }
}
