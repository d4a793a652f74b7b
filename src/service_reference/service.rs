//! A service, and the resource types it defines.

use std::ops::Range;

use super::index::Entry;
use super::section::{Section, TypeRow};

/// One service, as the reference describes it. Cheap to copy.
#[derive(Clone, Copy, Debug)]
pub struct Service<'a> {
    pub(super) entry: &'a Entry,
}

impl<'a> Service<'a> {
    /// The prefix of the service's actions, `s3` for example.
    pub fn prefix(&self) -> &'a str {
        self.entry.prefix
    }

    /// The name of the service, `Amazon S3` for example.
    pub fn name(&self) -> &'a str {
        self.entry.name
    }

    /// The numbers of the service's actions.
    pub fn actions(&self) -> Range<u32> {
        self.entry.actions.clone()
    }

    /// Whether resource control policies limit the service's actions (rule E104).
    pub fn supports_rcp(&self) -> bool {
        self.entry.supports_rcp
    }

    /// Whether some resource that the service's actions act on can carry a
    /// policy of its own (rule E160). Permission lists that are not policies,
    /// those of EC2 images for example, do not count.
    pub fn supports_resource_policy(&self) -> bool {
        self.entry.supports_resource_policy
    }

    /// The resource types, ordered by name.
    pub fn resource_types(&self) -> impl Iterator<Item = ResourceType<'a>> + use<'a> {
        let section = self.entry.section();
        section.types.iter().map(move |row| ResourceType { section, row })
    }

    /// The resource type of this name, in any case.
    pub fn resource_type(&self, name: &str) -> Option<ResourceType<'a>> {
        self.resource_types().find(|found| found.name().eq_ignore_ascii_case(name))
    }
}

/// One resource type of a service. Cheap to copy.
#[derive(Clone, Copy, Debug)]
pub struct ResourceType<'a> {
    section: &'a Section,
    row: &'a TypeRow,
}

impl<'a> ResourceType<'a> {
    /// The name, `bucket` for example.
    pub fn name(&self) -> &'a str {
        self.row.name
    }

    /// The ways its ARNs are written, mostly one, with `${Name}` for each part
    /// that varies: `arn:${Partition}:s3:::${BucketName}`. A type may borrow
    /// the ARNs of another service.
    pub fn arn_formats(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.row.arn_formats.split(' ').filter(|item| !item.is_empty())
    }

    /// Condition keys that say something of such a resource.
    pub fn condition_keys(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.section.key_names(self.row.condition_keys)
    }
}
