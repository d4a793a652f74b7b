//! The organization itself, its roots, units and accounts.

use crate::arn::{AccountId, Arn};
use crate::diagnostic::Diagnostic;
use crate::load::builder::Builder;
use crate::load::node::Fields;
use crate::load::organization::Draft;
use crate::model::{Collected, PolicyKind, Target, TargetKind};

impl Draft {
    pub(super) fn organization(&mut self, builder: &mut Builder, fields: &Fields<'_>) {
        let id = fields.text("Id");
        if let (Some(earlier), Some(id)) = (&self.id, &id)
            && earlier != id
        {
            let message = format!("organization `{id}` beside `{earlier}`: only the first is considered");
            builder.report(Diagnostic::error("second-organization", message).at(fields.node.origin()));
            return;
        }
        self.id = id.or_else(|| self.id.take());
        let management = fields.text("MasterAccountId").or_else(|| fields.text("ManagementAccountId"));
        if let Some(text) = management {
            self.management_account = AccountId::parse(&text).or(self.management_account);
            if AccountId::parse(&text).is_none() {
                let message = format!("`{text}` is no account id");
                builder.report(Diagnostic::error("malformed-account-id", message).at(fields.node.origin()));
            }
        }
    }

    /// A root, unit or account; `parent` where the call tells it.
    pub(super) fn target(
        &mut self,
        builder: &mut Builder,
        fields: &Fields<'_>,
        kind: TargetKind,
        parent: Option<&str>,
    ) -> Result<(), Diagnostic> {
        let Some(id) = fields.text("Id") else { return Err(fields.node.malformed("the entry has no `Id`")) };
        if let Some(arn) = fields.text("Arn").and_then(|text| Arn::parse(&text).ok()) {
            // `…:account/o-example/111122223333`: every ARN of an organization names it and its management account.
            let organization = arn.resource().split('/').find(|part| part.starts_with("o-"));
            if let (Some(id), Some(other)) = (&self.id, organization)
                && id != other
            {
                let message = format!("`{arn}` is not in organization `{id}`: only the first one is considered");
                return Err(Diagnostic::error("second-organization", message).at(fields.node.origin()));
            }
            self.id = self.id.take().or_else(|| organization.map(str::to_owned));
            self.management_account = self.management_account.or_else(|| arn.account_id());
        }
        let name: Option<Box<str>> = fields.text("Name").map(Into::into);
        if kind == TargetKind::Account {
            let Some(account) = AccountId::parse(&id) else {
                let diagnostic = Diagnostic::error("malformed-account-id", format!("`{id}` is no account id"));
                return Err(diagnostic.with_hint("an account id has twelve digits").at(fields.node.origin()));
            };
            let account = builder.account(account);
            account.name = account.name.take().or_else(|| name.clone());
        }
        if kind == TargetKind::Root && fields.has("PolicyTypes") {
            let types = fields.list("PolicyTypes");
            for (kind, name) in [
                (PolicyKind::ServiceControl, "SERVICE_CONTROL_POLICY"),
                (PolicyKind::ResourceControl, "RESOURCE_CONTROL_POLICY"),
            ] {
                let enabled = types.iter().filter_map(|node| node.fields().ok()).any(|fields| {
                    fields.text("Type").as_deref() == Some(name) && fields.text("Status").as_deref() != Some("DISABLED")
                });
                self.enabled.insert(kind, enabled);
            }
        }
        let parent = parent.map(str::to_owned).or_else(|| fields.text("ParentId"));
        let target = self.node(&id, kind);
        target.name = target.name.take().or(name);
        target.parent = target.parent.take().or(parent.map(Into::into));
        Ok(())
    }

    pub(super) fn node(&mut self, id: &str, kind: TargetKind) -> &mut Target {
        self.targets.entry(id.into()).or_insert_with(|| Target {
            id: id.into(),
            name: None,
            kind,
            parent: None,
            service_control: Collected::NotCollected,
            resource_control: Collected::NotCollected,
        })
    }
}
