//! `IpAddress`: containment of addresses in CIDR ranges (E87).

use std::net::IpAddr;

use ipnet::IpNet;

/// A range, its host bits ignored; an address without a prefix is a range of one. `None` if it is neither (E91).
pub(super) fn parse(text: &str) -> Option<IpNet> {
    let text = text.trim();
    let range = text.parse::<IpNet>().or_else(|_| text.parse::<IpAddr>().map(IpNet::from)).ok()?;
    Some(range.trunc())
}

/// The range as it is usually written: host bits cleared, a single address without prefix.
pub(super) fn canonical(text: &str) -> Option<String> {
    let range = parse(text)?;
    Some(if range.prefix_len() == range.max_prefix_len() { range.addr().to_string() } else { range.to_string() })
}

/// Whether the value lies in the range. Families never match each other.
pub(super) fn contains(value: &str, range: &str) -> bool {
    match (parse(value), parse(range)) {
        (Some(value), Some(range)) => range.contains(&value),
        _ => false,
    }
}
