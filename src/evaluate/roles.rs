//! Which layers had to allow, for explanations: `granted` asked again with one layer silent (E112, E119-E128, E157).

use crate::condition::{Atom, Residual};
use crate::evaluate::authorize::{Allowances, Layers, Owner, Ownership, PrincipalSide, Sides, by_ownership};
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
        sides: &Sides<'_>,
        layers: &Layers,
        ownership: &Ownership,
        recorder: &mut impl Recorder,
    ) {
        if self.target.rules == ResourceRules::RootSession {
            self.record_root_session(recorder);
        } else {
            self.record_resource_side(sides, ownership, recorder);
        }
        // A layer is needed where its silence leaves nothing, did all others allow and the resource's side leave it to them.
        let mut side = sides.side.clone();
        side.lists.account = Residual::True;
        let hypothetical = Sides { side: &side, ..*sides };
        let needed = |silent: Allowances| self.granted(&hypothetical, ownership, &silent).not();
        let identity = match sides.principal_side {
            // Whatever the resource's side grants, the caller's may deny.
            PrincipalSide::NotCollected(reason) => {
                let allow = Atom::OtherSide(reason.as_str().into()).into();
                recorder.verdict(Layer::Identity, &Verdict { allow, deny: Residual::False });
                Residual::True
            }
            _ => needed(Allowances { identity: Residual::False, ..Allowances::ALL }),
        };
        recorder.role(Layer::Identity, LayerRole::limit(identity));
        let boundary = needed(Allowances { boundary: Residual::False, ..Allowances::ALL });
        recorder.role(Layer::Boundary, LayerRole::limit(boundary));
        // E97: a federated user to whom no session policy was given.
        let federated = matches!(self.caller, Caller::FederatedUser { .. });
        if federated && layers.session.is_none() && *sides.principal_side == PrincipalSide::Known {
            recorder.verdict(Layer::Session, &Verdict::SILENT);
        }
        let session = needed(Allowances { session: Residual::False, ..Allowances::ALL });
        recorder.role(Layer::Session, LayerRole::limit(session));
    }

    fn record_resource_side(&self, sides: &Sides<'_>, ownership: &Ownership, recorder: &mut impl Recorder) {
        let with = |side: &ResourceSide, owner: Owner, allowances: &Allowances| {
            let ownership = if owner == Owner::Same { Ownership::Same } else { Ownership::Cross };
            self.granted(&Sides { side, ..*sides }, &ownership, allowances)
        };
        let without = |owner| match sides.principal_side {
            // What its policies may do by themselves is as if they did.
            PrincipalSide::NotCollected(_) => {
                Residual::from(owner == Owner::Same && self.target.rules == ResourceRules::Ordinary)
            }
            _ => with(&ResourceSide::NONE, owner, &Allowances::ALL),
        };
        let needed = by_ownership(ownership, |owner| without(owner).not());
        // E120: where it is not needed, what it gives is what it gives by itself, and not by naming the account.
        let given = by_ownership(ownership, |owner| match (sides.principal_side, without(owner).is_false()) {
            (PrincipalSide::NotCollected(_), _) => self.given(sides.side, owner),
            (_, true) => with(sides.side, owner, &Allowances::ALL),
            (_, false) => self.given_within(sides.side, &Allowances::ALL),
        });
        let all = sides.side.all();
        if needed.is_true() && all.any().is_false() && all.deny.is_false() {
            recorder.verdict(Layer::Resource, &Verdict::SILENT);
        }
        let across = by_ownership(ownership, |owner| self.given(sides.side, owner));
        let restricted = sides.side.ignored || across != all.any();
        recorder.role(Layer::Resource, LayerRole { given: Some(given), restricted, ..LayerRole::limit(needed) });
    }

    /// What the resource's side gives, less what Block Public Access takes away from other accounts (E180).
    fn given(&self, side: &ResourceSide, owner: Owner) -> Residual {
        if owner == Owner::Same { side.all().any() } else { self.given_across(side) }
    }
}
