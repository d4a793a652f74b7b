//! A condition as alternatives, of each of which all parts have to hold.

use crate::condition::{Atom, AtomNode, Residual};
use crate::policy::Operator;

/// How many alternatives may come of multiplying out an *and*; what would go beyond stays one part.
const LIMIT: usize = 64;

/// The alternatives of a condition: parts that all have to hold. A part is a test, or a formula that was not multiplied
/// out. A test of a key that says who it is, and that has several values, is an alternative for each value.
pub(super) fn alternatives(condition: &Residual, says_who: &impl Fn(&str) -> bool) -> Vec<Vec<Residual>> {
    match condition {
        Residual::True => vec![Vec::new()],
        Residual::False => Vec::new(),
        Residual::Atom(atom) => by_value(atom, says_who),
        Residual::NotAtom(_) => vec![vec![condition.clone()]],
        Residual::Any(parts) => parts.iter().flat_map(|part| alternatives(part, says_who)).collect(),
        Residual::All(parts) => {
            let mut factors: Vec<_> = parts.iter().map(|part| (part, alternatives(part, says_who))).collect();
            // What names the subject is multiplied out before anything else.
            factors.sort_by_key(|(part, _)| !names_a_subject(part));
            let mut product: Vec<Vec<Residual>> = vec![Vec::new()];
            for (part, factor) in factors {
                if product.len() > 1 && factor.len() > 1 && product.len().saturating_mul(factor.len()) > LIMIT {
                    product.iter_mut().for_each(|alternative| alternative.push(part.clone()));
                    continue;
                }
                let join = |alternative: &Vec<Residual>| {
                    let join = |more: &Vec<Residual>| [alternative.as_slice(), more.as_slice()].concat();
                    factor.iter().map(join).collect::<Vec<_>>()
                };
                product = product.iter().flat_map(join).collect();
            }
            product
        }
    }
}

fn by_value(atom: &AtomNode, says_who: &impl Fn(&str) -> bool) -> Vec<Vec<Residual>> {
    let whole = || vec![vec![Residual::Atom(atom.clone())]];
    let Atom::Test { operator, key, values } = &**atom else { return whole() };
    // That every value is one of a list is no alternative of values, unless there is only one value.
    let (qualifier, name) = operator.split_once(':').unwrap_or(("", operator));
    let splits = qualifier != "ForAllValues" || is_single(key);
    let text = Operator::parse(name).is_some_and(|operator| operator != Operator::Null);
    if values.len() < 2 || !splits || !text || !says_who(key) {
        return whole();
    }
    values.iter().map(|value| vec![Residual::test(operator, key, value.clone())]).collect()
}

/// Whether a token has exactly one value of the claim: OpenID Connect Core, section 2, and STS, which takes no token
/// without one.
pub(super) fn is_single(key: &str) -> bool {
    key.ends_with(":sub") || key.ends_with(":aud")
}

fn names_a_subject(part: &Residual) -> bool {
    part.atoms().iter().any(|atom| matches!(atom, Atom::Test { key, .. } if key.ends_with(":sub")))
}
