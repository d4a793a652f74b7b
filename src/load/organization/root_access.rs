//! Who may open root sessions in member accounts: the delegated administrators of IAM, and whether root access is managed
//! centrally at all (E151).

use crate::arn::AccountId;
use crate::diagnostic::Diagnostic;
use crate::load::builder::Builder;
use crate::load::node::{Fields, Node};
use crate::load::organization::Draft;
use crate::load::told::{Finding, Missing, Told};
use crate::model::Collected;

/// Whose administrators count: the call is made for one service at a time.
const SERVICE: &str = "iam.amazonaws.com";

const ADMINISTRATORS_CALL: &str = "organizations-list-delegated-administrators";

/// The call of IAM that tells of the organization.
pub(in crate::load) const FEATURES_CALL: &str = "iam-list-organizations-features";

/// The feature without which AssumeRoot does not work.
const ROOT_SESSIONS: &str = "RootSessions";

/// Errors of [`FEATURES_CALL`] that say that no feature can be enabled; AWS leaves their ending out at times.
const NO_FEATURES: [&str; 3] = ["ServiceAccessNotEnabled", "OrganizationNotInAllFeaturesMode", "OrganizationNotFound"];

/// Whether an error of [`FEATURES_CALL`] is an answer (E185).
pub(in crate::load) fn has_no_features(code: &str) -> bool {
    NO_FEATURES.contains(&code.strip_suffix("Exception").unwrap_or(code))
}

/// What the files say of root access, brought together.
#[derive(Debug, Default)]
pub(super) struct RootAccess {
    administrators: Collected<Vec<AccountId>>,
    administrators_told: Told,
    /// Out of pages that do not end the list, if there is any such page.
    earlier: Option<Vec<AccountId>>,
    sessions: Collected<bool>,
    sessions_told: Told,
    /// The organization whose features were listed.
    organization: Option<String>,
}

impl RootAccess {
    /// The administrators, and whether root sessions work.
    pub(super) fn finish(
        self,
        builder: &mut Builder,
        organization: Option<&str>,
    ) -> (Collected<Vec<AccountId>>, Collected<bool>) {
        let administrators = match (self.administrators, self.earlier) {
            (whole, None) => whole,
            (Collected::Present(rest), Some(earlier)) => Collected::Present([earlier, rest].concat()),
            (_, Some(_)) => Collected::Unknown("the list of delegated administrators is cut off".into()),
        };
        let other = self.organization.filter(|told| organization.is_some_and(|id| id != told));
        let Some(other) = other else { return (administrators, self.sessions) };
        let message = format!("the features of organization `{other}` are listed: it is another, and not considered");
        let diagnostic = Diagnostic::error("second-organization", message);
        builder.report(match self.sessions_told.origin() {
            Some(origin) => diagnostic.at(origin.clone()),
            None => diagnostic,
        });
        (administrators, Collected::NotCollected)
    }
}

impl Draft {
    /// `organizations list-delegated-administrators`; those of other services do not matter here.
    pub(super) fn delegated_administrators(
        &mut self,
        builder: &mut Builder,
        fields: &Fields<'_>,
        operation: &str,
        item: Option<&str>,
    ) {
        if operation != ADMINISTRATORS_CALL || item != Some(SERVICE) {
            return;
        }
        let origin = fields.node.place();
        let id = |node: &Node<'_>| AccountId::parse(&node.fields().ok()?.text("Id")?);
        let entries = fields.list("DelegatedAdministrators");
        let administrators: Option<Vec<AccountId>> = entries.iter().map(id).collect();
        let access = &mut self.root_access;
        let value = match administrators {
            Some(some) if fields.is_cut() => {
                access.earlier.get_or_insert_default().extend(some);
                return;
            }
            Some(mut all) => {
                all.sort_unstable();
                Collected::Present(all)
            }
            None => {
                let message = "a delegated administrator has no account id";
                builder.report(fields.node.malformed(message));
                Collected::Unknown(message.into())
            }
        };
        let finding = Finding { value, origin: origin.clone() };
        let elsewhere = access.administrators_told.merge(&mut access.administrators, finding, PartialEq::eq);
        if let Some(elsewhere) = elsewhere {
            let message = format!("the delegated administrators are others in {elsewhere}: they are unknown");
            builder.report(Diagnostic::error("duplicate-delegated-administrators", message).at(origin));
        }
    }

    /// `iam list-organizations-features`.
    pub(super) fn features(&mut self, builder: &mut Builder, fields: &Fields<'_>) {
        let origin = fields.node.place();
        let features: Option<Vec<String>> = fields.list("EnabledFeatures").iter().map(Node::text).collect();
        let value = match features {
            Some(features) => Collected::Present(features.iter().any(|feature| feature == ROOT_SESSIONS)),
            None => {
                let message = "`EnabledFeatures` is no list of names";
                builder.report(fields.node.malformed(message));
                Collected::Unknown(message.into())
            }
        };
        let access = &mut self.root_access;
        access.organization = access.organization.take().or_else(|| fields.text("OrganizationId"));
        let finding = Finding { value, origin: origin.clone() };
        if let Some(elsewhere) = access.sessions_told.merge(&mut access.sessions, finding, PartialEq::eq) {
            let message =
                format!("the enabled features are others in {elsewhere}: whether root sessions work is unknown");
            builder.report(Diagnostic::error("duplicate-organizations-features", message).at(origin));
        }
    }

    /// What a failed call would have told of root access.
    pub(in crate::load) fn root_access_missing(&mut self, operation: &str, item: Option<&str>, missing: Missing) {
        let access = &mut self.root_access;
        if operation == FEATURES_CALL {
            access.sessions_told.merge(&mut access.sessions, missing.finding(), PartialEq::eq);
        } else if operation == ADMINISTRATORS_CALL && item == Some(SERVICE) {
            access.administrators_told.merge(&mut access.administrators, missing.finding(), PartialEq::eq);
        }
    }
}
