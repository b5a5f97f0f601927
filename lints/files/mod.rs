//! Files and characters that RKE2 doesn't see as their author does: names,
//! folders, look-alikes.

pub mod config_file_misnamed;
pub mod dropin_ignored;
pub mod manifest_extension_ignored;
pub mod manifest_on_agent;
pub mod manifest_outside_manifests_dir;

use crate::{
    lint::Lint,
    model::{File, Lost, Repo, Stray},
};
use std::sync::Arc;

pub(super) static LINTS: &[&Lint] = &[
    &config_file_misnamed::LINT,
    &dropin_ignored::LINT,
    &manifest_extension_ignored::LINT,
    &manifest_on_agent::LINT,
    &manifest_outside_manifests_dir::LINT,
];

/// The files that RKE2 doesn't read, of some kinds.
fn strays<'a>(repo: &'a Repo, kinds: &'a [Lost]) -> impl Iterator<Item = (&'a File, Stray)> {
    let stray = |file: &'a Arc<File>| Some((file.as_ref(), file.stray?));
    repo.files.iter().filter_map(stray).filter(|(_, stray)| kinds.contains(&stray.kind))
}

/// A path's folder and name.
fn parts(file: &File) -> (&str, &str) {
    file.source.path.rsplit_once('/').unwrap_or(("", &file.source.path))
}
