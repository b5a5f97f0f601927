use super::CHART;
use crate::{
    facts::Answer,
    lint::{Check, Cx, Lint},
    model::Cluster,
    yaml::{Lookup, Node},
};

pub static LINT: Lint =
    Lint::new(include_str!("coredns-servers-partial-override.md"), Check::Cluster(check));

/// A plugin that the chart's own block has, a probe that asks for it, and what
/// happens without it.
const NEEDED: [(&str, Option<&str>, &str); 3] = [
    ("kubernetes", None, "no name of a Service or pod resolves"),
    (
        "ready",
        Some("readinessProbe"),
        "CoreDNS' pods never become ready, and the Service has no endpoint",
    ),
    ("health", Some("livenessProbe"), "the kubelet restarts CoreDNS again and again"),
];

fn check(cluster: &Cluster, cx: &mut Cx) {
    let Some(servers) = cluster.value(CHART, &["servers"]).set() else { return };
    // Which may bring plugins, or the whole file.
    let others = ["extraConfig", "deployment"];
    let plain = others.iter().all(|key| cluster.value(CHART, &[key]).is_default());
    let Some(plugins) = plugins(&servers.value).filter(|plugins| plain && !plugins.is_empty())
    else {
        return;
    };
    if cluster.deploys(CHART) == Answer::No || plugins.iter().any(|name| name == "import") {
        return;
    }
    let lacks = |(name, probe, _): &&(&str, Option<&str>, &str)| {
        let asked = probe.is_none_or(|probe| cluster.value(CHART, &[probe]).is_default());
        asked && !plugins.iter().any(|plugin| plugin == name)
    };
    let missing: Vec<_> = NEEDED.iter().filter(lacks).collect();
    if missing.is_empty() {
        return;
    }
    let names: Vec<String> = missing.iter().map(|(name, ..)| format!("`{name}`")).collect();
    let message = format!("CoreDNS gets these `servers` only, without {}", names.join(", "));
    let diagnostic = cx.report(servers.key.span(), message);
    for (name, _, then) in missing {
        diagnostic.why(format!("without `{name}` {then}"));
    }
    diagnostic
        .note("Helm replaces lists whole, and merges only mappings")
        .fix("write the chart's own block for the zone `.` too, with all of its plugins");
}

/// The names of all blocks' plugins; `None` if one isn't known.
fn plugins(servers: &Node) -> Option<Vec<String>> {
    let mut names = Vec::new();
    for server in servers.items() {
        match server.get("plugins") {
            Lookup::Found(entry) if !entry.value.is_unknown() => {
                for plugin in entry.value.items() {
                    names.push(plugin.text_at(&["name"])?);
                }
            }
            Lookup::Absent => {}
            Lookup::Found(_) | Lookup::Unknown => return None,
        }
    }
    Some(names)
}
