//! Whole organizations of a given size, written account by account, so that the largest takes no more memory than one
//! account does.
//!
//! What one account holds follows from the seed and the account's number alone. What accounts say of each other (a role
//! that another one's role may enter, a bucket that another one reads) is named by [`names`], by number.

mod accounts;
mod aws_managed;
mod credentials;
mod customer_managed;
mod links;
mod names;
pub(crate) mod nasty;
mod people;
mod resource_policies;
mod resources;
mod roles;

use super::{Folder, Organization, Random};
use accounts::Place;

/// How large an organization is to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Size {
    pub(crate) accounts: usize,
    /// Users and roles of each account.
    pub(crate) principals: usize,
    /// Resources of each account.
    pub(crate) resources: usize,
    pub(crate) seed: u64,
}

impl Size {
    pub(crate) const SMALL: Self = Self { accounts: 1, principals: 100, resources: 20, seed: 1 };
    pub(crate) const MEDIUM: Self = Self { accounts: 10, principals: 300, resources: 30, seed: 1 };
    pub(crate) const LARGE: Self = Self { accounts: 100, principals: 1_000, resources: 500, seed: 1 };

    /// `small`, `medium`, `large`, or `ACCOUNTSxPRINCIPALSxRESOURCES`, with `@SEED` behind or not.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (size, seed) = text.split_once('@').unwrap_or((text, "1"));
        let seed = seed.parse().ok()?;
        let preset = match size {
            "small" => Self::SMALL,
            "medium" => Self::MEDIUM,
            "large" => Self::LARGE,
            size => {
                let numbers: Vec<usize> = size.split('x').map(str::parse).collect::<Result<_, _>>().ok()?;
                let [accounts, principals, resources] = numbers.try_into().ok()?;
                Self { accounts, principals, resources, seed }
            }
        };
        Some(Self { seed, ..preset })
    }
}

/// Writes an organization of a size into a folder.
pub(crate) fn generate(size: Size, folder: &Folder) {
    assert!(size.accounts >= 1, "there is a management account");
    assert!(size.principals >= 60, "fewer have no room for a role of each kind");
    let mut generator = Generator { organization: accounts::organization(size), size };
    generator.organization.write_tree(folder);
    for account in 0..size.accounts {
        generator.account(folder, account);
    }
}

struct Generator {
    size: Size,
    /// All accounts; the principals and policies of the one that is being written.
    organization: Organization,
}

impl Generator {
    fn account(&mut self, folder: &Folder, account: usize) {
        let mut random = Random::new(self.size.seed.wrapping_mul(0x2545_f491_4f6c_dd1d) ^ (account as u64) << 20);
        let place = Place::new(&self.organization, self.size, account);
        let organization = &mut self.organization;
        let by_aws = aws_managed::add(organization, account);
        let own = customer_managed::add(organization, &place, self.size.principals / 8, &mut random);
        people::add(organization, &place, &by_aws, &own, self.size.principals * 2 / 5, &mut random);
        roles::add(organization, &place, &by_aws, &own, self.size.principals, &mut random);
        organization.write_iam(folder, account);
        credentials::write(organization, folder, account, &mut random);
        resources::write(folder, &place, &mut random);
        organization.principals.clear();
        organization.groups.clear();
        organization.managed.clear();
    }
}
