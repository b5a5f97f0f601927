//! What rules ask of Calico's values: pools and how nodes find their address.

use super::{ChartValue, Cluster, net::Range};
use crate::{
    text::Span,
    yaml::{Entry, Kind, Lookup, Node, Scalar},
};

pub const CHART: &str = "rke2-calico";
const NETWORK: [&str; 2] = ["installation", "calicoNetwork"];

/// One of `installation.calicoNetwork.ipPools`.
#[derive(Clone, Debug)]
pub struct Pool {
    pub range: Range,
    /// The place of `cidr`.
    pub span: Span,
    pub encapsulation: Option<Entry>,
    /// It may not be meant for all pods.
    pub special: bool,
}

/// The pools that values list, in order.
#[derive(Clone, Debug)]
pub struct Pools {
    /// The key that lists them.
    pub key: Span,
    pub pools: Vec<Pool>,
}

impl Cluster {
    /// A value of Calico below `installation.calicoNetwork`.
    pub fn calico_network(&self, key: &str) -> ChartValue {
        self.value(CHART, &[NETWORK[0], NETWORK[1], key])
    }

    /// `None` if there are none, or they can't be read.
    pub fn calico_pools(&self) -> Option<Pools> {
        let entry = self.calico_network("ipPools").set()?;
        let pools: Vec<Pool> =
            entry.value.items().map(|item| pool(&item)).collect::<Option<_>>()?;
        (!pools.is_empty()).then(|| Pools { key: entry.key.span(), pools })
    }

    /// The methods that values give for one family, in order; a method that
    /// is set to nothing is none.
    ///
    /// Source: tigera/operator, `validateNodeAddressDetection`.
    pub fn calico_methods(&self, key: &str) -> Vec<Entry> {
        let Some(entry) = self.calico_network(key).set() else { return Vec::new() };
        entry.value.entries().filter(is_method).collect()
    }
}

fn pool(node: &Node) -> Option<Pool> {
    let cidr = node.get("cidr").found()?.value;
    let encapsulation = match node.get("encapsulation") {
        Lookup::Found(entry) if entry.value.as_str().is_none() => return None,
        Lookup::Found(entry) => Some(entry),
        Lookup::Absent => None,
        Lookup::Unknown => return None,
    };
    let special = ["allowedUses", "assignmentMode", "disableNewAllocations", "nodeSelector"];
    Some(Pool {
        range: Range::parse(cidr.as_str()?, Some(cidr.span()))?,
        span: cidr.span(),
        encapsulation,
        special: special.iter().any(|key| !matches!(node.get(key), Lookup::Absent)),
    })
}

fn is_method(entry: &Entry) -> bool {
    let value = &entry.value;
    match entry.key.as_str() {
        Some("interface" | "skipInterface" | "canReach" | "kubernetes") => {
            value.as_str().is_some_and(|text| !text.is_empty()) && !value.is_null()
        }
        Some("firstFound") => value.scalar() == Some(Scalar::Bool(true)),
        Some("cidrs") => value.kind() == Kind::Seq && value.items().next().is_some(),
        Some(_) | None => false,
    }
}
