//! Who decides a key.

use super::*;

#[test]
fn e172_e173_who_decides_a_key() {
    use Controller as By;
    for (controller_, keys) in [
        (
            By::Caller,
            &[
                "aws:UserAgent",
                "aws:referer",
                "aws:RequestTag/team",
                "aws:TagKeys",
                "aws:RequestedRegion",
                "aws:SecureTransport",
                "sts:AWSServiceName",
                "sts:DurationSeconds",
                "sts:ExternalId",
                "sts:RoleSessionName",
                "sts:SourceIdentity",
                "sts:TaskPolicyArn",
                "sts:TransitiveTagKeys",
                "sts:IdentityTokenAudience",
                "sts:SigningAlgorithm",
                "iam:AssociatedResourceArn",
                "iam:AWSServiceName",
                "iam:FIDO-certification",
                "iam:FIDO-FIPS-140-2-certification",
                "iam:FIDO-FIPS-140-3-certification",
                "iam:OrganizationsPolicyId",
                "iam:PassedToService",
                "iam:PermissionsBoundary",
                "iam:PolicyARN",
                "iam:RegisterSecurityKey",
                "iam:ServiceSpecificCredentialAgeDays",
                "iam:ServiceSpecificCredentialServiceName",
                "iam:DelegationDuration",
                "iam:NotificationChannel",
                "iam:TemplateArn",
                "s3:prefix",
                "made-up",
                "made:up",
            ][..],
        ),
        (
            By::Network,
            &[
                "aws:SourceIp",
                "aws:SourceVpc",
                "aws:SourceVpce",
                "aws:SourceVpcArn",
                "aws:VpcSourceIp",
                "aws:VpceAccount",
                "aws:VpceOrgID",
                "aws:VpceOrgPaths",
            ],
        ),
        (By::Time, &["aws:CurrentTime", "aws:EpochTime"]),
        (
            By::Resource,
            &[
                "aws:ResourceAccount",
                "aws:ResourceOrgID",
                "aws:ResourceOrgPaths",
                "aws:ResourceTag/team",
                "iam:ResourceTag/team",
                "iam:DelegationRequestOwner",
                "secretsmanager:ResourceTag/team",
                "s3:ExistingObjectTag/team",
                "s3:ResourceAccount",
            ],
        ),
        (
            By::Identity,
            &[
                "aws:PrincipalArn",
                "aws:PrincipalAccount",
                "aws:PrincipalOrgID",
                "aws:PrincipalOrgPaths",
                "aws:PrincipalTag/team",
                "aws:PrincipalTag/a:b/c",
                "aws:PrincipalIsAWSService",
                "aws:PrincipalServiceName",
                "aws:PrincipalServiceNamesList",
                "aws:PrincipalType",
                "aws:userid",
                "aws:username",
                "aws:AssumedRoot",
                "aws:FederatedProvider",
                "aws:TokenIssueTime",
                "aws:MultiFactorAuthAge",
                "aws:MultiFactorAuthPresent",
                "aws:ChatbotSourceArn",
                "aws:Ec2InstanceSourceVpc",
                "aws:Ec2InstanceSourcePrivateIPv4",
                "aws:SourceIdentity",
                "aws:SignInSessionArn",
                "aws:ViaCustomerDomain",
                "ec2:RoleDelivery",
                "ec2:SourceInstanceArn",
                "glue:RoleAssumedBy",
                "glue:CredentialIssuingService",
                "lambda:SourceFunctionArn",
                "ssm:SourceInstanceArn",
                "identitystore:UserId",
                "codebuild:BuildArn",
                "codebuild:ProjectArn",
                "sts:RequestContext/identitystore:UserId",
                "sts:RequestContextProviders",
                "sts:RoleAuthorizedByIdp",
                "token.actions.githubusercontent.com:sub",
                "oidc.eks.eu-west-1.amazonaws.com/id/ABC:aud",
                "saml:aud",
            ],
        ),
        (
            By::Service,
            &[
                "aws:CalledVia",
                "aws:CalledViaFirst",
                "aws:CalledViaLast",
                "aws:ViaAWSService",
                "aws:CalledViaAWSMCP",
                "aws:ViaAWSMCPService",
                "aws:IsMcpServiceAction",
                "aws:SourceAccount",
                "aws:SourceArn",
                "aws:SourceOrgID",
                "aws:SourceOrgPaths",
                "aws:SourceOwner",
                "kms:ViaService",
            ],
        ),
    ] {
        for key in keys {
            assert_eq!(controller(key), controller_, "{key}");
        }
    }
}

/// What a caller chooses elsewhere a service or an identity provider asserts; all else stays as it is.
#[test]
fn e172_services_and_providers_assert_what_callers_choose() {
    for (key, account, service, federated) in [
        ("aws:RequestTag/kubernetes-namespace", Controller::Caller, Controller::Service, Controller::Identity),
        ("sts:ExternalId", Controller::Caller, Controller::Service, Controller::Identity),
        ("sts:RoleSessionName", Controller::Caller, Controller::Service, Controller::Identity),
        ("aws:SourceIp", Controller::Network, Controller::Network, Controller::Network),
        ("aws:ResourceTag/a", Controller::Resource, Controller::Resource, Controller::Resource),
    ] {
        assert_eq!(controller_for(key, Party::Account), account, "{key}");
        assert_eq!(controller_for(key, Party::Service), service, "{key}");
        assert_eq!(controller_for(key, Party::Federated), federated, "{key}");
    }
}

#[test]
fn e172_e174_who_decides_a_residual() {
    let formula = open("StringEquals sts:ExternalId x")
        .and(open("NotIpAddress aws:SourceIp 10.0.0.0/8").or(open("StringLike s3:prefix home/*")))
        .and(Residual::undocumented("variable-empty"));
    assert_eq!(formula.controllers().into_iter().collect::<Vec<_>>(), [Controller::Caller, Controller::Network]);
    assert!(Residual::True.controllers().is_empty());
    let atoms: Vec<Option<Controller>> = formula.atoms().into_iter().map(Atom::controller).collect();
    assert_eq!(atoms.iter().filter(|controller| controller.is_none()).count(), 1);
    let Residual::Atom(atom) = open("StringEquals sts:ExternalId x") else { panic!("no atom") };
    assert_eq!(atom.controller_for(Party::Service), Some(Controller::Service));
}
