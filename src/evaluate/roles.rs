//! Which layers had to allow, for explanations: the joints of `authorize` told layer by layer (E112, E119-E128, E157).

use crate::condition::{Atom, Residual};
use crate::evaluate::authorize::{Layers, Ownership, PrincipalSide};
use crate::evaluate::recorder::{Layer, LayerRole, Recorder, Verdict};
use crate::evaluate::resource_side::ResourceSide;
use crate::evaluate::statement::Comparer;
use crate::evaluate::target::ResourceRules;
use crate::request::Caller;

impl Comparer<'_, '_> {
    /// Tells the recorder what part resource policy, identity policies, boundary and session policies had, and which of
    /// them had one though no policy stands there.
    pub(super) fn record_roles(
        &self,
        side: &ResourceSide,
        layers: &Layers,
        ownership: &Ownership,
        recorder: &mut impl Recorder,
    ) {
        let grants = &side.all();
        // What a resource policy gives within its account makes other layers dispensable, across accounts nothing (E123).
        let unless = |given: &Residual| match ownership {
            Ownership::Same => given.not(),
            Ownership::Cross => Residual::True,
            Ownership::Unknown(reason) => {
                let same = Residual::missing(reason.as_str());
                same.clone().and(given.not()).or(same.not())
            }
        };
        let direct = grants.direct.clone().or(grants.everyone_to_federated.clone());
        let named = direct.clone().or(grants.limited.clone());
        let needed = match self.target.rules {
            ResourceRules::Ordinary => unless(&Residual::True),
            ResourceRules::KmsKey | ResourceRules::RoleTrust => Residual::True,
            ResourceRules::RootSession => Residual::False,
        };
        // E120: an ordinary resource's policy that names its own account gives the principals there nothing by itself.
        let given = match ownership {
            _ if needed.is_false() => named.clone(),
            Ownership::Same => grants.any(),
            Ownership::Cross => self.given_across(side),
            Ownership::Unknown(reason) => {
                let same = Residual::missing(reason.as_str());
                let (own, across) = (grants.any(), self.given_across(side));
                if own == across { own } else { same.clone().and(own).or(same.not().and(across)) }
            }
        };
        let restricted = side.ignored || *ownership != Ownership::Same && self.given_across(side) != grants.any();
        if needed.is_true() && grants.any().is_false() && grants.deny.is_false() {
            recorder.verdict(Layer::Resource, &Verdict::SILENT);
        }
        recorder.role(Layer::Resource, LayerRole { needed, given: Some(given), restricted });

        let needed = match &layers.principal_side {
            // Whatever the resource's side grants, the caller's may deny.
            PrincipalSide::NotCollected(reason) => {
                let allow = Atom::OtherSide(reason.as_str().into()).into();
                recorder.verdict(Layer::Identity, &Verdict { allow, deny: Residual::False });
                Residual::True
            }
            _ if matches!(self.caller, Caller::Root(_)) => Residual::False,
            _ => unless(&named),
        };
        recorder.role(Layer::Identity, LayerRole::limit(needed));
        recorder.role(Layer::Boundary, LayerRole::limit(unless(&direct)));

        // E97: a federated user to whom no session policy was given.
        let federated = matches!(self.caller, Caller::FederatedUser { .. });
        if federated && layers.session.is_none() && layers.principal_side == PrincipalSide::Known {
            recorder.verdict(Layer::Session, &Verdict::SILENT);
        }
        let undocumented = Residual::undocumented("undocumented-star-federated"); // T15
        let above_session = grants.direct.clone().or(grants.everyone_to_federated.clone().and(undocumented));
        recorder.role(Layer::Session, LayerRole::limit(unless(&above_session)));
    }
}
