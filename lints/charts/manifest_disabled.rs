use crate::{
    facts::charts,
    lint::{Check, Cx, Lint},
    model::{Cluster, Manifest, Word},
};

pub static LINT: Lint = Lint::new(include_str!("manifest-disabled.md"), Check::Cluster(check));

fn check(cluster: &Cluster, cx: &mut Cx) {
    let words = cluster.servers().filter_map(|server| server.words("disable").set());
    let words: Vec<Word> = words.flatten().collect();
    for manifest in super::applied(cluster) {
        let Some(word) = words.iter().find(|word| disables(&word.text, manifest)) else { continue };
        let message = format!("`disable` names `{}`, so servers delete this file", word.text);
        let diagnostic = cx.report(manifest.span, message);
        diagnostic
            .label(word.span, "names it")
            .why("of what `disable` names, servers delete every file in their folder of manifests, and the objects in it from the cluster")
            .fix("take the name off the list, or the file out of the folder");
        super::weigh(diagnostic, manifest);
    }
}

/// RKE2's own names are for another rule to say.
fn disables(name: &str, manifest: &Manifest) -> bool {
    let stem = manifest.name.rsplit_once('.').map_or("", |(stem, _)| stem);
    let mut folders = manifest.below.match_indices('/').map(|(at, _)| &manifest.below[..at]);
    let folder = manifest.below == name || folders.any(|folder| folder == name);
    !name.is_empty() && charts::reserved(name).is_none() && (stem == name || folder)
}
