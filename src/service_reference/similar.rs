//! Near misses: what an unknown action or condition key may have been meant to be.

use super::condition_key::KeyRow;
use super::index::Entry;
use super::order::eq;

/// Names at least this like what was written are worth offering, on a scale
/// where 1 is the same and 0 has nothing in common.
const ALIKE: f64 = 0.6;

/// Up to `limit` actions whose name is close to `text`, best first: those of
/// the service that was written, then those of services with a prefix like it,
/// then those of the same name anywhere.
pub(super) fn similar_actions(services: &[Entry], text: &str, limit: usize) -> Vec<String> {
    let (prefix, name) = text.split_once(':').unwrap_or(("", text));
    let (prefix, name) = (prefix.to_ascii_lowercase(), name.to_ascii_lowercase());
    let mut found: Vec<Near> = Vec::new();
    for service in services {
        let service_likeness = likeness(service.prefix, &prefix);
        if service_likeness >= ALIKE {
            found.extend(service.section().actions.iter().filter_map(|row| {
                let name = likeness(row.name, &name);
                (name >= ALIKE).then(|| Near::new(service, row.name, service_likeness, name))
            }));
        }
    }
    // Reading the other sections takes milliseconds: only if there is room.
    if found.len() < limit {
        for service in services {
            let service_likeness = likeness(service.prefix, &prefix);
            if service_likeness < ALIKE {
                found.extend(
                    (service.section().actions.iter())
                        .filter(|row| eq(row.name, &name))
                        .map(|row| Near::new(service, row.name, service_likeness, 1.0)),
                );
            }
        }
    }
    found.sort_by(|a, b| {
        (b.same_service.cmp(&a.same_service))
            .then_with(|| b.likeness.total_cmp(&a.likeness))
            .then_with(|| a.text.cmp(&b.text))
    });
    found.truncate(limit);
    found.into_iter().map(|near| near.text).collect()
}

/// Up to `limit` condition keys whose name is close to `text`, best first. A free part is compared with what was written in
/// its place.
pub(super) fn similar_condition_keys<'a>(
    rows: impl Iterator<Item = &'a KeyRow>,
    text: &str,
    limit: usize,
) -> Vec<&'a str> {
    let lower = text.to_ascii_lowercase();
    let fixed = |text: &'a str| text.split_once('/').map_or(text, |(family, _)| family);
    let family = lower.split_once('/').map_or(lower.as_str(), |(family, _)| family);
    let mut found: Vec<(f64, &str)> = rows
        .map(|row| {
            let has_free_part = row.name.contains("/${");
            (if has_free_part { likeness(fixed(row.name), family) } else { likeness(row.name, &lower) }, row.name)
        })
        .filter(|(alike, _)| *alike >= ALIKE)
        .collect();
    found.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(b.1)));
    found.dedup();
    found.truncate(limit);
    found.into_iter().map(|(_, name)| name).collect()
}

/// An action to offer, with what it is ranked by.
struct Near {
    text: String,
    same_service: bool,
    likeness: f64,
}

impl Near {
    fn new(service: &Entry, name: &str, service_likeness: f64, name_likeness: f64) -> Self {
        Self {
            text: format!("{}:{name}", service.prefix),
            same_service: service_likeness >= 1.0,
            likeness: service_likeness + name_likeness,
        }
    }
}

/// How alike a name of the reference and a lower-case text are. Exchanged
/// neighbours count as one slip; a text much longer or shorter is not looked at.
fn likeness(name: &str, lower: &str) -> f64 {
    let longer = name.len().max(lower.len());
    let shorter = name.len().min(lower.len());
    if longer == 0 || to_f64(shorter) < ALIKE * to_f64(longer) {
        return 0.0;
    }
    let distance = strsim::osa_distance(&name.to_ascii_lowercase(), lower);
    1.0 - to_f64(distance) / to_f64(longer)
}

/// A length or a distance as a float; both are far below where that rounds.
fn to_f64(number: usize) -> f64 {
    u32::try_from(number).map_or(f64::MAX, f64::from)
}
