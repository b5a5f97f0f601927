//! Addresses and ranges as Go reads them, each with its place.

use super::setting::Word;
use crate::text::Span;
use ipnet::{IpNet, Ipv4Net};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Family {
    V4,
    V6,
}

impl Family {
    pub fn of(address: IpAddr) -> Family {
        if address.is_ipv4() { Family::V4 } else { Family::V6 }
    }

    pub fn name(self) -> &'static str {
        match self {
            Family::V4 => "IPv4",
            Family::V6 => "IPv6",
        }
    }
}

/// One CIDR, as written and as RKE2 uses it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Range {
    pub text: String,
    /// Without host bits: RKE2 masks them off.
    pub net: IpNet,
    /// `text` names an address inside of `net`, not its first.
    pub has_host_bits: bool,
    /// `None` for a default, which nobody wrote.
    pub span: Option<Span>,
}

impl Range {
    /// `None` where Go's `net.ParseCIDR` fails.
    pub fn parse(text: &str, span: Option<Span>) -> Option<Range> {
        let (net, has_host_bits) = parse_cidr(text)?;
        Some(Range { text: text.to_owned(), net, has_host_bits, span })
    }

    pub fn family(&self) -> Family {
        Family::of(self.net.addr())
    }

    /// All of its addresses.
    pub fn stretch(&self) -> Stretch {
        Stretch { first: self.net.network(), last: self.net.broadcast() }
    }

    pub fn overlaps(&self, other: &Range) -> bool {
        self.stretch().overlaps(&other.stretch())
    }

    pub fn contains(&self, address: IpAddr) -> bool {
        self.net.contains(&address)
    }
}

/// Addresses from one to another of the same family, both included.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Stretch {
    pub first: IpAddr,
    pub last: IpAddr,
}

impl Stretch {
    pub fn overlaps(&self, other: &Stretch) -> bool {
        // All of IPv4 sort before all of IPv6.
        self.first <= other.last && other.first <= self.last
    }

    pub fn contains(&self, ip: IpAddr) -> bool {
        self.first <= ip && ip <= self.last
    }
}

/// Families in the order of their first range, without repeats.
pub fn families(ranges: &[Range]) -> Vec<Family> {
    distinct(ranges.iter().map(Range::family))
}

pub fn distinct(families: impl Iterator<Item = Family>) -> Vec<Family> {
    let mut found = Vec::new();
    for family in families {
        if !found.contains(&family) {
            found.push(family);
        }
    }
    found
}

/// `IPv4`, `IPv6` or `IPv4 and IPv6`.
pub fn family_names(families: &[Family]) -> String {
    let names: Vec<&str> = families.iter().map(|family| family.name()).collect();
    names.join(" and ")
}

/// An address with its place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Address {
    pub ip: IpAddr,
    pub span: Span,
}

impl Address {
    /// `None` where Go's `net.ParseIP` fails.
    pub fn parse(word: &Word) -> Option<Address> {
        Some(Address { ip: parse_ip(&word.text)?, span: word.span })
    }
}

pub fn parse_ip(text: &str) -> Option<IpAddr> {
    let ip: IpAddr = text.parse().ok()?;
    Some(match ip {
        IpAddr::V6(v6) => v6.to_ipv4_mapped().map_or(ip, IpAddr::V4),
        IpAddr::V4(_) => ip,
    })
}

/// The range without host bits, and whether it had any. An IPv4 range written
/// as IPv6 (`::ffff:10.42.0.0/112`) is one of IPv4, as in Go.
///
/// Source: Go `net/ip.go`, `ParseCIDR`; the standard library here refuses
/// leading zeros and zones as Go's does.
fn parse_cidr(text: &str) -> Option<(IpNet, bool)> {
    let (address, prefix) = text.split_once('/')?;
    let address: IpAddr = address.parse().ok()?;
    if prefix.is_empty() || !prefix.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let prefix: u8 = prefix.parse().ok()?;
    let net = match address {
        IpAddr::V4(v4) => IpNet::from(Ipv4Net::new(v4, prefix).ok()?),
        IpAddr::V6(v6) => match (v6.to_ipv4_mapped(), prefix.checked_sub(96)) {
            (Some(v4), Some(prefix)) => IpNet::from(Ipv4Net::new(v4, prefix).ok()?),
            _ => IpNet::new(IpAddr::V6(v6), prefix).ok()?,
        },
    };
    Some((net.trunc(), net.trunc() != net))
}

/// The address number `index` of a range, if the range has so many.
pub fn nth_address(net: &IpNet, index: u128) -> Option<IpAddr> {
    let address = match net.network() {
        IpAddr::V4(v4) => {
            let number = u32::try_from(u128::from(v4.to_bits()) + index).ok()?;
            IpAddr::V4(Ipv4Addr::from_bits(number))
        }
        IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits().checked_add(index)?)),
    };
    net.contains(&address).then_some(address)
}

/// First and last port of `low-high`, `base+size` or one port, however high.
///
/// Source: kubernetes apimachinery `pkg/util/net/port_range.go`.
pub fn parse_ports(text: &str) -> Option<(u64, u64)> {
    if let Some((low, high)) = text.split_once('-') {
        return Some((low.parse().ok()?, high.parse().ok()?));
    }
    if let Some((base, size)) = text.split_once('+') {
        let base: u64 = base.parse().ok()?;
        return Some((base, base.checked_add(size.parse().ok()?)?));
    }
    let port = text.parse().ok()?;
    Some((port, port))
}

/// log2 of the number of addresses.
pub fn host_bits(net: &IpNet) -> u8 {
    net.max_prefix_len() - net.prefix_len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        let range = Range::parse(text, None);
        assert_eq!(range.map(|range| range.net.to_string()).as_deref(), expected, "{text}");
    }

    #[test]
    fn ranges_are_read_as_go_reads_them() {
        check("10.42.0.0/16", Some("10.42.0.0/16"));
        check("10.42.1.5/16", Some("10.42.0.0/16"));
        check("fd00:42::/56", Some("fd00:42::/56"));
        check("::ffff:10.42.0.0/112", Some("10.42.0.0/16"));
        check("010.42.0.0/16", None);
        check("10.42.0/16", None);
        check("10.42.0.0/33", None);
        check("10.42.0.0", None);
        check(" 10.42.0.0/16", None);
        check("10.42.0.0/+16", None);
        check("fe80::1%eth0/64", None);
        check("2001:cafe:42:0::/129", None);
        check("", None);
    }

    #[test]
    fn addresses_by_number() {
        let net = |text: &str| Range::parse(text, None).expect("a range").net;
        assert_eq!(nth_address(&net("10.43.0.0/16"), 10), parse_ip("10.43.0.10"));
        assert_eq!(nth_address(&net("10.43.0.0/29"), 10), None);
        assert_eq!(nth_address(&net("fd00:43::/112"), 10), parse_ip("fd00:43::a"));
    }
}
