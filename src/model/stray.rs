//! Files that lie where RKE2 looks, or near, and that it reads nothing of.
//!
//! Only those whose authors think otherwise: who keeps a template, or sets a
//! file aside, calls it by another ending.
//!
//! Source: k3s-io/k3s `pkg/configfilearg/parser.go`, `findConfigFileFlag` and
//! `dotDFiles`; `pkg/deploy/controller.go`, `shouldSkipFile`; v1.21 to v1.36.

use super::{
    config_file,
    group::{ends_with_path, last, parent},
    object::{Object, head},
    path::Path,
};
use crate::{
    facts::{flags, helm},
    text::{Span, is_slip_of},
    yaml::{Entry, Node, Tree},
};
use std::sync::Arc;

/// Such a file.
#[derive(Clone, Copy, Debug)]
pub struct Stray {
    pub kind: Lost,
    /// The first key of what it holds.
    pub head: Span,
}

/// What it would be, and why it isn't.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Lost {
    /// A configuration that is all but called `config.yaml`.
    Config,
    /// A configuration with a name of its own.
    OtherConfig,
    /// A drop-in with another ending.
    DropInEnding,
    /// A drop-in in a folder of `config.yaml.d`.
    DropInBelow,
    /// A drop-in in `config.d` or the like.
    DropInFolder,
    /// A manifest with another ending.
    ManifestEnding,
    /// A chart's object where its author meant `server/manifests`.
    Misspelled,
    /// A chart's object in a folder of RKE2's that nobody applies.
    Outside,
    /// And where the kubelet looks for Pods.
    PodManifests,
    /// A HelmChartConfig of RKE2's in K3s' folder.
    InK3s,
}

const CONFIG_FOLDER: &str = "etc/rancher/rke2";
const MANIFESTS: &str = "rancher/rke2/server/manifests/";

impl Stray {
    pub(super) fn of(path: &str, tree: &Arc<Tree>, declared: bool) -> Option<Stray> {
        let kind = place(path)?;
        let docs: Vec<Node> = tree.docs().collect();
        let config = || docs.first().filter(|doc| is_configuration(doc)).cloned();
        let object = |such: &dyn Fn(&Object) -> bool| {
            let mut objects = docs.iter().flat_map(Object::of_document);
            Some(objects.find(|object| such(object))?.node)
        };
        let is_config = |object: &Object| object.is(helm::API, helm::CONFIG);
        let node = match kind {
            Lost::Config | Lost::OtherConfig | Lost::DropInBelow | Lost::DropInFolder => {
                config().filter(|_| !declared)
            }
            Lost::DropInEnding => config().filter(|_| !tree.template),
            Lost::ManifestEnding => {
                object(&|object| !object.api_version.is_empty()).filter(|_| !tree.template)
            }
            Lost::Misspelled | Lost::Outside | Lost::PodManifests => {
                object(&|object| is_config(object) || object.is(helm::API, helm::CHART))
            }
            Lost::InK3s => {
                object(&|object| is_config(object) && object.name.text.starts_with("rke2-"))
            }
        };
        Some(Stray { kind, head: head(&node?) })
    }
}

/// What the path alone says; what the file holds has to agree.
pub fn place(path: &str) -> Option<Lost> {
    // Most paths are none of ours.
    if !path.contains("rancher/") && !path.contains("config.yaml.d/") {
        return None;
    }
    let lower = path.to_ascii_lowercase();
    let (folder, name) = lower.rsplit_once('/')?;
    let is_yaml = name.ends_with(".yaml") || name.ends_with(".yml");
    if ends_with_path(folder, CONFIG_FOLDER)
        && let Some(kind) = config(name)
    {
        return Some(kind);
    }
    if last(folder) == "config.yaml.d" && !is_yaml {
        return (is_overlooked(name) && !Path::of(path).is_k3s()).then_some(Lost::DropInEnding);
    }
    if let Some((_, below)) = folder.split_once("etc/rancher/rke2/config.yaml.d/") {
        let aside = below.split('/').any(|part| ASIDE.contains(&part));
        return (is_yaml && !aside).then_some(Lost::DropInBelow);
    }
    if last(folder).ends_with(".d") && last(folder) != "config.yaml.d" && is_yaml {
        return ends_with_path(parent(folder), CONFIG_FOLDER).then_some(Lost::DropInFolder);
    }
    if lower.contains(MANIFESTS) {
        let read = is_yaml || name.ends_with(".json");
        return (!read && is_overlooked(name)).then_some(Lost::ManifestEnding);
    }
    (is_yaml || name.ends_with(".json")).then(|| outside(folder)).flatten()
}

/// Folders for what isn't used.
const ASIDE: [&str; 11] = [
    "archive",
    "available",
    "backup",
    "bak",
    "disabled",
    "examples",
    "off",
    "old",
    "optional",
    "samples",
    "unused",
];

/// A file in the folder of `config.yaml`.
fn config(name: &str) -> Option<Lost> {
    const WORDS: [&str; 9] = [
        "agent",
        "cluster",
        "conf",
        "config",
        "configuration",
        "node",
        "rke2",
        "server",
        "settings",
    ];
    // Windows' file system has one file for both cases.
    if name == "config.yaml" {
        return None;
    }
    let (stem, endings) = name.split_once('.').unwrap_or((name, ""));
    let is_ending =
        |ending: &str| ending == "yaml" || ending == "yml" || is_overlooked_ending(ending);
    if !endings.is_empty() && !endings.split('.').all(is_ending) {
        return None;
    }
    if stem == "config" || is_slip_of(stem, "config") {
        return Some(Lost::Config);
    }
    let mut words = stem.split(['-', '_']);
    words.all(|word| WORDS.contains(&word)).then_some(Lost::OtherConfig)
}

/// A file of which nothing says that it is kept for another use.
fn is_overlooked(name: &str) -> bool {
    const NOTES: [&str; 5] = ["authors", "changelog", "license", "notes", "readme"];
    let ending = name.rsplit_once('.').map(|(_, ending)| ending);
    ending.is_none_or(is_overlooked_ending) && !NOTES.iter().any(|note| name.starts_with(note))
}

/// Of configurations, or a slip of `yaml`.
fn is_overlooked_ending(ending: &str) -> bool {
    const ENDINGS: [&str; 16] = [
        "cfg", "conf", "config", "ini", "json", "text", "txt", "yaaml", "yalm", "yam", "yamll",
        "yamml", "yl", "ylm", "ymal", "ymll",
    ];
    ENDINGS.contains(&ending)
}

/// A folder near that of the servers' manifests.
fn outside(folder: &str) -> Option<Lost> {
    let folder = format!("/{folder}/");
    let below = |root: &str| {
        let (_, below) = folder.split_once(&format!("/{root}/"))?;
        Some(below.trim_end_matches('/').split('/').collect::<Vec<_>>())
    };
    let is_manifests = |part: &str| part == "manifests" || part == "manifest";
    if below("var/lib/rancher/k3s/server/manifests").is_some() {
        return Some(Lost::InK3s);
    }
    if let Some(parts) = below("var/lib/rancher/rke2") {
        return match parts.as_slice() {
            ["server", part, ..] if *part == "manifest" || is_slip_of(part, "manifests") => {
                Some(Lost::Misspelled)
            }
            ["" | "server"] => Some(Lost::Outside),
            ["agent", "pod-manifests", ..] => Some(Lost::PodManifests),
            [part, ..] | ["agent", part, ..] if is_manifests(part) => Some(Lost::Outside),
            _ => None,
        };
    }
    match below(CONFIG_FOLDER)?.as_slice() {
        [""] => Some(Lost::Outside),
        [part, ..] | ["server", part, ..] if is_manifests(part) => Some(Lost::Outside),
        _ => None,
    }
}

/// Whether the keys leave no doubt.
fn is_configuration(doc: &Node) -> bool {
    let flag = |entry: Entry| flags::flag(entry.key.as_str()?.trim_end_matches('+'));
    let known: Vec<_> = doc.entries().filter_map(flag).collect();
    let specific = known.iter().any(|flag| flag.specific) || config_file::names_supervisor(doc);
    specific && 2 * known.len() >= doc.entries().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(path: &str, expected: Option<Lost>) {
        assert_eq!(place(path), expected, "{path}");
    }

    #[test]
    fn names_beside_config_yaml() {
        let check = |name, expected| assert_eq!(config(name), expected, "{name}");
        check("config.yaml", None);
        check("config.yml", Some(Lost::Config));
        check("config", Some(Lost::Config));
        check("config.yaml.txt", Some(Lost::Config));
        check("confg.yaml", Some(Lost::Config));
        check("config.yaml.j2", None);
        check("config.yaml.bak", None);
        check("config.server.yaml", None);
        check("config-old.yaml", None);
        check("registries.yaml", None);
        check("rke2-server.yaml", Some(Lost::OtherConfig));
    }

    #[test]
    fn folders_of_configurations() {
        check("a/etc/rancher/rke2/config.yml", Some(Lost::Config));
        check("a/etc/rancher/rke2/Config.YAML.txt", Some(Lost::Config));
        check("rancher/rke2/config.yml", None);
        check("files/etc/rke2/config.yml", None);
    }

    #[test]
    fn drop_ins_that_are_none() {
        const FOLDER: &str = "etc/rancher/rke2/config.yaml.d";
        check(&format!("{FOLDER}/10.YML"), None);
        check(&format!("{FOLDER}/.hidden.yaml"), None);
        check(&format!("{FOLDER}/10-cni.conf"), Some(Lost::DropInEnding));
        check(&format!("{FOLDER}/10-cni"), Some(Lost::DropInEnding));
        check(&format!("{FOLDER}/10-cni.yaml.disabled"), None);
        check(&format!("{FOLDER}/README"), None);
        check("files/config.yaml.d/10-cni.json", Some(Lost::DropInEnding));
        check("k3s/config.yaml.d/10-cni.json", None);
        check(&format!("{FOLDER}/cni/10.yaml"), Some(Lost::DropInBelow));
        check(&format!("{FOLDER}/disabled/10.yaml"), None);
        check("etc/rancher/rke2/config.d/10.yaml", Some(Lost::DropInFolder));
        check("files/config.d/10.yaml", None);
    }

    #[test]
    fn manifests_that_nobody_applies() {
        const DATA: &str = "a/var/lib/rancher/rke2";
        check(&format!("{DATA}/server/manifests/x/app.yaml"), None);
        check(&format!("{DATA}/server/manifests/app.JSON"), None);
        check(&format!("{DATA}/server/manifests/app.yaml.txt"), Some(Lost::ManifestEnding));
        check(&format!("{DATA}/server/manifests/app"), Some(Lost::ManifestEnding));
        check(&format!("{DATA}/server/manifests/app.yaml.skip"), None);
        check(&format!("{DATA}/server/manfiests/app.yaml"), Some(Lost::Misspelled));
        check(&format!("{DATA}/server/manifest/x/app.yaml"), Some(Lost::Misspelled));
        check(&format!("{DATA}/server/app.yaml"), Some(Lost::Outside));
        check(&format!("{DATA}/server/static/app.yaml"), None);
        check(&format!("{DATA}/manifests/app.yaml"), Some(Lost::Outside));
        check(&format!("{DATA}/agent/manifests/app.yaml"), Some(Lost::Outside));
        check(&format!("{DATA}/agent/pod-manifests/app.yaml"), Some(Lost::PodManifests));
        check("etc/rancher/rke2/manifests/app.yaml", Some(Lost::Outside));
        check("etc/rancher/rke2/app.yaml", Some(Lost::Outside));
        check("var/lib/rancher/k3s/server/manifests/app.yaml", Some(Lost::InK3s));
        check("files/manifests/app.yaml", None);
    }
}
