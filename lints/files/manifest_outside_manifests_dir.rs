use super::{parts, strays};
use crate::{
    diag::{Confidence, Level},
    lint::{Check, Cx, Lint},
    model::{Cluster, Lost, Manifest, Read, Repo, Word},
    text::Span,
};

pub static LINT: Lint =
    Lint::new(include_str!("manifest-outside-manifests-dir.md"), Check::Repo(check));

const FOLDER: &str = "var/lib/rancher/rke2/server/manifests";

fn check(repo: &Repo, cx: &mut Cx) {
    let machines = repo.clusters.iter().flat_map(|cluster| &cluster.machines);
    if machines.into_iter().any(|machine| machine.settings.contains_key("data-dir")) {
        return repo.clusters.iter().for_each(|cluster| elsewhere(cluster, cx));
    }
    let kinds = [Lost::Misspelled, Lost::Outside, Lost::PodManifests, Lost::InK3s];
    for (file, stray) in strays(repo, &kinds) {
        let (folder, name) = parts(file);
        let last = folder.rsplit('/').next().unwrap_or("");
        let message = match stray.kind {
            Lost::Misspelled => format!(
                "no server looks into this folder for `{name}`: it isn't `server/manifests`"
            ),
            Lost::InK3s => format!(
                "`{name}` lies in K3s' folder of manifests, where no server of RKE2's looks"
            ),
            _ => format!("`{name}` lies in `{last}`, where no server looks for manifests"),
        };
        let diagnostic = cx.report(stray.head, message);
        diagnostic.why(match stray.kind {
            Lost::PodManifests => "the kubelet runs the Pods of that folder and can do nothing with other objects; servers apply what lies in `server/manifests` and below",
            _ => "servers apply what lies in `server/manifests` of their data folder and below, and nothing else",
        });
        diagnostic.fix(format!("move it to /{FOLDER}/"));
        if stray.kind != Lost::Misspelled {
            diagnostic.level(Level::Warning);
        }
        if stray.kind == Lost::Outside {
            diagnostic.assume(Confidence::Medium, "nothing else applies the file");
        }
    }
}

/// The default folder, on servers that have another one.
fn elsewhere(cluster: &Cluster, cx: &mut Cx) {
    let Some(folders) = data_dirs(cluster) else { return };
    let placed = |manifest: &&Manifest| {
        let base = &manifest.base;
        let default = base == FOLDER || base.ends_with(&format!("/{FOLDER}"));
        let used = folders.iter().any(|(folder, _)| {
            format!("/{base}")
                .ends_with(&format!("{}/server/manifests", folder.trim_end_matches('/')))
        });
        default && !used && manifest.skips().is_none()
    };
    for manifest in cluster.folder.iter().filter(placed) {
        let message = format!(
            "`{}` lies where the cluster's servers don't look for manifests",
            manifest.name
        );
        let diagnostic = cx.report(manifest.span, message);
        for (folder, span) in &folders {
            diagnostic.label(*span, format!("they look into {folder}/server/manifests"));
        }
        diagnostic
            .why("servers apply what lies in `server/manifests` of their data folder and below, and nothing else")
            .fix("move it there")
            .level(Level::Warning)
            .assume(Confidence::Medium, "nothing links or copies the one folder to the other");
    }
}

/// Of all servers; `None` if one uses the default, or isn't known.
fn data_dirs(cluster: &Cluster) -> Option<Vec<(String, Span)>> {
    let own = |words: Read<Vec<Word>>| {
        let word = words.set()?.pop()?;
        let absolute = word.text.starts_with('/');
        absolute.then(|| (word.text.trim_end_matches('/').to_owned(), word.span))
    };
    let folders: Option<Vec<_>> =
        cluster.servers().map(|server| own(server.words("data-dir"))).collect();
    folders.filter(|folders| !folders.is_empty())
}
