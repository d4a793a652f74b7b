//! Who can have an account's root credentials by AssumeRoot, beside what policies say (E151).

use crate::condition::{Atom, Residual};
use crate::evaluate::authorize::PrincipalSide;
use crate::evaluate::recorder::{Layer, LayerRole, Recorder, Verdict};
use crate::evaluate::statement::Comparer;
use crate::model::{Collected, Organization};

/// What has to hold for a root session, each with the words for its not holding.
type Requirement = (Residual, &'static str);

impl Comparer<'_, '_> {
    /// E151: identity policies of the management account or of IAM's delegated administrators, on a member account.
    pub(super) fn root_session(&self, own: &Residual, principal_side: &PrincipalSide) -> Residual {
        let theirs = match principal_side {
            PrincipalSide::NotCollected(reason) => Atom::OtherSide(reason.as_str().into()).into(),
            _ => own.clone(),
        };
        theirs.and(Residual::all(self.requirements().into_iter().map(|(holds, _)| holds)))
    }

    /// Tells the recorder what AssumeRoot asks for beside policies, as the part of the resource's side.
    pub(super) fn record_root_session(&self, recorder: &mut impl Recorder) {
        let requirements = self.requirements();
        let lacking = requirements.iter().find(|(holds, _)| holds.is_false()).map(|(_, words)| *words);
        let allow = Residual::all(requirements.into_iter().map(|(holds, _)| holds));
        recorder.verdict(Layer::Resource, &Verdict { allow, deny: Residual::False });
        recorder.role(Layer::Resource, LayerRole { lacking, ..LayerRole::limit(Residual::True) });
    }

    fn requirements(&self) -> Vec<Requirement> {
        match self.environment.organization() {
            Collected::Present(organization) => self.within(organization),
            Collected::Absent => vec![(Residual::False, "the account is in no organization")],
            Collected::NotCollected => vec![(Residual::missing("the organization was not collected"), "")],
            Collected::Unknown(reason) => vec![(Residual::missing(reason.as_str()), "")],
        }
    }

    fn within(&self, organization: &Organization) -> Vec<Requirement> {
        let member = match self.target.account {
            Some(account) if organization.management_account == Some(account) => Residual::False,
            Some(account) if organization.contains(account) => Residual::True,
            Some(account) if !organization.complete => {
                Residual::missing(format!("whether {account} is in the organization was not collected"))
            }
            _ => Residual::False,
        };
        let told = |told: &Collected<bool>, missing: &str| match told {
            Collected::Present(is) => Residual::from(*is),
            Collected::Absent => Residual::False,
            Collected::NotCollected => Residual::missing(missing),
            Collected::Unknown(reason) => Residual::missing(reason.as_str()),
        };
        let caller = self.caller.account();
        let may_ask = match &organization.iam_administrators {
            _ if caller.is_some() && organization.management_account == caller => Residual::True,
            Collected::Present(accounts) => caller.is_some_and(|caller| accounts.contains(&caller)).into(),
            Collected::Absent => Residual::False,
            Collected::NotCollected => Residual::missing("the delegated administrators of IAM were not collected"),
            Collected::Unknown(reason) => Residual::missing(reason.as_str()),
        };
        let enabled = told(&organization.root_sessions, "whether root access is managed centrally was not collected");
        vec![
            (member, "only of a member account of the organization, and not of the management account, can it be had"),
            (may_ask, "only the management account and IAM's delegated administrators can ask for it"),
            (
                enabled,
                "the organization has not switched on root sessions (`aws iam enable-organizations-root-sessions`)",
            ),
        ]
    }
}
