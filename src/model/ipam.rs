//! How pods get addresses on a further network: what host-local, static and
//! Whereabouts make of their settings.
//!
//! Source: containernetworking/plugins `plugins/ipam/host-local/backend/allocator`
//! and `plugins/ipam/static`; k8snetworkplumbingwg/whereabouts
//! `pkg/config/config.go` and `pkg/allocate/allocate.go`.

use super::{
    attach::{Refusal, field, text, word},
    net::{Range, Stretch, host_bits, nth_address, parse_ip},
    setting::Word,
};
use crate::yaml::{Entry, Kind, Lookup, Node};
use std::net::IpAddr;

/// The `ipam` of a plugin.
#[derive(Clone, Debug)]
pub struct Ipam {
    pub node: Node,
    pub kind: Word,
    /// What it gives out, as far as that is known and not refused.
    pub pools: Vec<Pool>,
    /// Values with which no pod gets an address.
    pub refusals: Vec<Refusal>,
}

/// Addresses that one allocator gives out.
#[derive(Clone, Debug)]
pub struct Pool {
    /// The range that they are of.
    pub range: Range,
    pub word: Word,
    pub stretch: Stretch,
}

impl Ipam {
    pub(super) fn of(node: &Node) -> Option<Ipam> {
        let kind = text(node, "type")?;
        let node = node.clone();
        let mut ipam = Ipam { node, kind, pools: Vec::new(), refusals: Vec::new() };
        match ipam.kind.text.as_str() {
            "host-local" => ipam.read_host_local(),
            "static" => ipam.read_addresses(),
            "whereabouts" => ipam.read_whereabouts(),
            _ => {}
        }
        Some(ipam)
    }

    pub fn field(&self, name: &str) -> Lookup {
        field(&self.node, name)
    }

    /// It gives out all of its pools by itself.
    pub fn is_whole(&self) -> bool {
        let several = self.field("ipRanges").found().map(|entry| entry.value);
        let several = several.iter().flat_map(|node| node.items().collect::<Vec<_>>());
        let mut nodes = several.chain([self.node.clone()]);
        let excludes = |node: &Node| !matches!(field(node, "exclude"), Lookup::Absent);
        self.kind.text != "static" && !nodes.any(|node| excludes(&node))
    }

    fn refuse(&mut self, at: &Word, message: String, printed: String) {
        self.refusals.push(Refusal { span: at.span, message, printed });
    }

    fn read_host_local(&mut self) {
        if matches!(self.field("subnet"), Lookup::Found(_)) {
            self.read_subnet(&self.node.clone());
        }
        let Some(ranges) = self.field("ranges").found() else { return };
        for set in ranges.value.items() {
            if set.kind() == Kind::Map && !set.is_unknown() {
                let at = Word { text: String::new(), span: set.span(), key: ranges.key.span() };
                let message = "`ranges` is a list of lists, and this is no list".to_owned();
                self.refuse(&at, message, "cannot unmarshal object".to_owned());
            }
            let start = self.pools.len();
            set.items().for_each(|range| self.read_subnet(&range));
            self.compare_set(start);
        }
    }

    /// Families and overlaps within one set.
    fn compare_set(&mut self, start: usize) {
        let pools = self.pools[start..].to_vec();
        for (at, pool) in pools.iter().enumerate() {
            if let Some(other) = pools[..at].iter().find(|o| o.stretch.overlaps(&pool.stretch)) {
                let message = format!("`{}` overlaps `{}`", pool.word.text, other.word.text);
                self.refuse(&pool.word, message, "overlap".to_owned());
            } else if at > 0 && pools[0].range.family() != pool.range.family() {
                let message = format!("`{}` is of another family than the rest", pool.word.text);
                self.refuse(&pool.word, message, "mixed address families".to_owned());
            }
        }
    }

    /// `Range.Canonicalize`.
    fn read_subnet(&mut self, node: &Node) {
        let Some(subnet) = text(node, "subnet") else { return };
        let shown = &subnet.text;
        let Some(range) = Range::parse(shown, Some(subnet.span)) else {
            let message = format!("`{shown}` in `subnet` is no range");
            return self.refuse(&subnet, message, format!("invalid CIDR address: {shown}"));
        };
        if host_bits(&range.net) < 2 {
            let message = format!("`{shown}` in `subnet` has no address to give out");
            return self.refuse(
                &subnet,
                message,
                format!("Network {shown} too small to allocate from"),
            );
        }
        if range.has_host_bits {
            let first = range.net.network();
            let message =
                format!("`{shown}` in `subnet` names an address inside of `{}`", range.net);
            let length = range.net.prefix_len();
            let printed = format!(
                "Network has host bits set. For a subnet mask of length {length} the network address is {first}"
            );
            return self.refuse(&subnet, message, printed);
        }
        let mut stretch = usable(&range);
        let mut fine = true;
        for (key, name) in [("rangeStart", "RangeStart"), ("rangeEnd", "RangeEnd")] {
            let Some(at) = text(node, key).filter(|word| !word.text.is_empty()) else {
                fine &=
                    !matches!(field(node, key), Lookup::Found(entry) if entry.value.is_unknown());
                continue;
            };
            let Some(ip) = parse_ip(&at.text) else {
                let message = format!("`{}` in `{key}` is no address", at.text);
                let printed = format!("invalid IP address: {}", at.text);
                return self.refuse(&at, message, printed);
            };
            let after = key == "rangeStart" || ip >= stretch.first;
            if !range.contains(ip) || !after {
                let message = match after {
                    true => format!("`{ip}` in `{key}` isn't in `{shown}`"),
                    false => format!("`{ip}` in `{key}` is before `rangeStart`"),
                };
                return self.refuse(&at, message, format!("{name} {ip} not in network {shown}"));
            }
            if key == "rangeStart" { stretch.first = ip } else { stretch.last = ip }
        }
        if let Some(at) = text(node, "gateway").filter(|word| !word.text.is_empty())
            && parse_ip(&at.text).is_none()
        {
            let message = format!("`{}` in `gateway` is no address", at.text);
            return self.refuse(&at, message, format!("invalid IP address: {}", at.text));
        }
        if fine {
            self.pools.push(Pool { range, word: subnet, stretch });
        }
    }

    /// `addresses` of `static`, and of Whereabouts.
    fn read_addresses(&mut self) {
        let Some(addresses) = self.field("addresses").found() else { return };
        for item in addresses.value.items() {
            let Some(address) = text(&item, "address") else { continue };
            let shown = &address.text;
            match Range::parse(&sloppy(shown), Some(address.span)) {
                Some(range) => {
                    let ip = shown.split('/').next().and_then(parse_ip);
                    let Some(ip) = ip else { continue };
                    let stretch = Stretch { first: ip, last: ip };
                    self.pools.push(Pool { range, word: address, stretch });
                }
                None if self.kind.text == "static" => {
                    let message = format!("`{shown}` in `address` is no address with its length");
                    let printed = format!(
                        "the 'address' field is expected to be in CIDR notation, got: '{shown}'"
                    );
                    self.refuse(&address, message, printed);
                }
                None => {
                    let message = format!("`{shown}` in `address` is no address with its length");
                    self.refuse(&address, message, format!("invalid CIDR in addresses {shown}"));
                }
            }
        }
    }

    fn read_whereabouts(&mut self) {
        let ranges = self.field("ipRanges").found().map(|entry| entry.value);
        let several: Vec<Node> =
            ranges.iter().flat_map(|node| node.items().collect::<Vec<_>>()).collect();
        self.read_whereabouts_range(&self.node.clone());
        several.iter().for_each(|node| self.read_whereabouts_range(node));
        if let Some(at) = text(&self.node, "gateway").filter(|word| !word.text.is_empty())
            && parse_ip(&sloppy(&at.text)).is_none()
        {
            let message = format!("`{}` in `gateway` is no address", at.text);
            self.refuse(&at, message, format!("couldn't parse gateway IP: {}", at.text));
        }
        self.read_addresses();
    }

    fn read_whereabouts_range(&mut self, node: &Node) {
        let Some(written) = text(node, "range").filter(|word| !word.text.is_empty()) else {
            return;
        };
        let shown = written.text.clone();
        let (first, cidr) = match shown.split_once('-') {
            Some((first, cidr)) => (Some(first), cidr),
            None => (None, shown.as_str()),
        };
        let start = first.map(|first| parse_ip(&sloppy(first)));
        if start == Some(None) {
            let first = first.unwrap_or_default();
            let message = format!("`{first}` in `range` is no address");
            return self.refuse(&written, message, format!("invalid range start IP: {first}"));
        }
        let Some(range) = Range::parse(&sloppy(cidr), Some(written.span)) else {
            let message = format!("`{cidr}` in `range` is no range");
            return self.refuse(&written, message, "invalid CIDR".to_owned());
        };
        if let Some(start) = start.flatten().filter(|ip| !range.contains(*ip)) {
            let message = format!("`{start}` in `range` isn't in `{}`", range.net);
            let printed = format!("invalid range start for CIDR {}: {start}", range.net);
            return self.refuse(&written, message, printed);
        }
        if host_bits(&range.net) < 2 {
            let message = format!("`{shown}` in `range` has no address to give out");
            return self.refuse(&written, message, "net mask is too short".to_owned());
        }
        let mut stretch = usable(&range);
        stretch.last = last_but_one(&range);
        let known = |key: &str| text(node, key).and_then(|word| parse_ip(&sloppy(&word.text)));
        let end = first.and_then(|_| parse_ip(&sloppy(cidr.split('/').next()?)));
        let (start, end) = (start.flatten().or(known("range_start")), end.or(known("range_end")));
        if let Some(start) = start.filter(|ip| stretch.contains(*ip)) {
            stretch.first = start;
        }
        if let Some(end) = end.filter(|ip| stretch.contains(*ip)) {
            stretch.last = end;
        }
        let excluded = field(node, "exclude").found().map(|entry| entry.value);
        for item in excluded.iter().flat_map(|node| node.items().collect::<Vec<_>>()) {
            let entry = Entry { key: item.clone(), value: item };
            let Some(at) = word(&entry) else { continue };
            let bare = parse_ip(&sloppy(&at.text)).is_some();
            if !bare && Range::parse(&sloppy(&at.text), None).is_none() {
                let message = format!("`{}` in `exclude` is no range", at.text);
                self.refuse(&at, message, "exclude".to_owned());
            }
        }
        self.pools.push(Pool { range, word: written, stretch });
    }
}

/// Without the first address, and of IPv4 without the last.
fn usable(range: &Range) -> Stretch {
    let first = nth_address(&range.net, 1).unwrap_or(range.net.network());
    let whole = range.stretch();
    let last = if range.net.addr().is_ipv4() { last_but_one(range) } else { whole.last };
    Stretch { first, last }
}

fn last_but_one(range: &Range) -> IpAddr {
    match range.stretch().last {
        IpAddr::V4(last) => IpAddr::V4((last.to_bits() - 1).into()),
        IpAddr::V6(last) => IpAddr::V6((last.to_bits() - 1).into()),
    }
}

/// Whereabouts takes zeros before the digits of IPv4.
fn sloppy(text: &str) -> String {
    let (address, rest) = text.split_at(text.find('/').unwrap_or(text.len()));
    if address.contains(':') {
        return text.to_owned();
    }
    let strip = |part: &str| match part.trim_start_matches('0') {
        "" if !part.is_empty() => "0".to_owned(),
        part => part.to_owned(),
    };
    address.split('.').map(strip).collect::<Vec<_>>().join(".") + rest
}
