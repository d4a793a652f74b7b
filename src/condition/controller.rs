//! Who decides the value of a condition key (E172, E173).

use super::residual::Atom;

/// Who decides the value of a condition key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Controller {
    /// Whoever makes the request can choose it; such a key never restricts *who*.
    Caller,
    /// Where the request comes from.
    Network,
    /// The clock.
    Time,
    /// The resource or its owner.
    Resource,
    /// The principal, its organization, its credentials or its identity provider.
    Identity,
    /// An AWS service that acts in between or calls by itself.
    Service,
}

impl Controller {
    /// The name in lowercase, as written to exports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Caller => "caller",
            Self::Network => "network",
            Self::Time => "time",
            Self::Resource => "resource",
            Self::Identity => "identity",
            Self::Service => "service",
        }
    }
}

/// Whom a statement's principal lets in, as far as it matters to who chooses what a caller can choose (E172).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Party {
    /// Principals of accounts, or anyone: they choose it themselves.
    Account,
    /// An AWS service: it sets the tags, session name or external id, by its own rules.
    Service,
    /// An identity provider: what its users can choose is what it lets them.
    Federated,
}

impl Atom {
    /// Who decides whether the test holds, as [`controller`] says; `None` for an atom that tests no key.
    #[must_use]
    pub fn controller(&self) -> Option<Controller> {
        self.controller_for(Party::Account)
    }

    /// The same where the statement's principal is known, as [`controller_for`] says.
    #[must_use]
    pub fn controller_for(&self, party: Party) -> Option<Controller> {
        match self {
            Self::Test { key, .. } => Some(controller_for(key, party)),
            _ => None,
        }
    }
}

/// Who decides the value of a key, written in any case.
///
/// A key of a service that is not listed counts as the caller's: most name a parameter of the request, and taking one for
/// a limit on *who* would hide an exposure; an external id is such a parameter (E155). So does a key that is one or the
/// other, by the action. Where a statement lets in a service or an identity provider, ask [`controller_for`].
#[must_use]
pub fn controller(key: &str) -> Controller {
    let key = key.to_lowercase();
    let Some((prefix, name)) = key.split_once(':') else { return Controller::Caller };
    // Behind the slash stands a tag's key or another part that is free.
    let name = name.split_once('/').map_or(name, |(name, _)| name);
    if let Some((_, controller)) = KEYS.iter().find(|(listed, _)| listed.split_once(':') == Some((prefix, name))) {
        return *controller;
    }
    match (prefix, name) {
        // Keys of web identity providers begin with the provider's host name, and perhaps a path.
        (prefix, _) if prefix == "saml" || prefix.contains('.') => Controller::Identity,
        ("aws", name) if name.starts_with("principal") => Controller::Identity,
        (_, "resourcetag" | "resourceaccount" | "resourceorgid" | "resourceorgpaths") => Controller::Resource,
        _ => Controller::Caller,
    }
}

/// Who decides the value of a key where a statement lets in such a party: what a caller could choose is asserted by the
/// service or by the identity provider, where one of them calls (E172).
#[must_use]
pub fn controller_for(key: &str, party: Party) -> Controller {
    match (controller(key), party) {
        (Controller::Caller, Party::Service) => Controller::Service,
        (Controller::Caller, Party::Federated) => Controller::Identity,
        (controller, _) => controller,
    }
}

/// The keys that are known one by one, in lowercase and without the part that is free: the global ones (section 5), those
/// of STS and IAM (E173), and of some services.
const KEYS: &[(&str, Controller)] = &[
    ("aws:assumedroot", Controller::Identity),
    ("aws:calledvia", Controller::Service),
    ("aws:calledviaawsmcp", Controller::Service),
    ("aws:calledviafirst", Controller::Service),
    ("aws:calledvialast", Controller::Service),
    ("aws:chatbotsourcearn", Controller::Identity),
    ("aws:currenttime", Controller::Time),
    ("aws:ec2instancesourceprivateipv4", Controller::Identity),
    ("aws:ec2instancesourcevpc", Controller::Identity),
    ("aws:epochtime", Controller::Time),
    ("aws:federatedprovider", Controller::Identity),
    ("aws:ismcpserviceaction", Controller::Service),
    ("aws:multifactorauthage", Controller::Identity),
    ("aws:multifactorauthpresent", Controller::Identity),
    ("aws:referer", Controller::Caller),
    ("aws:requestedregion", Controller::Caller),
    ("aws:requesttag", Controller::Caller),
    ("aws:securetransport", Controller::Caller),
    ("aws:signinsessionarn", Controller::Identity),
    ("aws:sourceaccount", Controller::Service),
    ("aws:sourcearn", Controller::Service),
    ("aws:sourceidentity", Controller::Identity),
    ("aws:sourceip", Controller::Network),
    ("aws:sourceorgid", Controller::Service),
    ("aws:sourceorgpaths", Controller::Service),
    ("aws:sourceowner", Controller::Service),
    ("aws:sourcevpc", Controller::Network),
    ("aws:sourcevpcarn", Controller::Network),
    ("aws:sourcevpce", Controller::Network),
    ("aws:tagkeys", Controller::Caller),
    ("aws:tokenissuetime", Controller::Identity),
    ("aws:useragent", Controller::Caller),
    ("aws:userid", Controller::Identity),
    ("aws:username", Controller::Identity),
    ("aws:viaawsmcpservice", Controller::Service),
    ("aws:viaawsservice", Controller::Service),
    ("aws:viacustomerdomain", Controller::Identity),
    ("aws:vpceaccount", Controller::Network),
    ("aws:vpceorgid", Controller::Network),
    ("aws:vpceorgpaths", Controller::Network),
    ("aws:vpcsourceip", Controller::Network),
    ("codebuild:buildarn", Controller::Identity),
    ("codebuild:projectarn", Controller::Identity),
    ("ec2:roledelivery", Controller::Identity),
    ("ec2:sourceinstancearn", Controller::Identity),
    ("glue:credentialissuingservice", Controller::Identity),
    ("glue:roleassumedby", Controller::Identity),
    ("iam:delegationrequestowner", Controller::Resource),
    ("identitystore:userid", Controller::Identity),
    ("kms:calleraccount", Controller::Identity),
    ("kms:grantisforawsresource", Controller::Service),
    ("kms:keyorigin", Controller::Resource),
    ("kms:keyspec", Controller::Resource),
    ("kms:keyusage", Controller::Resource),
    ("kms:multiregion", Controller::Resource),
    ("kms:multiregionkeytype", Controller::Resource),
    ("kms:resourcealiases", Controller::Resource),
    ("kms:viaservice", Controller::Service),
    ("lambda:functionurlauthtype", Controller::Resource),
    ("lambda:sourcefunctionarn", Controller::Identity),
    ("s3:accesspointnetworkorigin", Controller::Caller),
    ("s3:accesspointtag", Controller::Resource),
    ("s3:buckettag", Controller::Resource),
    ("s3:dataaccesspointaccount", Controller::Caller),
    ("s3:dataaccesspointarn", Controller::Caller),
    ("s3:existingobjecttag", Controller::Resource),
    ("ssm:sourceinstancearn", Controller::Identity),
    ("sts:externalid", Controller::Caller),
    ("sts:requestcontext", Controller::Identity),
    ("sts:requestcontextproviders", Controller::Identity),
    ("sts:roleauthorizedbyidp", Controller::Identity),
    ("sts:rolesessionname", Controller::Caller),
    ("sts:sourceidentity", Controller::Caller),
    ("sts:transitivetagkeys", Controller::Caller),
];
