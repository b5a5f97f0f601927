use super::{CHART, Switch, multus, switch};
use crate::{
    diag::{Confidence, Level},
    facts::{
        Answer,
        plugins::{self, WhereaboutsOption},
    },
    lint::{Check, Cx, Lint},
    model::{Attachment, Cluster, Ipam, Repo},
    yaml::{Entry, Lookup},
};

pub static LINT: Lint =
    Lint::new(include_str!("whereabouts-unsupported-option.md"), Check::Repo(check));

/// Fields of its own making, which Go's decoder takes all the same.
const UNNAMED: [&str; 4] = ["name", "gateway", "podname", "podnamespace"];
/// How host-local calls them.
const OF_HOST_LOCAL: [(&str, &str); 2] = [("subnet", "range"), ("ranges", "ipRanges")];

fn check(repo: &Repo, cx: &mut Cx) {
    // One of another version may be about.
    let own = repo.may_bring(&["whereabouts"]);
    for cluster in &repo.clusters {
        for attachment in &cluster.attachments {
            for ipam in attachment.ipams_of("whereabouts") {
                for entry in ipam.node.entries() {
                    check_entry(cluster, attachment, ipam, &entry, own, cx);
                }
            }
        }
    }
}

fn check_entry(
    cluster: &Cluster,
    attachment: &Attachment,
    ipam: &Ipam,
    entry: &Entry,
    own: bool,
    cx: &mut Cx,
) {
    let Some(key) = entry.key.as_str() else { return };
    match plugins::whereabouts_option(key) {
        Some(_) if own => {}
        Some(option) => check_known(cluster, attachment, ipam, entry, option, cx),
        None => check_unknown(entry, key, cx),
    }
}

fn check_unknown(entry: &Entry, key: &str, cx: &mut Cx) {
    let lower = key.to_ascii_lowercase();
    if UNNAMED.contains(&lower.as_str()) {
        return;
    }
    let plain = |text: &str| text.to_ascii_lowercase().replace(['_', '-'], "");
    let mut options = plugins::whereabouts_options().map(|option| option.name);
    let meant = options.find(|name| plain(name) == plain(key)).or_else(|| {
        let theirs = OF_HOST_LOCAL.iter().find(|(name, _)| *name == lower);
        theirs.map(|(_, ours)| *ours)
    });
    let Some(meant) = meant else { return };
    cx.report(entry.key.span(), format!("Whereabouts knows no `{key}`"))
        .why("it reads past what it doesn't know, and says nothing")
        .fix(format!("`{meant}`"));
}

fn check_known(
    cluster: &Cluster,
    attachment: &Attachment,
    ipam: &Ipam,
    entry: &Entry,
    option: &WhereaboutsOption,
    cx: &mut Cx,
) {
    let Some(multus) = multus(cluster) else { return };
    let Some(Switch::On(on)) = switch(cluster, &["rke2-whereabouts", "enabled"]) else { return };
    if !cluster.value(CHART, &["rke2-whereabouts", "image"]).is_default() {
        return;
    }
    if option.is_read(&cluster.releases) != Answer::No {
        return;
    }
    let name = option.name;
    let message = format!("the Whereabouts of {} doesn't read `{name}`", cluster.releases);
    let diagnostic = cx.report(entry.key.span(), message);
    diagnostic.label(multus.span, "Multus").label(on.value.span(), "turned on here");
    if let Some(span) = cluster.release_source {
        diagnostic.label(span, "the release is said here");
    }
    if name == "ipRanges" && matches!(ipam.field("range"), Lookup::Absent) {
        let of = &attachment.object.name.text;
        let why = format!(
            "without `range` each pod of `{of}` stays in ContainerCreating: `invalid CIDR`"
        );
        diagnostic.level(Level::Error).why(why);
    } else {
        diagnostic.why(then(name));
    }
    diagnostic
        .why(match &option.removed {
            Some(gate) => format!("it is gone from {gate}"),
            None => format!("RKE2 brings one that does from {}", option.since),
        })
        .assume(Confidence::Medium, "no other Whereabouts is installed");
}

/// What comes of reading past it.
fn then(name: &str) -> &'static str {
    match name {
        "network_name" => {
            "it reads past it: networks of the same range share one list of what is taken"
        }
        "node_slice_size" => "it reads past it: each machine takes from all of the range",
        "ipRanges" => "it reads past it, and gives out `range` alone",
        _ => "it reads past it: what is taken stands in objects of Kubernetes",
    }
}
