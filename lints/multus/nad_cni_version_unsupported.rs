use super::{CHART, multus};
use crate::{
    facts::{
        Answer, Gate,
        plugins::{self, CniVersion},
    },
    lint::{Check, Cx, Lint},
    model::{Attachment, Cluster, Repo, Word, attach::text},
};

pub static LINT: Lint =
    Lint::new(include_str!("nad-cni-version-unsupported.md"), Check::Repo(check));

const INCOMPATIBLE: &str = "incompatible CNI versions";

/// A program that is too old.
struct Old<'a> {
    name: &'static str,
    gate: &'a Gate,
    printed: String,
}

fn check(repo: &Repo, cx: &mut Cx) {
    for cluster in &repo.clusters {
        for attachment in &cluster.attachments {
            let root = attachment.network.as_ref().map(|network| &network.root);
            let version = root.and_then(|root| text(root, "cniVersion"));
            let Some(version) = version.filter(|version| !version.text.is_empty()) else {
                continue;
            };
            match plugins::version(&version.text) {
                Some(known) => too_new(repo, cluster, attachment, &version, known, cx),
                None => of_no_version(cluster, attachment, &version, cx),
            }
        }
    }
}

fn of_no_version(cluster: &Cluster, attachment: &Attachment, version: &Word, cx: &mut Cx) {
    // One to come may be what a newer Multus takes.
    let newest = plugins::versions().filter_map(|known| number(known.version)).max();
    let to_come = number(&version.text) > newest;
    let bundled = multus(cluster).is_some() && !cluster.releases.beyond_tables();
    if !calls_packaged(attachment) || to_come && !bundled {
        return;
    }
    let taken = plugins::versions().map(|known| format!("`{}`", known.version));
    cx.report(version.span, format!("`{}` is no version of CNI", version.text))
        .why(why(attachment, INCOMPATIBLE))
        .fix(format!("one of {}", taken.collect::<Vec<_>>().join(", ")));
}

fn too_new(
    repo: &Repo,
    cluster: &Cluster,
    attachment: &Attachment,
    version: &Word,
    known: &CniVersion,
    cx: &mut Cx,
) {
    let Some(multus) = multus(cluster) else { return };
    let Some(old) = old(repo, cluster, attachment, known) else { return };
    let message =
        format!("{} of {} knows no version `{}` of CNI", old.name, cluster.releases, known.version);
    let diagnostic = cx.report(version.span, message);
    diagnostic.label(multus.span, "Multus");
    if let Some(span) = cluster.release_source {
        diagnostic.label(span, "the release is said here");
    }
    diagnostic
        .why(why(attachment, &old.printed))
        .why(format!("RKE2 brings one that does from {}", old.gate));
}

/// The first that refuses, of those that RKE2 brings.
fn old<'a>(
    repo: &Repo,
    cluster: &Cluster,
    attachment: &Attachment,
    version: &'a CniVersion,
) -> Option<Old<'a>> {
    let bundled = |key: &str| cluster.value(CHART, &[key]).is_default();
    let lacks = |gate: &Gate| cluster.releases.answer(gate) == Answer::No;
    if calls_packaged(attachment) && bundled("cniplugins") && lacks(&version.plugins) {
        let name = "the plugin";
        return Some(Old { name, gate: &version.plugins, printed: INCOMPATIBLE.to_owned() });
    }
    let whereabouts = attachment.ipams_of("whereabouts").next().is_some();
    let image = cluster.value(CHART, &["rke2-whereabouts", "image"]);
    let own = repo.may_bring(&["whereabouts"]) || !image.is_default();
    if whereabouts && !own && lacks(&version.whereabouts) {
        let name = "Whereabouts";
        return Some(Old { name, gate: &version.whereabouts, printed: INCOMPATIBLE.to_owned() });
    }
    if bundled("image") && lacks(&version.multus) {
        let printed = format!("unsupported CNI result version \"{}\"", version.version);
        return Some(Old { name: "Multus", gate: &version.multus, printed });
    }
    None
}

/// Those of others may not look at the version.
fn calls_packaged(attachment: &Attachment) -> bool {
    let mut kinds = attachment.plugins().filter_map(|plugin| plugin.kind.as_ref());
    let packaged =
        |kind: &Word| plugins::plugin(&kind.text).is_some_and(|plugin| !plugin.gate.is_never());
    kinds.any(packaged)
}

fn number(version: &str) -> Option<Vec<u32>> {
    version.split('.').map(|part| part.parse().ok()).collect()
}

fn why(attachment: &Attachment, printed: &str) -> String {
    let name = &attachment.object.name.text;
    format!("each pod of `{name}` stays in ContainerCreating: `{printed}`")
}
