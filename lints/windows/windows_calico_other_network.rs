use crate::{
    diag::{Confidence, Diagnostic},
    facts::{self, Answer},
    lint::{Check, Cx, Lint},
    model::{ChartValue, Cluster, Sign, calico::CHART, values},
    text::Span,
    yaml::{Lookup, Node},
};

pub static LINT: Lint =
    Lint::new(include_str!("windows-calico-other-network.md"), Check::Cluster(check));

const BGP: [&str; 3] = ["installation", "calicoNetwork", "bgp"];
/// What the Windows agent writes, whatever the chart says.
const NUMBERS: [(&str, &str); 2] = [("vxlanVNI", "4096"), ("vxlanPort", "4789")];

fn check(cluster: &Cluster, cx: &mut Cx) {
    let sign = cluster.windows_sign().filter(|_| cluster.machines.iter().any(|m| m.windows));
    let calico = cluster.plugin().is_some_and(|plugin| plugin.name == "calico");
    let own = cluster.releases.answer(facts::gate("windows-cni-check")) != Answer::No;
    let Some(sign) = sign.filter(|_| calico && own) else { return };
    let bgp = match cluster.calico_network("bgp") {
        ChartValue::Set(entry) if entry.value.as_str() == Some("Enabled") => {
            Some(entry.value.span())
        }
        _ => None,
    };
    let unread = bgp.filter(|_| !is_in_content(cluster));
    if let Some(span) = unread {
        let message = "Windows machines don't read `spec.values`, and stay with VXLAN";
        report(cx, span, message.to_owned(), sign).fix("write `bgp: Enabled` into `valuesContent`");
    }
    for (encapsulation, span) in encapsulations(cluster, bgp) {
        let message = match (encapsulation.as_str(), bgp) {
            ("VXLAN", Some(_)) if unread.is_none() => {
                "with `bgp: Enabled` Windows machines have no overlay, and the pools have VXLAN"
                    .to_owned()
            }
            ("IPIP" | "IPIPCrossSubnet" | "VXLANCrossSubnet", _) => {
                format!("encapsulation `{encapsulation}` doesn't work with Windows machines")
            }
            _ => continue,
        };
        report(cx, span, message, sign)
            .fix("`VXLAN` without BGP, or `bgp: Enabled` with `backend: \"None\"`");
    }
    dataplane(cluster, sign, cx);
}

/// Whether the one place that Windows machines look at turns BGP on.
fn is_in_content(cluster: &Cluster) -> bool {
    let contents = cluster.configs_of(CHART).filter_map(|config| config.chart.content.as_ref());
    let roots: Vec<Node> = contents.filter_map(|content| content.tree.docs().next()).collect();
    roots.iter().any(|root| !matches!(root.at(&BGP), Lookup::Absent))
}

/// How IPv4 pools send packets to other machines, each with its place; `bgp`
/// is that of a default.
fn encapsulations(cluster: &Cluster, bgp: Option<Span>) -> Vec<(String, Span)> {
    if let Some(pools) = cluster.calico_pools() {
        let pools = pools.pools.into_iter().filter(|pool| !pool.special);
        let pools = pools.filter(|pool| pool.range.net.addr().is_ipv4());
        return pools
            .map(|pool| match pool.encapsulation {
                Some(entry) => {
                    (entry.value.as_str().unwrap_or_default().to_owned(), entry.value.span())
                }
                None => ("IPIP".to_owned(), pool.span),
            })
            .collect();
    }
    let own = cluster.calico_network("ipPools").is_default();
    match cluster.value(CHART, &["installation", "backend"]) {
        ChartValue::Set(entry) if own => {
            values::text(&entry).map(|text| (text, entry.value.span())).into_iter().collect()
        }
        ChartValue::Default(_) if own => {
            bgp.map(|span| ("VXLAN".to_owned(), span)).into_iter().collect()
        }
        _ => Vec::new(),
    }
}

fn dataplane(cluster: &Cluster, sign: &Sign, cx: &mut Cx) {
    if let Some(entry) = cluster.calico_network("linuxDataplane").set()
        && entry.value.as_str() == Some("BPF")
    {
        let message = "Calico's eBPF data plane doesn't work with Windows machines".to_owned();
        report(cx, entry.value.span(), message, sign).fix("`linuxDataplane: Iptables`");
    }
    for (key, fixed) in NUMBERS {
        let Some(entry) = cluster.value(CHART, &["felixConfiguration", key]).set() else {
            continue;
        };
        let Some(own) = entry.value.raw().filter(|own| *own != fixed && !own.is_empty()) else {
            continue;
        };
        let message = format!("`{key}` is {own}, and Windows machines always use {fixed}");
        report(cx, entry.value.span(), message, sign).fix(format!("leave it at {fixed}"));
    }
}

fn report<'a>(cx: &'a mut Cx<'_>, span: Span, message: String, sign: &Sign) -> &'a mut Diagnostic {
    let diagnostic = cx.report(span, message);
    diagnostic
        .label(sign.span, sign.text.clone())
        .why("the Windows agent writes its own configuration of Calico, and takes only `bgp` and `nodeAddressAutodetectionV4` from `valuesContent`: pods on Windows and on Linux don't reach each other, and nothing says so");
    if let Some(doubt) = sign.doubt {
        diagnostic.assume(Confidence::Medium, doubt);
    }
    diagnostic
}
