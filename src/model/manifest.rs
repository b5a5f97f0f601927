//! Files that RKE2's servers take for their own by their names.
//!
//! What a manifest holds is `object`'s.
//!
//! Source: rancher/rke2 `pkg/bootstrap/bootstrap.go`, `updateManifests`; k3s
//! `pkg/deploy/controller.go`, `shouldDisableFile` and `basename`.

use crate::{facts::charts, text::Span};

/// A file with the name of something that RKE2 packages or removes.
#[derive(Clone, Debug)]
pub struct Reserved {
    /// The chart, or what RKE2 always disables.
    pub name: &'static str,
    pub how: How,
    /// The file's own name, or its folder's.
    pub shown: String,
    /// The file's first byte.
    pub span: Span,
    /// The path says that it is a server's manifest, and not only a declaration.
    pub on_server: bool,
    /// The path is the one on a machine.
    pub in_data_dir: bool,
    /// A copy of RKE2's own file.
    pub copy: bool,
}

/// How a path has a name in common with RKE2's own.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum How {
    /// The very path that RKE2 writes.
    Path,
    /// The name without its ending, which is what `disable` goes by.
    Stem,
    /// The name up to its first dot, which is what the AddOn is called.
    AddOn,
    /// The folder right below `manifests`.
    Folder,
}

/// Cheap, and for any path: only what has such a name is read for it.
pub fn name(path: &str) -> Option<(&'static str, How)> {
    let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
    let below = folder.rsplit_once("manifests").map(|(_, below)| below);
    if let Some(first) = below.and_then(|below| below.strip_prefix('/')) {
        let first = first.split('/').next().unwrap_or("");
        if let Some(name) = charts::reserved(first) {
            return Some((name, How::Folder));
        }
    }
    let (stem, ending) = file.rsplit_once('.')?;
    if !["yaml", "yml", "json"].iter().any(|known| ending.eq_ignore_ascii_case(known)) {
        return None;
    }
    if let Some(name) = charts::reserved(stem) {
        let same = ending == "yaml" && below.is_none_or(str::is_empty);
        return Some((name, if same { How::Path } else { How::Stem }));
    }
    let name = charts::reserved(file.split('.').next()?)?;
    Some((name, How::AddOn))
}

/// What `name` finds, in words: a file, or a folder.
pub(super) fn shown(path: &str, how: How) -> String {
    let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
    match how {
        How::Folder => {
            let below = folder.rsplit_once("manifests/").map_or("", |(_, below)| below);
            format!("{}/", below.split('/').next().unwrap_or(""))
        }
        How::Path | How::Stem | How::AddOn => file.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(path: &str, expected: Option<(&str, How)>) {
        assert_eq!(name(path), expected, "{path}");
    }

    #[test]
    fn names_that_rke2_takes_for_its_own() {
        check("server/manifests/rke2-canal.yaml", Some(("rke2-canal", How::Path)));
        check("rke2-canal.yaml", Some(("rke2-canal", How::Path)));
        check("manifests/rke2-canal.yml", Some(("rke2-canal", How::Stem)));
        check("manifests/x/rke2-canal.YAML", Some(("rke2-canal", How::Stem)));
        check("manifests/rke2-canal.config.yaml", Some(("rke2-canal", How::AddOn)));
        check("manifests/rke2-canal/a.yaml", Some(("rke2-canal", How::Folder)));
        check("manifests/coredns.json", Some(("coredns", How::Stem)));
        check("manifests/rke2-canal-config.yaml", None);
        check("manifests/x/rke2-canal/a.yaml", None);
        check("manifests/rke2-canal.txt", None);
    }
}
