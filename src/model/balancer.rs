//! Pools of addresses that load balancers give to Services.
//!
//! Source: metallb/metallb `internal/config/config.go`, `ParseCIDR`;
//! cilium/cilium `pkg/k8s/apis/cilium.io/v2/lbipam_types.go`; kube-vip
//! cloud-provider `pkg/ipam`; projectcalico/calico `api/pkg/apis`, IPPool.

use super::{
    attach::word,
    net::{Range, Stretch, parse_ip},
    object::Object,
    plan::{Claim, Owner},
};
use crate::yaml::{Entry, Node};

/// One object that lists such pools.
#[derive(Clone, Debug)]
pub struct Balancer {
    /// The program that reads it.
    pub program: &'static str,
    pub name: String,
    /// What of its addresses is known.
    pub claims: Vec<Claim>,
    /// The folder of its file.
    pub folder: String,
}

impl Balancer {
    pub fn of(object: &Object, folder: &str) -> Option<Balancer> {
        let group = object.api_version.split('/').next().unwrap_or("");
        let list = |path: &[&str]| {
            let entry = object.node.at(path).found();
            entry.map_or(Vec::new(), |entry| entry.value.items().collect::<Vec<Node>>())
        };
        let (program, entries): (&str, Vec<Entry>) = match (group, object.kind.as_str()) {
            ("metallb.io", "IPAddressPool" | "AddressPool") => {
                ("MetalLB", list(&["spec", "addresses"]).into_iter().map(item).collect())
            }
            ("cilium.io", "CiliumLoadBalancerIPPool") => {
                let off = object.node.at(&["spec", "disabled"]).found();
                if off.is_some_and(|entry| entry.value.as_bool() != Some(false)) {
                    return None;
                }
                let blocks = [list(&["spec", "blocks"]), list(&["spec", "cidrs"])].concat();
                ("Cilium", blocks.into_iter().map(item).collect())
            }
            ("v1", "ConfigMap") if object.name.text == "kubevip" => {
                let of_pools = |entry: &Entry| {
                    let key = entry.key.as_str().unwrap_or("");
                    key.starts_with("cidr-") || key.starts_with("range-")
                };
                let data = object.node.get("data").found()?.value;
                ("kube-vip", data.entries().filter(of_pools).collect())
            }
            ("crd.projectcalico.org" | "projectcalico.org", "IPPool") => {
                let uses = list(&["spec", "allowedUses"]);
                uses.iter().find(|node| node.as_str() == Some("LoadBalancer"))?;
                ("Calico", object.node.at(&["spec", "cidr"]).found().into_iter().collect())
            }
            _ => return None,
        };
        let name = object.name.text.clone();
        let claims = entries.iter().flat_map(|entry| claims(&name, entry)).collect();
        Some(Balancer { program, name, claims, folder: folder.to_owned() })
    }
}

fn item(node: Node) -> Entry {
    Entry { key: node.clone(), value: node }
}

/// A range, a stretch such as `10.0.0.1-10.0.0.9`, several of both with
/// commas between, or a mapping of Cilium's.
fn claims(name: &str, entry: &Entry) -> Vec<Claim> {
    let claim = |text: &str, stretch: Stretch, node: &Node| Claim {
        owner: Owner::Balancer(name.to_owned()),
        stretch,
        text: text.to_owned(),
        span: Some(node.span()),
        sure: true,
    };
    if let Some(word) = word(entry) {
        let parts = word.text.split(',').map(str::trim);
        return parts.filter_map(|text| Some(claim(text, stretch(text)?, &entry.value))).collect();
    }
    let text = |key: &str| {
        let found = entry.value.get(key).found()?.value;
        Some((found.as_str()?.to_owned(), found))
    };
    if let Some((cidr, node)) = text("cidr") {
        return stretch(&cidr).map(|found| claim(&cidr, found, &node)).into_iter().collect();
    }
    let Some((start, node)) = text("start") else { return Vec::new() };
    let stop = text("stop").map_or(start.clone(), |(stop, _)| stop);
    let shown = format!("{start}-{stop}");
    stretch(&shown).map(|found| claim(&shown, found, &node)).into_iter().collect()
}

fn stretch(text: &str) -> Option<Stretch> {
    match text.split_once('-') {
        Some((first, last)) => {
            let (first, last) = (parse_ip(first.trim())?, parse_ip(last.trim())?);
            (first <= last && first.is_ipv4() == last.is_ipv4()).then_some(Stretch { first, last })
        }
        None => Range::parse(text, None).map(|range| range.stretch()),
    }
}
