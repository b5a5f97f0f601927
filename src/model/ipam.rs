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
        let several = match self.field("ipRanges") {
            Lookup::Found(entry) if entry.value.is_unknown() => return false,
            Lookup::Found(entry) => entry.value.items().collect::<Vec<_>>(),
            Lookup::Absent => Vec::new(),
            Lookup::Unknown => return false,
        };
        let several = several.into_iter();
        let mut nodes = several.chain([self.node.clone()]);
        let excludes = |node: &Node| !matches!(field(node, "exclude"), Lookup::Absent);
        self.kind.text != "static" && !nodes.any(|node| excludes(&node))
    }

    fn refuse(&mut self, at: &Word, message: String, printed: String) {
        self.refusals.push(Refusal::of_pod(at.span, message, printed));
    }

    fn read_host_local(&mut self) {
        // The end of each set's pools; the one beside `ranges` is a set of its own.
        let mut sets = Vec::new();
        if matches!(self.field("subnet"), Lookup::Found(_)) {
            self.read_subnet(&self.node.clone());
            sets.push(self.pools.len());
        }
        match self.field("ranges") {
            Lookup::Found(ranges) => self.read_sets(&ranges, &mut sets),
            Lookup::Absent => {}
            Lookup::Unknown => return,
        }
        if sets.is_empty() {
            let message = "neither `subnet` nor `ranges` gives out addresses".to_owned();
            self.refuse(&self.kind.clone(), message, "no IP ranges specified".to_owned());
        }
        self.compare_sets(&sets);
    }

    fn read_sets(&mut self, ranges: &Entry, sets: &mut Vec<usize>) {
        if ranges.value.is_unknown() {
            return sets.push(self.pools.len());
        }
        for set in ranges.value.items() {
            let at = Word { text: String::new(), span: set.span(), key: ranges.key.span() };
            if set.kind() == Kind::Map && !set.is_unknown() {
                let message = "`ranges` is a list of lists, and this is no list".to_owned();
                self.refuse(&at, message, "cannot unmarshal object".to_owned());
            } else if set.kind() == Kind::Seq && !set.is_unknown() && set.items().next().is_none() {
                self.refuse(
                    &at,
                    "a list of `ranges` is empty".to_owned(),
                    "empty range set".to_owned(),
                );
            }
            let start = self.pools.len();
            set.items().for_each(|range| self.read_subnet(&range));
            self.compare_set(start);
            sets.push(self.pools.len());
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

    /// Overlaps of one set with another.
    fn compare_sets(&mut self, sets: &[usize]) {
        let pools = self.pools.clone();
        for bounds in sets.windows(2) {
            for pool in &pools[bounds[0]..bounds[1]] {
                let before = &pools[..bounds[0]];
                let Some(other) = before.iter().find(|o| o.stretch.overlaps(&pool.stretch)) else {
                    continue;
                };
                let message =
                    format!("`{}` overlaps `{}` of another set", pool.word.text, other.word.text);
                self.refuse(&pool.word, message, "overlaps with".to_owned());
            }
        }
    }

    /// `Range.Canonicalize`.
    fn read_subnet(&mut self, node: &Node) {
        let Some(subnet) = text(node, "subnet") else {
            if node.kind() == Kind::Map && matches!(field(node, "subnet"), Lookup::Absent) {
                let at = Word { text: String::new(), span: node.span(), key: node.span() };
                let message = "a range has no `subnet`".to_owned();
                self.refuse(&at, message, "IP <nil> not v4 nor v6".to_owned());
            }
            return;
        };
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
        let bounds = ["rangeStart", "rangeEnd", "gateway"].map(|key| bound(node, key));
        let [Ok(start), Ok(end), Ok(_)] = &bounds else {
            let refused = bounds.into_iter().find_map(Result::err);
            return self.refusals.extend(refused.flatten());
        };
        let mut stretch = usable(&range);
        let outside = |name: &str, ip: &IpAddr| format!("{name} {ip} not in network {shown}");
        if let Some((at, ip)) = start {
            if !range.contains(*ip) {
                let message = format!("`{ip}` in `rangeStart` isn't in `{shown}`");
                return self.refuse(at, message, outside("RangeStart", ip));
            }
            stretch.first = *ip;
        }
        if let Some((at, ip)) = end {
            // What is behind the end counts as outside, and the start is looked at first.
            if let Some((_, first)) = start.as_ref().filter(|(_, first)| first > ip) {
                let message = format!("`{ip}` in `rangeEnd` is before `rangeStart`");
                return self.refuse(at, message, outside("RangeStart", first));
            }
            if !range.contains(*ip) {
                let message = format!("`{ip}` in `rangeEnd` isn't in `{shown}`");
                return self.refuse(at, message, outside("RangeEnd", ip));
            }
            stretch.last = *ip;
        }
        self.pools.push(Pool { range, word: subnet, stretch });
    }

    /// `addresses` of `static`, and of Whereabouts.
    fn read_addresses(&mut self) {
        let Some(addresses) = self.field("addresses").found() else { return };
        for item in addresses.value.items() {
            let Some(address) = text(&item, "address") else { continue };
            let shown = &address.text;
            let is_static = self.kind.text == "static";
            let read = if is_static { shown.clone() } else { sloppy(shown) };
            match Range::parse(&read, Some(address.span)) {
                Some(range) => {
                    let ip = read.split('/').next().and_then(parse_ip);
                    let Some(ip) = ip else { continue };
                    let stretch = Stretch { first: ip, last: ip };
                    self.pools.push(Pool { range, word: address, stretch });
                }
                None if is_static => {
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
                // v0.6 doesn't even say so: it falls over.
                let message = format!("`{}` in `exclude` is no range", at.text);
                self.refuse(&at, message, String::new());
            }
        }
        self.pools.push(Pool { range, word: written, stretch });
    }
}

/// An address that may be left out. An error is what host-local says of it, or
/// nothing if it isn't known.
fn bound(node: &Node, key: &str) -> Result<Option<(Word, IpAddr)>, Option<Refusal>> {
    let entry = match field(node, key) {
        Lookup::Found(entry) if entry.value.is_unknown() => return Err(None),
        Lookup::Found(entry) => entry,
        Lookup::Absent => return Ok(None),
        Lookup::Unknown => return Err(None),
    };
    let Some(at) = word(&entry).filter(|word| !word.text.is_empty()) else { return Ok(None) };
    match parse_ip(&at.text) {
        Some(ip) => Ok(Some((at, ip))),
        None => {
            let message = format!("`{}` in `{key}` is no address", at.text);
            let printed = format!("invalid IP address: {}", at.text);
            Err(Some(Refusal::of_pod(at.span, message, printed)))
        }
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
