use super::PLUGIN;
use crate::{
    facts::{Answer, chart_values},
    lint::{Check, Cx, Lint, release_words},
    model::{Cluster, calico::CHART},
    yaml::{Entry, Scalar},
};

pub static LINT: Lint = Lint::new(include_str!("calico-value-unknown.md"), Check::Cluster(check));

const REFUSED: &str =
    "the API server refuses the Installation, so Calico's chart can't be installed";

/// Below `installation.calicoNetwork`.
const KEYS: [&str; 3] = ["bgp", "hostPorts", "linuxDataplane"];

fn check(cluster: &Cluster, cx: &mut Cx) {
    if !cluster.may_deploy(PLUGIN) {
        return;
    }
    for key in KEYS {
        if let Some(entry) = cluster.calico_network(key).set() {
            check_value(cluster, key, &entry, cx);
        }
    }
    if let Some(entry) = cluster.calico_network("mtu").set() {
        check_mtu(&entry, cx);
    }
    let pools = cluster.calico_pools().map_or(Vec::new(), |pools| pools.pools);
    for entry in pools.iter().filter_map(|pool| pool.encapsulation.as_ref()) {
        check_value(cluster, "ipPools.encapsulation", entry, cx);
    }
}

fn check_mtu(entry: &Entry, cx: &mut Cx) {
    let text = entry.value.as_str().filter(|_| entry.value.scalar() == Some(Scalar::Text));
    let Some(text) = text else { return };
    let diagnostic =
        cx.report(entry.value.span(), format!("`mtu` is the text `{text}`, and not a number"));
    diagnostic.why(format!("{REFUSED}: \"must be of type integer: \"string\"\""));
    if text.parse::<u32>().is_ok() {
        diagnostic.fix(format!("`mtu: {text}`"));
    } else {
        diagnostic.fix("a number without quotes");
    }
}

fn check_value(cluster: &Cluster, key: &str, entry: &Entry, cx: &mut Cx) {
    let path = format!("installation.calicoNetwork.{key}");
    let text = entry.value.as_str().filter(|_| entry.value.scalar() == Some(Scalar::Text));
    let Some(text) = text.filter(|text| !text.is_empty()) else { return };
    if chart_values::takes(CHART, &path, text, &cluster.releases) != Answer::No {
        return;
    }
    let releases = release_words(&cluster.releases);
    let choices = chart_values::choices(CHART, &path, &cluster.releases);
    let near = choices.iter().find(|choice| choice.eq_ignore_ascii_case(text));
    let choices: Vec<String> = choices.iter().map(|choice| format!("`{choice}`")).collect();
    let name = key.rsplit('.').next().unwrap_or(key);
    let message = format!("`{text}` is no value of `{name}` on {releases}");
    let diagnostic = cx.report(entry.value.span(), message);
    diagnostic.why(format!("{REFUSED}: \"Unsupported value: \"{text}\"\"")).fix(match near {
        Some(near) => format!("`{near}`"),
        None => format!("one of {}", choices.join(", ")),
    });
    if let Some(span) = cluster.release_source {
        diagnostic.label(span, "the release is said here");
    }
}
