//! Keys that follow from the credentials in hand (section 5; 4.10 for MFA).

use super::{Keys, trust_allows};
use crate::arn::Arn;
use crate::request::{ANY_PROVIDER, Caller, Credentials, Entrance, KEPT_OF_SAML, KeyState, is_claim};

const MFA_PRESENT: &str = "aws:MultiFactorAuthPresent";
const MFA_AGE: &str = "aws:MultiFactorAuthAge";

/// Keys of the credentials that AWS services hand to what runs in them.
const OF_SERVICE_CREDENTIALS: [&str; 11] = [
    "aws:ChatbotSourceArn",
    "aws:Ec2InstanceSourceVpc",
    "aws:Ec2InstanceSourcePrivateIPv4",
    "ec2:RoleDelivery",
    "ec2:SourceInstanceArn",
    "glue:RoleAssumedBy",
    "glue:CredentialIssuingService",
    "lambda:SourceFunctionArn",
    "ssm:SourceInstanceArn",
    "codebuild:BuildArn",
    "codebuild:ProjectArn",
];

/// Whether a key, in lowercase, may hold something else in a session of the same role that was entered otherwise.
pub(super) fn tell_apart(key: &str) -> bool {
    const OTHERS: [&str; 7] = [
        MFA_PRESENT,
        MFA_AGE,
        "aws:TokenIssueTime",
        "aws:SignInSessionArn",
        "aws:ViaCustomerDomain",
        "identitystore:UserId",
        "aws:FederatedProvider",
    ];
    let mut listed = OTHERS.iter().chain(&OF_SERVICE_CREDENTIALS);
    key.starts_with("saml:") || is_claim(key) || listed.any(|name| key.eq_ignore_ascii_case(name))
}

impl Keys<'_> {
    /// What the credentials say of how and when they came to be.
    pub(super) fn credentials(&mut self, credentials: Credentials) {
        self.mfa(credentials);
        self.kind(credentials);
        self.federation(credentials);
        self.source_identity(credentials);
    }

    /// E166-E170.
    fn mfa(&mut self, credentials: Credentials) {
        match credentials {
            Credentials::MfaSession => {
                self.value(MFA_PRESENT, "true");
                self.present(&[MFA_AGE]);
            }
            Credentials::SessionToken => {
                self.value(MFA_PRESENT, "false");
                self.absent(&[MFA_AGE]);
            }
            // The question speaks of the user's temporary credentials.
            Credentials::LongTermKey if *self.context.get(&MFA_PRESENT.to_lowercase()) == KeyState::value("false") => {
                self.absent(&[MFA_AGE]);
            }
            Credentials::LongTermKey
            | Credentials::Unsigned
            | Credentials::RoleSession(Entrance::Saml | Entrance::WebIdentity) => self.absent(&[MFA_PRESENT, MFA_AGE]),
            Credentials::RoleSession(_) | Credentials::FederatedUser => {
                self.mfa_undocumented();
                self.absent(&[MFA_AGE]);
            }
            Credentials::Root | Credentials::AssumedRoot | Credentials::Unspecified => {}
        }
    }

    /// E167: absent or `false`; the question may say `false`, never `true`.
    fn mfa_undocumented(&mut self) {
        let no = KeyState::value("false");
        if *self.context.get(&MFA_PRESENT.to_lowercase()) != no {
            self.context.set(MFA_PRESENT, KeyState::AbsentOr(vec!["false".to_owned()], "mfa-context-undocumented"));
        }
    }

    fn kind(&mut self, credentials: Credentials) {
        match credentials {
            Credentials::LongTermKey | Credentials::Unsigned => {
                self.absent(&["aws:TokenIssueTime", "aws:SignInSessionArn", "aws:ViaCustomerDomain"]);
            }
            Credentials::MfaSession
            | Credentials::SessionToken
            | Credentials::FederatedUser
            | Credentials::RoleSession(_)
            | Credentials::AssumedRoot => self.present(&["aws:TokenIssueTime"]),
            Credentials::Root | Credentials::Unspecified => {}
        }
        match credentials {
            Credentials::AssumedRoot => self.value("aws:AssumedRoot", "true"),
            Credentials::Unspecified => {}
            _ => self.absent(&["aws:AssumedRoot"]),
        }
        let by_service = matches!(
            credentials,
            Credentials::RoleSession(Entrance::Service | Entrance::Unspecified) | Credentials::Unspecified
        );
        if !by_service {
            self.absent(&OF_SERVICE_CREDENTIALS);
        }
        // Sessions of people that Identity Center knows: its own roles, and those it enters for them (E15, E196).
        let of_identity_center = match self.caller {
            Caller::RoleSession { role, .. } => {
                let own = role.resource().starts_with("role/aws-reserved/sso.amazonaws.com/");
                own && matches!(credentials, Credentials::RoleSession(Entrance::Saml)) || by_service
            }
            _ => credentials == Credentials::Unspecified,
        };
        if !of_identity_center {
            self.absent(&["identitystore:UserId"]);
        }
    }

    /// E143, E144: what an identity provider said, at the trust evaluation and in the session it opened.
    fn federation(&mut self, credentials: Credentials) {
        const PROVIDER: &str = "aws:FederatedProvider";
        match (self.caller, credentials) {
            (Caller::FederatedProvider(provider), _) if &**provider == ANY_PROVIDER => {}
            (Caller::FederatedProvider(provider), _) => {
                let arn = Arn::parse(provider).ok();
                let saml = arn.as_ref().is_some_and(|arn| arn.resource().starts_with("saml-provider/"));
                if saml {
                    self.absent(&[PROVIDER]);
                    self.context.fix_claims(None);
                    return;
                }
                let host = arn.as_ref().and_then(|arn| arn.resource().strip_prefix("oidc-provider/"));
                let host = host.unwrap_or(provider).to_owned();
                self.value(PROVIDER, &**provider);
                self.absent_family("saml:");
                self.context.fix_claims(Some(&host));
            }
            (_, Credentials::RoleSession(Entrance::Unspecified) | Credentials::Unspecified) => {
                self.context.keep_claims_of_sessions();
            }
            (_, Credentials::RoleSession(Entrance::WebIdentity)) => {
                self.context.keep_claims_of_sessions();
                self.absent_family("saml:");
            }
            // Whether a chained session keeps them is not said.
            (_, Credentials::RoleSession(Entrance::Saml | Entrance::Chained)) => {
                self.absent(&[PROVIDER]);
                self.context.fix_claims(None);
                for key in KEPT_OF_SAML {
                    self.context.set_default(key, KeyState::Unknown);
                }
                self.absent_family("saml:");
            }
            _ => {
                self.absent(&[PROVIDER]);
                self.context.fix_claims(None);
                self.absent_family("saml:");
            }
        }
    }

    /// E154: set by the call that opens a session, and only where the role's trust policy allows that call to set it.
    fn source_identity(&mut self, credentials: Credentials) {
        let never = match (credentials, self.caller.principal()) {
            (Credentials::RoleSession(_), Some(role)) => {
                !trust_allows(self.environment, self.environment.principal(role), "sts:SetSourceIdentity")
            }
            // No credentials of a user have one.
            (Credentials::Unspecified, None) if matches!(self.caller, Caller::User { .. }) => true,
            (Credentials::RoleSession(_) | Credentials::Unspecified | Credentials::AssumedRoot, _) => false,
            _ => true,
        };
        if never {
            self.absent(&["aws:SourceIdentity"]);
        }
    }
}
