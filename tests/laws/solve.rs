//! A small search for a request that fulfils a condition.

use std::collections::{BTreeMap, BTreeSet};

use iamreach::condition::{Atom, Residual, decide};
use iamreach::request::{Context, KeyState};

/// How many requests are tried.
const TRIED: usize = 20_000;

/// Values of condition keys; none: the key is not in the request.
pub(crate) type Filling = Vec<(String, Vec<String>)>;

/// Whether a formula hangs on nothing of the request: what is left are other sides and open points, or would hold if these
/// turned out for the better.
pub(crate) fn is_beyond_requests(condition: &Residual) -> bool {
    let tests = condition.atoms().iter().any(|atom| matches!(atom, Atom::Test { .. }));
    !tests || condition.substitute(&|atom, _| (!matches!(atom, Atom::Test { .. })).then_some(true)).is_true()
}

/// Condition keys under which the condition holds strictly: a key that is not given is not in the request. What no request
/// settles, other sides and open points, turns out for the better or the worse.
pub(crate) fn fulfil(condition: &Residual, for_the_better: bool) -> Option<Filling> {
    let mut candidates: BTreeMap<String, BTreeSet<Option<String>>> = BTreeMap::new();
    for atom in condition.atoms() {
        let Atom::Test { key, values, .. } = atom else { continue };
        let some = candidates.entry(key.to_string()).or_default();
        // Every session has a name, and every caller an id.
        if !matches!(&**key, "sts:rolesessionname" | "aws:userid") {
            some.insert(None);
        }
        some.extend(others(key).iter().map(|other| Some((*other).to_owned())));
        some.extend(values.iter().map(|value| Some(instance(value))));
    }
    let keys: Vec<(String, Vec<Option<String>>)> =
        candidates.into_iter().map(|(key, values)| (key, values.into_iter().collect())).collect();
    let count = keys.iter().fold(1usize, |count, (_, values)| count.saturating_mul(values.len()));
    (0..count.min(TRIED)).map(|number| filling(&keys, number)).find(|filling| holds(condition, filling, for_the_better))
}

/// The filling of a number.
fn filling(keys: &[(String, Vec<Option<String>>)], mut number: usize) -> Filling {
    let mut filling = Vec::new();
    for (key, values) in keys {
        filling.push((key.clone(), values[number % values.len()].iter().cloned().collect()));
        number /= values.len();
    }
    filling
}

fn holds(condition: &Residual, filling: &Filling, for_the_better: bool) -> bool {
    let of = |key: &str| filling.iter().find(|(name, _)| name == key).map_or(&[][..], |(_, values)| values);
    // An address of the internet and an endpoint exclude each other (section 5).
    if !of("aws:sourceip").is_empty() && !of("aws:sourcevpce").is_empty() {
        return false;
    }
    let mut context = Context::strict();
    for (key, values) in filling.iter().filter(|(_, values)| !values.is_empty()) {
        context.set(key, KeyState::Known(values.clone()));
    }
    let settled = condition.substitute(&|atom, negated| match decide(atom, &context) {
        None => Some(for_the_better),
        Some(Residual::True) => Some(!negated),
        Some(Residual::False) => Some(negated),
        Some(_) => None,
    });
    settled.is_true()
}

/// A text that a template stands for.
fn instance(template: &str) -> String {
    let network = template.split_once('/').filter(|(address, _)| address.parse::<std::net::IpAddr>().is_ok());
    match network {
        Some((address, _)) => address.to_owned(),
        None => template.replace(['*', '?'], "x"),
    }
}

/// Values of a key beside those that are asked for.
fn others(key: &str) -> &'static [&'static str] {
    match key {
        "aws:sourceip" => &["198.51.100.7"],
        "aws:multifactorauthage" => &["60", "7200"],
        "aws:multifactorauthpresent" => &["true", "false"],
        "aws:userid" => &["x:something-else"],
        _ => &["something-else"],
    }
}
