//! An account's `iam get-account-authorization-details` and `list-roles`, and who collected them.

use serde_json::{Value, json};

use super::principal::unique_id;
use super::{Folder, Organization, Principal, Who, document};

const CREATED: &str = "2025-03-04T05:06:07+00:00";

impl Organization {
    pub(super) fn write_iam(&self, folder: &Folder, account: usize) {
        let id = self.id(account);
        let of_account = || (0..).map(Who).zip(&self.principals).filter(|(_, principal)| principal.account == account);
        let identity = json!({
            "UserId": "AROACOLLECTS0000000000:inventory", "Account": id,
            "Arn": format!("arn:aws:sts::{id}:assumed-role/OrganizationAccountAccessRole/inventory"),
        });
        folder.file(&format!("{id}/sts-get-caller-identity.json"), &identity);
        let users = of_account().filter(|(_, principal)| principal.trust.is_none());
        let roles = || of_account().filter(|(_, principal)| principal.trust.is_some());
        let groups = self.groups.iter().enumerate().filter(|(_, group)| group.account == account);
        let policies = (0..).zip(&self.managed).filter(|(_, policy)| policy.account == account);
        let details = json!({
            "UserDetailList": users.map(|(who, user)| self.user_detail(who, user)).collect::<Vec<_>>(),
            "GroupDetailList": groups.map(|(number, group)| json!({
                "Path": "/", "GroupName": group.name, "GroupId": unique_id("AGPA", account, number),
                "Arn": format!("arn:aws:iam::{id}:group/{}", group.name), "CreateDate": CREATED,
                "GroupPolicyList": inline(&group.inline), "AttachedManagedPolicies": self.attached(&group.attached),
            })).collect::<Vec<_>>(),
            "RoleDetailList": roles().map(|(who, role)| self.role_detail(who, role)).collect::<Vec<_>>(),
            "Policies": policies.map(|(number, _)| self.policy_detail(number)).collect::<Vec<_>>(),
        });
        folder.file(&format!("{id}/iam-get-account-authorization-details.json"), &details);
        let roles: Vec<Value> = roles().map(|(who, role)| self.listed_role(who, role)).collect();
        folder.file(&format!("{id}/iam-list-roles.json"), &json!({ "Roles": roles }));
    }

    fn user_detail(&self, who: Who, user: &Principal) -> Value {
        let groups: Vec<&str> = user.groups.iter().map(|group| &*self.groups[*group].name).collect();
        let mut detail = json!({
            "Path": user.path, "UserName": user.name, "UserId": self.unique_id(who), "Arn": self.arn(who),
            "CreateDate": CREATED, "GroupList": groups, "AttachedManagedPolicies": self.attached(&user.attached),
            "Tags": tags(user),
        });
        // AWS leaves the list out where there are none.
        if !user.inline.is_empty() {
            detail["UserPolicyList"] = inline(&user.inline);
        }
        self.bounded(detail, user)
    }

    fn role_detail(&self, who: Who, role: &Principal) -> Value {
        let detail = json!({
            "Path": role.path, "RoleName": role.name, "RoleId": self.unique_id(who), "Arn": self.arn(who),
            "CreateDate": CREATED, "AssumeRolePolicyDocument": self.trust_document(who),
            "InstanceProfileList": self.instance_profiles(who), "RolePolicyList": inline(&role.inline), "AttachedManagedPolicies": self.attached(&role.attached), "Tags": tags(role),
            "RoleLastUsed": {},
        });
        self.bounded(detail, role)
    }

    /// A role that EC2 may enter has a profile of its own name, as the console makes it.
    fn instance_profiles(&self, who: Who) -> Value {
        let role = self.get(who);
        let of_ec2 = json!({ "Service": "ec2.amazonaws.com" });
        if !role.trust.iter().flatten().any(|statement| statement["Principal"] == of_ec2) {
            return json!([]);
        }
        json!([{
            "Path": role.path, "InstanceProfileName": role.name, "CreateDate": CREATED,
            "InstanceProfileId": unique_id("AIPA", role.account, who.0),
            "Arn": format!("arn:aws:iam::{}:instance-profile{}{}", self.id(role.account), role.path, role.name),
            "Roles": [{
                "Path": role.path, "RoleName": role.name, "RoleId": self.unique_id(who), "Arn": self.arn(who),
                "CreateDate": CREATED, "AssumeRolePolicyDocument": self.trust_document(who),
            }],
        }])
    }

    fn listed_role(&self, who: Who, role: &Principal) -> Value {
        json!({
            "Path": role.path, "RoleName": role.name, "RoleId": self.unique_id(who), "Arn": self.arn(who),
            "CreateDate": CREATED, "AssumeRolePolicyDocument": self.trust_document(who), "MaxSessionDuration": role.session_seconds,
        })
    }

    fn trust_document(&self, who: Who) -> Value {
        let trust = self.get(who).trust.as_deref().unwrap_or_default();
        assert!(!trust.is_empty(), "{} trusts nobody, which IAM does not take", self.arn(who));
        document(trust)
    }

    fn bounded(&self, mut detail: Value, principal: &Principal) -> Value {
        if let Some(boundary) = principal.boundary {
            let arn = self.policy_arn(boundary);
            detail["PermissionsBoundary"] =
                json!({ "PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": arn });
        }
        detail
    }

    fn attached(&self, policies: &[usize]) -> Value {
        let of =
            |number: &usize| json!({ "PolicyName": self.managed[*number].name, "PolicyArn": self.policy_arn(*number) });
        policies.iter().map(of).collect()
    }

    pub(crate) fn policy_arn(&self, number: usize) -> String {
        let policy = &self.managed[number];
        let owner = if policy.by_aws { "aws" } else { self.id(policy.account) };
        format!("arn:aws:iam::{owner}:policy{}{}", policy.path, policy.name)
    }

    fn policy_detail(&self, number: usize) -> Value {
        let policy = &self.managed[number];
        let count = |of: &dyn Fn(&Principal) -> bool| self.principals.iter().filter(|one| of(one)).count();
        let groups = self.groups.iter().filter(|group| group.attached.contains(&number)).count();
        let version = |(number, statements): (usize, &Vec<Value>)| {
            json!({
                "Document": document(statements), "VersionId": format!("v{}", number + 1),
                "IsDefaultVersion": number == policy.former.len(), "CreateDate": CREATED,
            })
        };
        let versions = (0..).zip(policy.former.iter().chain([&policy.statements])).map(version);
        let mut versions: Vec<Value> = versions.collect();
        versions.reverse();
        json!({
            "PolicyName": policy.name, "PolicyId": unique_id("ANPA", policy.account, number),
            "Arn": self.policy_arn(number), "Path": policy.path,
            "DefaultVersionId": format!("v{}", policy.former.len() + 1), "IsAttachable": true, "CreateDate": CREATED,
            "UpdateDate": CREATED,
            "AttachmentCount": groups + count(&|principal| principal.attached.contains(&number)),
            "PermissionsBoundaryUsageCount": count(&|principal| principal.boundary == Some(number)),
            "PolicyVersionList": versions,
        })
    }
}

/// One policy a statement, named by the statement's `Sid` where it has one.
fn inline(statements: &[Value]) -> Value {
    let policy = |(number, statement): (usize, &Value)| {
        let name = statement["Sid"].as_str().map_or_else(|| format!("inline-{number}"), str::to_owned);
        json!({ "PolicyName": name, "PolicyDocument": document(std::slice::from_ref(statement)) })
    };
    statements.iter().enumerate().map(policy).collect()
}

fn tags(principal: &Principal) -> Value {
    principal.tags.iter().map(|(key, value)| json!({ "Key": key, "Value": value })).collect()
}
