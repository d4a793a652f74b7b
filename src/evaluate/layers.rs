//! The layers that concern a request: identity policies, boundary, session policies, organization policies, endpoint.

use crate::arn::{AccountId, Arn};
use crate::evaluate::Target;
use crate::evaluate::authorize::{Layers, Levels, PrincipalSide};
use crate::evaluate::evaluator::Evaluator;
use crate::evaluate::target::ResourceRules;
use crate::model::{Collected, Organization, PolicyId, Target as OrganizationTarget};
use crate::request::{Caller, Credentials};

impl Evaluator<'_> {
    /// All that concern a request; of one that a service makes in the caller's name, no endpoint does (E163).
    pub(super) fn layers(&self, caller: &Caller, credentials: Credentials, target: &Target, forwarded: bool) -> Layers {
        let mut layers = Layers {
            service_control: self.service_control(caller),
            resource_control: self.resource_control(caller, target),
            ..Layers::default()
        };
        if !forwarded {
            self.endpoint(caller, target, &mut layers);
        }
        if target.rules == ResourceRules::RootSession
            && let Some(account) = target.account
        {
            layers.resource_service_control = self.service_control_of(account);
        }
        match caller {
            Caller::User { id: Some(id), .. } | Caller::RoleSession { id: Some(id), .. } => {
                layers.identity = self.environment.identity_policies(*id).collect();
                layers.boundary = self.environment.principal(*id).boundary.map(|boundary| vec![boundary]);
                if matches!(credentials, Credentials::RoleSession(_)) {
                    layers.session.clone_from(&self.options.session);
                }
            }
            Caller::FederatedUser { user: Some(user), .. } => match self.environment.principal_by_arn(user.as_str()) {
                Some(id) => {
                    layers.identity = self.environment.identity_policies(id).collect();
                    layers.boundary = self.environment.principal(id).boundary.map(|boundary| vec![boundary]);
                    layers.session.clone_from(&self.options.session);
                }
                None => layers.principal_side = PrincipalSide::NotCollected(format!("the policies of {user} allow it")),
            },
            Caller::Root(_) => {
                if credentials == Credentials::AssumedRoot {
                    layers.session.clone_from(&self.options.session);
                }
            }
            Caller::User { arn, .. } | Caller::RoleSession { role: arn, .. } | Caller::FederatedUser { arn, .. } => {
                layers.principal_side = PrincipalSide::NotCollected(format!("the policies of {arn} allow it"));
            }
            Caller::ExternalAccount(Some(account)) => {
                layers.principal_side = PrincipalSide::NotCollected(format!("account {account} allows it"));
            }
            Caller::ExternalAccount(None) => {
                layers.principal_side = PrincipalSide::NotCollected("the caller's own account allows it".to_owned());
            }
            Caller::Anonymous
            | Caller::Service(_)
            | Caller::FederatedProvider(_)
            | Caller::IdentityCenterUser { .. }
            | Caller::CanonicalUser(_) => {
                layers.principal_side = PrincipalSide::None;
            }
        }
        layers
    }

    /// E98-E100, E102: the SCPs of the caller's account, level by level.
    fn service_control(&self, caller: &Caller) -> Levels {
        let Some(account) = caller.account() else { return Levels::NotApplicable };
        if caller.is_service_linked() || self.environment.account(account).is_none() {
            return Levels::NotApplicable;
        }
        self.service_control_of(account)
    }

    fn service_control_of(&self, account: AccountId) -> Levels {
        self.organization_levels(
            account,
            "service control policies",
            |organization| organization.service_control_enabled,
            |target| &target.service_control,
        )
    }

    /// E103, E104, E106: the RCPs of the account that owns the resource.
    fn resource_control(&self, caller: &Caller, target: &Target) -> Levels {
        let exempt = caller.is_service_linked()
            || target.action.is("kms:RetireGrant")
            || target.names_no_resource()
            || target.is_service_linked_role();
        if exempt {
            return Levels::NotApplicable;
        }
        let Some(account) = target.account else { return self.resource_control_of_anyone(target) };
        // An account that only a resource's ARN speaks of may be a member of an organization not listed whole.
        let may_be_member = matches!(self.environment.organization(), Collected::Present(ours) if !ours.complete);
        if self.environment.account(account).is_none() && !may_be_member {
            return Levels::NotApplicable;
        }
        self.organization_levels(
            account,
            "resource control policies",
            |organization| organization.resource_control_enabled,
            |target| &target.resource_control,
        )
    }

    /// The RCPs of a bucket whose owner is not known: none, or those of some account.
    fn resource_control_of_anyone(&self, target: &Target) -> Levels {
        let owned = target.supports_rcp && target.arn.as_ref().is_some_and(|arn| arn.service() == "s3");
        let Collected::Present(organization) = self.environment.organization() else { return Levels::NotApplicable };
        let limits = |level: &OrganizationTarget| match &level.resource_control {
            Collected::Present(policies) => !policies.is_empty(),
            Collected::Unknown(_) => true,
            Collected::Absent | Collected::NotCollected => false,
        };
        let limited = organization.resource_control_enabled != Some(false) && organization.targets.values().any(limits);
        if owned && limited {
            return Levels::Missing(format!("the account that owns {} is not known", target.governing));
        }
        Levels::NotApplicable
    }

    fn organization_levels(
        &self,
        account: AccountId,
        what: &str,
        enabled: impl Fn(&Organization) -> Option<bool>,
        attached: impl Fn(&OrganizationTarget) -> &Collected<Vec<PolicyId>>,
    ) -> Levels {
        let organization = match self.environment.organization() {
            Collected::Present(organization) => organization,
            Collected::Absent => return Levels::NotApplicable,
            Collected::NotCollected if self.options.organization_unknown => {
                return Levels::Missing(format!("the organization of {account} was not collected"));
            }
            Collected::NotCollected => return Levels::NotApplicable,
            Collected::Unknown(reason) => return Levels::Missing(reason.clone()),
        };
        if organization.management_account == Some(account) || enabled(organization) == Some(false) {
            return Levels::NotApplicable;
        }
        let Some((levels, whole)) = organization.levels(account) else {
            if organization.complete {
                return Levels::NotApplicable;
            }
            return Levels::Missing(format!("whether {account} is in the organization was not collected"));
        };
        if !whole {
            return Levels::Missing(format!("the place of {account} in the organization was not collected"));
        }
        let level = |target: &&OrganizationTarget| match attached(target) {
            Collected::Present(policies) => Ok(policies.clone()),
            Collected::Absent => Ok(Vec::new()),
            Collected::NotCollected => Err(format!("the {what} attached to {} were not collected", target.id)),
            Collected::Unknown(reason) => Err(reason.clone()),
        };
        Levels::Known(levels.iter().map(level).collect())
    }
}

impl Target {
    /// The trust of a service-linked role is out of reach of RCPs (E103).
    fn is_service_linked_role(&self) -> bool {
        self.arn
            .as_ref()
            .is_some_and(|arn: &Arn| arn.service() == "iam" && arn.resource().starts_with("role/aws-service-role/"))
    }
}
