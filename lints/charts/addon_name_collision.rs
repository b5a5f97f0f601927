use crate::{
    facts::charts,
    lint::{Check, Cx, Lint},
    model::{Cluster, Manifest},
};
use std::collections::BTreeMap;

pub static LINT: Lint = Lint::new(include_str!("addon-name-collision.md"), Check::Cluster(check));

fn check(cluster: &Cluster, cx: &mut Cx) {
    let mut first: BTreeMap<(&str, &str), &Manifest> = BTreeMap::new();
    for manifest in super::applied(cluster) {
        let addon = manifest.addon();
        // RKE2's own names are for another rule to say.
        if charts::reserved(addon).is_some() {
            continue;
        }
        match first.get(&(manifest.base.as_str(), addon)) {
            Some(other) => report(manifest, other, cx),
            None => drop(first.insert((&manifest.base, addon), manifest)),
        }
    }
}

fn report(manifest: &Manifest, other: &Manifest, cx: &mut Cx) {
    let addon = manifest.addon();
    let (here, there) = (shown(manifest), shown(other));
    let message = format!("`{here}` and `{there}` are one AddOn, `{addon}`");
    let diagnostic = cx.report(manifest.span, message);
    diagnostic
        .label(other.span, format!("`{addon}` too"))
        .why("an AddOn is called after the file's name up to the first dot, in whatever folder: each time one of the two is applied, the objects of the other are deleted")
        .fix("give one of them another name before the first dot");
    super::weigh(diagnostic, manifest);
}

/// With the folders below the one that servers look into.
fn shown(manifest: &Manifest) -> String {
    let Manifest { below, name, .. } = manifest;
    if below.is_empty() { name.clone() } else { format!("{below}/{name}") }
}
