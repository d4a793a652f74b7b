//! Conditions that no request fulfils because of what its keys exclude: an address of the internet and a VPC endpoint
//! (section 5).

use crate::condition::{self, Atom, Residual};
use crate::evaluate::Decision;
use crate::evaluate::keys::THROUGH_AN_ENDPOINT;
use crate::request::Context;

impl Decision {
    /// The same of all requests that there are, without what would be allowed to those alone that come from an address and
    /// through an endpoint at once.
    pub(super) fn of_requests_there_are(mut self) -> Self {
        let tested = |of: fn(&str) -> bool| {
            let atoms = self.allow.atoms().into_iter().chain(self.deny.atoms());
            atoms.into_iter().any(|atom| matches!(atom, Atom::Test { key, .. } if of(key)))
        };
        if !tested(is_address) || !tested(is_of_endpoint) {
            return self;
        }
        if !is_feasible(&self.allow) {
            self.allow = Residual::False;
        } else if !is_feasible(&self.allow.clone().and(self.deny.not())) {
            // Whatever is allowed is denied as well.
            self.deny = self.deny.or(self.allow.clone());
        }
        self
    }
}

fn is_address(key: &str) -> bool {
    key == "aws:sourceip"
}

fn is_of_endpoint(key: &str) -> bool {
    THROUGH_AN_ENDPOINT.iter().any(|one| one.eq_ignore_ascii_case(key))
}

/// Whether a condition may hold: in every request, one of the two is absent.
fn is_feasible(condition: &Residual) -> bool {
    let nothing = Context::strict();
    let without = |of: fn(&str) -> bool| {
        condition.substitute(&|atom, negated| match atom {
            Atom::Test { key, .. } if of(key) => match condition::decide(atom, &nothing)? {
                Residual::True => Some(!negated),
                Residual::False => Some(negated),
                _ => None,
            },
            _ => None,
        })
    };
    !without(is_address).is_false() || !without(is_of_endpoint).is_false()
}
