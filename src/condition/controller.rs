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

impl Atom {
    /// Who decides whether the test holds; `None` for an atom that tests no key.
    #[must_use]
    pub fn controller(&self) -> Option<Controller> {
        match self {
            Self::Test { key, .. } => Some(controller(key)),
            _ => None,
        }
    }
}

/// Who decides the value of a key, written in any case.
///
/// A key of a service that is not listed counts as the caller's: most name a parameter of the request, and taking one for
/// a limit on *who* would hide an exposure. Where the statement's principal is a service or a federated provider, that
/// party sets what is the caller's otherwise; the statement is the caller's of this function to look at (E172).
#[must_use]
pub fn controller(key: &str) -> Controller {
    let key = key.to_lowercase();
    let Some((prefix, name)) = key.split_once(':') else { return Controller::Caller };
    let (name, _) = name.split_once('/').unwrap_or((name, ""));
    // Keys of web identity providers begin with the provider's host name.
    if prefix == "saml" || prefix.contains('.') {
        return Controller::Identity;
    }
    if matches!(name, "resourcetag" | "resourceaccount" | "resourceorgid" | "resourceorgpaths") {
        return Controller::Resource;
    }
    match prefix {
        "aws" => global(name),
        "sts" if name == "roleauthorizedbyidp" => Controller::Identity,
        "s3" => match name {
            "existingobjecttag"
            | "buckettag"
            | "dataaccesspointaccount"
            | "dataaccesspointarn"
            | "accesspointnetworkorigin"
            | "accesspointtag" => Controller::Resource,
            _ => Controller::Caller,
        },
        "kms" => match name {
            "calleraccount" => Controller::Identity,
            "viaservice" | "grantisforawsresource" => Controller::Service,
            "keyorigin" | "keyspec" | "keyusage" | "multiregion" | "multiregionkeytype" | "resourcealiases" => {
                Controller::Resource
            }
            _ => Controller::Caller,
        },
        "ec2" if matches!(name, "sourceinstancearn" | "roledelivery") => Controller::Identity,
        "lambda" if name == "sourcefunctionarn" => Controller::Identity,
        _ => Controller::Caller,
    }
}

fn global(name: &str) -> Controller {
    match name {
        "currenttime" | "epochtime" => Controller::Time,
        "sourceip" | "sourcevpc" | "sourcevpce" | "sourcevpcarn" | "vpcsourceip" | "vpceaccount" | "vpceorgid"
        | "vpceorgpaths" => Controller::Network,
        "sourcearn" | "sourceaccount" | "sourceowner" | "sourceorgid" | "sourceorgpaths" | "calledvia"
        | "calledviafirst" | "calledvialast" | "viaawsservice" | "ismcpserviceaction" => Controller::Service,
        "userid"
        | "username"
        | "federatedprovider"
        | "tokenissuetime"
        | "multifactorauthpresent"
        | "multifactorauthage"
        | "sourceidentity"
        | "assumedroot"
        | "chatbotsourcearn"
        | "ec2instancesourcevpc"
        | "ec2instancesourceprivateipv4"
        | "signinsessionarn" => Controller::Identity,
        name if name.starts_with("principal") => Controller::Identity,
        _ => Controller::Caller,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn e172_e173_who_decides_a_key() {
        for (key, expected) in [
            ("aws:UserAgent", Controller::Caller),
            ("aws:referer", Controller::Caller),
            ("aws:RequestTag/team", Controller::Caller),
            ("aws:TagKeys", Controller::Caller),
            ("sts:ExternalId", Controller::Caller),
            ("sts:RoleSessionName", Controller::Caller),
            ("sts:SourceIdentity", Controller::Caller),
            ("s3:prefix", Controller::Caller),
            ("aws:SourceIp", Controller::Network),
            ("aws:SourceVpce", Controller::Network),
            ("aws:CurrentTime", Controller::Time),
            ("aws:ResourceTag/team", Controller::Resource),
            ("s3:ExistingObjectTag/team", Controller::Resource),
            ("aws:PrincipalOrgID", Controller::Identity),
            ("aws:PrincipalTag/team", Controller::Identity),
            ("aws:MultiFactorAuthPresent", Controller::Identity),
            ("token.actions.githubusercontent.com:sub", Controller::Identity),
            ("saml:aud", Controller::Identity),
            ("aws:SourceArn", Controller::Service),
            ("kms:ViaService", Controller::Service),
            ("made-up", Controller::Caller),
        ] {
            assert_eq!(controller(key), expected, "{key}");
        }
    }
}
