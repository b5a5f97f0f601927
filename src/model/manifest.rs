//! Files that RKE2's servers take for their own by their names.
//!
//! What a manifest holds is `object`'s.
//!
//! Source: rancher/rke2 `pkg/bootstrap/bootstrap.go`, `updateManifests`; k3s
//! `pkg/deploy/controller.go`, `shouldDisableFile` and `basename`.

use crate::{facts::charts, text::Span};

/// A file in the servers' folder of manifests.
#[derive(Clone, Debug)]
pub struct Manifest {
    /// The folder that servers look into, as far as the path tells.
    pub base: String,
    /// Folders between that and the file.
    pub below: String,
    pub name: String,
    /// The file's first byte.
    pub span: Span,
    /// The path is the one on a machine, and not only declared.
    pub in_data_dir: bool,
}

impl Manifest {
    /// `None` for what servers don't look at: hidden files, other endings.
    /// `NAME.skip` is one.
    pub(super) fn of(path: &str, span: Span, declared: bool) -> Option<Manifest> {
        const DATA_DIR: &str = "rancher/rke2/server/manifests/";
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let in_data_dir = path.contains(DATA_DIR);
        let seen = ends_as_manifest(name) || name.ends_with(".skip");
        if name.starts_with('.') || !seen || !(in_data_dir || declared) {
            return None;
        }
        let marker = if in_data_dir { DATA_DIR } else { "manifests/" };
        let mut starts = path.match_indices(marker).map(|(at, _)| at);
        let start = starts.find(|at| in_data_dir || *at == 0 || path[..*at].ends_with('/'));
        let (base, below) = match start.map(|at| at + marker.len()) {
            Some(end) => {
                (&path[..end], path[end..].rsplit_once('/').map_or("", |(below, _)| below))
            }
            None => (folder, ""),
        };
        Some(Manifest {
            base: base.trim_end_matches('/').to_owned(),
            below: below.to_owned(),
            name: name.to_owned(),
            span,
            in_data_dir,
        })
    }

    /// What the file's AddOn is called.
    pub fn addon(&self) -> &str {
        self.name.split('.').next().unwrap_or("")
    }

    /// The file that this one makes servers skip.
    pub fn skips(&self) -> Option<&str> {
        self.name.strip_suffix(".skip")
    }
}

fn ends_as_manifest(name: &str) -> bool {
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    ["yaml", "yml", "json"].iter().any(|known| ending.eq_ignore_ascii_case(known))
}

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
    let (stem, ending) = file.rsplit_once('.').filter(|_| ends_as_manifest(file))?;
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

    #[track_caller]
    fn check_place(path: &str, declared: bool, expected: Option<(&str, &str, &str)>) {
        let span = Span::new(crate::text::FileId(0), 0, 0);
        let found = Manifest::of(path, span, declared);
        let parts = found.as_ref().map(|it| (it.base.as_str(), it.below.as_str(), it.addon()));
        assert_eq!(parts, expected, "{path}");
    }

    #[test]
    fn folders_that_servers_look_into() {
        const DATA: &str = "a/var/lib/rancher/rke2/server/manifests";
        check_place(&format!("{DATA}/x/my.app.yaml"), false, Some((DATA, "x", "my")));
        check_place(&format!("{DATA}/app.YAML"), false, Some((DATA, "", "app")));
        check_place(&format!("{DATA}/.app.yaml"), false, None);
        check_place(&format!("{DATA}/app.txt"), false, None);
        check_place("manifests/x/app.yaml", false, None);
        check_place("manifests/x/app.yaml", true, Some(("manifests", "x", "app")));
        check_place("prod/rke2/app.json", true, Some(("prod/rke2", "", "app")));
        check_place("my-manifests/app.yaml.skip", true, Some(("my-manifests", "", "app")));
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
