//! Everything that was loaded, in one immutable value.

use std::collections::BTreeMap;
use std::collections::HashMap;
use std::ops::Range;

use crate::arn::{AccountId, Arn};
use crate::model::{
    Collected, DocumentId, FailedListing, Group, GroupId, HeldCredentials, IdentityCenter, Organization, Policy,
    PolicyId, Principal, PrincipalId, PrincipalKind, PublicAccessBlock, Resource, StoredDocument, VpcEndpoint,
};

/// An account.
#[derive(Debug, Clone)]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// Its name, from the organization.
    pub name: Option<Box<str>>,
    /// Its authorization details: absent when only other inputs speak of the account; unknown when a page is missing or
    /// could not be read.
    pub details: Collected<()>,
    /// Its Block Public Access settings for S3; absent: all four are off (E180).
    pub public_access_block: Collected<PublicAccessBlock>,
    /// What its root user signs in and signs requests with.
    pub root: HeldCredentials,
}

impl Account {
    /// An account of which only the id is known.
    #[must_use]
    pub fn new(id: AccountId) -> Self {
        Self {
            id,
            name: None,
            details: Collected::NotCollected,
            public_access_block: Collected::NotCollected,
            root: HeldCredentials::default(),
        }
    }
}

/// The parts of an [`Environment`], in any order.
#[derive(Debug, Default)]
pub struct EnvironmentParts {
    /// Accounts.
    pub accounts: Vec<Account>,
    /// Users and roles.
    pub principals: Vec<Principal>,
    /// Groups, as [`Principal::groups`] numbers them.
    pub groups: Vec<Group>,
    /// Policies, as everything numbers them.
    pub policies: Vec<Policy>,
    /// Documents, as [`Policy::document`] numbers them.
    pub documents: Vec<StoredDocument>,
    /// Resources.
    pub resources: Vec<Resource>,
    /// The organization, if one was collected.
    pub organization: Collected<Organization>,
    /// IAM Identity Center.
    pub identity_center: IdentityCenter,
    /// VPC endpoints.
    pub vpc_endpoints: Vec<VpcEndpoint>,
    /// Whose account an S3 canonical user id is (E36).
    pub canonical_users: BTreeMap<Box<str>, AccountId>,
    /// Listings that failed or are cut off.
    pub failed_listings: Vec<FailedListing>,
}

/// Everything that was loaded.
#[derive(Debug)]
pub struct Environment {
    accounts: BTreeMap<AccountId, (Account, Range<u32>)>,
    principals: Vec<Principal>,
    groups: Vec<Group>,
    policies: Vec<Policy>,
    documents: Vec<StoredDocument>,
    resources: BTreeMap<Box<str>, Resource>,
    organization: Collected<Organization>,
    identity_center: IdentityCenter,
    vpc_endpoints: BTreeMap<Box<str>, VpcEndpoint>,
    canonical_users: BTreeMap<Box<str>, AccountId>,
    failed_listings: Vec<FailedListing>,
    by_arn: HashMap<Box<str>, PrincipalId>,
    roles_by_name: HashMap<(AccountId, Box<str>), PrincipalId>,
}

impl Environment {
    /// Puts the parts together: principals are numbered by account, then ARN.
    #[must_use]
    pub fn new(parts: EnvironmentParts) -> Self {
        let mut principals = parts.principals;
        principals.sort_by(|a, b| (a.account, &a.arn).cmp(&(b.account, &b.arn)));
        let mut accounts: BTreeMap<AccountId, (Account, Range<u32>)> =
            parts.accounts.into_iter().map(|account| (account.id, (account, 0..0))).collect();
        let mut by_arn = HashMap::new();
        let mut roles_by_name = HashMap::new();
        for (id, principal) in (0..).map(PrincipalId).zip(&principals) {
            let (_, range) =
                accounts.entry(principal.account).or_insert_with(|| (Account::new(principal.account), 0..0));
            *range = if range.start == range.end { id.0..id.0 + 1 } else { range.start..id.0 + 1 };
            by_arn.insert(principal.arn.as_str().into(), id);
            if principal.kind == PrincipalKind::Role {
                roles_by_name.insert((principal.account, principal.name.clone()), id);
            }
        }
        let resources = parts.resources.into_iter().map(|resource| (resource.arn.as_str().into(), resource)).collect();
        Self {
            accounts,
            principals,
            groups: parts.groups,
            policies: parts.policies,
            documents: parts.documents,
            resources,
            organization: parts.organization,
            identity_center: parts.identity_center,
            vpc_endpoints: parts.vpc_endpoints.into_iter().map(|endpoint| (endpoint.id.clone(), endpoint)).collect(),
            canonical_users: parts.canonical_users,
            failed_listings: parts.failed_listings,
            by_arn,
            roles_by_name,
        }
    }

    /// The accounts, by id.
    pub fn accounts(&self) -> impl Iterator<Item = &Account> {
        self.accounts.values().map(|(account, _)| account)
    }

    /// One account.
    #[must_use]
    pub fn account(&self, id: AccountId) -> Option<&Account> {
        self.accounts.get(&id).map(|(account, _)| account)
    }

    /// Whether an account's principals are all among the input, so that one it does not list is nobody.
    #[must_use]
    pub fn is_collected(&self, account: AccountId) -> bool {
        self.account(account).is_some_and(|account| account.details == Collected::Present(()))
    }

    /// Users and roles in the order of their numbers.
    pub fn principals(&self) -> impl ExactSizeIterator<Item = (PrincipalId, &Principal)> {
        self.principals.iter().enumerate().map(|(index, principal)| (PrincipalId(to_u32(index)), principal))
    }

    /// The users and roles of an account.
    pub fn principals_of(&self, account: AccountId) -> impl Iterator<Item = (PrincipalId, &Principal)> {
        let range = self.accounts.get(&account).map_or(0..0, |(_, range)| range.clone());
        range.filter_map(|index| Some((PrincipalId(index), self.principals.get(index as usize)?)))
    }

    /// One principal.
    ///
    /// # Panics
    /// When the number is not one of this environment's.
    #[must_use]
    pub fn principal(&self, id: PrincipalId) -> &Principal {
        &self.principals[id.0 as usize]
    }

    /// The user or role of an ARN.
    #[must_use]
    pub fn principal_by_arn(&self, arn: &str) -> Option<PrincipalId> {
        self.by_arn.get(arn).copied()
    }

    /// The role of an account by name; names are unique whatever their path (E19).
    #[must_use]
    pub fn role_by_name(&self, account: AccountId, name: &str) -> Option<PrincipalId> {
        self.roles_by_name.get(&(account, name.into())).copied()
    }

    /// The groups in the order of their numbers.
    pub fn groups(&self) -> impl ExactSizeIterator<Item = (GroupId, &Group)> {
        self.groups.iter().enumerate().map(|(index, group)| (GroupId(to_u32(index)), group))
    }

    /// One group.
    ///
    /// # Panics
    /// When the number is not one of this environment's.
    #[must_use]
    pub fn group(&self, id: GroupId) -> &Group {
        &self.groups[id.0 as usize]
    }

    /// The policies in the order of their numbers.
    pub fn policies(&self) -> impl ExactSizeIterator<Item = (PolicyId, &Policy)> {
        self.policies.iter().enumerate().map(|(index, policy)| (PolicyId(to_u32(index)), policy))
    }

    /// One policy.
    ///
    /// # Panics
    /// When the number is not one of this environment's.
    #[must_use]
    pub fn policy(&self, id: PolicyId) -> &Policy {
        &self.policies[id.0 as usize]
    }

    /// The documents in the order of their numbers.
    pub fn documents(&self) -> impl ExactSizeIterator<Item = (DocumentId, &StoredDocument)> {
        self.documents.iter().enumerate().map(|(index, document)| (DocumentId(to_u32(index)), document))
    }

    /// One document.
    ///
    /// # Panics
    /// When the number is not one of this environment's.
    #[must_use]
    pub fn document(&self, id: DocumentId) -> &StoredDocument {
        &self.documents[id.0 as usize]
    }

    /// The resources, by ARN.
    pub fn resources(&self) -> impl Iterator<Item = &Resource> {
        self.resources.values()
    }

    /// The resource of an ARN, as it was collected.
    #[must_use]
    pub fn resource(&self, arn: &str) -> Option<&Resource> {
        self.resources.get(arn)
    }

    /// The resource whose policy governs an ARN: an object's bucket or access point, else itself (E175).
    #[must_use]
    pub fn governing_resource(&self, arn: &Arn) -> Option<&Resource> {
        if let Some(resource) = self.resource(arn.as_str()) {
            return Some(resource);
        }
        let governing = governing_arn(arn);
        (governing != arn.as_str()).then(|| self.resource(&governing)).flatten()
    }

    /// The organization.
    #[must_use]
    pub fn organization(&self) -> &Collected<Organization> {
        &self.organization
    }

    /// What was collected of IAM Identity Center.
    #[must_use]
    pub fn identity_center(&self) -> &IdentityCenter {
        &self.identity_center
    }

    /// The VPC endpoint of an id.
    #[must_use]
    pub fn vpc_endpoint(&self, id: &str) -> Option<&VpcEndpoint> {
        self.vpc_endpoints.get(id)
    }

    /// The VPC endpoints, by id.
    pub fn vpc_endpoints(&self) -> impl Iterator<Item = &VpcEndpoint> {
        self.vpc_endpoints.values()
    }

    /// Why a resource of which nothing tells may be there all the same: a listing that might have named it failed (E185).
    #[must_use]
    pub fn unlisted(&self, arn: &Arn) -> Option<&str> {
        let governing = Arn::parse(&governing_arn(arn)).ok()?;
        self.failed_listings.iter().find(|listing| listing.may_name(&governing)).map(|listing| &*listing.reason)
    }

    /// Why a VPC endpoint of which nothing tells may be there all the same (E185).
    #[must_use]
    pub fn unlisted_vpc_endpoints(&self) -> Option<&str> {
        let mut failed = self.failed_listings.iter().filter(|listing| listing.may_name_vpc_endpoints());
        failed.next().map(|listing| &*listing.reason)
    }

    /// The account of an S3 canonical user id, where the input tells it (E36).
    #[must_use]
    pub fn account_of_canonical_user(&self, id: &str) -> Option<AccountId> {
        self.canonical_users.get(id).copied()
    }

    /// Every identity policy of a principal: its own and those of its groups (E94).
    pub fn identity_policies(&self, id: PrincipalId) -> impl Iterator<Item = PolicyId> {
        let principal = self.principal(id);
        let of_groups = principal.groups.iter().flat_map(|group| self.group(*group).policies.iter());
        principal.policies.iter().chain(of_groups).copied()
    }
}

/// The ARN of the resource that carries the policy for `arn`: an object's bucket, or the access point that it is reached
/// through (E175). Functions, versions and aliases each carry their own (E184).
#[must_use]
pub fn governing_arn(arn: &Arn) -> String {
    match (arn.service(), arn.resource()) {
        ("s3", resource) if arn.account().is_empty() => {
            let bucket = resource.split('/').next().unwrap_or_default();
            format!("arn:{}:s3:::{bucket}", arn.partition())
        }
        ("s3", resource) if resource.starts_with("accesspoint/") => {
            // One with an empty region is of several regions: its name is an alias that ends in `.mrap`.
            let name = resource.split('/').nth(1).unwrap_or_default();
            format!("arn:{}:s3:{}:{}:accesspoint/{name}", arn.partition(), arn.region(), arn.account())
        }
        _ => arn.as_str().to_owned(),
    }
}

/// The pattern of the objects in a bucket, or of those reached through an access point (E175); `None` for other resources.
#[must_use]
pub fn objects_of(arn: &Arn) -> Option<String> {
    match (arn.service(), arn.resource()) {
        ("s3", resource) if resource.starts_with("accesspoint/") => Some(format!("{arn}/object/*")),
        ("s3", resource) if !resource.contains('/') => Some(format!("{arn}/*")),
        _ => None,
    }
}

fn to_u32(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn e175_what_governs_an_object() {
        let check = |arn: &str, expected: &str| {
            let arn = Arn::parse(arn).unwrap();
            assert_eq!(governing_arn(&arn), expected, "{arn}");
        };
        check("arn:aws:s3:::b/a/k.csv", "arn:aws:s3:::b");
        check("arn:aws-cn:s3:::b", "arn:aws-cn:s3:::b");
        let point = "arn:aws:s3:eu-west-1:012345678901:accesspoint/p";
        check(&format!("{point}/object/a/k.csv"), point);
        check(&format!("{point}/*"), point);
        check(point, point);
        let alias = "arn:aws:s3::012345678901:accesspoint/m1.mrap";
        check(&format!("{alias}/object/k"), alias);
        check("arn:aws:s3:eu-west-1:012345678901:job/accesspoint", "arn:aws:s3:eu-west-1:012345678901:job/accesspoint");
        check("arn:aws:sqs:eu-west-1:012345678901:q", "arn:aws:sqs:eu-west-1:012345678901:q");
        for arn in ["arn:aws:s3:::b", point, alias] {
            let objects = objects_of(&Arn::parse(arn).unwrap()).unwrap();
            check(&objects, arn);
        }
        assert_eq!(objects_of(&Arn::parse("arn:aws:sqs:eu-west-1:012345678901:q").unwrap()), None);
    }
}
