//! Findings that rest on what isn't known for sure: a release that is newer
//! than the tables or said above several clusters, or a manifest that was taken
//! to belong to a cluster.
//!
//! Gates answer for a newer release as for the newest one that is known. What
//! is found for any release doesn't rest on it; the rest is less sure.

use crate::{
    diag::{Confidence, Diagnostic, Level},
    lint::release_words,
    model::{Cluster, Repo, carrier::outermost},
    text::{SourceMap, Span},
};
use std::collections::BTreeSet;

/// What brings together a manifest and a cluster above it rests on a guess.
pub(super) fn weaken_across(found: &mut [Diagnostic], repo: &Repo, sources: &SourceMap) {
    let folder = |path: &str| path.rsplit_once('/').map(|(folder, _)| folder.to_owned());
    for cluster in repo.clusters.iter().filter(|cluster| !cluster.adopted_paths.is_empty()) {
        for diagnostic in found.iter_mut() {
            let paths: Vec<&String> =
                diagnostic.labels().map(|label| &sources.get(label.span.file).path).collect();
            let is_adopted = |path: &&&String| {
                cluster.adopted_paths.iter().any(|own| outermost(own) == path.as_str())
            };
            let adopted = paths.iter().find(is_adopted);
            let Some(path) = adopted else { continue };
            let apart = |other: &&String| folder(other) != folder(path);
            if paths.iter().any(|other| apart(other) && cluster.reads(other)) {
                let note = format!("`{path}` belongs to the only cluster above it");
                diagnostic.assume(Confidence::Medium, note);
            }
        }
    }
}

/// `blindly` finds what holds whatever the release; it is asked only if there
/// is a doubt.
pub(super) fn weaken(
    found: &mut [Diagnostic],
    repo: &Repo,
    sources: &SourceMap,
    blindly: impl FnOnce() -> Vec<Diagnostic>,
) {
    let doubtful: Vec<(&Cluster, Confidence, String)> = repo
        .clusters
        .iter()
        .filter_map(|cluster| {
            let (confidence, note) = doubt(cluster, sources)?;
            Some((cluster, confidence, note))
        })
        .collect();
    if doubtful.is_empty() {
        return;
    }
    let key = |diagnostic: &Diagnostic| -> (&'static str, Level, Span) {
        (diagnostic.rule, diagnostic.level, diagnostic.primary.span)
    };
    let sure: BTreeSet<_> = blindly().iter().map(key).collect();
    for diagnostic in found.iter_mut().filter(|diagnostic| !sure.contains(&key(diagnostic))) {
        let path = &sources.get(diagnostic.primary.span.file).path;
        let owner = doubtful.iter().find(|(cluster, ..)| cluster.reads(path));
        if let Some((_, confidence, note)) = owner {
            diagnostic.assume(*confidence, note);
        }
    }
}

fn doubt(cluster: &Cluster, sources: &SourceMap) -> Option<(Confidence, String)> {
    let releases = release_words(&cluster.releases);
    if let Some(span) = cluster.release_source.filter(|_| cluster.release_is_shared) {
        let path = &sources.get(span.file).path;
        let note =
            format!("the release, {releases}, is taken from `{path}`, above several clusters");
        return Some((Confidence::Low, note));
    }
    let newer = cluster.releases.beyond_tables();
    newer.then(|| (Confidence::Medium, format!("{releases} is newer than what this version knows")))
}
