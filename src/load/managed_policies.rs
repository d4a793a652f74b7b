//! Managed policies of authorization details: the version in force, and who asks for a policy that is not there.

use std::collections::BTreeMap;

use crate::arn::{AccountId, Arn};
use crate::diagnostic::Diagnostic;
use crate::load::builder::{Builder, mention};
use crate::load::node::{Fields, Node};
use crate::model::{DocumentId, Policy, PolicyId, PolicyKind};
use crate::policy::DocumentKind;

/// The managed policies read so far.
#[derive(Debug, Default)]
pub(super) struct ManagedPolicies {
    /// By account: two collections of different days may hold different versions of one AWS managed policy.
    of_account: BTreeMap<(AccountId, String), PolicyId>,
    /// One policy for every ARN and document, whatever the number of accounts.
    distinct: BTreeMap<(String, Option<DocumentId>), PolicyId>,
    /// Any version of an AWS managed policy, for accounts whose own list lacks it.
    of_aws: BTreeMap<String, PolicyId>,
}

fn kind_of(arn: &Arn) -> PolicyKind {
    if arn.account() == "aws" { PolicyKind::AwsManaged } else { PolicyKind::CustomerManaged }
}

/// The policy's name: the last part of its ARN.
fn name_of(arn: &Arn) -> &str {
    arn.resource().rsplit('/').next().unwrap_or_default()
}

impl ManagedPolicies {
    /// Reads one entry of `Policies`, which belongs to these accounts.
    pub(super) fn read(
        &mut self,
        builder: &mut Builder,
        node: &Node<'_>,
        accounts: &[AccountId],
    ) -> Result<(), Diagnostic> {
        let fields = node.fields()?;
        let arn = fields.arn("Arn")?;
        let own = arn.account_id();
        if own.is_none() && arn.account() != "aws" {
            return Err(malformed_account(&fields, &arn));
        }
        let owner = format!("the managed policy `{}`", name_of(&arn));
        let document = version_in_force(&fields)?;
        let (document, source) = match &document {
            Some(node) => {
                let (document, source) = builder.document(node, DocumentKind::Identity, &owner);
                (Some(document), source)
            }
            None => {
                let message = format!("{owner} comes without its default version: what it says is unknown");
                builder.report(Diagnostic::warning("missing-policy-document", message).at(node.origin()));
                (None, mention(node))
            }
        };
        let scope = own.as_ref().map_or(accounts, std::slice::from_ref);
        for account in scope {
            let key = (*account, arn.as_str().to_owned());
            let mut in_force = document;
            if let Some(earlier) = self.of_account.get(&key).and_then(|id| builder.policy(*id)) {
                let same = match (earlier.document, document) {
                    (Some(a), Some(b)) => builder.documents.same(a, b),
                    (a, b) => a == b,
                };
                if same {
                    continue;
                }
                let place = earlier.source.as_ref().map(|source| format!("{} at {}", source.file, source.pointer));
                let message = format!("{owner} has another document in {}: unknown", place.unwrap_or_default());
                builder.report(Diagnostic::error("duplicate-policy", message).at(node.origin()));
                in_force = None;
            }
            let distinct = self.distinct.entry((arn.as_str().to_owned(), in_force)).or_insert_with(|| {
                let arn = arn.clone();
                builder.add_policy(Policy {
                    name: name_of(&arn).into(),
                    kind: kind_of(&arn),
                    arn: Some(arn),
                    document: in_force,
                    source: Some(source.clone()),
                })
            });
            self.of_account.insert(key, *distinct);
            if own.is_none() && in_force.is_some() {
                self.of_aws.entry(arn.as_str().to_owned()).or_insert(*distinct);
            }
        }
        Ok(())
    }

    /// The policy of an ARN as an account holds it; one that no file gives is unknown, and said so once.
    pub(super) fn get(&mut self, builder: &mut Builder, node: &Node<'_>, arn: &Arn, account: AccountId) -> PolicyId {
        let text = arn.as_str();
        let of_account = self.of_account.get(&(account, text.to_owned()));
        if let Some(id) = of_account.or_else(|| self.of_aws.get(text)) {
            return *id;
        }
        let key = (text.to_owned(), None);
        if let Some(id) = self.distinct.get(&key) {
            return *id;
        }
        let message = format!("no file gives the document of `{text}`: what it says is unknown");
        builder.report(Diagnostic::warning("missing-policy-document", message).at(node.origin()));
        let id = builder.add_policy(Policy {
            name: name_of(arn).into(),
            arn: Some(arn.clone()),
            kind: kind_of(arn),
            document: None,
            source: Some(mention(node)),
        });
        self.distinct.insert(key, id);
        id
    }
}

/// The document of the default version, the only one in force (E187). `None` when the entry does not give it, or when its
/// two ways of naming the default version disagree.
fn version_in_force<'f>(fields: &Fields<'f>) -> Result<Option<Node<'f>>, Diagnostic> {
    let named = fields.text("DefaultVersionId");
    let versions = fields.list("PolicyVersionList");
    let only = versions.len() == 1;
    let mut in_force = Vec::new();
    for version in versions {
        let version = version.fields()?;
        let by_name = named.as_ref().map(|named| version.text("VersionId").as_ref() == Some(named));
        let by_flag = version.get("IsDefaultVersion").map(|node| node.raw == "true");
        let chosen = match (by_flag, by_name) {
            (None, None) => only,
            (flag, name) => flag == Some(true) || (flag.is_none() && name == Some(true)),
        };
        if chosen {
            in_force.push(version.get("Document"));
        }
    }
    let mut in_force = in_force.into_iter();
    Ok(in_force.next().flatten().filter(|_| in_force.next().is_none()))
}

/// An error about an ARN whose account field is no account id.
pub(super) fn malformed_account(fields: &Fields<'_>, arn: &Arn) -> Diagnostic {
    let place = fields.get("Arn").or_else(|| fields.get("ARN")).unwrap_or_else(|| fields.node.clone());
    let message = format!("`{}` in `{arn}` is no account id", arn.account());
    Diagnostic::error("malformed-account-id", message).with_hint("an account id has twelve digits").at(place.origin())
}
